package handoff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/setting"
)

// adopt writes terms into the events of a handoff that is older than clocks:
// the working time that lay between its beginning and the moments that were
// promised. It returns the events as they are then.
func (s *Service) adopt(ctx context.Context, tx *db.Tx, h Handoff, events []Event) ([]Event, error) {
	last := -1
	for i, e := range events {
		if begins := i == 0 || e.Kind == Redirected; begins && e.Data.Leg == nil {
			last = i
		}
	}
	if last < 0 {
		return events, nil
	}
	events = slices.Clone(events)
	for i := range events[:last+1] {
		e := &events[i]
		if i > 0 && e.Kind != Redirected || e.Data.Leg != nil {
			continue
		}
		e.Data.Leg = &LegTerms{Supplier: h.Supplier} // nobody knows what was promised on a leg that is over
		if next := slices.IndexFunc(events[i+1:], func(e Event) bool { return e.Kind == Redirected }); next >= 0 {
			e.Data.Leg.Supplier = events[i+1+next].Data.From
		}
		if i == last {
			var err error
			if e.Data.Leg, err = s.known(ctx, tx, h, e.HappenedAt.Time); err != nil {
				return nil, err
			}
		}
		if _, err := tx.Exec(ctx, `UPDATE handoff_event SET data = ? WHERE company = ? AND handoff = ? AND seq = ?`,
			encode(e.Data), tx.Company, h.ID, e.Seq); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// known returns the terms that were promised from a moment on, read from the
// moments that h kept.
func (s *Service) known(ctx context.Context, tx *db.Tx, h Handoff, from time.Time) (*LegTerms, error) {
	hours, err := setting.WorkingTimesOf(ctx, tx, tx.Company, h.Supplier, h.Customer)
	if err != nil {
		return nil, err
	}
	return s.legTerms(ctx, tx, h, link.Promise{
		Terms: link.Terms{Take: hours[0].Elapsed(from, h.TakeDueAt.Time), Deliver: hours[0].Elapsed(from, h.DueAt.Time)},
	}, hours)
}

// RebuildLegs makes the legs of every handoff of company c anew, and with it
// what lists show of their clocks. It returns how many were made.
func (s *Service) RebuildLegs(ctx context.Context, c id.Company) (n int, err error) {
	return s.eachHandoff(ctx, c, s.rebuild)
}

func (s *Service) rebuild(ctx context.Context, tx *db.Tx, h Handoff) error {
	events, err := s.ticking(ctx, tx, tx.Company, h.ID)
	if err != nil || len(events) == 0 {
		return err
	}
	if events, err = s.adopt(ctx, tx, h, events); err != nil {
		return err
	}
	a, err := replayed(ctx, tx, h, events)
	if err != nil {
		return err
	}
	was := h
	h.clocked(a)
	if clocksOf(h) != clocksOf(was) {
		if _, err := update(ctx, tx, h.Events, h); err != nil {
			return err
		}
	}
	return s.keep(ctx, tx, h, a, true)
}

// CheckLegs returns an error that names the first handoff of company c of which
// the table of legs does not say what its history tells. What is older than
// clocks and was not touched since has none.
func (s *Service) CheckLegs(ctx context.Context, c id.Company) error {
	_, err := s.eachHandoff(ctx, c, func(ctx context.Context, tx *db.Tx, h Handoff) error {
		events, err := s.ticking(ctx, tx, c, h.ID)
		if err != nil || len(events) == 0 || events[0].Data.Leg == nil {
			return err
		}
		a, err := replayed(ctx, tx, h, events)
		if err != nil {
			return err
		}
		kept, err := legsOf(ctx, tx, c, h.ID)
		if err != nil {
			return err
		}
		was := h
		h.clocked(a)
		same := len(kept) == len(a.Legs) && clocksOf(h) == clocksOf(was)
		for i := 0; same && i < len(kept); i++ {
			same = kept[i] == rowOf(h, i, a.Legs[i])
		}
		if !same {
			return fmt.Errorf("the clocks of handoff %d are not what its history tells", h.Number)
		}
		return nil
	})
	return err
}

// clocksOf is what clocked writes.
func clocksOf(h Handoff) [5]any {
	return [5]any{h.TakeDueAt, h.DueAt, h.AcceptDueAt, h.PausedAt, string(h.PausedOn) + h.PausedFor}
}

// replayed replays a handoff up to its last event, as the step that wrote it did.
func replayed(ctx context.Context, tx *db.Tx, h Handoff, events []Event) (clock.Account, error) {
	events = slices.DeleteFunc(events, func(e Event) bool { return !e.ticks() })
	return account(ctx, tx, tx.Company, h, events, lastOf(h, events))
}

// lastOf is the moment up to which the last step replayed.
func lastOf(h Handoff, events []Event) time.Time {
	e := events[len(events)-1]
	if h.Imported {
		return e.HappenedAt.Time
	}
	return e.RecordedAt.Time
}

// eachHandoff calls fn for every handoff of company c.
func (s *Service) eachHandoff(
	ctx context.Context, c id.Company, fn func(context.Context, *db.Tx, Handoff) error,
) (n int, err error) {
	for last := int64(0); ; {
		var rows []Handoff
		err := s.db.InTx(ctx, c, func(tx *db.Tx) (err error) {
			rows, err = numbered(ctx, tx, c, last, true)
			for i := 0; err == nil && i < len(rows); i++ {
				err = fn(ctx, tx, rows[i])
			}
			return err
		})
		if err != nil || len(rows) == 0 {
			return n, err
		}
		n += len(rows)
		last = rows[len(rows)-1].Number
	}
}

// adoptOpen makes the legs of what is open and older than clocks.
func (s *Service) adoptOpen(ctx context.Context) error {
	for {
		found, err := unclocked(ctx, s.db)
		if err != nil || len(found) == 0 {
			return err
		}
		for _, x := range found {
			err := s.db.InTx(ctx, x.company, func(tx *db.Tx) error {
				h, err := get(ctx, tx, x.company, x.handoff)
				if err != nil {
					return err
				}
				return s.rebuild(ctx, tx, h)
			})
			if err != nil {
				return err
			}
		}
	}
}

// unclocked finds open handoffs without legs. It reads across companies, as only
// the system may: internal/arch lists it as an exception.
func unclocked(ctx context.Context, q db.Querier) ([]alarm, error) {
	return db.All(ctx, q, func(a *alarm) []any { return []any{&a.company, &a.handoff} }, `
		SELECT h.company, h.id FROM handoff h WHERE h.closed_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM handoff_leg l WHERE l.company = h.company AND l.handoff = h.id)
		LIMIT ?`, perPart)
}
