package handoff

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
)

// Load is what a node has on its hands now. Each count stops at 100.
type Load struct {
	Open     int // what it owes to others
	Late     int // of that, what is overdue
	ToAccept int // what was delivered to it and waits for its acceptance
}

// Plus adds the loads of two nodes.
func (l Load) Plus(x Load) Load {
	return Load{
		Open: min(l.Open+x.Open, mostCounted), Late: min(l.Late+x.Late, mostCounted),
		ToAccept: min(l.ToAccept+x.ToAccept, mostCounted),
	}
}

// loaded is the load of one node.
type loaded struct {
	node id.Node
	Load
}

func (l *loaded) dest() []any { return []any{&l.node, &l.Open, &l.Late, &l.ToAccept} }

// Loads counts what each of the nodes has on its hands, as Counts does. Nodes
// that are not of the actor's company are left out.
func (s *Service) Loads(ctx context.Context, a authz.Actor, nodes ...id.Node) (map[id.Node]Load, error) {
	out := make(map[id.Node]Load, len(nodes))
	now := db.At(s.db.Now())
	for some := range slices.Chunk(nodes, mostNodes) {
		args := append([]any{mostCounted, now, mostCounted, mostCounted, a.Company}, db.Args(some)...)
		rows, err := db.All(ctx, s.db, (*loaded).dest, `
			SELECT n.id,
				(SELECT COUNT(*) FROM (SELECT 1 FROM handoff h WHERE h.company = n.company AND h.supplier = n.id
					AND h.closed_at IS NULL AND h.due_at > 0 AND h.state <> 'delivered' LIMIT ?) AS owe),
				(SELECT COUNT(*) FROM (SELECT 1 FROM handoff h WHERE h.company = n.company AND h.supplier = n.id
					AND h.closed_at IS NULL AND h.state <> 'delivered' AND h.due_at < ?
					AND (h.paused_at IS NULL OR h.paused_at > h.due_at) LIMIT ?) AS late),
				(SELECT COUNT(*) FROM (SELECT 1 FROM handoff h WHERE h.company = n.company AND h.customer = n.id
					AND h.closed_at IS NULL AND h.due_at > 0 AND h.state = 'delivered' LIMIT ?) AS given)
			FROM node n WHERE n.company = ? AND n.id IN `+db.Marks(len(some))+` LIMIT 400`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.node] = r.Load
		}
	}
	return out, nil
}

// mostTimedOfTeam is how many of the latest handoffs the times of a team are
// taken from: its page is looked at all day.
const mostTimedOfTeam = 300

// TeamFigures returns what nodes together delivered since a moment: a node
// with all below it. The times are those of the latest of it.
func (s *Service) TeamFigures(ctx context.Context, a authz.Actor, since time.Time, nodes ...id.Node) (NodeFigures, error) {
	var out NodeFigures
	var err error
	nodes = nodes[:min(len(nodes), mostNodes)]
	at := db.At(since)
	if out.Figures, err = s.Delivered(ctx, a, since, nodes...); err != nil || out.Accepted == 0 {
		return out, err
	}
	rows, err := latest(ctx, s.db, a.Company, nodes, at)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	cal, err := setting.WorkingTime(ctx, s.db, a.Company)
	if err != nil {
		return out, err
	}
	out.Times = timesOf(rows, cal)
	return out, s.byHours(ctx, a.Company, nodes, at, &out.Times)
}

// Delivered returns what nodes together delivered since a moment, without its
// times.
func (s *Service) Delivered(ctx context.Context, a authz.Actor, since time.Time, nodes ...id.Node) (Figures, error) {
	var f Figures
	nodes = nodes[:min(len(nodes), mostNodes)]
	from, of := day(db.At(since)), db.Marks(len(nodes))
	// CROSS JOIN and NOT have SQLite begin with the few links of some nodes, and
	// go through the days of each, instead of those of the whole company.
	text := `SELECT ` + sums + ` FROM link l CROSS JOIN link_stat t
		WHERE l.company = ? AND l.supplier IN ` + of + ` AND t.company = ? AND t.link = l.id AND NOT t.day < ?`
	args := append(append([]any{a.Company}, db.Args(nodes)...), a.Company, from)
	if len(nodes) > mostWalked {
		text = `SELECT ` + sums + ` FROM link_stat t JOIN link l ON l.company = t.company AND l.id = t.link
			WHERE t.company = ? AND t.day >= ? AND l.supplier IN ` + of
		args = append([]any{a.Company, from}, db.Args(nodes)...)
	}
	err := s.db.Row(ctx, f.dest(), text, args...)
	f.finish()
	return f, err
}

// mostWalked is for how many nodes the index of each is walked from its end;
// those of more are most of the company, and its handoffs are walked. SQLite
// takes no more than 500 parts of one statement.
const mostWalked = 100

// latest reads the instants of the last accepted handoffs of nodes.
func latest(ctx context.Context, q db.Querier, c id.Company, nodes []id.Node, since db.Time) ([]timed, error) {
	if len(nodes) > mostWalked {
		args := append([]any{c}, db.Args(nodes)...)
		return db.All(ctx, q, (*timed).dest, `
			SELECT h.asked_at, h.taken_at, h.delivered_at, h.closed_at, h.auto FROM handoff h WHERE h.company = ? AND h.number IN (
				SELECT h.number FROM handoff h WHERE h.company = ? AND h.supplier IN `+db.Marks(len(nodes))+`
				AND h.state IN ('accepted', 'accepted_with_remark') ORDER BY h.number DESC LIMIT ?)
				AND h.asked_at >= ? AND h.delivered_at IS NOT NULL LIMIT ?`,
			append(append([]any{c}, args...), mostTimedOfTeam, since, mostTimedOfTeam)...)
	}
	const part = `SELECT * FROM (SELECT h.number, h.asked_at, h.taken_at, h.delivered_at, h.closed_at, h.auto
		FROM handoff h WHERE h.company = ? AND h.supplier = ? AND h.state IN ('accepted', 'accepted_with_remark')
		ORDER BY h.number DESC LIMIT ?) AS part`
	parts, args := make([]string, len(nodes)), []any{}
	for i, n := range nodes {
		parts[i], args = part, append(args, c, n, mostTimedOfTeam)
	}
	args = append(args, mostTimedOfTeam, since, mostTimedOfTeam)
	return db.All(ctx, q, (*timed).dest, `
		SELECT asked_at, taken_at, delivered_at, closed_at, auto FROM (
			SELECT * FROM (`+strings.Join(parts, ` UNION ALL `)+`) AS u ORDER BY number DESC LIMIT ?) AS latest
		WHERE asked_at >= ? AND delivered_at IS NOT NULL LIMIT ?`, args...)
}
