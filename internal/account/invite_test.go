package account_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

func TestAGuestComesInOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret, err := w.Invite(w.ctx, w.ana, "luis")
		w.must(err)
		if kind, subject := w.last(); kind != "account.invited" || subject != "luis" {
			t.Errorf("last fact: %s %s", kind, subject)
		}
		v, err := w.Invited(w.ctx, secret)
		w.must(err)
		if v.Company != "Taller Uno" || v.Name != "luis" || v.Email != "luis@example.org" || v.Known {
			t.Errorf("got %+v", v)
		}
		_, err = w.Accept(w.ctx, account.Accept{Secret: secret, Password: "corta"})
		w.field(err, "password", "account.err.short")
		s, err := w.Accept(w.ctx, account.Accept{Secret: secret, Password: another})
		w.must(err)
		w.is(s.Cookie, "luis")
		if kind, subject := w.last(); kind != "account.joined" || subject != "luis" {
			t.Errorf("last fact: %s %s", kind, subject)
		}
		w.signIn("luis@example.org", another)
		_, err = w.Accept(w.ctx, account.Accept{Secret: secret, Password: another})
		w.wants(err, errs.NotFound, "a link that was used")
		_, err = w.Invite(w.ctx, w.ana, "luis")
		w.wants(err, errs.Conflict, "who is in already")
	})
}

// Eva has an account in another company: the link alone opens nothing, and her
// password stays as it is.
func TestAGuestWithAnAccountProvesIt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.found(3, "Taller Tres")
		w.person(3, "boss", "boss@example.org", true)
		w.person(3, "eva3", "eva@example.org", false)
		secret, err := w.Invite(w.ctx, authz.Actor{Company: 3, Person: "boss", Owner: true}, "eva3")
		w.must(err)
		if v, err := w.Invited(w.ctx, secret); err != nil || !v.Known {
			t.Errorf("got %+v, %v", v, err)
		}
		_, err = w.Accept(w.ctx, account.Accept{Secret: secret, Password: another})
		w.field(err, "password", "account.err.other_password")
		s, err := w.Accept(w.ctx, account.Accept{Secret: secret, Password: password})
		w.must(err)
		if s.Company != 3 || s.Person != "eva3" {
			t.Errorf("signed in as %s of company %d", s.Person, s.Company)
		}
		w.signIn("eva@example.org", password)
	})
}

func TestAnInvitationIsReplacedAndExpires(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first, err := w.Invite(w.ctx, w.eva, "luis")
		w.must(err)
		second, err := w.Invite(w.ctx, w.eva, "luis")
		w.must(err)
		_, err = w.Invited(w.ctx, first)
		w.wants(err, errs.NotFound, "a link that was replaced")
		_, err = w.Invited(w.ctx, second)
		w.must(err)
		access, err := w.Accesses(w.ctx, w.eva)
		w.must(err)
		if access["luis"] != account.InvitedAccess || access["eva"] != account.SeatedAccess || access["ana"] != "" {
			t.Errorf("got %v", access)
		}
		_, err = w.Accesses(w.ctx, w.luis)
		w.wants(err, errs.Forbidden, "who leads nothing")
		w.clock = w.clock.Add(14*24*time.Hour + time.Second)
		_, err = w.Accept(w.ctx, account.Accept{Secret: second, Password: another})
		w.wants(err, errs.NotFound, "an old link")
	})
}

func TestWhoMayInviteWhom(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.person(1, "second", "second@example.org", true)
		w.person(1, "clerk", "clerk@example.org", false)
		w.person(1, "gone", "gone@example.org", false)
		w.exec(1, `UPDATE person SET active = FALSE WHERE company = 1 AND id = 'gone'`)
		w.exec(1, `INSERT INTO place (company, node, person, leads) VALUES (1, 'cutting', 'second', FALSE), (1, 'cutting', 'bob', FALSE)`)
		reader := w.eva
		reader.Scope = authz.Read
		for _, c := range []struct {
			name string
			by   authz.Actor
			who  id.Person
			want errs.Kind
		}{
			{"a colleague", w.luis, "ana", errs.Forbidden},
			{"an owner, by a leader", w.ana, "second", errs.Forbidden},
			{"who works elsewhere, by a leader", w.ana, "clerk", errs.Forbidden},
			{"by a token that only reads", reader, "luis", errs.Forbidden},
			{"another company's", authz.Actor{Company: 2, Person: "eva2", Owner: true}, "luis", errs.NotFound},
			{"who left", w.eva, "gone", errs.Conflict},
			{"who has no address", w.ana, "bob", errs.Invalid},
		} {
			_, err := w.Invite(w.ctx, c.by, c.who)
			w.wants(err, c.want, c.name)
		}
		for _, p := range []id.Person{"second", "clerk", "luis"} {
			_, err := w.Invite(w.ctx, w.eva, p)
			w.must(err)
		}
	})
}
