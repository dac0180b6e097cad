// Package dbtest gives a test an empty, migrated database of each engine.
package dbtest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
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
	Each(t, func(t *testing.T, e db.Engine) { fn(t, Open(t, e)) })
}

// Each is Run for a test that opens its databases itself.
func Each(t *testing.T, fn func(t *testing.T, e db.Engine)) {
	t.Helper()
	t.Parallel()
	for _, e := range Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			fn(t, e)
		})
	}
}

// Open opens an empty, migrated database that lasts as long as the test: a copy
// of one that was migrated once, which takes a tenth of the time.
func Open(t testing.TB, e db.Engine) *db.DB {
	t.Helper()
	dsn := filepath.Join(t.TempDir(), "test.db")
	if e == db.SQLite {
		file, err := blankFile()
		must(t, err)
		must(t, os.WriteFile(dsn, file, 0o600))
	} else {
		base := postgres(t)
		blank, err := blankDatabase()
		must(t, err)
		dsn = database(t, base, blank)
	}
	d, err := db.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
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
	return database(t, postgres(t), "")
}

// schema makes a schema of the test's own, for who migrates it itself.
func schema(t testing.TB, base string) string {
	t.Helper()
	name := unique()
	administer(t, base, "CREATE SCHEMA "+name, "DROP SCHEMA "+name+" CASCADE")
	u, err := url.Parse(base)
	must(t, err)
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// database makes a database of the test's own, a copy of blank if that is named.
func database(t testing.TB, base, blank string) string {
	t.Helper()
	name := unique()
	now := "CREATE DATABASE " + name
	if blank != "" {
		now += " TEMPLATE " + blank
	}
	administer(t, base, now, "DROP DATABASE "+name+" WITH (FORCE)")
	dsn, err := named(base, name)
	must(t, err)
	return dsn
}

// administer runs one statement now, and another when the test has ended.
func administer(t testing.TB, base, now, then string) {
	t.Helper()
	admin, err := sql.Open("pgx", base)
	must(t, err)
	_, err = admin.ExecContext(t.Context(), now)
	must(t, err)
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.WithoutCancel(t.Context()), then); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
}

func unique() string { return "t" + strings.ReplaceAll(uuid.NewString(), "-", "") }

func named(base, database string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	u.Path = "/" + database
	return u.String(), nil
}
