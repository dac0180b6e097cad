package links

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// relationField asks how the ends of the link stand to each other.
func relationField(ctx context.Context, v linkView) ui.FieldArgs {
	f := ui.FieldArgs{Name: "relation", Label: i18n.T(ctx, "linkpage.relation"), Type: "select"}
	if v.Overridden {
		f.Value = string(v.Relation)
	}
	f.Options = []ui.Option{{Label: i18n.T(ctx, "linkpage.relation_computed", i18n.Args{"Relation": relationWord(ctx, v.Computed)})}}
	for _, x := range org.Relations {
		f.Options = append(f.Options, ui.Option{Value: string(x), Label: relationWord(ctx, x)})
	}
	return f
}

func proposeWord(ctx context.Context, c carried) string {
	if c.Agreed != nil {
		return i18n.T(ctx, "linkpage.propose_again")
	}
	return i18n.T(ctx, "linkpage.propose")
}

// verdict says where a share stands to its target.
type verdict int

const (
	near  verdict = iota // the interval holds the target: nobody can tell
	below                // all of the interval is under it
	above                // all of it is on it or over it
)

// keepsTarget judges only where the interval leaves no doubt.
func keepsTarget(c carried) verdict {
	target := float64(c.Holds.Target) / 100
	switch {
	case c.Figures.FirstTime.High < target:
		return below
	case c.Figures.FirstTime.Low >= target:
		return above
	}
	return near
}

// change says a term of a proposal, and what holds now if that is different.
func change(ctx context.Context, key, next, now string) string {
	s := i18n.T(ctx, key, i18n.Args{"Long": next, "Percent": next})
	if next == now {
		return s
	}
	return s + " " + i18n.T(ctx, "linkpage.instead_of", i18n.Args{"Now": now})
}

// daysOf are those that an agreement gives the customer to answer.
func daysOf(g *link.Agreement) int {
	if g == nil {
		return 0
	}
	return g.AcceptDays
}

// acceptDays says how long a customer has to answer.
func acceptDays(ctx context.Context, n int) string {
	if n == 0 {
		return i18n.T(ctx, "linkpage.accept_company")
	}
	return i18n.Promised(ctx, 0, n)
}

// other is who decides about a proposal.
func other(v linkView, x version) org.Node {
	if x.Agreement.Side == link.CustomerSide {
		return v.From
	}
	return v.To
}

// rounds says how many deliveries a handoff took, once it is accepted.
func rounds(ctx context.Context, h handoff.Handoff) string {
	switch {
	case h.RightFirstTime():
		return i18n.T(ctx, "linkpage.at_first")
	case h.State == handoff.Accepted || h.State == handoff.AcceptedWithRemark:
		return i18n.T(ctx, "linkpage.deliveries", i18n.Args{"N": h.Rounds})
	}
	return ""
}

// moment says which moment matters of a handoff in a list: until it is
// delivered when it is due, then when it was delivered, and when it was asked of
// what is over.
func moment(h handoff.Handoff, now time.Time) (key string, at time.Time) {
	switch {
	case !h.State.Open():
		return "asked", h.AskedAt.Time
	case h.State == handoff.Delivered:
		return "delivered", h.DeliveredAt.Time
	case h.Paused():
		return "paused", h.PausedAt.Time
	case h.Late(now):
		return "was", h.DueAt.Time
	}
	return "due", h.DueAt.Time
}
