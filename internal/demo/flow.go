package demo

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
)

// onRoute are the services of the route of the example company, in their order.
var onRoute = []string{"corte", "costura", "acabado", "liberacion", "entrega"}

// flow puts pieces of work on a route: one at its beginning, one in two lots,
// one sent back a step, one that skipped a check; what cutting waits for and is
// late; and two things that repeat.
func (h *house) flow(ctx context.Context, d *db.DB, owner authz.Actor) error {
	var steps []id.Service
	for _, key := range onRoute {
		o, ok := h.offers[key]
		if !ok {
			return nil // a visitor has taken it out of the catalogue
		}
		steps = append(steps, o.ID)
	}
	hs := handoff.New(d)
	routes := route.New(d, hs)
	say := func(key string) string { return i18n.T(i18n.With(ctx, h.lang), "demo.flow."+key) }
	r, err := routes.Make(ctx, owner, route.Draft{Name: say("route"), Detail: say("detail"), Steps: steps})
	if err != nil {
		return err
	}
	f := flowing{h: h, d: d, hs: hs, routes: routes, owner: owner}
	for _, p := range []struct {
		title  string
		amount float64
		order  string
		done   int // steps that are behind it
		then   func(route.Piece) error
	}{
		{say("first"), 60, "MAR-901", 0, nil},
		{say("lots"), 120, "MAR-902", 1, func(p route.Piece) error {
			_, err := routes.SplitLot(ctx, owner, route.Split{Piece: p.ID, Lot: 1, Quantities: []float64{70, 50}, JoinsAt: 4})
			return err
		}},
		{say("back"), 40, "BAJ-903", 2, func(p route.Piece) error {
			_, err := routes.SendBack(ctx, owner, route.On{Piece: p.ID, Lot: 1, Why: say("back_why")})
			return err
		}},
		{say("skip"), 30, "BAJ-904", 3, func(p route.Piece) error {
			_, err := routes.Skip(ctx, owner, route.On{Piece: p.ID, Lot: 1, Why: say("skip_why")})
			return err
		}},
	} {
		v, err := routes.Begin(ctx, owner, route.Begin{
			Route: r.ID, Title: p.title, Order: p.order, Quantity: p.amount, For: h.nodes["produccion"], Customer: h.nodes["marisol"],
		})
		if err != nil {
			return err
		}
		if err := f.advance(ctx, v, p.done); err != nil {
			return err
		}
		if p.then != nil {
			if err := p.then(v); err != nil {
				return err
			}
		}
	}
	if err := f.late(ctx, say("need")); err != nil {
		return err
	}
	return f.again(ctx, say("weekly"), say("monthly"))
}

// flowing is what puts work on its way.
type flowing struct {
	h      *house
	d      *db.DB
	hs     *handoff.Service
	routes *route.Service
	owner  authz.Actor
}

// advance takes a piece through its next n steps.
func (f flowing) advance(ctx context.Context, p route.Piece, n int) error {
	for range n {
		v, err := f.routes.Show(ctx, f.owner, p.ID)
		if err != nil {
			return err
		}
		at := v.Places()[0].Handoff.ID
		for _, to := range []handoff.State{handoff.Delivered, handoff.Accepted} {
			if _, err := f.hs.Move(ctx, f.owner, to, handoff.Step{Handoff: at}); err != nil {
				return err
			}
		}
		if err := f.routes.Follower().CatchUp(ctx, f.d); err != nil {
			return err
		}
	}
	return nil
}

// late lets something that cutting owes wait for cloth that is late.
func (f flowing) late(ctx context.Context, title string) error {
	cloth, ok := f.h.offers["surtido"]
	if !ok {
		return nil
	}
	const before = 6 * 24 * time.Hour
	p, err := f.hs.List(ctx, f.owner, handoff.Filter{Nodes: []id.Node{f.h.nodes["corte"]}, Open: true, States: []handoff.State{handoff.Asked, handoff.Taken}})
	if err != nil || len(p.Rows) == 0 {
		return err
	}
	last := slices.MaxFunc(p.Rows, func(x, y handoff.Handoff) int { return int(x.Number - y.Number) })
	_, err = f.hs.AskUpstream(ctx, f.owner, last.ID, handoff.Ask{
		Service: cloth.ID, Title: title, Quantity: 90, HappenedAt: f.d.Now().Add(-before),
	})
	return err
}

// again asks for two things again and again.
func (f flowing) again(ctx context.Context, weekly, monthly string) error {
	repeats := repeat.New(f.d, f.hs)
	today := f.d.Now().In(f.h.company.Location()).Format(time.DateOnly)
	for _, in := range []repeat.Draft{
		{Service: f.h.offers["surtido"].ID, Customer: f.h.nodes["corte"], Title: weekly, Ahead: 2, Rule: repeat.Rule{
			Kind: repeat.Weekly, Weekdays: []time.Weekday{time.Monday, time.Thursday}, At: 9 * time.Hour, Closed: repeat.Before, Starts: today,
		}},
		{Service: f.h.offers["avios"].ID, Customer: f.h.nodes["costura"], Title: monthly, Ahead: 5, Rule: repeat.Rule{
			Kind: repeat.LastWorking, At: 9 * time.Hour, Closed: repeat.Before, Starts: today,
		}},
	} {
		if in.Service == "" {
			continue
		}
		if _, err := repeats.Make(ctx, f.owner, in); err != nil {
			return err
		}
	}
	return nil
}
