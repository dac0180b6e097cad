package calendar

import (
	"cmp"
	"slices"
	"sort"
	"sync/atomic"
)

// A calendar is expanded in blocks of 64 days, each when it is first needed. A
// block is never changed; two goroutines that need it at once make it twice and
// keep either.
const (
	blockDays  = 64
	blockNanos = blockDays * daySecs * second
	second     = int64(1e9) // in nanoseconds
	firstYear  = 1970       // what a calendar knows; before and after, it is closed
	lastYear   = 2149
)

// blockCount reaches a little past lastYear, where calendars are closed.
var blockCount = int64(dateOf(lastYear+1, 1, 1))/blockDays + 1

// span is an open stretch in Unix nanoseconds.
type span struct{ from, until, before int64 } // before: open time of the block ahead of it

// block holds the open spans between two instants, and the shifts of the days
// with the same numbers on the wall.
type block struct {
	spans []span
	total int64
	days  [blockDays][]shift
}

// used returns the open time of the block before the instant x.
func (b *block) used(x int64) int64 {
	i := b.next(x)
	if i == 0 {
		return 0
	}
	s := b.spans[i-1]
	return s.before + min(x, s.until) - s.from
}

// next returns the first span that starts after x.
func (b *block) next(x int64) int {
	return sort.Search(len(b.spans), func(i int) bool { return b.spans[i].from > x })
}

// at returns the first instant at which open time of the block has been used;
// open is over 0 and at most the total.
func (b *block) at(open int64) int64 {
	i := sort.Search(len(b.spans), func(i int) bool { return b.spans[i].before >= open })
	s := b.spans[i-1]
	return s.from + open - s.before
}

// blocks is the cache of one calendar.
type blocks []atomic.Pointer[block]

func (c *Calendar) block(i int64) *block {
	if b := c.blocks[i].Load(); b != nil {
		return b
	}
	b := c.expand(i)
	c.blocks[i].Store(b)
	return b
}

// expand works out one block. A shift may reach two days past the date of its
// start, and a zone lies up to 15 hours from UTC: hence the margins.
func (c *Calendar) expand(i int64) *block {
	const early, late = 3, 2
	first := date(i*blockDays) - early
	days := c.days(first, first+early+blockDays+late)
	face := newClockface(c.zone)
	begin, end := i*blockNanos, (i+1)*blockNanos
	b := &block{}
	copy(b.days[:], days[early:])
	for n, shifts := range days {
		for _, s := range shifts {
			from, until := face.edges(first+date(n), s)
			from, until = max(from*second, begin), min(until*second, end)
			if from >= until {
				continue
			}
			if l := len(b.spans); l > 0 && from <= b.spans[l-1].until {
				b.spans[l-1].until = max(b.spans[l-1].until, until)
				continue
			}
			b.spans = append(b.spans, span{from: from, until: until})
		}
	}
	for n := range b.spans {
		b.spans[n].before = b.total
		b.total += b.spans[n].until - b.spans[n].from
	}
	b.spans = slices.Clip(b.spans)
	return b
}

// edges returns the instants between which a shift of a day lies.
func (c *clockface) edges(d date, s shift) (from, until int64) {
	midnight := int64(d) * daySecs
	from = c.instant(midnight+int64(s.from)*minute, false)
	return from, c.instant(midnight+int64(s.until)*minute, true)
}

// days returns the shifts of each date in [from, until): first the week, then
// what changes it from weak to strong.
func (c *Calendar) days(from, until date) [][]shift {
	out, halved := make([][]shift, until-from), make([]bool, until-from)
	for i := range out {
		if d := from + date(i); inYears(d.year()) {
			out[i] = c.week[d.weekday()]
		}
	}
	for i := range c.rules {
		r := &c.rules[i]
		r.meets(from, until, func(a, b date) {
			for d := max(a, from); d < min(b, until); d++ {
				if r.effect == Half && halved[d-from] {
					continue
				}
				out[d-from], halved[d-from] = r.apply(out[d-from]), r.effect == Half
			}
		})
	}
	for d, extra := range c.extra {
		if d >= from && d < until {
			out[d-from] = extra.hours
		}
	}
	return out
}

// apply returns what a rule makes of the shifts of a day.
func (r *rule) apply(shifts []shift) []shift {
	switch {
	case len(shifts) == 0 || r.effect == Closed:
		return nil
	case r.effect == Special:
		return r.hours
	default:
		return half(shifts)
	}
}

// half returns the first half of the minutes of a day.
func half(shifts []shift) []shift {
	left := 0
	for _, s := range shifts {
		left += s.until - s.from
	}
	left = (left + 1) / 2
	var out []shift
	for _, s := range shifts {
		s.until = min(s.until, s.from+left)
		out = append(out, s)
		if left -= s.until - s.from; left == 0 {
			break
		}
	}
	return out
}

// inOrder sorts rules so that each may overrule those before it: special hours,
// the widest first and what happens once last, then half days, then closures.
func inOrder(rules []rule) {
	rank := map[Effect]int{Special: 0, Half: 1, Closed: 2}
	slices.SortStableFunc(rules, func(a, b rule) int {
		_, aOnce := a.when.(onceRule)
		_, bOnce := b.when.(onceRule)
		return cmp.Or(rank[a.effect]-rank[b.effect], b.when.days()-a.when.days(), count(aOnce)-count(bOnce))
	})
}
