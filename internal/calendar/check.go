package calendar

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What a Spec may hold at most, so that a calendar stays cheap to read.
const (
	mostShifts     = 24  // in a day
	mostExceptions = 500 // and as many extra days
	mostName       = 120 // characters
	mostDays       = 60  // of an exception that hangs on a weekday or on Easter
	mostOffset     = 180 // days from Easter
	mostMove       = 7   // days
	// longestNight tells a night shift from hours typed the wrong way round. A
	// shift from an hour to the same hour of the next day is meant.
	longestNight = 14 * 60
)

// weekdays are the keys of Week, by time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func weekdayOf(key string) (time.Weekday, bool) {
	i := slices.Index(weekdays[:], key)
	return time.Weekday(i), i >= 0
}

// shift is a stretch of one day in minutes from its midnight; what passes the
// next midnight is over 24 hours.
type shift struct{ from, until int }

// checker turns the texts of a Spec into numbers and notes every field at fault.
type checker struct {
	bad   map[string]string
	rules []rule
	week  [7][]shift
	extra map[date]extraDay
}

// extraDay is a checked ExtraDay.
type extraDay struct {
	hours []shift
	note  Note
}

func (c *checker) note(field, key string) {
	if _, said := c.bad[field]; !said {
		c.bad[field] = key
	}
}

func (c *checker) check(s Spec) {
	for _, key := range slices.Sorted(maps.Keys(s.Week)) {
		day, ok := weekdayOf(key)
		if !ok {
			c.note("week."+key, "calendar.err.unknown_weekday")
			continue
		}
		c.week[day] = c.shifts("week."+key, s.Week[key])
	}
	if len(s.Exceptions) > mostExceptions {
		c.note("exceptions", "calendar.err.too_many_exceptions")
		return
	}
	if len(s.Extra) > mostExceptions {
		c.note("extra", "calendar.err.too_many_exceptions")
		return
	}
	for i, e := range s.Exceptions {
		c.exception("exceptions."+strconv.Itoa(i), i, e)
	}
	for i, e := range s.Extra {
		c.extraDay("extra."+strconv.Itoa(i), e)
	}
	c.overlaps()
	open := len(c.extra) > 0
	for _, shifts := range c.week {
		open = open || len(shifts) > 0
	}
	if !open && len(c.bad) == 0 {
		c.note("week", "calendar.err.never_open")
	}
}

func (c *checker) exception(at string, index int, e Exception) {
	c.names(at, e.Name, e.English)
	r := rule{index: index, effect: e.Effect, first: e.FirstYear, last: e.LastYear}
	r.note = Note{e.Name, e.English, e.Effect}
	switch e.Effect {
	case Special:
		r.hours = c.hours(at+".hours", e.Hours)
	case Closed, Half:
		if len(e.Hours) > 0 {
			c.note(at+".hours", "calendar.err.hours_unused")
		}
	default:
		c.note(at+".effect", "err.unknown")
	}
	if count(e.Once != nil, e.Yearly != nil, e.NthWeekday != nil, e.Easter != nil) != 1 {
		c.note(at, "calendar.err.one_recurrence")
		return
	}
	years := e.FirstYear != 0 || e.LastYear != 0
	backwards := e.LastYear != 0 && e.LastYear < e.FirstYear
	strange := e.FirstYear != 0 && !inYears(e.FirstYear) || e.LastYear != 0 && !inYears(e.LastYear)
	if years && (e.Once != nil || backwards || strange) {
		c.note(at+".last_year", "calendar.err.bad_years")
	}
	before := len(c.bad)
	switch {
	case e.Once != nil:
		r.when = c.once(at+".once", *e.Once)
	case e.Yearly != nil:
		r.when = c.yearly(at+".yearly", *e.Yearly)
	case e.NthWeekday != nil:
		r.when = c.nth(at+".nth_weekday", *e.NthWeekday)
	default:
		r.when = c.easter(at+".easter", *e.Easter)
	}
	if len(c.bad) == before {
		c.rules = append(c.rules, r)
	}
}

func (c *checker) extraDay(at string, e ExtraDay) {
	c.names(at, e.Name, e.English)
	hours := c.hours(at+".hours", e.Hours)
	d, ok := c.date(at+".date", e.Date)
	if !ok {
		return
	}
	if _, twice := c.extra[d]; twice {
		c.note(at+".date", "calendar.err.overlap")
	}
	c.extra[d] = extraDay{hours, Note{e.Name, e.English, Extra}}
}

func (c *checker) names(at, name, english string) {
	if strings.TrimSpace(name) == "" {
		c.note(at+".name", "err.required")
	}
	if utf8.RuneCountInString(name) > mostName {
		c.note(at+".name", "err.too_long")
	}
	if utf8.RuneCountInString(english) > mostName {
		c.note(at+".english", "err.too_long")
	}
}

// hours reads the hours of a day that cannot be empty.
func (c *checker) hours(at string, texts []string) []shift {
	if len(texts) == 0 {
		c.note(at, "calendar.err.no_hours")
	}
	return c.shifts(at, texts)
}

// shifts reads the hours of a day and joins those that touch or overlap.
func (c *checker) shifts(at string, texts []string) []shift {
	if len(texts) > mostShifts {
		c.note(at, "calendar.err.too_many_hours")
		return nil
	}
	var all []shift
	for i, text := range texts {
		field := at + "." + strconv.Itoa(i)
		from, until, ok := parseHours(text)
		switch {
		case !ok:
			c.note(field, "calendar.err.bad_hours")
			continue
		case until <= from:
			if until < from && until+dayMins-from > longestNight {
				c.note(field, "calendar.err.hours_reversed")
				continue
			}
			until += dayMins
		}
		all = append(all, shift{from, until})
	}
	slices.SortFunc(all, func(a, b shift) int { return a.from - b.from })
	joined := all[:0]
	for _, s := range all {
		if n := len(joined); n > 0 && s.from <= joined[n-1].until {
			joined[n-1].until = max(joined[n-1].until, s.until)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// parseHours reads "9:00-14:00" into minutes of the day, also with an en dash or
// spaces around it.
func parseHours(text string) (from, until int, ok bool) {
	a, b, found := strings.Cut(strings.Replace(text, "–", "-", 1), "-")
	from, okFrom := parseClock(strings.TrimSpace(a))
	until, okUntil := parseClock(strings.TrimSpace(b))
	return from, until, found && okFrom && okUntil && from < dayMins
}

func parseClock(text string) (minutes int, ok bool) {
	h, m, _ := strings.Cut(text, ":")
	hour, okHour := digits(h, 1)
	mins, okMins := digits(m, 2)
	minutes = hour*60 + mins
	return minutes, okHour && okMins && mins < 60 && minutes <= dayMins
}

// digits reads a number of least to two digits.
func digits(text string, least int) (n int, ok bool) {
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = 10*n + int(r-'0')
	}
	return n, len(text) >= least && len(text) <= 2
}

func (c *checker) date(field, text string) (date, bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || !inYears(t.Year()) {
		c.note(field, "calendar.err.bad_date")
		return 0, false
	}
	return dateOf(t.Date()), true
}

func (c *checker) monthDay(field, text string) (md monthDay, ok bool) {
	t, err := time.Parse(time.DateOnly, strconv.Itoa(leapYear)+"-"+text)
	if err != nil {
		c.note(field, "calendar.err.bad_month_day")
		return monthDay{}, false
	}
	return monthDay{t.Month(), t.Day()}, true
}

// inYears reports whether a calendar can speak of a year.
func inYears(year int) bool { return year >= firstYear && year <= lastYear }

func count(all ...bool) (n int) {
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}
