package handoffs

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// order is the form with which something is asked for, or handed on.
type order struct {
	offer    link.Offer
	supplier string
	push     bool
	form     ui.Form
	places   []ui.Option // for whom it may be
	due      *handoff.Due
	needBy   time.Time
	people   []org.Person
	today    string
	served   *handoff.Detail // for what it is asked, if for anything in particular
}

// load reads what the form for a service shows.
func (p pages) load(r *http.Request, a authz.Actor, push bool) (order, error) {
	ctx := r.Context()
	o := order{push: push, today: i18n.Today(ctx)}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return o, err
	}
	if o.offer, err = p.Links.Offer(ctx, a, id.Service(r.PathValue("service"))); err != nil {
		return o, err
	}
	if o.offer.Archived() {
		return o, errs.New(errs.NotFound, "handoff.err.service_archived")
	}
	if o.people, err = p.Org.People(ctx, a); err != nil {
		return o, err
	}
	o.people = slices.DeleteFunc(o.people, func(x org.Person) bool { return !x.Active })
	o.supplier = t.Name(o.offer.Node)
	if push {
		if !a.For(o.offer.Node) {
			return o, errs.New(errs.Forbidden, "handoff.err.forbidden")
		}
		o.places, err = p.receivers(r, a, t, o.offer.Node)
		return o, err
	}
	if o.served, err = p.served(r, a); err != nil {
		return o, err
	}
	if o.served != nil {
		o.places = []ui.Option{{Value: string(o.served.Supplier), Label: o.served.SupplierName}}
		return o, nil
	}
	if o.places = askers(ctx, t, a, o.offer.Node); len(o.places) == 0 {
		return o, errs.New(errs.Forbidden, "handoff.err.no_post")
	}
	return o, nil
}

// askers are the nodes for which a may ask something of node from: its own
// first, then those below what it leads, then those outside.
func askers(ctx context.Context, t org.Tree, a authz.Actor, from id.Node) []ui.Option {
	var out []ui.Option
	add := func(n org.Node, group string) {
		if n.ID != from && !n.Archived() {
			out = append(out, ui.Option{Value: string(n.ID), Label: n.Name, Group: group})
		}
	}
	for _, own := range a.Own {
		if n, ok := t.Node(own); ok {
			add(n, i18n.T(ctx, "handoff.ask.own"))
		}
	}
	supplier, _ := t.Node(from)
	t.Walk(func(n org.Node, _ int) {
		switch {
		case slices.Contains(a.Own, n.ID) || !a.For(n.ID):
		case !n.Outside():
			add(n, i18n.T(ctx, "handoff.ask.led"))
		case !supplier.Outside():
			add(n, i18n.T(ctx, "handoff.outside"))
		}
	})
	return out
}

// receivers are the nodes to which node from may hand on: first those that it
// supplies already.
func (p pages) receivers(r *http.Request, a authz.Actor, t org.Tree, from id.Node) ([]ui.Option, error) {
	ctx := r.Context()
	links, err := p.Links.Map(ctx, a)
	if err != nil {
		return nil, err
	}
	known := map[id.Node]bool{}
	for _, l := range links {
		known[l.Customer] = known[l.Customer] || l.Supplier == from
	}
	supplier, _ := t.Node(from)
	var first, rest []ui.Option
	t.Walk(func(n org.Node, _ int) {
		if n.ID == from || n.Archived() || n.Outside() && supplier.Outside() {
			return
		}
		o := ui.Option{Value: string(n.ID), Label: n.Name, Group: i18n.T(ctx, "handoff.push.inside")}
		switch {
		case known[n.ID]:
			o.Group = i18n.T(ctx, "handoff.push.usual")
			first = append(first, o)
			return
		case n.Outside():
			o.Group = i18n.T(ctx, "handoff.outside")
		}
		rest = append(rest, o)
	})
	return append(first, rest...), nil
}

// customer is for whom it is: as chosen, or the first that it may be for.
func (o order) customer() id.Node {
	v := o.form.Value("customer", "")
	if v == "" && !o.push {
		v = o.places[0].Value
	}
	return id.Node(v)
}

// askForm shows the form, empty or as it was sent.
func (p pages) askForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.form(r, a, false, nil)
}

func (p pages) handOnForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.form(r, a, true, nil)
}

func (p pages) form(r *http.Request, a authz.Actor, push bool, wrong error) (web.Result, error) {
	ctx := r.Context()
	o, err := p.load(r, a, push)
	if err != nil {
		return web.Result{}, err
	}
	switch {
	case r.Method == http.MethodPost:
		o.form = web.FormOf(r, wrong)
	case r.URL.RawQuery != "":
		o.form.Values = r.URL.Query() // a link may fill in what it knows
	}
	if err := p.foresee(ctx, a, &o); err != nil {
		return web.Result{}, err
	}
	title := i18n.T(ctx, "handoff.ask.of", i18n.Args{"Supplier": o.supplier})
	if push {
		title = i18n.T(ctx, "handoff.push.of", i18n.Args{"Service": o.offer.Name})
	}
	page := web.Page{Title: title, Lead: o.offer.Name, Section: layout.Ask, Body: asking(o)}
	if push {
		page.Lead = ""
	}
	return web.Show(page), wrong
}

// foresee fills in what would be promised if it were asked now.
func (p pages) foresee(ctx context.Context, a authz.Actor, o *order) error {
	due, err := p.Handoffs.DueIfAskedNow(ctx, a, o.offer.ID, o.customer())
	o.due, o.needBy = &due, read(ctx, o.form.Values).until("need_by")
	return err
}

// promise answers when the form names another customer or another day.
func (p pages) promise(r *http.Request, a authz.Actor) (web.Result, error) {
	offer, err := p.Links.Offer(r.Context(), a, id.Service(r.PathValue("service")))
	if err != nil {
		return web.Result{}, err
	}
	o := order{
		offer: offer, form: ui.Form{Values: r.URL.Query()}, places: []ui.Option{{}}, push: strings.HasPrefix(r.URL.Path, "/entregar/"),
	}
	t, err := p.Org.Tree(r.Context(), a)
	if err != nil {
		return web.Result{}, err
	}
	o.supplier = t.Name(offer.Node)
	if err := p.foresee(r.Context(), a, &o); err != nil {
		return web.Result{}, err
	}
	return web.Part(promised(o)), nil
}

// wish reads what was asked for.
func wish(r *http.Request, f reader, o link.Offer) (handoff.Ask, error) {
	files, err := uploads(r)
	return handoff.Ask{
		Service: o.ID, Customer: id.Node(f.text("customer")), Title: f.text("title"), Detail: f.text("detail"),
		Answers: f.answers(o.Form), Order: f.text("order_ref"), Quantity: f.quantity("quantity"), Unit: f.text("unit"),
		Priority: handoff.Priority(f.whole("priority")), NeedBy: f.until("need_by"), Tags: f.tags("tags"),
		Watchers: f.people("watchers"), Files: files,
	}, err
}

// ask sends the form.
func (p pages) ask(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.send(r, a, false, func(f reader, in handoff.Ask) (handoff.Handoff, error) {
		d, err := p.served(r, a)
		if err != nil {
			return handoff.Handoff{}, err
		}
		if d != nil {
			return p.Handoffs.AskUpstream(r.Context(), a, d.ID, in)
		}
		return p.Handoffs.Ask(r.Context(), a, in)
	})
}

// handOn sends what nobody asked for.
func (p pages) handOn(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.send(r, a, true, func(f reader, in handoff.Ask) (handoff.Handoff, error) {
		in.HappenedAt = f.since("happened_at")
		return p.Handoffs.HandOn(r.Context(), a, in, handoff.Step{Note: f.text("note"), Checks: f.values["check"]})
	})
}

func (p pages) send(r *http.Request, a authz.Actor, push bool, do func(reader, handoff.Ask) (handoff.Handoff, error)) (web.Result, error) {
	ctx := r.Context()
	o, err := p.Links.Offer(ctx, a, id.Service(r.PathValue("service")))
	if err != nil {
		return web.Result{}, err
	}
	f := read(ctx, r.PostForm)
	in, err := wish(r, f, o)
	if err != nil {
		return web.Result{}, err
	}
	h, err := do(f, in)
	if err != nil {
		return p.form(r, a, push, f.also(err))
	}
	said := "handoff.said.asked"
	if push {
		said = "handoff.said.handed_on"
	}
	return web.Go(URL(h.Number)).Say(i18n.T(ctx, said, i18n.Args{"Number": h.Number})), nil
}

// names says people by their places, for a select: those of node first.
func names(ctx context.Context, people []org.Person, node id.Node, group string) []ui.Option {
	var first, rest []ui.Option
	for _, x := range people {
		o := ui.Option{Value: string(x.ID), Label: x.Name}
		if node != "" && slices.ContainsFunc(x.Places, func(l org.Place) bool { return l.Node == node }) {
			o.Group = group
			first = append(first, o)
			continue
		}
		if node != "" {
			o.Group = i18n.T(ctx, "handoff.rest")
		}
		rest = append(rest, o)
	}
	return append(first, rest...)
}

// typed are the values of a field that may have several.
func typed(f ui.Form, name, value string) bool { return slices.Contains(f.Values[name], value) }
