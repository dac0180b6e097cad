package api

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// Passes are how work goes from node to node, inferred from where it lay as an
// analysis of the exported history would.
type Passes struct {
	After       int64    `json:"after" doc:"Handoffs with greater numbers are counted: all, or the newest of a long history."`
	Cases       int      `json:"cases" doc:"Orders, and handoffs that serve none."`
	Events      int      `json:"events"`
	Passed      int      `json:"passed" doc:"How often work went from one node to another."`
	BackAtOnce  Tally    `json:"back_at_once" doc:"Ping-pong: it went to a node and came straight back."`
	BackEver    Tally    `json:"back_ever" doc:"It came to a node where it had been before."`
	Twice       Tally    `json:"twice" doc:"To and fro, and to and fro again."`
	FirstTime   Share    `json:"first_time" doc:"What did not come straight back, of all that passed."`
	Undisturbed Share    `json:"undisturbed" doc:"Cases that came to no node twice."`
	Links       []Passed `json:"links" doc:"From the most passed down, the first 500."`
	Posts       []Visits `json:"posts" doc:"From the most visits down, the first 500."`
}

// Tally is how often something happened, and in how many cases.
type Tally struct {
	Cases int `json:"cases"`
	N     int `json:"n"`
}

// Passed is what went from one node to another.
type Passed struct {
	Supplier     string  `json:"supplier"`
	SupplierName string  `json:"supplier_name"`
	Customer     string  `json:"customer"`
	CustomerName string  `json:"customer_name"`
	N            int     `json:"n"`
	Cases        int     `json:"cases"`
	BackAtOnce   int     `json:"back_at_once"`
	BackEver     int     `json:"back_ever"`
	FirstTime    Share   `json:"first_time" doc:"What did not come straight back."`
	Gap          Elapsed `json:"gap" doc:"From the last that the supplier did to the arrival, by the clock on the wall."`
	Queue        Elapsed `json:"queue" doc:"From the arrival until the customer took it in hand."`
}

// Visits are the times that work came to a node.
type Visits struct {
	Node   string  `json:"node"`
	Name   string  `json:"name"`
	Visits int     `json:"visits"`
	Cases  int     `json:"cases"`
	Back   int     `json:"back" doc:"Visits after which the case came here again."`
	Stay   Elapsed `json:"stay" doc:"From the arrival to the next node."`
	Queue  Elapsed `json:"queue" doc:"From the arrival until it was taken in hand."`
}

// Elapsed is a duration of which half were at most P50Secs.
type Elapsed struct {
	N        int   `json:"n"`
	MeanSecs int64 `json:"mean_secs"`
	P50Secs  int64 `json:"p50_secs"`
	P90Secs  int64 `json:"p90_secs"`
}

func (f *surface) passes(ctx context.Context, a authz.Actor, _ *struct{}) (*out[Passes], error) {
	p, err := f.Handoffs.Passes(ctx, a)
	if err != nil {
		return nil, err
	}
	const most = 500
	name := func(n string) string {
		node, _ := p.Tree.Node(id.Node(n))
		return node.Name
	}
	tally := func(t chain.Tally) Tally { return Tally{t.Cases, t.N} }
	clean := 0
	for _, n := range p.Handovers.PerCase {
		clean += n
	}
	b := Passes{
		After: p.After, Cases: p.Cases, Events: p.Events, Passed: p.Handovers.N,
		BackAtOnce: tally(p.PingPong.Immediate), BackEver: tally(p.PingPong.AnyReturn), Twice: tally(p.PingPong.Double),
		FirstTime:   enoughOf(p.Handovers.N-p.PingPong.Immediate.N, p.Handovers.N),
		Undisturbed: enoughOf(clean-p.PingPong.AnyReturn.Cases, clean),
	}
	b.Links = each(p.Links[:min(most, len(p.Links))], func(l chain.Link) Passed {
		return Passed{
			Supplier: l.Supplier, SupplierName: name(l.Supplier), Customer: l.Customer, CustomerName: name(l.Customer),
			N: l.N, Cases: l.Cases, BackAtOnce: l.ReturnedNext, BackEver: l.ReturnedEver, FirstTime: enoughOf(l.N-l.ReturnedNext, l.N),
			Gap: elapsed(l.N, l.Gap.Mean, l.Gap.Median, l.Gap.P90), Queue: elapsed(l.Queue.N, l.Queue.Mean, l.Queue.Median, l.Queue.P90),
		}
	})
	b.Posts = each(p.Posts[:min(most, len(p.Posts))], func(x chain.Post) Visits {
		return Visits{
			Node: x.Value, Name: name(x.Value), Visits: x.Visits, Cases: x.Cases, Back: x.Returns,
			Stay:  elapsed(x.Sojourn.N, x.Sojourn.Mean, x.Sojourn.Median, x.Sojourn.P90),
			Queue: elapsed(x.Queue.N, x.Queue.Mean, x.Queue.Median, x.Queue.P90),
		}
	})
	return answer(b, nil)
}

// enoughOf is a share, with its rate only if there is enough to speak of one.
func enoughOf(k, n int) Share { return shareOf(stat.Wilson(k, n), n >= handoff.MinN) }

func elapsed(n int, mean, p50, p90 chain.Float) Elapsed {
	if n == 0 {
		return Elapsed{}
	}
	return Elapsed{n, int64(mean), int64(p50), int64(p90)}
}
