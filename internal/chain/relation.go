package chain

import (
	"cmp"
	"slices"

	"github.com/eslabon/eslabon/internal/stat"
)

// How the two ends of a link stand to each other.
const (
	Vertical   = "vertical"   // one is above the other
	Horizontal = "horizontal" // both are under the same
	Diagonal   = "diagonal"
)

// Relation sums the links whose ends stand to each other in one way.
type Relation struct {
	Relation     string `json:"relation"`
	Links        int    `json:"links"`
	N            int    `json:"n"`
	ReturnedNext int    `json:"returned_next"`
	FTRNext      Float  `json:"ftr_next"`
	FTRNextLow   Float  `json:"ftr_next_low"`
	FTRNextHigh  Float  `json:"ftr_next_high"`
}

// parents returns the value of the column up that most events with each value
// of c have; of two as frequent, the one whose name sorts first. 0 is none.
func parents(c, up *column) []uint32 {
	t := newTally(max(len(c.names), len(up.names)), len(c.codes))
	for j, x := range c.codes {
		if x != 0 && up.codes[j] != 0 {
			t.add(x, up.codes[j], 1)
		}
	}
	out, most := make([]uint32, len(c.names)), make([]int, len(c.names))
	for i, n := range t.n {
		x, y := t.from(uint32(i)), t.to(uint32(i))
		if n := int(n); n > most[x] || n == most[x] && up.rank[y] < up.rank[out[x]] {
			out[x], most[x] = y, n
		}
	}
	return out
}

// relate writes how the ends of each link stand to each other, and sums it up
// over all links, those without a row too.
func (net *network) relate(d *Dimension, c *column, links []uint32, relation func(supplier, customer string) string) {
	sums := map[string]*Relation{}
	of := make([]string, len(net.sums))
	for i, x := range net.sums {
		of[i] = relation(c.names[net.links.from(uint32(i))], c.names[net.links.to(uint32(i))])
		if of[i] == "" {
			continue
		}
		r := sums[of[i]]
		if r == nil {
			r = &Relation{Relation: of[i]}
			sums[of[i]] = r
		}
		r.Links, r.N, r.ReturnedNext = r.Links+1, r.N+int(x.n), r.ReturnedNext+int(x.next)
	}
	for i, n := range links {
		d.Links[i].Relation = of[n]
	}
	for _, r := range sums {
		w := stat.Wilson(r.N-r.ReturnedNext, r.N)
		r.FTRNext, r.FTRNextLow, r.FTRNextHigh = complement(r.ReturnedNext, r.N), Float(w.Low), Float(w.High)
		d.Relations = append(d.Relations, *r)
	}
	slices.SortFunc(d.Relations, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Relation, b.Relation))
	})
}

// byParent relates values by the column that says what each is under.
func byParent(c, up *column) func(supplier, customer string) string {
	over := parents(c, up)
	name := make(map[string]string, len(c.names))
	for code, x := range over {
		name[c.names[code]] = up.names[x]
	}
	return func(supplier, customer string) string {
		switch a, b := name[supplier], name[customer]; {
		case a == customer || b == supplier:
			return Vertical
		case a == "" || b == "":
			return ""
		case a == b:
			return Horizontal
		default:
			return Diagonal
		}
	}
}
