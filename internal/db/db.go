// Package db opens SQLite or PostgreSQL and hides the few differences between
// them. A read needs a Querier; a write needs a Tx, and a Tx belongs to one
// company.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/id"
)

// Engine is the SQL engine behind a DB.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Errors that a store may turn into its own.
var (
	ErrNotFound = errors.New("db: no such row")
	ErrExists   = errors.New("db: unique constraint")
	ErrMissing  = errors.New("db: foreign key constraint")
	ErrAgain    = errors.New("db: transaction must run again") // InTx does so, a few times
)

// DB is a database. Its configuration does not change once it is in use.
type DB struct {
	Engine Engine
	Now    func() time.Time

	dsn     string
	readers *sql.DB
	writer  *sql.DB // the same pool in PostgreSQL; one connection in SQLite
	bind    func(string) string
	mapErr  func(error) error
	after   []func(id.Company)
}

// Open opens the database that dsn names: "postgres://…" or a file path.
func Open(ctx context.Context, dsn string) (*DB, error) {
	open := openSQLite
	if isPostgres(dsn) {
		open = openPostgres
	}
	d, err := open(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	d.Now, d.dsn = time.Now, dsn
	if err := d.writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), d.Close())
	}
	return d, nil
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Close closes the pools.
func (d *DB) Close() error {
	if d.readers == d.writer {
		return d.writer.Close()
	}
	return errors.Join(d.readers.Close(), d.writer.Close())
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.readers.PingContext(ctx) }

// AfterCommit registers fn to run after every committed transaction, with the
// company that it wrote. It must be called before the first transaction.
func (d *DB) AfterCommit(fn func(id.Company)) { d.after = append(d.after, fn) }

// Querier is what a read needs: a DB, or a Tx to read what it has written.
type Querier interface {
	// Row reads one row into dest, or returns ErrNotFound.
	Row(ctx context.Context, dest []any, text string, args ...any) error

	each(ctx context.Context, row func(scanner) error, text string, args []any) error
}

// scanner is a row of an answer.
type scanner interface{ Scan(dest ...any) error }

// All reads every row; dest says where the columns of one go.
func All[T any](ctx context.Context, q Querier, dest func(*T) []any, text string, args ...any) ([]T, error) {
	var out []T
	err := q.each(ctx, collect(&out, dest), text, args)
	return out, err
}

// collect appends each row to out.
func collect[T any](out *[]T, dest func(*T) []any) func(scanner) error {
	return func(row scanner) error {
		var v T
		if err := row.Scan(dest(&v)...); err != nil {
			return err
		}
		*out = append(*out, v)
		return nil
	}
}

// Values reads the first column of every row.
func Values[T any](ctx context.Context, q Querier, text string, args ...any) ([]T, error) {
	return All(ctx, q, func(v *T) []any { return []any{v} }, text, args...)
}

// Marks returns n placeholders for an IN list: "(?, ?, ?)". No list is empty:
// with n = 0 it is a list that nothing is in.
func Marks(n int) string {
	if n == 0 {
		return "(NULL)"
	}
	return "(" + strings.Repeat("?, ", n-1) + "?)"
}

// Args returns vs as arguments of a statement.
func Args[T any](vs []T) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

// Row reads one row into dest, or returns ErrNotFound.
func (d *DB) Row(ctx context.Context, dest []any, text string, args ...any) error {
	return conn{d, d.readers}.Row(ctx, dest, text, args...)
}

func (d *DB) each(ctx context.Context, row func(scanner) error, text string, args []any) error {
	return conn{d, d.readers}.each(ctx, row, text, args)
}

// conn runs our SQL on a pool or in a transaction.
type conn struct {
	d *DB
	x interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}
}

// Row reads one row into dest, or returns ErrNotFound.
func (c conn) Row(ctx context.Context, dest []any, text string, args ...any) error {
	return c.d.mapErr(c.x.QueryRowContext(ctx, c.d.bind(text), args...).Scan(dest...))
}

func (c conn) each(ctx context.Context, row func(scanner) error, text string, args []any) error {
	rows, err := c.x.QueryContext(ctx, c.d.bind(text), args...)
	if err != nil {
		return c.d.mapErr(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return c.d.mapErr(rows.Err())
}
