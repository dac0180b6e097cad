package chain

import (
	"github.com/eslabon/eslabon/internal/stat"
)

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

// network is a dimension as it is counted, by number of link and code of value.
type network struct {
	links *pairs
	n     []int
	cases []int
	next  []int
	ever  []int
	gaps  groups

	total sums
	post  []postSums // by code
}

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
	links                *pairs
	n, cases, next, ever []int
	last                 []int32 // case in which each link was seen last
	gaps                 samples
	total                sums
	post                 []postSums
}

// count counts the handovers of all cases. minimum is that of Alternate.
func count(v *view, c *column, r *runs, minimum int) *network {
	shards := each(v, func(s span) *shard {
		sh := &shard{links: newPairs(), post: make([]postSums, len(c.names))}
		sh.total.alternate.Minimum = minimum
		seen := make([]int32, len(c.names)) // case + 1 in which each value was seen last
		for i := s.from; i < s.to; i++ {
			sh.add(v, r.of(i), int32(i), seen)
		}
		return sh
	})
	all, names := make([]*pairs, len(shards)), [][]uint32(nil)
	gaps := make([]samples, len(shards))
	for i, s := range shards {
		all[i], gaps[i] = s.links, s.gaps
	}
	net := &network{post: make([]postSums, len(c.names))}
	net.links, names = join(all)
	k := len(net.links.keys)
	net.n, net.cases, net.next, net.ever = make([]int, k), make([]int, k), make([]int, k), make([]int, k)
	for i, s := range shards {
		for j := range s.n {
			to := names[i][j]
			net.n[to] += s.n[j]
			net.cases[to] += s.cases[j]
			net.next[to] += s.next[j]
			net.ever[to] += s.ever[j]
		}
		for code, p := range s.post {
			q := &net.post[code]
			q.visits, q.returns, q.cases = q.visits+p.visits, q.returns+p.returns, q.cases+p.cases
		}
		net.total.add(s.total)
	}
	net.gaps = groupUp(gaps, names, k)
	return net
}

// add counts one case. It goes backwards: what was seen is what comes later.
func (s *shard) add(v *view, r []visit, i int32, seen []int32) {
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
		s.gaps.add(n, v.times[r[j+1].from]-v.times[r[j].to])
		if again {
			s.ever[n]++
		}
		if j+2 < m && r[j+2].value == value {
			here.immediate.N++
			s.next[n]++
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
	if int(n) == len(s.n) {
		s.n, s.cases, s.next, s.ever = append(s.n, 0), append(s.cases, 0), append(s.next, 0), append(s.ever, 0)
		s.last = append(s.last, -1)
	}
	s.n[n]++
	if s.last[n] != i {
		s.last[n] = i
		s.cases[n]++
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

// dimension turns what was counted into figures.
func (net *network) dimension(name string, c *column) Dimension {
	t := net.total
	d := Dimension{
		Name: name, Values: c.distinct(), MissingEvents: c.used[0],
		Handovers: Handovers{N: t.handed.N, Links: len(net.n), Cases: t.handed.Cases, PerCase: t.perCase},
		PingPong:  PingPong{Immediate: t.immediate, AnyReturn: t.any, Double: t.double, Alternate: t.alternate},
		FirstTimeRight: FirstTimeRight{
			NotReturnedNext: complement(t.immediate.N, t.handed.N), NeverReturned: complement(t.any.N, t.handed.N),
		},
		Yield: yield(t),
		Links: make([]Link, 0, len(net.n)),
	}
	for _, n := range net.links.ranking(net.n, c.rank) {
		gaps := net.gaps.of(int(n))
		d.Links = append(d.Links, linkOf(c.names[net.links.from(n)], c.names[net.links.to(n)],
			net.n[n], net.cases[n], net.next[n], net.ever[n], gaps))
	}
	d.Gap = describe(net.gaps.value, millis)
	return d
}

// linkOf describes one link; it sorts the gaps.
func linkOf(supplier, customer string, n, cases, next, ever int, gaps []int64) Link {
	s := stat.Wilson(n-next, n)
	g := describe(gaps, millis)
	return Link{
		Supplier: supplier, Customer: customer, N: n, Cases: cases, ReturnedNext: next, ReturnedEver: ever,
		FTRNext: complement(next, n), FTRNextLow: Float(s.Low), FTRNextHigh: Float(s.High), Queue: noWaits,
		Gap: GapStats{Mean: g.Mean, Median: g.Median, P85: quantile(gaps, .85, millis), P90: g.P90},
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
