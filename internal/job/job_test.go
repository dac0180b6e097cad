package job_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
)

type greet struct {
	Company id.Company `json:"company"`
	N       int        `json:"n"`
}

func (greet) Kind() string { return "test_greet" }

type sweep struct{}

func (sweep) Kind() string { return "test_sweep" }

// run starts the workers, and stops them at the end of the test.
func run(t *testing.T, d *db.DB, ws ...job.Worker) *job.Jobs {
	t.Helper()
	if err := job.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	j, err := job.New(d, ws...)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, j, time.Minute) })
	return j
}

func stop(t *testing.T, j *job.Jobs, wait time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), wait)
	defer cancel()
	if err := j.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func enqueue(t *testing.T, d *db.DB, n int, end error) {
	t.Helper()
	err := d.InTx(t.Context(), 1, func(tx *db.Tx) error {
		if err := job.Enqueue(t.Context(), tx, greet{Company: tx.Company, N: n}); err != nil {
			return err
		}
		return end
	})
	if !errors.Is(err, end) {
		t.Fatal(err)
	}
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

var errUndo = errors.New("undo")

// Of each pair, the first is rolled back; the second is done once.
func TestAJobExistsIfItsTransactionCommitted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		done := make(chan greet, 100)
		j := run(t, d, job.Work(job.Policy{}, func(_ context.Context, g greet) error {
			done <- g
			return nil
		}))
		const pairs = 10
		for n := range pairs {
			enqueue(t, d, -n-1, errUndo)
			enqueue(t, d, n, nil)
		}
		seen := map[int]bool{}
		for range pairs {
			g := next(t, done)
			if g.Company != 1 || g.N < 0 || seen[g.N] {
				t.Errorf("did %+v", g)
			}
			seen[g.N] = true
		}
		stop(t, j, time.Minute)
		if len(done) != 0 {
			t.Errorf("%d jobs more than were asked for", len(done))
		}
	})
}

// A job that fails comes back after its own delay. It would not if the driver
// wrote times in a form that the library does not compare: then it waits for
// ever, and nothing says so.
func TestAFailedJobIsTriedAgainAfterItsOwnDelay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const wait = 300 * time.Millisecond
		tries, failures := make(chan time.Time, 10), make(chan int, 10)
		policy := job.Policy{Wait: func(n int) time.Duration { failures <- n; return wait }}
		n := 0
		run(t, d, job.Work(policy, func(context.Context, greet) error {
			tries <- time.Now()
			if n++; n < 3 {
				return errors.New("not yet")
			}
			return nil
		}))
		enqueue(t, d, 1, nil)
		last := next(t, tries)
		for i := range 2 {
			at := next(t, tries)
			if at.Sub(last) < wait {
				t.Errorf("tried again after %v, before its delay of %v", at.Sub(last), wait)
			}
			if got := next(t, failures); got != i+1 {
				t.Errorf("failure %d is counted as %d", i+1, got)
			}
			last = at
		}
	})
}

func TestAJobIsGivenUp(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		tries := make(chan int, 100)
		policy := job.Policy{Tries: 2, Wait: func(int) time.Duration { return 0 }}
		run(t, d, job.Work(policy, func(_ context.Context, g greet) error {
			tries <- g.N
			switch g.N {
			case 1:
				return errors.New("never works")
			case 2:
				return job.GiveUp(errors.New("cannot be mended"))
			}
			return nil
		}))
		count := map[int]int{}
		enqueue(t, d, 1, nil)
		enqueue(t, d, 2, nil)
		for range 3 {
			count[next(t, tries)]++
		}
		enqueue(t, d, 3, nil) // what is tried again would come before it
		for n := 0; n != 3; count[n]++ {
			n = next(t, tries)
		}
		if count[1] != 2 || count[2] != 1 || count[3] != 1 {
			t.Errorf("tries of each job: %v", count)
		}
	})
}

func TestAWorkerHasAJobOfItsOwn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ran := make(chan time.Time, 10)
		run(t, d, job.Work(job.Policy{}, func(context.Context, sweep) error {
			ran <- time.Now()
			return nil
		}).Every(time.Second, sweep{}))
		next(t, ran)
		next(t, ran)
		next(t, ran)
	})
}

// Stop waits for a job at work as long as it may; then it cancels the job,
// which whoever starts next takes up again.
func TestStopLosesNoJob(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		began, ended := make(chan int, 10), make(chan error, 10)
		policy := job.Policy{Wait: func(int) time.Duration { return 0 }}
		worker := func(fn func(context.Context) error) job.Worker {
			return job.Work(policy, func(ctx context.Context, g greet) error {
				began <- g.N
				err := fn(ctx)
				ended <- err
				return err
			})
		}
		j := run(t, d, worker(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}))
		enqueue(t, d, 1, nil)
		next(t, began)
		stop(t, j, time.Millisecond)
		if err := next(t, ended); !errors.Is(err, context.Canceled) {
			t.Errorf("the job ended with %v", err)
		}
		run(t, d, worker(func(context.Context) error { return nil }))
		next(t, began)
		if err := next(t, ended); err != nil {
			t.Errorf("the second time: %v", err)
		}
	})
}

// Two nodes share the work, and do each job once.
func TestNodesShareTheWork(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres)
	const jobs = 40
	done := make(chan int, 2*jobs)
	node := func() *job.Jobs {
		return run(t, d, job.Work(job.Policy{}, func(_ context.Context, g greet) error {
			done <- g.N
			return nil
		}))
	}
	a, b := node(), node()
	var wg sync.WaitGroup
	for n := range jobs {
		wg.Go(func() { enqueue(t, d, n, nil) })
	}
	wg.Wait()
	seen := map[int]bool{}
	for range jobs {
		seen[next(t, done)] = true
	}
	stop(t, a, time.Minute)
	stop(t, b, time.Minute)
	if len(seen) != jobs || len(done) != 0 {
		t.Errorf("did %d different jobs of %d, and %d twice", len(seen), jobs, len(done))
	}
}

// Nodes of one installation start at the same time; one of them migrates.
func TestConcurrentMigrations(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		nodes := map[db.Engine]int{db.SQLite: 1, db.Postgres: 4}[d.Engine]
		var wg sync.WaitGroup
		for range nodes {
			wg.Go(func() {
				if err := job.Migrate(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := job.Migrate(t.Context(), d); err != nil {
			t.Errorf("the second time: %v", err)
		}
	})
}

func TestTwoWorkersOfOneKindAreRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	w := job.Work(job.Policy{}, func(context.Context, sweep) error { return nil })
	if _, err := job.New(d, w, w); err == nil {
		t.Error("two workers of one kind were taken")
	}
}
