package account

import (
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// canSeeTokens says who may list the tokens of p: itself, and the owner.
func canSeeTokens(a authz.Actor, p id.Person) error {
	if a.Owner || a.Person == p {
		return nil
	}
	return errs.New(errs.Forbidden, "err.owner_only")
}

// canRevoke says who may revoke a token. For anybody else it is not there.
func canRevoke(a authz.Actor, t Token) error {
	if !a.Owner && a.Person != t.Person {
		return errs.New(errs.NotFound, "account.err.no_token")
	}
	return a.MustWrite()
}

// canEnd says who may end the sessions of p in the company.
func canEnd(a authz.Actor, p id.Person) error {
	if a.Person == p {
		return a.MustWrite()
	}
	return a.MustOwn()
}

// canInvite says who may invite g. Who invites sees the link, and so could
// enter as the guest: a leader invites only people who work nowhere but below
// it, and nobody but an owner invites an owner.
func canInvite(a authz.Actor, g guest) error {
	if a.Owner {
		return a.MustWrite()
	}
	for _, n := range g.places {
		if !slices.Contains(a.Leads, n) {
			return errs.New(errs.Forbidden, "err.leader_only")
		}
	}
	if g.owner || len(g.places) == 0 {
		return errs.New(errs.Forbidden, "err.owner_only")
	}
	return a.MustWrite()
}

// CanInvite reports whether the actor may invite somebody who works on places,
// or leads them.
func CanInvite(a authz.Actor, owner bool, places []id.Node) bool {
	return canInvite(a, guest{owner: owner, places: places}) == nil
}
