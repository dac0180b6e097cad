package sheet

import (
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/i18n"
)

// Dates reads moments as people write them, in the zone of the company. What
// "3/4/2026" means follows from the other dates of the column.
type Dates struct {
	zone       *time.Location
	monthFirst map[int]bool // by column
}

// LearnDates looks at columns of dates: where one of them has a 13 or more in
// the place of the month, it puts the month first. A column that does not tell
// goes by the others, and if none tells, the day comes first.
func LearnDates(zone *time.Location, t Table, columns ...int) Dates {
	d := Dates{zone: zone, monthFirst: map[int]bool{}}
	byDay, byMonth := map[int]int{}, map[int]int{}
	allDay, allMonth := 0, 0
	for _, r := range t.Rows {
		for _, c := range columns {
			switch order(r.Cell(c)) {
			case dayFirst:
				byDay[c]++
				allDay++
			case monthFirst:
				byMonth[c]++
				allMonth++
			}
		}
	}
	for _, c := range columns {
		if byDay[c] == byMonth[c] {
			d.monthFirst[c] = allMonth > allDay
		} else {
			d.monthFirst[c] = byMonth[c] > byDay[c]
		}
	}
	return d
}

// Parse reads the moment in s, a cell of column c.
func (d Dates) Parse(c int, s string) (time.Time, bool) {
	return parseMoment(s, d.monthFirst[c], d.zone)
}

// FormatTime writes t as a spreadsheet reads it, by the clock on the wall of
// zone; with the offset only in the hour that the clocks show twice.
func FormatTime(t time.Time, zone *time.Location) string {
	t = t.In(zone).Truncate(time.Second)
	s := t.Format(time.DateTime)
	if back, err := time.ParseInLocation(time.DateTime, s, zone); err != nil || !back.Equal(t) {
		return t.Format(time.RFC3339)
	}
	return s
}

const (
	firstYear = 1900
	lastYear  = 2199
)

type dateOrder int

const (
	untold dateOrder = iota
	dayFirst
	monthFirst
)

// order says what one date tells about the order of day and month.
func order(s string) dateOrder {
	p := scan(s)
	p.weekday()
	a, b, ok := p.pair()
	if !ok || len(a.text) > 2 {
		return untold
	}
	switch {
	case a.n > 12 && a.n <= 31 && b.n <= 12:
		return dayFirst
	case b.n > 12 && b.n <= 31 && a.n <= 12:
		return monthFirst
	}
	return untold
}

func parseMoment(s string, month1 bool, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, ok := fromDigits(s, zone); ok {
		return t, true
	}
	p := scan(s)
	year, mon, day, ok := p.date(month1)
	if !ok {
		return time.Time{}, false
	}
	hour, minute, sec, nanos, ok := p.clock()
	if !ok {
		return time.Time{}, false
	}
	if z, ok := p.zone(); ok {
		zone = z
	}
	if !p.done() {
		return time.Time{}, false
	}
	return wall(year, mon, day, hour, minute, sec, nanos, zone)
}

// fromDigits reads what has no separators: 20260131, 20260131T0700, or the
// serial number of a spreadsheet.
func fromDigits(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{"20060102", "200601021504", "20060102150405", "20060102T1504", "20060102T150405"} {
		if len(s) == len(layout) && strings.Trim(s, "0123456789T") == "" {
			if t, err := time.ParseInLocation(layout, s, zone); err == nil {
				return t, t.Year() >= firstYear && t.Year() <= lastYear
			}
		}
	}
	days, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || days < firstSerial || days > lastSerial || strings.Trim(s, "0123456789.,") != "" {
		return time.Time{}, false
	}
	t := fromSerial(days)
	return wall(t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
}

func wall(year, mon, day, hour, minute, sec, nanos int, zone *time.Location) (time.Time, bool) {
	if hour == 24 && minute == 0 && sec == 0 { // midnight at the end of the day
		t, ok := wall(year, mon, day, 0, 0, 0, 0, zone)
		return t.AddDate(0, 0, 1), ok
	}
	if year < firstYear || year > lastYear || mon < 1 || mon > 12 || day < 1 || hour > 23 || minute > 59 || sec > 59 {
		return time.Time{}, false
	}
	if day > time.Date(year, time.Month(mon)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(mon), day, hour, minute, sec, nanos, zone), true
}

// token is a run of digits, a word, or a sign.
type token struct {
	text string
	n    int // of digits
	kind byte
}

const (
	digits = 'd'
	letter = 'w'
)

// reading walks the tokens of a moment.
type reading struct{ tokens []token }

// halves of the day are written in many ways.
var halves = strings.NewReplacer("a. m.", "am", "p. m.", "pm", "a.m.", "am", "p.m.", "pm")

func scan(s string) *reading {
	const longest = 60
	p := &reading{}
	if len(s) > longest {
		return p
	}
	s = halves.Replace(i18n.Fold(s))
	kind := func(c byte) byte {
		switch {
		case c >= '0' && c <= '9':
			return digits
		case c >= 'a' && c <= 'z':
			return letter
		}
		return c
	}
	for i := 0; i < len(s); {
		k, j := kind(s[i]), i+1
		for j < len(s) && kind(s[j]) == k && (k == digits || k == letter) {
			j++
		}
		if t := (token{text: s[i:j], kind: k}); k != ' ' && k != '\t' {
			if k == digits {
				t.n, _ = strconv.Atoi(t.text[max(0, len(t.text)-9):]) // digits only, and few
			}
			p.tokens = append(p.tokens, t)
		}
		i = j
	}
	return p
}

func (p *reading) done() bool { return len(p.tokens) == 0 }

func (p *reading) is(i int, kind byte) bool { return i < len(p.tokens) && p.tokens[i].kind == kind }

func (p *reading) skip(n int) { p.tokens = p.tokens[n:] }

// skipWords drops words that say nothing, and commas.
func (p *reading) skipWords(words ...string) {
	for !p.done() && (p.is(0, ',') || contains(words, p.tokens[0].text)) {
		p.skip(1)
	}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func (p *reading) weekday() {
	if p.is(0, letter) && len(p.tokens[0].text) >= 3 {
		for _, d := range weekdays {
			if strings.HasPrefix(d, p.tokens[0].text) {
				p.skip(1)
				break
			}
		}
	}
	if p.is(0, '.') {
		p.skip(1)
	}
	p.skipWords()
}

// pair returns the first two numbers of "31/12/…".
func (p *reading) pair() (a, b token, ok bool) {
	if !p.is(0, digits) || !p.is(2, digits) || !(p.is(1, '/') || p.is(1, '-') || p.is(1, '.')) {
		return a, b, false
	}
	if !p.is(3, p.tokens[1].kind) || !p.is(4, digits) {
		return a, b, false
	}
	return p.tokens[0], p.tokens[2], true
}

func (p *reading) date(month1 bool) (year, mon, day int, ok bool) {
	p.weekday()
	if a, b, ok := p.pair(); ok {
		c := p.tokens[4]
		p.skip(5)
		if len(a.text) == 4 {
			return a.n, b.n, c.n, len(b.text) <= 2 && len(c.text) <= 2
		}
		if y, ok := fullYear(c); ok && len(a.text) <= 2 && len(b.text) <= 2 {
			if month1 && a.n <= 12 || b.n > 12 {
				return y, a.n, b.n, true
			}
			return y, b.n, a.n, true
		}
		return 0, 0, 0, false
	}
	return p.named()
}

// named reads "3 de febrero de 2026", "3-feb-26" and "Feb 3, 2026".
func (p *reading) named() (year, mon, day int, ok bool) {
	sign := func() {
		if p.is(0, '-') || p.is(0, '/') || p.is(0, '.') {
			p.skip(1)
		}
		p.skipWords("de", "del", "of", "th", "st", "nd", "rd")
	}
	for range 2 {
		switch {
		case p.is(0, digits) && day == 0 && len(p.tokens[0].text) <= 2:
			day = p.tokens[0].n
		case p.is(0, letter) && mon == 0:
			mon = monthOf(p.tokens[0].text)
		default:
			return 0, 0, 0, false
		}
		p.skip(1)
		sign()
	}
	if !p.is(0, digits) {
		return 0, 0, 0, false
	}
	year, ok = fullYear(p.tokens[0])
	p.skip(1)
	return year, mon, day, ok
}

// fullYear reads a year of four digits, or of two: 70 to 99 are of the last century.
func fullYear(t token) (int, bool) {
	switch {
	case len(t.text) == 4:
		return t.n, true
	case len(t.text) == 2 && t.n >= 70:
		return 1900 + t.n, true
	case len(t.text) == 2:
		return 2000 + t.n, true
	}
	return 0, false
}

// monthOf knows the months by their first three letters or more.
func monthOf(s string) int {
	if len(s) < 3 {
		return 0
	}
	for i, m := range months {
		if strings.HasPrefix(m, s) {
			return i%12 + 1
		}
	}
	return 0
}

var (
	months = strings.Fields(`enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
		january february march april may june july august september october november december
		- - - - - - - - setiembre`)
	weekdays = strings.Fields(`lunes martes miercoles jueves viernes sabado domingo
		monday tuesday wednesday thursday friday saturday sunday`)
)

// clock reads the hour, if there is one.
func (p *reading) clock() (hour, minute, sec, nanos int, ok bool) {
	p.skipWords("t", "a", "las", "at", "-")
	if p.done() {
		return 0, 0, 0, 0, true
	}
	short := func(i int) bool { return p.is(i, digits) && len(p.tokens[i].text) <= 2 }
	if !short(0) {
		return 0, 0, 0, 0, false
	}
	hour = p.tokens[0].n
	p.skip(1)
	told := false
	if p.is(0, ':') && short(1) {
		minute, told = p.tokens[1].n, true
		p.skip(2)
		if p.is(0, ':') && short(1) {
			sec = p.tokens[1].n
			p.skip(2)
			if (p.is(0, '.') || p.is(0, ',')) && p.is(1, digits) {
				frac := (p.tokens[1].text + "000000000")[:9]
				nanos, _ = strconv.Atoi(frac) // nine digits
				p.skip(2)
			}
		}
	}
	if p.is(0, letter) {
		switch p.tokens[0].text {
		case "am", "pm":
			if hour < 1 || hour > 12 {
				return 0, 0, 0, 0, false
			}
			if hour %= 12; p.tokens[0].text == "pm" {
				hour += 12
			}
			p.skip(1)
			return hour, minute, sec, nanos, true
		case "h", "hs", "hrs", "horas":
			told = true
			p.skip(1)
		}
	}
	return hour, minute, sec, nanos, told
}

// zone reads Z, UTC, or an offset such as +02:00 or -0500.
func (p *reading) zone() (*time.Location, bool) {
	if p.is(0, letter) && contains([]string{"z", "utc", "gmt"}, p.tokens[0].text) {
		p.skip(1)
		if p.done() {
			return time.UTC, true
		}
	}
	if !p.is(0, '+') && !p.is(0, '-') || !p.is(1, digits) {
		return nil, false
	}
	n, minutes := 2, 0
	switch t := p.tokens[1]; {
	case len(t.text) == 4:
		minutes = t.n/100*60 + t.n%100
	case len(t.text) == 2 && p.is(2, ':') && p.is(3, digits):
		minutes, n = t.n*60+p.tokens[3].n, 4
	case len(t.text) <= 2:
		minutes = t.n * 60
	default:
		return nil, false
	}
	if minutes > 15*60 {
		return nil, false
	}
	if p.is(0, '-') {
		minutes = -minutes
	}
	p.skip(n)
	return time.FixedZone("", minutes*60), true
}
