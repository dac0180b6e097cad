package need

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// canAsk: whoever works on a node, or leads it, says what is lacking there;
// danger anybody may report, anywhere.
func canAsk(a authz.Actor, in Ask) error {
	if in.Category == Safety || a.For(in.Node) {
		return a.MustWrite()
	}
	return errs.New(errs.Forbidden, "need.err.not_your_node")
}

// mayRead: who works where it is lacking or resolves it, who asked, and who
// leads them.
func mayRead(a authz.Actor, n Need, resolver id.Node, joined bool) bool {
	return a.Person == n.AskedBy || joined || a.For(n.Node) || resolver != "" && a.For(resolver) || n.Category == Safety
}

// canDecide: who leads the node, or works on the one that resolves it, answers;
// nobody answers his own need unless he owns the company.
func canDecide(a authz.Actor, n Need, resolver id.Node) error {
	switch {
	case a.Owner, a.Person != n.AskedBy && (a.Leading(n.Node) || resolver != "" && a.In(resolver)):
		return a.MustWrite()
	}
	return errs.New(errs.Forbidden, "need.err.not_your_answer")
}

// canCheck: only who asked knows whether it is resolved; who leads the node may
// say it for somebody who has left.
func canCheck(a authz.Actor, n Need, askerActive bool) error {
	if a.Person == n.AskedBy || !askerActive && a.Leading(n.Node) {
		return a.MustWrite()
	}
	return errs.New(errs.Forbidden, "need.err.not_yours")
}

// canResume: who leads the node says that it is safe to go on.
func canResume(a authz.Actor, n Need) error {
	if !a.Leading(n.Node) {
		return errs.New(errs.Forbidden, "need.err.resume")
	}
	return a.MustWrite()
}

// Steps lists what the actor may do with n now, in the order of States, and
// whether it may let work go on.
func (s *Service) Steps(ctx context.Context, a authz.Actor, n Need) (out []State, resume bool, err error) {
	resolver, err := resolverOf(ctx, s.db, a.Company, n)
	if err != nil {
		return nil, false, err
	}
	asker, err := org.GetPerson(ctx, s.db, a.Company, n.AskedBy)
	if err != nil {
		return nil, false, err
	}
	for _, to := range States {
		may := canDecide(a, n, resolver)
		if to == Resolved || to == Open || to == Withdrawn {
			may = canCheck(a, n, asker.Active)
		}
		if may == nil && n.may(to) == nil {
			out = append(out, to)
		}
	}
	return out, n.Stopped() && canResume(a, n) == nil, nil
}
