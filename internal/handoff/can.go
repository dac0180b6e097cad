package handoff

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// by says which end of the link takes a handoff to each state. It is the only
// place that knows.
var by = map[State]func(Handoff) id.Node{
	Asked:              Handoff.customer,
	Taken:              Handoff.supplier,
	Delivered:          Handoff.supplier,
	Accepted:           Handoff.customer,
	AcceptedWithRemark: Handoff.customer,
	Returned:           Handoff.customer,
	Declined:           Handoff.supplier,
	Cancelled:          Handoff.customer,
}

func (h Handoff) supplier() id.Node { return h.Supplier }
func (h Handoff) customer() id.Node { return h.Customer }

// can says who may take h to a state. For somebody else ("by phone") either
// end may write down what the customer decided; everybody sees who did.
func can(a authz.Actor, to State, h Handoff, behalf Behalf) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	end, ok := by[to]
	if ok && a.For(end(h)) {
		return nil
	}
	decides := to == Accepted || to == AcceptedWithRemark || to == Returned
	if decides && behalf.Given() && a.For(h.Supplier) {
		return nil
	}
	return errs.New(errs.Forbidden, "handoff.err.forbidden")
}

// canServe says who may assign, redirect and order the work of the supplier.
func canServe(a authz.Actor, h Handoff) error {
	if !a.For(h.Supplier) {
		return errs.New(errs.Forbidden, "handoff.err.forbidden")
	}
	return a.MustWrite()
}

// canChange says who may change what was asked: who asked for it.
func canChange(a authz.Actor, h Handoff) error {
	if !a.For(h.Customer) && a.Person != h.AskedBy {
		return errs.New(errs.Forbidden, "handoff.err.forbidden")
	}
	return a.MustWrite()
}

// CanAccept reports whether the actor may accept h itself, and CanBehalf
// whether it may write down the acceptance of somebody else.
func CanAccept(a authz.Actor, h Handoff) bool {
	return h.State == Delivered && can(a, Accepted, h, Behalf{}) == nil
}

// CanBehalf reports whether the actor may write down what the customer said.
func CanBehalf(a authz.Actor, h Handoff) bool {
	return h.State == Delivered && a.MustWrite() == nil && (a.For(h.Supplier) || a.For(h.Customer))
}

// CanServe reports whether the actor may assign or redirect h.
func CanServe(a authz.Actor, h Handoff) bool { return h.State.Open() && canServe(a, h) == nil }

// CanChange reports whether the actor may change what was asked.
func CanChange(a authz.Actor, h Handoff) bool { return h.State.Open() && canChange(a, h) == nil }
