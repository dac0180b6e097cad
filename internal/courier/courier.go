// Package courier mails notices: to each reader in its language, while it is at
// work, and several in one letter. Nothing of it runs while nothing waits.
package courier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

// Pages are the addresses to which mails lead.
type Pages struct {
	Of     func(k notify.Kind, subject string, number int64) string // the page of what a notice is about
	Bell   string
	Choose string // where somebody chooses what it gets

	// Signed are the subjects whose mails lead to a page that knows its reader,
	// so that nobody has to sign in.
	Signed map[notify.About]Signer

	// Told are the subjects of which a mail says more than that there is news.
	Told map[notify.About]Teller
}

// Teller says more of a subject to one of its readers: what to call it, and
// parts to add. Without parts there is no more to say.
type Teller func(ctx context.Context, c id.Company, p id.Person, subject string) (name string, parts []notify.Part, err error)

// Signer makes the address of such a page for one person and subject: an empty
// one if there is nothing to do there any more. It holds from when keep has
// run, in the transaction in which the letter leaves, so that of two processes
// that write the same letter only the one that sends it makes its address hold.
type Signer func(ctx context.Context, c id.Company, p id.Person, subject string) (url string, keep Keep, err error)

// Keep makes the address of a [Signer] hold.
type Keep func(ctx context.Context, tx *db.Tx) error

// Service decides when notices are mailed, and mails them.
type Service struct {
	db     *db.DB
	mailer *notify.Mailer
	pages  Pages
	wake   chan struct{}
}

// New returns a courier over d. It works once it runs, and its jobs do.
func New(d *db.DB, m *notify.Mailer, p Pages) *Service {
	return &Service{db: d, mailer: m, pages: p, wake: make(chan struct{}, 1)}
}

// Wake tells that something was committed. It never waits.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default: // somebody has said so already
	}
}

const (
	some   = 200                    // readers or letters in one go
	gather = 250 * time.Millisecond // commits that come together are looked at together
	doubt  = 2 * time.Minute        // after which a letter that was leaving is of unknown fate
	others = 10 * time.Minute       // how often another node's work is looked for
	breath = time.Second            // after something failed
)

// Run mails what has to be mailed until ctx ends: after each commit, and when
// the next letter is due. On SQLite, where no other process can be at work,
// nothing happens in between.
func (s *Service) Run(ctx context.Context) {
	if !s.mailer.On() {
		return
	}
	s.resume(ctx)
	for ctx.Err() == nil {
		next, err := s.Round(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "notices could not be mailed", "err", err)
			next = db.At(s.db.Now().Add(breath))
		}
		s.rest(ctx, next)
	}
}

// rest returns when there may be something to do: at a moment, if it is not
// zero, or after a commit.
func (s *Service) rest(ctx context.Context, until db.Time) {
	var alarm <-chan time.Time
	wait := others
	if !until.IsZero() {
		wait = min(wait, max(until.Sub(s.db.Now()), gather))
	}
	if !until.IsZero() || s.db.Engine == db.Postgres {
		t := time.NewTimer(wait)
		defer t.Stop()
		alarm = t.C
	}
	select {
	case <-ctx.Done():
		return
	case <-alarm:
		return
	case <-s.wake:
	}
	select {
	case <-ctx.Done():
	case <-time.After(gather):
	}
}

// resume takes up what a process that died left behind. Letters that were
// claimed get another job: whichever job comes first sends them. On SQLite what
// was leaving has nobody any more who could tell.
func (s *Service) resume(ctx context.Context) {
	if s.db.Engine == db.SQLite {
		if err := s.settle(ctx, db.At(s.db.Now())); err != nil {
			slog.ErrorContext(ctx, "letters of unknown fate", "err", err)
		}
	}
	left, err := notify.Unsent(ctx, s.db, some)
	for _, l := range left {
		err = errors.Join(err, s.db.InTx(ctx, l.Company, func(tx *db.Tx) error {
			return job.Enqueue(ctx, tx, mailNotices{Company: l.Company, Letter: l.Letter})
		}))
	}
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "letters that were left behind", "err", err)
	}
}

// Round plans the mails of new notices, and claims the letters that are due. It
// returns when it has to be called again if nothing happens meanwhile; zero if
// nothing waits.
func (s *Service) Round(ctx context.Context) (next db.Time, err error) {
	now := db.At(s.db.Now())
	plan, err := notify.ToPlan(ctx, s.db, some)
	if err != nil {
		return next, err
	}
	due, err := notify.ToMail(ctx, s.db, now, some)
	if err != nil {
		return next, err
	}
	done := map[notify.To]bool{}
	for _, to := range append(plan, due...) {
		if done[to] {
			continue
		}
		done[to] = true
		if err := s.db.InTx(ctx, to.Company, func(tx *db.Tx) error { return tend(ctx, tx, to.Person) }); err != nil {
			return next, err
		}
	}
	if err := s.settle(ctx, db.At(now.Add(-doubt))); err != nil {
		return next, err
	}
	if len(plan) == some || len(due) == some {
		return now, nil // there are more
	}
	return s.next(ctx)
}

func (s *Service) next(ctx context.Context) (db.Time, error) {
	next, err := notify.NextMail(ctx, s.db)
	if err != nil {
		return next, err
	}
	since, err := notify.NextStuck(ctx, s.db)
	if err != nil || since.IsZero() {
		return next, err
	}
	if late := db.At(since.Add(doubt)); next.IsZero() || late.Before(next.Time) {
		next = late
	}
	return next, nil
}

// settle says of letters that were leaving before a moment that nobody knows
// whether they did: sending them again could be the second time.
func (s *Service) settle(ctx context.Context, before db.Time) error {
	stuck, err := notify.Stuck(ctx, s.db, before, some)
	for _, l := range stuck {
		err = errors.Join(err, s.db.InTx(ctx, l.Company, func(tx *db.Tx) error {
			return notify.Left(ctx, tx, l.Letter, notify.Unsure, "cut")
		}))
	}
	return err
}

// Health says how the mails of the actor's company fare; only an owner may ask.
type Health struct {
	notify.Health
	On       bool // mails leave at all
	Tally    notify.Tally
	Troubles []notify.Letter
}

// Health returns how the mails of the actor's company fare.
func (s *Service) Health(ctx context.Context, a authz.Actor) (Health, error) {
	if !a.Owner {
		return Health{}, a.MustOwn()
	}
	const shown = 50
	h := Health{On: s.mailer.On(), Tally: s.mailer.Tally()}
	var err error
	if h.Health, err = notify.HealthOf(ctx, s.db, a.Company, s.db.Now()); err != nil {
		return h, err
	}
	h.Troubles, err = notify.Troubles(ctx, s.db, a.Company, shown)
	return h, err
}

// Again sends a letter that failed, or of which nobody knows, once more; only
// an owner may. NotFound if there is none.
func (s *Service) Again(ctx context.Context, a authz.Actor, l id.Letter) error {
	if err := a.MustOwn(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		ok, err := notify.Again(ctx, tx, l)
		if err != nil {
			return err
		}
		if !ok {
			return errNoLetter()
		}
		return job.Enqueue(ctx, tx, mailNotices{Company: a.Company, Letter: l})
	})
}

// What is kept, and how long notices may be unplanned while mail is off.
const (
	keepLetters = 90 * 24 * time.Hour
	unplanned   = 3 * 24 * time.Hour
)

// Sweep forgets old letters, and notices that nobody could mail while mail was
// off: who turns it on does not want to tell what is long over.
func (s *Service) Sweep(ctx context.Context) error {
	companies, err := setting.All(ctx, s.db)
	if err != nil {
		return err
	}
	now := s.db.Now()
	for _, c := range companies {
		for n := int64(some); n == some; {
			err := s.db.InTx(ctx, c.ID, func(tx *db.Tx) (err error) {
				if n, err = notify.Forget(ctx, tx, db.At(now.Add(-unplanned)), some); err != nil {
					return err
				}
				swept, err := notify.Sweep(ctx, tx, db.At(now.Add(-keepLetters)), some)
				n = max(n, swept)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
