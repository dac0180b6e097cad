package days

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// period is how far back the figures of a team look, in days.
const period = 90

// team is the page of one node: what it is asked, or what it asks for.
type team struct {
	org.Node
	actor  authz.Actor
	nodes  []id.Node // the node, and unless it is shown alone all below it
	below  int       // how many there are below it
	crumbs []ui.Crumb
	query
	path   string
	queue  queue
	load   handoff.Load
	did    handoff.NodeFigures
	offers []ui.Option
	people []ui.Option
	outs   outcome // of what was just done with several rows
}

// queue is the list of the page.
type queue struct {
	lines  []line
	next   string
	marked map[id.Handoff]bool // rows that the reader has ticked
	bad    string              // what is wrong with the address, as a sentence
}

func (p pages) team(r *http.Request, a authz.Actor) (web.Result, error) {
	t, err := p.readTeam(r, a)
	if err != nil && errs.KindOf(err) != errs.Invalid {
		return web.Result{}, err
	}
	return web.Show(t.page(r.Context())), err
}

// readTeam reads what the page shows. Of a fragment only the queue is shown,
// so the rest is left out.
func (p pages) readTeam(r *http.Request, a authz.Actor) (team, error) {
	ctx := r.Context()
	tree, err := p.Org.Branch(ctx, a, id.Node(r.PathValue("node")))
	if err != nil {
		return team{}, err
	}
	n, ok := tree.Node(id.Node(r.PathValue("node")))
	if !ok {
		return team{}, errs.New(errs.NotFound, "org.err.no_node")
	}
	t := team{Node: n, actor: a, path: r.URL.Path, query: parse(r.URL.Query(), true), nodes: tree.Under(n.ID)}
	t.below = len(t.nodes) - 1
	if t.alone {
		t.nodes = t.nodes[:1]
	}
	t.crumbs = crumbs(ctx, tree, n)
	if t.queue, err = p.queue(ctx, a, t.query, t.nodes, t.path); err != nil {
		return t, err
	}
	marked := r.URL.Query()["pase"]
	for _, m := range marked {
		h, _ := ticked(m)
		t.queue.marked[h] = true
	}
	loads, err := p.Handoffs.Loads(ctx, a, t.nodes...)
	if err != nil {
		return t, err
	}
	for _, l := range loads {
		t.load = t.load.Plus(l)
	}
	if httpx.Fragment(r) && r.Method == http.MethodGet {
		return t, nil
	}
	if t.did, err = p.Handoffs.TeamFigures(ctx, a, i18n.Now(ctx).AddDate(0, 0, -period), t.nodes...); err != nil {
		return t, err
	}
	if t.people, err = p.peopleOn(ctx, a, t.nodes); err != nil {
		return t, err
	}
	t.offers, err = p.offersOf(ctx, a, tree, t)
	return t, err
}

// queue reads one page of the list.
func (p pages) queue(ctx context.Context, a authz.Actor, q query, nodes []id.Node, path string) (queue, error) {
	out := queue{marked: map[id.Handoff]bool{}}
	left, err := p.Handoffs.WorkLeft(ctx, a)
	if err != nil {
		return out, err
	}
	side := handoff.ForSupplier
	if q.customer {
		side = handoff.ForCustomer
	}
	found, err := p.Handoffs.List(ctx, a, q.filter(nodes, i18n.Zone(ctx)))
	if err != nil {
		out.bad = i18n.T(ctx, "team.bad_filter")
		return out, err
	}
	out.lines = lines(a, found.Rows, left, side)
	if found.Next != "" {
		next := q
		next.cursor = found.Next
		out.next = next.url(path)
	}
	return out, nil
}

// crumbs lead from the top of the tree to n.
func crumbs(ctx context.Context, tree org.Tree, n org.Node) []ui.Crumb {
	out := []ui.Crumb{{Label: n.Name}}
	for p := n.Parent; p != "" && len(out) < tree.Len(); {
		v, ok := tree.Node(p)
		if !ok {
			break
		}
		out = append(out, ui.Crumb{Label: v.Name, URL: teamOf(v.ID)})
		p = v.Parent
	}
	out = append(out, ui.Crumb{Label: i18n.T(ctx, "team.all.crumb"), URL: "/equipo/todos"})
	slices.Reverse(out)
	return out
}

// peopleOn are the people of the nodes, by name.
func (p pages) peopleOn(ctx context.Context, a authz.Actor, nodes []id.Node) ([]ui.Option, error) {
	people, err := org.NamesOn(ctx, p.DB, a.Company, nodes...)
	out := make([]ui.Option, len(people))
	for i, x := range people {
		out[i] = ui.Option{Value: string(x.ID), Label: x.Name}
	}
	sorter := i18n.Sorter()
	slices.SortFunc(out, func(x, y ui.Option) int { return sorter(x.Label, y.Label) })
	return out, err
}

// offersOf are the services that the list may be narrowed to: the team's own,
// or everybody else's.
func (p pages) offersOf(ctx context.Context, a authz.Actor, tree org.Tree, t team) ([]ui.Option, error) {
	nodes := t.nodes
	if t.customer {
		all, err := p.Org.Tree(ctx, a)
		if err != nil {
			return nil, err
		}
		tree, nodes = all, nil
	}
	offers, err := p.Links.Names(ctx, a, nodes...)
	out := make([]ui.Option, len(offers))
	for i, o := range offers {
		out[i] = ui.Option{Value: string(o.ID), Label: o.Name, Group: tree.Name(o.Node)}
	}
	return out, err
}

// tickable reports whether the reader may do anything with a row.
func (t team) tickable(l line) bool {
	end := l.Supplier
	if t.customer {
		end = l.Customer
	}
	return l.State.Open() && t.actor.MustWrite() == nil && t.actor.For(end)
}

// acts reports whether the reader may do anything with some rows of the team.
func (t team) acts() bool {
	return t.actor.MustWrite() == nil && slices.ContainsFunc(t.nodes, t.actor.For)
}

func (t team) title(ctx context.Context) string {
	if t.customer {
		return i18n.T(ctx, "team.title.customer", i18n.Args{"Team": t.Name})
	}
	args := func(n int) i18n.Args {
		return i18n.Args{"Team": t.Name, "N": n, "Count": few(n)}
	}
	switch {
	case t.load.Open == 0:
		return i18n.T(ctx, "team.title.free", i18n.Args{"Team": t.Name})
	case t.load.Late == 0:
		return i18n.T(ctx, "team.title.fine", args(t.load.Open))
	default:
		return i18n.T(ctx, "day.title.with_late", i18n.Args{
			"Whole": i18n.T(ctx, "team.title.open", args(t.load.Open)), "Late": i18n.T(ctx, "team.title.late", args(t.load.Late)),
		})
	}
}

func (t team) page(ctx context.Context) web.Page {
	title, part := t.title(ctx), queueRows(t)
	if t.outs.some() {
		part = templ.Join(outcomeBeside(t.outs), part)
	}
	return web.Page{
		Title: title, Section: layout.Team, Crumbs: t.crumbs, Actions: teamActions(t), Body: teamPage(t),
		Part: templ.Join(retitle(title), part),
	}
}

// stats are the figures of the team; each leads to what it counts.
func (t team) stats(ctx context.Context) []ui.StatArgs {
	since := i18n.Now(ctx).AddDate(0, 0, -period).Format(time.DateOnly)
	done := query{alone: t.alone, states: []handoff.State{handoff.Accepted, handoff.AcceptedWithRemark}}
	timed := done.with(func(q *query) { q.asked = since }).url(t.path)
	span := func(key string, d time.Duration) ui.StatArgs {
		return ui.StatArgs{Label: i18n.T(ctx, key), Figure: i18n.WorkTime(ctx, d), N: t.did.Times.N, Least: handoff.MinN, URL: timed}
	}
	first := t.did.FirstTime
	return []ui.StatArgs{
		{
			Label: i18n.T(ctx, "team.stat.first_time"), Figure: i18n.Percent(ctx, first.Value()), Low: i18n.Percent(ctx, first.Low),
			High: i18n.Percent(ctx, first.High), N: first.N, Least: handoff.MinN, URL: done.with(func(q *query) { q.closed = since }).url(t.path),
		},
		span("team.stat.take", t.did.Times.Take.P50),
		span("team.stat.deliver", t.did.Times.Deliver.P50),
	}
}

// tick is what the box of a row sends: the handoff, and which version of it the
// reader saw.
func tick(l line) string { return string(l.ID) + "." + strconv.FormatInt(l.Version, 10) }
