package calendar_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/calendar"
)

// told is a Day as a person reads it.
type told struct {
	Date  string
	Work  string
	Notes []string
}

func (d desk) told(lang, from, until string) (out []told) {
	d.Helper()
	for _, day := range d.Days(d.wall(from), d.wall(until)) {
		line := told{Date: day.Date.Format("Mon 2 Jan"), Work: day.Work.String()}
		for _, n := range day.Notes {
			line.Notes = append(line.Notes, string(n.Effect)+" "+n.Title(lang))
		}
		out = append(out, line)
	}
	return out
}

func TestHolidayWeekendIsExplained(t *testing.T) {
	t.Parallel()
	s := weekdays("Europe/Madrid", "09:00-14:00", "15:00-18:00")
	for _, c := range calendar.Countries() {
		if c.Code == "ES" {
			s.Exceptions = c.Holidays
		}
	}
	s.Extra = []calendar.ExtraDay{{Name: "sábado de inventario", Date: "2026-12-05", Hours: hours("09:00-11:00")}}
	d := at(t, s)
	d.due("2026-12-04 16:00", "6h", "2026-12-07 11:00")
	want := []told{
		{"Fri 4 Dec", "2h0m0s", nil},
		{"Sat 5 Dec", "2h0m0s", []string{"extra sábado de inventario"}},
		{"Sun 6 Dec", "0s", []string{"closed Constitution Day"}},
		{"Mon 7 Dec", "2h0m0s", nil},
	}
	if diff := cmp.Diff(want, d.told("en", "2026-12-04 16:00", "2026-12-07 11:00")); diff != "" {
		t.Error(diff)
	}
	if got := d.told("es", "2026-12-08 00:00", "2026-12-08 12:00")[0].Notes; !cmp.Equal(got, []string{"closed Inmaculada Concepción"}) {
		t.Error(got)
	}
}

func TestExplanationNamesOnlyWhatMadeTheHours(t *testing.T) {
	t.Parallel()
	summer := special("jornada intensiva", calendar.Once{From: "2026-07-01", Until: "2026-08-31"}, "08:00-15:00")
	party := special("fiesta del barrio", calendar.Once{From: "2026-07-16"}, "08:00-12:00")
	eve := calendar.Exception{Name: "víspera", Effect: calendar.Half, Once: &calendar.Once{From: "2026-07-15", Until: "2026-07-18"}}
	d := at(t, with(weekdays("Europe/Madrid", "09:00-18:00"), summer, party, eve, closed("2026-07-17", "2026-07-31")))
	want := []told{
		{"Tue 14 Jul", "7h0m0s", []string{"special jornada intensiva"}},
		{"Wed 15 Jul", "3h30m0s", []string{"special jornada intensiva", "half víspera"}},
		{"Thu 16 Jul", "2h0m0s", []string{"special fiesta del barrio", "half víspera"}},
		{"Fri 17 Jul", "0s", []string{"closed cierre"}},
		{"Sat 18 Jul", "0s", []string{"closed cierre"}},
	}
	if diff := cmp.Diff(want, d.told("es", "2026-07-14 00:00", "2026-07-19 00:00")); diff != "" {
		t.Error(diff)
	}
	sunday := d.told("es", "2026-07-05 00:00", "2026-07-06 00:00") // the summer timetable does not touch it
	if diff := cmp.Diff([]told{{"Sun 5 Jul", "0s", nil}}, sunday); diff != "" {
		t.Error(diff)
	}
}

func TestNightOfTheDayBeforeIsExplained(t *testing.T) {
	t.Parallel()
	d := at(t, calendar.Spec{Zone: "UTC", Week: calendar.Week{"mon": {"22:00-06:00"}, "tue": {"05:00-09:00", "10:00-11:00"}}})
	want := []calendar.Day{
		{
			Date: d.wall("2026-11-23 12:00"), Work: 2 * time.Hour,
			Open: []calendar.Interval{{From: d.wall("2026-11-24 04:00"), Until: d.wall("2026-11-24 06:00")}},
		},
		{
			Date: d.wall("2026-11-24 12:00"), Work: 3*time.Hour + 30*time.Minute,
			Open: []calendar.Interval{
				{From: d.wall("2026-11-24 06:00"), Until: d.wall("2026-11-24 09:00")}, // not the hour that the night has counted
				{From: d.wall("2026-11-24 10:00"), Until: d.wall("2026-11-24 10:30")},
			},
		},
	}
	if diff := cmp.Diff(want, d.Days(d.wall("2026-11-24 04:00"), d.wall("2026-11-24 10:30"))); diff != "" {
		t.Error(diff)
	}
	if got := d.Days(d.wall("2026-11-24 04:00"), d.wall("2026-11-24 04:00")); got != nil {
		t.Error(got)
	}
}

func TestIntervalsHaveNoSeams(t *testing.T) {
	t.Parallel()
	d := at(t, everyDay("America/Santiago", "00:00-24:00"))
	from, until := d.wall("2026-01-01 10:00"), d.wall("2027-01-01 10:00")
	if diff := cmp.Diff([]calendar.Interval{{From: from, Until: until}}, d.Intervals(from, until)); diff != "" {
		t.Error(diff)
	}
	if got := d.Intervals(until, from); got != nil {
		t.Error(got)
	}
}
