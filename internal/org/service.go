package org

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Service holds the use cases.
type Service struct{ db *db.DB }

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d} }

// Tree returns the nodes of the actor's company.
func (s *Service) Tree(ctx context.Context, a authz.Actor) (Tree, error) {
	return LoadTree(ctx, s.db, a.Company)
}

// Branch returns the part of the tree that a node stands in: itself, all above
// it and all below it.
func (s *Service) Branch(ctx context.Context, a authz.Actor, n id.Node) (Tree, error) {
	return LoadBranch(ctx, s.db, a.Company, n)
}

// Around returns the part of the tree that says how two nodes stand to each
// other: they and all above them.
func (s *Service) Around(ctx context.Context, a authz.Actor, x, y id.Node) (Tree, error) {
	return LoadAbove(ctx, s.db, a.Company, x, y)
}

// People lists everybody of the actor's company by name, with their places.
// Addresses are left out for who may not see them.
func (s *Service) People(ctx context.Context, a authz.Actor) ([]Person, error) {
	people, err := LoadPeople(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	sorter := i18n.Sorter()
	slices.SortStableFunc(people, func(x, y Person) int { return sorter(x.Name, y.Name) })
	for i := range people {
		if !canSeeEmail(a, people[i].ID) {
			people[i].Email = ""
		}
	}
	return people, nil
}

// Person returns one person with its places, or NotFound.
func (s *Service) Person(ctx context.Context, a authz.Actor, p id.Person) (Person, error) {
	out, err := GetPerson(ctx, s.db, a.Company, p)
	if err != nil {
		return Person{}, err
	}
	out.Places, err = db.All(ctx, s.db, (*Place).dest, `
		SELECT node, person, leads FROM place WHERE company = ? AND person = ? ORDER BY node LIMIT ?`, a.Company, p, most)
	if !canSeeEmail(a, p) {
		out.Email = ""
	}
	return out, err
}

// Names returns the names of people of the actor's company, also of those who
// have left.
func (s *Service) Names(ctx context.Context, a authz.Actor, people ...id.Person) (map[id.Person]string, error) {
	return Names(ctx, s.db, a.Company, people...)
}

// AddNode adds a node: ID is made, the rest comes from n. Invalid if a sibling
// has that name, NotFound if the parent does not exist.
func (s *Service) AddNode(ctx context.Context, a authz.Actor, n Node) (Node, error) {
	n.ID, n.Name = id.New[id.Node](), CleanName(n.Name)
	if err := n.check().Err(); err != nil {
		return Node{}, err
	}
	if err := canShape(a, n.Parent); err != nil {
		return Node{}, err
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if err := s.fits(ctx, tx, n); err != nil {
			return err
		}
		return AddNodes(ctx, tx, a.Person, n)
	})
	return n, err
}

// AddNodes writes checked nodes, parents first, inside the caller's transaction.
func AddNodes(ctx context.Context, tx *db.Tx, by id.Person, nodes ...Node) error {
	if err := insertNodes(ctx, tx, nodes); err != nil {
		return err
	}
	facts := make([]fact.Fact, len(nodes))
	for i, n := range nodes {
		facts[i] = fact.Fact{Kind: "node.added", Actor: by, Subject: string(n.ID)}
	}
	fact.Record(tx, facts...)
	return nil
}

// fits reports what is wrong with the place of n in the tree: no such parent, a
// parent of its own offspring, or a sibling with the same name.
func (s *Service) fits(ctx context.Context, tx *db.Tx, n Node) error {
	t, err := LoadTree(ctx, tx, tx.Company)
	if err != nil {
		return err
	}
	bad := errs.Bad{}
	if n.Parent != "" {
		p, ok := t.Node(n.Parent)
		bad.Add(ok && !p.Archived(), "parent", "org.err.no_node")
		bad.Add(!p.Outside(), "parent", "org.err.outside_parent")
		bad.Add(n.ID != n.Parent && !t.Above(n.ID, n.Parent), "parent", "org.err.ring")
	}
	for _, sibling := range t.Children(n.Parent) {
		same := sibling.ID != n.ID && !sibling.Archived() && i18n.Fold(sibling.Name) == i18n.Fold(n.Name)
		bad.Add(!same, "name", "org.err.twin")
	}
	return bad.Err()
}

// ChangeNode renames a node or moves it in the tree. What is outside stays so.
func (s *Service) ChangeNode(ctx context.Context, a authz.Actor, n Node) (Node, error) {
	n.Name = CleanName(n.Name)
	if err := n.check().Err(); err != nil {
		return Node{}, err
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := GetNode(ctx, tx, a.Company, n.ID)
		if err != nil {
			return err
		}
		if err := canShape(a, was.ID); err != nil {
			return err
		}
		if n.Parent != was.Parent {
			if err := canShape(a, n.Parent); err != nil {
				return err
			}
		}
		if was.Outside() != n.Outside() {
			return errs.Field("kind", "org.err.in_and_out")
		}
		if err := s.fits(ctx, tx, n); err != nil {
			return err
		}
		n.AddedAt, n.ArchivedAt = was.AddedAt, was.ArchivedAt
		if err := updateNode(ctx, tx, n); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "node.changed", Actor: a.Person, Subject: string(n.ID)})
		return nil
	})
	return n, err
}

// ArchiveNode closes a node to new work; its history stays. Conflict if
// something below it is still open.
func (s *Service) ArchiveNode(ctx context.Context, a authz.Actor, n id.Node, archived bool) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := GetNode(ctx, tx, a.Company, n)
		if err != nil {
			return err
		}
		if err := canShape(a, n); err != nil {
			return err
		}
		if was.Archived() == archived {
			return nil
		}
		t, err := LoadTree(ctx, tx, a.Company)
		if err != nil {
			return err
		}
		for _, child := range t.Children(n) {
			if archived && !child.Archived() {
				return errs.With(errs.Conflict, "org.err.open_below", errs.Args{"Name": child.Name})
			}
		}
		kind := "node.restored"
		if was.ArchivedAt = (db.Time{}); archived {
			was.ArchivedAt, kind = tx.Now, "node.archived"
		} else if err := s.fits(ctx, tx, was); err != nil {
			return err
		}
		if err := updateNode(ctx, tx, was); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: kind, Actor: a.Person, Subject: string(n)})
		return nil
	})
}
