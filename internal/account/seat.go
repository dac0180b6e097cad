package account

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// Entry is a login that is ready to get a seat: one that exists and was
// proved, or a new one whose password is hashed. It is made before the
// transaction of the seat, because hashing takes long.
type Entry struct {
	login    id.Login // empty for a new one
	email    string
	password string // the hash
}

// Prepare returns the entry of an e-mail address: with a password of its own
// choice if the address is new here, else with the password it has.
func (s *Service) Prepare(ctx context.Context, email, password, address string) (Entry, error) {
	email = CleanEmail(email)
	bad := errs.Bad{}
	checkEmail(bad, email)
	bad.Required("password", password)
	if len(bad) > 0 { // who mistypes the address hears of a poor password too
		checkPassword(bad, "password", password, email)
		return Entry{}, bad.Err()
	}
	l, err := loginOf(ctx, s.db, email)
	if errors.Is(err, db.ErrNotFound) {
		if checkPassword(bad, "password", password, email); len(bad) > 0 {
			return Entry{}, bad.Err()
		}
		hash, err := s.hasher.hash(ctx, password)
		return Entry{email: email, password: hash}, err
	}
	if err != nil {
		return Entry{}, err
	}
	t, err := s.attempt(email, address)
	if err != nil {
		return Entry{}, err
	}
	switch ok, err := s.hasher.proves(ctx, password, l.password); {
	case err != nil:
		return Entry{}, err
	case !ok:
		return Entry{}, errs.Field("password", "account.err.other_password")
	}
	t.passed()
	return Entry{login: l.id, email: email}, nil
}

// Own returns the entry of who is signed in already, for a seat in one more
// company.
func (s *Service) Own(ctx context.Context, a authz.Actor) (Entry, error) {
	l, err := seatedLogin(ctx, s.db, a.Company, a.Person)
	if errors.Is(err, db.ErrNotFound) {
		return Entry{}, unauthenticated()
	}
	return Entry{login: l}, err
}

// Locked returns the entry of a new login that no password opens, until
// somebody resets it: for people of the demo, who enter with one click.
func Locked(email string) Entry { return Entry{email: CleanEmail(email)} }

// Seat gives person p of the transaction's company the seat of an entry.
// Conflict if p, or the login, has a seat in the company already.
func Seat(ctx context.Context, tx *db.Tx, e Entry, p id.Person) error {
	_, err := seat(ctx, tx, e, p)
	return err
}

func seat(ctx context.Context, tx *db.Tx, e Entry, p id.Person) (id.Login, error) {
	if e.login == "" {
		e.login = id.New[id.Login]()
		err := insertLogin(ctx, tx, login{id: e.login, email: e.email, password: e.password})
		if errors.Is(err, db.ErrExists) { // somebody was faster with the same address
			return "", errs.New(errs.Conflict, changedMeantime)
		}
		if err != nil {
			return "", err
		}
	}
	err := insertSeat(ctx, tx, p, e.login)
	if errors.Is(err, db.ErrExists) {
		return "", errs.New(errs.Conflict, "account.err.seated")
	}
	if err != nil {
		return "", err
	}
	fact.Record(tx, fact.Fact{Kind: "account.joined", Actor: p, Subject: string(p)})
	return e.login, nil
}
