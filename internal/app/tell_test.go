package app_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// almostDue is a database in which one handoff is due so soon that people have
// to be told as soon as somebody looks.
func almostDue(t *testing.T, e db.Engine) (args []string, d *db.DB, c id.Company) {
	t.Helper()
	args, dsn := served(t, e)
	w, _ := founded(t, dsn)
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	_, err = handoff.New(d).Ask(t.Context(), w.Diego, handoff.Ask{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 7", HappenedAt: d.Now().Add(-7 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return args, d, w.ID
}

// told counts the notices of the moment.
func told(t *testing.T, d *db.DB, c id.Company) (n int) {
	t.Helper()
	if err := d.Row(t.Context(), []any{&n}, `SELECT COUNT(*) FROM notice WHERE company = ? AND kind = 'due_soon'`, c); err != nil {
		t.Fatal(err)
	}
	return n
}

// A server dies after it has claimed a moment, with the notice on its way. The
// two that start afterwards tell of it once.
func TestAMomentIsToldOnceThoughItsServerDies(t *testing.T) {
	t.Parallel()
	args, d, c := almostDue(t, db.Postgres)
	held, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
	errRelease := errors.New("released")
	go func() {
		done <- d.InTx(context.WithoutCancel(t.Context()), c, func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `LOCK TABLE notice IN SHARE MODE`); err != nil {
				return err
			}
			close(held)
			<-release
			return errRelease
		})
	}()
	select {
	case <-held:
	case err := <-done:
		t.Fatal(err)
	}
	_, cmd := program(t, args...)
	until(t, "the server waits to write its notice", func() bool {
		var n int
		err := d.Row(t.Context(), []any{&n}, `
			SELECT COUNT(*) FROM pg_locks l JOIN pg_class k ON k.oid = l.relation
			WHERE k.oid = 'notice'::regclass AND NOT l.granted`)
		return err == nil && n > 0
	})
	kill(cmd)
	close(release)
	if err := <-done; !errors.Is(err, errRelease) {
		t.Fatal(err)
	}
	_, one := program(t, args...)
	_, two := program(t, args...)
	until(t, "somebody was told", func() bool { return told(t, d, c) > 0 })
	kill(one)
	kill(two)
	if n := told(t, d, c); n != 1 {
		t.Errorf("it was told %d times", n)
	}
}

// The same with one file: the server is killed again and again as soon as it
// answers, wherever it is then.
func TestAMomentIsToldOnceWithAFile(t *testing.T) {
	t.Parallel()
	args, d, c := almostDue(t, db.SQLite)
	const deaths = 5
	for range deaths {
		url, cmd := program(t, args...)
		if r, err := http.Get(url + "/readyz"); err == nil {
			r.Body.Close()
		}
		kill(cmd)
	}
	_, cmd := program(t, args...)
	until(t, "somebody was told", func() bool { return told(t, d, c) > 0 })
	kill(cmd)
	if n := told(t, d, c); n != 1 {
		t.Errorf("it was told %d times", n)
	}
	if err := handoff.New(d).CheckLegs(t.Context(), c); err != nil {
		t.Error(err)
	}
}
