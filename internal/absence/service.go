package absence

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

// Service holds the use cases.
type Service struct{ db *db.DB }

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d} }

// Announced is the payload of absence.announced.
type Announced struct {
	Absence    id.Absence `json:"absence"`
	Substitute id.Person  `json:"substitute,omitempty"`
	First      string     `json:"first"`
	Last       string     `json:"last"`
}

// Announce writes down that somebody will be away. It ends with the first work
// after its last day, by the calendar of the person. Invalid names every field
// at fault: days that are over or taken already, a substitute who is away too.
func (s *Service) Announce(ctx context.Context, a authz.Actor, in Announce) (Absence, error) {
	bad := in.check()
	if err := bad.Err(); err != nil {
		return Absence{}, err
	}
	var out Absence
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		on, err := nodesOf(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		if err := can(a, in.Person, on); err != nil {
			return err
		}
		out = Absence{
			ID: id.New[id.Absence](), Person: in.Person, Substitute: in.Substitute, First: in.First, Last: in.Last,
			SaidBy: a.Person, SaidAt: tx.Now,
		}
		if err := out.fit(ctx, tx); err != nil {
			return err
		}
		if err := insert(ctx, tx, out); err != nil {
			return err
		}
		if err := notify.Replan(ctx, tx, in.Person); err != nil {
			return err
		}
		if in.Substitute != "" {
			n := notify.Notice{Person: in.Substitute, Kind: "covering", Actor: a.Person, Subject: string(in.Person)}
			if err := notify.Add(ctx, tx, []notify.Notice{n}); err != nil {
				return err
			}
		}
		fact.Record(tx, fact.Fact{
			Kind: "absence.announced", Actor: a.Person, Subject: string(in.Person),
			Data: fact.Encode(Announced{Absence: out.ID, Substitute: out.Substitute, First: out.First, Last: out.Last}),
		})
		return nil
	})
	return out, err
}

// fit works out from when until when x lasts, and checks it against what else
// is known.
func (x *Absence) fit(ctx context.Context, tx *db.Tx) error {
	cal, err := setting.WorkingTimeOfPerson(ctx, tx, tx.Company, x.Person)
	if err != nil {
		return err
	}
	bad := errs.Bad{}
	first, last := parse(bad, "first", x.First), parse(bad, "last", x.Last)
	midnight := func(t time.Time, days int) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, cal.Zone())
	}
	back, err := cal.NextOpen(midnight(last, 1))
	bad.Add(err == nil, "last", "absence.err.never_back")
	bad.Add(midnight(last, 1).After(tx.Now.Time), "last", "absence.err.over")
	bad.Add(first.Before(tx.Now.AddDate(0, 0, mostAhead)), "first", "absence.err.too_far")
	if err := bad.Err(); err != nil {
		return err
	}
	x.FromAt, x.UntilAt = db.At(midnight(first, 0)), db.At(back)
	others, err := between(ctx, tx, x.Person, *x)
	if err != nil {
		return err
	}
	bad.Add(len(others) == 0, "first", "absence.err.twice")
	coming, err := coming(ctx, tx, x.Person)
	if err != nil {
		return err
	}
	bad.Add(coming < mostComes, "first", "absence.err.too_many")
	if x.Substitute == "" {
		return bad.Err()
	}
	here, err := works(ctx, tx, x.Substitute)
	if err != nil {
		return err
	}
	bad.Add(here, "substitute", "err.unknown")
	away, err := between(ctx, tx, x.Substitute, *x)
	if err != nil {
		return err
	}
	bad.Add(len(away) == 0, "substitute", "absence.err.away_too")
	return bad.Err()
}

// End ends an absence now, or forgets one that has not begun. NotFound if it is
// over already.
func (s *Service) End(ctx context.Context, a authz.Actor, x id.Absence) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := get(ctx, tx, x)
		if err != nil {
			return err
		}
		on, err := nodesOf(ctx, tx, was.Person)
		if err != nil {
			return err
		}
		if err := can(a, was.Person, on); err != nil {
			return err
		}
		if err := end(ctx, tx, was); err != nil {
			return err
		}
		if err := notify.Replan(ctx, tx, was.Person); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{
			Kind: "absence.ended", Actor: a.Person, Subject: string(was.Person),
			Data: fact.Encode(Announced{Absence: was.ID, Substitute: was.Substitute, First: was.First, Last: was.Last}),
		})
		return nil
	})
}

// Of lists the absences of p that are not over, the next first.
func (s *Service) Of(ctx context.Context, a authz.Actor, p id.Person) ([]Absence, error) {
	return list(ctx, s.db, a.Company, p, db.At(s.db.Now()))
}

// Away returns who of the actor's company is away now.
func (s *Service) Away(ctx context.Context, a authz.Actor) (map[id.Person]Absence, error) {
	all, err := away(ctx, s.db, a.Company, db.At(s.db.Now()))
	out := make(map[id.Person]Absence, len(all))
	for _, x := range all {
		out[x.Person] = x
	}
	return out, err
}

// Cover returns the actor with the nodes of those for whom it stands in: it may
// do there what they may do as members, and not what they may as leaders.
func Cover(a authz.Actor, nodes db.Joined) authz.Actor {
	for _, n := range nodes {
		if n := id.Node(n); !a.In(n) {
			a.Nodes = append(a.Nodes, n)
		}
	}
	return a
}
