package chain

import (
	"cmp"
	"slices"
)

// Waits describes the receiver's queue, in seconds: from the first event of a
// run to its first event that shows acceptance. It needs a state model.
type Waits struct {
	Stats
	P85           Float `json:"-"`
	NeverAccepted int   `json:"never_accepted"` // in that run; they have no queue
}

var noWaits = waits(nil, 0)

// waits sorts values, which are in milliseconds.
func waits(values []int64, never int) Waits {
	return Waits{Stats: describe(values, millis), P85: quantile(values, .85, millis), NeverAccepted: never}
}

// Flow says in which states the cases spend their time.
type Flow struct {
	Steps      []Step          `json:"steps"`           // by time, from the most down
	Shares     map[State]Float `json:"shares"`          // of the duration of all cases
	Efficiency Float           `json:"flow_efficiency"` // share of work; unknown without a state of work
	Model      []StateRule     `json:"model,omitempty"`
}

// states is the state of each event by a model.
type states struct {
	rules    []StateRule
	of       []State // by number of step
	pairs    *pairs  // activity and lifecycle
	event    []uint32
	accepted []bool // by event: it shows acceptance; nil without rules
}

// readStates numbers the steps of all events. life may be nil.
func readStates(v *view, act, life *column) *states {
	s := &states{pairs: newPairs(max(len(act.names), lenNames(life)), len(v.times)), event: make([]uint32, len(v.times))}
	for j := range v.times {
		l := uint32(0)
		if life != nil {
			l = life.codes[j]
		}
		s.event[j] = s.pairs.number(act.codes[j], l)
	}
	s.of = make([]State, len(s.pairs.keys))
	return s
}

// steps names all steps, by the names of their activities and lifecycles.
func (s *states) steps(act, life *column) []Step {
	out := make([]Step, len(s.of))
	for n := range out {
		out[n].Activity, out[n].Lifecycle = s.names(act, life, uint32(n))
	}
	slices.SortFunc(out, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.Lifecycle, b.Lifecycle))
	})
	return out
}

func (s *states) names(act, life *column, n uint32) (activity, lifecycle string) {
	if life != nil {
		lifecycle = life.names[s.pairs.to(n)]
	}
	return act.names[s.pairs.from(n)], lifecycle
}

// model gives each step its state.
func (s *states) model(act, life *column, rules []StateRule) {
	s.rules = rules
	if len(rules) == 0 {
		return
	}
	accepts := make([]bool, len(s.of))
	for n := range s.of {
		a, l := s.names(act, life, uint32(n))
		if i := slices.IndexFunc(rules, func(r StateRule) bool { return a != "" && r.fits(a, l) }); i >= 0 {
			s.of[n], accepts[n] = rules[i].State, rules[i].State.accepted()
		}
	}
	s.accepted = make([]bool, len(s.event))
	for j, n := range s.event {
		s.accepted[j] = accepts[n]
	}
}

// flow sums the time after each step until the next event of the case.
func (s *states) flow(v *view, act, life *column) Flow {
	type part struct {
		n    []int
		time []int64
	}
	parts := each(v, func(x span) part {
		p := part{make([]int, len(s.of)), make([]int64, len(s.of))}
		for i := x.from; i < x.to; i++ {
			for j := v.off[i]; j < v.off[i+1]; j++ {
				k := s.event[j]
				p.n[k]++
				if j+1 < v.off[i+1] {
					p.time[k] += v.times[j+1] - v.times[j]
				}
			}
		}
		return p
	})
	sum := parts[0]
	for _, p := range parts[1:] {
		for k := range s.of {
			sum.n[k] += p.n[k]
			sum.time[k] += p.time[k]
		}
	}
	all, by := int64(0), map[State]int64{}
	order := make([]uint32, len(s.of))
	for k := range s.of {
		order[k] = uint32(k)
		all += sum.time[k]
		by[s.of[k]] += sum.time[k]
	}
	rank := func(c *column, code uint32) uint32 {
		if c == nil {
			return 0
		}
		return c.rank[code]
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(sum.time[b], sum.time[a]), cmp.Compare(sum.n[b], sum.n[a]),
			cmp.Compare(rank(act, s.pairs.from(a)), rank(act, s.pairs.from(b))), cmp.Compare(rank(life, s.pairs.to(a)), rank(life, s.pairs.to(b))))
	})
	f := Flow{Steps: make([]Step, len(order)), Shares: map[State]Float{}, Efficiency: unknown, Model: s.rules}
	for i, k := range order {
		step := Step{
			Activity: act.names[s.pairs.from(k)], State: s.of[k], N: sum.n[k],
			Seconds: ratio(sum.time[k], millis), Share: ratio(sum.time[k], all),
		}
		if life != nil {
			step.Lifecycle = life.names[s.pairs.to(k)]
		}
		f.Steps[i] = step
	}
	for state, t := range by {
		if state != "" {
			f.Shares[state] = ratio(t, all)
		}
	}
	if w, ok := f.Shares[Work]; ok {
		f.Efficiency = w
	}
	return f
}

// queues measures the receiver's queue of every handover, by link and by
// receiver, and writes it into d, whose links and posts are these. spare has room
// for as many values as there are runs.
func (s *states) queues(v *view, c *column, r *runs, net *network, d *Dimension, links, posts []uint32, spare []int64) {
	wait := func(j int) (ms int64, ok bool) {
		x := &r.all[j]
		at, ok := s.acceptance(c, x)
		return v.times[at] - v.times[x.from], ok
	}
	byLink := newGroups(len(net.sums), func(i int) uint32 { return net.sums[i].n }, spare)
	for j := range r.passes {
		if ms, ok := wait(j + 1); ok {
			byLink.add(net.left[j], ms)
		}
	}
	parallel(len(links), v.workers, func(i int) {
		n := links[i]
		all := byLink.of(int(n))
		d.Links[i].Queue = waits(all, int(net.sums[n].n)-len(all))
	})
	all := byLink.all()
	d.Queue = waits(all, d.Handovers.N-len(all))
	byPost := newGroups(len(c.names), func(i int) uint32 { return uint32(net.post[i].visits) }, spare)
	never := make([]int, len(c.names))
	for j := range r.passes {
		if ms, ok := wait(j + 1); ok {
			byPost.add(r.all[j+1].value, ms)
		} else {
			never[r.all[j+1].value]++
		}
	}
	parallel(len(posts), v.workers, func(i int) {
		code := posts[i]
		d.Posts[i].Queue = waits(byPost.of(int(code)), never[code])
	})
}

// acceptance returns the first event of a run that shows acceptance.
func (s *states) acceptance(c *column, r *visit) (uint32, bool) {
	for j := r.from; j <= r.to; j++ {
		if s.accepted[j] && c.codes[j] == r.value {
			return j, true
		}
	}
	return r.from, false
}
