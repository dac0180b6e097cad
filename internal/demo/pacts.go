package demo

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// pact is one version of an agreement that two nodes came to, or are about to.
type pact struct {
	service, customer string // keys
	by, other         string // handles of who proposes and who decides
	ago               int    // days since it was proposed
	state             link.AgreementState
	take, deliver     int // working hours; below zero, working days
	target            int
	note              int // of the story
	accept            int // working days to answer; 0 for those of the company
}

var pacts = []pact{
	{"corte", "costura1", "teresa", "rosa", 158, link.Accepted, 2, 12, 92, 0, 0},
	{"patrones", "corte", "sofia", "teresa", 150, link.Accepted, 3, 12, 90, 0, 0},
	{"surtido", "corte", "arturo", "teresa", 140, link.Accepted, 1, 5, 95, 1, 0},
	{"entrega", "marisol", "ramon", "laura", 130, link.Accepted, 3, 9, 97, 0, 0},
	{"costura1", "acabado", "rosa", "martha", 120, link.Accepted, 4, 18, 90, 0, 0},
	{"soporte", "ventas", "oscar", "laura", 110, link.Accepted, 1, 5, 90, 1, 0},
	{"pago", "compras", "gabriela", "norma", 100, link.Accepted, 4, -2, 95, 0, 0},
	{"liberacion", "despacho", "beatriz", "ramon", 90, link.Rejected, 3, 9, 97, 2, 0},
	{"liberacion", "despacho", "beatriz", "ramon", 84, link.Accepted, 2, 5, 97, 0, 0},
	{"corte", "costura1", "rosa", "teresa", 75, link.Accepted, 2, 9, 92, 1, 0},
	{"costura2", "acabado", "jose", "martha", 5, link.Proposed, 6, 27, 88, 2, 2},
	{"reparacion", "costura1", "felipe", "", 4, link.Proposed, 1, 4, 92, 0, 0},
}

const (
	decideAfter = 2   // days
	reviewAfter = 180 // days
)

// agree proposes and decides the pacts that are not there, each at its time.
func (h *house) agree(ctx context.Context, d *db.DB, now time.Time) error {
	for _, p := range pacts {
		proposed, err := h.cal.NextOpen(now.AddDate(0, 0, -p.ago))
		if err != nil {
			return err
		}
		decided, err := h.cal.NextOpen(proposed.AddDate(0, 0, decideAfter))
		if err != nil {
			return err
		}
		a, err := h.actor(ctx, d, p.by)
		if err != nil {
			return err
		}
		o := h.offers[p.service]
		l, err := link.New(at(d, proposed)).Declare(ctx, a, o.Node, h.nodes[p.customer])
		if err != nil {
			return err
		}
		done, err := h.pacted(ctx, d, a, l.ID, p)
		if err != nil {
			return err
		}
		if done {
			continue
		}
		g, err := link.New(at(d, proposed)).Propose(ctx, a, link.Propose{
			Link: l.ID, Service: o.ID, Requirements: o.Requirements, Note: h.story.agreed[p.note],
			Terms: p.terms(), AcceptDays: p.accept,
			ReviewOn: decided.AddDate(0, 0, reviewAfter).Format(time.DateOnly),
		})
		if err != nil {
			return err
		}
		if p.state == link.Proposed {
			continue
		}
		other, err := h.actor(ctx, d, p.other)
		if err != nil {
			return err
		}
		if _, err := link.New(at(d, decided)).Decide(ctx, other, g.ID, p.state); err != nil {
			return err
		}
	}
	return nil
}

// pacted reports whether an earlier run, which was broken off, came so far.
func (h *house) pacted(ctx context.Context, d *db.DB, a authz.Actor, l id.Link, p pact) (bool, error) {
	versions, err := link.New(d).Agreements(ctx, a, l)
	for _, g := range versions {
		if g.Service == h.offers[p.service].ID && g.Terms == p.terms() {
			return true, err
		}
	}
	return false, err
}

func (p pact) terms() link.Terms {
	out := link.Terms{Take: workHours(p.take), Deliver: workHours(p.deliver), Target: p.target}
	if p.deliver < 0 {
		out.Deliver, out.DeliverDays = 0, -p.deliver
	}
	return out
}

func workHours(n int) time.Duration { return time.Duration(n) * time.Hour }

// promises are what was agreed on each link for each service, and since when,
// the oldest first.
type promises map[[2]id.Node]map[id.Service][]promise

type promise struct {
	since time.Time
	link.Promise
}

// at returns what held at a moment, or nil for the default of the service.
func (p promises) at(o link.Offer, customer id.Node, t time.Time) *link.Promise {
	out := &link.Promise{Terms: o.Terms, Requirements: link.Current(o.Requirements)}
	for _, v := range p[[2]id.Node{o.Node, customer}][o.ID] {
		if !v.since.After(t) {
			out = &v.Promise
		}
	}
	return out
}

// agreed returns the agreements that hold or held.
func (h *house) agreed(ctx context.Context, d *db.DB, a authz.Actor) (promises, error) {
	out := promises{}
	links, err := link.New(d).Map(ctx, a)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		versions, err := link.New(d).Agreements(ctx, a, l.ID)
		if err != nil {
			return nil, err
		}
		ends := [2]id.Node{l.Supplier, l.Customer}
		for i := len(versions) - 1; i >= 0; i-- {
			g := versions[i]
			if g.State != link.Accepted && g.State != link.Replaced {
				continue
			}
			if out[ends] == nil {
				out[ends] = map[id.Service][]promise{}
			}
			out[ends][g.Service] = append(out[ends][g.Service], promise{
				since:   g.ProposedAt.AddDate(0, 0, decideAfter),
				Promise: link.Promise{Agreement: g.ID, Terms: g.Terms, AcceptDays: g.AcceptDays, Requirements: link.Current(g.Requirements)},
			})
		}
	}
	return out, nil
}
