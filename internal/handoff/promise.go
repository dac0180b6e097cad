package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
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

// LinkPromises returns the promises of a link since a moment, or NotFound.
func (s *Service) LinkPromises(ctx context.Context, a authz.Actor, l id.Link, since time.Time) (Promises, error) {
	v, err := link.New(s.db).Get(ctx, a, l)
	if err != nil {
		return Promises{}, err
	}
	return s.Promises(ctx, a, Whose{[]id.Node{v.Supplier}, v.Customer}, since)
}

// Promises returns how the promises of w were kept since a moment. The shares
// are of the latest MostPromised legs, the times of the latest thousand.
func (s *Service) Promises(ctx context.Context, a authz.Actor, w Whose, since time.Time) (Promises, error) {
	w.Suppliers = w.Suppliers[:min(len(w.Suppliers), mostNodes)]
	out := Promises{Since: db.At(since)}
	if err := s.ended(ctx, a.Company, w, &out); err != nil {
		return out, err
	}
	take, deliver, err := s.spent(ctx, a.Company, w, out.Since, mostTimed)
	if err != nil {
		return out, err
	}
	out.Take.Time, out.Take.Of = spread(take), len(take)
	out.Deliver.Time, out.Deliver.Of = spread(deliver), len(deliver)
	return out, s.under(ctx, a.Company, w, &out.Under)
}

// ended counts the legs that ended, by how.
func (s *Service) ended(ctx context.Context, c id.Company, w Whose, out *Promises) error {
	type row struct {
		as           counted
		take, result clock.Result
		n            int
	}
	of, args := w.on("l")
	rows, err := db.All(ctx, s.db, func(r *row) []any { return []any{&r.as, &r.take, &r.result, &r.n} }, `
		SELECT counts_as, take_result, result, COUNT(*) FROM (
			SELECT l.counts_as, l.take_result, l.result FROM handoff_leg l
			WHERE l.company = ?`+of+` AND l.closed_at >= ? AND l.counts_as <> '' ORDER BY l.closed_at DESC LIMIT ?) AS latest
		GROUP BY counts_as, take_result, result LIMIT 100`, append(prepend(args, c), out.Since, MostPromised)...)
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

// spent returns the working times that the latest legs took, in nanoseconds.
func (s *Service) spent(ctx context.Context, c id.Company, w Whose, since db.Time, most int) (take, deliver []int64, err error) {
	type row struct{ took, used int64 }
	of, args := w.on("l")
	rows, err := db.All(ctx, s.db, func(r *row) []any { return []any{&r.took, &r.used} }, `
		SELECT l.took_us, l.used_us FROM handoff_leg l
		WHERE l.company = ?`+of+` AND l.closed_at >= ? AND l.counts_as = 'own' ORDER BY l.closed_at DESC LIMIT ?`,
		append(prepend(args, c), since, most)...)
	for _, r := range rows {
		if r.took >= 0 {
			take = append(take, r.took*int64(time.Microsecond))
		}
		deliver = append(deliver, r.used*int64(time.Microsecond))
	}
	return take, deliver, err
}

// byHours puts the times of legs in the place of those by the hours of the
// company, where there are enough of them.
func (s *Service) byHours(ctx context.Context, c id.Company, w Whose, since db.Time, most int, t *Times) error {
	if t.N == 0 {
		return nil
	}
	take, deliver, err := s.spent(ctx, c, w, since, most)
	if len(take) >= MinN {
		t.Take = spread(take)
	}
	if len(deliver) >= MinN {
		t.Deliver = spread(deliver)
	}
	return err
}

// under counts what has not ended, as lists show it.
func (s *Service) under(ctx context.Context, c id.Company, w Whose, out *Under) error {
	of, args := w.on("h")
	now := db.At(s.db.Now())
	return s.db.Row(ctx, []any{
		&out.Open, &out.Late, &out.Untaken, &out.Slow, &out.Paused, &out.Given, &out.Oldest, &out.OldestAt,
	}, `
		WITH o AS (
			SELECT h.number, h.asked_at, h.state, h.due_at, h.take_due_at, h.paused_at FROM handoff h
			WHERE h.company = ?`+of+` AND h.closed_at IS NULL AND h.due_at > 0 ORDER BY h.due_at LIMIT ?)
		SELECT CAST(COALESCE(SUM(CASE WHEN state <> 'delivered' THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state <> 'delivered' AND due_at < ? AND (paused_at IS NULL OR paused_at > due_at)
				THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state = 'asked' THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state = 'asked' AND take_due_at < ? THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state <> 'delivered' AND paused_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END), 0) AS BIGINT),
			COALESCE((SELECT number FROM o WHERE state <> 'delivered' ORDER BY asked_at, number LIMIT 1), 0),
			MIN(CASE WHEN state <> 'delivered' THEN asked_at END)
		FROM o`, append(prepend(args, c), MostPromised, now, now)...)
}

// Kept is one figure of the promises, as lists filter by it.
type Kept string

// The figures whose handoffs a list may show.
const (
	KeptInTime  Kept = "in_time" // delivered, or passed on, in time
	KeptLate    Kept = "late"
	TakenInTime Kept = "taken_in_time"
	TakenLate   Kept = "taken_late"
	KeptRework  Kept = "rework"
	KeptAuto    Kept = "auto"
	KeptDropped Kept = "dropped"
)

// legs are our own conditions on the legs of a figure.
var legs = map[Kept]string{
	KeptInTime:  `l.counts_as IN ('own', 'passed') AND l.result = 'met'`,
	KeptLate:    `l.counts_as IN ('own', 'passed') AND l.result = 'missed'`,
	TakenInTime: `l.counts_as IN ('own', 'passed') AND l.take_result = 'met'`,
	TakenLate:   `l.counts_as IN ('own', 'passed') AND l.take_result = 'missed'`,
	KeptRework:  `l.counts_as = 'rework'`,
	KeptAuto:    `l.counts_as = 'auto'`,
	KeptDropped: `l.counts_as = 'dropped'`,
}

// Behind says which legs a list shows the handoffs of.
type Behind struct {
	Kept  Kept
	Whose Whose
	Since time.Time // ended since then
}

func (b Behind) cond(c id.Company) (text string, args []any) {
	of, args := b.Whose.on("l")
	return ` AND h.id IN (SELECT l.handoff FROM handoff_leg l WHERE l.company = ?` + of + ` AND l.closed_at >= ? AND ` +
		legs[b.Kept] + `)`, append(prepend(args, c), db.At(b.Since))
}
