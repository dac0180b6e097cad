package dataset

import (
	"cmp"
	"slices"

	"github.com/eslabon/eslabon/internal/chain"
)

// Chain is what a dimension of a log shows, as the pages need it. Times are in
// seconds; what is not known is nil.
type Chain struct {
	Dimension string    `json:"dimension"`
	Values    int       `json:"values"`
	Missing   int       `json:"missing"` // events without a value
	Handovers int       `json:"handovers"`
	All       int       `json:"links"` // before Links was cut
	PingPong  Tally     `json:"ping_pong"`
	NextRight *float64  `json:"not_returned_next"`
	EverRight *float64  `json:"never_returned"`
	Posts     []Post    `json:"posts"`
	Links     []Link    `json:"rows"`
	Findings  []Finding `json:"findings"`
	Hints     []Hint    `json:"hints"`
	FirstAt   int64     `json:"first_at"` // Unix milliseconds
	LastAt    int64     `json:"last_at"`
	Efficient *float64  `json:"flow_efficiency"`
	Modelled  bool      `json:"modelled"` // it is known when a receiver accepts: queues are
}

// Tally is how often something occurs, and in how many cases.
type Tally struct {
	Cases int `json:"cases"`
	N     int `json:"n"`
}

// Post is one value of the dimension.
type Post struct {
	Value  string   `json:"value"`
	Visits int      `json:"visits"`
	Cases  int      `json:"cases"`
	Share  *float64 `json:"share"` // of the cases
	Queue  Wait     `json:"queue"`
}

// Wait describes how long something waited.
type Wait struct {
	N      int      `json:"n"`
	Mean   *float64 `json:"mean"`
	Median *float64 `json:"median"`
	P85    *float64 `json:"p85"`
	P90    *float64 `json:"p90"`
	Never  int      `json:"never"` // it was never accepted in that run
}

// Link is one supplier and one customer between whom work passed.
type Link struct {
	Supplier string `json:"supplier"`
	Customer string `json:"customer"`
	N        int    `json:"n"`
	Cases    int    `json:"cases"`
	Back     int    `json:"returned_next"`
	Ever     int    `json:"returned_ever"`
	Bounced  int    `json:"bounced"` // cases in which it came straight back
	Twice    int    `json:"twice"`   // cases in which it did so at least twice
	Gap      Wait   `json:"gap"`     // sender's time; N is that of the link
	Queue    Wait   `json:"queue"`   // receiver's
}

// Finding is one thing that matters: see chain.Finding.
type Finding struct {
	Kind     string   `json:"kind"`
	Supplier string   `json:"supplier,omitempty"`
	Customer string   `json:"customer,omitempty"`
	Value    string   `json:"value,omitempty"`
	N        int      `json:"n"`
	K        int      `json:"k"`
	Share    *float64 `json:"share"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	Median   *float64 `json:"median"`
	P90      *float64 `json:"p90"`
}

// mostLinks and mostPosts bound what the pages of one dimension hold.
const (
	mostLinks = 3000
	mostPosts = 1000
)

// found is what an analysis gave.
type found struct {
	result chain.Result
	chains []Chain
}

// study analyses a log that is filtered already.
func study(log *chain.Log, m Mapping) (found, error) {
	r, err := chain.Analyse(log, chain.Options{
		Activity: inLog(log, cmp.Or(m.Activity, log.Activity)), Lifecycle: inLog(log, m.Lifecycle), Instance: inLog(log, m.Instance),
		Who: inLog(log, m.Resource), Dimensions: m.Dimensions, LeaveOut: m.Robots, States: m.rules(), PingPong: m.PingPong, Rows: mostLinks,
	})
	if err != nil {
		return found{}, err
	}
	out := found{result: r}
	for i := range r.Dimensions {
		out.chains = append(out.chains, chainOfDimension(log, m, &r, i))
	}
	return out, nil
}

func known(f chain.Float) *float64 {
	if !f.Known() {
		return nil
	}
	v := float64(f)
	return &v
}

func findingsOf(all []chain.Finding) []Finding {
	out := make([]Finding, len(all))
	for i, f := range all {
		out[i] = Finding{
			f.Kind, f.Supplier, f.Customer, f.Value, f.N, f.K, known(f.Share), known(f.Low), known(f.High), known(f.Median), known(f.P90),
		}
	}
	return out
}

func queueOf(w chain.Waits) Wait {
	return Wait{N: w.N, Mean: known(w.Mean), Median: known(w.Median), P85: known(w.P85), P90: known(w.P90), Never: w.NeverAccepted}
}

func chainOfDimension(log *chain.Log, m Mapping, r *chain.Result, i int) Chain {
	d := &r.Dimensions[i]
	c := Chain{
		Dimension: d.Name, Values: d.Values, Missing: d.MissingEvents, Handovers: d.Handovers.N, All: d.Handovers.Links,
		PingPong:  Tally(d.PingPong.Immediate),
		NextRight: known(d.FirstTimeRight.NotReturnedNext), EverRight: known(d.FirstTimeRight.NeverReturned),
		Efficient: known(r.Flow.Efficiency), Modelled: len(m.rules()) > 0, Findings: findingsOf(r.FindingsIn(i)),
	}
	if r.FirstAt != nil {
		c.FirstAt, c.LastAt = int64(*r.FirstAt), int64(*r.LastAt)
	}
	for _, h := range r.Hints {
		if h.Column == "" || h.Column == d.Name || h.Column == m.Activity || h.Column == m.Lifecycle {
			c.Hints = append(c.Hints, Hint(h))
		}
	}
	for _, p := range d.Posts[:min(len(d.Posts), mostPosts)] {
		c.Posts = append(c.Posts, Post{Value: p.Value, Visits: p.Visits, Cases: p.Cases, Share: known(p.CaseShare), Queue: queueOf(p.Queue)})
	}
	times := tour(log, d.Name, m.Robots[d.Name]).links()
	for _, l := range d.Links[:min(len(d.Links), mostLinks)] {
		b := times[[2]string{l.Supplier, l.Customer}]
		c.Links = append(c.Links, Link{
			Supplier: l.Supplier, Customer: l.Customer, N: l.N, Cases: l.Cases, Back: l.ReturnedNext, Ever: l.ReturnedEver,
			Bounced: b.Bounced, Twice: b.Twice, Queue: queueOf(l.Queue),
			Gap: Wait{N: l.N, Mean: known(l.Gap.Mean), Median: known(l.Gap.Median), P85: known(l.Gap.P85), P90: known(l.Gap.P90)},
		})
	}
	return c
}

// Link returns the link of two values.
func (c Chain) Link(supplier, customer string) (Link, bool) {
	i := slices.IndexFunc(c.Links, func(l Link) bool { return l.Supplier == supplier && l.Customer == customer })
	if i < 0 {
		return Link{}, false
	}
	return c.Links[i], true
}
