package calendar

import (
	"slices"
	"strconv"
	"time"
)

// leapYear stands for any year where every month-day exists.
const leapYear = 2024

// rule is a checked exception.
type rule struct {
	index       int // in Spec.Exceptions
	effect      Effect
	note        Note
	hours       []shift
	first, last int // years, 0 is no bound
	when        recurrence
}

// recurrence is when a rule holds: on one range of dates, or on one a year.
type recurrence interface {
	// in returns the dates [from, until) that begin in the year or, for what
	// happens once, whatever the year.
	in(year int) (from, until date, ok bool)
	// days is how many dates the range spans at most.
	days() int
}

// meets calls f with each range of dates of the rule that has a day in
// [from, until).
func (r *rule) meets(from, until date, f func(from, until date)) {
	if _, ok := r.when.(onceRule); ok {
		if a, b, _ := r.when.in(0); a < until && b > from {
			f(a, b)
		}
		return
	}
	// A range may begin in one year and reach into the next; a date may move
	// over New Year.
	for year := from.year() - 1; year <= until.year()+1; year++ {
		if year < r.first || r.last != 0 && year > r.last {
			continue
		}
		if a, b, ok := r.when.in(year); ok && a < until && b > from {
			f(a, b)
		}
	}
}

type onceRule struct{ from, until date }

func (o onceRule) in(int) (from, until date, ok bool) { return o.from, o.until, true }
func (o onceRule) days() int                          { return int(o.until - o.from) }

type monthDay struct {
	month time.Month
	day   int
}

func (m monthDay) in(year int) date     { return dateOf(year, m.month, m.day) }
func (m monthDay) exists(year int) bool { return m.in(year).time().Day() == m.day }

func (m monthDay) before(o monthDay) bool {
	return m.month < o.month || m.month == o.month && m.day < o.day
}

type yearlyRule struct {
	from, until monthDay // both included
	move        [7]int   // by the weekday of from
	only        [7]bool
}

func (y yearlyRule) in(year int) (from, until date, ok bool) {
	from = y.from.in(year) // 29 February becomes 1 March by itself
	if y.from == y.until {
		day := from.weekday()
		from += date(y.move[day])
		return from, from + 1, y.from.exists(year) && y.only[day]
	}
	last := year
	if y.until.before(y.from) {
		last++
	}
	until = y.until.in(last)
	if y.until.exists(last) {
		until++ // else 1 March already is the day after the last
	}
	return from, until, true
}

func (y yearlyRule) days() int {
	from, until, _ := y.in(leapYear)
	return int(until - from)
}

func (y yearlyRule) moves() bool { return y.move != [7]int{} || slices.Contains(y.only[:], false) }

type nthRule struct {
	nth     int
	weekday time.Weekday
	month   time.Month
	width   int
}

func (n nthRule) in(year int) (from, until date, ok bool) {
	begin, end := dateOf(year, n.month, 1), dateOf(year, n.month+1, 1)
	if n.nth < 0 {
		from = end - 1 - date((int((end-1).weekday())-int(n.weekday)+7)%7)
		return from, from + date(n.width), true
	}
	from = begin + date((int(n.weekday)-int(begin.weekday())+7)%7+7*(n.nth-1))
	return from, from + date(n.width), from < end
}

func (n nthRule) days() int { return n.width }

type easterRule struct{ offset, width int }

func (e easterRule) in(year int) (from, until date, ok bool) {
	from = easter(year) + date(e.offset)
	return from, from + date(e.width), true
}

func (e easterRule) days() int { return e.width }

func (c *checker) once(at string, o Once) recurrence {
	from, okFrom := c.date(at+".from", o.From)
	until, okUntil := from, okFrom
	if o.Until != "" {
		until, okUntil = c.date(at+".until", o.Until)
	}
	if okFrom && okUntil && until < from {
		c.note(at+".until", "calendar.err.ends_before_start")
	}
	return onceRule{from, until + 1}
}

func (c *checker) yearly(at string, y Yearly) recurrence {
	from, _ := c.monthDay(at+".from", y.From)
	r := yearlyRule{from: from, until: from}
	if y.Until != "" {
		r.until, _ = c.monthDay(at+".until", y.Until)
	}
	if r.from != r.until && (len(y.Move) > 0 || len(y.Only) > 0) {
		c.note(at+".until", "calendar.err.only_one_day_moves")
	}
	for key, days := range y.Move {
		day, ok := weekdayOf(key)
		if !ok {
			c.note(at+".move."+key, "calendar.err.unknown_weekday")
			continue
		}
		if days < -mostMove || days > mostMove {
			c.note(at+".move."+key, "calendar.err.bad_move")
		}
		r.move[day] = days
	}
	for i, key := range y.Only {
		day, ok := weekdayOf(key)
		if !ok {
			c.note(at+".only."+strconv.Itoa(i), "calendar.err.unknown_weekday")
			continue
		}
		r.only[day] = true
	}
	if len(y.Only) == 0 {
		r.only = [7]bool{true, true, true, true, true, true, true}
	}
	return r
}

func (c *checker) nth(at string, n NthWeekday) recurrence {
	if n.Nth != -1 && (n.Nth < 1 || n.Nth > 5) {
		c.note(at+".nth", "calendar.err.bad_nth")
	}
	day, ok := weekdayOf(n.Weekday)
	if !ok {
		c.note(at+".weekday", "calendar.err.unknown_weekday")
	}
	if n.Month < 1 || n.Month > 12 {
		c.note(at+".month", "calendar.err.bad_month")
	}
	return nthRule{n.Nth, day, time.Month(n.Month), c.width(at, n.Days)}
}

func (c *checker) easter(at string, e Easter) recurrence {
	if e.Offset < -mostOffset || e.Offset > mostOffset {
		c.note(at+".offset", "calendar.err.bad_offset")
	}
	return easterRule{e.Offset, c.width(at, e.Days)}
}

func (c *checker) width(at string, days int) int {
	if days < 0 || days > mostDays {
		c.note(at+".days", "calendar.err.bad_days")
	}
	return max(days, 1)
}

// overlaps notes exceptions that contradict one another: the same dates twice,
// or two ranges of the same kind that only partly cover each other. A holiday
// within a longer closure, or one that falls on another in some years, is usual
// and allowed.
func (c *checker) overlaps() {
	for i, b := range c.rules {
		for _, a := range c.rules[:i] {
			if a.effect == b.effect && sharesYears(a, b) && clash(a.when, b.when) {
				c.note("exceptions."+strconv.Itoa(b.index), "calendar.err.overlap")
			}
		}
	}
}

func sharesYears(a, b rule) bool {
	return (a.last == 0 || b.first <= a.last) && (b.last == 0 || a.first <= b.last)
}

func clash(a, b recurrence) bool {
	if a == b {
		return true
	}
	switch a := a.(type) {
	case onceRule:
		b, ok := b.(onceRule)
		return ok && crossing(a.from, a.until, b.from, b.until)
	case yearlyRule:
		b, ok := b.(yearlyRule)
		if !ok || a.moves() || b.moves() {
			return false
		}
		af, au, _ := a.in(leapYear)
		for year := leapYear - 1; year <= leapYear+1; year++ {
			if bf, bu, _ := b.in(year); crossing(af, au, bf, bu) {
				return true
			}
		}
	}
	return false
}

// crossing reports whether two ranges share days and neither lies within the
// other.
func crossing(af, au, bf, bu date) bool {
	within := af >= bf && au <= bu || bf >= af && bu <= au
	return af < bu && bf < au && !within
}
