package app_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/route"
)

// A step is accepted and the server is killed at once: between the acceptance
// and the next step, or in the middle of it. Started again, it opens that step,
// once; killed and started once more, it opens nothing else.
func TestAKilledServerOpensTheNextStepOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		args, dsn := served(t, e)
		w, cookie := founded(t, dsn)
		d, err := db.Open(t.Context(), dsn)
		must(t, err)
		t.Cleanup(func() { d.Close() })
		handoffs := handoff.New(d)
		routes := route.New(d, handoffs)
		r, err := routes.Make(t.Context(), w.Ana, route.Draft{Name: "Camisas", Steps: []id.Service{w.Cut.ID, w.Sew.ID}})
		must(t, err)
		const pieces = 3 // the first is accepted with no server running: surely before its next step
		var first []id.Handoff
		var all []id.Piece
		for range pieces {
			p, err := routes.Begin(t.Context(), w.Ana, route.Begin{Route: r.ID, Title: "Camisas", Quantity: 5, For: w.Making, Customer: w.Shop})
			must(t, err)
			_, err = handoffs.Move(t.Context(), w.Carla, handoff.Delivered, handoff.Step{Handoff: p.Passages[0].Handoff})
			must(t, err)
			first, all = append(first, p.Passages[0].Handoff), append(all, p.ID)
		}
		_, err = handoffs.Move(t.Context(), w.Diego, handoff.Accepted, handoff.Step{Handoff: first[0]})
		must(t, err)
		for _, h := range first[1:] {
			url, cmd := program(t, args...)
			act(t, url, cookie, h, "accept", map[string]any{})
			kill(cmd)
		}
		opened := func(p id.Piece) (n int) {
			v, err := routes.Show(t.Context(), w.Ana, p)
			must(t, err)
			for _, x := range v.Passages {
				if x.Step == 2 {
					n++
				}
			}
			return n
		}
		_, cmd := program(t, args...)
		for _, p := range all {
			until(t, "the next step is open", func() bool { return opened(p) > 0 })
		}
		kill(cmd)
		for _, f := range app.Followers() {
			must(t, f.CatchUp(t.Context(), d))
		}
		must(t, routes.Follower().CatchUp(t.Context(), d))
		for i, p := range all {
			if n := opened(p); n != 1 {
				t.Errorf("piece %d: its next step was opened %d times", i+1, n)
			}
		}
		asked, err := handoffs.List(t.Context(), w.Ana, handoff.Filter{Service: w.Sew.ID})
		if err != nil || len(asked.Rows) != pieces {
			t.Errorf("sewing was asked %d times, want %d, %v", len(asked.Rows), pieces, err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
