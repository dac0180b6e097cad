package calendar_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Rule 5: exceptions.

func special(name string, once calendar.Once, h ...string) calendar.Exception {
	return calendar.Exception{Name: name, Effect: calendar.Special, Hours: h, Once: &once}
}

func TestClosedRange(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("Europe/Madrid", "09:00-18:00"), closed("2026-08-03", "2026-08-28")))
	d.worked("2026-08-01 00:00", "2026-08-31 00:00", "0s")
	d.due("2026-07-31 17:00", "2h", "2026-08-31 10:00")
}

func TestSpecialHoursChangeOnlyDaysThatWork(t *testing.T) {
	t.Parallel()
	summer := special("jornada intensiva", calendar.Once{From: "2026-07-01", Until: "2026-08-31"}, "08:00-15:00")
	d := at(t, with(weekdays("Europe/Madrid", "09:00-14:00", "16:00-19:00"), summer, closed("2026-08-15", "2026-08-17")))
	d.worked("2026-06-29 00:00", "2026-07-06 00:00", "37h") // two days of 8 and three of 7
	d.worked("2026-08-15 00:00", "2026-08-18 00:00", "0s")  // a holiday within it stays one
	d.due("2026-07-01 14:00", "2h", "2026-07-02 09:00")
}

func TestNarrowerSpecialHoursWin(t *testing.T) {
	t.Parallel()
	eve := special("víspera", calendar.Once{From: "2026-12-24"}, "09:00-12:00")
	winter := special("invierno", calendar.Once{From: "2026-12-01", Until: "2027-01-31"}, "10:00-16:00")
	for _, order := range [][]calendar.Exception{{eve, winter}, {winter, eve}} {
		d := at(t, with(weekdays("UTC", "09:00-18:00"), order...))
		d.worked("2026-12-24 00:00", "2026-12-25 00:00", "3h")
		d.worked("2026-12-23 00:00", "2026-12-24 00:00", "6h")
	}
}

func TestThisYearWinsOverEveryYear(t *testing.T) {
	t.Parallel()
	usual := calendar.Exception{
		Name: "Nochebuena", Effect: calendar.Special, Hours: hours("09:00-13:00"), Yearly: &calendar.Yearly{From: "12-24"},
	}
	now := special("Nochebuena", calendar.Once{From: "2026-12-24"}, "09:00-11:00")
	for _, order := range [][]calendar.Exception{{usual, now}, {now, usual}} {
		d := at(t, with(weekdays("UTC", "09:00-18:00"), order...))
		d.worked("2026-12-24 00:00", "2026-12-25 00:00", "2h")
		d.worked("2025-12-24 00:00", "2025-12-25 00:00", "4h")
	}
}

func TestHalfDayIsTheFirstHalfOfItsHours(t *testing.T) {
	t.Parallel()
	half := calendar.Exception{Name: "víspera", Effect: calendar.Half, Yearly: &calendar.Yearly{From: "12-24"}}
	twice := calendar.Exception{Name: "puente", Effect: calendar.Half, Once: &calendar.Once{From: "2026-12-21", Until: "2026-12-31"}}
	winter := special("invierno", calendar.Once{From: "2026-12-01", Until: "2026-12-31"}, "10:00-12:00", "13:00-17:00")
	for name, c := range map[string]struct {
		spec calendar.Spec
		want string // end of work on 24 December
	}{
		"within the morning":   {with(weekdays("UTC", "09:00-14:00", "16:00-19:00"), half), "13:00"},
		"past the break":       {with(weekdays("UTC", "09:00-11:00", "12:00-18:00"), half), "14:00"},
		"of special hours":     {with(weekdays("UTC", "09:00-14:00", "16:00-19:00"), half, winter), "14:00"},
		"two at once are one":  {with(weekdays("UTC", "09:00-14:00", "16:00-19:00"), half, twice), "13:00"},
		"an odd minute is won": {with(weekdays("UTC", "09:00-09:03"), half), "09:02"},
	} {
		d := at(t, c.spec)
		got, err := d.AddDays(d.wall("2026-12-23 10:00"), 1)
		if err != nil || !got.Equal(d.wall("2026-12-24 "+c.want)) {
			t.Errorf("%s: %v, %v, want %s", name, got, err, c.want)
		}
	}
	saturday := at(t, with(weekdays("UTC", "09:00-17:00"), calendar.Exception{
		Name: "sábado", Effect: calendar.Half, Once: &calendar.Once{From: "2026-11-28"},
	}))
	saturday.worked("2026-11-28 00:00", "2026-11-29 00:00", "0s") // it does not open a day
}

func TestYearlyRangeAcrossNewYear(t *testing.T) {
	t.Parallel()
	rest := calendar.Exception{Name: "descanso", Effect: calendar.Closed, Yearly: &calendar.Yearly{From: "12-28", Until: "01-02"}}
	rest.FirstYear, rest.LastYear = 2025, 2026
	d := at(t, with(everyDay("UTC", "09:00-17:00"), rest))
	d.worked("2025-12-28 00:00", "2026-01-03 00:00", "0s")
	d.worked("2026-12-28 00:00", "2027-01-03 00:00", "0s")
	d.worked("2025-01-01 00:00", "2025-01-03 00:00", "16h") // began in 2024
	d.worked("2027-12-28 00:00", "2028-01-03 00:00", "48h")
	d.due("2026-12-27 16:00", "2h", "2027-01-03 10:00")
}

func TestTwentyNinthOfFebruary(t *testing.T) {
	t.Parallel()
	yearly := func(from, until string) desk {
		e := calendar.Exception{Name: "x", Effect: calendar.Closed, Yearly: &calendar.Yearly{From: from, Until: until}}
		return at(t, with(everyDay("UTC", "09:00-17:00"), e))
	}
	for name, c := range map[string]struct {
		desk
		year int
		want []string
	}{
		"alone, leap":    {yearly("02-29", ""), 2028, []string{"2028-02-29"}},
		"alone":          {yearly("02-29", ""), 2027, nil},
		"as start, leap": {yearly("02-29", "03-01"), 2028, []string{"2028-02-29", "2028-03-01"}},
		"as start":       {yearly("02-29", "03-01"), 2027, []string{"2027-03-01"}},
		"as end, leap":   {yearly("02-28", "02-29"), 2028, []string{"2028-02-28", "2028-02-29"}},
		"as end":         {yearly("02-28", "02-29"), 2027, []string{"2027-02-28"}},
	} {
		if diff := cmp.Diff(c.want, c.dates(c.year)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNthWeekdayOfAMonth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule calendar.NthWeekday
		want []string
	}{
		"first Monday of February":     {calendar.NthWeekday{Nth: 1, Weekday: "mon", Month: 2}, []string{"2026-02-02"}},
		"third Monday of March":        {calendar.NthWeekday{Nth: 3, Weekday: "mon", Month: 3}, []string{"2026-03-16"}},
		"last Friday of December":      {calendar.NthWeekday{Nth: -1, Weekday: "fri", Month: 12}, []string{"2026-12-25"}},
		"a fifth Sunday that is there": {calendar.NthWeekday{Nth: 5, Weekday: "sun", Month: 3}, []string{"2026-03-29"}},
		"a fifth one that is not":      {calendar.NthWeekday{Nth: 5, Weekday: "mon", Month: 2}, nil},
		"and the day after": {
			calendar.NthWeekday{Nth: 4, Weekday: "thu", Month: 11, Days: 2}, []string{"2026-11-26", "2026-11-27"},
		},
	} {
		e := calendar.Exception{Name: name, Effect: calendar.Closed, NthWeekday: &c.rule}
		if diff := cmp.Diff(c.want, at(t, with(everyDay("UTC", "09:00-17:00"), e)).dates(2026)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The dates of Easter are known: 2014 to 2038, with the latest one there is.
var easters = []string{
	"04-20", "04-05", "03-27", "04-16", "04-01", "04-21", "04-12", "04-04", "04-17", "04-09", "03-31", "04-20", "04-05",
	"03-28", "04-16", "04-01", "04-21", "04-13", "03-28", "04-17", "04-09", "03-25", "04-13", "04-05", "04-25",
}

func TestEaster(t *testing.T) {
	t.Parallel()
	sunday := calendar.Exception{Name: "Pascua", Effect: calendar.Closed, Easter: &calendar.Easter{}}
	d := at(t, with(everyDay("UTC", "09:00-17:00"), sunday))
	for i, want := range easters {
		year := 2014 + i
		if got := d.dates(year); !slices.Equal(got, []string{strconv.Itoa(year) + "-" + want}) {
			t.Errorf("%d: %v, want %s", year, got, want)
		}
	}
	holy := calendar.Exception{Name: "Semana Santa", Effect: calendar.Closed, Easter: &calendar.Easter{Offset: -3, Days: 2}}
	if diff := cmp.Diff([]string{"2026-04-02", "2026-04-03"}, at(t, with(everyDay("UTC", "09:00-17:00"), holy)).dates(2026)); diff != "" {
		t.Error(diff)
	}
}

func TestHolidayThatMovesOrIsLeftOutByItsWeekday(t *testing.T) {
	t.Parallel()
	moved := calendar.Exception{Name: "movible", Effect: calendar.Closed, Yearly: &calendar.Yearly{
		From: "01-01", Move: map[string]int{"thu": -1, "fri": 3, "sat": -3},
	}}
	sometimes := calendar.Exception{Name: "a veces", Effect: calendar.Closed, Yearly: &calendar.Yearly{From: "01-02", Only: []string{"mon"}}}
	d := at(t, with(everyDay("UTC", "09:00-17:00"), moved, sometimes))
	for year, want := range map[int][]string{
		2024: {"2024-01-01"},               // Monday
		2025: {"2025-01-01", "2025-12-31"}, // Wednesday; and 2026 begins on a Thursday
		2026: nil,
		2027: {"2027-01-04", "2027-12-29"}, // Friday; and 2028 begins on a Saturday
		2023: {"2023-01-01", "2023-01-02"}, // Sunday, so that the 2nd is a Monday
	} {
		if diff := cmp.Diff(want, d.dates(year)); diff != "" {
			t.Errorf("%d: %s", year, diff)
		}
	}
}

func TestExtraWorkingDayWinsOverEverything(t *testing.T) {
	t.Parallel()
	s := with(weekdays("Europe/Madrid", "09:00-18:00"), closed("2026-11-01", "2026-11-30"))
	s.Extra = []calendar.ExtraDay{
		{Name: "sábado de inventario", Date: "2026-11-28", Hours: hours("10:00-13:00")},
		{Name: "lunes con gente", Date: "2026-11-30", Hours: hours("22:00-02:00")},
	}
	d := at(t, s)
	d.due("2026-11-02 09:00", "2h", "2026-11-28 12:00")
	d.due("2026-11-02 09:00", "8h", "2026-12-01 10:00") // Saturday 3, night 4, Tuesday 1
	d.worked("2026-11-01 00:00", "2026-12-01 00:00", "5h")
}
