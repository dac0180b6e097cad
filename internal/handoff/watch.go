package handoff

import (
	"container/heap"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// alarm is a moment on which a handoff has to be looked at.
type alarm struct {
	at      time.Time
	company id.Company
	handoff id.Handoff
}

// alarms is a heap of them, the next on top.
type alarms []alarm

// Len satisfies [heap.Interface], as the others do.
func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].at.Before(a[j].at) }
func (a alarms) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }

// Push satisfies [heap.Interface].
func (a *alarms) Push(x any) { *a = append(*a, x.(alarm)) }

// Pop satisfies [heap.Interface].
func (a *alarms) Pop() any {
	last := len(*a) - 1
	x := (*a)[last]
	*a = (*a)[:last]
	return x
}

// watched are the alarms of the near future that this process knows: what its
// own commits set, and what it finds in the table, where those of other nodes
// and of its own earlier life are. What lies further ahead is found in time.
type watched struct {
	mu    sync.Mutex
	until time.Time // what lies beyond is not kept; zero while nobody watches
	next  alarms
	news  chan struct{}
}

const (
	look  = time.Minute     // between two looks at the table
	ahead = 2 * look        // how far each looks
	batch = 500             // handoffs that one look finds
	retry = 5 * time.Second // after a look that failed
)

func (w *watched) add(a alarm) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until.IsZero() || a.at.After(w.until) {
		return
	}
	heap.Push(&w.next, a)
	if w.next[0] == a {
		select {
		case w.news <- struct{}{}:
		default: // somebody has said so already
		}
	}
}

// refill forgets what was known for what a look has found.
func (w *watched) refill(found []alarm, until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next, w.until = append(w.next[:0], found...), until
	heap.Init(&w.next)
}

// due takes one alarm that has come, or says when the next comes; zero if none
// is known.
func (w *watched) due(now time.Time) (a alarm, ok bool, next time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.next) == 0 {
		return alarm{}, false, time.Time{}
	}
	if w.next[0].at.After(now) {
		return alarm{}, false, w.next[0].at
	}
	return heap.Pop(&w.next).(alarm), true, time.Time{}
}

// KeepTime tells people of what becomes due, at the moment at which it does,
// and accepts what nobody answers, until ctx ends. Any number of processes may
// do it: each moment is claimed in the transaction that tells of it.
func (s *Service) KeepTime(ctx context.Context) {
	s.watched.mu.Lock()
	s.watched.news = make(chan struct{}, 1)
	s.watched.mu.Unlock()
	if err := s.adoptOpen(ctx); err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "older clocks failed", "err", err)
	}
	for ctx.Err() == nil {
		more, err := s.look(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "clocks failed", "err", err)
		}
		pause := look
		switch {
		case err != nil:
			pause = retry
		case more:
			pause = 0
		}
		s.ringUntil(ctx, time.Now().Add(pause))
	}
}

// ringUntil rings what comes due until a moment of this machine's clock.
func (s *Service) ringUntil(ctx context.Context, end time.Time) {
	for ctx.Err() == nil {
		now := s.db.Now()
		a, ok, next := s.watched.due(now)
		if ok {
			if err := s.ring(ctx, a.company, a.handoff); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "a clock failed", "company", a.company, "handoff", a.handoff, "err", err)
			}
			continue
		}
		wait := time.Until(end)
		if !next.IsZero() {
			wait = min(wait, next.Sub(now))
		}
		if time.Until(end) <= 0 {
			return
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.C:
		case <-s.watched.news:
		}
		t.Stop()
	}
}

// look finds the alarms of the near future, and reports whether there are more
// than it took.
func (s *Service) look(ctx context.Context) (more bool, err error) {
	until := s.db.Now().Add(ahead)
	found, err := wakes(ctx, s.db, db.At(until))
	if err != nil {
		return false, err
	}
	if more = len(found) == batch; more {
		until = found[batch-1].at
	}
	s.watched.refill(found, until)
	return more, nil
}

// RingDue rings all that is due now, and returns how many handoffs that were.
func (s *Service) RingDue(ctx context.Context) (n int, err error) {
	for {
		found, err := wakes(ctx, s.db, db.At(s.db.Now()))
		if err != nil || len(found) == 0 {
			return n, err
		}
		for _, a := range found {
			if err := s.ring(ctx, a.company, a.handoff); err != nil {
				return n, err
			}
			n++
		}
	}
}

// wakes finds the alarms until a moment, the next first. It reads across
// companies, as only the system may: internal/arch lists it as an exception.
func wakes(ctx context.Context, q db.Querier, until db.Time) ([]alarm, error) {
	return db.All(ctx, q, func(a *alarm) []any { return []any{(*microseconds)(&a.at), &a.company, &a.handoff} }, `
		SELECT wake_at, company, handoff FROM handoff_leg WHERE wake_at IS NOT NULL AND wake_at <= ?
		ORDER BY wake_at, company, handoff LIMIT ?`, until, batch)
}

// microseconds reads a moment of a row.
type microseconds time.Time

// Scan satisfies [database/sql.Scanner].
func (m *microseconds) Scan(v any) error {
	var t db.Time
	err := t.Scan(v)
	*m = microseconds(t.Time)
	return err
}

// ringing is a leg that has come to a moment of which nobody was told.
type ringing struct {
	leg     int
	phase   phase
	told    int
	moments [4]db.Time
}

func (r *ringing) dest() []any {
	return []any{&r.leg, &r.phase, &r.told, &r.moments[0], &r.moments[1], &r.moments[2], &r.moments[3]}
}

// ring claims the moments of h that have come, and tells of the last of them in
// the same transaction. Who comes second finds nothing.
func (s *Service) ring(ctx context.Context, c id.Company, h id.Handoff) error {
	return s.db.InTx(ctx, c, func(tx *db.Tx) error {
		legs, err := db.All(ctx, tx, (*ringing).dest, `
			SELECT leg, phase, told, soon_at, now_at, late_at, last_at FROM handoff_leg
			WHERE company = ? AND handoff = ? AND wake_at <= ? ORDER BY leg LIMIT 10`, c, h, tx.Now)
		if err != nil || len(legs) == 0 {
			return err
		}
		for _, l := range legs {
			row := legRow{moments: l.moments}
			told := max(l.told, row.past(tx.Now.Time))
			claimed, err := claim(ctx, tx, h, l, told, row.wake(told))
			if err != nil {
				return err
			}
			if claimed && told > l.told {
				if err := s.tellTime(ctx, tx, h, l.phase, l.told, told); err != nil {
					return err
				}
			}
			if next := row.wake(told); claimed && !next.IsZero() {
				tx.AfterCommit(func() { s.watched.add(alarm{next.Time, c, h}) })
			}
		}
		return nil
	})
}

// claim moves on how far people were told of a leg, unless somebody else has.
func claim(ctx context.Context, tx *db.Tx, h id.Handoff, l ringing, told int, wake db.Time) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE handoff_leg SET told = ?, wake_at = ?
		WHERE company = ? AND handoff = ? AND leg = ? AND phase = ? AND told = ? AND wake_at <= ?`,
		told, wake, tx.Company, h, l.leg, l.phase, l.told, tx.Now)
	return n == 1, err
}

// tellTime tells people that a handoff has come to the n-th moment of a phase,
// of which they were told as far as told.
func (s *Service) tellTime(ctx context.Context, tx *db.Tx, h id.Handoff, p phase, told, n int) error {
	v, err := get(ctx, tx, tx.Company, h)
	if err != nil {
		return err
	}
	if p == accepting && n >= 2 {
		return s.acceptByItself(ctx, tx, v)
	}
	return tellMoment(ctx, tx, v, p, told, n)
}

// acceptByItself accepts a delivery that nobody answered in the days that its
// customer has: it is counted apart from what somebody looked at.
func (s *Service) acceptByItself(ctx context.Context, tx *db.Tx, h Handoff) error {
	if h.State != Delivered {
		return nil // somebody answered a moment ago
	}
	was := h.Events
	e, err := h.move(Accepted, Step{}, "", tx.Now)
	if err != nil {
		return err
	}
	h.Auto, e.Kind = true, AutoAccepted
	return s.step(ctx, tx, was, &h, &e)
}
