package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// Due is what would be promised if somebody asked now.
type Due struct {
	TakeBy       time.Time `json:"take_by"`
	DeliverBy    time.Time `json:"deliver_by"`
	Agreement    string    `json:"agreement,omitempty" doc:"Left out where the default of the service holds."`
	TakeSecs     int64     `json:"take_secs" doc:"Working time."`
	DeliverSecs  int64     `json:"deliver_secs" doc:"Working time."`
	TakeDays     int       `json:"take_days,omitempty" doc:"Working days until somebody takes it, in place of working time: the end of that working day after the date of asking."`
	DeliverDays  int       `json:"deliver_days,omitempty" doc:"Working days until it is delivered, in place of working time."`
	Target       int       `json:"target" doc:"Right first time, in percent."`
	Requirements []Item    `json:"requirements"`
}

// Share is a rate with its uncertainty. Where there is too little to speak of a
// rate, there is none.
type Share struct {
	K    int      `json:"k"`
	N    int      `json:"n"`
	Rate *float64 `json:"rate,omitempty" doc:"k of n, 0 to 1; left out while there is too little data."`
	Low  *float64 `json:"low,omitempty" doc:"Where the 95 % interval begins."`
	High *float64 `json:"high,omitempty" doc:"Where it ends."`
}

// Figures are what a link did in a period.
type Figures struct {
	Asked              int   `json:"asked"`
	Delivered          int   `json:"delivered" doc:"Deliveries, each round of its own."`
	Accepted           int   `json:"accepted" doc:"With remark or without."`
	AcceptedWithRemark int   `json:"accepted_with_remark"`
	Returned           int   `json:"returned"`
	Declined           int   `json:"declined"`
	Cancelled          int   `json:"cancelled"`
	AutoAccepted       int   `json:"auto_accepted" doc:"Nobody answered in time: not part of accepted, nor of right first time."`
	RightFirstTime     Share `json:"right_first_time" doc:"Of what was accepted."`
}

// Spread is the median, and what 85 of 100 keep.
type Spread struct {
	P50Secs int64 `json:"p50_secs"`
	P85Secs int64 `json:"p85_secs"`
}

// Times are how long the latest deliveries took.
type Times struct {
	N       int    `json:"n"`
	Take    Spread `json:"take" doc:"Until somebody took it, in working time."`
	Deliver Spread `json:"deliver" doc:"From the asking to the delivery, in working time."`
	Accept  Spread `json:"accept" doc:"From the delivery to the answer, in working time."`
	Lead    Spread `json:"lead" doc:"From the asking to the end, by the clock on the wall."`
}

// NodeStats is what a node delivered to others.
type NodeStats struct {
	Node     Node      `json:"node"`
	Since    time.Time `json:"since"`
	All      Figures   `json:"all"`
	Times    Times     `json:"times"`
	Promises Promises  `json:"promises"`
}

// Order is all that was done for one order of an outside customer.
type Order struct {
	Ref      string    `json:"ref"`
	From     time.Time `json:"from" doc:"The first asking."`
	Until    time.Time `json:"until,omitzero" doc:"The last end; left out while something is open."`
	LeadSecs int64     `json:"lead_secs" doc:"From the first asking to the last end, or to now; by the clock on the wall."`
	More     bool      `json:"more" doc:"There are more handoffs than these."`
	Handoffs []Handoff `json:"handoffs" doc:"In the order in which they were asked."`
}

// usually is how far back figures reach if nobody says.
const usually = 90 * 24 * time.Hour

// Period is from when on somebody wants figures.
type Period struct {
	Since string `query:"since" format:"date-time" doc:"The UTC day of 90 days ago if it is left out."`
}

func (in Period) time(ctx context.Context) (time.Time, error) {
	bad := errs.Bad{}
	t := moment(in.Since).in(bad, "since")
	if t.IsZero() {
		t = i18n.Now(ctx).UTC().Add(-usually).Truncate(24 * time.Hour) // as the pages do
	}
	return t, bad.Err()
}

type queueIn struct {
	Node    string `path:"node"`
	Subtree bool   `query:"subtree" default:"true" doc:"With all nodes below it."`
	Side    string `query:"side" enum:"supplier,customer" doc:"What it owes, if it is left out, or what it is owed."`
	Paging
	State    []string `query:"state,explode" enum:"asked,taken,delivered,accepted,accepted_with_remark,returned,declined,cancelled"`
	Open     bool     `query:"open" default:"true" doc:"Only what is still to be done, soonest due first."`
	Late     bool     `query:"late"`
	Service  string   `query:"service"`
	Assignee string   `query:"assignee" doc:"A person, or me."`
	Tag      string   `query:"tag"`
	Q        string   `query:"q"`
}

// DueQuery is for what somebody would ask. It has a capital letter because the
// library reads no parameters into what it cannot see.
type DueQuery struct {
	Service  string `query:"service" required:"true"`
	Customer string `query:"customer" doc:"For which node somebody would ask."`
}

func (f *surface) flow() {
	const tag = "chain"
	on(f, tag, route{method: http.MethodGet, path: "/queues/{node}", id: "queue", summary: "What a node has to do"}, f.queue)
	on(f, tag, route{method: http.MethodGet, path: "/due", id: "due", summary: "When it would be done if somebody asked now"},
		f.due)
	on(f, tag, route{
		method: http.MethodGet, path: "/chain", id: "chain", summary: "Who supplies whom, how much and how well",
		detail: "The whole network, or a part of it. It is short: a link names its ends by their ids, and counts that are zero are left out.",
	}, f.chain)
	on(f, tag, route{
		method: http.MethodGet, path: "/chain/live", id: "chain-live", summary: "How work passes from node to node, and comes back",
	}, f.passes)
	on(f, tag, route{method: http.MethodGet, path: "/links/{id}/stats", id: "link-stats", summary: "How well a link works"},
		f.linkStats)
	on(f, tag, route{method: http.MethodGet, path: "/nodes/{id}/stats", id: "node-stats", summary: "What a node delivered"},
		f.nodeStats)
	on(f, tag, route{
		method: http.MethodGet, path: "/orders/{ref}", id: "order", summary: "All that was done for an order of an outside customer",
	}, f.order)
}

func (f *surface) queue(ctx context.Context, a authz.Actor, in *queueIn) (*out[page[Handoff]], error) {
	tree, n, err := f.inTree(ctx, a, id.Node(in.Node))
	if err != nil {
		return nil, err
	}
	nodes := []string{string(n.ID)}
	if in.Subtree {
		nodes = texts[string](tree.Under(n.ID))
	}
	return f.list(ctx, a, handoffsIn{in.Paging, Matching{
		Node: nodes, Side: in.Side, State: in.State, Service: in.Service, Assignee: in.Assignee, Tag: in.Tag, Late: in.Late,
		Open: in.Open, Q: in.Q,
	}})
}

func (f *surface) due(ctx context.Context, a authz.Actor, in *DueQuery) (*out[Due], error) {
	if in.Service == "" {
		return nil, errs.Field("service", "err.required")
	}
	d, err := f.Handoffs.DueIfAskedNow(ctx, a, id.Service(in.Service), id.Node(in.Customer))
	return answer(dueOf(d), err)
}

func dueOf(d handoff.Due) Due {
	t := d.Promise.Terms
	return Due{
		TakeBy: d.TakeBy.Time, DeliverBy: d.DeliverBy.Time, Agreement: string(d.Promise.Agreement), TakeSecs: secs(t.Take),
		DeliverSecs: secs(t.Deliver), TakeDays: t.TakeDays, DeliverDays: t.DeliverDays, Target: t.Target, Requirements: each(d.Promise.Requirements, itemOf),
	}
}

func (f *surface) nodeStats(ctx context.Context, a authz.Actor, in *struct {
	ByID
	Period
	Subtree bool `query:"subtree" default:"true" doc:"With all nodes below it."`
},
) (*out[NodeStats], error) {
	since, err := in.time(ctx)
	if err != nil {
		return nil, err
	}
	tree, n, err := f.inTree(ctx, a, id.Node(in.ID))
	if err != nil {
		return nil, err
	}
	of := []id.Node{n.ID}
	if in.Subtree {
		of = tree.Under(n.ID)
	}
	s, err := f.Handoffs.TeamFigures(ctx, a, since, of...)
	if err != nil {
		return nil, err
	}
	kept, err := f.Handoffs.Promises(ctx, a, handoff.Whose{Suppliers: of}, since)
	return answer(NodeStats{
		Node: nodeIn(tree)(n), Since: since, All: figuresOf(s.Figures), Times: timesOf(s.Times), Promises: promisesOf(kept),
	}, err)
}

func (f *surface) order(ctx context.Context, a authz.Actor, in *struct {
	Ref string `path:"ref" doc:"The reference of the order."`
},
) (*out[Order], error) {
	o, err := f.Handoffs.Order(ctx, a, in.Ref)
	return answer(Order{
		Ref: o.Ref, From: o.From.Time, Until: o.Until.Time, LeadSecs: secs(o.Lead(i18n.Now(ctx))), More: o.More,
		Handoffs: each(o.Handoffs, func(h handoff.Handoff) Handoff { return shown(ctx, a, h) }),
	}, err)
}

func figuresOf(f handoff.Figures) Figures {
	return Figures{
		Asked: f.Asked, Delivered: f.Delivered, Accepted: f.Accepted, AcceptedWithRemark: f.Remarked, Returned: f.Returned,
		Declined: f.Declined, Cancelled: f.Cancelled, AutoAccepted: f.Auto, RightFirstTime: shareOf(f.FirstTime, f.Enough()),
	}
}

func shareOf(s stat.Share, enough bool) Share {
	b := Share{K: s.K, N: s.N}
	if rate := s.Value(); enough {
		b.Rate, b.Low, b.High = &rate, &s.Low, &s.High
	}
	return b
}

func timesOf(t handoff.Times) Times {
	spread := func(s handoff.Spread) Spread { return Spread{secs(s.P50), secs(s.P85)} }
	return Times{N: t.N, Take: spread(t.Take), Deliver: spread(t.Deliver), Accept: spread(t.Accept), Lead: spread(t.Lead)}
}
