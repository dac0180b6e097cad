package chain

import (
	"cmp"
	"slices"
)

// Batches says how much work is done in heaps: the same value and activity, each
// event at most 15 minutes after the one before, over at least two cases.
type Batches struct {
	N      int     `json:"n"`
	Events int     `json:"events"` // in a batch
	Share  Float   `json:"share"`  // of the events with an activity and a value
	Top    []Batch `json:"top"`    // by events in batches, from the most down
}

// Batch sums the batches of one value and activity.
type Batch struct {
	Value    string `json:"value"`
	Activity string `json:"activity"`
	N        int    `json:"n"`
	Events   int    `json:"events"`
	Largest  int    `json:"largest"` // events in the largest
}

const batchGap = 15 * 60 * millis

func batching(v *view, act, c *column, most int) Batches {
	type heap struct { // the events of one value and activity that may become a batch
		last    int64
		first   uint32 // case of the first
		n       int
		several bool // cases
	}
	groups := newPairs(max(len(c.names), len(act.names)), len(v.times))
	var heaps []heap
	var found []Batch
	total := 0
	end := func(i uint32) {
		h, b := &heaps[i], &found[i]
		if h.several {
			b.N++
			b.Events += h.n
			b.Largest = max(b.Largest, h.n)
		}
	}
	cases := v.caseOf()
	for _, j := range v.byTime() {
		x, a := c.codes[j], act.codes[j]
		if x == 0 || a == 0 {
			continue
		}
		total++
		i := groups.number(x, a)
		if int(i) == len(heaps) {
			heaps, found = append(heaps, heap{}), append(found, Batch{})
		}
		h := &heaps[i]
		if h.n == 0 || v.times[j]-h.last > batchGap {
			end(i)
			*h = heap{first: cases[j]}
		}
		h.last = v.times[j]
		h.n++
		h.several = h.several || cases[j] != h.first
	}
	for i := range heaps {
		end(uint32(i))
	}
	k := len(heaps)
	out := Batches{Top: []Batch{}}
	size := make([]int, k)
	for i, b := range found {
		out.N, out.Events, size[i] = out.N+b.N, out.Events+b.Events, b.Events
	}
	out.Share = ratio(int64(out.Events), int64(total))
	order := make([]uint32, 0, k)
	for i := range size {
		if size[i] > 0 {
			order = append(order, uint32(i))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(size[b], size[a]),
			cmp.Compare(c.rank[groups.from(a)], c.rank[groups.from(b)]),
			cmp.Compare(act.rank[groups.to(a)], act.rank[groups.to(b)]))
	})
	for i, x := range order {
		if most > 0 && i == most {
			break
		}
		b := found[x]
		b.Value, b.Activity = c.names[groups.from(x)], act.names[groups.to(x)]
		out.Top = append(out.Top, b)
	}
	return out
}
