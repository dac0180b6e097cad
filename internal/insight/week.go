package insight

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Week is what the nodes that somebody leads did in one week, with the week
// before it and what they have in hand now. Its days are counted in UTC, as in
// all running figures.
type Week struct {
	Monday string // its date
	Areas  []Area
}

// Area is a node with all below it, or the company.
type Area struct {
	Node   id.Node // empty for the company
	Name   string
	Nodes  []id.Node // itself and all below it; none for the company
	Week   handoff.Week
	Before handoff.Week
	Under  handoff.Under // now
}

// Any reports whether there is anything to say of a.
func (a Area) Any() bool { return a.Week.Any() || a.Before.Any() || a.Under.Open > 0 }

// LastWeek is the Monday of the last week that is over.
func LastWeek(now time.Time) string {
	return handoff.Monday(now).AddDate(0, 0, -7).Format(time.DateOnly)
}

// Week returns the week from a Monday, or the last one that is over if monday
// is empty: of the company for an owner, and of each node that the actor leads
// by name. Who leads none is refused; so is a day that is no Monday, or a week
// that has not begun.
func (s *Service) Week(ctx context.Context, a authz.Actor, monday string) (Week, error) {
	if len(a.Leads) == 0 && !a.Owner {
		return Week{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	if monday == "" {
		monday = LastWeek(s.db.Now())
	}
	from, err := time.Parse(time.DateOnly, monday)
	bad := errs.Bad{}
	bad.Add(err == nil && from.Weekday() == time.Monday && !from.After(s.db.Now()), "of", "insight.err.monday")
	if err := bad.Err(); err != nil {
		return Week{}, err
	}
	out := Week{Monday: monday}
	areas, err := s.areas(ctx, a)
	if err != nil {
		return out, err
	}
	for _, x := range areas {
		w := handoff.Whose{Suppliers: x.Nodes}
		if x.Week, err = s.handoffs.Week(ctx, a, w, from); err != nil {
			return out, err
		}
		if x.Before, err = s.handoffs.Week(ctx, a, w, from.AddDate(0, 0, -7)); err != nil {
			return out, err
		}
		if x.Under, err = s.handoffs.Under(ctx, a, w); err != nil {
			return out, err
		}
		out.Areas = append(out.Areas, x)
	}
	return out, nil
}

// areas are what a is told the figures of.
func (s *Service) areas(ctx context.Context, a authz.Actor) (out []Area, err error) {
	t, err := org.LoadTree(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	if a.Owner {
		out = append(out, Area{})
	}
	led, err := org.LedBy(ctx, s.db, a.Company, a.Person)
	for _, n := range led {
		if node, ok := t.Node(n); ok {
			out = append(out, Area{Node: n, Name: node.Name, Nodes: t.Under(n)})
		}
	}
	return out, err
}
