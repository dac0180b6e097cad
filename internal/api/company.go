package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/setting"
)

// Company is what a company decides about itself.
type Company struct {
	ID         int64           `json:"id"`
	Name       string          `json:"name"`
	Lang       string          `json:"lang" enum:"es,en"`
	Country    string          `json:"country" doc:"ISO 3166-1, two letters; may be empty."`
	Zone       string          `json:"zone" doc:"Time zone (IANA)."`
	Trade      string          `json:"trade" doc:"The template that it began with; may be empty."`
	Calendar   json.RawMessage `json:"calendar" doc:"Working time: zone, week (mon … sun, each a list of \"09:00-14:00\"), exceptions, extra days."`
	Rests      []Rest          `json:"rests,omitempty" doc:"Stretches of a week or more without open hours that begin within a year; told with the working time itself."`
	AcceptDays int             `json:"accept_days" doc:"Working days after which a delivery counts as accepted."`
	FoundedAt  time.Time       `json:"founded_at"`
}

// CompanyChange changes the company; what is left out stays.
type CompanyChange struct {
	Name       *string         `json:"name,omitempty"`
	Lang       *string         `json:"lang,omitempty" enum:"es,en"`
	Country    *string         `json:"country,omitempty"`
	Zone       *string         `json:"zone,omitempty"`
	Calendar   json.RawMessage `json:"calendar,omitempty"`
	AcceptDays *int            `json:"accept_days,omitempty"`
}

func (f *surface) company() {
	const tag = "company"
	on(f, tag, route{method: http.MethodGet, path: "/company", id: "company", summary: "The company and its settings"},
		func(ctx context.Context, a authz.Actor, _ *nothing) (*out[Company], error) {
			c, err := f.Settings.Company(ctx, a)
			return answer(f.firmOf(c), err)
		})
	on(f, tag, route{
		method: http.MethodPatch, path: "/company", id: "change-company", summary: "Change the settings",
		detail: "Only an owner may.",
	}, func(ctx context.Context, a authz.Actor, in *body[CompanyChange]) (*out[Company], error) {
		c, err := f.Settings.Company(ctx, a)
		if err != nil {
			return nil, err
		}
		b := in.Body
		c.Name, c.Lang, c.Country, c.Zone = or(b.Name, c.Name), or(b.Lang, c.Lang), or(b.Country, c.Country), or(b.Zone, c.Zone)
		c.AcceptDays = or(b.AcceptDays, c.AcceptDays)
		if len(b.Calendar) > 0 && string(b.Calendar) != "null" {
			c.Calendar = b.Calendar
		}
		c, err = f.Settings.Change(ctx, a, c)
		return answer(f.firmOf(c), err)
	})
}

// firmOf is the company with what its working time means for the year to come.
func (f *surface) firmOf(c setting.Company) Company {
	out := companyOf(c)
	out.Rests = f.rests(c.Calendar)
	return out
}

func companyOf(c setting.Company) Company {
	return Company{
		ID: int64(c.ID), Name: c.Name, Lang: c.Lang, Country: c.Country, Zone: c.Zone, Trade: c.Trade,
		Calendar: c.Calendar, AcceptDays: c.AcceptDays, FoundedAt: c.FoundedAt.Time,
	}
}
