package calendar

import "time"

// farthest is how many years ahead Next looks: a 29 February that counts only on
// some weekdays may be this far away.
const farthest = 40

// Next returns the first and the last of the next dates on which x falls, at
// noon in the zone of t: those that t lies in, or the first that begin after it.
// It reports false if x is over, or is no rule at all.
func (x Exception) Next(t time.Time) (first, last time.Time, ok bool) {
	c := &checker{bad: map[string]string{}}
	if c.exception("", 0, x); len(c.rules) == 0 {
		return time.Time{}, time.Time{}, false
	}
	rule, today, found := c.rules[0], dateOf(t.Date()), [2]date{}
	for n := 0; n <= farthest && !ok; n++ {
		const year = 366
		from, until := today+date(n)*year, today+date(n+1)*year
		if _, once := rule.when.(onceRule); once {
			until = dateOf(lastYear+1, time.December, 31)
		}
		rule.meets(from, until, func(a, b date) {
			if !ok || a < found[0] {
				found, ok = [2]date{a, b}, true
			}
		})
	}
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	noon := func(d date) time.Time {
		y, m, day := d.time().Date()
		return time.Date(y, m, day, 12, 0, 0, 0, t.Location())
	}
	return noon(found[0]), noon(found[1] - 1), true
}
