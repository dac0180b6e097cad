package chain

import (
	"slices"

	"github.com/eslabon/eslabon/internal/stat"
)

// Link is one supplier and one customer between whom work passed.
type Link struct {
	Supplier     string   `json:"supplier"`
	Customer     string   `json:"customer"`
	N            int      `json:"n"`
	Cases        int      `json:"cases"`
	ReturnedNext int      `json:"returned_next"` // came straight back
	ReturnedEver int      `json:"returned_ever"`
	FTRNext      Float    `json:"ftr_next"` // 1 - returned next ÷ n, with its 95 % interval
	FTRNextLow   Float    `json:"ftr_next_low"`
	FTRNextHigh  Float    `json:"ftr_next_high"`
	Gap          GapStats `json:"gap_s"`
	Queue        Waits    `json:"queue"`
	Relation     string   `json:"relation,omitempty"` // vertical, horizontal, diagonal
}

// GapStats describes the sender's time on one link, in seconds.
type GapStats struct {
	Mean   Float `json:"mean"`
	Median Float `json:"median"`
	P85    Float `json:"p85"`
	P90    Float `json:"p90"`
}

// ranking returns the numbers of the links that have a row, from the most
// handovers down.
func (net *network) ranking(c *column, most int) []uint32 {
	n := func(i uint32) uint32 { return net.sums[i].n }
	return rowsOf(net.links.ranking(n, c.rank), n, most)
}

// rowsOf cuts a ranking by n to most rows, none if that is 0. Rows of which
// something could be found stay.
func rowsOf(order []uint32, n func(i uint32) uint32, most int) []uint32 {
	if most <= 0 {
		return order
	}
	end := min(most, len(order))
	for end < len(order) && n(order[end]) >= fewest {
		end++
	}
	return slices.Clone(order[:end])
}

// describe writes the links of order, and the sender's time over all links, into
// d. spare has room for as many values as there are runs.
func (net *network) describe(d *Dimension, v *view, c *column, r *runs, order []uint32, spare []int64) {
	gaps := newGroups(len(net.sums), func(i int) uint32 { return net.sums[i].n }, spare)
	for j := range r.passes {
		gaps.add(net.left[j], v.times[r.all[j+1].from]-v.times[r.all[j].to])
	}
	d.Links = make([]Link, len(order))
	parallel(len(order), v.workers, func(i int) {
		n := order[i]
		x := net.sums[n]
		right, g := stat.Wilson(int(x.n-x.next), int(x.n)), gaps.of(int(n))
		s := describe(g, millis)
		d.Links[i] = Link{
			Supplier: c.names[net.links.from(n)], Customer: c.names[net.links.to(n)],
			N: int(x.n), Cases: int(x.cases), ReturnedNext: int(x.next), ReturnedEver: int(x.ever),
			FTRNext: complement(int(x.next), int(x.n)), FTRNextLow: Float(right.Low), FTRNextHigh: Float(right.High), Queue: noWaits,
			Gap: GapStats{Mean: s.Mean, Median: s.Median, P85: quantile(g, .85, millis), P90: s.P90},
		}
	})
	d.Gap = describe(gaps.all(), millis)
}
