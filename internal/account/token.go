package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

const tokenPrefix = "esl"

// Token is a key with which a program speaks for a person. Its secret is told
// once, when it is issued.
type Token struct {
	ID       id.Token
	Person   id.Person
	Name     string // what people call it: "Nómina", "Hoja de Ana"
	Scope    authz.Scope
	IssuedAt db.Time
	EndsAt   db.Time
	UsedAt   db.Time // zero if never; exact to the hour
}

// Issue is what somebody fills in to get a token.
type Issue struct {
	Name  string
	Scope authz.Scope
	Days  int
}

func (in Issue) check() error {
	bad := errs.Bad{}
	bad.Required("name", in.Name)
	bad.Text("name", in.Name, mostTokenName)
	errs.OneOf(bad, "scope", in.Scope, authz.Write, authz.Read)
	bad.Add(in.Days >= 1 && in.Days <= mostTokenDays, "days", "account.err.days")
	return bad.Err()
}

// Issued is the payload of token.issued.
type Issued struct {
	Scope authz.Scope `json:"scope,omitempty"`
	Days  int         `json:"days"`
}

// Issue returns a new token of the actor, and its secret: "esl_7_…". Conflict
// if it has too many.
func (s *Service) Issue(ctx context.Context, a authz.Actor, in Issue) (Token, string, error) {
	in.Name = strings.TrimSpace(in.Name)
	if err := in.check(); err != nil {
		return Token{}, "", err
	}
	if err := a.MustWrite(); err != nil {
		return Token{}, "", err
	}
	secret := compose(tokenPrefix, a.Company)
	var t Token
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		n, err := countTokens(ctx, tx, a.Company, a.Person, tx.Now)
		if err != nil {
			return err
		}
		if n >= mostTokens {
			return errs.With(errs.Conflict, "account.err.too_many_tokens", errs.Args{"Most": mostTokens})
		}
		t = Token{
			ID: id.New[id.Token](), Person: a.Person, Name: in.Name, Scope: in.Scope,
			IssuedAt: tx.Now, EndsAt: db.At(tx.Now.Add(time.Duration(in.Days) * 24 * time.Hour)),
		}
		if err := insertToken(ctx, tx, t, digest(secret)); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{
			Kind: "token.issued", Actor: a.Person, Subject: string(t.ID),
			Data: fact.Encode(Issued{Scope: in.Scope, Days: in.Days}),
		})
		return nil
	})
	if err != nil {
		return Token{}, "", err
	}
	return t, secret, nil
}

// Tokens lists the tokens of p that are not revoked, newest first.
func (s *Service) Tokens(ctx context.Context, a authz.Actor, p id.Person) ([]Token, error) {
	if err := canSeeTokens(a, p); err != nil {
		return nil, err
	}
	return tokensOf(ctx, s.db, a.Company, p)
}

// Revoke ends a token, of the actor or, for the owner, of anybody. One that
// is revoked already stays so.
func (s *Service) Revoke(ctx context.Context, a authz.Actor, t id.Token) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, revoked, err := getToken(ctx, tx, a.Company, t)
		if err != nil {
			return err
		}
		if err := canRevoke(a, v); err != nil || revoked {
			return err
		}
		if err := revokeToken(ctx, tx, t); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "token.revoked", Actor: a.Person, Subject: string(t)})
		return nil
	})
}

// WhoByToken returns the person for whom a token speaks, and what it may do, with
// what others want to know of it. It is asked at every request: one statement.
func (s *Service) WhoByToken(ctx context.Context, secret string, also ...db.Also) (Visit, error) {
	c, ok := company(tokenPrefix, secret)
	if !ok {
		return Visit{}, unauthenticated()
	}
	now := s.db.Now()
	t, v, err := tokenBy(ctx, s.db, c, digest(secret), also)
	if errors.Is(err, db.ErrNotFound) {
		return Visit{}, unauthenticated()
	}
	if err != nil {
		return Visit{}, err
	}
	if !now.Before(t.EndsAt.Time) {
		return Visit{}, errs.New(errs.Unauthenticated, "account.err.token_ended")
	}
	if now.Sub(t.UsedAt.Time) >= seenEvery {
		err = s.db.InTx(ctx, c, func(tx *db.Tx) error { return useToken(ctx, tx, t.ID) })
	}
	return v, err
}
