package calendar

import "time"

// Day is one date of an explanation.
type Day struct {
	Date  time.Time     // noon of the date in the calendar's zone, so that it prints as that date
	Open  []Interval    // what was counted of the shifts that start on the date
	Work  time.Duration // their sum
	Notes []Note        // why the date is not like every week
}

// Note is an exception, or an extra working day, that falls on a date.
type Note struct {
	Name, English string
	Effect        Effect // Extra for an extra working day
}

// Extra is the effect of an extra working day in a Note.
const Extra Effect = "extra"

// Title returns the name in a language, "es" or "en".
func (n Note) Title(lang string) string {
	if lang == "en" && n.English != "" {
		return n.English
	}
	return n.Name
}

// Intervals returns the working time between from and until, in order, apart
// from one another. Their sum is Elapsed.
func (c *Calendar) Intervals(from, until time.Time) []Interval {
	var out []Interval
	c.each(from, until, func(a, b int64) {
		if n := len(out); n > 0 && out[n-1].Until.UnixNano() == a {
			out[n-1].Until = c.time(b) // the seam of two blocks
			return
		}
		out = append(out, Interval{c.time(a), c.time(b)})
	})
	return out
}

// Gaps returns the stretches of at least atLeast without working time between
// from and until: what a person who sets up a calendar should see.
func (c *Calendar) Gaps(from, until time.Time, atLeast time.Duration) []Interval {
	var out []Interval
	last := from.In(c.zone)
	gap := func(next time.Time) {
		if next.Sub(last) >= atLeast && next.After(last) {
			out = append(out, Interval{last, next})
		}
	}
	for _, open := range c.Intervals(from, until) {
		gap(open.From)
		last = open.Until
	}
	gap(until.In(c.zone))
	return out
}

// each calls f with each open stretch between two instants, block by block.
func (c *Calendar) each(from, until time.Time, f func(a, b int64)) {
	x, y := c.clamp(from), c.clamp(until)
	for i := x / blockNanos; x < y && i <= y/blockNanos; i++ {
		b := c.block(i)
		for n := max(b.next(x)-1, 0); n < len(b.spans) && b.spans[n].from < y; n++ {
			if s := b.spans[n]; s.until > x {
				f(max(s.from, x), min(s.until, y))
			}
		}
	}
}

// Days explains what is counted between from and until, date by date: the dates
// without work are there too, with the reason if there is one. The sum of Work
// is Elapsed.
func (c *Calendar) Days(from, until time.Time) []Day {
	x, y := c.clamp(from), c.clamp(until)
	if y <= x {
		return nil
	}
	face := newClockface(c.zone)
	// A night shift of the date before may still run at x.
	first, last := face.date(x/second)-1, face.date((y-1)/second)
	var out []Day
	counted := x // a shift may begin before the one of the day before ends
	for d, shifts := range c.days(first, last+1) {
		day := c.day(face, first+date(d))
		for _, s := range shifts {
			a, b := face.edges(first+date(d), s)
			a, b = max(a*second, counted), min(b*second, y)
			if a >= b {
				continue
			}
			day.Open = append(day.Open, Interval{c.time(a), c.time(b)})
			day.Work += time.Duration(b - a)
			counted = b
		}
		if d > 0 || day.Work > 0 {
			out = append(out, day)
		}
	}
	return out
}

// day returns a date with the notes on it and no work yet.
func (c *Calendar) day(face *clockface, d date) Day {
	noon := face.instant(int64(d)*daySecs+daySecs/2, false)
	return Day{Date: time.Unix(noon, 0).In(c.zone), Notes: c.notes(d)}
}

// notes returns what made the hours of a date, without what something stronger
// has overruled.
func (c *Calendar) notes(d date) []Note {
	if extra, ok := c.extra[d]; ok {
		return []Note{extra.note}
	}
	works := len(c.week[d.weekday()]) > 0
	var special, half, closed []Note
	for _, r := range c.rules {
		r.meets(d, d+1, func(date, date) {
			switch {
			case r.effect == Closed:
				closed = append(closed, r.note)
			case r.effect == Half && works:
				half = []Note{r.note}
			case works:
				special = []Note{r.note}
			}
		})
	}
	if len(closed) > 0 {
		return closed
	}
	return append(special, half...)
}
