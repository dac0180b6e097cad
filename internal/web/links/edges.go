package links

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// edge is one link with what it did.
type edge struct {
	handoff.Edge
	From, To string
	URL      string
}

// edgeList is all links side by side.
type edgeList struct {
	Tabs  []ui.Tab
	Heads []ui.Head
	Edges []edge
}

// edges reads the links of the company with their figures. A link of something
// archived is shown only while it has some.
func (p pages) edges(r *http.Request, a authz.Actor) ([]edge, error) {
	c, err := p.Handoffs.Chain(r.Context(), a, handoff.ChainFilter{Since: promises.Since(r.Context())})
	if err != nil {
		return nil, err
	}
	var out []edge
	for _, e := range c.Edges {
		from, _ := c.Tree.Node(e.Supplier)
		to, _ := c.Tree.Node(e.Customer)
		if (from.Archived() || to.Archived()) && !e.Moved() {
			continue
		}
		out = append(out, edge{Edge: e, From: from.Name, To: to.Name, URL: URL(e.ID)})
	}
	return out, nil
}

// links shows all links side by side, sorted as the address says.
func (p pages) links(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	edges, err := p.edges(r, a)
	if err != nil {
		return web.Result{}, err
	}
	by, down := r.URL.Query().Get("orden"), r.URL.Query().Get("sentido") == "baja"
	sortEdges(edges, by, down)
	v := edgeList{Tabs: tabs(ctx, linksPlace), Edges: edges, Heads: edgeHeads(ctx, by, down)}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "linkpage.links.title"), Lead: i18n.T(ctx, "linkpage.links.lead", i18n.Args{"Days": promises.Days}),
		Section: layout.Catalog, Body: edgesPage(v),
	}), nil
}

// columns are those by which the links can be sorted, as the address says them.
var columns = []struct {
	code, key string
	number    bool
	compare   func(x, y edge) int
}{
	{"eslabon", "linkpage.column.link", false, nil}, // by name
	{"primera", "linkpage.column.first", true, func(x, y edge) int { return cmp.Compare(x.FirstTime.Value(), y.FirstTime.Value()) }},
	{"aceptados", "linkpage.column.accepted", true, func(x, y edge) int { return x.Accepted - y.Accepted }},
	{"devueltos", "linkpage.column.returned", true, func(x, y edge) int { return x.Returned - y.Returned }},
	{"entregas", "linkpage.column.delivered", true, func(x, y edge) int { return x.Delivered - y.Delivered }},
	{"relacion", "linkpage.column.relation", false, func(x, y edge) int { return cmp.Compare(x.Relation, y.Relation) }},
}

// sortEdges puts edges in order: by name, then by the column. A share about
// which there is too little to say comes last, whichever way.
func sortEdges(edges []edge, by string, down bool) {
	sorter := i18n.Sorter()
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Or(sorter(x.From, y.From), sorter(x.To, y.To)) })
	for _, c := range columns {
		if c.code != by || c.compare == nil {
			continue
		}
		slices.SortStableFunc(edges, func(x, y edge) int {
			if by == "primera" && x.Enough() != y.Enough() {
				if x.Enough() {
					return -1
				}
				return 1
			}
			if down {
				x, y = y, x
			}
			return c.compare(x, y)
		})
		return
	}
	if down {
		slices.Reverse(edges)
	}
}

// edgeHeads are the heads of the table; a second press turns the order round.
func edgeHeads(ctx context.Context, by string, down bool) []ui.Head {
	out := make([]ui.Head, len(columns))
	for i, c := range columns {
		h := ui.Head{Label: i18n.T(ctx, c.key), Number: c.number, URL: "/eslabones?orden=" + c.code}
		here := by == c.code || by == "" && i == 0
		switch {
		case here && down:
			h.Sorted = "descending"
		case here:
			h.Sorted = "ascending"
			h.URL += "&sentido=baja"
		case c.number:
			h.URL += "&sentido=baja" // the most comes first
		}
		out[i] = h
	}
	return out
}
