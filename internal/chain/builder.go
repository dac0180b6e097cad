package chain

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// Limits say how much of a log is taken. Zero means the limit of DefaultLimits.
type Limits struct {
	Events  int // events, and rows of a table
	Columns int // of the events, and as many of the cases
	Words   int // bytes of the different texts of one column
	Bytes   int // of all columns and dictionaries while a log is built
}

// DefaultLimits are generous for a company's log and small for a machine.
var DefaultLimits = Limits{Events: 200e6, Columns: 1000, Words: 1 << 30, Bytes: 8 << 30}

// Or returns the limits with the zeros filled in from more.
func (l Limits) Or(more Limits) Limits {
	return Limits{
		cmp.Or(l.Events, more.Events), cmp.Or(l.Columns, more.Columns),
		cmp.Or(l.Words, more.Words), cmp.Or(l.Bytes, more.Bytes),
	}
}

// Errors of a log that is larger than its limits.
var (
	ErrEvents  = errors.New("chain: too many events")
	ErrColumns = errors.New("chain: too many columns")
	ErrWords   = errors.New("chain: too many different texts in a column")
	ErrBytes   = errors.New("chain: too large")
)

// Builder collects events, in the order of the file, and makes a Log of them.
// The events of a case need not be adjacent.
type Builder struct {
	limits  Limits
	columns []*ColumnBuilder
	cases   []*ColumnBuilder
	names   *ColumnBuilder
	byName  map[string]int
	byCase  map[string]int
	time    chunks[int64]
	start   chunks[int64]
	started bool
	runs    chunks[run] // neighbouring events of one case
	last    uint32      // case of the last run
	ordered bool        // cases have come in their order
	nCases  int
	fixed   int // bytes of the columns that are complete
}

// run says that the events from row on belong to a case.
type run struct{ row, of uint32 }

// NewBuilder returns an empty builder.
func NewBuilder(l Limits) *Builder {
	return &Builder{
		limits: l.Or(DefaultLimits), byName: map[string]int{}, byCase: map[string]int{}, ordered: true,
		names: &ColumnBuilder{},
	}
}

// Column returns the number of an event column, which is made at its first
// mention.
func (b *Builder) Column(name string) (int, error) {
	return b.column(&b.columns, b.byName, name)
}

// CaseColumn is Column for the cases.
func (b *Builder) CaseColumn(name string) (int, error) {
	return b.column(&b.cases, b.byCase, name)
}

func (b *Builder) column(list *[]*ColumnBuilder, by map[string]int, name string) (int, error) {
	if i, ok := by[name]; ok {
		return i, nil
	}
	if len(*list) == b.limits.Columns {
		return 0, ErrColumns
	}
	by[name] = len(*list)
	*list = append(*list, &ColumnBuilder{name: name})
	return len(*list) - 1, nil
}

// At returns event column i, to write to it.
func (b *Builder) At(i int) *ColumnBuilder { return b.columns[i] }

// CaseAt returns case column i; its rows are cases.
func (b *Builder) CaseAt(i int) *ColumnBuilder { return b.cases[i] }

// Names returns the column of the names of the cases.
func (b *Builder) Names() *ColumnBuilder { return b.names }

// Events returns the number of events so far: the row of the next one.
func (b *Builder) Events() int { return b.time.n }

// Cases returns the number of cases so far.
func (b *Builder) Cases() int { return b.nCases }

// Case begins a new case and returns its number.
func (b *Builder) Case() uint32 {
	b.nCases++
	return uint32(b.nCases - 1) //nolint:gosec // Limits.Events keeps it small
}

// Event adds an event to a case and returns its row.
func (b *Builder) Event(of uint32, ms int64) (int, error) {
	row := b.time.n
	if row >= b.limits.Events {
		return 0, ErrEvents
	}
	if row == 0 || of != b.last {
		b.ordered = b.ordered && (row == 0 || of > b.last)
		b.runs.add(run{uint32(row), of}) //nolint:gosec // Limits.Events keeps it small
		b.last = of
	}
	b.time.add(ms)
	if row%chunk == 0 {
		return row, b.Check()
	}
	return row, nil
}

// Began says when the step of a row began.
func (b *Builder) Began(row int, ms int64) {
	b.started = true
	for b.start.n <= row {
		b.start.add(NoTime)
	}
	b.start.set(row, ms)
}

// Check returns an error once the log is larger than its limits.
func (b *Builder) Check() error {
	n := 8*b.time.n + 8*b.start.n + 8*b.runs.n
	for _, list := range [][]*ColumnBuilder{b.columns, b.cases, {b.names}} {
		for _, c := range list {
			if c.words.Bytes() > b.limits.Words {
				return ErrWords
			}
			n += c.bytes() + c.words.Bytes() + 12*c.words.Len()
		}
	}
	if n > b.limits.Bytes {
		return ErrBytes
	}
	return nil
}

// Rows calls do for every row so far, with its case and what stands for its time.
func (b *Builder) Rows(do func(row int, of uint32, raw int64)) {
	b.eachRun(b.time.n, func(of uint32, from, until int) {
		for i := from; i < until; i++ {
			do(i, of, b.time.at(i))
		}
	})
}

// Finish makes the Log. Resolve, unless nil, turns what stands for the time of
// a row, or for its beginning, into Unix milliseconds, or says that there is
// none: a row without time is left out. The builder is of no use afterwards.
func (b *Builder) Finish(resolve func(row int, raw int64, began bool) (ms int64, ok bool)) (*Log, error) {
	if err := b.Check(); err != nil {
		return nil, err
	}
	n := b.time.n
	times := b.time.flat()
	keep := make([]bool, 0)
	if resolve != nil {
		keep = make([]bool, n)
		for i, raw := range times {
			times[i], keep[i] = resolve(i, raw, false)
		}
	}
	kept := func(i int) bool { return resolve == nil || keep[i] }
	off, existing := b.offsets(n, kept)
	perm := b.order(n, off, existing, times, kept)

	l := &Log{CaseOff: off, Time: gather(times, perm)}
	if b.started {
		for b.start.n < n {
			b.start.add(NoTime)
		}
		starts := b.start.flat()
		for i, raw := range starts {
			if resolve != nil && raw != NoTime {
				ms, ok := resolve(i, raw, true)
				if !ok {
					ms = NoTime
				}
				starts[i] = ms
			}
		}
		l.Start = gather(starts, perm)
	}
	for i, c := range b.columns {
		l.columns = append(l.columns, c.finish(n, perm, perm != nil && len(perm) < n))
		b.columns[i] = nil
	}
	var rows []uint32
	if len(existing) < b.nCases {
		rows = existing
	}
	for _, c := range b.cases {
		l.cases = append(l.cases, c.finish(b.nCases, rows, rows != nil))
	}
	if b.names.words.Len() > 0 {
		l.name = b.names.finish(b.nCases, rows, rows != nil)
	}
	return l, nil
}

// offsets counts the events of each case. Existing lists the cases with events.
func (b *Builder) offsets(n int, kept func(int) bool) (off, existing []uint32) {
	count := make([]uint32, b.nCases)
	b.eachRun(n, func(of uint32, from, until int) {
		for i := from; i < until; i++ {
			if kept(i) {
				count[of]++
			}
		}
	})
	off = make([]uint32, 1, b.nCases+1)
	existing = make([]uint32, 0, b.nCases)
	at := uint32(0)
	for of, k := range count {
		if k > 0 {
			at += k
			off = append(off, at)
			existing = append(existing, uint32(of)) //nolint:gosec // Limits.Events keeps it small
		}
	}
	return off, existing
}

// order returns the row of each event in the order of the log, or nil if that
// is the order of the file.
func (b *Builder) order(n int, off, existing []uint32, times []int64, kept func(int) bool) []uint32 {
	var perm []uint32
	if total := int(off[len(off)-1]); !b.ordered || total < n {
		next := make([]uint32, b.nCases)
		for i, of := range existing {
			next[of] = off[i]
		}
		perm = make([]uint32, total)
		b.eachRun(n, func(of uint32, from, until int) {
			for i := from; i < until; i++ {
				if kept(i) {
					perm[next[of]] = uint32(i) //nolint:gosec // Limits.Events keeps it small
					next[of]++
				}
			}
		})
	}
	row := func(i uint32) uint32 {
		if perm == nil {
			return i
		}
		return perm[i]
	}
	for c := range len(off) - 1 {
		for i := off[c] + 1; i < off[c+1]; i++ {
			if times[row(i)] >= times[row(i-1)] {
				continue
			}
			if perm == nil {
				perm = make([]uint32, n)
				for j := range perm {
					perm[j] = uint32(j) //nolint:gosec // Limits.Events keeps it small
				}
			}
			slices.SortStableFunc(perm[off[c]:off[c+1]], func(x, y uint32) int { return cmp.Compare(times[x], times[y]) })
			break
		}
	}
	return perm
}

func (b *Builder) eachRun(n int, do func(of uint32, from, until int)) {
	for i := range b.runs.n {
		r, until := b.runs.at(i), n
		if i+1 < b.runs.n {
			until = int(b.runs.at(i + 1).row)
		}
		do(r.of, int(r.row), until)
	}
}

// ColumnBuilder collects the codes of one column. Rows may be skipped: they
// are missing.
type ColumnBuilder struct {
	name  string
	words Words
	codes []any // full chunks: []uint8, []uint16, []uint32, or nil if all are missing
	tail  []uint32
	first int // row of tail[0]
}

// Word returns the code of a text, which gets one if it has none.
func (c *ColumnBuilder) Word(text []byte) uint32 { return c.words.Add(text) }

// Words returns the dictionary so far.
func (c *ColumnBuilder) Words() *Words { return &c.words }

// Put writes the code of a row. Rows go upwards; the last one may be written
// again.
func (c *ColumnBuilder) Put(row int, code uint32) {
	for row-c.first >= chunk {
		c.flush()
	}
	if i := row - c.first; i < len(c.tail) {
		c.tail[i] = code
		return
	}
	if c.tail == nil {
		c.tail = make([]uint32, 0, 64)
	}
	for row-c.first > len(c.tail) {
		c.tail = append(c.tail, Missing)
	}
	c.tail = append(c.tail, code)
}

// flush puts a full chunk away in as few bytes as it needs.
func (c *ColumnBuilder) flush() {
	most := uint32(0)
	for _, v := range c.tail {
		most = max(most, v)
	}
	for len(c.tail) < chunk && most > 0 {
		c.tail = append(c.tail, Missing)
	}
	switch {
	case most == 0:
		c.codes = append(c.codes, nil)
	case most <= math.MaxUint8:
		c.codes = append(c.codes, shrink[uint8](c.tail))
	case most <= math.MaxUint16:
		c.codes = append(c.codes, shrink[uint16](c.tail))
	default:
		c.codes = append(c.codes, slices.Clone(c.tail))
	}
	c.tail = c.tail[:0]
	c.first += chunk
}

func (c *ColumnBuilder) bytes() int {
	n := 4 * cap(c.tail)
	for _, k := range c.codes {
		switch k := k.(type) {
		case []uint8:
			n += len(k)
		case []uint16:
			n += 2 * len(k)
		case []uint32:
			n += 4 * len(k)
		}
	}
	return n
}

// finish makes the column of n rows, in the order of perm unless it is nil. If
// some rows are left out, words that nobody uses any more go too.
func (c *ColumnBuilder) finish(n int, perm []uint32, compact bool) *Column {
	flat := make([]uint32, n)
	for i, k := range c.codes {
		to := flat[i*chunk:]
		switch k := k.(type) {
		case []uint8:
			widen(to, k)
		case []uint16:
			widen(to, k)
		case []uint32:
			copy(to, k)
		}
	}
	if c.first < n {
		copy(flat[c.first:], c.tail)
	}
	c.codes, c.tail = nil, nil
	flat = gather(flat, perm)
	d := c.words.dict()
	c.words = Words{}
	if compact {
		d = d.used(flat)
	}
	return narrow(c.name, d, flat)
}

// used renumbers codes by first appearance and returns the dictionary of those
// that appear.
func (d *Dict) used(codes []uint32) *Dict {
	fresh := make([]uint32, d.Len()+1)
	var texts []string
	for i, c := range codes {
		if c == Missing {
			continue
		}
		if fresh[c] == Missing {
			texts = append(texts, d.Text(c))
			fresh[c] = uint32(len(texts)) //nolint:gosec // fewer than the codes of d
		}
		codes[i] = fresh[c]
	}
	return dictOf(texts)
}

// gather returns values in the order of perm, or as they are if it is nil.
func gather[T any](values []T, perm []uint32) []T {
	if perm == nil {
		return values
	}
	out := make([]T, len(perm))
	for i, row := range perm {
		out[i] = values[row]
	}
	return out
}

// chunks is a long list that never moves while it grows.
type chunks[T any] struct {
	full [][]T
	n    int
}

// chunk is how many rows are put away together.
const chunk = 1 << 14

func (c *chunks[T]) add(v T) {
	if c.n%chunk == 0 {
		c.full = append(c.full, make([]T, 0, chunk))
	}
	at := len(c.full) - 1
	c.full[at] = append(c.full[at], v)
	c.n++
}

func (c *chunks[T]) at(i int) T     { return c.full[i/chunk][i%chunk] }
func (c *chunks[T]) set(i int, v T) { c.full[i/chunk][i%chunk] = v }

// flat returns one list, and lets the chunks go.
func (c *chunks[T]) flat() []T {
	out := make([]T, 0, c.n)
	for i, k := range c.full {
		out = append(out, k...)
		c.full[i] = nil
	}
	c.full = nil
	return out
}
