package needs

import (
	"context"
	"net/http"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

func (p pages) askForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.askPage(r, a, nil)
}

// asking is the form of a need.
type asking struct {
	form   ui.Form
	fields []ui.FieldArgs
}

func (p pages) askPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	places, err := p.places(ctx, a, true)
	if err != nil {
		return web.Result{}, err
	}
	services, err := p.resolvers(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	f := asking{form: web.FormOf(r, wrong)}
	first := ""
	if len(places) > 0 {
		first = places[0].Value
	}
	var severities, scopes []ui.Option
	for i := range severityWords {
		severities = append(severities, ui.Option{Value: strconv.Itoa(i), Label: severityWord(ctx, need.Severity(i))})
	}
	for _, s := range need.Scopes {
		scopes = append(scopes, ui.Option{Value: string(s), Label: i18n.T(ctx, "needpage.scope."+string(s))})
	}
	for _, field := range []ui.FieldArgs{
		{Name: "title", Label: i18n.T(ctx, "needpage.what"), Help: i18n.T(ctx, "needpage.what_help")},
		{Name: "category", Label: i18n.T(ctx, "needpage.category"), Type: "radio", Options: categoryOptions(ctx), Value: string(need.Tools)},
		{Name: "severity", Label: i18n.T(ctx, "needpage.severity"), Type: "radio", Options: severities, Value: "1"},
		{Name: "node", Label: i18n.T(ctx, "needpage.where"), Type: "select", Options: places, Value: first},
		{Name: "scope", Label: i18n.T(ctx, "needpage.scope"), Type: "radio", Options: scopes, Value: string(need.Post)},
		{Name: "detail", Label: i18n.T(ctx, "needpage.detail"), Type: "textarea", Rows: 3, Optional: true},
		{
			Name: "service", Label: i18n.T(ctx, "needpage.resolver"), Type: "select", Blank: true, Options: services, Help: i18n.T(ctx, "needpage.resolver_help"),
		},
	} {
		f.fields = append(f.fields, f.form.Fill(field))
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "needpage.new"), Lead: i18n.T(ctx, "needpage.new_lead"), Section: layout.Voice, Body: askPage(f), Crumbs: crumbs(ctx, i18n.T(ctx, "needpage.new")),
	}), wrong
}

func crumbs(ctx context.Context, here string) []ui.Crumb {
	return []ui.Crumb{{Label: i18n.T(ctx, "needpage.crumb"), URL: "/necesidades"}, {Label: here}}
}

// resolvers are the services of the company, by who offers them.
func (p pages) resolvers(ctx context.Context, a authz.Actor) ([]ui.Option, error) {
	offers, err := p.Links.Offers(ctx, a)
	if err != nil {
		return nil, err
	}
	tree, err := p.Org.Tree(ctx, a)
	out := []ui.Option{{Value: "", Label: i18n.T(ctx, "needpage.resolver_none")}}
	for _, o := range offers {
		if !o.Archived() {
			out = append(out, ui.Option{Value: string(o.ID), Label: o.Name, Group: tree.Name(o.Node)})
		}
	}
	return out, err
}

func (p pages) ask(r *http.Request, a authz.Actor) (web.Result, error) {
	severity, err := strconv.Atoi(r.PostFormValue("severity"))
	if err != nil {
		severity = -1 // refused by the domain, at its field
	}
	n, err := p.Needs.Add(r.Context(), a, need.Ask{
		Node: id.Node(r.PostFormValue("node")), Category: need.Category(r.PostFormValue("category")), Severity: need.Severity(severity),
		Title: r.PostFormValue("title"), Detail: r.PostFormValue("detail"), Scope: need.Scope(r.PostFormValue("scope")),
		Service: id.Service(r.PostFormValue("service")),
	})
	if web.Again(err) || errs.KindOf(err) == errs.Forbidden {
		return p.askPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(n.ID)).Say(i18n.T(r.Context(), "needpage.added")), nil
}

func (p pages) stopForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.stopPage(r, a, nil)
}

// stopPage has one large button: what happened may be said later.
func (p pages) stopPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	places, err := p.places(ctx, a, true)
	if err != nil {
		return web.Result{}, err
	}
	f := asking{form: web.FormOf(r, wrong)}
	first := ""
	if len(places) > 0 {
		first = places[0].Value
	}
	f.fields = []ui.FieldArgs{
		f.form.Fill(ui.FieldArgs{Name: "node", Label: i18n.T(ctx, "needpage.where"), Type: "select", Options: places, Value: first}),
		f.form.Fill(ui.FieldArgs{Name: "title", Label: i18n.T(ctx, "needpage.stop_what"), Blank: true, Help: i18n.T(ctx, "needpage.stop_what_help")}),
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "needpage.stop_title"), Lead: i18n.T(ctx, "needpage.stop_lead"), Section: layout.Voice, Body: stopPage(f),
		Crumbs: crumbs(ctx, i18n.T(ctx, "needpage.stop")),
	}), wrong
}

func (p pages) stop(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, n := r.Context(), id.Node(r.PostFormValue("node"))
	title := r.PostFormValue("title")
	if title == "" {
		tree, err := p.Org.Tree(ctx, a)
		if err != nil {
			return web.Result{}, err
		}
		title = i18n.T(ctx, "needpage.stop_usual", i18n.Args{"Where": tree.Name(n)})
	}
	v, err := p.Needs.Add(ctx, a, need.Ask{Node: n, Title: title, Stop: true})
	if web.Again(err) {
		return p.stopPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v.ID)).Say(i18n.T(ctx, "needpage.stopped")), nil
}
