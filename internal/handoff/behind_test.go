package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
)

// Each figure of a link opens the handoffs behind it.
func TestFiguresOpenWhatIsBehindThem(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		long := time.Now().Add(-time.Hour)
		good := move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "bien"}), handoff.Delivered, handoff.Step{})
		good = move(t, w, w.Diego, good, handoff.Accepted, handoff.Step{})
		stained := move(t, w, w.Carla, ask(t, w, handoff.Ask{Title: "manchado"}), handoff.Delivered, handoff.Step{})
		stained = move(t, w, w.Diego, stained, handoff.Returned, handoff.Step{Reason: "2"})
		open := ask(t, w, handoff.Ask{Title: "abierto"})
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		f, err := w.Handoffs.LinkFigures(ctx, w.Ana, good.Link, long)
		if err != nil || len(f.Reasons) != 1 || f.Reasons[0].Service != w.Cut.ID || f.Reasons[0].Item.Text != "Manchado" {
			t.Fatalf("%+v, %v", f.Reasons, err)
		}
		for name, q := range map[string]struct {
			f    handoff.Filter
			want []int64
		}{
			"closed since":       {handoff.Filter{Closed: long}, []int64{good.Number}},
			"closed in future":   {handoff.Filter{Closed: time.Now().Add(time.Hour)}, nil},
			"asked since":        {handoff.Filter{Asked: long}, []int64{open.Number, stained.Number, good.Number}},
			"came back":          {handoff.Filter{CameBack: true}, []int64{stained.Number}},
			"for this reason":    {handoff.Filter{Service: w.Cut.ID, Reason: "2"}, []int64{stained.Number}},
			"for another reason": {handoff.Filter{Service: w.Cut.ID, Reason: "1"}, nil},
		} {
			q.f.Link = good.Link
			if got := numbers(t, w, w.Ana, q.f); !slices.Equal(got, q.want) {
				t.Errorf("%s: got %v, want %v", name, got, q.want)
			}
		}
	})
}
