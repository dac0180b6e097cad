package repeat

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
)

// office works from Monday to Friday, and not at Christmas nor on 1 January.
func office(t *testing.T) *calendar.Calendar {
	t.Helper()
	spec, err := calendar.Parse([]byte(`{"zone":"America/Mexico_City","week":{"mon":["09:00-18:00"],"tue":["09:00-18:00"],` +
		`"wed":["09:00-18:00"],"thu":["09:00-18:00"],"fri":["09:00-18:00"]},"exceptions":[` +
		`{"name":"Navidad","effect":"closed","yearly":{"from":"12-25"}},{"name":"Año Nuevo","effect":"closed","yearly":{"from":"01-01"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// 2026-12-01 is a Tuesday.
func TestTheDaysOfARule(t *testing.T) {
	t.Parallel()
	cal := office(t)
	for name, c := range map[string]struct {
		rule        Rule
		from, until string
		want        []string
	}{
		"every Monday and Thursday": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Monday, time.Thursday}, Closed: Skip},
			"2026-12-01", "2026-12-15",
			[]string{"2026-12-03", "2026-12-07", "2026-12-10", "2026-12-14"},
		},
		"Christmas is a Friday: the day before": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Friday}, Closed: Before},
			"2026-12-20", "2027-01-05",
			[]string{"2026-12-24", "2026-12-31"},
		},
		"the working day after, over a weekend": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Friday}, Closed: After},
			"2026-12-20", "2027-01-05",
			[]string{"2026-12-28", "2027-01-04"},
		},
		"left out": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Friday}, Closed: Skip}, "2026-12-20", "2027-01-10", []string{"2027-01-08"},
		},
		"Saturday and Sunday fall on one Monday once": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Saturday, time.Sunday}, Closed: After},
			"2026-12-01", "2026-12-08",
			[]string{"2026-12-07"},
		},
		"the 31st is the last of a shorter month": {
			Rule{Kind: Monthly, Day: 31, Closed: Before}, "2026-02-01", "2026-04-30", []string{"2026-02-27", "2026-03-31", "2026-04-30"},
		},
		"the last of the month, a Sunday": {
			Rule{Kind: Monthly, Day: Last, Closed: After}, "2026-05-01", "2026-06-10", []string{"2026-06-01"},
		},
		"a leap year": {Rule{Kind: Monthly, Day: 29, Closed: Skip}, "2028-02-01", "2028-03-01", []string{"2028-02-29"}},
		"the second Tuesday": {
			Rule{Kind: Nth, Nth: 2, Weekdays: []time.Weekday{time.Tuesday}, Closed: Skip},
			"2026-12-01", "2027-01-31",
			[]string{"2026-12-08", "2027-01-12"},
		},
		"the last Friday, at Christmas": {
			Rule{Kind: Nth, Nth: Last, Weekdays: []time.Weekday{time.Friday}, Closed: Before},
			"2026-12-01", "2027-01-31",
			[]string{"2026-12-24", "2027-01-29"},
		},
		"the last working day": {
			Rule{Kind: LastWorking, Closed: Skip},
			"2026-10-01", "2027-02-28",
			[]string{"2026-10-30", "2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"},
		},
		"it has an end": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Monday}, Closed: Skip, Ends: "2026-12-08"},
			"2026-12-01", "2026-12-31",
			[]string{"2026-12-07"},
		},
		"what is named after the end is not asked before it": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Sunday}, Closed: Before, Ends: "2026-12-05"}, "2026-12-01", "2026-12-31", nil,
		},
		"it begins later": {
			Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Monday}, Closed: Skip, Starts: "2026-12-10"},
			"2026-12-01", "2026-12-20",
			[]string{"2026-12-14"},
		},
	} {
		if c.rule.Starts == "" {
			c.rule.Starts = "2026-01-01"
		}
		var got []string
		for _, d := range c.rule.days(cal, c.from, c.until) {
			got = append(got, d.Falls)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// However the time is cut into windows, the same days come out.
func TestWindowsDoNotMatter(t *testing.T) {
	t.Parallel()
	cal := office(t)
	for _, closed := range []Closed{Before, After, Skip} {
		for _, r := range []Rule{
			{Kind: Weekly, Weekdays: []time.Weekday{time.Friday, time.Sunday}},
			{Kind: Monthly, Day: 15},
			{Kind: Monthly, Day: Last},
			{Kind: Nth, Nth: 3, Weekdays: []time.Weekday{time.Saturday}},
			{Kind: LastWorking},
		} {
			r.Closed, r.Starts = closed, "2026-01-01"
			whole := r.days(cal, "2026-01-01", "2027-12-31")
			var parts []Day
			for d := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2028; d = d.AddDate(0, 0, 1) {
				on := d.Format(time.DateOnly)
				parts = append(parts, r.days(cal, on, on)...)
			}
			if !slices.Equal(whole, parts) {
				t.Errorf("%+v:\n%v\n%v", r, whole, parts)
			}
		}
	}
}

func TestBadRules(t *testing.T) {
	t.Parallel()
	good := Rule{Kind: Weekly, Weekdays: []time.Weekday{time.Monday}, Closed: Skip, Starts: "2026-12-01"}
	for name, c := range map[string]struct {
		change func(*Rule)
		field  string
	}{
		"good":             {func(*Rule) {}, ""},
		"no kind":          {func(r *Rule) { r.Kind = "" }, "kind"},
		"no day":           {func(r *Rule) { r.Weekdays = nil }, "weekdays"},
		"an eighth day":    {func(r *Rule) { r.Weekdays = []time.Weekday{7} }, "weekdays"},
		"the 32nd":         {func(r *Rule) { r.Kind, r.Day = Monthly, 32 }, "day"},
		"the 0th":          {func(r *Rule) { r.Kind = Monthly }, "day"},
		"the fifth Monday": {func(r *Rule) { r.Kind, r.Nth = Nth, 5 }, "nth"},
		"two weekdays":     {func(r *Rule) { r.Kind, r.Nth, r.Weekdays = Nth, 1, Weekdays[:2] }, "weekdays"},
		"25 hours":         {func(r *Rule) { r.At = 25 * time.Hour }, "at"},
		"half a minute":    {func(r *Rule) { r.At = 30 * time.Second }, "at"},
		"no choice":        {func(r *Rule) { r.Closed = "" }, "closed"},
		"no start":         {func(r *Rule) { r.Starts = "" }, "starts_on"},
		"30 February":      {func(r *Rule) { r.Starts = "2026-02-30" }, "starts_on"},
		"no date":          {func(r *Rule) { r.Ends = "pronto" }, "ends_on"},
		"ends before":      {func(r *Rule) { r.Ends = "2026-11-30" }, "ends_on"},
	} {
		r, bad := good, errs.Bad{}
		c.change(&r)
		if r.check(bad); len(bad) > 1 || c.field == "" && len(bad) > 0 || c.field != "" && bad[c.field] == "" {
			t.Errorf("%s: got %v, want %q", name, bad, c.field)
		}
	}
}
