package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// later are the statements of a transaction on PostgreSQL that were not sent
// yet: each one alone costs a journey to the server and back. On SQLite there is
// no conn.
type later struct {
	conn  *sql.Conn
	batch *pgx.Batch
	args  int // in the batch
}

// Later runs a statement of which nobody needs the answer: on PostgreSQL with
// others in one journey, that of the next statement that reads or of the end of
// the transaction, in the order in which they were given. What goes wrong with
// it may be told by a later statement.
func (t *Tx) Later(ctx context.Context, text string, args ...any) error {
	if t.reads {
		return errReading
	}
	if t.later.conn == nil {
		_, err := t.Exec(ctx, text, args...)
		return err
	}
	if t.later.args+len(args) > mostArgs {
		if err := t.send(ctx, false); err != nil {
			return err
		}
	}
	_, err := t.queue(text, args)
	return err
}

// Answer is what Soon asked for.
type Answer[T any] struct {
	tx   *Tx
	here bool
	rows []T
}

// Soon asks for the rows of [All], on PostgreSQL with others in one journey: that
// of the next statement that reads, or that of [Answer.Rows].
func Soon[T any](ctx context.Context, tx *Tx, dest func(*T) []any, text string, args ...any) (*Answer[T], error) {
	out := &Answer[T]{tx: tx}
	row := collect(&out.rows, dest)
	if tx.later.conn == nil {
		out.here = true
		return out, tx.each(ctx, row, text, args)
	}
	return out, tx.ask(row, func() { out.here = true }, text, args)
}

// Rows returns the answer.
func (a *Answer[T]) Rows(ctx context.Context) ([]T, error) {
	if !a.here {
		if err := a.tx.send(ctx, false); err != nil {
			return nil, err
		}
		if !a.here {
			return nil, errors.New("db: the statement was not answered")
		}
	}
	return a.rows, nil
}

// Row returns the first row of the answer, or ErrNotFound.
func (a *Answer[T]) Row(ctx context.Context) (row T, err error) {
	rows, err := a.Rows(ctx)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return row, err
	}
	return rows[0], nil
}

// ask puts a statement with the ones that wait. Each row of the answer goes to
// row, and then done is called.
func (t *Tx) ask(row func(scanner) error, done func(), text string, args []any) error {
	q, err := t.queue(text, args)
	if err != nil {
		return err
	}
	q.Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := row(rows); err != nil {
				return err
			}
		}
		done()
		return nil
	})
	return nil
}

func (t *Tx) queue(text string, args []any) (*pgx.QueuedQuery, error) {
	plain := make([]any, len(args))
	for i, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return nil, fmt.Errorf("argument %d of a statement: %w", i+1, err)
		}
		plain[i] = v
	}
	t.later.args += len(args)
	return t.later.batch.Queue(t.d.bind(text), plain...), nil
}

// send sends what waits; on SQLite nothing does.
func (t *Tx) send(ctx context.Context, commit bool) error {
	if t.later.conn == nil {
		return nil
	}
	b := t.later.batch
	t.later.batch, t.later.args = &pgx.Batch{}, 0
	return t.d.mapErr(t.later.conn.Raw(func(c any) error {
		if t.reads {
			return c.(*pipe).Conn.Conn().SendBatch(ctx, b).Close()
		}
		return c.(*pipe).send(ctx, b, commit)
	}))
}

// Exec runs one statement and says how many rows it touched.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (touched int64, err error) {
	if t.reads {
		return 0, errReading
	}
	if t.later.conn == nil {
		r, err := t.x.ExecContext(ctx, text, args...)
		if err != nil {
			return 0, t.d.mapErr(err)
		}
		return r.RowsAffected()
	}
	q, err := t.queue(text, args)
	if err != nil {
		return 0, err
	}
	q.Exec(func(tag pgconn.CommandTag) error {
		touched = tag.RowsAffected()
		return nil
	})
	err = t.send(ctx, false)
	return touched, err
}

// Row reads one row into dest, or returns ErrNotFound.
func (t *Tx) Row(ctx context.Context, dest []any, text string, args ...any) error {
	if t.later.conn == nil {
		return t.conn.Row(ctx, dest, text, args...)
	}
	q, err := t.queue(text, args)
	if err != nil {
		return err
	}
	q.QueryRow(func(row pgx.Row) error { return row.Scan(dest...) })
	return t.send(ctx, false)
}

func (t *Tx) each(ctx context.Context, row func(scanner) error, text string, args []any) error {
	if t.later.conn == nil {
		return t.conn.each(ctx, row, text, args)
	}
	if err := t.ask(row, func() {}, text, args); err != nil {
		return err
	}
	return t.send(ctx, false)
}
