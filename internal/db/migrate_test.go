package db_test

import (
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// A table that is made anew has what was in the old one, and lets nobody have
// the same line twice.
func TestNoticesOutliveTheirOldKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		ctx := t.Context()
		d, err := db.Open(ctx, dbtest.DSN(t, e))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		if err := d.MigrateTo(ctx, 329); err != nil {
			t.Fatal(err)
		}
		add(t, d, 1)
		const notice = `INSERT INTO notice (company, id, person, kind, actor, subject, number, noticed_at, read_at, bell,
			instead_of, post, mail_at, letter) VALUES (?, ?, ?, 'asked', 'q', 's', 7, 1, ?, ?, 'away', ?, ?, 'l')`
		err = d.InTx(ctx, 1, func(tx *db.Tx) error {
			for _, p := range []string{"p", "q"} {
				if err := tx.Later(ctx, `INSERT INTO person (company, id, name, folded, email, lang, owner, active, added_at)
					VALUES (1, ?, 'N', 'n', '', 'es', FALSE, TRUE, 0)`, p); err != nil {
					return err
				}
			}
			if err := tx.Later(ctx, notice, 1, "b", "p", nil, true, "new", nil); err != nil {
				return err
			}
			return tx.Later(ctx, notice, 1, "a", "q", 5, false, "waits", 6)
		})
		if err != nil {
			t.Fatal(err)
		}
		rows := func() []string {
			out, err := db.Values[string](ctx, d, `
				SELECT company || person || id || kind || actor || subject || number || noticed_at || COALESCE(read_at, 0) ||
					CASE WHEN bell THEN 'bell' ELSE 'no' END || instead_of || post || COALESCE(mail_at, 0) || letter
				FROM notice ORDER BY id`)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		was := rows()
		if err := d.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if is := rows(); len(was) != 2 || !slices.Equal(was, is) {
			t.Errorf("they were\n%q and are\n%q", was, is)
		}
		for person, want := range map[string]bool{"p": false, "q": true} {
			err := d.InTx(ctx, 1, func(tx *db.Tx) error { return tx.Later(ctx, notice, 1, "b", person, nil, true, "new", nil) })
			if (err == nil) != want {
				t.Errorf("one more for %s: %v", person, err)
			}
		}
	})
}
