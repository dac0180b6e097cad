package need

import (
	"context"
	"maps"
	"slices"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
)

// added is the notice of a new need: a red one rings louder.
func added(n Need) string {
	switch {
	case n.Stopped():
		return "need_stop"
	case n.Red():
		return "need_red"
	}
	return "need_added"
}

// tell puts a need on the bells of who has to act: who leads the node, and for
// a red one everybody there and the owners too; of an answer, of who asked and
// of all that joined. Who did it is left out.
func tell(ctx context.Context, tx *db.Tx, by id.Person, n Need, kind string) error {
	var notices []notify.Notice
	people := []id.Person{n.AskedBy}
	joined, err := joinedTo(ctx, tx, tx.Company, n.ID)
	if err != nil {
		return err
	}
	people = append(people, joined...)
	leaders, err := org.LeadersOf(ctx, tx, tx.Company, n.Node, 0)
	if err != nil {
		return err
	}
	people = append(people, leaders...)
	if n.Category == Safety || n.Severity == Danger || !n.StoppedAt.IsZero() {
		owners, err := org.Owners(ctx, tx, tx.Company)
		if err != nil {
			return err
		}
		people = append(people, owners...)
		notices = append(notices, notify.Notice{Node: n.Node, Kind: kind, Actor: by, Subject: string(n.ID)})
	}
	seen := map[id.Person]bool{by: true}
	for _, p := range people {
		if !seen[p] {
			seen[p] = true
			notices = append(notices, notify.Notice{Person: p, Kind: kind, Actor: by, Subject: string(n.ID)})
		}
	}
	return notify.Add(ctx, tx, notices)
}

// Watcher says that a need is met when what was asked for it was accepted. Who
// asked is still asked whether it is resolved.
var Watcher = fact.Follower{Name: "need_met", Apply: watch}

func watch(ctx context.Context, tx *db.Tx, facts []fact.Fact) error {
	accepted := map[id.Handoff]fact.Fact{}
	for _, f := range handoff.Acceptances(facts) {
		accepted[id.Handoff(f.Subject)] = f
	}
	if len(accepted) == 0 {
		return nil
	}
	in, args := db.In(slices.Sorted(maps.Keys(accepted)))
	waiting, err := db.Values[id.Need](ctx, tx, `
		SELECT id FROM need WHERE company = ? AND state IN ('open', 'planned', 'refused') AND handoff <> '' AND handoff `+in+`
		ORDER BY id LIMIT 5000`, append([]any{tx.Company}, args...)...)
	if err != nil {
		return err
	}
	for _, need := range waiting {
		n, err := get(ctx, tx, tx.Company, need)
		if err != nil {
			return err
		}
		f := accepted[n.Handoff]
		n.move(Done, Step{}, f.Actor, f.RecordedAt)
		if _, err := update(ctx, tx, n); err != nil {
			return err
		}
		if err := tell(ctx, tx, "", n, "need_done"); err != nil {
			return err
		}
		record(tx, "done", f.Actor, n)
	}
	return nil
}
