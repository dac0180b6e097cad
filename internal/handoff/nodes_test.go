package handoff_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
)

// Two nodes of a cluster, each with connections, a chain and a live analysis of
// its own, say the same after every move, whichever of them it was made on and whichever
// followed the log.
func TestTwoNodesKeepTheSameChain(t *testing.T) {
	ctx := t.Context()
	dsn := dbtest.DSN(t, db.Postgres)
	node := func() *db.DB {
		d, err := db.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	one, two := node(), node()
	if err := one.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	w := fixture.New(t, one, 1)
	services := []*handoff.Service{w.Handoffs, handoff.New(two)}
	nodes := []*db.DB{one, two}
	f := handoff.ChainFilter{Since: time.Now().AddDate(0, 0, -30)}
	follows := func(what string) {
		t.Helper()
		read, err := handoff.New(two).Passes(ctx, w.Ana)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range services {
			kept, err := s.Passes(ctx, w.Ana)
			if err != nil {
				t.Fatal(err)
			}
			// In words: what is not known is no number, and equals nothing.
			if kept, read := fmt.Sprintf("%+v", kept), fmt.Sprintf("%+v", read); kept != read {
				t.Errorf("%s: node %d follows work as %s, the database says %s", what, i+1, kept, read)
			}
		}
	}
	agree := func(what string, delivered int) {
		t.Helper()
		read, err := handoff.New(one).Chain(ctx, w.Ana, f)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, e := range read.Edges {
			sum += e.Delivered
		}
		if sum != delivered {
			t.Errorf("%s: %d deliveries in the chain, want %d", what, sum, delivered)
		}
		for i, s := range services {
			kept, err := s.Chain(ctx, w.Ana, f)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(kept.Edges, read.Edges) || len(kept.Queues) != len(read.Queues) {
				t.Errorf("%s: node %d keeps %+v, the database says %+v", what, i+1, kept.Edges, read.Edges)
			}
		}
		follows(what)
	}
	agree("at the beginning", 0)
	for i := range 4 {
		here, there := services[i%2], nodes[(i+1)%2]
		h, err := here.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Blusa", Quantity: 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := services[(i+1)%2].Move(ctx, w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID}); err != nil {
			t.Fatal(err)
		}
		follow(t, there)
		agree("after a move on each", i+1)
		to, step := handoff.Accepted, handoff.Step{Handoff: h.ID}
		if i == 3 {
			to, step.Reason = handoff.Returned, "2"
		}
		if _, err := here.Move(ctx, w.Diego, to, step); err != nil {
			t.Fatal(err)
		}
		follow(t, nodes[i%2])
		agree("after the answer", i+1)
	}
}
