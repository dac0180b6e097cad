package chain

import (
	"cmp"
	"slices"
)

// Waits describes the receiver's queue, in seconds: from the first event of a
// run to its first event that shows acceptance. It needs a state model.
type Waits struct {
	Stats
	NeverAccepted int `json:"never_accepted"` // in that run; they have no queue
}

var noWaits = Waits{Stats: describe(nil, millis)}

// Flow says in which states the cases spend their time.
type Flow struct {
	Steps      []Step          `json:"steps"`           // by time, from the most down
	Shares     map[State]Float `json:"shares"`          // of the duration of all cases
	Efficiency Float           `json:"flow_efficiency"` // share of work; unknown without a state of work
	Model      []StateRule     `json:"model,omitempty"`
}

// states is the state of each event by a model.
type states struct {
	rules []StateRule
	of    []State // by number of step
	pairs *pairs  // activity and lifecycle
	event []uint32
}

// readStates numbers the steps of all events. life may be nil.
func readStates(v *view, act, life *column) *states {
	s := &states{pairs: newPairs(), event: make([]uint32, len(v.times))}
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
	for n := range s.of {
		a, l := s.names(act, life, uint32(n))
		if i := slices.IndexFunc(rules, func(r StateRule) bool { return a != "" && r.fits(a, l) }); i >= 0 {
			s.of[n] = rules[i].State
		}
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
// receiver, and writes it into d. Links and posts are found by their names.
func (s *states) queues(v *view, c *column, r *runs, d *Dimension) {
	type part struct {
		links     *pairs
		waits, by samples // by link, by receiver
		never     []int   // by link
		neverBy   []int   // by receiver
	}
	parts := each(v, func(x span) part {
		p := part{links: newPairs(), neverBy: make([]int, len(c.names))}
		for i := x.from; i < x.to; i++ {
			all := r.of(i)
			for k := 1; k < len(all); k++ {
				n := p.links.number(all[k-1].value, all[k].value)
				if int(n) == len(p.never) {
					p.never = append(p.never, 0)
				}
				if at, ok := s.accepted(c, all[k]); ok {
					p.waits.add(n, v.times[at]-v.times[all[k].from])
					p.by.add(all[k].value, v.times[at]-v.times[all[k].from])
				} else {
					p.never[n]++
					p.neverBy[all[k].value]++
				}
			}
		}
		return p
	})
	links, waits, by := make([]*pairs, len(parts)), make([]samples, len(parts)), make([]samples, len(parts))
	for i, p := range parts {
		links[i], waits[i], by[i] = p.links, p.waits, p.by
	}
	all, names := join(links)
	never, neverBy, total := make([]int, len(all.keys)), make([]int, len(c.names)), 0
	for i, p := range parts {
		for n, k := range p.never {
			never[names[i][n]] += k
			total += k
		}
		for code, k := range p.neverBy {
			neverBy[code] += k
		}
	}
	g, h := groupUp(waits, names, len(all.keys)), groupUp(by, nil, len(c.names))
	code := make(map[string]uint32, len(c.names))
	for i, name := range c.names {
		code[name] = uint32(i)
	}
	for i := range d.Links {
		l := &d.Links[i]
		n := all.number(code[l.Supplier], code[l.Customer])
		l.Queue = Waits{describe(g.of(int(n)), millis), never[n]}
	}
	for i := range d.Posts {
		p := &d.Posts[i]
		n := code[p.Value]
		p.Queue = Waits{describe(h.of(int(n)), millis), neverBy[n]}
	}
	d.Queue = Waits{describe(g.value, millis), total}
}

// accepted returns the first event of a run that shows acceptance.
func (s *states) accepted(c *column, r visit) (uint32, bool) {
	for j := r.from; j <= r.to; j++ {
		if c.codes[j] == r.value && s.of[s.event[j]].accepted() {
			return j, true
		}
	}
	return 0, false
}
