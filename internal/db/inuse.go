package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// InUse reports whether somebody else has the SQLite file at path open. Who is
// about to move it away must not do so under a running server, which would go
// on writing to what nobody reads any more.
func InUse(ctx context.Context, path string) (bool, error) {
	p, err := sql.Open("sqlite3", sqliteFile(path, "mode=rw&_txlock=exclusive&_pragma=busy_timeout(0)&_pragma=locking_mode(exclusive)"))
	if err != nil {
		return false, fmt.Errorf("open %s: %w", path, err)
	}
	defer p.Close()
	tx, err := p.BeginTx(ctx, nil)
	if errors.Is(mapSQLite(err), ErrAgain) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("lock %s: %w", path, err)
	}
	return false, tx.Rollback()
}
