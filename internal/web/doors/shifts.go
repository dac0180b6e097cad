package doors

import (
	"encoding/json"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// end is a node, where another page shows it.
type end struct{ Name, URL string }

const shiftsURL = "/ajustes/horarios"

func shiftURL(c id.Calendar) string { return shiftsURL + "/" + string(c) }

// newShift shows the form of a calendar to add: the hours of the company to
// begin with, or a usual week.
func (p pages) newShift(r *http.Request, a authz.Actor) (web.Result, error) {
	c, spec, err := p.company(r, a)
	if err != nil {
		return web.Result{}, err
	}
	for _, w := range calendar.Patterns() {
		if w.Code == r.URL.Query().Get("semana") {
			spec.Week = w.Week
		}
	}
	return p.shiftPage(r, a, c, setting.Calendar{}, spec, ui.Form{})
}

// shift shows one calendar.
func (p pages) shift(r *http.Request, a authz.Actor) (web.Result, error) {
	c, k, spec, err := p.findShift(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.shiftPage(r, a, c, k, spec, ui.Form{})
}

func (p pages) findShift(r *http.Request, a authz.Actor) (setting.Company, setting.Calendar, calendar.Spec, error) {
	k, err := p.Settings.Calendar(r.Context(), a, id.Calendar(r.PathValue("calendar")))
	if err != nil {
		return setting.Company{}, k, calendar.Spec{}, err
	}
	c, _, err := p.company(r, a)
	if err != nil {
		return c, k, calendar.Spec{}, err
	}
	spec, err := calendar.Parse(k.Spec)
	return c, k, spec, err
}

func (p pages) shiftPage(r *http.Request, a authz.Actor, c setting.Company, k setting.Calendar, spec calendar.Spec, form ui.Form) (web.Result, error) {
	v := newHoursView(r, spec, c.Country, form)
	v.Named, v.Name, v.Stamp, v.Action = true, k.Name, k.Stamp, shiftsURL+"/nuevo"
	title := i18n.T(r.Context(), "firm.shift_new")
	if k.ID != "" {
		v.Rests = rests(r.Context(), k.Spec, spec.Zone)
		v.Action, v.Gone, title = shiftURL(k.ID), len(k.Nodes) == 0, k.Name
	}
	if len(k.Nodes) > 0 {
		t, err := p.Org.Tree(r.Context(), a)
		if err != nil {
			return web.Result{}, err
		}
		for _, n := range k.Nodes {
			v.Using = append(v.Using, end{t.Path(n), "/organizacion/nodo/" + string(n)})
		}
	}
	here := r.Clone(r.Context())
	here.URL.Path = hoursURL
	return web.Show(web.Page{Title: title, Section: layout.Setup, Body: hoursPage(tabs(here, a), v, form)}), nil
}

func (p pages) addShift(r *http.Request, a authz.Actor) (web.Result, error) {
	c, was, err := p.company(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.saveShiftOver(r, a, c, setting.Calendar{}, was)
}

func (p pages) saveShift(r *http.Request, a authz.Actor) (web.Result, error) {
	c, k, was, err := p.findShift(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.saveShiftOver(r, a, c, k, was)
}

// saveShiftOver writes what the form says over what the hours were.
func (p pages) saveShiftOver(r *http.Request, a authz.Actor, c setting.Company, k setting.Calendar, was calendar.Spec) (web.Result, error) {
	ctx := r.Context()
	spec, closing := readSpec(r, was, c.Country)
	spec.Zone = r.PostFormValue("zone")
	text, err := json.Marshal(spec)
	if err != nil {
		return web.Result{}, err
	}
	next := setting.Calendar{ID: k.ID, Name: r.PostFormValue("name"), Spec: text, Stamp: r.PostFormValue("stamp")}
	if k.ID == "" {
		next, err = p.Settings.AddCalendar(ctx, a, next)
	} else {
		next, err = p.Settings.ChangeCalendar(ctx, a, next)
	}
	if kind := errs.KindOf(err); err != nil && (kind == errs.Invalid || kind == errs.Conflict) {
		page, broken := p.shiftPage(r, a, c, k, was, hoursForm(r, err, closing))
		if broken != nil {
			return web.Result{}, broken
		}
		return page, err
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(shiftURL(next.ID)).Say(i18n.T(ctx, "hours.saved")), nil
}

func (p pages) removeShift(r *http.Request, a authz.Actor) (web.Result, error) {
	c, k, spec, err := p.findShift(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if err := p.Settings.RemoveCalendar(r.Context(), a, k.ID); errs.KindOf(err) == errs.Conflict {
		page, broken := p.shiftPage(r, a, c, k, spec, ui.Form{})
		if broken != nil {
			return web.Result{}, broken
		}
		return page, err
	} else if err != nil {
		return web.Result{}, err
	}
	return web.Go(hoursURL).Say(i18n.T(r.Context(), "firm.shift_removed", i18n.Args{"Name": k.Name})), nil
}

// zonesOf says in which zone a calendar counts, if that is not the company's.
func zonesOf(k setting.Calendar, company string) string {
	spec, err := calendar.Parse(k.Spec)
	if err != nil || spec.Zone == company {
		return ""
	}
	return spec.Zone
}
