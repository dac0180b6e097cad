package handoff

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// counted says in which figure of the promises a closed leg counts.
type counted string

const (
	uncounted counted = ""        // nothing was promised, or only after the fact
	own       counted = "own"     // what was asked for, and answered by its customer
	passed    counted = "passed"  // redirected: the promise ended there
	reworked  counted = "rework"  // what came back, delivered again
	unlooked  counted = "auto"    // accepted because nobody answered
	dropped   counted = "dropped" // declined or cancelled: never delivered
)

// countsAs is the figure of a leg of h. What was handed on without being asked
// was promised to nobody; what was brought in was promised after the fact.
func countsAs(h Handoff, l clock.Leg) counted {
	switch {
	case l.End == "" || h.Imported || h.Kind == Push && !l.Rework:
		return uncounted
	case l.End == clock.Ended && !l.Due.IsZero():
		return dropped
	case l.Result == clock.None:
		return uncounted
	case l.End == clock.Redirected:
		return passed
	case l.End == clock.Accepted && h.Auto:
		return unlooked
	case l.Rework:
		return reworked
	}
	return own
}

// tookOf is the working time of the supplier until somebody took a leg, in
// microseconds: -1 where nobody did, or nobody knows by what hours.
func tookOf(l clock.Leg) int64 {
	if l.Rework || l.Taken.IsZero() || l.Hours == nil {
		return -1
	}
	return l.Hours.Elapsed(l.Opened, l.Taken).Microseconds()
}

// Whose says whose promises: those of the suppliers, to one customer if it is
// named. The zero value is the whole company.
type Whose struct {
	Suppliers []id.Node
	Customer  id.Node
}

// on is the condition that a row of the table t is of w.
func (w Whose) on(t string) (text string, args []any) {
	switch n := len(w.Suppliers); {
	case n == 1:
		text = ` AND ` + t + `.supplier = ?`
	case n > 1:
		text = ` AND ` + t + `.supplier IN ` + db.Marks(n)
	}
	args = db.Args(w.Suppliers)
	if w.Customer != "" {
		text, args = text+` AND `+t+`.customer = ?`, append(args, w.Customer)
	}
	return text, args
}

// span is the time in which a leg ended: since a moment, and before another if
// that is not zero.
type span struct{ since, before db.Time }

// on is the condition that a leg of the table t ended in s.
func (s span) on(t string) (text string, args []any) {
	if s.before.IsZero() {
		return ` AND ` + t + `.closed_at >= ?`, []any{s.since}
	}
	return ` AND ` + t + `.closed_at >= ? AND ` + t + `.closed_at < ?`, []any{s.since, s.before}
}

// MostPromised is how many of the latest legs the shares of promises are taken
// from, and the most that are counted as open.
const MostPromised = 5000

// Promise is how one promise of legs was kept.
type Promise struct {
	Kept stat.Share // in time, of those that ended
	Time Spread     // working time that it took, by the hours of the supplier
	Of   int        // how many legs Time is of
}

// Enough reports whether there are enough to speak of a rate.
func (p Promise) Enough() bool { return p.Kept.N >= MinN }

// Under is what has not ended: it is in no share, and never left out.
type Under struct {
	Open, Late    int // not delivered yet; of them, past what was promised
	Untaken, Slow int // nobody took it yet; of them, past what was promised
	Paused        int // of Open
	Given         int // delivered, and not answered yet
	Oldest        int64
	OldestAt      db.Time // when the oldest of Open was asked for; zero if there is none
}

// Promises are how promises were kept since a moment. A leg counts once its
// customer has answered, or when it was passed on.
type Promises struct {
	Since         db.Time
	Take, Deliver Promise
	Rework        stat.Share // in time, of what came back and was delivered again
	Auto          stat.Share // in time, of what was accepted because nobody answered
	Dropped       int        // declined or cancelled before it was delivered
	Under         Under
}

// promisesKey says which promises are kept: those of a long list of suppliers
// under a hash of it.
type promisesKey struct {
	company id.Company
	whose   [sha256.Size]byte
	since   int64 // microseconds
}

func keyOf(c id.Company, w Whose, since db.Time) promisesKey {
	h := sha256.New()
	for _, n := range append([]id.Node{w.Customer}, w.Suppliers...) {
		h.Write([]byte(n))
		h.Write([]byte{0})
	}
	k := promisesKey{company: c, since: since.UnixMicro()}
	h.Sum(k.whose[:0])
	return k
}

// mostPromises is how many figures of promises are kept, of half a kilobyte each.
const mostPromises = 2000

// Promises returns how the promises of w were kept since a moment. The shares
// are of the latest MostPromised legs, the times of the latest thousand.
func (s *Service) Promises(ctx context.Context, a authz.Actor, w Whose, since time.Time) (Promises, error) {
	w.Suppliers = w.Suppliers[:min(len(w.Suppliers), mostNodes)]
	at := db.At(since)
	return still(ctx, s.db, &s.promised, mostPromises, a.Company, keyOf(a.Company, w, at), func(now db.Time) (Promises, db.Time, error) {
		return loadPromises(ctx, s.db, a.Company, w, at, now)
	})
}

// loadPromises reads the promises of w as they are now, and until when they are
// so if nobody does anything.
func loadPromises(ctx context.Context, q db.Querier, c id.Company, w Whose, since, now db.Time) (out Promises, until db.Time, err error) {
	out.Since = since
	if err = endedLegs(ctx, q, c, w, span{since: since}, &out); err != nil {
		return out, until, err
	}
	take, deliver, err := spent(ctx, q, c, w, span{since: since}, mostTimed)
	if err != nil {
		return out, until, err
	}
	out.timed(take, deliver)
	until, err = underWay(ctx, q, c, w, now, &out.Under)
	return out, until, err
}

func (p *Promises) timed(take, deliver []int64) {
	p.Take.Time, p.Take.Of = spread(take), len(take)
	p.Deliver.Time, p.Deliver.Of = spread(deliver), len(deliver)
}

// endedLegs counts the legs that ended, by how.
func endedLegs(ctx context.Context, q db.Querier, c id.Company, w Whose, when span, out *Promises) error {
	type row struct {
		as           counted
		take, result clock.Result
		n            int
	}
	of, args := w.on("l")
	ended, moments := when.on("l")
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.as, &r.take, &r.result, &r.n} }, `
		SELECT counts_as, take_result, result, COUNT(*) FROM (
			SELECT l.counts_as, l.take_result, l.result FROM handoff_leg l
			WHERE l.company = ?`+of+ended+` AND l.counts_as <> '' ORDER BY l.closed_at DESC LIMIT ?) AS latest
		GROUP BY counts_as, take_result, result LIMIT 100`, append(append(prepend(args, c), moments...), MostPromised)...)
	if err != nil {
		return err
	}
	add := func(to *stat.Share, r clock.Result, n int) {
		if r == clock.Met {
			to.K += n
		}
		if r != clock.None {
			to.N += n
		}
	}
	for _, r := range rows {
		switch r.as {
		case own, passed:
			add(&out.Take.Kept, r.take, r.n)
			add(&out.Deliver.Kept, r.result, r.n)
		case reworked:
			add(&out.Rework, r.result, r.n)
		case unlooked:
			add(&out.Auto, r.result, r.n)
		case dropped:
			out.Dropped += r.n
		case uncounted:
		}
	}
	for _, x := range []*stat.Share{&out.Take.Kept, &out.Deliver.Kept, &out.Rework, &out.Auto} {
		*x = stat.Wilson(x.K, x.N)
	}
	return nil
}

// howMany counts the rows of which one of our own conditions is true.
func howMany(cond string) string {
	return `CAST(COALESCE(SUM(CASE WHEN ` + cond + ` THEN 1 ELSE 0 END), 0) AS BIGINT)`
}

// spent returns the working times that the latest legs took, in nanoseconds.
func spent(ctx context.Context, q db.Querier, c id.Company, w Whose, when span, most int) (take, deliver []int64, err error) {
	type row struct{ took, used int64 }
	of, args := w.on("l")
	ended, moments := when.on("l")
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.took, &r.used} }, `
		SELECT l.took_us, l.used_us FROM handoff_leg l
		WHERE l.company = ?`+of+ended+` AND l.counts_as = 'own' ORDER BY l.closed_at DESC LIMIT ?`,
		append(append(prepend(args, c), moments...), most)...)
	for _, r := range rows {
		if r.took >= 0 {
			take = append(take, r.took*int64(time.Microsecond))
		}
		deliver = append(deliver, r.used*int64(time.Microsecond))
	}
	return take, deliver, err
}

// byHours puts the times of the legs of nodes in the place of those by the hours
// of the company.
func (s *Service) byHours(ctx context.Context, c id.Company, nodes []id.Node, since db.Time, t *Times) error {
	if t.N == 0 {
		return nil
	}
	take, deliver, err := spent(ctx, s.db, c, Whose{Suppliers: nodes}, span{since: since}, mostTimedOfTeam)
	t.byHours(take, deliver)
	return err
}

// byHours puts times of legs in the place of those by the hours of the company,
// where there are enough of them.
func (t *Times) byHours(take, deliver []int64) {
	if t.N == 0 {
		return
	}
	if len(take) >= MinN {
		t.Take = spread(take)
	}
	if len(deliver) >= MinN {
		t.Deliver = spread(deliver)
	}
}

// underWay counts what has not ended, as lists show it. It returns the next
// moment at which something becomes late by itself: up to it the counts hold.
func underWay(ctx context.Context, q db.Querier, c id.Company, w Whose, now db.Time, out *Under) (until db.Time, err error) {
	of, args := w.on("h")
	latest := ` FROM (SELECT h.number, h.asked_at, h.state, h.due_at, h.take_due_at, h.paused_at FROM handoff h
			WHERE h.company = ?` + of + ` AND h.closed_at IS NULL AND h.due_at > 0 ORDER BY h.due_at LIMIT ?) AS o`
	args = append(prepend(args, c), MostPromised)
	var due, takeDue db.Time
	err = q.Row(ctx, []any{&out.Open, &out.Late, &out.Untaken, &out.Slow, &out.Paused, &out.Given, &due, &takeDue}, `
		SELECT `+howMany(`state <> 'delivered'`)+`,
			`+howMany(`state <> 'delivered' AND due_at < ? AND (paused_at IS NULL OR paused_at > due_at)`)+`,
			`+howMany(`state = 'asked'`)+`, `+howMany(`state = 'asked' AND take_due_at < ?`)+`,
			`+howMany(`state <> 'delivered' AND paused_at IS NOT NULL`)+`, `+howMany(`state = 'delivered'`)+`,
			MIN(CASE WHEN state <> 'delivered' AND due_at >= ? THEN due_at END),
			MIN(CASE WHEN state = 'asked' AND take_due_at >= ? THEN take_due_at END)`+latest,
		append([]any{now, now, now, now}, args...)...)
	if until = due; due.IsZero() || !takeDue.IsZero() && takeDue.Before(due.Time) {
		until = takeDue
	}
	if err != nil || out.Open == 0 {
		return until, err
	}
	err = q.Row(ctx, []any{&out.Oldest, &out.OldestAt}, `
		SELECT number, asked_at`+latest+` WHERE state <> 'delivered' ORDER BY asked_at, number LIMIT 1`, args...)
	if errors.Is(err, db.ErrNotFound) { // it was delivered a moment ago: the next reader reads anew
		err = nil
	}
	return until, err
}
