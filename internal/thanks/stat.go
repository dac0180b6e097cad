package thanks

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// Flow is how thanks run through the company, without saying of anybody how
// many it gave or got. Private ones are not counted.
type Flow struct {
	N          int
	People     int        // active people
	Thanked    stat.Share // of the active people, who was thanked by name or with its team
	Mutual     stat.Share // of the thanks between people, those to somebody who thanked back
	Top        stat.Share // of the thanks to people, those to the tenth of them who got most
	AcrossTeam stat.Share // of the thanks between people, those that leave the own node
	OnDelivery stat.Share // of all, those born on a delivery
}

const (
	flowDays = 90
	mostFlow = 20_000
)

// Flow returns how thanks ran in the last 90 days; only an owner may see it.
func (s *Service) Flow(ctx context.Context, a authz.Actor) (Flow, error) {
	if !a.Owner {
		return Flow{}, a.MustOwn()
	}
	type row struct {
		giver, person id.Person
		node          id.Node
		handoff       id.Handoff
	}
	rows, err := db.All(ctx, s.db, func(r *row) []any { return []any{&r.giver, &r.person, &r.node, &r.handoff} }, `
		SELECT giver, person, node, handoff FROM thanks WHERE company = ? AND given_at >= ? AND audience <> 'private'
		ORDER BY id LIMIT ?`, a.Company, s.since(), mostFlow)
	if err != nil {
		return Flow{}, err
	}
	type place struct {
		person id.Person
		node   id.Node
	}
	places, err := db.All(ctx, s.db, func(p *place) []any { return []any{&p.person, &p.node} }, `
		SELECT x.id, COALESCE(w.node, '') FROM person x LEFT JOIN place w ON w.company = x.company AND w.person = x.id
		WHERE x.company = ? AND x.active ORDER BY x.id LIMIT ?`, a.Company, mostFlow)
	if err != nil {
		return Flow{}, err
	}
	at, on := map[id.Person][]id.Node{}, map[id.Node][]id.Person{}
	for _, p := range places {
		at[p.person] = append(at[p.person], p.node)
		on[p.node] = append(on[p.node], p.person)
	}
	pairs, got, thanked := map[[2]id.Person]bool{}, map[id.Person]int{}, map[id.Person]bool{}
	for _, r := range rows {
		pairs[[2]id.Person{r.giver, r.person}] = true
	}
	var between, mutual, across, born int
	for _, r := range rows {
		if r.handoff != "" {
			born++
		}
		if r.person == "" {
			for _, p := range on[r.node] {
				thanked[p] = true
			}
			continue
		}
		between++
		got[r.person]++
		if _, active := at[r.person]; active {
			thanked[r.person] = true
		}
		if pairs[[2]id.Person{r.person, r.giver}] {
			mutual++
		}
		if !slices.ContainsFunc(at[r.giver], func(n id.Node) bool { return n != "" && slices.Contains(at[r.person], n) }) {
			across++
		}
	}
	return Flow{
		N: len(rows), People: len(at), Thanked: stat.Wilson(len(thanked), len(at)), Mutual: stat.Wilson(mutual, between),
		Top: stat.Wilson(top(got), between), AcrossTeam: stat.Wilson(across, between), OnDelivery: stat.Wilson(born, len(rows)),
	}, nil
}

// top is how many thanks the tenth of the people got who got most.
func top(got map[id.Person]int) (n int) {
	counts := make([]int, 0, len(got))
	for _, c := range got {
		counts = append(counts, c)
	}
	slices.Sort(counts)
	slices.Reverse(counts)
	for _, c := range counts[:(len(counts)+9)/10] {
		n += c
	}
	return n
}

func (s *Service) since() db.Time { return db.At(s.db.Now().AddDate(0, 0, -flowDays)) }

// Unthanked lists the people below the nodes that the actor leads whom nobody
// thanked in 90 days, as far as a leader may know: private thanks are between
// two, so it may have been said after all.
func (s *Service) Unthanked(ctx context.Context, a authz.Actor) ([]id.Person, error) {
	if len(a.Leads) == 0 {
		return nil, nil
	}
	mine, args := db.In(a.Leads)
	args = append(append([]any{a.Company}, args...), a.Person, s.since(), s.since())
	return db.Values[id.Person](ctx, s.db, `
		SELECT DISTINCT w.person FROM place w JOIN person x ON x.company = w.company AND x.id = w.person
		WHERE w.company = ? AND w.node `+mine+` AND x.active AND w.person <> ?
			AND NOT EXISTS (SELECT 1 FROM thanks t WHERE t.company = w.company AND t.person = w.person AND t.person <> ''
				AND t.given_at >= ? AND t.audience <> 'private')
			AND NOT EXISTS (SELECT 1 FROM thanks t WHERE t.company = w.company AND t.node = w.node AND t.node <> ''
				AND t.given_at >= ? AND t.audience <> 'private')
		ORDER BY w.person LIMIT 1000`, args...)
}

// Suggestion is a delivery that deserves thanks, for whoever leads those who
// made it.
type Suggestion struct {
	Handoff  id.Handoff
	Number   int64
	Title    string
	Person   id.Person // who delivered it
	Name     string
	Node     id.Node
	NodeName string
	Urgent   bool
	Score    int // as its customer rated it; 0 if it did not
}

func (v *Suggestion) dest() []any {
	return []any{&v.Handoff, &v.Number, &v.Title, &v.Person, &v.Name, &v.Node, &v.NodeName, &v.Urgent, &v.Score}
}

const suggestDays = 14

// Suggest lists really good deliveries of the last two weeks from the nodes
// that the actor leads: right the first time and in time, and urgent or rated
// with five, that the actor has not thanked for.
func (s *Service) Suggest(ctx context.Context, a authz.Actor, limit int) ([]Suggestion, error) {
	if len(a.Leads) == 0 {
		return nil, nil
	}
	// Few are rated with five or urgent, so those are looked at, and not all that
	// was closed; who rates does so after it was closed. That the time has two ends
	// tells the planner of PostgreSQL, which has not seen them, that it is short.
	now := db.At(s.db.Now())
	from := db.At(now.Add(-suggestDays * 24 * time.Hour))
	mine, of := db.In(a.Leads)
	args := append([]any{a.Company, from, now, a.Company, from, now, a.Company}, of...)
	args = append(args, from, handoff.Accepted, a.Person, a.Person, limit)
	return db.All(ctx, s.db, (*Suggestion).dest, `
		SELECT h.id, h.number, h.title, h.assignee, x.name, h.supplier, n.name, h.priority > 0, COALESCE(r.score, 0)
		FROM (SELECT r.handoff AS id FROM rating r
				WHERE r.company = ? AND r.side = 'customer' AND r.score = 5 AND r.rated_at BETWEEN ? AND ?
			UNION SELECT u.id FROM handoff u WHERE u.company = ? AND u.priority > 0 AND u.closed_at BETWEEN ? AND ?) AS good
		JOIN handoff h ON h.company = ? AND h.id = good.id
		JOIN person x ON x.company = h.company AND x.id = h.assignee
		JOIN node n ON n.company = h.company AND n.id = h.supplier
		LEFT JOIN rating r ON r.company = h.company AND r.handoff = h.id AND r.side = 'customer'
		WHERE h.supplier `+mine+` AND h.closed_at >= ? AND h.state = ? AND h.rounds = 1
			AND h.delivered_at <= h.due_at AND x.active AND h.assignee <> ?
			AND NOT EXISTS (SELECT 1 FROM thanks t WHERE t.company = h.company AND t.handoff = h.id AND t.handoff <> '' AND t.giver = ?)
		ORDER BY COALESCE(r.score, 0) DESC, h.closed_at DESC LIMIT ?`, args...)
}
