package db

import (
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
	sqlite "github.com/ncruces/go-sqlite3/driver"
)

// What a statement is given does not have SQLite plan it anew.
func TestAStatementIsPlannedOnce(t *testing.T) {
	t.Parallel()
	d, err := openSQLite(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.writer.ExecContext(t.Context(), `CREATE TABLE x (a BIGINT, b TEXT)`); err != nil {
		t.Fatal(err)
	}
	c, err := d.readers.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.Raw(func(conn any) error {
		s, _, err := conn.(sqlite.Conn).Raw().Prepare(`SELECT a FROM x WHERE b > ? ORDER BY a LIMIT ?`)
		if err != nil {
			return err
		}
		defer s.Close()
		for n := range 5 {
			if err := s.BindText(1, "x"); err != nil {
				return err
			}
			if err := s.BindInt(2, n); err != nil {
				return err
			}
			for s.Step() {
			}
			if err := s.Reset(); err != nil {
				return err
			}
		}
		if n := s.Status(sqlite3.STMTSTATUS_REPREPARE, false); n != 0 {
			t.Errorf("planned anew %d times", n)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
