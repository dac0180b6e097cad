package chain

import (
	"fmt"
	"slices"
	"strings"
)

// Filter keeps the events whose text in a column is one of Values, or with Not
// the others. An event without a value counts as the empty text.
type Filter struct {
	Key    string
	Not    bool
	Values []string
}

// FilterError says that a filter cannot be understood, or names a column that
// the log has not.
type FilterError struct{ Filter string }

func (e *FilterError) Error() string { return fmt.Sprintf("chain: filter %q", e.Filter) }

// ParseFilter reads "key=a|b" or "key!=a|b".
func ParseFilter(s string) (Filter, error) {
	key, values, ok := strings.Cut(s, "=")
	key, not := strings.CutSuffix(key, "!")
	if !ok || key == "" {
		return Filter{}, &FilterError{s}
	}
	return Filter{Key: key, Not: not, Values: strings.Split(values, "|")}, nil
}

func (f Filter) String() string {
	op := "="
	if f.Not {
		op = "!="
	}
	return f.Key + op + strings.Join(f.Values, "|")
}

// Keep returns the log of the events that pass all filters; what is left in a
// column and equals a placeholder, to the letter, is Missing. Filters see the
// texts of the file, placeholders too. A case without events is gone. The key
// of a filter is a column of the events, or "case:" and one of the cases.
func (l *Log) Keep(filters []Filter, placeholders []string) (*Log, error) {
	if len(filters) == 0 && !l.uses(placeholders) {
		return l, nil
	}
	keep := make([]bool, l.Events())
	for i := range keep {
		keep[i] = true
	}
	for _, f := range filters {
		if err := l.pass(f, keep); err != nil {
			return nil, err
		}
	}
	out := &Log{CaseOff: []uint32{0}, Activity: l.Activity}
	rows, cases := []uint32{}, []uint32{}
	for c := range l.Cases() {
		for i := l.CaseOff[c]; i < l.CaseOff[c+1]; i++ {
			if keep[i] {
				rows = append(rows, i)
			}
		}
		if n := uint32(len(rows)); n > out.CaseOff[len(out.CaseOff)-1] { //nolint:gosec // a log has fewer than 2^32 events
			out.CaseOff = append(out.CaseOff, n)
			cases = append(cases, uint32(c)) //nolint:gosec // as above
		}
	}
	out.Time = gather(l.Time, rows)
	if l.Start != nil {
		out.Start = gather(l.Start, rows)
	}
	for _, c := range l.columns {
		out.columns = append(out.columns, c.pick(rows, placeholders))
	}
	for _, c := range l.cases {
		k := c.pick(cases, placeholders)
		out.cases = append(out.cases, k)
		if c == l.name {
			out.name = k
		}
	}
	if l.name != nil && out.name == nil {
		out.name = l.name.pick(cases, nil)
	}
	return out, nil
}

// uses reports whether a placeholder is a text of some column.
func (l *Log) uses(placeholders []string) bool {
	for _, p := range placeholders {
		for _, list := range [][]*Column{l.columns, l.cases} {
			for _, c := range list {
				if c.Dict.Code(p) != Missing {
					return true
				}
			}
		}
	}
	return false
}

// pass clears keep where an event does not pass f.
func (l *Log) pass(f Filter, keep []bool) error {
	c := l.Column(f.Key)
	of, isCase := strings.CutPrefix(f.Key, "case:")
	if c == nil && isCase {
		c = l.CaseColumn(of)
	} else {
		isCase = false
	}
	if c == nil {
		return &FilterError{f.String()}
	}
	pass := make([]bool, c.Dict.Len()+1)
	for code, text := range c.Dict.Texts() {
		pass[code] = slices.Contains(f.Values, text) != f.Not
	}
	if !isCase {
		for i := range keep {
			keep[i] = keep[i] && pass[c.Code(i)]
		}
		return nil
	}
	for k := range l.Cases() {
		for i := l.CaseOff[k]; i < l.CaseOff[k+1]; i++ {
			keep[i] = keep[i] && pass[c.Code(k)]
		}
	}
	return nil
}

// pick returns the column of some rows, without placeholders and with the
// texts that are left.
func (c *Column) pick(rows []uint32, placeholders []string) *Column {
	gone := make([]bool, c.Dict.Len()+1)
	for _, p := range placeholders {
		gone[c.Dict.Code(p)] = true
	}
	codes := make([]uint32, len(rows))
	for i, row := range rows {
		if code := c.Code(int(row)); !gone[code] {
			codes[i] = code
		}
	}
	d := c.Dict.used(codes)
	return narrow(c.Name, d, codes)
}
