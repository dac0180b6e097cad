package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
)

// Token is a key with which a program speaks for a person.
type Token struct {
	ID       string    `json:"id"`
	Person   string    `json:"person"`
	Name     string    `json:"name"`
	Scope    string    `json:"scope" enum:"write,read"`
	IssuedAt time.Time `json:"issued_at"`
	EndsAt   time.Time `json:"ends_at"`
	UsedAt   time.Time `json:"used_at,omitzero" doc:"Exact to the hour; left out if never."`
}

// NewToken is a token to issue.
type NewToken struct {
	Name  string `json:"name" doc:"What people call it."`
	Scope string `json:"scope,omitempty" enum:"write,read" doc:"write if it is left out."`
	Days  int    `json:"days" doc:"How long it lasts, 365 at most."`
}

// Issued is a new token with its secret, which is told once.
type Issued struct {
	Token

	Secret string `json:"secret" doc:"For the header Authorization: Bearer."`
}

type tokensIn struct {
	Paging
	Person string `query:"person" doc:"Whose; one's own if it is left out. The owner sees those of everybody."`
}

func (f *surface) tokens() {
	const tag = "tokens"
	on(f, tag, route{method: http.MethodGet, path: "/tokens", id: "list-tokens", summary: "Tokens, newest first"},
		func(ctx context.Context, a authz.Actor, in *tokensIn) (*out[page[Token]], error) {
			p := id.Person(in.Person)
			if p == "" {
				p = a.Person
			}
			all, err := f.Accounts.Tokens(ctx, a, p)
			if err != nil {
				return nil, err
			}
			return cut(all, in.Paging, func(t account.Token) string { return string(t.ID) }, tokenOf)
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/tokens", id: "issue-token", summary: "Issue a token for oneself",
		status: http.StatusCreated, secret: true,
	}, func(ctx context.Context, a authz.Actor, in *body[NewToken]) (*out[Issued], error) {
		b := in.Body
		scope := authz.Scope(b.Scope)
		if b.Scope == scopeOf(authz.Write) {
			scope = authz.Write
		}
		t, s, err := f.Accounts.Issue(ctx, a, account.Issue{Name: b.Name, Scope: scope, Days: b.Days})
		return answer(Issued{tokenOf(t), s}, err)
	})
	on(f, tag, route{method: http.MethodDelete, path: "/tokens/{id}", id: "revoke-token", summary: "End a token"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
			return nil, f.Accounts.Revoke(ctx, a, id.Token(in.ID))
		})
}

func tokenOf(t account.Token) Token {
	return Token{
		ID: string(t.ID), Person: string(t.Person), Name: t.Name, Scope: scopeOf(t.Scope),
		IssuedAt: t.IssuedAt.Time, EndsAt: t.EndsAt.Time, UsedAt: t.UsedAt.Time,
	}
}
