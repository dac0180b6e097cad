package db_test

import (
	"fmt"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/id"
)

// A list finds the same rows however long it is, alone, negated and twice in a
// statement, whatever its values are.
func TestAListMayBeOfAnyLength(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		add(t, d, 1)
		odd := []id.Node{`a "quoted" one`, `it's`, `ñandú <b> & 🧵`, `{a,b}`, `back\slash`, `?`, ` `}
		rows := make([][]any, 0, 600)
		for _, n := range odd {
			rows = append(rows, []any{1, n, "post", n, "", 0, 0})
		}
		for i := range 593 {
			n := fmt.Sprintf("n%03d", i)
			rows = append(rows, []any{1, n, "post", n, "", 0, 0})
		}
		must(t, d.InTx(ctx, 1, func(tx *db.Tx) error {
			return tx.Many(ctx, `INSERT INTO node (company, id, kind, name, folded, position, added_at) VALUES`, rows)
		}))
		texts := map[string]bool{}
		for _, n := range []int{0, 1, 7, 16, 17, 18, 300, 600} {
			list := make([]id.Node, 0, n+2)
			for _, r := range rows[:n] {
				list = append(list, id.Node(fmt.Sprint(r[1])))
			}
			list = append(list, "nobody", "nobody")
			in, args := db.In(list)
			texts[in] = true
			var have, not, either int
			must(t, d.Row(ctx, []any{&have}, `SELECT COUNT(*) FROM node WHERE company = ? AND id `+in, append([]any{1}, args...)...))
			must(t, d.Row(ctx, []any{&not}, `SELECT COUNT(*) FROM node WHERE company = ? AND NOT id `+in, append([]any{1}, args...)...))
			must(t, d.Row(ctx, []any{&either}, `SELECT COUNT(*) FROM node WHERE company = ? AND (name `+in+` OR kind = 'post' AND id `+in+`)`,
				append(append([]any{1}, args...), args...)...))
			if have != n || not != len(rows)-n || either != n {
				t.Errorf("of %d values %d are found, %d are not, %d are found twice", n, have, not, either)
			}
		}
		if len(texts) != 4 {
			t.Errorf("the lists have %d texts", len(texts)) // of 2, 3 and 9 values, and of more than 16
		}
		in, args := db.In[id.Node](nil)
		var none int
		if must(t, d.Row(ctx, []any{&none}, `SELECT COUNT(*) FROM node WHERE company = ? AND id `+in, append([]any{1}, args...)...)); none != 0 {
			t.Errorf("%d rows are in no list", none)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
