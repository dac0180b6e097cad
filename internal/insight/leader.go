package insight

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/thanks"
)

// Steps are the week of who leads: what is small, done every week, and changes
// a team. Their words stand under "insight.step." in the catalogues.
var Steps = []string{"walk", "thank", "answer", "link", "ask"}

// Mirror is what who leads should look at once a week.
type Mirror struct {
	Voices    []Voice             // what the own teams say, as far as it may be shown
	Needs     []need.Need         // late, those asked the longest ago first
	Ratings   []rating.Rating     // low ones that wait for an answer
	Deeds     []pulse.Deed        // promised after a pulse and not done
	Unthanked []string            // names of people of the own teams whom nobody thanked in 90 days
	Suggested []thanks.Suggestion // deliveries that deserve thanks
	Week      string              // its Monday
	Done      map[string]bool     // steps checked off
}

// Voice is the last result of a question about how one is led.
type Voice struct {
	Cell   pulse.Cell
	Result pulse.Result
}

// voices are the questions whose answers are about who leads.
var voices = []string{"support.listens", "support.helps", "support.decides", "recognition.thanked", "safety.speak"}

// Mirror returns the page of who leads, for the nodes that the actor leads; who
// leads none is refused.
func (s *Service) Mirror(ctx context.Context, a authz.Actor) (Mirror, error) {
	if len(a.Leads) == 0 && !a.Owner {
		return Mirror{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	var m Mirror
	var err error
	if m.Voices, err = s.voices(ctx, a); err != nil {
		return m, err
	}
	if m.Needs, err = s.needs.Overdue(ctx, a); err != nil {
		return m, err
	}
	if m.Ratings, err = s.ratings.Owed(ctx, a); err != nil {
		return m, err
	}
	if m.Deeds, err = s.pulses.Owed(ctx, a); err != nil {
		return m, err
	}
	if m.Unthanked, err = s.unthanked(ctx, a); err != nil {
		return m, err
	}
	if m.Suggested, err = s.thanks.Suggest(ctx, a, 3); err != nil {
		return m, err
	}
	if m.Week, err = s.week(ctx, a); err != nil {
		return m, err
	}
	done, err := db.Values[string](ctx, s.db, `SELECT step FROM routine WHERE company = ? AND person = ? AND week = ? LIMIT 20`,
		a.Company, a.Person, m.Week)
	m.Done = map[string]bool{}
	for _, step := range done {
		m.Done[step] = true
	}
	return m, err
}

func (s *Service) voices(ctx context.Context, a authz.Actor) ([]Voice, error) {
	var out []Voice
	nodes := slices.Clone(a.Own)
	if a.Owner {
		nodes = []id.Node{""}
	}
	for _, n := range nodes {
		if n != "" && !a.Leading(n) {
			continue
		}
		cell := pulse.Cell{Node: n}
		for _, item := range voices {
			r, err := s.pulses.Last(ctx, a, n, item)
			if err != nil {
				return nil, err
			}
			if r.Verdict == pulse.Hidden {
				continue
			}
			if n != "" && cell.Name == "" {
				of, err := org.GetNode(ctx, s.db, a.Company, n)
				if err != nil {
					return nil, err
				}
				cell.Name = of.Name
			}
			out = append(out, Voice{Cell: cell, Result: r})
		}
	}
	return out, nil
}

func (s *Service) unthanked(ctx context.Context, a authz.Actor) ([]string, error) {
	people, err := s.thanks.Unthanked(ctx, a)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	names, err := org.Names(ctx, s.db, a.Company, people...)
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, n)
	}
	slices.Sort(out)
	return out, err
}

// week returns the Monday of this week in the company.
func (s *Service) week(ctx context.Context, a authz.Actor) (string, error) {
	c, err := setting.Get(ctx, s.db, a.Company)
	if err != nil {
		return "", err
	}
	now := s.db.Now().In(c.Location())
	return now.AddDate(0, 0, -(int(now.Weekday())+6)%7).Format(time.DateOnly), nil
}

// Check notes that the actor did a step of this week, or takes that back.
func (s *Service) Check(ctx context.Context, a authz.Actor, step string, done bool) error {
	bad := errs.Bad{}
	errs.OneOf(bad, "step", step, Steps...)
	if err := bad.Err(); err != nil {
		return err
	}
	if len(a.Leads) == 0 && !a.Owner {
		return errs.New(errs.Forbidden, "err.leader_only")
	}
	if err := a.MustWrite(); err != nil {
		return err
	}
	week, err := s.week(ctx, a)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if !done {
			_, err := tx.Exec(ctx, `DELETE FROM routine WHERE company = ? AND person = ? AND week = ? AND step = ?`,
				tx.Company, a.Person, week, step)
			return err
		}
		n, err := tx.Exec(ctx, `
			INSERT INTO routine (company, person, week, step, done_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (company, person, week, step) DO NOTHING`, tx.Company, a.Person, week, step, tx.Now)
		if err == nil && n == 1 {
			fact.Record(tx, fact.Fact{Kind: "routine.done", Actor: a.Person, Subject: step})
		}
		return err
	})
}
