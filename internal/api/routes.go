package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	flow "github.com/eslabon/eslabon/internal/route"
)

// Route is a named sequence of services.
type Route struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Detail     string      `json:"detail,omitempty"`
	Version    int         `json:"version" doc:"Of its steps. What is on its way keeps those with which it began."`
	Steps      []RouteStep `json:"steps"`
	MadeAt     time.Time   `json:"made_at"`
	ArchivedAt time.Time   `json:"archived_at,omitzero"`
}

// RouteStep is one step of a route.
type RouteStep struct {
	Service     string `json:"service"`
	ServiceName string `json:"service_name"`
	Node        string `json:"node" doc:"Who does it; it follows from the service."`
	NodeName    string `json:"node_name"`
	Gone        bool   `json:"gone,omitempty" doc:"The service is no longer offered."`
}

// NewRoute makes a route.
type NewRoute struct {
	Name   string   `json:"name"`
	Detail string   `json:"detail,omitempty"`
	Steps  []string `json:"steps" doc:"Services, in their order: at least two, none twice, and no two in a row of one node."`
}

// RouteChange changes a route; what is left out stays as it is.
type RouteChange struct {
	Version int       `json:"version,omitempty" doc:"The one that was read: 409 if somebody changed the steps since."`
	Name    *string   `json:"name,omitempty"`
	Detail  *string   `json:"detail,omitempty"`
	Steps   *[]string `json:"steps,omitempty"`
}

// Piece is one piece of work on its way along a route.
type Piece struct {
	ID           string      `json:"id"`
	Number       int64       `json:"number" doc:"Running number in the company, to say it aloud."`
	Route        string      `json:"route"`
	RouteName    string      `json:"route_name"`
	Version      int         `json:"version" doc:"Of the route, as it was when the piece began."`
	Title        string      `json:"title"`
	Detail       string      `json:"detail,omitempty"`
	OrderRef     string      `json:"order_ref,omitempty"`
	Quantity     float64     `json:"quantity" doc:"0 if it is not counted."`
	Unit         string      `json:"unit,omitempty"`
	Priority     string      `json:"priority" enum:"normal,high,urgent"`
	NeedBy       time.Time   `json:"need_by,omitzero"`
	For          string      `json:"for" doc:"The node that began it."`
	Customer     string      `json:"customer" doc:"Who gets the last step."`
	CustomerName string      `json:"customer_name"`
	State        string      `json:"state" enum:"running,done,cancelled"`
	Late         bool        `json:"late" doc:"Something that it waits for now is late."`
	BegunBy      string      `json:"begun_by"`
	BegunAt      time.Time   `json:"begun_at"`
	EndedAt      time.Time   `json:"ended_at,omitzero"`
	Steps        []RouteStep `json:"steps"`
	Lots         []Lot       `json:"lots"`
	Passages     []Passage   `json:"passages" doc:"In the order in which they opened."`
}

// Lot is a part of a piece.
type Lot struct {
	Lot      int     `json:"lot" doc:"1 is the whole."`
	Parent   int     `json:"parent,omitempty" doc:"The lot that it was split from."`
	Quantity float64 `json:"quantity"`
	JoinsAt  int     `json:"joins_at,omitempty" doc:"The step before which it waits for the others."`
	State    string  `json:"state" enum:"running,stopped,split,waiting,joined,done,cancelled"`
	Step     int     `json:"step" doc:"At which it is; one more than the last when it has ended."`
	Why      string  `json:"why,omitempty" doc:"Why it stopped: a code."`
}

// Passage is the way of a lot through a step.
type Passage struct {
	Lot      int       `json:"lot"`
	Step     int       `json:"step"`
	Round    int       `json:"round" doc:"1 for the first time."`
	Handoff  string    `json:"handoff,omitempty" doc:"Left out if the step was skipped before it was asked for."`
	Number   int64     `json:"number,omitempty" doc:"Of the handoff."`
	Rework   bool      `json:"rework,omitempty" doc:"The step after it sent it back."`
	State    string    `json:"state" enum:"open,passed,skipped,stopped,cancelled"`
	SentBack int       `json:"sent_back,omitempty" doc:"Times that it was sent back after it had been accepted."`
	Why      string    `json:"why,omitempty"`
	By       string    `json:"by,omitempty" doc:"Who skipped it, or sent it back last."`
	OpenedAt time.Time `json:"opened_at"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
}

// NewPiece begins a piece: its first step is asked for at once.
type NewPiece struct {
	Route    string  `json:"route"`
	Title    string  `json:"title"`
	Detail   string  `json:"detail,omitempty"`
	OrderRef string  `json:"order_ref,omitempty"`
	Quantity float64 `json:"quantity,omitempty"`
	Unit     string  `json:"unit,omitempty" doc:"Those of the services if it is left out."`
	Priority string  `json:"priority,omitempty" enum:"normal,high,urgent"`
	NeedBy   moment  `json:"need_by,omitempty"`
	For      string  `json:"for" doc:"The node in whose name it begins."`
	Customer string  `json:"customer,omitempty" doc:"Who gets the last step; that node if it is left out."`
}

// PieceStep says of which lot something is to be done, and why.
type PieceStep struct {
	Lot    int    `json:"lot,omitempty" doc:"May be left out while only one is under way."`
	Reason string `json:"reason,omitempty" doc:"Of a step back: a reason of the service to which it goes."`
	Why    string `json:"why,omitempty" doc:"In words. To skip, to send back and to cancel it must be there."`
}

// Splitting divides a lot.
type Splitting struct {
	Lot        int       `json:"lot,omitempty"`
	Quantities []float64 `json:"quantities" doc:"At least two; they add up to what the lot has."`
	JoinsAt    int       `json:"joins_at,omitempty" doc:"The step before which they wait for each other; as late as may be if it is left out."`
}

func (f *surface) routes() {
	const tag = "routes"
	on(f, tag, route{method: http.MethodGet, path: "/routes", id: "list-routes", summary: "The routes, by name"},
		func(ctx context.Context, a authz.Actor, in *struct {
			Paging
			Archived bool `query:"archived" doc:"The archived ones too."`
		},
		) (*out[page[Route]], error) {
			all, err := f.Routes.All(ctx, a)
			if err != nil {
				return nil, err
			}
			all = slices.DeleteFunc(all, func(r flow.Route) bool { return !in.Archived && r.Archived() })
			return cut(all, in.Paging, func(r flow.Route) string { return string(r.ID) }, routeOf)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/routes", id: "make-route", summary: "Make a route", status: http.StatusCreated,
		detail: "Who leads one of its nodes may.",
	}, func(ctx context.Context, a authz.Actor, in *body[NewRoute]) (*out[Route], error) {
		b := in.Body
		r, err := f.Routes.Make(ctx, a, flow.Draft{Name: b.Name, Detail: b.Detail, Steps: texts[id.Service](b.Steps)})
		return answer(routeOf(r), err)
	})
	on(f, tag, route{method: http.MethodGet, path: "/routes/{id}", id: "route", summary: "One route"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Route], error) {
			r, err := f.Routes.Get(ctx, a, id.Route(in.ID))
			return answer(routeOf(r), err)
		})
	on(f, tag, route{
		method: http.MethodPatch, path: "/routes/{id}", id: "change-route", summary: "Change a route",
		detail: "What is on its way keeps the steps with which it began.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[RouteChange]) (*out[Route], error) {
		r, err := f.Routes.Get(ctx, a, id.Route(in.ID))
		if err != nil {
			return nil, err
		}
		b, d := in.Body, flow.Draft{Name: r.Name, Detail: r.Detail}
		d.Name, d.Detail = or(b.Name, d.Name), or(b.Detail, d.Detail)
		d.Steps = each(r.Steps, func(s flow.Step) id.Service { return s.Service })
		if b.Steps != nil {
			d.Steps = texts[id.Service](*b.Steps)
		}
		r, err = f.Routes.Change(ctx, a, r.ID, b.Version, d)
		return answer(routeOf(r), err)
	})
	on(f, tag, route{method: http.MethodDelete, path: "/routes/{id}", id: "archive-route", summary: "Take a route out of use"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
			_, err := f.Routes.Archive(ctx, a, id.Route(in.ID), true)
			return nil, err
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/routes/{id}/restore", id: "restore-route", summary: "Put a route back", status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Route], error) {
		r, err := f.Routes.Archive(ctx, a, id.Route(in.ID), false)
		return answer(routeOf(r), err)
	})
	f.pieces()
}

func (f *surface) pieces() {
	const tag = "routes"
	on(f, tag, route{method: http.MethodGet, path: "/pieces", id: "list-pieces", summary: "Pieces of work on their way, the newest first"},
		func(ctx context.Context, a authz.Actor, in *struct {
			Paging
			State    string `query:"state" enum:"running,done,cancelled"`
			Route    string `query:"route"`
			OrderRef string `query:"order_ref"`
		},
		) (*out[page[Piece]], error) {
			p, err := f.Routes.List(ctx, a, flow.Filter{
				State: flow.State(in.State), Route: id.Route(in.Route), Order: in.OrderRef, Cursor: in.Cursor, Limit: in.Limit,
			})
			return answer(page[Piece]{Items: each(p.Rows, f.pieceOf), Next: p.Next}, err)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/pieces", id: "begin-piece", summary: "Begin a piece of work on a route", status: http.StatusCreated,
		detail: "Its first step is asked for at once; each acceptance opens the next.",
	}, func(ctx context.Context, a authz.Actor, in *body[NewPiece]) (*out[Piece], error) {
		b, bad := in.Body, errs.Bad{}
		begin := flow.Begin{
			Route: id.Route(b.Route), Title: b.Title, Detail: b.Detail, Order: b.OrderRef, Quantity: b.Quantity, Unit: b.Unit,
			Priority: priority(b.Priority), NeedBy: b.NeedBy.in(bad, "need_by"), For: id.Node(b.For), Customer: id.Node(b.Customer),
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		p, err := f.Routes.Begin(ctx, a, begin)
		return f.piece(ctx, a, p, err)
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/pieces/{id}", id: "piece", summary: "One piece: where it is, and the way that it came",
		detail: "By its id or by its running number.",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Piece], error) {
		if n, err := strconv.ParseInt(in.ID, 10, 64); err == nil {
			d, err := f.Routes.ByNumber(ctx, a, n)
			return answer(f.pieceOf(d), err)
		}
		d, err := f.Routes.Show(ctx, a, id.Piece(in.ID))
		return answer(f.pieceOf(d), err)
	})
	for _, s := range []struct {
		word, id, summary, detail string
		do                        func(context.Context, authz.Actor, flow.On) (flow.Piece, error)
	}{
		{"skip", "skip-step", "Skip the step at which a lot is", "What was asked for it is called off, and the next one opens.", func(ctx context.Context, a authz.Actor, on flow.On) (flow.Piece, error) {
			return f.Routes.Skip(ctx, a, on)
		}},
		{"send-back", "send-back", "Send a lot back a step", "The step before is asked for again, and this one waits for it.", func(ctx context.Context, a authz.Actor, on flow.On) (flow.Piece, error) {
			return f.Routes.SendBack(ctx, a, on)
		}},
		{"again", "ask-again", "Ask again for a step that stands still", "", func(ctx context.Context, a authz.Actor, on flow.On) (flow.Piece, error) {
			return f.Routes.Again(ctx, a, on)
		}},
		{"cancel", "cancel-piece", "Call off a piece", "What was delivered is still to be accepted or returned.", func(ctx context.Context, a authz.Actor, on flow.On) (flow.Piece, error) {
			return f.Routes.Cancel(ctx, a, on.Piece, on.Why)
		}},
	} {
		on(f, tag, route{
			method: http.MethodPost, path: "/pieces/{id}/" + s.word, id: s.id, summary: s.summary, detail: s.detail, status: http.StatusOK,
		}, func(ctx context.Context, a authz.Actor, in *idMaybe[PieceStep]) (*out[Piece], error) {
			b := in.given()
			p, err := s.do(ctx, a, flow.On{Piece: id.Piece(in.ID), Lot: b.Lot, Reason: b.Reason, Why: b.Why})
			return f.piece(ctx, a, p, err)
		})
	}
	on(f, tag, route{
		method: http.MethodPost, path: "/pieces/{id}/split", id: "split-lot", summary: "Split a lot into lots that travel apart and join again",
		status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *idBody[Splitting]) (*out[Piece], error) {
		b := in.Body
		p, err := f.Routes.SplitLot(ctx, a, flow.Split{Piece: id.Piece(in.ID), Lot: b.Lot, Quantities: b.Quantities, JoinsAt: b.JoinsAt})
		return f.piece(ctx, a, p, err)
	})
}

// piece answers with a piece as it is now.
func (f *surface) piece(ctx context.Context, a authz.Actor, p flow.Piece, err error) (*out[Piece], error) {
	if err != nil {
		return nil, err
	}
	d, err := f.Routes.Show(ctx, a, p.ID)
	return answer(f.pieceOf(d), err)
}

func routeOf(r flow.Route) Route {
	return Route{
		ID: string(r.ID), Name: r.Name, Detail: r.Detail, Version: r.Version, Steps: each(r.Steps, routeStepOf), MadeAt: r.MadeAt.Time,
		ArchivedAt: r.ArchivedAt.Time,
	}
}

func routeStepOf(s flow.Step) RouteStep {
	return RouteStep{Service: string(s.Service), ServiceName: s.Name, Node: string(s.Node), NodeName: s.Supplier, Gone: s.Gone}
}

func (f *surface) pieceOf(d flow.Detail) Piece {
	out := Piece{
		ID: string(d.ID), Number: d.Number, Route: string(d.Route), RouteName: d.RouteName, Version: d.Version, Title: d.Title,
		Detail: d.Detail, OrderRef: d.Order, Quantity: d.Quantity, Unit: d.Unit, Priority: wordOf(d.Priority), NeedBy: d.NeedBy.Time,
		For: string(d.Asker), Customer: string(d.Customer), CustomerName: d.CustomerName, State: string(d.State), BegunBy: string(d.BegunBy),
		BegunAt: d.BegunAt.Time, EndedAt: d.EndedAt.Time, Steps: each(d.Steps, routeStepOf),
		Lots: each(d.Lots, func(l flow.Lot) Lot {
			return Lot{l.Number, l.Parent, l.Quantity, l.JoinsAt, string(l.State), l.Step, l.Why}
		}),
		Passages: each(d.Passages, func(x flow.Passage) Passage {
			return Passage{
				Lot: x.Lot, Step: x.Step, Round: x.Round, Handoff: string(x.Handoff), Number: d.Handoffs[x.Handoff].Number, Rework: x.Rework,
				State: string(x.State), SentBack: x.SentBack, Why: x.Why, By: string(x.By), OpenedAt: x.OpenedAt.Time, ClosedAt: x.ClosedAt.Time,
			}
		}),
	}
	if f.DB != nil {
		out.Late = d.Late(f.DB.Now())
	}
	return out
}
