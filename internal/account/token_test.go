package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
)

func TestATokenSpeaksForItsPersonUntilItEnds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		issued, secret, err := w.Issue(w.ctx, w.ana, account.Issue{Name: " Nómina ", Scope: authz.Read, Days: 30})
		w.must(err)
		if kind, subject := w.last(); kind != "token.issued" || subject != string(issued.ID) {
			t.Errorf("last fact: %s %s", kind, subject)
		}
		if !strings.HasPrefix(secret, "esl_1_") {
			t.Errorf("%q does not name its company", secret)
		}
		w.clock = w.clock.Add(2 * time.Hour)
		a, err := w.WhoByToken(w.ctx, secret)
		if err != nil || a.Company != 1 || a.Person != "ana" || a.Scope != authz.Read {
			t.Errorf("got %+v %v", a, err)
		}
		list, err := w.Tokens(w.ctx, w.ana, "ana")
		w.must(err)
		if len(list) != 1 || list[0].Name != "Nómina" || !list[0].UsedAt.Equal(w.clock) {
			t.Errorf("got %+v", list)
		}
		for _, other := range []string{
			"", "esl", "esl_1_", "esl_2_" + secret[6:], "esl_-1_" + secret[6:], "esl_x_" + secret[6:],
			"inv_1_" + secret[6:], secret + "x", "esl_99999999999999999999_" + secret[6:],
		} {
			if _, err := w.WhoByToken(w.ctx, other); errs.KindOf(err) != errs.Unauthenticated {
				t.Errorf("%q: %v", other, err)
			}
		}
		w.clock = issued.EndsAt.Time
		_, err = w.WhoByToken(w.ctx, secret)
		w.wants(err, errs.Unauthenticated, "an old token")
	})
}

func TestWhoRevokesATokenAndWhoDoesNot(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		issue := func() (account.Token, string) {
			issued, secret, err := w.Issue(w.ctx, w.ana, account.Issue{Name: "x", Days: 365})
			w.must(err)
			return issued, secret
		}
		stranger := authz.Actor{Company: 2, Person: "eva2", Owner: true}
		reader := w.ana
		reader.Scope = authz.Read
		a, secret := issue()
		w.wants(w.Revoke(w.ctx, w.luis, a.ID), errs.NotFound, "somebody else's")
		w.wants(w.Revoke(w.ctx, stranger, a.ID), errs.NotFound, "another company's")
		w.wants(w.Revoke(w.ctx, reader, a.ID), errs.Forbidden, "a token that only reads")
		_, _, err := w.Issue(w.ctx, reader, account.Issue{Name: "x", Days: 1})
		w.wants(err, errs.Forbidden, "a token that only reads makes another")
		_, err = w.Tokens(w.ctx, w.luis, "ana")
		w.wants(err, errs.Forbidden, "somebody else's list")
		if _, err := w.WhoByToken(w.ctx, secret); err != nil {
			t.Errorf("it was not revoked: %v", err)
		}
		w.must(w.Revoke(w.ctx, w.ana, a.ID))
		if kind, subject := w.last(); kind != "token.revoked" || subject != string(a.ID) {
			t.Errorf("last fact: %s %s", kind, subject)
		}
		w.must(w.Revoke(w.ctx, w.ana, a.ID)) // again: nothing more happens
		if _, err := w.WhoByToken(w.ctx, secret); errs.KindOf(err) != errs.Unauthenticated {
			t.Errorf("a revoked token: %v", err)
		}
		b, _ := issue()
		w.must(w.Revoke(w.ctx, w.eva, b.ID))
		if list, err := w.Tokens(w.ctx, w.eva, "ana"); err != nil || len(list) != 0 {
			t.Errorf("left: %v, %v", list, err)
		}
	})
}

func TestWhatATokenMayNotBe(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, _, err := w.Issue(w.ctx, w.ana, account.Issue{Name: " ", Scope: "all", Days: 366})
		w.field(err, "name", "err.required")
		w.field(err, "scope", "err.unknown")
		w.field(err, "days", "account.err.days")
		for range 50 {
			_, _, err := w.Issue(w.ctx, w.ana, account.Issue{Name: "x", Days: 1})
			w.must(err)
		}
		_, _, err = w.Issue(w.ctx, w.ana, account.Issue{Name: "x", Days: 1})
		w.wants(err, errs.Conflict, "one too many")
	})
}
