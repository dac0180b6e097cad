package calendar_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Rule 2: working time is a union of intervals per date.

func TestSeveralIntervalsADay(t *testing.T) {
	t.Parallel()
	d := at(t, weekdays("Europe/Madrid", "09:00-14:00", "16:00-19:00"))
	d.due("2026-11-23 13:30", "1h", "2026-11-23 16:30")
	d.due("2026-11-23 18:00", "2h", "2026-11-24 10:00")
	d.worked("2026-11-23 00:00", "2026-11-30 00:00", "40h")
}

func TestNightShiftBelongsToTheDayOnWhichItStarts(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("UTC", "22:00-06:00"), closed("2026-11-25", "")))
	d.due("2026-11-23 23:30", "7h", "2026-11-24 22:30")
	d.worked("2026-11-24 22:00", "2026-11-25 12:00", "8h") // Tuesday's shift runs into the closed Wednesday
	d.worked("2026-11-25 12:00", "2026-11-26 22:00", "0s")
	d.worked("2026-11-28 00:00", "2026-11-30 22:00", "6h") // Friday's, on Saturday
}

func TestHoursUntilMidnight(t *testing.T) {
	t.Parallel()
	d := at(t, everyDay("UTC", "20:00-24:00", "00:00-02:00"))
	d.due("2026-11-23 23:00", "3h", "2026-11-24 02:00")
	d.due("2026-11-23 23:00", "1h", "2026-11-24 00:00")
	if !d.Open(d.wall("2026-11-24 00:00")) {
		t.Error("closed at midnight, between two shifts that touch")
	}
	same := at(t, everyDay("UTC", "20:00-00:00", "00:00-02:00"))
	same.due("2026-11-23 23:00", "3h", "2026-11-24 02:00")
	round := at(t, weekdays("UTC", "08:00-08:00")) // round the clock, from 8 to 8
	round.worked("2026-11-23 00:00", "2026-11-30 00:00", "120h")
}

func TestOverlappingIntervalsCountOnce(t *testing.T) {
	t.Parallel()
	d := at(t, everyDay("UTC", "12:00-16:00", "08:00-12:00", "10:00-13:00", "22:00-09:00"))
	d.worked("2026-11-23 00:00", "2026-11-24 00:00", "18h") // 0-16 and 22-24
	want := []calendar.Interval{
		{From: d.wall("2026-11-23 00:00"), Until: d.wall("2026-11-23 16:00")},
		{From: d.wall("2026-11-23 22:00"), Until: d.wall("2026-11-24 00:00")},
	}
	if diff := cmp.Diff(want, d.Intervals(d.wall("2026-11-23 00:00"), d.wall("2026-11-24 00:00"))); diff != "" {
		t.Error(diff)
	}
}

func TestOpeningBelongsToTheIntervalAndClosingDoesNot(t *testing.T) {
	t.Parallel()
	d := at(t, weekdays("UTC", "09:00-17:00"))
	for text, want := range map[string]bool{
		"2026-11-23 08:59:59": false, "2026-11-23 09:00": true, "2026-11-23 16:59:59": true, "2026-11-23 17:00": false,
		"2026-11-22 12:00": false,
	} {
		if got := d.Open(d.wall(text)); got != want {
			t.Errorf("%s: open %t", text, got)
		}
	}
	for from, want := range map[string]string{
		"2026-11-20 17:00": "2026-11-23 09:00", "2026-11-23 09:00": "2026-11-23 09:00", "2026-11-23 10:00:01": "2026-11-23 10:00:01",
	} {
		if got, err := d.NextOpen(d.wall(from)); err != nil || !got.Equal(d.wall(want)) {
			t.Errorf("next open from %s: %v, %v, want %s", from, got, err, want)
		}
	}
}

// Rules 3 and 4: edges are converted one by one, and elapsed time is real.

func TestShiftThatHoldsTheChangeOfHour(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ zone, from, until, want string }{
		"Santiago, midnight is skipped":       {"America/Santiago", "2026-09-05 22:00", "2026-09-06 06:00", "7h"},
		"Santiago, 23h comes twice":           {"America/Santiago", "2026-04-04 22:00", "2026-04-05 06:00", "9h"},
		"Madrid, spring":                      {"Europe/Madrid", "2026-03-28 22:00", "2026-03-29 06:00", "7h"},
		"Madrid, autumn":                      {"Europe/Madrid", "2026-10-24 22:00", "2026-10-25 06:00", "9h"},
		"Canary, spring":                      {"Atlantic/Canary", "2026-03-28 22:00", "2026-03-29 06:00", "7h"},
		"Canary, autumn":                      {"Atlantic/Canary", "2026-10-24 22:00", "2026-10-25 06:00", "9h"},
		"Havana, midnight is skipped":         {"America/Havana", "2026-03-07 22:00", "2026-03-08 06:00", "7h"},
		"Havana, midnight comes twice":        {"America/Havana", "2026-10-31 22:00", "2026-11-01 06:00", "9h"},
		"Mexico, the last spring":             {"America/Mexico_City", "2022-04-02 22:00", "2022-04-03 06:00", "7h"},
		"Mexico, summer time is gone":         {"America/Mexico_City", "2023-04-01 22:00", "2023-04-02 06:00", "8h"},
		"Asuncion, the last change":           {"America/Asuncion", "2024-10-05 22:00", "2024-10-06 06:00", "7h"},
		"Asuncion, no way back in autumn":     {"America/Asuncion", "2025-03-22 22:00", "2025-03-23 06:00", "8h"},
		"Asuncion, as it was the year before": {"America/Asuncion", "2024-03-23 22:00", "2024-03-24 06:00", "9h"},
		"UTC":                                 {"UTC", "2026-03-28 22:00", "2026-03-29 06:00", "8h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := at(t, everyDay(c.zone, "22:00-06:00"))
			d.worked(c.from, c.until, c.want)
			d.due(c.from, c.want, c.until)
		})
	}
}

func TestWallTimeThatDoesNotExist(t *testing.T) {
	t.Parallel()
	const sunday = "2026-03-29" // 02:00 to 03:00 does not exist
	for h, want := range map[string]string{
		"02:30-05:00": "2h",  // begins at the first instant after the gap
		"01:00-02:30": "1h",  // and ends there
		"02:00-03:00": "0s",  // nothing is left of it
		"02:10-02:50": "0s",  // nor of this
		"00:00-24:00": "23h", // the day is short
	} {
		d := at(t, calendar.Spec{Zone: "Europe/Madrid", Week: week(hours(h), "sun")})
		d.worked(sunday+" 00:00", "2026-03-30 00:00", want)
	}
}

func TestWallTimeThatComesTwice(t *testing.T) {
	t.Parallel()
	for h, want := range map[string]string{
		"02:30-05:00": "3h30m", // from the first 02:30
		"01:00-02:30": "2h30m", // to the last
		"02:00-03:00": "2h",
		"01:00-02:00": "1h", // it is over before the hour that comes twice
		"00:00-24:00": "25h",
	} {
		d := at(t, calendar.Spec{Zone: "Europe/Madrid", Week: week(hours(h), "sun")})
		d.worked("2026-10-25 00:00", "2026-10-26 00:00", want)
	}
}

// Havana goes back from one to midnight: a day that ends at midnight has ended
// before the hour that comes twice.
func TestMidnightThatComesTwice(t *testing.T) {
	t.Parallel()
	d := at(t, calendar.Spec{Zone: "America/Havana", Week: week(hours("00:00-24:00"), "sat")})
	d.worked("2019-11-01 13:00", "2019-11-03 12:00", "24h")
}

func TestMidnightThatDoesNotExist(t *testing.T) {
	t.Parallel()
	d := at(t, everyDay("America/Santiago", "00:00-24:00"))
	d.worked("2026-09-05 12:00", "2026-09-06 12:00", "23h")
	split := at(t, everyDay("America/Santiago", "00:00-00:30", "08:00-24:00"))
	split.worked("2026-09-05 23:00", "2026-09-06 09:00", "2h") // 23-24 and 8-9: the first half hour does not exist
	split.worked("2026-04-04 22:00", "2026-04-05 00:30", "3h30m")
}

// A date that a zone never had: Samoa went from 29 to 31 December 2011.
func TestDateThatDoesNotExist(t *testing.T) {
	t.Parallel()
	d := at(t, everyDay("Pacific/Apia", "09:00-17:00"))
	d.due("2011-12-29 16:00", "2h", "2011-12-31 10:00")
	got, err := d.AddDays(d.wall("2011-12-29 10:00"), 1)
	if want := d.wall("2011-12-31 17:00"); err != nil || !got.Equal(want) {
		t.Errorf("one working day: %v, %v, want %v", got, err, want)
	}
}

func TestTheInstantCountsAndNotTheZoneInWhichItIsGiven(t *testing.T) {
	t.Parallel()
	d := at(t, weekdays("America/Bogota", "08:00-17:00"))
	from := d.wall("2026-11-20 16:00")
	for _, zone := range []*time.Location{time.UTC, time.Local, time.FixedZone("far", 14*3600), d.Zone()} {
		got, err := d.Add(from.In(zone), 2*time.Hour)
		if want := d.wall("2026-11-23 09:00"); err != nil || !got.Equal(want) || got.Location() != d.Zone() {
			t.Errorf("%s: %v, %v, want %v", zone, got, err, want)
		}
	}
}

// Rule 6: no cap but the horizon.

func TestLongClosureIsNoError(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("Europe/Madrid", "09:00-18:00"), closed("2026-12-01", "2028-12-31")))
	d.due("2026-11-30 17:59", "2m", "2029-01-01 09:01")
	d.due("2026-11-30 17:59", "1m", "2026-11-30 18:00")
}

func TestBeyondTheHorizonIsSaidAndNeverGuessed(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("Europe/Madrid", "09:00-18:00"), closed("2026-12-01", "2030-12-31")))
	from := d.wall("2026-11-30 17:00")
	if got, err := d.Add(from, 2*time.Hour); !errors.Is(err, calendar.ErrHorizon) || !got.IsZero() {
		t.Errorf("add: %v, %v", got, err)
	}
	if got, err := d.AddDays(from, 1); !errors.Is(err, calendar.ErrHorizon) || !got.IsZero() {
		t.Errorf("add days: %v, %v", got, err)
	}
	if got, err := d.NextOpen(d.wall("2026-12-01 00:00")); !errors.Is(err, calendar.ErrHorizon) || !got.IsZero() {
		t.Errorf("next open: %v, %v", got, err)
	}
	if d.Open(d.wall("2026-12-01 10:00")) {
		t.Error("open while closed")
	}
	always := at(t, everyDay("UTC", "00:00-24:00"))
	years := always.wall("2029-11-23 10:00").Sub(always.wall("2026-11-23 10:00"))
	if got, err := always.Add(always.wall("2026-11-23 10:00"), years); err != nil || !got.Equal(always.wall("2029-11-23 10:00")) {
		t.Errorf("exactly at the horizon: %v, %v", got, err)
	}
	if _, err := always.Add(always.wall("2026-11-23 10:00"), years+1); !errors.Is(err, calendar.ErrHorizon) {
		t.Errorf("a nanosecond past the horizon: %v", err)
	}
}

func TestYearsThatNoCalendarKnows(t *testing.T) {
	t.Parallel()
	d := at(t, everyDay("UTC", "00:00-24:00"))
	for _, from := range []time.Time{{}, time.Unix(-1, 0), time.Unix(1<<60, 0), time.Date(2150, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if _, err := d.Add(from, time.Hour); !errors.Is(err, calendar.ErrHorizon) {
			t.Errorf("add to %v: %v", from, err)
		}
		if _, err := d.AddDays(from, 1); !errors.Is(err, calendar.ErrHorizon) {
			t.Errorf("add a day to %v: %v", from, err)
		}
		if d.Open(from) {
			t.Errorf("open at %v", from)
		}
	}
	if got := d.Elapsed(time.Time{}, time.Unix(3600, 0)); got != time.Hour {
		t.Errorf("from year 1 to the first hour of 1970: %s", got)
	}
	if got := d.Elapsed(time.Unix(1<<60, 0), time.Unix(1<<61, 0)); got != 0 {
		t.Errorf("in a far future: %s", got)
	}
	west := at(t, everyDay("America/Santiago", "00:00-24:00")) // where 1970 began later
	if got := west.Elapsed(time.Unix(0, 0), time.Unix(4*3600, 0)); got != time.Hour {
		t.Errorf("the first hours of 1970 in Santiago: %s", got)
	}
	if got := west.Days(time.Unix(0, 0), time.Unix(4*3600, 0)); len(got) != 2 || got[0].Work != 0 || got[1].Work != time.Hour {
		t.Errorf("the first hours of 1970 in Santiago: %v", got)
	}
	last := time.Date(2149, 12, 31, 12, 0, 0, 0, time.UTC)
	if got, err := d.Add(last, time.Hour); err != nil || !got.Equal(last.Add(time.Hour)) {
		t.Errorf("on the last day: %v, %v", got, err)
	}
}

func TestCalendarWithoutOpenHoursIsRefusedWhenSaved(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	onlyExtra := calendar.Spec{Zone: "UTC", Extra: []calendar.ExtraDay{{Name: "feria", Date: "2027-03-01", Hours: hours("09:00-10:00")}}}
	always := calendar.Exception{Name: "siempre", Effect: calendar.Closed, Yearly: &calendar.Yearly{From: "01-01", Until: "12-31"}}
	for name, c := range map[string]struct {
		spec calendar.Spec
		now  time.Time
		open bool
	}{
		"one extra day ahead":         {onlyExtra, now, true},
		"one extra day, gone":         {onlyExtra, now.AddDate(1, 0, 0), false},
		"every day is closed":         {with(weekdays("UTC", "09:00-17:00"), always), now, false},
		"closed for four years":       {with(weekdays("UTC", "09:00-17:00"), closed("2026-11-01", "2030-12-31")), now, false},
		"closed for two years":        {with(weekdays("UTC", "09:00-17:00"), closed("2026-11-01", "2028-12-31")), now, true},
		"the only hours do not exist": {with(calendar.Spec{Zone: "UTC", Week: week(hours("09:00-10:00"), "sat")}, closed("2020-01-01", "2040-01-01")), now, false},
	} {
		err := mustNew(t, c.spec).Check(c.now)
		if c.open {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if got := fields(t, err); got["week"] != "calendar.err.never_open" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestGapsWarnAboutLongClosures(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("Europe/Madrid", "09:00-18:00"), closed("2026-12-21", "2027-01-08")))
	got := d.Gaps(d.wall("2026-11-23 10:00"), d.wall("2027-06-30 10:00"), 7*24*time.Hour)
	want := []calendar.Interval{{From: d.wall("2026-12-18 18:00"), Until: d.wall("2027-01-11 09:00")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	whole := d.Gaps(d.wall("2026-12-24 10:00"), d.wall("2026-12-26 10:00"), time.Hour)
	if diff := cmp.Diff([]calendar.Interval{{From: d.wall("2026-12-24 10:00"), Until: d.wall("2026-12-26 10:00")}}, whole); diff != "" {
		t.Error(diff)
	}
}

// Rule 12: working days.

func TestWorkingDaysEndWithTheirLastShift(t *testing.T) {
	t.Parallel()
	office := with(weekdays("Europe/Madrid", "09:00-14:00", "15:00-18:00"), closed("2026-12-07", "2026-12-08"))
	night := weekdays("Europe/Madrid", "22:00-06:00")
	for name, c := range map[string]struct {
		spec calendar.Spec
		from string
		n    int
		want string
	}{
		"the day of the question does not count": {office, "2026-11-23 08:00", 1, "2026-11-24 18:00"},
		"nor late in the day":                    {office, "2026-11-23 23:59", 2, "2026-11-25 18:00"},
		"over a weekend":                         {office, "2026-11-27 10:00", 1, "2026-11-30 18:00"},
		"asked on a Sunday":                      {office, "2026-11-29 10:00", 1, "2026-11-30 18:00"},
		"over a long weekend":                    {office, "2026-12-04 10:00", 2, "2026-12-10 18:00"},
		"a night shift ends on the next date":    {night, "2026-11-23 10:00", 1, "2026-11-25 06:00"},
		"asked while a night shift runs":         {night, "2026-11-24 02:00", 1, "2026-11-26 06:00"},
		"round the clock":                        {everyDay("Europe/Madrid", "00:00-24:00"), "2026-11-23 10:00", 2, "2026-11-26 00:00"},
		"no midnight on the way": {
			weekdays("America/Santiago", "09:00-18:00"), "2026-09-04 17:30", 1, "2026-09-07 18:00",
		},
	} {
		d := at(t, c.spec)
		if got, err := d.AddDays(d.wall(c.from), c.n); err != nil || !got.Equal(d.wall(c.want)) {
			t.Errorf("%s: got %v, %v, want %s", name, got, err, c.want)
		}
	}
}

func TestTimeOrDaysBelowZeroAreRefused(t *testing.T) {
	t.Parallel()
	d := at(t, weekdays("UTC", "09:00-18:00"))
	if _, err := d.Add(d.wall("2026-11-23 10:00"), -1); err == nil {
		t.Error("took time back")
	}
	for _, n := range []int{0, -1} {
		if _, err := d.AddDays(d.wall("2026-11-23 10:00"), n); err == nil {
			t.Errorf("took %d days", n)
		}
	}
	if got, err := d.Add(d.wall("2026-11-22 10:00"), 0); err != nil || !got.Equal(d.wall("2026-11-22 10:00")) {
		t.Errorf("no time at all is used at once: %v, %v", got, err)
	}
	d.worked("2026-11-23 11:00", "2026-11-23 10:00", "-1h")
}
