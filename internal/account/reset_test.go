package account_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
)

func TestAForgottenPassword(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, err := w.ResetByOperator(w.ctx, "nadie@example.org")
		w.wants(err, errs.NotFound, "nobody signs in with it")
		old := w.signIn("eva@example.org", password)
		first, err := w.ResetByOperator(w.ctx, "Eva@example.org")
		w.must(err)
		second, err := w.ResetByOperator(w.ctx, "eva@example.org")
		w.must(err)
		w.must(w.CanReset(w.ctx, first))
		w.field(w.Reset(w.ctx, first, "eva@example.org"), "password", "account.err.is_email")
		w.must(w.Reset(w.ctx, first, another))
		w.out(old.Cookie)
		w.signIn("eva@example.org", another)
		_, err = w.SignIn(w.ctx, account.SignIn{Email: "eva@example.org", Password: password})
		w.wants(err, errs.Unauthenticated, "the old password")
		for _, used := range []string{first, second, "x"} {
			w.wants(w.CanReset(w.ctx, used), errs.NotFound, "a link that was used")
			w.wants(w.Reset(w.ctx, used, another), errs.NotFound, "a link that was used")
		}
		third, err := w.ResetByOperator(w.ctx, "eva@example.org")
		w.must(err)
		w.clock = w.clock.Add(time.Hour)
		w.wants(w.Reset(w.ctx, third, password), errs.NotFound, "an old link")
	})
}

func TestChangingOnesPassword(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		here, there := w.signIn("eva@example.org", password), w.signIn("eva@example.org", password)
		err := w.ChangePassword(w.ctx, w.eva, account.Change{New: "corta"})
		w.field(err, "old", "err.required")
		w.field(err, "new", "account.err.short")
		err = w.ChangePassword(w.ctx, w.eva, account.Change{Old: another, New: another})
		w.field(err, "old", "account.err.old_password")
		reader := w.eva
		reader.Scope = authz.Read
		err = w.ChangePassword(w.ctx, reader, account.Change{Old: password, New: another})
		w.wants(err, errs.Forbidden, "a token that only reads")
		w.is(there.Cookie, "eva")
		w.must(w.ChangePassword(w.ctx, w.eva, account.Change{Old: password, New: another, Cookie: here.Cookie}))
		w.is(here.Cookie, "eva")
		w.out(there.Cookie)
		w.signIn("eva@example.org", another)
	})
}

// Ten failures close the address for a while, also for the right password; so
// does a network that tries many addresses. Nobody else notices.
func TestGuessingIsSlow(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		sign := func(email, pass, address string) error {
			_, err := w.SignIn(w.ctx, account.SignIn{Email: email, Password: pass, Address: address})
			return err
		}
		for range 10 {
			w.wants(sign("eva@example.org", "no es esta", "10.0.0.2"), errs.Unauthenticated, "a wrong password")
		}
		w.wants(sign("eva@example.org", password, "10.0.0.3"), errs.TooMany, "the eleventh try")
		w.clock = w.clock.Add(time.Minute)
		w.must(sign("eva@example.org", password, "10.0.0.3"))
		for range 10 {
			w.wants(sign("eva@example.org", "no es esta", "2001:db8::1"), errs.Unauthenticated, "forgotten after a success")
		}
		for _, host := range []string{"a", "b"} {
			for range 10 {
				w.wants(sign(host+"@example.org", "no es esta", "2001:db8::2"), errs.Unauthenticated, "a wrong password")
			}
		}
		w.wants(sign("c@example.org", "no es esta", "2001:db8::3"), errs.TooMany, "the 31st try of a network")
		w.wants(sign("c@example.org", "no es esta", "2001:db8:0:1::3"), errs.Unauthenticated, "another network")
	})
}
