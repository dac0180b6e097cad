package route

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

func forbidden() error { return errs.New(errs.Forbidden, "route.err.forbidden") }

// canShape says who may make and change a route: who leads one of its nodes.
func canShape(a authz.Actor, nodes ...id.Node) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	for _, n := range nodes {
		if a.Leading(n) {
			return nil
		}
	}
	if a.Owner {
		return nil
	}
	return errs.New(errs.Forbidden, "route.err.leader_only")
}

// canBegin says who may begin a piece in the name of a node.
func canBegin(a authz.Actor, n id.Node) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	if !a.For(n) {
		return forbidden()
	}
	return nil
}

// canMind says who looks after a whole piece: who began it, or its node.
func canMind(a authz.Actor, p Piece) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	if a.Person != p.BegunBy && !a.For(p.Asker) {
		return forbidden()
	}
	return nil
}

// canSkip says who may skip a step: who minds the piece, or either end of what
// was asked for it.
func canSkip(a authz.Actor, p Piece, h handoff.Handoff) error {
	if err := canMind(a, p); err == nil || a.MustWrite() != nil {
		return err
	}
	if h.ID == "" || !a.For(h.Supplier) && !a.For(h.Customer) {
		return forbidden()
	}
	return nil
}

// canSplit says who may split a lot: who minds the piece, or who works on it.
func canSplit(a authz.Actor, p Piece, h handoff.Handoff) error {
	if err := canMind(a, p); err == nil || a.MustWrite() != nil {
		return err
	}
	if !a.For(h.Supplier) {
		return forbidden()
	}
	return nil
}

// canSendBack says who may send work back a step: who has it now, and, once it
// was returned, also who returned it.
func canSendBack(a authz.Actor, h handoff.Handoff) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	if !a.For(h.Supplier) && !(h.State == handoff.Returned && a.For(h.Customer)) {
		return forbidden()
	}
	return nil
}
