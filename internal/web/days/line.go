package days

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// line is one handoff as a list shows it.
type line struct {
	handoff.Handoff
	left  time.Duration // working time until it is due
	do    handoff.State // the one likely next step of the reader; empty if it only waits
	mine  bool          // the reader has it in hand
	waits bool          // the reader is on the side that waits for it
}

// quick are the steps that a list takes at once: the rest wants words or a
// reason, and is done on the page of the handoff.
var quick = []handoff.State{handoff.Taken, handoff.Delivered, handoff.Accepted}

// lines prepares handoffs for a list that is read from one side of the link, or
// from neither if side is empty.
func lines(a authz.Actor, rows []handoff.Handoff, left func(handoff.Handoff) time.Duration, side handoff.Waits) []line {
	out := make([]line, len(rows))
	for i, h := range rows {
		out[i] = line{
			Handoff: h, left: left(h), do: likely(a, h, side), mine: h.Assignee == a.Person,
			waits: side == handoff.ForCustomer,
		}
	}
	return out
}

// likely is the step that the reader most probably takes next. Who only leads
// a post does not do its work: it is offered nothing.
func likely(a authz.Actor, h handoff.Handoff, side handoff.Waits) handoff.State {
	end := h.Supplier
	if side == handoff.ForCustomer {
		end = h.Customer
	}
	if side == "" || h.WaitsFor() != side || !slices.Contains(a.Own, end) {
		return ""
	}
	for _, s := range h.Steps(a) {
		if slices.Contains(quick, s) {
			return s
		}
	}
	return ""
}

// who says who has it in hand, or who asked for it.
func (l line) who(ctx context.Context) string {
	switch {
	case !l.State.Open():
		return l.AssigneeName
	case l.Assignee != "" && l.State == handoff.Delivered && !l.mine:
		return i18n.T(ctx, "day.who.delivered", i18n.Args{"Name": l.AssigneeName})
	case l.Assignee != "" && l.mine:
		return i18n.T(ctx, "day.who.you")
	case l.Assignee != "":
		return i18n.T(ctx, "day.who.has", i18n.Args{"Name": l.AssigneeName})
	case l.AskedByName != "" && !l.waits:
		return i18n.T(ctx, "day.who.asked", i18n.Args{"Name": l.AskedByName})
	default:
		return i18n.T(ctx, "day.who.nobody")
	}
}

// amount is what is owed, or what was delivered and waits.
func (l line) amount() float64 {
	if l.State == handoff.Delivered {
		return l.Handoff.Delivered
	}
	return l.Missing()
}

// back says what came back, if it is counted.
func (l line) back(ctx context.Context) string {
	if l.State != handoff.Returned || l.Returned == 0 {
		return ""
	}
	if l.Quantity > 0 { // a unit is written as it is counted, «piezas»: it does not go with one
		return i18n.T(ctx, "day.came_back_of", i18n.Args{"Number": i18n.Number(ctx, l.Returned), "Amount": amountText(ctx, l.Quantity, l.Unit)})
	}
	return i18n.T(ctx, "day.came_back", i18n.Args{"Amount": amountText(ctx, l.Returned, l.Unit)})
}

func amountText(ctx context.Context, n float64, unit string) string {
	if unit == "" {
		return i18n.Number(ctx, n)
	}
	return i18n.T(ctx, "day.amount", i18n.Args{"Number": i18n.Number(ctx, n), "Unit": unit})
}

// needed reports whether the customer needs it before it is promised.
func (l line) needed() bool {
	return !l.NeedBy.IsZero() && l.NeedBy.Before(l.DueAt.Time) && l.WaitsFor() == handoff.ForSupplier
}

// due is how the promise stands.
func (l line) due() ui.DueArgs {
	return ui.DueArgs{At: l.DueAt.Time, Left: l.left, Work: true, Done: l.DeliveredAt.Time}
}

// stopped says for whom a paused handoff waits.
func (l line) stopped(ctx context.Context) string {
	return i18n.T(ctx, "day.paused."+string(l.PausedOn), i18n.Args{"Customer": l.CustomerName, "For": l.PausedFor})
}

// risk says what endangers it.
func (l line) risk(ctx context.Context) string {
	key := "day.risk"
	if l.Risk.Lost != "" {
		key = "day.risk_lost"
	}
	return i18n.T(ctx, key, i18n.Args{"Number": l.Risk.Number})
}

// rework reports whether it has come back at least once and is not over.
func (l line) rework() bool { return l.State == handoff.Returned || l.State.Open() && l.Rounds > 1 }

// row is the line as a row of a list.
func (l line) row(ctx context.Context, action templ.Component) ui.RowArgs {
	return ui.RowArgs{
		ID: "h-" + string(l.ID), From: l.SupplierName, To: l.CustomerName, Title: l.Title, URL: handoffs.URL(l.Number), Number: l.Number,
		Who: l.who(ctx), State: string(l.State), Priority: int(l.Priority), Tags: l.Tags, Side: side(l), Action: action,
	}
}

// verbs and verbIcons are the buttons that take the quick steps.
var (
	verbs = map[handoff.State]string{
		handoff.Taken: "handoff.do.take", handoff.Delivered: "handoff.do.deliver", handoff.Accepted: "handoff.do.accept",
	}
	verbIcons = map[handoff.State]string{handoff.Taken: "hand", handoff.Delivered: "package-check", handoff.Accepted: "check"}
)

// verb names a quick step as the button that takes it.
func verb(ctx context.Context, s handoff.State) string { return i18n.T(ctx, verbs[s]) }

func verbIcon(s handoff.State) string { return verbIcons[s] }

// said tells what a quick step has just done.
func said(ctx context.Context, h handoff.Handoff) string {
	return i18n.T(ctx, "day.said."+string(h.State), i18n.Args{"Title": h.Title, "Supplier": h.SupplierName, "Customer": h.CustomerName})
}

// stepKind makes the steps that hold up others stand out.
func stepKind(l line) ui.Kind {
	if l.do == handoff.Accepted {
		return ui.Primary
	}
	return ui.Plain
}
