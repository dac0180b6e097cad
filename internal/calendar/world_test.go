package calendar_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/eslabon/eslabon/internal/calendar"
)

// week returns the same hours for each of the days named.
func week(hours []string, days ...string) calendar.Week {
	w := calendar.Week{}
	for _, d := range days {
		w[d] = hours
	}
	return w
}

func hours(h ...string) []string { return h }

var (
	workdays = []string{"mon", "tue", "wed", "thu", "fri"}
	allDays  = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

// weekdays is Monday to Friday with these hours.
func weekdays(zone string, h ...string) calendar.Spec {
	return calendar.Spec{Zone: zone, Week: week(h, workdays...)}
}

// everyDay is the whole week with these hours.
func everyDay(zone string, h ...string) calendar.Spec {
	return calendar.Spec{Zone: zone, Week: week(h, allDays...)}
}

func closed(from, until string) calendar.Exception {
	return calendar.Exception{Name: "cierre", Effect: calendar.Closed, Once: &calendar.Once{From: from, Until: until}}
}

func with(s calendar.Spec, e ...calendar.Exception) calendar.Spec {
	s.Exceptions = append(s.Exceptions, e...)
	return s
}

func mustNew(t testing.TB, s calendar.Spec) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// desk is one calendar and what people read on the wall beside it.
type desk struct {
	testing.TB
	*calendar.Calendar
}

func at(t testing.TB, s calendar.Spec) desk { return desk{t, mustNew(t, s)} }

// wall reads wall time that exists once, or an instant with its offset.
func (d desk) wall(text string) time.Time {
	d.Helper()
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02 15:04 -07"} {
		if t, err := time.ParseInLocation(layout, text, d.Zone()); err == nil {
			return t
		}
	}
	d.Fatalf("%q is no time", text)
	return time.Time{}
}

// due checks when work of length long that is asked at from is due.
func (d desk) due(from, long, want string) {
	d.Helper()
	length, err := time.ParseDuration(long)
	if err != nil {
		d.Fatal(err)
	}
	got, err := d.Add(d.wall(from), length)
	if err != nil || !got.Equal(d.wall(want)) {
		d.Errorf("%s + %s: got %v, %v, want %s", from, long, got, err, want)
		return
	}
	if back := d.Elapsed(d.wall(from), got); back != length {
		d.Errorf("%s to %s: %s of work, want %s", from, want, back, long)
	}
}

// worked checks the working time between two moments.
func (d desk) worked(from, until, want string) {
	d.Helper()
	length, err := time.ParseDuration(want)
	if err != nil {
		d.Fatal(err)
	}
	if got := d.Elapsed(d.wall(from), d.wall(until)); got != length {
		d.Errorf("%s to %s: got %s, want %s", from, until, got, want)
	}
}

// dates returns the dates of a year on which nobody works.
func (d desk) dates(year int) []string {
	var out []string
	from := time.Date(year, 1, 1, 0, 0, 0, 0, d.Zone())
	for _, day := range d.Days(from, from.AddDate(1, 0, 0)) {
		if text := day.Date.Format(time.DateOnly); day.Work == 0 && day.Date.Year() == year {
			out = append(out, text)
		}
	}
	return out
}
