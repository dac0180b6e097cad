package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eslabon/eslabon/internal/id"
)

const (
	tries    = 8                    // of one transaction, before we give up
	baseWait = 5 * time.Millisecond // before the second try; it grows with each
)

// Tx is a write transaction of one company, with one clock reading for all
// its rows.
type Tx struct {
	conn
	Company id.Company
	Now     Time
	before  []func(context.Context) error
	after   []func()
	later   later
	reads   bool // and writes nothing
	sqlTx   *sql.Tx
}

// BeforeCommit registers fn to run as the last act of the transaction.
func (t *Tx) BeforeCommit(fn func(context.Context) error) { t.before = append(t.before, fn) }

// AfterCommit registers fn to run once the transaction has committed, and not
// at all if it is rolled back.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// InTx runs fn in a write transaction of company c, and rolls back if fn fails
// or panics. The engine may ask for another try (serialization failure,
// deadlock, busy file), so fn runs once or more: it must do no I/O of its own
// and must assign, not add, to what it captures.
func (d *DB) InTx(ctx context.Context, c id.Company, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		err := d.inTx(ctx, c, fn)
		if err == nil || try == tries || !errors.Is(err, ErrAgain) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(time.Duration(try*try) * baseWait):
		}
	}
}

func (d *DB) inTx(ctx context.Context, c id.Company, fn func(tx *Tx) error) error {
	own, err := d.writer.Conn(ctx)
	if err != nil {
		return d.mapErr(err)
	}
	defer own.Close()
	t, err := own.BeginTx(context.WithValue(ctx, lateKey{}, true), nil)
	if err != nil {
		return d.mapErr(err)
	}
	defer func() { _ = t.Rollback() }() // after Commit it does nothing
	tx := &Tx{conn: conn{d, t}, Company: c, Now: At(d.Now()), sqlTx: t}
	if d.Engine == Postgres {
		tx.later = later{conn: own, batch: &pgx.Batch{}}
	}
	if err := begun(ctx, tx); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	for _, f := range tx.before {
		if err := f(ctx); err != nil {
			return err
		}
	}
	if err := tx.send(ctx, true); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return d.mapErr(err)
	}
	for _, f := range d.after {
		f(c)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// SQL returns the transaction of the driver, for a library that must write in
// it: the jobs. Only internal/job asks for it.
func (t *Tx) SQL(ctx context.Context) (*sql.Tx, error) {
	if t.later.conn == nil {
		return t.sqlTx, nil
	}
	if _, err := t.queue("SELECT 1", nil); err != nil { // it may not have begun yet
		return nil, err
	}
	return t.sqlTx, t.send(ctx, false)
}

// JobPool opens the connections on which the job library works: on SQLite one
// of its own, so that a job's bookkeeping never waits behind a page; on
// PostgreSQL the common pool. The caller calls done when it has ended.
func (d *DB) JobPool() (pool *sql.DB, done func() error, err error) {
	if d.Engine == Postgres {
		return d.writer, func() error { return nil }, nil
	}
	pool, err = sqliteWriterPool(d.dsn)
	if err != nil {
		return nil, nil, err
	}
	return pool, pool.Close, nil
}

// Engine returns the SQL engine of the transaction.
func (t *Tx) Engine() Engine { return t.d.Engine }
