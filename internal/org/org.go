// Package org keeps what a company is made of: its people, its areas, teams
// and posts, and the customers and suppliers outside, where its chains end.
package org

import (
	"net/mail"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Person is somebody who works in the company.
type Person struct {
	ID      id.Person
	Name    string
	Email   string // folded to lower case; empty for who does not sign in
	Lang    string // "es" or "en"
	Owner   bool
	Active  bool
	AddedAt db.Time
	Places  []Place // where it works, filled by the lists that say so
}

// Place says that a person works on a node, or leads it with all below it.
type Place struct {
	Node   id.Node
	Person id.Person
	Leads  bool
}

// Kind says what a node is.
type Kind string

// The kinds of node; the last two are outside.
const (
	Area     Kind = "area"
	Team     Kind = "team"
	Post     Kind = "post"
	Customer Kind = "customer"
	Supplier Kind = "supplier"
)

// Kinds lists every kind of node.
var Kinds = []Kind{Area, Team, Post, Customer, Supplier}

// Node is one end of a link.
type Node struct {
	ID         id.Node
	Kind       Kind
	Name       string
	Parent     id.Node // empty directly below the company, and outside
	Position   int     // among its siblings, as people put them
	AddedAt    db.Time
	ArchivedAt db.Time
}

// Outside reports whether the node is not part of the company.
func (n Node) Outside() bool { return n.Kind == Customer || n.Kind == Supplier }

// Archived reports whether the node takes no new work.
func (n Node) Archived() bool { return !n.ArchivedAt.IsZero() }

const (
	mostName     = 120
	mostEmail    = 254
	mostPosition = 1_000_000
)

func (n Node) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("name", n.Name)
	bad.Text("name", n.Name, mostName)
	errs.OneOf(bad, "kind", n.Kind, Kinds...)
	bad.Add(!n.Outside() || n.Parent == "", "parent", "org.err.outside_parent")
	bad.Add(n.Parent == "" || n.Parent != n.ID, "parent", "org.err.ring")
	bad.Add(n.Position >= 0 && n.Position <= mostPosition, "position", "err.unknown")
	return bad
}

func (p Person) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("name", p.Name)
	bad.Text("name", p.Name, mostName)
	bad.Text("email", p.Email, mostEmail)
	bad.Add(p.Email == "" || isEmail(p.Email), "email", "org.err.email")
	bad.Add(!p.Owner || p.Email != "", "email", "org.err.owner_email")
	bad.Add(slices.Contains(i18n.Langs, p.Lang), "lang", "err.unknown")
	return bad
}

// Check reports what is wrong with a person before AddPeople.
func (p Person) Check() errs.Bad { return p.check() }

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, host, _ := strings.Cut(s, "@")
	return strings.Contains(host, ".") || host == "localhost"
}

// CleanEmail returns an e-mail address in the form in which we compare it.
func CleanEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// CleanName returns a name without the blanks around and inside it.
func CleanName(s string) string { return strings.Join(strings.Fields(s), " ") }
