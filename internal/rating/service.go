package rating

import (
	"context"
	"strings"

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

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct{ db *db.DB }

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d} }

// Rated is the payload of rating.given.
type Rated struct {
	Side  Side `json:"side"`
	Score int  `json:"score"`
}

// Rate notes what the actor says of a handoff. Conflict if somebody of its end
// was first, or if it is too early.
func (s *Service) Rate(ctx context.Context, a authz.Actor, in Rate) (Rating, error) {
	in.clean()
	if err := in.check().Err(); err != nil {
		return Rating{}, err
	}
	if err := a.MustWrite(); err != nil {
		return Rating{}, err
	}
	var r Rating
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		r, err = s.rate(ctx, tx, a, in)
		return err
	})
	return r, err
}

func (s *Service) rate(ctx context.Context, tx *db.Tx, a authz.Actor, in Rate) (Rating, error) {
	h, err := handoff.Get(ctx, tx, tx.Company, in.Handoff)
	if err != nil {
		return Rating{}, err
	}
	if err := canRate(a, in.Side, h); err != nil {
		return Rating{}, err
	}
	if err := ripe(in.Side, h); err != nil {
		return Rating{}, err
	}
	r := Rating{
		Handoff: h.ID, Side: in.Side, Link: h.Link, Person: a.Person, Score: in.Score, Letters: in.Letters, Note: in.Note,
		Via: in.Via, RatedAt: tx.Now,
	}
	first, err := insert(ctx, tx, r)
	if err != nil {
		return Rating{}, err
	}
	if !first {
		was, err := get(ctx, tx, tx.Company, h.ID, in.Side)
		if err != nil {
			return Rating{}, err
		}
		return Rating{}, errs.With(errs.Conflict, "rating.err.rated", errs.Args{"Who": was.PersonName, "When": was.RatedAt.Time})
	}
	if err := markDone(ctx, tx, h.ID, in.Side); err != nil {
		return Rating{}, err
	}
	if r.Owed() {
		if err := s.tell(ctx, tx, h, r); err != nil {
			return Rating{}, err
		}
	}
	fact.Record(tx, fact.Fact{
		Kind: "rating.given", Actor: a.Person, Subject: string(h.ID), Link: h.Link,
		Data: fact.Encode(Rated{Side: in.Side, Score: in.Score}),
	})
	return r, nil
}

// tell puts a low rating on the bells of the end that was rated.
func (s *Service) tell(ctx context.Context, tx *db.Tx, h handoff.Handoff, r Rating) error {
	rated := h.Supplier
	if r.Side == Supplier {
		rated = h.Customer
	}
	return notify.Add(ctx, tx, []notify.Notice{{
		Node: rated, Kind: "rated_low", Actor: r.Person, Subject: string(h.ID), Number: h.Number,
	}})
}

// Answer says to who rated low what is done about it. Conflict if somebody
// answered before.
func (s *Service) Answer(ctx context.Context, a authz.Actor, h id.Handoff, side Side, text string) error {
	text = strings.TrimSpace(text)
	bad := errs.Bad{}
	errs.OneOf(bad, "side", side, Sides...)
	bad.Required("answer", text)
	bad.Text("answer", text, mostNote)
	if err := bad.Err(); err != nil {
		return err
	}
	return s.change(ctx, a, h, side, "rating.answered", func(tx *db.Tx, r *Rating) error {
		if err := canAnswer(a, *r); err != nil {
			return err
		}
		if !r.AnsweredAt.IsZero() {
			return errs.With(errs.Conflict, "rating.err.answered", errs.Args{"Who": r.AnsweredName, "When": r.AnsweredAt.Time})
		}
		r.Answer, r.AnsweredBy, r.AnsweredAt = text, a.Person, tx.Now
		return notify.Add(ctx, tx, []notify.Notice{{
			Person: r.Person, Kind: "rating_answered", Actor: a.Person, Subject: string(h), Number: r.Number,
		}})
	})
}

// Helped says whether an answer was of use; only who rated knows.
func (s *Service) Helped(ctx context.Context, a authz.Actor, h id.Handoff, side Side, yes bool) error {
	bad := errs.Bad{}
	errs.OneOf(bad, "side", side, Sides...)
	if err := bad.Err(); err != nil {
		return err
	}
	return s.change(ctx, a, h, side, "rating.closed", func(_ *db.Tx, r *Rating) error {
		switch {
		case r.Person != a.Person:
			return errs.New(errs.Forbidden, "rating.err.not_yours")
		case r.AnsweredAt.IsZero():
			return errs.New(errs.Conflict, "rating.err.no_answer")
		}
		if r.Helped = "no"; yes {
			r.Helped = "yes"
		}
		return a.MustWrite()
	})
}

func (s *Service) change(ctx context.Context, a authz.Actor, h id.Handoff, side Side, kind string, fn func(*db.Tx, *Rating) error) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		r, err := get(ctx, tx, a.Company, h, side)
		if err != nil {
			return err
		}
		if err := fn(tx, &r); err != nil {
			return err
		}
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: kind, Actor: a.Person, Subject: string(h), Link: r.Link, Data: fact.Encode(Rated{Side: side, Score: r.Score})})
		return nil
	})
}

// Of returns the ratings of one handoff: at most one of each side.
func (s *Service) Of(ctx context.Context, a authz.Actor, h id.Handoff) ([]Rating, error) {
	return db.All(ctx, s.db, (*Rating).dest, query+` AND r.handoff = ? ORDER BY r.side LIMIT 2`, a.Company, h)
}

// Owed lists the low ratings that wait for an answer of the actor's nodes, the
// oldest first.
func (s *Service) Owed(ctx context.Context, a authz.Actor) ([]Rating, error) {
	nodes := a.All()
	if len(nodes) == 0 {
		return nil, nil
	}
	mine, args := db.In(nodes)
	// Said of both tables at once, so that nobody begins with all handoffs of the nodes.
	return db.All(ctx, s.db, (*Rating).dest, query+` AND r.score <= 2 AND r.answered_at IS NULL
		AND CASE r.side WHEN 'customer' THEN h.supplier ELSE h.customer END `+mine+`
		ORDER BY r.rated_at, r.handoff LIMIT 100`, append([]any{a.Company}, args...)...)
}

// ByLink returns the question that a mail asks, without writing anything:
// programs open links before people do. NotFound if it does not hold any more.
func (s *Service) ByLink(ctx context.Context, link string) (Asked, error) {
	c, ok := secret.Company(linkPrefix, link)
	if !ok {
		return Asked{}, noLink()
	}
	return askedBy(ctx, s.db, c, link)
}

// RateByLink notes what whoever got a mail says, once. It needs the word of
// the page that ByLink feeds: a program that only sends things does not know it.
func (s *Service) RateByLink(ctx context.Context, link, word string, in Rate) (Rating, error) {
	if word != secret.Confirmation(link) {
		return Rating{}, errs.New(errs.Conflict, "rating.err.confirm")
	}
	q, err := s.ByLink(ctx, link)
	if err != nil {
		return Rating{}, err
	}
	in.Handoff, in.Side, in.Via = q.Handoff, q.Side, Mail
	a, err := org.Actor(ctx, s.db, q.Company, q.Person)
	if err != nil {
		return Rating{}, err
	}
	return s.Rate(ctx, a, in)
}

func noLink() error { return errs.New(errs.NotFound, "rating.err.no_link") }

// Setting returns how often people of the company are asked.
func (s *Service) Setting(ctx context.Context, a authz.Actor) (Setting, error) {
	return settingOf(ctx, s.db, a.Company)
}

// Set changes how often people are asked; only an owner may.
func (s *Service) Set(ctx context.Context, a authz.Actor, v Setting) error {
	if err := v.check().Err(); err != nil {
		return err
	}
	if err := a.MustOwn(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if err := keepSetting(ctx, tx, v); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "rating.set", Actor: a.Person})
		return nil
	})
}
