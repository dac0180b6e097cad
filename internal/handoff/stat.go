package handoff

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/stat"
)

// Stats keeps link_stat and link_reason, the running figures of each link and
// day, from the log.
var Stats = fact.Follower{Name: "link_stat", Apply: count, Reset: resetStats}

// tally is what one fact adds to a link, a service and a day.
type tally struct{ asked, delivered, accepted, remarked, auto, first, returned, declined, cancelled int }

func tallyOf(f fact.Fact, m Moved) (t tally, counts bool) {
	switch f.Kind {
	case "handoff.asked", "handoff.redirected":
		t.asked = 1
	case "handoff.delivered":
		t.delivered = 1
	case "handoff.accepted":
		if t.accepted = 1; m.Round == 1 {
			t.first = 1
		}
	case "handoff.accepted_with_remark":
		t.accepted, t.remarked = 1, 1
	case "handoff.auto_accepted":
		t.auto = 1 // nobody looked at it: it is no acceptance
	case "handoff.returned":
		t.returned = 1
	case "handoff.declined":
		t.declined = 1
	case "handoff.cancelled":
		t.cancelled = 1
	default:
		return t, false
	}
	return t, true
}

// day is the UTC date on which something happened, so that a rebuild finds the
// same day whatever the company says of its zone later.
func day(at db.Time) string { return at.UTC().Format(time.DateOnly) }

// statKey is what is counted together; reason is empty but for what came back.
type statKey struct {
	link    id.Link
	service id.Service
	day     string
	reason  string
}

func count(ctx context.Context, tx *db.Tx, facts []fact.Fact) error {
	days, reasons := map[statKey]tally{}, map[statKey]int{}
	for _, f := range facts {
		var m Moved
		if _, counts := tallyOf(f, m); !counts {
			continue
		}
		if err := f.Decode(&m); err != nil {
			return err
		}
		k := statKey{link: f.Link, service: m.Service, day: day(f.HappenedAt)}
		t, _ := tallyOf(f, m)
		days[k] = days[k].plus(t)
		if t.returned > 0 {
			k.reason = m.Reason
			reasons[k]++
		}
	}
	if err := addDays(ctx, tx, days); err != nil {
		return err
	}
	return addReasons(ctx, tx, reasons)
}

func (t tally) plus(x tally) tally {
	return tally{
		t.asked + x.asked, t.delivered + x.delivered, t.accepted + x.accepted, t.remarked + x.remarked, t.auto + x.auto,
		t.first + x.first, t.returned + x.returned, t.declined + x.declined, t.cancelled + x.cancelled,
	}
}

func addDays(ctx context.Context, tx *db.Tx, days map[statKey]tally) error {
	var rows [][]any
	for k, t := range days {
		rows = append(rows, []any{
			tx.Company, k.link, k.service, k.day, t.asked, t.delivered, t.accepted, t.remarked, t.first,
			t.returned, t.declined, t.cancelled, t.auto,
		})
	}
	return tx.Put(ctx, `
		INSERT INTO link_stat (company, link, service, day, asked, delivered, accepted, remarked, first_time,
			returned, declined, cancelled, auto) VALUES`, rows, `
		ON CONFLICT (company, link, service, day) DO UPDATE SET
			asked = link_stat.asked + excluded.asked,
			delivered = link_stat.delivered + excluded.delivered,
			accepted = link_stat.accepted + excluded.accepted,
			remarked = link_stat.remarked + excluded.remarked,
			first_time = link_stat.first_time + excluded.first_time,
			returned = link_stat.returned + excluded.returned,
			declined = link_stat.declined + excluded.declined,
			cancelled = link_stat.cancelled + excluded.cancelled,
			auto = link_stat.auto + excluded.auto`)
}

// addReasons keeps why things came back.
func addReasons(ctx context.Context, tx *db.Tx, reasons map[statKey]int) error {
	var rows [][]any
	for k, n := range reasons {
		rows = append(rows, []any{tx.Company, k.link, k.service, k.reason, k.day, n})
	}
	return tx.Put(ctx, `
		INSERT INTO link_reason (company, link, service, reason, day, returned) VALUES`, rows, `
		ON CONFLICT (company, link, service, reason, day) DO UPDATE SET returned = link_reason.returned + excluded.returned`)
}

func resetStats(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM link_reason WHERE company = ?`, tx.Company); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM link_stat WHERE company = ?`, tx.Company)
	return err
}

// MinN is the fewest deliveries about which a rate says something.
const MinN = 10

// Figures are what a link did in a period.
type Figures struct {
	Asked, Delivered, Accepted, Remarked, Returned, Declined, Cancelled int

	Auto int // accepted because nobody answered in time; not part of Accepted

	FirstTime stat.Share // right first time, of all that was accepted
}

// Enough reports whether there are enough deliveries to speak of a rate.
func (f Figures) Enough() bool { return f.FirstTime.N >= MinN }

func (f *Figures) dest() []any {
	return []any{
		&f.Asked, &f.Delivered, &f.Accepted, &f.Remarked, &f.FirstTime.K, &f.Returned, &f.Declined, &f.Cancelled,
		&f.Auto,
	}
}

const sums = `CAST(COALESCE(SUM(asked), 0) AS BIGINT), CAST(COALESCE(SUM(delivered), 0) AS BIGINT),
	CAST(COALESCE(SUM(accepted), 0) AS BIGINT), CAST(COALESCE(SUM(remarked), 0) AS BIGINT),
	CAST(COALESCE(SUM(first_time), 0) AS BIGINT), CAST(COALESCE(SUM(returned), 0) AS BIGINT),
	CAST(COALESCE(SUM(declined), 0) AS BIGINT), CAST(COALESCE(SUM(cancelled), 0) AS BIGINT),
	CAST(COALESCE(SUM(auto), 0) AS BIGINT)`

func (f *Figures) finish() { f.FirstTime = stat.Wilson(min(f.FirstTime.K, f.Accepted), f.Accepted) }

// Times are the working times of what was delivered on a link. Those until it
// was taken and delivered are by the hours of its supplier, without what others
// held up, where enough of what was delivered had a promise.
type Times struct {
	N                     int
	Take, Deliver, Accept Spread // until taken, from asked to delivered, from delivered to closed
	Lead                  Spread // from asked to closed, by the clock on the wall
}

// Spread is the median and the time that 85 of 100 keep.
type Spread struct{ P50, P85 time.Duration }

// mostTimed is how many of the latest handoffs the times are taken from.
const mostTimed = 1000

func (f *Figures) add(x Figures) {
	f.Asked += x.Asked
	f.Delivered += x.Delivered
	f.Accepted += x.Accepted
	f.Remarked += x.Remarked
	f.FirstTime.K += x.FirstTime.K
	f.Returned += x.Returned
	f.Declined += x.Declined
	f.Cancelled += x.Cancelled
	f.Auto += x.Auto
}

// timed are the instants of one handoff.
type timed struct {
	asked, taken, delivered, closed db.Time
	auto                            bool // nobody answered: that is no time to accept
}

func (t *timed) dest() []any { return []any{&t.asked, &t.taken, &t.delivered, &t.closed, &t.auto} }

// times measures the latest handoffs of a link.
func times(ctx context.Context, q db.Querier, c id.Company, l id.Link, since db.Time) (Times, error) {
	rows, err := db.All(ctx, q, (*timed).dest, `
		SELECT h.asked_at, h.taken_at, h.delivered_at, h.closed_at, h.auto FROM handoff h
		WHERE h.company = ? AND h.link = ? AND h.asked_at >= ? AND h.delivered_at IS NOT NULL
			AND h.closed_at IS NOT NULL
		ORDER BY h.asked_at DESC LIMIT ?`, c, l, since, mostTimed)
	if err != nil || len(rows) == 0 {
		return Times{}, err
	}
	cal, err := setting.WorkingTime(ctx, q, c)
	if err != nil {
		return Times{}, err
	}
	return timesOf(rows, cal), nil
}

func timesOf(rows []timed, cal *calendar.Calendar) Times {
	var take, deliver, accept, lead []int64
	for _, r := range rows {
		if !r.taken.IsZero() {
			take = append(take, int64(cal.Elapsed(r.asked.Time, r.taken.Time)))
		}
		deliver = append(deliver, int64(cal.Elapsed(r.asked.Time, r.delivered.Time)))
		if !r.auto {
			accept = append(accept, int64(cal.Elapsed(r.delivered.Time, r.closed.Time)))
		}
		lead = append(lead, int64(r.closed.Sub(r.asked.Time)))
	}
	return Times{N: len(rows), Take: spread(take), Deliver: spread(deliver), Accept: spread(accept), Lead: spread(lead)}
}

func spread(v []int64) Spread {
	slices.Sort(v)
	return Spread{time.Duration(stat.Quantile(v, 0.5)), time.Duration(stat.Quantile(v, 0.85))}
}

// OrderView is all that was done for one order of an outside customer.
type OrderView struct {
	Ref         string
	Handoffs    []Handoff // in the order in which they were asked
	From, Until db.Time   // the first asking and the last end; Until is zero while something is open
	More        bool      // there are more than the view shows
}

// Lead returns how long the order took, by the clock on the wall, up to now if
// it is still open.
func (o OrderView) Lead(now time.Time) time.Duration {
	if o.Until.IsZero() {
		return now.Sub(o.From.Time)
	}
	return o.Until.Sub(o.From.Time)
}

// Order returns the handoffs of one order, or NotFound.
func (s *Service) Order(ctx context.Context, a authz.Actor, ref string) (OrderView, error) {
	const most = 500
	rows, err := db.All(ctx, s.db, (*Handoff).dest, `
		SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.order_ref = ? AND h.order_ref <> ''
		ORDER BY h.number LIMIT ?`, a.Company, ref, most+1)
	if err != nil {
		return OrderView{}, err
	}
	if len(rows) == 0 || ref == "" {
		return OrderView{}, errs.New(errs.NotFound, "handoff.err.no_order")
	}
	out := OrderView{Ref: ref, Handoffs: rows[:min(len(rows), most)], More: len(rows) > most}
	slices.SortStableFunc(out.Handoffs, func(x, y Handoff) int { return x.AskedAt.Compare(y.AskedAt.Time) })
	open := false
	for _, h := range out.Handoffs {
		if out.From.IsZero() || h.AskedAt.Before(out.From.Time) {
			out.From = h.AskedAt
		}
		if open = open || h.ClosedAt.IsZero(); h.ClosedAt.After(out.Until.Time) {
			out.Until = h.ClosedAt
		}
	}
	if open {
		out.Until = db.Time{}
	}
	return out, nil
}

// NodeFigures are what nodes did for others since a moment.
type NodeFigures struct {
	Figures
	Times Times
}
