package pulse_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
)

// disk is what lies behind the database, read as somebody does who has stolen
// it: the files of its tables and indexes, and what its log has written since.
type disk struct {
	*world
	from string // file of the log at the beginning, on PostgreSQL
}

// theDisk begins to look at the disk.
func (w *world) theDisk(t *testing.T) disk {
	t.Helper()
	d := disk{world: w}
	if w.DB.Engine == db.Postgres {
		// Who may not ask is told so when the files are read.
		_ = w.DB.Row(t.Context(), []any{&d.from}, `SELECT pg_walfile_name(pg_current_wal_lsn())`)
		d.keep(t)
	}
	return d
}

// keep has PostgreSQL make away with no file of its log, as it would after any
// checkpoint, of other tests too, until the connections of the test are closed. A
// server without room for one more that reads its log goes on without.
func (d disk) keep(t *testing.T) {
	t.Helper()
	var slot string
	if err := d.DB.Row(t.Context(), []any{&slot}, `
		SELECT slot_name FROM pg_create_physical_replication_slot(?, immediately_reserve := TRUE, temporary := TRUE)`, "kept_"+d.mark); err != nil {
		t.Logf("the log is not kept: %v", err)
	}
}

// turn lets PostgreSQL begin another file of its log, and make away with those
// that it needs no more, as it may at any moment.
func (d disk) turn(t *testing.T) {
	t.Helper()
	if d.DB.Engine != db.Postgres {
		return
	}
	for _, q := range []string{`SELECT pg_switch_wal()`, `CHECKPOINT`} { // who may not is told so when the files are read
		_ = d.DB.Row(t.Context(), nil, q)
	}
}

// part is one of the two parts of a disk.
type part string

// The parts.
const (
	tables part = "tables" // and indexes
	log    part = "log"    // what is written before the tables are
)

// searched is where words were found on the disk, and how much was read.
type searched struct {
	in    map[string]map[part][]string // word → part → files
	files map[part]int
	bytes map[part]int
}

// search looks for words in every file. It skips the test where the role of
// PostgreSQL may not read the files of its server.
func (d disk) search(t *testing.T, words ...string) searched {
	t.Helper()
	out := searched{in: map[string]map[part][]string{}, files: map[part]int{}, bytes: map[part]int{}}
	for _, w := range words {
		out.in[w] = map[part][]string{}
	}
	look := func(p part, name string, b []byte) {
		out.files[p]++
		out.bytes[p] += len(b)
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				out.in[w][p] = append(out.in[w][p], name)
			}
		}
	}
	if d.DB.Engine == db.Postgres {
		d.server(t, look)
	} else {
		d.folder(t, look)
	}
	return out
}

// folder reads the file of SQLite, and its log.
func (d disk) folder(t *testing.T, look func(part, string, []byte)) {
	t.Helper()
	var busy, pages, moved int // what is in the log goes to the file too, as it does in the end
	if err := d.DB.Row(t.Context(), []any{&busy, &pages, &moved}, `PRAGMA wal_checkpoint(PASSIVE)`); err != nil || moved == 0 {
		t.Fatalf("%d pages of the log are in the file, %v", moved, err)
	}
	var file string
	if err := d.DB.Row(t.Context(), []any{&file}, `SELECT file FROM pragma_database_list WHERE name = 'main'`); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(file + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		p := tables
		if n != file {
			p = log
		}
		look(p, filepath.Base(n), b)
	}
}

// server reads the files of the schema on the server of PostgreSQL, after all
// that it holds in memory was written to them.
func (d disk) server(t *testing.T, look func(part, string, []byte)) {
	t.Helper()
	var may bool
	if err := d.DB.Row(t.Context(), []any{&may}, `
		SELECT has_function_privilege('pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE')
			AND has_function_privilege('pg_ls_waldir()', 'EXECUTE')`); err != nil {
		t.Fatal(err)
	}
	if !may {
		t.Skip("the role of the tests may not read the files of the PostgreSQL server: run them as a superuser")
	}
	if err := d.DB.Row(t.Context(), nil, `CHECKPOINT`); err != nil && !errors.Is(err, db.ErrNotFound) { // it answers no row
		t.Skipf("the role of the tests may not have the PostgreSQL server write its files: %v", err)
	}
	names, err := db.Values[string](t.Context(), d.DB, `
		WITH ours AS (SELECT oid, reltoastrelid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
		SELECT pg_relation_filepath(c.oid) FROM pg_class c
		WHERE (c.oid IN (SELECT oid FROM ours) OR c.oid IN (SELECT reltoastrelid FROM ours)) AND pg_relation_filepath(c.oid) IS NOT NULL
		ORDER BY 1`)
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files of tables, %v", len(names), err)
	}
	logs, err := db.Values[string](t.Context(), d.DB, `
		SELECT 'pg_wal/' || name FROM pg_ls_waldir()
		WHERE name >= ? AND name <= pg_walfile_name(pg_current_wal_lsn()) AND LENGTH(name) = 24 ORDER BY name`, d.from)
	if err != nil || len(logs) == 0 {
		t.Fatalf("%d files of the log, %v", len(logs), err)
	}
	for p, names := range map[part][]string{tables: names, log: logs} {
		for _, name := range names {
			d.read(t, name, func(b []byte) { look(p, name, b) })
		}
	}
}

// read reads a file of the server, as much at once as fits in memory. One that
// is no more there is empty.
func (d disk) read(t *testing.T, name string, look func([]byte)) {
	t.Helper()
	const most = 64 << 20 // bytes
	for at := 0; ; at += most {
		var b []byte
		if err := d.DB.Row(t.Context(), []any{&b}, `SELECT COALESCE(pg_read_binary_file(?, ?, ?, TRUE), '')`, name, at, most); err != nil {
			t.Fatal(err)
		}
		look(b)
		if len(b) < most {
			return
		}
	}
}

// planted is written in the open, so that a search that finds nothing is known
// to look.
const planted = "escrito-a-la-vista"

// plant writes words in the open. A word may lie across two pages of a log, so
// there are many.
func (w *world) plant(t *testing.T) {
	t.Helper()
	rows := make([][]any, 50)
	for i := range rows {
		rows[i] = []any{w.ID, fmt.Sprintf("%s-%s-%02d", planted, w.mark, i)}
	}
	if err := w.DB.InTx(t.Context(), w.ID, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `CREATE TABLE planted (company BIGINT NOT NULL, word TEXT NOT NULL)`); err != nil {
			return err
		}
		return tx.Many(t.Context(), `INSERT INTO planted (company, word) VALUES`, rows)
	}); err != nil {
		t.Fatal(err)
	}
}

// secretWords are what nobody may find in the open while a pulse is open: what
// somebody wrote, and anything that reads as a ballot.
func (w *world) secretWords() []string {
	return []string{"tijeras-" + w.mark, `{"cell":`, `"` + recommend + `":`}
}
