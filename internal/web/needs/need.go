package needs

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// view is the page of one need.
type view struct {
	need.Need
	joined bool
	mine   bool
	may    map[need.State]bool
	resume bool
	effect need.Effect
	late   bool
	form   ui.Form
	sent   string // the step whose form is shown again
}

func (p pages) need(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.needPage(r, a, "", nil)
}

func (p pages) needPage(r *http.Request, a authz.Actor, sent string, wrong error) (web.Result, error) {
	ctx := r.Context()
	n, joined, err := p.Needs.Get(ctx, a, id.Need(r.PathValue("need")))
	if err != nil {
		return web.Result{}, err
	}
	v := view{Need: n, joined: joined, mine: n.AskedBy == a.Person, may: map[need.State]bool{}, sent: sent}
	if sent != "" {
		v.form = web.FormOf(r, wrong)
	}
	steps, resume, err := p.Needs.Steps(ctx, a, n)
	if err != nil {
		return web.Result{}, err
	}
	for _, s := range steps {
		v.may[s] = true
	}
	v.resume = resume
	now := i18n.Now(ctx)
	v.late = n.Late(now, i18n.Today(ctx))
	if v.effect, err = p.Needs.Effect(ctx, a, n); err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{Title: n.Title, Section: layout.Voice, Body: needPage(v), Crumbs: crumbs(ctx, n.Title)}), wrong
}

// steps are the words of the addresses.
var steps = map[string]need.State{
	"planear": need.Planned, "rechazar": need.Refused, "hecho": need.Done, "resuelto": need.Resolved, "falta": need.Open, "retirar": need.Withdrawn,
}

func (p pages) move(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, word := r.Context(), r.PathValue("step")
	to, ok := steps[word]
	if !ok {
		return web.Result{}, errs.New(errs.NotFound, "need.err.none")
	}
	cost, good := parseMoney(r.PostFormValue("cost"))
	if !good {
		return p.needPage(r, a, word, errs.Field("cost", "need.err.cost"))
	}
	n, err := p.Needs.Move(ctx, a, to, need.Step{
		Need: id.Need(r.PathValue("need")), Text: r.PostFormValue("text"), DueOn: r.PostFormValue("due_on"), Cost: cost,
	})
	if web.Again(err) {
		return p.needPage(r, a, word, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(n.ID)).Say(i18n.T(ctx, "needpage.moved."+string(to))), nil
}

func (p pages) join(r *http.Request, a authz.Actor) (web.Result, error) {
	n := id.Need(r.PathValue("need"))
	if err := p.Needs.Join(r.Context(), a, n, r.PostFormValue("si") != ""); err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(n)), nil
}

func (p pages) resume(r *http.Request, a authz.Actor) (web.Result, error) {
	n := id.Need(r.PathValue("need"))
	if err := p.Needs.Resume(r.Context(), a, n); err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(n)).Say(i18n.T(r.Context(), "needpage.resumed")), nil
}

// fill is a field of the form of a step; only the step that was sent shows what
// is wrong.
func (v view) fill(step string, f ui.FieldArgs) ui.FieldArgs {
	f.ID = "f-" + step + "-" + f.Name
	if v.sent != step {
		return f
	}
	return v.form.Fill(f)
}

func (v view) textField(ctx context.Context, step, label string) ui.FieldArgs {
	return v.fill(step, ui.FieldArgs{Name: "text", Label: i18n.T(ctx, label), Type: "textarea", Rows: 3})
}

// sheet is the register of a node or of the company.
type sheet struct {
	need.Ageing
	rows  []need.Need
	now   time.Time
	today string
}

func (p pages) register(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, n := r.Context(), id.Node(r.URL.Query().Get("nodo"))
	if n == "" && !a.Owner && len(a.Leads) > 0 {
		n = a.Leads[0]
	}
	g, err := p.Needs.Ageing(ctx, a, n)
	if err != nil {
		return web.Result{}, err
	}
	rows, err := p.Needs.List(ctx, a, need.Filter{Node: n, Open: true, Limit: 200})
	if err != nil {
		return web.Result{}, err
	}
	slices.Reverse(rows) // the oldest first: they wait longest
	now := i18n.Now(ctx)
	title := i18n.T(ctx, "needpage.register")
	if n != "" {
		tree, err := p.Org.Tree(ctx, a)
		if err != nil {
			return web.Result{}, err
		}
		title = i18n.T(ctx, "needpage.register_of", i18n.Args{"Where": tree.Name(n)})
	}
	return web.Show(web.Page{
		Title: title, Lead: i18n.T(ctx, "needpage.register_lead"), Section: layout.Voice, Crumbs: crumbs(ctx, title),
		Body: registerPage(sheet{Ageing: g, rows: rows, now: now, today: i18n.Today(ctx)}),
	}), nil
}
