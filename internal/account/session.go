package account

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// SignOut ends the session of a cookie. One that is no session is no error.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	return s.db.InTx(ctx, noCompany, func(tx *db.Tx) error { return deleteSession(ctx, tx, digest(cookie)) })
}

// Sessions lists where the login of the actor is signed in, newest first.
// cookie is the session that asks, or empty.
func (s *Service) Sessions(ctx context.Context, a authz.Actor, cookie string) ([]Session, error) {
	l, err := seatedLogin(ctx, s.db, a.Company, a.Person)
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out, err := sessionsOf(ctx, s.db, l, s.db.Now())
	for i := range out {
		out[i].Current = out[i].ID == digest(cookie)
	}
	return out, err
}

// EndSession ends one session of the actor's login, by the ID in its list.
func (s *Service) EndSession(ctx context.Context, a authz.Actor, session string) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.ofLogin(ctx, a, func(tx *db.Tx, l id.Login) error { return deleteSessionOf(ctx, tx, l, session) })
}

// EndEverywhere ends all sessions of the actor's login but the one of cookie.
func (s *Service) EndEverywhere(ctx context.Context, a authz.Actor, cookie string) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	return s.ofLogin(ctx, a, func(tx *db.Tx, l id.Login) error { return deleteSessionsBut(ctx, tx, l, digest(cookie)) })
}

// EndSessionsOf ends the sessions of p in the company of the actor.
func (s *Service) EndSessionsOf(ctx context.Context, a authz.Actor, p id.Person) error {
	if err := canEnd(a, p); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return deleteSessionsIn(ctx, tx, p) })
}

// ofLogin runs fn in a transaction with the login of the actor, if it has one.
func (s *Service) ofLogin(ctx context.Context, a authz.Actor, fn func(tx *db.Tx, l id.Login) error) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		l, err := seatedLogin(ctx, tx, a.Company, a.Person)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return fn(tx, l)
	})
}
