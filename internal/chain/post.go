package chain

import (
	"cmp"
	"slices"

	"github.com/eslabon/eslabon/internal/stat"
)

// Post is one value of a dimension, as the work passes it.
type Post struct {
	Value     string `json:"value"`
	Visits    int    `json:"visits"`
	Cases     int    `json:"cases"`
	CaseShare Float  `json:"case_share"` // of the cases with a value: they would stop if it were absent
	Returns   int    `json:"returns"`    // visits to which the case comes back later
	FTY       Float  `json:"fty"`        // 1 - returns ÷ visits, with its 95 % interval
	FTYLow    Float  `json:"fty_low"`
	FTYHigh   Float  `json:"fty_high"`
	// Betweenness is the share, in 0…1, of the shortest roads between two other
	// values that lead through this one. It is unknown in very large networks.
	Betweenness Float `json:"betweenness"`
	Sojourn     Stats `json:"sojourn_s"` // from a visit's first event to the next visit, or to the last event
	Queue       Waits `json:"queue"`
}

// mostSteps bounds the search for shortest roads, which grows with the
// number of values times that of links.
const mostSteps = 40_000_000

// visited returns the codes of the values that have a row, from the most visits
// down.
func (net *network) visited(c *column, most int) []uint32 {
	order := make([]uint32, 0, len(c.names))
	for code, p := range net.post {
		if p.visits > 0 {
			order = append(order, uint32(code))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(net.post[b].visits, net.post[a].visits), cmp.Compare(c.rank[a], c.rank[b]))
	})
	return rowsOf(order, func(i uint32) uint32 { return uint32(net.post[i].visits) }, most)
}

// posts describes the values of order. spare has room for as many values as
// there are runs.
func (net *network) posts(v *view, c *column, r *runs, order []uint32, spare []int64) []Post {
	stays := newGroups(len(c.names), func(i int) uint32 { return uint32(net.post[i].visits) }, spare)
	for i := range len(v.off) - 1 {
		all := r.of(i)
		for j, x := range all {
			until := v.times[v.off[i+1]-1]
			if j+1 < len(all) {
				until = v.times[all[j+1].from]
			}
			stays.add(x.value, until-v.times[x.from])
		}
	}
	between := betweenness(net, c, v.workers)
	out := make([]Post, len(order))
	parallel(len(order), v.workers, func(i int) {
		code := order[i]
		p := net.post[code]
		w := stat.Wilson(p.visits-p.returns, p.visits)
		out[i] = Post{
			Value: c.names[code], Visits: p.visits, Cases: p.cases, CaseShare: ratio(int64(p.cases), int64(net.total.cases)),
			Returns: p.returns, FTY: complement(p.returns, p.visits), FTYLow: Float(w.Low), FTYHigh: Float(w.High),
			Betweenness: between[code], Sojourn: describe(stays.of(int(code)), millis), Queue: noWaits,
		}
	})
	return out
}

// betweenness is Brandes's, over directed links without weights, divided by the
// (k-1)(k-2) pairs of others among k values (U. Brandes, "A faster algorithm for
// betweenness centrality", Journal of Mathematical Sociology 25, 2001). Sources
// are summed in chunks of a fixed size, so that the sum does not depend on the
// number of workers.
func betweenness(net *network, c *column, workers int) []Float {
	codes := len(c.names)
	out := make([]Float, codes)
	nodes := make([]uint32, 0, codes)
	for code, p := range net.post {
		out[code] = unknown
		if p.visits > 0 {
			nodes = append(nodes, uint32(code))
		}
	}
	k := len(nodes)
	if k < 3 || k*len(net.sums) > mostSteps {
		return out
	}
	// Both ends of a link are places in nodes, which are in the order of their
	// names, so that neither the order of cases nor that of links matters.
	slices.SortFunc(nodes, func(a, b uint32) int { return cmp.Compare(c.rank[a], c.rank[b]) })
	place := make([]uint32, codes)
	for i, code := range nodes {
		place[code] = uint32(i)
	}
	off := make([]uint32, k+1)
	for i := range net.links.keys {
		off[place[net.links.from(uint32(i))]+1]++
	}
	for i := range k {
		off[i+1] += off[i]
	}
	next, at := make([]uint32, len(net.links.keys)), slices.Clone(off[:k])
	for i := range net.links.keys {
		f := place[net.links.from(uint32(i))]
		next[at[f]] = place[net.links.to(uint32(i))]
		at[f]++
	}
	for i := range k {
		slices.Sort(next[off[i]:off[i+1]])
	}
	sources := foldSources(off, next)
	chunks := blocks(len(sources))
	parts := make([][]float64, len(chunks))
	parallel(len(chunks), workers, func(x int) {
		parts[x] = roads(off, next, sources[chunks[x].from:chunks[x].to])
	})
	for i, code := range nodes {
		sum := 0.0
		for _, p := range parts {
			sum += p[i]
		}
		out[code] = Float(sum / float64((k-1)*(k-2)))
	}
	return out
}

// source is a node to begin at, for itself and for those from which every road
// leads through it first.
type source struct {
	node   uint32
	behind []uint32
}

// foldSources puts the nodes with a single link behind the one to which it leads:
// their roads are those from there, one step longer. In a network of people a
// third of all nodes is so.
func foldSources(off, next []uint32) []source {
	k := len(off) - 1
	behind, folded := make([][]uint32, k), make([]bool, k)
	for a := range uint32(k) {
		if off[a+1]-off[a] != 1 || behind[a] != nil {
			continue
		}
		if to := next[off[a]]; !folded[to] {
			behind[to], folded[a] = append(behind[to], a), true
		}
	}
	out := make([]source, 0, k)
	for a := range uint32(k) {
		if !folded[a] {
			out = append(out, source{a, behind[a]})
		}
	}
	return out
}

// roads adds up what the shortest roads from some sources lead through. For each
// it goes outwards, counts the shortest roads to each node and notes the steps of
// which they are made, and then comes back over the same steps. A node counts as
// an end of these roads once for each source, itself apart.
func roads(off, next []uint32, sources []source) []float64 {
	k := len(off) - 1
	sum := make([]float64, k)
	far := make([]int32, k)
	count, beyond := make([]float64, k), make([]float64, k) // shortest roads to a node; what they lead to from there, for each of them
	queue, begin := make([]uint32, k), make([]uint32, k+1)
	steps := make([]uint32, len(next)+1) // those of queue[i] are begin[i]…begin[i+1]
	ends := make([]float64, k)
	for _, s := range sources {
		for i := range far {
			far[i], count[i], ends[i] = -1, 0, float64(1+len(s.behind))
		}
		for _, b := range s.behind {
			ends[b]--
		}
		queue[0], far[s.node], count[s.node] = s.node, 0, 1
		n, m := 1, uint32(0)
		for i := 0; i < n; i++ {
			a := queue[i]
			level, first := far[a]+1, m
			for _, b := range next[off[a]:off[a+1]] {
				f := far[b]
				if f < 0 {
					f, far[b], queue[n] = level, level, b
					n++
				}
				// The step is written in any case and kept if it leads one level out:
				// a branch that nobody can foresee would cost more than all the rest.
				steps[m] = b
				m += (uint32(f^level) - 1) >> 31
			}
			roads := count[a]
			for _, b := range steps[first:m] {
				count[b] += roads
			}
			begin[i+1] = m
		}
		for i := n - 1; i >= 0; i-- {
			a, share := queue[i], 0.0
			for _, b := range steps[begin[i]:begin[i+1]] {
				share += beyond[b]
			}
			beyond[a] = ends[a]/count[a] + share
			if i > 0 {
				sum[a] += count[a] * share
			}
		}
		for _, b := range s.behind { // from there, the source itself is on the way to all it reaches
			sum[s.node] += float64(n - 1)
			if far[b] >= 0 {
				sum[s.node]--
			}
		}
	}
	return sum
}
