package links

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// SimulateURL is the address at which it is explained when something would be
// due.
func SimulateURL(s id.Service, customer id.Node) string {
	return "/simular?servicio=" + string(s) + "&cliente=" + string(customer)
}

// simulation is what the page of the simulator shows.
type simulation struct {
	Service, Customer, At ui.FieldArgs
	Form                  ui.Form
	Done                  *handoff.Simulation // nil before anything is asked
	Supplier              string
	HoursSay              string
	Days                  []countedDay
	Left                  int // days that are not shown
}

// countedDay is one date of the explanation.
type countedDay struct {
	Name    string
	Bars    []stretch
	Open    string // "09:00–14:00, 15:00–18:00"
	Work    string
	Sum     string // up to the end of the day
	Notes   string
	Works   bool
	Taken   bool // the time to take ends on it
	Ends    bool
	Ordinal int // of a promise in working days: which one it is
}

// stretch is a part of a day in minutes from its midnight, for the drawing.
type stretch struct{ X, Width string }

// mostCounted is how many dates are shown.
const mostCounted = 120

func (p pages) simulate(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	offers, err := p.Links.Offers(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	q := r.URL.Query()
	v := simulation{Form: ui.Form{Values: q}}
	v.fields(ctx, tree, offers, a)
	var wrong error
	if service := id.Service(q.Get("servicio")); service != "" {
		at, err := time.ParseInLocation("2006-01-02T15:04", q.Get("cuando"), i18n.Zone(ctx))
		if err != nil && q.Get("cuando") != "" {
			wrong = errs.Field("cuando", "err.not_a_date")
		} else {
			var s handoff.Simulation
			if s, wrong = p.Handoffs.Simulate(ctx, a, service, id.Node(q.Get("cliente")), at); wrong == nil {
				v.Done = &s
				v.explain(ctx, tree, s)
			}
		}
	}
	if kind := errs.KindOf(wrong); wrong != nil && kind == errs.Invalid {
		v.Form = web.FormOf(r, wrong)
		v.Form.Values = q
		for from, to := range map[string]string{"at": "cuando", "service": "servicio"} {
			if s, ok := v.Form.Errors[from]; ok {
				v.Form.Errors[to] = s
			}
		}
		v.fields(ctx, tree, offers, a)
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "simulate.title"), Lead: i18n.T(ctx, "simulate.lead"), Section: layout.Ask, Body: simulatePage(v),
	}), wrong
}

// fields asks for what, for whom and when.
func (v *simulation) fields(ctx context.Context, t org.Tree, offers []link.Offer, a authz.Actor) {
	service := ui.FieldArgs{Name: "servicio", Label: i18n.T(ctx, "simulate.service"), Type: "select", Options: []ui.Option{{Label: i18n.T(ctx, "simulate.choose")}}}
	for _, o := range offers {
		if !o.Archived() {
			service.Options = append(service.Options, ui.Option{Value: string(o.ID), Label: o.Name + " · " + t.Name(o.Node)})
		}
	}
	customer := ui.FieldArgs{Name: "cliente", Label: i18n.T(ctx, "simulate.customer"), Type: "select", Options: []ui.Option{{Label: i18n.T(ctx, "simulate.anybody")}}}
	t.Walk(func(n org.Node, depth int) {
		if !n.Archived() {
			customer.Options = append(customer.Options, ui.Option{Value: string(n.ID), Label: strings.Repeat("\u00a0\u00a0\u00a0", depth) + n.Name})
		}
	})
	if len(a.Own) > 0 {
		customer.Value = string(a.Own[0])
	}
	v.Service, v.Customer = v.Form.Fill(service), v.Form.Fill(customer)
	v.At = v.Form.Fill(ui.FieldArgs{
		Name: "cuando", Label: i18n.T(ctx, "simulate.at"), Help: i18n.T(ctx, "simulate.at_help"), Type: "datetime-local", Blank: true,
	})
}

// explain turns what was counted into what people read, by the clock on the
// wall of the supplier.
func (v *simulation) explain(ctx context.Context, t org.Tree, s handoff.Simulation) {
	zone := s.Hours.Time.Zone()
	wall := i18n.WithPlace(ctx, zone, i18n.Country(ctx))
	v.Supplier = t.Name(s.Offer.Node)
	name := i18n.T(ctx, "simulate.hours_company")
	if s.Hours.Calendar != "" {
		name = s.Hours.Name
	}
	v.HoursSay = i18n.T(ctx, "simulate.hours", i18n.Args{"Name": name, "Zone": zone.String()})
	sum, nth, first := time.Duration(0), 0, s.Asked.In(zone).Format(time.DateOnly)
	for i, d := range s.Days {
		if i == mostCounted {
			v.Left = len(s.Days) - i
			break
		}
		sum += d.Work
		day := countedDay{Name: i18n.Day(wall, d.Date), Works: d.Work > 0}
		if day.Works {
			day.Work, day.Sum = i18n.WorkTime(ctx, d.Work), i18n.WorkTime(ctx, sum)
			if s.Promise.Terms.DeliverDays > 0 && d.Date.Format(time.DateOnly) != first {
				nth++
				day.Ordinal = nth
			}
		}
		var open, notes []string
		midnight := dayStart(d.Date)
		for _, x := range d.Open {
			open = append(open, clockOf(x.From)+"–"+clockOf(x.Until))
			day.Bars = append(day.Bars, barOf(midnight, x))
			day.Taken = day.Taken || holds(x, s.TakeBy.Time)
			day.Ends = day.Ends || holds(x, s.DeliverBy.Time)
		}
		for _, n := range d.Notes {
			notes = append(notes, n.Title(i18n.Lang(ctx)))
		}
		day.Open, day.Notes = strings.Join(open, ", "), strings.Join(notes, ", ")
		v.Days = append(v.Days, day)
	}
}

func holds(x calendar.Interval, t time.Time) bool { return t.After(x.From) && !t.After(x.Until) }

func clockOf(t time.Time) string { return t.Format("15:04") }

func dayStart(noon time.Time) time.Time {
	y, m, d := noon.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, noon.Location())
}

// dayMinutes is the width of a day in the drawing; a night reaches into the next.
const dayMinutes = 24 * 60

func barOf(midnight time.Time, x calendar.Interval) stretch {
	from := max(0, int(x.From.Sub(midnight).Minutes()))
	width := max(8, min(int(x.Until.Sub(x.From).Minutes()), dayMinutes-min(from, dayMinutes-8)))
	return stretch{strconv.Itoa(min(from, dayMinutes-8)), strconv.Itoa(width)}
}

// both says a moment by the wall of the supplier, and by that of the reader if
// it is another.
func both(ctx context.Context, t time.Time, zone *time.Location) string {
	s := i18n.Time(i18n.WithPlace(ctx, zone, i18n.Country(ctx)), t)
	if zone.String() == i18n.Zone(ctx).String() {
		return s
	}
	return i18n.T(ctx, "simulate.both", i18n.Args{"There": s, "Zone": zone.String(), "Here": i18n.Time(ctx, t)})
}
