package care

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// figure is one figure of a week, beside that of the week before.
type figure struct {
	label        string
	week, before string
	sure         string        // how certain the one of the week is, if there is enough to say
	see          handoff.Sight // the list behind it; empty if there is none
	n            int           // how many the list has
}

// figuresOf puts the figures of an area in words, for the page and the mail.
func figuresOf(ctx context.Context, x insight.Area) []figure {
	say := func(key string) string { return i18n.T(ctx, "carepage.weekly."+key) }
	count := func(n int) string { return i18n.Number(ctx, float64(n)) }
	late := func(s stat.Share) string { return count(s.N - s.K) }
	return []figure{
		{label: say("asked"), week: count(x.Week.Asked), before: count(x.Before.Asked), see: handoff.SeeAsked, n: x.Week.Asked},
		{
			label: say("first_time"), week: outOf(ctx, x.Week.FirstTime), before: outOf(ctx, x.Before.FirstTime),
			sure: certain(ctx, x.Week.FirstTime), see: handoff.SeeAccepted, n: x.Week.FirstTime.N,
		},
		{
			label: say("in_time"), week: outOf(ctx, x.Week.Kept), before: outOf(ctx, x.Before.Kept),
			sure: certain(ctx, x.Week.Kept), see: handoff.SeeInTime, n: x.Week.Kept.K,
		},
		{label: say("late"), week: late(x.Week.Kept), before: late(x.Before.Kept), see: handoff.SeeTooLate, n: x.Week.Kept.N - x.Week.Kept.K},
		{label: say("half"), week: within(ctx, x.Week, x.Week.Deliver.P50), before: within(ctx, x.Before, x.Before.Deliver.P50)},
		{label: say("most"), week: within(ctx, x.Week, x.Week.Deliver.P85), before: within(ctx, x.Before, x.Before.Deliver.P85)},
	}
}

// outOf says a share as cases: "10 de 12".
func outOf(ctx context.Context, s stat.Share) string {
	if s.N == 0 {
		return i18n.T(ctx, "carepage.weekly.none")
	}
	return i18n.T(ctx, "carepage.weekly.of", i18n.Args{"K": s.K, "N": s.N})
}

// certain says a share as a rate with its interval, if there are enough cases.
func certain(ctx context.Context, s stat.Share) string {
	if s.N < handoff.MinN {
		return ""
	}
	return i18n.T(ctx, "carepage.weekly.sure", i18n.Args{
		"Share": i18n.Percent(ctx, s.Value()), "Low": i18n.Percent(ctx, s.Low), "High": i18n.Percent(ctx, s.High),
	})
}

// within says a time from asked to delivered, if there are enough of them.
func within(ctx context.Context, w handoff.Week, took time.Duration) string {
	if w.Timed < handoff.MinN {
		return i18n.T(ctx, "ui.stat.too_few")
	}
	return i18n.WorkTime(ctx, took)
}

// handNow says what is in hand now.
func handNow(ctx context.Context, u handoff.Under) string {
	if u.Open == 0 {
		return i18n.T(ctx, "carepage.weekly.hand_none")
	}
	return i18n.T(ctx, "carepage.weekly.hand", i18n.Args{"N": u.Open, "Late": u.Late})
}

func nameOf(ctx context.Context, x insight.Area) string {
	if x.Node == "" {
		return i18n.T(ctx, "carepage.company")
	}
	return x.Name
}

// rangeOf says a week by its first day and its last, with one of our sentences.
func rangeOf(ctx context.Context, key, monday string) string {
	return i18n.T(ctx, "carepage.weekly."+key, i18n.Args{"From": i18n.Date(ctx, monday), "Until": i18n.Date(ctx, after(monday, 6))})
}

// after returns the date so many days after another.
func after(date string, days int) string {
	t, _ := time.Parse(time.DateOnly, date) // a week has a date
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// WeekURL is the page of a week, by its Monday.
func WeekURL(monday string) string { return "/semana?" + url.Values{"de": {monday}}.Encode() }

// listURL is the page of a week with the handoffs behind a figure of a node.
func listURL(monday string, n id.Node, s handoff.Sight) string {
	q := url.Values{"de": {monday}, "ver": {string(s)}}
	if n != "" {
		q.Set("nodo", string(n))
	}
	return "/semana?" + q.Encode() + "#pases"
}

// WeekMail is what a mail says of a week: one part for each area of which there
// is anything to say. base is the address of the server.
func WeekMail(ctx context.Context, w insight.Week, base string) (name string, parts []notify.Part) {
	for _, x := range w.Areas {
		if !x.Any() {
			continue
		}
		p := notify.Part{Title: nameOf(ctx, x)}
		for _, f := range figuresOf(ctx, x) {
			week := f.week
			if f.sure != "" {
				week += " (" + f.sure + ")"
			}
			p.Lines = append(p.Lines, i18n.T(ctx, "carepage.weekly.line", i18n.Args{"Label": f.label, "Week": week, "Before": f.before}))
		}
		p.Lines = append(p.Lines, handNow(ctx, x.Under))
		p.Link = base + promises.URL(x.Node, "")
		parts = append(parts, p)
	}
	return rangeOf(ctx, "range", w.Monday), parts
}

// weekView is the page of a week.
type weekView struct {
	insight.Week
	list *weekList // the handoffs behind a figure, if one was opened
}

type weekList struct {
	title, about string
	rows         []handoff.Handoff
	pager        ui.PagerArgs
}

func (p pages) week(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	w, err := p.Insights.Week(ctx, a, q.Get("de"))
	if err != nil {
		return web.Result{}, asMissing(err)
	}
	v := weekView{Week: w}
	if v.list, err = p.weekList(r, a, w); err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "carepage.weekly"), Lead: rangeOf(ctx, "lead", w.Monday), Section: layout.Voice, Body: weekPage(v),
		Crumbs:  []ui.Crumb{{Label: i18n.T(ctx, "carepage.mirror"), URL: "/mi-equipo"}, {Label: i18n.T(ctx, "carepage.weekly")}},
		Actions: weekTurn(after(w.Monday, -7), next(ctx, w.Monday)),
	}), nil
}

// asMissing turns a week that is none into a page that is not there: nobody
// typed it into a form.
func asMissing(err error) error {
	if errs.KindOf(err) == errs.Invalid {
		return errs.New(errs.NotFound, "insight.err.monday")
	}
	return err
}

// next is the week after one, or nothing while it has not begun.
func next(ctx context.Context, monday string) string {
	if n := after(monday, 7); n <= i18n.Now(ctx).UTC().Format(time.DateOnly) {
		return n
	}
	return ""
}

// weekList reads the handoffs behind the figure that the address names.
func (p pages) weekList(r *http.Request, a authz.Actor, w insight.Week) (*weekList, error) {
	ctx, q := r.Context(), r.URL.Query()
	for _, x := range w.Areas {
		for _, f := range figuresOf(ctx, x) {
			if string(x.Node) != q.Get("nodo") || f.see == "" || string(f.see) != q.Get("ver") {
				continue
			}
			monday, err := time.Parse(time.DateOnly, w.Monday)
			if err != nil {
				return nil, err
			}
			filter := f.see.Filter(x.Nodes, monday)
			filter.Cursor = q.Get("desde")
			list, err := p.Handoffs.List(ctx, a, filter)
			if err != nil {
				return nil, err
			}
			return &weekList{
				title: nameOf(ctx, x) + ": " + f.label, about: i18n.T(ctx, "carepage.weekly.list."+string(f.see)),
				rows: list.Rows, pager: ui.PagerOf("/semana", q, list.Next),
			}, nil
		}
	}
	return nil, nil
}
