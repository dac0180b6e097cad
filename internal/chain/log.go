// Package chain finds in an event log who serves whom and how well. A Log
// holds the events in columns; the readers of package load make one from a
// file, and the analyses read it.
package chain

import (
	"math"
	"strings"
)

// Missing is the code of an event, or of a case, that has no value in a column.
const Missing uint32 = 0

// NoTime marks an event of Log.Start of which the beginning is unknown.
const NoTime int64 = math.MinInt64

// Log is an event log in columns. The events of one case are adjacent and
// ordered by (time, position in the file); the cases are in the order of their
// first appearance in the file. A Log is not changed once it is made.
type Log struct {
	CaseOff []uint32 // events of case i: CaseOff[i] to CaseOff[i+1]; Cases()+1 entries
	Time    []int64  // per event: Unix milliseconds, UTC
	Start   []int64  // per event: when the step began, or NoTime; nil if the log has one time per event

	Activity string // the column that says what was done, "" if none does
	columns  []*Column
	cases    []*Column
	name     *Column // of the cases; nil if they have none
}

// Cases returns the number of cases; each has at least one event.
func (l *Log) Cases() int { return max(0, len(l.CaseOff)-1) }

// Events returns the number of events.
func (l *Log) Events() int { return len(l.Time) }

// Columns returns the columns of the events, in the order in which the file
// mentions them first. The times are not among them.
func (l *Log) Columns() []*Column { return l.columns }

// Column returns a column of the events, or nil.
func (l *Log) Column(name string) *Column { return find(l.columns, name) }

// ColumnNames returns the names of Columns.
func (l *Log) ColumnNames() []string {
	var out []string
	for _, c := range l.columns {
		out = append(out, c.Name)
	}
	return out
}

// CaseColumns returns the columns of the cases: one value per case.
func (l *Log) CaseColumns() []*Column { return l.cases }

// CaseColumn returns a column of the cases, or nil.
func (l *Log) CaseColumn(name string) *Column { return find(l.cases, name) }

// CaseName returns what the file calls case i: "" if it gives no name.
func (l *Log) CaseName(i int) string {
	if l.name == nil {
		return ""
	}
	return l.name.Value(i)
}

// NameCases says which column of the cases has their names. It is for those
// who make the log.
func (l *Log) NameCases(column string) { l.name = l.CaseColumn(column) }

// Bytes returns the size of all columns with their dictionaries.
func (l *Log) Bytes() int {
	n := 4*len(l.CaseOff) + 8*len(l.Time) + 8*len(l.Start)
	named := false
	for _, list := range [][]*Column{l.columns, l.cases} {
		for _, c := range list {
			n += c.bytes()
			named = named || c == l.name
		}
	}
	if l.name != nil && !named {
		n += l.name.bytes()
	}
	return n
}

func find(list []*Column, name string) *Column {
	for _, c := range list {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Column has one code per event (or per case) and the texts that they stand
// for. The codes take one, two or four bytes each.
type Column struct {
	Name string
	Dict *Dict

	u8  []uint8
	u16 []uint16
	u32 []uint32
}

// Len returns the number of codes.
func (c *Column) Len() int { return len(c.u8) + len(c.u16) + len(c.u32) }

// Code returns the code at i: Missing, or one that Dict knows.
func (c *Column) Code(i int) uint32 {
	switch {
	case c.u8 != nil:
		return uint32(c.u8[i])
	case c.u16 != nil:
		return uint32(c.u16[i])
	}
	return c.u32[i]
}

// Value returns the text at i, "" where it is missing.
func (c *Column) Value(i int) string { return c.Dict.Text(c.Code(i)) }

// Codes returns the codes from to until, in buf if it is large enough.
func (c *Column) Codes(buf []uint32, from, until int) []uint32 {
	n := until - from
	if cap(buf) < n {
		buf = make([]uint32, n)
	}
	buf = buf[:n]
	switch {
	case c.u8 != nil:
		widen(buf, c.u8[from:until])
	case c.u16 != nil:
		widen(buf, c.u16[from:until])
	default:
		copy(buf, c.u32[from:until])
	}
	return buf
}

// Absent returns how many codes are Missing.
func (c *Column) Absent() int {
	return zeros(c.u8) + zeros(c.u16) + zeros(c.u32)
}

func (c *Column) bytes() int {
	return len(c.u8) + 2*len(c.u16) + 4*len(c.u32) + len(c.Dict.text) + 4*len(c.Dict.off)
}

func widen[T uint8 | uint16](to []uint32, from []T) {
	for i, v := range from {
		to[i] = uint32(v)
	}
}

func zeros[T uint8 | uint16 | uint32](codes []T) int {
	n := 0
	for _, v := range codes {
		if v == 0 {
			n++
		}
	}
	return n
}

// narrow keeps codes, which it may take over, in as few bytes as they need.
func narrow(name string, d *Dict, codes []uint32) *Column {
	c := &Column{Name: name, Dict: d}
	switch most := d.Len(); {
	case most <= math.MaxUint8:
		c.u8 = shrink[uint8](codes)
	case most <= math.MaxUint16:
		c.u16 = shrink[uint16](codes)
	default:
		c.u32 = codes
	}
	return c
}

func shrink[T uint8 | uint16](codes []uint32) []T {
	out := make([]T, len(codes))
	for i, v := range codes {
		out[i] = T(v)
	}
	return out
}

// Dict holds the different texts of a column. Codes run from 1 to Len(), in
// the order in which the texts appear first.
type Dict struct {
	text string
	off  []uint32 // text of code c: off[c-1] to off[c]
}

// Len returns the number of different texts.
func (d *Dict) Len() int { return max(0, len(d.off)-1) }

// Text returns the text of a code, "" for Missing. It allocates nothing.
func (d *Dict) Text(code uint32) string {
	if code == Missing {
		return ""
	}
	return d.text[d.off[code-1]:d.off[code]]
}

// Code returns the code of a text, or Missing. It looks at every text.
func (d *Dict) Code(text string) uint32 {
	for c := uint32(1); int(c) <= d.Len(); c++ {
		if d.Text(c) == text {
			return c
		}
	}
	return Missing
}

// Texts returns the texts by code; the first, of Missing, is "".
func (d *Dict) Texts() []string {
	out := make([]string, d.Len()+1)
	for c := range out {
		out[c] = d.Text(uint32(c)) //nolint:gosec // a dictionary has fewer than 2^32 texts
	}
	return out
}

// dictOf makes a dictionary of texts that are all different.
func dictOf(texts []string) *Dict {
	d := &Dict{text: strings.Join(texts, ""), off: make([]uint32, 1, len(texts)+1)}
	at := uint32(0)
	for _, t := range texts {
		at += uint32(len(t)) //nolint:gosec // Limits.Words keeps a dictionary below 4 GiB
		d.off = append(d.off, at)
	}
	return d
}
