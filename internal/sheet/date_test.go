package sheet

import (
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestMomentsAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	mx := zone(t, "America/Mexico_City") // six hours behind UTC, all year
	for in, want := range map[string]string{
		"2026-02-03":                        "2026-02-03T06:00:00Z",
		"2026-02-03 17:10":                  "2026-02-03T23:10:00Z",
		"2026-02-03T17:10:30.5":             "2026-02-03T23:10:30.5Z",
		"2026-02-03T17:10:30Z":              "2026-02-03T17:10:30Z",
		"2026-02-03 17:10:30 UTC":           "2026-02-03T17:10:30Z",
		"2026-02-03T17:10:30+02:00":         "2026-02-03T15:10:30Z",
		"2026-02-03 17:10:30 -0500":         "2026-02-03T22:10:30Z",
		"2012/01/30 06:24:00":               "2012-01-30T12:24:00Z",
		"3/2/2026 17:10":                    "2026-02-03T23:10:00Z",
		"03-02-26":                          "2026-02-03T06:00:00Z",
		"3.2.2026, 5:10 p. m.":              "2026-02-03T23:10:00Z",
		"3/2/2026 12:05 AM":                 "2026-02-03T06:05:00Z",
		"2/13/2026":                         "2026-02-13T06:00:00Z",
		"31/12/99":                          "1999-12-31T06:00:00Z",
		"3/2/2026 24:00":                    "2026-02-04T06:00:00Z",
		"mar 3 feb 2026 17:10":              "2026-02-03T23:10:00Z",
		"martes, 3 de febrero de 2026":      "2026-02-03T06:00:00Z",
		"3 de setiembre del 2026 a las 8 h": "2026-09-03T14:00:00Z",
		"3-feb-26":                          "2026-02-03T06:00:00Z",
		"Feb 3rd, 2026 5pm":                 "2026-02-03T23:00:00Z",
		"20260203":                          "2026-02-03T06:00:00Z",
		"20260203T171030":                   "2026-02-03T23:10:30Z",
		"202602031710":                      "2026-02-03T23:10:00Z",
		"46056":                             "2026-02-03T06:00:00Z",
		"46056.715277777781":                "2026-02-03T23:10:00Z",
		"46056,5":                           "2026-02-03T18:00:00Z",
		"  2026-02-03  ":                    "2026-02-03T06:00:00Z",
	} {
		got, ok := parseMoment(in, false, mx)
		if !ok || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %v, %t, want %s", in, got.UTC().Format(time.RFC3339Nano), ok, want)
		}
	}
	for _, in := range []string{
		"", "ayer", "17:10", "2026", "30/2/2026", "29/2/2025", "1/1/1899", "2026-13-01", "2026-02-03 25:00", "2026-02-03 17:61",
		"3/2", "13/13/2026", "2026-02-03 17", "2026-02-03 17:10 x", "12.5", "9999", "200000", "2026-02-03T17:10+99:00", "3/2/2026 13:00 pm",
		"#N/A", "1e5", "٣/٢/٢٠٢٦",
	} {
		if got, ok := parseMoment(in, false, mx); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}

func TestTheColumnTellsDayFromMonth(t *testing.T) {
	t.Parallel()
	table := func(cells ...[]string) Table {
		out := Table{Head: []string{"a", "b"}}
		for i, c := range cells {
			out.Rows = append(out.Rows, Row{Number: i + 2, Cells: c})
		}
		return out
	}
	for name, c := range map[string]struct {
		t          Table
		a, b, want string
	}{
		"the day, if nothing tells": {t: table([]string{"3/2/2026", "4/2/2026"}), a: "2026-02-03", b: "2026-02-04"},
		"a month first":             {t: table([]string{"3/2/2026"}, []string{"3/25/2026"}), a: "2026-03-02", b: "2026-04-02"},
		"the other column tells":    {t: table([]string{"3/2/2026", "3/25/2026"}), a: "2026-03-02", b: "2026-04-02"},
		"each for itself":           {t: table([]string{"3/25/2026", "25/3/2026"}), a: "2026-03-02", b: "2026-02-04"},
		"the most win":              {t: table([]string{"25/3/2026"}, []string{"26/3/2026"}, []string{"3/25/2026"}), a: "2026-02-03", b: "2026-02-04"},
	} {
		d := LearnDates(time.UTC, c.t, 0, 1)
		for col, in := range []string{"3/2/2026", "4/2/2026"} {
			want := []string{c.a, c.b}[col]
			if got, ok := d.Parse(col, in); !ok || got.Format(time.DateOnly) != want {
				t.Errorf("%s: column %d: got %v, want %s", name, col, got, want)
			}
		}
	}
}

// In the hour that the clocks show twice, the offset says which one is meant.
func TestWrittenMomentsComeBack(t *testing.T) {
	t.Parallel()
	madrid := zone(t, "Europe/Madrid")
	from := time.Date(2025, 10, 25, 22, 0, 0, 0, time.UTC)
	for i := range 600 {
		at := from.Add(time.Duration(i) * time.Minute)
		s := FormatTime(at, madrid)
		if got, ok := parseMoment(s, false, madrid); !ok || !got.Equal(at) {
			t.Fatalf("%v is written %q and read %v", at, s, got)
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, s := range []string{
		"2026-02-03 17:10:30.123", "3 de febrero de 2026", "Feb 3, 2026 5 pm", "46056.7", "20260203", "3/2/26 24:00", "2026-02-03T17:10:30+02:00",
		"////", "1-1-1-1", "+-:", "lun", "31.12.1999 a. m.",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	berlin := zone(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, s string, monthFirst bool) {
		at, ok := parseMoment(s, monthFirst, berlin)
		if !ok {
			return
		}
		if y := at.UTC().Year(); y < firstYear-1 || y > lastYear+1 {
			t.Fatalf("%q is in the year %d", s, y)
		}
		back, ok := parseMoment(FormatTime(at, berlin), monthFirst, berlin)
		if !ok || !back.Equal(at.Truncate(time.Second)) {
			t.Fatalf("%q is %v, written %q, read %v", s, at, FormatTime(at, berlin), back)
		}
	})
}

func TestWorkingTimesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{
		"4 h": 4 * time.Hour, "4": 4 * time.Hour, "1,5 horas": 90 * time.Minute, "90 min": 90 * time.Minute, "90m": 90 * time.Minute,
		"1:30": 90 * time.Minute, "1:30:00": 90 * time.Minute, "1 h 30 min": 90 * time.Minute, "1h30min": 90 * time.Minute,
		"2 días": 16 * time.Hour, "2d": 16 * time.Hour, "1 semana": 40 * time.Hour, "1 day 2 hours": 10 * time.Hour, "0 h": 0,
	} {
		got, ok := ParseDuration(in)
		if !ok || got != want {
			t.Errorf("%q: got %v, %t, want %v", in, got, ok, want)
		}
		if back, ok := ParseDuration(FormatDuration(got)); !ok || back != got {
			t.Errorf("%v is written %q and read %v", got, FormatDuration(got), back)
		}
	}
	if s := FormatDuration(90*time.Second + time.Hour); s != "1:01:30" {
		t.Errorf("got %q", s)
	}
	for _, in := range []string{"", "h", "mucho", "4 lunas", "1:99", "-4 h", "4 h 30", "1e9 h", "1:2:3:4", "99999999 h"} {
		if got, ok := ParseDuration(in); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}
