package db_test

import (
	"context"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

func TestAFileThatIsOpenIsInUse(t *testing.T) {
	t.Parallel()
	path := dbtest.DSN(t, db.SQLite)
	d, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	is := func(want bool) {
		t.Helper()
		if got, err := db.InUse(context.Background(), path); err != nil || got != want {
			t.Errorf("in use is %v (%v), want %v", got, err, want)
		}
	}
	is(true)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	is(false)
	if d, err = db.Open(t.Context(), path); err != nil { // asking left nothing locked
		t.Fatal(err)
	}
	is(true)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}
