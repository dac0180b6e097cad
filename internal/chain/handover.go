package chain

import "github.com/eslabon/eslabon/internal/stat"

// Dimension is what one attribute, as team or person, shows of the chain. Its
// figures are over the cases that have a value in it.
type Dimension struct {
	Name          string `json:"-"`
	Values        int    `json:"values"`
	MissingEvents int    `json:"missing_events"`

	Handovers      Handovers      `json:"handovers"`
	PingPong       PingPong       `json:"ping_pong"`
	FirstTimeRight FirstTimeRight `json:"first_time_right"`
	Yield          Yield          `json:"yield"`
	Gap            Stats          `json:"gap_s"` // sender's time, over all handovers
	Links          []Link         `json:"links"` // from the most handovers down
	Posts          []Post         `json:"posts"` // from the most visits down

	Queue           Waits      `json:"queue"` // receiver's; without a state model nothing is known
	Routes          Routes     `json:"routes"`
	Subcontracting  Pairs      `json:"subcontracting"`
	WorkingTogether Together   `json:"working_together"`
	Again           Again      `json:"again"`
	Batching        Batches    `json:"batching"`
	WorkingGap      *Stats     `json:"working_gap_s,omitempty"` // in working hours, if a calendar is given
	Relations       []Relation `json:"relations,omitempty"`     // if it is known how values belong together

	found []Finding // of this dimension
}

// Handovers counts where the work passes from one run to the next.
type Handovers struct {
	N       int       `json:"n"`
	Links   int       `json:"links"`    // different pairs
	Cases   int       `json:"cases"`    // with at least one
	PerCase Histogram `json:"per_case"` // of the cases with a value
}

// Tally is how often something occurs, and in how many cases.
type Tally struct {
	Cases int `json:"cases"`
	N     int `json:"n"`
}

// PingPong is work that comes back. Occurrences overlap: A B A B holds two
// immediate ones.
type PingPong struct {
	Immediate Tally     `json:"immediate"`  // A → B → A
	AnyReturn Tally     `json:"any_return"` // a value comes again, however late
	Double    Tally     `json:"double"`     // A → B → A → B
	Alternate Alternate `json:"alternating"`
}

// Alternate counts the longest stretches in which a case goes to and fro
// between the same two, with at least Minimum returns in each.
type Alternate struct {
	Minimum int `json:"minimum"`
	Cases   int `json:"cases"`
	N       int `json:"n"`
	Longest int `json:"longest"` // returns in the longest stretch of all
}

// FirstTimeRight are shares of all handovers, in 0…1. They are inferred: a case
// may come back for a good reason.
type FirstTimeRight struct {
	NotReturnedNext Float `json:"not_returned_next"`
	NeverReturned   Float `json:"never_returned"`
}

// Yield counts visits and those to which the case comes back later.
type Yield struct {
	Visits  int   `json:"visits"`
	Returns int   `json:"returns"`
	RTYCase Float `json:"rty_case"` // share of cases without a return
	DPU     Float `json:"dpu"`      // returns per case
	DPMO    Float `json:"dpmo"`     // returns per million visits
	Sigma   Float `json:"sigma"`    // long-term, without the shift of 1.5
}

// network is a dimension as it is counted.
type network struct {
	links *pairs
	sums  []linkSums // by number of link
	left  []uint32   // by run: the number of the link on which the work leaves it, if it does
	total sums
	post  []postSums // by code
}

// linkSums are what adds up over the handovers of one link.
type linkSums struct{ n, cases, next, ever uint32 }

// sums are what adds up over cases.
type sums struct {
	cases, visits, clean           int
	handed, immediate, any, double Tally
	alternate                      Alternate
	perCase                        Histogram
}

// postSums are what adds up over the visits to one value.
type postSums struct{ visits, returns, cases int }

// shard is what one worker counts.
type shard struct {
	links *pairs
	sums  []linkSums
	last  []int32 // case in which each link was seen last
	total sums
	post  []postSums
}

// count counts the handovers of all cases. minimum is that of Alternate.
func count(v *view, c *column, r *runs, minimum int) *network {
	net := &network{post: make([]postSums, len(c.names)), left: make([]uint32, len(r.all))}
	spans := v.spans()
	shards := make([]*shard, len(spans))
	parallel(len(spans), v.workers, func(k int) {
		s := spans[k]
		from, to := r.off[s.from], r.off[s.to]
		sh := &shard{links: newPairs(len(c.names), int(to-from)), post: make([]postSums, len(c.names))}
		sh.total.alternate.Minimum = minimum
		seen := make([]int32, len(c.names)) // case + 1 in which each value was seen last
		for i := s.from; i < s.to; i++ {
			sh.add(r.of(i), net.left[r.off[i]:r.off[i+1]], int32(i), seen)
		}
		sh.last = nil
		shards[k] = sh
	})
	all := make([]*pairs, len(shards))
	for i, s := range shards {
		all[i] = s.links
	}
	links, names := join(all)
	links.slots = nil // from here on the links are known by their numbers
	net.links, net.sums = links, make([]linkSums, len(links.keys))
	for i, s := range shards {
		for j, x := range s.sums {
			to := &net.sums[names[i][j]]
			to.n, to.cases, to.next, to.ever = to.n+x.n, to.cases+x.cases, to.next+x.next, to.ever+x.ever
		}
		for code, p := range s.post {
			q := &net.post[code]
			q.visits, q.returns, q.cases = q.visits+p.visits, q.returns+p.returns, q.cases+p.cases
		}
		net.total.add(s.total)
		shards[i] = nil
	}
	parallel(len(spans), v.workers, func(k int) {
		if k == 0 {
			return // its links have kept their numbers
		}
		mine := net.left[r.off[spans[k].from]:r.off[spans[k].to]]
		for j := range mine {
			if n := mine[j]; int(n) < len(names[k]) {
				mine[j] = names[k][n]
			}
		}
	})
	return net
}

// add counts one case. It goes backwards: what was seen is what comes later.
func (s *shard) add(r []visit, left []uint32, i int32, seen []int32) {
	if len(r) == 0 {
		return
	}
	m := len(r)
	s.total.cases++
	s.total.visits += m
	s.total.perCase.add(m-1, 1)
	var here sums
	for j := m - 1; j >= 0; j-- {
		value := r[j].value
		p := &s.post[value]
		p.visits++
		again := seen[value] == i+1
		if again {
			here.any.N++
			p.returns++
		} else {
			seen[value] = i + 1
			p.cases++
		}
		if j == m-1 {
			continue
		}
		n := s.link(value, r[j+1].value, i)
		left[j] = n
		if again {
			s.sums[n].ever++
		}
		if j+2 < m && r[j+2].value == value {
			here.immediate.N++
			s.sums[n].next++
			if j+3 < m && r[j+3].value == r[j+1].value {
				here.double.N++
			}
		}
	}
	here.handed.N = m - 1
	if here.any.N == 0 {
		s.total.clean++
	}
	s.total.handed.count(here.handed.N)
	s.total.immediate.count(here.immediate.N)
	s.total.any.count(here.any.N)
	s.total.double.count(here.double.N)
	if here.immediate.N > 0 {
		s.total.alternate.count(r)
	}
}

// link counts one handover and returns the number of its link.
func (s *shard) link(from, to uint32, i int32) uint32 {
	n := s.links.number(from, to)
	if int(n) == len(s.sums) {
		s.sums, s.last = append(s.sums, linkSums{}), append(s.last, -1)
	}
	s.sums[n].n++
	if s.last[n] != i {
		s.last[n] = i
		s.sums[n].cases++
	}
	return n
}

// count adds what occurs n times in a case.
func (t *Tally) count(n int) {
	t.N += n
	if n > 0 {
		t.Cases++
	}
}

func (t *Tally) add(o Tally) { t.Cases, t.N = t.Cases+o.Cases, t.N+o.N }

// count adds the stretches of one case that go to and fro.
func (a *Alternate) count(r []visit) {
	found := 0
	for i := 0; i+2 < len(r); {
		j := i
		for j+2 < len(r) && r[j+2].value == r[j].value {
			j++
		}
		returns := j - i
		a.Longest = max(a.Longest, returns)
		if returns >= max(1, a.Minimum) {
			found++
		}
		i = max(j, i+1)
	}
	a.N += found
	if found > 0 {
		a.Cases++
	}
}

func (s *sums) add(o sums) {
	s.cases, s.visits, s.clean = s.cases+o.cases, s.visits+o.visits, s.clean+o.clean
	s.handed.add(o.handed)
	s.immediate.add(o.immediate)
	s.any.add(o.any)
	s.double.add(o.double)
	s.alternate.Minimum = o.alternate.Minimum
	s.alternate.Cases += o.alternate.Cases
	s.alternate.N += o.alternate.N
	s.alternate.Longest = max(s.alternate.Longest, o.alternate.Longest)
	for i, n := range o.perCase {
		if n > 0 {
			s.perCase.add(i, n)
		}
	}
}

// dimension turns what was counted into figures, all but those of links and posts.
func (net *network) dimension(name string, c *column) Dimension {
	t := net.total
	return Dimension{
		Name: name, Values: c.distinct(), MissingEvents: c.used[0],
		Handovers: Handovers{N: t.handed.N, Links: len(net.sums), Cases: t.handed.Cases, PerCase: t.perCase},
		PingPong:  PingPong{Immediate: t.immediate, AnyReturn: t.any, Double: t.double, Alternate: t.alternate},
		FirstTimeRight: FirstTimeRight{
			NotReturnedNext: complement(t.immediate.N, t.handed.N), NeverReturned: complement(t.any.N, t.handed.N),
		},
		Yield: yield(t), Queue: noWaits,
	}
}

// complement returns 1 - k/n.
func complement(k, n int) Float {
	if n == 0 {
		return unknown
	}
	return 1 - Float(k)/Float(n)
}

func yield(t sums) Yield {
	y := Yield{
		Visits: t.visits, Returns: t.any.N,
		RTYCase: ratio(int64(t.clean), int64(t.cases)), DPU: ratio(int64(t.any.N), int64(t.cases)),
		DPMO: unknown, Sigma: unknown,
	}
	if d, ok := stat.DPMO(int64(t.any.N), int64(t.visits)); ok {
		y.DPMO = Float(d)
		if t.any.N > 0 && t.any.N < t.visits {
			y.Sigma = Float(stat.Sigma(d))
		}
	}
	return y
}
