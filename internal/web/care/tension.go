package care

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/links"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// panel is what stands on the page of a link.
type panel struct {
	rated   []rated
	tension *insight.Tension // nil for who belongs to neither end
	link    id.Link
	leads   bool
}

// rated is what one end says of the other.
type rated struct {
	label string
	said  rating.Mean // hidden under five people
}

// Panel returns what both ends of a link say of each other, and, for whoever
// belongs to one of them, how rough it runs.
func (s Services) Panel(ctx context.Context, a authz.Actor, l link.Link) (templ.Component, error) {
	v := panel{link: l.ID, leads: a.Leading(l.Supplier) || a.Leading(l.Customer)}
	for _, side := range rating.Sides {
		m, err := s.Ratings.Link(ctx, a, l.ID, side, promises.Since(ctx))
		if err != nil {
			return nil, err
		}
		v.rated = append(v.rated, rated{i18n.T(ctx, "carepage.rated."+string(side)), m.Hide()})
	}
	t, err := s.Insights.Tension(ctx, a, l.ID, promises.Since(ctx))
	switch {
	case err == nil:
		v.tension = &t
	case errs.KindOf(err) != errs.NotFound:
		return nil, err
	}
	return linkPart(v), nil
}

// sign is one part of the tension beside that of the company.
type sign struct {
	label, about string
	share        stat.Share
	company      stat.Share
	rough        bool
}

var signs = []string{"disputed", "low", "late"}

func signsOf(ctx context.Context, t insight.Tension) []sign {
	out := make([]sign, 0, len(signs))
	rough := t.Rough()
	for i, p := range t.Parts() {
		out = append(out, sign{
			i18n.T(ctx, "carepage.sign."+signs[i]), i18n.T(ctx, "carepage.sign_about."+signs[i]), p, t.Company[i], rough[i],
		})
	}
	return out
}

// talking is the form of a talk.
type talking struct {
	form   ui.Form
	fields []ui.FieldArgs
	action string
	back   string
	talks  []insight.Talk
}

func talkURL(l id.Link) string { return links.URL(l) + "/platica" }

func (p pages) talkForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.talkPage(r, a, nil)
}

func (p pages) talkPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	l, err := p.Links.Get(ctx, a, id.Link(r.PathValue("link")))
	if err != nil {
		return web.Result{}, err
	}
	t, err := p.Insights.Tension(ctx, a, l.ID, promises.Since(ctx))
	if err != nil {
		return web.Result{}, err
	}
	if !a.Leading(l.Supplier) && !a.Leading(l.Customer) {
		return web.Result{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	f := talking{action: talkURL(l.ID), back: links.URL(l.ID) + "#tension", talks: t.Talks}
	f.form = web.FormAgain(r, wrong)
	today := i18n.Today(ctx)
	field := func(name, kind, value string, optional bool) {
		x := ui.FieldArgs{Name: name, Label: i18n.T(ctx, "carepage.talk."+name), Type: kind, Value: value, Rows: 3, Optional: optional}
		if name != "held_on" {
			x.Help = i18n.T(ctx, "carepage.talk_help."+name)
		}
		f.fields = append(f.fields, f.form.Fill(x))
	}
	field("held_on", "date", today, false)
	field("present", "text", "", false)
	field("matter", "textarea", "", false)
	field("agreed", "textarea", "", false)
	field("next_on", "date", "", true)
	between := tree.Name(l.Supplier) + " → " + tree.Name(l.Customer)
	return web.Show(web.Page{
		Title: i18n.T(ctx, "carepage.talk_title", i18n.Args{"From": tree.Name(l.Supplier), "To": tree.Name(l.Customer)}),
		Lead:  i18n.T(ctx, "carepage.talk_lead"), Section: layout.Catalog, Body: talkPage(f),
		Crumbs: []ui.Crumb{
			{Label: i18n.T(ctx, "linkpage.tab.links"), URL: "/eslabones"},
			{Label: between, URL: links.URL(l.ID)},
			{Label: i18n.T(ctx, "carepage.talk_note")},
		},
	}), wrong
}

func (p pages) talk(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	t, err := p.Insights.Note(ctx, a, insight.Talk{
		Link: id.Link(r.PathValue("link")), HeldOn: r.PostFormValue("held_on"), Present: r.PostFormValue("present"),
		Matter: r.PostFormValue("matter"), Agreed: r.PostFormValue("agreed"), NextOn: r.PostFormValue("next_on"),
	})
	if web.Again(err) {
		return p.talkPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(links.URL(t.Link) + "#tension").Say(i18n.T(ctx, "carepage.talk_noted")), nil
}
