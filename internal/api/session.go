package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

// SignIn is how somebody enters.
type SignIn struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Company  int64  `json:"company,omitempty" doc:"The company to enter, for who has several; else the first."`
	Device   string `json:"device,omitempty" doc:"What the list of sessions calls it; else the User-Agent."`
}

// Entered is an open session. Its cookie is in the header Set-Cookie.
type Entered struct {
	Company int64     `json:"company"`
	Person  string    `json:"person"`
	EndsAt  time.Time `json:"ends_at"`
}

// Me is who asks.
type Me struct {
	Person    Person    `json:"person"`
	Company   Company   `json:"company"`
	Scope     string    `json:"scope" enum:"write,read" doc:"What this session or token may do."`
	Nodes     []Place   `json:"nodes" doc:"Where the person works, or leads."`
	Leads     []string  `json:"leads" doc:"The nodes that it leads, with all below them."`
	Companies []Seat    `json:"companies" doc:"The companies that it may enter."`
	Unread    int       `json:"unread" doc:"Lines of the bell not read yet; counting stops at 100."`
	Counts    DayCounts `json:"counts"`
}

// Seat is a company that somebody may enter.
type Seat struct {
	Company int64  `json:"company"`
	Name    string `json:"name"`
	Current bool   `json:"current"`
}

// DayCounts are how many handoffs each box of the day holds.
type DayCounts struct {
	Owe      int `json:"owe" doc:"What others wait for; counting stops at 100."`
	Owed     int `json:"owed" doc:"What the person waits for."`
	ToAccept int `json:"to_accept" doc:"What was delivered and waits for acceptance."`
}

// Switch is the company to go on in.
type Switch struct {
	Company int64 `json:"company"`
}

// Session is a place where the person is signed in.
type Session struct {
	ID        string    `json:"id"`
	Company   int64     `json:"company"`
	Device    string    `json:"device"`
	Current   bool      `json:"current" doc:"It is the one that asks."`
	StartedAt time.Time `json:"started_at"`
	SeenAt    time.Time `json:"seen_at"`
	EndsAt    time.Time `json:"ends_at"`
}

// NewPassword changes the password of who is signed in.
type NewPassword struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// Invited is what is behind the link of an invitation.
type Invited struct {
	Company string `json:"company"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Known   bool   `json:"known" doc:"The address signs in already: its password is asked for, not a new one."`
}

// Join is how a guest comes in.
type Join struct {
	Password string `json:"password" doc:"A new one, or the one that the address has."`
	Device   string `json:"device,omitempty"`
}

func (f *surface) sessions() {
	const tag = "session"
	on(f, tag, route{
		method: http.MethodPost, path: "/session", id: "sign-in", summary: "Sign in", public: true, status: http.StatusOK,
		detail: "Answers with a session cookie. Programs use a token instead.",
	}, func(ctx context.Context, _ authz.Actor, in *body[SignIn]) (*out[Entered], error) {
		r := callOf(ctx).r
		return f.entered(ctx)(f.Accounts.SignIn(ctx, account.SignIn{
			Email: in.Body.Email, Password: in.Body.Password, Company: id.Company(in.Body.Company),
			Device: cmp.Or(in.Body.Device, r.UserAgent()), Address: httpx.Address(r),
		}))
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/session", id: "sign-out", summary: "Sign out", public: true,
	}, func(ctx context.Context, _ authz.Actor, _ *nothing) (*nothing, error) {
		c := callOf(ctx)
		httpx.ClearSession(c.w, c.r)
		if s := httpx.Session(c.r); s != "" {
			return nil, f.Accounts.SignOut(ctx, s)
		}
		return nil, nil
	})
	on(f, tag, route{method: http.MethodGet, path: "/me", id: "me", summary: "Who asks, and what waits for it"}, f.me)
	on(f, tag, route{
		method: http.MethodPost, path: "/me/company", id: "switch", summary: "Go on in another company",
		status: http.StatusOK, detail: "Ends the session and opens one there. A token stays in its company.", secret: true,
	}, func(ctx context.Context, _ authz.Actor, in *body[Switch]) (*out[Entered], error) {
		return f.entered(ctx)(f.Accounts.Switch(ctx, httpx.Session(callOf(ctx).r), id.Company(in.Body.Company)))
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/me/password", id: "change-password", summary: "Change one's own password",
		detail: "Ends all other sessions.", status: http.StatusNoContent,
	}, func(ctx context.Context, a authz.Actor, in *body[NewPassword]) (*nothing, error) {
		r := callOf(ctx).r
		return nil, f.Accounts.ChangePassword(ctx, a, account.Change{
			Old: in.Body.Old, New: in.Body.New, Cookie: httpx.Session(r), Address: httpx.Address(r),
		})
	})
	on(f, tag, route{method: http.MethodGet, path: "/sessions", id: "list-sessions", summary: "Where one is signed in"},
		func(ctx context.Context, a authz.Actor, in *Paging) (*out[page[Session]], error) {
			all, err := f.Accounts.Sessions(ctx, a, httpx.Session(callOf(ctx).r))
			if err != nil {
				return nil, err
			}
			return cut(all, *in, func(s account.Session) string { return s.ID }, sessionOf)
		})
	on(f, tag, route{
		method: http.MethodDelete, path: "/sessions", id: "end-sessions", summary: "Sign out everywhere else",
	}, func(ctx context.Context, a authz.Actor, _ *nothing) (*nothing, error) {
		return nil, f.Accounts.EndEverywhere(ctx, a, httpx.Session(callOf(ctx).r))
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/sessions/{id}", id: "end-session", summary: "Sign out in one place",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		all, err := f.Accounts.Sessions(ctx, a, "")
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, func(s account.Session) bool { return s.ID == in.ID }) {
			return nil, errs.New(errs.NotFound, "err.not_found")
		}
		return nil, f.Accounts.EndSession(ctx, a, in.ID)
	})
	f.invitations(tag)
	f.resets(tag)
}

// Forgotten asks for a mail with a link to a new password.
type Forgotten struct {
	Email string `json:"email"`
}

// Resetting chooses a new password.
type Resetting struct {
	Password string `json:"password"`
}

// BySecret is a request about what a secret opens.
type BySecret struct {
	Secret string `path:"secret" doc:"The secret of the link."`
}

func (f *surface) invitations(tag string) {
	on(f, tag, route{
		method: http.MethodGet, path: "/invitations/{secret}", id: "invitation", summary: "What an invitation is to",
		public: true,
	}, func(ctx context.Context, _ authz.Actor, in *BySecret) (*out[Invited], error) {
		v, err := f.Accounts.Invited(ctx, in.Secret)
		return answer(Invited{Company: v.Company, Name: v.Name, Email: v.Email, Known: v.Known}, err)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/invitations/{secret}", id: "join", summary: "Use an invitation", public: true,
		detail: "Answers with a session cookie. An invitation works once.", status: http.StatusOK,
	}, func(ctx context.Context, _ authz.Actor, in *struct {
		BySecret
		Body Join
	},
	) (*out[Entered], error) {
		r := callOf(ctx).r
		return f.entered(ctx)(f.Accounts.Accept(ctx, account.Accept{
			Secret: in.Secret, Password: in.Body.Password, Device: cmp.Or(in.Body.Device, r.UserAgent()), Address: httpx.Address(r),
		}))
	})
}

func (f *surface) resets(tag string) {
	on(f, tag, route{
		method: http.MethodPost, path: "/resets", id: "forgot-password", summary: "Ask for a link to a new password",
		detail: "It goes out by mail. The answer is the same whether the address is known or not.",
		public: true, status: http.StatusNoContent,
	}, func(ctx context.Context, _ authz.Actor, in *body[Forgotten]) (*nothing, error) {
		return nil, f.Accounts.AskReset(ctx, in.Body.Email, httpx.Address(callOf(ctx).r))
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/resets/{secret}", id: "can-reset", summary: "Whether a link still opens something",
		public: true, status: http.StatusNoContent,
	}, func(ctx context.Context, _ authz.Actor, in *BySecret) (*nothing, error) {
		return nil, f.Accounts.CanReset(ctx, in.Secret)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/resets/{secret}", id: "reset-password", summary: "Choose a new password",
		detail: "A link works once, for an hour. All sessions of the account end.", public: true, status: http.StatusNoContent,
	}, func(ctx context.Context, _ authz.Actor, in *struct {
		BySecret
		Body Resetting
	},
	) (*nothing, error) {
		return nil, f.Accounts.Reset(ctx, in.Secret, in.Body.Password)
	})
}

// entered gives the browser the cookie of a session that was opened.
func (f *surface) entered(ctx context.Context) func(account.Signed, error) (*out[Entered], error) {
	return func(s account.Signed, err error) (*out[Entered], error) {
		if err == nil {
			c := callOf(ctx)
			httpx.SetSession(c.w, c.r, s.Cookie, s.EndsAt.Time)
		}
		return answer(Entered{Company: int64(s.Company), Person: string(s.Person), EndsAt: s.EndsAt.Time}, err)
	}
}

func sessionOf(s account.Session) Session {
	return Session{
		ID: s.ID, Company: int64(s.Company), Device: s.Device, Current: s.Current,
		StartedAt: s.StartedAt.Time, SeenAt: s.SeenAt.Time, EndsAt: s.EndsAt.Time,
	}
}

func (f *surface) me(ctx context.Context, a authz.Actor, _ *nothing) (*out[Me], error) {
	p, err := f.Org.Person(ctx, a, a.Person)
	if err != nil {
		return nil, err
	}
	c, err := f.Settings.Company(ctx, a)
	if err != nil {
		return nil, err
	}
	tree, err := f.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	seats, err := f.Accounts.Companies(ctx, a)
	if err != nil {
		return nil, err
	}
	unread, err := notify.Unread(ctx, f.DB, a)
	if err != nil {
		return nil, err
	}
	n, err := f.Handoffs.Counts(ctx, a)
	person := personOf(p, tree, "")
	b := Me{
		Person: person, Company: companyOf(c), Scope: scopeOf(a.Scope), Nodes: person.Places,
		Leads: texts[string](a.Leads), Unread: unread, Counts: countsOf(n),
		Companies: each(seats, func(s account.Choice) Seat {
			return Seat{Company: int64(s.Company), Name: s.Name, Current: s.Company == a.Company}
		}),
	}
	return answer(b, err)
}

func countsOf(n handoff.Counts) DayCounts {
	return DayCounts{Owe: n.Owe, Owed: n.Owed, ToAccept: n.ToAccept}
}

func scopeOf(s authz.Scope) string {
	if s == authz.Read {
		return "read"
	}
	return "write"
}
