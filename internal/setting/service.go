package setting

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// Service holds the use cases.
type Service struct{ db *db.DB }

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d} }

// Next returns the number of the next company, for who opens its transaction.
func Next(ctx context.Context, q db.Querier) (id.Company, error) { return next(ctx, q) }

// Found writes the company of the transaction, with its log. The one who calls
// adds the first owner in the same transaction.
func Found(ctx context.Context, tx *db.Tx, c Company, first id.Person) error {
	c.ID, c.FoundedAt = tx.Company, tx.Now
	if err := c.checkAll(tx.Now); err != nil {
		return err
	}
	if err := insert(ctx, tx, c); err != nil {
		return err
	}
	if err := fact.Begin(ctx, tx); err != nil {
		return err
	}
	fact.Record(tx, fact.Fact{Kind: "company.founded", Actor: first})
	return nil
}

// Check reports what is wrong with a company before it is founded.
func (s *Service) Check(c Company) error { return c.checkAll(db.At(s.db.Now())) }

func (c Company) checkAll(now db.Time) error {
	bad := c.check()
	if bad["zone"] != "" {
		return bad.Err() // the calendar of a company whose zone is wrong says so twice
	}
	return checkCalendar(bad, c.Calendar, now)
}

// Company returns the actor's company.
func (s *Service) Company(ctx context.Context, a authz.Actor) (Company, error) {
	return Get(ctx, s.db, a.Company)
}

// Change changes what the company decided about itself; only an owner may.
func (s *Service) Change(ctx context.Context, a authz.Actor, c Company) (Company, error) {
	c.ID = a.Company
	if err := c.checkAll(db.At(s.db.Now())); err != nil {
		return Company{}, err
	}
	if err := a.MustOwn(); err != nil {
		return Company{}, err
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := Get(ctx, tx, a.Company)
		if err != nil {
			return err
		}
		c.Trade, c.FoundedAt = was.Trade, was.FoundedAt
		if err := update(ctx, tx, c); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "company.changed", Actor: a.Person})
		return nil
	})
	return c, err
}
