package chain

import (
	"slices"
	"strings"
)

// UnknownColumn says that an analysis needs a column that the log does not have.
type UnknownColumn struct {
	Name string
	Have []string // in the order of the log
}

func (e *UnknownColumn) Error() string {
	return "chain: no column " + e.Name + ", but " + strings.Join(e.Have, ", ")
}

// selection is what of a log is analysed.
type selection struct {
	o          Options
	v          *view
	starts     []int64 // when each event began, or NoTime; nil if the log does not say
	attributes Attributes
	column     func(name string, leaveOut []string) *column // made anew; nil if there is none of that name
}

// choose filters a log, and makes the columns that are asked for.
func choose(l *Log, o Options) (*selection, error) {
	o.fill()
	for _, name := range o.names() {
		if l.Column(name) == nil && l.Events() > 0 {
			return nil, &UnknownColumn{name, l.ColumnNames()}
		}
	}
	l, err := l.Keep(o.Filter, o.Missing)
	if err != nil {
		return nil, err
	}
	s := &selection{o: o, v: &view{times: l.Time, off: l.CaseOff, workers: o.Workers}, starts: l.Start}
	if len(s.v.off) == 0 {
		s.v.off = []uint32{0}
	}
	for _, c := range l.Columns() {
		s.attributes = append(s.attributes, Attribute{c.Name, c.Dict.Len(), c.Absent()})
	}
	s.column = func(name string, leaveOut []string) *column {
		from := l.Column(name)
		switch {
		case from == nil && (name == "" || l.Events() > 0):
			return nil
		case from == nil: // a log without events has no columns either
			return newColumn(nil, []string{""})
		}
		return columnOf(from, leaveOut)
	}
	return s, nil
}

// columnOf reads a column; the texts that are left out count as nothing.
func columnOf(from *Column, leaveOut []string) *column {
	names, codes := from.Dict.Texts(), from.Codes(nil, 0, from.Len())
	if len(leaveOut) == 0 {
		return newColumn(codes, names)
	}
	gone := make([]bool, len(names))
	for i, name := range names {
		gone[i] = slices.Contains(leaveOut, name)
	}
	for i, x := range codes {
		if gone[x] {
			codes[i] = Missing
		}
	}
	return newColumn(codes, names)
}

// names are the columns that the options need, without those of the filters,
// about which Keep complains.
func (o *Options) names() []string {
	all := slices.Concat([]string{o.Activity, o.Lifecycle, o.Instance, o.Who}, o.Dimensions)
	for name, up := range o.Parents {
		all = append(all, name, up)
	}
	for name := range o.LeaveOut {
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}
