package job

// This file alone knows that the library has a driver for each engine.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/eslabon/eslabon/internal/db"
)

func client(e db.Engine, pool *sql.DB, cfg *river.Config) (*river.Client[*sql.Tx], error) {
	if e == db.SQLite {
		return river.NewClient(riversqlite.New(pool), cfg)
	}
	return river.NewClient(riverdatabasesql.New(pool), cfg)
}

// writers only write jobs, so they need neither a pool nor the workers. That
// lets a use case enqueue before anybody has wired who does the work.
var writers = map[db.Engine]func() (*river.Client[*sql.Tx], error){
	db.SQLite:   writer(db.SQLite),
	db.Postgres: writer(db.Postgres),
}

func writer(e db.Engine) func() (*river.Client[*sql.Tx], error) {
	return sync.OnceValues(func() (*river.Client[*sql.Tx], error) {
		return client(e, nil, &river.Config{MaxAttempts: mostTries})
	})
}

// Enqueue writes a job that runs soon after the transaction has committed.
func Enqueue(ctx context.Context, tx *db.Tx, args Args) error {
	w, err := writers[tx.Engine()]()
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	t, err := tx.SQL(ctx)
	if err != nil {
		return err
	}
	if _, err := w.InsertTx(ctx, t, args, nil); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// Migrate makes or changes the tables of the jobs, after those of the product.
// On PostgreSQL many nodes may start at once: one migrates, the others wait.
func Migrate(ctx context.Context, d *db.DB) (err error) {
	pool, done, err := d.JobPool()
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	defer func() { err = errors.Join(err, done()) }()
	up := func() error {
		m, err := migrator(d.Engine, pool)
		if err == nil {
			_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		}
		return err
	}
	if d.Engine == db.Postgres {
		err = locked(ctx, pool, up)
	} else {
		err = up()
	}
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return nil
}

func migrator(e db.Engine, pool *sql.DB) (*rivermigrate.Migrator[*sql.Tx], error) {
	cfg := &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)}
	if e == db.SQLite {
		return rivermigrate.New(riversqlite.New(pool), cfg)
	}
	return rivermigrate.New(riverdatabasesql.New(pool), cfg)
}

// locked runs fn while a lock of the schema is held on a connection of its own.
func locked(ctx context.Context, pool *sql.DB, fn func() error) (err error) {
	const key = `hashtext('eslabon/job/' || current_schema())`
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(`+key+`)`); err != nil {
		return err
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(`+key+`)`)
		err = errors.Join(err, unlockErr)
	}()
	return fn()
}

// start runs a client, and returns how to stop it.
func start(ctx context.Context, d *db.DB, cfg *river.Config) (func(context.Context) error, error) {
	pool, done, err := d.JobPool()
	if err != nil {
		return nil, err
	}
	c, err := client(d.Engine, pool, cfg)
	if err != nil {
		return nil, errors.Join(err, done())
	}
	if err := c.Start(ctx); err != nil {
		return nil, errors.Join(err, done())
	}
	return func(ctx context.Context) error {
		err := c.Stop(ctx)
		if err != nil {
			grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), killedWait)
			defer cancel()
			err = c.StopAndCancel(grace)
		}
		return errors.Join(err, done())
	}, nil
}
