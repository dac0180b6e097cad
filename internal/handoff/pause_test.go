package handoff_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// clockwork is a database whose time a test moves.
type clockwork struct{ now time.Time }

func wind(d *db.DB) *clockwork {
	c := &clockwork{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return c.now }
	return c
}

func (c *clockwork) pass(d time.Duration) { c.now = c.now.Add(d) }

func pause(t *testing.T, w *fixture.Company, h handoff.Handoff, on clock.Whom) handoff.Handoff {
	t.Helper()
	wait := handoff.Wait{On: on}
	if on == clock.Third {
		wait.Name = "Telas Ruiz"
	}
	h, err := w.Handoffs.Pause(t.Context(), w.Carla, handoff.Pause{Handoff: h.ID, Wait: wait, Reason: "Falta la tela"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func resume(t *testing.T, w *fixture.Company, h handoff.Handoff) handoff.Handoff {
	t.Helper()
	h, err := w.Handoffs.Resume(t.Context(), w.Carla, h.ID, handoff.Step{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAPauseMovesThePromiseAndIsNotLate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		due := h.DueAt
		c.pass(time.Hour)
		h = pause(t, w, h, clock.Third)
		if !h.Paused() || h.WaitsFor() != handoff.ForThird || h.PausedFor != "Telas Ruiz" || !h.DueAt.Equal(due.Time) {
			t.Fatalf("%+v", h)
		}
		c.pass(20 * time.Hour)
		if h.Late(c.now) {
			t.Error("what is paused became late")
		}
		late, err := w.Handoffs.List(ctx, w.Ana, handoff.Filter{Late: true})
		if err != nil || len(late.Rows) != 0 {
			t.Errorf("the list of what is late has %d, %v", len(late.Rows), err)
		}
		h = move(t, w, w.Carla, h, handoff.Taken, handoff.Step{}) // the first response never pauses
		if !h.Paused() || !h.TakenAt.After(h.TakeDueAt.Time) {
			t.Errorf("%+v", h)
		}
		h = resume(t, w, h)
		if h.Paused() || !h.DueAt.Equal(due.Add(20*time.Hour)) {
			t.Errorf("due %v, want %v", h.DueAt, due.Add(20*time.Hour))
		}
		k, err := w.Handoffs.Clock(ctx, w.Diego, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		l := k.Legs[0]
		if l.Used != time.Hour || l.Took != clock.Missed || l.Pauses[0].Held != 20*time.Hour || l.Pauses[0].Reason != "Falta la tela" ||
			k.Waits[clock.Third] != 20*time.Hour {
			t.Errorf("%+v", k)
		}
		facts, err := fact.After(ctx, d, w.ID, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		last := facts[len(facts)-3]
		var m handoff.Moved
		if err := last.Decode(&m); err != nil || last.Kind != "handoff.paused" || m.On != clock.Third {
			t.Errorf("%s %+v, %v", last.Kind, m, err)
		}
	})
}

func TestBadPausesChangeNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		third := handoff.Wait{On: clock.Third, Name: "Telas Ruiz"}
		for name, in := range map[string]struct {
			handoff.Pause
			field string
		}{
			"no reason":           {handoff.Pause{Wait: third, Reason: "  "}, "reason"},
			"nobody":              {handoff.Pause{Reason: "x"}, "on"},
			"somebody unknown":    {handoff.Pause{Wait: handoff.Wait{On: "the moon"}, Reason: "x"}, "on"},
			"a third, no name":    {handoff.Pause{Wait: handoff.Wait{On: clock.Third}, Reason: "x"}, "name"},
			"no number":           {handoff.Pause{Wait: handoff.Wait{On: clock.Other}, Reason: "x"}, "number"},
			"a number of nothing": {handoff.Pause{Wait: handoff.Wait{On: clock.Other, Number: 77}, Reason: "x"}, "number"},
			"itself":              {handoff.Pause{Wait: handoff.Wait{On: clock.Other, Number: h.Number}, Reason: "x"}, "number"},
		} {
			in.Handoff = h.ID
			_, err := w.Handoffs.Pause(ctx, w.Carla, in.Pause)
			if errs.FieldsOf(err)[in.field] == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		conflict := func(what string, err error) {
			t.Helper()
			if errs.KindOf(err) != errs.Conflict {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := w.Handoffs.Resume(ctx, w.Carla, h.ID, handoff.Step{})
		conflict("resume what is not paused", err)
		if _, err = w.Handoffs.Pause(ctx, w.Diego, handoff.Pause{Handoff: h.ID, Wait: third, Reason: "x"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the customer paused: %v", err)
		}
		_, err = w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{Handoff: h.ID, Wait: third, Reason: "x", Version: 9})
		conflict("a stale page", err)
		if got, err := w.Handoffs.Get(ctx, w.Diego, h.ID); err != nil || got.Paused() || len(got.Story) != 1 {
			t.Errorf("something changed: %+v, %v", got.Handoff, err)
		}
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		_, err = w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{Handoff: h.ID, Wait: third, Reason: "x"})
		conflict("pause what is delivered", err)
		move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{})
		_, err = w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{Handoff: h.ID, Wait: third, Reason: "x"})
		conflict("pause what is over", err)
	})
}

func TestARedirectionMakesTwoLegsWithTheirOwnResult(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		c.pass(9 * time.Hour) // an hour too much
		h, err := w.Handoffs.Redirect(ctx, w.Carla, h.ID, w.Help.ID, handoff.Step{Note: "Es de sistemas"})
		if err != nil {
			t.Fatal(err)
		}
		if !h.DueAt.Equal(c.now.Add(8 * time.Hour)) {
			t.Errorf("the second leg is due %v", h.DueAt)
		}
		c.pass(2 * time.Hour)
		h = move(t, w, w.Fabio, h, handoff.Delivered, handoff.Step{})
		k, err := w.Handoffs.Clock(ctx, w.Diego, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(k.Legs) != 2 || k.Legs[0].Result != clock.Missed || k.Legs[1].Result != clock.Met || !k.Legs[1].Provisional ||
			k.Legs[0].Supplier != string(w.Cutting) || k.Legs[1].Supplier != string(w.Computers) || k.Whole.Result != clock.Missed {
			t.Errorf("%+v", k.Account)
		}
	})
}

// A promise keeps the hours and the terms by which it was made until somebody
// has seen what other ones would do, and says so.
func TestOtherTermsHoldOnceTheyAreConfirmed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		if e, err := w.Handoffs.EffectOf(ctx, w.Carla, h.ID); err != nil || e.Possible {
			t.Fatalf("nothing has changed: %+v, %v", e, err)
		}
		if _, err := w.Handoffs.Recalculate(ctx, w.Carla, h.ID, h.DueAt); errs.KindOf(err) != errs.Conflict {
			t.Errorf("recalculated for nothing: %v", err)
		}
		c.pass(3 * time.Hour)
		agree(t, w, h.Link, w.Cut, link.Terms{Take: time.Hour, Deliver: 2 * time.Hour, Target: 90})
		e, err := w.Handoffs.EffectOf(ctx, w.Diego, h.ID)
		if err != nil || !e.Possible || !e.Late || !e.Was.Equal(h.DueAt.Time) || !e.Will.Equal(h.AskedAt.Add(2*time.Hour)) {
			t.Fatalf("%+v, %v", e, err)
		}
		got, err := w.Handoffs.Get(ctx, w.Diego, h.ID)
		if err != nil || !got.DueAt.Equal(h.DueAt.Time) || got.Agreement != "" {
			t.Errorf("it changed by itself: %+v, %v", got.Handoff, err)
		}
		if _, err := w.Handoffs.Recalculate(ctx, w.Diego, h.ID, h.DueAt); errs.KindOf(err) != errs.Conflict {
			t.Errorf("another moment than the one shown: %v", err)
		}
		if _, err := w.Handoffs.Recalculate(ctx, w.Fabio, h.ID, e.Will); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger recalculated: %v", err)
		}
		now, err := w.Handoffs.Recalculate(ctx, w.Diego, h.ID, e.Will)
		if err != nil || !now.DueAt.Equal(e.Will.Time) || now.Agreement == "" {
			t.Fatalf("%+v, %v", now, err)
		}
		if got, err = w.Handoffs.Get(ctx, w.Diego, h.ID); err != nil || len(got.Story) != 2 || got.Story[1].Kind != handoff.Changed {
			t.Errorf("the story is %+v, %v", got.Story, err)
		}
	})
}

func agree(t *testing.T, w *fixture.Company, l id.Link, o link.Offer, terms link.Terms) {
	t.Helper()
	g, err := w.Links.Propose(t.Context(), w.Diego, link.Propose{Link: l, Service: o.ID, Terms: terms})
	if err == nil {
		_, err = w.Links.Decide(t.Context(), w.Carla, g.ID, link.Accepted)
	}
	if err != nil {
		t.Fatal(err)
	}
}
