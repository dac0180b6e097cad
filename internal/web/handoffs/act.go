package handoffs

import (
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web"
)

// words are the steps as they stand in an address.
var words = map[string]handoff.State{
	"tomar": handoff.Taken, "entregar": handoff.Delivered, "recibir": handoff.Accepted,
	"recibir-con-comentario": handoff.AcceptedWithRemark, "devolver": handoff.Returned, "no-podemos": handoff.Declined,
	"cancelar": handoff.Cancelled,
}

func wordOf(to handoff.State) string {
	for w, s := range words {
		if s == to {
			return w
		}
	}
	return ""
}

// act does what a form of the page asks for, and shows how the handoff stands
// then. What does not go through comes back with all that was typed.
func (p pages) act(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	n, err := number(r)
	if err != nil {
		return web.Result{}, err
	}
	d, err := p.Handoffs.ByNumber(ctx, a, n)
	if err != nil {
		return web.Result{}, err
	}
	said, err := p.do(r, a, d.Handoff)
	if err != nil {
		return p.againWith(r, a, n, err)
	}
	if !httpx.Fragment(r) {
		return web.Go(httpx.Local(r.PostFormValue("volver"), URL(n))).Say(said), nil
	}
	v, err := p.view(r, a, n, sent{})
	if err != nil {
		return web.Result{}, err
	}
	v.acted = true
	return web.Done(body(v), URL(n)).Say(said), nil
}

// again shows the page with the form as it was typed.
func (p pages) again(r *http.Request, a authz.Actor) (web.Result, error) {
	n, err := number(r)
	if err != nil {
		return web.Result{}, err
	}
	return p.againWith(r, a, n, nil)
}

func (p pages) againWith(r *http.Request, a authz.Actor, n int64, wrong error) (web.Result, error) {
	v, err := p.view(r, a, n, sent{act: r.PathValue("act"), form: web.FormOf(r, wrong)})
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(v.page(r.Context())), wrong
}

// do does one thing, and says in a sentence that it is done.
func (p pages) do(r *http.Request, a authz.Actor, h handoff.Handoff) (said string, err error) {
	ctx, act := r.Context(), r.PathValue("act")
	f := read(ctx, r.PostForm)
	files, err := uploads(r)
	if err != nil {
		return "", err
	}
	say := func(key string) string {
		return i18n.T(ctx, key, i18n.Args{"Supplier": h.SupplierName, "Customer": h.CustomerName, "Number": h.Number})
	}
	in := handoff.Step{
		Handoff: h.ID, Version: f.whole("version"), Reason: f.text("reason"), Note: f.text("note"), Checks: f.values["check"],
		Files: files, ConfirmTime: f.text("confirm_time") != "", HappenedAt: f.since("happened_at"),
	}
	if to, ok := words[act]; ok {
		if to == handoff.Delivered || to == handoff.Returned {
			in.Quantity = f.quantity("quantity")
		}
		_, err = p.Handoffs.Move(ctx, a, to, in)
		return say("handoff.said." + string(to)), f.also(err)
	}
	switch act {
	case "por-telefono":
		to := handoff.State(f.text("said"))
		in.Behalf = handoff.Behalf{Person: id.Person(f.text("behalf")), Name: f.text("behalf_name")}
		if to == handoff.Returned {
			in.Quantity = f.quantity("quantity")
		} else {
			in.Reason = ""
		}
		_, err = p.behalf(r, a, to, in)
		return say("handoff.said.noted"), f.also(err)
	case "redirigir":
		_, err = p.Handoffs.Redirect(ctx, a, h.ID, id.Service(f.text("service")), in)
		return say("handoff.said.redirected"), err
	case "pausar":
		wait := handoff.Wait{On: clock.Whom(f.text("on")), Name: f.text("name"), Number: max(f.whole("number"), 0)}
		_, err = p.Handoffs.Pause(ctx, a, handoff.Pause{Handoff: h.ID, Version: in.Version, Wait: wait, Reason: in.Reason})
		return say("handoff.said.paused"), err
	case "reanudar":
		_, err = p.Handoffs.Resume(ctx, a, h.ID, in)
		return say("handoff.said.resumed"), err
	case "recalcular":
		will, _ := time.Parse(time.RFC3339Nano, f.text("will")) // what is no moment is not the one that was shown
		_, err = p.Handoffs.Recalculate(ctx, a, h.ID, db.At(will))
		return say("handoff.said.recalculated"), err
	case "asignar":
		_, err = p.Handoffs.Assign(ctx, a, h.ID, id.Person(f.text("assignee")))
		return say("handoff.said.assigned"), err
	case "cambiar":
		_, err = p.Handoffs.Change(ctx, a, h.ID, change(f))
		return say("handoff.said.changed"), f.also(err)
	case "comentar":
		_, err = p.Handoffs.Comment(ctx, a, h.ID, in.Note, files)
		return say("handoff.said.commented"), err
	case "espera":
		return say("handoff.said.waits"), p.wait(r, a, h, true)
	case "ya-no-espera":
		return say("handoff.said.waits_no_more"), p.wait(r, a, h, false)
	case "seguir":
		on := f.text("on") != ""
		if on {
			return say("handoff.said.watched"), p.Handoffs.Watch(ctx, a, h.ID, true)
		}
		return say("handoff.said.unwatched"), p.Handoffs.Watch(ctx, a, h.ID, false)
	}
	return "", errs.New(errs.NotFound, "err.not_found")
}

// behalf writes down what the customer said elsewhere. Whoever writes it says
// who decided: it is never the one who writes.
func (p pages) behalf(r *http.Request, a authz.Actor, to handoff.State, in handoff.Step) (handoff.Handoff, error) {
	bad := errs.Bad{}
	bad.Add(in.Behalf.Given(), "behalf_name", "err.required")
	errs.OneOf(bad, "said", to, handoff.Accepted, handoff.AcceptedWithRemark, handoff.Returned)
	if err := bad.Err(); err != nil {
		return handoff.Handoff{}, err
	}
	return p.Handoffs.Move(r.Context(), a, to, in)
}

// change reads what the person changed: only what is no longer as the page
// showed it, so that nobody undoes what somebody else changed meanwhile.
func change(f reader) handoff.Change {
	var out handoff.Change
	touched := func(name string) bool { return f.values.Has(name) && f.text(name) != f.text("was_"+name) }
	if touched("priority") {
		v := handoff.Priority(f.whole("priority"))
		out.Priority = &v
	}
	if touched("need_by") || touched("need_by_time") {
		v := time.Time{}
		if f.text("need_by") != "" {
			v = f.until("need_by")
		}
		out.NeedBy = &v
	}
	if touched("tags") {
		v := f.tags("tags")
		out.Tags = &v
	}
	if touched("order_ref") {
		v := f.text("order_ref")
		out.Order = &v
	}
	return out
}
