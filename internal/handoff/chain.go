package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/stat"
)

// Edge is one link of the chain with what it did.
type Edge struct {
	link.Link
	Figures
	Queue  Queue
	Bounce Bounce
}

// Chain is who supplies whom, how much and how well. It may be shared: it is
// not to be changed.
type Chain struct {
	Tree   org.Tree
	Since  db.Time // days and weeks are counted whole, in UTC
	Edges  []Edge
	Queues map[id.Node]Queue // what waited at each node, over the edges
	Nodes  []org.Node        // all of them, in the order of people
	Areas  []org.Node        // of these, what has nodes below it
	Offers []link.Named      // what is offered in the company, by name

	// Reading tells two readings apart: what has the same number in one process is
	// the same chain, or the same filter made it of the same chain. It is zero for
	// that of an order.
	Reading int64

	queues []stat.Histogram // of Edges
}

// ChainFilter says of which part of the network one wants the figures. Empty
// fields do not filter.
type ChainFilter struct {
	Since    time.Time  // figures begin on this UTC day, waits and returns in its week
	Service  id.Service // only what this service moved
	Order    string     // only what was done for this order, whenever it was
	Relation org.Relation
	Area     id.Node // only links with an end in it or below it
}

func (f ChainFilter) check(t org.Tree) error {
	bad := errs.Bad{}
	if f.Relation != "" {
		errs.OneOf(bad, "relation", f.Relation, org.Relations...)
	}
	bad.Text("order_ref", f.Order, mostTitle)
	if f.Area != "" {
		_, known := t.Node(f.Area)
		bad.Add(known, "area", "org.err.no_node")
	}
	return bad.Err()
}

// Chain returns the network of the actor's company.
func (s *Service) Chain(ctx context.Context, a authz.Actor, f ChainFilter) (Chain, error) {
	c, err := s.chains.get(ctx, s.db, a.Company, f.Since, f.Service)
	if err != nil {
		return Chain{}, err
	}
	if err := f.check(c.Tree); err != nil {
		return Chain{}, err
	}
	if f.Order != "" {
		if c, err = s.ofOrder(ctx, a, c, f); err != nil {
			return Chain{}, err
		}
	}
	if f.Relation == "" && f.Area == "" {
		return c, nil
	}
	inside := map[id.Node]bool{}
	for _, n := range c.Tree.Under(f.Area) {
		inside[n] = true
	}
	out := Chain{Tree: c.Tree, Since: c.Since, Nodes: c.Nodes, Areas: c.Areas, Offers: c.Offers, Reading: c.Reading}
	for i, e := range c.Edges {
		if f.Relation != "" && e.Relation != f.Relation || f.Area != "" && !inside[e.Supplier] && !inside[e.Customer] {
			continue
		}
		out.Edges, out.queues = append(out.Edges, e), append(out.queues, c.queues[i])
	}
	return out.nodes(), nil
}

// nodes sums up what waited at each node.
func (c Chain) nodes() Chain {
	all := map[id.Node]stat.Histogram{}
	for i, e := range c.Edges {
		if c.queues[i].N > 0 {
			h := all[e.Supplier]
			h.Merge(c.queues[i])
			all[e.Supplier] = h
		}
	}
	c.Queues = make(map[id.Node]Queue, len(all))
	for n, h := range all {
		c.Queues[n] = queueOf(h)
	}
	return c
}

// loadChain reads the network with its figures from the projections.
func loadChain(ctx context.Context, q db.Querier, c id.Company, since db.Time, service id.Service) (Chain, error) {
	out := Chain{Since: since}
	var err error
	if out.Tree, err = org.LoadTree(ctx, q, c); err != nil {
		return out, err
	}
	out.Tree.Walk(func(n org.Node, _ int) {
		out.Nodes = append(out.Nodes, n)
		if len(out.Tree.Under(n.ID)) > 1 {
			out.Areas = append(out.Areas, n)
		}
	})
	if out.Offers, err = link.LoadNames(ctx, q, c); err != nil {
		return out, err
	}
	links, err := link.LoadMap(ctx, q, c, out.Tree)
	if err != nil {
		return out, err
	}
	at := make(map[id.Link]int, len(links))
	out.Edges, out.queues = make([]Edge, len(links)), make([]stat.Histogram, len(links))
	for i, l := range links {
		at[l.ID], out.Edges[i].Link = i, l
	}
	if err := out.figures(ctx, q, c, service, at); err != nil {
		return out, err
	}
	if err := out.flows(ctx, q, c, service, at); err != nil {
		return out, err
	}
	return out.nodes(), nil
}

// ofService is the condition on a service, if one is asked for.
func ofService(s id.Service) (cond string, args []any) {
	if s == "" {
		return "", nil
	}
	return ` AND service = ?`, []any{s}
}

func (c *Chain) figures(ctx context.Context, q db.Querier, company id.Company, service id.Service, at map[id.Link]int) error {
	type row struct {
		link id.Link
		Figures
	}
	cond, args := ofService(service)
	rows, err := db.All(ctx, q, func(r *row) []any { return append([]any{&r.link}, r.dest()...) }, `
		SELECT link, `+sums+` FROM link_stat WHERE company = ? AND day >= ?`+cond+`
		GROUP BY link ORDER BY link LIMIT 10000`, append([]any{company, day(c.Since)}, args...)...)
	for _, r := range rows {
		if i, known := at[r.link]; known {
			r.finish()
			c.Edges[i].Figures = r.Figures
		}
	}
	return err
}

func (c *Chain) flows(ctx context.Context, q db.Querier, company id.Company, service id.Service, at map[id.Link]int) error {
	type row struct {
		link      id.Link
		kind      string
		bucket, n int
	}
	cond, args := ofService(service)
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.link, &r.kind, &r.bucket, &r.n} }, `
		SELECT link, kind, bucket, CAST(SUM(n) AS BIGINT) FROM link_flow WHERE company = ? AND week >= ?`+cond+`
		GROUP BY link, kind, bucket ORDER BY link, kind, bucket LIMIT 1000000`, append([]any{company, week(c.Since)}, args...)...)
	for _, r := range rows {
		i, known := at[r.link]
		switch {
		case !known:
		case r.kind == "rounds":
			c.Edges[i].Bounce.count(r.bucket, r.n)
		default:
			c.queues[i].Add(r.bucket, r.n)
		}
	}
	for i, h := range c.queues {
		if h.N > 0 {
			c.Edges[i].Queue = queueOf(h)
		}
	}
	return err
}

// ofOrder returns the links of c with what they did for one order only.
func (s *Service) ofOrder(ctx context.Context, a authz.Actor, c Chain, f ChainFilter) (Chain, error) {
	o, err := s.Order(ctx, a, f.Order)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return Chain{}, err
	}
	hours, err := setting.LoadTimetable(ctx, s.db, a.Company)
	if err != nil {
		return Chain{}, err
	}
	at := map[id.Link]int{}
	for i, e := range c.Edges {
		at[e.ID] = i
	}
	did := map[id.Link]*Edge{}
	waits := map[id.Link]stat.Histogram{}
	for _, h := range o.Handoffs {
		i, known := at[h.Link]
		if !known || f.Service != "" && h.Service != f.Service {
			continue
		}
		e := did[h.Link]
		if e == nil {
			e = &Edge{Link: c.Edges[i].Link}
			did[h.Link] = e
		}
		e.tell(h)
		if h.Kind == Pull && !h.TakenAt.IsZero() {
			w := waits[h.Link]
			w.Add(stat.Bucket(hours.Of(h.Supplier).Elapsed(h.AskedAt.Time, h.TakenAt.Time)), 1)
			waits[h.Link] = w
		}
	}
	out := Chain{Tree: c.Tree, Since: c.Since, Nodes: c.Nodes, Areas: c.Areas, Offers: c.Offers}
	for _, e := range c.Edges {
		if d := did[e.ID]; d != nil {
			d.finish()
			d.Queue = queueOf(waits[e.ID])
			out.Edges, out.queues = append(out.Edges, *d), append(out.queues, waits[e.ID])
		}
	}
	return out.nodes(), nil
}

// tell adds one handoff to what its link did.
func (e *Edge) tell(h Handoff) {
	if h.Kind == Pull {
		e.Asked++
	}
	e.Delivered += h.Rounds
	e.Returned += max(0, h.Rounds-1)
	switch h.State {
	case Accepted, AcceptedWithRemark:
		if h.Auto { // nobody looked at it
			e.Auto++
			return
		}
		e.Accepted++
		e.Bounce.count(h.Rounds, 1)
		if h.RightFirstTime() {
			e.FirstTime.K++
		}
		if h.State == AcceptedWithRemark {
			e.Remarked++
		}
	case Returned:
		e.Returned++
	case Declined:
		e.Declined++
	case Cancelled:
		e.Cancelled++
	case Asked, Taken, Delivered:
	}
}

// Moved reports whether anything travelled on the edge.
func (e Edge) Moved() bool { return e.Asked+e.Delivered+e.Accepted > 0 }
