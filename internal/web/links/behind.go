package links

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// What the list behind a figure may show, as the address says it.
const (
	seeAll       = ""
	seeOpen      = "abiertos"
	seeAccepted  = "aceptados"
	seeTimed     = "tiempos"
	seeReturned  = "devueltos"
	seeBounced   = "vueltas"
	seeAsked     = "pedidos"
	seeDelivered = "con-entrega"
	seeRemarked  = "con-comentario"
	seeDeclined  = "sin-hacer"
	seeCancelled = "cancelados"
)

// sights are these with their names in the catalogue; the first of them are
// always offered.
var sights = []struct{ see, code string }{
	{seeAll, "all"},
	{seeOpen, "open"},
	{seeAccepted, "accepted"},
	{seeReturned, "returned"},
	{seeBounced, "bounced"},
	{seeTimed, "timed"},
	{seeAsked, "asked"},
	{seeDelivered, "delivered"},
	{seeRemarked, "remarked"},
	{seeDeclined, "declined"},
	{seeCancelled, "cancelled"},
}

const offered = 6

// behindView is the handoffs behind a figure.
type behindView struct {
	Chips   []ui.Tab
	Rows    []handoff.Handoff
	Pager   ui.PagerArgs
	Service string
	Reason  string
	Week    string // the Monday of the only week, if there is only one
}

// behind lists the handoffs behind a figure of a link.
func (p pages) behind(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	l, t, err := p.findLink(r, a)
	if err != nil {
		return web.Result{}, err
	}
	see, code := seeAll, "all"
	for _, x := range sights {
		if x.see == q.Get("ver") {
			see, code = x.see, x.code
		}
	}
	promise, ofPromise := promises.Find(q.Get("ver"))
	week, byWeek := weekOf(q.Get("semana"))
	f := handoff.Filter{}
	if ofPromise {
		f = promise.Filter(handoff.Whose{Suppliers: []id.Node{l.Supplier}, Customer: l.Customer}, promises.Since(ctx))
		f.Nodes, see = nil, promise.See
	}
	if f.Behind.Kept == "" { // what was passed on is of another link by now
		f.Link = l.ID
	}
	f.Service, f.Cursor = id.Service(q.Get("servicio")), q.Get("desde")
	var v behindView
	switch see {
	case seeOpen:
		f.Open = true
	case seeAccepted:
		f.States, f.Closed, f.Answered = accepted, promises.Since(ctx), true
		if byWeek {
			f.Closed, f.Until = week, week.AddDate(0, 0, 7)
			v.Week = i18n.LongDay(ctx, onWall(ctx, week))
		}
	case seeTimed:
		f.States, f.Asked = accepted, promises.Since(ctx)
	case seeBounced:
		f.States, f.Closed, f.Answered, f.Rounds = accepted, handoff.Monday(promises.Since(ctx)), true, 2
	case seeReturned:
		f.CameBack, f.Back, f.Reason = true, promises.Since(ctx), q.Get("motivo")
	case seeAsked:
		f.Kind, f.Asked = handoff.Pull, promises.Since(ctx)
	case seeDelivered:
		f.Rounds, f.Asked = 1, promises.Since(ctx)
	case seeRemarked:
		f.States, f.Closed, f.Answered = accepted[1:], promises.Since(ctx), true
	case seeDeclined:
		f.States, f.Closed = []handoff.State{handoff.Declined}, promises.Since(ctx)
	case seeCancelled:
		f.States, f.Closed = []handoff.State{handoff.Cancelled}, promises.Since(ctx)
	}
	list, err := p.Handoffs.List(ctx, a, f)
	if err != nil {
		return web.Result{}, err
	}
	if f.Service != "" {
		o, err := p.Links.Offer(ctx, a, f.Service)
		if err != nil {
			return web.Result{}, err
		}
		v.Service = o.Name
		if f.Reason != "" {
			v.Reason = link.TextOf(o.Reasons, f.Reason)
		}
	}
	v.Rows = list.Rows
	v.Chips, v.Pager = sightsOf(ctx, l.ID, see), ui.PagerOf(URL(l.ID)+"/pases", q, list.Next)
	ends := t.Name(l.Supplier) + " → " + t.Name(l.Customer)
	title, lead := "linkpage.see."+code, "linkpage.see.about."+code
	if ofPromise {
		title, lead = "promise.see."+promise.Code, "promise.list."+promise.Code
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, title), Lead: i18n.T(ctx, lead, i18n.Args{"Days": promises.Days}), Section: layout.Catalog, Body: behindPage(v),
		Crumbs: linkCrumbs(ctx, ui.Crumb{Label: ends, URL: URL(l.ID)}, ui.Crumb{Label: i18n.T(ctx, "linkpage.handoffs")}),
	}), nil
}

var accepted = []handoff.State{handoff.Accepted, handoff.AcceptedWithRemark}

// weekOf reads a week by its Monday, whose days count in UTC.
func weekOf(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return handoff.Monday(t), err == nil
}

func sightsOf(ctx context.Context, l id.Link, here string) []ui.Tab {
	var out []ui.Tab
	add := func(see, key string) {
		t := ui.Tab{Label: i18n.T(ctx, key), URL: URL(l) + "/pases", Here: see == here}
		if see != seeAll {
			t.URL += "?ver=" + see
		}
		out = append(out, t)
	}
	for i, s := range sights {
		if i < offered || s.see == here {
			add(s.see, "linkpage.see."+s.code)
		}
	}
	for _, s := range promises.Sights {
		if s.See == here {
			add(s.See, "promise.see."+s.Code)
		}
	}
	return out
}
