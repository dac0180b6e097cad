package links

import (
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// route is a link on which a service travels.
type route struct {
	Customer string
	URL      string
}

// offerView is the page of one service.
type offerView struct {
	link.Offer
	Node   org.Node
	Routes []route
	May    bool // change it
	Ask    bool
}

// offer shows one service.
func (p pages) offer(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	o, t, err := p.findOffer(r, a)
	if err != nil {
		return web.Result{}, err
	}
	n, _ := t.Node(o.Node)
	v := offerView{Offer: o, Node: n, May: link.CanOffer(a, o.Node), Ask: !gone(o, n) && mayAsk(a, o.Node)}
	links, err := p.Links.Map(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	for _, l := range links {
		if l.Supplier == o.Node {
			v.Routes = append(v.Routes, route{t.Name(l.Customer), URL(l.ID)})
		}
	}
	sorter := i18n.Sorter()
	slices.SortFunc(v.Routes, func(x, y route) int { return sorter(x.Customer, y.Customer) })
	return web.Show(web.Page{
		Title: o.Name, Lead: i18n.T(ctx, "linkpage.offered_by", i18n.Args{"Node": n.Name}), Section: layout.Catalog,
		Crumbs: crumbs(ctx, ui.Crumb{Label: n.Name, URL: nodeURL(n.ID)}, ui.Crumb{Label: o.Name}),
		Body:   offerPage(v), Actions: offerActions(v),
	}), nil
}

// findOffer returns the service of the address with the tree that it stands in.
func (p pages) findOffer(r *http.Request, a authz.Actor) (link.Offer, org.Tree, error) {
	o, err := p.Links.Offer(r.Context(), a, id.Service(r.PathValue("service")))
	if err != nil {
		return o, org.Tree{}, err
	}
	t, err := p.Org.Tree(r.Context(), a)
	return o, t, err
}

// archive takes the service out of the catalogue, or puts it back.
func (p pages) archive(r *http.Request, a authz.Actor) (web.Result, error) {
	o, archived := id.Service(r.PathValue("service")), r.PostFormValue("archived") == "1"
	if err := p.Links.Archive(r.Context(), a, o, archived); err != nil {
		return web.Result{}, err
	}
	said := "linkpage.restored"
	if archived {
		said = "linkpage.archived_now"
	}
	return web.Go(OfferURL(o)).Say(i18n.T(r.Context(), said)), nil
}

// addForm asks for a new service.
func (p pages) addForm(r *http.Request, a authz.Actor) (web.Result, error) {
	o := link.Offer{Node: id.Node(r.URL.Query().Get("nodo")), Kind: link.Product, Terms: link.UsualTerms}
	return p.addPage(r, a, o, nil)
}

func (p pages) addPage(r *http.Request, a authz.Actor, o link.Offer, wrong error) (web.Result, error) {
	ctx := r.Context()
	if !mayOffer(a) {
		return web.Result{}, errs.New(errs.Forbidden, "link.err.not_your_node")
	}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	f := newOfferForm(ctx, o, web.FormAgain(r, wrong))
	f.Action, f.Back, f.Submit = "/catalogo/nuevo", "/catalogo", i18n.T(ctx, "linkpage.publish")
	f.Where = f.Form.Fill(ui.FieldArgs{Name: "node", Label: i18n.T(ctx, "linkpage.who_offers"), Type: "select", Value: string(o.Node)})
	t.Walk(func(n org.Node, _ int) {
		if !n.Archived() && link.CanOffer(a, n.ID) {
			f.Where.Options = append(f.Where.Options, ui.Option{Value: string(n.ID), Label: t.Path(n.ID)})
		}
	})
	return web.Show(web.Page{
		Title: i18n.T(ctx, "linkpage.new"), Lead: i18n.T(ctx, "linkpage.new_lead"), Section: layout.Catalog,
		Crumbs: crumbs(ctx, ui.Crumb{Label: i18n.T(ctx, "linkpage.new")}), Body: offerFormPage(f),
	}), wrong
}

func (p pages) add(r *http.Request, a authz.Actor) (web.Result, error) {
	o := readOffer(r)
	o.Node = id.Node(r.PostFormValue("node"))
	made, err := p.Links.Add(r.Context(), a, o)
	if web.Again(err) {
		return p.addPage(r, a, o, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(OfferURL(made.ID)).Say(i18n.T(r.Context(), "linkpage.published", i18n.Args{"Name": made.Name})), nil
}

// changeForm asks how the service should be.
func (p pages) changeForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.changePage(r, a, nil, nil)
}

// changePage shows the form as the service is, or with what was typed. After a
// conflict it stands beside how the service is now, so that nothing typed is
// lost and nobody overwrites unseen.
func (p pages) changePage(r *http.Request, a authz.Actor, typed *link.Offer, wrong error) (web.Result, error) {
	ctx := r.Context()
	o, _, err := p.findOffer(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if !link.CanOffer(a, o.Node) {
		return web.Result{}, errs.New(errs.Forbidden, "link.err.not_your_node")
	}
	show := o
	if typed != nil {
		show = *typed
	}
	f := newOfferForm(ctx, show, web.FormAgain(r, wrong))
	if errs.KindOf(wrong) == errs.Conflict {
		f.Version, f.Now = o.Version, &o
	}
	f.Action, f.Back, f.Submit = OfferURL(o.ID)+"/cambiar", OfferURL(o.ID), i18n.T(ctx, "linkpage.save")
	return web.Show(web.Page{
		Title: i18n.T(ctx, "linkpage.change_of", i18n.Args{"Name": o.Name}), Section: layout.Catalog,
		Crumbs: crumbs(ctx, ui.Crumb{Label: o.Name, URL: OfferURL(o.ID)}, ui.Crumb{Label: i18n.T(ctx, "linkpage.change")}),
		Body:   offerFormPage(f),
	}), wrong
}

func (p pages) change(r *http.Request, a authz.Actor) (web.Result, error) {
	o := readOffer(r)
	o.ID = id.Service(r.PathValue("service"))
	_, err := p.Links.Change(r.Context(), a, o)
	if web.Again(err) {
		return p.changePage(r, a, &o, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(OfferURL(o.ID)).Say(i18n.T(r.Context(), "linkpage.saved")), nil
}
