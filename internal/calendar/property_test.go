package calendar_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/eslabon/eslabon/internal/calendar"
)

var zones = []string{
	"America/Santiago", "Europe/Madrid", "America/Mexico_City", "America/Asuncion", "America/Havana", "Atlantic/Canary", "UTC",
}

// Generators are made anew in each draw: rapid's are not for several goroutines.

func drawDate(t *rapid.T, label string) time.Time {
	const days = 11 * 365
	return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, days).Draw(t, label))
}

// drawHours draws shifts of up to 14 hours and, now and then, round the clock.
func drawHours(t *rapid.T, label string) []string {
	out := make([]string, rapid.IntRange(1, 3).Draw(t, label))
	for i := range out {
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		if rapid.Bool().Draw(t, "on the hour") {
			from -= from % 60
		}
		until := from + rapid.OneOf(rapid.IntRange(1, 600), rapid.IntRange(1, 840), rapid.Just(1440)).Draw(t, "minutes")
		if until > 1440 {
			until -= 1440
		}
		out[i] = wall(from) + "-" + wall(until)
	}
	return out
}

func drawWeekday(t *rapid.T, label string) string { return rapid.SampledFrom(allDays).Draw(t, label) }

func wall(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func drawSpec(t *rapid.T) calendar.Spec {
	s := calendar.Spec{Zone: rapid.SampledFrom(zones).Draw(t, "zone"), Week: calendar.Week{}}
	for _, day := range allDays {
		if rapid.IntRange(0, 4).Draw(t, day) > 0 {
			s.Week[day] = drawHours(t, day+" hours")
		}
	}
	for range rapid.IntRange(0, 6).Draw(t, "exceptions") {
		s.Exceptions = append(s.Exceptions, drawException(t))
	}
	for range rapid.IntRange(0, 3).Draw(t, "extra days") {
		d := drawDate(t, "extra").Format(time.DateOnly)
		if slices.ContainsFunc(s.Extra, func(e calendar.ExtraDay) bool { return e.Date == d }) {
			continue
		}
		s.Extra = append(s.Extra, calendar.ExtraDay{Name: "extra", Date: d, Hours: drawHours(t, "hours")})
	}
	return s
}

func drawException(t *rapid.T) calendar.Exception {
	effects := []calendar.Effect{calendar.Closed, calendar.Closed, calendar.Half, calendar.Special}
	e := calendar.Exception{Name: "excepción", Effect: rapid.SampledFrom(effects).Draw(t, "effect")}
	if e.Effect == calendar.Special {
		e.Hours = drawHours(t, "hours")
	}
	if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
		e.FirstYear = rapid.IntRange(2019, 2028).Draw(t, "first year")
		e.LastYear = e.FirstYear + rapid.IntRange(0, 5).Draw(t, "years")
	}
	from := drawDate(t, "from")
	long := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 40)).Draw(t, "days")
	until := from.AddDate(0, 0, long)
	switch rapid.IntRange(0, 4).Draw(t, "recurrence") {
	case 0:
		e.Once = &calendar.Once{From: from.Format(time.DateOnly), Until: until.Format(time.DateOnly)}
		e.FirstYear, e.LastYear = 0, 0
	case 1:
		e.Yearly = &calendar.Yearly{From: from.Format("01-02"), Until: until.Format("01-02")}
	case 2:
		e.Yearly = &calendar.Yearly{
			From: from.Format("01-02"),
			Move: rapid.MapOfN(rapid.SampledFrom(allDays), rapid.IntRange(-7, 7), 0, 3).Draw(t, "move"),
			Only: rapid.SliceOfN(rapid.SampledFrom(allDays), 0, 5).Draw(t, "only"),
		}
	case 3:
		e.NthWeekday = &calendar.NthWeekday{
			Nth: rapid.SampledFrom([]int{-1, 1, 2, 3, 4, 5}).Draw(t, "nth"), Weekday: drawWeekday(t, "weekday"),
			Month: rapid.IntRange(1, 12).Draw(t, "month"), Days: rapid.IntRange(0, 9).Draw(t, "width"),
		}
	default:
		e.Easter = &calendar.Easter{Offset: rapid.IntRange(-60, 80).Draw(t, "offset"), Days: rapid.IntRange(0, 9).Draw(t, "width")}
	}
	return e
}

// drawCalendar draws calendars until one is accepted; drawn exceptions may
// contradict one another, and then the later goes.
func drawCalendar(t *rapid.T) (calendar.Spec, *calendar.Calendar) {
	s := drawSpec(t)
	for {
		c, err := calendar.New(s)
		if err == nil {
			return s, c
		}
		bad, ok := errors.AsType[*calendar.Error](err)
		if !ok {
			t.Fatal(err)
		}
		for field, key := range bad.Fields {
			text, _ := strings.CutPrefix(field, "exceptions.")
			i, err := strconv.Atoi(text)
			switch {
			case key == "calendar.err.overlap" && err == nil:
				s.Exceptions = append(s.Exceptions[:i:i], s.Exceptions[i+1:]...)
			case key == "calendar.err.never_open":
				s.Week = week(hours("09:00-17:00"), workdays...)
			default:
				t.Fatal(bad)
			}
			break // the numbers of the others may have changed
		}
	}
}

// drawTime draws an instant, every other time close to a change of clocks.
func drawTime(t *rapid.T, zone *time.Location, label string) time.Time {
	at := drawDate(t, label)
	if _, change := at.In(zone).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near a change") {
		at = change.Add(-36 * time.Hour)
	}
	at = at.Add(time.Duration(rapid.IntRange(0, 72*60).Draw(t, "minutes")) * time.Minute)
	return at.Add(time.Duration(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 59_999_999_999)).Draw(t, "nanos")))
}

func drawLength(t *rapid.T, label string) time.Duration {
	if rapid.Bool().Draw(t, "whole minutes") {
		return time.Duration(rapid.IntRange(0, 48*60).Draw(t, label)) * time.Minute
	}
	return drawNanos(t, label, 0, 400*time.Hour)
}

func drawNanos(t *rapid.T, label string, least, most time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(int64(least), int64(most)).Draw(t, label))
}

// instant and length turn any number into one that a calendar knows.
func instant(unix int64) time.Time {
	const years = 179 * 365 * 24 * 3600
	return time.Unix((unix%years+years)%years, 0)
}

func length(secs int64) time.Duration {
	const most = 20_000 * 3600
	return time.Duration((secs%most+most)%most) * time.Second
}

type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// keepsPromise checks that Add is the inverse of Elapsed, and the earliest one.
func keepsPromise(t failer, c *calendar.Calendar, from time.Time, d time.Duration) (due time.Time, ok bool) {
	t.Helper()
	due, err := c.Add(from, d)
	if err != nil {
		if horizon := from.AddDate(calendar.Horizon, 0, 0); !errors.Is(err, calendar.ErrHorizon) || c.Elapsed(from, horizon) >= d {
			t.Errorf("add %s to %v: %v, with %s up to the horizon", d, from, err, c.Elapsed(from, horizon))
		}
		return time.Time{}, false
	}
	if got := c.Elapsed(from, due); got != d {
		t.Errorf("elapsed(%v, add(it, %s) = %v) = %s", from, d, due, got)
	}
	if d > 0 && c.Elapsed(from, due.Add(-1)) != d-1 {
		t.Errorf("%v + %s: %v is not the first instant", from, d, due)
	}
	return due, true
}

func TestTenThousandCalendarsKeepTheirPromises(t *testing.T) {
	t.Parallel()
	many(t, 10_000, func(t *rapid.T) {
		_, c := drawCalendar(t)
		from, d := drawTime(t, c.Zone(), "from"), drawLength(t, "d")
		due, ok := keepsPromise(t, c, from, d)
		if !ok {
			return
		}
		monotone(t, c, from, d, due)
		additive(t, c, from, due, drawTime(t, c.Zone(), "between"))
		explained(t, c, from, due)
		workingDays(t, c, from)
	})
}

// many runs a property on n draws, in lots that fail by themselves.
func many(t *testing.T, n int, property func(*rapid.T)) {
	const lot = 100 // what rapid checks by default
	for i := range n / lot {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, property)
		})
	}
}

func monotone(t *rapid.T, c *calendar.Calendar, from time.Time, d time.Duration, due time.Time) {
	more := drawLength(t, "more")
	if later, err := c.Add(from, d+more); err == nil {
		if later.Before(due) {
			t.Errorf("%v: %s is due %v, but %s is due %v", from, d, due, d+more, later)
		}
		if d > 0 && more > 0 {
			if again, err := c.Add(due, more); err != nil || !again.Equal(later) {
				t.Errorf("%v + %s + %s = %v, %v, in one go %v", from, d, more, again, err, later)
			}
		}
	}
	start := from.Add(drawLength(t, "start later"))
	if later, err := c.Add(start, d); err == nil && later.Before(due) {
		t.Errorf("%s from %v is due %v, from %v on %v", d, from, due, start, later)
	}
}

func additive(t *rapid.T, c *calendar.Calendar, a, b, between time.Time) {
	if got, want := c.Elapsed(a, between)+c.Elapsed(between, b), c.Elapsed(a, b); got != want {
		t.Errorf("split at %v: %s, whole %s", between, got, want)
	}
	if got := c.Elapsed(b, a); got != -c.Elapsed(a, b) {
		t.Errorf("backwards: %s", got)
	}
}

// explained checks that what a person is shown adds up to what was counted.
func explained(t *rapid.T, c *calendar.Calendar, a, b time.Time) {
	var sum, days time.Duration
	last := a
	for _, i := range c.Intervals(a, b) {
		if i.From.Before(last) || !i.From.Before(i.Until) || i.Until.After(b) || !c.Open(i.From) || c.Open(i.Until) && i.Until.Before(b) {
			t.Errorf("interval %v after %v", i, last)
		}
		last = i.Until
		sum += i.Until.Sub(i.From)
	}
	for _, day := range c.Days(a, b) {
		days += day.Work
	}
	if want := c.Elapsed(a, b); sum != want || days != want {
		t.Errorf("%v to %v: %s in intervals, %s in days, want %s", a, b, sum, days, want)
	}
	next, err := c.NextOpen(a)
	if err == nil && (!c.Open(next) || c.Elapsed(a, next) != 0) {
		t.Errorf("next open from %v: %v", a, next)
	}
}

func workingDays(t *rapid.T, c *calendar.Calendar, from time.Time) {
	n := rapid.IntRange(1, 15).Draw(t, "n")
	a, errA := c.AddDays(from, n)
	b, errB := c.AddDays(from, n+1)
	if errA != nil || errB != nil {
		return
	}
	if !a.After(from) || b.Before(a) || !c.Open(a.Add(-1)) {
		t.Errorf("%d and %d days from %v: %v, %v", n, n+1, from, a, b)
	}
}

func TestMinuteByMinuteAgrees(t *testing.T) {
	t.Parallel()
	many(t, 1_000, func(t *rapid.T) {
		s, c := drawCalendar(t)
		from := drawTime(t, c.Zone(), "from")
		until := from.Add(drawNanos(t, "long", 0, 72*time.Hour))
		ref := slowly(s, from, until)
		if got, want := c.Elapsed(from, until), ref.elapsed(from, until); got != want {
			t.Errorf("%v to %v: got %s, want %s", from, until, got, want)
		}
		d := drawNanos(t, "d", 1, 20*time.Hour)
		if want, ok := ref.add(from, d); ok {
			if got, err := c.Add(from, d); err != nil || !got.Equal(want) {
				t.Errorf("%v + %s: got %v, %v, want %v", from, d, got, err, want)
			}
		}
	})
}

func TestManyMayUseOneCalendar(t *testing.T) {
	t.Parallel()
	s := calendar.Spec{Zone: "America/Santiago", Week: calendar.Patterns()[0].Week, Exceptions: calendar.Countries()[1].Holidays}
	shared := mustNew(t, s)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			own := mustNew(t, s)
			for n := range 60 {
				from := time.Date(2026, 1, 1+(n*37+i)%900, 12, 0, 0, 0, time.UTC)
				got, err := shared.Add(from, 100*time.Hour)
				want, errOwn := own.Add(from, 100*time.Hour)
				if err != nil || errOwn != nil || !got.Equal(want) {
					t.Errorf("%v: %v, %v; alone %v, %v", from, got, err, want, errOwn)
				}
			}
		})
	}
	all.Wait()
}
