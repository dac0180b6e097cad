package load

import "math"

// A moment is what a text says about a time, in 64 bits, before it is known
// which of two numbers is the day and in which zone the clock hung.
type moment int64

// Two bits say what the other bits are.
const (
	kindShift         = 61
	instant    moment = 0 << kindShift // Unix ms, UTC, plus bias
	local      moment = 1 << kindShift // ms of a wall clock, as if it hung at UTC, plus bias
	pair       moment = 2 << kindShift // year, two numbers up to 31, ms of the day
	pairOffset moment = 3 << kindShift // the same with an offset in minutes
	kinds      moment = 3 << kindShift

	bias   = 1 << 50
	dayMs  = 24 * 60 * 60 * 1000
	minute = 60 * 1000
)

// noMoment stands for a text that says no time, and for a missing one.
const (
	noMoment  moment = math.MinInt64
	badMoment moment = math.MinInt64 + 1
)

func instantOf(ms int64) moment { return instant | moment(ms+bias) }
func localOf(ms int64) moment   { return local | moment(ms+bias) }

// pairOf packs a date of which two numbers may be day and month.
func pairOf(year, a, b int, ms int64, offset int, hasOffset bool) moment {
	m := moment(year)<<37 | moment(a)<<32 | moment(b)<<27 | moment(ms)
	if !hasOffset {
		return pair | m
	}
	return pairOffset | m | moment(offset+1<<11)<<49
}

func (m moment) kind() moment { return m & kinds }

func (m moment) ms() int64 { return int64(m&^kinds) - bias }

// numbers unpacks pairOf.
func (m moment) numbers() (year, a, b int, ms int64, offset int) {
	return int(m >> 37 & 0xfff), int(m >> 32 & 31), int(m >> 27 & 31), int64(m & (1<<27 - 1)), int(m>>49&0xfff) - 1<<11
}

// settle decides which number of a pair is the day. It returns badMoment if
// there is no such date.
func (m moment) settle(monthFirst bool) moment {
	if k := m.kind(); m < 0 || k == instant || k == local {
		return m
	}
	year, d, mon, ms, offset := m.numbers()
	if monthFirst {
		d, mon = mon, d
	}
	if !isDate(year, mon, d) {
		return badMoment
	}
	wall := days(year, mon, d)*dayMs + ms
	if m.kind() == pairOffset {
		return instantOf(wall - int64(offset)*minute)
	}
	return localOf(wall)
}

// days counts from 1 January 1970 in the Gregorian calendar.
func days(year, mon, day int) int64 {
	// Years begin in March, so that the leap day is their last.
	if mon <= 2 {
		year, mon = year-1, mon+12
	}
	y := int64(year)
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	of := y - era*400
	doy := int64(153*(mon-3)+2)/5 + int64(day) - 1
	return era*146097 + of*365 + of/4 - of/100 + doy - 719468
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func isDate(year, mon, day int) bool {
	if mon < 1 || mon > 12 || day < 1 {
		return false
	}
	n := monthDays[mon]
	if mon == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		n = 29
	}
	return day <= n
}
