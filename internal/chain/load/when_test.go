package load

import (
	"testing"
	"time"
)

// read returns what a text means, with the day or the month first, in UTC.
func read(text string, monthFirst bool) (time.Time, bool) {
	m := parseMoment([]byte(text)).settle(monthFirst)
	if m < 0 {
		return time.Time{}, false
	}
	return time.UnixMilli(m.ms()).UTC(), true
}

func TestTimesAreReadAsProgramsAndPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2010-03-31T16:59:42+02:00":                "2010-03-31T14:59:42.000",
		"2024-10-11 13:42:22.688000+02:00":         "2024-10-11T11:42:22.688",
		"2024-10-11 13:42:22,6889":                 "2024-10-11T13:42:22.688",
		"2024-10-11T13:42:22.6Z":                   "2024-10-11T13:42:22.600",
		"2024/01/30 06:24:00":                      "2024-01-30T06:24:00.000",
		"29/2/2024 01:16":                          "2024-02-29T01:16:00.000",
		"29.02.2024 1:16":                          "2024-02-29T01:16:00.000",
		"1-2-2024":                                 "2024-02-01T00:00:00.000",
		"1/2/24 1:05 PM":                           "2024-02-01T13:05:00.000",
		"1/2/2024 12:05:06 a. m.":                  "2024-02-01T00:05:06.000",
		"1/2/2024 12:05:06 p.m.":                   "2024-02-01T12:05:06.000",
		"1/2/2024 10:00 +0530":                     "2024-02-01T04:30:00.000",
		"20240131":                                 "2024-01-31T00:00:00.000",
		"20240131T070809Z":                         "2024-01-31T07:08:09.000",
		"20240131070809":                           "2024-01-31T07:08:09.000",
		"1706684889":                               "2024-01-31T07:08:09.000",
		"1706684889123":                            "2024-01-31T07:08:09.123",
		"1706684889.123":                           "2024-01-31T07:08:09.123",
		"1706684889123456":                         "2024-01-31T07:08:09.123",
		"1706684889123456789":                      "2024-01-31T07:08:09.123",
		"45322.25":                                 "2024-01-31T06:00:00.000",
		"31-Jan-2024 13:45":                        "2024-01-31T13:45:00.000",
		"Jan 31, 2024 1:45 PM":                     "2024-01-31T13:45:00.000",
		"31 de enero de 2024":                      "2024-01-31T00:00:00.000",
		"Wed, 31 Jan 2024 13:45:00 GMT":            "2024-01-31T13:45:00.000",
		"Wed, 31 Jan 2024 13:45:00 +0100":          "2024-01-31T12:45:00.000",
		"Wed Jan 31 13:45:00 2024":                 "2024-01-31T13:45:00.000",
		"Wed Jan 31 13:45:00 CET 2024":             "2024-01-31T12:45:00.000",
		"31/Jan/2024:13:45:00 +0100":               "2024-01-31T12:45:00.000",
		"2024-01-31T24:00:00":                      "2024-02-01T00:00:00.000",
		"2024-01-31T13:45+01":                      "2024-01-31T12:45:00.000",
		"2024-01-31T13:45:00+01:00[Europe/Madrid]": "2024-01-31T12:45:00.000",
		"2024-01-31Z":                              "2024-01-31T00:00:00.000",
		" 2024-01-31 10:00 ":                       "2024-01-31T10:00:00.000",
		"1969-12-31T23:59:59.9999Z":                "1969-12-31T23:59:59.999",
		"0001-01-01T00:00:00Z":                     "0001-01-01T00:00:00.000",
		"9999-12-31T23:59:59.999Z":                 "9999-12-31T23:59:59.999",
		"31 DIC 2024 08:00:00.5":                   "2024-12-31T08:00:00.500",
		"2024-01-31 at 10:00":                      "",
		"2024-02-30":                               "",
		"2024-01-31T25:00":                         "",
		"2024-01-31T10:60":                         "",
		"2023-02-29T10:00:00":                      "",
		"31/31/2024":                               "",
		"13:45":                                    "",
		"2024":                                     "",
		"hello":                                    "",
		"":                                         "",
		"Jan 2024":                                 "",
		"2024-01-31T10:00:00 Marte":                "",
		"2024-01-31T10:00:00+99:00":                "",
		"99999999999999999999999999":               "",
	} {
		got, ok := read(text, false)
		if s := got.Format("2006-01-02T15:04:05.000"); ok != (want != "") || ok && s != want {
			t.Errorf("%q: got %s, %v, want %s", text, s, ok, want)
		}
	}
	if got, _ := read("1/2/2024", true); got.Month() != time.January {
		t.Errorf("month first: %v", got)
	}
}

// shapes are formats that both time.Parse and we must read alike.
var shapes = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999-07:00", "2006-01-02T15:04:05.999", "2006-01-02 15:04",
	"2006/01/02 15:04:05", "02/01/2006 15:04:05", "2/1/2006 15:04", "02-Jan-2006 15:04:05", "Jan 2, 2006 3:04 PM",
	time.RFC1123Z, time.ANSIC, "20060102150405", "02.01.2006 15:04:05.000", "2006-01-02", time.RFC1123,
}

func FuzzTimesAgreeWithTheStandardLibrary(f *testing.F) {
	for i := range shapes {
		f.Add(int64(1709168400_123456789), int16(60), uint8(i))
		f.Add(int64(-2208988800_000000000), int16(-210), uint8(i))
	}
	f.Fuzz(func(t *testing.T, ns int64, offset int16, shape uint8) {
		layout := shapes[int(shape)%len(shapes)]
		off := int(offset) % (14 * 60)
		at := time.Unix(0, ns).In(time.FixedZone("", off*60))
		if layout == time.RFC1123 {
			at = at.UTC()
		}
		if y := at.Year(); y < 1900 || y > 2100 {
			return
		}
		text := at.Format(layout)
		want, err := time.Parse(layout, text)
		if err != nil {
			t.Skip(err)
		}
		got, ok := read(text, false)
		if !ok || !got.Equal(want.Truncate(time.Millisecond)) && got.UnixMilli() != want.UnixMilli() {
			t.Errorf("%q as %q: got %v %v, want %v", text, layout, got, ok, want)
		}
	})
}

func FuzzTimesNeverBreak(f *testing.F) {
	for _, s := range []string{"1/2/2024 12:05:06 a. m.", "Wed Jan 31 13:45:00 CET 2024", "45322.25", "2024-01-31T13:45+01[x]", "\u202f1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := parseMoment([]byte(s))
		for _, monthFirst := range []bool{false, true} {
			if k := m.settle(monthFirst); k >= 0 && k.kind() != instant && k.kind() != local {
				t.Errorf("%q is not settled", s)
			}
		}
	})
}

func TestClocksThatAreSetBackAndForward(t *testing.T) {
	for _, c := range []struct {
		zone, wall, want string
		twice, never     int
	}{
		{"Europe/Madrid", "2024-03-31T01:59:59", "2024-03-31T00:59:59", 0, 0},
		{"Europe/Madrid", "2024-03-31T02:30:00", "2024-03-31T01:30:00", 0, 1}, // shown as 03:30
		{"Europe/Madrid", "2024-03-31T03:00:00", "2024-03-31T01:00:00", 0, 0},
		{"Europe/Madrid", "2024-10-27T01:59:59", "2024-10-26T23:59:59", 0, 0},
		{"Europe/Madrid", "2024-10-27T02:30:00", "2024-10-27T00:30:00", 1, 0}, // still in summer time
		{"Europe/Madrid", "2024-10-27T03:00:00", "2024-10-27T02:00:00", 0, 0},
		{"America/Santiago", "2024-09-08T00:30:00", "2024-09-08T04:30:00", 0, 1}, // midnight is skipped
		{"America/Santiago", "2024-04-06T23:30:00", "2024-04-07T02:30:00", 1, 0},
		{"Asia/Kolkata", "2024-06-01T05:30:00", "2024-06-01T00:00:00", 0, 0},
		{"Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00", 1, 0}, // half an hour
		{"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00", 0, 1},        // a day that never was
		{"UTC", "2024-03-31T02:30:00", "2024-03-31T02:30:00", 0, 0},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, warm := range []string{"", "2024-01-15T12:00:00", "2024-07-15T12:00:00"} {
			w := newWall(zone)
			if warm != "" {
				w.utc(parseMoment([]byte(warm)).ms())
			}
			ms := w.utc(parseMoment([]byte(c.wall)).ms())
			if got := time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05"); got != c.want || w.twice != c.twice || w.never != c.never {
				t.Errorf("%s %s: got %s, twice %d, never %d, want %s %d %d", c.zone, c.wall, got, w.twice, w.never, c.want, c.twice, c.never)
			}
		}
	}
}

func TestWallTimesAreInstantsForEveryHourOfManyYears(t *testing.T) {
	for _, name := range []string{"Europe/Madrid", "America/Mexico_City", "Africa/Casablanca", "America/Santiago", "Asia/Tehran"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		w := newWall(zone)
		for u := time.Date(1995, 1, 1, 0, 30, 0, 0, time.UTC); u.Year() < 2030; u = u.Add(97 * time.Minute) {
			_, off := u.In(zone).Zone()
			before := w.twice
			got := w.utc(u.UnixMilli() + int64(off)*1000)
			if got != u.UnixMilli() && w.twice == before {
				t.Fatalf("%s: %v came back as %v", name, u, time.UnixMilli(got).UTC())
			}
		}
	}
}
