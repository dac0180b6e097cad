package clock

import (
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// stretch does not count; it lasts if until is zero.
type stretch struct{ from, until time.Time }

// tape measures working time from a moment on, without some stretches, which
// are in order and apart.
type tape struct {
	hours *calendar.Calendar
	from  time.Time
	off   []stretch
}

// used is the working time counted until a moment.
func (t tape) used(until time.Time) time.Duration {
	if t.hours == nil || !until.After(t.from) {
		return 0
	}
	sum := t.hours.Elapsed(t.from, until)
	for _, s := range t.off {
		if end := s.end(until); end.After(s.from) {
			sum -= t.hours.Elapsed(s.from, end)
		}
	}
	return sum
}

func (s stretch) end(until time.Time) time.Time {
	if s.until.IsZero() || s.until.After(until) {
		return until
	}
	return s.until
}

// when is the first moment at which d has been used: zero if the tape stands
// still before, or if it lies beyond the horizon.
func (t tape) when(d time.Duration) time.Time {
	if t.hours == nil {
		return time.Time{}
	}
	at := t.from
	for _, s := range t.off {
		if w := t.hours.Elapsed(at, s.from); w >= d {
			break
		} else {
			d -= w
		}
		if at = s.until; at.IsZero() {
			return time.Time{}
		}
	}
	end, err := t.hours.Add(at, d)
	if err != nil {
		return time.Time{} // beyond the horizon: no moment can be told
	}
	return end
}

// work is a target in working time. Days become the time that lies between the
// start and the end of the last of them, so that a pause holds both alike.
func (t tape) work(target calendar.Span) (time.Duration, bool) {
	if t.hours == nil {
		return 0, false
	}
	if target.Days == 0 {
		return target.Work, target.Work > 0
	}
	end, err := t.hours.AddDays(t.from, target.Days)
	if err != nil {
		return 0, false
	}
	return t.hours.Elapsed(t.from, end), true
}

// due is when a target is used up, or zero.
func (t tape) due(target calendar.Span) time.Time {
	d, ok := t.work(target)
	if !ok {
		return time.Time{}
	}
	return t.when(d)
}

// stop begins a stretch that does not count.
func (t *tape) stop(at time.Time) { t.off = append(t.off[:len(t.off):len(t.off)], stretch{from: at}) }

// goOn ends the stretch that lasts.
func (t *tape) goOn(at time.Time) {
	if n := len(t.off); n > 0 && t.off[n-1].until.IsZero() {
		t.off = append(t.off[:n-1:n-1], stretch{t.off[n-1].from, at})
	}
}

// running is the tape as it was before the stretch that lasts.
func (t tape) running() tape {
	if n := len(t.off); n > 0 && t.off[n-1].until.IsZero() {
		t.off = t.off[:n-1]
	}
	return t
}

func (t tape) counted(until time.Time) []calendar.Interval {
	var out []calendar.Interval
	at := t.from
	for _, s := range t.off {
		if !s.from.Before(until) {
			break
		}
		out = append(out, t.hours.Intervals(at, s.from)...)
		if at = s.end(until); s.until.IsZero() {
			return out
		}
	}
	return append(out, t.hours.Intervals(at, until)...)
}
