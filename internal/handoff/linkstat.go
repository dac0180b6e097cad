package handoff

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/stat"
)

// Reason is how often work came back for one reason.
type Reason struct {
	Service id.Service
	Item    link.Item
	Count   int
}

// LinkFigures is how a link works. It may be shared: it is not to be changed.
type LinkFigures struct {
	Link      link.Link
	Around    org.Tree // both ends, and all above them
	Since     db.Time
	All       Figures
	ByService map[id.Service]Figures
	Times     Times
	Promises  Promises
	Course    Course
	Reasons   []Reason // the most frequent first
}

// linkKey says which figures of a link are kept.
type linkKey struct {
	company id.Company
	link    id.Link
	since   int64  // microseconds
	week    string // of the moment of asking: the course goes back from there
}

// mostLinks is of how many links figures are kept, of some four kilobytes each.
const mostLinks = 500

// LinkFigures returns what a link did since a moment, or NotFound. Its course is
// that of the half year up to now.
func (s *Service) LinkFigures(ctx context.Context, a authz.Actor, l id.Link, since time.Time) (LinkFigures, error) {
	key := linkKey{a.Company, l, db.At(since).UnixMicro(), week(db.At(s.db.Now()))}
	return still(ctx, s.db, &s.linked, mostLinks, a.Company, key, func(now db.Time) (LinkFigures, db.Time, error) {
		return loadLink(ctx, s.db, a.Company, l, db.At(since), now)
	})
}

// loadLink reads the figures of a link as they are now, and until when they are
// so if nobody does anything.
func loadLink(ctx context.Context, q db.Querier, c id.Company, l id.Link, since, now db.Time) (out LinkFigures, until db.Time, err error) {
	out = LinkFigures{Since: since, ByService: map[id.Service]Figures{}}
	if out.Link, out.Around, err = link.Around(ctx, q, c, l); err != nil {
		return out, until, err
	}
	if err = out.days(ctx, q, c, now); err != nil {
		return out, until, err
	}
	if out.Times, err = times(ctx, q, c, l, since); err != nil {
		return out, until, err
	}
	w := Whose{[]id.Node{out.Link.Supplier}, out.Link.Customer}
	take, deliver, err := spent(ctx, q, c, w, span{since: since}, mostTimed)
	if err != nil {
		return out, until, err
	}
	out.Times.byHours(take, deliver)
	out.Promises.Since = since
	out.Promises.timed(take, deliver)
	if err = endedLegs(ctx, q, c, w, span{since: since}, &out.Promises); err != nil {
		return out, until, err
	}
	if until, err = underWay(ctx, q, c, w, now, &out.Promises.Under); err != nil {
		return out, until, err
	}
	out.Reasons, err = reasonsOf(ctx, q, c, l, since)
	return out, until, err
}

// days reads what the link did day by day: all of it since the beginning, and
// the weeks of the course.
func (f *LinkFigures) days(ctx context.Context, q db.Querier, c id.Company, now db.Time) error {
	type row struct {
		service id.Service
		day     string
		Figures
	}
	since, course := day(f.Since), day(db.At(courseFrom(now.Time)))
	// || '' keeps SQLite from the index of the days, which is that of all links.
	rows, err := db.All(ctx, q, func(r *row) []any { return append([]any{&r.service, &r.day}, r.dest()...) }, `
		SELECT service, day, asked, delivered, accepted, remarked, first_time, returned, declined, cancelled, auto FROM link_stat
		WHERE company = ? AND link = ? AND day || '' >= ? ORDER BY service, day LIMIT 1000000`, c, f.Link.ID, min(since, course))
	if err != nil {
		return err
	}
	first := map[string]stat.Counted{}
	for _, r := range rows {
		if r.day >= since {
			f.All.add(r.Figures)
			x := f.ByService[r.service]
			x.add(r.Figures)
			f.ByService[r.service] = x
		}
		if r.day >= course {
			x := first[r.day]
			first[r.day] = stat.Counted{K: x.K + r.FirstTime.K, N: x.N + r.Accepted}
		}
	}
	f.All.finish()
	for s, x := range f.ByService {
		x.finish()
		f.ByService[s] = x
	}
	f.Course.chart(first)
	f.Course.Bounce, err = bounce(ctx, q, c, f.Link.ID, f.Since)
	return err
}

func reasonsOf(ctx context.Context, q db.Querier, c id.Company, l id.Link, since db.Time) ([]Reason, error) {
	type row struct {
		service id.Service
		reason  string
		n       int
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.service, &r.reason, &r.n} }, `
		SELECT service, reason, CAST(SUM(returned) AS BIGINT) FROM link_reason
		WHERE company = ? AND link = ? AND day >= ?
		GROUP BY service, reason ORDER BY service, reason LIMIT 200`, c, l, day(since))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	offers := map[id.Service]link.Offer{}
	var out []Reason
	for _, r := range rows {
		o, ok := offers[r.service]
		if !ok {
			if o, err = link.GetOffer(ctx, q, c, r.service); err != nil {
				return nil, err
			}
			offers[r.service] = o
		}
		out = append(out, Reason{Service: r.service, Item: link.Item{ID: r.reason, Text: link.TextOf(o.Reasons, r.reason)}, Count: r.n})
	}
	slices.SortStableFunc(out, func(x, y Reason) int { return y.Count - x.Count })
	return out, nil
}
