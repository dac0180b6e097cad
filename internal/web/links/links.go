// Package links holds the pages of what the posts owe each other: the services
// that each offers, the links that these draw, what both ends agreed, and how
// well it is kept.
package links

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Services is what the pages work with.
type Services struct {
	Org      *org.Service
	Links    *link.Service
	Handoffs *handoff.Service

	// Voice is what both ends say of each other, to stand on the page of a link; nil for nothing.
	Voice func(ctx context.Context, a authz.Actor, l link.Link) (templ.Component, error)
}

type pages struct {
	Services

	drawings *drawings
}

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s, &drawings{}}
	mux.HandleFunc("GET /catalogo", web.Handle(p.catalog))
	mux.HandleFunc("GET /catalogo/nuevo", web.Handle(p.addForm))
	mux.HandleFunc("POST /catalogo/nuevo", web.Handle(p.add))
	mux.HandleFunc("GET /catalogo/pregunta", web.Handle(p.question))
	mux.HandleFunc("GET /servicios/{service}", web.Handle(p.offer))
	mux.HandleFunc("GET /servicios/{service}/cambiar", web.Handle(p.changeForm))
	mux.HandleFunc("POST /servicios/{service}/cambiar", web.Handle(p.change))
	mux.HandleFunc("POST /servicios/{service}/archivo", web.Handle(p.archive))

	mux.HandleFunc("GET /simular", web.Handle(p.simulate))
	mux.HandleFunc("GET /eslabones", web.Handle(p.links))
	mux.HandleFunc("GET /eslabones/{link}", web.Handle(p.link))
	mux.HandleFunc("GET /eslabones/{link}/pases", web.Handle(p.behind))
	mux.HandleFunc("POST /eslabones/{link}/relacion", web.Handle(p.relate))
	mux.HandleFunc("GET /eslabones/{link}/proponer", web.Handle(p.proposeForm))
	mux.HandleFunc("POST /eslabones/{link}/proponer", web.Handle(p.propose))
	mux.HandleFunc("POST /eslabones/{link}/acuerdos/{agreement}", web.Handle(p.decide))
	mux.HandleFunc("GET /cadena", web.Handle(p.chain))
	mux.HandleFunc("GET /promesas", web.Handle(p.promises))
}

// OfferURL is the address of the page of a service.
func OfferURL(s id.Service) string { return "/servicios/" + string(s) }

// URL is the address of the page of a link.
func URL(l id.Link) string { return "/eslabones/" + string(l) }

// nodeURL is the address of the page of a node.
func nodeURL(n id.Node) string { return "/organizacion/nodo/" + string(n) }

// places are the pages about the whole of the company.
const (
	servicesPlace = iota
	linksPlace
)

func tabs(ctx context.Context, here int) []ui.Tab {
	return []ui.Tab{
		{Label: i18n.T(ctx, "linkpage.tab.services"), URL: "/catalogo", Here: here == servicesPlace},
		{Label: i18n.T(ctx, "linkpage.tab.links"), URL: "/eslabones", Here: here == linksPlace},
	}
}

// crumbs lead from the catalogue to here.
func crumbs(ctx context.Context, steps ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: i18n.T(ctx, "ui.place.catalog"), URL: "/catalogo"}}, steps...)
}

func linkCrumbs(ctx context.Context, steps ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Label: i18n.T(ctx, "linkpage.tab.links"), URL: "/eslabones"}}, steps...)
}

func kindWord(ctx context.Context, k link.Kind) string {
	return i18n.T(ctx, "linkpage.kind."+string(k))
}

func relationWord(ctx context.Context, r org.Relation) string {
	return i18n.T(ctx, "linkpage.relation."+string(r))
}

// The units in which people say a promise.
const (
	minutes  = "min"
	hours    = "h"
	workdays = "wd"
)

var units = []string{minutes, hours, workdays}

// inUnits says a promise as a number of the largest unit that fits.
func inUnits(s calendar.Span) (number, code string) {
	switch {
	case s.Days > 0:
		return strconv.Itoa(s.Days), workdays
	case s.Work%time.Hour == 0:
		return strconv.FormatInt(int64(s.Work/time.Hour), 10), hours
	}
	return strconv.FormatFloat(s.Work.Minutes(), 'f', -1, 64), minutes
}

// readSpan reads a number and its unit. What it cannot read it takes for a
// promise that the domain refuses.
func readSpan(number, code string) calendar.Span {
	f, err := link.ParseNumber(number)
	if err != nil || f <= 0 || f >= 1e6 {
		return calendar.Span{}
	}
	switch code {
	case workdays:
		if f != math.Trunc(f) {
			return calendar.Span{Days: -1} // no half working days
		}
		return calendar.Span{Days: int(f)}
	case minutes:
		return calendar.Span{Work: time.Duration(f * float64(time.Minute)).Round(time.Second)}
	case hours:
		return calendar.Span{Work: time.Duration(f * float64(time.Hour)).Round(time.Second)}
	}
	return calendar.Span{}
}

// readTarget reads a percentage, with its sign or without.
func readTarget(s string) int {
	f, err := link.ParseNumber(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	if err != nil || f != float64(int(f)) {
		return -1
	}
	return int(f)
}

// sayDays says a number of days; none is nothing.
func sayDays(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// readDays reads a number of days. What it cannot read it takes for a number
// that the domain refuses.
func readDays(s string) int {
	if strings.TrimSpace(s) == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n == 0 {
		return -1
	}
	return n
}

func readTerms(r *http.Request) link.Terms {
	take := readSpan(r.PostFormValue("take"), r.PostFormValue("take_unit"))
	deliver := readSpan(r.PostFormValue("deliver"), r.PostFormValue("deliver_unit"))
	return link.Terms{
		Take: take.Work, TakeDays: take.Days, Deliver: deliver.Work, DeliverDays: deliver.Days,
		Target: readTarget(r.PostFormValue("target")),
	}
}

// readLines reads one item to a line, as it comes out of a list or a column of
// a spreadsheet.
func readLines(text string) []link.Item {
	var out []link.Item
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(l), "•·*–—-☐✓\t "))
		if l != "" {
			out = append(out, link.Item{Text: l})
		}
	}
	return out
}

func sayLines(items []link.Item) string {
	var out []string
	for _, it := range link.Current(items) {
		out = append(out, it.Text)
	}
	return strings.Join(out, "\n")
}

// termFields are the fields of a promise.
type termFields struct {
	Take, TakeUnit, Deliver, DeliverUnit, Target ui.FieldArgs
}

func newTermFields(ctx context.Context, t link.Terms, form ui.Form) termFields {
	number := func(name string, s calendar.Span) (ui.FieldArgs, ui.FieldArgs) {
		n, code := inUnits(s)
		u := ui.FieldArgs{Name: name + "_unit", Label: i18n.T(ctx, "linkpage.unit_of_time"), Type: "select", Value: code}
		for _, x := range units {
			u.Options = append(u.Options, ui.Option{Value: x, Label: i18n.T(ctx, "linkpage.time."+x)})
		}
		return form.Fill(ui.FieldArgs{
			Name: name, Label: i18n.T(ctx, "linkpage."+name), Value: n, Hint: "decimal", Auto: "off",
		}), form.Fill(u)
	}
	var out termFields
	take, deliver := t.Spans()
	out.Take, out.TakeUnit = number("take", take)
	out.Deliver, out.DeliverUnit = number("deliver", deliver)
	out.Target = form.Fill(ui.FieldArgs{
		Name: "target", Label: i18n.T(ctx, "linkpage.target"), Value: strconv.Itoa(t.Target), Hint: "numeric", Auto: "off",
		Help: i18n.T(ctx, "linkpage.target_help"),
	})
	return out
}

func (t termFields) all() []ui.FieldArgs { return []ui.FieldArgs{t.Take, t.Deliver, t.Target} }

func between(ctx context.Context, s stat.Share) string {
	return i18n.T(ctx, "linkpage.between", i18n.Args{"Low": i18n.Percent(ctx, s.Low), "High": i18n.Percent(ctx, s.High)})
}

// findLink returns the link of the address with its ends and all above them.
func (p pages) findLink(r *http.Request, a authz.Actor) (link.Link, org.Tree, error) {
	return p.Links.Around(r.Context(), a, id.Link(r.PathValue("link")))
}

// percent says a target.
func percent(ctx context.Context, p int) string { return i18n.Percent(ctx, float64(p)/100) }

func joined(words []string) string { return strings.Join(words, " · ") }
