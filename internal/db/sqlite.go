package db

// This file and sqlite_stmt.go alone know the SQLite driver: its data source name
// and its errors, and its statements. To change the driver, change these two.

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"

	"github.com/ncruces/go-sqlite3"
)

// Pragmas ride on the data source name because they belong to a connection,
// not to the file. With synchronous=FULL, what we acknowledged outlives a
// power cut; with BEGIN IMMEDIATE, no transaction fails half-way for a lock.
// River compares times as text, so the driver must write them in the form that
// River writes itself.
const (
	sqliteTimes  = "_timefmt=2006-01-02+15%3A04%3A05.000"
	sqliteWriter = "_txlock=immediate&" + sqliteTimes + "&_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)" +
		"&_pragma=synchronous(full)&_pragma=foreign_keys(on)&_pragma=temp_store(memory)&_pragma=cache_size(-8000)"
	sqliteReader = sqliteTimes + "&_pragma=busy_timeout(10000)&_pragma=foreign_keys(on)&_pragma=query_only(on)" +
		"&_pragma=temp_store(memory)&_pragma=cache_size(-2000)"
)

func sqliteFile(path, query string) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: query}
	return u.String()
}

func openSQLite(path string) (*DB, error) {
	w, err := sqliteWriterPool(path)
	if err != nil {
		return nil, err
	}
	r, err := openPool(sqliteFile(path, sqliteReader))
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	n := max(4, runtime.NumCPU())
	r.SetMaxOpenConns(n)
	r.SetMaxIdleConns(n)
	same := func(text string) string { return text }
	return &DB{Engine: SQLite, readers: r, writer: w, bind: same, mapErr: mapSQLite}, nil
}

// sqliteWriterPool opens one connection that writes: writers of a pool queue
// in Go, in order, and not in SQLITE_BUSY.
func sqliteWriterPool(path string) (*sql.DB, error) {
	w, err := openPool(sqliteFile(path, sqliteWriter))
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	w.SetMaxIdleConns(1)
	return w, nil
}

func mapSQLite(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY):
		return fmt.Errorf("%w: %w", ErrExists, err)
	case errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY):
		return fmt.Errorf("%w: %w", ErrMissing, err)
	case errors.Is(err, sqlite3.BUSY):
		return fmt.Errorf("%w: %w", ErrAgain, err)
	}
	return err
}
