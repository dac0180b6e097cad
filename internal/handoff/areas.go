package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/stat"
)

// FirstTimes returns how much of what each of some areas delivered since a
// moment, with all below it, was right the first time. Areas that are not in
// the tree are left out.
func (s *Service) FirstTimes(ctx context.Context, a authz.Actor, tree org.Tree, since time.Time, areas ...id.Node) (map[id.Node]stat.Share, error) {
	out := make(map[id.Node]stat.Share, len(areas))
	for _, n := range areas {
		if _, known := tree.Node(n); !known {
			continue
		}
		// An area may be nearly the whole company: then those that are not in it
		// are few, and are left out in place of naming all the others.
		of, not := tree.Under(n), ""
		if rest := tree.Beyond(n); len(rest) < len(of) {
			of, not = rest, "NOT "
		}
		in, args := db.In(of)
		var f Figures
		err := s.db.Row(ctx, []any{&f.FirstTime.K, &f.Accepted}, `
			SELECT CAST(COALESCE(SUM(t.first_time), 0) AS BIGINT), CAST(COALESCE(SUM(t.accepted), 0) AS BIGINT) FROM link_stat t
			WHERE t.company = ? AND t.day >= ? AND t.link `+not+`IN (SELECT l.id FROM link l WHERE l.company = ? AND l.supplier `+in+`)`,
			append([]any{a.Company, day(db.At(since)), a.Company}, args...)...)
		if err != nil {
			return nil, err
		}
		f.finish()
		out[n] = f.FirstTime
	}
	return out, nil
}
