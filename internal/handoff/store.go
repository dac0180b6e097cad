package handoff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// columns are those of a handoff with the names that people know it by.
const (
	bare = `h.id, h.number, h.link, h.supplier, h.customer, h.service, h.agreement, h.kind, h.title, h.detail,
		h.answers, h.order_ref, h.quantity, h.unit, h.priority, h.tags, h.state, h.version, h.events, h.rounds,
		h.delivered_qty, h.returned_qty, h.reason, h.checks, h.asked_by, h.assignee, h.imported, h.asked_at,
		h.need_by, h.take_due_at, h.due_at, h.moved_at, h.moved_by, h.taken_at, h.delivered_at, h.said_at,
		h.closed_at, h.import_key, h.paused_at, h.paused_on, h.paused_for, h.accept_due_at, h.auto, h.hours, h.waited`
	columns = bare + `, s.name, c.name, o.name, COALESCE(p.name, ''), COALESCE(k.name, '')`
	tables  = `handoff h
		JOIN node s ON s.company = h.company AND s.id = h.supplier
		JOIN node c ON c.company = h.company AND c.id = h.customer
		JOIN service o ON o.company = h.company AND o.id = h.service
		LEFT JOIN person p ON p.company = h.company AND p.id = h.assignee
		LEFT JOIN person k ON k.company = h.company AND k.id = h.asked_by`
)

func (h *Handoff) dest() []any {
	return append(h.bare(), &h.SupplierName, &h.CustomerName, &h.ServiceName, &h.AssigneeName, &h.AskedByName)
}

func (h *Handoff) bare() []any {
	return []any{
		&h.ID, &h.Number, &h.Link, &h.Supplier, &h.Customer, &h.Service, &h.Agreement, &h.Kind, &h.Title, &h.Detail,
		asJSON{&h.Answers},
		&h.Order, &h.Quantity, &h.Unit, &h.Priority,
		tags{&h.Tags},
		&h.State, &h.Version, &h.Events,
		&h.Rounds, &h.Delivered, &h.Returned, &h.Reason,
		tags{&h.Checks},
		&h.AskedBy, &h.Assignee, &h.Imported, &h.AskedAt,
		&h.NeedBy, &h.TakeDueAt, &h.DueAt, &h.MovedAt, &h.MovedBy, &h.TakenAt, &h.DeliveredAt, &h.SaidAt,
		&h.ClosedAt, &h.ImportKey, &h.PausedAt, &h.PausedOn, &h.PausedFor, &h.AcceptDueAt, &h.Auto, &h.Hours, &h.waited,
	}
}

// asJSON reads a JSON TEXT column; an empty one leaves what is there.
type asJSON struct{ to any }

// Scan satisfies [database/sql.Scanner].
func (j asJSON) Scan(v any) error {
	s, err := text(v)
	if err != nil || s == "" {
		return err
	}
	return json.Unmarshal([]byte(s), j.to)
}

// tags reads a list that is kept as "a,b,c".
type tags struct{ to *[]string }

// Scan satisfies [database/sql.Scanner].
func (t tags) Scan(v any) error {
	s, err := text(v)
	if err == nil && s != "" {
		*t.to = strings.Split(s, ",")
	}
	return err
}

func text(v any) (string, error) {
	switch x := v.(type) {
	case string:
		return x, nil
	case []byte:
		return string(x), nil
	}
	return "", fmt.Errorf("handoff: cannot read %T as text", v)
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps and structs of strings only
	}
	return string(b)
}

func answersText(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return encode(m)
}

func get(ctx context.Context, q db.Querier, c id.Company, h id.Handoff) (Handoff, error) {
	return one(ctx, q, `SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.id = ?`, c, h)
}

func getByNumber(ctx context.Context, q db.Querier, c id.Company, n int64) (Handoff, error) {
	return one(ctx, q, `SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.number = ?`, c, n)
}

func one(ctx context.Context, q db.Querier, text string, args ...any) (Handoff, error) {
	var out Handoff
	err := q.Row(ctx, out.dest(), text, args...)
	if errors.Is(err, db.ErrNotFound) {
		return Handoff{}, errs.New(errs.NotFound, "handoff.err.not_found")
	}
	return out, err
}

// nextNumber takes the next n numbers, and returns the first.
func nextNumber(ctx context.Context, tx *db.Tx, n int) (first int64, err error) {
	a, err := askNumber(ctx, tx, n)
	if err != nil {
		return 0, err
	}
	last, err := a.Row(ctx)
	return last - int64(n) + 1, err
}

// askNumber takes the next n numbers, and answers the last. Who asks next waits
// until this transaction ends.
func askNumber(ctx context.Context, tx *db.Tx, n int) (*db.Answer[int64], error) {
	return db.Soon(ctx, tx, func(last *int64) []any { return []any{last} }, `
		INSERT INTO handoff_number (company, last) VALUES (?, ?)
		ON CONFLICT (company) DO UPDATE SET last = handoff_number.last + excluded.last
		RETURNING last`, tx.Company, n)
}

func insertHandoffs(ctx context.Context, tx *db.Tx, hs ...Handoff) error {
	rows := make([][]any, len(hs))
	for i, h := range hs {
		rows[i] = []any{
			tx.Company, h.ID, h.Number, h.Link, h.Supplier, h.Customer, h.Service, h.Agreement, h.Kind, h.Title, h.Detail,
			answersText(h.Answers), h.Order, h.Quantity, h.Unit, h.Priority, strings.Join(h.Tags, ","), h.State, h.Version, h.Events,
			h.Rounds, h.Delivered, h.Returned, h.Reason, strings.Join(h.Checks, ","), h.AskedBy, h.Assignee, h.Imported,
			h.AskedAt, h.NeedBy, h.TakeDueAt, h.DueAt, h.MovedAt, h.MovedBy, h.TakenAt, h.DeliveredAt, h.SaidAt, h.ClosedAt, h.ImportKey,
			h.PausedAt, h.PausedOn, h.PausedFor, h.AcceptDueAt, h.Auto, h.Hours,
		}
	}
	return tx.Many(ctx, `
		INSERT INTO handoff (company, id, number, link, supplier, customer, service, agreement, kind, title, detail,
			answers, order_ref, quantity, unit, priority, tags, state, version, events, rounds, delivered_qty, returned_qty,
			reason, checks, asked_by, assignee, imported, asked_at, need_by, take_due_at, due_at, moved_at, moved_by,
			taken_at, delivered_at, said_at, closed_at, import_key, paused_at, paused_on, paused_for, accept_due_at, auto, hours) VALUES`, rows)
}

func insertEvents(ctx context.Context, tx *db.Tx, es ...Event) error {
	rows := make([][]any, len(es))
	for i, e := range es {
		data := ""
		if s := encode(e.Data); s != "{}" {
			data = s
		}
		rows[i] = []any{
			tx.Company, e.Handoff, e.Seq, e.Kind, e.Round, e.HappenedAt, e.RecordedAt, e.Actor, e.Behalf.Person,
			e.Behalf.Name, e.Quantity, e.Reason, e.Note, data,
		}
	}
	return tx.Many(ctx, `
		INSERT INTO handoff_event (company, handoff, seq, kind, round, happened_at, recorded_at, actor, behalf,
			behalf_name, quantity, reason, note, data) VALUES`, rows)
}

const (
	eventColumns = `e.handoff, e.seq, e.kind, e.round, e.happened_at, e.recorded_at, e.actor, e.behalf, e.behalf_name,
		e.quantity, e.reason, e.note, e.data, COALESCE(p.name, ''), COALESCE(b.name, e.behalf_name)`
	eventTables = `handoff_event e
		LEFT JOIN person p ON p.company = e.company AND p.id = e.actor
		LEFT JOIN person b ON b.company = e.company AND b.id = e.behalf`
)

func (e *Event) dest() []any {
	return []any{
		&e.Handoff, &e.Seq, &e.Kind, &e.Round, &e.HappenedAt, &e.RecordedAt, &e.Actor, &e.Behalf.Person, &e.Behalf.Name,
		&e.Quantity, &e.Reason, &e.Note,
		asJSON{&e.Data},
		&e.ActorName, &e.BehalfName,
	}
}

const storyText = `
	SELECT ` + eventColumns + ` FROM ` + eventTables + ` WHERE e.company = ? AND e.handoff = ?
	ORDER BY e.seq LIMIT 2000`

// story returns the events of a handoff, oldest first.
func story(ctx context.Context, q db.Querier, c id.Company, h id.Handoff) ([]Event, error) {
	return db.All(ctx, q, (*Event).dest, storyText, c, h)
}

// LastStep returns the last event of h that moved it.
func LastStep(ctx context.Context, q db.Querier, c id.Company, h id.Handoff) (Event, error) {
	var e Event
	err := q.Row(ctx, e.dest(), `
		SELECT `+eventColumns+` FROM `+eventTables+` WHERE e.company = ? AND e.handoff = ?
			AND e.kind NOT IN ('commented', 'assigned', 'changed')
		ORDER BY e.seq DESC LIMIT 1`, c, h)
	return e, err
}

// words returns what a handoff is found by: the words of its title, its detail
// and its order, the order as a whole, and its tags with a # before.
func words(h Handoff) []string {
	const most = 60
	out := i18n.Words(h.Title + " " + h.Order + " " + h.Detail)
	out = out[:min(len(out), most)]
	for _, t := range h.Tags {
		if w := "#" + i18n.Fold(t); !slices.Contains(out, w) { // "día" and "dia" are one word
			out = append(out, w)
		}
	}
	return out
}

func insertWords(ctx context.Context, tx *db.Tx, hs ...Handoff) error {
	var rows [][]any
	for _, h := range hs {
		for _, w := range words(h) {
			rows = append(rows, []any{tx.Company, w, h.Number})
		}
	}
	return tx.Many(ctx, `INSERT INTO handoff_word (company, word, number) VALUES`, rows)
}

func replaceWords(ctx context.Context, tx *db.Tx, was, now Handoff) error {
	for _, w := range words(was) {
		if _, err := tx.Exec(ctx, `
			DELETE FROM handoff_word WHERE company = ? AND word = ? AND number = ?`, tx.Company, w, was.Number); err != nil {
			return err
		}
	}
	return insertWords(ctx, tx, now)
}

func addWatchers(ctx context.Context, tx *db.Tx, h id.Handoff, people ...id.Person) error {
	for _, p := range people {
		if _, err := tx.Exec(ctx, `
			INSERT INTO handoff_watcher (company, handoff, person) VALUES (?, ?, ?)
			ON CONFLICT (company, handoff, person) DO NOTHING`, tx.Company, h, p); err != nil {
			return err
		}
	}
	return nil
}

func deleteWatcher(ctx context.Context, tx *db.Tx, h id.Handoff, p id.Person) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM handoff_watcher WHERE company = ? AND handoff = ? AND person = ?`, tx.Company, h, p)
	return err
}

const watchersText = `
	SELECT person FROM handoff_watcher WHERE company = ? AND handoff = ? ORDER BY person LIMIT 500`
