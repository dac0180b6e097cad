package link

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// canOffer says who may shape the services of node n: its people, as those who
// do the work, and whoever leads it.
func canOffer(a authz.Actor, n id.Node) error {
	if !a.For(n) {
		return errs.New(errs.Forbidden, "link.err.not_your_node")
	}
	return a.MustWrite()
}

// CanOffer reports whether the actor may shape the services of node n.
func CanOffer(a authz.Actor, n id.Node) bool { return canOffer(a, n) == nil }

// canDeclare says who may draw a link: either end, or the owner.
func canDeclare(a authz.Actor, supplier, customer id.Node) error {
	if !a.For(supplier) && !a.For(customer) {
		return errs.New(errs.Forbidden, "link.err.not_your_node")
	}
	return a.MustWrite()
}

// canRelate says who may override the relation of a link.
func canRelate(a authz.Actor, l Link) error {
	if !a.Leading(l.Supplier) && !a.Leading(l.Customer) {
		return errs.New(errs.Forbidden, "err.leader_only")
	}
	return a.MustWrite()
}

// CanRelate reports whether the actor may override the relation of a link.
func CanRelate(a authz.Actor, l Link) bool { return canRelate(a, l) == nil }

// sideOf returns for which side the actor speaks about link l. Who belongs to
// both speaks for the supplier.
func sideOf(a authz.Actor, l Link) (Side, error) {
	if err := a.MustWrite(); err != nil {
		return "", err
	}
	switch {
	case a.In(l.Supplier):
		return SupplierSide, nil
	case a.In(l.Customer):
		return CustomerSide, nil
	case a.Owner:
		return SupplierSide, nil
	}
	return "", errs.New(errs.Forbidden, "link.err.not_your_link")
}

// canDecide says who may accept or reject what the other side proposed. Nobody
// outside signs in, so who leads our end may write down what they said.
func canDecide(a authz.Actor, t org.Tree, l Link, g Agreement) error {
	ours, theirs := l.Supplier, l.Customer
	if g.Side == CustomerSide {
		ours, theirs = theirs, ours
	}
	other, _ := t.Node(theirs)
	if a.For(theirs) || other.Outside() && a.Leading(ours) {
		return a.MustWrite()
	}
	return errs.New(errs.Forbidden, "link.err.other_side_decides")
}
