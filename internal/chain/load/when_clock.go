package load

import "bytes"

// yearLast reads the clock, a zone and the year.
func (r *reader) yearLast(d date) moment {
	ms, ok := r.clock()
	if !ok {
		return badMoment
	}
	r.skip(" ")
	from, until := r.i, bytes.LastIndexByte(r.b, ' ')+1
	if until < from {
		return badMoment
	}
	y := reader{b: r.b, i: until}
	year, n := y.number(4)
	if n != 4 || !y.done() {
		return badMoment
	}
	d.year = year
	zone := reader{b: bytes.TrimSpace(r.b[from:until])}
	return zone.end(d, ms)
}

// clock reads the time of the day, if there is one.
func (r *reader) clock() (ms int64, ok bool) {
	r.skip(" ,")
	if c := r.peek(); c == 'T' || c == 't' || c == ':' || c == '-' && r.i+1 < len(r.b) && isDigit(r.b[r.i+1]) {
		r.i++
	}
	if r.done() {
		return 0, true
	}
	h, n := r.number(2)
	if n == 0 {
		return 0, r.peek() == '+' || r.peek() == 'Z' // a date with an offset
	}
	m, s, told := 0, 0, false
	if c := r.peek(); c == ':' || c == '.' || c == 'h' {
		r.i++
		if m, n = r.number(2); n != 2 {
			return 0, false
		}
		told = true
		if r.peek() == c && c != 'h' {
			r.i++
			if s, n = r.number(2); n != 2 {
				return 0, false
			}
			ms = r.fraction()
		}
	}
	save := r.i
	r.skip(" ")
	if r.peek() == 0xc2 || r.peek() == 0xe2 { // blanks of typographers
		r.word()
	}
	if half, ok := r.half(); ok {
		if h < 1 || h > 12 {
			return 0, false
		}
		h, told = h%12+half, true
	} else {
		r.i = save
	}
	end := h == 24 && m == 0 && s == 0 && ms == 0
	if !told || !end && h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	return ms + int64(h*3600+m*60+s)*1000, true
}

func (r *reader) fraction() (ms int64) {
	if c := r.peek(); (c != '.' && c != ',') || r.i+1 >= len(r.b) || !isDigit(r.b[r.i+1]) {
		return 0
	}
	from := r.i + 1
	for r.i++; isDigit(r.peek()); r.i++ {
	}
	return thousandths(r.b[from:r.i])
}

// half reads am and pm, with or without dots: the hours to add.
func (r *reader) half() (hours int, ok bool) {
	switch r.peek() | 0x20 {
	case 'a':
	case 'p':
		hours = 12
	default:
		return 0, false
	}
	r.i++
	r.skip(". ")
	if r.peek()|0x20 != 'm' {
		return 0, false
	}
	r.i++
	r.skip(".")
	return hours, true
}

// zones are the names of offsets that mean the same everywhere.
var zones = map[string]int{"z": 0, "utc": 0, "gmt": 0, "cet": 60, "cest": 120, "wet": 0, "west": 60, "eet": 120, "eest": 180}

// end reads the offset, if there is one, and nothing after it.
func (r *reader) end(d date, ms int64) moment {
	r.skip(" ")
	offset, has := 0, false
	if w := r.word(); w != "" {
		var known bool
		if offset, known = zones[w]; !known {
			return badMoment
		}
		has = true
		r.skip(" ")
	}
	if c := r.peek(); c == '+' || c == '-' {
		r.i++
		h, n := r.number(4)
		m := 0
		switch {
		case n == 4:
			h, m = h/100, h%100
		case n == 1 || n == 2:
			if r.peek() == ':' {
				r.i++
				if m, n = r.number(2); n != 2 {
					return badMoment
				}
			}
		default:
			return badMoment
		}
		if h > 23 || m > 59 {
			return badMoment
		}
		offset, has = h*60+m, true
		if c == '-' {
			offset = -offset
		}
		r.skip(" ")
	}
	if r.peek() == '[' || r.peek() == '(' { // the name of the zone beside its offset
		if !has || !bytes.ContainsAny(r.b[r.i:], "])") {
			return badMoment
		}
		r.i = len(r.b)
	}
	if !r.done() {
		return badMoment
	}
	if !d.fixed {
		if d.a > 31 || d.b > 31 || d.a == 0 || d.b == 0 || d.year > 4095 {
			return badMoment
		}
		if !isDate(d.year, d.b, d.a) && !isDate(d.year, d.a, d.b) {
			return badMoment
		}
		return pairOf(d.year, d.a, d.b, ms, offset, has)
	}
	if !isDate(d.year, d.a, d.b) {
		return badMoment
	}
	at := days(d.year, d.a, d.b)*dayMs + ms
	if has {
		return instantOf(at - int64(offset)*minute)
	}
	return localOf(at)
}
