package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pipe is a connection to PostgreSQL whose transactions may begin together with
// their first statement and be committed together with their last: alone, each of
// the two costs a journey to the server and back.
type pipe struct {
	*stdlib.Conn
	late *lateTx
}

type pipes struct{ driver.Connector }

func (p pipes) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &pipe{Conn: c.(*stdlib.Conn)}, nil
}

type lateKey struct{}

// BeginTx begins nothing yet if ctx says that the transaction is one of ours.
func (p *pipe) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if ctx.Value(lateKey{}) == nil {
		return p.Conn.BeginTx(ctx, o)
	}
	p.late = &lateTx{conn: p.Conn.Conn()}
	return p.late, nil
}

// lateTx ends what was sent of a transaction.
type lateTx struct {
	conn  *pgx.Conn
	state lateState
}

type lateState int

const (
	lateNew  lateState = iota // nothing was sent
	lateOpen                  // it has begun
	lateDone                  // committed or rolled back
)

func (l *lateTx) Commit() error {
	if l.state == lateOpen {
		return errors.New("db: a late transaction commits with its last statements")
	}
	return nil
}

func (l *lateTx) Rollback() error {
	was := l.state
	l.state = lateDone
	if was != lateOpen {
		return nil
	}
	_, err := l.conn.Exec(context.Background(), "rollback")
	if err != nil {
		return errors.Join(err, l.conn.Close(context.Background()))
	}
	return nil
}

// send sends the statements of b in one journey, after what begins the
// transaction and before what commits it. Each takes its answer as b says.
func (p *pipe) send(ctx context.Context, b *pgx.Batch, commit bool) error {
	l := p.late
	if l.state == lateDone {
		return sql.ErrTxDone // rolled back meanwhile: ctx has ended
	}
	if l.state == lateNew && b.Len() == 0 {
		return nil
	}
	all := &pgx.Batch{}
	if l.state == lateNew {
		all.Queue("begin")
	}
	all.QueuedQueries = append(all.QueuedQueries, b.QueuedQueries...)
	if commit {
		all.Queue("commit").Exec(func(tag pgconn.CommandTag) error {
			if tag.String() == "ROLLBACK" {
				return pgx.ErrTxCommitRollback
			}
			return nil
		})
	}
	l.state = lateOpen
	err := l.conn.SendBatch(ctx, all).Close()
	if err == nil && commit {
		l.state = lateDone
	}
	return err
}
