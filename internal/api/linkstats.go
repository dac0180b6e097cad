package api

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// LinkStats is how well a link works.
type LinkStats struct {
	Link     Link             `json:"link"`
	Since    time.Time        `json:"since"`
	All      Figures          `json:"all"`
	Services []ServiceFigures `json:"services"`
	Times    Times            `json:"times"`
	Promises Promises         `json:"promises"`
	Reasons  []ReasonCount    `json:"reasons" doc:"Why work came back, the most frequent first."`
	Chart    Control          `json:"chart"`
	PingPong PingPong         `json:"ping_pong"`
}

// ServiceFigures are what a link did for one service.
type ServiceFigures struct {
	Service string  `json:"service"`
	Name    string  `json:"name"`
	Figures Figures `json:"figures"`
}

// ReasonCount is how often work came back for one reason.
type ReasonCount struct {
	Service string  `json:"service"`
	Reason  string  `json:"reason" doc:"The id of the reason."`
	Text    string  `json:"text"`
	Count   int     `json:"count"`
	Share   float64 `json:"share" doc:"Of all that came back, 0 to 1."`
	Sum     float64 `json:"sum" doc:"The shares of this and all more frequent reasons, 0 to 1."`
}

// Control is a control chart of right first time, week by week over half a
// year. Weeks in which nothing was accepted are left out.
type Control struct {
	Kind   string      `json:"kind" enum:"p,p_laney,run" doc:"p: limits of chance. p_laney: weeks differ more than by chance, so the limits are wider. run: under 12 weeks, without limits; its centre is the median."`
	Center float64     `json:"center" doc:"What is usual, 0 to 1."`
	Weeks  []ChartWeek `json:"weeks" doc:"The oldest first."`
}

// ChartWeek is one point of a control chart.
type ChartWeek struct {
	Monday string   `json:"monday" format:"date" doc:"The week begins on it, in UTC."`
	K      int      `json:"k" doc:"Right first time."`
	N      int      `json:"n" doc:"Accepted."`
	Share  float64  `json:"share" doc:"k of n, 0 to 1."`
	Low    *float64 `json:"low,omitempty" doc:"The limits of this week; left out in a run chart."`
	High   *float64 `json:"high,omitempty"`
	Signal string   `json:"signal,omitempty" enum:"beyond,side" doc:"Why it is no chance: outside the limits, or the eighth in a row on one side of the centre, or later."`
}

// PingPong is what went back and forth.
type PingPong struct {
	CameBack

	Share    Share      `json:"share" doc:"Back of cases."`
	Handoffs []BackPass `json:"handoffs" doc:"Those that came back, the latest first, at most 50."`
}

// BackPass is a handoff that came back at least once.
type BackPass struct {
	ID         string `json:"id"`
	Number     int64  `json:"number"`
	OrderRef   string `json:"order_ref,omitempty" doc:"Of the outside customer."`
	Deliveries int    `json:"deliveries" doc:"It took so many until it was accepted."`
}

func (f *surface) linkStats(ctx context.Context, a authz.Actor, in *struct {
	ByID
	Period
},
) (*out[LinkStats], error) {
	since, err := in.time(ctx)
	if err != nil {
		return nil, err
	}
	l := id.Link(in.ID)
	s, err := f.Handoffs.LinkFigures(ctx, a, l, since)
	if err != nil {
		return nil, err
	}
	offers, err := f.Links.OffersOf(ctx, a, s.Link.Supplier)
	if err != nil {
		return nil, err
	}
	b := LinkStats{
		Link: linkIn(s.Around)(s.Link), Since: s.Since.Time, All: figuresOf(s.All), Services: []ServiceFigures{}, Times: timesOf(s.Times), Promises: promisesOf(s.Promises),
		Reasons: each(stat.Pareto(s.Reasons, func(r handoff.Reason) int { return r.Count }), reasonOf), Chart: controlOf(s.Course),
	}
	for _, o := range offers { // by name, as people look for them
		if v, ok := s.ByService[o.ID]; ok {
			b.Services = append(b.Services, ServiceFigures{string(o.ID), o.Name, figuresOf(v)})
		}
	}
	b.PingPong, err = f.pingPong(ctx, a, l, since, s.Course.Bounce)
	return answer(b, err)
}

func reasonOf(b stat.Bar[handoff.Reason]) ReasonCount {
	r := b.Item
	return ReasonCount{Service: string(r.Service), Reason: r.Item.ID, Text: r.Item.Text, Count: r.Count, Share: b.Share, Sum: b.Sum}
}

func controlOf(c handoff.Course) Control {
	out := Control{Kind: string(c.Chart.Kind), Center: c.Chart.Center, Weeks: []ChartWeek{}}
	for i, w := range c.Weeks {
		p := c.Chart.Points[i]
		v := ChartWeek{Monday: w.Monday.Format(time.DateOnly), K: w.First.K, N: w.First.N, Share: p.Value}
		if c.Chart.Kind != stat.Run {
			v.Low, v.High = &p.Low, &p.High
		}
		switch {
		case p.Signal&stat.Beyond != 0:
			v.Signal = "beyond"
		case p.Signal&stat.Side != 0:
			v.Signal = "side"
		}
		out.Weeks = append(out.Weeks, v)
	}
	return out
}

func (f *surface) pingPong(ctx context.Context, a authz.Actor, l id.Link, since time.Time, b handoff.Bounce) (PingPong, error) {
	out := PingPong{CameBack: CameBack(b), Share: shareOf(b.Share(), b.Cases >= handoff.MinN), Handoffs: []BackPass{}}
	if b.Back == 0 {
		return out, nil
	}
	back, err := f.Handoffs.Bounced(ctx, a, l, since)
	for _, h := range back {
		out.Handoffs = append(out.Handoffs, BackPass{ID: string(h.ID), Number: h.Number, OrderRef: h.Order, Deliveries: h.Deliveries})
	}
	return out, err
}
