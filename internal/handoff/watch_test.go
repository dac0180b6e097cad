package handoff_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// heard counts what time told somebody, by kind.
func heard(t *testing.T, d *db.DB, a authz.Actor) map[string]int {
	t.Helper()
	all, err := notify.List(t.Context(), d, a, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, n := range all {
		if k, _ := notify.KindOf(n.Kind); k.Group == notify.Deadlines {
			out[n.Kind]++
		}
	}
	return out
}

func hears(t *testing.T, d *db.DB, who string, a authz.Actor, want map[string]int) {
	t.Helper()
	if got := heard(t, d, a); !maps.Equal(got, want) {
		t.Errorf("%s heard %v, want %v", who, got, want)
	}
}

func ring(t *testing.T, w *fixture.Company) {
	t.Helper()
	if _, err := w.Handoffs.RingDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestPeopleAreToldBeforeAtAndAfterTheMoment(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w := fixture.New(t, d, 1)
		h := ask(t, w, handoff.Ask{})
		ring(t, w)
		hears(t, d, "who has time", w.Carla, map[string]int{})
		c.pass(6 * time.Hour) // three quarters of eight hours
		ring(t, w)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": 1})
		c.pass(2 * time.Hour)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": 1, "due_now": 1})
		hears(t, d, "the leader", w.Bruno, map[string]int{})
		c.pass(2 * time.Hour)
		ring(t, w)
		hears(t, d, "the leader", w.Bruno, map[string]int{"escalated": 1})
		hears(t, d, "who asked", w.Diego, map[string]int{"overdue": 1})
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": 1, "due_now": 1, "overdue": 1})
		c.pass(100 * time.Hour)
		ring(t, w)
		ring(t, w)
		hears(t, d, "the leader", w.Bruno, map[string]int{"escalated": 1})
		move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		c.pass(time.Hour)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": 1, "due_now": 1, "overdue": 1})
	})
}

// After a night in which nothing ran, people hear of how things stand and not
// of all that they missed.
func TestAfterAStandstillOnlyTheLastIsTold(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w := fixture.New(t, d, 1)
		ask(t, w, handoff.Ask{})
		c.pass(9 * time.Hour)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"due_now": 1})
	})
}

// Nothing ran for a whole weekend: who has it in hand, who waits for it and the
// leader hear once that it is overdue, as they would have heard meanwhile.
func TestAfterALongStandstillNobodyIsForgotten(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w := fixture.New(t, d, 1)
		ask(t, w, handoff.Ask{})
		c.pass(60 * time.Hour)
		ring(t, w)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"overdue": 1})
		hears(t, d, "who asked", w.Diego, map[string]int{"overdue": 1})
		hears(t, d, "the leader", w.Bruno, map[string]int{"escalated": 1})
	})
}

func TestAPauseRingsNothingAndReworkRingsAnew(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w := fixture.New(t, d, 1)
		h := ask(t, w, handoff.Ask{})
		h = pause(t, w, h, clock.Customer)
		c.pass(50 * time.Hour)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{})
		h = resume(t, w, h)
		c.pass(6 * time.Hour)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": 1})
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		move(t, w, w.Diego, h, handoff.Returned, handoff.Step{Reason: "1"})
		c.pass(time.Minute)
		ring(t, w)
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": 2}) // of the rework: its time was used before
	})
}

func TestWhatNobodyAnswersIsAcceptedByItselfAndCountedApart(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		for range 2 {
			h := ask(t, w, handoff.Ask{})
			h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
			if want := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC); !h.AcceptDueAt.Equal(want) { // five days after Monday
				t.Fatalf("it is accepted by itself at %v, want %v", h.AcceptDueAt, want)
			}
		}
		ring(t, w)
		hears(t, d, "who asked", w.Diego, map[string]int{})
		c.pass(110 * time.Hour)
		ring(t, w)
		hears(t, d, "who asked", w.Diego, map[string]int{"accept_soon": 2})
		one, err := w.Handoffs.ByNumber(ctx, w.Diego, 1)
		if err != nil {
			t.Fatal(err)
		}
		move(t, w, w.Diego, one.Handoff, handoff.Accepted, handoff.Step{})
		c.pass(48 * time.Hour)
		ring(t, w)
		ring(t, w)
		two, err := w.Handoffs.ByNumber(ctx, w.Diego, 2)
		if err != nil || two.State != handoff.Accepted || !two.Auto || two.RightFirstTime() || two.MovedBy != "" {
			t.Fatalf("%+v, %v", two.Handoff, err)
		}
		if last := two.Story[len(two.Story)-1]; last.Kind != handoff.AutoAccepted {
			t.Errorf("its story ends with %s", last.Kind)
		}
		hears(t, d, "who asked", w.Diego, map[string]int{"accept_soon": 2, "auto_accepted": 1})
		hears(t, d, "who did it", w.Carla, map[string]int{"auto_accepted": 1})
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		f, err := w.Handoffs.LinkFigures(ctx, w.Ana, one.Link, c.now.AddDate(0, -1, 0))
		if err != nil || f.All.Auto != 1 || f.All.Accepted != 1 || f.All.FirstTime.K != 1 || f.All.FirstTime.N != 1 {
			t.Errorf("%+v, %v", f.All, err)
		}
		if err := w.Handoffs.CheckLegs(ctx, w.ID); err != nil {
			t.Error(err)
		}
	})
}

// Several nodes watch the same clocks: each moment is told once.
func TestManyWatchersTellOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		const asks, nodes = 10, 4
		for range asks {
			ask(t, w, handoff.Ask{})
		}
		c.pass(6 * time.Hour)
		var wg sync.WaitGroup
		for range nodes {
			wg.Go(func() {
				if _, err := handoff.New(d).RingDue(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		hears(t, d, "who does it", w.Carla, map[string]int{"due_soon": asks})
	})
}

// The loop itself, with the clock of the machine: it tells what was due before
// it began, and what a commit of this process sets while it runs.
func TestTheWatchTellsByItself(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		told := make(chan struct{}, 100)
		d.AfterCommit(func(id.Company) { told <- struct{}{} })
		w := fixture.New(t, d, 1)
		ask(t, w, handoff.Ask{HappenedAt: d.Now().Add(-7 * time.Hour)})
		watching, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { w.Handoffs.KeepTime(watching) })
		until := func(n int) {
			for heard(t, d, w.Carla)["due_soon"] < n {
				<-told
			}
		}
		until(1)
		ask(t, w, handoff.Ask{HappenedAt: d.Now().Add(-6*time.Hour + 100*time.Millisecond)})
		until(2)
		stop()
		wg.Wait()
	})
}

// Whatever people do, the table of legs says what the history tells; a rebuild
// finds nothing to change, and mends what somebody has spoilt.
func TestTheKeptLegsAreWhatAReplayTells(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		r := rand.New(rand.NewPCG(1, 2))
		for range 12 {
			h := ask(t, w, handoff.Ask{Quantity: 5})
			for range 12 {
				c.pass(time.Duration(r.IntN(240)) * time.Minute)
				h = anything(t, w, r, h)
			}
			ring(t, w)
		}
		if err := w.Handoffs.CheckLegs(ctx, w.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Handoffs.RebuildLegs(ctx, w.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.Handoffs.CheckLegs(ctx, w.ID); err != nil {
			t.Fatal(err)
		}
		spoil(t, d, w)
		if err := w.Handoffs.CheckLegs(ctx, w.ID); err == nil {
			t.Fatal("nobody noticed that the legs are wrong")
		}
		if n, err := w.Handoffs.RebuildLegs(ctx, w.ID); err != nil || n != 12 {
			t.Fatal(n, err)
		}
		if err := w.Handoffs.CheckLegs(ctx, w.ID); err != nil {
			t.Error(err)
		}
	})
}

// anything does something that may or may not be possible.
func anything(t *testing.T, w *fixture.Company, r *rand.Rand, h handoff.Handoff) handoff.Handoff {
	t.Helper()
	ctx := t.Context()
	supplier, other := w.Carla, w.Help.ID
	if h.Supplier == w.Computers {
		supplier, other = w.Fabio, w.Cut.ID
	}
	var next handoff.Handoff
	var err error
	step := handoff.Step{Handoff: h.ID, Note: "x"}
	switch r.IntN(10) {
	case 0:
		next, err = w.Handoffs.Move(ctx, supplier, handoff.Taken, step)
	case 1, 2:
		next, err = w.Handoffs.Pause(ctx, supplier, handoff.Pause{
			Handoff: h.ID, Reason: "x", Wait: handoff.Wait{On: []clock.Whom{clock.Customer, clock.Third}[r.IntN(2)], Name: "y"},
		})
	case 3:
		next, err = w.Handoffs.Resume(ctx, supplier, h.ID, step)
	case 4:
		next, err = w.Handoffs.Redirect(ctx, supplier, h.ID, other, step)
	case 5:
		_, err = w.Handoffs.Comment(ctx, w.Diego, h.ID, "¿Cómo va?", nil)
	case 6:
		step.Reason = "1"
		next, err = w.Handoffs.Move(ctx, w.Diego, handoff.Returned, step)
	case 7:
		step.ConfirmTime = true
		if r.IntN(3) == 0 {
			next, err = w.Handoffs.Move(ctx, w.Diego, handoff.Accepted, step)
		}
	default:
		if ago := w.DB.Now().Add(-time.Duration(r.IntN(60)) * time.Minute); ago.After(h.MovedAt.Time) && r.IntN(2) == 0 {
			step.HappenedAt = ago
		}
		next, err = w.Handoffs.Move(ctx, supplier, handoff.Delivered, step)
	}
	if err != nil && errs.KindOf(err) != errs.Conflict && errs.KindOf(err) != errs.Invalid {
		t.Fatal(err)
	}
	if next.ID == "" || err != nil {
		return h
	}
	return next
}

func spoil(t *testing.T, d *db.DB, w *fixture.Company) {
	t.Helper()
	err := d.InTx(t.Context(), w.ID, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `UPDATE handoff_leg SET used_us = used_us + 1 WHERE company = ? AND leg = 1`, tx.Company); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `UPDATE handoff SET due_at = due_at + 1 WHERE company = ?`, tx.Company)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
