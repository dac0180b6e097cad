package clock_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
)

// shop is hours whose opening the slow clock can tell by itself.
type shop struct {
	zone  *time.Location
	week  [7][][2]int // minutes of the day, by time.Weekday
	hours *calendar.Calendar
}

// shops are open in zones and on days on which clocks change.
func shops(t testing.TB) []shop {
	t.Helper()
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	text := func(m int) string { return time.Unix(int64(m)*60, 0).UTC().Format("15:04") }
	var out []shop
	for _, zone := range []string{"America/Santiago", "Europe/Madrid", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range [][][2]int{
			{{9 * 60, 14 * 60}, {15 * 60, 18*60 + 30}}, {{22 * 60, 24 * 60}, {0, 6 * 60}}, {{0, 24 * 60}}, {{7*60 + 10, 7*60 + 40}},
		} {
			s, spec := shop{zone: loc}, map[string][]string{}
			for d := range 7 {
				if d == 0 && len(day) > 1 {
					continue
				}
				s.week[d] = day
				for _, x := range day {
					until := text(x[1])
					if x[1] == 24*60 {
						until = "24:00"
					}
					spec[names[d]] = append(spec[names[d]], text(x[0])+"-"+until)
				}
			}
			s.hours = hours(t, zone, spec)
			out = append(out, s)
		}
	}
	return out
}

// random is a history of a few days, with the steps in an order that is
// possible. Its moments are whole seconds.
type random struct {
	*rand.Rand

	shops []shop
	at    time.Time
}

var starts = []time.Time{
	time.Date(2026, 9, 5, 12, 0, 0, 0, time.UTC), time.Date(2026, 4, 4, 12, 0, 0, 0, time.UTC),
	time.Date(2026, 10, 24, 8, 0, 0, 0, time.UTC), time.Date(2026, 3, 28, 8, 0, 0, 0, time.UTC), on(23, 9, 0),
}

func (r *random) later(most time.Duration) time.Time {
	r.at = r.at.Add(time.Duration(r.Int64N(int64(most/time.Second))) * time.Second)
	return r.at
}

func (r *random) event(what clock.What, most time.Duration) clock.Event {
	return event(what, r.later(most))
}

func (r *random) terms() *clock.Terms {
	v := &clock.Terms{
		Supplier: "s", Take: work(time.Duration(1+r.IntN(7200)) * time.Second), Hours: r.shops[r.IntN(len(r.shops))].hours,
		Deliver: work(time.Duration(1+r.IntN(12*3600)) * time.Second), Customer: r.shops[r.IntN(len(r.shops))].hours,
	}
	return v
}

// history makes up to n events; longest is the most between two.
func (r *random) history(n int, longest time.Duration) []clock.Event {
	r.at = starts[r.IntN(len(starts))]
	out := []clock.Event{asked(r.later(time.Hour), r.terms())}
	given := false
	for range n {
		e := r.event("", longest)
		switch k := r.IntN(10); {
		case given && k < 4:
			e.What, given = clock.Returned, false
		case given && k < 7:
			e.What, e.Confirms = clock.Accepted, r.IntN(2) == 0
			return append(out, e)
		case given:
			continue
		case k < 2:
			e.What = clock.Taken
		case k < 5:
			e.What, e.On = clock.Paused, []clock.Whom{clock.Customer, clock.Third, clock.Other}[r.IntN(3)]
		case k < 7:
			e.What = clock.Resumed
		case k < 8:
			e.What, e.Terms = clock.Redirected, r.terms()
		case k == 8 && r.IntN(6) == 0:
			e.What = clock.Ended
			return append(out, e)
		default:
			e.What, given = clock.Delivered, true
			if last := out[len(out)-1].Recorded; r.IntN(3) == 0 {
				e.Happened = last.Add(e.Recorded.Sub(last) / 2).Truncate(time.Second)
			}
		}
		out = append(out, e)
	}
	return out
}

func TestRandomHistoriesHoldTheProperties(t *testing.T) {
	t.Parallel()
	const histories = 10_000
	r := &random{Rand: rand.New(rand.NewPCG(3, 2)), shops: shops(t)}
	for n := range histories {
		h := r.history(1+r.IntN(14), 30*time.Hour)
		now := r.later(48 * time.Hour)
		a := clock.Replay(h, now)
		for i, l := range a.Legs {
			holds(t, n, a, i, l, now)
		}
		prefixes(t, n, h, a)
		splits(t, n, h, a, now)
		if t.Failed() {
			t.Fatalf("history %d: %+v", n, h)
		}
	}
}

// holds checks what is true of every leg.
func holds(t *testing.T, n int, a clock.Account, i int, l clock.Leg, now time.Time) {
	t.Helper()
	if l.End != "" && i+1 < len(a.Legs) && !a.Legs[i+1].Opened.Equal(l.Closed) {
		t.Errorf("%d: leg %d ends at %v and the next begins at %v", n, i, l.Closed, a.Legs[i+1].Opened)
	}
	end := l.Delivered
	if end.IsZero() {
		end = l.Closed
	}
	if end.IsZero() {
		end = now
	}
	held, before := time.Duration(0), time.Duration(0)
	for _, p := range l.Pauses {
		held += p.Held
	}
	if l.Rework {
		before = a.Legs[i-1].Used
	}
	if all := l.Hours.Elapsed(l.Opened, end); l.Used != before+all-held {
		t.Errorf("%d: leg %d used %v of %v after %v, and was held for %v", n, i, l.Used, all, before, held)
	}
	sum := time.Duration(0)
	for _, x := range l.Counted(end) {
		sum += x.Until.Sub(x.From)
	}
	if sum != l.Used {
		t.Errorf("%d: leg %d counted %v and used %v", n, i, sum, l.Used)
	}
	if !l.Due.IsZero() && l.Used < l.Deliver.Work && l.Due.Before(end) {
		t.Errorf("%d: leg %d is due at %v with %v of %v used at %v", n, i, l.Due, l.Used, l.Deliver.Work, end)
	}
	if l.Result != clock.None && (l.Result == clock.Missed) != end.After(l.Due) {
		t.Errorf("%d: leg %d is %s at %v and was due at %v", n, i, l.Result, end, l.Due)
	}
	if _, paused := l.Paused(); paused && l.End != "" {
		t.Errorf("%d: leg %d is closed and paused", n, i)
	}
	alarms := l.Alarms()
	if alarms.Due.Before(alarms.Soon) || !alarms.Late.IsZero() && alarms.Late.Before(alarms.Due) {
		t.Errorf("%d: the alarms of leg %d are out of order: %+v", n, i, alarms)
	}
}

// prefixes checks that what was closed once stays as it was.
func prefixes(t *testing.T, n int, h []clock.Event, a clock.Account) {
	t.Helper()
	for k := 1; k < len(h); k++ {
		for i, l := range clock.Replay(h[:k], h[k-1].Recorded).Legs {
			if l.End != "" && (l.Result != a.Legs[i].Result || l.Used != a.Legs[i].Used) {
				t.Errorf("%d: leg %d was %s after %d events and is %s in the end", n, i, l.Result, k, a.Legs[i].Result)
			}
		}
	}
}

// splits checks that a pause cut in two is the same pause.
func splits(t *testing.T, n int, h []clock.Event, a clock.Account, now time.Time) {
	t.Helper()
	var cut []clock.Event
	for i, e := range h {
		cut = append(cut, e)
		if e.What == clock.Paused && i+1 < len(h) {
			half := e.Recorded.Add(h[i+1].Happened.Sub(e.Recorded) / 2)
			again := e
			again.Happened, again.Recorded = half, half
			cut = append(cut, event(clock.Resumed, half), again)
		}
	}
	b := clock.Replay(cut, now)
	for i, l := range a.Legs {
		if x := b.Legs[i]; x.Used != l.Used || !x.Due.Equal(l.Due) || x.Result != l.Result {
			t.Errorf("%d: leg %d with its pauses cut in two: %+v, whole: %+v", n, i, x, l)
		}
	}
}
