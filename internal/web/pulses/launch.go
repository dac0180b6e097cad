package pulses

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// The frames, as addresses name them.
const (
	toAll    = "todos"
	toServed = "servidos"
)

const mostQuestions = 5

// theme is the questions of the bank about one thing.
type theme struct {
	title string
	open  bool
	items []ui.FieldArgs
}

// launching is the form of a pulse.
type launching struct {
	frame     string
	frames    []ui.Tab
	templates []ui.Tab
	form      ui.Form
	first     []ui.FieldArgs // before the questions
	themes    []theme
	wrong     string // about the questions
	rest      []ui.FieldArgs
	strict    []ui.FieldArgs
}

func (l launching) strictOpen() bool {
	return slices.ContainsFunc(l.strict, func(f ui.FieldArgs) bool { return f.Error != "" || f.Value != "" })
}

// fields are all fields, for the summary of what is wrong.
func (l launching) fields(ctx context.Context) []ui.FieldArgs {
	return slices.Concat(l.first, []ui.FieldArgs{{Name: "items", Label: i18n.T(ctx, "pulsepage.questions")}}, l.rest, l.strict)
}

func frameOf(a authz.Actor, asked string) string {
	if !a.Owner || asked == toServed {
		return toServed
	}
	return toAll
}

func (p pages) launchForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.launchPage(r, a, nil)
}

func (p pages) launchPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	if !asks(a) {
		return web.Result{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	asked, template := r.URL.Query().Get("para"), r.URL.Query().Get("plantilla")
	var form ui.Form
	if r.Method == http.MethodPost {
		form, asked = web.FormOf(r, wrong), r.PostFormValue("para")
	}
	l := launching{frame: frameOf(a, asked), form: form}
	served := l.frame == toServed
	if a.Owner {
		for _, f := range []string{toAll, toServed} {
			l.frames = append(l.frames, ui.Tab{Label: i18n.T(ctx, "pulsepage.to."+f), URL: "/pulsos/nuevo?para=" + f, Here: f == l.frame})
		}
	}
	chosen := form.Values["items"]
	title := ""
	for _, t := range pulse.Templates {
		if (t.Name == "served") != served {
			continue
		}
		here := t.Name == template
		if here {
			chosen, title = t.Items[:min(len(t.Items), mostQuestions)], i18n.T(ctx, t.Key())
		}
		l.templates = append(l.templates, ui.Tab{
			Label: i18n.T(ctx, t.Key()), URL: "/pulsos/nuevo?" + url.Values{"para": {l.frame}, "plantilla": {t.Name}}.Encode(), Here: here,
		})
	}
	l.first = []ui.FieldArgs{{Name: "title", Label: i18n.T(ctx, "pulsepage.name"), Help: i18n.T(ctx, "pulsepage.name_help"), Value: title}}
	if served {
		nodes, err := p.led(ctx, a)
		if err != nil {
			return web.Result{}, err
		}
		l.first = append(
			l.first,
			ui.FieldArgs{Name: "node", Label: i18n.T(ctx, "pulsepage.node"), Help: i18n.T(ctx, "pulsepage.node_help"), Type: "select", Options: nodes},
			ui.FieldArgs{Name: "days_back", Label: i18n.T(ctx, "pulsepage.days_back"), Type: "number", Min: "7", Max: "365", Value: "90", Hint: "numeric"},
		)
	}
	l.themes, l.wrong = themes(ctx, served, chosen), form.Errors["items"]
	l.rest = []ui.FieldArgs{
		{Name: "days", Label: i18n.T(ctx, "pulsepage.days"), Type: "number", Min: "1", Max: "31", Value: "7", Hint: "numeric"},
		{Name: "paper", Label: i18n.T(ctx, "pulsepage.paper"), Help: i18n.T(ctx, "pulsepage.paper_help"), Type: "checkbox", Checked: true},
	}
	l.strict = []ui.FieldArgs{
		{
			Name: "scores", Label: i18n.T(ctx, "pulsepage.scores"), Type: "number", Min: strconv.Itoa(anon.LeastScores), Max: "100", Blank: true,
			Help: i18n.T(ctx, "pulsepage.scores_help"), Hint: "numeric",
		},
		{
			Name: "comments", Label: i18n.T(ctx, "pulsepage.comments"), Type: "number", Min: strconv.Itoa(anon.LeastComments), Max: "100", Blank: true,
			Help: i18n.T(ctx, "pulsepage.comments_help"), Hint: "numeric",
		},
	}
	if r.Method == http.MethodPost {
		for _, fields := range [][]ui.FieldArgs{l.first, l.rest, l.strict} {
			for i, f := range fields {
				fields[i] = form.Fill(f)
			}
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "pulsepage.new"), Lead: i18n.T(ctx, "pulsepage.new_lead"), Section: layout.Voice, Body: launchPage(l),
		Crumbs: crumbs(ctx, i18n.T(ctx, "pulsepage.new")),
	}), wrong
}

// led are the nodes for whose work the actor may ask those whom they served.
func (p pages) led(ctx context.Context, a authz.Actor) ([]ui.Option, error) {
	tree, err := p.Org.Tree(ctx, a)
	var out []ui.Option
	tree.Walk(func(n org.Node, _ int) {
		if !n.Archived() && !n.Outside() && pulse.CanLaunch(a, pulse.Frame{Node: n.ID}) {
			out = append(out, ui.Option{Value: string(n.ID), Label: tree.Path(n.ID)})
		}
	})
	return out, err
}

// themes are the questions that may be chosen, by what they are about.
func themes(ctx context.Context, served bool, chosen []string) []theme {
	var out []theme
	at := map[pulse.Driver]int{}
	for _, i := range pulse.Bank {
		if i.About != served {
			continue
		}
		if _, known := at[i.Driver]; !known {
			at[i.Driver] = len(out)
			out = append(out, theme{title: i18n.T(ctx, "pulsepage.driver."+string(i.Driver)), open: served})
		}
		t := &out[at[i.Driver]]
		f := ui.FieldArgs{
			Name: "items", ID: "q-" + i.Code, Label: question(ctx, i.Code), Type: "checkbox", Value: i.Code, Checked: slices.Contains(chosen, i.Code),
		}
		if i.Scale != pulse.Agree {
			f.Help = i18n.T(ctx, "pulsepage.scale."+string(i.Scale))
		}
		t.open = t.open || f.Checked
		t.items = append(t.items, f)
	}
	return out
}

// last is one for the questions that come after all others, whatever the order
// of the bank.
func last(code string) int {
	if strings.HasPrefix(code, "open.") {
		return 1
	}
	return 0
}

func launchOf(r *http.Request) pulse.Launch {
	number := func(name string) int {
		s := r.PostFormValue(name)
		if s == "" {
			return 0
		}
		n, err := strconv.Atoi(s)
		if err != nil {
			return -1 // refused by the domain, at its field
		}
		return n
	}
	in := pulse.Launch{
		Title: r.PostFormValue("title"), Items: r.PostForm["items"], Days: number("days"), Paper: r.PostFormValue("paper") != "",
		Scores: number("scores"), Comments: number("comments"),
	}
	slices.SortStableFunc(in.Items, func(x, y string) int { return last(x) - last(y) })
	if r.PostFormValue("para") == toServed {
		in.Frame = pulse.Frame{Node: id.Node(r.PostFormValue("node")), Days: number("days_back")}
	}
	return in
}

// launch shows the form again, the preview, or launches, by the button.
func (p pages) launch(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, in := r.Context(), launchOf(r)
	if r.PostFormValue("para") == toServed && in.Frame.Node == "" {
		return p.launchPage(r, a, errs.Field("node", "err.required"))
	}
	switch r.PostFormValue("paso") {
	case "cambiar":
		return p.launchPage(r, a, nil)
	case "lanzar":
		v, sheets, err := p.Pulses.Launch(ctx, a, in)
		if web.Again(err) {
			return p.launchPage(r, a, err)
		}
		if err != nil {
			return web.Result{}, err
		}
		if len(sheets) == 0 {
			return web.Go(URL(v.ID)).Say(i18n.T(ctx, "pulsepage.launched", i18n.Args{"N": v.Asked, "Count": v.Asked})), nil
		}
		return p.sheets(r, a, v, sheets)
	}
	o, err := p.Pulses.Preview(ctx, a, in)
	if web.Again(err) {
		return p.launchPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := preview{Launch: in, Outlook: o, kept: r.PostForm, least: max(in.Scores, anon.LeastScores), node: tree.Name(in.Frame.Node)}
	v.kept.Del("paso")
	return web.Show(web.Page{
		Title: i18n.T(ctx, "pulsepage.preview"), Lead: in.Title, Section: layout.Voice, Body: previewPage(v), Crumbs: crumbs(ctx, i18n.T(ctx, "pulsepage.new")),
	}), nil
}

// preview is what stands before a launch.
type preview struct {
	pulse.Launch
	pulse.Outlook
	kept  url.Values // the form, sent on
	least int
	node  string
}

func (v preview) enough() bool { return v.Asked >= v.least }

func (v preview) frameWord(ctx context.Context) string {
	if v.node == "" {
		return i18n.T(ctx, "pulsepage.frame_all")
	}
	return i18n.T(ctx, "pulsepage.frame_served", i18n.Args{"Node": v.node, "Days": v.Frame.Days})
}

// cellWord names a cell.
func cellWord(ctx context.Context, name string) string {
	if name == "" {
		return i18n.T(ctx, "pulsepage.everybody")
	}
	return name
}

// outlooks is how many questions could be shown of a cell, and why not the
// others.
type outlooks struct {
	shown int
	why   []string
}

func outlookOf(ctx context.Context, items []string, c pulse.Foreseen) (o outlooks) {
	of := map[anon.Why]int{}
	for _, code := range items {
		of[c.Why[code]]++
	}
	o.shown = of[anon.None]
	for _, w := range []anon.Why{anon.TooFew, anon.Remainder, anon.Moved} {
		if of[w] > 0 {
			o.why = append(o.why, i18n.T(ctx, whyKey(w)))
		}
	}
	return o
}

// paper is the codes to be printed and cut apart.
type paper struct {
	pulse  pulse.Pulse
	page   string // where they are typed
	sheets []printed
}

type printed struct {
	name  string
	codes []ticket
}

type ticket struct {
	text string
	qr   code
}

func (p pages) sheets(r *http.Request, a authz.Actor, v pulse.Pulse, sheets []pulse.Sheet) (web.Result, error) {
	ctx := r.Context()
	out := paper{pulse: v, page: p.Base + CodeURL(a.Company)}
	for _, s := range sheets {
		t := printed{name: s.Name}
		for _, c := range s.Codes {
			q, err := draw(out.page + "?codigo=" + c)
			if err != nil {
				return web.Result{}, err
			}
			t.codes = append(t.codes, ticket{c, q})
		}
		out.sheets = append(out.sheets, t)
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "pulsepage.sheet"), Lead: v.Title, Section: layout.Voice, Body: sheetPage(out), Crumbs: crumbs(ctx, i18n.T(ctx, "pulsepage.sheet")),
	}), nil
}

// poster is a sheet for the wall: where codes are typed.
func (p pages) poster(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	if !asks(a) {
		return web.Result{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	to := p.Base + CodeURL(a.Company)
	q, err := draw(to)
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "pulsepage.poster_title"), Section: layout.Voice, Body: posterPage(q, to), Crumbs: crumbs(ctx, i18n.T(ctx, "pulsepage.poster")),
	}), nil
}
