package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

func TestWhatMyPostsAskMostComesFirst(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		other := fixture.New(t, d, 2)
		for _, in := range []handoff.Ask{
			{Service: w.Help.ID, Customer: w.Sewing}, {}, {}, {Service: w.Cut.ID, Customer: w.Sewing},
		} {
			ask(t, w, in)
		}
		ask(t, other, handoff.Ask{})
		if _, err := w.Handoffs.HandOn(ctx, w.Carla, handoff.Ask{Service: w.Cut.ID, Customer: w.Computers, Title: "Trapos"}, handoff.Step{}); err != nil {
			t.Fatal(err)
		}
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		since := time.Now().Add(-24 * time.Hour)
		got, err := w.Handoffs.MostAsked(ctx, w.Elena, since, 5)
		if want := []id.Service{w.Cut.ID, w.Help.ID}; err != nil || !slices.Equal(got, want) {
			t.Errorf("sewing asks most for %v, want %v, %v", got, want, err)
		}
		if got, err := w.Handoffs.MostAsked(ctx, w.Elena, since, 1); err != nil || len(got) != 1 {
			t.Errorf("the limit: %v, %v", got, err)
		}
		for name, a := range map[string]struct {
			authz.Actor
			since time.Time
		}{"what was handed on": {w.Fabio, since}, "nobody's": {w.Ana, since}, "long ago": {w.Elena, time.Now().Add(72 * time.Hour)}} {
			if got, err := w.Handoffs.MostAsked(ctx, a.Actor, a.since, 5); err != nil || len(got) > 0 {
				t.Errorf("%s counts as asked: %v, %v", name, got, err)
			}
		}
	})
}

func TestWorkLeftCountsFromNow(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := fixture.New(t, d, 1)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { return now }
	left, err := w.Handoffs.WorkLeft(t.Context(), w.Elena)
	due := func(in time.Duration) handoff.Handoff { return handoff.Handoff{DueAt: db.At(now.Add(in))} }
	paused := due(3 * time.Hour)
	paused.PausedAt = db.At(now.Add(-2 * time.Hour))
	if err != nil || left(due(3*time.Hour)) != 3*time.Hour || left(due(-time.Hour)) != -time.Hour || left(paused) != 5*time.Hour {
		t.Errorf("%v", err)
	}
}
