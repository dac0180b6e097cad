package calendar_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

func TestTheNextTimeOfAnException(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Mexico_City")
	if err != nil {
		t.Fatal(err)
	}
	yearly := func(y calendar.Yearly) calendar.Exception {
		return calendar.Exception{Name: "x", Effect: calendar.Closed, Yearly: &y}
	}
	once := func(from, until string) calendar.Exception {
		return calendar.Exception{Name: "x", Effect: calendar.Closed, Once: &calendar.Once{From: from, Until: until}}
	}
	holy := calendar.Exception{Name: "x", Effect: calendar.Closed, Easter: &calendar.Easter{Offset: -3, Days: 2}}
	first := calendar.Exception{Name: "x", Effect: calendar.Closed, NthWeekday: &calendar.NthWeekday{Nth: 1, Weekday: "mon", Month: 2}}
	over := yearly(calendar.Yearly{From: "12-25"})
	over.LastYear = 2024
	for name, c := range map[string]struct {
		x           calendar.Exception
		now         string
		first, last string // empty: never again
	}{
		"on its day":                 {yearly(calendar.Yearly{From: "12-25"}), "2026-12-25 23:30", "2026-12-25", "2026-12-25"},
		"the day after":              {yearly(calendar.Yearly{From: "12-25"}), "2026-12-26 00:30", "2027-12-25", "2027-12-25"},
		"over new year, in it":       {yearly(calendar.Yearly{From: "12-24", Until: "01-02"}), "2027-01-02 10:00", "2026-12-24", "2027-01-02"},
		"moved to monday":            {yearly(calendar.Yearly{From: "01-06", Move: map[string]int{"tue": 6}}), "2026-01-01 10:00", "2026-01-12", "2026-01-12"},
		"only in some years":         {yearly(calendar.Yearly{From: "02-29", Only: []string{"mon"}}), "2026-01-01 10:00", "2044-02-29", "2044-02-29"},
		"before Easter":              {holy, "2026-01-01 10:00", "2026-04-02", "2026-04-03"},
		"on its second day":          {holy, "2026-04-03 10:00", "2026-04-02", "2026-04-03"},
		"first monday":               {first, "2026-02-03 10:00", "2027-02-01", "2027-02-01"},
		"once, later":                {once("2026-08-03", "2026-08-14"), "2026-01-01 10:00", "2026-08-03", "2026-08-14"},
		"once, on its last day":      {once("2026-08-03", "2026-08-14"), "2026-08-14 10:00", "2026-08-03", "2026-08-14"},
		"once, far away":             {once("2149-12-31", ""), "2026-01-01 10:00", "2149-12-31", "2149-12-31"},
		"once, over":                 {once("2026-08-03", "2026-08-14"), "2026-08-15 10:00", "", ""},
		"its last year has passed":   {over, "2026-01-01 10:00", "", ""},
		"a date that does not exist": {once("2026-02-30", ""), "2026-01-01 10:00", "", ""},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		from, until, ok := c.x.Next(now)
		if ok != (c.first != "") || !ok && !from.IsZero() {
			t.Errorf("%s: found is %v", name, ok)
			continue
		}
		if ok && (from.Format(time.DateOnly) != c.first || until.Format(time.DateOnly) != c.last || from.Hour() != 12) {
			t.Errorf("%s: from %v to %v, want %s to %s", name, from, until, c.first, c.last)
		}
	}
}
