package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
)

// Promise is how one promise of legs was kept.
type Promise struct {
	Kept  Share   `json:"kept" doc:"In time, of the legs that ended."`
	Time  *Spread `json:"time,omitempty" doc:"Working time that it took, by the hours of the supplier; left out while there is too little data."`
	Timed int     `json:"timed" doc:"How many legs the time is of: at most the latest 1,000."`
}

// Promises are how the promises of legs were kept. A leg is what one supplier
// had in hand: it ends when its customer answers the delivery, or when it is
// passed on. What was handed on unasked, or brought in from another system, is
// in none.
type Promises struct {
	Take    Promise `json:"take"`
	Deliver Promise `json:"deliver"`
	Rework  Share   `json:"rework" doc:"In time, of what came back and was delivered again; not part of deliver."`
	Auto    Share   `json:"auto_accepted" doc:"In time, of what was accepted because nobody answered; not part of deliver."`
	Dropped int     `json:"dropped" doc:"Declined or cancelled before it was delivered."`
	Under   Under   `json:"open"`
}

// Under is what has not ended, whenever it was asked for. It is in no share.
type Under struct {
	N         int       `json:"n" doc:"Not delivered yet."`
	Late      int       `json:"late" doc:"Of n: past what was promised."`
	Untaken   int       `json:"untaken" doc:"Of n: nobody took it yet."`
	LateTake  int       `json:"late_to_take" doc:"Of untaken: past what was promised."`
	Paused    int       `json:"paused" doc:"Of n: its clock stands still."`
	Delivered int       `json:"delivered" doc:"Delivered, and not answered yet; not part of n."`
	Oldest    int64     `json:"oldest,omitempty" doc:"The number of the oldest of n."`
	OldestAt  time.Time `json:"oldest_at,omitzero" doc:"When it was asked for."`
}

// CompanyStats is how the company keeps its promises.
type CompanyStats struct {
	Since    time.Time `json:"since"`
	Promises Promises  `json:"promises"`
}

func (f *surface) promises() {
	on(f, "company", route{
		method: http.MethodGet, path: "/company/stats", id: "company-stats", summary: "How the company keeps its promises",
		detail: "Of the latest 5,000 legs that ended since then. What is still open is counted apart, and never left out.",
	}, func(ctx context.Context, a authz.Actor, in *Period) (*out[CompanyStats], error) {
		since, err := in.time(ctx)
		if err != nil {
			return nil, err
		}
		p, err := f.Handoffs.Promises(ctx, a, handoff.Whose{}, since)
		return answer(CompanyStats{Since: since, Promises: promisesOf(p)}, err)
	})
}

func promisesOf(p handoff.Promises) Promises {
	one := func(p handoff.Promise) Promise {
		b := Promise{Kept: shareOf(p.Kept, p.Enough()), Timed: p.Of}
		if p.Of >= handoff.MinN {
			b.Time = &Spread{secs(p.Time.P50), secs(p.Time.P85)}
		}
		return b
	}
	return Promises{
		Take: one(p.Take), Deliver: one(p.Deliver), Rework: shareOf(p.Rework, p.Rework.N >= handoff.MinN),
		Auto: shareOf(p.Auto, p.Auto.N >= handoff.MinN), Dropped: p.Dropped,
		Under: underOf(p.Under),
	}
}

func underOf(u handoff.Under) Under {
	return Under{
		N: u.Open, Late: u.Late, Untaken: u.Untaken, LateTake: u.Slow, Paused: u.Paused, Delivered: u.Given, Oldest: u.Oldest,
		OldestAt: u.OldestAt.Time,
	}
}
