package handoff

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/setting"
)

// Effect is what the terms that hold now would do to a handoff under way, which
// keeps those it began with until somebody recalculates it.
type Effect struct {
	Possible  bool         // other terms hold now than when it began:
	Terms     bool         // another promise,
	Hours     bool         // other hours of the supplier, or both
	Agreement id.Agreement // that holds now; empty for the default of the service
	Was, Will db.Time      // when it is due; while it is paused, when it was planned
	Late      bool         // the change itself makes it late
}

// EffectOf tells what recalculating h would do, and changes nothing.
func (s *Service) EffectOf(ctx context.Context, a authz.Actor, h id.Handoff) (Effect, error) {
	v, err := get(ctx, s.db, a.Company, h)
	if err != nil {
		return Effect{}, err
	}
	out, _, err := s.effect(ctx, s.db, a.Company, v)
	return out, err
}

// effect replays h with the terms that hold now.
func (s *Service) effect(ctx context.Context, q db.Querier, c id.Company, h Handoff) (Effect, link.Promise, error) {
	if !h.Owed() {
		return Effect{}, link.Promise{}, nil
	}
	o, err := link.GetOffer(ctx, q, c, h.Service)
	if err != nil {
		return Effect{}, link.Promise{}, err
	}
	p, err := link.PromiseFor(ctx, q, c, h.Link, o)
	if err != nil {
		return Effect{}, p, err
	}
	h.Agreement = p.Agreement
	next, err := termsNow(ctx, q, c, h, p.Terms)
	if err != nil {
		return Effect{}, p, err
	}
	events, err := s.ticking(ctx, q, c, h.ID)
	if err != nil {
		return Effect{}, p, err
	}
	told, err := timeline(ctx, q, c, h.Imported, events)
	now := s.db.Now()
	before, open := clock.Replay(told, now).Open()
	if err != nil || !open || before.Hours == nil {
		return Effect{}, p, err
	}
	terms, hours := !promisesAs(before.Terms, *next), versionOf(before.Hours).key != versionOf(next.Hours).key
	if !terms && !hours {
		return Effect{}, p, nil
	}
	after, _ := clock.Replay(append(told, clock.Event{What: clock.Retermed, Happened: now, Recorded: now, Terms: next}), now).Open()
	return Effect{
		Possible: true, Terms: terms, Hours: hours, Agreement: p.Agreement, Was: db.At(before.Planned), Will: db.At(after.Planned),
		Late: after.Late(now) && !before.Late(now),
	}, p, nil
}

// promisesAs reports whether two terms promise the same.
func promisesAs(a, b clock.Terms) bool {
	return a.Take == b.Take && a.Deliver == b.Deliver && a.Agreement == b.Agreement
}

// termsNow are the terms of a leg that would begin now.
func termsNow(ctx context.Context, q db.Querier, c id.Company, h Handoff, t link.Terms) (*clock.Terms, error) {
	hours, err := setting.WorkingTimesOf(ctx, q, c, h.Supplier, h.Customer)
	if err != nil {
		return nil, err
	}
	take, deliver := t.Spans()
	return &clock.Terms{
		Supplier: string(h.Supplier), Service: string(h.Service), Agreement: string(h.Agreement), Hours: hours[0], Customer: hours[1],
		Take: take, Deliver: deliver,
	}, nil
}

// Recalculate puts the terms that hold now on a handoff under way: its history
// stays, with its pauses, and both versions stay in its story. Either side may:
// both have accepted the agreement. will is the moment that the person was
// shown; Conflict if it is another by now.
func (s *Service) Recalculate(ctx context.Context, a authz.Actor, h id.Handoff, will db.Time) (Handoff, error) {
	var v Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if v, err = load(ctx, tx, h, Changed, false); err != nil {
			return err
		}
		if err := canServe(a, v); err != nil && canChange(a, v) != nil {
			return err
		}
		e, p, err := s.effect(ctx, tx, a.Company, v)
		if err != nil {
			return err
		}
		if !e.Possible {
			return errs.New(errs.Conflict, "handoff.err.same_terms")
		}
		if !e.Will.Equal(will.Time) {
			return errs.New(errs.Conflict, "handoff.err.other_terms")
		}
		v.Agreement = p.Agreement
		hours, err := setting.WorkingTimesOf(ctx, tx, tx.Company, v.Supplier, v.Customer)
		if err != nil {
			return err
		}
		leg, err := s.legTerms(ctx, tx, v, p, hours)
		if err != nil {
			return err
		}
		v.Version++
		return s.say(ctx, tx, a, &v, &Event{
			Kind: Changed, HappenedAt: tx.Now, Data: EventData{Fields: []string{"agreement"}, Leg: leg},
		})
	})
	return v, err
}

// Clock is what the history of a handoff tells, up to now.
type Clock struct {
	clock.Account

	Now    db.Time
	Effect Effect
}

// Clock replays a handoff.
func (s *Service) Clock(ctx context.Context, a authz.Actor, h id.Handoff) (Clock, error) {
	v, err := get(ctx, s.db, a.Company, h)
	if err != nil {
		return Clock{}, err
	}
	events, err := story(ctx, s.db, a.Company, h)
	if err != nil {
		return Clock{}, err
	}
	return s.clock(ctx, a, v, events)
}

func (s *Service) clock(ctx context.Context, a authz.Actor, h Handoff, events []Event) (Clock, error) {
	out := Clock{Now: db.At(s.db.Now())}
	var err error
	if out.Account, err = account(ctx, s.db, a.Company, h, events, out.Now.Time); err != nil {
		return out, err
	}
	out.Effect, _, err = s.effect(ctx, s.db, a.Company, h)
	return out, err
}

// CanRecalculate reports whether the actor may put the terms that hold now on h.
func CanRecalculate(a authz.Actor, h Handoff) bool { return CanServe(a, h) || CanChange(a, h) }

// CanPause reports whether the actor may stop the clock of h, or let it run.
func CanPause(a authz.Actor, h Handoff) bool {
	return h.Owed() && canServe(a, h) == nil
}
