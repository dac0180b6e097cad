package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// lived is a workshop in which cut pieces came back once and twice, and a
// computer was mended at once.
func lived(t *testing.T, d *db.DB) (*fixture.Company, handoff.Handoff) {
	t.Helper()
	w := fixture.New(t, d, 1)
	clock := time.Date(2026, 11, 16, 15, 0, 0, 0, time.UTC) // a Monday morning
	d.Now = func() time.Time { return clock }
	var last handoff.Handoff
	for i, backs := range []int{0, 1, 2} {
		h := ask(t, w, handoff.Ask{Quantity: 10, Order: "P-7"})
		clock = clock.Add(time.Duration(i+1) * time.Hour)
		h = move(t, w, w.Carla, h, handoff.Taken, handoff.Step{})
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		for range backs {
			h = move(t, w, w.Diego, h, handoff.Returned, handoff.Step{Reason: "1"})
			h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		}
		last = move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{})
	}
	help := ask(t, w, handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})
	help = move(t, w, w.Fabio, help, handoff.Delivered, handoff.Step{})
	move(t, w, w.Diego, help, handoff.Accepted, handoff.Step{})
	follow(t, d)
	return w, last
}

func TestTheChainSaysWhatWaitedAndWhatCameBack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, last := lived(t, d)
		get := func(f handoff.ChainFilter) map[id.Link]handoff.Edge {
			t.Helper()
			f.Since = d.Now().AddDate(0, 0, -30)
			c, err := w.Handoffs.Chain(t.Context(), w.Ana, f)
			if err != nil {
				t.Fatal(err)
			}
			out := map[id.Link]handoff.Edge{}
			for _, e := range c.Edges {
				if e.Moved() {
					out[e.ID] = e
				}
			}
			return out
		}
		all := get(handoff.ChainFilter{})
		e := all[last.Link]
		if len(all) != 2 || e.Bounce != (handoff.Bounce{Cases: 3, Back: 2, Twice: 1}) || e.Delivered != 6 || e.Returned != 3 || e.FirstTime.K != 1 {
			t.Errorf("all: %+v", all)
		}
		if e.Queue.N != 3 || e.Queue.P50 < 110*time.Minute || e.Queue.P50 > 130*time.Minute || e.Queue.P85 < e.Queue.P50 || e.Queue.Sum < 5*time.Hour {
			t.Errorf("waited %+v", e.Queue)
		}
		// One order, told from its handoffs, is the same as the running figures.
		one := get(handoff.ChainFilter{Order: "P-7"})
		if x := one[last.Link]; len(one) != 1 || x != e {
			t.Errorf("the order: %+v\nall of it: %+v", x, e)
		}
		if none := get(handoff.ChainFilter{Order: "P-8"}); len(none) != 0 {
			t.Errorf("no such order: %+v", none)
		}
		if x := get(handoff.ChainFilter{Service: w.Help.ID}); len(x) != 1 || x[last.Link].Moved() {
			t.Errorf("one service: %+v", x)
		}
		if x := get(handoff.ChainFilter{Relation: org.Horizontal}); len(x) != 1 || !x[last.Link].Moved() {
			t.Errorf("one relation: %+v", x)
		}
		if x := get(handoff.ChainFilter{Area: w.Cutting}); len(x) != 1 || !x[last.Link].Moved() {
			t.Errorf("one node: %+v", x)
		}
		_, err := w.Handoffs.Chain(t.Context(), w.Ana, handoff.ChainFilter{Relation: "crooked", Area: "nowhere"})
		if fields := errs.FieldsOf(err); errs.KindOf(err) != errs.Invalid || len(fields) != 2 {
			t.Errorf("a filter that means nothing: %v", err)
		}
	})
}

// What is kept is what would be read.
func TestTheChainThatIsKeptIsTheChainAsItIs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, _ := lived(t, d)
		f := handoff.ChainFilter{Since: d.Now().AddDate(0, 0, -30)}
		for range 3 {
			kept, err := w.Handoffs.Chain(t.Context(), w.Ana, f)
			if err != nil {
				t.Fatal(err)
			}
			read, err := handoff.New(d).Chain(t.Context(), w.Ana, f)
			if err != nil || !slices.Equal(kept.Edges, read.Edges) || len(kept.Queues) != len(read.Queues) {
				t.Errorf("kept %+v\nread %+v, %v", kept.Edges, read.Edges, err)
			}
			ask(t, w, handoff.Ask{Quantity: 1})
			follow(t, d)
		}
	})
}
