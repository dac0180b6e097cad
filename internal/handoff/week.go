package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// Week is what suppliers did for others in the seven days from a Monday; days
// are counted in UTC, as the running figures are.
type Week struct {
	Asked     int        // asked of them, or passed on to them since
	FirstTime stat.Share // right first time, of what was accepted
	Kept      stat.Share // delivered or passed on in time, of the legs that ended
	Deliver   Spread     // working time from asked to delivered, by the hours of the supplier
	Timed     int        // how many legs Deliver is of
}

// Any reports whether anything happened.
func (w Week) Any() bool { return w.Asked+w.FirstTime.N+w.Kept.N > 0 }

// Week returns what the suppliers of w did in the week from monday.
func (s *Service) Week(ctx context.Context, a authz.Actor, w Whose, monday time.Time) (out Week, err error) {
	w.Suppliers = w.Suppliers[:min(len(w.Suppliers), mostNodes)]
	from := db.At(monday)
	until := db.At(monday.AddDate(0, 0, 7))
	week := span{from, until}
	of, args := w.on("k")
	if err = s.db.Row(ctx, []any{&out.Asked}, `
		SELECT COUNT(*) FROM link k JOIN handoff h ON h.company = k.company AND h.link = k.id
		WHERE k.company = ?`+of+` AND h.asked_at >= ? AND h.asked_at < ? AND h.kind = ?`,
		append(prepend(args, a.Company), from, until, Pull)...); err != nil {
		return out, err
	}
	of, args = w.on("h")
	var accepted, first int
	if err = s.db.Row(ctx, []any{&accepted, &first}, `
		SELECT COUNT(*), `+howMany(`state = 'accepted' AND rounds = 1`)+` FROM handoff h
		WHERE h.company = ?`+of+` AND h.state IN ('accepted', 'accepted_with_remark') AND h.auto = FALSE
			AND h.closed_at >= ? AND h.closed_at < ?`, append(prepend(args, a.Company), from, until)...); err != nil {
		return out, err
	}
	out.FirstTime = stat.Wilson(first, accepted)
	var p Promises
	if err = endedLegs(ctx, s.db, a.Company, w, week, &p); err != nil {
		return out, err
	}
	out.Kept = p.Deliver.Kept
	_, deliver, err := spent(ctx, s.db, a.Company, w, week, mostTimed)
	out.Deliver, out.Timed = spread(deliver), len(deliver)
	return out, err
}

// Under returns what the suppliers of w have in hand now.
func (s *Service) Under(ctx context.Context, a authz.Actor, w Whose) (out Under, err error) {
	w.Suppliers = w.Suppliers[:min(len(w.Suppliers), mostNodes)]
	_, err = underWay(ctx, s.db, a.Company, w, db.At(s.db.Now()), &out)
	return out, err
}

// Sight is a list behind a figure of a week.
type Sight string

// The lists behind the figures of a week.
const (
	SeeAsked    Sight = "asked"
	SeeAccepted Sight = "accepted"
	SeeInTime   Sight = "in_time"
	SeeTooLate  Sight = "late"
)

// Filter is the list of the handoffs behind a figure of the week from monday.
func (s Sight) Filter(suppliers []id.Node, monday time.Time) Filter {
	until := monday.AddDate(0, 0, 7)
	of := Behind{Whose: Whose{Suppliers: suppliers}, Since: monday, Until: until}
	switch s {
	case SeeAsked:
		return Filter{Nodes: suppliers, Kind: Pull, Asked: monday, AskedBefore: until}
	case SeeInTime:
		of.Kept = KeptInTime
		return Filter{Behind: of}
	case SeeTooLate:
		of.Kept = KeptLate
		return Filter{Behind: of}
	}
	return Filter{Nodes: suppliers, States: []State{Accepted, AcceptedWithRemark}, Answered: true, Closed: monday, Until: until}
}
