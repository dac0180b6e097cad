package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/id"
)

const newCompany = `
	INSERT INTO company (company, name, lang, country, zone, trade, formal, calendar, accept_days, founded_at)
	VALUES (?, 'x', 'es', 'MX', 'UTC', '', FALSE, '{}', 5, 0)`

func add(t *testing.T, d *db.DB, c id.Company) {
	t.Helper()
	err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), newCompany, c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestConstraintsSpeakOneLanguage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		for text, want := range map[string]error{
			newCompany: db.ErrExists,
			`INSERT INTO node (company, id, kind, name, folded, parent, position, added_at)
				VALUES (?, 'a', 'post', 'A', 'a', 'no', 0, 0)`: db.ErrMissing,
		} {
			err := d.InTx(ctx, 1, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, text, tx.Company)
				return err
			})
			if !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", text, err, want)
			}
		}
		var name string
		if err := d.Row(ctx, []any{&name}, `SELECT name FROM company WHERE company = ?`, 7); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("got %v, want %v", err, db.ErrNotFound)
		}
	})
}

func TestAReaderCannotWrite(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	var n int
	err := d.Row(t.Context(), []any{&n}, newCompany+` RETURNING 1`, 1)
	if err == nil {
		t.Error("a read pool took a write")
	}
}

// What PRAGMA says must hold on every connection, not only on the first.
func TestSQLiteKeepsItsPromises(t *testing.T) {
	t.Parallel()
	d, ctx := dbtest.Open(t, db.SQLite), t.Context()
	pragmas := func(q db.Querier, want ...string) {
		t.Helper()
		for i := 0; i < len(want); i += 2 {
			var got string
			if err := q.Row(ctx, []any{&got}, `PRAGMA `+want[i]); err != nil || got != want[i+1] {
				t.Errorf("%s is %q, want %q (%v)", want[i], got, want[i+1], err)
			}
		}
	}
	err := d.InTx(ctx, 1, func(tx *db.Tx) error {
		pragmas(tx, "synchronous", "2", "foreign_keys", "1", "journal_mode", "wal")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { pragmas(d, "query_only", "1", "foreign_keys", "1") })
		}
		wg.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Two transactions that lock two rows in opposite order both end well: the
// engine stops one, and InTx runs it again.
func TestADeadlockIsRunAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		add(t, d, 2)
		rename := func(tx *db.Tx, c id.Company) error {
			_, err := tx.Exec(ctx, `UPDATE company SET name = 'y' WHERE company = ?`, c)
			return err
		}
		var met, wg sync.WaitGroup
		if d.Engine == db.Postgres {
			met.Add(2) // SQLite has one writer: they cannot meet
		}
		runs := make(chan int, 100)
		for _, order := range [][]id.Company{{1, 2}, {2, 1}} {
			var first sync.Once
			wg.Go(func() {
				err := d.InTx(ctx, order[0], func(tx *db.Tx) error {
					runs <- 1
					if err := rename(tx, order[0]); err != nil {
						return err
					}
					if d.Engine == db.Postgres {
						first.Do(met.Done)
						met.Wait()
					}
					return rename(tx, order[1])
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if want := map[db.Engine]int{db.SQLite: 2, db.Postgres: 3}[d.Engine]; len(runs) != want {
			t.Errorf("%d runs, want %d", len(runs), want)
		}
	})
}

// Nodes of one installation start at the same time; one of them migrates.
func TestConcurrentStarts(t *testing.T) {
	t.Parallel()
	dsn := dbtest.DSN(t, db.Postgres)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(t.Context(), dsn)
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			if err := d.Migrate(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
