package route

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Service holds the use cases. The web and the API call the same ones.
type Service struct {
	db       *db.DB
	handoffs *handoff.Service
}

// New returns the use cases over d.
func New(d *db.DB, h *handoff.Service) *Service { return &Service{d, h} }

// Shaped is the payload of the facts about a route itself.
type Shaped struct {
	Version int          `json:"version"`
	Steps   []id.Service `json:"steps,omitempty"`
}

func recordRoute(tx *db.Tx, kind string, by id.Person, r Route, steps []id.Service) {
	fact.Record(tx, fact.Fact{
		Kind: "route." + kind, Actor: by, Subject: string(r.ID), Data: fact.Encode(Shaped{Version: r.Version, Steps: steps}),
	})
}

// Make makes a route. Invalid names every bad field at once: a service that is
// no longer offered, a step that leads back to one before it.
func (s *Service) Make(ctx context.Context, a authz.Actor, in Draft) (Route, error) {
	var r Route
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		r, err = MakeIn(ctx, tx, a, in)
		return err
	})
	if err != nil {
		return Route{}, err
	}
	return s.Get(ctx, a, r.ID)
}

// MakeIn makes a route in the caller's transaction, as [Service.Make] does. The
// steps of what it returns are not filled.
func MakeIn(ctx context.Context, tx *db.Tx, a authz.Actor, in Draft) (Route, error) {
	in.clean()
	if err := shape(ctx, tx, a, in, in.check()); err != nil {
		return Route{}, err
	}
	r := Route{ID: id.New[id.Route](), Name: in.Name, Detail: in.Detail, Version: 1, MadeBy: a.Person, MadeAt: tx.Now}
	if err := insertRoute(ctx, tx, r); err != nil {
		return Route{}, err
	}
	if err := insertSteps(ctx, tx, r, in.Steps); err != nil {
		return Route{}, err
	}
	recordRoute(tx, "made", a.Person, r, in.Steps)
	return r, nil
}

// shape checks a draft against what is offered, and whether a may make it so.
func shape(ctx context.Context, tx *db.Tx, a authz.Actor, in Draft, bad errs.Bad) error {
	offers, err := link.LoadOffers(ctx, tx, tx.Company)
	if err != nil {
		return err
	}
	known := map[id.Service]link.Offer{}
	var nodes []id.Node
	for _, o := range offers {
		if known[o.ID] = o; slices.Contains(in.Steps, o.ID) {
			nodes = append(nodes, o.Node)
		}
	}
	if err := a.MustWrite(); err != nil {
		return err
	}
	if in.fits(bad, known); len(bad) > 0 {
		return bad.Err()
	}
	return canShape(a, nodes...)
}

// Change changes a route. Pieces on their way keep the steps with which they
// began. version is the one on the page; 0 if the caller does not care.
func (s *Service) Change(ctx context.Context, a authz.Actor, route id.Route, version int, in Draft) (Route, error) {
	in.clean()
	bad := in.check()
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		r, err := getRoute(ctx, tx, a.Company, route)
		if err != nil {
			return err
		}
		if err := canShape(a, nodesOf(r.Steps)...); err != nil {
			return err
		}
		if err := shape(ctx, tx, a, in, bad); err != nil {
			return err
		}
		if version != 0 && version != r.Version {
			return errs.New(errs.Conflict, "err.changed_meanwhile")
		}
		was := r.Version
		same := slices.EqualFunc(r.Steps, in.Steps, func(x Step, y id.Service) bool { return x.Service == y })
		if same && r.Name == in.Name && r.Detail == in.Detail {
			return nil
		}
		if r.Name, r.Detail = in.Name, in.Detail; !same {
			r.Version++
			if err := insertSteps(ctx, tx, r, in.Steps); err != nil {
				return err
			}
		}
		if err := updateRoute(ctx, tx, was, r); err != nil {
			return err
		}
		recordRoute(tx, "changed", a.Person, r, in.Steps)
		return nil
	})
	if err != nil {
		return Route{}, err
	}
	return s.Get(ctx, a, route)
}

// Archive takes a route out of use, or brings it back. What is on its way goes
// on.
func (s *Service) Archive(ctx context.Context, a authz.Actor, route id.Route, on bool) (Route, error) {
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		r, err := getRoute(ctx, tx, a.Company, route)
		if err != nil {
			return err
		}
		if err := canShape(a, nodesOf(r.Steps)...); err != nil {
			return err
		}
		if r.Archived() == on {
			return nil
		}
		kind := "restored"
		if r.ArchivedAt = (db.Time{}); on {
			kind, r.ArchivedAt = "archived", tx.Now
		}
		if err := updateRoute(ctx, tx, r.Version, r); err != nil {
			return err
		}
		recordRoute(tx, kind, a.Person, r, nil)
		return nil
	})
	if err != nil {
		return Route{}, err
	}
	return s.Get(ctx, a, route)
}

func nodesOf(steps []Step) []id.Node {
	out := make([]id.Node, len(steps))
	for i, s := range steps {
		out[i] = s.Node
	}
	return out
}

// CanShape reports whether a may change r.
func CanShape(a authz.Actor, r Route) bool { return canShape(a, nodesOf(r.Steps)...) == nil }

// Get returns a route with its steps as they are now, or NotFound.
func (s *Service) Get(ctx context.Context, a authz.Actor, r id.Route) (Route, error) {
	return getRoute(ctx, s.db, a.Company, r)
}

// All returns every route of the company by name, archived ones too.
func (s *Service) All(ctx context.Context, a authz.Actor) ([]Route, error) {
	out, err := allRoutes(ctx, s.db, a.Company)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	steps, err := currentSteps(ctx, s.db, a.Company)
	for i := range out {
		out[i].Steps = steps[out[i].ID]
	}
	return out, err
}

// Begin begins a piece: its first step is asked for at once. Invalid names
// every bad field.
func (s *Service) Begin(ctx context.Context, a authz.Actor, in Begin) (Piece, error) {
	in.clean()
	if err := in.check(s.db.Now()).Err(); err != nil {
		return Piece{}, err
	}
	var p id.Piece
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if err := canBegin(a, in.For); err != nil {
			return err
		}
		v, err := s.prepare(ctx, tx, a, in)
		if err != nil {
			return err
		}
		p = v.ID
		r := &run{s: s, tx: tx, p: v, by: a.Person}
		l := Lot{Number: 1, Quantity: v.Quantity, State: LotRunning, Step: 1}
		h, err := r.ask(ctx, l, 1, time.Time{})
		if key, refused := errs.Refusal(err); refused {
			return errs.Field("route", key)
		}
		if err != nil {
			return err
		}
		if v.Number, err = nextNumber(ctx, tx); err != nil {
			return err
		}
		r.p.Number = v.Number
		if err := insertPiece(ctx, tx, r.p); err != nil {
			return err
		}
		if err := putLot(ctx, tx, p, l); err != nil {
			return err
		}
		r.p.Lots = []Lot{l}
		r.record("begun", Told{Steps: len(v.Steps), Quantity: v.Quantity})
		return r.opened(ctx, l, 1, "", h.ID)
	})
	if err != nil {
		return Piece{}, err
	}
	return getPiece(ctx, s.db, a.Company, p)
}

// prepare checks a beginning against the route and the tree.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, a authz.Actor, in Begin) (Piece, error) {
	bad := errs.Bad{}
	r, err := getRoute(ctx, tx, a.Company, in.Route)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return Piece{}, err
	}
	bad.Add(err == nil, "route", "route.err.not_found")
	bad.Add(!r.Archived(), "route", "route.err.route_archived")
	for _, st := range r.Steps {
		bad.Add(!st.Gone, "route", "route.err.step_archived")
	}
	c, err := org.GetNode(ctx, tx, a.Company, in.Customer)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return Piece{}, err
	}
	bad.Add(err == nil && !c.Archived(), "customer", "handoff.err.no_customer")
	if in.For != in.Customer {
		n, err := org.GetNode(ctx, tx, a.Company, in.For)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return Piece{}, err
		}
		bad.Add(err == nil && !n.Archived(), "for", "handoff.err.no_customer")
	}
	if n := len(r.Steps); n > 0 {
		bad.Add(r.Steps[n-1].Node != in.Customer, "customer", "route.err.customer_is_last")
	}
	p := Piece{
		ID: id.New[id.Piece](), Route: r.ID, Version: r.Version, Title: in.Title, Detail: in.Detail, Order: in.Order,
		Quantity: in.Quantity, Unit: in.Unit, Priority: in.Priority, Asker: in.For, Customer: in.Customer, State: Running,
		BegunBy: a.Person, BegunAt: tx.Now, NeedBy: db.At(in.NeedBy), Steps: r.Steps,
	}
	return p, bad.Err()
}
