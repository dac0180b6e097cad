package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// Risk is what endangers a handoff: one that it waits for will not come, is late,
// or is only due after it.
type Risk struct {
	Number int64     `json:"number" doc:"Of the handoff that it waits for."`
	Lost   string    `json:"lost,omitempty" enum:"declined,cancelled" doc:"That one will not come, until the same service is asked for again or it is noted as no longer needed."`
	Late   bool      `json:"late" doc:"That one is late; if it is not lost either, it is only due after this one."`
	DueAt  time.Time `json:"due_at"`
}

// Upstream is the chain of a handoff.
type Upstream struct {
	Up   []Chained `json:"up" doc:"What it waits for, the nearest first."`
	Down []Chained `json:"down" doc:"What waits for it, the nearest first."`
}

// Chained is one handoff of a chain.
type Chained struct {
	Handoff

	Depth int `json:"depth" doc:"1 is next to it."`
}

// UpstreamAsk is what a supplier needs from others: something that it asks for now, or
// a handoff that was asked for before.
type UpstreamAsk struct {
	Upstream string  `json:"upstream,omitempty" doc:"The id of a handoff that was asked for before; then nothing else is given."`
	Service  string  `json:"service,omitempty"`
	Title    string  `json:"title,omitempty"`
	Detail   string  `json:"detail,omitempty"`
	OrderRef string  `json:"order_ref,omitempty" doc:"That of the handoff that it serves, if it is left out."`
	Quantity float64 `json:"quantity,omitempty"`
	Unit     string  `json:"unit,omitempty"`
	Priority string  `json:"priority,omitempty" enum:"normal,high,urgent"`
	NeedBy   moment  `json:"need_by,omitempty"`

	Answers map[string]string `json:"answers,omitempty" doc:"To the form of the service, by field."`
}

func (f *surface) upstream() {
	const tag = "handoffs"
	on(f, tag, route{method: http.MethodGet, path: "/handoffs/{id}/upstream", id: "upstream", summary: "What it waits for, and what waits for it"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Upstream], error) {
			return f.upstreamOf(ctx, a, in.ID)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/upstream", id: "ask-upstream", status: http.StatusCreated,
		summary: "Ask others for what one needs to do it",
		detail:  "The supplier may. What is asked for serves this handoff: its lateness shows here, and who waits hears when it has come.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[UpstreamAsk]) (*out[Upstream], error) {
		b, bad := in.Body, errs.Bad{}
		needBy := b.NeedBy.in(bad, "need_by")
		if err := bad.Err(); err != nil {
			return nil, err
		}
		if b.Upstream != "" {
			if err := f.Handoffs.WaitFor(ctx, a, id.Handoff(in.ID), id.Handoff(b.Upstream)); err != nil {
				return nil, err
			}
			return f.upstreamOf(ctx, a, in.ID)
		}
		_, err := f.Handoffs.AskUpstream(ctx, a, id.Handoff(in.ID), handoff.Ask{
			Service: id.Service(b.Service), Title: b.Title, Detail: b.Detail, Order: b.OrderRef, Quantity: b.Quantity, Unit: b.Unit,
			Priority: priority(b.Priority), NeedBy: needBy, Answers: b.Answers,
		})
		if err != nil {
			return nil, err
		}
		return f.upstreamOf(ctx, a, in.ID)
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/handoffs/{id}/upstream/{upstream}", id: "wait-no-more", summary: "It no longer waits for that one",
	}, func(ctx context.Context, a authz.Actor, in *struct {
		ByID
		Upstream string `path:"upstream" doc:"The id of the one that it waits for."`
	},
	) (*nothing, error) {
		return nil, f.Handoffs.WaitNoMore(ctx, a, id.Handoff(in.ID), id.Handoff(in.Upstream))
	})
}

func (f *surface) upstreamOf(ctx context.Context, a authz.Actor, h string) (*out[Upstream], error) {
	n, err := f.Handoffs.Needs(ctx, a, id.Handoff(h))
	show := func(c handoff.Chained) Chained { return Chained{shown(ctx, a, c.Handoff), c.Depth} }
	return answer(Upstream{each(n.Up, show), each(n.Down, show)}, err)
}

func riskOf(r handoff.Risk) *Risk {
	if !r.Given() {
		return nil
	}
	return &Risk{r.Number, string(r.Lost), r.Late, r.DueAt.Time}
}
