package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// phase says what a leg waits for, as far as people have to be told.
type phase int

const (
	working phase = iota
	accepting
	ended
)

// legRow is a leg as the table keeps it: what a replay up to the last event
// tells. It is written anew by each step and never added to.
type legRow struct {
	handoff                                                id.Handoff
	leg                                                    int // from 1
	supplier, service, agreement                           string
	to                                                     id.Node // the customer
	as                                                     counted
	tookFor                                                int64 // microseconds, -1 if unknown
	rework, provisional                                    bool
	opened, takeDue, taken, due, delivered, closed, accept db.Time
	took, result, ended                                    string
	used, held, customer, third, other                     int64 // microseconds
	phase                                                  phase
	moments                                                [4]db.Time // on which people are told, in order
}

func rowOf(h Handoff, n int, l clock.Leg) legRow {
	r := legRow{
		handoff: h.ID, leg: n + 1, to: h.Customer, as: countsAs(h, l), tookFor: tookOf(l), supplier: l.Supplier, service: l.Service, agreement: l.Agreement, rework: l.Rework,
		provisional: l.Provisional, opened: db.At(l.Opened), takeDue: db.At(l.TakeDue), taken: db.At(l.Taken), due: db.At(l.Due),
		delivered: db.At(l.Delivered), closed: db.At(l.Closed), accept: db.At(l.AcceptDue), took: string(l.Took),
		result: string(l.Result), ended: string(l.End), used: l.Used.Microseconds(), phase: working,
	}
	switch {
	case l.End != "":
		r.phase = ended
		r.customer = l.Accepting.Microseconds()
	case l.Provisional:
		r.phase = accepting // its time runs on: only what has ended is kept
	}
	for _, p := range l.Pauses {
		if p.Until.IsZero() {
			continue
		}
		r.held += p.Held.Microseconds()
		switch p.On {
		case clock.Customer:
			r.customer += p.Cost.Microseconds()
		case clock.Third:
			r.third += p.Cost.Microseconds()
		case clock.Other:
			r.other += p.Cost.Microseconds()
		}
	}
	x := l.Alarms()
	for i, t := range []time.Time{x.Soon, x.Due, x.Late, x.Last} {
		r.moments[i] = db.At(t)
	}
	return r
}

// past counts the moments of which it is too late to tell.
func (r legRow) past(now time.Time) (told int) {
	for _, m := range r.moments {
		if !m.IsZero() && !m.After(now) {
			told++
		}
	}
	return told
}

// wake is the moment after those that were told, or zero.
func (r legRow) wake(told int) db.Time {
	if told >= len(r.moments) {
		return db.Time{}
	}
	return r.moments[told]
}

const legColumns = `handoff, leg, supplier, service, agreement, rework, opened_at, take_due_at, taken_at, take_result,
	due_at, delivered_at, result, provisional, closed_at, ended, used_us, held_us, customer_us, third_us, other_us,
	accept_due_at, customer, counts_as, took_us, phase, soon_at, now_at, late_at, last_at`

func (r *legRow) dest() []any {
	return []any{
		&r.handoff, &r.leg, &r.supplier, &r.service, &r.agreement, &r.rework, &r.opened, &r.takeDue, &r.taken, &r.took,
		&r.due, &r.delivered, &r.result, &r.provisional, &r.closed, &r.ended, &r.used, &r.held, &r.customer, &r.third, &r.other,
		&r.accept, &r.to, &r.as, &r.tookFor, &r.phase, &r.moments[0], &r.moments[1], &r.moments[2], &r.moments[3],
	}
}

func (r legRow) args(c id.Company, told int) []any {
	return []any{
		c, r.handoff, r.leg, r.supplier, r.service, r.agreement, r.rework, r.opened, r.takeDue, r.taken, r.took,
		r.due, r.delivered, r.result, r.provisional, r.closed, r.ended, r.used, r.held, r.customer, r.third, r.other,
		r.accept, r.to, r.as, r.tookFor, r.phase, r.moments[0], r.moments[1], r.moments[2], r.moments[3], told, r.wake(told),
	}
}

// putLegs writes rows in the place of what was there. How far people were told
// of a phase stays; a new phase begins untold.
func putLegs(ctx context.Context, tx *db.Tx, rows [][]any) error {
	return tx.Put(ctx, `
		INSERT INTO handoff_leg (company, `+legColumns+`, told, wake_at) VALUES`, rows, `
		ON CONFLICT (company, handoff, leg) DO UPDATE SET agreement = excluded.agreement,
			take_due_at = excluded.take_due_at, taken_at = excluded.taken_at, take_result = excluded.take_result,
			due_at = excluded.due_at, delivered_at = excluded.delivered_at, result = excluded.result,
			provisional = excluded.provisional, closed_at = excluded.closed_at, ended = excluded.ended,
			used_us = excluded.used_us, held_us = excluded.held_us, customer_us = excluded.customer_us,
			third_us = excluded.third_us, other_us = excluded.other_us, accept_due_at = excluded.accept_due_at,
			customer = excluded.customer, counts_as = excluded.counts_as, took_us = excluded.took_us,
			soon_at = excluded.soon_at, now_at = excluded.now_at, late_at = excluded.late_at, last_at = excluded.last_at,
			phase = excluded.phase,
			told = CASE WHEN handoff_leg.phase = excluded.phase THEN handoff_leg.told ELSE 0 END,
			wake_at = CASE CASE WHEN handoff_leg.phase = excluded.phase THEN handoff_leg.told ELSE 0 END
				WHEN 0 THEN excluded.soon_at WHEN 1 THEN excluded.now_at WHEN 2 THEN excluded.late_at
				WHEN 3 THEN excluded.last_at END`)
}

// keep writes the legs of an account, and watches the next moment of the open
// one. Of a leg that is made afterwards nobody is told what is past.
func (s *Service) keep(ctx context.Context, tx *db.Tx, h Handoff, a clock.Account, afterwards bool) error {
	rows := make([][]any, len(a.Legs))
	for i, l := range a.Legs {
		r := rowOf(h, i, l)
		told := 0
		if afterwards {
			told = r.past(tx.Now.Time)
		}
		rows[i] = r.args(tx.Company, told)
		if at := r.moments[0]; !at.IsZero() {
			tx.AfterCommit(func() { s.watched.add(alarm{at.Time, tx.Company, h.ID}) })
		}
	}
	return putLegs(ctx, tx, rows)
}

func legsOf(ctx context.Context, q db.Querier, c id.Company, h id.Handoff) ([]legRow, error) {
	return db.All(ctx, q, (*legRow).dest, `
		SELECT `+legColumns+` FROM handoff_leg WHERE company = ? AND handoff = ? ORDER BY leg LIMIT 2000`, c, h)
}

// ticking returns the events of h that move its clocks, oldest first.
func (s *Service) ticking(ctx context.Context, q db.Querier, c id.Company, h id.Handoff) ([]Event, error) {
	return db.All(ctx, q, (*Event).tick, tickingEvents, c, h)
}

const tickingEvents = `
	SELECT seq, kind, happened_at, recorded_at, note, data FROM handoff_event
	WHERE company = ? AND handoff = ? AND kind NOT IN ('commented', 'assigned')
	ORDER BY seq LIMIT 2000`

func (e *Event) tick() []any {
	return []any{&e.Seq, &e.Kind, &e.HappenedAt, &e.RecordedAt, &e.Note, asJSON{&e.Data}}
}
