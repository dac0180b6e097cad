package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
)

// onRoute are the services of the route of the example company, in their order.
var onRoute = []string{"corte", "costura1", "acabado", "liberacion", "entrega"}

// flow puts pieces of work on a route: one at its beginning, one in two lots,
// one sent back a step, one that skipped a check; what cutting waits for and is
// late; a spending that was not approved; and two things that repeat.
func (h *house) flow(ctx context.Context, d *db.DB, owner authz.Actor) error {
	var steps []id.Service
	for _, key := range onRoute {
		steps = append(steps, h.offers[key].ID)
	}
	say := func(key string) string { return i18n.T(i18n.With(ctx, h.lang), "demo.flow."+key) }
	r, err := on(d).Make(ctx, owner, route.Draft{Name: say("route"), Detail: say("detail"), Steps: steps})
	if err != nil {
		return err
	}
	f := flowing{h: h, d: d, owner: owner}
	for _, p := range []struct {
		title  string
		amount float64
		order  string
		days   int // since it began
		done   int // steps that are behind it
		then   func(*route.Service, route.Piece) error
	}{
		{say("first"), 60, "MAR-901", 1, 0, nil},
		{say("lots"), 120, "MAR-902", 4, 1, func(routes *route.Service, p route.Piece) error {
			_, err := routes.SplitLot(ctx, owner, route.Split{Piece: p.ID, Lot: 1, Quantities: []float64{70, 50}, JoinsAt: 4})
			return err
		}},
		{say("back"), 40, "BAJ-903", 6, 2, func(routes *route.Service, p route.Piece) error {
			_, err := routes.SendBack(ctx, owner, route.On{Piece: p.ID, Lot: 1, Why: say("back_why")})
			return err
		}},
		{say("skip"), 30, "BAJ-904", 8, 3, func(routes *route.Service, p route.Piece) error {
			_, err := routes.Skip(ctx, owner, route.On{Piece: p.ID, Lot: 1, Why: say("skip_why")})
			return err
		}},
	} {
		f.now, err = h.cal.NextOpen(d.Now().AddDate(0, 0, -p.days))
		if err != nil {
			return err
		}
		v, err := on(f.then()).Begin(ctx, owner, route.Begin{
			Route: r.ID, Title: p.title, Order: p.order, Quantity: p.amount, For: h.nodes["produccion"], Customer: h.nodes["marisol"],
		})
		if err != nil {
			return err
		}
		if err := f.advance(ctx, v, p.done); err != nil {
			return err
		}
		if p.then != nil {
			if err := p.then(on(f.then()), v); err != nil {
				return err
			}
		}
	}
	if err := f.late(ctx, say("need")); err != nil {
		return err
	}
	if err := f.refused(ctx, say("approval"), say("refused")); err != nil {
		return err
	}
	return f.again(ctx, say("weekly"), say("monthly"))
}

func on(d *db.DB) *route.Service { return route.New(d, handoff.New(d)) }

// flowing is what puts work on its way, and when.
type flowing struct {
	h     *house
	d     *db.DB
	owner authz.Actor
	now   time.Time
}

func (f *flowing) then() *db.DB { return at(f.d, f.now) }

// passing is how a step of a piece goes: who does what, working hours later.
var passing = []struct {
	to       handoff.State
	hours    int
	customer bool
}{{handoff.Taken, 1, false}, {handoff.Delivered, 6, false}, {handoff.Accepted, 2, true}}

// advance takes a piece through its next n steps, at work.
func (f *flowing) advance(ctx context.Context, p route.Piece, n int) error {
	for range n {
		v, err := on(f.then()).Show(ctx, f.owner, p.ID)
		if err != nil {
			return err
		}
		h := v.Places()[0].Handoff
		for _, s := range passing {
			if f.now, err = f.h.cal.Add(f.now, time.Duration(s.hours)*time.Hour); err != nil {
				return err
			}
			end := h.Supplier
			if s.customer {
				end = h.Customer
			}
			a, err := f.somebody(ctx, end)
			if err != nil {
				return err
			}
			if _, err := handoff.New(f.then()).Move(ctx, a, s.to, handoff.Step{Handoff: h.ID}); err != nil {
				return err
			}
		}
		if err := on(f.then()).Follower().CatchUp(ctx, f.then()); err != nil {
			return err
		}
	}
	return nil
}

// somebody is who works at a node, or the owner where nobody does.
func (f *flowing) somebody(ctx context.Context, n id.Node) (authz.Actor, error) {
	for _, p := range f.h.on[f.h.keys[n]] {
		return org.Actor(ctx, f.d, f.h.company.ID, p)
	}
	return f.owner, nil
}

// late lets something that cutting owes wait for cloth that is late.
func (f *flowing) late(ctx context.Context, title string) error {
	const before = 6 * 24 * time.Hour
	_, err := f.needs(ctx, "corte", "surtido", handoff.Ask{Title: title, Quantity: 90, HappenedAt: f.d.Now().Add(-before)})
	return err
}

// refused lets something that purchasing owes wait for money that it does not get.
func (f *flowing) refused(ctx context.Context, title, why string) error {
	const before = 2 * 24 * time.Hour
	h, err := f.needs(ctx, "compras", "autorizacion", handoff.Ask{Title: title, HappenedAt: f.d.Now().Add(-before)})
	if err != nil || h.ID == "" {
		return err
	}
	_, err = handoff.New(f.d).Move(ctx, f.owner, handoff.Declined, handoff.Step{Handoff: h.ID, Note: why})
	return err
}

// needs asks for what a node needs to do the last thing that was asked of it, if
// there is one.
func (f *flowing) needs(ctx context.Context, node, service string, in handoff.Ask) (handoff.Handoff, error) {
	hs := handoff.New(f.d)
	p, err := hs.List(ctx, f.owner, handoff.Filter{Nodes: []id.Node{f.h.nodes[node]}, Open: true, States: []handoff.State{handoff.Asked, handoff.Taken}})
	if err != nil || len(p.Rows) == 0 {
		return handoff.Handoff{}, err
	}
	last := slices.MaxFunc(p.Rows, func(x, y handoff.Handoff) int { return int(x.Number - y.Number) })
	in.Service, in.Answers = f.h.offers[service].ID, f.answers(service, node, in.Title)
	return hs.AskUpstream(ctx, f.owner, last.ID, in)
}

// answers are those to the questions of a service, as somebody would give them.
func (f *flowing) answers(service, customer, title string) map[string]string {
	t := teller{f.h, rand.New(rand.NewPCG(seed, seed))} //nolint:gosec // a story, not a secret
	about := t.work("marisol", "MAR-901", 60)           //nolint:mnd // the first piece
	return t.answers(leg{service: service, customer: customer, about: about}, title, 0, f.d.Now())
}

// again asks for two things again and again.
func (f *flowing) again(ctx context.Context, weekly, monthly string) error {
	repeats := repeat.New(f.d, handoff.New(f.d))
	today := f.d.Now().In(f.h.company.Location()).Format(time.DateOnly)
	for _, in := range []repeat.Draft{
		{Service: f.h.offers["surtido"].ID, Customer: f.h.nodes["corte"], Title: weekly, Ahead: 2, Answers: f.answers("surtido", "corte", weekly), Rule: repeat.Rule{
			Kind: repeat.Weekly, Weekdays: []time.Weekday{time.Monday, time.Thursday}, At: 9 * time.Hour, Closed: repeat.Before, Starts: today,
		}},
		{Service: f.h.offers["avios"].ID, Customer: f.h.nodes["costura1"], Title: monthly, Ahead: 5, Answers: f.answers("avios", "costura1", monthly), Rule: repeat.Rule{
			Kind: repeat.LastWorking, At: 9 * time.Hour, Closed: repeat.Before, Starts: today,
		}},
	} {
		if _, err := repeats.Make(ctx, f.owner, in); err != nil {
			return err
		}
	}
	return nil
}
