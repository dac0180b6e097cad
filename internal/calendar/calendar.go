// Package calendar counts working time: it says when an hour of work that starts
// now is used up, and how much of a stretch of time was worked. Days are counted
// on the wall of the calendar's zone and each edge of a shift becomes an instant
// by itself, so that a change of clocks neither loses nor invents an hour.
package calendar

import (
	"errors"
	"fmt"
	"time"
)

// Calendar is a checked Spec. It never changes and any number of goroutines may
// use it; it remembers the days it has worked out, so keep it and share it.
type Calendar struct {
	spec   Spec
	zone   *time.Location
	week   [7][]shift
	rules  []rule // in the order in which they apply
	extra  map[date]extraDay
	blocks blocks
}

// Interval is an open stretch of time: From belongs to it, Until does not.
type Interval struct{ From, Until time.Time }

// ErrHorizon says that something lies more than Horizon ahead, or before 1970 or
// after 2149: the calendar cannot tell when.
var ErrHorizon = errors.New("calendar: beyond the horizon")

// Horizon is how many years ahead a calendar looks for open time.
const Horizon = 3

// New checks a spec and makes its calendar. What is wrong comes as an *Error with
// all the fields at fault.
func New(s Spec) (*Calendar, error) {
	check := &checker{bad: map[string]string{}, extra: map[date]extraDay{}}
	check.check(s)
	zone, err := time.LoadLocation(s.Zone)
	if err != nil || s.Zone == "" || s.Zone == "Local" { // these two are not names of a place
		check.note("zone", "calendar.err.unknown_zone")
	}
	if len(check.bad) > 0 {
		return nil, &Error{check.bad}
	}
	inOrder(check.rules)
	return &Calendar{
		spec: s, zone: zone, week: check.week, rules: check.rules, extra: check.extra,
		blocks: make(blocks, blockCount),
	}, nil
}

// Check returns an *Error if no hour is open between now and the horizon. It is
// for the moment when somebody saves a calendar; one that was saved stays usable
// however old it grows.
func (c *Calendar) Check(now time.Time) error {
	if _, err := c.NextOpen(now); err != nil {
		return &Error{map[string]string{"week": "calendar.err.never_open"}}
	}
	return nil
}

// Spec returns what the calendar was made from; it must not be changed.
func (c *Calendar) Spec() Spec { return c.spec }

// Zone returns the zone in which the calendar's hours are meant.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Add returns the first instant at which d of working time has been used from t
// on: 60 minutes that fit exactly until closing end at closing.
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return time.Time{}, fmt.Errorf("calendar: add %s: below zero", d)
	}
	if d == 0 {
		return t, nil
	}
	x, limit, ok := c.window(t)
	if !ok {
		return time.Time{}, ErrHorizon
	}
	need := int64(d)
	for i := x / blockNanos; i <= limit/blockNanos; i++ {
		b := c.block(i)
		used := int64(0)
		if i == x/blockNanos {
			used = b.used(x)
		}
		if rest := b.total - used; rest < need {
			need -= rest
			continue
		}
		if at := b.at(used + need); at <= limit {
			return c.time(at), nil
		}
		break
	}
	return time.Time{}, ErrHorizon
}

// AddDays returns the end of the n-th working day after the date of t, whatever
// the hour of t. A working day is one on which a shift starts; its end is the end
// of its last shift, which may lie on the next date. n is at least 1.
func (c *Calendar) AddDays(t time.Time, n int) (time.Time, error) {
	if n < 1 {
		return time.Time{}, fmt.Errorf("calendar: add %d days: below one", n)
	}
	x, limit, ok := c.window(t)
	if !ok {
		return time.Time{}, ErrHorizon
	}
	face := newClockface(c.zone)
	start, latest := face.date(x/second), int64(0)
	for d := max(start, 0); int64(d)*daySecs*second <= limit; d++ {
		end, works := c.dayEnd(face, d)
		latest = max(latest, end) // a long night may outlast the day after it
		if !works || d == start {
			continue
		}
		if n--; n == 0 && latest <= limit {
			return c.time(latest), nil
		}
	}
	return time.Time{}, ErrHorizon
}

// dayEnd returns the end of the last shift of a day. A shift that lies wholly in
// an hour that the clocks skip does not make a working day.
func (c *Calendar) dayEnd(face *clockface, d date) (end int64, works bool) {
	for _, s := range c.block(int64(d) / blockDays).days[d%blockDays] {
		if from, until := face.edges(d, s); until > from {
			end, works = max(end, until*second), true
		}
	}
	return end, works
}

// Elapsed returns the working time between a and b, below zero if b is before a.
func (c *Calendar) Elapsed(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.Elapsed(b, a)
	}
	x, y := c.clamp(a), c.clamp(b)
	i, j := x/blockNanos, y/blockNanos
	sum := -c.block(i).used(x)
	for ; i < j; i++ {
		sum += c.block(i).total
	}
	return time.Duration(sum + c.block(j).used(y))
}

// Open reports whether t lies in working time.
func (c *Calendar) Open(t time.Time) bool {
	next, err := c.NextOpen(t)
	return err == nil && next.Equal(t)
}

// NextOpen returns t if it lies in working time, else the next opening.
func (c *Calendar) NextOpen(t time.Time) (time.Time, error) {
	x, limit, ok := c.window(t)
	if !ok {
		return time.Time{}, ErrHorizon
	}
	for i := x / blockNanos; i <= limit/blockNanos; i++ {
		b := c.block(i)
		n := b.next(x)
		if n > 0 && x < b.spans[n-1].until {
			return t, nil
		}
		if n < len(b.spans) && b.spans[n].from <= limit {
			return c.time(b.spans[n].from), nil
		}
	}
	return time.Time{}, ErrHorizon
}

// window returns t and its horizon as Unix nanoseconds, if the calendar knows
// their years.
func (c *Calendar) window(t time.Time) (x, limit int64, ok bool) {
	if !inYears(t.UTC().Year()) {
		return 0, 0, false
	}
	return t.UnixNano(), c.clamp(t.AddDate(Horizon, 0, 0)), true
}

// clamp returns t as Unix nanoseconds, moved into the years that are known.
func (c *Calendar) clamp(t time.Time) int64 {
	switch year := t.UTC().Year(); {
	case year < firstYear:
		return 0
	case year > lastYear:
		return blockCount*blockNanos - 1
	default:
		return t.UnixNano()
	}
}

func (c *Calendar) time(nanos int64) time.Time { return time.Unix(0, nanos).In(c.zone) }
