package account

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
)

// A job is kept for a day after it is done and in every backup, so no mail's
// secret is in it. The worker makes a secret when it sends, and stores its
// digest then: a key of the installation, from which secrets could be computed
// again, would have to be kept, moved and guarded for ever. A job that runs
// twice sends two links, and both work until one is used.

type (
	mailReset struct {
		Login id.Login `json:"login"` // empty if nobody has the address that asked
	}
	mailChanged struct {
		Login id.Login `json:"login"`
	}
	mailInvitation struct {
		Company    id.Company    `json:"company"`
		Invitation id.Invitation `json:"invitation"`
	}
	sweep struct{}
)

func (mailReset) Kind() string      { return "mail_reset" }
func (mailChanged) Kind() string    { return "mail_password_changed" }
func (mailInvitation) Kind() string { return "mail_invitation" }
func (sweep) Kind() string          { return "sweep_accounts" }

// Pages are the addresses of the pages that mails lead to.
type Pages struct {
	Join   func(secret string) string // an invitation
	Reset  func(secret string) string // choose a new password
	Forgot string                     // ask for a new password
}

// Workers send the mails of this package, and sweep out what has ended.
func (s *Service) Workers(m *notify.Mailer, p Pages) []job.Worker {
	soon := job.Policy{Tries: 6} // within about a quarter of an hour: nobody waits longer for a link
	return []job.Worker{
		job.Work(soon, func(ctx context.Context, j mailReset) error { return s.sendReset(ctx, m, p, j.Login) }),
		job.Work(job.Policy{}, func(ctx context.Context, j mailChanged) error { return s.sendChanged(ctx, m, p, j.Login) }),
		job.Work(job.Policy{}, func(ctx context.Context, j mailInvitation) error {
			return s.sendInvitation(ctx, m, p, j.Company, j.Invitation)
		}),
		job.Work(job.Policy{}, func(ctx context.Context, _ sweep) error { return s.sweep(ctx) }).Every(6*time.Hour, sweep{}),
	}
}

// AskReset sends a link for a new password to email, if somebody signs in with
// it. The answer, and the work until it, are the same if nobody does.
func (s *Service) AskReset(ctx context.Context, email, address string) error {
	email = CleanEmail(email)
	bad := errs.Bad{}
	if checkEmail(bad, email); len(bad) > 0 {
		return bad.Err()
	}
	now := s.db.Now()
	if !s.places.take(network(address), now) || !s.mails.take(email, now) {
		return errs.New(errs.TooMany, "err.too_many")
	}
	l, err := loginOf(ctx, s.db, email)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	return s.db.InTx(ctx, noCompany, func(tx *db.Tx) error { return job.Enqueue(ctx, tx, mailReset{Login: l.id}) })
}

func (s *Service) sendReset(ctx context.Context, m *notify.Mailer, p Pages, l id.Login) error {
	r, err := s.reader(ctx, m, l)
	if err != nil || r.email == "" {
		return err
	}
	secret, err := s.newReset(ctx, l)
	if err != nil {
		return err
	}
	ctx = i18n.With(ctx, r.lang)
	return send(ctx, m, notify.Mail{
		To: r.email, Name: r.name, Subject: i18n.T(ctx, "account.mail.reset_subject"),
		Lines:  []string{hello(ctx, r.name), i18n.T(ctx, "account.mail.reset_why")},
		Button: i18n.T(ctx, "account.mail.reset_button"), Link: p.Reset(secret),
		Foot: i18n.T(ctx, "account.mail.reset_foot"),
	})
}

func (s *Service) sendChanged(ctx context.Context, m *notify.Mailer, p Pages, l id.Login) error {
	r, err := s.reader(ctx, m, l)
	if err != nil || r.email == "" {
		return err
	}
	ctx = i18n.With(ctx, r.lang)
	return send(ctx, m, notify.Mail{
		To: r.email, Name: r.name, Subject: i18n.T(ctx, "account.mail.changed_subject"),
		Lines:  []string{hello(ctx, r.name), i18n.T(ctx, "account.mail.changed_why")},
		Button: i18n.T(ctx, "account.mail.changed_button"), Link: p.Forgot,
		Foot: i18n.T(ctx, "account.mail.changed_foot"),
	})
}

func (s *Service) sendInvitation(ctx context.Context, m *notify.Mailer, p Pages, c id.Company, i id.Invitation) error {
	if !m.On() {
		slog.InfoContext(ctx, "mail is off, an invitation goes by its link only", "company", c, "invitation", i)
		return nil
	}
	secret := compose(invitePrefix, c)
	var g inviting
	err := s.db.InTx(ctx, c, func(tx *db.Tx) (err error) {
		if g, err = getInviting(ctx, tx, c, i, tx.Now); err != nil {
			return err
		}
		return insertInvitation(ctx, tx, id.New[id.Invitation](), digest(secret), g.person, g.by, g.ends)
	})
	if errors.Is(err, db.ErrNotFound) { // used, replaced, or too late
		return nil
	}
	if err != nil {
		return err
	}
	ctx = i18n.With(ctx, g.lang)
	names := i18n.Args{"By": g.byName, "Company": g.company}
	return send(ctx, m, notify.Mail{
		To: g.email, Name: g.name, Subject: i18n.T(ctx, "account.mail.invite_subject", names),
		Lines:  []string{hello(ctx, g.name), i18n.T(ctx, "account.mail.invite_why", names)},
		Button: i18n.T(ctx, "account.mail.invite_button", names), Link: p.Join(secret),
		Foot: i18n.T(ctx, "account.mail.invite_foot", names),
	})
}

// reader is who gets a mail about a login.
type reader struct{ email, name, lang string }

// reader returns nobody if mail is off, or if the login opens no company.
func (s *Service) reader(ctx context.Context, m *notify.Mailer, l id.Login) (reader, error) {
	if l == "" {
		return reader{}, nil
	}
	if !m.On() {
		slog.InfoContext(ctx, "mail is off, nothing is sent", "login", l)
		return reader{}, nil
	}
	r, err := readerOf(ctx, s.db, l)
	if errors.Is(err, db.ErrNotFound) {
		return reader{}, nil
	}
	return r, err
}

func hello(ctx context.Context, name string) string {
	return i18n.T(ctx, "account.mail.hello", i18n.Args{"Name": name})
}

func send(ctx context.Context, m *notify.Mailer, in notify.Mail) error {
	in.Lang = i18n.Lang(ctx)
	err := m.Send(ctx, in)
	if errors.Is(err, notify.ErrRefused) {
		return job.GiveUp(err)
	}
	return err
}

// sweep deletes sessions and links that have ended, a few at a time, so that
// nobody waits for it.
func (s *Service) sweep(ctx context.Context) error {
	const few = 500
	for _, ended := range []func(context.Context, *db.Tx, int) (int64, error){deleteEndedSessions, deleteEndedResets} {
		for n := int64(few); n == few; {
			err := s.db.InTx(ctx, noCompany, func(tx *db.Tx) (err error) {
				n, err = ended(ctx, tx, few)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
