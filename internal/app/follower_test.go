package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// between makes the database stand still in the one moment that we want: the
// follower of routes has opened the next step, and is about to write down how
// far it has read. Its own statement waits there, on PostgreSQL for a lock that
// we hold, with a file for a count that takes minutes.
var between = map[db.Engine][]string{
	db.Postgres: {`
		CREATE FUNCTION stand_still() RETURNS trigger AS $$ BEGIN
			IF NEW.name = 'route' AND NEW.seq > OLD.seq THEN PERFORM pg_advisory_xact_lock(730731); END IF;
			RETURN NEW;
		END $$ LANGUAGE plpgsql`, `
		CREATE TRIGGER stand_still BEFORE UPDATE ON fact_cursor FOR EACH ROW EXECUTE FUNCTION stand_still()`},
	db.SQLite: {`
		CREATE TABLE stand_still (n INTEGER)`, `
		INSERT INTO stand_still VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)`, `
		CREATE TRIGGER stand_still BEFORE UPDATE ON fact_cursor WHEN NEW.name = 'route' AND NEW.seq > OLD.seq BEGIN
			DELETE FROM stand_still WHERE n < (SELECT -COUNT(*) FROM stand_still a, stand_still b, stand_still c, stand_still d,
				stand_still e, stand_still f, stand_still g, stand_still h, stand_still i, stand_still j);
		END`},
}

// brief is longer than any write but the one that stands still.
const brief = 400 * time.Millisecond

// goOn undoes between.
var goOn = map[db.Engine]string{db.Postgres: `DROP TRIGGER stand_still ON fact_cursor`, db.SQLite: `DROP TRIGGER stand_still`}

// The server is killed when the follower of routes has done its work and has
// not written down that it has. Nobody sees half of it, and the server that
// starts afterwards does it once.
func TestAFollowerKilledBeforeItRemembersDoesItsWorkOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		l := shirts(t, e)
		_, first := l.delivered(t)
		l.catchUp(t)
		sewing := func() int {
			rows, err := l.handoffs.List(t.Context(), l.Ana, handoff.Filter{Service: l.Sew.ID})
			must(t, err)
			return len(rows.Rows)
		}
		told := func() (n, people int) {
			must(t, l.d.Row(t.Context(), []any{&n, &people}, `
					SELECT COUNT(*), COUNT(DISTINCT n.person) FROM notice n JOIN handoff h ON h.company = n.company AND h.id = n.subject
					WHERE n.company = ? AND n.kind = 'asked' AND h.service = ?`, l.ID, l.Sew.ID))
			return n, people
		}
		write := func(texts ...string) {
			must(t, l.d.InTx(t.Context(), l.ID, func(tx *db.Tx) error {
				for _, text := range texts {
					if _, err := tx.Exec(t.Context(), text); err != nil {
						return fmt.Errorf("%s: %w", strings.TrimSpace(text), err)
					}
				}
				return nil
			}))
		}
		write(between[e]...)
		there, release := standing(t, e, l.d, l.ID)

		url, cmd := program(t, l.args...)
		act(t, url, l.cookie, first, "accept", map[string]any{})
		until(t, "the follower is between its work and its mark", there)
		kill(cmd)
		release()
		if n := sewing(); n != 0 {
			t.Errorf("half of what the follower did is there: sewing was asked %d times", n)
		}
		write(goOn[e])
		for range 2 {
			_, cmd = program(t, l.args...)
			until(t, "the next step is open", func() bool { return sewing() > 0 })
			kill(cmd)
		}
		must(t, l.routes.Follower().CatchUp(t.Context(), l.d))
		notices, people := told()
		if n := sewing(); n != 1 || notices == 0 || notices != people {
			t.Errorf("sewing was asked %d times, and %d notices told %d people", n, notices, people)
		}
	})
}

// standing returns how to see that the follower stands still, and how to let it
// go once it is dead.
func standing(t *testing.T, e db.Engine, d *db.DB, c id.Company) (there func() bool, release func()) {
	t.Helper()
	if e == db.SQLite {
		return func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), brief)
			defer cancel()
			return d.InTx(ctx, c, func(*db.Tx) error { return nil }) != nil // it has the only pen
		}, func() {}
	}
	held, let, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- d.InTx(context.WithoutCancel(t.Context()), c, func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(730731)`); err != nil {
				return err
			}
			close(held)
			<-let
			return nil
		})
	}()
	select {
	case <-held:
	case err := <-done:
		t.Fatal(err)
	}
	return func() bool {
			var n int
			err := d.Row(t.Context(), []any{&n}, `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 730731
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
			return err == nil && n > 0
		}, func() {
			close(let)
			must(t, <-done)
		}
}
