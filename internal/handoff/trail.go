package handoff

import (
	"cmp"
	"slices"

	"github.com/eslabon/eslabon/internal/id"
)

// HandedOn is what a trail says of work that nobody had asked for: it begins
// with the supplier, at the moment in which it was delivered.
const HandedOn EventKind = "handed_on"

// Stops are the kinds of event of a trail, in the order of a life.
var Stops = []EventKind{
	EventKind(Asked), HandedOn, Redirected, EventKind(Taken), EventKind(Delivered), EventKind(Returned),
	EventKind(Accepted), EventKind(AcceptedWithRemark), AutoAccepted, EventKind(Declined), EventKind(Cancelled),
}

// Stop is an event of a handoff as an event log tells it: with the node that
// has the work from then on. HandedOn has the Seq 0.
type Stop struct {
	Event
	Node id.Node
}

// Trail says where the work of a handoff lay, step by step. What is asked for
// lies with the supplier, as something to do; a delivery takes it to the
// customer, who has it to check; a return takes it back. So a return is seen in
// a log as work that comes back, and the link that delivered it answers for it.
// story is in the order in which it was told, and may hold what moves nothing.
func Trail(h Handoff, story []Event) []Stop {
	supplier := h.Supplier
	if i := slices.IndexFunc(story, func(e Event) bool { return e.Kind == Redirected }); i >= 0 {
		supplier = story[i].Data.From
	}
	at := supplier
	var out []Stop
	for _, e := range story {
		switch e.Kind {
		case Commented, Assigned, Changed, Paused, Resumed:
			continue
		case EventKind(Delivered):
			if len(out) == 0 {
				first := e
				first.Seq, first.Kind, first.Round, first.Note = 0, HandedOn, 0, ""
				out = append(out, Stop{first, at})
			}
			at = h.Customer
		case Redirected:
			supplier = e.Data.To
			at = supplier
		case EventKind(Returned):
			at = supplier
		}
		out = append(out, Stop{e, at})
	}
	return out
}

// passing is a stop with its handoff, in the line of a case.
type passing struct {
	Handoff
	Stop
}

// inLine puts the stops of several handoffs in the order in which they happened.
func inLine(all []passing) {
	slices.SortStableFunc(all, func(x, y passing) int {
		return cmp.Or(x.HappenedAt.Compare(y.HappenedAt.Time), cmp.Compare(x.Handoff.Number, y.Handoff.Number), cmp.Compare(x.Seq, y.Seq))
	})
}
