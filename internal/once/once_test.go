package once_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/once"
)

// world is two companies in which anybody may count.
type world struct {
	t     *testing.T
	db    *db.DB
	ana   authz.Actor
	clock time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, db: d, ana: authz.Actor{Company: 1, Person: "ana"}, clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.clock }
	for _, c := range []id.Company{1, 2} {
		w.must(d.InTx(t.Context(), c, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO company (company, name, lang, country, zone, trade, formal, calendar, accept_days, founded_at)
				VALUES (?, 'x', 'es', 'MX', 'UTC', '', FALSE, '{}', 5, 0)`, c)
			return err
		}))
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// count is a use case: it counts one more, and fails if end is not nil.
func (w *world) count(ctx context.Context, c id.Company, end error) error {
	return w.db.InTx(ctx, c, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO handoff_number (company, last) VALUES (?, 1)
			ON CONFLICT (company) DO UPDATE SET last = handoff_number.last + 1`, tx.Company)
		return errors.Join(err, end)
	})
}

func (w *world) counted(c id.Company, want int) {
	w.t.Helper()
	var n int
	err := w.db.Row(w.t.Context(), []any{&n}, `SELECT COALESCE(MAX(last), 0) FROM handoff_number WHERE company = ?`, c)
	if err != nil || n != want {
		w.t.Errorf("company %d counted %d (%v), want %d", c, n, err, want)
	}
}

// begin fails the test unless the request may go on.
func (w *world) begin(a authz.Actor, key, request string) context.Context {
	w.t.Helper()
	ctx, answer, err := once.Begin(w.t.Context(), w.db, a, key, request)
	w.must(err)
	if answer != nil {
		w.t.Fatalf("an answer from before: %+v", *answer)
	}
	return ctx
}

// refused fails the test unless the request is refused with this key.
func (w *world) refused(key, request, want string) {
	w.t.Helper()
	_, answer, err := once.Begin(w.t.Context(), w.db, w.ana, key, request)
	w.says(err, want)
	if answer != nil {
		w.t.Errorf("%s: an answer with an error", want)
	}
}

func (w *world) says(err error, want string) {
	w.t.Helper()
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Key != want || e.Kind != errs.Conflict {
		w.t.Errorf("got %v, want %s", err, want)
	}
}

func TestTheSameRequestGetsTheSameAnswer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := w.begin(w.ana, "k", "a")
		w.must(w.count(ctx, 1, nil))
		w.must(w.count(ctx, 1, nil)) // a request may need two transactions
		ended, cancel := context.WithCancel(ctx)
		cancel() // nobody waits for the answer
		w.must(once.End(ended, d, w.ana, "k", 201, `{"n":2}`))
		for range 2 {
			_, answer, err := once.Begin(t.Context(), d, w.ana, "k", "a")
			w.must(err)
			if answer == nil || answer.Status != 201 || answer.Body != `{"n":2}` {
				t.Fatalf("got %+v", answer)
			}
		}
		w.counted(1, 2)
		w.refused("k", "b", "once.err.other_request")
	})
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, errRefused := newWorld(t, d), errors.New("refused")
		ctx := w.begin(w.ana, "k", "a")
		if err := w.count(ctx, 1, errRefused); !errors.Is(err, errRefused) {
			t.Fatal(err)
		}
		w.must(once.End(ctx, d, w.ana, "k", 409, `{}`))
		ctx = w.begin(w.ana, "k", "b")
		w.must(once.End(ctx, d, w.ana, "k", 200, `{}`)) // it changed nothing
		ctx = w.begin(w.ana, "k", "c")
		w.must(w.count(ctx, 1, nil))
		w.must(once.End(ctx, d, w.ana, "k", 200, `{}`))
		w.counted(1, 1)
		w.refused("k", "a", "once.err.other_request")
	})
}

// A program sends its request many times at once. One is done; the others
// learn that it is being done, or get its answer.
func TestOfManyAtOnceOneIsDone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const many = 8
		var ready, wg sync.WaitGroup
		var done atomic.Int32
		ready.Add(many)
		for range many {
			wg.Go(func() {
				ctx, answer, err := once.Begin(t.Context(), d, w.ana, "k", "a")
				ready.Done()
				if err != nil || answer != nil {
					t.Error("a request was known before it was made", answer, err)
					return
				}
				ready.Wait()
				if err := w.count(ctx, 1, nil); err != nil {
					w.says(err, "once.err.again")
				} else {
					done.Add(1)
				}
				if err := once.End(ctx, d, w.ana, "k", 200, `{}`); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		w.counted(1, 1)
		if done.Load() != 1 {
			t.Errorf("%d requests were done", done.Load())
		}
		if _, answer, err := once.Begin(t.Context(), d, w.ana, "k", "a"); err != nil || answer == nil {
			t.Errorf("the answer is lost: %v, %v", answer, err)
		}
	})
}

// The process dies after the commit: what was done is not done again.
func TestALostAnswerIsTold(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.must(w.count(w.begin(w.ana, "k", "a"), 1, nil))
		w.refused("k", "a", "once.err.again")
		w.clock = w.clock.Add(time.Minute)
		w.refused("k", "a", "once.err.done_answer_lost")
		ctx := w.begin(w.ana, "long", "a")
		w.must(w.count(ctx, 1, nil))
		w.must(once.End(ctx, d, w.ana, "long", 200, strings.Repeat("x", 1<<20)))
		w.clock = w.clock.Add(time.Minute)
		w.refused("long", "a", "once.err.done_answer_lost")
	})
}

func TestAKeyIsOfOnePersonInOneCompany(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, a := range []authz.Actor{w.ana, {Company: 1, Person: "luis"}, {Company: 2, Person: "ana"}} {
			ctx := w.begin(a, "k", string(a.Person))
			w.must(w.count(ctx, a.Company, nil))
		}
		w.counted(1, 2)
		w.counted(2, 1)
		ctx := w.begin(w.ana, "other", "a")
		w.must(w.count(ctx, 2, nil)) // a transaction of another company does not use the key up
		w.begin(w.ana, "other", "b")
	})
}

func TestWhatAKeyMayNotBe(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for key, want := range map[string]string{
			"": "err.required", " ": "err.required", strings.Repeat("k", 201): "err.too_long", "clé": "once.err.key", "a\nb": "once.err.key",
		} {
			_, _, err := once.Begin(t.Context(), d, w.ana, key, "a")
			if got := errs.FieldsOf(err)["idempotency_key"]; got != want {
				t.Errorf("%q: got %q, want %q", key, got, want)
			}
		}
		w.begin(w.ana, strings.Repeat("k", 200), "a")
		if err := once.End(t.Context(), d, w.ana, "k", 200, ""); err == nil {
			t.Error("an answer to a request that never began")
		}
	})
}

func TestKeysAreForgottenAfterADay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i := range 600 { // more than one batch
			w.must(w.count(w.begin(w.ana, strings.Repeat("k", 1+i%150)+strings.Repeat("l", i/150), "a"), 1, nil))
		}
		w.must(w.count(w.begin(authz.Actor{Company: 2, Person: "ana"}, "k", "a"), 2, nil))
		w.clock = w.clock.Add(24 * time.Hour)
		w.must(w.count(w.begin(w.ana, "new", "a"), 1, nil))
		w.must(once.Sweep(t.Context(), d))
		w.refused("k", "a", "once.err.done_answer_lost") // exactly a day old: not yet
		w.clock = w.clock.Add(time.Second)
		w.must(once.Sweep(t.Context(), d))
		w.begin(w.ana, "k", "b")
		w.begin(authz.Actor{Company: 2, Person: "ana"}, "k", "b")
		w.refused("new", "a", "once.err.again")
		var left int
		w.must(d.Row(t.Context(), []any{&left}, `SELECT COUNT(*) FROM once`))
		if left != 1 {
			t.Errorf("%d keys are left, want 1", left)
		}
	})
}
