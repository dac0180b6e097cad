package load

import (
	"bytes"
	"strings"
)

// parseMoment reads a time as programs and people write it: ISO 8601 and its
// relatives, numbers in the order of day and month or month and day, months by
// name in English and Spanish, digits alone, seconds since 1970, the serial
// numbers of spreadsheets. It returns badMoment for anything else. Fractions
// beyond milliseconds are cut.
func parseMoment(b []byte) moment {
	if m, ok := parseISO(b); ok {
		return m
	}
	b = bytes.TrimSpace(b)
	const longest = 64
	if len(b) == 0 || len(b) > longest {
		return badMoment
	}
	r := reader{b: b}
	if m, ok := r.digitsAlone(); ok {
		return m
	}
	var d date
	switch {
	case r.numbers(&d):
	case r.names(&d):
	default:
		return badMoment
	}
	if d.year == 0 && d.late { // Mon Jan  2 15:04:05 2006
		return r.yearLast(d)
	}
	ms, ok := r.clock()
	if !ok {
		return badMoment
	}
	return r.end(d, ms)
}

// date is what was read before the clock.
type date struct {
	year, a, b int  // a and b are day and month, unless fixed
	fixed      bool // a is the month and b the day
	late       bool // the year stands behind the clock
}

// parseISO is the fast way for 2006-01-02T15:04:05.000Z07:00; not ok sends
// what is otherwise to the long way.
func parseISO(b []byte) (moment, bool) {
	const seconds = len("2006-01-02T15:04:05")
	if len(b) < seconds || b[4] != '-' || b[7] != '-' || (b[10] != 'T' && b[10] != ' ') || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	y1, ok1 := two(b, 0)
	y2, ok2 := two(b, 2)
	mon, ok3 := two(b, 5)
	day, ok4 := two(b, 8)
	h, ok5 := two(b, 11)
	m, ok6 := two(b, 14)
	s, ok7 := two(b, 17)
	year := 100*y1 + y2
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7) || h > 23 || m > 59 || s > 59 || !isDate(year, mon, day) {
		return 0, false
	}
	ms := int64(h*3600+m*60+s) * 1000
	i := seconds
	if i < len(b) && (b[i] == '.' || b[i] == ',') {
		unit, from := int64(100), i+1
		for i++; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
			ms += int64(b[i]-'0') * unit
			unit /= 10
		}
		if i == from {
			return 0, false
		}
	}
	at := days(year, mon, day)*dayMs + ms
	switch rest := b[i:]; {
	case len(rest) == 0:
		return localOf(at), true
	case len(rest) == 1 && rest[0] == 'Z':
		return instantOf(at), true
	case len(rest) == 6 && rest[3] == ':' && (rest[0] == '+' || rest[0] == '-'):
		oh, ok1 := two(rest, 1)
		om, ok2 := two(rest, 4)
		if !ok1 || !ok2 || oh > 23 || om > 59 {
			return 0, false
		}
		off := int64(oh*60+om) * minute
		if rest[0] == '-' {
			off = -off
		}
		return instantOf(at - off), true
	}
	return 0, false
}

func two(b []byte, i int) (int, bool) {
	hi, lo := b[i]-'0', b[i+1]-'0'
	return int(hi)*10 + int(lo), hi <= 9 && lo <= 9
}

// reader walks a text; it never goes back.
type reader struct {
	b []byte
	i int
}

func (r *reader) peek() byte {
	if r.i < len(r.b) {
		return r.b[r.i]
	}
	return 0
}

func (r *reader) done() bool { return r.i >= len(r.b) }

func (r *reader) skip(set string) {
	for !r.done() && strings.IndexByte(set, r.b[r.i]) >= 0 {
		r.i++
	}
}

// number reads up to most digits and says how many there were; more digits
// than that are no number.
func (r *reader) number(most int) (v, n int) {
	for ; !r.done() && isDigit(r.b[r.i]); r.i++ {
		if n++; n > most {
			return 0, 0
		}
		v = 10*v + int(r.b[r.i]-'0')
	}
	return v, n
}

// word reads letters, and returns them small and without accents.
func (r *reader) word() string {
	from := r.i
	for !r.done() && (r.b[r.i]|0x20 >= 'a' && r.b[r.i]|0x20 <= 'z' || r.b[r.i] >= 0x80) {
		r.i++
	}
	return plain.Replace(strings.ToLower(string(r.b[from:r.i])))
}

var plain = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "\u00a0", "", "\u202f", "")

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// digitsAlone reads what has no signs inside: 20060102, 20060102150405,
// 20060102T150405Z, seconds or parts of them since 1970, and serial numbers.
func (r *reader) digitsAlone() (moment, bool) {
	n := 0
	for n < len(r.b) && isDigit(r.b[n]) {
		n++
	}
	val := func(from, until int) (v int64) {
		for _, c := range r.b[from:until] {
			v = 10*v + int64(c-'0')
		}
		return v
	}
	rest := r.b[n:]
	fraction := len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && len(bytes.Trim(rest[1:], "0123456789")) == 0
	if len(rest) > 0 && !fraction && (n != 8 || (rest[0] != 'T' && rest[0] != ' ' && rest[0] != '-')) {
		return 0, false
	}
	if n == 8 || n == 12 || n == 14 || n == 17 {
		year, mon, day := int(val(0, 4)), int(val(4, 6)), int(val(6, 8))
		if year >= 1000 && isDate(year, mon, day) {
			d := date{year: year, a: mon, b: day, fixed: true}
			if n == 8 && len(rest) > 0 {
				return r.compactClock(d, rest[1:])
			}
			h, m, s, ms := int64(0), int64(0), int64(0), int64(0)
			if n >= 12 {
				h, m = val(8, 10), val(10, 12)
			}
			if n >= 14 {
				s = val(12, 14)
			}
			if n == 17 {
				ms = val(14, 17)
			} else if fraction {
				ms = thousandths(rest[1:])
			}
			if h > 23 || m > 59 || s > 59 {
				return 0, false
			}
			return localOf(days(year, mon, day)*dayMs + (h*3600+m*60+s)*1000 + ms), true
		}
	}
	if len(rest) > 0 && !fraction {
		return 0, false
	}
	switch {
	case n == 9 || n == 10:
		ms := val(0, n) * 1000
		if fraction {
			ms += thousandths(rest[1:])
		}
		return instantOf(ms), true
	case n == 12 || n == 13:
		return instantOf(val(0, n)), true
	case n == 16:
		return instantOf(val(0, n) / 1000), true
	case n == 18 || n == 19:
		return instantOf(val(0, min(n, 18)) / pow10(18-n+6)), true
	case n == 5:
		// A spreadsheet keeps no more than seconds; what is beyond is rounding.
		const zero = -25569 // 30 December 1899
		secs := int64(0)
		if fraction {
			f, unit := 0.0, 0.1
			for _, c := range rest[1:] {
				f += float64(c-'0') * unit
				unit /= 10
			}
			secs = int64(f*86400 + 0.5)
		}
		return localOf((val(0, n)+zero)*dayMs + secs*1000), true
	}
	return 0, false
}

func pow10(n int) int64 {
	v := int64(1)
	for range n {
		v *= 10
	}
	return v
}

// thousandths cuts the digits of a fraction to milliseconds.
func thousandths(b []byte) (ms int64) {
	unit := int64(100)
	for _, c := range b {
		ms += int64(c-'0') * unit
		unit /= 10
	}
	return ms
}

// compactClock reads 1504 and 150405 with what may follow.
func (r *reader) compactClock(d date, b []byte) (moment, bool) {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	if n != 4 && n != 6 {
		return 0, false
	}
	h, _ := two(b, 0)
	m, _ := two(b, 2)
	s := 0
	if n == 6 {
		s, _ = two(b, 4)
	}
	if h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	ms := int64(h*3600+m*60+s) * 1000
	t := reader{b: b, i: n}
	ms += t.fraction()
	return t.end(d, ms), true
}

// numbers reads 2006-1-2, 2/1/2006, 1.2.06 and the like.
func (r *reader) numbers(d *date) bool {
	start := r.i
	back := func() bool { r.i = start; return false }
	a, na := r.number(4)
	sep := r.peek()
	if na == 0 || na == 3 || strings.IndexByte("-/.", sep) < 0 || sep == 0 {
		return back()
	}
	r.i++
	b, nb := r.number(2)
	if nb == 0 || r.peek() != sep {
		return back()
	}
	r.i++
	c, nc := r.number(4)
	switch {
	case na == 4 && (nc == 1 || nc == 2):
		*d = date{year: a, a: b, b: c, fixed: true}
	case na <= 2 && (nc == 4 || nc == 2):
		*d = date{year: fullYear(c, nc), a: a, b: b}
	default:
		return back()
	}
	return true
}

func fullYear(v, n int) int {
	switch {
	case n == 4:
		return v
	case v >= 70:
		return 1900 + v
	}
	return 2000 + v
}

var monthNames = strings.Fields(`january february march april may june july august september october november december
	enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
	- - - - - - - - setiembre - - -`)

var dayNames = strings.Fields(`monday tuesday wednesday thursday friday saturday sunday
	lunes martes miercoles jueves viernes sabado domingo`)

func nameOf(list []string, w string) int {
	if len(w) >= 3 {
		for i, name := range list {
			if strings.HasPrefix(name, w) {
				return i
			}
		}
	}
	return -1
}

// names reads 2-Jan-2006, January 2, 2006 and 2 de enero de 2006, after the
// name of a day if there is one.
func (r *reader) names(d *date) bool {
	const between = " ,.-/"
	mon, day, year := 0, 0, 0
	for range 6 {
		if isDigit(r.peek()) {
			from := r.i
			v, n := r.number(4)
			switch {
			case r.peek() == ':' && mon > 0 && day > 0 && n <= 2 && year == 0:
				r.i = from
				*d = date{a: mon, b: day, fixed: true, late: true}
				return true
			case n == 4:
				year = v
			case day == 0 && n <= 2 && n > 0:
				day = v
			case n == 2:
				year = fullYear(v, n)
			default:
				return false
			}
		} else {
			w := r.word()
			switch {
			case w == "":
				return false
			case w == "de" || w == "del" || w == "of" || w == "th" || w == "st" || w == "nd" || w == "rd":
			case mon == 0 && nameOf(monthNames, w) >= 0:
				mon = nameOf(monthNames, w)%12 + 1
			case nameOf(dayNames, w) < 0:
				return false
			}
		}
		if mon > 0 && day > 0 && year > 0 {
			*d = date{year: year, a: mon, b: day, fixed: true}
			return true
		}
		r.skip(between)
	}
	return false
}
