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

// tell puts an event on the bells of who has to hear of it: who watches, the
// person at work on it, or else everybody of that end. Who did it is left out.
func tell(ctx context.Context, tx *db.Tx, h Handoff, e Event, watchers []id.Person) error {
	people, kind := slices.Clone(watchers), e.Kind
	if kind == Changed && e.Data.Leg != nil {
		kind = recalculated
	}
	ears, err := ends(ctx, tx, h, audience[kind])
	if err != nil {
		return err
	}
	people = append(people, ears...)
	if e.Kind == Assigned && e.Data.Assignee != "" {
		people = append(people, e.Data.Assignee)
	}
	var notices []notify.Notice
	seen := map[id.Person]bool{e.Actor: true, "": true}
	add := func(kind string, to ...id.Person) {
		for _, p := range to {
			if !seen[p] {
				seen[p] = true
				notices = append(notices, notify.Notice{
					Person: p, Kind: kind, Actor: e.Actor, Subject: string(h.ID), Number: h.Number,
				})
			}
		}
	}
	add("mentioned", e.Data.Mentions...)
	slices.Sort(people)
	add(string(kind), people...)
	return notify.Add(ctx, tx, notices)
}

// ends returns who hears of something at the ends of h.
func ends(ctx context.Context, tx *db.Tx, h Handoff, who hears) (people []id.Person, err error) {
	var nodes []id.Node
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
	if len(nodes) == 0 {
		return people, nil
	}
	on, err := org.PeopleOn(ctx, tx, tx.Company, nodes...)
	return append(people, on...), err
}

// tellMoment tells of the n-th moment of a phase of h: soon and now to who has
// it in hand, then to its leader and to who asked, then to the leader above. The
// customer is reminded of what it has not answered. Of those before it, people
// were told as far as told: after a standstill the last moment speaks for the
// one that nobody heard of.
func tellMoment(ctx context.Context, tx *db.Tx, h Handoff, p phase, told, n int) error {
	kinds := map[string][]id.Person{}
	hear := func(kind string, who hears) (err error) {
		kinds[kind], err = ends(ctx, tx, h, who)
		return err
	}
	var err error
	switch {
	case p == accepting:
		err = hear("accept_soon", hears{customer: true})
	case n == 1:
		err = hear("due_soon", hears{supplier: true})
	case n == 2:
		err = hear("due_now", hears{supplier: true})
	default:
		const overdue = 3 // the moment of the nearest leader; the next is that of the one above
		if told < overdue {
			err = hear("overdue", hears{supplier: true, customer: true})
		}
		for moment := max(told+1, overdue); err == nil && moment <= n; moment++ {
			var leaders []id.Person
			leaders, err = org.LeadersOf(ctx, tx, tx.Company, h.Supplier, moment-overdue)
			kinds["escalated"] = append(kinds["escalated"], leaders...)
		}
	}
	if err != nil {
		return err
	}
	var notices []notify.Notice
	seen := map[id.Person]bool{"": true}
	for _, kind := range []string{"escalated", "overdue", "due_now", "due_soon", "accept_soon"} {
		slices.Sort(kinds[kind])
		for _, to := range kinds[kind] {
			if !seen[to] {
				seen[to] = true
				notices = append(notices, notify.Notice{Person: to, Kind: kind, Subject: string(h.ID), Number: h.Number})
			}
		}
	}
	return notify.Add(ctx, tx, notices)
}
