package dataset

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver" // writes the file that is read
	"github.com/xuri/excelize/v2"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
)

// ocel is the log of package load's testdata/ocel.json as tables.
var ocel = strings.Split(`CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
CREATE TABLE event_cut (ocel_id TEXT, ocel_time TIMESTAMP, cost REAL);
CREATE TABLE event_send (ocel_id TEXT, ocel_time TIMESTAMP);
CREATE TABLE object_order (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT, "the ""size""" INTEGER);
CREATE TABLE object_worker (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT);
INSERT INTO event VALUES ('e1', 'cut'), ('e2', 'send'), ('e3', 'send');
INSERT INTO object VALUES ('o1', 'order'), ('o2', 'order'), ('w1', 'worker');
INSERT INTO event_map_type VALUES ('cut', 'cut'), ('send', 'send');
INSERT INTO object_map_type VALUES ('order', 'order'), ('worker', 'worker');
INSERT INTO event_cut VALUES ('e1', '2024-03-01T08:00:00Z', 2.5);
INSERT INTO event_send VALUES ('e2', '2024-03-01 09:00:00');
INSERT INTO object_order VALUES ('o1', '2024-03-02 00:00:00', 'size', 7), ('o1', '1970-01-01 00:00:00', NULL, 5);
INSERT INTO event_object VALUES ('e1', 'o1', 'of'), ('e1', 'o2', 'of'), ('e1', 'w1', 'by'), ('e2', 'o1', 'of'), ('e2', 'w1', 'by'), ('e3', 'o1', 'of')`, ";\n")

func database(t testing.TB, statements ...string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.sqlite")
	d, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := d.ExecContext(context.Background(), s); err != nil {
			t.Fatal(s, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func events(l *chain.Log) (out []string) {
	for c := range l.Cases() {
		s := l.CaseName(c) + ":"
		for i := l.CaseOff[c]; i < l.CaseOff[c+1]; i++ {
			s += fmt.Sprintf(" %s@%d", l.Column(l.Activity).Value(int(i)), l.Time[i])
		}
		out = append(out, s)
	}
	return out
}

func TestAnObjectCentricDatabaseIsALog(t *testing.T) {
	l, rep, err := ReadLog(t.Context(), database(t, ocel...), load.Options{Object: "order"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"o1: cut@1709280000000 send@1709283600000", "o2: cut@1709280000000"}
	if got := events(l); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if l.CaseColumn(`the "size"`).Value(0) != "7" || l.Column("cost").Value(0) != "2.5" || l.Column("ocel:type:worker").Value(1) != "w1" {
		t.Error("attributes")
	}
	if rep.Format != load.Database || rep.Count(load.NoTime) != 1 {
		t.Errorf("got %+v", rep)
	}
}

func TestAForeignDatabaseIsRefused(t *testing.T) {
	endless := `CREATE VIEW event AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i AS ocel_id, 'a' AS ocel_type FROM n`
	for name, statements := range map[string][]string{
		"of something else": {`CREATE TABLE a (b TEXT)`},
		"with views":        append([]string{endless}, ocel[1:6]...),
	} {
		_, _, err := ReadLog(t.Context(), database(t, statements...), load.Options{Name: "x"})
		if e, ok := errors.AsType[*load.Error](err); !ok || e.Code != "ocel_root" || e.File != "x" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	f := database(t, ocel[:6]...)
	if err := os.Truncate(f.Name(), 5000); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ReadLog(t.Context(), f, load.Options{}); err == nil {
		t.Error("a database that was cut off is taken")
	}
}

func TestASheetIsALog(t *testing.T) {
	x := excelize.NewFile()
	for i, row := range [][]any{
		{"Pedido", "Actividad", "Fecha", "Responsable"},
		{"P-1", "Corte", "03/02/2025 08:00", "Ana"},
		{"P-2", "Corte", "03/02/2025 09:00", "Luis"},
		{"P-1", "Costura", "13/02/2025 08:00", "Marta"},
	} {
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := x.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	l, rep, err := ReadLog(t.Context(), b, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"P-1: Corte@1738569600000 Costura@1739433600000", "P-2: Corte@1738573200000"}
	if got := events(l); !slices.Equal(got, want) || rep.Format != load.Sheet || rep.Mapping.Resource != "Responsable" {
		t.Errorf("got %q, %+v", got, rep)
	}
}

func TestReadingADatabaseStopsWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := ReadLog(ctx, database(t, ocel[:6]...), load.Options{}); err == nil {
		t.Error("it went on")
	}
}
