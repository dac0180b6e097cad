package pulse

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/setting"
)

const linkPrefix = "esp"

type (
	invite struct {
		Company id.Company `json:"company"`
		Pulse   id.Pulse   `json:"pulse"`
		Person  id.Person  `json:"person"`
		Again   bool       `json:"again,omitempty"`
	}
	closeDue struct{}
)

func (invite) Kind() string   { return "pulse_invite" }
func (closeDue) Kind() string { return "pulse_close" }

// Workers send the invitations, publish what is due and launch what is
// planned. page is the address at which a link is answered.
func (s *Service) Workers(m *notify.Mailer, page func(link string) string) []job.Worker {
	const often = 5 * time.Minute
	return []job.Worker{
		job.Work(job.Policy{}, func(ctx context.Context, j invite) error { return s.invite(ctx, m, page, j) }),
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

// invite sends one mail. The link in it is made now and stored as a digest, so
// neither the job nor a backup holds what opens it; a mail that is sent again
// has a new link, and the old one no longer works.
func (s *Service) invite(ctx context.Context, m *notify.Mailer, page func(string) string, j invite) error {
	if !m.On() {
		slog.DebugContext(ctx, "mail is off, a pulse waits on the page of the day only", "company", j.Company, "pulse", j.Pulse)
		return nil
	}
	link := secret.Compose(linkPrefix, j.Company)
	var p Pulse
	var email, name, lang, company string
	err := s.db.InTx(ctx, j.Company, func(tx *db.Tx) (err error) {
		if p, err = getPulse(ctx, tx, j.Company, j.Pulse); err != nil {
			return err
		}
		if err := tx.Row(ctx, []any{&email, &name, &lang, &company}, `
			SELECT x.email, x.name, x.lang, c.name FROM pulse_asked w
			JOIN person x ON x.company = w.company AND x.id = w.person JOIN company c ON c.company = w.company
			WHERE w.company = ? AND w.pulse = ? AND w.person = ? AND NOT w.answered AND x.active AND x.email <> ''`,
			j.Company, j.Pulse, j.Person); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE pulse_asked SET hash = ? WHERE company = ? AND pulse = ? AND person = ? AND NOT answered`,
			secret.Digest(link), j.Company, j.Pulse, j.Person)
		return err
	})
	if errors.Is(err, db.ErrNotFound) || err == nil && p.takes(db.At(s.db.Now())) != nil {
		return nil // answered, gone or over
	}
	if err != nil {
		return err
	}
	ctx = i18n.With(ctx, lang)
	say := i18n.Args{"Company": company, "Title": p.Title, "Name": name, "Count": len(p.Items), "Day": i18n.LongDay(ctx, p.ClosesAt.Time)}
	subject := "pulse.mail.subject"
	if j.Again {
		subject = "pulse.mail.again"
	}
	err = m.Send(ctx, notify.Mail{
		To: email, Name: name, Lang: lang, Subject: i18n.T(ctx, subject, say),
		Lines:  []string{i18n.T(ctx, "pulse.mail.why", say), i18n.T(ctx, "pulse.mail.safe", say)},
		Button: i18n.T(ctx, "pulse.mail.button"), Link: page(link), Foot: i18n.T(ctx, "pulse.mail.foot", say),
	})
	if errors.Is(err, notify.ErrRefused) {
		return job.GiveUp(err)
	}
	return err
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
		for _, person := range pending {
			if err := job.Enqueue(ctx, tx, invite{Company: a.Company, Pulse: pulse, Person: person, Again: true}); err != nil {
				return err
			}
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
