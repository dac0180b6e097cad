package links

import (
	"net/http"

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

// relate overrides the relation of the link, or gives the computed one back.
func (p pages) relate(r *http.Request, a authz.Actor) (web.Result, error) {
	l := id.Link(r.PathValue("link"))
	err := p.Links.Relate(r.Context(), a, l, org.Relation(r.PostFormValue("relation")), r.PostFormValue("why"))
	if web.Again(err) {
		return p.linkPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(l)).Say(i18n.T(r.Context(), "linkpage.saved")), nil
}

// proposeForm asks what to promise, beginning with what holds.
func (p pages) proposeForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.proposePage(r, a, id.Service(r.URL.Query().Get("servicio")), nil)
}

// proposal is the form of a new version of an agreement.
type proposal struct {
	Action, Back string
	Form         ui.Form
	Service      id.Service
	Terms        termFields
	AcceptDays   ui.FieldArgs
	Requirements ui.FieldArgs
	Review, Note ui.FieldArgs
	Other        org.Node // who decides
}

func (f proposal) fields() []ui.FieldArgs {
	return append(f.Terms.all(), f.AcceptDays, f.Requirements, f.Review, f.Note)
}

func (p pages) proposePage(r *http.Request, a authz.Actor, s id.Service, wrong error) (web.Result, error) {
	ctx := r.Context()
	l, t, err := p.findLink(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if !link.CanPropose(a, l) {
		return web.Result{}, errs.New(errs.Forbidden, "link.err.not_your_link")
	}
	o, err := p.Links.Between(ctx, a, s, l.Customer)
	if err != nil {
		return web.Result{}, err
	}
	other := l.Customer
	if !a.In(l.Supplier) && a.In(l.Customer) {
		other = l.Supplier
	}
	form := web.FormAgain(r, wrong)
	f := proposal{
		Action: URL(l.ID) + "/proponer", Back: URL(l.ID), Form: form, Service: s, Terms: newTermFields(ctx, o.Promise.Terms, form),
		AcceptDays: form.Fill(ui.FieldArgs{
			Name: "accept_days", Label: i18n.T(ctx, "linkpage.accept_days"), Value: sayDays(o.Promise.AcceptDays), Optional: true,
			Hint: "numeric", Auto: "off", Help: i18n.T(ctx, "linkpage.accept_days_help"),
		}),
		Requirements: form.Fill(ui.FieldArgs{
			Name: "requirements", Label: i18n.T(ctx, "linkpage.requirements"), Type: "textarea", Rows: 6,
			Value: sayLines(o.Promise.Requirements), Optional: true, Help: i18n.T(ctx, "linkpage.lines_help"),
		}),
		Review: form.Fill(ui.FieldArgs{
			Name: "review_on", Label: i18n.T(ctx, "linkpage.review_on"), Type: "date", Optional: true,
			Help: i18n.T(ctx, "linkpage.review_help"),
		}),
		Note: form.Fill(ui.FieldArgs{
			Name: "note", Label: i18n.T(ctx, "linkpage.note"), Type: "textarea", Rows: 3, Optional: true,
			Help: i18n.T(ctx, "linkpage.note_help"),
		}),
	}
	f.Other, _ = t.Node(other)
	names := i18n.Args{"From": t.Name(l.Supplier), "To": t.Name(l.Customer), "Service": o.Name}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "linkpage.propose.title", names), Section: layout.Catalog, Body: proposePage(f),
		Crumbs: linkCrumbs(ctx, ui.Crumb{Label: t.Name(l.Supplier) + " → " + t.Name(l.Customer), URL: URL(l.ID)},
			ui.Crumb{Label: i18n.T(ctx, "linkpage.propose")}),
	}), wrong
}

func (p pages) propose(r *http.Request, a authz.Actor) (web.Result, error) {
	l, s := id.Link(r.PathValue("link")), id.Service(r.PostFormValue("service"))
	_, err := p.Links.Propose(r.Context(), a, link.Propose{
		Link: l, Service: s, Terms: readTerms(r), AcceptDays: readDays(r.PostFormValue("accept_days")), Requirements: readLines(r.PostFormValue("requirements")),
		Note: r.PostFormValue("note"), ReviewOn: r.PostFormValue("review_on"),
	})
	switch {
	case errs.KindOf(err) == errs.Conflict:
		return p.linkPage(r, a, err)
	case web.Again(err):
		return p.proposePage(r, a, s, err)
	case err != nil:
		return web.Result{}, err
	}
	return web.Go(URL(l)).Say(i18n.T(r.Context(), "linkpage.proposed")), nil
}

// decide accepts, rejects or takes back a proposal.
func (p pages) decide(r *http.Request, a authz.Actor) (web.Result, error) {
	l, to := id.Link(r.PathValue("link")), link.AgreementState(r.PostFormValue("to"))
	_, err := p.Links.Decide(r.Context(), a, id.Agreement(r.PathValue("agreement")), to)
	if web.Again(err) {
		return p.linkPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(l)).Say(i18n.T(r.Context(), "linkpage.decided."+string(to))), nil
}
