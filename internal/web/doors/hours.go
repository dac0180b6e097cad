package doors

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// weekdays in the order in which people of our countries read a week.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (p pages) hours(r *http.Request, a authz.Actor) (web.Result, error) {
	c, spec, err := p.company(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return p.timetable(r, a, c, spec, ui.Form{})
}

// timetable shows the hours as they are stored, with what was typed over them.
func (p pages) timetable(r *http.Request, a authz.Actor, c setting.Company, spec calendar.Spec, form ui.Form) (web.Result, error) {
	v := newHoursView(r, spec, c.Country, form)
	v.Action, v.Rests = hoursURL, rests(r.Context(), c.Calendar, spec.Zone)
	if a.Owner {
		list, err := p.Settings.Calendars(r.Context(), a)
		if err != nil {
			return web.Result{}, err
		}
		v.Others = list
	}
	return p.settings(r, "firm.hours_title", hoursPage(tabs(r, a), v, form)), nil
}

const hoursURL = "/ajustes/horario"

func newHoursView(r *http.Request, spec calendar.Spec, country string, form ui.Form) hoursView {
	ctx := r.Context()
	v := hoursView{Week: spec.Week, Zone: spec.Zone, Holidays: slices.ContainsFunc(lands(ctx), func(l land) bool { return l.holidays && l.code == country })}
	for _, d := range specialDays(ctx, spec) {
		if d.Kept = !form.Values.Has("shown") || slices.Contains(form.Values["keep"], d.Key); d.Next.IsZero() {
			v.Past = append(v.Past, d)
		} else {
			v.Days = append(v.Days, d)
		}
	}
	return v
}

// hoursView is what the page of hours shows.
type hoursView struct {
	Action   string // where the form goes
	Named    bool   // one of those beside the company's: with a name and a zone of its own
	Name     string
	Stamp    string
	Using    []end              // the nodes that have it
	Gone     bool               // it may be taken away
	Others   []setting.Calendar // those with a name, on the page of the company
	Zone     string
	Week     calendar.Week
	Days     []special // to come, the nearest first
	Past     []special
	Holidays bool // there are holidays of the country to add
	Rests    []string
}

// rests says when a working time that was saved has no open hours for long.
func rests(ctx context.Context, saved json.RawMessage, zone string) (out []string) {
	if z, err := time.LoadLocation(zone); err == nil {
		ctx = i18n.WithPlace(ctx, z, i18n.Country(ctx))
	}
	for _, x := range setting.Rests(saved, i18n.Now(ctx)) {
		key, a := "firm.rests_for_good", i18n.Args{"From": i18n.Time(ctx, x.From)}
		if !x.Until.IsZero() {
			key, a["Until"] = "firm.rests", i18n.Time(ctx, x.Until)
		}
		out = append(out, i18n.T(ctx, key, a))
	}
	return out
}

// special is a day, or several, that are not like every week.
type special struct {
	Key  string // the same for the same rule, whatever stands beside it
	Name string
	When string
	Next time.Time // when it begins the next time; zero if it is over
	Kept bool
}

func keyOf(rule any) string {
	b, err := json.Marshal(rule)
	if err != nil {
		panic(err) // plain values always marshal
	}
	return string(b)
}

// specialDays lists what is special in a calendar, the nearest first.
func specialDays(ctx context.Context, spec calendar.Spec) []special {
	var out []special
	for _, x := range spec.Exceptions {
		first, _, _ := x.Next(i18n.Now(ctx))
		out = append(out, special{Key: keyOf(x), Name: nameOf(ctx, x.Name, x.English), When: when(ctx, x), Next: first})
	}
	for _, x := range spec.Extra {
		once := calendar.Exception{Effect: calendar.Special, Once: &calendar.Once{From: x.Date}, Hours: x.Hours}
		first, _, _ := once.Next(i18n.Now(ctx))
		out = append(out, special{Key: keyOf(x), Name: nameOf(ctx, x.Name, x.English), When: when(ctx, once), Next: first})
	}
	slices.SortStableFunc(out, func(a, b special) int { return a.Next.Compare(b.Next) })
	return out
}

// nameOf is what the reader calls a special day.
func nameOf(ctx context.Context, name, english string) string {
	switch {
	case i18n.Lang(ctx) == "en" && english != "":
		return english
	case name != "":
		return name
	}
	return i18n.T(ctx, "firm.closed_day")
}

// saveHours writes the week, takes away the special days that are no longer
// marked, and adds a closure and the holidays of the country if asked to.
func (p pages) saveHours(r *http.Request, a authz.Actor) (web.Result, error) {
	c, was, err := p.company(r, a)
	if err != nil {
		return web.Result{}, err
	}
	spec, closing := readSpec(r, was, c.Country)
	if c.Calendar, err = json.Marshal(spec); err != nil {
		return web.Result{}, err
	}
	if _, err := p.Settings.Change(r.Context(), a, c); err != nil {
		page, broken := p.timetable(r, a, c, was, hoursForm(r, err, closing))
		return page, errors.Join(broken, err)
	}
	return web.Go(hoursURL).Say(i18n.T(r.Context(), "hours.saved")), nil
}

// readSpec reads the hours of the form over what they were; closing is the place
// of a new closure among the exceptions.
func readSpec(r *http.Request, was calendar.Spec, country string) (spec calendar.Spec, closing int) {
	spec = calendar.Spec{Zone: was.Zone, Week: calendar.Week{}}
	for _, d := range weekdays {
		if s := stretches(r.PostFormValue("week." + d)); len(s) > 0 {
			spec.Week[d] = s
		}
	}
	// What was not on the page when it was read is nobody's wish to take away.
	gone := func(key string) bool {
		return slices.Contains(r.PostForm["shown"], key) && !slices.Contains(r.PostForm["keep"], key)
	}
	for _, x := range was.Exceptions {
		if !gone(keyOf(x)) {
			spec.Exceptions = append(spec.Exceptions, x)
		}
	}
	for _, x := range was.Extra {
		if !gone(keyOf(x)) {
			spec.Extra = append(spec.Extra, x)
		}
	}
	if r.PostFormValue("holidays") != "" {
		spec.Exceptions = withHolidays(spec.Exceptions, country)
	}
	closing = len(spec.Exceptions)
	if x, ok := closure(r); ok {
		spec.Exceptions = append(spec.Exceptions, x)
	}
	return spec, closing
}

// closure is the new one that the form asks for, if any of its fields is filled
// in. Without a reason it has the name of its kind, in both languages.
func closure(r *http.Request) (calendar.Exception, bool) {
	from, until, why := r.PostFormValue("from"), r.PostFormValue("until"), strings.TrimSpace(r.PostFormValue("why"))
	if from+until+why == "" {
		return calendar.Exception{}, false
	}
	if until == from {
		until = ""
	}
	x := calendar.Exception{Name: why, Effect: calendar.Closed, Once: &calendar.Once{From: from, Until: until}}
	if why == "" {
		x.Name = i18n.T(i18n.With(r.Context(), "es"), "firm.closed_day")
		x.English = i18n.T(i18n.With(r.Context(), "en"), "firm.closed_day")
	}
	return x, true
}

// withHolidays adds the national days of a country that are not there yet.
func withHolidays(have []calendar.Exception, country string) []calendar.Exception {
	there := map[string]bool{}
	for _, x := range have {
		there[keyOf(x)] = true
	}
	for _, c := range calendar.Countries() {
		for _, h := range c.Holidays {
			if c.Code == country && !there[keyOf(h)] {
				have = append(have, h)
			}
		}
	}
	return have
}

// How people write the hours of a day: "9 a 14 y 15:30-18", "9:00-14:00, 15.30 – 18h".
var (
	span  = regexp.MustCompile(`\s*(?:[-–—−]|\s(?:a|to)\s)\s*`)
	apart = regexp.MustCompile(`[,;/&\s]+(?:(?:y|and)\s+)?`)
	clock = regexp.MustCompile(`^(\d{1,2})(?:[:.h](\d{2}))?h?$`)
)

// stretches reads the hours of a day. What nobody can read stays as it is
// written, so that the calendar says which stretch is wrong.
func stretches(text string) []string {
	var out []string
	for _, s := range apart.Split(strings.ToLower(span.ReplaceAllString(" "+strings.TrimSpace(text)+" ", "-")), -1) {
		if s == "" {
			continue
		}
		ends := strings.Split(s, "-")
		for i, e := range ends {
			if m := clock.FindStringSubmatch(e); m != nil && m[2] == "" {
				ends[i] = m[1] + ":00"
			} else if m != nil {
				ends[i] = m[1] + ":" + m[2]
			}
			if i == 1 && ends[i] == "23:59" { // what people write where no clock shows 24:00; nobody closes for a minute
				ends[i] = "24:00"
			}
		}
		out = append(out, strings.Join(ends, "-"))
	}
	return out
}

// hoursForm puts what the calendar finds wrong beside the fields of the page;
// closing is the place of the new closure. What no field is to blame for is
// said of the whole form.
func hoursForm(r *http.Request, err error, closing int) ui.Form {
	form := web.FormOf(r, nil)
	if errs.KindOf(err) != errs.Invalid {
		return form
	}
	const prefix = "calendar."
	form.Errors = map[string]string{}
	added := prefix + "exceptions." + strconv.Itoa(closing)
	for field, sentence := range httpx.FieldSentences(r.Context(), err) {
		rest, week := strings.CutPrefix(field, prefix+"week.")
		day, _, _ := strings.Cut(rest, ".")
		switch {
		case field == "name":
			form.Errors["name"] = sentence
		case field == prefix+"zone":
			form.Errors["zone"] = sentence
		case week && slices.Contains(weekdays, day):
			form.Errors["week."+day] = sentence
		case field == added+".name":
			form.Errors["why"] = sentence
		case field == added+".once.until":
			form.Errors["until"] = sentence
		case field == added+".once.from" && r.PostFormValue("from") == "":
			form.Errors["from"] = i18n.T(r.Context(), "err.required")
		case field == added, field == added+".once.from":
			form.Errors["from"] = sentence
		default:
			form.Whole = sentence
		}
	}
	return form
}

// hourFields are the fields of the page in their order, for the list of what is
// wrong.
func hourFields(ctx context.Context) []ui.FieldArgs {
	out := []ui.FieldArgs{
		{Name: "name", Label: i18n.T(ctx, "firm.shift_name")}, {Name: "zone", Label: i18n.T(ctx, "first.zone")},
	}
	for _, d := range weekdays {
		out = append(out, ui.FieldArgs{Name: "week." + d, Label: i18n.T(ctx, "firm.day."+d)})
	}
	return append(out,
		ui.FieldArgs{Name: "why", Label: i18n.T(ctx, "firm.close_why")},
		ui.FieldArgs{Name: "from", Label: i18n.T(ctx, "firm.close_from")},
		ui.FieldArgs{Name: "until", Label: i18n.T(ctx, "firm.close_until")})
}
