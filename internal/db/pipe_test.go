package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/id"
)

func names(t *testing.T, d *db.DB) []string {
	t.Helper()
	out, err := db.Values[string](t.Context(), d, `SELECT name FROM company ORDER BY company`)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantNames(t *testing.T, d *db.DB, want ...string) {
	t.Helper()
	got := names(t, d)
	if len(got) != len(want) {
		t.Fatalf("companies %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("companies %q, want %q", got, want)
		}
	}
}

func rename(ctx context.Context, tx *db.Tx, c id.Company, name string) error {
	return tx.Later(ctx, `UPDATE company SET name = ? WHERE company = ?`, name, c)
}

var errOurs = errors.New("ours")

// What a transaction sends late is there for what it reads, and is there after
// it or not at all, wherever it ends.
func TestALateStatementBelongsToItsTransaction(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		first := names(t, d)[0]
		in := func(fn func(tx *db.Tx) error) error { t.Helper(); return d.InTx(ctx, 1, fn) }

		if err := in(func(*db.Tx) error { return nil }); err != nil {
			t.Errorf("nothing to do: %v", err)
		}
		if err := in(func(*db.Tx) error { return errOurs }); !errors.Is(err, errOurs) {
			t.Errorf("nothing sent and given up: %v", err)
		}
		err := in(func(tx *db.Tx) error {
			if err := rename(ctx, tx, 1, "given up unsent"); err != nil {
				return err
			}
			return errOurs
		})
		if !errors.Is(err, errOurs) {
			t.Error(err)
		}
		wantNames(t, d, first)

		err = in(func(tx *db.Tx) error {
			if err := rename(ctx, tx, 1, "given up"); err != nil {
				return err
			}
			var got string
			if err := tx.Row(ctx, []any{&got}, `SELECT name FROM company WHERE company = 1`); err != nil || got != "given up" {
				t.Errorf("it reads %q, %v", got, err)
			}
			wantNames(t, d, first) // for others
			return errOurs
		})
		if !errors.Is(err, errOurs) {
			t.Error(err)
		}
		wantNames(t, d, first)

		if err := in(func(tx *db.Tx) error { return rename(ctx, tx, 1, "kept") }); err != nil {
			t.Error(err)
		}
		wantNames(t, d, "kept")
		n := int64(-1)
		err = in(func(tx *db.Tx) (err error) {
			if err := rename(ctx, tx, 1, "first"); err != nil {
				return err
			}
			n, err = tx.Exec(ctx, `UPDATE company SET name = 'second' WHERE name = 'first'`)
			return err
		})
		if err != nil || n != 1 {
			t.Errorf("touched %d rows, %v", n, err)
		}
		wantNames(t, d, "second")
	})
}

// A late statement that the database refuses undoes the transaction, with what
// was refused, and leaves a connection that works.
func TestALateStatementThatFails(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		first := names(t, d)[0]
		twin := func(tx *db.Tx) error { return tx.Later(ctx, newCompany, 1) }
		for range 20 { // on each connection of the pool
			err := d.InTx(ctx, 1, func(tx *db.Tx) error {
				if err := rename(ctx, tx, 1, "before"); err != nil {
					return err
				}
				if err := twin(tx); err != nil {
					return err
				}
				return rename(ctx, tx, 1, "after")
			})
			if !errors.Is(err, db.ErrExists) {
				t.Fatalf("%v, want ErrExists", err)
			}
			wantNames(t, d, first)
		}
		// Who goes on after an error of PostgreSQL cannot commit.
		err := d.InTx(ctx, 1, func(tx *db.Tx) error {
			if err := rename(ctx, tx, 1, "swallowed"); err != nil {
				return err
			}
			if err := twin(tx); err != nil && d.Engine == db.SQLite {
				return err
			}
			_ = tx.Row(ctx, []any{new(string)}, `SELECT name FROM company WHERE company = 1`)
			return nil
		})
		if err == nil {
			t.Error("a transaction with a refused statement was committed")
		}
		wantNames(t, d, first)
	})
}

// What was asked for soon is answered in its place among the statements, with the
// next one that reads or when the answer is needed.
func TestAnAnswerComesWithTheNext(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		first := names(t, d)[0]
		name := func(n *string) []any { return []any{n} }
		err := d.InTx(ctx, 1, func(tx *db.Tx) error {
			ask := func(c int) *db.Answer[string] {
				a, err := db.Soon(ctx, tx, name, `SELECT name FROM company WHERE company = ?`, c)
				if err != nil {
					t.Fatal(err)
				}
				return a
			}
			want := func(a *db.Answer[string], want string) {
				t.Helper()
				if got, err := a.Row(ctx); err != nil || got != want {
					t.Errorf("answered %q, %v, want %q", got, err, want)
				}
			}
			before := ask(1)
			if err := rename(ctx, tx, 1, "between"); err != nil {
				return err
			}
			after, nobody := ask(1), ask(2)
			var n int
			if err := tx.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM company`); err != nil || n != 1 {
				t.Errorf("%d companies, %v", n, err)
			}
			want(before, first)
			want(after, "between")
			if rows, err := nobody.Rows(ctx); err != nil || len(rows) != 0 {
				t.Errorf("nobody is %q, %v", rows, err)
			}
			if _, err := nobody.Row(ctx); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("nobody is %v", err)
			}
			want(ask(1), "between")
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		wantNames(t, d, "between")
	})
}

// Nobody takes a question that failed for one without an answer.
func TestAQuestionThatIsNotAnswered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		err := d.InTx(ctx, 1, func(tx *db.Tx) error {
			a, err := db.Soon(ctx, tx, func(n *int) []any { return []any{n} }, `SELECT name FROM company WHERE company = 1`)
			if err != nil {
				return err // SQLite answers at once
			}
			if rows, err := a.Rows(ctx); err == nil {
				t.Errorf("a name is read as the number %d", rows)
			}
			_, err = a.Rows(ctx)
			return err
		})
		if err == nil {
			t.Error("the transaction was committed")
		}
	})
}

// When nobody waits any more, nothing of a transaction stays, and nothing of it
// runs outside it.
func TestATransactionThatNobodyWaitsFor(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		add(t, d, 1)
		first := names(t, d)[0]
		ctx, cancel := context.WithCancel(t.Context())
		free := context.WithoutCancel(ctx)
		err := d.InTx(ctx, 1, func(tx *db.Tx) error {
			if err := tx.Row(ctx, []any{new(string)}, `SELECT name FROM company WHERE company = 1`); err != nil {
				return err
			}
			cancel()
			if err := rename(free, tx, 1, "late"); err != nil {
				return err
			}
			_, err := tx.Exec(free, `UPDATE company SET name = 'later' WHERE company = 1`)
			return err
		})
		if err == nil {
			t.Error("it was committed")
		}
		wantNames(t, d, first)
		add(t, d, 2)
	})
}
