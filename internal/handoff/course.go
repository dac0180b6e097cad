package handoff

import (
	"context"
	"maps"
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
	Bounce Bounce     // of what was accepted since the week in which the figures begin
}

// WeekOf is one week, in UTC.
type WeekOf struct {
	Monday time.Time
	First  stat.Counted // right first time, of what was accepted
}

// courseFrom is the Monday with which the course up to now begins.
func courseFrom(now time.Time) time.Time { return Monday(now).AddDate(0, 0, -7*(Weeks-1)) }

// chart draws the weeks of what was right first time, by UTC day.
func (c *Course) chart(byDay map[string]stat.Counted) {
	for _, day := range slices.Sorted(maps.Keys(byDay)) {
		t, err := time.Parse(time.DateOnly, day)
		of := byDay[day]
		if err != nil || of.N == 0 {
			continue // a day on which nothing was accepted is no point
		}
		if n := len(c.Weeks); n == 0 || !c.Weeks[n-1].Monday.Equal(Monday(t)) {
			c.Weeks = append(c.Weeks, WeekOf{Monday: Monday(t)})
		}
		w := &c.Weeks[len(c.Weeks)-1]
		w.First.K, w.First.N = w.First.K+min(of.K, of.N), w.First.N+of.N
	}
	var shares []stat.Counted
	for _, w := range c.Weeks {
		shares = append(shares, w.First)
	}
	c.Chart = stat.ChartP(shares)
}

func bounce(ctx context.Context, q db.Querier, c id.Company, l id.Link, since db.Time) (b Bounce, err error) {
	type row struct{ rounds, n int }
	// || '' keeps SQLite from the index of the weeks, which is that of all links.
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.rounds, &r.n} }, `
		SELECT bucket, CAST(SUM(n) AS BIGINT) FROM link_flow
		WHERE company = ? AND link = ? AND week || '' >= ? AND kind = 'rounds' GROUP BY bucket ORDER BY bucket LIMIT 1000`,
		c, l, week(since))
	for _, r := range rows {
		b.count(r.rounds, r.n)
	}
	return b, err
}

// Bounced is a handoff that came back at least once.
type Bounced struct {
	ID         id.Handoff
	Number     int64
	Order      string
	Deliveries int // until it was accepted
}

// mostBounced is the longest list of them.
const mostBounced = 50

// Bounced lists what Course.Bounce counts as back, the latest first, at most 50
// of it.
func (s *Service) Bounced(ctx context.Context, a authz.Actor, l id.Link, since time.Time) ([]Bounced, error) {
	key := linkKey{company: a.Company, link: l, since: db.At(since).UnixMicro()}
	return still(ctx, s.db, &s.bounced, mostLinks, a.Company, key, func(db.Time) ([]Bounced, db.Time, error) {
		rows, err := db.All(ctx, s.db, func(b *Bounced) []any { return []any{&b.ID, &b.Number, &b.Order, &b.Deliveries} }, `
			SELECT id, number, order_ref, rounds FROM handoff
			WHERE company = ? AND link = ? AND state IN ('accepted', 'accepted_with_remark') AND closed_at >= ? AND rounds >= 2 AND NOT auto
			ORDER BY number DESC LIMIT ?`, a.Company, l, db.At(Monday(since)), mostBounced)
		return rows, db.Time{}, err
	})
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
