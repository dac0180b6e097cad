package handoff

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/stat"
)

// Weeks is how many weeks the course of a link goes back: half a year.
const Weeks = 26

// Course is how right a link was at the first time, week by week, and how often
// work went back and forth on it.
type Course struct {
	Weeks  []WeekOf   // in which something was accepted, the oldest first
	Chart  stat.Chart // of them, one point each
	Bounce Bounce     // of what was accepted since the week of the moment that was asked for
}

// WeekOf is one week, in UTC.
type WeekOf struct {
	Monday time.Time
	First  stat.Counted // right first time, of what was accepted
}

// Course returns the course of a link up to now, or NotFound.
func (s *Service) Course(ctx context.Context, a authz.Actor, l id.Link, since time.Time) (Course, error) {
	var out Course
	from := Monday(s.db.Now()).AddDate(0, 0, -7*(Weeks-1))
	type row struct {
		day             string
		accepted, first int
	}
	rows, err := db.All(ctx, s.db, func(r *row) []any { return []any{&r.day, &r.accepted, &r.first} }, `
		SELECT day, CAST(SUM(accepted) AS BIGINT), CAST(SUM(first_time) AS BIGINT) FROM link_stat
		WHERE company = ? AND link = ? AND day >= ? GROUP BY day ORDER BY day LIMIT 1000`, a.Company, l, day(db.At(from)))
	if err != nil {
		return out, err
	}
	var shares []stat.Counted
	for _, r := range rows {
		t, err := time.Parse(time.DateOnly, r.day)
		if err != nil || r.accepted == 0 {
			continue // a day on which nothing was accepted is no point
		}
		if n := len(out.Weeks); n == 0 || !out.Weeks[n-1].Monday.Equal(Monday(t)) {
			out.Weeks = append(out.Weeks, WeekOf{Monday: Monday(t)})
		}
		w := &out.Weeks[len(out.Weeks)-1]
		w.First.K, w.First.N = w.First.K+min(r.first, r.accepted), w.First.N+r.accepted
	}
	for _, w := range out.Weeks {
		shares = append(shares, w.First)
	}
	out.Chart = stat.ChartP(shares)
	out.Bounce, err = s.bounce(ctx, a.Company, l, since)
	return out, err
}

func (s *Service) bounce(ctx context.Context, c id.Company, l id.Link, since time.Time) (b Bounce, err error) {
	type row struct{ rounds, n int }
	rows, err := db.All(ctx, s.db, func(r *row) []any { return []any{&r.rounds, &r.n} }, `
		SELECT bucket, CAST(SUM(n) AS BIGINT) FROM link_flow
		WHERE company = ? AND link = ? AND week >= ? AND kind = 'rounds' GROUP BY bucket ORDER BY bucket LIMIT 1000`,
		c, l, week(db.At(since)))
	for _, r := range rows {
		b.count(r.rounds, r.n)
	}
	return b, err
}

// Singles are the working times from asking to delivery of the latest handoffs
// of a link, the oldest first, with a chart of single values: one point each, in
// hours.
type Singles struct {
	Numbers []int64
	At      []db.Time // delivered
	Chart   stat.Chart
}

// mostSingles is how many points a chart of single values has.
const mostSingles = 50

// Singles returns how long each of the latest deliveries of a link took.
func (s *Service) Singles(ctx context.Context, a authz.Actor, l id.Link) (Singles, error) {
	type row struct {
		number           int64
		asked, delivered db.Time
		supplier         id.Node
	}
	rows, err := db.All(ctx, s.db, func(r *row) []any { return []any{&r.number, &r.asked, &r.delivered, &r.supplier} }, `
		SELECT number, asked_at, delivered_at, supplier FROM handoff
		WHERE company = ? AND link = ? AND kind = 'pull' AND state IN ('accepted', 'accepted_with_remark') AND delivered_at IS NOT NULL
		ORDER BY number DESC LIMIT ?`, a.Company, l, mostSingles)
	if err != nil || len(rows) == 0 {
		return Singles{}, err
	}
	cal, err := setting.WorkingTimeOf(ctx, s.db, a.Company, rows[0].supplier)
	if err != nil {
		return Singles{}, err
	}
	slices.SortFunc(rows, func(x, y row) int { return x.delivered.Compare(y.delivered.Time) })
	var out Singles
	var hours []float64
	for _, r := range rows {
		out.Numbers, out.At = append(out.Numbers, r.number), append(out.At, r.delivered)
		hours = append(hours, cal.Elapsed(r.asked.Time, r.delivered.Time).Hours())
	}
	out.Chart = stat.ChartXmR(hours)
	return out, nil
}
