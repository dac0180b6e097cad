package handoff

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Upstream is one handoff that another one waits for.
type Upstream struct {
	Number int64
	State  State
}

// OrderCourse is an order with what happened on each of its handoffs.
type OrderCourse struct {
	OrderView
	Story map[id.Handoff][]Event    // steps, pauses and redirections, the first first
	Waits map[id.Handoff][]Upstream // what each waits for, or waited for, by number
}

// OrderCourse returns the handoffs of one order with their stories and what they
// wait for, or NotFound.
func (s *Service) OrderCourse(ctx context.Context, a authz.Actor, ref string) (OrderCourse, error) {
	o, err := s.Order(ctx, a, ref)
	if err != nil {
		return OrderCourse{}, err
	}
	out := OrderCourse{OrderView: o, Waits: map[id.Handoff][]Upstream{}}
	if out.Story, err = storiesInParts(ctx, s.db, a.Company, o.Handoffs); err != nil {
		return OrderCourse{}, err
	}
	type row struct {
		served id.Handoff
		Upstream
	}
	const atOnce = 500
	for part := range slices.Chunk(o.Handoffs, atOnce) {
		args := []any{a.Company}
		for _, h := range part {
			args = append(args, h.ID)
		}
		rows, err := db.All(ctx, s.db, func(x *row) []any { return []any{&x.served, &x.Number, &x.State} }, `
			SELECT n.handoff, h.number, h.state FROM handoff_upstream n
			JOIN handoff h ON h.company = n.company AND h.id = n.upstream
			WHERE n.company = ? AND n.handoff IN `+db.Marks(len(part))+` ORDER BY h.number LIMIT 5000`, args...)
		if err != nil {
			return OrderCourse{}, err
		}
		for _, x := range rows {
			out.Waits[x.served] = append(out.Waits[x.served], x.Upstream)
		}
	}
	return out, nil
}
