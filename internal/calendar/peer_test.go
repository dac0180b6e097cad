package calendar_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Cases in which another service desk counts wrong, each named after it.

func TestLibredeskProbes(t *testing.T) {
	t.Parallel()
	office := weekdays("Europe/Madrid", "09:00-18:00")
	santiago := weekdays("America/Santiago", "09:00-18:00")
	for name, c := range map[string]struct {
		spec             calendar.Spec
		from, long, want string
	}{
		"a closed August":                 {with(office, closed("2026-08-01", "2026-08-31")), "2026-07-31 17:30", "60m", "2026-09-01 09:30"},
		"a shift from 22 to 6":            {everyDay("Europe/Madrid", "22:00-06:00"), "2026-11-23 23:30", "480m", "2026-11-24 23:30"},
		"Santiago skips midnight":         {everyDay("America/Santiago", "00:00-24:00"), "2026-09-05 23:00", "120m", "2026-09-06 02:00"},
		"the same without its minute":     {everyDay("America/Santiago", "00:00-23:59"), "2026-09-05 23:00", "120m", "2026-09-06 02:01"},
		"Santiago repeats 23h":            {everyDay("America/Santiago", "00:00-24:00"), "2026-04-04 22:00", "240m", "2026-04-05 01:00"},
		"the same without the minute":     {everyDay("America/Santiago", "00:00-23:59"), "2026-04-04 22:00", "240m", "2026-04-05 01:01"},
		"round the clock does not drift":  {everyDay("UTC", "00:00-24:00"), "2026-11-01 10:00", "480h", "2026-11-21 10:00"},
		"seconds are kept":                {office, "2026-11-23 17:59:30", "60m", "2026-11-24 09:59:30"},
		"the change of hour in Madrid":    {everyDay("Europe/Madrid", "00:00-24:00"), "2026-03-29 01:00", "120m", "2026-03-29 04:00"},
		"asked exactly at closing":        {office, "2026-11-23 18:00", "60m", "2026-11-24 10:00"},
		"due exactly at closing":          {office, "2026-11-23 17:00", "60m", "2026-11-23 18:00"},
		"over the midnight that is not":   {santiago, "2026-09-04 17:30", "60m", "2026-09-07 09:30"},
		"the same, a whole day":           {santiago, "2026-09-04 17:30", "480m", "2026-09-07 16:30"},
		"the same a week before":          {santiago, "2026-08-28 17:30", "60m", "2026-08-31 09:30"},
		"a target longer than a month":    {office, "2026-11-23 09:00", "450h", "2027-01-29 18:00"},
		"asked in the night of the shift": {everyDay("Europe/Madrid", "22:00-06:00"), "2026-11-24 05:30", "60m", "2026-11-24 22:30"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at(t, c.spec).due(c.from, c.long, c.want)
		})
	}
}

// Request Tracker answers 1 January 1970 when August is closed.
func TestRequestTrackerNever1970(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("Europe/Madrid", "09:00-13:00", "14:00-18:00"), closed("2026-08-01", "2026-08-31")))
	d.due("2026-07-31 12:30", "6h", "2026-09-01 10:30")
	d.due("2026-07-31 12:30", "1h", "2026-07-31 14:30") // the lunch break, which it gets right
}

// Zammad cuts pauses to minutes: short ones are lost, and of two in one minute
// one is forgotten.
func TestZammadPausesOfSeconds(t *testing.T) {
	t.Parallel()
	d := at(t, weekdays("Europe/Madrid", "09:00-18:00"))
	d.worked("2026-11-23 10:00:05", "2026-11-23 10:00:25", "20s")
	d.worked("2026-11-23 10:00:40", "2026-11-23 10:00:55", "15s")
	d.worked("2026-11-23 17:59:50", "2026-11-24 09:00:10", "20s")
}

// Zammad's holiday feed closes days that are no holidays, such as St Martin.
func TestZammadHolidaysThatAreNone(t *testing.T) {
	t.Parallel()
	for _, c := range calendar.Countries() {
		s := everyDay("UTC", "09:00-17:00")
		s.Exceptions = c.Holidays
		d := at(t, s)
		for _, text := range []string{"2026-11-11 10:00", "2026-12-24 10:00", "2026-02-14 10:00"} {
			if !d.Open(d.wall(text)) {
				t.Errorf("%s is closed on %s", c.English, text)
			}
		}
	}
}

// GLPI compares month and day as text, so that 28 December to 2 January never
// comes; steps of 86,400 seconds skip one day and visit another twice.
func TestGLPIRangesAndSteps(t *testing.T) {
	t.Parallel()
	rest := calendar.Exception{Name: "descanso", Effect: calendar.Closed, Yearly: &calendar.Yearly{From: "12-28", Until: "01-02"}}
	d := at(t, with(everyDay("Europe/Madrid", "09:00-17:00"), rest))
	d.worked("2026-12-27 17:00", "2027-01-03 09:00", "0s")
	d.due("2026-12-27 16:00", "2h", "2027-01-03 10:00")

	sundays := at(t, calendar.Spec{Zone: "Europe/Madrid", Week: week(hours("09:00-10:00"), "sun")})
	sundays.due("2026-03-28 23:30", "1h", "2026-03-29 10:00") // not skipped
	sundays.due("2026-10-24 23:30", "2h", "2026-11-01 10:00") // not visited twice
	days, err := sundays.AddDays(sundays.wall("2026-10-24 23:30"), 2)
	if want := sundays.wall("2026-11-01 10:00"); err != nil || !days.Equal(want) {
		t.Errorf("two working days: %v, %v, want %v", days, err, want)
	}
}

func TestGLPISegments(t *testing.T) {
	t.Parallel()
	adjacent := at(t, weekdays("Europe/Madrid", "08:00-12:00", "12:00-16:00"))
	adjacent.due("2026-11-23 11:00", "2h", "2026-11-23 13:00")
	apart := at(t, weekdays("Europe/Madrid", "00:00-02:00", "10:00-12:00", "22:00-24:00"))
	apart.due("2026-11-23 23:00", "1h", "2026-11-24 00:00") // escalates at midnight, not before
	apart.due("2026-11-23 11:00", "4h", "2026-11-24 01:00")
	apart.due("2026-11-27 23:00", "3h", "2026-11-30 02:00") // Friday midnight to Monday
}

// GLPI mixes days with hours of pause: here a target in days is the end of a
// working day, whatever the hours of that day.
func TestGLPITargetsInDays(t *testing.T) {
	t.Parallel()
	d := at(t, calendar.Spec{Zone: "Europe/Madrid", Week: calendar.Week{"mon": {"09:00-18:00"}, "tue": {"09:00-11:00"}}})
	for n, want := range map[int]string{1: "2026-11-24 11:00", 2: "2026-11-30 18:00", 3: "2026-12-01 11:00"} {
		if got, err := d.AddDays(d.wall("2026-11-23 17:00"), n); err != nil || !got.Equal(d.wall(want)) {
			t.Errorf("%d days: %v, %v, want %s", n, got, err, want)
		}
	}
}

// GLPI looped for ever without a working day.
func TestGLPINoWorkingDay(t *testing.T) {
	t.Parallel()
	_, err := calendar.New(calendar.Spec{Zone: "Europe/Madrid"})
	if got := fields(t, err); got["week"] != "calendar.err.never_open" {
		t.Error(got)
	}
}

// osTicket keeps one entry per date, and gives up after 72 hours without work.
func TestOsTicketSplitShiftsAndLongBreaks(t *testing.T) {
	t.Parallel()
	split := at(t, weekdays("America/Mexico_City", "09:00-13:00", "15:00-19:00"))
	split.due("2026-11-23 12:00", "2h", "2026-11-23 16:00")
	mondays := at(t, calendar.Spec{Zone: "America/Mexico_City", Week: week(hours("09:00-13:00"), "mon")})
	mondays.due("2026-11-23 12:00", "2h", "2026-11-30 10:00")
	mondays.due("2026-11-24 12:00", "1h", "2026-11-30 10:00") // asked in time that is not worked
}

// Frappe counts in the zone of its machine.
func TestFrappeZoneOfTheMachine(t *testing.T) {
	t.Parallel()
	asked := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"America/Mexico_City": "2026-11-23 17:30", // asked at 16:30
		"Europe/Madrid":       "2026-11-24 10:00", // at 23:30
		"America/Santiago":    "2026-11-24 10:00", // at 19:30
		"UTC":                 "2026-11-24 10:00", // at 22:30
	} {
		d := at(t, weekdays(zone, "09:00-18:00"))
		if got, err := d.Add(asked, time.Hour); err != nil || !got.Equal(d.wall(want)) {
			t.Errorf("%s: %v, %v, want %s", zone, got, err, want)
		}
	}
}

// Zendesk's reports use today's offset for the past.
func TestZendeskPastOffsets(t *testing.T) {
	t.Parallel()
	d := at(t, weekdays("America/Mexico_City", "09:00-18:00"))
	d.worked("2021-07-05 00:00", "2021-07-10 00:00", "45h")                          // summer time, abolished since
	d.worked("2021-07-05 08:00 -05", "2021-07-05 10:00 -05", "1h")                   // as the wall said then
	d.worked("2026-07-06 08:00 -06", "2026-07-06 10:00 -06", "1h")                   // and as it says now
	d.worked("2021-01-04 00:00", "2021-12-31 23:00", (260 * 9 * time.Hour).String()) // a whole year
}
