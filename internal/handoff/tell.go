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
}

// tell puts an event on the bells of who has to hear of it: the person at
// work on it, or else everybody of that end. Who did it is left out.
func tell(ctx context.Context, tx *db.Tx, h Handoff, e Event) error {
	who := audience[e.Kind]
	people, err := watchers(ctx, tx, tx.Company, h.ID)
	if err != nil {
		return err
	}
	var ends []id.Node
	switch {
	case !who.supplier:
	case h.Assignee != "":
		people = append(people, h.Assignee)
	default:
		ends = append(ends, h.Supplier)
	}
	if who.customer && h.Kind == Pull && h.AskedBy != "" { // a route asks for all of the end
		people = append(people, h.AskedBy)
	} else if who.customer {
		ends = append(ends, h.Customer)
	}
	if len(ends) > 0 {
		on, err := org.PeopleOn(ctx, tx, tx.Company, ends...)
		if err != nil {
			return err
		}
		people = append(people, on...)
	}
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
	add(string(e.Kind), people...)
	return notify.Add(ctx, tx, notices)
}
