package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/memory"
)

// stand is how far the log of a company and its projections have come.
type stand struct{ head, stats, flow int64 }

// standOf asks how far the log and the projections are.
func standOf(ctx context.Context, q db.Querier, c id.Company) (s stand, err error) {
	err = q.Row(ctx, []any{&s.head, &s.stats, &s.flow}, `
		SELECT h.seq, COALESCE(a.seq, 0), COALESCE(b.seq, 0) FROM fact_head h
		LEFT JOIN fact_cursor a ON a.company = h.company AND a.name = ?
		LEFT JOIN fact_cursor b ON b.company = h.company AND b.name = ?
		WHERE h.company = ?`, Stats.Name, Flow.Name, c)
	return s, err
}

// figure is what was read, with what it was true of.
type figure[V any] struct {
	stand       stand
	from, until db.Time // by the clock alone; until is zero if it changes nothing
	value       V
}

// mostAge is how long a figure is kept although nothing was written: what an
// operator makes anew ("rebuild") is no fact.
const mostAge = time.Minute

func (f *figure[V]) holds(s stand, now db.Time) bool {
	return !f.from.IsZero() && f.stand == s && !now.Before(f.from.Time) && now.Sub(f.from.Time) < mostAge &&
		(f.until.IsZero() || !now.After(f.until.Time))
}

// still returns what read returns for company c, or what it returned before for
// the same key, if that is what it would return now. Every write leaves a fact,
// in every process of an installation, so that a figure holds while the log and
// the projections stand where they stood and, if it depends on the time, until
// the moment that read says (zero if it does not).
func still[K comparable, V any](
	ctx context.Context, d *db.DB, m *memory.Of[K, figure[V]], most int, c id.Company, key K, read func(now db.Time) (V, db.Time, error),
) (V, error) {
	e := m.Entry(key)
	e.Lock()
	defer e.Unlock()
	now := db.At(d.Now())
	s, err := standOf(ctx, d, c) // before it is read: what is written meanwhile is read again
	if err != nil {
		return e.Value.value, err
	}
	if e.Value.holds(s, now) {
		return e.Value.value, nil
	}
	v, until, err := read(now)
	if err == nil {
		e.Value = figure[V]{s, now, until, v}
	}
	m.Grew(e, 0, most)
	return v, err
}
