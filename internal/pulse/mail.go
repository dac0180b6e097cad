package pulse

import (
	"context"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/setting"
)

const linkPrefix = "esp"

// The notices of a pulse. What somebody did about the first two is not in them:
// they go when the pulse closes, so that nobody can tell later who was reminded.
const (
	toldAsked  = "pulse_asked"
	toldAgain  = "pulse_again"
	toldClosed = "pulse_closed"
	toldDeed   = "deed_yours"
)

type closeDue struct{}

func (closeDue) Kind() string { return "pulse_close" }

// Workers publish what is due and launch what is planned.
func (s *Service) Workers() []job.Worker {
	const often = 5 * time.Minute
	return []job.Worker{
		job.Work(job.Policy{}, func(ctx context.Context, _ closeDue) error { return s.Tend(ctx) }).Every(often, closeDue{}),
	}
}

// Tend publishes every pulse whose time has passed, and launches what is
// planned for today, in every company.
func (s *Service) Tend(ctx context.Context) error {
	all, err := setting.All(ctx, s.db)
	if err != nil {
		return err
	}
	var failed error
	for _, c := range all {
		failed = errors.Join(failed, s.CloseDue(ctx, c.ID), s.launchPlanned(ctx, c))
	}
	return failed
}

// tell puts a line about a pulse on the bells of people. Nobody is named as who
// did it: who launched a pulse is asked like everybody.
func tell(ctx context.Context, tx *db.Tx, kind string, pulse id.Pulse, people []id.Person) error {
	notices := make([]notify.Notice, len(people))
	for i, p := range people {
		notices[i] = notify.Notice{Person: p, Kind: kind, Subject: string(pulse)}
	}
	return notify.Add(ctx, tx, notices)
}

// LinkFor makes a new link for a person for whose answer a pulse waits: empty if
// it no longer does. The link holds once keep has run; only its digest is kept,
// and an older one no longer works.
func (s *Service) LinkFor(ctx context.Context, c id.Company, p id.Person, pulse id.Pulse) (link string, keep func(context.Context, *db.Tx) error, err error) {
	v, err := getPulse(ctx, s.db, c, pulse)
	if err != nil {
		return "", nil, err
	}
	if _, err := waits(ctx, s.db, c, pulse, p); errs.KindOf(err) == errs.Conflict || v.takes(db.At(s.db.Now())) != nil {
		return "", nil, nil
	} else if err != nil {
		return "", nil, err
	}
	link = secret.Compose(linkPrefix, c)
	return link, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE pulse_asked SET hash = ? WHERE company = ? AND pulse = ? AND person = ? AND NOT answered`,
			secret.Digest(link), c, pulse, p)
		return err
	}, nil
}

const remindEvery = 24 * time.Hour

// Remind writes again to those who have not answered. Who they are, nobody is
// told; it returns how many of all the mails went to. Conflict within a day of
// the last time.
func (s *Service) Remind(ctx context.Context, a authz.Actor, pulse id.Pulse) (n int, err error) {
	err = s.steer(ctx, a, pulse, func(tx *db.Tx, p Pulse) error {
		if !p.RemindedAt.IsZero() && tx.Now.Sub(p.RemindedAt.Time) < remindEvery {
			return errs.With(errs.Conflict, "pulse.err.reminded", errs.Args{"When": p.RemindedAt.Time})
		}
		pending, err := db.Values[id.Person](ctx, tx, `
			SELECT w.person FROM pulse_asked w JOIN person x ON x.company = w.company AND x.id = w.person
			WHERE w.company = ? AND w.pulse = ? AND NOT w.answered AND NOT w.by_code AND x.email <> ''
			ORDER BY w.person LIMIT 20000`, a.Company, pulse)
		if err != nil {
			return err
		}
		n = len(pending)
		if err := tell(ctx, tx, toldAgain, pulse, pending); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE pulse SET reminded_at = ? WHERE company = ? AND id = ?`, tx.Now, a.Company, pulse)
		return err
	})
	return n, err
}

// Progress returns how many of those asked have answered, all together.
func (s *Service) Progress(ctx context.Context, a authz.Actor, p Pulse) (answered int, err error) {
	if err := canSteer(a, p); err != nil {
		return 0, err
	}
	return ballot.Count(ctx, s.db, a.Company, string(p.ID))
}
