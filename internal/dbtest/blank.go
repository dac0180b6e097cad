package dbtest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"

	"github.com/eslabon/eslabon/internal/db"
)

// Migrating takes two seconds of a processor with the race detector, and there
// are hundreds of tests: each program of tests does it once on each engine.
var (
	blankFile     = sync.OnceValues(makeBlankFile)
	blankDatabase = sync.OnceValues(makeBlankDatabase)

	dropBlank = func() {} // set by makeBlankDatabase
)

// makeBlankFile returns what an empty, migrated SQLite file holds.
func makeBlankFile() ([]byte, error) {
	dir, err := os.MkdirTemp("", "eslabon-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "blank.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// makeBlankDatabase returns the name of an empty, migrated database.
func makeBlankDatabase() (string, error) {
	base, err := server()
	if err != nil {
		return "", err
	}
	name := unique()
	dsn, err := named(base, name)
	if err != nil {
		return "", err
	}
	run := func(text string) error {
		admin, err := sql.Open("pgx", base)
		if err != nil {
			return err
		}
		defer admin.Close()
		_, err = admin.ExecContext(context.Background(), text)
		return err
	}
	if err := run("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	dropBlank = func() { _ = run("DROP DATABASE " + name + " WITH (FORCE)") } // the cluster may be gone with it
	return name, migrate(dsn)
}

// migrate leaves nothing beside the file: closing writes the log back into it.
func migrate(dsn string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx)
}
