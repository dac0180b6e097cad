package absence

import (
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// can says who may announce and end an absence of p, who works on the nodes
// given: p itself, the owner, and who leads one of the nodes.
func can(a authz.Actor, p id.Person, on []id.Node) error {
	if a.Person != p && !slices.ContainsFunc(on, a.Leading) && !a.Owner {
		return errs.New(errs.Forbidden, "err.leader_only")
	}
	return a.MustWrite()
}

// Can reports whether the actor may announce an absence of p, who works on the
// nodes given.
func Can(a authz.Actor, p id.Person, on []id.Node) bool { return can(a, p, on) == nil }
