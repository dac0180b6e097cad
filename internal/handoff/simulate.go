package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/setting"
)

// Simulation says when something would be due if it were asked at a moment, and
// why.
type Simulation struct {
	Due

	Offer link.Offer
	Asked time.Time
	Hours setting.Hours  // by which the supplier works
	Days  []calendar.Day // what was counted from Asked to DeliverBy, date by date
}

// Simulate works out a Simulation; asked zero means now. Invalid if the moment
// lies in years that no calendar knows; Conflict if the working time never gets
// there.
func (s *Service) Simulate(
	ctx context.Context, a authz.Actor, service id.Service, customer id.Node, asked time.Time,
) (Simulation, error) {
	if asked.IsZero() {
		asked = s.db.Now()
	}
	if y := asked.UTC().Year(); y < firstSimulated || y > lastSimulated {
		return Simulation{}, errs.Field("at", "calendar.err.bad_date")
	}
	o, err := link.Between(ctx, s.db, a.Company, service, customer)
	if err != nil {
		return Simulation{}, notAField(err, "service", "handoff.err.no_service")
	}
	out := Simulation{Offer: o.Offer, Asked: asked, Due: Due{Promise: o.Promise}}
	if out.Hours, err = setting.HoursOf(ctx, s.db, a.Company, o.Node); err != nil {
		return out, err
	}
	if out.TakeBy, out.DeliverBy, err = due(out.Hours.Time, o.Promise.Terms, asked); err != nil {
		return out, err
	}
	out.Days = out.Hours.Time.Days(asked, out.DeliverBy.Time)
	return out, nil
}

// The years of the moments that may be asked about.
const (
	firstSimulated = 1971
	lastSimulated  = 2148
)
