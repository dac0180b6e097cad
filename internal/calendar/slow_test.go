package calendar_test

import (
	"fmt"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// A second implementation, written from the rules and not from the first: it
// looks at every minute, asks the zone what the wall shows, and knows nothing of
// offsets, blocks or sums.

// slow holds which minutes are open around a window.
type slow struct {
	first time.Time // of the minutes
	until time.Time // of the window
	open  []bool
}

const minutesOfDay = 24 * 60

// slowly opens every minute between the two dates that some shift covers: a
// shift runs from the first minute whose wall time has reached its start to the
// last minute whose wall time has not reached its end.
func slowly(s calendar.Spec, from, until time.Time) slow {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		panic(err) // the calendar took it
	}
	// Minutes close to the edges are looked at too: an hour may come twice there.
	const margin = 6 * 60
	out := slow{first: from.Truncate(time.Minute).Add(-margin * time.Minute), until: until}
	n := int(until.Sub(out.first)/time.Minute) + margin
	walls := make([]int, n)
	out.open = make([]bool, n)
	for i := range walls {
		walls[i] = wallMinute(out.first.Add(time.Duration(i) * time.Minute).In(zone))
	}
	const longest = 3 // days that a shift and a change of clocks may take together
	for day := walls[0]/minutesOfDay - longest; day <= walls[n-1]/minutesOfDay+1; day++ {
		on := minutesOn(s, time.Unix(0, 0).UTC().AddDate(0, 0, day))
		for m := 0; m < len(on); m++ {
			if !on[m] {
				continue
			}
			begin := m
			for m < len(on) && on[m] {
				m++
			}
			start, end := day*minutesOfDay+begin, day*minutesOfDay+m
			a, b := 0, n-1
			for a < n && walls[a] < start {
				a++
			}
			for b >= 0 && walls[b] >= end {
				b--
			}
			for ; a <= b; a++ {
				out.open[a] = true
			}
		}
	}
	return out
}

func wallMinute(t time.Time) int {
	y, m, d := t.Date()
	days := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (minutesOfDay * 60))
	return days*minutesOfDay + t.Hour()*60 + t.Minute()
}

func (s slow) elapsed(a, b time.Time) (sum time.Duration) {
	for i, open := range s.open {
		if open {
			from := s.first.Add(time.Duration(i) * time.Minute)
			sum += max(0, minTime(b, from.Add(time.Minute)).Sub(maxTime(a, from)))
		}
	}
	return sum
}

// add returns the instant when d has been used, if that is within the window.
func (s slow) add(t time.Time, d time.Duration) (time.Time, bool) {
	for i, open := range s.open {
		from := s.first.Add(time.Duration(i) * time.Minute)
		if !open || !from.Add(time.Minute).After(t) {
			continue
		}
		from = maxTime(from, t)
		left := time.Minute - from.Sub(from.Truncate(time.Minute))
		if d <= left {
			return from.Add(d), !from.Add(d).After(s.until)
		}
		d -= left
	}
	return time.Time{}, false
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// minutesOn says which minutes from the midnight of a date on belong to its
// shifts; they reach into the next date.
func minutesOn(s calendar.Spec, date time.Time) (on [2 * minutesOfDay]bool) {
	hours := s.Week[weekdayKey(date)]
	for _, e := range s.Extra {
		if e.Date == date.Format(time.DateOnly) {
			return mark(e.Hours)
		}
	}
	if len(hours) == 0 {
		return on
	}
	halved, narrowest, once := false, 1<<30, false
	for _, e := range s.Exceptions {
		if !falls(e, date) {
			continue
		}
		switch e.Effect {
		case calendar.Closed:
			return on
		case calendar.Half:
			halved = true
		case calendar.Special:
			w := span(e)
			if w > narrowest || w == narrowest && once && e.Once == nil {
				continue
			}
			hours, narrowest, once = e.Hours, w, e.Once != nil
		}
	}
	on = mark(hours)
	if halved {
		left := 0
		for _, open := range on {
			if open {
				left++
			}
		}
		left = (left + 1) / 2
		for m := range on {
			if on[m] {
				on[m] = left > 0
				left--
			}
		}
	}
	return on
}

func mark(hours []string) (on [2 * minutesOfDay]bool) {
	for _, h := range hours {
		var h1, m1, h2, m2 int
		if _, err := fmt.Sscanf(h, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil {
			panic(err) // the calendar took it
		}
		from, until := h1*60+m1, h2*60+m2
		if until <= from {
			until += minutesOfDay
		}
		for m := from; m < until; m++ {
			on[m] = true
		}
	}
	return on
}

func weekdayKey(t time.Time) string {
	return map[time.Weekday]string{0: "sun", 1: "mon", 2: "tue", 3: "wed", 4: "thu", 5: "fri", 6: "sat"}[t.Weekday()]
}

// falls reports whether an exception falls on a date, by looking at the date.
func falls(e calendar.Exception, date time.Time) bool {
	inYears := func(year int) bool { return year >= e.FirstYear && (e.LastYear == 0 || year <= e.LastYear) }
	switch {
	case e.Once != nil:
		text := date.Format(time.DateOnly)
		if e.Once.Until == "" {
			return text == e.Once.From
		}
		return text >= e.Once.From && text <= e.Once.Until
	case e.Yearly != nil && (e.Yearly.Until == "" || e.Yearly.Until == e.Yearly.From):
		for shift := -7; shift <= 7; shift++ {
			origin := date.AddDate(0, 0, -shift)
			key := weekdayKey(origin)
			only := len(e.Yearly.Only) == 0
			for _, k := range e.Yearly.Only {
				only = only || k == key
			}
			if origin.Format("01-02") == e.Yearly.From && e.Yearly.Move[key] == shift && only && inYears(origin.Year()) {
				return true
			}
		}
		return false
	case e.Yearly != nil:
		md := date.Format("01-02")
		if e.Yearly.From <= e.Yearly.Until {
			return md >= e.Yearly.From && md <= e.Yearly.Until && inYears(date.Year())
		}
		return md >= e.Yearly.From && inYears(date.Year()) || md <= e.Yearly.Until && inYears(date.Year()-1)
	case e.NthWeekday != nil:
		for k := range max(1, e.NthWeekday.Days) {
			d := date.AddDate(0, 0, -k)
			nth := (d.Day()-1)/7 + 1
			if d.AddDate(0, 0, 7).Month() != d.Month() && e.NthWeekday.Nth == -1 {
				nth = -1
			}
			if weekdayKey(d) == e.NthWeekday.Weekday && int(d.Month()) == e.NthWeekday.Month && nth == e.NthWeekday.Nth && inYears(d.Year()) {
				return true
			}
		}
		return false
	default:
		for i, md := range easters {
			year := 2014 + i
			sunday, err := time.Parse(time.DateOnly, fmt.Sprintf("%d-%s", year, md))
			if err != nil {
				panic(err) // a mistake in the table
			}
			from := sunday.AddDate(0, 0, e.Easter.Offset)
			if !date.Before(from) && date.Before(from.AddDate(0, 0, max(1, e.Easter.Days))) && inYears(year) {
				return true
			}
		}
		return false
	}
}

// span returns how many dates an exception holds at a time.
func span(e calendar.Exception) int {
	between := func(from, until string) int {
		a, errA := time.Parse(time.DateOnly, from)
		b, errB := time.Parse(time.DateOnly, until)
		if errA != nil || errB != nil {
			panic("the calendar took it")
		}
		return int(b.Sub(a).Hours()/24) + 1
	}
	switch {
	case e.Once != nil && e.Once.Until != "":
		return between(e.Once.From, e.Once.Until)
	case e.Yearly != nil && e.Yearly.Until != "":
		year := "2024-"
		if e.Yearly.Until < e.Yearly.From {
			year = "2025-"
		}
		return between("2024-"+e.Yearly.From, year+e.Yearly.Until)
	case e.NthWeekday != nil:
		return max(1, e.NthWeekday.Days)
	case e.Easter != nil:
		return max(1, e.Easter.Days)
	default:
		return 1
	}
}
