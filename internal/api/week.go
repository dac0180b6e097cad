package api

import (
	"context"
	"net/http"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/insight"
)

// WeekFigures is what was done in one week.
type WeekFigures struct {
	Asked     int     `json:"asked" doc:"What they were asked for."`
	FirstTime Share   `json:"first_time" doc:"Right first time, of what was accepted."`
	Kept      Share   `json:"kept" doc:"In time, of what was delivered and answered, or passed on."`
	Deliver   *Spread `json:"deliver,omitempty" doc:"Working time from asked to delivered; left out while there is too little data."`
	Timed     int     `json:"timed" doc:"How many deliveries deliver is of."`
}

// WeekArea is a node with all below it, or the company.
type WeekArea struct {
	Node   string      `json:"node,omitempty" doc:"Left out for the company."`
	Name   string      `json:"name,omitempty"`
	Week   WeekFigures `json:"week"`
	Before WeekFigures `json:"before" doc:"The week before it."`
	Under  Under       `json:"open" doc:"What they have in hand now."`
}

// Week is what the nodes that somebody leads did in one week.
type Week struct {
	Monday string     `json:"monday"`
	Areas  []WeekArea `json:"areas"`
}

func (f *surface) week() {
	on(f, "voice", route{
		method: http.MethodGet, path: "/week", id: "week", summary: "The figures of a week, for who leads",
		detail: "Of the company for an owner, and of each node that is led by name. Days are counted in UTC. These are the figures that are mailed every Monday.",
	}, func(ctx context.Context, a authz.Actor, in *struct {
		Of string `query:"of" doc:"The date of its Monday; the last week that is over if it is left out."`
	},
	) (*out[Week], error) {
		w, err := f.Insights.Week(ctx, a, in.Of)
		return answer(Week{Monday: w.Monday, Areas: each(w.Areas, weekAreaOf)}, err)
	})
}

func weekAreaOf(x insight.Area) WeekArea {
	return WeekArea{
		Node: string(x.Node), Name: x.Name, Week: weekFiguresOf(x.Week), Before: weekFiguresOf(x.Before), Under: underOf(x.Under),
	}
}

func weekFiguresOf(w handoff.Week) WeekFigures {
	out := WeekFigures{
		Asked: w.Asked, FirstTime: shareOf(w.FirstTime, w.FirstTime.N >= handoff.MinN), Kept: shareOf(w.Kept, w.Kept.N >= handoff.MinN),
		Timed: w.Timed,
	}
	if w.Timed >= handoff.MinN {
		out.Deliver = &Spread{secs(w.Deliver.P50), secs(w.Deliver.P85)}
	}
	return out
}
