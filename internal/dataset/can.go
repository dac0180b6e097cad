package dataset

import (
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
)

// canAdd says who may bring logs in: who owns the company, and who leads a part
// of it. A log tells of other people's work.
func canAdd(a authz.Actor) error {
	if !a.Owner && len(a.Leads) == 0 {
		return errs.New(errs.Forbidden, "dataset.err.leaders_only")
	}
	return a.MustWrite()
}

// canSee says who may see a dataset. Others do not learn that it is there.
func canSee(a authz.Actor, d Dataset, allowed bool) error {
	if d.State != Arriving && (a.Owner || d.Everybody || d.AddedBy == a.Person || allowed) {
		return nil
	}
	return errs.New(errs.NotFound, "dataset.err.not_found")
}

// canChange says who may map, share and remove it: who brought it in, and who
// owns the company.
func canChange(a authz.Actor, d Dataset) error {
	if !a.Owner && d.AddedBy != a.Person {
		return errs.New(errs.Forbidden, "dataset.err.not_yours")
	}
	return a.MustWrite()
}

// MayAdd reports whether the actor may bring logs in.
func MayAdd(a authz.Actor) bool { return canAdd(a) == nil }
