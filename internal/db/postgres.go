package db

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const postgresConns = 16

func openPostgres(dsn string) (*DB, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	p := sql.OpenDB(pipes{stdlib.GetConnector(*c)})
	p.SetMaxOpenConns(postgresConns)
	p.SetMaxIdleConns(postgresConns)
	return &DB{Engine: Postgres, readers: p, writer: p, bind: numbered(), mapErr: mapPostgres}, nil
}

// numbered returns a function that rewrites ? to $1, $2…, and how a list is
// opened, once for each text. Our SQL has no ? inside strings.
func numbered() func(string) string {
	var known sync.Map
	return func(text string) string {
		if s, ok := known.Load(text); ok {
			return s.(string)
		}
		var b strings.Builder
		for i, part := range strings.Split(strings.ReplaceAll(text, sqliteList, postgresList), "?") {
			if i > 0 {
				b.WriteString("$" + strconv.Itoa(i))
			}
			b.WriteString(part)
		}
		known.Store(text, b.String())
		return b.String()
	}
}

func mapPostgres(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	switch e.Code {
	case "23505": // unique_violation
		return fmt.Errorf("%w: %w", ErrExists, err)
	case "23503": // foreign_key_violation
		return fmt.Errorf("%w: %w", ErrMissing, err)
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return fmt.Errorf("%w: %w", ErrAgain, err)
	}
	return err
}
