package pulse_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
	"github.com/eslabon/eslabon/internal/seal"
)

// A backup of a company with an open pulse, put in another place with the keys
// of that moment, goes on where it was: nobody answers twice, and it closes with
// the results of those who went on where they were. Without the keys it holds
// nothing, in any form that it can be read in.
func TestABackupOfAnOpenPulse(t *testing.T) {
	t.Parallel()
	for _, e := range dbtest.Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			if e == db.Postgres {
				for _, program := range []string{"pg_dump", "pg_restore"} {
					if _, err := exec.LookPath(program); err != nil {
						t.Skipf("%s is not installed: it comes with the client programs of PostgreSQL", program)
					}
				}
			}
			backedUp(t, e)
		})
	}
}

func backedUp(t *testing.T, e db.Engine) {
	d := opened(t, dbtest.Database(t, e))
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, d)
	for range 6 {
		w.hire(t, w.teams["Confección"], false)
	}
	p, sheets, err := w.s.Launch(t.Context(), w.Ana, pulse.Launch{Title: "Cómo vamos", Items: []string{recommend, "open.better"}, Days: 5, Paper: true})
	if err != nil || len(sheets) == 0 || len(sheets[0].Codes) < 2 {
		t.Fatalf("%+v, %v", sheets, err)
	}
	codes := sheets[0].Codes
	said := func(w *world, i int) error { return w.s.Cast(t.Context(), w.crew[i], p.ID, w.answers(i)) }
	byCode := func(w *world, i int) error { return w.s.CastByCode(t.Context(), w.ID, codes[i], w.answers(30+i)) }
	const before, all = 9, 18
	for i := range before {
		must(t, said(w, i))
	}
	must(t, byCode(w, 0))
	w.plant(t)

	copied := filepath.Join(t.TempDir(), "copy")
	must(t, d.Backup(t.Context(), copied))
	then := w.urns(t)[0]
	keys := t.TempDir()
	must(t, os.CopyFS(keys, os.DirFS(w.keys)))
	text, err := seal.In(keys).Opener(then.key)
	must(t, err)
	w.backupTellsNothing(t, copied, text, then, before+1)

	elsewhere := w.restored(t, e, copied, keys)
	for i := range before { // in both places nobody answers twice
		for _, x := range []*world{w, elsewhere} {
			fixture.WantKey(t, said(x, i), "pulse.err.answered")
			fixture.WantKey(t, byCode(x, 0), "pulse.err.used_code")
		}
	}
	for i := before; i < all; i++ {
		for _, x := range []*world{w, elsewhere} {
			if due, err := x.s.Due(t.Context(), w.crew[i]); err != nil || len(due) != 1 {
				t.Errorf("who has not answered sees %d pulses, %v", len(due), err)
			}
			must(t, said(x, i))
			fixture.WantKey(t, said(x, i), "pulse.err.answered")
		}
	}
	for _, x := range []*world{w, elsewhere} {
		must(t, byCode(x, 1))
		fixture.WantKey(t, byCode(x, 1), "pulse.err.used_code")
		if _, err := seal.In(x.keys).Opener(then.key); !errors.Is(err, seal.ErrNoKey) {
			t.Errorf("what the backup holds still opens after somebody answered: %v", err)
		}
		must(t, x.s.Close(t.Context(), w.Ana, p.ID))
	}
	here, there := w.report(t, p), elsewhere.report(t, p)
	if here.Answered != all+2 || here.Pulse.Lost != 0 || !here.Intact || here.Result(0, recommend).Verdict != pulse.Shown {
		t.Errorf("%d answered, %d lost, intact %t, %+v", here.Answered, here.Pulse.Lost, here.Intact, here.Result(0, recommend))
	}
	for _, r := range []*pulse.Report{&here, &there} { // they stand in a random order
		slices.SortFunc(r.Comments, func(a, b pulse.Comment) int { return strings.Compare(a.Note, b.Note) })
	}
	if len(here.Comments) != all+2 || !reflect.DeepEqual(here, there) {
		t.Errorf("here %+v\nthere %+v", here, there)
	}

	// Who has the backup alone can close the pulse and ask again: no more.
	bare := w.restored(t, e, copied, t.TempDir())
	fixture.WantKey(t, said(bare, all), "pulse.err.no_key")
	must(t, bare.s.Close(t.Context(), w.Ana, p.ID))
	if r := bare.report(t, p); r.Pulse.Lost != before+1 || r.Answered != 0 || len(r.Comments) != 0 {
		t.Errorf("without keys %d are lost, %d answered, %d comments", r.Pulse.Lost, r.Answered, len(r.Comments))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

// restored is the world of a backup, in a new database and with a folder of keys.
func (w *world) restored(t *testing.T, e db.Engine, backup, keys string) *world {
	t.Helper()
	dsn := dbtest.Database(t, e)
	must(t, db.Restore(t.Context(), backup, dsn))
	d := opened(t, dsn)
	d.Now = w.DB.Now
	must(t, d.Check(t.Context()))
	must(t, job.Migrate(t.Context(), d))
	company, x := *w.Company, *w
	company.DB, company.Org = d, org.New(d)
	x.Company, x.s, x.keys = &company, pulse.New(d, seal.In(keys)), keys
	return &x
}

// backupTellsNothing searches a backup as it lies there and, of PostgreSQL, as
// it reads when it is unpacked; o opens the urn with the key of that moment.
func (w *world) backupTellsNothing(t *testing.T, backup string, o *seal.Opener, then urn, n int) {
	t.Helper()
	raw, err := os.ReadFile(backup)
	must(t, err)
	forms := map[string][]byte{"as it lies there": raw}
	open := "as it lies there"
	if w.DB.Engine == db.Postgres {
		open = "unpacked"
		forms[open], err = exec.CommandContext(t.Context(), "pg_restore", "--file=-", backup).Output()
		must(t, err)
	}
	for form, b := range forms {
		t.Logf("%s the backup has %d bytes", form, len(b))
		for _, word := range w.secretWords() {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s the backup holds %s", form, word)
			}
		}
	}
	for _, word := range []string{planted + "-" + w.mark, string(w.crew[0].Person)} { // so that it could be found
		if !bytes.Contains(forms[open], []byte(word)) {
			t.Errorf("%s, %s is not found in the backup", open, word)
		}
	}
	// Even who has the key of that moment reads a heap without names or order.
	text, err := o.Open(then.box)
	must(t, err)
	var ballots []ballot.Ballot
	if err := json.Unmarshal(text, &ballots); err != nil || len(ballots) != n {
		t.Fatalf("%d ballots, %v", len(ballots), err)
	}
	if slices.ContainsFunc(w.crew, func(a authz.Actor) bool { return bytes.Contains(text, []byte(a.Person)) }) {
		t.Error("a ballot names who cast it")
	}
	var notes []string
	for _, b := range ballots {
		notes = append(notes, b.Notes["open.better"])
	}
	if at := w.inPlace(notes); at >= n-1 { // the one of paper has no place
		t.Errorf("%d of %d ballots lie in the order in which they were cast", at, len(notes))
	}
}
