package db_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// A reading answers what it was asked, in whatever order the answers are taken,
// writes nothing, and leaves its connection as it was.
func TestAReadingOnlyReads(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		first := names(t, d)[0]
		for range 3 {
			err := d.Read(ctx, 1, func(r *db.Tx) error {
				if r.Company != 1 || r.Now.IsZero() {
					t.Errorf("of company %d at %v", r.Company, r.Now)
				}
				ask := func(text string, args ...any) *db.Answer[string] {
					a, err := db.Soon(ctx, r, func(n *string) []any { return []any{n} }, text, args...)
					if err != nil {
						t.Fatal(err)
					}
					return a
				}
				one := ask(`SELECT name FROM company WHERE company = ?`, 1)
				nobody := ask(`SELECT name FROM company WHERE company = ?`, 2)
				if rows, err := nobody.Rows(ctx); err != nil || len(rows) != 0 {
					t.Errorf("nobody is %q, %v", rows, err)
				}
				if got, err := one.Row(ctx); err != nil || got != first {
					t.Errorf("answered %q, %v", got, err)
				}
				var n int
				if err := r.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM company`); err != nil || n != 1 {
					t.Errorf("%d companies, %v", n, err)
				}
				if _, err := r.Exec(ctx, `UPDATE company SET name = 'x' WHERE company = ?`, 1); err == nil {
					t.Error("it writes")
				}
				if err := rename(ctx, r, 1, "x"); err == nil {
					t.Error("it writes later")
				}
				ask(`SELECT name FROM company WHERE company = ?`, 1) // nobody takes the answer
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			wantNames(t, d, first)
		}
		// The connections of both are the same on PostgreSQL.
		if err := d.InTx(ctx, 1, func(tx *db.Tx) error { return rename(ctx, tx, 1, "then") }); err != nil {
			t.Fatal(err)
		}
		wantNames(t, d, "then")
		err := d.Read(ctx, 1, func(r *db.Tx) error {
			if _, err := db.All(ctx, r, func(n *int) []any { return []any{n} }, `SELECT nothing FROM company WHERE company = ?`, 1); err == nil {
				t.Error("what is not there is read")
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		wantNames(t, d, "then")
	})
}
