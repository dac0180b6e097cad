package thanks

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct{ db *db.DB }

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d} }

// given is the payload of thanks.given. A private thanks leaves nothing in the
// log but that there was one.
type given struct {
	Person id.Person  `json:"person,omitempty"`
	Node   id.Node    `json:"node,omitempty"`
	From   id.Handoff `json:"handoff,omitempty"`
	Value  id.Value   `json:"value,omitempty"`
}

// Give thanks somebody. Conflict if the week's thanks are given, or those for
// this person, or if this delivery was thanked for already.
func (s *Service) Give(ctx context.Context, a authz.Actor, in Give) (Thanks, error) {
	in.clean()
	if err := in.check().Err(); err != nil {
		return Thanks{}, err
	}
	if err := a.MustWrite(); err != nil {
		return Thanks{}, err
	}
	var t Thanks
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		t, err = s.give(ctx, tx, a, in)
		return err
	})
	return t, err
}

func (s *Service) give(ctx context.Context, tx *db.Tx, a authz.Actor, in Give) (Thanks, error) {
	t := Thanks{
		ID: id.New[id.Thanks](), Giver: a.Person, Person: in.Person, Node: in.Node, Handoff: in.Handoff, Reason: in.Reason,
		Value: in.Value, Letter: in.Letter, Audience: in.Audience, GivenAt: tx.Now,
	}
	if in.For != "" && in.For != a.Person {
		if err := canDictate(ctx, tx, a, in.For); err != nil {
			return Thanks{}, err
		}
		t.Giver, t.Dictated = in.For, a.Person
	}
	people, err := s.known(ctx, tx, t)
	if err != nil {
		return Thanks{}, err
	}
	if err := s.born(ctx, tx, t); err != nil {
		return Thanks{}, err
	}
	if err := s.within(ctx, tx, t); err != nil {
		return Thanks{}, err
	}
	if err := insert(ctx, tx, t); err != nil {
		if errors.Is(err, db.ErrExists) {
			return Thanks{}, errs.New(errs.Conflict, "thanks.err.thanked")
		}
		return Thanks{}, err
	}
	notices := make([]notify.Notice, len(people))
	for i, p := range people {
		notices[i] = notify.Notice{Person: p, Kind: "thanked", Actor: t.Giver, Subject: string(t.ID)}
	}
	if err := notify.Add(ctx, tx, notices); err != nil {
		return Thanks{}, err
	}
	f := fact.Fact{Kind: "thanks.given", Actor: t.Giver, Subject: string(t.ID)}
	if t.Audience == Private {
		f.Actor = ""
	} else {
		f.Data = fact.Encode(given{Person: t.Person, Node: t.Node, From: t.Handoff, Value: t.Value})
	}
	fact.Record(tx, f)
	return t, nil
}

// canDictate: who leads somebody writes down what that person, who has no
// screen, wants to say.
func canDictate(ctx context.Context, q db.Querier, a authz.Actor, giver id.Person) error {
	g, err := org.Actor(ctx, q, a.Company, giver)
	if err != nil {
		return errs.Field("for", "err.unknown")
	}
	if !slices.ContainsFunc(g.All(), a.Leading) {
		return errs.New(errs.Forbidden, "thanks.err.dictate")
	}
	return nil
}

// known checks that what t names exists, and returns who is thanked.
func (s *Service) known(ctx context.Context, tx *db.Tx, t Thanks) ([]id.Person, error) {
	if t.Person == t.Giver {
		return nil, errs.Field("person", "thanks.err.oneself")
	}
	if t.Value != "" {
		var n int
		if err := tx.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM thanks_value WHERE company = ? AND id = ? AND NOT gone`,
			tx.Company, t.Value); err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errs.Field("value", "err.unknown")
		}
	}
	if t.Node != "" {
		n, err := org.GetNode(ctx, tx, tx.Company, t.Node)
		if errs.KindOf(err) == errs.NotFound || err == nil && n.Outside() {
			return nil, errs.Field("node", "err.unknown")
		}
		if err != nil {
			return nil, err
		}
		return org.PeopleOn(ctx, tx, tx.Company, t.Node)
	}
	p, err := org.GetPerson(ctx, tx, tx.Company, t.Person)
	if errs.KindOf(err) == errs.NotFound || err == nil && !p.Active {
		return nil, errs.Field("person", "err.unknown")
	}
	return []id.Person{t.Person}, err
}

// born checks that a thanks for a delivery comes from who got it, or from who
// leads those who made it.
func (s *Service) born(ctx context.Context, tx *db.Tx, t Thanks) error {
	if t.Handoff == "" {
		return nil
	}
	h, err := handoff.Get(ctx, tx, tx.Company, t.Handoff)
	if err != nil {
		return err
	}
	by, err := org.Actor(ctx, tx, tx.Company, t.Giver)
	if err != nil {
		return err
	}
	switch {
	case h.Rounds == 0:
		return errs.New(errs.Conflict, "thanks.err.not_delivered")
	case h.AskedBy != t.Giver && !by.In(h.Customer) && !by.Leading(h.Supplier):
		return errs.New(errs.Forbidden, "thanks.err.not_yours")
	}
	return nil
}

// within keeps the quota of the week; what is quoted has its worth.
func (s *Service) within(ctx context.Context, tx *db.Tx, t Thanks) error {
	monday, err := s.monday(ctx, tx, tx.Company)
	if err != nil {
		return err
	}
	all, same, err := countSince(ctx, tx, tx.Company, t.Giver, t.Person, monday)
	if err != nil {
		return err
	}
	switch {
	case all >= perWeek:
		return errs.With(errs.Conflict, "thanks.err.week", errs.Args{"Most": perWeek})
	case t.Person != "" && same >= perPair:
		return errs.With(errs.Conflict, "thanks.err.pair", errs.Args{"Most": perPair})
	}
	return nil
}

// monday is when this week began in the company.
func (s *Service) monday(ctx context.Context, q db.Querier, c id.Company) (db.Time, error) {
	v, err := setting.Get(ctx, q, c)
	if err != nil {
		return db.Time{}, err
	}
	now := s.db.Now().In(v.Location())
	back := (int(now.Weekday()) + 6) % 7
	return db.At(time.Date(now.Year(), now.Month(), now.Day()-back, 0, 0, 0, 0, v.Location())), nil
}

// Left returns what the actor may still give this week.
func (s *Service) Left(ctx context.Context, a authz.Actor) (Allowance, error) {
	monday, err := s.monday(ctx, s.db, a.Company)
	if err != nil {
		return Allowance{}, err
	}
	n, _, err := countSince(ctx, s.db, a.Company, a.Person, "", monday)
	return Allowance{Left: max(0, perWeek-n), Of: perWeek}, err
}

// Hide takes a thanks from the wall, after somebody reported it; the two it is
// between still have it. Only an owner may, and says why.
func (s *Service) Hide(ctx context.Context, a authz.Actor, t id.Thanks, why string) error {
	why = strings.TrimSpace(why)
	bad := errs.Bad{}
	bad.Required("why", why)
	bad.Text("why", why, mostReason)
	if err := bad.Err(); err != nil {
		return err
	}
	if err := a.MustOwn(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE thanks SET hidden_at = ?, hidden_by = ?, hidden_why = ?
			WHERE company = ? AND id = ? AND audience <> 'private' AND hidden_at IS NULL`, tx.Now, a.Person, why, a.Company, t)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "thanks.err.none")
		}
		fact.Record(tx, fact.Fact{Kind: "thanks.hidden", Actor: a.Person, Subject: string(t)})
		return nil
	})
}

// StayOff keeps the actor off the wall, or lets it stand there again.
func (s *Service) StayOff(ctx context.Context, a authz.Actor, off bool) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return setShy(ctx, tx, a.Person, off) })
}

// Values lists the values of the company that are offered.
func (s *Service) Values(ctx context.Context, a authz.Actor) ([]Value, error) {
	return db.All(ctx, s.db, (*Value).dest, `
		SELECT id, name FROM thanks_value WHERE company = ? AND NOT gone ORDER BY position, id LIMIT 50`, a.Company)
}

// SetValues makes names the values of the company, in this order; only an
// owner may. A name that was there keeps its thanks.
func (s *Service) SetValues(ctx context.Context, a authz.Actor, names []string) error {
	bad := errs.Bad{}
	var clean []string
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" {
			bad.Text("values", n, mostValue)
			bad.Add(!slices.Contains(clean, n), "values", "thanks.err.twice")
			clean = append(clean, n)
		}
	}
	bad.Add(len(clean) <= mostValues, "values", "thanks.err.values")
	if err := bad.Err(); err != nil {
		return err
	}
	if err := a.MustOwn(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if err := replaceValues(ctx, tx, clean); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "thanks.values_set", Actor: a.Person})
		return nil
	})
}
