package repeat

import (
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
)

// Kind says how the days of a rule are named.
type Kind string

// The kinds of rule.
const (
	Weekly      Kind = "weekly"       // on certain days of the week
	Monthly     Kind = "monthly"      // on a day of the month, or on the last one
	Nth         Kind = "nth"          // on the n-th weekday of the month, or on the last one
	LastWorking Kind = "last_working" // on the last working day of the month
)

// Kinds lists every kind of rule.
var Kinds = []Kind{Weekly, Monthly, Nth, LastWorking}

// Closed says what becomes of a day on which the supplier does not work.
type Closed string

// What becomes of it.
const (
	Before Closed = "before" // the working day before
	After  Closed = "after"  // the working day after
	Skip   Closed = "skip"   // that time is left out
)

// Last is the day, or the n-th weekday, that is the last of its month.
const Last = -1

// Rule says on which days something is asked for. Dates are local, "2026-11-26".
type Rule struct {
	Kind     Kind
	Weekdays []time.Weekday // of Weekly; the one of Nth
	Day      int            // of Monthly: 1 to 31, or Last; in a shorter month it is its last day
	Nth      int            // 1 to 4, or Last
	At       time.Duration  // of the day, in whole minutes: from when on it counts as asked
	Closed   Closed
	Starts   string
	Ends     string // the last date; empty if it goes on
}

// Weekdays lists the days as a week begins on Monday.
var Weekdays = []time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

const (
	mostNth   = 4
	mostDay   = 31
	dayLength = 24 * time.Hour
)

func (r Rule) check(bad errs.Bad) {
	errs.OneOf(bad, "kind", r.Kind, Kinds...)
	switch r.Kind {
	case Weekly:
		bad.Add(len(r.Weekdays) > 0, "weekdays", "repeat.err.no_day")
	case Monthly:
		bad.Add(r.Day == Last || r.Day >= 1 && r.Day <= mostDay, "day", "repeat.err.month_day")
	case Nth:
		bad.Add(r.Nth == Last || r.Nth >= 1 && r.Nth <= mostNth, "nth", "repeat.err.nth")
		bad.Add(len(r.Weekdays) == 1, "weekdays", "repeat.err.one_day")
	case LastWorking:
	}
	for _, d := range r.Weekdays {
		bad.Add(d >= time.Sunday && d <= time.Saturday, "weekdays", "err.unknown")
	}
	bad.Add(r.At >= 0 && r.At < dayLength && r.At%time.Minute == 0, "at", "repeat.err.hour")
	errs.OneOf(bad, "closed", r.Closed, Before, After, Skip)
	starts, err := time.Parse(time.DateOnly, r.Starts)
	bad.Add(err == nil, "starts_on", "err.not_a_date")
	if r.Ends != "" {
		ends, err2 := time.Parse(time.DateOnly, r.Ends)
		bad.Add(err2 == nil, "ends_on", "err.not_a_date")
		bad.Add(err != nil || err2 != nil || !ends.Before(starts), "ends_on", "repeat.err.ends_before")
	}
}

// Day is one day on which a rule asks.
type Day struct {
	Named string // by the rule; names the occurrence
	Falls string // the working day on which it falls
}

// farthest is how far a day may be moved for want of a working day.
const farthest = 14

// days returns the days of the rule that fall on from to until, both local
// dates, in their order; at most one falls on a date.
func (r Rule) days(cal *calendar.Calendar, from, until string) []Day {
	begin, err := time.ParseInLocation(time.DateOnly, max(from, r.Starts), cal.Zone())
	end, err2 := time.ParseInLocation(time.DateOnly, until, cal.Zone())
	if err != nil || err2 != nil || end.Before(begin) {
		return nil
	}
	works := worksOn(cal)
	var out []Day
	taken := map[string]bool{}
	for d := begin.AddDate(0, 0, -farthest); !d.After(end.AddDate(0, 0, farthest)); d = d.AddDate(0, 0, 1) {
		named := d.Format(time.DateOnly)
		if named < r.Starts || r.Ends != "" && named > r.Ends || !r.names(d, works) {
			continue
		}
		falls, ok := r.move(d, works)
		if on := falls.Format(time.DateOnly); ok && !taken[on] {
			taken[on] = true
			if on >= begin.Format(time.DateOnly) && on <= until {
				out = append(out, Day{named, on})
			}
		}
	}
	slices.SortFunc(out, func(x, y Day) int {
		if x.Falls < y.Falls {
			return -1
		}
		return 1
	})
	return out
}

// names reports whether the rule names the date d.
func (r Rule) names(d time.Time, works func(time.Time) bool) bool {
	last := d.AddDate(0, 0, 1).Month() != d.Month()
	switch r.Kind {
	case Weekly:
		return slices.Contains(r.Weekdays, d.Weekday())
	case Monthly:
		return last && (r.Day == Last || r.Day > d.Day()) || d.Day() == r.Day
	case Nth:
		if len(r.Weekdays) != 1 || d.Weekday() != r.Weekdays[0] {
			return false
		}
		const week = 7
		if r.Nth == Last {
			return d.AddDate(0, 0, week).Month() != d.Month()
		}
		return (d.Day()-1)/week == r.Nth-1
	case LastWorking:
		if !works(d) {
			return false
		}
		for n := d.AddDate(0, 0, 1); n.Month() == d.Month(); n = n.AddDate(0, 0, 1) {
			if works(n) {
				return false
			}
		}
		return true
	}
	return false
}

// move returns the working day on which d falls; ok is false if that time is
// left out.
func (r Rule) move(d time.Time, works func(time.Time) bool) (time.Time, bool) {
	if works(d) {
		return d, true
	}
	step := 1
	switch r.Closed {
	case Skip:
		return d, false
	case Before:
		step = -1
	case After:
	}
	for range farthest {
		if d = d.AddDate(0, 0, step); works(d) {
			return d, true
		}
	}
	return d, false
}

// worksOn returns whether the supplier works on a date, and remembers it.
func worksOn(cal *calendar.Calendar) func(time.Time) bool {
	known := map[time.Time]bool{}
	return func(d time.Time) bool {
		w, ok := known[d]
		if !ok {
			w = cal.Elapsed(d, d.AddDate(0, 0, 1)) > 0
			known[d] = w
		}
		return w
	}
}

// moment returns when the day of an occurrence begins to count.
func (r Rule) moment(cal *calendar.Calendar, falls string) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, falls, cal.Zone())
	if err != nil {
		return time.Time{}
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, int(r.At/time.Minute), 0, 0, cal.Zone())
}
