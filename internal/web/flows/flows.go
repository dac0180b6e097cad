// Package flows holds the pages of routes and of the work that flows along
// them: what steps a route has, where a piece of work is now, and who has it.
package flows

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Services is what the pages work with.
type Services struct {
	Routes *route.Service
	Links  *link.Service
	Org    *org.Service
}

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /rutas", web.Handle(p.list))
	mux.HandleFunc("GET /rutas/nueva", web.Handle(p.newForm))
	mux.HandleFunc("POST /rutas/nueva", web.Handle(p.make))
	mux.HandleFunc("GET /rutas/{route}", web.Handle(p.show))
	mux.HandleFunc("GET /rutas/{route}/cambiar", web.Handle(p.changeForm))
	mux.HandleFunc("POST /rutas/{route}/cambiar", web.Handle(p.change))
	mux.HandleFunc("POST /rutas/{route}/quitar", web.Handle(p.archive))
	mux.HandleFunc("POST /rutas/{route}/recuperar", web.Handle(p.restore))
	mux.HandleFunc("GET /rutas/{route}/empezar", web.Handle(p.beginForm))
	mux.HandleFunc("POST /rutas/{route}/empezar", web.Handle(p.begin))
	mux.HandleFunc("GET /trabajos", web.Handle(p.pieces))
	mux.HandleFunc("GET /trabajos/{number}", web.Handle(p.piece))
	mux.HandleFunc("GET /trabajos/{number}/partes", web.Handle(p.parts))
	mux.HandleFunc("POST /trabajos/{number}/{act}", web.Handle(p.act))
	mux.HandleFunc("GET /trabajos/{number}/{act}", web.Handle(p.back))
}

// RouteURL is the address of the page of a route.
func RouteURL(r id.Route) string { return "/rutas/" + string(r) }

// URL is the address of the page of a piece of work.
func URL(number int64) string { return "/trabajos/" + strconv.FormatInt(number, 10) }

// number reads an amount as people write it; what is none is refused by the
// domain.
func amount(s string) float64 {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	n, err := link.ParseNumber(s)
	if err != nil {
		return -1
	}
	return n
}

// places are the nodes in whose name a may begin something: its own first.
func places(ctx context.Context, t org.Tree, a authz.Actor) []ui.Option {
	var own, led []ui.Option
	t.Walk(func(n org.Node, _ int) {
		if n.Archived() || n.Outside() || !a.For(n.ID) {
			return
		}
		o := ui.Option{Value: string(n.ID), Label: n.Name, Group: i18n.T(ctx, "handoff.ask.led")}
		if slices.Contains(a.Own, n.ID) {
			o.Group = i18n.T(ctx, "handoff.ask.own")
			own = append(own, o)
			return
		}
		led = append(led, o)
	})
	return append(own, led...)
}

// receivers are the nodes that may get the last step.
func receivers(ctx context.Context, t org.Tree, last id.Node) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "route.begin.same")}}
	var inside []ui.Option
	t.Walk(func(n org.Node, _ int) {
		switch {
		case n.Archived() || n.ID == last || n.Kind == org.Supplier:
		case n.Outside():
			out = append(out, ui.Option{Value: string(n.ID), Label: n.Name, Group: i18n.T(ctx, "handoff.outside")})
		default:
			inside = append(inside, ui.Option{Value: string(n.ID), Label: n.Name, Group: i18n.T(ctx, "handoff.push.inside")})
		}
	})
	return append(out, inside...)
}

// begin are the fields with which a piece begins.
func beginFields(ctx context.Context, form ui.Form, r route.Route, t org.Tree, a authz.Actor) (first, more []ui.FieldArgs) {
	mine := places(ctx, t, a)
	first = []ui.FieldArgs{
		{Name: "title", Label: i18n.T(ctx, "route.begin.title_label"), Help: i18n.T(ctx, "route.begin.title_help"), Auto: "off"},
		{Name: "quantity", Label: i18n.T(ctx, "handoff.field.quantity"), Help: i18n.T(ctx, "route.begin.quantity_help"), Hint: "decimal", Optional: true, Auto: "off"},
		{Name: "customer", Label: i18n.T(ctx, "route.begin.customer"), Type: "select", Optional: true, Options: receivers(ctx, t, r.Steps[len(r.Steps)-1].Node)},
		handoffs.OrderField(ctx, ""),
	}
	if len(mine) > 1 {
		first = append(first, ui.FieldArgs{Name: "for", Label: i18n.T(ctx, "route.begin.for"), Type: "select", Options: mine})
	}
	more = []ui.FieldArgs{
		{Name: "unit", Label: i18n.T(ctx, "handoff.field.unit"), Help: i18n.T(ctx, "handoff.field.unit_help"), Optional: true, Auto: "off"},
		handoffs.NeedByField(ctx, "", i18n.Today(ctx)),
		handoffs.PriorityField(ctx, handoff.Normal),
		{Name: "detail", Type: "textarea", Rows: 3, Label: i18n.T(ctx, "handoff.field.detail"), Optional: true},
	}
	for i := range first {
		first[i] = form.Fill(first[i])
	}
	for i := range more {
		more[i] = form.Fill(more[i])
	}
	return first, more
}

// endOf reads a day as its end in the zone of the reader.
func endOf(ctx context.Context, day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" 23:59", i18n.Zone(ctx))
	if err != nil {
		return t, errs.Field("need_by", "err.not_a_date")
	}
	return t, nil
}

func priorityOf(s string) handoff.Priority {
	n, err := strconv.Atoi(s)
	if err != nil {
		return handoff.Normal
	}
	return handoff.Priority(n)
}
