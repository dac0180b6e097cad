package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
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
	return t.d.mapErr(t.later.conn.Raw(func(c any) error { return c.(*pipe).send(ctx, b, commit) }))
}

// Exec runs one statement and says how many rows it touched.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (touched int64, err error) {
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
		return nil
	})
	return t.send(ctx, false)
}
