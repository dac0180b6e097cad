package org

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// AddPerson adds a person, and places it where p.Places says. Only the owner
// makes an owner; a leader adds people to what it leads.
func (s *Service) AddPerson(ctx context.Context, a authz.Actor, p Person) (Person, error) {
	p.ID, p.Name, p.Email, p.Active = id.New[id.Person](), CleanName(p.Name), CleanEmail(p.Email), true
	if err := p.check().Err(); err != nil {
		return Person{}, err
	}
	if p.Owner || len(p.Places) == 0 {
		if err := a.MustOwn(); err != nil {
			return Person{}, err
		}
	}
	for i := range p.Places {
		p.Places[i].Person = p.ID
		if err := canShape(a, p.Places[i].Node); err != nil {
			return Person{}, err
		}
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return AddPeople(ctx, tx, a.Person, p) })
	return p, err
}

// AddPeople writes checked people and their places inside the caller's
// transaction.
func AddPeople(ctx context.Context, tx *db.Tx, by id.Person, people ...Person) error {
	var facts []fact.Fact
	for _, p := range people {
		if err := insertPerson(ctx, tx, p); err != nil {
			return err
		}
		facts = append(facts, fact.Fact{Kind: "person.added", Actor: by, Subject: string(p.ID)})
		for _, l := range p.Places {
			if err := usable(ctx, tx, l.Node); err != nil {
				return err
			}
			if err := putPlace(ctx, tx, l); err != nil {
				return err
			}
			facts = append(facts, placed(by, l))
		}
	}
	fact.Record(tx, facts...)
	return nil
}

// Placed is the payload of person.placed and person.removed.
type Placed struct {
	Node  id.Node `json:"node"`
	Leads bool    `json:"leads,omitempty"`
}

func placed(by id.Person, l Place) fact.Fact {
	return fact.Fact{
		Kind: "person.placed", Actor: by, Subject: string(l.Person),
		Data: fact.Encode(Placed{Node: l.Node, Leads: l.Leads}),
	}
}

func usable(ctx context.Context, tx *db.Tx, n id.Node) error {
	v, err := GetNode(ctx, tx, tx.Company, n)
	if err != nil {
		return err
	}
	if v.Archived() {
		return errs.With(errs.Conflict, "org.err.archived", errs.Args{"Name": v.Name})
	}
	return nil
}

// ChangePerson changes the name, the address, the language, and whether p is
// an owner. People change themselves, the owner everybody. A company keeps at
// least one owner.
func (s *Service) ChangePerson(ctx context.Context, a authz.Actor, p Person) (Person, error) {
	p.Name, p.Email = CleanName(p.Name), CleanEmail(p.Email)
	if err := p.check().Err(); err != nil {
		return Person{}, err
	}
	if err := canChangePerson(a, p.ID); err != nil {
		return Person{}, err
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := GetPerson(ctx, tx, a.Company, p.ID)
		if err != nil {
			return err
		}
		if p.Owner != was.Owner || p.Email != was.Email {
			if err := a.MustOwn(); err != nil {
				return err
			}
		}
		p.Active, p.AddedAt = was.Active, was.AddedAt
		if err := updatePerson(ctx, tx, p); err != nil {
			return err
		}
		if err := keepOwner(ctx, tx); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "person.changed", Actor: a.Person, Subject: string(p.ID)})
		return nil
	})
	return p, err
}

func keepOwner(ctx context.Context, tx *db.Tx) error {
	n, err := owners(ctx, tx, tx.Company)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "org.err.last_owner")
	}
	return err
}

// SetActive lets a person out, or in again. Who is out cannot sign in; what it
// did stays with its name.
func (s *Service) SetActive(ctx context.Context, a authz.Actor, p id.Person, active bool) error {
	if err := a.MustOwn(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := GetPerson(ctx, tx, a.Company, p)
		if err != nil || was.Active == active {
			return err
		}
		was.Active = active
		if err := updatePerson(ctx, tx, was); err != nil {
			return err
		}
		if err := keepOwner(ctx, tx); err != nil {
			return err
		}
		kind := "person.deactivated"
		if active {
			kind = "person.restored"
		}
		fact.Record(tx, fact.Fact{Kind: kind, Actor: a.Person, Subject: string(p)})
		return nil
	})
}

// Place puts a person on a node, or makes it lead the node.
func (s *Service) Place(ctx context.Context, a authz.Actor, l Place) error {
	if err := canShape(a, l.Node); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if _, err := GetPerson(ctx, tx, a.Company, l.Person); err != nil {
			return err
		}
		if err := usable(ctx, tx, l.Node); err != nil {
			return err
		}
		if err := putPlace(ctx, tx, l); err != nil {
			return err
		}
		fact.Record(tx, placed(a.Person, l))
		return nil
	})
}

// Remove takes a person off a node.
func (s *Service) Remove(ctx context.Context, a authz.Actor, n id.Node, p id.Person) error {
	if err := canShape(a, n); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := deletePlace(ctx, tx, n, p)
		if err != nil || !was {
			return err
		}
		fact.Record(tx, fact.Fact{
			Kind: "person.removed", Actor: a.Person, Subject: string(p), Data: fact.Encode(Placed{Node: n}),
		})
		return nil
	})
}
