package route_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a workshop with a route of five steps: cut, sew, finish, check, send.
type world struct {
	*fixture.Company
	routes *route.Service
	steps  []id.Service
	route  route.Route
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{Company: fixture.New(t, d, 1)}
	w.routes = route.New(d, w.Handoffs)
	w.steps = []id.Service{w.Cut.ID, w.Sew.ID}
	for _, name := range []string{"Acabado", "Control", "Envíos"} {
		n, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: org.Post, Name: name, Parent: w.Making})
		must(t, err)
		o, err := w.Links.Add(t.Context(), w.Ana, link.Offer{
			Node: n.ID, Kind: link.Product, Name: "Trabajo de " + name, Unit: "prendas",
			Reasons: []link.Item{{Text: "Manchado"}},
			Terms:   link.Terms{Take: 2 * time.Hour, Deliver: 8 * time.Hour, Target: 90},
			Form:    []link.Field{{Label: "Talla", Type: link.Text, Required: true}}, // nobody is there to answer it
		})
		must(t, err)
		w.steps = append(w.steps, o.ID)
	}
	w.Bruno = w.Again(t, w.Bruno) // he leads the new ones too
	r, err := w.routes.Make(t.Context(), w.Ana, route.Draft{Name: "Camisas", Steps: w.steps})
	must(t, err)
	w.route = r
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// begin begins a piece of 50 for the shop outside.
func (w *world) begin(t *testing.T, quantity float64) route.Detail {
	t.Helper()
	p, err := w.routes.Begin(t.Context(), w.Ana, route.Begin{
		Route: w.route.ID, Title: "Camisas azules", Order: "P-7", Quantity: quantity, For: w.Making, Customer: w.Shop,
	})
	must(t, err)
	return w.show(t, p.ID)
}

func (w *world) show(t *testing.T, p id.Piece) route.Detail {
	t.Helper()
	d, err := w.routes.Show(t.Context(), w.Ana, p)
	must(t, err)
	return d
}

// follow opens what was accepted since.
func (w *world) follow(t *testing.T) {
	t.Helper()
	must(t, w.routes.Follower().CatchUp(t.Context(), w.DB))
}

// do delivers a handoff and accepts it, as Ana who may everything, and follows.
func (w *world) do(t *testing.T, h handoff.Handoff) {
	t.Helper()
	w.move(t, w.Ana, h.ID, handoff.Delivered, handoff.Step{})
	w.move(t, w.Ana, h.ID, handoff.Accepted, handoff.Step{})
	w.follow(t)
}

func (w *world) move(t *testing.T, a authz.Actor, h id.Handoff, to handoff.State, in handoff.Step) {
	t.Helper()
	in.Handoff = h
	_, err := w.Handoffs.Move(t.Context(), a, to, in)
	must(t, err)
}

// at fails the test unless the piece has exactly one lot under way, at a step.
func (w *world) at(t *testing.T, p id.Piece, step int) route.At {
	t.Helper()
	d := w.show(t, p)
	places := d.Places()
	if len(places) != 1 || places[0].Number != step {
		t.Fatalf("the piece is at %+v, want one lot at step %d", places, step)
	}
	return places[0]
}
