package handoffs

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// pass is a handoff as one person sees it.
type pass struct {
	handoff.Detail
	me      authz.Actor
	now     time.Time
	left    time.Duration // working time until it is due
	effect  handoff.Effect
	may     map[string]bool
	outside bool // the customer is not of the company
	people  []org.Person
	away    map[id.Person]absence.Absence
	others  []ui.Option // services to which it may be passed
	sent    sent
	open    string       // the form that an address wants open
	whole   bool         // the whole story is shown
	acted   bool         // the person has just done something here
	place   *route.Place // on the way of a piece of work, if it is on one
	voice   templ.Component
}

// sent is what the person typed into a form that did not go through.
type sent struct {
	act  string
	form ui.Form
}

// show answers with the page of a handoff.
func (p pages) show(r *http.Request, a authz.Actor) (web.Result, error) {
	n, err := number(r)
	if err != nil {
		return web.Result{}, err
	}
	v, err := p.view(r, a, n, sent{})
	if err != nil {
		return web.Result{}, err
	}
	page := v.page(r.Context())
	if page.Unread, err = p.seen(r, a, v.ID); err != nil {
		return web.Result{}, err
	}
	return web.Show(page), nil
}

// parts answers with the parts of the page that changed under the eyes of who
// looks at it.
func (p pages) parts(r *http.Request, a authz.Actor) (web.Result, error) {
	n, err := number(r)
	if err != nil {
		return web.Result{}, err
	}
	v, err := p.view(r, a, n, sent{})
	if err != nil {
		return web.Result{}, err
	}
	if !httpx.Fragment(r) {
		return web.Go(URL(n)), nil
	}
	if _, err := p.seen(r, a, v.ID); err != nil {
		return web.Result{}, err
	}
	return web.Part(fresh(v)), nil
}

// back leads from the address of a form, which somebody loads again, to the page.
func (p pages) back(r *http.Request, _ authz.Actor) (web.Result, error) {
	n, err := number(r)
	return web.Go(URL(n)), err
}

// seen marks what the bell says about h as read, and returns what is left on
// it if there was any.
func (p pages) seen(r *http.Request, a authz.Actor, h id.Handoff) (*int, error) {
	ctx, left := r.Context(), 0
	if v, err := httpx.VisitorOf(ctx); err != nil {
		return nil, err
	} else if !httpx.Fragment(r) {
		left = v.Unread
	} else if left, err = p.Unread(ctx, a); err != nil {
		return nil, err
	}
	if left == 0 {
		return nil, nil
	}
	if err := p.MarkRead(ctx, a, string(h)); err != nil {
		return nil, err
	}
	left, err := p.Unread(ctx, a)
	return &left, err
}

// view reads all that the page of a handoff shows.
func (p pages) view(r *http.Request, a authz.Actor, n int64, s sent) (pass, error) {
	ctx := r.Context()
	d, err := p.Handoffs.ByNumber(ctx, a, n)
	if err != nil {
		return pass{}, err
	}
	q := r.URL.Query()
	v := pass{
		Detail: d, me: a, now: i18n.Now(ctx), may: may(a, d), sent: s, open: q.Get("hacer"), whole: q.Get("todo") == "1",
		outside: d.Relation == org.External,
	}
	left, err := p.Handoffs.WorkLeft(ctx, a)
	if err != nil {
		return v, err
	}
	v.left = left(d.Handoff)
	if v.may["recalcular"] {
		if v.effect, err = p.Handoffs.EffectOf(ctx, a, d.ID); err != nil {
			return v, err
		}
		v.may["recalcular"] = v.effect.Possible
	}
	if v.place, err = p.place(ctx, a, d.ID); err != nil {
		return v, err
	}
	if v.away, err = p.Away(ctx, a); err != nil {
		return v, err
	}
	if v.people, err = p.Org.People(ctx, a); err != nil {
		return v, err
	}
	v.people = slices.DeleteFunc(v.people, func(x org.Person) bool { return !x.Active })
	if v.may["redirigir"] {
		if v.others, err = p.others(r, a, d); err != nil {
			return v, err
		}
		v.may["redirigir"] = len(v.others) > 0
	}
	v.voice = templ.NopComponent
	if p.Voice != nil {
		if v.voice, err = p.Voice(ctx, a, d.Handoff); err != nil {
			return v, err
		}
	}
	return v, nil
}

// may says which forms a sees on the page of d.
func may(a authz.Actor, d handoff.Detail) map[string]bool {
	out := map[string]bool{}
	for _, to := range d.Steps(a) {
		out[wordOf(to)] = true
	}
	serve := handoff.CanServe(a, d.Handoff)
	out["asignar"] = serve
	out["redirigir"] = serve && d.State != handoff.Delivered
	out["por-telefono"] = handoff.CanBehalf(a, d.Handoff)
	out["cambiar"] = handoff.CanChange(a, d.Handoff) || serve
	pause := handoff.CanPause(a, d.Handoff)
	out["pausar"], out["reanudar"] = pause, pause && d.Paused()
	out["recalcular"] = d.Owed() && handoff.CanRecalculate(a, d.Handoff)
	write := a.MustWrite() == nil
	out["comentar"], out["seguir"] = write, write
	out["espera"] = serve && d.WaitsFor() == handoff.ForSupplier
	return out
}

// others lists the services to which d may be passed on.
func (p pages) others(r *http.Request, a authz.Actor, d handoff.Detail) ([]ui.Option, error) {
	t, offers, err := p.offers(r, a)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	for _, s := range shelve(t, offers, "", "", func(o link.Offer) bool { return o.ID != d.Service && o.Node != d.Customer }) {
		for _, it := range s.offers {
			out = append(out, ui.Option{Value: string(it.ID), Label: it.Name, Group: s.name})
		}
	}
	return out, nil
}

func (v pass) page(ctx context.Context) web.Page {
	return web.Page{
		Title:   v.Title,
		Lead:    i18n.T(ctx, "handoff.lead", i18n.Args{"Number": v.Number, "Service": v.ServiceName}),
		Section: layout.MyDay, Body: body(v),
	}
}

func (v pass) url(act string) string {
	if act == "" {
		return URL(v.Number)
	}
	return URL(v.Number) + "/" + act
}

// waits says whom the handoff waits for, and since when.
func (v pass) waits(ctx context.Context) string {
	if v.Paused() {
		return v.waitsFor(ctx, v.PausedOn, v.PausedFor)
	}
	who := v.AssigneeName
	if who == "" {
		who = v.SupplierName
	}
	since := v.MovedAt
	if v.State == handoff.Delivered {
		since = v.DeliveredAt // nobody waits for an answer before a delivery counts
	}
	return i18n.T(ctx, "handoff.waits."+string(v.State), i18n.Args{
		"Supplier": v.SupplierName, "Customer": v.CustomerName, "Who": who, "When": i18n.Relative(ctx, since.Time),
	})
}

// promise is how the promise of delivery stands, or nothing if it no longer
// matters.
func (v pass) promise() (ui.DueArgs, bool) {
	d := ui.DueArgs{At: v.DueAt.Time, Left: v.left, Work: true}
	if !v.DeliveredAt.IsZero() && v.State != handoff.Returned {
		d.Done = v.DeliveredAt.Time
	}
	return d, v.State != handoff.Declined && v.State != handoff.Cancelled && !v.Paused()
}

// early reports whether the customer needs it before it is promised.
func (v pass) early() bool {
	return !v.NeedBy.IsZero() && v.NeedBy.Before(v.DueAt.Time) && v.WaitsFor() == handoff.ForSupplier
}

// ticked reports whether the supplier said at its last delivery that a
// requirement is met.
func (v pass) ticked(requirement string) bool { return slices.Contains(v.Checks, requirement) }

// has reports whether the page still has the form for act.
func (v pass) has(act string) bool { return v.may[act] }

// opened reports whether the form for act is to be seen at once.
func (v pass) opened(act string) bool { return v.sent.act == act || v.open == act }

// form is what was typed for act.
func (v pass) form(act string) ui.Form {
	if v.sent.act == act {
		return v.sent.form
	}
	return ui.Form{}
}

// field is a field of the form for act, with what was typed.
func (v pass) field(act string, f ui.FieldArgs) ui.FieldArgs {
	f.ID = fieldID(act, f.Name)
	if v.sent.act == act {
		return v.sent.form.Fill(f)
	}
	return f
}

func fieldID(act, name string) string { return "f-" + act + "-" + strings.ReplaceAll(name, ".", "-") }

// overtaken reports whether what was wrong in a form no longer matters: the
// page has the form no more.
func (v pass) overtaken() bool { return v.sent.form.Bad() && !v.has(v.sent.act) }

// leftover is what was typed into a form that the page no longer has.
func (v pass) leftover() string {
	if v.sent.act == "" || v.has(v.sent.act) {
		return ""
	}
	return strings.TrimSpace(v.sent.form.Values.Get("note"))
}

// mine reports whether a was put by name on the end of the handoff for which
// it would act; who only leads or owns is told for whom it acts.
func (v pass) mine(n id.Node) bool { return slices.Contains(v.me.Own, n) }
