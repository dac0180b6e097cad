package chain

import "slices"

// Moment is one event of a case as Live takes it: from At on, in Unix
// milliseconds, the work lies with Value, or with nobody who is known if that is
// empty. Accepted says that Value has taken it in hand.
type Moment struct {
	At       int64
	Value    string
	Accepted bool
}

// Live is one dimension kept current, event by event: after every change it has
// the figures that Analyse gives for the log of all events up to then. The
// counters move with each event; how long things lasted is read from the events
// when somebody asks. An event costs what its case has visits so far, a few
// dozen nanoseconds in most; it keeps 12 bytes, a case about a hundred.
//
// An event that comes late is put where it belongs: what came after it is taken
// back and counted again, in that one case. A Live is for one goroutine at a time.
type Live struct {
	minimum int // of Alternate
	codes   map[string]uint32
	names   []string
	cases   map[uint64]*liveCase
	events  int

	links                *pairs
	n, inCases           []int // by link, as are the next two
	next, ever           []int
	post                 []postSums // by code
	total                sums       // without Alternate
	stretches            []int      // to and fro, by their number of returns
	alternating, enoughN int        // cases with, and number of, stretches that are long enough
}

// liveCase is what is known of one case.
type liveCase struct {
	events                                     []liveEvent
	handed, immediate, any, double, stretching uint32
}

// liveEvent is a Moment in twelve bytes.
type liveEvent struct {
	low  uint32 // of the time
	high int32
	what uint32 // code of the value, and in the last bit whether it was accepted
}

func (e liveEvent) at() int64     { return int64(e.high)<<32 | int64(e.low) }
func (e liveEvent) value() uint32 { return e.what >> 1 }

// NewLive returns a Live without events. minimum is Options.PingPong.
func NewLive(minimum int) *Live {
	return &Live{
		minimum: max(1, minimum), codes: map[string]uint32{"": Missing}, names: []string{""}, cases: map[uint64]*liveCase{},
		links: newPairs(1, 0), post: make([]postSums, 1),
	}
}

// Cases returns how many cases there are.
func (l *Live) Cases() int { return len(l.cases) }

// Events returns how many events there are.
func (l *Live) Events() int { return l.events }

// Add counts one event of a case, which begins with its first. Of two events in
// the same moment the one that was added first comes first.
func (l *Live) Add(of uint64, m Moment) {
	c := l.cases[of]
	if c == nil {
		c = &liveCase{}
		l.cases[of] = c
	}
	place := len(c.events)
	for place > 0 && c.events[place-1].at() > m.At {
		place--
	}
	l.back(c, place)
	c.events = slices.Insert(c.events, place, l.pack(m))
	l.forth(c, place)
}

// Replace makes a case what all says, in the order of time; of nothing it is
// gone. What all has in common with what is known, from the beginning on, is
// not counted again.
func (l *Live) Replace(of uint64, all []Moment) {
	c := l.cases[of]
	switch {
	case len(all) == 0:
		l.Delete(of)
		return
	case c == nil:
		c = &liveCase{events: make([]liveEvent, 0, len(all))}
		l.cases[of] = c
	}
	same := 0
	for same < min(len(all), len(c.events)) && c.events[same] == l.pack(all[same]) {
		same++
	}
	l.back(c, same)
	c.events = c.events[:same]
	for _, m := range all[same:] {
		c.events = append(c.events, l.pack(m))
	}
	l.forth(c, same)
}

// Delete forgets a case.
func (l *Live) Delete(of uint64) {
	if c := l.cases[of]; c != nil {
		l.back(c, 0)
		delete(l.cases, of)
	}
}

// Bytes is about how much memory it takes.
func (l *Live) Bytes() int {
	const perCase, perEvent, perLink, perName = 110, 16, 60, 120
	return perCase*len(l.cases) + perEvent*l.events + perLink*len(l.n) + perName*len(l.names)
}

func (l *Live) pack(m Moment) liveEvent {
	code, known := l.codes[m.Value]
	if !known {
		code = uint32(len(l.names))
		l.codes[m.Value] = code
		l.names = append(l.names, m.Value)
		l.post = append(l.post, postSums{})
	}
	e := liveEvent{low: uint32(m.At), high: int32(m.At >> 32), what: code << 1}
	if m.Accepted {
		e.what |= 1
	}
	return e
}

// back takes back what the events from place on have counted, the last first.
func (l *Live) back(c *liveCase, place int) {
	for i := len(c.events) - 1; i >= place; i-- {
		l.step(c, i, -1)
	}
}

// forth counts the events from place on.
func (l *Live) forth(c *liveCase, place int) {
	for i := place; i < len(c.events); i++ {
		l.step(c, i, 1)
	}
}

// step adds, or with the sign -1 takes back, what event i makes of the case of
// the events before it.
func (l *Live) step(c *liveCase, i, sign int) {
	l.events += sign
	value := c.events[i].value()
	if value == Missing {
		return
	}
	r := c.visits(i)
	from := r.value()
	if from == value {
		return
	}
	p := &l.post[value]
	p.visits += sign
	l.total.visits += sign
	if from == Missing {
		p.cases += sign
		l.total.cases += sign
		l.total.clean += sign
		l.total.perCase.add(0, sign)
		return
	}
	known, seen, after := r.search(from, value)
	n := l.link(from, value)
	l.n[n] += sign
	if !known {
		l.inCases[n] += sign
	}
	before := int(c.handed) + min(sign, 0)
	l.total.perCase.add(before, -sign)
	l.total.perCase.add(before+1, sign)
	l.total.handed.step(&c.handed, sign)
	if !seen {
		p.cases += sign
		return
	}
	p.returns += sign
	l.ever[l.link(value, after)] += sign
	l.total.clean -= l.total.any.step(&c.any, sign)
	if r.next(); r.value() != value { // the visit before the one that ends
		return
	}
	l.next[l.link(value, from)] += sign
	l.total.immediate.step(&c.immediate, sign)
	if r.next(); r.value() == from {
		l.total.double.step(&c.double, sign)
	}
	l.stretch(c, c.stretch(i), sign)
}

// stretch makes a stretch to and fro one return longer than it was, or again as
// short.
func (l *Live) stretch(c *liveCase, was, sign int) {
	for len(l.stretches) < was+2 {
		l.stretches = append(l.stretches, 0)
	}
	l.stretches[was] -= sign
	l.stretches[was+1] += sign
	if was+1 == l.minimum {
		t := Tally{l.alternating, l.enoughN}
		t.step(&c.stretching, sign)
		l.alternating, l.enoughN = t.Cases, t.N
	}
}

// step counts one more, or one less, in a case that has inCase of them, and
// returns by how many cases that changed the tally.
func (t *Tally) step(inCase *uint32, sign int) (cases int) {
	if *inCase == 0 || *inCase == 1 && sign < 0 {
		cases = sign
	}
	t.N, t.Cases = t.N+sign, t.Cases+cases
	*inCase = uint32(int(*inCase) + sign)
	return cases
}

func (l *Live) link(from, to uint32) uint32 {
	n := l.links.number(from, to)
	if int(n) == len(l.n) {
		l.n, l.inCases, l.next, l.ever = append(l.n, 0), append(l.inCases, 0), append(l.next, 0), append(l.ever, 0)
	}
	return n
}

// backwards walks over the visits of a case, from the last to the first.
type backwards struct {
	events []liveEvent
	i      int
}

// visits begins with the visit to which the last event before i with a value
// belongs.
func (c *liveCase) visits(i int) *backwards {
	b := &backwards{c.events, i}
	b.skip(Missing)
	return b
}

// value is that of the visit, Missing before the first.
func (b *backwards) value() uint32 {
	if b.i == 0 {
		return Missing
	}
	return b.events[b.i-1].value()
}

// next goes to the visit before.
func (b *backwards) next() { b.skip(b.value()) }

func (b *backwards) skip(value uint32) {
	for b.i > 0 {
		if x := b.events[b.i-1].value(); x != value && x != Missing {
			return
		}
		b.i--
	}
}

// search looks for what the case has known before it goes from its last visit
// to value: that very handover, and an earlier visit to value, with where the
// case went after the latest of them.
func (b backwards) search(from, value uint32) (known, seen bool, after uint32) {
	later := Missing
	for x := b.value(); x != Missing && !(known && seen); x = b.value() {
		if x == value && !seen {
			seen, after = true, later
		}
		known = known || x == from && later == value
		later = x
		b.next()
	}
	return known, seen, after
}

// stretch returns how many returns in a row there were just before event i.
func (c *liveCase) stretch(i int) int {
	a, b := c.visits(i), c.visits(i)
	b.next()
	b.next()
	n := 0
	for b.value() != Missing && a.value() == b.value() {
		n++
		a.next()
		b.next()
	}
	return n
}

// Dimension returns the figures as they are now, as Analyse gives them for a
// dimension of that name: values, handovers, ping-pong, first time right, yield,
// gaps, links, posts and, if some moment was accepted, queues.
func (l *Live) Dimension(name string) Dimension {
	v, codes, st := l.view()
	c := newColumn(codes, l.names)
	r := runsOf(v, c)
	net := l.network()
	net.left = make([]uint32, len(r.all))
	for j := range r.passes {
		net.left[j] = net.links.number(r.all[j].value, r.all[j+1].value)
	}
	d := net.dimension(name, c)
	links, posts, spare := net.ranking(c, 0), net.visited(c, 0), make([]int64, len(r.all))
	net.describe(&d, v, c, r, links, spare)
	d.Posts = net.posts(v, c, r, posts, spare)
	if st != nil {
		st.queues(v, c, r, net, &d, links, posts, spare)
	}
	return d
}

// network returns the counters, without the links on which nothing passes any
// more.
func (l *Live) network() *network {
	net := &network{links: newPairs(len(l.names), 0), post: l.post, total: l.total}
	for i, n := range l.n {
		if n > 0 {
			net.links.number(l.links.from(uint32(i)), l.links.to(uint32(i)))
			net.sums = append(net.sums, linkSums{uint32(n), uint32(l.inCases[i]), uint32(l.next[i]), uint32(l.ever[i])})
		}
	}
	net.total.perCase = slices.Clone(l.total.perCase)
	net.total.alternate = Alternate{Minimum: l.minimum, Cases: l.alternating, N: l.enoughN}
	for returns, n := range l.stretches {
		if returns > 0 && n > 0 {
			net.total.alternate.Longest = returns
		}
	}
	return net
}

// view lays the events of all cases out, in the order of the keys, with a model
// of two states if anything was accepted.
func (l *Live) view() (v *view, codes []uint32, st *states) {
	v = &view{times: make([]int64, 0, l.events), off: make([]uint32, 1, len(l.cases)+1), workers: 1}
	codes = make([]uint32, 0, l.events)
	st = &states{accepted: make([]bool, 0, l.events)}
	accepted := false
	keys := make([]uint64, 0, len(l.cases))
	for k := range l.cases {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		for _, e := range l.cases[k].events {
			v.times, codes = append(v.times, e.at()), append(codes, e.value())
			st.accepted = append(st.accepted, e.what&1 == 1)
			accepted = accepted || e.what&1 == 1
		}
		v.off = append(v.off, uint32(len(codes)))
	}
	if !accepted {
		st = nil
	}
	return v, codes, st
}
