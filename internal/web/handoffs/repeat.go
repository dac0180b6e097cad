package handoffs

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	mostAsked  = 60 // that may lie ahead: as many as days may be asked for ahead
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

// repeatForm is the form with which something is asked for again and again, or
// with which that is changed.
type repeatForm struct {
	order
	coming  []repeat.Coming
	preview bool
	was     *repeat.Repeat      // that is changed; nil for a new one
	stays   []repeat.Occurrence // that it has asked for already, from today on
}

func (v repeatForm) action() string {
	if v.was != nil {
		return recurring{Repeat: *v.was}.url("cambiar")
	}
	return "/repetir/" + string(v.offer.ID)
}

func (p pages) repeatForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.repeatWith(r, a, nil, nil, false)
}

func (p pages) repeatWith(r *http.Request, a authz.Actor, was *repeat.Repeat, wrong error, preview bool) (web.Result, error) {
	ctx := r.Context()
	o, err := p.load(r, a, false)
	if err != nil {
		return web.Result{}, err
	}
	v := repeatForm{order: o, preview: preview, was: was}
	switch {
	case r.Method == http.MethodPost:
		v.form = web.FormOf(r, wrong)
	case was != nil:
		v.form.Values = filled(*was)
	}
	title := i18n.T(ctx, "repeat.form.title", i18n.Args{"Supplier": o.supplier})
	if was != nil {
		title = i18n.T(ctx, "repeat.form.change", i18n.Args{"Title": was.Title})
		if v.stays, err = p.stays(ctx, a, *was, o.today); err != nil {
			return web.Result{}, err
		}
	}
	if preview && wrong == nil {
		v.coming, err = p.Repeats.Preview(ctx, a, v.offer.ID, rule(r.PostForm), mostComing)
		if errs.KindOf(err) == errs.Invalid {
			v.form, wrong, err = web.FormOf(r, err), err, nil
		}
		if err != nil {
			return web.Result{}, err
		}
	}
	return web.Show(web.Page{
		Title: title, Lead: o.offer.Name, Section: layout.Jobs, Body: repeatPage(v),
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "repeat.list.title"), URL: "/repeticiones"}, {Label: title}},
	}), wrong
}

// stays are what a repeat has asked for and whose day has not passed.
func (p pages) stays(ctx context.Context, a authz.Actor, was repeat.Repeat, today string) ([]repeat.Occurrence, error) {
	past, err := p.Repeats.Past(ctx, a, was, mostAsked)
	return slices.DeleteFunc(past, func(o repeat.Occurrence) bool {
		return o.State != repeat.Asked || o.Number == 0 || o.Falls < today
	}), err
}

// filled is what somebody would have typed to make r.
func filled(r repeat.Repeat) url.Values {
	at := time.Time{}.Add(r.At)
	v := url.Values{
		"customer": {string(r.Customer)}, "title": {r.Title}, "detail": {r.Detail}, "order_ref": {r.Order},
		"quantity": {plain(r.Quantity)}, "unit": {r.Unit}, "priority": {strconv.Itoa(int(r.Priority))},
		"kind": {string(r.Kind)}, "at": {at.Format("15:04")}, "closed": {string(r.Closed)}, "ahead": {strconv.Itoa(r.Ahead)},
		"starts_on": {r.Starts}, "ends_on": {r.Ends},
	}
	if r.Rule.Day != 0 {
		v.Set("day", strconv.Itoa(r.Rule.Day))
	}
	if r.Nth != 0 {
		v.Set("nth", strconv.Itoa(r.Nth))
	}
	days := "weekdays"
	if r.Kind == repeat.Nth {
		days = "weekday"
	}
	for _, d := range r.Weekdays {
		v.Add(days, strconv.Itoa(int(d)))
	}
	for q, answer := range r.Answers {
		v.Set(answered+q, answer)
	}
	return v
}

// changing returns the repeat of the address, and lets the form of its service
// be loaded. Forbidden if it is not a's to change, Conflict if it has ended.
func (p pages) changing(r *http.Request, a authz.Actor) (repeat.Repeat, error) {
	was, err := p.Repeats.Get(r.Context(), a, id.Repeat(r.PathValue("repeat")))
	switch {
	case err != nil:
		return was, err
	case !repeat.CanMind(a, was):
		return was, errs.New(errs.Forbidden, "repeat.err.forbidden")
	case was.State == repeat.Ended:
		return was, errs.New(errs.Conflict, "repeat.err.state.ended")
	}
	r.SetPathValue("service", string(was.Service))
	return was, nil
}

func (p pages) changeForm(r *http.Request, a authz.Actor) (web.Result, error) {
	was, err := p.changing(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.repeatWith(r, a, &was, nil, false)
}

func (p pages) changeRepeat(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	was, err := p.changing(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if r.PostFormValue("do") == "preview" {
		return p.repeatWith(r, a, &was, nil, true)
	}
	f, in, err := p.repeatDraft(r, a)
	if err != nil {
		return web.Result{}, err
	}
	version := max(f.whole("version"), 1) // a form without one is as old as can be
	_, err = p.Repeats.Change(ctx, a, was.ID, version, in)
	if web.Again(err) {
		return p.repeatWith(r, a, &was, f.also(err), false)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/repeticiones").Say(i18n.T(ctx, "repeat.said.changed")), nil
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
		return p.repeatWith(r, a, nil, nil, true)
	}
	f, in, err := p.repeatDraft(r, a)
	if err != nil {
		return web.Result{}, err
	}
	_, err = p.Repeats.Make(ctx, a, in)
	if errs.KindOf(err) == errs.Invalid {
		return p.repeatWith(r, a, nil, f.also(err), false)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/repeticiones").Say(i18n.T(ctx, "repeat.said.made")), nil
}

// repeatDraft reads the form of a repeat.
func (p pages) repeatDraft(r *http.Request, a authz.Actor) (reader, repeat.Draft, error) {
	f := read(r.Context(), r.PostForm)
	o, err := p.Links.Offer(r.Context(), a, id.Service(r.PathValue("service")))
	if err != nil {
		return f, repeat.Draft{}, err
	}
	in, err := wish(r, f, o)
	return f, repeat.Draft{
		Service: o.ID, Customer: in.Customer, Title: in.Title, Detail: in.Detail, Answers: in.Answers, Order: in.Order,
		Quantity: in.Quantity, Unit: in.Unit, Priority: in.Priority, Rule: rule(r.PostForm), Ahead: whole(f.text("ahead")),
	}, err
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
	return append(append(v.first(ctx), v.extra(ctx)...), append(v.days(ctx), ui.FieldArgs{Name: "weekdays", ID: "f-weekdays", Label: i18n.T(ctx, "repeat.field.weekdays")})...)
}

// extra are the fields that wait until somebody wants them.
func (v repeatForm) extra(ctx context.Context) []ui.FieldArgs {
	return slices.DeleteFunc(v.more(ctx), func(f ui.FieldArgs) bool {
		return f.Type == "file" || slices.Contains([]string{"need_by", "need_by_time", "tags"}, f.Name)
	})
}

func (v repeatForm) ticked(day string) bool { return slices.Contains(v.form.Values["weekdays"], day) }

// when says a day of a repeat.
func when(ctx context.Context, c repeat.Coming) string { return i18n.LongDay(ctx, c.At) }

// ruleWords says when a repeat asks: "Cada semana: lunes, jueves, a las 09:00".
func ruleWords(ctx context.Context, r repeat.Repeat) string {
	var days []string
	for _, d := range repeat.Weekdays {
		if slices.Contains(r.Weekdays, d) {
			days = append(days, i18n.T(ctx, "repeat.on."+strconv.Itoa(int(d))))
		}
	}
	args := i18n.Args{"Days": strings.Join(days, ", "), "Day": r.Rule.Day, "At": time.Time{}.Add(r.At).Format("15:04")}
	kind := string(r.Kind)
	switch {
	case r.Kind == repeat.Monthly && r.Rule.Day == repeat.Last:
		kind = "last"
	case r.Kind == repeat.Nth:
		args["Nth"] = i18n.T(ctx, "repeat.of.nth."+strconv.Itoa(r.Nth))
	}
	return i18n.T(ctx, "repeat.when."+kind, args)
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
