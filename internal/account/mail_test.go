package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/notify/sink"
)

const base = "https://eslabon.example"

// post starts the workers of the world, and returns how to stop them.
func (w *world) post(m *notify.Mailer, more ...job.Worker) (stop func()) {
	w.t.Helper()
	j, err := job.New(w.db, append(more, w.Workers(m, account.Pages{
		Join:   func(secret string) string { return base + "/join/" + secret },
		Reset:  func(secret string) string { return base + "/reset/" + secret },
		Forgot: base + "/forgot",
	})...)...)
	w.must(err)
	w.must(j.Start(w.ctx))
	stop = func() { w.must(j.Stop(context.WithoutCancel(w.ctx))) }
	w.t.Cleanup(stop)
	return stop
}

// secret returns what stands behind path in a mail.
func (w *world) secret(m sink.Mail, path string) string {
	w.t.Helper()
	_, rest, ok := strings.Cut(m.Text, base+path)
	if !ok || !strings.Contains(m.HTML, base+path) {
		w.t.Fatalf("no link to %s in the mail:\n%s\n%s", path, m.Text, m.HTML)
	}
	secret, _, _ := strings.Cut(rest, "\n")
	return secret
}

func TestAForgottenPasswordGoesByMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, s := newWorld(t, d), sink.Open(t, nil)
		old := w.signIn("eva@example.org", password)
		stop := w.post(s.Mailer())
		w.must(w.AskReset(w.ctx, "nadie@example.org", "10.0.0.1"))
		w.must(w.AskReset(w.ctx, "EVA@example.org", "10.0.0.1"))
		m := s.Next()
		if m.To != "eva@example.org" || m.Subject != "Elige tu contraseña nueva de Eslabón" {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		w.must(w.Reset(w.ctx, w.secret(m, "/reset/"), another))
		w.out(old.Cookie)
		w.signIn("eva@example.org", another)
		if m := s.Next(); m.To != "eva@example.org" || m.Subject != "Cambió tu contraseña de Eslabón" {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		stop()
		s.Empty()
	})
}

// Whether somebody has the address or not, the fourth mail in a row waits.
func TestNobodyIsFloodedWithMails(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, email := range []string{"eva@example.org", "nadie@example.org"} {
			for range 3 {
				w.must(w.AskReset(w.ctx, email, ""))
			}
			w.wants(w.AskReset(w.ctx, email, ""), errs.TooMany, email)
		}
		w.field(w.AskReset(w.ctx, "eva", ""), "email", "account.err.email")
		w.clock = w.clock.Add(20 * time.Minute)
		w.must(w.AskReset(w.ctx, "eva@example.org", ""))
	})
}

// The link that the leader sees and the one in the mail differ. Either lets
// the guest in; then neither does.
func TestAnInvitationGoesByMail(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, s := newWorld(t, d), sink.Open(t, nil)
		w.exec(1, `UPDATE person SET lang = 'en', name = 'Luis' WHERE company = 1 AND id = 'luis'`)
		w.post(s.Mailer())
		replaced, err := w.Invite(w.ctx, w.ana, "luis")
		w.must(err)
		gone := w.secret(s.Next(), "/join/")
		shown, err := w.Invite(w.ctx, w.ana, "luis")
		w.must(err)
		m := s.Next()
		if m.To != "luis@example.org" || m.Subject != "ana invites you to Taller Uno on Eslabón" {
			t.Errorf("got %q to %s", m.Subject, m.To)
		}
		mailed := w.secret(m, "/join/")
		if mailed == shown {
			t.Error("the secret of the mail was known before it was sent")
		}
		for _, secret := range []string{replaced, gone} {
			_, err := w.Invited(w.ctx, secret)
			w.wants(err, errs.NotFound, "a link that was replaced")
		}
		_, err = w.Invited(w.ctx, shown)
		w.must(err)
		in, err := w.Accept(w.ctx, account.Accept{Secret: mailed, Password: another})
		w.must(err)
		w.is(in.Cookie, "luis")
		_, err = w.Invited(w.ctx, shown)
		w.wants(err, errs.NotFound, "the other link")
	})
}

// last is a job after the others.
type last struct{}

func (last) Kind() string { return "test_last" }

func TestWithoutMailNoSecretIsMade(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		off, err := notify.NewMailer(notify.Config{})
		w.must(err)
		_, err = w.Invite(w.ctx, w.ana, "luis")
		w.must(err)
		w.must(w.AskReset(w.ctx, "eva@example.org", ""))
		w.must(d.InTx(w.ctx, 1, func(tx *db.Tx) error { return job.Enqueue(w.ctx, tx, last{}) }))
		reached := make(chan bool, 1)
		stop := w.post(off, job.Work(job.Policy{}, func(context.Context, last) error {
			reached <- true
			return nil
		}))
		<-reached // jobs begin in the order in which they were written,
		stop()    // and those that have begun end
		var invitations, resets int
		w.must(d.Row(w.ctx, []any{&invitations}, `SELECT COUNT(*) FROM invitation`))
		w.must(d.Row(w.ctx, []any{&resets}, `SELECT COUNT(*) FROM password_reset`))
		if invitations != 1 || resets != 0 {
			t.Errorf("%d invitations and %d resets, want 1 and 0", invitations, resets)
		}
	})
}

func TestWhatEndedIsSweptOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.signIn("eva@example.org", password)
		_, err := w.ResetByOperator(w.ctx, "eva@example.org")
		w.must(err)
		w.clock = w.clock.Add(89 * 24 * time.Hour)
		here := w.signIn("eva@example.org", password)
		link, err := w.ResetByOperator(w.ctx, "eva@example.org")
		w.must(err)
		w.exec(1, `INSERT INTO session (hash, login, company, person, device, started_at, seen_at, ends_at)
			WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1200)
			SELECT CAST(n.n AS TEXT), s.login, 1, 'eva', '', 0, 0, 1 FROM n JOIN seat s ON s.company = 1 AND s.person = 'eva'`)
		w.clock = w.clock.Add(2 * 24 * time.Hour)
		w.must(account.Sweep(w.Service, w.ctx))
		var sessions int
		w.must(d.Row(w.ctx, []any{&sessions}, `SELECT COUNT(*) FROM session`))
		if sessions != 1 {
			t.Errorf("%d sessions are left, want 1", sessions)
		}
		w.is(here.Cookie, "eva")
		w.wants(w.CanReset(w.ctx, link), errs.NotFound, "a link of two days ago")
	})
}
