package courier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
)

// mailNotices sends one letter.
type mailNotices struct {
	Company id.Company `json:"company"`
	Letter  id.Letter  `json:"letter"`
}

// Kind satisfies [job.Args].
func (mailNotices) Kind() string { return "mail_notices" }

// sweep forgets what is old.
type sweep struct{}

// Kind satisfies [job.Args].
func (sweep) Kind() string { return "sweep_letters" }

// mostTries is how often a letter is tried, over about a day.
const mostTries = 18

// Workers send the letters, and forget the old ones.
func (s *Service) Workers() []job.Worker {
	return []job.Worker{
		job.Work(job.Policy{Tries: mostTries + 1}, s.send), // the letter counts itself, and gives up first
		job.Work(job.Policy{}, func(ctx context.Context, _ sweep) error { return s.Sweep(ctx) }).Every(24*time.Hour, sweep{}),
	}
}

func errNoLetter() error { return errs.New(errs.NotFound, "notify.err.no_letter") }

// errGone ends a delivery that somebody else has taken over.
var errGone = errors.New("the letter is not ours any more")

// send delivers a letter, at most once: before the server gets it the letter is
// marked as leaving, and one that is marked is never sent by itself again.
func (s *Service) send(ctx context.Context, j mailNotices) error {
	l, ok, err := notify.GetLetter(ctx, s.db, j.Company, j.Letter)
	if err != nil || !ok || l.State != notify.Claimed {
		return err
	}
	m, keep, err := s.write(ctx, j.Company, l)
	if errors.Is(err, errNobody) {
		return s.note(ctx, j, func(tx *db.Tx) error { return notify.Left(ctx, tx, l.ID, notify.Failed, notify.WhyAddress) })
	}
	if err != nil {
		return err
	}
	left := false
	err = s.mailer.Deliver(ctx, m, func() error {
		return s.note(ctx, j, func(tx *db.Tx) (err error) {
			if left, err = notify.Leave(ctx, tx, l.ID); err != nil {
				return err
			}
			if !left {
				return errGone
			}
			for _, k := range keep {
				if err := k(ctx, tx); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if errors.Is(err, errGone) {
		return nil
	}
	to, tries := notify.Sent, l.Tries+1
	switch {
	case err == nil:
		return s.note(ctx, j, func(tx *db.Tx) error { return notify.Left(ctx, tx, l.ID, to, "") })
	case errors.Is(err, notify.ErrUnsure):
		to = notify.Unsure
	case errors.Is(err, notify.ErrRefused) || tries >= mostTries:
		to = notify.Failed
	default:
		to = notify.Claimed // it did not leave, that is certain
	}
	why := notify.Why(err)
	slog.WarnContext(ctx, "a mail did not leave", "company", j.Company, "letter", l.ID, "state", to, "why", why, "err", err)
	noted := s.note(ctx, j, func(tx *db.Tx) error {
		if to == notify.Claimed && !left {
			return notify.Missed(ctx, tx, l.ID, why)
		}
		return notify.Left(ctx, tx, l.ID, to, why)
	})
	if noted != nil || to == notify.Claimed {
		return errors.Join(err, noted)
	}
	return job.GiveUp(err)
}

// note writes down how far a letter has come, also when the process is asked to
// end: what has left has left.
func (s *Service) note(ctx context.Context, j mailNotices, fn func(*db.Tx) error) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return s.db.InTx(ctx, j.Company, fn)
}
