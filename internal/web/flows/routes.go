package flows

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// shown is a route as one person sees it.
type shown struct {
	route.Route
	mayShape bool
	mayBegin bool
	order    string // of which customer's order a piece would be begun
	running  []route.Detail
}

func (v shown) beginURL() string {
	to := RouteURL(v.ID) + "/empezar"
	if v.order != "" {
		to += "?order_ref=" + url.QueryEscape(v.order)
	}
	return to
}

func mayShape(a authz.Actor) bool { return a.Owner || len(a.Leads) > 0 }

// list shows every route.
func (p pages) list(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	all, err := p.Routes.All(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	old := r.URL.Query().Get("quitadas") == "1"
	var out []shown
	gone := 0
	for _, x := range all {
		if x.Archived() {
			gone++
		}
		if x.Archived() == old {
			out = append(out, shown{Route: x, mayShape: route.CanShape(a, x), mayBegin: !old && x.Sound(), order: r.URL.Query().Get("pedido")})
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "route.list.title"), Lead: i18n.T(ctx, "route.list.lead"), Section: layout.Jobs,
		Body: routesPage(out, mayShape(a), old, gone), Actions: routesActions(mayShape(a)),
	}), nil
}

// show shows one route, with what is on its way along it.
func (p pages) show(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.showWith(r, a, nil)
}

func (p pages) showWith(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	x, err := p.Routes.Get(ctx, a, id.Route(r.PathValue("route")))
	if err != nil {
		return web.Result{}, err
	}
	v := shown{Route: x, mayShape: route.CanShape(a, x), mayBegin: !x.Archived() && x.Sound()}
	page, err := p.Routes.List(ctx, a, route.Filter{Route: x.ID, State: route.Running, Limit: 20})
	if err != nil {
		return web.Result{}, err
	}
	v.running = page.Rows
	return web.Show(web.Page{
		Title: x.Name, Lead: i18n.T(ctx, "route.show.lead", i18n.Args{"Count": len(x.Steps), "Version": x.Version}), Section: layout.Jobs,
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "route.list.title"), URL: "/rutas"}, {Label: x.Name}}, Body: routePage(v),
	}), wrong
}

// editor is the form of a route: its steps are rows that are added, moved and
// taken out, with or without script.
type editor struct {
	action, cancel string
	form           ui.Form
	steps          []string // services; "" for a row that is not chosen yet
	options        []ui.Option
	version        int
	fresh          bool
}

func (e editor) name(ctx context.Context) ui.FieldArgs {
	return e.form.Fill(ui.FieldArgs{Name: "name", Label: i18n.T(ctx, "route.field.name"), Help: i18n.T(ctx, "route.field.name_help"), Auto: "off"})
}

func (e editor) detail(ctx context.Context) ui.FieldArgs {
	return e.form.Fill(ui.FieldArgs{Name: "detail", Type: "textarea", Rows: 2, Label: i18n.T(ctx, "route.field.detail"), Optional: true})
}

// step is the field of row i. All rows have one name; the error of each has its
// number.
func (e editor) step(ctx context.Context, i int) ui.FieldArgs {
	n := strconv.Itoa(i)
	return ui.FieldArgs{
		Name: "steps", ID: "f-steps-" + n, Type: "select", Label: i18n.T(ctx, "route.field.step", i18n.Args{"Nth": i + 1}),
		Value: e.steps[i], Options: e.options, Error: e.form.Errors["steps."+n],
	}
}

// all are the fields as the summary of errors lists them.
func (e editor) all(ctx context.Context) []ui.FieldArgs {
	out := []ui.FieldArgs{e.name(ctx), e.detail(ctx)}
	for i := range e.steps {
		f := e.step(ctx, i)
		f.Name = "steps." + strconv.Itoa(i)
		out = append(out, f)
	}
	return append(out, ui.FieldArgs{Name: "steps", ID: "pasos", Label: i18n.T(ctx, "route.field.steps")})
}

// edit does what a button of the editor asks for, and says whether the form is
// only shown again.
func edit(steps []string, do string) ([]string, bool) {
	what, at, _ := strings.Cut(do, ".")
	i, err := strconv.Atoi(at)
	known := err == nil && i >= 0 && i < len(steps)
	switch {
	case what == "add":
		return append(steps, ""), true
	case what == "remove" && known:
		return slices.Delete(steps, i, i+1), true
	case what == "up" && known && i > 0:
		steps[i-1], steps[i] = steps[i], steps[i-1]
		return steps, true
	case what == "down" && known && i+1 < len(steps):
		steps[i+1], steps[i] = steps[i], steps[i+1]
		return steps, true
	}
	return steps, what == "up" || what == "down" || what == "remove"
}

func (p pages) newForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.editor(r, a, editor{action: "/rutas/nueva", cancel: "/rutas", steps: []string{"", "", ""}, fresh: true}, nil)
}

func (p pages) changeForm(r *http.Request, a authz.Actor) (web.Result, error) {
	x, err := p.Routes.Get(r.Context(), a, id.Route(r.PathValue("route")))
	if err != nil {
		return web.Result{}, err
	}
	e := editor{action: RouteURL(x.ID) + "/cambiar", cancel: RouteURL(x.ID), version: x.Version}
	e.form.Values = map[string][]string{"name": {x.Name}, "detail": {x.Detail}}
	for _, s := range x.Steps {
		e.steps = append(e.steps, string(s.Service))
	}
	return p.editor(r, a, e, nil)
}

// editor answers with the form.
func (p pages) editor(r *http.Request, a authz.Actor, e editor, wrong error) (web.Result, error) {
	ctx := r.Context()
	if !mayShape(a) {
		return web.Result{}, errs.New(errs.Forbidden, "route.err.leader_only")
	}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	offers, err := p.Links.Offers(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	e.options = []ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}
	t.Walk(func(n org.Node, _ int) {
		for _, o := range offers {
			if o.Node == n.ID && (!o.Archived() && !n.Archived() || slices.Contains(e.steps, string(o.ID))) {
				e.options = append(e.options, ui.Option{Value: string(o.ID), Label: o.Name, Group: n.Name})
			}
		}
	})
	title := i18n.T(ctx, "route.change.title")
	if e.fresh {
		title = i18n.T(ctx, "route.new.title")
	}
	return web.Show(web.Page{
		Title: title, Lead: i18n.T(ctx, "route.new.lead"), Section: layout.Jobs, Body: editorPage(e),
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "route.list.title"), URL: "/rutas"}, {Label: title}},
	}), wrong
}

// typed is the editor as it was sent.
func typed(r *http.Request, e editor, err error) editor {
	e.form = web.FormOf(r, err)
	e.steps = r.PostForm["steps"]
	e.version, _ = strconv.Atoi(r.PostFormValue("version")) // none is a new route
	return e
}

func draft(r *http.Request) route.Draft {
	d := route.Draft{Name: r.PostFormValue("name"), Detail: strings.TrimSpace(r.PostFormValue("detail"))}
	for _, s := range r.PostForm["steps"] {
		d.Steps = append(d.Steps, id.Service(s))
	}
	return d
}

func (p pages) make(r *http.Request, a authz.Actor) (web.Result, error) {
	e := typed(r, editor{action: "/rutas/nueva", cancel: "/rutas", fresh: true}, nil)
	if steps, only := edit(e.steps, r.PostFormValue("do")); only {
		e.steps = steps
		return p.editor(r, a, e, nil)
	}
	x, err := p.Routes.Make(r.Context(), a, draft(r))
	if web.Again(err) {
		return p.editor(r, a, typed(r, e, err), err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(RouteURL(x.ID)).Say(i18n.T(r.Context(), "route.said.made")), nil
}

func (p pages) change(r *http.Request, a authz.Actor) (web.Result, error) {
	route := id.Route(r.PathValue("route"))
	e := typed(r, editor{action: RouteURL(route) + "/cambiar", cancel: RouteURL(route)}, nil)
	if steps, only := edit(e.steps, r.PostFormValue("do")); only {
		e.steps = steps
		return p.editor(r, a, e, nil)
	}
	_, err := p.Routes.Change(r.Context(), a, route, e.version, draft(r))
	if web.Again(err) {
		return p.editor(r, a, typed(r, e, err), err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(RouteURL(route)).Say(i18n.T(r.Context(), "route.said.changed")), nil
}

func (p pages) archive(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.turn(r, a, true, "route.said.archived")
}

func (p pages) restore(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.turn(r, a, false, "route.said.restored")
}

func (p pages) turn(r *http.Request, a authz.Actor, off bool, said string) (web.Result, error) {
	x, err := p.Routes.Archive(r.Context(), a, id.Route(r.PathValue("route")), off)
	if web.Again(err) {
		return p.showWith(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(RouteURL(x.ID)).Say(i18n.T(r.Context(), said)), nil
}

// starting is the form with which a piece begins.
type starting struct {
	route.Route
	form        ui.Form
	first, more []ui.FieldArgs
	only        ui.Option // in whose name, if there is no choice
}

func (v starting) all() []ui.FieldArgs { return append(slices.Clone(v.first), v.more...) }

func (p pages) beginForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.beginWith(r, a, nil)
}

func (p pages) beginWith(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	x, err := p.Routes.Get(ctx, a, id.Route(r.PathValue("route")))
	if err != nil {
		return web.Result{}, err
	}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := starting{Route: x}
	if r.Method == http.MethodPost {
		v.form = web.FormOf(r, wrong)
	} else if r.URL.RawQuery != "" {
		v.form.Values = r.URL.Query()
	}
	v.first, v.more = beginFields(ctx, v.form, x, t, a)
	switch mine := places(ctx, t, a); {
	case len(mine) == 0:
		return web.Result{}, errs.New(errs.Forbidden, "route.err.no_post")
	case len(mine) == 1:
		v.only = mine[0]
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "route.begin.title", i18n.Args{"Name": x.Name}), Section: layout.Jobs, Body: beginPage(v),
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "route.list.title"), URL: "/rutas"}, {Label: x.Name, URL: RouteURL(x.ID)}, {Label: i18n.T(ctx, "route.begin")}},
	}), wrong
}

func (p pages) begin(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	needBy, wrong := endOf(ctx, r.PostFormValue("need_by"))
	in := route.Begin{
		Route: id.Route(r.PathValue("route")), Title: r.PostFormValue("title"), Detail: r.PostFormValue("detail"),
		Order: r.PostFormValue("order_ref"), Quantity: amount(r.PostFormValue("quantity")), Unit: r.PostFormValue("unit"),
		Priority: priorityOf(r.PostFormValue("priority")), NeedBy: needBy, For: id.Node(r.PostFormValue("for")),
		Customer: id.Node(r.PostFormValue("customer")),
	}
	if wrong != nil {
		return p.beginWith(r, a, wrong)
	}
	x, err := p.Routes.Begin(ctx, a, in)
	if web.Again(err) {
		return p.beginWith(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(x.Number)).Say(i18n.T(ctx, "route.said.begun", i18n.Args{"Number": x.Number})), nil
}
