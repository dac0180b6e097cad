package chain

import (
	"slices"
	"sync"
	"sync/atomic"
)

// view is the events of a log that are kept, case by case. What is analysed is
// a view and some of its columns.
type view struct {
	times   []int64
	off     []uint32 // case i is the events off[i]…off[i+1]
	events  []uint32 // the number of each event in the log; nil if all are kept
	workers int

	caseOnce, orderOnce sync.Once
	inCase, order       []uint32
}

// column is what one attribute says of the events of a view: code 0 is nothing.
type column struct {
	codes []uint32
	names []string // by code; the first is empty
	rank  []uint32 // place of each name in the order of names
	used  []int    // how many events have each code
}

func newColumn(codes []uint32, names []string) *column {
	c := &column{codes: codes, names: names, rank: ranks(names), used: make([]int, len(names))}
	for _, x := range codes {
		c.used[x]++
	}
	return c
}

// lenNames is how many codes a column has; none if it is nil.
func lenNames(c *column) int {
	if c == nil {
		return 0
	}
	return len(c.names)
}

// distinct returns how many values occur.
func (c *column) distinct() int {
	n := 0
	for _, k := range c.used[1:] {
		if k > 0 {
			n++
		}
	}
	return n
}

// span is a range of cases.
type span struct{ from, to int }

// spans cuts the cases into one range for each worker, of about as many events.
func (v *view) spans() []span {
	n, all := max(1, v.workers), len(v.times)
	var out []span
	from := 0
	for i := range n {
		to := from
		for to < len(v.off)-1 && (i == n-1 || int(v.off[to]) < all*(i+1)/n) {
			to++
		}
		if to > from || len(out) == 0 && i == n-1 {
			out = append(out, span{from, to})
		}
		from = to
	}
	return out
}

// parallel runs fn for 0…n-1, at most workers at a time, and waits for all.
func parallel(n, workers int, fn func(i int)) {
	if workers <= 1 || n <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	for range min(workers, n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	wg.Wait()
}

// each runs fn for every span of cases and returns what each gave, in order.
func each[T any](v *view, fn func(s span) T) []T {
	spans := v.spans()
	out := make([]T, len(spans))
	parallel(len(spans), v.workers, func(i int) { out[i] = fn(spans[i]) })
	return out
}

// without returns the view of the events whose code in c is not 0, with the
// codes of those. Cases without any are not in it.
func (v *view) without(c *column) (*view, []uint32) {
	if c.used[0] == 0 {
		return v, c.codes
	}
	w := &view{off: []uint32{0}, workers: v.workers}
	var codes []uint32
	for i := range len(v.off) - 1 {
		for j := v.off[i]; j < v.off[i+1]; j++ {
			if c.codes[j] != 0 {
				w.times, codes = append(w.times, v.times[j]), append(codes, c.codes[j])
				w.events = append(w.events, v.event(j))
			}
		}
		if n := uint32(len(codes)); n > w.off[len(w.off)-1] {
			w.off = append(w.off, n)
		}
	}
	return w, codes
}

func (v *view) event(i uint32) uint32 {
	if v.events == nil {
		return i
	}
	return v.events[i]
}

// blocks cuts n things into ranges of a fixed size, whatever the workers are.
func blocks(n int) []span {
	const size = 64
	var out []span
	for i := 0; i < n; i += size {
		out = append(out, span{i, min(n, i+size)})
	}
	return out
}

// caseOf returns the case of each event.
func (v *view) caseOf() []uint32 {
	v.caseOnce.Do(func() {
		v.inCase = make([]uint32, len(v.times))
		for i := range len(v.off) - 1 {
			for j := v.off[i]; j < v.off[i+1]; j++ {
				v.inCase[j] = uint32(i)
			}
		}
	})
	return v.inCase
}

// byTime returns the events of all cases by time; those of the same moment keep
// their order.
func (v *view) byTime() []uint32 {
	v.orderOnce.Do(func() { v.order = sortByTime(v.times) })
	return v.order
}

// sortByTime sorts by digits: the moments of a log span few bits.
func sortByTime(times []int64) []uint32 {
	out, spare := make([]uint32, len(times)), make([]uint32, len(times))
	for i := range out {
		out[i] = uint32(i)
	}
	if len(times) == 0 {
		return out
	}
	const bits = 11
	first, last := slices.Min(times), slices.Max(times)
	for shift := 0; shift < 64 && uint64(last-first)>>shift > 0; shift += bits {
		var at [1<<bits + 1]uint32
		digit := func(i uint32) uint64 { return uint64(times[i]-first) >> shift & (1<<bits - 1) }
		for _, i := range out {
			at[digit(i)+1]++
		}
		for i := range 1 << bits {
			at[i+1] += at[i]
		}
		for _, i := range out {
			d := digit(i)
			spare[at[d]] = i
			at[d]++
		}
		out, spare = spare, out
	}
	return out
}
