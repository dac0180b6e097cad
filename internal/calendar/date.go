package calendar

import (
	"math"
	"time"
)

const (
	minute  = int64(60) // in seconds
	daySecs = 24 * 60 * minute
	dayMins = 24 * 60
)

// date is a day on the wall, counted from 1 January 1970. It has no zone: days
// are counted here and only the edges of shifts become instants.
type date int

func dateOf(year int, month time.Month, day int) date {
	return date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / daySecs)
}

func (d date) time() time.Time { return time.Unix(int64(d)*daySecs, 0).UTC() }

func (d date) year() int { return d.time().Year() }

func (d date) weekday() time.Weekday {
	const first = int(time.Thursday) // 1 January 1970
	return time.Weekday(((int(d)+first)%7 + 7) % 7)
}

// easter returns Easter Sunday of the Gregorian calendar (the rule of Meeus,
// Jones and Butcher, valid for every year).
func easter(year int) date {
	golden, century, y := year%19, year/100, year%100
	epact := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	sunday := (32 + 2*(century%4) + 2*(y/4) - epact - y%4) % 7
	late := (golden + 11*epact + 22*sunday) / 451
	n := epact + sunday - 7*late + 114
	return dateOf(year, time.Month(n/31), n%31+1)
}

// clockface turns wall time of one zone into instants. It remembers the stretch
// of constant offset that it looked at last, because neighbouring days nearly
// always share it. It is not for concurrent use.
type clockface struct {
	zone        *time.Location
	from, until int64 // of the stretch, in Unix seconds
	offset      int64
}

func newClockface(zone *time.Location) *clockface {
	c := &clockface{zone: zone}
	c.look(0)
	return c
}

func (c *clockface) look(unix int64) {
	t := time.Unix(unix, 0).In(c.zone)
	_, offset := t.Zone()
	from, until := t.ZoneBounds()
	c.from, c.until, c.offset = math.MinInt64, math.MaxInt64, int64(offset)
	if !from.IsZero() {
		c.from = from.Unix()
	}
	if !until.IsZero() {
		c.until = until.Unix()
	}
}

// date returns the day on the wall at an instant.
func (c *clockface) date(unix int64) date {
	if unix < c.from || unix >= c.until {
		c.look(unix)
	}
	return date(floorDiv(unix+c.offset, daySecs))
}

// near is more than any two offsets differ.
const near = 2 * daySecs

// instant returns the Unix second at which the wall shows wall (seconds since
// the start of 1970 as if the zone were UTC). Wall time that does not exist
// becomes the first instant after the gap. Of two, the last is taken if last,
// unless it is the very instant at which the clocks went back: what ends then had
// ended before the hour that comes twice.
func (c *clockface) instant(wall int64, last bool) int64 {
	if x := wall - c.offset; far(c.from, x) && far(x, c.until) {
		return x
	}
	found, gap := int64(math.MinInt64), int64(math.MinInt64)
	for c.look(wall - near); ; c.look(c.until) {
		x := wall - c.offset
		switch {
		case x == c.from && found != math.MinInt64:
		case x >= c.from && x < c.until:
			found = x
		case x < c.from && gap == math.MinInt64:
			gap = c.from
		}
		if found != math.MinInt64 && !last {
			return found
		}
		if c.until >= wall+near {
			break
		}
	}
	if found == math.MinInt64 {
		return gap
	}
	return found
}

// far reports whether a lies well before b; the ends of time are far from all.
func far(a, b int64) bool {
	return a == math.MinInt64 || b == math.MaxInt64 || b-a > near
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
