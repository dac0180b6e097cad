package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Person is somebody who works in the company.
type Person struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Email   string    `json:"email,omitempty" doc:"Left out for who may not see it."`
	Lang    string    `json:"lang" enum:"es,en"`
	Owner   bool      `json:"owner"`
	Active  bool      `json:"active" doc:"Who is not has left; what it did stays."`
	Access  string    `json:"access,omitempty" enum:"none,invited,seated" doc:"How far it is from signing in; only leaders and owners see it."`
	Places  []Place   `json:"places"`
	AddedAt time.Time `json:"added_at"`
}

// Place says where a person works, and whether it leads there.
type Place struct {
	Node  string `json:"node"`
	Name  string `json:"name" doc:"Of the node."`
	Leads bool   `json:"leads" doc:"It leads the node, with all below it."`
}

// NewPerson is a person to add.
type NewPerson struct {
	Name   string     `json:"name"`
	Email  string     `json:"email,omitempty" doc:"Empty for who does not sign in."`
	Lang   string     `json:"lang,omitempty" enum:"es,en" doc:"The company's if it is left out."`
	Owner  bool       `json:"owner,omitempty"`
	Places []NewPlace `json:"places,omitempty"`
}

// NewPlace is where a new person will work.
type NewPlace struct {
	Node  string `json:"node"`
	Leads bool   `json:"leads,omitempty"`
}

// PersonChange changes a person; what is left out stays.
type PersonChange struct {
	Name   *string `json:"name,omitempty"`
	Email  *string `json:"email,omitempty"`
	Lang   *string `json:"lang,omitempty" enum:"es,en"`
	Owner  *bool   `json:"owner,omitempty"`
	Active *bool   `json:"active,omitempty" doc:"False when it leaves."`
}

// Placing says whether the person leads the node.
type Placing struct {
	Leads bool `json:"leads,omitempty"`
}

// Invitation lets a person in for the first time. Its secret is told once.
type Invitation struct {
	Secret string `json:"secret"`
	URL    string `json:"url" doc:"The page on which the person uses it."`
}

type peopleIn struct {
	Paging
	Node string `query:"node" doc:"Only who works on this node, or leads it."`
	Q    string `query:"q" doc:"A part of the name."`
	Left bool   `query:"left" doc:"Who has left, too."`
}

func (in peopleIn) wants(p org.Person) bool {
	here := in.Node == "" || slices.ContainsFunc(p.Places, func(l org.Place) bool { return string(l.Node) == in.Node })
	return here && (in.Left || p.Active) && like(p.Name, in.Q)
}

type AtPlace struct {
	ByID
	Node string `path:"node"`
}

func (f *surface) people() {
	const tag = "organisation"
	on(f, tag, route{method: http.MethodGet, path: "/people", id: "list-people", summary: "The people, by name"}, f.listPeople)
	on(f, tag, route{
		method: http.MethodPost, path: "/people", id: "add-person", summary: "Add a person", status: http.StatusCreated,
		detail: "The owner adds anybody; a leader adds people to what it leads.",
	}, f.addPerson)
	on(f, tag, route{method: http.MethodGet, path: "/people/{id}", id: "person", summary: "One person"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Person], error) {
			return f.person(ctx, a, id.Person(in.ID))
		})
	on(f, tag, route{
		method: http.MethodPatch, path: "/people/{id}", id: "change-person", summary: "Change a person",
		detail: "People change their own name and language; the owner changes everything.",
	}, f.changePerson)
	on(f, tag, route{
		method: http.MethodPut, path: "/people/{id}/places/{node}", id: "place-person", summary: "Put a person on a node",
		status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *struct {
		AtPlace
		Body *Placing
	},
	) (*out[Person], error) {
		leads := in.Body != nil && in.Body.Leads
		err := f.Org.Place(ctx, a, org.Place{Node: id.Node(in.Node), Person: id.Person(in.ID), Leads: leads})
		if err != nil {
			return nil, err
		}
		return f.person(ctx, a, id.Person(in.ID))
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/people/{id}/places/{node}", id: "remove-person", summary: "Take a person off a node",
	}, func(ctx context.Context, a authz.Actor, in *AtPlace) (*nothing, error) {
		p, err := f.Org.Person(ctx, a, id.Person(in.ID))
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(p.Places, func(l org.Place) bool { return string(l.Node) == in.Node }) {
			return nil, errs.New(errs.NotFound, "org.err.no_node")
		}
		return nil, f.Org.Remove(ctx, a, id.Node(in.Node), p.ID)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/people/{id}/invitation", id: "invite", summary: "Invite a person to sign in",
		status: http.StatusCreated, secret: true, detail: "An earlier invitation of the person opens nothing any more.",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Invitation], error) {
		s, err := f.Accounts.Invite(ctx, a, id.Person(in.ID))
		if err != nil {
			return nil, err
		}
		return answer(Invitation{Secret: s, URL: f.InviteURL(s)}, nil)
	})
	on(f, tag, route{
		method: http.MethodDelete, path: "/people/{id}/sessions", id: "end-sessions-of", summary: "Sign a person out everywhere",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		p, err := f.Org.Person(ctx, a, id.Person(in.ID))
		if err != nil {
			return nil, err
		}
		return nil, f.Accounts.EndSessionsOf(ctx, a, p.ID)
	})
}

func (f *surface) listPeople(ctx context.Context, a authz.Actor, in *peopleIn) (*out[page[Person]], error) {
	people, err := f.Org.People(ctx, a)
	if err != nil {
		return nil, err
	}
	tree, err := f.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	access, err := f.access(ctx, a)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p org.Person) bool { return !in.wants(p) })
	return cut(people, in.Paging, func(p org.Person) string { return string(p.ID) },
		func(p org.Person) Person { return personOf(p, tree, access(p.ID)) })
}

// access returns how far each person is from signing in, or nothing for who
// may not know.
func (f *surface) access(ctx context.Context, a authz.Actor) (func(id.Person) string, error) {
	if !a.Owner && len(a.Leads) == 0 {
		return func(id.Person) string { return "" }, nil
	}
	of, err := f.Accounts.Accesses(ctx, a)
	return func(p id.Person) string {
		if s, ok := of[p]; ok {
			return string(s)
		}
		return noAccess
	}, err
}

const noAccess = "none"

func (f *surface) person(ctx context.Context, a authz.Actor, p id.Person) (*out[Person], error) {
	v, err := f.Org.Person(ctx, a, p)
	if err != nil {
		return nil, err
	}
	tree, err := f.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	access, err := f.access(ctx, a)
	if err != nil {
		return nil, err
	}
	return answer(personOf(v, tree, access(p)), nil)
}

func (f *surface) addPerson(ctx context.Context, a authz.Actor, in *body[NewPerson]) (*out[Person], error) {
	b := in.Body
	if b.Lang == "" {
		c, err := f.Settings.Company(ctx, a)
		if err != nil {
			return nil, err
		}
		b.Lang = c.Lang
	}
	p, err := f.Org.AddPerson(ctx, a, org.Person{
		Name: b.Name, Email: b.Email, Lang: b.Lang, Owner: b.Owner, Places: each(b.Places, func(l NewPlace) org.Place {
			return org.Place{Node: id.Node(l.Node), Leads: l.Leads}
		}),
	})
	if err != nil {
		return nil, ofField(err, "places")
	}
	return f.person(ctx, a, p.ID)
}

func (f *surface) changePerson(ctx context.Context, a authz.Actor, in *idBody[PersonChange]) (*out[Person], error) {
	b := in.Body
	p, err := f.Org.Person(ctx, a, id.Person(in.ID))
	if err != nil {
		return nil, err
	}
	if b.Name != nil || b.Email != nil || b.Lang != nil || b.Owner != nil {
		p.Name, p.Email, p.Lang, p.Owner = or(b.Name, p.Name), or(b.Email, p.Email), or(b.Lang, p.Lang), or(b.Owner, p.Owner)
		if _, err := f.Org.ChangePerson(ctx, a, p); err != nil {
			return nil, err
		}
	}
	if b.Active != nil {
		if err := f.Org.SetActive(ctx, a, p.ID, *b.Active); err != nil {
			return nil, err
		}
	}
	return f.person(ctx, a, p.ID)
}

// ofField turns "there is no such record" into what is wrong with a field: the
// address of the request was right.
func ofField(err error, field string) error {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.NotFound {
		return errs.Field(field, e.Key)
	}
	return err
}

func personOf(p org.Person, t org.Tree, access string) Person {
	return Person{
		ID: string(p.ID), Name: p.Name, Email: p.Email, Lang: p.Lang, Owner: p.Owner, Active: p.Active, Access: access,
		AddedAt: p.AddedAt.Time, Places: each(p.Places, func(l org.Place) Place {
			return Place{Node: string(l.Node), Name: t.Name(l.Node), Leads: l.Leads}
		}),
	}
}
