package pulse_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/secret"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// world is a workshop with more people: ten sew, seven finish, three pack.
type world struct {
	*fixture.Company
	s       *pulse.Service
	keys    string
	crew    []authz.Actor // those who can sign in
	paper   int           // those who get a code
	teams   map[string]id.Node
	now     time.Time
	created int
	mark    string // in all that is written in this world, and in no other
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	if err := job.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	w := &world{Company: fixture.New(t, d, 1), keys: t.TempDir(), teams: map[string]id.Node{}, mark: secret.RowID()[:16]}
	w.now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { return w.now }
	w.s = pulse.New(d, seal.In(w.keys))
	for _, team := range []struct {
		name string
		size int
	}{{"Confección", 10}, {"Acabado", 7}, {"Empaque", 3}} {
		n, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: org.Team, Name: team.name, Parent: w.Making})
		if err != nil {
			t.Fatal(err)
		}
		w.teams[team.name] = n.ID
		for range team.size {
			w.crew = append(w.crew, w.hire(t, n.ID, true))
		}
	}
	return w
}

func (w *world) hire(t *testing.T, n id.Node, mail bool) authz.Actor {
	t.Helper()
	w.created++
	p := org.Person{Name: fmt.Sprintf("Persona %c%d", 'A'+w.created/10, w.created%10), Lang: "es", Places: []org.Place{{Node: n}}}
	if mail {
		p.Email = fmt.Sprintf("p%d@example.test", w.created)
	}
	p, err := w.Org.AddPerson(t.Context(), w.Ana, p)
	if err != nil {
		t.Fatal(err)
	}
	a, err := org.Actor(t.Context(), w.DB, w.ID, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) launch(t *testing.T, items ...string) pulse.Pulse {
	t.Helper()
	p, _, err := w.s.Launch(t.Context(), w.Ana, pulse.Launch{Title: "Cómo vamos", Items: items, Days: 5, Paper: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) cast(t *testing.T, a authz.Actor, p pulse.Pulse, item string, choice int) {
	t.Helper()
	if err := w.s.Cast(t.Context(), a, p.ID, pulse.Answers{Choices: map[string]int{item: choice}}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) report(t *testing.T, p pulse.Pulse) pulse.Report {
	t.Helper()
	r, err := w.s.Report(t.Context(), w.crew[0], p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const recommend = "loyalty.recommend"

func TestAPulseFromLaunchToResults(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend, "tools.have")
		if p.Asked != 26 { // the crew, Ana, and the five of the fixture
			t.Errorf("%d people are asked", p.Asked)
		}
		for i, a := range w.crew[:17] {
			err := w.s.Cast(t.Context(), a, p.ID, pulse.Answers{Choices: map[string]int{recommend: []int{10, 9, 7, 3, 8}[i%5], "tools.have": 1 + i%5}})
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.s.Report(t.Context(), w.Ana, p.ID)
		fixture.WantKey(t, err, "pulse.err.no_results")
		if due, err := w.s.Due(t.Context(), w.crew[17]); err != nil || len(due) != 1 {
			t.Errorf("who has not answered sees %d pulses, %v", len(due), err)
		}
		if due, err := w.s.Due(t.Context(), w.crew[0]); err != nil || len(due) != 0 {
			t.Errorf("who has answered sees %d pulses, %v", len(due), err)
		}
		w.now = w.now.AddDate(0, 0, 6)
		fixture.WantKey(t, w.s.Cast(t.Context(), w.crew[18], p.ID, pulse.Answers{Choices: map[string]int{recommend: 5}}), "pulse.err.closed")
		if err := w.s.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := w.report(t, p)
		if !r.Intact || r.Answered != 17 || !r.Representative() {
			t.Errorf("intact %t, %d answered", r.Intact, r.Answered)
		}
		all := r.Result(0, recommend)
		if all.Verdict != pulse.Shown || all.N != 17 || all.Classes[2] != 8 || all.Classes[0] != 3 {
			t.Errorf("of all: %+v", all)
		}
		score, in := all.Net(r.Pulse.Asked)
		if score < 29 || score > 30 || in.Low > score || in.High < score {
			t.Errorf("net %f in %+v", score, in)
		}
		for i, c := range r.Cells {
			if c.Name == "Empaque" {
				t.Errorf("a team of three is a cell: %d", i)
			}
		}
		if keys, err := os.ReadDir(w.keys); err != nil || len(keys) != 0 {
			t.Errorf("%d keys are left, %v", len(keys), err)
		}
		for _, table := range []string{"pulse_urn", "pulse_asked", "pulse_code"} {
			var n int
			if err := d.Row(t.Context(), []any{&n}, `SELECT COUNT(*) FROM `+table+` WHERE company = ?`, w.ID); err != nil || n != 0 {
				t.Errorf("%s keeps %d rows, %v", table, n, err)
			}
		}
	})
}

func TestNobodyAnswersTwiceAndOnlyWhoIsAsked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		w.cast(t, w.crew[0], p, recommend, 9)
		fixture.WantKey(t, w.s.Cast(t.Context(), w.crew[0], p.ID, pulse.Answers{Choices: map[string]int{recommend: 0}}), "pulse.err.answered")
		late := w.hire(t, w.teams["Acabado"], true)
		fixture.WantKey(t, w.s.Cast(t.Context(), late, p.ID, pulse.Answers{Choices: map[string]int{recommend: 0}}), "pulse.err.not_asked")
		fixture.WantKey(t, w.s.Cast(t.Context(), w.crew[1], p.ID, pulse.Answers{}), "pulse.err.nothing")
		fixture.WantKey(t, w.s.Cast(t.Context(), w.crew[1], p.ID, pulse.Answers{Choices: map[string]int{recommend: 11}}), "err.unknown")
		fixture.WantKey(t, w.s.Cast(t.Context(), w.crew[1], p.ID, pulse.Answers{Notes: map[string]string{recommend: strings.Repeat("a", 10_000)}}), "err.too_long")
		other := fixture.New(t, d, 2)
		if err := w.s.Cast(t.Context(), other.Ana, p.ID, pulse.Answers{Choices: map[string]int{recommend: 1}}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company: %v", err)
		}
	})
}

func TestCodesOnPaper(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for range 6 {
			w.hire(t, w.teams["Confección"], false)
		}
		p, sheets, err := w.s.Launch(t.Context(), w.Ana, pulse.Launch{Title: "x", Items: []string{"safety.place"}, Days: 3, Paper: true})
		if err != nil || len(sheets) != 1 || len(sheets[0].Codes) != 6 || sheets[0].Name != "Confección" {
			t.Fatalf("%+v, %v", sheets, err)
		}
		yes := pulse.Answers{Choices: map[string]int{"safety.place": 5}}
		typed := strings.ToLower(strings.ReplaceAll(sheets[0].Codes[0], "-", " "))
		if got, err := w.s.ByCode(t.Context(), w.ID, typed); err != nil || got.ID != p.ID {
			t.Errorf("%v, %v", got.ID, err)
		}
		if err := w.s.CastByCode(t.Context(), w.ID, typed, yes); err != nil {
			t.Fatal(err)
		}
		fixture.WantKey(t, w.s.CastByCode(t.Context(), w.ID, sheets[0].Codes[0], yes), "pulse.err.used_code")
		fixture.WantKey(t, w.s.CastByCode(t.Context(), w.ID, "AAAA-BBBB-CCCC", yes), "pulse.err.no_code")
		fixture.WantKey(t, w.s.CastByCode(t.Context(), 2, sheets[0].Codes[1], yes), "pulse.err.no_code")
		again, err := w.s.Reprint(t.Context(), w.Ana, p.ID)
		if err != nil || len(again[0].Codes) != 5 {
			t.Fatalf("%+v, %v", again, err)
		}
		fixture.WantKey(t, w.s.CastByCode(t.Context(), w.ID, sheets[0].Codes[1], yes), "pulse.err.no_code")
		w.now = w.now.AddDate(0, 0, 4)
		fixture.WantKey(t, w.s.CastByCode(t.Context(), w.ID, again[0].Codes[0], yes), "pulse.err.closed")
	})
}

func TestTooFewToAsk(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := pulse.Launch{Title: "x", Items: []string{"served.right"}, Frame: pulse.Frame{Node: w.Cutting, Days: 30}, Days: 3}
		_, _, err := w.s.Launch(t.Context(), w.Ana, in)
		fixture.WantKey(t, err, "pulse.err.too_few")
		if keys, err := os.ReadDir(w.keys); err != nil || len(keys) != 0 {
			t.Errorf("%d keys are left, %v", len(keys), err)
		}
		in.Items = []string{recommend}
		_, _, err = w.s.Launch(t.Context(), w.Ana, in)
		fixture.WantKey(t, err, "pulse.err.about")
		in.Frame, in.Items = pulse.Frame{}, []string{recommend, recommend}
		_, _, err = w.s.Launch(t.Context(), w.Ana, in)
		fixture.WantKey(t, err, "pulse.err.twice")
		_, _, err = w.s.Launch(t.Context(), w.crew[0], pulse.Launch{Title: "x", Items: []string{recommend}, Days: 3})
		if errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a worker launches: %v", err)
		}
	})
}

// Nobody is asked twice a week; who is new waits until there are enough.
func TestRestAndNewcomers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		for i, a := range w.crew {
			w.cast(t, a, p, recommend, i%11)
		}
		if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
			t.Fatal(err)
		}
		in := pulse.Launch{Title: "x", Items: []string{recommend}, Days: 3}
		o, err := w.s.Preview(t.Context(), w.Ana, in)
		if err != nil || o.Asked != 0 || o.Resting != 26 {
			t.Errorf("the same day: %+v, %v", o, err)
		}
		w.now = w.now.AddDate(0, 0, 8)
		w.hire(t, w.teams["Acabado"], true)
		if o, err = w.s.Preview(t.Context(), w.Ana, in); err != nil || o.Asked != 26 || o.NewOnes != 1 {
			t.Errorf("one is new: %+v, %v", o, err)
		}
		for range 4 {
			w.hire(t, w.teams["Acabado"], true)
		}
		if o, err = w.s.Preview(t.Context(), w.Ana, in); err != nil || o.Asked != 31 || o.NewOnes != 0 {
			t.Errorf("five are new: %+v, %v", o, err)
		}
		if err := w.Org.SetActive(t.Context(), w.Ana, w.crew[3].Person, false); err != nil {
			t.Fatal(err)
		}
		if o, err = w.s.Preview(t.Context(), w.Ana, in); err != nil || o.Cells[0].Why[recommend] != anon.Moved {
			t.Errorf("one left: %+v, %v", o, err)
		}
	})
}

func TestTheCircleIsClosed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		deed := pulse.Deed{Pulse: p.ID, Heard: "Faltan tijeras", Promise: "Comprar seis", Owner: w.Bruno.Person, DueOn: "2026-11-20"}
		_, err := w.s.Promise(t.Context(), w.Ana, deed)
		fixture.WantKey(t, err, "pulse.err.not_closed")
		if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
			t.Fatal(err)
		}
		got, err := w.s.Promise(t.Context(), w.Ana, deed)
		if err != nil || got.OwnerName != "Bruno Leal" {
			t.Fatalf("%+v, %v", got, err)
		}
		if owed, err := w.s.Owed(t.Context(), w.Bruno); err != nil || len(owed) != 1 || owed[0].Late("2026-11-20") || !owed[0].Late("2026-11-21") {
			t.Errorf("%+v, %v", owed, err)
		}
		if err := w.s.Fulfil(t.Context(), w.Carla, got.ID, "x"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("anybody says that it is done: %v", err)
		}
		if err := w.s.Fulfil(t.Context(), w.Bruno, got.ID, "Ya están en la mesa"); err != nil {
			t.Fatal(err)
		}
		fixture.WantKey(t, w.s.Fulfil(t.Context(), w.Bruno, got.ID, "otra vez"), "pulse.err.done")
	})
}

func TestAPlanTakesTurns(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		plan, err := w.s.SetPlan(t.Context(), w.Ana, pulse.Plan{
			Title: "Cada quince días", Template: "whole", Weeks: 2, Questions: 3, OpenDays: 4, NextOn: "2026-11-02", Active: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		var asked [][]string
		for range 3 {
			for range 2 { // a second run on the same day does nothing
				if err := w.s.Tend(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			list, err := w.s.List(t.Context(), w.ID, "", 10)
			if err != nil || len(list) != len(asked)+1 {
				t.Fatalf("%d pulses, %v", len(list), err)
			}
			asked = append(asked, list[0].Items)
			w.now = w.now.AddDate(0, 0, 14)
		}
		seen := map[string]bool{}
		for _, items := range asked {
			for _, i := range items {
				if seen[i] {
					t.Errorf("%s is asked again before the others had their turn", i)
				}
				seen[i] = true
			}
		}
		plan.Active = false
		if _, err := w.s.SetPlan(t.Context(), w.Ana, plan); err != nil {
			t.Fatal(err)
		}
	})
}

// A lost key costs the answers, and says so; the pulse ends all the same.
func TestALostKey(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		for _, a := range w.crew[:6] {
			w.cast(t, a, p, recommend, 9)
		}
		if err := os.RemoveAll(w.keys); err != nil {
			t.Fatal(err)
		}
		err := w.s.Cast(t.Context(), w.crew[7], p.ID, pulse.Answers{Choices: map[string]int{recommend: 9}})
		fixture.WantKey(t, err, "pulse.err.no_key")
		if due, err := w.s.Due(t.Context(), w.crew[7]); err != nil || len(due) != 1 {
			t.Errorf("who could not answer is asked no more: %d, %v", len(due), err)
		}
		if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
			t.Fatal(err)
		}
		if r := w.report(t, p); r.Pulse.Lost != 6 || r.Answered != 0 {
			t.Errorf("%d lost, %d answered", r.Pulse.Lost, r.Answered)
		}
	})
}

func TestWhoChangesTheRulesIsFoundOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.launch(t, recommend)
		for i, a := range w.crew[:10] {
			w.cast(t, a, p, recommend, i)
		}
		err := d.InTx(context.WithoutCancel(t.Context()), w.ID, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE pulse SET comments = 11 WHERE company = ?`, w.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.s.Close(t.Context(), w.Ana, p.ID); err != nil {
			t.Fatal(err)
		}
		if w.report(t, p).Intact {
			t.Error("nobody notices")
		}
	})
}
