package pulses

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// view is the page of one pulse, as one person sees it.
type view struct {
	pulse.Report
	me       authz.Actor
	waits    bool // for the reader's answer
	steers   bool
	answered int // so far, for who steers
	node     string
	work     map[id.Node]stat.Share // right first time of what each node of a cell delivered
	since    time.Time              // of work
	today    string
	sent     string // the form that is shown again
	form     ui.Form
	fields   []ui.FieldArgs // of a promise
}

// workDays is how far back what the areas delivered is looked at.
const workDays = 90

func (p pages) pulse(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.pulsePage(r, a, "", nil)
}

func (p pages) pulsePage(r *http.Request, a authz.Actor, sent string, wrong error) (web.Result, error) {
	ctx := r.Context()
	v := view{me: a, sent: sent, today: i18n.Today(ctx)}
	if sent != "" {
		v.form = web.FormOf(r, wrong)
	}
	var err error
	if v.Pulse, err = p.Pulses.Get(ctx, a, id.Pulse(r.PathValue("pulse"))); err != nil {
		return web.Result{}, err
	}
	v.steers = pulse.CanSteer(a, v.Pulse)
	if err := p.fill(ctx, a, &v); err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{Title: v.Pulse.Title, Section: layout.Voice, Body: pulsePage(v), Crumbs: crumbs(ctx, v.Pulse.Title)}), wrong
}

func (p pages) fill(ctx context.Context, a authz.Actor, v *view) error {
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return err
	}
	v.node = tree.Name(v.Pulse.Frame.Node)
	switch v.Pulse.State {
	case pulse.Open:
		_, err := p.Pulses.Asks(ctx, a, v.Pulse.ID)
		if v.waits = err == nil; err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
		if v.steers {
			v.answered, err = p.Pulses.Progress(ctx, a, v.Pulse)
			return err
		}
		return nil
	case pulse.Cancelled:
		return nil
	case pulse.Closed:
	}
	if v.Report, err = p.Pulses.Report(ctx, a, v.Pulse.ID); err != nil {
		return err
	}
	v.since = v.Pulse.ClosedAt.AddDate(0, 0, -workDays)
	nodes := []id.Node{v.Pulse.Frame.Node}
	if v.Pulse.Frame.Node == "" {
		nodes = nil
		for _, c := range v.Cells[1:] {
			nodes = append(nodes, c.Node)
		}
	}
	if v.work, err = p.Handoffs.FirstTimes(ctx, a, tree, v.since, nodes...); err != nil {
		return err
	}
	if v.steers {
		return p.promiseFields(ctx, a, v)
	}
	return nil
}

func (p pages) promiseFields(ctx context.Context, a authz.Actor, v *view) error {
	everybody, err := p.Org.People(ctx, a)
	if err != nil {
		return err
	}
	people := []ui.Option{}
	for _, x := range everybody {
		if x.Active {
			people = append(people, ui.Option{Value: string(x.ID), Label: x.Name})
		}
	}
	items := []ui.Option{{Value: "", Label: i18n.T(ctx, "pulsepage.deed_whole")}}
	for _, c := range v.Pulse.Items {
		items = append(items, ui.Option{Value: c, Label: question(ctx, c)})
	}
	for _, f := range []ui.FieldArgs{
		{Name: "item", Label: i18n.T(ctx, "pulsepage.deed_about"), Type: "select", Blank: true, Options: items},
		{Name: "heard", Label: i18n.T(ctx, "pulsepage.heard"), Help: i18n.T(ctx, "pulsepage.heard_help"), Type: "textarea", Rows: 2},
		{Name: "promise", Label: i18n.T(ctx, "pulsepage.promise"), Type: "textarea", Rows: 2},
		{Name: "owner", Label: i18n.T(ctx, "pulsepage.owner"), Type: "select", Options: people, Value: string(a.Person)},
		{Name: "due_on", Label: i18n.T(ctx, "pulsepage.due_on"), Type: "date"},
	} {
		if v.sent == "compromiso" {
			f = v.form.Fill(f)
		}
		v.fields = append(v.fields, f)
	}
	return nil
}

// result is what may be shown of a question in a cell.
func (v view) result(ctx context.Context, cell int, item string) figure {
	return figureOf(ctx, v.Result(cell, item), v.Cells[cell].Asked)
}

// rate is how many of those asked answered; none is said while that could tell
// about too few.
func (v view) rate(ctx context.Context) (figure, sure string) {
	if v.Answered == 0 || v.Pulse.Asked == 0 {
		return "", ""
	}
	s := stat.Wilson(min(v.Answered, v.Pulse.Asked), v.Pulse.Asked)
	return i18n.Percent(ctx, s.Value()), i18n.T(ctx, "pulsepage.rate_of", i18n.Args{"N": v.Answered, "Asked": v.Pulse.Asked})
}

// words are the comments on a question.
func (v view) words(item string) (out []pulse.Comment) {
	for _, c := range v.Comments {
		if c.Item == item {
			out = append(out, c)
		}
	}
	return out
}

// scaled are the questions that are answered with a choice.
func (v view) scaled() (out []string) {
	for _, c := range v.Pulse.Items {
		if i, _ := pulse.Find(c); i.Scale != pulse.Words {
			out = append(out, c)
		}
	}
	return out
}

func (v view) heads(ctx context.Context) []ui.Head {
	out := []ui.Head{{Label: i18n.T(ctx, "pulsepage.area")}, {Label: i18n.T(ctx, "pulsepage.asked"), Number: true}}
	for i := range v.scaled() {
		out = append(out, ui.Head{Label: i18n.T(ctx, "pulsepage.question", i18n.Args{"I": i + 1}), Number: true})
	}
	if v.Pulse.Frame.Node == "" {
		out = append(out, ui.Head{Label: i18n.T(ctx, "pulsepage.first_time"), Number: true})
	}
	return out
}

// depth is how deep a cell lies under all.
func (v view) depth(i int) (n int) {
	for i = v.Cells[i].Parent; i > 0; i = v.Cells[i].Parent {
		n++
	}
	return n
}

// name is the name of a cell, with a point for each area that it lies in.
func (v view) name(ctx context.Context, i int) string {
	name := cellWord(ctx, v.Cells[i].Name)
	for range v.depth(i) {
		name = "· " + name
	}
	return name
}

// workOf says how a node delivered, if there is enough to say.
func (v view) workOf(ctx context.Context, n id.Node) (figure, sure string) {
	s := v.work[n]
	if s.N < handoff.MinN {
		return i18n.T(ctx, "pulsepage.too_few_work"), ""
	}
	return i18n.Percent(ctx, s.Value()), i18n.T(ctx, "pulsepage.between", i18n.Args{
		"Low": i18n.Percent(ctx, s.Low), "High": i18n.Percent(ctx, s.High), "N": s.N, "Count": s.N,
	})
}

// steer runs one of the steps of who steers, and shows the page again with what
// was wrong.
func (p pages) steer(r *http.Request, a authz.Actor, say string, do func(ctx context.Context, v id.Pulse) error) (web.Result, error) {
	v := id.Pulse(r.PathValue("pulse"))
	err := do(r.Context(), v)
	if errs.KindOf(err) == errs.Conflict {
		return p.pulsePage(r, a, "", err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v)).Say(say), nil
}

func (p pages) remind(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, v := r.Context(), id.Pulse(r.PathValue("pulse"))
	n, err := p.Pulses.Remind(ctx, a, v)
	if errs.KindOf(err) == errs.Conflict {
		return p.pulsePage(r, a, "", err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v)).Say(i18n.T(ctx, "pulsepage.reminded", i18n.Args{"N": n, "Count": n})), nil
}

func (p pages) close(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.steer(r, a, i18n.T(r.Context(), "pulsepage.closed"), func(ctx context.Context, v id.Pulse) error { return p.Pulses.Close(ctx, a, v) })
}

func (p pages) cancel(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.steer(r, a, i18n.T(r.Context(), "pulsepage.cancelled"), func(ctx context.Context, v id.Pulse) error { return p.Pulses.Cancel(ctx, a, v) })
}

func (p pages) reprint(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, n := r.Context(), id.Pulse(r.PathValue("pulse"))
	sheets, err := p.Pulses.Reprint(ctx, a, n)
	if errs.KindOf(err) == errs.Conflict {
		return p.pulsePage(r, a, "", err)
	}
	if err != nil {
		return web.Result{}, err
	}
	v, err := p.Pulses.Get(ctx, a, n)
	if err != nil {
		return web.Result{}, err
	}
	return p.sheets(r, a, v, sheets)
}

func (p pages) promise(r *http.Request, a authz.Actor) (web.Result, error) {
	v := id.Pulse(r.PathValue("pulse"))
	_, err := p.Pulses.Promise(r.Context(), a, pulse.Deed{
		Pulse: v, Item: r.PostFormValue("item"), Heard: r.PostFormValue("heard"), Promise: r.PostFormValue("promise"),
		Owner: id.Person(r.PostFormValue("owner")), DueOn: r.PostFormValue("due_on"),
	})
	if web.Again(err) {
		return p.pulsePage(r, a, "compromiso", err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v) + "#compromisos").Say(i18n.T(r.Context(), "pulsepage.promised")), nil
}

func (p pages) fulfil(r *http.Request, a authz.Actor) (web.Result, error) {
	v, deed := id.Pulse(r.PathValue("pulse")), id.Deed(r.PathValue("deed"))
	err := p.Pulses.Fulfil(r.Context(), a, deed, r.PostFormValue("done"))
	if web.Again(err) {
		return p.pulsePage(r, a, string(deed), err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v) + "#compromisos").Say(i18n.T(r.Context(), "pulsepage.fulfilled")), nil
}

// doneField is the field of what was done of a promise.
func (v view) doneField(ctx context.Context, d pulse.Deed) ui.FieldArgs {
	f := ui.FieldArgs{ID: "f-done-" + string(d.ID), Name: "done", Label: i18n.T(ctx, "pulsepage.done"), Type: "textarea", Rows: 2}
	if v.sent == string(d.ID) {
		f = v.form.Fill(f)
	}
	return f
}
