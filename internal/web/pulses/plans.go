package pulses

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

const plansURL = "/pulsos-planes"

func (p pages) plans(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	if err := a.MustOwn(); err != nil {
		return web.Result{}, err
	}
	all, err := p.Pulses.Plans(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "pulsepage.plans"), Lead: i18n.T(ctx, "pulsepage.plans_lead"), Section: layout.Voice, Body: plansPage(all),
		Crumbs: crumbs(ctx, i18n.T(ctx, "pulsepage.plans")),
		Actions: ui.LinkButton(ui.ButtonArgs{
			Label: i18n.T(ctx, "pulsepage.plan_new"), Icon: "plus", Kind: ui.Primary, URL: plansURL + "/nuevo",
		}),
	}), nil
}

func templateWord(ctx context.Context, name string) string {
	return i18n.T(ctx, "pulse.template."+name)
}

func (p pages) planForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.planPage(r, a, nil)
}

// planOf returns the plan that the address names, or one that begins.
func (p pages) planOf(r *http.Request, a authz.Actor) (pulse.Plan, error) {
	plan := pulse.Plan{Weeks: 2, Questions: 3, OpenDays: 5, Template: "whole", Active: true}
	named := id.PulsePlan(r.PathValue("plan"))
	if err := a.MustOwn(); err != nil || named == "" {
		return plan, err
	}
	all, err := p.Pulses.Plans(r.Context(), a)
	if err != nil {
		return plan, err
	}
	i := slices.IndexFunc(all, func(x pulse.Plan) bool { return x.ID == named })
	if i < 0 {
		return plan, errs.New(errs.NotFound, "pulse.err.no_plan")
	}
	return all[i], nil
}

// planning is the form of a plan.
type planning struct {
	to     string
	form   ui.Form
	fields []ui.FieldArgs
}

func (p pages) planPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	v, err := p.planOf(r, a)
	if err != nil {
		return web.Result{}, err
	}
	title := v.Title
	if v.ID == "" {
		title = i18n.T(ctx, "pulsepage.plan_new")
		v.NextOn = i18n.Now(ctx).In(i18n.Zone(ctx)).AddDate(0, 0, 1).Format("2006-01-02")
	}
	f := planning{to: r.URL.Path}
	if r.Method == http.MethodPost {
		f.form = web.FormOf(r, wrong)
	}
	var templates []ui.Option
	for _, t := range pulse.Templates {
		if t.Name != "served" {
			templates = append(templates, ui.Option{Value: t.Name, Label: i18n.T(ctx, t.Key())})
		}
	}
	for _, field := range []ui.FieldArgs{
		{Name: "title", Label: i18n.T(ctx, "pulsepage.name"), Help: i18n.T(ctx, "pulsepage.name_help"), Value: v.Title},
		{
			Name: "template", Label: i18n.T(ctx, "pulsepage.template"), Help: i18n.T(ctx, "pulsepage.template_help"), Type: "select",
			Options: templates, Value: v.Template,
		},
		{Name: "weeks", Label: i18n.T(ctx, "pulsepage.weeks"), Type: "number", Min: "1", Max: "52", Value: strconv.Itoa(v.Weeks), Hint: "numeric"},
		{Name: "questions", Label: i18n.T(ctx, "pulsepage.how_many"), Type: "number", Min: "1", Max: "5", Value: strconv.Itoa(v.Questions), Hint: "numeric"},
		{Name: "open_days", Label: i18n.T(ctx, "pulsepage.days"), Type: "number", Min: "1", Max: "31", Value: strconv.Itoa(v.OpenDays), Hint: "numeric"},
		{Name: "next_on", Label: i18n.T(ctx, "pulsepage.next_on"), Type: "date", Value: v.NextOn},
		{Name: "active", Label: i18n.T(ctx, "pulsepage.active"), Help: i18n.T(ctx, "pulsepage.active_help"), Type: "checkbox", Checked: v.Active},
	} {
		f.fields = append(f.fields, f.form.Fill(field))
	}
	return web.Show(web.Page{
		Title: title, Section: layout.Voice, Body: planPage(f),
		Crumbs: append(crumbs(ctx, title)[:1], ui.Crumb{Label: i18n.T(ctx, "pulsepage.plans"), URL: plansURL}, ui.Crumb{Label: title}),
	}), wrong
}

func (p pages) setPlan(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	v, err := p.planOf(r, a)
	if err != nil {
		return web.Result{}, err
	}
	number := func(name string) int {
		n, _ := strconv.Atoi(r.PostFormValue(name)) // what is no number is refused as none
		return n
	}
	v.Title, v.Template, v.NextOn = r.PostFormValue("title"), r.PostFormValue("template"), r.PostFormValue("next_on")
	v.Weeks, v.Questions, v.OpenDays, v.Active = number("weeks"), number("questions"), number("open_days"), r.PostFormValue("active") != ""
	_, err = p.Pulses.SetPlan(ctx, a, v)
	if web.Again(err) {
		return p.planPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(plansURL).Say(i18n.T(ctx, "pulsepage.plan_set")), nil
}
