package rating

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
)

// canRate: each end speaks for itself, and nobody of his own work.
func canRate(a authz.Actor, side Side, h handoff.Handoff) error {
	if err := a.MustWrite(); err != nil {
		return err
	}
	mine, own := h.Customer, h.Assignee
	if side == Supplier {
		mine, own = h.Supplier, h.AskedBy
	}
	switch {
	case a.Person == own:
		return errs.New(errs.Forbidden, "rating.err.own")
	case side == Customer && a.Person == h.AskedBy, side == Supplier && a.Person == h.Assignee, a.In(mine):
		return nil
	}
	return errs.New(errs.Forbidden, "rating.err.not_your_end")
}

// Open returns the ends for which the actor may rate h now; whether somebody
// has done so already, the ratings of h say.
func Open(a authz.Actor, h handoff.Handoff) (out []Side) {
	for _, s := range Sides {
		if ripe(s, h) == nil && canRate(a, s, h) == nil {
			out = append(out, s)
		}
	}
	return out
}

// ripe reports whether an end can judge already: the customer when it has
// accepted, the supplier when it has delivered.
func ripe(side Side, h handoff.Handoff) error {
	accepted := h.State == handoff.Accepted || h.State == handoff.AcceptedWithRemark
	if side == Customer && !accepted || side == Supplier && h.Rounds == 0 {
		return errs.New(errs.Conflict, "rating.err.too_early")
	}
	return nil
}

// canAnswer: whoever belongs to the end that was rated answers.
func canAnswer(a authz.Actor, r Rating) error {
	rated := r.Supplier
	if r.Side == Supplier {
		rated = r.Customer
	}
	if !a.For(rated) {
		return errs.New(errs.Forbidden, "rating.err.not_your_answer")
	}
	return a.MustWrite()
}

// CanAnswer reports whether the actor may answer r.
func CanAnswer(a authz.Actor, r Rating) bool { return canAnswer(a, r) == nil }
