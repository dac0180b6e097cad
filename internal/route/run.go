package route

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// run moves one piece inside one transaction. Whoever makes one has locked the
// piece, so that what it has read is how things are.
type run struct {
	s  *Service
	tx *db.Tx
	p  Piece
	by id.Person // who caused it; empty if nobody of the company did
}

// Told is the payload of the facts about a piece: ids and numbers.
type Told struct {
	Number   int64      `json:"number"`
	Route    id.Route   `json:"route"`
	Version  int        `json:"version"`
	Steps    int        `json:"steps,omitempty"` // of the route, when it begins
	Lot      int        `json:"lot,omitempty"`
	Step     int        `json:"step,omitempty"`
	Round    int        `json:"round,omitempty"`
	Handoff  id.Handoff `json:"handoff,omitempty"`
	Rework   bool       `json:"rework,omitempty"`
	Quantity float64    `json:"quantity,omitempty"`
	JoinsAt  int        `json:"joins_at,omitempty"`
	Reason   string     `json:"reason,omitempty"` // of the service that it was sent back to
	Lots     []Part     `json:"lots,omitempty"`
}

// Part is one lot of a split.
type Part struct {
	Lot      int     `json:"lot"`
	Quantity float64 `json:"quantity"`
}

// record appends a fact about the piece to the log.
func (r *run) record(kind string, t Told) {
	t.Number, t.Route, t.Version = r.p.Number, r.p.Route, r.p.Version
	fact.Record(r.tx, fact.Fact{Kind: "route." + kind, Actor: r.by, Subject: string(r.p.ID), Data: fact.Encode(t)})
}

// to takes a lot to another state. That nobody may go there is a mistake of
// ours, and stops the transaction.
func (r *run) to(ctx context.Context, l *Lot, s LotState) error {
	if !slices.Contains(nextLot[l.State], s) {
		return errors.New("route: lot " + strconv.Itoa(l.Number) + " of piece " + strconv.FormatInt(r.p.Number, 10) +
			" cannot go from " + string(l.State) + " to " + string(s))
	}
	if l.State = s; s != LotStopped {
		l.Why = ""
	}
	return putLot(ctx, r.tx, r.p.ID, *l)
}

// arrive brings a lot before a step: there it waits for its siblings, or the
// step is opened, or it was the last one.
func (r *run) arrive(ctx context.Context, lot, step int) error {
	l := r.p.lot(lot)
	l.Step = step
	switch {
	case l.JoinsAt == step:
		if err := r.to(ctx, l, LotWaiting); err != nil {
			return err
		}
		return r.join(ctx, l.Parent, step)
	case step > len(r.p.Steps):
		if err := r.to(ctx, l, LotDone); err != nil {
			return err
		}
		return r.end(ctx)
	}
	return r.openStep(ctx, l, step, "", time.Time{})
}

// join puts the lots of parent together again once all of them have come.
func (r *run) join(ctx context.Context, parent, step int) error {
	var parts []Part
	sum := 0.0
	for _, l := range r.p.Lots {
		if l.Parent != parent {
			continue
		}
		if l.State != LotWaiting {
			return nil
		}
		parts = append(parts, Part{l.Number, l.Quantity})
		sum += l.Quantity
	}
	for _, x := range parts {
		if err := r.to(ctx, r.p.lot(x.Lot), LotJoined); err != nil {
			return err
		}
	}
	whole := r.p.lot(parent)
	whole.Quantity = sum
	r.record("joined", Told{Lot: parent, Step: step, Quantity: sum, Lots: parts})
	return r.arrive(ctx, parent, step)
}

// end ends the piece: its last step was accepted, or skipped.
func (r *run) end(ctx context.Context) error {
	r.p.State, r.p.EndedAt = Done, r.tx.Now
	if err := endPiece(ctx, r.tx, r.p); err != nil {
		return err
	}
	r.record("ended", Told{})
	return r.tell(ctx, "piece_done", r.last(1))
}

// last is the handoff that a lot made last, or any of the piece.
func (r *run) last(lot int) id.Handoff {
	var out id.Handoff
	for _, x := range r.p.Passages {
		if x.Handoff != "" && (x.Lot == lot || out == "") {
			out = x.Handoff
		}
	}
	return out
}

// openStep asks the supplier of a step for it, for the node of the next one.
// serves is the handoff that waits for it, if the step is done again. A step
// that cannot be opened stops the lot, and who began the piece is told.
func (r *run) openStep(ctx context.Context, l *Lot, step int, serves id.Handoff, since time.Time) error {
	l.Step = max(l.Step, step)
	h, err := r.ask(ctx, *l, step, since)
	if key, ok := errs.Refusal(err); ok {
		return r.stop(ctx, l, key)
	}
	if err != nil {
		return err
	}
	if err := r.to(ctx, l, LotRunning); err != nil {
		return err
	}
	return r.opened(ctx, *l, step, serves, h.ID)
}

// opened notes that a handoff is on its way for a step of a lot.
func (r *run) opened(ctx context.Context, l Lot, step int, serves, h id.Handoff) error {
	x := Passage{
		Lot: l.Number, Step: step, Round: r.round(l.Number, step), Handoff: h, Rework: serves != "", State: Open, OpenedAt: r.tx.Now,
	}
	r.p.Passages = append(r.p.Passages, x)
	if err := putPassage(ctx, r.tx, r.p.ID, x); err != nil {
		return err
	}
	r.record("opened", Told{Lot: x.Lot, Step: step, Round: x.Round, Handoff: h, Rework: x.Rework, Quantity: l.Quantity})
	if serves == "" {
		return nil
	}
	return handoff.ServeIn(ctx, r.tx, r.by, serves, h)
}

// round is the next round of a step of a lot.
func (r *run) round(lot, step int) int {
	n := 0
	for _, x := range r.p.Passages {
		if x.Lot == lot && x.Step == step {
			n = max(n, x.Round)
		}
	}
	return n + 1
}

// ask opens the handoff of a step. Its customer is the node of the step that
// follows; that of the last step is the customer of the piece.
func (r *run) ask(ctx context.Context, l Lot, step int, since time.Time) (handoff.Handoff, error) {
	customer := r.p.Customer
	if step < len(r.p.Steps) {
		customer = r.p.Steps[step].Node
	}
	title := r.p.Title
	if l.Parent != 0 {
		title += " · " + strconv.Itoa(r.p.place(l))
	}
	return r.s.handoffs.OpenIn(ctx, r.tx, handoff.Opening{Since: since, Ask: handoff.Ask{
		Service: r.p.Steps[step-1].Service, Customer: customer, Title: title, Detail: r.p.Detail, Order: r.p.Order,
		Quantity: l.Quantity, Unit: r.p.Unit, Priority: r.p.Priority, NeedBy: r.p.NeedBy.Time,
	}})
}

// place is which of its siblings a lot is: 1, 2, 3…
func (p *Piece) place(l Lot) int {
	n := 0
	for _, x := range p.Lots {
		if x.Parent == l.Parent && x.Number <= l.Number {
			n++
		}
	}
	return n
}

// stop halts a lot until somebody decides: ask again, skip, or call it off.
func (r *run) stop(ctx context.Context, l *Lot, why string) error {
	l.Why = why
	if err := r.to(ctx, l, LotStopped); err != nil {
		return err
	}
	r.record("stopped", Told{Lot: l.Number, Step: l.Step})
	return r.tell(ctx, "piece_stopped", r.last(l.Number))
}

// close ends an open passage.
func (r *run) close(ctx context.Context, x *Passage, s PassageState, at db.Time) error {
	x.State, x.ClosedAt = s, at
	return putPassage(ctx, r.tx, r.p.ID, *x)
}

// goOn moves a lot on when nothing of it is open any more.
func (r *run) goOn(ctx context.Context, lot int) error {
	if len(r.p.open(lot)) > 0 {
		return nil
	}
	return r.arrive(ctx, lot, r.p.lot(lot).Step+1)
}

// tell puts a line about the piece on the bell of who began it.
func (r *run) tell(ctx context.Context, kind string, h id.Handoff) error {
	if h == "" {
		return nil
	}
	v, err := handoff.Get(ctx, r.tx, r.tx.Company, h)
	if err != nil {
		return err
	}
	return notify.Add(ctx, r.tx, []notify.Notice{
		{Person: r.p.BegunBy, Kind: kind, Actor: r.by, Subject: string(h), Number: v.Number},
	})
}
