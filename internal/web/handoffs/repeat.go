package handoffs

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

const (
	mostComing = 6
	mostPast   = 5
)

// recurring is a repeat as one person sees it.
type recurring struct {
	repeat.Repeat
	coming []repeat.Coming
	past   []repeat.Occurrence
	mine   bool
}

func (v recurring) url(act string) string { return "/repeticiones/" + string(v.ID) + "/" + act }

// repeats lists what is asked for again and again.
func (p pages) repeats(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	all, err := p.Repeats.All(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	var out []recurring
	for _, x := range all {
		v := recurring{Repeat: x, mine: repeat.CanMind(a, x)}
		if v.coming, err = p.Repeats.Coming(ctx, a, x, 3); err != nil {
			return web.Result{}, err
		}
		if v.past, err = p.Repeats.Past(ctx, a, x, mostPast); err != nil {
			return web.Result{}, err
		}
		out = append(out, v)
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "repeat.list.title"), Lead: i18n.T(ctx, "repeat.list.lead"), Section: layout.Jobs, Body: repeatsPage(out),
	}), nil
}

// turnRepeat pauses a repeat, lets it go on, ends it, or leaves out one day.
func (p pages) turnRepeat(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, what := r.Context(), id.Repeat(r.PathValue("repeat"))
	var err error
	switch r.PathValue("act") {
	case "pausar":
		_, err = p.Repeats.Turn(ctx, a, what, repeat.Paused)
	case "seguir":
		_, err = p.Repeats.Turn(ctx, a, what, repeat.Active)
	case "terminar":
		_, err = p.Repeats.Turn(ctx, a, what, repeat.Ended)
	case "quitar":
		err = p.Repeats.LeaveOut(ctx, a, what, r.PostFormValue("day"))
	default:
		err = errs.New(errs.NotFound, "err.not_found")
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/repeticiones").Say(i18n.T(ctx, "repeat.said.saved")), nil
}

// repeatForm is the form with which something is asked for again and again.
type repeatForm struct {
	order
	coming  []repeat.Coming
	preview bool
}

func (p pages) repeatForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.repeatWith(r, a, nil, false)
}

func (p pages) repeatWith(r *http.Request, a authz.Actor, wrong error, preview bool) (web.Result, error) {
	ctx := r.Context()
	o, err := p.load(r, a, false)
	if err != nil {
		return web.Result{}, err
	}
	if r.Method == http.MethodPost {
		o.form = web.FormOf(r, wrong)
	}
	v := repeatForm{order: o, preview: preview}
	if preview && wrong == nil {
		v.coming, err = p.Repeats.Preview(ctx, a, o.offer.ID, rule(r.PostForm), mostComing)
		if errs.KindOf(err) == errs.Invalid {
			v.form, wrong, err = web.FormOf(r, err), err, nil
		}
		if err != nil {
			return web.Result{}, err
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "repeat.form.title", i18n.Args{"Supplier": o.supplier}), Lead: o.offer.Name, Section: layout.Jobs, Body: repeatPage(v),
	}), wrong
}

// rule reads the days of a repeat.
func rule(v url.Values) repeat.Rule {
	out := repeat.Rule{
		Kind: repeat.Kind(v.Get("kind")), Closed: repeat.Closed(v.Get("closed")), Starts: v.Get("starts_on"), Ends: v.Get("ends_on"),
		Day: whole(v.Get("day")), Nth: whole(v.Get("nth")), At: -1,
	}
	days := v["weekdays"]
	if out.Kind == repeat.Nth {
		days = v["weekday"]
	}
	for _, d := range days {
		out.Weekdays = append(out.Weekdays, time.Weekday(whole(d)))
	}
	if t, err := time.Parse("15:04", v.Get("at")); err == nil {
		out.At = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	return out
}

// whole reads a whole number; what is none is one that no rule takes.
func whole(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -99
	}
	return n
}

func (p pages) makeRepeat(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	if r.PostFormValue("do") == "preview" {
		return p.repeatWith(r, a, nil, true)
	}
	o, err := p.Links.Offer(ctx, a, id.Service(r.PathValue("service")))
	if err != nil {
		return web.Result{}, err
	}
	f := read(ctx, r.PostForm)
	in, err := wish(r, f, o)
	if err != nil {
		return web.Result{}, err
	}
	_, err = p.Repeats.Make(ctx, a, repeat.Draft{
		Service: o.ID, Customer: in.Customer, Title: in.Title, Detail: in.Detail, Answers: in.Answers, Order: in.Order,
		Quantity: in.Quantity, Unit: in.Unit, Priority: in.Priority, Rule: rule(r.PostForm), Ahead: whole(f.text("ahead")),
	})
	if errs.KindOf(err) == errs.Invalid {
		return p.repeatWith(r, a, f.also(err), false)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/repeticiones").Say(i18n.T(ctx, "repeat.said.made")), nil
}

func options(ctx context.Context, prefix string, values ...string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: i18n.T(ctx, prefix+v)}
	}
	return out
}

// days are the fields of the rule.
func (v repeatForm) days(ctx context.Context) []ui.FieldArgs {
	month := []ui.Option{{Value: "-1", Label: i18n.T(ctx, "repeat.last_day")}}
	for n := 1; n <= 31; n++ {
		month = append(month, ui.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	fields := []ui.FieldArgs{
		{Name: "kind", Type: "radio", Label: i18n.T(ctx, "repeat.field.kind"), Value: "weekly", Options: options(ctx, "repeat.kind.", "weekly", "monthly", "nth", "last_working")},
		{Name: "day", Type: "select", Label: i18n.T(ctx, "repeat.field.day"), Value: "1", Optional: true, Options: month},
		{Name: "nth", Type: "select", Label: i18n.T(ctx, "repeat.field.nth"), Value: "1", Optional: true, Options: options(ctx, "repeat.nth.", "1", "2", "3", "4", "-1")},
		{Name: "weekday", Type: "select", Label: i18n.T(ctx, "repeat.field.weekday"), Value: "1", Optional: true, Options: options(ctx, "repeat.weekday.", "1", "2", "3", "4", "5", "6", "0")},
		{Name: "at", Type: "time", Label: i18n.T(ctx, "repeat.field.at"), Help: i18n.T(ctx, "repeat.field.at_help"), Value: "09:00"},
		{Name: "closed", Type: "radio", Label: i18n.T(ctx, "repeat.field.closed"), Value: "before", Options: options(ctx, "repeat.closed.", "before", "after", "skip")},
		{Name: "ahead", Label: i18n.T(ctx, "repeat.field.ahead"), Help: i18n.T(ctx, "repeat.field.ahead_help"), Value: "3", Hint: "numeric", Auto: "off"},
		{Name: "starts_on", Type: "date", Label: i18n.T(ctx, "repeat.field.starts"), Value: v.today},
		{Name: "ends_on", Type: "date", Label: i18n.T(ctx, "repeat.field.ends"), Optional: true},
	}
	for i := range fields {
		fields[i] = v.form.Fill(fields[i])
	}
	return fields
}

func (v repeatForm) everything(ctx context.Context) []ui.FieldArgs {
	return append(v.first(ctx), append(v.days(ctx), ui.FieldArgs{Name: "weekdays", ID: "f-weekdays", Label: i18n.T(ctx, "repeat.field.weekdays")})...)
}

func (v repeatForm) ticked(day string) bool { return slices.Contains(v.form.Values["weekdays"], day) }

// when says a day of a repeat.
func when(ctx context.Context, c repeat.Coming) string { return i18n.LongDay(ctx, c.At) }

// ruleWords says when a repeat asks.
func ruleWords(ctx context.Context, r repeat.Repeat) string {
	return i18n.T(ctx, "repeat.kind."+string(r.Kind))
}

// pick is one of two words.
func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// JobTabs are the pages of what is made again and again; here is one of them.
func JobTabs(ctx context.Context, here string) []ui.Tab {
	return []ui.Tab{
		{Label: i18n.T(ctx, "route.tab.pieces"), URL: "/trabajos", Here: here == "/trabajos"},
		{Label: i18n.T(ctx, "route.tab.routes"), URL: "/rutas", Here: here == "/rutas"},
		{Label: i18n.T(ctx, "route.tab.repeats"), URL: "/repeticiones", Here: here == "/repeticiones"},
	}
}
