package need_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/notify"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*fixture.Company
	s   *need.Service
	now time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{now: time.Date(2026, 11, 4, 10, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	w.Company = fixture.New(t, d, 1)
	w.s = need.New(d, w.Handoffs)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) add(t *testing.T, a authz.Actor, in need.Ask) need.Need {
	t.Helper()
	if in.Node == "" {
		in.Node = w.Sewing
	}
	if in.Category == "" {
		in.Category = need.Tools
	}
	if in.Title == "" {
		in.Title = "Otra plancha"
	}
	n, err := w.s.Add(t.Context(), a, in)
	must(t, err)
	return n
}

func (w *world) move(t *testing.T, a authz.Actor, n need.Need, to need.State, in need.Step) error {
	t.Helper()
	in.Need = n.ID
	_, err := w.s.Move(t.Context(), a, to, in)
	return err
}

func (w *world) hears(t *testing.T, a authz.Actor, kind string) {
	t.Helper()
	bell, err := notify.List(t.Context(), w.DB, a, "", 5)
	if err != nil || len(bell) == 0 || bell[0].Kind != kind {
		t.Errorf("%s heard %+v, want %s; %v", a.Name, bell, kind, err)
	}
}

func TestANeedIsAnsweredMetAndChecked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		n := w.add(t, w.Diego, need.Ask{Severity: need.High, Detail: "Hacemos fila para planchar"})
		w.hears(t, w.Bruno, "need_added")
		must(t, w.s.Join(t.Context(), w.Elena, n.ID, true))
		fixture.WantKey(t, w.s.Join(t.Context(), w.Diego, n.ID, true), "need.err.own")
		fixture.WantKey(t, w.move(t, w.Diego, n, need.Planned, need.Step{Text: "x", DueOn: "2026-11-10"}), "need.err.not_your_answer")
		fixture.WantKey(t, w.move(t, w.Bruno, n, need.Planned, need.Step{Text: "La pedimos", DueOn: "ayer"}), "need.err.due_on")
		fixture.WantKey(t, w.move(t, w.Bruno, n, need.Planned, need.Step{Text: "La pedimos", DueOn: "2026-10-01"}), "need.err.past")
		fixture.WantKey(t, w.move(t, w.Bruno, n, need.Planned, need.Step{Text: "x", DueOn: "2026-11-10", Cost: -1}), "need.err.cost")
		must(t, w.move(t, w.Bruno, n, need.Planned, need.Step{Text: "La pedimos hoy", DueOn: "2026-11-10", Cost: 900}))
		w.hears(t, w.Diego, "need_planned")
		w.hears(t, w.Elena, "need_planned")
		fixture.WantKey(t, w.move(t, w.Diego, n, need.Resolved, need.Step{}), "need.err.not.resolved")
		must(t, w.move(t, w.Bruno, n, need.Done, need.Step{Text: "Está junto a la ventana"}))
		fixture.WantKey(t, w.move(t, w.Elena, n, need.Resolved, need.Step{}), "need.err.not_yours")
		must(t, w.move(t, w.Diego, n, need.Open, need.Step{Text: "No calienta"}))
		must(t, w.move(t, w.Bruno, n, need.Done, need.Step{Text: "La cambiaron"}))
		must(t, w.move(t, w.Diego, n, need.Resolved, need.Step{}))
		got, joined, err := w.s.Get(t.Context(), w.Elena, n.ID)
		if err != nil || !joined || got.State != need.Resolved || got.Reopened != 1 || got.Joined != 1 || got.AnsweredByName != "Bruno Leal" {
			t.Errorf("%+v, %t, %v", got, joined, err)
		}
		fixture.WantKey(t, w.s.Join(t.Context(), w.Bruno, n.ID, true), "need.err.over")
	})
}

func TestAnybodyStopsWorkForSafety(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		n, err := w.s.Add(t.Context(), w.Fabio, need.Ask{Node: w.Sewing, Title: "Cable pelado junto a la máquina 3", Stop: true})
		must(t, err)
		if !n.Red() || !n.Stopped() || n.Category != need.Safety || n.Severity != need.Danger {
			t.Errorf("%+v", n)
		}
		for _, a := range []authz.Actor{w.Bruno, w.Ana, w.Diego, w.Elena} {
			w.hears(t, a, "need_stop")
		}
		fixture.WantKey(t, w.s.Resume(t.Context(), w.Diego, n.ID), "need.err.resume")
		must(t, w.s.Resume(t.Context(), w.Bruno, n.ID))
		w.hears(t, w.Fabio, "need_resumed")
		fixture.WantKey(t, w.s.Resume(t.Context(), w.Bruno, n.ID), "need.err.not_stopped")
		got, _, err := w.s.Get(t.Context(), w.Carla, n.ID) // danger everybody may read of
		if err != nil || got.Stopped() || !got.Red() {
			t.Errorf("%+v, %v", got, err)
		}
		w.now = w.now.Add(9 * time.Hour)
		if !got.Late(w.now, "2026-11-04") {
			t.Error("a red need that nobody answered within a working day is not late")
		}
	})
}

func TestANeedGoesToWhoResolvesIt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, err := w.s.Add(t.Context(), w.Diego, need.Ask{Node: w.Sewing, Category: need.Tools, Title: "x", To: w.Making})
		fixture.WantKey(t, err, "need.err.offers_nothing")
		_, err = w.s.Add(t.Context(), w.Diego, need.Ask{Node: w.Sewing, Category: need.Tools, Title: "x", Service: w.Sew.ID})
		fixture.WantKey(t, err, "need.err.own_service")
		n := w.add(t, w.Diego, need.Ask{Title: "La computadora no prende", To: w.Computers})
		if n.Handoff == "" {
			t.Fatalf("%+v", n)
		}
		if _, _, err := w.s.Get(t.Context(), w.Fabio, n.ID); err != nil {
			t.Errorf("who resolves it cannot read it: %v", err)
		}
		for _, step := range []struct {
			by authz.Actor
			to handoff.State
		}{{w.Fabio, handoff.Delivered}, {w.Diego, handoff.Accepted}} {
			_, err := w.Handoffs.Move(t.Context(), step.by, step.to, handoff.Step{Handoff: n.Handoff})
			must(t, err)
		}
		must(t, need.Watcher.CatchUp(t.Context(), d))
		must(t, need.Watcher.CatchUp(t.Context(), d))
		got, _, err := w.s.Get(t.Context(), w.Diego, n.ID)
		if err != nil || got.State != need.Done || got.HandoffNumber == 0 {
			t.Errorf("%+v, %v", got, err)
		}
		w.hears(t, w.Diego, "need_done")
		must(t, w.move(t, w.Diego, got, need.Resolved, need.Step{Text: "Prende"}))
	})
}

func TestWhoReadsWhat(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		n := w.add(t, w.Diego, need.Ask{Category: need.Support, Title: "Que nos escuchen"})
		if _, _, err := w.s.Get(t.Context(), w.Fabio, n.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("somebody else reads it: %v", err)
		}
		other := fixture.New(t, d, 2)
		if _, _, err := w.s.Get(t.Context(), other.Ana, n.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company: %v", err)
		}
		for name, c := range map[string]struct {
			a    authz.Actor
			f    need.Filter
			want int
		}{
			"owner": {w.Ana, need.Filter{}, 1}, "leader": {w.Bruno, need.Filter{Owed: true}, 1}, "mine": {w.Diego, need.Filter{Mine: true}, 1},
			"not his": {w.Fabio, need.Filter{}, 0}, "of an area": {w.Bruno, need.Filter{Node: w.Making, Open: true}, 1},
			"red": {w.Bruno, need.Filter{Red: true}, 0}, "other kind": {w.Bruno, need.Filter{Category: need.Tools}, 0},
			"state": {w.Bruno, need.Filter{State: need.Open}, 1}, "before": {w.Bruno, need.Filter{Before: n.ID}, 0},
		} {
			c.f.Limit = 10
			if got, err := w.s.List(t.Context(), c.a, c.f); err != nil || len(got) != c.want {
				t.Errorf("%s: %d, %v", name, len(got), err)
			}
		}
		_, err := w.s.Add(t.Context(), w.Fabio, need.Ask{Node: w.Sewing, Category: need.Tools, Title: "x"})
		fixture.WantKey(t, err, "need.err.not_your_node")
		_, err = w.s.Add(t.Context(), w.Diego, need.Ask{Node: w.Shop, Category: need.Safety, Title: "x"})
		fixture.WantKey(t, err, "err.unknown")
		_, err = w.s.Add(t.Context(), w.Diego, need.Ask{Node: w.Sewing, Category: "joy", Title: ""})
		fixture.WantKey(t, err, "err.required")
	})
}

func TestTwoAnswerAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		n := w.add(t, w.Diego, need.Ask{})
		must(t, w.move(t, w.Bruno, n, need.Refused, need.Step{Text: "No cabe", Version: n.Version}))
		fixture.WantKey(t, w.move(t, w.Ana, n, need.Planned, need.Step{Text: "Sí", DueOn: "2026-11-10", Version: n.Version}), "need.err.meanwhile")
		must(t, w.move(t, w.Ana, n, need.Planned, need.Step{Text: "Sí cabe", DueOn: "2026-11-10"}))
	})
}

func TestHowNeedsAge(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		begin := w.now
		old := w.add(t, w.Diego, need.Ask{Title: "Vieja"})
		met := w.add(t, w.Diego, need.Ask{Title: "Cumplida", Category: need.Training})
		w.now = begin.AddDate(0, 0, 10)
		must(t, w.move(t, w.Bruno, met, need.Done, need.Step{Text: "Curso dado"}))
		must(t, w.move(t, w.Diego, met, need.Resolved, need.Step{}))
		w.now = begin.AddDate(0, 0, 70)
		w.add(t, w.Diego, need.Ask{Title: "De hoy"})
		g, err := w.s.Ageing(t.Context(), w.Ana, "")
		must(t, err)
		if g.Open != [4]int{1, 0, 0, 1} || g.Overdue != 1 || g.Answered.K != 1 || g.Answered.N != 2 || g.Met.K != 1 || g.Met.N != 2 {
			t.Errorf("%+v", g)
		}
		if g.Confirmed.K != 1 || g.Confirmed.N != 1 || g.By[0].Open != 2 || g.By[1].Over != 1 {
			t.Errorf("%+v", g)
		}
		if _, err := w.s.Ageing(t.Context(), w.Diego, ""); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("anybody reads the register: %v", err)
		}
		if _, err := w.s.Ageing(t.Context(), w.Bruno, w.Making); err != nil {
			t.Error(err)
		}
		met, _, err = w.s.Get(t.Context(), w.Bruno, met.ID)
		must(t, err)
		e, err := w.s.Effect(t.Context(), w.Bruno, met)
		if err != nil || e.Days != 30 {
			t.Errorf("%+v, %v", e, err)
		}
		if e, err = w.s.Effect(t.Context(), w.Bruno, old); err != nil || e.Days != 0 {
			t.Errorf("of what was not met: %+v, %v", e, err)
		}
	})
}
