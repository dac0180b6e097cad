package pulse

import (
	"context"
	"errors"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
	"github.com/eslabon/eslabon/internal/secret"
)

// Answers is what somebody answers: choices by the code of the question, and
// words. What is left out is not answered, and that is fine; but something
// must be.
type Answers struct {
	Choices map[string]int
	Notes   map[string]string
}

func (in *Answers) clean() {
	for item, note := range in.Notes {
		if note = strings.TrimSpace(note); note == "" {
			delete(in.Notes, item)
		} else {
			in.Notes[item] = note
		}
	}
}

func (in Answers) check(items []string) errs.Bad {
	bad := errs.Bad{}
	asked := map[string]Item{}
	for _, code := range items {
		asked[code], _ = Find(code)
	}
	for code, choice := range in.Choices {
		i, ok := asked[code]
		low, high := i.Scale.Range()
		bad.Add(ok && i.Scale != Words && choice >= low && choice <= high, code, "err.unknown")
	}
	for code, note := range in.Notes {
		_, ok := asked[code]
		bad.Add(ok, code, "err.unknown")
		bad.Text(code, note, mostNote)
	}
	bad.Add(len(in.Choices)+len(in.Notes) > 0, "answers", "pulse.err.nothing")
	return bad
}

// Due lists the pulses that wait for the actor's answer.
func (s *Service) Due(ctx context.Context, a authz.Actor) ([]Pulse, error) {
	return db.All(ctx, s.db, (*Pulse).dest, `
		SELECT `+pulseColumns+` FROM pulse_asked w JOIN pulse p ON p.company = w.company AND p.id = w.pulse
		WHERE w.company = ? AND w.person = ? AND NOT w.answered AND NOT w.by_code AND p.state = 'open' AND p.closes_at > ?
		ORDER BY p.closes_at, p.id LIMIT 20`, a.Company, a.Person, db.At(s.db.Now()))
}

// Cast takes the answers of the actor. Conflict if it has answered already, if
// it is not asked, or if the pulse is over.
func (s *Service) Cast(ctx context.Context, a authz.Actor, pulse id.Pulse, in Answers) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.cast(ctx, a.Company, in, func(tx *db.Tx) (right, error) { return rightOf(ctx, tx, pulse, a.Person) })
}

// Asks returns a pulse that waits for the actor's answer. Conflict if it does
// not, or no more.
func (s *Service) Asks(ctx context.Context, a authz.Actor, pulse id.Pulse) (Pulse, error) {
	p, err := s.taking(ctx, a.Company, pulse)
	if err != nil {
		return p, err
	}
	_, err = waits(ctx, s.db, a.Company, pulse, a.Person)
	return p, err
}

// CastByLink takes the answers of whom a mail was sent to, who need not sign
// in, with the word of the page.
func (s *Service) CastByLink(ctx context.Context, link, word string, in Answers) error {
	if word != secret.Confirmation(link) {
		return errs.New(errs.Conflict, "pulse.err.confirm")
	}
	c, ok := secret.Company(linkPrefix, link)
	if !ok {
		return errs.New(errs.NotFound, "pulse.err.no_link")
	}
	return s.cast(ctx, c, in, func(tx *db.Tx) (right, error) {
		w, err := askedBy(ctx, tx, c, link)
		if err != nil {
			return right{}, err
		}
		return rightOf(ctx, tx, w.pulse, w.person)
	})
}

// ByLink returns the pulse that a mail is about. It writes nothing: programs
// open links before people do.
func (s *Service) ByLink(ctx context.Context, link string) (Pulse, id.Company, error) {
	c, ok := secret.Company(linkPrefix, link)
	if !ok {
		return Pulse{}, 0, errs.New(errs.NotFound, "pulse.err.no_link")
	}
	w, err := askedBy(ctx, s.db, c, link)
	if err != nil {
		return Pulse{}, 0, err
	}
	if w.answered {
		return Pulse{}, c, errs.New(errs.Conflict, "pulse.err.answered")
	}
	p, err := s.taking(ctx, c, w.pulse)
	return p, c, err
}

// taking returns a pulse, and Conflict with it if it takes no answers any more.
func (s *Service) taking(ctx context.Context, c id.Company, pulse id.Pulse) (Pulse, error) {
	p, err := getPulse(ctx, s.db, c, pulse)
	if err != nil {
		return p, err
	}
	return p, p.takes(db.At(s.db.Now()))
}

// takes returns nil while p takes answers.
func (p Pulse) takes(now db.Time) error {
	if p.State != Open || p.Over(now.Time) {
		return p.closed()
	}
	return nil
}

// closed says until when p took answers.
func (p Pulse) closed() error {
	when := p.ClosesAt
	if !p.ClosedAt.IsZero() && p.ClosedAt.Before(when.Time) {
		when = p.ClosedAt // somebody closed it before its time
	}
	return errs.With(errs.Conflict, "pulse.err.closed", errs.Args{"When": when.Time})
}

// ByCode returns the pulse that a code on paper is for, without using it up.
func (s *Service) ByCode(ctx context.Context, c id.Company, code string) (Pulse, error) {
	var pulse id.Pulse
	var used bool
	err := s.db.Row(ctx, []any{&pulse, &used}, `
		SELECT pulse, used FROM pulse_code WHERE company = ? AND hash = ?`, c, secret.Digest(cleanCode(code)))
	if err != nil {
		return Pulse{}, noCode(err)
	}
	if used {
		return Pulse{}, errs.Field("code", "pulse.err.used_code")
	}
	return s.taking(ctx, c, pulse)
}

func noCode(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return errs.Field("code", "pulse.err.no_code")
	}
	return err
}

// CastByCode takes the answers of whoever holds a code on paper, once.
func (s *Service) CastByCode(ctx context.Context, c id.Company, code string, in Answers) error {
	hash := secret.Digest(cleanCode(code))
	return s.cast(ctx, c, in, func(tx *db.Tx) (r right, err error) {
		if err := tx.Row(ctx, []any{&r.pulse, &r.cell}, `
			SELECT pulse, cell FROM pulse_code WHERE company = ? AND hash = ?`, c, hash); err != nil {
			return r, noCode(err)
		}
		r.use = func() error {
			n, err := tx.Exec(ctx, `
				UPDATE pulse_code SET used = TRUE WHERE company = ? AND hash = ? AND NOT used`, c, hash)
			if err == nil && n == 0 {
				err = errs.Field("code", "pulse.err.used_code")
			}
			return err
		}
		return r, nil
	})
}

// right is the right to answer a pulse once.
type right struct {
	pulse id.Pulse
	cell  int
	use   func() error // uses it up, or says that it is used up
}

// cast lets who uses up the right to answer, and locks the answers away, both
// or none. The urn comes first: whoever closes holds it too. The log hears
// nothing.
func (s *Service) cast(ctx context.Context, c id.Company, in Answers, who func(tx *db.Tx) (right, error)) error {
	in.clean()
	return s.db.InTx(ctx, c, func(tx *db.Tx) error {
		r, err := who(tx)
		if err != nil {
			return err
		}
		p, err := getPulse(ctx, tx, c, r.pulse)
		if err != nil {
			return err
		}
		if err := p.takes(tx.Now); err != nil {
			return err
		}
		if err := in.check(p.Items).Err(); err != nil {
			return err
		}
		urn, err := ballot.Hold(ctx, tx, s.keys, string(p.ID))
		if errors.Is(err, ballot.ErrGone) {
			return p.closed()
		}
		if err != nil {
			return err
		}
		if err := r.use(); err != nil {
			return err
		}
		err = urn.Cast(ctx, ballot.Ballot{Cell: r.cell, Choices: in.Choices, Notes: in.Notes})
		if errors.Is(err, ballot.ErrKey) {
			err = errs.New(errs.Conflict, "pulse.err.no_key")
		}
		return err
	})
}
