package handoff_test

import (
	"slices"
	"sync"
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

// Who pauses until another handoff comes waits for it in every sense: it stands
// in the chain, and the one who waits hears that it came, or that it will not.
// What is over, or waits for this one itself, cannot be waited for.
func TestAPauseUntilAnotherComesIsToldOfIt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		help := func() handoff.Handoff {
			t.Helper()
			u, err := w.Handoffs.Ask(ctx, w.Bruno, handoff.Ask{Service: w.Help.ID, Customer: w.Cutting, Title: "La cortadora no enciende"})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		until := func(h, u handoff.Handoff) error {
			_, err := w.Handoffs.Pause(ctx, w.Ana, handoff.Pause{Handoff: h.ID, Reason: "Sin cortadora", Wait: handoff.Wait{On: clock.Other, Number: u.Number}})
			return err
		}
		for state, kind := range map[handoff.State]string{handoff.Accepted: "upstream_met", handoff.Declined: "upstream_lost"} {
			h, u := ask(t, w, handoff.Ask{}), help()
			for range 2 { // pausing again changes nothing of it
				if err := until(h, u); err != nil {
					t.Fatal(err)
				}
			}
			if up := detail(t, w, h).Needs.Up; len(up) != 1 || up[0].ID != u.ID {
				t.Errorf("it waits for %+v", up)
			}
			if err := until(u, h); errs.FieldsOf(err)["number"] != "handoff.err.cycle" {
				t.Errorf("each waits for the other: %v", err)
			}
			if detail(t, w, u).Paused() {
				t.Error("what was refused has paused it")
			}
			if slices.Contains(kinds(t, w, w.Carla), kind) {
				t.Errorf("%s was told before", kind)
			}
			if state == handoff.Accepted {
				u = move(t, w, w.Fabio, u, handoff.Delivered, handoff.Step{})
				move(t, w, w.Bruno, u, state, handoff.Step{})
			} else {
				move(t, w, w.Fabio, u, state, handoff.Step{Note: "No hay piezas"})
			}
			if heard := kinds(t, w, w.Carla); !slices.Contains(heard, kind) {
				t.Errorf("%s: who waits hears %v", state, heard)
			}
			got := detail(t, w, h)
			if last := got.Story[len(got.Story)-1]; last.Kind != handoff.Resumed || last.Data.Met == nil || *last.Data.Met != (handoff.Met{Number: u.Number, State: state}) {
				t.Errorf("%s: the story ends with %+v", state, last)
			}
			if err := until(ask(t, w, handoff.Ask{}), u); errs.FieldsOf(err)["number"] != "handoff.err.upstream_closed" {
				t.Errorf("waits for what is over: %v", err)
			}
		}
	})
}

// From the moment at which the other handoff is over, or is no longer needed,
// nobody else is waited for: the clock runs again, for who has the work in hand.
func TestThePauseEndsWithWhatItWaitsFor(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *fixture.Company, *clockwork, handoff.Handoff, handoff.Handoff){
		"accepted": func(t *testing.T, w *fixture.Company, _ *clockwork, _, u handoff.Handoff) {
			u = move(t, w, w.Fabio, u, handoff.Delivered, handoff.Step{})
			move(t, w, w.Bruno, u, handoff.AcceptedWithRemark, handoff.Step{Note: "Hace ruido"})
		},
		"called off": func(t *testing.T, w *fixture.Company, _ *clockwork, _, u handoff.Handoff) {
			move(t, w, w.Bruno, u, handoff.Cancelled, handoff.Step{})
		},
		"answered by nobody": func(t *testing.T, w *fixture.Company, c *clockwork, _, u handoff.Handoff) {
			move(t, w, w.Fabio, u, handoff.Delivered, handoff.Step{})
			for detail(t, w, u).State.Open() {
				c.pass(time.Hour)
				ring(t, w)
			}
		},
		"not needed": func(t *testing.T, w *fixture.Company, _ *clockwork, h, u handoff.Handoff) {
			if err := w.Handoffs.WaitNoMore(t.Context(), w.Carla, h.ID, u.ID); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Run(t, func(t *testing.T, d *db.DB) {
				c := wind(d)
				w, ctx := fixture.New(t, d, 1), t.Context()
				h := ask(t, w, handoff.Ask{})
				u, err := w.Handoffs.Ask(ctx, w.Bruno, handoff.Ask{Service: w.Help.ID, Customer: w.Cutting, Title: "La cortadora no enciende"})
				if err != nil {
					t.Fatal(err)
				}
				c.pass(time.Hour)
				if _, err := w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{Handoff: h.ID, Reason: "Sin cortadora", Wait: handoff.Wait{On: clock.Other, Number: u.Number}}); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Handoffs.Comment(ctx, w.Diego, h.ID, "¿Cómo va?", nil); err != nil {
					t.Fatal(err)
				}
				began := c.now
				c.pass(2 * time.Hour)
				end(t, w, c, h, u)
				took := c.now.Sub(began)
				c.pass(3 * time.Hour)
				got := detail(t, w, h)
				l := got.Clock.Legs[0]
				if got.Paused() || len(l.Pauses) != 1 || l.Pauses[0].Until.Sub(began) != took || l.Pauses[0].Held != took || l.Used != 4*time.Hour {
					t.Errorf("paused since %v: %t, %+v, used %v", began, got.Paused(), l.Pauses, l.Used)
				}
				if want := h.DueAt.Add(took); !got.DueAt.Equal(want) {
					t.Errorf("due %v, want %v", got.DueAt, want)
				}
				if _, err := w.Handoffs.Resume(ctx, w.Carla, h.ID, handoff.Step{}); errs.KindOf(err) != errs.Conflict {
					t.Errorf("it ran already: %v", err)
				}
			})
		})
	}
}

// Who begins to wait for a handoff while somebody else ends it is told so, or
// its pause ends at once: nobody is left waiting for what is over.
func TestNobodyIsLeftWaitingForWhatIsOver(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		for range 25 {
			h := ask(t, w, handoff.Ask{})
			u, err := w.Handoffs.Ask(ctx, w.Bruno, handoff.Ask{Service: w.Help.ID, Customer: w.Cutting, Title: "La cortadora no enciende"})
			if err != nil {
				t.Fatal(err)
			}
			move(t, w, w.Fabio, u, handoff.Delivered, handoff.Step{})
			var both sync.WaitGroup
			var paused, accepted error
			both.Go(func() {
				_, paused = w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{Handoff: h.ID, Reason: "Sin cortadora", Wait: handoff.Wait{On: clock.Other, Number: u.Number}})
			})
			both.Go(func() {
				_, accepted = w.Handoffs.Move(ctx, w.Bruno, handoff.Accepted, handoff.Step{Handoff: u.ID})
			})
			both.Wait()
			if accepted != nil {
				t.Errorf("who ended it was kept from it: %v", accepted)
			}
			if paused != nil && errs.FieldsOf(paused)["number"] != "handoff.err.upstream_closed" {
				t.Errorf("who wanted to wait hears %v", paused)
			}
			if got := detail(t, w, h); got.Paused() {
				t.Errorf("%d waits for %d, which is over (%v)", h.Number, u.Number, paused)
			}
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
