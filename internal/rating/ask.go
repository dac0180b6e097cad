package rating

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/secret"
)

const linkPrefix = "esr"

// Asked is a question that waits for somebody.
type Asked struct {
	Company id.Company
	Handoff id.Handoff
	Side    Side
	Person  id.Person
	AskedAt db.Time

	Number      int64 // of the handoff, as what follows
	Title       string
	ServiceName string
	OtherName   string // the node that is rated
}

// Asker asks both ends, few times a day, when something was accepted by a
// person. It never asks about old things: what was accepted longer ago than
// this is left alone when the log is read from its beginning.
var Asker = fact.Follower{Name: "rating_ask", Apply: func(ctx context.Context, tx *db.Tx, facts []fact.Fact) error {
	return fact.Each(ask)(ctx, tx, handoff.Acceptances(facts))
}}

const askWithin = 3 * 24 * time.Hour

// ask asks about one acceptance.
func ask(ctx context.Context, tx *db.Tx, f fact.Fact) error {
	if tx.Now.Sub(f.RecordedAt.Time) > askWithin {
		return nil
	}
	h, err := handoff.Get(ctx, tx, tx.Company, id.Handoff(f.Subject))
	if err != nil {
		return err
	}
	s, err := settingOf(ctx, tx, tx.Company)
	if err != nil || h.Imported || s.PerDay == 0 {
		return err
	}
	received, err := receiver(ctx, tx, h, f)
	if err != nil {
		return err
	}
	day := tx.Now.UTC().Format(time.DateOnly)
	for side, person := range map[Side]id.Person{Customer: received, Supplier: h.Assignee} {
		if person == "" || side == Customer && person == h.Assignee || side == Supplier && person == h.AskedBy {
			continue
		}
		if err := askOne(ctx, tx, h, side, person, day, s.PerDay); err != nil {
			return err
		}
	}
	return nil
}

// receiver is who can say how h was delivered: who accepted it, whoever wrote
// that down, or else who had asked for it. It is nobody if all that is known is
// the name of somebody outside.
func receiver(ctx context.Context, tx *db.Tx, h handoff.Handoff, f fact.Fact) (id.Person, error) {
	who := f.Actor
	var m handoff.Moved
	if err := f.Decode(&m); err != nil {
		return "", err
	}
	if m.Behalf {
		said, err := handoff.LastStep(ctx, tx, tx.Company, h.ID)
		if err != nil {
			return "", err
		}
		who = said.Behalf.Person
	}
	on, err := org.PeopleOn(ctx, tx, tx.Company, h.Customer)
	switch {
	case err != nil, slices.Contains(on, who):
		return who, err
	case h.Kind == handoff.Pull:
		return h.AskedBy, nil
	}
	return "", nil
}

// askOne asks a person unless it was asked often enough today, or the end has
// spoken already.
func askOne(ctx context.Context, tx *db.Tx, h handoff.Handoff, side Side, person id.Person, day string, most int) error {
	var today, rated int
	if err := tx.Row(ctx, []any{&today}, `
		SELECT COUNT(*) FROM rating_ask WHERE company = ? AND person = ? AND day = ?`, tx.Company, person, day); err != nil {
		return err
	}
	if err := tx.Row(ctx, []any{&rated}, `
		SELECT COUNT(*) FROM rating WHERE company = ? AND handoff = ? AND side = ?`, tx.Company, h.ID, side); err != nil {
		return err
	}
	if today >= most || rated > 0 {
		return nil
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO rating_ask (company, handoff, side, person, day, asked_at, hash, mailed, done)
		SELECT ?, ?, ?, x.id, ?, ?, '', FALSE, FALSE FROM person x WHERE x.company = ? AND x.id = ? AND x.active
		ON CONFLICT (company, handoff, side) DO NOTHING`,
		tx.Company, h.ID, side, day, tx.Now, tx.Company, person)
	if err != nil || n == 0 || today > 0 {
		return err
	}
	return notify.Add(ctx, tx, []notify.Notice{{
		Person: person, Kind: kinds[side], Subject: string(h.ID), Number: h.Number,
	}})
}

// kinds are the notices of the questions: of those of a day only the first is
// on the bell and in a mail, and the others are on the page of the day.
var kinds = map[Side]string{Customer: "rate_delivery", Supplier: "rate_request"}

// Waiting lists the questions that wait for the actor, the newest first. After
// a week nobody remembers, and they are not asked any more.
func (s *Service) Waiting(ctx context.Context, a authz.Actor, limit int) ([]Asked, error) {
	return db.All(ctx, s.db, (*Asked).dest, askedQuery+`
		AND a.person = ? AND NOT a.done AND a.asked_at > ?
		ORDER BY a.asked_at DESC, a.handoff, a.side LIMIT ?`, a.Company, a.Person, s.recent(), limit)
}

// recent is since when people are expected to remember.
func (s *Service) recent() db.Time { return db.At(s.db.Now().AddDate(0, 0, -7)) }

// Skip takes a question away that the actor does not want to answer.
func (s *Service) Skip(ctx context.Context, a authz.Actor, h id.Handoff, side Side) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE rating_ask SET done = TRUE WHERE company = ? AND handoff = ? AND side = ? AND person = ?`,
			a.Company, h, side, a.Person)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "rating.err.none")
		}
		return notify.Settle(ctx, tx, a.Person, kinds[side], string(h))
	})
}

// LinkFor makes a new link for a person whose word on a handoff is waited for:
// empty if it no longer is. The link holds once keep has run; only its digest
// is kept.
func (s *Service) LinkFor(ctx context.Context, c id.Company, p id.Person, h id.Handoff) (link string, keep func(context.Context, *db.Tx) error, err error) {
	var side Side
	err = s.db.Row(ctx, []any{&side}, `
		SELECT side FROM rating_ask WHERE company = ? AND handoff = ? AND person = ? AND NOT done AND asked_at > ? ORDER BY side LIMIT 1`,
		c, h, p, s.recent())
	if errors.Is(err, db.ErrNotFound) {
		return "", nil, nil
	}
	link = secret.Compose(linkPrefix, c)
	return link, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE rating_ask SET mailed = TRUE, hash = ? WHERE company = ? AND handoff = ? AND side = ? AND NOT done`,
			secret.Digest(link), c, h, side)
		return err
	}, err
}
