package api

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Chain is who supplies whom, how much and how well.
type Chain struct {
	Since time.Time   `json:"since"`
	Nodes []ChainNode `json:"nodes" doc:"All of them; of a part of the network, the ends of its links and what they stand in."`
	Links []Edge      `json:"links"`
	Total int         `json:"total" doc:"Links, those over the limit included."`

	ready []byte       // the whole answer, packed, if it is kept
	full  func() Chain // what is in it, for who does not take it packed
}

// ChainNode is one place of the network.
type ChainNode struct {
	ID       string `json:"id"`
	Kind     string `json:"kind" enum:"area,team,post,customer,supplier"`
	Name     string `json:"name"`
	Parent   string `json:"parent,omitempty"`
	Archived bool   `json:"archived,omitempty"`
	Wait     Waited `json:"wait,omitzero" doc:"Until somebody took what was asked of it."`
}

// Edge is one link of the chain with what it did. Counts that are zero are left
// out.
type Edge struct {
	ID                 string   `json:"id"`
	Supplier           string   `json:"supplier" doc:"The id of a node."`
	Customer           string   `json:"customer" doc:"The id of a node."`
	Relation           string   `json:"relation" enum:"vertical,horizontal,diagonal,external"`
	Asked              int      `json:"asked,omitempty"`
	Delivered          int      `json:"delivered,omitempty" doc:"Deliveries, each round of its own."`
	Accepted           int      `json:"accepted,omitempty" doc:"With remark or without."`
	AcceptedWithRemark int      `json:"accepted_with_remark,omitempty"`
	Returned           int      `json:"returned,omitempty"`
	Declined           int      `json:"declined,omitempty"`
	Cancelled          int      `json:"cancelled,omitempty"`
	AutoAccepted       int      `json:"auto_accepted,omitempty" doc:"Nobody answered in time: not part of accepted, nor of right first time."`
	RightFirstTime     Share    `json:"right_first_time,omitzero" doc:"Of what was accepted."`
	Bounce             CameBack `json:"bounce,omitzero"`
	Wait               Waited   `json:"wait,omitzero" doc:"Until somebody took it."`
}

// CameBack is how what was accepted came right.
type CameBack struct {
	Cases int `json:"cases" doc:"Accepted since the Monday of the week in which the period begins, in UTC."`
	Back  int `json:"back" doc:"Of these came back at least once."`
	Twice int `json:"twice" doc:"Of these came back at least twice."`
}

// Waited is how long N things waited, in working time.
type Waited struct {
	N       int   `json:"n"`
	P50Secs int64 `json:"p50_secs" doc:"Half waited no longer."`
	P85Secs int64 `json:"p85_secs" doc:"85 of 100 waited no longer."`
}

// chainIn says which part of the network somebody wants.
type chainIn struct {
	Period
	Service  string `query:"service" doc:"Only what this service moved."`
	OrderRef string `query:"order_ref" doc:"Only what was done for this order, whenever it was."`
	Relation string `query:"relation" enum:"vertical,horizontal,diagonal,external"`
	Area     string `query:"area" doc:"Only links with an end in this node or below it."`
	Limit    int    `query:"limit" doc:"At most so many links, those with the most deliveries; all if it is left out."`
}

func (in chainIn) narrowed() bool {
	return in.Service != "" || in.OrderRef != "" || in.Relation != "" || in.Area != "" || in.Limit > 0
}

func (f *surface) chain(ctx context.Context, a authz.Actor, in *chainIn) (*out[Chain], error) {
	since, err := in.time(ctx)
	if err != nil {
		return nil, err
	}
	if in.Limit < 0 {
		return nil, errs.Field("limit", "api.err.whole")
	}
	c, err := f.Handoffs.Chain(ctx, a, handoff.ChainFilter{
		Since: since, Service: id.Service(in.Service), Order: in.OrderRef, Relation: org.Relation(in.Relation), Area: id.Node(in.Area),
	})
	if err != nil {
		return nil, err
	}
	if in.narrowed() || c.Reading == 0 {
		return answer(chainOf(c, *in), nil)
	}
	whole := func() Chain { return chainOf(c, *in) }
	return answer(Chain{ready: f.packed(a.Company, c, whole), full: whole}, nil)
}

// chainKey says which whole networks are kept as they are sent.
type chainKey struct {
	company id.Company
	since   int64 // microseconds
}

// packedChain is an answer as it is sent, with the reading that it tells of.
type packedChain struct {
	reading int64
	body    []byte
}

// mostSent is how many bytes of answers are kept: of some twenty large networks.
const mostSent = 6 << 20

// packed returns the whole network of a company as it is sent, made once for
// each reading: packing thousands of links costs more than all the rest.
func (f *surface) packed(company id.Company, c handoff.Chain, whole func() Chain) []byte {
	e := f.sent.Entry(chainKey{company, c.Since.UnixMicro()})
	e.Lock()
	defer e.Unlock()
	if e.Value.reading != c.Reading {
		e.Value = packedChain{c.Reading, httpx.Pack(whole().appendJSON(nil))}
		f.sent.Grew(e, len(e.Value.body), mostSent)
	}
	return e.Value.body
}

// chainOf is what in asks of c.
func chainOf(c handoff.Chain, in chainIn) Chain {
	edges := c.Edges
	if in.Limit > 0 && in.Limit < len(edges) {
		edges = slices.Clone(edges) // they are shared
		slices.SortStableFunc(edges, func(x, y handoff.Edge) int { return cmp.Compare(y.Delivered, x.Delivered) })
		edges = edges[:in.Limit]
	}
	b := Chain{Since: c.Since.Time, Nodes: []ChainNode{}, Links: each(edges, edgeOf), Total: len(c.Edges)}
	there := map[id.Node]bool{}
	for _, e := range edges {
		for _, n := range []id.Node{e.Supplier, e.Customer} {
			for ; n != "" && !there[n]; n = parentOf(c.Tree, n) {
				there[n] = true
			}
		}
	}
	for _, n := range c.Nodes {
		if there[n.ID] || !in.narrowed() {
			b.Nodes = append(b.Nodes, ChainNode{
				ID: string(n.ID), Kind: string(n.Kind), Name: n.Name, Parent: string(n.Parent), Archived: n.Archived(), Wait: waitedOf(c.Queues[n.ID]),
			})
		}
	}
	return b
}

func parentOf(t org.Tree, n id.Node) id.Node {
	v, _ := t.Node(n)
	return v.Parent
}

func edgeOf(e handoff.Edge) Edge {
	out := Edge{
		ID: string(e.ID), Supplier: string(e.Supplier), Customer: string(e.Customer), Relation: string(e.Relation), Asked: e.Asked,
		Delivered: e.Delivered, Accepted: e.Accepted, AcceptedWithRemark: e.Remarked, Returned: e.Returned, Declined: e.Declined,
		Cancelled: e.Cancelled, AutoAccepted: e.Auto, Bounce: CameBack(e.Bounce), Wait: waitedOf(e.Queue),
	}
	if e.FirstTime.N > 0 {
		out.RightFirstTime = shareOf(e.FirstTime, e.Enough())
		for _, v := range []*float64{out.RightFirstTime.Rate, out.RightFirstTime.Low, out.RightFirstTime.High} {
			if v != nil {
				*v = math.Round(*v*1e4) / 1e4 // the rest is noise, and there are thousands
			}
		}
	}
	return out
}

func waitedOf(q handoff.Queue) Waited {
	return Waited{N: q.N, P50Secs: secs(q.P50), P85Secs: secs(q.P85)}
}

// appendJSON writes the answer in one pass, as encoding/json would: there may be
// thousands of links, and reflection costs more than all the rest.
func (c Chain) appendJSON(b []byte) []byte {
	if c.full != nil {
		c = c.full()
	}
	b = slices.Grow(b, 160*len(c.Nodes)+360*len(c.Links))
	b = c.Since.AppendFormat(append(b, `{"since":"`...), time.RFC3339Nano)
	b = append(b, `","nodes":[`...)
	for i, n := range c.Nodes {
		b = comma(b, i)
		b = quote(append(b, `{"id":`...), n.ID)
		b = quote(append(b, `,"kind":`...), n.Kind)
		b = quote(append(b, `,"name":`...), n.Name)
		if n.Parent != "" {
			b = quote(append(b, `,"parent":`...), n.Parent)
		}
		if n.Archived {
			b = append(b, `,"archived":true`...)
		}
		b = append(n.Wait.appendTo(b), '}')
	}
	b = append(b, `],"links":[`...)
	for i, e := range c.Links {
		b = comma(b, i)
		b = append(e.appendTo(b), '}')
	}
	b = append(b, `],"total":`...)
	return append(strconv.AppendInt(b, int64(c.Total), 10), '}')
}

func (e Edge) appendTo(b []byte) []byte {
	b = quote(append(b, `{"id":`...), e.ID)
	b = quote(append(b, `,"supplier":`...), e.Supplier)
	b = quote(append(b, `,"customer":`...), e.Customer)
	b = quote(append(b, `,"relation":`...), e.Relation)
	b = count(b, `,"asked":`, e.Asked)
	b = count(b, `,"delivered":`, e.Delivered)
	b = count(b, `,"accepted":`, e.Accepted)
	b = count(b, `,"accepted_with_remark":`, e.AcceptedWithRemark)
	b = count(b, `,"returned":`, e.Returned)
	b = count(b, `,"declined":`, e.Declined)
	b = count(b, `,"cancelled":`, e.Cancelled)
	b = count(b, `,"auto_accepted":`, e.AutoAccepted)
	if s := e.RightFirstTime; s != (Share{}) {
		b = whole(append(b, `,"right_first_time":{"k":`...), s.K)
		b = whole(append(b, `,"n":`...), s.N)
		if s.Rate != nil {
			b = decimal(append(b, `,"rate":`...), *s.Rate)
			b = decimal(append(b, `,"low":`...), *s.Low)
			b = decimal(append(b, `,"high":`...), *s.High)
		}
		b = append(b, '}')
	}
	if v := e.Bounce; v != (CameBack{}) {
		b = whole(append(b, `,"bounce":{"cases":`...), v.Cases)
		b = whole(append(b, `,"back":`...), v.Back)
		b = append(whole(append(b, `,"twice":`...), v.Twice), '}')
	}
	return e.Wait.appendTo(b)
}

func (w Waited) appendTo(b []byte) []byte {
	if w == (Waited{}) {
		return b
	}
	b = whole(append(b, `,"wait":{"n":`...), w.N)
	b = strconv.AppendInt(append(b, `,"p50_secs":`...), w.P50Secs, 10)
	return append(strconv.AppendInt(append(b, `,"p85_secs":`...), w.P85Secs, 10), '}')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func whole(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

func decimal(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'f', -1, 64) }

func count(b []byte, key string, n int) []byte {
	if n == 0 {
		return b
	}
	return whole(append(b, key...), n)
}

// quote appends s as JSON.
func quote(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			q, err := json.Marshal(s)
			if err != nil {
				panic(err) // strings always marshal
			}
			return append(b, q...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
