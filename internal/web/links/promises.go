package links

import (
	"context"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// promisesView is how the promises of the company or of a node are kept, with
// the handoffs of one figure.
type promisesView struct {
	Kept  promises.Args
	Chips []ui.Tab
	About string
	Rows  []handoff.Handoff
	Pager ui.PagerArgs
}

// kept reads the promises of nodes; with none, of the company. of is the node
// that the address names.
func (p pages) kept(ctx context.Context, a authz.Actor, of id.Node, nodes ...id.Node) (promises.Args, error) {
	out := promises.Args{See: func(see string) string { return promises.URL(of, see) }}
	var err error
	out.Promises, err = p.Handoffs.Promises(ctx, a, handoff.Whose{Suppliers: nodes}, promises.Since(ctx))
	return out, err
}

// promises shows how promises are kept, and the handoffs behind a figure.
func (p pages) promises(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	of := id.Node(q.Get("nodo"))
	page := web.Page{
		Title: i18n.T(ctx, "promise.title"), Lead: i18n.T(ctx, "promise.lead", i18n.Args{"Days": promises.Days}), Section: layout.Chain,
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "ui.place.chain"), URL: "/cadena"}, {Label: i18n.T(ctx, "promise.title")}},
	}
	var w handoff.Whose
	if of != "" {
		t, err := p.Org.Tree(ctx, a)
		if err != nil {
			return web.Result{}, err
		}
		n, ok := t.Node(of)
		if !ok {
			return web.Result{}, errs.New(errs.NotFound, "org.err.no_node")
		}
		w.Suppliers = t.Under(of)
		page.Title = i18n.T(ctx, "promise.title_node", i18n.Args{"Name": n.Name})
		page.Crumbs = []ui.Crumb{{Label: i18n.T(ctx, "promise.title"), URL: promises.URL("", "")}, {Label: n.Name, URL: nodeURL(of)}, {Label: i18n.T(ctx, "promise.title")}}
	}
	sight, ok := promises.Find(q.Get("ver"))
	if !ok {
		sight = promises.Sights[0]
	}
	v := promisesView{About: i18n.T(ctx, "promise.list."+sight.Code, i18n.Args{"Days": promises.Days})}
	var err error
	if v.Kept, err = p.kept(ctx, a, of, w.Suppliers...); err != nil {
		return web.Result{}, err
	}
	f := sight.Filter(w, promises.Since(ctx))
	f.Cursor = q.Get("desde")
	list, err := p.Handoffs.List(ctx, a, f)
	if err != nil {
		return web.Result{}, err
	}
	for _, s := range promises.Sights {
		v.Chips = append(v.Chips, ui.Tab{Label: i18n.T(ctx, "promise.see."+s.Code), URL: promises.URL(of, s.See), Here: s == sight})
	}
	v.Rows, v.Pager = list.Rows, ui.PagerOf("/promesas", q, list.Next)
	page.Body = promisesPage(v)
	return web.Show(page), nil
}
