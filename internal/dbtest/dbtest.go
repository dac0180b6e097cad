// Package dbtest gives a test an empty, migrated database of each engine.
package dbtest

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/db"

	"github.com/google/uuid"
)

// Engines lists what every store is tested on.
var Engines = []db.Engine{db.SQLite, db.Postgres}

// Run runs fn once on each engine, in parallel, each time on a database of
// its own. Call it once in a test.
func Run(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Parallel()
	for _, e := range Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, e))
		})
	}
}

// Open opens an empty, migrated database that lasts as long as the test.
func Open(t testing.TB, e db.Engine) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), DSN(t, e))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// DSN names an empty database that lasts as long as the test.
func DSN(t testing.TB, e db.Engine) string {
	t.Helper()
	if e == db.SQLite {
		return filepath.Join(t.TempDir(), "test.db")
	}
	return schema(t, postgres(t))
}

// Database names an empty database that nobody else has, and that lasts as long
// as the test: what a backup takes, or is restored to, is a whole one.
func Database(t testing.TB, e db.Engine) string {
	t.Helper()
	if e == db.SQLite {
		return DSN(t, e)
	}
	u, err := url.Parse(postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	name := create(t, u.String(), "DATABASE", "WITH (FORCE)")
	u.Path = "/" + name
	return u.String()
}

// create makes a schema or a database that lasts as long as the test.
func create(t testing.TB, base, kind, drop string) (name string) {
	t.Helper()
	name = "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.ExecContext(t.Context(), "CREATE "+kind+" "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP "+kind+" "+name+" "+drop); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	return name
}

// schema makes a schema of the test's own: far cheaper than a database.
func schema(t testing.TB, base string) string {
	t.Helper()
	name := create(t, base, "SCHEMA", "CASCADE")
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
