package route

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// ends says what a fact about a handoff means for the step that it does.
var ends = map[string]PassageState{
	"accepted":             Passed,
	"accepted_with_remark": Passed,
	"auto_accepted":        Passed, // nobody looked at it in time
	"declined":             Stopped,
	"cancelled":            Stopped,
}

// Follower opens the next step when one is accepted. It acts, and keeps nothing
// that can be made anew: to apply a fact again does nothing, because its passage
// is no longer open.
func (s *Service) Follower() fact.Follower {
	return fact.Follower{Name: "route", Apply: s.apply, Reset: func(context.Context, *db.Tx) error { return nil }}
}

func (s *Service) apply(ctx context.Context, tx *db.Tx, facts []fact.Fact) error {
	var about []id.Handoff
	for _, f := range facts {
		if _, matters := endOf(f); matters {
			about = append(about, id.Handoff(f.Subject))
		}
	}
	if len(about) == 0 {
		return nil
	}
	pieces, err := piecesOf(ctx, tx, tx.Company, about)
	if err != nil {
		return err
	}
	for _, f := range facts {
		to, matters := endOf(f)
		if p, ok := pieces[id.Handoff(f.Subject)]; matters && ok {
			if err := s.end(ctx, tx, f, to, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// endOf returns what a fact means for the step that its handoff does.
func endOf(f fact.Fact) (to PassageState, matters bool) {
	kind, about := strings.CutPrefix(f.Kind, "handoff.")
	to, matters = ends[kind]
	return to, about && matters
}

// end ends the passage of a piece of which f tells.
func (s *Service) end(ctx context.Context, tx *db.Tx, f fact.Fact, to PassageState, p id.Piece) error {
	r, err := s.runOf(ctx, tx, p, f.Actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.p.Passages, func(x Passage) bool { return x.Handoff == id.Handoff(f.Subject) })
	if r.p.State != Running || i < 0 || r.p.Passages[i].State != Open {
		return nil
	}
	x := &r.p.Passages[i]
	at := f.HappenedAt
	if at.Before(x.OpenedAt.Time) {
		at = x.OpenedAt
	}
	if err := r.close(ctx, x, to, at); err != nil {
		return err
	}
	if to == Passed {
		r.record("passed", Told{Lot: x.Lot, Step: x.Step, Round: x.Round, Handoff: x.Handoff})
		return r.goOn(ctx, x.Lot)
	}
	r.record("fell", Told{Lot: x.Lot, Step: x.Step, Round: x.Round, Handoff: x.Handoff})
	if len(r.p.open(x.Lot)) > 0 {
		return nil // the step that waits for this one is there still
	}
	why := "route.why.declined"
	if f.Kind == "handoff.cancelled" {
		why = "route.why.cancelled"
	}
	return r.stop(ctx, r.p.lot(x.Lot), why)
}

// runOf locks a piece and reads it.
func (s *Service) runOf(ctx context.Context, tx *db.Tx, p id.Piece, by id.Person) (*run, error) {
	if err := hold(ctx, tx, p); err != nil {
		return nil, err
	}
	v, err := getPiece(ctx, tx, tx.Company, p)
	if err != nil {
		return nil, err
	}
	if len(v.Steps) == 0 {
		return nil, errors.New("route: piece without steps")
	}
	return &run{s: s, tx: tx, p: v, by: by}, nil
}
