package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// later are the statements of a transaction that were not sent yet: on
// PostgreSQL each one alone costs a journey to the server and back.
type later struct {
	conn  *sql.Conn
	batch *pgx.Batch
	args  int // in the batch
}

// Later runs a statement of which nobody needs the answer: on PostgreSQL with
// others in one journey, before the next statement that reads or at the end of
// the transaction, in the order in which they were given. What goes wrong with
// it may be told by a later statement.
func (t *Tx) Later(ctx context.Context, text string, args ...any) error {
	if t.d.Engine != Postgres {
		_, err := t.Exec(ctx, text, args...)
		return err
	}
	if t.later.args+len(args) > mostArgs {
		if err := t.send(ctx); err != nil {
			return err
		}
	}
	plain := make([]any, len(args))
	for i, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return fmt.Errorf("argument %d of a statement: %w", i+1, err)
		}
		plain[i] = v
	}
	if t.later.batch == nil {
		t.later.batch = &pgx.Batch{}
	}
	t.later.batch.Queue(t.d.bind(text), plain...)
	t.later.args += len(args)
	return nil
}

// send sends what waits.
func (t *Tx) send(ctx context.Context) error {
	b := t.later.batch
	if b == nil {
		return nil
	}
	t.later.batch, t.later.args = nil, 0
	return t.d.mapErr(t.later.conn.Raw(func(c any) error {
		return c.(*stdlib.Conn).Conn().SendBatch(ctx, b).Close()
	}))
}

// Row reads one row into dest, or returns ErrNotFound.
func (t *Tx) Row(ctx context.Context, dest []any, text string, args ...any) error {
	if err := t.send(ctx); err != nil {
		return err
	}
	return t.conn.Row(ctx, dest, text, args...)
}

func (t *Tx) each(ctx context.Context, row func(*sql.Rows) error, text string, args []any) error {
	if err := t.send(ctx); err != nil {
		return err
	}
	return t.conn.each(ctx, row, text, args)
}
