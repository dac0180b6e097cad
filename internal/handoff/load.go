package handoff

import (
	"context"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

// beside is what the next event of a handoff has to know beside it. On PostgreSQL
// it comes on the journey that reads the handoff. What is nil is asked for when it
// is needed.
type beside struct {
	concerned *db.Answer[concerned]
	ticking   *db.Answer[Event]
	days      *db.Answer[int] // of the customer, to answer a delivery
	offer     *db.Answer[link.Offer]

	number *db.Answer[int64] // of a new one
	lines  *notify.Lines     // that tell of it
}

// load returns a handoff to which an event of a kind is to happen, which may ask
// for its service.
func load(ctx context.Context, tx *db.Tx, h id.Handoff, kind EventKind, service bool) (Handoff, error) {
	var b beside
	var err error
	if b.concerned, err = askConcerned(ctx, tx, h); err != nil {
		return Handoff{}, err
	}
	if moves[kind] != "" {
		if b.ticking, err = askTicking(ctx, tx, h); err != nil {
			return Handoff{}, err
		}
	}
	if State(kind) == Delivered {
		if b.days, err = setting.AcceptDays(ctx, tx); err != nil {
			return Handoff{}, err
		}
	}
	if service {
		if b.offer, err = link.AskOffer(ctx, tx, `SELECT h.service FROM handoff h WHERE h.company = ? AND h.id = ?`, tx.Company, h); err != nil {
			return Handoff{}, err
		}
	}
	out, err := get(ctx, tx, tx.Company, h)
	out.beside = b
	return out, err
}

func askTicking(ctx context.Context, tx *db.Tx, h id.Handoff) (*db.Answer[Event], error) {
	return db.Soon(ctx, tx, (*Event).tick, tickingEvents, tx.Company, h)
}

// asked returns the answer to what was asked for with the handoff, or asks now.
func asked[T any](before *db.Answer[T], ask func() (*db.Answer[T], error)) (*db.Answer[T], error) {
	if before != nil {
		return before, nil
	}
	return ask()
}

// ticked returns the events of h that move its clocks, oldest first.
func (h *Handoff) ticked(ctx context.Context, tx *db.Tx) ([]Event, error) {
	a, err := asked(h.beside.ticking, func() (*db.Answer[Event], error) { return askTicking(ctx, tx, h.ID) })
	if err != nil {
		return nil, err
	}
	return a.Rows(ctx)
}

// toAnswer returns how many working days the customer of a delivery has to answer
// it after some events: those of the agreement that holds for the leg, or of the
// company.
func (h *Handoff) toAnswer(ctx context.Context, tx *db.Tx, events []Event) (int, error) {
	if days := agreedDays(events); days > 0 {
		return days, nil
	}
	a, err := asked(h.beside.days, func() (*db.Answer[int], error) { return setting.AcceptDays(ctx, tx) })
	if err != nil {
		return 0, err
	}
	return a.Row(ctx)
}

// offer returns the service of h.
func (h *Handoff) offer(ctx context.Context, tx *db.Tx) (link.Offer, error) {
	if h.beside.offer == nil {
		return link.GetOffer(ctx, tx, tx.Company, h.Service)
	}
	return h.beside.offer.Row(ctx)
}

// concerned are those whom a change of a handoff concerns beside its ends.
type concerned struct {
	watchers []id.Person
	waiting  []id.Handoff // that need what it delivers
	waited   int64        // how often somebody had begun to wait for it, as that was read
}

func (c *concerned) dest() []any {
	return []any{joined[id.Person]{&c.watchers}, joined[id.Handoff]{&c.waiting}, &c.waited}
}

// joined reads a list of ids that string_agg made.
type joined[T ~string] struct{ to *[]T }

// Scan satisfies [database/sql.Scanner].
func (j joined[T]) Scan(v any) error {
	var list db.Joined
	if err := list.Scan(v); err != nil {
		return err
	}
	for _, x := range list {
		*j.to = append(*j.to, T(x))
	}
	return nil
}

func askConcerned(ctx context.Context, tx *db.Tx, h id.Handoff) (*db.Answer[concerned], error) {
	return db.Soon(ctx, tx, (*concerned).dest, `
		SELECT
			(SELECT string_agg(w.person, ' ') FROM handoff_watcher w WHERE w.company = ? AND w.handoff = ?),
			(SELECT string_agg(u.handoff, ' ') FROM handoff_upstream u WHERE u.company = ? AND u.upstream = ?),
			COALESCE((SELECT x.waited FROM handoff x WHERE x.company = ? AND x.id = ?), 0)`,
		tx.Company, h, tx.Company, h, tx.Company, h)
}

// concerns returns whom a change of h concerns.
func (h *Handoff) concerns(ctx context.Context, tx *db.Tx) (concerned, error) {
	a, err := asked(h.beside.concerned, func() (*db.Answer[concerned], error) { return askConcerned(ctx, tx, h.ID) })
	if err != nil {
		return concerned{}, err
	}
	return a.Row(ctx)
}

// update writes h only if nobody wrote to it, or began to wait for it, since it
// had was events, and says whether it did.
func update(ctx context.Context, tx *db.Tx, was int64, h Handoff) (moved bool, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE handoff SET link = ?, supplier = ?, service = ?, agreement = ?, order_ref = ?, priority = ?, tags = ?,
			state = ?, version = ?, events = ?, rounds = ?, delivered_qty = ?, returned_qty = ?, reason = ?, checks = ?,
			assignee = ?, need_by = ?, take_due_at = ?, due_at = ?, moved_at = ?, moved_by = ?, taken_at = ?,
			delivered_at = ?, said_at = ?, closed_at = ?, paused_at = ?, paused_on = ?, paused_for = ?, accept_due_at = ?, auto = ?,
			hours = ?
		WHERE company = ? AND id = ? AND events = ? AND waited = ?`,
		h.Link, h.Supplier, h.Service, h.Agreement, h.Order, h.Priority, strings.Join(h.Tags, ","),
		h.State, h.Version, h.Events, h.Rounds, h.Delivered, h.Returned, h.Reason, strings.Join(h.Checks, ","),
		h.Assignee, h.NeedBy, h.TakeDueAt, h.DueAt, h.MovedAt, h.MovedBy, h.TakenAt,
		h.DeliveredAt, h.SaidAt, h.ClosedAt, h.PausedAt, h.PausedOn, h.PausedFor, h.AcceptDueAt, h.Auto, h.Hours, tx.Company, h.ID, was, h.waited)
	return n == 1, err
}
