package pulse

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/id"
)

// canLaunch: owners ask the whole company; who leads a node may ask those whom
// it served.
func canLaunch(a authz.Actor, f Frame) error {
	if f.Node != "" {
		return a.MustLead(f.Node)
	}
	return a.MustOwn()
}

// CanLaunch reports whether the actor may launch a pulse over the frame.
func CanLaunch(a authz.Actor, f Frame) bool { return canLaunch(a, f) == nil }

// canSteer: who may launch a pulse may remind, close, cancel and answer for it.
func canSteer(a authz.Actor, p Pulse) error { return canLaunch(a, p.Frame) }

// CanSteer reports whether the actor may remind, close or cancel p.
func CanSteer(a authz.Actor, p Pulse) bool { return canSteer(a, p) == nil }

// canFulfil: who promised something, or who steers the pulse, says that it is done.
func canFulfil(a authz.Actor, p Pulse, owner id.Person) error {
	if a.Person == owner {
		return a.MustWrite()
	}
	return canSteer(a, p)
}

// CanFulfil reports whether the actor may say that what owner promised after p
// is done.
func CanFulfil(a authz.Actor, p Pulse, owner id.Person) bool { return canFulfil(a, p, owner) == nil }
