package load

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonScan walks a JSON document without holding more than one value of it.
type jsonScan struct {
	r     io.Reader
	value int // most bytes of a text or a number
	depth int

	buf  []byte
	pos  int
	eof  bool
	line int64
	deep int
	text []byte // of the last string or number
}

func newJSON(r io.Reader, o *Options) *jsonScan {
	return &jsonScan{r: r, value: o.Limits.Value, depth: o.Limits.Depth, line: 1}
}

// more reads the next bytes once those at hand are used.
func (j *jsonScan) more() error {
	const size = 1 << 16
	if j.eof {
		return &Error{Code: "truncated", Line: j.line}
	}
	if j.buf == nil {
		j.buf = make([]byte, size)
	}
	n, err := readFull(j.r, j.buf[:size])
	j.buf, j.pos = j.buf[:n], 0
	if errors.Is(err, io.EOF) {
		j.eof = true
		if n == 0 {
			return &Error{Code: "truncated", Line: j.line}
		}
		return nil
	}
	return err
}

// byte returns the next byte.
func (j *jsonScan) byte() (byte, error) {
	if j.pos == len(j.buf) {
		if err := j.more(); err != nil {
			return 0, err
		}
	}
	c := j.buf[j.pos]
	j.pos++
	if c == '\n' {
		j.line++
	}
	return c, nil
}

// next returns the first byte of the next token, which stays unread.
func (j *jsonScan) next() (byte, error) {
	for {
		c, err := j.byte()
		if err != nil {
			return 0, err
		}
		if !space[c] {
			j.pos--
			return c, nil
		}
	}
}

func (j *jsonScan) wrong(got, want string) error {
	e := wrong("json", 0, got, want)
	e.Line = j.line
	return e
}

func (j *jsonScan) expect(want byte) error {
	c, err := j.next()
	if err != nil {
		return err
	}
	if c != want {
		return j.wrong(string(rune(c)), string(rune(want)))
	}
	j.pos++
	return nil
}

func (j *jsonScan) enter() error {
	if j.deep++; j.deep > j.depth {
		e := most("too_deep", j.depth)
		e.Line = j.line
		return e
	}
	return nil
}

// list calls each for every item between open and its counterpart.
func (j *jsonScan) list(open, shut byte, each func() error) error {
	if err := j.expect(open); err != nil {
		return err
	}
	if err := j.enter(); err != nil {
		return err
	}
	c, err := j.next()
	if err != nil {
		return err
	}
	for first := true; c != shut || !first; first = false {
		if err := each(); err != nil {
			return err
		}
		if c, err = j.next(); err != nil {
			return err
		}
		if c != ',' && c != shut {
			return j.wrong(string(rune(c)), ", "+string(rune(shut)))
		}
		if c == shut {
			break
		}
		j.pos++
	}
	j.pos++
	j.deep--
	return nil
}

// object calls field for every member; field reads the value.
func (j *jsonScan) object(field func(name string) error) error {
	return j.list('{', '}', func() error {
		if err := j.str(); err != nil {
			return err
		}
		name := string(j.text)
		if err := j.expect(':'); err != nil {
			return err
		}
		return field(name)
	})
}

// array calls item for every value; item reads it.
func (j *jsonScan) array(item func() error) error { return j.list('[', ']', item) }

func (j *jsonScan) put(b ...byte) error {
	j.text = append(j.text, b...)
	if len(j.text) > j.value {
		e := most("too_long", j.value)
		e.Line = j.line
		return e
	}
	return nil
}

// str reads a string into text.
func (j *jsonScan) str() error {
	if err := j.expect('"'); err != nil {
		return err
	}
	j.text = j.text[:0]
	for {
		if j.pos == len(j.buf) {
			if err := j.more(); err != nil {
				return err
			}
		}
		rest := j.buf[j.pos:]
		n := 0
		for n < len(rest) && rest[n] != '"' && rest[n] != '\\' && rest[n] >= ' ' {
			n++
		}
		if err := j.put(rest[:n]...); err != nil {
			return err
		}
		if j.pos += n; n == len(rest) {
			continue
		}
		c, err := j.byte()
		if err != nil {
			return err
		}
		switch c {
		case '"':
			if !utf8.Valid(j.text) {
				j.text = []byte(string([]rune(string(j.text)))) // one U+FFFD for each wrong byte
			}
			return nil
		case '\\':
			if err := j.escape(); err != nil {
				return err
			}
		default:
			return j.wrong(strconv.Quote(string(rune(c))), `"`)
		}
	}
}

func (j *jsonScan) escape() error {
	c, err := j.byte()
	if err != nil {
		return err
	}
	if at := bytes.IndexByte([]byte(`"\/bfnrt`), c); at >= 0 {
		return j.put("\"\\/\b\f\n\r\t"[at])
	}
	if c != 'u' {
		return j.wrong("\\"+string(rune(c)), `\u`)
	}
	r, err := j.hex()
	if err != nil {
		return err
	}
	if !utf16.IsSurrogate(r) {
		return j.put(utf8.AppendRune(nil, r)...)
	}
	// The other half must follow; a half alone is no character.
	for {
		low, ok, err := j.half()
		if err != nil {
			return err
		}
		if !ok {
			return j.put([]byte("\ufffd")...)
		}
		if d := utf16.DecodeRune(r, low); d != utf8.RuneError {
			return j.put(utf8.AppendRune(nil, d)...)
		}
		if err := j.put([]byte("\ufffd")...); err != nil {
			return err
		}
		if !utf16.IsSurrogate(low) {
			return j.put(utf8.AppendRune(nil, low)...)
		}
		r = low
	}
}

// half reads \uXXXX if it comes next.
func (j *jsonScan) half() (r rune, ok bool, err error) {
	if len(j.buf)-j.pos < 2 && !j.eof { // keep what is there and read on behind it
		rest := bytes.Clone(j.buf[j.pos:])
		if err := j.more(); err != nil {
			return 0, false, err
		}
		j.buf, j.pos = append(rest, j.buf...), 0
	}
	if len(j.buf)-j.pos < 2 || j.buf[j.pos] != '\\' || j.buf[j.pos+1] != 'u' {
		return 0, false, nil
	}
	j.pos += 2
	r, err = j.hex()
	return r, err == nil, err
}

func (j *jsonScan) hex() (r rune, err error) {
	for range 4 {
		c, err := j.byte()
		if err != nil {
			return 0, err
		}
		v, err := strconv.ParseUint(string(rune(c)), 16, 8)
		if err != nil {
			return 0, j.wrong(string(rune(c)), "0-9 a-f")
		}
		r = r<<4 | rune(v)
	}
	return r, nil
}

// scalar reads a value as text: null is "", a list or an object is skipped.
func (j *jsonScan) scalar() error {
	c, err := j.next()
	if err != nil {
		return err
	}
	switch {
	case c == '"':
		return j.str()
	case c == '{':
		err := j.object(func(string) error { return j.scalar() })
		j.text = j.text[:0]
		return err
	case c == '[':
		err := j.array(j.scalar)
		j.text = j.text[:0]
		return err
	}
	return j.bare()
}

// bare reads a number, true, false or null.
func (j *jsonScan) bare() error {
	j.text = j.text[:0]
	for {
		c, err := j.byte()
		if err != nil {
			if j.eof && len(j.text) > 0 {
				break
			}
			return err
		}
		if c == ',' || c == '}' || c == ']' || space[c] {
			j.pos--
			if c == '\n' {
				j.line--
			}
			break
		}
		if err := j.put(c); err != nil {
			return err
		}
	}
	switch t := string(j.text); {
	case t == "null":
		j.text = j.text[:0]
	case t == "true", t == "false", isNumber(j.text):
	default:
		return j.wrong(t, "0")
	}
	return nil
}

// isNumber reports whether b is a number by the grammar of JSON.
func isNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && isDigit(b[n]) {
			n++
		}
		b = b[n:]
		return n > 0
	}
	b = bytes.TrimPrefix(b, []byte("-"))
	if zero := bytes.HasPrefix(b, []byte("0")); zero {
		b = b[1:]
	} else if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		return digits() && len(b) == 0
	}
	return len(b) == 0
}

// end refuses anything behind the document.
func (j *jsonScan) end() error {
	for {
		if j.pos == len(j.buf) {
			if j.eof {
				return nil
			}
			if err := j.more(); err != nil {
				if j.eof {
					return nil
				}
				return err
			}
		}
		if c, err := j.byte(); err != nil {
			return err
		} else if !space[c] {
			return j.wrong(string(rune(c)), "")
		}
	}
}
