package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/calendar"
)

// fields returns what an error says about each field.
func fields(t *testing.T, err error) map[string]string {
	t.Helper()
	bad, ok := errors.AsType[*calendar.Error](err)
	if !ok {
		t.Fatalf("got %v, want an error about fields", err)
	}
	return bad.Fields
}

func yearly(y calendar.Yearly) calendar.Exception {
	return calendar.Exception{Name: "fiesta", Effect: calendar.Closed, Yearly: &y}
}

func TestEveryMistakeIsNamedWithItsField(t *testing.T) {
	t.Parallel()
	office := weekdays("Europe/Madrid", "09:00-18:00")
	on := func(h ...string) calendar.Spec { return calendar.Spec{Zone: "UTC", Week: week(h, "mon")} }
	nth := func(n calendar.NthWeekday) calendar.Spec {
		return with(office, calendar.Exception{Name: "x", Effect: calendar.Closed, NthWeekday: &n})
	}
	easter := func(e calendar.Easter) calendar.Spec {
		return with(office, calendar.Exception{Name: "x", Effect: calendar.Closed, Easter: &e})
	}
	extra := func(e ...calendar.ExtraDay) calendar.Spec {
		s := office
		s.Extra = e
		return s
	}
	inYears := func(first, last int) calendar.Spec {
		e := yearly(calendar.Yearly{From: "12-24"})
		e.FirstYear, e.LastYear = first, last
		return with(office, e)
	}
	onceInYears := closed("2026-08-01", "")
	onceInYears.FirstYear = 2026
	for name, c := range map[string]struct {
		spec       calendar.Spec
		field, key string
	}{
		"no zone":                  {weekdays("", "09:00-18:00"), "zone", "calendar.err.unknown_zone"},
		"the machine's zone":       {weekdays("Local", "09:00-18:00"), "zone", "calendar.err.unknown_zone"},
		"a zone that is not":       {weekdays("America/Atlantis", "09:00-18:00"), "zone", "calendar.err.unknown_zone"},
		"a zone that is a path":    {weekdays("../etc/passwd", "09:00-18:00"), "zone", "calendar.err.unknown_zone"},
		"no hours":                 {calendar.Spec{Zone: "UTC"}, "week", "calendar.err.never_open"},
		"an unknown weekday":       {calendar.Spec{Zone: "UTC", Week: week(hours("09:00-10:00"), "lunes")}, "week.lunes", "calendar.err.unknown_weekday"},
		"hours without an end":     {on("09:00"), "week.mon.0", "calendar.err.bad_hours"},
		"empty hours":              {on("09:00-10:00", ""), "week.mon.1", "calendar.err.bad_hours"},
		"hours of 25":              {on("09:00-25:00"), "week.mon.0", "calendar.err.bad_hours"},
		"a minute past 24":         {on("09:00-24:01"), "week.mon.0", "calendar.err.bad_hours"},
		"a start at 24":            {on("24:00-08:00"), "week.mon.0", "calendar.err.bad_hours"},
		"60 minutes":               {on("09:60-10:00"), "week.mon.0", "calendar.err.bad_hours"},
		"one digit of minutes":     {on("09:5-10:00"), "week.mon.0", "calendar.err.bad_hours"},
		"a sign":                   {on("+9:00-10:00"), "week.mon.0", "calendar.err.bad_hours"},
		"three hyphens":            {on("09:00-10:00-11:00"), "week.mon.0", "calendar.err.bad_hours"},
		"typed the wrong way":      {on("18:00-08:00", "18:00-09:00"), "week.mon.1", "calendar.err.hours_reversed"},
		"hours without end":        {on(strings.Fields(strings.Repeat("09:00-10:00 ", 25))...), "week.mon", "calendar.err.too_many_hours"},
		"no name":                  {with(office, calendar.Exception{Effect: calendar.Closed, Once: &calendar.Once{From: "2026-08-01"}}), "exceptions.0.name", "err.required"},
		"a name of spaces":         {extra(calendar.ExtraDay{Name: " ", Date: "2026-08-01", Hours: hours("09:00-10:00")}), "extra.0.name", "err.required"},
		"a long name":              {extra(calendar.ExtraDay{Name: strings.Repeat("ñ", 121), Date: "2026-08-01", Hours: hours("09:00-10:00")}), "extra.0.name", "err.too_long"},
		"a long English name":      {extra(calendar.ExtraDay{Name: "x", English: strings.Repeat("n", 121), Date: "2026-08-01", Hours: hours("09:00-10:00")}), "extra.0.english", "err.too_long"},
		"an unknown effect":        {with(office, calendar.Exception{Name: "x", Effect: "open", Once: &calendar.Once{From: "2026-08-01"}}), "exceptions.0.effect", "err.unknown"},
		"no recurrence":            {with(office, calendar.Exception{Name: "x", Effect: calendar.Closed}), "exceptions.0", "calendar.err.one_recurrence"},
		"two recurrences":          {with(office, calendar.Exception{Name: "x", Effect: calendar.Closed, Once: &calendar.Once{From: "2026-08-01"}, Easter: &calendar.Easter{}}), "exceptions.0", "calendar.err.one_recurrence"},
		"special without hours":    {with(office, special("x", calendar.Once{From: "2026-08-01"})), "exceptions.0.hours", "calendar.err.no_hours"},
		"special, wrong hours":     {with(office, special("x", calendar.Once{From: "2026-08-01"}, "9-10")), "exceptions.0.hours.0", "calendar.err.bad_hours"},
		"closed with hours":        {with(office, calendar.Exception{Name: "x", Effect: calendar.Closed, Hours: hours("09:00-10:00"), Once: &calendar.Once{From: "2026-08-01"}}), "exceptions.0.hours", "calendar.err.hours_unused"},
		"no date":                  {with(office, closed("", "")), "exceptions.0.once.from", "calendar.err.bad_date"},
		"30 February":              {with(office, closed("2026-02-01", "2026-02-30")), "exceptions.0.once.until", "calendar.err.bad_date"},
		"a day-first date":         {with(office, closed("01/08/2026", "")), "exceptions.0.once.from", "calendar.err.bad_date"},
		"a year too far":           {with(office, closed("2150-01-01", "")), "exceptions.0.once.from", "calendar.err.bad_date"},
		"the year zero":            {with(office, closed("0000-01-01", "")), "exceptions.0.once.from", "calendar.err.bad_date"},
		"a range backwards":        {with(office, closed("2026-08-31", "2026-08-01")), "exceptions.0.once.until", "calendar.err.ends_before_start"},
		"no month and day":         {with(office, yearly(calendar.Yearly{})), "exceptions.0.yearly.from", "calendar.err.bad_month_day"},
		"31 June":                  {with(office, yearly(calendar.Yearly{From: "06-01", Until: "06-31"})), "exceptions.0.yearly.until", "calendar.err.bad_month_day"},
		"a range that moves":       {with(office, yearly(calendar.Yearly{From: "06-01", Until: "06-02", Move: map[string]int{"sun": 1}})), "exceptions.0.yearly.until", "calendar.err.only_one_day_moves"},
		"a move too far":           {with(office, yearly(calendar.Yearly{From: "06-01", Move: map[string]int{"sun": 8}})), "exceptions.0.yearly.move.sun", "calendar.err.bad_move"},
		"a move of no weekday":     {with(office, yearly(calendar.Yearly{From: "06-01", Move: map[string]int{"dom": 1}})), "exceptions.0.yearly.move.dom", "calendar.err.unknown_weekday"},
		"only on no weekday":       {with(office, yearly(calendar.Yearly{From: "06-01", Only: []string{"mon", "dom"}})), "exceptions.0.yearly.only.1", "calendar.err.unknown_weekday"},
		"a sixth Monday":           {nth(calendar.NthWeekday{Nth: 6, Weekday: "mon", Month: 1}), "exceptions.0.nth_weekday.nth", "calendar.err.bad_nth"},
		"no Monday":                {nth(calendar.NthWeekday{Weekday: "mon", Month: 1}), "exceptions.0.nth_weekday.nth", "calendar.err.bad_nth"},
		"a first of no weekday":    {nth(calendar.NthWeekday{Nth: 1, Month: 1}), "exceptions.0.nth_weekday.weekday", "calendar.err.unknown_weekday"},
		"a month 13":               {nth(calendar.NthWeekday{Nth: 1, Weekday: "mon", Month: 13}), "exceptions.0.nth_weekday.month", "calendar.err.bad_month"},
		"days below zero":          {nth(calendar.NthWeekday{Nth: 1, Weekday: "mon", Month: 1, Days: -1}), "exceptions.0.nth_weekday.days", "calendar.err.bad_days"},
		"too many days":            {easter(calendar.Easter{Days: 61}), "exceptions.0.easter.days", "calendar.err.bad_days"},
		"far from Easter":          {easter(calendar.Easter{Offset: 181}), "exceptions.0.easter.offset", "calendar.err.bad_offset"},
		"years backwards":          {inYears(2027, 2026), "exceptions.0.last_year", "calendar.err.bad_years"},
		"a first year too far":     {inYears(20260, 0), "exceptions.0.last_year", "calendar.err.bad_years"},
		"years of what is once":    {with(office, onceInYears), "exceptions.0.last_year", "calendar.err.bad_years"},
		"an extra day, no date":    {extra(calendar.ExtraDay{Name: "x", Hours: hours("09:00-10:00")}), "extra.0.date", "calendar.err.bad_date"},
		"an extra day, no hours":   {extra(calendar.ExtraDay{Name: "x", Date: "2026-08-01"}), "extra.0.hours", "calendar.err.no_hours"},
		"an extra day twice":       {extra(calendar.ExtraDay{Name: "x", Date: "2026-08-01", Hours: hours("09:00-10:00")}, calendar.ExtraDay{Name: "y", Date: "2026-08-01", Hours: hours("09:00-10:00")}), "extra.1.date", "calendar.err.overlap"},
		"too many exceptions":      {with(office, make([]calendar.Exception, 501)...), "exceptions", "calendar.err.too_many_exceptions"},
		"too many extra days":      {extra(make([]calendar.ExtraDay, 501)...), "extra", "calendar.err.too_many_exceptions"},
		"the same closure twice":   {with(office, closed("2026-08-01", ""), closed("2026-08-01", "2026-08-01")), "exceptions.1", "calendar.err.overlap"},
		"closures that cross":      {with(office, closed("2026-08-01", "2026-08-15"), closed("2026-08-10", "2026-08-20")), "exceptions.1", "calendar.err.overlap"},
		"the same date every year": {with(office, yearly(calendar.Yearly{From: "12-25"}), yearly(calendar.Yearly{From: "12-25"})), "exceptions.1", "calendar.err.overlap"},
		"crossing over New Year":   {with(office, yearly(calendar.Yearly{From: "01-01", Until: "01-10"}), yearly(calendar.Yearly{From: "12-20", Until: "01-05"})), "exceptions.1", "calendar.err.overlap"},
	} {
		_, err := calendar.New(c.spec)
		if diff := cmp.Diff(map[string]string{c.field: c.key}, fields(t, err)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAllMistakesAreSaidAtOnce(t *testing.T) {
	t.Parallel()
	s := with(calendar.Spec{Zone: "Mars", Week: week(hours("9"), "mon")}, closed("x", "y"))
	_, err := calendar.New(s)
	want := map[string]string{
		"zone":                    "calendar.err.unknown_zone",
		"week.mon.0":              "calendar.err.bad_hours",
		"exceptions.0.once.from":  "calendar.err.bad_date",
		"exceptions.0.once.until": "calendar.err.bad_date",
	}
	if diff := cmp.Diff(want, fields(t, err)); diff != "" {
		t.Error(diff)
	}
	if text := err.Error(); !strings.Contains(text, "zone=calendar.err.unknown_zone") {
		t.Error(text)
	}
}

func TestWhatMeetsWithoutContradictionIsAllowed(t *testing.T) {
	t.Parallel()
	easter := calendar.Exception{Name: "Viernes Santo", Effect: calendar.Closed, Easter: &calendar.Easter{Offset: -2}}
	until, since := yearly(calendar.Yearly{From: "10-12"}), yearly(calendar.Yearly{From: "10-12"})
	until.LastYear, since.FirstYear = 2024, 2025
	for name, e := range map[string][]calendar.Exception{
		"a holiday within a closure":          {closed("2026-08-01", "2026-08-31"), closed("2026-08-15", "")},
		"closures one after the other":        {closed("2026-08-01", "2026-08-15"), closed("2026-08-16", "2026-08-31")},
		"this year on a holiday of each year": {yearly(calendar.Yearly{From: "04-03"}), closed("2026-04-03", ""), easter},
		"the same date in other years":        {until, since},
		"other hours within a closure":        {closed("2026-08-01", "2026-08-15"), special("x", calendar.Once{From: "2026-08-10", Until: "2026-08-20"}, "09:00-10:00")},
		"ranges apart over New Year":          {yearly(calendar.Yearly{From: "12-20", Until: "01-05"}), yearly(calendar.Yearly{From: "01-06", Until: "01-10"})},
	} {
		if _, err := calendar.New(with(weekdays("UTC", "09:00-18:00"), e...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHoursAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"09:00-14:00", "9:00-14:00", "9:00 - 14:00", "09:00–14:00", " 9:00 – 14:00 "} {
		d := at(t, weekdays("UTC", text))
		d.worked("2026-11-23 00:00", "2026-11-24 00:00", "5h")
	}
}

func TestSpecSurvivesItsText(t *testing.T) {
	t.Parallel()
	for _, c := range calendar.Countries() {
		for _, p := range calendar.Patterns() {
			s := calendar.Spec{Zone: c.Zones[0], Week: p.Week, Exceptions: c.Holidays}
			s.Extra = []calendar.ExtraDay{{Name: "inventario", English: "stocktaking", Date: "2026-11-28", Hours: hours("09:00-14:00")}}
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			back, err := calendar.Parse(text)
			if diff := cmp.Diff(s, back); err != nil || diff != "" {
				t.Errorf("%s, %s: %v %s", c.Code, p.Code, err, diff)
			}
			mustNew(t, back)
		}
	}
}

func TestTextThatIsNoSpec(t *testing.T) {
	t.Parallel()
	for text, field := range map[string]string{
		``:                                      "spec",
		`{`:                                     "spec",
		`[]`:                                    "spec",
		`{"zone":"UTC"} {}`:                     "spec",
		`{"zone":"UTC","horas":[]}`:             "spec", // what it does not know is never dropped in silence
		`{"zone":7}`:                            "zone",
		`{"week":{"mon":"09:00-10:00"}}`:        "week",
		`{"exceptions":[{"first_year":"one"}]}`: "exceptions.first_year",
	} {
		_, err := calendar.Parse([]byte(text))
		if diff := cmp.Diff(map[string]string{field: "calendar.err.unreadable"}, fields(t, err)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	huge := fmt.Sprintf(`{"zone":%q}`, strings.Repeat("x", 1<<20))
	_, err := calendar.Parse([]byte(huge))
	if got := fields(t, err); got["spec"] != "calendar.err.too_large" {
		t.Error(got)
	}
}

// Whatever text comes, Parse and New answer with a calendar or with an error
// that names a field, and a calendar keeps its promises.
func FuzzSpec(f *testing.F) {
	for _, c := range calendar.Countries() {
		text, err := json.Marshal(calendar.Spec{Zone: c.Zones[0], Week: calendar.Patterns()[0].Week, Exceptions: c.Holidays})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), int64(1795428000), int64(3600))
	}
	f.Add(`{"zone":"America/Santiago","week":{"sat":["22:00-06:00"]},"extra":[{"name":"x","date":"2026-09-06","hours":["00:00-00:30"]}]}`, int64(1788663600), int64(60))
	f.Add(`{"zone":"UTC","week":{"mon":["00:00-24:00"]},"exceptions":[{"name":"x","effect":"half","yearly":{"from":"02-29","until":"02-28"}}]}`, int64(0), int64(1))
	f.Fuzz(func(t *testing.T, text string, unix, secs int64) {
		s, err := calendar.Parse([]byte(text))
		if err != nil {
			if len(fields(t, err)) == 0 {
				t.Error("no field")
			}
			return
		}
		c, err := calendar.New(s)
		if err != nil {
			if len(fields(t, err)) == 0 {
				t.Error("no field")
			}
			return
		}
		keepsPromise(t, c, instant(unix), length(secs))
	})
}
