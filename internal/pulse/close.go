package pulse

import (
	"context"
	"errors"
	"slices"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
)

// steer runs fn on an open pulse that the actor may steer.
func (s *Service) steer(ctx context.Context, a authz.Actor, pulse id.Pulse, fn func(tx *db.Tx, p Pulse) error) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		p, err := getPulse(ctx, tx, a.Company, pulse)
		if err != nil {
			return err
		}
		if err := canSteer(a, p); err != nil {
			return err
		}
		if p.State != Open {
			return errs.New(errs.Conflict, "pulse.err.not_open")
		}
		err = fn(tx, p)
		if errors.Is(err, ballot.ErrGone) { // somebody was faster
			err = errs.New(errs.Conflict, "pulse.err.not_open")
		}
		return err
	})
}

// Close ends a pulse before its time and publishes what may be shown.
func (s *Service) Close(ctx context.Context, a authz.Actor, pulse id.Pulse) error {
	err := s.steer(ctx, a, pulse, func(tx *db.Tx, p Pulse) error { return s.publish(ctx, tx, p, a.Person) })
	if err != nil {
		return err
	}
	return ballot.Forget(s.keys, a.Company, string(pulse))
}

// Cancel ends a pulse and destroys its answers unread.
func (s *Service) Cancel(ctx context.Context, a authz.Actor, pulse id.Pulse) error {
	err := s.steer(ctx, a, pulse, func(tx *db.Tx, p Pulse) error {
		urn, err := ballot.Hold(ctx, tx, s.keys, string(p.ID))
		if err != nil {
			return err
		}
		if err := urn.Burn(ctx); err != nil {
			return err
		}
		p.State, p.ClosedAt = Cancelled, tx.Now
		if err := s.end(ctx, tx, p); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "pulse.cancelled", Actor: a.Person, Subject: string(p.ID)})
		return nil
	})
	if err != nil {
		return err
	}
	return ballot.Forget(s.keys, a.Company, string(pulse))
}

// CloseDue publishes the pulses of company c whose time has passed.
func (s *Service) CloseDue(ctx context.Context, c id.Company) error {
	due, err := db.Values[id.Pulse](ctx, s.db, `
		SELECT id FROM pulse WHERE company = ? AND state = 'open' AND closes_at <= ? ORDER BY closes_at, id LIMIT 100`,
		c, db.At(s.db.Now()))
	if err != nil {
		return err
	}
	for _, pulse := range due {
		err := s.db.InTx(ctx, c, func(tx *db.Tx) error {
			p, err := getPulse(ctx, tx, c, pulse)
			if err != nil || p.State != Open {
				return err
			}
			return s.publish(ctx, tx, p, "")
		})
		if err != nil && !errors.Is(err, ballot.ErrGone) {
			return err
		}
		if err := ballot.Forget(s.keys, c, string(pulse)); err != nil {
			return err
		}
	}
	return nil
}

// end writes that a pulse is over and takes away all that was only for it to
// be answered: who was asked, the codes, the notices that asked.
func (s *Service) end(ctx context.Context, tx *db.Tx, p Pulse) error {
	if err := notify.Erase(ctx, tx, string(p.ID), toldAsked, toldAgain); err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM pulse_asked WHERE company = ? AND pulse = ?`,
		`DELETE FROM pulse_code WHERE company = ? AND pulse = ?`,
	} {
		if _, err := tx.Exec(ctx, text, tx.Company, p.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE pulse SET state = ?, closed_at = ?, lost = ? WHERE company = ? AND id = ?`,
		p.State, p.ClosedAt, p.Lost, tx.Company, p.ID)
	return err
}

// publish counts the answers, writes what may be shown of them, and destroys
// them.
func (s *Service) publish(ctx context.Context, tx *db.Tx, p Pulse, by id.Person) error {
	urn, err := ballot.Hold(ctx, tx, s.keys, string(p.ID)) // nobody casts from here on
	if err != nil {
		return err
	}
	ballots, lost, err := urn.Empty(ctx)
	if err != nil {
		return err
	}
	cells, err := cellsOf(ctx, tx, tx.Company, p.ID)
	if err != nil {
		return err
	}
	if err := putPeople(ctx, tx, p.ID, cells); err != nil {
		return err
	}
	p.State, p.ClosedAt, p.Lost = Closed, tx.Now, lost
	c := count{cells: cells, ballots: ballots, rules: p.Rules}
	for _, code := range p.Items {
		past, err := pastOf(ctx, tx, tx.Company, p.Frame.question(code))
		if err != nil {
			return err
		}
		item, _ := Find(code)
		results, comments := c.item(item, past)
		if err := insertResults(ctx, tx, p.ID, results, comments); err != nil {
			return err
		}
		if err := keepPast(ctx, tx, p.Frame.question(code), past); err != nil {
			return err
		}
	}
	if err := tell(ctx, tx, toldClosed, p.ID, everybody(cells)); err != nil {
		return err
	}
	if err := s.end(ctx, tx, p); err != nil {
		return err
	}
	fact.Record(tx, fact.Fact{Kind: "pulse.closed", Actor: by, Subject: string(p.ID)})
	return nil
}

// everybody are those who were asked: all of them hear of the results alike,
// whether they answered or not.
func everybody(cells []Cell) []id.Person {
	people := make([]id.Person, len(cells[0].people))
	for i, p := range cells[0].people {
		people[i] = id.Person(p)
	}
	return people
}

// count turns ballots into what may be shown of them.
type count struct {
	cells   []Cell
	ballots []ballot.Ballot
	rules   anon.Rules
}

// within reports whether cell i lies in cell up, or is it.
func (c count) within(i, up int) bool {
	for ; i >= 0; i = c.cells[i].Parent {
		if i == up {
			return true
		}
	}
	return false
}

// item returns the results of one question in every cell, and the comments
// that may be shown.
func (c count) item(item Item, past *anon.Past) ([]Result, []Comment) {
	tallies := make([]anon.Tally, len(c.cells))
	for i := range c.cells {
		tallies[i] = c.tally(item, i)
	}
	decisions := anon.Decide(c.rules, anonCells(c.cells), tallies, past)
	var results []Result
	var comments []Comment
	for i, d := range decisions {
		r := Result{Cell: i, Item: item.Code, Verdict: verdicts[d.Verdict], Why: d.Why}
		if d.Verdict != anon.Hidden {
			r.N = tallies[i].N()
		}
		switch {
		case item.Scale == Words:
		case d.Verdict == anon.Shown:
			r.Classes = slices.Clone(tallies[i])
		case d.Verdict == anon.Band:
			r.Classes = band(tallies[i])
		}
		results = append(results, r)
		if d.Comments {
			comments = append(comments, c.comments(item, i)...)
		}
	}
	return results, comments
}

// tally counts the choices in a cell; of words, who answered anything at all:
// somebody who left them out may not be told apart from the others by that.
func (c count) tally(item Item, cell int) anon.Tally {
	out, answered := make(anon.Tally, Classes), 0
	for _, b := range c.ballots {
		if !c.within(b.Cell, cell) {
			continue
		}
		answered++
		if choice, ok := b.Choices[item.Code]; ok {
			out[item.Scale.Class(choice)]++
		}
	}
	if item.Scale == Words {
		return anon.Mixed(answered)
	}
	return out
}

// band says which class has 8 of 10 or more, with a one at its place, and not
// how many.
func band(t anon.Tally) []int {
	out := make([]int, len(t))
	for i, n := range t {
		if n == slices.Max(t) {
			out[i] = 1
			break
		}
	}
	return out
}

// comments returns the words to an item in a cell, if enough people wrote, in
// the random order of the ballots and under names without a time.
func (c count) comments(item Item, cell int) (out []Comment) {
	for _, b := range c.ballots {
		if note := b.Notes[item.Code]; note != "" && c.within(b.Cell, cell) {
			out = append(out, Comment{Cell: cell, Item: item.Code, Note: note})
		}
	}
	return out
}
