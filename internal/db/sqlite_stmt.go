package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/ncruces/go-sqlite3"
	sqlite "github.com/ncruces/go-sqlite3/driver"
)

// mostStatements is how many statements each SQLite connection keeps ready.
// Parsing a statement costs about as much as running it.
const mostStatements = 150

// openPool opens a pool whose connections keep their statements.
func openPool(dsn string) (*sql.DB, error) {
	c, err := (&sqlite.SQLite{}).OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector{c}), nil
}

type connector struct{ driver.Connector }

// Connect satisfies [driver.Connector].
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	k := &keeper{Conn: conn.(sqlite.Conn), kept: map[string]*kept{}}
	if err := k.steady(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return k, nil
}

// keeper is a connection that keeps the statements it has prepared, the least
// used ones going first. database/sql uses a connection from one goroutine at a
// time, so nothing here is locked.
type keeper struct {
	sqlite.Conn
	kept map[string]*kept
	used int64
}

// kept is one statement. It is lent to one caller at a time; a second one, in
// the middle of the rows of the first, gets a statement of its own.
type kept struct {
	statement
	lent bool
	used int64
}

// statement is what the driver's statements can do.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
}

// steady has SQLite plan a statement once. Else it looks at the values of some
// arguments, as that of LIMIT, and plans it anew each time that they are given.
func (k *keeper) steady() error {
	_, err := k.Raw().Config(sqlite3.DBCONFIG_ENABLE_QPSG, true)
	return err
}

// PrepareContext satisfies [driver.ConnPrepareContext].
func (k *keeper) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	k.used++
	if s := k.kept[text]; s != nil {
		if s.lent {
			return k.Conn.PrepareContext(ctx, text)
		}
		s.lent, s.used = true, k.used
		return s, nil
	}
	got, err := k.Conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s, ok := got.(statement)
	if !ok || !k.room() {
		return got, nil
	}
	k.kept[text] = &kept{statement: s, lent: true, used: k.used}
	return k.kept[text], nil
}

// room makes room for one more statement, and says whether it could.
func (k *keeper) room() bool {
	if len(k.kept) < mostStatements {
		return true
	}
	oldest := ""
	for text, s := range k.kept {
		if !s.lent && (oldest == "" || s.used < k.kept[oldest].used) {
			oldest = text
		}
	}
	if oldest == "" {
		return false
	}
	_ = k.kept[oldest].statement.Close() // it was reset when it came back
	delete(k.kept, oldest)
	return true
}

// Close gives the statement back; the driver resets it when its rows close.
func (s *kept) Close() error {
	s.lent = false
	return nil
}

// ExecContext satisfies [driver.ExecerContext], for what has no arguments.
func (k *keeper) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return k.Conn.(driver.ExecerContext).ExecContext(ctx, text, args)
}

// CheckNamedValue satisfies [driver.NamedValueChecker].
func (k *keeper) CheckNamedValue(v *driver.NamedValue) error {
	return k.Conn.(driver.NamedValueChecker).CheckNamedValue(v)
}

// Close satisfies [driver.Conn].
func (k *keeper) Close() error {
	for _, s := range k.kept {
		_ = s.statement.Close() // the connection ends with it
	}
	return k.Conn.Close()
}
