package account

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
)

// ResetByOperator returns the secret of a link with which the one who signs in
// with email may choose a new password. It is for who runs the installation,
// and knows by other means who asks. NotFound if nobody signs in with email.
func (s *Service) ResetByOperator(ctx context.Context, email string) (string, error) {
	l, err := loginOf(ctx, s.db, CleanEmail(email))
	if errors.Is(err, db.ErrNotFound) {
		return "", errs.New(errs.NotFound, "account.err.no_login")
	}
	if err != nil {
		return "", err
	}
	return s.newReset(ctx, l.id)
}

func (s *Service) newReset(ctx context.Context, l id.Login) (string, error) {
	secret := newSecret()
	err := s.db.InTx(ctx, noCompany, func(tx *db.Tx) error {
		return insertReset(ctx, tx, digest(secret), l, db.At(tx.Now.Add(resetLasts)))
	})
	return secret, err
}

// CanReset returns NotFound unless the link of secret still opens something.
func (s *Service) CanReset(ctx context.Context, secret string) error {
	_, err := openReset(ctx, s.db, digest(secret), s.db.Now())
	return err
}

// Reset sets a new password with the secret of a link, which works once, and
// ends all sessions of the login.
func (s *Service) Reset(ctx context.Context, secret, password string) error {
	l, err := openReset(ctx, s.db, digest(secret), s.db.Now())
	if err != nil {
		return err
	}
	bad := errs.Bad{}
	if checkPassword(bad, "password", password, l.email); len(bad) > 0 {
		return bad.Err()
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, noCompany, func(tx *db.Tx) error {
		first, err := useReset(ctx, tx, digest(secret))
		if err != nil {
			return err
		}
		if !first {
			return errs.New(errs.NotFound, "account.err.reset_gone")
		}
		return s.change(ctx, tx, l.id, hash, "")
	})
	if err != nil {
		return err
	}
	s.emails.clear(l.email)
	return nil
}

// change sets the hash of a login's password; all open links to change it and
// all its sessions end, but the one of cookie. A mail tells its owner.
func (s *Service) change(ctx context.Context, tx *db.Tx, l id.Login, hash, cookie string) error {
	if err := setPassword(ctx, tx, l, hash); err != nil {
		return err
	}
	if err := deleteResets(ctx, tx, l); err != nil {
		return err
	}
	if err := deleteSessionsBut(ctx, tx, l, digest(cookie)); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, mailChanged{Login: l})
}

// Change is what somebody fills in to change its own password.
type Change struct {
	Old     string
	New     string
	Cookie  string // the session that stays
	Address string
}

// ChangePassword changes the password of the actor's login, everywhere it has
// a seat, and ends its other sessions.
func (s *Service) ChangePassword(ctx context.Context, a authz.Actor, in Change) error {
	l, err := seatedLogin(ctx, s.db, a.Company, a.Person)
	if errors.Is(err, db.ErrNotFound) {
		return unauthenticated()
	}
	if err != nil {
		return err
	}
	v, err := loginByID(ctx, s.db, l)
	if err != nil {
		return err
	}
	bad := errs.Bad{}
	bad.Required("old", in.Old)
	checkPassword(bad, "new", in.New, v.email)
	if err := bad.Err(); err != nil {
		return err
	}
	if err := a.MustWrite(); err != nil {
		return err
	}
	t, err := s.attempt(v.email, in.Address)
	if err != nil {
		return err
	}
	switch ok, err := s.hasher.proves(ctx, in.Old, v.password); {
	case err != nil:
		return err
	case !ok:
		return errs.Field("old", "account.err.old_password")
	}
	t.passed()
	hash, err := s.hasher.hash(ctx, in.New)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return s.change(ctx, tx, l, hash, in.Cookie) })
}
