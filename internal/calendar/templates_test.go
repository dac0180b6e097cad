package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/calendar"
)

// The national holidays as the governments published them; a year whose dates
// move much, and one whose dates do not.
func TestNationalHolidays(t *testing.T) {
	t.Parallel()
	published := map[string]map[int]string{
		"ES": {
			2025: "01-01 01-06 04-18 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
			2026: "01-01 01-06 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
		},
		"MX": {
			2024: "01-01 02-05 03-18 05-01 09-16 10-01 11-18 12-25",
			2025: "01-01 02-03 03-17 05-01 09-16 11-17 12-25",
			2026: "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
		},
		"CL": {
			2024: "01-01 03-29 03-30 05-01 05-21 06-20 06-29 07-16 08-15 09-18 09-19 09-20 10-12 10-31 11-01 12-08 12-25",
			2025: "01-01 04-18 04-19 05-01 05-21 06-20 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25",
			2026: "01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25",
			2028: "01-01 04-14 04-15 05-01 05-21 06-20 06-26 07-16 08-15 09-18 09-19 10-09 10-27 11-01 12-08 12-25",
		},
		"CO": {
			2025: "01-01 01-06 03-24 04-17 04-18 05-01 06-02 06-23 06-30 07-20 08-07 08-18 10-13 11-03 11-17 12-08 12-25",
			2026: "01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 06-29 07-13 07-20 08-07 08-17 10-12 11-02 11-16 12-08 12-25",
		},
		"PE": {
			2025: "01-01 04-17 04-18 05-01 06-07 06-29 07-23 07-28 07-29 08-06 08-30 10-08 11-01 12-08 12-09 12-25",
			2026: "01-01 04-02 04-03 05-01 06-07 06-29 07-23 07-28 07-29 08-06 08-30 10-08 11-01 12-08 12-09 12-25",
		},
		"AR": {
			2024: "01-01 02-12 02-13 03-24 03-29 04-02 05-01 05-25 06-17 06-20 07-09 08-17 10-12 11-18 12-08 12-25",
			2025: "01-01 03-03 03-04 03-24 04-02 04-18 05-01 05-25 06-16 06-20 07-09 08-17 10-10 11-24 12-08 12-25",
			2026: "01-01 02-16 02-17 03-24 04-02 04-03 05-01 05-25 06-15 06-20 07-09 08-17 10-12 11-23 12-08 12-25",
		},
	}
	for _, c := range calendar.Countries() {
		for _, zone := range c.Zones {
			s := everyDay(zone, "09:00-17:00")
			s.Exceptions = c.Holidays
			d := at(t, s)
			for year, want := range published[c.Code] {
				var got []string
				for _, date := range d.dates(year) {
					got = append(got, date[len("2026-"):])
				}
				if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
					t.Errorf("%s %d in %s: %s", c.Code, year, zone, diff)
				}
			}
		}
		delete(published, c.Code)
	}
	if len(published) > 0 {
		t.Errorf("no template: %v", published)
	}
}

func TestHolidaysNextToTheChileanNationalDays(t *testing.T) {
	t.Parallel()
	s := everyDay("America/Santiago", "09:00-17:00")
	for _, c := range calendar.Countries() {
		if c.Code == "CL" {
			s.Exceptions = c.Holidays
		}
	}
	d := at(t, s)
	for year, want := range map[int]string{ // by the weekday of 18 September
		2027: "2027-09-17 2027-09-18 2027-09-19", // Saturday
		2028: "2028-09-18 2028-09-19",            // Monday
		2029: "2029-09-17 2029-09-18 2029-09-19", // Tuesday
		2030: "2030-09-18 2030-09-19 2030-09-20", // Wednesday
		2026: "2026-09-18 2026-09-19",            // Friday
	} {
		var got []string
		for _, date := range d.dates(year) {
			if strings.Contains(date, "-09-") {
				got = append(got, date)
			}
		}
		if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
			t.Error(diff)
		}
	}
	if january := d.dates(2028)[:2]; january[0] != "2028-01-01" || january[1] == "2028-01-02" {
		t.Error(january)
	}
	if january := d.dates(2034)[:2]; !cmp.Equal(january, []string{"2034-01-01", "2034-01-02"}) { // a Sunday, and its Monday
		t.Error(january)
	}
}

func TestTemplatesAreWholeAndTheReadersOwn(t *testing.T) {
	t.Parallel()
	for _, p := range calendar.Patterns() {
		if p.Code == "" || p.Name == "" || p.English == "" {
			t.Errorf("%+v lacks a name", p)
		}
		mustNew(t, calendar.Spec{Zone: "UTC", Week: p.Week})
		p.Week["mon"][0] = "spoiled"
	}
	for _, c := range calendar.Countries() {
		if c.First == 0 || c.Last < c.First || c.Name == "" || c.English == "" {
			t.Errorf("%s lacks its years or a name", c.Code)
		}
		for i, h := range c.Holidays {
			if h.Name == "" || h.English == "" {
				t.Errorf("%s: %+v lacks a name", c.Code, h)
			}
			if h.Yearly != nil {
				c.Holidays[i].Yearly.From = "spoiled"
				if h.Yearly.Move != nil {
					h.Yearly.Move["mon"] = 99
				}
			}
		}
	}
	for _, c := range calendar.Countries() {
		for _, p := range calendar.Patterns() {
			mustNew(t, calendar.Spec{Zone: c.Zones[0], Week: p.Week, Exceptions: c.Holidays})
		}
	}
}

func TestPatternsOpenAsLongAsTheySay(t *testing.T) {
	t.Parallel()
	want := map[string]time.Duration{
		"office": 40, "split": 40, "continuous": 35, "saturday": 50, "shop": 45, "two_shifts": 80, "two_shifts_daily": 112, "three_shifts": 120, "night": 40, "always": 168,
	}
	got := map[string]time.Duration{}
	for _, p := range calendar.Patterns() {
		d := at(t, calendar.Spec{Zone: "UTC", Week: p.Week})
		got[p.Code] = d.Elapsed(d.wall("2026-11-23 06:00"), d.wall("2026-11-30 06:00")) / time.Hour
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
