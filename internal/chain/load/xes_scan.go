package load

import (
	"bytes"

	"github.com/eslabon/eslabon/internal/chain"
)

// part is what the scan of one block found.
type part struct {
	end  [][]byte
	done bool // the block was understood up to its end
	err  *Error

	worker  *worker // whose codes the columns have
	inTrace bool    // the block began inside a trace

	times   []int64
	cases   []uint32 // row of the first event of each case that begins here
	columns []partColumn
	traces  []partColumn
	lines   int64
	left    Report // only Left; lines from the beginning of the block
	walls   wall
}

// partColumn is one column of a part, in the codes of its worker. Codes may
// end early: the rest is missing.
type partColumn struct {
	at    int // number in the worker
	name  string
	epoch int
	words chain.Words
	codes []uint32
}

// worker scans blocks, one after the other. Its dictionaries grow from block
// to block, so that most values are found in them.
type worker struct {
	o    *Options
	time []byte

	scan    xmlScan
	columns workColumns
	traces  workColumns
	wall    *wall
	buf     []byte

	p       *part
	nTraces int // cases of this block, the one from before included
	row     int
	moment  moment
	bad     []byte // the time that could not be read
}

// workColumn is a column of a worker.
type workColumn struct {
	key    []byte
	name   string
	isTime bool
	used   bool // in this block
	epoch  int
	next   int // the column that followed last time
	words  chain.Words
	codes  []uint32
}

// workColumns finds a column by its key: mostly it is the one that followed
// last time.
type workColumns struct {
	list   []*workColumn
	byKey  map[string]int
	first  int // the column that begins an event
	before int // the column before; -1 at the beginning
	order  []int
	limit  int
	time   string // the key that is no column
}

func newWorker(o *Options) *worker {
	w := &worker{o: o, wall: newWall(o.Zone)}
	w.columns = workColumns{byKey: map[string]int{}, limit: o.Limits.Columns, time: timeKey(o)}
	w.traces = workColumns{byKey: map[string]int{}, limit: o.Limits.Columns}
	return w
}

// find returns the column of a key; the key is as the file writes it.
func (c *workColumns) find(key []byte) (*workColumn, error) {
	guess := c.first
	if c.before >= 0 {
		guess = c.list[c.before].next
	}
	if guess < len(c.list) && bytes.Equal(c.list[guess].key, key) {
		c.before = guess
		return c.list[guess], nil
	}
	i, ok := c.byKey[string(key)]
	if !ok {
		text, err := decodeText(nil, key, 0, true)
		if err != nil {
			return nil, err
		}
		if i, ok = c.byName(string(text)); !ok {
			if i = len(c.list); i > c.limit {
				return nil, most("too_many_columns", c.limit)
			}
			c.list = append(c.list, &workColumn{key: bytes.Clone(key), name: string(text), isTime: string(text) == c.time})
		}
		c.byKey[string(key)] = i
	}
	if c.before >= 0 {
		c.list[c.before].next = i
	} else {
		c.first = i
	}
	c.before = i
	return c.list[i], nil
}

func (c *workColumns) byName(name string) (int, bool) {
	for i, k := range c.list {
		if k.name == name {
			return i, true
		}
	}
	return 0, false
}

// put writes the code of a row; the last one counts.
func (c *workColumns) put(k *workColumn, row int, code uint32) {
	if !k.used {
		k.used = true
		c.order = append(c.order, c.before)
	}
	if row < len(k.codes) {
		k.codes[row] = code
		return
	}
	for len(k.codes) < row {
		k.codes = append(k.codes, chain.Missing)
	}
	k.codes = append(k.codes, code)
}

// drop forgets what was written for a row.
func (c *workColumns) drop(row int) {
	for _, i := range c.order {
		if k := c.list[i]; len(k.codes) > row {
			k.codes = k.codes[:row]
		}
	}
}

// take returns what the block wrote, and makes ready for the next.
func (c *workColumns) take(rows int) []partColumn {
	const large = 1 << 16 // texts: a dictionary of more is begun anew
	out := make([]partColumn, 0, len(c.order))
	for _, i := range c.order {
		k := c.list[i]
		out = append(out, partColumn{at: i, name: k.name, epoch: k.epoch, words: k.words.Snapshot(), codes: k.codes})
		k.used, k.codes = false, make([]uint32, 0, rows+rows/8)
		if k.words.Len() > large {
			k.words, k.epoch = chain.Words{}, k.epoch+1
		}
	}
	c.order, c.before = c.order[:0], -1
	return out
}

// run scans one block.
func (w *worker) run(b *block) *part {
	p := &part{}
	w.p, w.row, w.nTraces = p, 0, 0
	*w.wall = wall{zone: w.wall.zone, from: w.wall.from, until: w.wall.until, offset: w.wall.offset}
	w.columns.before, w.traces.before = -1, -1
	s := &w.scan
	*s = xmlScan{b: b.data, final: b.final, depth: w.o.Limits.Depth, attrs: s.attrs, open: s.open[:0], starts: s.starts[:0]}
	for _, name := range b.open {
		s.push(name)
	}
	s.rooted = len(b.open) > 0
	if len(b.open) > 1 {
		w.nTraces, p.inTrace = 1, true
	}
	p.err = w.scanAll()
	if p.err != nil && p.err.Line == 0 {
		p.err.Line = 1 + newlines(b.data[:min(p.err.at, len(b.data))])
	}
	p.done = s.pos == len(s.b)
	for i := range s.starts {
		until := len(s.open)
		if i+1 < len(s.starts) {
			until = s.starts[i+1]
		}
		p.end = append(p.end, bytes.Clone(s.open[s.starts[i]:until]))
	}
	p.columns, p.traces = w.columns.take(w.row), w.traces.take(w.nTraces)
	p.lines = newlines(b.data)
	p.walls = *w.wall
	return p
}

func newlines(b []byte) int64 { return int64(bytes.Count(b, []byte{'\n'})) }

// Levels of an XES file: how many elements are open around a tag.
const (
	inNothing = iota
	inLog
	inTrace
	inEvent
)

func (w *worker) scanAll() *Error {
	s := &w.scan
	skip := 0 // level of an element whose content means nothing here; 0 for none
	for {
		t, err := s.next()
		if err != nil {
			return asError(err, s.from)
		}
		level := s.level()
		switch t {
		case tokenShort, tokenDone:
			return nil
		case tokenEnd:
			switch {
			case skip > 0:
				if level < skip {
					skip = 0
				}
			case level == inTrace:
				w.endEvent()
			}
			continue
		case tokenStart:
			level--
		}
		if skip == 0 {
			switch level {
			case inNothing:
				if string(localName(s.name)) != "log" {
					return wrong("xes_root", s.from, string(s.name), "log")
				}
				err = w.check()
			case inLog:
				var enter bool
				enter, err = w.inLog(t)
				if !enter && t == tokenStart {
					skip = s.level()
				}
			case inTrace:
				if isName(s.name, "event") {
					err = w.check()
					w.beginEvent()
					if t == tokenEmpty {
						w.endEvent()
					}
					break
				}
				err = w.attribute(&w.traces, w.nTraces-1)
				if t == tokenStart {
					skip = s.level()
				}
			default:
				err = w.attribute(&w.columns, w.row)
				if t == tokenStart {
					skip = s.level()
				}
			}
		} else {
			err = w.check()
		}
		if err != nil {
			return asError(err, s.from)
		}
	}
}

func asError(err error, at int) *Error {
	e, ok := err.(*Error) //nolint:errorlint // our own functions wrap nothing
	if !ok {
		e = &Error{Code: "read", Err: err}
	}
	if e.at == 0 {
		e.at = at
	}
	return e
}

func isName(name []byte, want string) bool {
	return string(name) == want || len(name) > len(want) && string(localName(name)) == want
}

// check looks at attributes whose content is not used.
func (w *worker) check() error {
	for _, a := range w.scan.attrs {
		if err := checkText(a.value, w.scan.from, false); err != nil {
			return err
		}
	}
	return nil
}

// inLog reads a child of the root. Enter means that its children count.
func (w *worker) inLog(t token) (enter bool, err error) {
	if err := w.check(); err != nil {
		return false, err
	}
	s, p := &w.scan, w.p
	switch string(localName(s.name)) {
	case "trace":
		w.nTraces++
		p.cases = append(p.cases, uint32(w.row)) //nolint:gosec // a block is small
		w.traces.before = -1
		return true, nil
	case "event":
		p.left.leave(NoCase, 1, w.place("event", nil))
	}
	return false, nil
}

func (w *worker) beginEvent() {
	w.bad, w.moment = nil, noMoment
	w.columns.before = -1
}

func (w *worker) endEvent() {
	switch {
	case w.moment >= 0:
		w.p.times = append(w.p.times, w.wall.at(w.moment))
		w.row++
		return
	case w.moment == badMoment:
		w.p.left.leave(BadTime, 1, w.place(w.columns.time, w.bad))
	default:
		w.p.left.leave(NoTime, 1, w.place(w.columns.time, nil))
	}
	w.columns.drop(w.row)
}

// attribute takes key and value of the present tag for a row of columns.
func (w *worker) attribute(columns *workColumns, row int) error {
	s := &w.scan
	var key, value []byte
	for i := range s.attrs {
		switch a := &s.attrs[i]; string(a.name) {
		case "key":
			key = a.value
		case "value":
			value = a.value
			if value == nil {
				value = []byte{}
			}
		default:
			if err := checkText(a.value, s.from, false); err != nil {
				return err
			}
		}
	}
	if value == nil {
		return checkText(key, s.from, false) // a list or a container
	}
	if key == nil {
		w.p.left.leave(NoKey, 1, w.place("", value))
		return checkText(value, s.from, false)
	}
	if len(value) > w.o.Limits.Value {
		e := most("too_long", w.o.Limits.Value)
		e.Field = string(key[:min(len(key), 100)])
		return e
	}
	c, err := columns.find(key)
	if err != nil {
		return err
	}
	if c.isTime {
		return w.when(value)
	}
	if code, ok := c.words.Last(value); ok && isPlain(value) {
		columns.put(c, row, code)
		return nil
	}
	if !isPlain(value) {
		if value, err = decodeText(w.buf, value, s.from, true); err != nil {
			return err
		}
		w.buf = value[:0]
	}
	columns.put(c, row, c.words.Add(value))
	return nil
}

func (w *worker) when(value []byte) error {
	m, ok := parseISO(value)
	if !ok {
		text, err := decodeText(nil, value, w.scan.from, true)
		if err != nil {
			return err
		}
		m = parseMoment(text)
		// XES writes years first: what has them last is read by the option.
		m = m.settle(w.o.TimeFormat == MonthFirst)
	}
	w.moment, w.bad = m, value
	return nil
}

func (w *worker) place(field string, text []byte) Place {
	return Place{Line: 1 + newlines(w.scan.b[:w.scan.from]), Field: field, Text: shorten(text)}
}
