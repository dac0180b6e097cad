package handoff

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
)

// hears says, for what an event tells, who has to hear of it.
type hears struct{ supplier, customer bool }

// recalculated is how people hear of a change of what was promised: it moves
// the plans of both ends.
const recalculated EventKind = "recalculated"

// audience is the only place that says who hears of what: the one who has to
// act next, and the one whose plan changes.
var audience = map[EventKind]hears{
	EventKind(Asked):              {supplier: true},
	EventKind(Taken):              {customer: true},
	EventKind(Delivered):          {customer: true},
	EventKind(Accepted):           {supplier: true},
	EventKind(AcceptedWithRemark): {supplier: true},
	EventKind(Returned):           {supplier: true},
	EventKind(Declined):           {customer: true},
	EventKind(Cancelled):          {supplier: true},
	Redirected:                    {supplier: true, customer: true},
	Commented:                     {supplier: true, customer: true},
	Assigned:                      {},
	Changed:                       {supplier: true},
	recalculated:                  {supplier: true, customer: true},
	Paused:                        {customer: true},
	Resumed:                       {customer: true},
	AutoAccepted:                  {supplier: true, customer: true},
}

// announce prepares the lines of an event for the bells of who has to hear of it:
// who watches, the person at work on it, or else everybody of that end. Who did it
// is left out.
func announce(ctx context.Context, tx *db.Tx, h Handoff, e Event, watchers []id.Person) (*notify.Lines, error) {
	kind := e.Kind
	if kind == Changed && e.Data.Leg != nil {
		kind = recalculated
	}
	people, nodes := ends(h, audience[kind])
	people = append(people, watchers...)
	if e.Kind == Assigned && e.Data.Assignee != "" {
		people = append(people, e.Data.Assignee)
	}
	slices.Sort(people)
	about := notify.Notice{Actor: e.Actor, Subject: string(h.ID), Number: h.Number}
	notices := heardOnce(nil, about, "mentioned", e.Data.Mentions, nil)
	notices = heardOnce(notices, about, string(kind), people, nodes)
	for i := range notices {
		if n := &notices[i]; n.Person == "" && n.Node == "" { // its supplier is not read yet
			n.Service = h.Service
		}
	}
	return notify.Prepare(ctx, tx, notices)
}

// heardOnce appends to notices one of a kind for who has none among them, and for
// the people of nodes.
func heardOnce(notices []notify.Notice, n notify.Notice, kind string, people []id.Person, nodes []id.Node) []notify.Notice {
	n.Kind = kind
	for _, p := range people {
		n.Person = p
		if p != "" && p != n.Actor && !slices.ContainsFunc(notices, func(x notify.Notice) bool { return x.Person == p }) {
			notices = append(notices, n)
		}
	}
	n.Person = ""
	for _, n.Node = range nodes {
		notices = append(notices, n)
	}
	return notices
}

// ends returns who hears of something at the ends of h: people, or everybody of
// nodes.
func ends(h Handoff, who hears) (people []id.Person, nodes []id.Node) {
	switch {
	case !who.supplier:
	case h.Assignee != "":
		people = append(people, h.Assignee)
	default:
		nodes = append(nodes, h.Supplier)
	}
	if who.customer && h.Kind == Pull && h.AskedBy != "" {
		people = append(people, h.AskedBy)
	} else if who.customer {
		nodes = append(nodes, h.Customer)
	}
	return people, nodes
}

// tellMoment tells of the n-th moment of a phase of h: soon and now to who has
// it in hand, then to its leader and to who asked, then to the leader above. The
// customer is reminded of what it has not answered. Of those before it, people
// were told as far as told: after a standstill the last moment speaks for the
// one that nobody heard of.
func tellMoment(ctx context.Context, tx *db.Tx, h Handoff, p phase, told, n int) error {
	about := notify.Notice{Subject: string(h.ID), Number: h.Number}
	var notices []notify.Notice
	hear := func(kind string, who hears) {
		people, nodes := ends(h, who)
		slices.Sort(people)
		notices = heardOnce(notices, about, kind, people, nodes)
	}
	switch {
	case p == accepting:
		hear("accept_soon", hears{customer: true})
	case n == 1:
		hear("due_soon", hears{supplier: true})
	case n == 2:
		hear("due_now", hears{supplier: true})
	default:
		const overdue = 3 // the moment of the nearest leader; the next is that of the one above
		for moment := max(told+1, overdue); moment <= n; moment++ {
			leaders, err := org.LeadersOf(ctx, tx, tx.Company, h.Supplier, moment-overdue)
			if err != nil {
				return err
			}
			slices.Sort(leaders)
			notices = heardOnce(notices, about, "escalated", leaders, nil)
		}
		if told < overdue {
			hear("overdue", hears{supplier: true, customer: true})
		}
	}
	return notify.Add(ctx, tx, notices)
}
