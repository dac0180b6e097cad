package org

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// canShape says who may change the tree at node n or below it: the owner
// anywhere, a leader below what it leads.
func canShape(a authz.Actor, n id.Node) error {
	if n == "" {
		return a.MustOwn()
	}
	return a.MustLead(n)
}

// CanShape reports whether the actor may change the tree at node n or below it;
// "" is the top.
func CanShape(a authz.Actor, n id.Node) bool { return canShape(a, n) == nil }

// canSeeEmail says who may read the address of p: itself, the owner, and who
// leads something.
func canSeeEmail(a authz.Actor, p id.Person) bool {
	return a.Owner || a.Person == p || len(a.Leads) > 0
}

// canChangePerson says who may change the name and language of p.
func canChangePerson(a authz.Actor, p id.Person) error {
	if a.Person != p && !a.Owner {
		return errs.New(errs.Forbidden, "err.owner_only")
	}
	return a.MustWrite()
}

// CanChangePerson reports whether the actor may change the name and language
// of p; its address, and whether it is an owner, only an owner may.
func CanChangePerson(a authz.Actor, p id.Person) bool { return canChangePerson(a, p) == nil }
