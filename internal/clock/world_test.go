package clock_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
)

func hours(t testing.TB, zone string, days map[string][]string) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Spec{Zone: zone, Week: days})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// office is open from Monday to Friday, with a lunch break.
func office(t testing.TB, zone string) *calendar.Calendar {
	t.Helper()
	days := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		days[d] = []string{"9:00-14:00", "15:00-18:00"}
	}
	return hours(t, zone, days)
}

func night(t testing.TB, zone string) *calendar.Calendar {
	t.Helper()
	days := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		days[d] = []string{"22:00-6:00"}
	}
	return hours(t, zone, days)
}

// on is a moment of November 2026 in UTC; the 23rd is a Monday.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC)
}

func work(d time.Duration) calendar.Span { return calendar.Span{Work: d} }

// terms promise an answer in an hour and the work in eight.
func terms(c *calendar.Calendar) *clock.Terms {
	return &clock.Terms{Supplier: "cutting", Service: "cut", Take: work(time.Hour), Deliver: work(8 * time.Hour), Hours: c}
}

func event(what clock.What, at time.Time) clock.Event {
	return clock.Event{What: what, Happened: at, Recorded: at}
}

func asked(at time.Time, t *clock.Terms) clock.Event {
	e := event(clock.Asked, at)
	e.Terms = t
	return e
}

func redirected(at time.Time, t *clock.Terms) clock.Event {
	e := event(clock.Redirected, at)
	e.Terms = t
	return e
}

func paused(at time.Time, whom clock.Whom) clock.Event {
	e := event(clock.Paused, at)
	e.On, e.Reason = whom, "waits"
	return e
}

func delivered(at time.Time, days int) clock.Event {
	e := event(clock.Delivered, at)
	e.AcceptDays = days
	return e
}

func same(t *testing.T, what string, got, want time.Time) {
	t.Helper()
	if !got.Equal(want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func is[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
