package chain

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// event is one line of a small log.
type event struct {
	of, ms int
	who    string
}

// build makes a log of events; its cases are numbered by first appearance.
func build(t *testing.T, events ...event) *Log {
	t.Helper()
	b := NewBuilder(Limits{})
	who, err := b.Column("who")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[int]uint32{}
	for _, e := range events {
		if _, ok := cases[e.of]; !ok {
			cases[e.of] = b.Case()
			b.Names().Put(int(cases[e.of]), b.Names().Word(fmt.Append(nil, "case ", e.of)))
		}
		row, err := b.Event(cases[e.of], int64(e.ms))
		if err != nil {
			t.Fatal(err)
		}
		if e.who != "" {
			b.At(who).Put(row, b.At(who).Word([]byte(e.who)))
		}
	}
	l, err := b.Finish(nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// lines writes a log as "case: who@ms who@ms".
func lines(l *Log) (out []string) {
	for c := range l.Cases() {
		s := l.CaseName(c) + ":"
		for i := l.CaseOff[c]; i < l.CaseOff[c+1]; i++ {
			s += fmt.Sprintf(" %s@%d", l.Column("who").Value(int(i)), l.Time[i])
		}
		out = append(out, s)
	}
	return out
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}

func TestEventsAreOrderedByTimeThenByPlaceInTheFile(t *testing.T) {
	l := build(t, event{1, 30, "a"}, event{2, 5, "b"}, event{1, 10, "c"}, event{2, 5, ""}, event{1, 10, "d"}, event{2, 5, "a"})
	same(t, lines(l), []string{"case 1: c@10 d@10 a@30", "case 2: b@5 @5 a@5"})
	if l.Column("who").Absent() != 1 {
		t.Error("one event has nobody")
	}
}

func TestAFilterSeesPlaceholdersAndLeavesNoEmptyCase(t *testing.T) {
	l := build(t, event{1, 1, "a"}, event{1, 2, "0"}, event{2, 3, "0"}, event{3, 4, "b"}, event{3, 5, ""})
	for _, c := range []struct {
		filters []string
		want    []string
	}{
		{nil, []string{"case 1: a@1 @2", "case 2: @3", "case 3: b@4 @5"}},
		{[]string{"who!=0"}, []string{"case 1: a@1", "case 3: b@4 @5"}},
		{[]string{"who=a|0"}, []string{"case 1: a@1 @2", "case 2: @3"}},
		{[]string{"who!="}, []string{"case 1: a@1 @2", "case 2: @3", "case 3: b@4"}},
		{[]string{"who=b", "who!=b"}, nil},
	} {
		var fs []Filter
		for _, s := range c.filters {
			f, err := ParseFilter(s)
			if err != nil {
				t.Fatal(err)
			}
			fs = append(fs, f)
		}
		k, err := l.Keep(fs, []string{"0"})
		if err != nil {
			t.Fatal(err)
		}
		same(t, lines(k), c.want)
	}
}

func TestAFilterOfAnUnknownColumnIsRefused(t *testing.T) {
	l := build(t, event{1, 1, "a"})
	for _, f := range []Filter{{Key: "nobody", Values: []string{"x"}}, {Key: "case:who", Values: []string{"x"}}} {
		if _, err := l.Keep([]Filter{f}, nil); err == nil {
			t.Errorf("%v was taken", f)
		}
	}
	for _, s := range []string{"", "a", "=a", "!=a"} {
		if _, err := ParseFilter(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}

func TestWordsThatAreLeftOutLeaveTheDictionary(t *testing.T) {
	l := build(t, event{1, 1, "a"}, event{1, 2, "b"}, event{1, 3, "c"}, event{1, 4, "b"})
	k, err := l.Keep([]Filter{{Key: "who", Not: true, Values: []string{"a"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, k.Column("who").Dict.Texts(), []string{"", "b", "c"})
	same(t, l.Column("who").Dict.Texts(), []string{"", "a", "b", "c"})
}

func TestCodesGrowWiderAsTheDictionaryDoes(t *testing.T) {
	for _, n := range []int{1, 255, 256, 65535, 65536, 100_000} {
		b := NewBuilder(Limits{})
		col, err := b.Column("who")
		if err != nil {
			t.Fatal(err)
		}
		of := b.Case()
		for i := range n {
			row, err := b.Event(of, int64(i))
			if err != nil {
				t.Fatal(err)
			}
			b.At(col).Put(row, b.At(col).Word(fmt.Append(nil, "w", i)))
		}
		l, err := b.Finish(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := l.Column("who")
		for i := range n {
			if c.Value(i) != fmt.Sprint("w", i) {
				t.Fatalf("%d words: event %d says %q", n, i, c.Value(i))
			}
		}
		if got := c.Codes(nil, n-1, n); got[0] != uint32(n) || c.Dict.Code(fmt.Sprint("w", n-1)) != uint32(n) {
			t.Errorf("%d words: last code %v", n, got)
		}
	}
}

func TestAColumnMayBeginLateAndHaveHoles(t *testing.T) {
	b := NewBuilder(Limits{})
	of := b.Case()
	n := 3*chunk + 5
	for i := range n {
		if _, err := b.Event(of, int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	col, err := b.Column("rare")
	if err != nil {
		t.Fatal(err)
	}
	rows := []int{chunk - 1, chunk, 2*chunk + 3, n - 2}
	for _, r := range rows {
		b.At(col).Put(r, b.At(col).Word([]byte("x")))
	}
	l, err := b.Finish(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if want := slices.Contains(rows, i); (l.Column("rare").Code(i) != Missing) != want {
			t.Errorf("row %d: %v", i, !want)
		}
	}
}

func TestTheBuilderKeepsItsLimits(t *testing.T) {
	b := NewBuilder(Limits{Events: 2, Columns: 1, Words: 10})
	if _, err := b.Column("a"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Column("b"); !errors.Is(err, ErrColumns) {
		t.Error(err)
	}
	of := b.Case()
	for range 2 {
		if _, err := b.Event(of, 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Event(of, 0); !errors.Is(err, ErrEvents) {
		t.Error(err)
	}
	b.At(0).Word([]byte("more than ten"))
	if _, err := b.Finish(nil); !errors.Is(err, ErrWords) {
		t.Error(err)
	}
}

func TestRowsWithoutTimeAreLeftOut(t *testing.T) {
	b := NewBuilder(Limits{})
	for i := range 4 {
		of := b.Case()
		if _, err := b.Event(of, int64(i)); err != nil {
			t.Fatal(err)
		}
		b.Began(i, int64(i-1))
	}
	l, err := b.Finish(func(_ int, raw int64, began bool) (int64, bool) { return 10 * raw, began || raw%2 == 1 })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(l.Time, []int64{10, 30}) || !slices.Equal(l.Start, []int64{0, 20}) || l.Cases() != 2 {
		t.Errorf("got %v %v", l.Time, l.Start)
	}
}

func TestAnEmptyLogIsALog(t *testing.T) {
	l, err := NewBuilder(Limits{}).Finish(nil)
	if err != nil || l.Cases() != 0 || l.Events() != 0 {
		t.Error(l, err)
	}
}
