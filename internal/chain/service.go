package chain

import (
	"cmp"
	"slices"
	"strings"
)

// Service is what start and complete events say: how long work was touched. A
// start finds its end by instance, else by who does it, else by activity, the
// first with the first.
type Service struct {
	N                int   `json:"n"`                 // steps with both ends
	StartsAlone      int   `json:"starts_alone"`      // starts without an end
	CompletesAlone   int   `json:"completes_alone"`   // ends without a start
	Total            Float `json:"total_s"`           // sum of all steps
	Union            Float `json:"union_s"`           // the same, counting time once where steps of a case overlap
	Lead             Float `json:"lead_s"`            // sum of the cases' first start to last end
	Efficiency       Float `json:"flow_efficiency"`   // union ÷ lead
	SumShare         Float `json:"sum_share"`         // total ÷ lead: too much where steps overlap
	OverlappingCases int   `json:"overlapping_cases"` // with two steps at once
	Service          Stats `json:"service_s"`         // of one step
	Wait             Stats `json:"wait_s"`            // from the last end before a start to that start; 0 if one still runs
}

// ends are the codes that begin and end a step.
type ends struct{ start, complete []bool }

// endsOf finds what begins and ends a step; ok is false unless both occur.
func endsOf(life *column) (e ends, ok bool) {
	if life == nil {
		return ends{}, false
	}
	e = ends{make([]bool, len(life.names)), make([]bool, len(life.names))}
	starts, completes := false, false
	for code, name := range life.names {
		if code == 0 || life.used[code] == 0 {
			continue
		}
		switch strings.ToLower(name) {
		case "start":
			e.start[code], starts = true, true
		case "complete":
			e.complete[code], completes = true, true
		}
	}
	return e, starts && completes
}

// step is one stretch of work; open is set until its end is found.
type step struct {
	key        [3]uint32 // instance + 1 or 0, activity, who
	start, end int64
	open       bool
}

// service measures the steps whose start and end are known: both as times of one
// event, or as two events. It is nil if the log knows neither.
func (s *selection) service(act, life *column) *Service {
	if s.starts != nil {
		return sumSteps(s.v, func(i int, _ *Service) []step { return s.known(i) })
	}
	e, ok := endsOf(life)
	if !ok {
		return nil
	}
	instance, who := s.column(s.o.Instance, nil), s.column(s.o.Who, nil)
	return sumSteps(s.v, func(i int, count *Service) []step { return paired(s.v, i, e, act, life, instance, who, count) })
}

// known are the steps of a case whose events say when they began, by their starts.
func (s *selection) known(i int) []step {
	var out []step
	for j := s.v.off[i]; j < s.v.off[i+1]; j++ {
		if at := s.starts[j]; at != NoTime && at <= s.v.times[j] {
			out = append(out, step{start: at, end: s.v.times[j]})
		}
	}
	slices.SortStableFunc(out, func(a, b step) int { return cmp.Compare(a.start, b.start) })
	return out
}

// paired are the steps of a case of which two events tell the start and the end,
// by their starts. What finds no partner is counted. instance and who may be nil.
func paired(v *view, i int, e ends, act, life, instance, who *column, count *Service) []step {
	code := func(c *column, j uint32) uint32 {
		if c == nil {
			return 0
		}
		return c.codes[j]
	}
	var steps []step
	var open []int // those without an end, in the order of their starts
	for j := v.off[i]; j < v.off[i+1]; j++ {
		key := [3]uint32{code(instance, j), act.codes[j], code(who, j)}
		switch l := life.codes[j]; {
		case e.start[l]:
			open = append(open, len(steps))
			steps = append(steps, step{key: key, start: v.times[j], open: true})
		case e.complete[l]:
			n := partner(steps, open, key)
			if n < 0 {
				count.CompletesAlone++
				continue
			}
			steps[open[n]].end, steps[open[n]].open = v.times[j], false
			if n == 0 { // the usual one, and cheap however many there are
				open = open[1:]
			} else {
				open = slices.Delete(open, n, n+1)
			}
		}
	}
	count.StartsAlone += len(open)
	return slices.DeleteFunc(steps, func(s step) bool { return s.open })
}

// sumSteps describes the steps of all cases.
func sumSteps(v *view, stepsOf func(i int, count *Service) []step) *Service {
	type part struct {
		s                  Service
		lengths, waits     []int64
		total, union, lead int64
	}
	parts := each(v, func(x span) part {
		var p part
		for i := x.from; i < x.to; i++ {
			whole := stepsOf(i, &p.s)
			if len(whole) == 0 {
				continue
			}
			// Steps are in the order of their starts.
			first, end, overlap := whole[0].start, whole[0].start, false
			for n, s := range whole {
				p.lengths = append(p.lengths, s.end-s.start)
				p.total += s.end - s.start
				p.union += max(0, s.end-max(s.start, end))
				if n > 0 {
					overlap = overlap || min(s.end, end) > s.start
					p.waits = append(p.waits, max(0, s.start-end))
				}
				end = max(end, s.end)
			}
			p.lead += end - first
			if overlap {
				p.s.OverlappingCases++
			}
		}
		return p
	})
	var out Service
	var lengths, waits []int64
	var total, union, lead int64
	for _, p := range parts {
		out.StartsAlone += p.s.StartsAlone
		out.CompletesAlone += p.s.CompletesAlone
		out.OverlappingCases += p.s.OverlappingCases
		lengths, waits = append(lengths, p.lengths...), append(waits, p.waits...)
		total, union, lead = total+p.total, union+p.union, lead+p.lead
	}
	out.N = len(lengths)
	out.Total, out.Union, out.Lead = ratio(total, millis), ratio(union, millis), ratio(lead, millis)
	out.Efficiency, out.SumShare = ratio(union, lead), ratio(total, lead)
	out.Service, out.Wait = describe(lengths, millis), describe(waits, millis)
	return &out
}

// partner returns the place in open of the step that ends with key: of the same
// instance if that is known, else by the same who, else of the same activity.
func partner(steps []step, open []int, key [3]uint32) int {
	if key[0] != 0 {
		return slices.IndexFunc(open, func(i int) bool { return steps[i].key[0] == key[0] && steps[i].key[1] == key[1] })
	}
	n := slices.IndexFunc(open, func(i int) bool { return steps[i].key == key })
	if n < 0 {
		n = slices.IndexFunc(open, func(i int) bool { return steps[i].key[1] == key[1] })
	}
	return n
}
