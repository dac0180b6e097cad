package i18n

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/number"
)

func reader(t *testing.T, lang, zone, country string) context.Context {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 2, 3, 12, 0, 0, 0, z)
	return WithNow(WithPlace(With(t.Context(), lang), z, country), now)
}

func TestMomentsAreSaidAsPeopleDo(t *testing.T) {
	mx := reader(t, "es", "America/Mexico_City", "MX")
	us := reader(t, "en", "America/New_York", "US")
	at := func(ctx context.Context, year int, month time.Month, day, hour, minute int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, Zone(ctx)).UTC()
	}
	for _, c := range []struct {
		ctx  context.Context
		t    time.Time
		want string
	}{
		{mx, at(mx, 2026, 2, 3, 17, 10), "hoy 17:10"},
		{mx, at(mx, 2026, 2, 3, 23, 59), "hoy 23:59"},
		{mx, at(mx, 2026, 2, 4, 9, 0), "mañana 9:00"},
		{mx, at(mx, 2026, 2, 2, 0, 5), "ayer 0:05"},
		{mx, at(mx, 2026, 2, 9, 8, 0), "lun 9 feb"},
		{mx, at(mx, 2025, 12, 31, 8, 0), "31 dic 2025"},
		{us, at(us, 2026, 2, 3, 17, 10), "today 5:10 pm"},
		{us, at(us, 2026, 2, 4, 0, 30), "tomorrow 12:30 am"},
		{us, at(us, 2026, 2, 9, 8, 0), "Mon Feb 9"},
		{us, at(us, 2025, 12, 31, 8, 0), "Dec 31, 2025"},
	} {
		if got := Relative(c.ctx, c.t); got != c.want {
			t.Errorf("%v: got %q, want %q", c.t, got, c.want)
		}
	}
	for _, c := range []struct {
		ctx  context.Context
		t    time.Time
		want string
	}{
		{mx, at(mx, 2026, 2, 3, 11, 58), "hace un momento (11:58)"},
		{us, at(us, 2026, 2, 3, 11, 58), "a moment ago (11:58 am)"},
		{mx, at(mx, 2026, 2, 3, 11, 50), "hoy 11:50"},
		{mx, at(mx, 2026, 2, 2, 11, 58), "ayer 11:58"},
		{mx, at(mx, 2026, 2, 3, 17, 10), "hoy 17:10"},
	} {
		if got := Lately(c.ctx, c.t); got != c.want {
			t.Errorf("%v: got %q, want %q", c.t, got, c.want)
		}
	}
	if got := Time(mx, at(mx, 2026, 2, 3, 17, 10)); got != "martes 3 de febrero de 2026, 17:10" {
		t.Errorf("the exact moment reads %q", got)
	}
	if got := Time(us, at(us, 2026, 2, 3, 17, 10)); got != "Tuesday, February 3, 2026, 5:10 pm" {
		t.Errorf("the exact moment reads %q", got)
	}
}

// A day with 23 hours is still one day.
func TestTomorrowIsTomorrowWhenTheClocksChange(t *testing.T) {
	z, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	ctx := WithNow(WithPlace(With(t.Context(), "es"), z, "ES"), time.Date(2026, 3, 28, 23, 30, 0, 0, z))
	if got := Relative(ctx, time.Date(2026, 3, 29, 23, 45, 0, 0, z)); got != "mañana 23:45" {
		t.Errorf("got %q", got)
	}
}

func TestDurations(t *testing.T) {
	es, en := With(t.Context(), "es"), With(t.Context(), "en")
	for _, c := range []struct {
		d            time.Duration
		es, en, work string
	}{
		{20 * time.Second, "menos de 1 min", "under 1 min", "menos de 1 min"},
		{45 * time.Minute, "45 min", "45 min", "45 min"},
		{200 * time.Minute, "3 h 20 min", "3 h 20 min", "3 h 20 min"},
		{-3 * time.Hour, "3 h", "3 h", "3 h"},
		{time.Hour + time.Minute, "1 h 1 min", "1 h 1 min", "1 h 1 min"},
		{24 * time.Hour, "1 día", "1 day", "24 h"},
		{51*time.Hour + 30*time.Minute, "2 días 3 h", "2 days 3 h", "51 h 30 min"},
	} {
		if got := Duration(es, c.d); got != c.es {
			t.Errorf("%v: got %q, want %q", c.d, got, c.es)
		}
		if got := Duration(en, c.d); got != c.en {
			t.Errorf("%v: got %q, want %q", c.d, got, c.en)
		}
		if got := WorkTime(es, c.d); got != c.work {
			t.Errorf("%v of work: got %q, want %q", c.d, got, c.work)
		}
	}
}

func TestNumbersFollowTheCountryOfTheCompany(t *testing.T) {
	for _, c := range []struct{ lang, country, want string }{
		{"es", "MX", "1,234,567.5"}, {"es", "ES", "1.234.567,5"}, {"en", "MX", "1,234,567.5"}, {"es", "not a country", "1.234.567,5"},
	} {
		ctx := WithPlace(With(t.Context(), c.lang), nil, c.country)
		if got := Number(ctx, 1234567.5); got != c.want {
			t.Errorf("%s in %s: got %q, want %q", c.lang, c.country, got, c.want)
		}
	}
	if got := Percent(WithPlace(With(t.Context(), "es"), nil, "MX"), 0.934); got != "93 %" {
		t.Errorf("got %q", got)
	}
}

func TestSmallWholeNumbersAreWrittenAlikeEverywhere(t *testing.T) {
	for _, tag := range []string{"es", "es-MX", "es-ES", "es-CL", "es-EG", "en", "en-US", "en-IN"} {
		lang, country, _ := strings.Cut(tag, "-")
		ctx := WithPlace(With(t.Context(), lang), nil, country)
		for _, n := range []float64{0, 1, 42, 999} {
			if got, want := Number(ctx, n), printer(ctx).Sprint(number.Decimal(n, number.MaxFractionDigits(2))); got != want {
				t.Errorf("%s: %v is written %q, want %q", tag, n, got, want)
			}
		}
	}
}
