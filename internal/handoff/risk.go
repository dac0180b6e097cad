package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// above is one handoff that another one waits for, for the sake of root.
type above struct {
	root, served id.Handoff
	Handoff
}

// need is what one handoff needs of a service.
type need struct {
	served  id.Handoff
	service id.Service
}

// risks returns, for those of rows that wait for their supplier, what endangers
// them most: see [Risk.worse]. What has come endangers nothing, nor does what
// that one waited for; what will not come does until the same is asked for
// again, or is noted as no longer needed.
func risks(ctx context.Context, q db.Querier, c id.Company, now time.Time, rows []Handoff) (map[id.Handoff]Risk, error) {
	waiting := map[id.Handoff]db.Time{}
	args := []any{c}
	for _, h := range rows {
		if _, seen := waiting[h.ID]; !seen && h.Owed() {
			waiting[h.ID] = h.DueAt
			args = append(args, h.ID)
		}
	}
	if len(waiting) == 0 {
		return nil, nil
	}
	args = append(args, c, c, mostDeep, c)
	// CROSS JOIN has SQLite begin with the few that are waited for, instead of
	// all that is open.
	found, err := db.All(ctx, q, func(x *above) []any {
		return []any{&x.root, &x.served, &x.Service, &x.Number, &x.State, &x.DueAt, &x.DeliveredAt, &x.PausedAt}
	}, `WITH RECURSIVE walk (root, served, id, depth) AS (
			SELECT n.handoff, n.handoff, n.upstream, 1 FROM handoff_upstream n
				WHERE n.company = ? AND n.handoff IN `+db.Marks(len(waiting))+`
			UNION SELECT w.root, n.handoff, n.upstream, w.depth + 1 FROM walk w
				CROSS JOIN handoff_upstream n CROSS JOIN handoff h
				WHERE n.company = ? AND n.handoff = w.id AND h.company = ? AND h.id = w.id AND h.closed_at IS NULL AND w.depth < ?)
		SELECT DISTINCT w.root, w.served, h.service, h.number, h.state, h.due_at, h.delivered_at, h.paused_at
		FROM walk w CROSS JOIN handoff h WHERE h.company = ? AND h.id = w.id ORDER BY h.number LIMIT 5000`, args...)
	if err != nil {
		return nil, err
	}
	newest := map[need]int64{}
	for _, x := range found {
		newest[need{x.served, x.Service}] = x.Number
	}
	out := map[id.Handoff]Risk{}
	for _, x := range found {
		r := Risk{Number: x.Number, DueAt: x.DueAt}
		switch {
		case x.State.Lost() && newest[need{x.served, x.Service}] == x.Number:
			r.Lost = x.State
		case !x.State.Open():
			continue
		case x.Handoff.Late(now):
			r.Late = true
		case !x.DueAt.After(waiting[x.root].Time):
			continue
		}
		if was := out[x.root]; !was.Given() || r.worse(was) {
			out[x.root] = r
		}
	}
	return out, nil
}

// worse reports whether r endangers more than was: what will not come, the
// newest first; then what is late; then what comes after. Of those the last to
// be due.
func (r Risk) worse(was Risk) bool {
	switch {
	case (r.Lost != "") != (was.Lost != ""):
		return r.Lost != ""
	case r.Lost != "":
		return r.Number > was.Number
	case r.Late != was.Late:
		return r.Late
	}
	return r.DueAt.After(was.DueAt.Time)
}
