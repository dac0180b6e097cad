package chain

import (
	"cmp"
	"slices"
)

// Activity is what the steps of the work show, whoever does them. Events without
// an activity are not in it.
type Activity struct {
	Counts          Counts          `json:"counts"`
	Start           Counts          `json:"start"` // first of a case
	End             Counts          `json:"end"`   // last of a case
	DirectlyFollows DirectlyFollows `json:"directly_follows"`
	Variants        Variants        `json:"variants"`
	Rework          Rework          `json:"rework"`
	MissingEvents   int             `json:"missing_events"`
}

// DirectlyFollows counts neighbouring events, equal ones too.
type DirectlyFollows struct {
	Pairs int    `json:"pairs"` // different ones
	Total int    `json:"total"`
	Edges []Edge `json:"edges"` // from the most down
}

// Edge is one activity directly followed by another; times are the distance of
// the two events in seconds.
type Edge struct {
	From   string `json:"from"`
	To     string `json:"to"`
	N      int    `json:"n"`
	Mean   Float  `json:"mean_s"`
	Median Float  `json:"median_s"`
	Min    Float  `json:"min_s"`
	Max    Float  `json:"max_s"`
}

// Variants are the different sequences of activities of a case.
type Variants struct {
	N   int       `json:"n"`
	Top []Variant `json:"top"` // from the most cases down, then by sequence
}

// Variant is one sequence, and how many cases have it.
type Variant struct {
	Sequence []string `json:"sequence"`
	N        int      `json:"n"`
}

// Rework counts cases in which an activity occurs at least twice.
type Rework struct {
	Cases            int    `json:"cases"`
	CasesPerActivity Counts `json:"cases_per_activity"`
	Excess           int    `json:"excess"` // Σ (occurrences - 1)
}

// activity analyses the events of v that have one. most variants are written
// out, all if it is 0.
func activity(v *view, c *column, most int) Activity {
	a := Activity{MissingEvents: c.used[0]}
	v, codes := v.without(c)
	a.Counts = counts(c, c.used)
	first, last := make([]int, len(c.names)), make([]int, len(c.names))
	for i := range len(v.off) - 1 {
		if v.off[i] < v.off[i+1] {
			first[codes[v.off[i]]]++
			last[codes[v.off[i+1]-1]]++
		}
	}
	a.Start, a.End = counts(c, first), counts(c, last)
	a.DirectlyFollows = follows(v, codes, c)
	a.Variants = variants(v, codes, c, most)
	a.Rework = rework(v, codes, c)
	return a
}

// counts names what occurs, from the most down.
func counts(c *column, n []int) Counts {
	order := make([]uint32, 0, len(n))
	for code := 1; code < len(n); code++ {
		if n[code] > 0 {
			order = append(order, uint32(code))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(c.rank[a], c.rank[b]))
	})
	out := make(Counts, len(order))
	for i, code := range order {
		out[i] = Count{c.names[code], n[code]}
	}
	return out
}

func follows(v *view, codes []uint32, c *column) DirectlyFollows {
	type part struct {
		edges *pairs
		times samples
	}
	parts := each(v, func(s span) part {
		p := part{edges: newPairs()}
		n := int(v.off[s.to]) - int(v.off[s.from])
		p.times = samples{make([]uint32, 0, n), make([]int64, 0, n)}
		for i := s.from; i < s.to; i++ {
			for j := v.off[i] + 1; j < v.off[i+1]; j++ {
				p.times.add(p.edges.number(codes[j-1], codes[j]), v.times[j]-v.times[j-1])
			}
		}
		return p
	})
	edges, times := make([]*pairs, len(parts)), make([]samples, len(parts))
	for i, p := range parts {
		edges[i], times[i] = p.edges, p.times
	}
	all, names := join(edges)
	k := len(all.keys)
	g := groupUp(times, names, k)
	n := make([]int, k)
	parallel(k, v.workers, func(i int) {
		n[i] = len(g.of(i))
		slices.Sort(g.of(i))
	})
	out := DirectlyFollows{Pairs: k, Total: len(g.value), Edges: make([]Edge, 0, k)}
	for _, i := range all.ranking(n, c.rank) {
		t := g.of(int(i))
		out.Edges = append(out.Edges, Edge{
			From: c.names[all.from(i)], To: c.names[all.to(i)], N: n[i],
			Mean: mean(t, millis), Median: quantile(t, .5, millis), Min: quantile(t, 0, millis), Max: quantile(t, 1, millis),
		})
	}
	return out
}

// sequences counts equal sequences of codes.
type sequences struct {
	slots []uint32   // place in found + 1, or 0
	found []sequence // in the order of first sight
}

type sequence struct {
	hash  uint64
	codes []uint32 // shared with who counted it
	n     int
}

func newSequences() *sequences { return &sequences{slots: make([]uint32, 1<<8)} }

func (s *sequences) add(q sequence) {
	i := s.find(q)
	if s.slots[i] != 0 {
		s.found[s.slots[i]-1].n += q.n
		return
	}
	s.found = append(s.found, q)
	s.slots[i] = uint32(len(s.found))
	if 2*len(s.found) > len(s.slots) {
		s.slots = make([]uint32, 2*len(s.slots))
		for n, f := range s.found {
			s.slots[s.find(f)] = uint32(n) + 1
		}
	}
}

func (s *sequences) find(q sequence) uint64 {
	mask := uint64(len(s.slots) - 1)
	for i := (q.hash ^ q.hash>>32) & mask; ; i = (i + 1) & mask {
		n := s.slots[i]
		if n == 0 {
			return i
		}
		if f := &s.found[n-1]; f.hash == q.hash && slices.Equal(f.codes, q.codes) {
			return i
		}
	}
}

func hashCodes(codes []uint32) uint64 {
	h := uint64(len(codes)) + 0x9E3779B97F4A7C15
	for _, x := range codes {
		h = (h ^ uint64(x)) * 0xFF51AFD7ED558CCD
		h ^= h >> 29
	}
	return h
}

// top writes out the sequences with the most cases, all if most is 0.
func (s *sequences) top(c *column, most int) Variants {
	slices.SortFunc(s.found, func(a, b sequence) int {
		return cmp.Or(cmp.Compare(b.n, a.n), slices.CompareFunc(a.codes, b.codes, func(x, y uint32) int {
			return cmp.Compare(c.rank[x], c.rank[y])
		}))
	})
	out := Variants{N: len(s.found), Top: []Variant{}}
	for i, q := range s.found {
		if most > 0 && i == most {
			break
		}
		names := make([]string, len(q.codes))
		for j, x := range q.codes {
			names[j] = c.names[x]
		}
		out.Top = append(out.Top, Variant{Sequence: names, N: q.n})
	}
	return out
}

func variants(v *view, codes []uint32, c *column, most int) Variants {
	parts := each(v, func(s span) *sequences {
		p := newSequences()
		for i := s.from; i < s.to; i++ {
			if q := codes[v.off[i]:v.off[i+1]]; len(q) > 0 {
				p.add(sequence{hashCodes(q), q, 1})
			}
		}
		return p
	})
	return merge(parts).top(c, most)
}

func merge(parts []*sequences) *sequences {
	all := parts[0]
	for _, p := range parts[1:] {
		for _, q := range p.found {
			all.add(q)
		}
	}
	return all
}

func rework(v *view, codes []uint32, c *column) Rework {
	type part struct {
		cases, excess int
		per           []int
	}
	parts := each(v, func(s span) part {
		p := part{per: make([]int, len(c.names))}
		first, second := make([]int32, len(c.names)), make([]int32, len(c.names)) // case + 1 in which each occurred once, twice
		for i := s.from; i < s.to; i++ {
			stamp, any := int32(i)+1, false
			for _, x := range codes[v.off[i]:v.off[i+1]] {
				if first[x] != stamp {
					first[x] = stamp
					continue
				}
				any = true
				p.excess++
				if second[x] != stamp {
					second[x] = stamp
					p.per[x]++
				}
			}
			if any {
				p.cases++
			}
		}
		return p
	})
	var r Rework
	per := make([]int, len(c.names))
	for _, p := range parts {
		r.Cases, r.Excess = r.Cases+p.cases, r.Excess+p.excess
		for i, n := range p.per {
			per[i] += n
		}
	}
	r.CasesPerActivity = counts(c, per)
	return r
}

// Routes are the different roads that cases take through a dimension.
type Routes struct {
	Variants
	Single int `json:"single"` // cases that stay with one value
}

func routes(v *view, c *column, r *runs, most int) Routes {
	parts := each(v, func(s span) *sequences {
		p := newSequences()
		values := make([]uint32, 0, int(r.off[s.to]-r.off[s.from]))
		for i := s.from; i < s.to; i++ {
			begin := len(values)
			for _, x := range r.of(i) {
				values = append(values, x.value)
			}
			if q := values[begin:len(values):len(values)]; len(q) > 0 {
				p.add(sequence{hashCodes(q), q, 1})
			}
		}
		return p
	})
	all := merge(parts)
	out := Routes{}
	for _, q := range all.found {
		if len(q.codes) == 1 {
			out.Single += q.n
		}
	}
	out.Variants = all.top(c, most)
	return out
}
