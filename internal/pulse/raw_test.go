package pulse_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/pulse/ballot"
	"github.com/eslabon/eslabon/internal/seal"
)

// urn is what lies in the row of the ballots.
type urn struct {
	key string
	box []byte
}

func (w *world) urns(t *testing.T) []urn {
	t.Helper()
	all, err := db.All(t.Context(), w.DB, func(u *urn) []any { return []any{&u.key, &u.box} }, `SELECT key, box FROM pulse_urn WHERE company = ?`, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// note is what the i-th of those who answer writes.
func (w *world) note(i int) string { return "tijeras-" + w.mark + "-" + strconv.Itoa(i) }

// answers are those of the i-th.
func (w *world) answers(i int) pulse.Answers {
	return pulse.Answers{Choices: map[string]int{recommend: i % 11}, Notes: map[string]string{"open.better": w.note(i)}}
}

// answer lets everybody of the crew answer, one after the other, and returns
// the state of the urn after each: what a log of the database, a dead row or a
// backup may keep of it.
func (w *world) answer(t *testing.T, p pulse.Pulse) (states []urn) {
	t.Helper()
	for i, a := range w.crew {
		must(t, w.s.Cast(t.Context(), a, p.ID, w.answers(i)))
		all := w.urns(t)
		if len(all) != 1 {
			t.Fatalf("the ballots lie in %d rows", len(all))
		}
		states = append(states, all[0])
	}
	return states
}

// inPlace returns how many notes stand where they would if nobody had mixed
// them.
func (w *world) inPlace(notes []string) (n int) {
	for i, note := range notes {
		if note == w.note(i) {
			n++
		}
	}
	return n
}

// Whoever has the raw database, with the order of its rows, the transactions
// that wrote them, its log and its dead rows, and even the folder of keys as it
// is at one moment, cannot tell whose a ballot is or when it was cast.
func TestWhatLiesOnTheDiskTellsNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		disk := w.theDisk(t)
		p := w.launch(t, recommend, "open.better")
		states := w.answer(t, p)

		// The key of now opens the urn of now, and none of before: two states
		// cannot be compared, so no ballot is told from the others by when it came.
		last := states[len(states)-1]
		files, err := os.ReadDir(w.keys)
		if err != nil || len(files) != 1 || files[0].Name() != last.key+".key" {
			t.Fatalf("%v lie in the folder of keys, %v", files, err)
		}
		o, err := seal.In(w.keys).Opener(last.key)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range states[:len(states)-1] {
			if _, err := o.Open(s.box); err == nil || s.key == last.key {
				t.Errorf("the urn after %d ballots still opens", i+1)
			}
			if len(s.box) != len(last.box) {
				t.Errorf("the urn after %d ballots has %d bytes, and in the end %d", i+1, len(s.box), len(last.box))
			}
		}
		// What it holds is in no order, and has no name and no time.
		text, err := o.Open(last.box)
		if err != nil {
			t.Fatal(err)
		}
		var ballots []ballot.Ballot
		if err := json.Unmarshal(text, &ballots); err != nil || len(ballots) != len(w.crew) {
			t.Fatalf("%d ballots, %v", len(ballots), err)
		}
		var notes []string
		for _, b := range ballots {
			notes = append(notes, b.Notes["open.better"])
		}
		if n := w.inPlace(notes); n > len(notes)/2 {
			t.Errorf("%d of %d ballots lie in the order in which they were cast", n, len(notes))
		}
		for _, a := range w.crew {
			if bytes.Contains(text, []byte(a.Person)) {
				t.Error("a ballot names who cast it")
			}
		}

		w.writtenTogether(t)
		disk.turn(t)
		w.plant(t)
		t.Run("files", func(t *testing.T) {
			words := w.secretWords()
			open := []string{planted + "-" + w.mark, string(w.crew[0].Person)}
			got := disk.search(t, append(words, open...)...)
			t.Logf("read %v bytes of %v files", got.bytes, got.files)
			for i, word := range words {
				in := got.in[word]
				if len(in[tables]) > 0 || i == 0 && len(in[log]) > 0 { // the log may be of other tests too, which have other notes
					t.Errorf("%v hold %s", in, word)
				}
			}
			for _, word := range open { // what is there in the open is found
				if in := got.in[word]; len(in[tables]) == 0 || len(in[log]) == 0 {
					t.Errorf("%s is found in %v only", word, in)
				}
			}
		})
		w.silent(t, p)

		if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.In(w.keys).Opener(last.key); err == nil {
			t.Error("the key outlives the pulse")
		}
		w.inOneGo(t)
		t.Run("files after the close", func(t *testing.T) {
			words := []string{"tijeras-" + w.mark}
			for _, a := range w.crew {
				words = append(words, string(a.Person))
			}
			got := disk.search(t, words...)
			notes := got.in[words[0]][tables]
			if len(notes) == 0 {
				t.Error("what was written is in no file, though it may be shown now")
			}
			for _, person := range words[1:] {
				for _, file := range got.in[person][tables] {
					if d.Engine == db.Postgres && slices.Contains(notes, file) { // SQLite has one file for all
						t.Errorf("%s holds what was written, and who may have written it", file)
					}
				}
			}
		})
		r := w.report(t, p)
		notes = nil
		for _, c := range r.Comments {
			notes = append(notes, c.Note)
		}
		if n := w.inPlace(notes); len(notes) != len(w.crew) || n > len(notes)/2 {
			t.Errorf("%d of %d comments stand in the order in which they were written", n, len(notes))
		}
		w.silent(t, p)
	})
}

// writtenTogether looks at which transaction wrote each row: the last one who
// answered shares it with the urn of all, and nobody shares it with a ballot.
func (w *world) writtenTogether(t *testing.T) {
	t.Helper()
	if w.DB.Engine != db.Postgres {
		return
	}
	var ballots, same int
	if err := w.DB.Row(t.Context(), []any{&ballots, &same}, `
		SELECT (SELECT COUNT(*) FROM pulse_urn WHERE company = ?),
			(SELECT COUNT(*) FROM pulse_asked a JOIN pulse_urn u ON u.company = a.company AND u.xmin = a.xmin WHERE a.company = ?)`,
		w.ID, w.ID); err != nil || ballots != 1 || same > 1 {
		t.Errorf("%d rows of ballots, %d rows of people of the same transaction, %v", ballots, same, err)
	}
}

// inOneGo checks that all that is left of the answers was written at once, and
// that its place says nothing.
func (w *world) inOneGo(t *testing.T) {
	t.Helper()
	place, once := "rowid", "1"
	if w.DB.Engine == db.Postgres {
		place, once = "ctid", "COUNT(DISTINCT xmin::text)"
	}
	for _, table := range []string{"pulse_result", "pulse_comment"} {
		var n int
		if err := w.DB.Row(t.Context(), []any{&n}, `SELECT `+once+` FROM `+table+` WHERE company = ?`, w.ID); err != nil || n != 1 {
			t.Errorf("%s was written in %d transactions, %v", table, n, err)
		}
	}
	notes, err := db.Values[string](t.Context(), w.DB, `SELECT note FROM pulse_comment WHERE company = ? ORDER BY `+place, w.ID)
	if n := w.inPlace(notes); err != nil || n > len(notes)/2 {
		t.Errorf("%d of %d comments lie in the order in which they were written, %v", n, len(notes), err)
	}
	for _, table := range []string{"pulse_urn", "pulse_asked", "pulse_code"} {
		var n int
		if err := w.DB.Row(t.Context(), []any{&n}, `SELECT COUNT(*) FROM `+table+` WHERE company = ?`, w.ID); err != nil || n != 0 {
			t.Errorf("%s keeps %d rows, %v", table, n, err)
		}
	}
}

// silent checks that neither the log nor a job nor a notice tells of an answer.
func (w *world) silent(t *testing.T, p pulse.Pulse) {
	t.Helper()
	facts, err := fact.After(t.Context(), w.DB, w.ID, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		if f.Subject == string(p.ID) && f.Kind != "pulse.launched" && f.Kind != "pulse.closed" {
			t.Errorf("the log tells of an answer: %+v", f)
		}
	}
	var read, jobs int
	if err := w.DB.Row(t.Context(), []any{&read, &jobs}, `
		SELECT (SELECT COUNT(*) FROM notice WHERE company = ? AND subject = ? AND (read_at IS NOT NULL OR kind = 'pulse_again')),
			(SELECT COUNT(*) FROM river_job WHERE kind LIKE 'pulse%')`, w.ID, p.ID); err != nil || read+jobs != 0 {
		t.Errorf("%d notices were touched by answering, %d jobs tell of it, %v", read, jobs, err)
	}
}

// What an interrupted transaction left in the folder of keys goes with the next
// ballot, and no ballot is lost.
func TestAKeyThatWasLeftBehind(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		for i, a := range w.crew[:6] {
			if _, err := seal.In(w.keys).Make(fmt.Sprintf("pulse-%d-%s-%016d", w.ID, p.ID, i)); err != nil {
				t.Fatal(err)
			}
			w.cast(t, a, p, recommend, 9)
			if files, err := os.ReadDir(w.keys); err != nil || len(files) != 1 {
				t.Fatalf("%d keys, %v", len(files), err)
			}
		}
		if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
			t.Fatal(err)
		}
		if r := w.report(t, p); r.Answered != 6 || r.Pulse.Lost != 0 {
			t.Errorf("%d answered, %d lost", r.Answered, r.Pulse.Lost)
		}
	})
}

// Many answer at once while somebody closes: whoever was told that the answer
// is kept is counted, and nobody else.
func TestWhoAnswersWhileItClosesIsCountedOrTold(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		var wg sync.WaitGroup
		kept := make(chan authz.Actor, len(w.crew))
		for i, a := range w.crew {
			wg.Go(func() {
				if i == len(w.crew)-4 {
					if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
						t.Error(err)
					}
					return
				}
				err := w.s.Cast(t.Context(), a, p.ID, pulse.Answers{Choices: map[string]int{recommend: 8}})
				if err == nil {
					kept <- a
				} else if !strings.Contains(err.Error(), "pulse.err.closed") {
					t.Errorf("who is too late is told %v", err)
				}
			})
		}
		wg.Wait()
		var got pulse.Pulse
		if got, _ = w.s.Get(t.Context(), w.Ana, p.ID); got.State != pulse.Closed || got.Lost != 0 {
			t.Errorf("%s, %d lost", got.State, got.Lost)
		}
		if r := w.report(t, p); r.Answered != len(kept) && r.Result(0, recommend).Verdict != pulse.Hidden {
			t.Errorf("%d were told that their answer is kept, and %d are counted", len(kept), r.Answered)
		}
		if files, err := os.ReadDir(w.keys); err != nil || len(files) != 0 {
			t.Errorf("%d keys are left, %v", len(files), err)
		}
	})
}
