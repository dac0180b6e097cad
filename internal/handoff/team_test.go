package handoff_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

func TestATeamKnowsWhatItHasOnItsHands(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, other := fixture.New(t, d, 1), fixture.New(t, d, 2)
		start := time.Now()
		d.Now = func() time.Time { return start }
		ask(t, w, handoff.Ask{})
		move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Taken, handoff.Step{})
		move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Delivered, handoff.Step{})
		move(t, w, w.Diego, ask(t, w, handoff.Ask{}), handoff.Cancelled, handoff.Step{})
		d.Now = func() time.Time { return start.Add(24 * time.Hour) }
		ask(t, w, handoff.Ask{})
		got, err := w.Handoffs.Loads(t.Context(), w.Ana, w.Cutting, w.Sewing, w.Computers, other.Cutting, "nowhere")
		if err != nil {
			t.Fatal(err)
		}
		want := map[id.Node]handoff.Load{w.Cutting: {Open: 3, Late: 2}, w.Sewing: {ToAccept: 1}, w.Computers: {}}
		if len(got) != len(want) {
			t.Errorf("loads are %v", got)
		}
		for n, l := range want {
			if got[n] != l {
				t.Errorf("%s has %+v, want %+v", n, got[n], l)
			}
		}
		if sum := (handoff.Load{Open: 60, Late: 2}).Plus(handoff.Load{Open: 60, ToAccept: 1}); sum != (handoff.Load{Open: 100, Late: 2, ToAccept: 1}) {
			t.Errorf("the sum is %+v", sum)
		}
	})
}

// The figures of a team are those of its nodes, one by one.
func TestTheFiguresOfATeamAreThoseOfItsNodes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		start := time.Now().Add(-24 * time.Hour)
		step := 0
		d.Now = func() time.Time { step++; return start.Add(time.Duration(step) * time.Second) }
		for range 3 {
			h := move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Delivered, handoff.Step{})
			move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{})
		}
		h := ask(t, w, handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})
		move(t, w, w.Diego, move(t, w, w.Fabio, h, handoff.Delivered, handoff.Step{}), handoff.AcceptedWithRemark, handoff.Step{Note: "Tardó"})
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		since := start.AddDate(0, 0, -30)
		team, err := w.Handoffs.TeamFigures(ctx, w.Ana, since, w.Cutting, w.Computers, w.Sewing)
		if err != nil {
			t.Fatal(err)
		}
		if team.Accepted != 4 || team.Remarked != 1 || team.FirstTime.K != 3 || team.Times.N != 4 || team.Enough() {
			t.Errorf("the team did %+v", team)
		}
		alone, err := w.Handoffs.TeamFigures(ctx, w.Ana, since, w.Cutting)
		if err != nil {
			t.Fatal(err)
		}
		if alone.Times.N == 0 || alone.Times.Deliver.P50 <= 0 {
			t.Errorf("alone it did %+v", alone)
		}
		later, err := w.Handoffs.TeamFigures(ctx, w.Ana, start.Add(time.Hour), w.Cutting)
		if err != nil || later.Times.N != 0 {
			t.Errorf("after the last asking there are times: %+v, %v", later, err)
		}
	})
}
