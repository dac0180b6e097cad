package account_test

import (
	"context"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
)

const (
	password = "puntada floja de martes"
	another  = "hilo verde en la ventana"
)

// world is two workshops. Eva owns the first and consults the second; Ana
// leads cutting, where Luis works. Nobody has a seat but Eva, in both.
type world struct {
	*account.Service
	t     *testing.T
	ctx   context.Context
	db    *db.DB
	clock time.Time
	eva   authz.Actor
	ana   authz.Actor
	luis  authz.Actor
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), db: d, clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.clock }
	w.must(job.Migrate(w.ctx, d))
	w.Service = account.New(d)
	w.eva = authz.Actor{Company: 1, Person: "eva", Owner: true}
	w.ana = authz.Actor{Company: 1, Person: "ana", Leads: []id.Node{"cutting"}, Own: []id.Node{"cutting"}}
	w.luis = authz.Actor{Company: 1, Person: "luis", Nodes: []id.Node{"cutting"}, Own: []id.Node{"cutting"}}
	w.found(1, "Taller Uno")
	w.found(2, "Taller Dos")
	w.person(1, "eva", "eva@example.org", true)
	w.person(1, "ana", "ana@example.org", false)
	w.person(1, "luis", "luis@example.org", false)
	w.person(1, "bob", "", false)
	w.person(2, "eva2", "eva@example.org", false)
	w.exec(1, `INSERT INTO node (company, id, kind, name, folded, position, added_at) VALUES (1, 'cutting', 'team', 'Corte', 'corte', 0, 0)`)
	w.exec(1, `INSERT INTO place (company, node, person, leads) VALUES (1, 'cutting', 'ana', TRUE), (1, 'cutting', 'luis', FALSE)`)
	w.seat(1, "eva", "eva@example.org")
	w.seat(2, "eva2", "eva@example.org")
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(c id.Company, text string, args ...any) {
	w.t.Helper()
	w.must(w.db.InTx(w.ctx, c, func(tx *db.Tx) error {
		_, err := tx.Exec(w.ctx, text, args...)
		return err
	}))
}

func (w *world) found(c id.Company, name string) {
	w.t.Helper()
	w.exec(c, `
		INSERT INTO company (company, name, lang, country, zone, trade, formal, calendar, accept_days, founded_at)
		VALUES (?, ?, 'es', 'MX', 'UTC', '', FALSE, '{}', 5, 0)`, c, name)
	w.must(w.db.InTx(w.ctx, c, func(tx *db.Tx) error { return fact.Begin(w.ctx, tx) }))
}

func (w *world) person(c id.Company, p id.Person, email string, owner bool) {
	w.t.Helper()
	w.exec(c, `
		INSERT INTO person (company, id, name, folded, email, lang, owner, active, added_at)
		VALUES (?, ?, ?, ?, ?, 'es', ?, TRUE, 0)`, c, p, p, p, email, owner)
}

// seat gives somebody a seat as the setup of a company does.
func (w *world) seat(c id.Company, p id.Person, email string) {
	w.t.Helper()
	e, err := w.Prepare(w.ctx, email, password, "10.0.0.1")
	w.must(err)
	w.must(w.db.InTx(w.ctx, c, func(tx *db.Tx) error { return account.Seat(w.ctx, tx, e, p) }))
}

func (w *world) signIn(email, pass string) account.Signed {
	w.t.Helper()
	s, err := w.SignIn(w.ctx, account.SignIn{Email: email, Password: pass, Device: "Firefox", Address: "10.0.0.1"})
	w.must(err)
	return s
}

// is fails the test unless the cookie is a session of p.
func (w *world) is(cookie string, p id.Person) {
	w.t.Helper()
	if got, err := w.Who(w.ctx, cookie); err != nil || got.Person != p {
		w.t.Errorf("the session is of %q (%v), want %q", got.Person, err, p)
	}
}

// out fails the test unless nobody is signed in with the cookie.
func (w *world) out(cookie string) {
	w.t.Helper()
	if a, err := w.Who(w.ctx, cookie); errs.KindOf(err) != errs.Unauthenticated {
		w.t.Errorf("still signed in as %s of company %d (%v)", a.Person, a.Company, err)
	}
}

func (w *world) wants(err error, k errs.Kind, what string) {
	w.t.Helper()
	if err == nil || errs.KindOf(err) != k {
		w.t.Errorf("%s: got %v, want kind %d", what, err, k)
	}
}

// field fails the test unless err is about that field and says key.
func (w *world) field(err error, field, key string) {
	w.t.Helper()
	if got := errs.FieldsOf(err)[field]; got != key {
		w.t.Errorf("field %s says %q (%v), want %q", field, got, err, key)
	}
}

// last returns the kind and the subject of the last fact of company 1.
func (w *world) last() (kind, subject string) {
	w.t.Helper()
	head, err := fact.Head(w.ctx, w.db, 1)
	w.must(err)
	facts, err := fact.After(w.ctx, w.db, 1, head-1, 1)
	w.must(err)
	if len(facts) != 1 {
		w.t.Fatal("no fact")
	}
	return facts[0].Kind, facts[0].Subject
}
