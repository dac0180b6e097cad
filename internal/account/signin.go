package account

import (
	"context"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/secret"
)

// SignIn is what somebody fills in to enter.
type SignIn struct {
	Email    string
	Password string
	Company  id.Company // the one to enter if the login has a seat in it; else the first
	Device   string     // what the browser says of itself
	Address  string     // the network address that asks
}

func (in SignIn) check() error {
	bad := errs.Bad{}
	checkEmail(bad, in.Email)
	bad.Required("password", in.Password)
	return bad.Err()
}

// SignIn opens a session. Whether the address is unknown or the password is
// wrong, the error is the same and takes as long. TooMany after many failures.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Signed, error) {
	in.Email = CleanEmail(in.Email)
	if err := in.check(); err != nil {
		return Signed{}, err
	}
	t, err := s.attempt(in.Email, in.Address)
	if err != nil {
		return Signed{}, err
	}
	l, err := s.prove(ctx, in.Email, in.Password)
	if err != nil {
		return Signed{}, err
	}
	t.passed()
	seats, err := seatsOf(ctx, s.db, l)
	if err != nil {
		return Signed{}, err
	}
	if len(seats) == 0 {
		return Signed{}, errs.New(errs.Forbidden, "account.err.no_seat")
	}
	at := seats[0]
	for _, other := range seats {
		if other.Company == in.Company {
			at = other
		}
	}
	return s.open(ctx, l, at, in.Device, noEnd)
}

// prove returns the login of an e-mail address whose password it is.
func (s *Service) prove(ctx context.Context, email, password string) (id.Login, error) {
	l, err := loginOf(ctx, s.db, email)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return "", err
	}
	ok, err := s.hasher.proves(ctx, password, l.password)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errs.New(errs.Unauthenticated, "account.err.wrong")
	}
	return l.id, nil
}

// Enter opens a session for a person with a seat, without a password. Who
// calls it knows by other means who asks: the setup that has just made the
// seat, or the demo, where everybody may be anybody.
func (s *Service) Enter(ctx context.Context, c id.Company, p id.Person, device string) (Signed, error) {
	l, err := seatedLogin(ctx, s.db, c, p)
	if errors.Is(err, db.ErrNotFound) {
		return Signed{}, errs.New(errs.NotFound, "account.err.no_seat")
	}
	if err != nil {
		return Signed{}, err
	}
	return s.open(ctx, l, Choice{Company: c, Person: p}, device, noEnd)
}

// noEnd is for a session that does not go on from another one.
var noEnd time.Time

// open writes a new session. One that goes on in another company keeps its end.
func (s *Service) open(ctx context.Context, l id.Login, at Choice, device string, ends time.Time) (Signed, error) {
	out := Signed{Cookie: newSecret(), Company: at.Company, Person: at.Person}
	err := s.db.InTx(ctx, at.Company, func(tx *db.Tx) error {
		if out.EndsAt = db.At(ends); ends.IsZero() {
			out.EndsAt = db.At(tx.Now.Add(absolute))
		}
		return insertSession(ctx, tx, l, out, cleanDevice(device))
	})
	if err != nil {
		return Signed{}, err
	}
	return out, nil
}

// Visit is who sends a request, and to what company.
type Visit struct {
	authz.Actor // without its places

	CompanyName   string
	Zone, Country string // of the company, as [setting.Company] has them
	Seats         int    // of the person's login, in all companies; 0 by a token
}

// Who returns the person whose session cookie it is, with what others want to
// know of it. It is asked at every request: one statement.
func (s *Service) Who(ctx context.Context, cookie string, also ...db.Also) (Visit, error) {
	if len(cookie) != secret.Length {
		return Visit{}, unauthenticated()
	}
	now := s.db.Now()
	v, err := liveSession(ctx, s.db, digest(cookie), now, also...)
	if errors.Is(err, db.ErrNotFound) {
		return Visit{}, unauthenticated()
	}
	if err == nil && now.Sub(v.seen.Time) >= seenEvery {
		err = s.db.InTx(ctx, v.Company, func(tx *db.Tx) error { return seeSession(ctx, tx, digest(cookie)) })
	}
	return v.Visit, err
}

// Companies lists the companies that the login of the actor may enter.
func (s *Service) Companies(ctx context.Context, a authz.Actor) ([]Choice, error) {
	l, err := seatedLogin(ctx, s.db, a.Company, a.Person)
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return seatsOf(ctx, s.db, l)
}

// Switch goes on in another company: the session ends, and a new one opens
// there that lasts no longer. NotFound without a seat in it.
func (s *Service) Switch(ctx context.Context, cookie string, to id.Company) (Signed, error) {
	v, err := liveSession(ctx, s.db, digest(cookie), s.db.Now())
	if errors.Is(err, db.ErrNotFound) {
		return Signed{}, unauthenticated()
	}
	if err != nil {
		return Signed{}, err
	}
	seats, err := seatsOf(ctx, s.db, v.login)
	if err != nil {
		return Signed{}, err
	}
	for _, at := range seats {
		if at.Company != to {
			continue
		}
		out, err := s.open(ctx, v.login, at, v.device, v.ends.Time)
		if err != nil {
			return Signed{}, err
		}
		return out, s.SignOut(ctx, cookie)
	}
	return Signed{}, errs.New(errs.NotFound, "err.not_found")
}
