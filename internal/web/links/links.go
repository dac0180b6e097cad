// Package links holds the pages of what the posts owe each other: the services
// that each offers, the links that these draw, what both ends agreed, and how
// well it is kept.
package links

import (
	"context"
	"net/http"
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
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Services is what the pages work with.
type Services struct {
	Org      *org.Service
	Links    *link.Service
	Handoffs *handoff.Service
}

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /catalogo", web.Handle(p.catalog))
	mux.HandleFunc("GET /catalogo/nuevo", web.Handle(p.addForm))
	mux.HandleFunc("POST /catalogo/nuevo", web.Handle(p.add))
	mux.HandleFunc("GET /catalogo/pregunta", web.Handle(p.question))
	mux.HandleFunc("GET /servicios/{service}", web.Handle(p.offer))
	mux.HandleFunc("GET /servicios/{service}/cambiar", web.Handle(p.changeForm))
	mux.HandleFunc("POST /servicios/{service}/cambiar", web.Handle(p.change))
	mux.HandleFunc("POST /servicios/{service}/archivo", web.Handle(p.archive))

	mux.HandleFunc("GET /eslabones", web.Handle(p.links))
	mux.HandleFunc("GET /eslabones/{link}", web.Handle(p.link))
	mux.HandleFunc("GET /eslabones/{link}/pases", web.Handle(p.behind))
	mux.HandleFunc("POST /eslabones/{link}/relacion", web.Handle(p.relate))
	mux.HandleFunc("GET /eslabones/{link}/proponer", web.Handle(p.proposeForm))
	mux.HandleFunc("POST /eslabones/{link}/proponer", web.Handle(p.propose))
	mux.HandleFunc("POST /eslabones/{link}/acuerdos/{agreement}", web.Handle(p.decide))
	mux.HandleFunc("GET /cadena", web.Handle(p.chain))
}

// OfferURL is the address of the page of a service.
func OfferURL(s id.Service) string { return "/servicios/" + string(s) }

// URL is the address of the page of a link.
func URL(l id.Link) string { return "/eslabones/" + string(l) }

// nodeURL is the address of the page of a node.
func nodeURL(n id.Node) string { return "/organizacion/nodo/" + string(n) }

// days is how far back the figures of these pages look.
const days = 90

// since is the beginning of the first of those days; days are counted in UTC,
// as the running figures are.
func since(ctx context.Context) time.Time {
	const day = 24 * time.Hour
	return i18n.Now(ctx).UTC().AddDate(0, 0, -days).Truncate(day)
}

// places are the pages about the whole of the company.
const (
	servicesPlace = iota
	linksPlace
	chainPlace
)

func tabs(ctx context.Context, here int) []ui.Tab {
	return []ui.Tab{
		{Label: i18n.T(ctx, "linkpage.tab.services"), URL: "/catalogo", Here: here == servicesPlace},
		{Label: i18n.T(ctx, "linkpage.tab.links"), URL: "/eslabones", Here: here == linksPlace},
		{Label: i18n.T(ctx, "chain.tab"), URL: "/cadena", Here: here == chainPlace},
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

// filled is a form as it was sent, with what is wrong with its fields; what is
// wrong with the rest stands on top of the page. Before it was sent it is empty.
func filled(r *http.Request, wrong error) ui.Form {
	switch {
	case wrong == nil:
		return ui.Form{}
	case errs.KindOf(wrong) != errs.Invalid:
		return ui.Form{Values: r.PostForm}
	}
	return web.FormOf(r, wrong)
}

// again reports whether a form is shown once more, with what is wrong.
func again(err error) bool {
	k := errs.KindOf(err)
	return k == errs.Invalid || k == errs.Conflict
}

// unit is one in which people say a time of work.
type unit struct {
	code string
	long time.Duration
}

// workday is what a day of a promise means: eight hours of work.
const workday = 8 * time.Hour

var units = []unit{{"min", time.Minute}, {"h", time.Hour}, {"d", workday}}

// inUnits says d as a number of the largest unit that fits; a day only from two
// on, because "8 h" is plainer than "1 day of 8 hours".
func inUnits(d time.Duration) (number, code string) {
	for i := len(units) - 1; i >= 0; i-- {
		u := units[i]
		if d%u.long == 0 && (u.code != "d" || d >= 2*workday) {
			return strconv.FormatInt(int64(d/u.long), 10), u.code
		}
	}
	return strconv.FormatFloat(d.Minutes(), 'f', -1, 64), units[0].code
}

// readTime reads a number and its unit. What it cannot read it takes for a time
// that the domain refuses.
func readTime(number, code string) time.Duration {
	f, err := link.ParseNumber(number)
	for _, u := range units {
		if err == nil && u.code == code && f > 0 && f < 1e6 {
			return time.Duration(f * float64(u.long)).Round(time.Second)
		}
	}
	return -1
}

// readTarget reads a percentage, with its sign or without.
func readTarget(s string) int {
	f, err := link.ParseNumber(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	if err != nil || f != float64(int(f)) {
		return -1
	}
	return int(f)
}

func readTerms(r *http.Request) link.Terms {
	return link.Terms{
		Take:    readTime(r.PostFormValue("take"), r.PostFormValue("take_unit")),
		Deliver: readTime(r.PostFormValue("deliver"), r.PostFormValue("deliver_unit")),
		Target:  readTarget(r.PostFormValue("target")),
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
	number := func(name string, d time.Duration) (ui.FieldArgs, ui.FieldArgs) {
		n, code := inUnits(d)
		u := ui.FieldArgs{Name: name + "_unit", Label: i18n.T(ctx, "linkpage.unit_of_time"), Type: "select", Value: code}
		for _, x := range units {
			u.Options = append(u.Options, ui.Option{Value: x.code, Label: i18n.T(ctx, "linkpage.time."+x.code)})
		}
		return form.Fill(ui.FieldArgs{
			Name: name, Label: i18n.T(ctx, "linkpage."+name), Value: n, Hint: "decimal", Auto: "off",
		}), form.Fill(u)
	}
	var out termFields
	out.Take, out.TakeUnit = number("take", t.Take)
	out.Deliver, out.DeliverUnit = number("deliver", t.Deliver)
	out.Target = form.Fill(ui.FieldArgs{
		Name: "target", Label: i18n.T(ctx, "linkpage.target"), Value: strconv.Itoa(t.Target), Hint: "numeric", Auto: "off",
		Help: i18n.T(ctx, "linkpage.target_help"),
	})
	return out
}

func (t termFields) all() []ui.FieldArgs { return []ui.FieldArgs{t.Take, t.Deliver, t.Target} }

// work says how much working time something takes.
func work(ctx context.Context, d time.Duration) string {
	return i18n.T(ctx, "linkpage.work", i18n.Args{"Long": i18n.WorkTime(ctx, d)})
}

// share says a share with its interval, or that there is not enough to tell.
func share(ctx context.Context, s stat.Share) string {
	if s.N < handoff.MinN {
		return i18n.T(ctx, "ui.stat.too_few")
	}
	return i18n.Percent(ctx, s.Value())
}

func between(ctx context.Context, s stat.Share) string {
	return i18n.T(ctx, "linkpage.between", i18n.Args{"Low": i18n.Percent(ctx, s.Low), "High": i18n.Percent(ctx, s.High)})
}

// findLink returns the link of the address with the tree that it stands in.
func (p pages) findLink(r *http.Request, a authz.Actor) (link.Link, org.Tree, error) {
	l, err := p.Links.Get(r.Context(), a, id.Link(r.PathValue("link")))
	if err != nil {
		return l, org.Tree{}, err
	}
	t, err := p.Org.Tree(r.Context(), a)
	return l, t, err
}

// percent says a target.
func percent(ctx context.Context, p int) string { return i18n.Percent(ctx, float64(p)/100) }

func joined(words []string) string { return strings.Join(words, " · ") }
