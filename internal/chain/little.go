package chain

import (
	"slices"

	"github.com/eslabon/eslabon/internal/stat"
)

// Little compares the number of open cases with the law L = λ·W. L is counted
// over the middle half of the log's time: over the whole of it the law would hold
// by construction, since every case begins and ends inside.
type Little struct {
	ArrivalsPerDay Float `json:"arrivals_per_day"` // λ
	StayDays       Float `json:"stay_days"`        // W
	Expected       Float `json:"expected_open"`    // λ·W
	Measured       Float `json:"measured_open"`
	Peak           int   `json:"peak_open"` // most cases open at once
	Off            bool  `json:"off"`       // by more than 20 %: no steady state, plan with none of these
}

const dayMillis = 24 * 60 * 60 * millis

func little(v *view) Little {
	cases := len(v.off) - 1
	var starts, ends []int64
	sum := int64(0)
	for i := range cases {
		from, to := v.times[v.off[i]], v.times[v.off[i+1]-1]
		starts, ends, sum = append(starts, from), append(ends, to), sum+to-from
	}
	l := Little{ArrivalsPerDay: unknown, StayDays: unknown, Expected: unknown, Measured: unknown}
	if cases == 0 {
		return l
	}
	begin, end := slices.Min(starts), slices.Max(ends)
	from, to := begin+(end-begin)/4, end-(end-begin)/4
	inside := int64(0)
	for i := range cases {
		inside += max(0, min(ends[i], to)-max(starts[i], from))
	}
	slices.Sort(starts)
	slices.Sort(ends)
	for i, n := 0, 0; i < cases; i++ { // a case that ends as another begins is not open with it
		for n < cases && ends[n] <= starts[i] {
			n++
		}
		l.Peak = max(l.Peak, i+1-n)
	}
	l.ArrivalsPerDay = ratio(int64(cases)*dayMillis, end-begin)
	l.StayDays = ratio(sum, int64(cases)*dayMillis)
	l.Expected, l.Measured = ratio(sum, end-begin), ratio(inside, to-from)
	l.Off = stat.Balance{Expected: float64(l.Expected), Measured: float64(l.Measured)}.Off()
	return l
}
