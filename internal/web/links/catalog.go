package links

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// goods is one service as the catalogue shows it.
type goods struct {
	link.Offer
	May bool   // the reader may ask for it
	Tex string // what it is found by
}

// shelf is what one node offers.
type shelf struct {
	Node  org.Node
	Above string // where it stands
	Goods []goods
}

// shop is the whole catalogue.
type shop struct {
	Tabs    []ui.Tab
	Kinds   []ui.Tab
	Shelves []shelf
	All     int  // services, before any filter
	Old     bool // what is archived
	May     bool // the reader may publish something
	Owner   bool
}

// catalog shows what every node offers.
func (p pages) catalog(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	offers, err := p.Links.Offers(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	q := r.URL.Query()
	v := shop{Tabs: tabs(ctx, servicesPlace), Old: q.Get("archivados") == "1", May: mayOffer(a), Owner: a.Owner}
	kind, node := link.Kind(q.Get("tipo")), id.Node(q.Get("nodo"))
	v.Kinds = kinds(ctx, t, offers, kind, v.Old)
	v.All = v.Kinds[0].Count
	v.Kinds[0].Count = 0
	of := map[id.Node][]goods{}
	for _, o := range offers {
		n, ok := t.Node(o.Node)
		if !ok || gone(o, n) != v.Old || kind != "" && o.Kind != kind || node != "" && o.Node != node {
			continue
		}
		of[o.Node] = append(of[o.Node], goods{
			Offer: o, May: !v.Old && mayAsk(a, o.Node), Tex: o.Name + " " + o.Detail + " " + t.Path(o.Node) + " " + kindWord(ctx, o.Kind),
		})
	}
	t.Walk(func(n org.Node, _ int) {
		if list := of[n.ID]; len(list) > 0 {
			v.Shelves = append(v.Shelves, shelf{Node: n, Above: t.Path(n.Parent), Goods: list})
		}
	})
	return web.Show(web.Page{
		Title: i18n.T(ctx, "linkpage.catalog.title"), Lead: i18n.T(ctx, "linkpage.catalog.count", i18n.Args{"N": v.All}),
		Section: layout.Catalog, Body: catalogPage(v), Actions: catalogActions(v.May),
	}), nil
}

// gone reports whether nobody can ask for o any more.
func gone(o link.Offer, n org.Node) bool { return o.Archived() || n.Archived() }

// mayAsk reports whether a stands somewhere else than on the supplier, and so
// can ask.
func mayAsk(a authz.Actor, supplier id.Node) bool {
	return a.Owner || slices.ContainsFunc(a.All(), func(n id.Node) bool { return n != supplier })
}

func mayOffer(a authz.Actor) bool { return (a.Owner || len(a.All()) > 0) && a.MustWrite() == nil }

// kinds are the filters of the catalogue: all of it, each kind of service that
// there is, and what is archived.
func kinds(ctx context.Context, t org.Tree, offers []link.Offer, here link.Kind, old bool) []ui.Tab {
	counts, archived, all := map[link.Kind]int{}, 0, 0
	for _, o := range offers {
		if n, ok := t.Node(o.Node); !ok || gone(o, n) {
			archived++
			continue
		}
		counts[o.Kind]++
		all++
	}
	out := []ui.Tab{{Label: i18n.T(ctx, "linkpage.kind.all"), URL: "/catalogo", Here: here == "" && !old, Count: all}}
	for _, k := range link.Kinds {
		if counts[k] > 0 || here == k {
			out = append(out, ui.Tab{
				Label: kindWord(ctx, k), URL: "/catalogo?tipo=" + url.QueryEscape(string(k)), Here: here == k && !old, Count: counts[k],
			})
		}
	}
	if archived > 0 || old {
		out = append(out, ui.Tab{Label: i18n.T(ctx, "linkpage.archived"), URL: "/catalogo?archivados=1", Here: old, Count: archived})
	}
	return out
}

// text is what a shelf is found by: all that is on it.
func (s shelf) text() string {
	out := s.Node.Name + " " + s.Above
	for _, g := range s.Goods {
		out += " " + g.Tex
	}
	return out
}

// short is the beginning of a text, for a list.
func short(s string) string {
	const most = 90
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return s
}
