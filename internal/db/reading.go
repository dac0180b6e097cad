package db

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/eslabon/eslabon/internal/id"
)

// errReading says that a reading was to write.
var errReading = errors.New("db: a reading writes nothing")

// Read runs fn with one connection, on which what [Soon] asks for travels
// together on PostgreSQL: a page of ten questions makes few journeys. Nothing is
// locked, each journey sees what was committed before it, and nothing can be
// written. On SQLite each question is answered where it is asked.
func (d *DB) Read(ctx context.Context, c id.Company, fn func(r *Tx) error) error {
	r := &Tx{conn: conn{d, d.readers}, Company: c, Now: At(d.Now()), reads: true}
	if d.Engine == Postgres {
		own, err := d.readers.Conn(ctx)
		if err != nil {
			return d.mapErr(err)
		}
		defer own.Close()
		r.later = later{conn: own, batch: &pgx.Batch{}}
	}
	return fn(r)
}
