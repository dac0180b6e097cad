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
	spans := v.spans()
	edge := make([]uint32, len(codes)) // by event: the number of the edge that leads to it; of the first of a case it means nothing
	edges := make([]*pairs, len(spans))
	parallel(len(spans), v.workers, func(k int) {
		s := spans[k]
		p := newPairs(len(c.names), int(v.off[s.to]-v.off[s.from]))
		for i := s.from; i < s.to; i++ {
			for j := v.off[i] + 1; j < v.off[i+1]; j++ {
				edge[j] = p.number(codes[j-1], codes[j])
			}
		}
		edges[k] = p
	})
	all, names := join(edges)
	n := make([]uint32, len(all.keys))
	steps := func(do func(j, edge uint32)) {
		for k, s := range spans {
			for i := s.from; i < s.to; i++ {
				for j := v.off[i] + 1; j < v.off[i+1]; j++ {
					do(j, names[k][edge[j]])
				}
			}
		}
	}
	steps(func(_, e uint32) { n[e]++ })
	g := newGroups(len(n), func(i int) uint32 { return n[i] }, nil)
	steps(func(j, e uint32) { g.add(e, v.times[j]-v.times[j-1]) })
	out := DirectlyFollows{Pairs: len(n), Total: len(g.value), Edges: make([]Edge, len(n))}
	order := all.ranking(func(i uint32) uint32 { return n[i] }, c.rank)
	parallel(len(order), v.workers, func(k int) {
		i := order[k]
		t := g.of(int(i))
		slices.Sort(t)
		out.Edges[k] = Edge{
			From: c.names[all.from(i)], To: c.names[all.to(i)], N: int(n[i]),
			Mean: mean(t, millis), Median: quantile(t, .5, millis), Min: quantile(t, 0, millis), Max: quantile(t, 1, millis),
		}
	})
	return out
}

// sequences counts equal sequences of codes.
type sequences struct {
	codes []uint32   // of all of them
	slots []uint32   // place in found + 1, or 0
	found []sequence // in the order of first sight
}

// sequence is codes[from:until], n times.
type sequence struct {
	hash           uint64
	from, until, n uint32
}

func newSequences(codes []uint32) *sequences {
	return &sequences{codes: codes, slots: make([]uint32, 1<<8)}
}

func (s *sequences) of(q sequence) []uint32 { return s.codes[q.from:q.until] }

// count counts codes[from:until], unless it is empty.
func (s *sequences) count(from, until uint32) {
	if from < until {
		s.add(sequence{hashCodes(s.codes[from:until]), from, until, 1})
	}
}

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
		if f := s.found[n-1]; f.hash == q.hash && slices.Equal(s.of(f), s.of(q)) {
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
		if a.n != b.n {
			return cmp.Compare(b.n, a.n)
		}
		return slices.CompareFunc(s.of(a), s.of(b), func(x, y uint32) int { return cmp.Compare(c.rank[x], c.rank[y]) })
	})
	out := Variants{N: len(s.found), Top: []Variant{}}
	for i, q := range s.found {
		if most > 0 && i == most {
			break
		}
		names := make([]string, 0, q.until-q.from)
		for _, x := range s.of(q) {
			names = append(names, c.names[x])
		}
		out.Top = append(out.Top, Variant{Sequence: names, N: int(q.n)})
	}
	return out
}

// different counts the sequences codes[off[i]:off[i+1]] of all cases.
func different(v *view, codes, off []uint32) *sequences {
	parts := each(v, func(s span) *sequences {
		p := newSequences(codes)
		for i := s.from; i < s.to; i++ {
			p.count(off[i], off[i+1])
		}
		return p
	})
	all := parts[0]
	for i, p := range parts[1:] {
		for _, q := range p.found {
			all.add(q)
		}
		parts[i+1] = nil
	}
	return all
}

func variants(v *view, codes []uint32, c *column, most int) Variants {
	return different(v, codes, v.off).top(c, most)
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
	values := make([]uint32, len(r.all))
	for i, x := range r.all {
		values[i] = x.value
	}
	all := different(v, values, r.off)
	out := Routes{}
	for _, q := range all.found {
		if q.until-q.from == 1 {
			out.Single += int(q.n)
		}
	}
	out.Variants = all.top(c, most)
	return out
}
