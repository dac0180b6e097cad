package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	hours "github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Simulation says when something would be due, and why.
type Simulation struct {
	Due

	Asked    time.Time    `json:"asked"`
	Zone     string       `json:"zone" doc:"In which the days are counted."`
	Calendar string       `json:"calendar,omitempty" doc:"Left out where the working time of the company holds."`
	Name     string       `json:"name,omitempty" doc:"Of the calendar."`
	Days     []CountedDay `json:"days" doc:"From the asking to the delivery, those without work too."`
}

// CountedDay is one date of a simulation.
type CountedDay struct {
	Date     string   `json:"date" format:"date"`
	Open     []Open   `json:"open" doc:"What was counted, in order."`
	WorkSecs int64    `json:"work_secs"`
	Notes    []string `json:"notes" doc:"Holidays and other hours that fall on the date."`
}

type simulateIn struct {
	DueQuery
	At string `query:"at" format:"date-time" doc:"When it would be asked; now if it is left out."`
}

func (f *surface) simulate() {
	on(f, "chain", route{
		method: http.MethodGet, path: "/simulate", id: "simulate", summary: "When it would be due if it were asked at a moment, and why",
		detail: "With every stretch of working time that was counted. Nothing is asked.",
	}, func(ctx context.Context, a authz.Actor, in *simulateIn) (*out[Simulation], error) {
		if in.Service == "" {
			return nil, errs.Field("service", "err.required")
		}
		var at time.Time
		if in.At != "" {
			var err error
			if at, err = time.Parse(time.RFC3339, in.At); err != nil {
				return nil, errs.Field("at", "err.not_a_date")
			}
		}
		s, err := f.Handoffs.Simulate(ctx, a, id.Service(in.Service), id.Node(in.Customer), at)
		if err != nil {
			return nil, err
		}
		lang := a.Lang
		return answer(Simulation{
			Due: dueOf(s.Due), Asked: s.Asked, Zone: s.Hours.Time.Zone().String(), Calendar: string(s.Hours.Calendar),
			Name: s.Hours.Name, Days: each(s.Days, func(d hours.Day) CountedDay { return dayOf(d, lang) }),
		}, nil)
	})
}

func dayOf(d hours.Day, lang string) CountedDay {
	return CountedDay{
		Date: d.Date.Format(time.DateOnly), WorkSecs: secs(d.Work),
		Open:  each(d.Open, func(i hours.Interval) Open { return Open{From: i.From, Until: i.Until} }),
		Notes: each(d.Notes, func(n hours.Note) string { return n.Title(lang) }),
	}
}
