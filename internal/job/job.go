// Package job does what leaves the process, or can wait, after the
// transaction that asked for it: mails, clean-ups. A job is written inside the
// business transaction, so it exists if and only if that committed. The
// library behind it can be replaced here, and nowhere else.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"github.com/eslabon/eslabon/internal/db"
)

// Args is what a job knows. It is kept for a day after the job is done, and
// in every backup: the company and ids, never names, texts or secrets.
type Args interface {
	Kind() string // "mail_invitation": letters and underscores, never renamed
}

// Policy says how jobs of one kind are tried. The zero value will do.
type Policy struct {
	Tries   int                              // before it is given up; 10 if zero
	Wait    func(failures int) time.Duration // before the next try; from a second to two hours if nil
	Timeout time.Duration                    // of one try; a minute if zero
}

const (
	tries      = 10
	timeout    = time.Minute
	mostWait   = 2 * time.Hour
	mostTries  = 100 // as the library counts; ours end before
	rescue     = 5 * time.Minute
	poll       = 250 * time.Millisecond
	cooldown   = 50 * time.Millisecond
	workers    = 4
	killedWait = 5 * time.Second
)

func (p Policy) wait(failures int) time.Duration {
	if p.Wait != nil {
		return p.Wait(failures)
	}
	n := time.Duration(failures)
	return min(n*n*n*n*time.Second, mostWait)
}

// Worker does the jobs of one kind.
type Worker struct {
	kind  string
	add   func(*river.Workers) error
	every time.Duration
	args  Args
}

// Work returns a worker that calls fn for each job of kind A. It may be called
// twice for one job: a process that dies does not say how far it came.
func Work[A Args](p Policy, fn func(ctx context.Context, args A) error) Worker {
	var a A
	if p.Tries == 0 {
		p.Tries = tries
	}
	if p.Timeout == 0 {
		p.Timeout = timeout
	}
	return Worker{
		kind: a.Kind(),
		add:  func(w *river.Workers) error { return river.AddWorkerSafely(w, &worker[A]{policy: p, do: fn}) },
	}
}

// Every returns the worker with a job of its own, made when the first node
// starts and then after each interval, by one node of all.
func (w Worker) Every(interval time.Duration, args Args) Worker {
	w.every, w.args = interval, args
	return w
}

// GiveUp marks an error that another try cannot mend.
func GiveUp(err error) error { return river.JobCancel(err) }

type worker[A Args] struct {
	river.WorkerDefaults[A]
	policy Policy
	do     func(context.Context, A) error
}

// Work satisfies [river.Worker].
func (w *worker[A]) Work(ctx context.Context, j *river.Job[A]) error {
	err := w.do(ctx, j.Args)
	if err != nil && j.Attempt >= w.policy.Tries {
		return GiveUp(fmt.Errorf("try %d of %d: %w", j.Attempt, w.policy.Tries, err))
	}
	return err
}

// NextRetry satisfies [river.Worker].
func (w *worker[A]) NextRetry(j *river.Job[A]) time.Time {
	return time.Now().Add(w.policy.wait(len(j.Errors) + 1))
}

// Timeout satisfies [river.Worker].
func (w *worker[A]) Timeout(*river.Job[A]) time.Duration { return w.policy.Timeout }

// Jobs runs the workers of one process.
type Jobs struct {
	db      *db.DB
	workers *river.Workers
	own     []*river.PeriodicJob
	n       int

	mu   sync.Mutex
	stop func(context.Context) error
}

// New returns the workers, not yet at work. An error means that two of them
// do the same kind.
func New(d *db.DB, ws ...Worker) (*Jobs, error) {
	j := &Jobs{db: d, workers: river.NewWorkers(), n: len(ws)}
	for _, w := range ws {
		if err := w.add(j.workers); err != nil {
			return nil, fmt.Errorf("add worker %s: %w", w.kind, err)
		}
		if w.every > 0 {
			j.own = append(j.own, river.NewPeriodicJob(river.PeriodicInterval(w.every),
				func() (river.JobArgs, *river.InsertOpts) { return w.args, nil },
				&river.PeriodicJobOpts{ID: w.kind, RunOnStart: true}))
		}
	}
	return j, nil
}

// Start begins to work, until Stop. The tables must be there: see [Migrate].
func (j *Jobs) Start(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stop != nil {
		return errors.New("start jobs: they run already")
	}
	if j.n == 0 {
		return errors.New("start jobs: there are no workers")
	}
	stop, err := start(context.WithoutCancel(ctx), j.db, &river.Config{
		FetchCooldown:        cooldown,
		FetchPollInterval:    poll,
		JobTimeout:           timeout,
		Logger:               slog.New(quiet{slog.Default().Handler()}),
		MaxAttempts:          mostTries,
		PeriodicJobs:         j.own,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		ReindexerSchedule:    reindex(j.db.Engine),
		RescueStuckJobsAfter: rescue,
		Workers:              j.workers,
	})
	if err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	j.stop = stop
	return nil
}

// Stop takes no new jobs and waits for those at work until ctx ends; then it
// cancels them, and they are tried again by whoever starts next.
func (j *Jobs) Stop(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stop == nil {
		return nil
	}
	err := j.stop(ctx)
	j.stop = nil
	if err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// reindex says when the library rebuilds its indexes. SQLite's do not bloat,
// and its only writer would wait.
func reindex(e db.Engine) river.PeriodicSchedule {
	if e == db.SQLite {
		return river.NeverSchedule()
	}
	return nil // at midnight UTC
}

// quiet passes on only what an operator should see.
type quiet struct{ slog.Handler }

// Enabled satisfies [slog.Handler].
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

// WithAttrs satisfies [slog.Handler].
func (q quiet) WithAttrs(as []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(as)} }

// WithGroup satisfies [slog.Handler].
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
