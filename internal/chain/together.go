package chain

import "slices"

// Together says who works on the same cases.
type Together struct {
	Pairs   int       `json:"pairs"`   // different ones
	Skipped int       `json:"skipped"` // cases with more than 200 different values, of which nothing is said
	Top     []Company `json:"top"`     // from the most cases down
}

// Company are two values that occur in the same cases. The shares are not
// symmetric: N of the cases of each.
type Company struct {
	A      string `json:"a"` // the name that sorts first
	B      string `json:"b"`
	N      int    `json:"n"`       // cases with both
	ShareA Float  `json:"share_a"` // of the cases of A
	ShareB Float  `json:"share_b"` // of the cases of B
}

// mostTogether bounds the work of a single case: pairs grow with the square.
const mostTogether = 200

func together(v *view, c *column, r *runs, net *network, most int) Together {
	type part struct {
		*tally
		skipped int
	}
	parts := each(v, func(s span) part {
		p := part{tally: newTally(len(c.names), int(r.off[s.to]-r.off[s.from]))}
		seen := make([]uint32, len(c.names))
		var here []uint32
		for i := s.from; i < s.to; i++ {
			here = here[:0]
			for _, x := range r.of(i) {
				if seen[x.value] != uint32(i)+1 {
					seen[x.value] = uint32(i) + 1
					here = append(here, x.value)
				}
			}
			if len(here) > mostTogether {
				p.skipped++
				continue
			}
			slices.SortFunc(here, func(a, b uint32) int { return int(c.rank[a]) - int(c.rank[b]) })
			for j, a := range here {
				for _, b := range here[j+1:] {
					p.add(a, b, 1)
				}
			}
		}
		return p
	})
	all := parts[0]
	for _, p := range parts[1:] {
		all.join(p.tally)
		all.skipped += p.skipped
	}
	out := Together{Pairs: len(all.n), Skipped: all.skipped, Top: []Company{}}
	for _, x := range all.ranking(c, most) {
		a, b, n := all.from(x), all.to(x), int(all.n[x])
		out.Top = append(out.Top, Company{
			A: c.names[a], B: c.names[b], N: n,
			ShareA: ratio(int64(n), int64(net.post[a].cases)), ShareB: ratio(int64(n), int64(net.post[b].cases)),
		})
	}
	return out
}
