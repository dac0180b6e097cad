package load

import (
	"math"
	"time"
)

// wall turns what a clock on the wall of a zone shows into instants. A time
// that the clock shows twice is the first of the two; one that it never shows
// is moved forward by what the clock skips.
type wall struct {
	zone                *time.Location
	from, until         int64 // seconds of the clock that the present offset surely covers
	offset              int64 // seconds
	naive, twice, never int   // how many times had no offset, and of those, occurred so
}

func newWall(zone *time.Location) *wall {
	if zone == nil {
		zone = time.UTC
	}
	return &wall{zone: zone, from: 1, until: 0}
}

// widest is more than two offsets of one zone ever differ.
const widest = 26 * 60 * 60

// at returns the Unix milliseconds of a moment that is settled.
func (w *wall) at(m moment) int64 {
	if m.kind() == local {
		return w.utc(m.ms())
	}
	return m.ms()
}

// utc returns the Unix milliseconds of a wall time in milliseconds.
func (w *wall) utc(ms int64) int64 {
	w.naive++
	sec := floorDiv(ms, 1000)
	if sec >= w.from && sec < w.until {
		return ms - w.offset*1000
	}
	return ms - w.find(sec)*1000
}

// find returns the offset that belongs to a wall time in seconds.
func (w *wall) find(sec int64) int64 {
	begin := time.Unix(sec-widest, 0).In(w.zone)
	var matches []int64
	skipped, isSkipped := int64(0), false
	for t := begin; ; {
		_, off := t.Zone()
		start, end := t.ZoneBounds()
		from, until := int64(math.MinInt64), int64(math.MaxInt64)
		if !start.IsZero() {
			from = start.Unix()
		}
		if !end.IsZero() {
			until = end.Unix()
		}
		u := sec - int64(off)
		if u >= from && u < until {
			matches = append(matches, int64(off))
			if lo, hi := shift(from, int64(off)+widest), shift(until, int64(off)-widest); sec >= lo && sec < hi {
				w.from, w.until, w.offset = lo, hi, int64(off)
			}
		}
		if end.IsZero() || until > sec+widest {
			break
		}
		_, next := end.Zone()
		if sec-int64(off) >= until && sec-int64(next) < until {
			skipped, isSkipped = int64(off), true
		}
		t = end
	}
	switch {
	case len(matches) == 0 && isSkipped:
		w.never++
		return skipped
	case len(matches) > 1:
		w.twice++
	}
	return matches[0]
}

// shift adds to an instant that may be endless.
func shift(sec, by int64) int64 {
	if sec == math.MinInt64 || sec == math.MaxInt64 {
		return sec
	}
	return sec + by
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
