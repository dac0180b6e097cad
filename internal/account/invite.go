package account

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
)

const invitePrefix = "inv"

// guest is a person as the one who invites it needs to know it.
type guest struct {
	person id.Person
	name   string
	email  string
	lang   string
	owner  bool
	active bool
	seated bool
	places []id.Node // where it works or leads
}

// Invite returns the secret of a link with which person p may enter for the
// first time, and sends it a link of its own by mail. The links of an earlier
// invitation open nothing any more. Conflict if p has left or is in already, Invalid if it has no e-mail address.
func (s *Service) Invite(ctx context.Context, a authz.Actor, p id.Person) (string, error) {
	secret := compose(invitePrefix, a.Company)
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		g, err := getGuest(ctx, tx, a.Company, p)
		if err != nil {
			return err
		}
		if err := canInvite(a, g); err != nil {
			return err
		}
		switch {
		case !g.active:
			return errs.With(errs.Conflict, "account.err.left", errs.Args{"Name": g.name})
		case g.seated:
			return errs.New(errs.Conflict, "account.err.seated")
		case g.email == "":
			return errs.Field("email", "account.err.no_email")
		}
		if err := deleteInvitations(ctx, tx, p); err != nil {
			return err
		}
		i, ends := id.New[id.Invitation](), db.At(tx.Now.Add(inviteLasts))
		if err := insertInvitation(ctx, tx, i, digest(secret), p, a.Person, ends); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, mailInvitation{Company: a.Company, Invitation: i}); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "account.invited", Actor: a.Person, Subject: string(p)})
		return nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Invitation is what the page behind the link shows.
type Invitation struct {
	Company string // its name
	Name    string // of the person
	Email   string
	Known   bool // the address has an account already, whose password is asked for
	id      id.Invitation
	person  id.Person
}

// Invited returns the open invitation of a link, or NotFound.
func (s *Service) Invited(ctx context.Context, secret string) (Invitation, error) {
	c, ok := company(invitePrefix, secret)
	if !ok {
		return Invitation{}, errs.New(errs.NotFound, "account.err.invitation_gone")
	}
	v, err := openInvitation(ctx, s.db, c, digest(secret), s.db.Now())
	if err != nil {
		return Invitation{}, err
	}
	switch _, err := loginOf(ctx, s.db, v.Email); {
	case err == nil:
		v.Known = true
	case !errors.Is(err, db.ErrNotFound):
		return Invitation{}, err
	}
	return v, nil
}

// Accept is what a guest fills in.
type Accept struct {
	Secret   string
	Password string // a new one, or the one its address has
	Device   string
	Address  string
}

// Accept gives the guest its seat, and signs it in. A link works once.
func (s *Service) Accept(ctx context.Context, in Accept) (Signed, error) {
	v, err := s.Invited(ctx, in.Secret)
	if err != nil {
		return Signed{}, err
	}
	e, err := s.Prepare(ctx, v.Email, in.Password, in.Address)
	if err != nil {
		return Signed{}, err
	}
	c, _ := company(invitePrefix, in.Secret)
	var l id.Login
	err = s.db.InTx(ctx, c, func(tx *db.Tx) (err error) {
		first, err := useInvitation(ctx, tx, v.id)
		if err != nil {
			return err
		}
		if !first {
			return errs.New(errs.NotFound, "account.err.invitation_gone")
		}
		if err := deleteInvitations(ctx, tx, v.person); err != nil {
			return err
		}
		l, err = seat(ctx, tx, e, v.person)
		return err
	})
	if err != nil {
		return Signed{}, err
	}
	return s.open(ctx, l, Choice{Company: c, Person: v.person}, in.Device, noEnd)
}

// Access says how far a person is from signing in.
type Access string

// The steps to a seat; who is in no map has not been invited.
const (
	InvitedAccess Access = "invited"
	SeatedAccess  Access = "seated"
)

// Accesses returns who of the actor's company has a seat, and who was invited
// and has not come yet.
func (s *Service) Accesses(ctx context.Context, a authz.Actor) (map[id.Person]Access, error) {
	if !a.Owner && len(a.Leads) == 0 {
		return nil, errs.New(errs.Forbidden, "err.leader_only")
	}
	invited, err := invitedPeople(ctx, s.db, a.Company, s.db.Now())
	if err != nil {
		return nil, err
	}
	seated, err := seatedPeople(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Person]Access, len(invited)+len(seated))
	for _, p := range invited {
		out[p] = InvitedAccess
	}
	for _, p := range seated {
		out[p] = SeatedAccess
	}
	return out, nil
}
