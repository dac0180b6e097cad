// Package needs holds the pages of what people lack to do their work well: the
// board, the register, one need with its answer, and the button that stops
// work.
package needs

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
	"github.com/eslabon/eslabon/internal/web/voices"
)

// Services is what the pages work with.
type Services struct {
	Needs *need.Service
	Org   *org.Service
	Links *link.Service
}

type pages struct{ Services }

// Routes adds the pages to mux.
func Routes(mux *http.ServeMux, s Services) {
	p := pages{s}
	mux.HandleFunc("GET /necesidades", web.Handle(p.board))
	mux.HandleFunc("GET /necesidades/nueva", web.Handle(p.askForm))
	mux.HandleFunc("POST /necesidades/nueva", web.Handle(p.ask))
	mux.HandleFunc("GET /necesidades/parar", web.Handle(p.stopForm))
	mux.HandleFunc("POST /necesidades/parar", web.Handle(p.stop))
	mux.HandleFunc("GET /necesidades/registro", web.Handle(p.register))
	mux.HandleFunc("GET /necesidades/{need}", web.Handle(p.need))
	mux.HandleFunc("POST /necesidades/{need}/sumarme", web.Handle(p.join))
	mux.HandleFunc("POST /necesidades/{need}/seguir", web.Handle(p.resume))
	mux.HandleFunc("POST /necesidades/{need}/{step}", web.Handle(p.move))
}

// URL is the address of the page of a need.
func URL(n id.Need) string { return "/necesidades/" + string(n) }

// shelf is one tab of the board.
type shelf struct {
	code   string
	filter need.Filter
}

var shelves = []shelf{
	{"abiertas", need.Filter{Open: true}},
	{"rojas", need.Filter{Red: true}},
	{"mias", need.Filter{Mine: true}},
	{"responder", need.Filter{Owed: true}},
	{"todas", need.Filter{}},
}

const aPage = 50

// board is the list of needs.
type board struct {
	places   []ui.Tab
	tabs     []ui.Tab
	here     string
	red      []need.Need
	rows     []need.Need
	category string
	next     string
	now      time.Time
	today    string
	leads    bool
}

func (p pages) board(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	here := shelves[0]
	for _, s := range shelves {
		if s.code == q.Get("ver") {
			here = s
		}
	}
	f := here.filter
	f.Category, f.Before, f.Limit = need.Category(q.Get("tipo")), id.Need(q.Get("antes")), aPage+1
	rows, err := p.Needs.List(ctx, a, f)
	if err != nil {
		return web.Result{}, err
	}
	b := board{places: voices.Tabs(ctx, a, voices.Needs), here: here.code, category: q.Get("tipo"), rows: rows, leads: len(a.Leads) > 0 || a.Owner}
	b.now, b.today = i18n.Now(ctx), i18n.Today(ctx)
	if len(rows) > aPage {
		b.rows = rows[:aPage]
		b.next = boardURL(here.code, b.category, string(rows[aPage-1].ID))
	}
	if here.code != "rojas" && f.Before == "" {
		if b.red, err = p.Needs.List(ctx, a, need.Filter{Red: true, Limit: 10}); err != nil {
			return web.Result{}, err
		}
	}
	for _, s := range shelves {
		if s.code != "responder" || b.leads {
			b.tabs = append(b.tabs, ui.Tab{Label: i18n.T(ctx, "needpage.tab."+s.code), URL: boardURL(s.code, b.category, ""), Here: s.code == here.code})
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "needpage.title"), Lead: i18n.T(ctx, "needpage.lead"), Section: layout.Voice, Body: boardPage(b), Actions: boardActions(b),
	}), nil
}

func boardURL(shelf, category, before string) string {
	v := url.Values{}
	for name, s := range map[string]string{"ver": shelf, "tipo": category, "antes": before} {
		if s != "" {
			v.Set(name, s)
		}
	}
	return "/necesidades?" + v.Encode()
}

// chips let people choose one category.
func (b board) chips(ctx context.Context) []ui.Tab {
	out := []ui.Tab{{Label: i18n.T(ctx, "needpage.every"), URL: boardURL(b.here, "", ""), Here: b.category == ""}}
	for _, c := range need.Categories {
		out = append(out, ui.Tab{Label: categoryWord(ctx, c), URL: boardURL(b.here, string(c), ""), Here: b.category == string(c)})
	}
	return out
}

func categoryWord(ctx context.Context, c need.Category) string {
	return i18n.T(ctx, "needpage.category."+string(c))
}

func stateWord(ctx context.Context, s need.State) string {
	return i18n.T(ctx, "needpage.state."+string(s))
}

var severityWords = []string{"low", "normal", "high", "danger"}

func severityWord(ctx context.Context, s need.Severity) string {
	return i18n.T(ctx, "needpage.severity."+severityWords[s])
}

// stateMark gives a state its shape and colour, as the handoffs have.
var stateMarks = map[need.State][2]string{
	need.Open: {"asked", "circle-dashed"}, need.Planned: {"taken", "calendar-clock"}, need.Refused: {"declined", "ban"},
	need.Done: {"delivered", "package-check"}, need.Resolved: {"accepted", "circle-check"}, need.Withdrawn: {"cancelled", "circle-x"},
}

// categoryOptions are the choices of a form.
func categoryOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, c := range need.Categories {
		out = append(out, ui.Option{Value: string(c), Label: categoryWord(ctx, c), Help: i18n.T(ctx, "needpage.category_help."+string(c))})
	}
	return out
}

// places are the nodes for which somebody may speak: its own first; for danger
// all of them.
func (p pages) places(ctx context.Context, a authz.Actor, all bool) ([]ui.Option, error) {
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	seen := map[id.Node]bool{}
	add := func(n org.Node, group string) {
		if !seen[n.ID] && !n.Archived() && !n.Outside() {
			seen[n.ID] = true
			out = append(out, ui.Option{Value: string(n.ID), Label: tree.Path(n.ID), Group: group})
		}
	}
	for _, n := range slices.Concat(a.Own, a.All()) {
		if v, ok := tree.Node(n); ok {
			add(v, "")
		}
	}
	if all || a.Owner {
		tree.Walk(func(n org.Node, _ int) { add(n, i18n.T(ctx, "needpage.elsewhere")) })
	}
	return out, nil
}

// money says a cost as the country writes numbers.
func money(ctx context.Context, f float64) string { return i18n.Number(ctx, f) }

func parseMoney(s string) (float64, bool) {
	if strings.TrimSpace(s) == "" {
		return 0, true
	}
	f, err := link.ParseNumber(s)
	return f, err == nil
}

func days(d time.Duration) string { return strconv.Itoa(int(d / (24 * time.Hour))) }
