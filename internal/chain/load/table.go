package load

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/chain"
)

// Table makes a log of the rows of a table that does not come from a CSV file:
// a sheet, or a query.
type Table struct {
	o     *Options
	rep   *Report
	head  []string
	first []row
	t     *table
	bytes [][]byte
}

// NewTable begins a table with the names of its columns.
func NewTable(format Format, head []string, o Options) *Table {
	opt := o.withDefaults()
	rep := &Report{File: o.Name, Format: format, Encoding: UTF8, Zone: opt.Zone.String()}
	return &Table{o: opt, rep: rep, head: slices.Clone(head)}
}

// Row adds the row of a line. Its errors are *Error.
func (t *Table) Row(line int64, cells []string) error {
	t.bytes = t.bytes[:0]
	for _, c := range cells {
		t.bytes = append(t.bytes, []byte(c))
	}
	if t.t == nil {
		t.first = append(t.first, row{line, copyCells(t.bytes)})
		if len(t.first) < sampleRows {
			return nil
		}
		return named(t.begin(), t.o.Name, t.o)
	}
	return named(t.t.add(line, t.bytes), t.o.Name, t.o)
}

func (t *Table) begin() (err error) {
	t.t, err = newTable(t.head, t.first, t.o, t.rep)
	t.first = nil
	return err
}

// Finish makes the log of all rows. Its errors are *Error.
func (t *Table) Finish() (*chain.Log, *Report, error) {
	if t.t == nil {
		if err := t.begin(); err != nil {
			return nil, nil, named(err, t.o.Name, t.o)
		}
	}
	l, err := t.t.finish()
	if err != nil {
		return nil, nil, named(err, t.o.Name, t.o)
	}
	l, rep, err := finish(l, t.o, t.rep)
	return l, rep, named(err, t.o.Name, t.o)
}

// table puts rows into columns.
type table struct {
	o       *Options
	rep     *Report
	b       *chain.Builder
	columns []tableColumn
	mapping Mapping

	ofCase, ofTime, ofStart int // numbers of columns; ofStart may be -1
	names                   *chain.ColumnBuilder
	times, starts           *dates
}

// tableColumn is one column of a table; of case and time there is none in the
// log.
type tableColumn struct {
	name string
	at   int
}

// newTable begins a table with its first rows, which decide what its columns are.
func newTable(head []string, first []row, o *Options, rep *Report) (*table, error) {
	t := &table{o: o, rep: rep, b: chain.NewBuilder(o.Limits.Limits)}
	head = unique(head)
	var err error
	if t.mapping, err = guess(head, first, o); err != nil {
		return nil, err
	}
	rep.Mapping = t.mapping
	number := func(name string) int { return slices.Index(head, name) }
	t.ofCase, t.ofTime, t.ofStart = number(t.mapping.Case), number(t.mapping.Time), -1
	t.times = newDates(o)
	if t.mapping.Start != "" {
		t.ofStart, t.starts = number(t.mapping.Start), newDates(o)
	}
	t.names = t.b.Names()
	for i, name := range head {
		c := tableColumn{name: name, at: -1}
		if i != t.ofCase && i != t.ofTime {
			if c.at, err = t.b.Column(name); err != nil {
				return nil, err
			}
		}
		t.columns = append(t.columns, c)
	}
	for _, r := range first {
		if err := t.add(r.line, r.cells); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// unique gives columns without a name, or with that of another, one of their own.
func unique(head []string) []string {
	out := make([]string, len(head))
	for i, name := range head {
		if name == "" {
			name = fmt.Sprintf("#%d", i+1)
		}
		for n, plain := 2, name; slices.Contains(out[:i], name); n++ {
			name = fmt.Sprintf("%s (%d)", plain, n)
		}
		out[i] = name
	}
	return out
}

func (t *table) add(line int64, cells [][]byte) error {
	if len(cells) > len(t.columns) {
		for _, c := range cells[len(t.columns):] {
			if len(c) > 0 {
				t.rep.leave(LongRow, 1, Place{Line: line, Text: shorten(c)})
				return nil
			}
		}
		cells = cells[:len(t.columns)]
	}
	if len(cells) < len(t.columns) {
		t.rep.leave(ShortRow, 1, Place{Line: line})
	}
	cell := func(i int) []byte {
		if i < 0 || i >= len(cells) {
			return nil
		}
		return cells[i]
	}
	for i, c := range cells {
		if len(c) > t.o.Limits.Value {
			e := most("too_long", t.o.Limits.Value)
			e.Line, e.Field = line, t.columns[i].name
			return e
		}
	}
	name := cell(t.ofCase)
	if len(name) == 0 {
		t.rep.leave(NoCase, 1, Place{Line: line, Field: t.mapping.Case})
		return nil
	}
	if t.b.Events() >= t.o.Limits.Events {
		return chain.ErrEvents
	}
	when := t.times.read(cell(t.ofTime))
	if when == noMoment {
		t.rep.leave(NoTime, 1, Place{Line: line, Field: t.mapping.Time})
	} else if when == badMoment {
		t.rep.leave(BadTime, 1, Place{Line: line, Field: t.mapping.Time, Text: shorten(cell(t.ofTime))})
	}
	if when < 0 {
		return nil
	}
	code := t.names.Word(toUTF8(name))
	if int(code) > t.b.Cases() {
		of := t.b.Case()
		t.names.Put(int(of), code)
	}
	at, err := t.b.Event(code-1, int64(when))
	if err != nil {
		return err
	}
	if t.ofStart >= 0 {
		if m := t.starts.read(cell(t.ofStart)); m >= 0 {
			t.b.Began(at, int64(m))
		}
	}
	for i, c := range cells {
		if k := t.columns[i].at; k >= 0 && len(c) > 0 {
			col := t.b.At(k)
			col.Put(at, col.Word(toUTF8(c)))
		}
	}
	return nil
}

func shorten(b []byte) string {
	const shown = 60
	return string(b[:min(len(b), shown)])
}

// toUTF8 returns b, or what it means where it is not UTF-8: the first 64 KiB
// of a file may be plain ASCII and say nothing about the rest.
func toUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out, _ := fromLatin1(nil, b, true)
	return out
}

func (t *table) finish() (*chain.Log, error) {
	t.decide()
	w, ws := newWall(t.o.Zone), newWall(t.o.Zone)
	unclear := 0
	l, err := t.b.Finish(func(_ int, raw int64, began bool) (int64, bool) {
		if began {
			m := moment(raw).settle(t.starts.monthFirst)
			if m < 0 {
				return chain.NoTime, false
			}
			return ws.at(m), true
		}
		m := moment(raw).settle(t.times.monthFirst)
		if m < 0 {
			unclear++
			return 0, false
		}
		return w.at(m), true
	})
	if err != nil {
		return nil, err
	}
	t.rep.leave(BadTime, unclear)
	t.rep.clocks(w)
	t.rep.TimeFormat = t.times.format()
	if l.Events() == 0 && t.rep.Count(BadTime) > 0 {
		return nil, t.noTimes()
	}
	return l, nil
}

// noTimes is the error of a time column that has no times.
func (t *table) noTimes() error {
	e := &Error{Code: "time_format", Field: t.mapping.Time}
	for _, l := range t.rep.Left {
		if l.Reason == BadTime && len(l.Places) > 0 {
			e.Line, e.Args = l.Places[0].Line, map[string]any{"Got": l.Places[0].Text, "Want": "2006-01-31 15:04:05"}
		}
	}
	return e
}
