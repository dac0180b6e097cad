package care

import (
	"context"
	"net/http"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
	"github.com/eslabon/eslabon/internal/web/voices"
)

// card is I-CARE as people read it.
type card struct {
	tabs    []ui.Tab
	choose  ui.FieldArgs
	letters []letter
}

// letter is one letter with what it is made of.
type letter struct {
	code  insight.Letter
	parts []part
}

// initial is the letter itself: it is the same in both languages.
func (l letter) initial() string { return strings.ToUpper(string(l.code)[:1]) }

// twin reports whether another letter has the same initial.
func (l letter) twin() bool { return l.code == insight.Empathy || l.code == insight.Empowerment }

// part is one figure in words. Without enough to tell it has no figure, and
// sure says what is missing.
type part struct {
	label, about string
	figure, sure string
	url, see     string
}

func (p pages) card(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, n := r.Context(), id.Node(r.URL.Query().Get("nodo"))
	c, err := p.Insights.Card(ctx, a, n, promises.Since(ctx))
	if err != nil {
		return web.Result{}, err
	}
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := card{tabs: voices.Tabs(ctx, a, voices.Care), choose: chooseNode(ctx, tree, n)}
	for _, l := range insight.Letters {
		x := letter{code: l}
		for _, y := range c.Parts[l] {
			x.parts = append(x.parts, partOf(ctx, a, n, y))
		}
		v.letters = append(v.letters, x)
	}
	title := i18n.T(ctx, "carepage.title")
	if n != "" {
		title = i18n.T(ctx, "carepage.title_of", i18n.Args{"Where": tree.Name(n)})
	}
	return web.Show(web.Page{
		Title: title, Lead: i18n.T(ctx, "carepage.lead", i18n.Args{"Days": promises.Days}), Section: layout.Voice, Body: cardPage(v),
	}), nil
}

func chooseNode(ctx context.Context, tree org.Tree, here id.Node) ui.FieldArgs {
	f := ui.FieldArgs{
		Name: "nodo", Label: i18n.T(ctx, "carepage.of"), Type: "select", Value: string(here), Blank: true,
		Options: []ui.Option{{Value: "", Label: i18n.T(ctx, "carepage.company")}},
	}
	tree.Walk(func(n org.Node, _ int) {
		if !n.Outside() && (!n.Archived() || n.ID == here) {
			f.Options = append(f.Options, ui.Option{Value: string(n.ID), Label: tree.Path(n.ID)})
		}
	})
	return f
}

func partOf(ctx context.Context, a authz.Actor, n id.Node, p insight.Part) part {
	out := part{about: i18n.T(ctx, "carepage.about."+p.Name)}
	asked, said := strings.HasPrefix(p.Name, "policies."), strings.HasPrefix(p.Name, "letter_")
	what := "cases"
	if said {
		what = "people"
	}
	if asked {
		what = "pulse"
		out.label = i18n.T(ctx, "carepage.quote", i18n.Args{"Text": i18n.T(ctx, "pulse.item."+p.Name)})
	} else {
		out.label = i18n.T(ctx, "insight.part."+p.Name)
	}
	out.url, out.see = behind(ctx, a, n, p.Name)
	switch {
	case !p.Enough():
		out.sure = lacks(ctx, what, p.Missing())
	case p.Unit == insight.Rate:
		out.figure, out.sure = i18n.Percent(ctx, p.Share.Value()), between(ctx, p.Share)
	case p.Unit == insight.Score:
		out.figure = i18n.T(ctx, "carepage.of_five", i18n.Args{"Mean": mark(ctx, p.Mean)})
		out.sure = i18n.T(ctx, "carepage.sure_people", i18n.Args{
			"Low": mark(ctx, p.Low), "High": mark(ctx, p.High), "N": p.N, "Count": p.N, "People": p.Raters,
		})
	case p.Unit == insight.Duration:
		out.figure = i18n.WorkTime(ctx, p.Spread.P50)
		out.sure = i18n.T(ctx, "carepage.sure_time", i18n.Args{"Long": i18n.WorkTime(ctx, p.Spread.P85), "N": p.N, "Count": p.N})
	}
	return out
}

// behind is where one sees what a part is made of.
func behind(ctx context.Context, a authz.Actor, n id.Node, name string) (url, word string) {
	see := func(what string) string { return i18n.T(ctx, "carepage.see."+what) }
	switch {
	case strings.HasPrefix(name, "policies."):
		return "/pulsos", see("pulses")
	case name == "low_answered":
		return "/valorar", see("ratings")
	case strings.HasPrefix(name, "needs_") && n == "" && a.Owner:
		return "/necesidades/registro", see("needs")
	case strings.HasPrefix(name, "needs_") && n != "" && a.For(n):
		return "/necesidades/registro?nodo=" + string(n), see("needs")
	case strings.HasPrefix(name, "needs_"):
		return "/necesidades?ver=todas", see("needs")
	case n != "":
		return "/organizacion/nodo/" + string(n), see("node")
	}
	return "/eslabones", see("links")
}
