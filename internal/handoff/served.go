package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// ServedBy returns the people whom nodes really served since a moment: who
// asked for what was delivered then, or accepted or returned it.
func ServedBy(ctx context.Context, q db.Querier, c id.Company, since db.Time, nodes ...id.Node) ([]id.Person, error) {
	args := append([]any{c, since}, db.Args(nodes)...)
	return db.Values[id.Person](ctx, q, `
		SELECT h.asked_by FROM handoff h
		WHERE h.company = ? AND h.delivered_at >= ? AND h.supplier IN `+db.Marks(len(nodes))+` AND h.asked_by <> ''
		UNION
		SELECT e.actor FROM handoff h JOIN handoff_event e ON e.company = h.company AND e.handoff = h.id
		WHERE h.company = ? AND h.delivered_at >= ? AND h.supplier IN `+db.Marks(len(nodes))+` AND e.actor <> ''
			AND e.kind IN ('accepted', 'accepted_with_remark', 'returned')
		ORDER BY 1 LIMIT 5000`, append(args, args...)...)
}

// Get returns a handoff as q sees it, or NotFound: for the packages above, in
// their own transactions.
func Get(ctx context.Context, q db.Querier, c id.Company, h id.Handoff) (Handoff, error) {
	return get(ctx, q, c, h)
}

// FiguresBetween returns what a node delivered to all its customers from one
// day to another, the second left out.
func FiguresBetween(ctx context.Context, q db.Querier, c id.Company, n id.Node, from, until time.Time) (Figures, error) {
	var f Figures
	err := q.Row(ctx, f.dest(), `
		SELECT `+sums+` FROM link_stat t JOIN link l ON l.company = t.company AND l.id = t.link
		WHERE t.company = ? AND l.supplier = ? AND t.day >= ? AND t.day < ?`, c, n, day(db.At(from)), day(db.At(until)))
	f.finish()
	return f, err
}
