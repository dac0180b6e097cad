// Package authz says who acts. The rules live in each domain's can.go.
package authz

import (
	"slices"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Actor is the person on whose behalf a use case runs. Every use case takes
// one, so that no caller can forget whose company it works in.
type Actor struct {
	Company id.Company
	Person  id.Person
	Name    string
	Lang    string    // in which it reads
	Owner   bool      // may do whatever anybody of the company may
	Nodes   []id.Node // the posts it works on and the nodes it speaks for
	Leads   []id.Node // the nodes it leads, with all that is below them
	Own     []id.Node // the nodes it was put on by name: posts, and what it leads
	Scope   Scope
}

// Scope is what a token may do; a person who signs in may do all.
type Scope string

// The scopes.
const (
	Write Scope = ""     // read and write
	Read  Scope = "read" // read only
)

// In reports whether the actor works on node n, speaks for it or leads it.
func (a Actor) In(n id.Node) bool {
	return slices.Contains(a.Nodes, n) || slices.Contains(a.Leads, n)
}

// Leading reports whether the actor leads node n: as its leader, as the leader
// of something above it, or as the owner.
func (a Actor) Leading(n id.Node) bool { return a.Owner || slices.Contains(a.Leads, n) }

// For reports whether the actor may act for node n: it belongs to it, leads
// it, or owns the company.
func (a Actor) For(n id.Node) bool { return a.Owner || a.In(n) }

// All returns the nodes of the actor, without repeating any.
func (a Actor) All() []id.Node {
	out := make([]id.Node, 0, len(a.Nodes)+len(a.Leads))
	seen := make(map[id.Node]bool, cap(out))
	for _, n := range slices.Concat(a.Nodes, a.Leads) {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// MustOwn returns an error unless the actor may shape the company itself.
func (a Actor) MustOwn() error {
	if !a.Owner {
		return errs.New(errs.Forbidden, "err.owner_only")
	}
	return a.MustWrite()
}

// MustLead returns an error unless the actor leads node n.
func (a Actor) MustLead(n id.Node) error {
	if !a.Leading(n) {
		return errs.New(errs.Forbidden, "err.leader_only")
	}
	return a.MustWrite()
}

// MustWrite returns an error if the actor came with a token that only reads.
func (a Actor) MustWrite() error {
	if a.Scope == Read {
		return errs.New(errs.Forbidden, "err.read_only")
	}
	return nil
}
