package app_test

import (
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/route"
)

// line is a company with a route of two steps, beside which a server may be
// killed.
type line struct {
	*fixture.Company

	args     []string // of the server
	cookie   string
	d        *db.DB
	handoffs *handoff.Service
	routes   *route.Service
	of       id.Route
}

func shirts(t *testing.T, e db.Engine) line {
	t.Helper()
	args, dsn := served(t, e)
	w, cookie := founded(t, dsn)
	d, err := db.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	handoffs := handoff.New(d)
	l := line{Company: w, args: args, cookie: cookie, d: d, handoffs: handoffs, routes: route.New(d, handoffs)}
	r, err := l.routes.Make(t.Context(), w.Ana, route.Draft{Name: "Camisas", Steps: []id.Service{w.Cut.ID, w.Sew.ID}})
	must(t, err)
	l.of = r.ID
	return l
}

// delivered begins a piece of work and delivers its first step, so that only an
// acceptance is missing for the next.
func (l line) delivered(t *testing.T) (id.Piece, id.Handoff) {
	t.Helper()
	p, err := l.routes.Begin(t.Context(), l.Ana, route.Begin{Route: l.of, Title: "Camisas", Quantity: 5, For: l.Making, Customer: l.Shop})
	must(t, err)
	first := p.Passages[0].Handoff
	_, err = l.handoffs.Move(t.Context(), l.Carla, handoff.Delivered, handoff.Step{Handoff: first})
	must(t, err)
	return p.ID, first
}

// catchUp does what the server would do.
func (l line) catchUp(t *testing.T) {
	t.Helper()
	for _, f := range slices.Concat(app.Followers(), []fact.Follower{l.routes.Follower()}) {
		must(t, f.CatchUp(t.Context(), l.d))
	}
}
