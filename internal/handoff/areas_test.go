package handoff_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// An area did what its nodes did together, whether it is most of the company or
// a little of it, and whether that is many nodes or few.
func TestAnAreaDidWhatItsNodesDid(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		for i := range 4 {
			h := move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Delivered, handoff.Step{})
			if i == 0 {
				h = move(t, w, w.Diego, h, handoff.Returned, handoff.Step{Reason: w.Cut.Reasons[0].ID})
				h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
			}
			move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{})
		}
		h := ask(t, w, handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})
		move(t, w, w.Diego, move(t, w, w.Fabio, h, handoff.Delivered, handoff.Step{}), handoff.Accepted, handoff.Step{})
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		since := time.Now().AddDate(0, 0, -30)
		check := func(more id.Node) {
			t.Helper()
			tree, err := org.LoadTree(ctx, d, w.ID)
			if err != nil {
				t.Fatal(err)
			}
			areas := []id.Node{w.Making, w.Cutting, w.Sewing, w.Computers, more}
			got, err := w.Handoffs.FirstTimes(ctx, w.Ana, tree, since, append(areas, "nowhere")...)
			if err != nil || len(got) != len(areas) {
				t.Fatalf("%+v, %v", got, err)
			}
			for _, n := range areas {
				want, err := w.Handoffs.Delivered(ctx, w.Ana, since, tree.Under(n)...)
				if err != nil || got[n] != want.FirstTime {
					t.Errorf("%s did %+v, its nodes %+v, %v", tree.Name(n), got[n], want.FirstTime, err)
				}
			}
			if got[w.Making].K != 3 || got[w.Making].N != 4 || got[w.Computers].N != 1 || got[w.Sewing].N != 0 {
				t.Errorf("%+v", got)
			}
			later, err := w.Handoffs.FirstTimes(ctx, w.Ana, tree, time.Now().AddDate(0, 0, 2), w.Making)
			if err != nil || later[w.Making].N != 0 {
				t.Errorf("after all there was %+v, %v", later, err)
			}
		}
		check(w.Shop)
		for _, parent := range []id.Node{w.Making, ""} { // first the area is most of the company, then half of it
			posts := make([]org.Node, 40)
			for i := range posts {
				posts[i] = org.Node{ID: id.New[id.Node](), Kind: org.Post, Name: fmt.Sprintf("Puesto %d%s", i+1, parent), Parent: parent}
			}
			if err := d.InTx(ctx, w.ID, func(tx *db.Tx) error { return org.AddNodes(ctx, tx, w.Ana.Person, posts...) }); err != nil {
				t.Fatal(err)
			}
			check(posts[0].ID)
		}
	})
}
