package chain

import (
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Working are durations in the hours of a calendar.
type Working struct {
	Zone         string `json:"zone"`
	CaseDuration Stats  `json:"case_duration_s"`
}

// worked counts the working time between two instants.
type worked struct{ cal *calendar.Calendar }

func (w worked) between(from, to int64) int64 {
	return w.cal.Elapsed(time.UnixMilli(from), time.UnixMilli(to)).Milliseconds()
}

func (w worked) cases(v *view) Working {
	parts := each(v, func(s span) []int64 {
		var out []int64
		for i := s.from; i < s.to; i++ {
			out = append(out, w.between(v.times[v.off[i]], v.times[v.off[i+1]-1]))
		}
		return out
	})
	return Working{Zone: w.cal.Zone().String(), CaseDuration: describe(flatten(parts), millis)}
}

func (w worked) gaps(v *view, r *runs) *Stats {
	parts := each(v, func(s span) []int64 {
		var out []int64
		for i := s.from; i < s.to; i++ {
			all := r.of(i)
			for j := 1; j < len(all); j++ {
				out = append(out, w.between(v.times[all[j-1].to], v.times[all[j].from]))
			}
		}
		return out
	})
	s := describe(flatten(parts), millis)
	return &s
}

func flatten(parts [][]int64) []int64 {
	out := parts[0]
	for _, p := range parts[1:] {
		out = append(out, p...)
	}
	return out
}
