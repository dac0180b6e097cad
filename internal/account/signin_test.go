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

func TestSignInAndOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		s := w.signIn(" Eva@Example.org ", password)
		if s.Company != 1 || s.Person != "eva" {
			t.Errorf("signed in as %s of company %d", s.Person, s.Company)
		}
		w.is(s.Cookie, "eva")
		var stored int
		w.must(d.Row(w.ctx, []any{&stored}, `SELECT COUNT(*) FROM session WHERE hash = ? OR device = ?`, s.Cookie, s.Cookie))
		if stored != 0 {
			t.Error("the cookie itself is in the database")
		}
		w.must(w.SignOut(w.ctx, s.Cookie))
		w.out(s.Cookie)
		w.out("")
		w.out(strings.Repeat("x", len(s.Cookie)))
	})
}

func TestAWrongPasswordAndAnUnknownAddressLookTheSame(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, wrong := w.SignIn(w.ctx, account.SignIn{Email: "eva@example.org", Password: "no es esta"})
		_, unknown := w.SignIn(w.ctx, account.SignIn{Email: "nadie@example.org", Password: "no es esta"})
		w.wants(wrong, errs.Unauthenticated, "wrong password")
		if wrong.Error() != unknown.Error() {
			t.Errorf("%q and %q tell who has an account", wrong, unknown)
		}
		_, err := w.SignIn(w.ctx, account.SignIn{Email: "eva", Password: ""})
		w.field(err, "email", "account.err.email")
		w.field(err, "password", "err.required")
	})
}

func TestASessionEndsWhenIdleAndWhenOld(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, day := newWorld(t, d), 24*time.Hour
		used, unused := w.signIn("eva@example.org", password), w.signIn("eva@example.org", password)
		began := w.clock
		for w.clock.Sub(began) < 80*day {
			w.clock = w.clock.Add(20 * day)
			w.is(used.Cookie, "eva")
		}
		w.out(unused.Cookie)
		w.clock = began.Add(90*day + time.Second)
		w.out(used.Cookie)
	})
}

func TestWhenASessionWasSeenIsWrittenOnceAnHour(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		s := w.signIn("eva@example.org", password)
		began := w.clock
		for _, c := range []struct{ at, seen time.Duration }{{59, 0}, {61, 61}, {120, 61}, {121, 121}} {
			w.clock = began.Add(c.at * time.Minute)
			w.is(s.Cookie, "eva")
			list, err := w.Sessions(w.ctx, w.eva, s.Cookie)
			w.must(err)
			if len(list) != 1 || !list[0].Current || list[0].Device != "Firefox" {
				t.Fatalf("got %+v", list)
			}
			if got := list[0].SeenAt.Sub(began); got != c.seen*time.Minute {
				t.Errorf("after %d minutes it was seen at %v, want %d minutes", c.at, got, c.seen)
			}
		}
	})
}

func TestWhoLeftIsOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		s := w.signIn("eva@example.org", password)
		_, key, err := w.Issue(w.ctx, w.eva, account.Issue{Name: "x", Days: 1})
		w.must(err)
		w.exec(1, `UPDATE person SET active = FALSE WHERE company = 1 AND id = 'eva'`)
		w.out(s.Cookie)
		if _, err := w.WhoByToken(w.ctx, key); errs.KindOf(err) != errs.Unauthenticated {
			t.Errorf("a key of who left: %v", err)
		}
		if s := w.signIn("eva@example.org", password); s.Company != 2 {
			t.Errorf("signed in to company %d, want the one that is left", s.Company)
		}
		w.exec(2, `UPDATE person SET active = FALSE WHERE company = 2`)
		_, err = w.SignIn(w.ctx, account.SignIn{Email: "eva@example.org", Password: password})
		w.wants(err, errs.Forbidden, "no seat is left")
	})
}

func TestAConsultantChangesCompanies(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.signIn("eva@example.org", password)
		seats, err := w.Companies(w.ctx, w.eva)
		w.must(err)
		if len(seats) != 2 || seats[1].Name != "Taller Dos" || seats[1].Person != "eva2" {
			t.Errorf("got %+v", seats)
		}
		w.clock = w.clock.Add(time.Hour)
		second, err := w.Switch(w.ctx, first.Cookie, 2)
		w.must(err)
		w.out(first.Cookie)
		w.is(second.Cookie, "eva2")
		if !second.EndsAt.Equal(first.EndsAt.Time) {
			t.Error("changing companies makes a session last longer")
		}
		_, err = w.Switch(w.ctx, second.Cookie, 3)
		w.wants(err, errs.NotFound, "no seat there")
		_, err = w.Switch(w.ctx, first.Cookie, 2)
		w.wants(err, errs.Unauthenticated, "a session that ended")
		direct, err := w.SignIn(w.ctx, account.SignIn{Email: "eva@example.org", Password: password, Company: 2})
		w.must(err)
		w.is(direct.Cookie, "eva2")
	})
}

func TestEndingSessions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.seat(1, "ana", "ana@example.org")
		var c [4]string
		for i := range c {
			c[i] = w.signIn("eva@example.org", password).Cookie
		}
		anas := w.signIn("ana@example.org", password).Cookie
		list, err := w.Sessions(w.ctx, w.eva, c[0])
		w.must(err)
		if len(list) != 4 {
			t.Fatalf("%d sessions, want 4", len(list))
		}
		for _, s := range list {
			if s.Current {
				w.must(w.EndSession(w.ctx, w.ana, s.ID)) // not hers: nothing happens
				w.is(c[0], "eva")
				w.must(w.EndSession(w.ctx, w.eva, s.ID))
			}
		}
		w.out(c[0])
		reader := w.eva
		reader.Scope = authz.Read
		w.wants(w.EndSession(w.ctx, reader, list[0].ID), errs.Forbidden, "a token that only reads")
		w.wants(w.EndEverywhere(w.ctx, reader, ""), errs.Forbidden, "a token that only reads")
		w.wants(w.EndSessionsOf(w.ctx, reader, "ana"), errs.Forbidden, "a token that only reads")
		w.must(w.EndEverywhere(w.ctx, w.eva, c[1]))
		w.is(c[1], "eva")
		w.out(c[2])
		w.out(c[3])
		w.is(anas, "ana")
		w.wants(w.EndSessionsOf(w.ctx, w.ana, "eva"), errs.Forbidden, "ana ends eva's sessions")
		w.must(w.EndSessionsOf(w.ctx, w.eva, "ana"))
		w.out(anas)
		w.is(c[1], "eva")
	})
}

func TestEnteringWithoutAPassword(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.must(d.InTx(w.ctx, 1, func(tx *db.Tx) error { return account.Seat(w.ctx, tx, account.Locked("luis@example.org"), "luis") }))
		s, err := w.Enter(w.ctx, 1, "luis", "demo")
		w.must(err)
		w.is(s.Cookie, "luis")
		_, err = w.Enter(w.ctx, 1, "bob", "demo")
		w.wants(err, errs.NotFound, "bob has no seat")
		for _, p := range []string{"x", password} {
			_, err = w.SignIn(w.ctx, account.SignIn{Email: "luis@example.org", Password: p})
			w.wants(err, errs.Unauthenticated, "a password for who has none")
		}
	})
}

func TestASeatIsGivenOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if kind, subject := w.last(); kind != "account.joined" || subject != "eva" {
			t.Errorf("last fact: %s %s", kind, subject)
		}
		own, err := w.Own(w.ctx, w.eva)
		w.must(err)
		err = d.InTx(w.ctx, 1, func(tx *db.Tx) error { return account.Seat(w.ctx, tx, own, "ana") })
		w.wants(err, errs.Conflict, "one login, two persons of a company")
		w.found(3, "Taller Tres")
		w.person(3, "eva3", "eva@example.org", true)
		w.must(d.InTx(w.ctx, 3, func(tx *db.Tx) error { return account.Seat(w.ctx, tx, own, "eva3") }))
		if seats, err := w.Companies(w.ctx, w.eva); err != nil || len(seats) != 3 {
			t.Errorf("got %v, %v", seats, err)
		}
		_, err = w.Prepare(w.ctx, "eva@example.org", another, "")
		w.field(err, "password", "account.err.other_password")
	})
}
