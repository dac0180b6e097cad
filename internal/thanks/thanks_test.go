package thanks_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const reason = "Se quedó hasta tarde para terminar el lote"

type world struct {
	*fixture.Company
	s   *thanks.Service
	now time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{now: time.Date(2026, 11, 4, 10, 0, 0, 0, time.UTC)} // a Wednesday
	d.Now = func() time.Time { return w.now }
	w.Company, w.s = fixture.New(t, d, 1), thanks.New(d)
	return w
}

func (w *world) give(t *testing.T, a authz.Actor, in thanks.Give) error {
	t.Helper()
	if in.Reason == "" {
		in.Reason = reason
	}
	if in.Audience == "" {
		in.Audience = thanks.All
	}
	_, err := w.s.Give(t.Context(), a, in)
	return err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) delivered(t *testing.T, urgent bool) handoff.Handoff {
	t.Helper()
	in := handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 9", Quantity: 1}
	if urgent {
		in.Priority = handoff.Urgent
	}
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, in)
	must(t, err)
	h, err = w.Handoffs.Move(t.Context(), w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID})
	must(t, err)
	h, err = w.Handoffs.Move(t.Context(), w.Diego, handoff.Accepted, handoff.Step{Handoff: h.ID})
	must(t, err)
	return h
}

func TestWhatAThanksNeeds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		to := thanks.Give{Person: w.Carla.Person}
		to.Reason = "¡Gracias!"
		fixture.WantKey(t, w.give(t, w.Diego, to), "thanks.err.short")
		to.Reason = strings.Repeat("❤️", 30)
		fixture.WantKey(t, w.give(t, w.Diego, to), "thanks.err.short")
		to.Reason = strings.Repeat("a", 2000)
		fixture.WantKey(t, w.give(t, w.Diego, to), "err.too_long")
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{}), "thanks.err.to")
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{Person: w.Diego.Person}), "thanks.err.oneself")
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{Node: w.Shop}), "err.unknown")
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person, Value: "x"}), "err.unknown")
		other := fixture.New(t, d, 2)
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{Person: other.Carla.Person}), "err.unknown")
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person, Letter: rating.Attention}))
		bell, err := notify.List(t.Context(), d, w.Carla, "", 5)
		if err != nil || len(bell) != 1 || bell[0].Kind != "thanked" {
			t.Errorf("%+v, %v", bell, err)
		}
	})
}

func TestFiveAWeekTwoToTheSame(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person}))
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person}))
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person}), "thanks.err.pair")
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Elena.Person}))
		must(t, w.give(t, w.Diego, thanks.Give{Node: w.Cutting}))
		must(t, w.give(t, w.Diego, thanks.Give{Node: w.Computers}))
		if left, err := w.s.Left(t.Context(), w.Diego); err != nil || left.Left != 0 {
			t.Errorf("%+v, %v", left, err)
		}
		fixture.WantKey(t, w.give(t, w.Diego, thanks.Give{Person: w.Fabio.Person}), "thanks.err.week")
		w.now = time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC) // Monday, in the zone of the company
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person}))
	})
}

func TestBornOnADelivery(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.delivered(t, false)
		on := thanks.Give{Person: w.Carla.Person, Handoff: h.ID}
		fixture.WantKey(t, w.give(t, w.Fabio, on), "thanks.err.not_yours")
		must(t, w.give(t, w.Diego, on))
		fixture.WantKey(t, w.give(t, w.Diego, on), "thanks.err.thanked")
		must(t, w.give(t, w.Bruno, on)) // who leads Carla
		got, err := w.s.Of(t.Context(), w.Ana, h.ID)
		if err != nil || len(got) != 2 || got[0].ToName != "Carla Ruiz" || got[0].Number != h.Number {
			t.Errorf("%+v, %v", got, err)
		}
		open, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x", Quantity: 1})
		must(t, err)
		fixture.WantKey(t, w.give(t, w.Elena, thanks.Give{Node: w.Cutting, Handoff: open.ID}), "thanks.err.not_delivered")
	})
}

func TestAPrivateThanksIsBetweenTwo(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		got, err := w.s.Give(t.Context(), w.Diego, thanks.Give{Person: w.Carla.Person, Reason: reason, Audience: thanks.Private})
		must(t, err)
		for _, a := range []authz.Actor{w.Ana, w.Bruno, w.Elena} {
			if _, err := w.s.Get(t.Context(), a, got.ID); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s reads it: %v", a.Name, err)
			}
		}
		if _, err := w.s.Get(t.Context(), w.Carla, got.ID); err != nil {
			t.Error(err)
		}
		facts, err := fact.About(t.Context(), d, w.ID, string(got.ID), 5)
		must(t, err)
		if len(facts) != 1 || facts[0].Actor != "" || strings.Contains(string(facts[0].Data), string(w.Carla.Person)) {
			t.Errorf("the log tells: %+v", facts)
		}
		for _, list := range []func() ([]thanks.Thanks, error){
			func() ([]thanks.Thanks, error) { return w.s.Wall(t.Context(), w.Ana, "", 10) },
			func() ([]thanks.Thanks, error) { return w.s.Sheet(t.Context(), w.Ana, 10) },
			func() ([]thanks.Thanks, error) { return w.s.Mine(t.Context(), w.Ana, "", 10) },
		} {
			if all, err := list(); err != nil || len(all) != 0 {
				t.Errorf("%+v, %v", all, err)
			}
		}
		if err := w.s.Hide(t.Context(), w.Ana, got.ID, "x"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the owner hides what she may not know of: %v", err)
		}
	})
}

func TestAThanksForTheTeam(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.delivered(t, false)
		got, err := w.s.Give(t.Context(), w.Carla, thanks.Give{Person: w.Diego.Person, Reason: reason, Audience: thanks.Team})
		must(t, err)
		born, err := w.s.Give(t.Context(), w.Elena, thanks.Give{Node: w.Cutting, Handoff: h.ID, Reason: reason, Audience: thanks.Team})
		must(t, err)
		for _, c := range []struct {
			a              authz.Actor
			toDiego, toCut bool
		}{
			{w.Ana, true, true}, {w.Bruno, true, true}, {w.Carla, true, true}, {w.Diego, true, false}, {w.Elena, true, true}, {w.Fabio, false, false},
		} {
			for one, may := range map[id.Thanks]bool{got.ID: c.toDiego, born.ID: c.toCut} {
				if _, err := w.s.Get(t.Context(), c.a, one); (err == nil) != may || err != nil && errs.KindOf(err) != errs.NotFound {
					t.Errorf("%s may read it: %t; %v", c.a.Name, may, err)
				}
				wall, err := w.s.Wall(t.Context(), c.a, "", 10)
				if err != nil || slices.ContainsFunc(wall, func(x thanks.Thanks) bool { return x.ID == one }) != may {
					t.Errorf("%s sees it on the wall: want %t; %v", c.a.Name, may, err)
				}
			}
			if of, err := w.s.Of(t.Context(), c.a, h.ID); err != nil || (len(of) == 1) != c.toCut {
				t.Errorf("%s reads %d of the delivery, %v", c.a.Name, len(of), err)
			}
		}
		if all, err := w.s.Sheet(t.Context(), w.Ana, 10); err != nil || len(all) != 0 {
			t.Errorf("the sheet for everybody has %d, %v", len(all), err)
		}
	})
}

func TestTheWall(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		must(t, w.s.SetValues(t.Context(), w.Ana, []string{"Palabra", "Cuidado"}))
		values, err := w.s.Values(t.Context(), w.Diego)
		if err != nil || len(values) != 2 {
			t.Fatalf("%+v, %v", values, err)
		}
		fixture.WantKey(t, w.s.SetValues(t.Context(), w.Ana, strings.Split("abcdefgh", "")), "thanks.err.values")
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person, Value: values[1].ID}))
		must(t, w.give(t, w.Elena, thanks.Give{Person: w.Fabio.Person}))
		must(t, w.give(t, w.Elena, thanks.Give{Node: w.Cutting, Audience: thanks.Team}))
		must(t, w.s.SetValues(t.Context(), w.Ana, []string{"Palabra"}))
		wall, err := w.s.Wall(t.Context(), w.Fabio, "", 10)
		if err != nil || len(wall) != 2 || wall[1].ValueName != "Cuidado" {
			t.Errorf("%+v, %v", wall, err)
		}
		must(t, w.s.StayOff(t.Context(), w.Fabio, true))
		if wall, err = w.s.Wall(t.Context(), w.Diego, "", 10); err != nil || len(wall) != 1 {
			t.Errorf("who stays off: %d, %v", len(wall), err)
		}
		must(t, w.s.Hide(t.Context(), w.Ana, wall[0].ID, "Lo pidió Carla"))
		if wall, err = w.s.Wall(t.Context(), w.Diego, "", 10); err != nil || len(wall) != 0 {
			t.Errorf("hidden: %d, %v", len(wall), err)
		}
		if mine, err := w.s.Mine(t.Context(), w.Carla, "", 10); err != nil || len(mine) != 2 { // by name, and with the cutters
			t.Errorf("Carla got %d, %v", len(mine), err)
		}
	})
}

func TestDictated(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		in := thanks.Give{Person: w.Elena.Person, For: w.Diego.Person}
		fixture.WantKey(t, w.give(t, w.Carla, in), "thanks.err.dictate")
		must(t, w.give(t, w.Bruno, in))
		wall, err := w.s.Wall(t.Context(), w.Ana, "", 1)
		if err != nil || wall[0].GiverName != "Diego Paz" || wall[0].DictatedName != "Bruno Leal" {
			t.Errorf("%+v, %v", wall, err)
		}
	})
}

func TestForWhoLeads(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.delivered(t, true)
		w.delivered(t, false) // good, but neither urgent nor rated
		got, err := w.s.Suggest(t.Context(), w.Bruno, 5)
		if err != nil || len(got) != 1 || got[0].Number != h.Number || got[0].Name != "Carla Ruiz" {
			t.Errorf("%+v, %v", got, err)
		}
		none, err := w.s.Unthanked(t.Context(), w.Bruno)
		if err != nil || len(none) != 3 { // Carla, Diego and Elena
			t.Errorf("%d, %v", len(none), err)
		}
		must(t, w.give(t, w.Bruno, thanks.Give{Person: w.Carla.Person, Handoff: h.ID}))
		must(t, w.give(t, w.Bruno, thanks.Give{Person: w.Diego.Person, Audience: thanks.Private}))
		if none, err = w.s.Unthanked(t.Context(), w.Bruno); err != nil || len(none) != 2 || slices.Contains(none, w.Carla.Person) {
			t.Errorf("%d, %v", len(none), err)
		}
		if got, err = w.s.Suggest(t.Context(), w.Bruno, 5); err != nil || len(got) != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestHowThanksRun(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		must(t, w.give(t, w.Diego, thanks.Give{Person: w.Carla.Person}))
		must(t, w.give(t, w.Carla, thanks.Give{Person: w.Diego.Person}))
		must(t, w.give(t, w.Elena, thanks.Give{Person: w.Diego.Person}))
		must(t, w.give(t, w.Fabio, thanks.Give{Person: w.Ana.Person, Audience: thanks.Private}))
		f, err := w.s.Flow(t.Context(), w.Ana)
		if err != nil || f.N != 3 || f.Mutual.K != 2 || f.AcrossTeam.K != 2 || f.Thanked.K != 2 || f.Thanked.N != 6 || f.Top.K != 2 {
			t.Errorf("%+v, %v", f, err)
		}
		if _, err := w.s.Flow(t.Context(), w.Bruno); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("anybody sees it: %v", err)
		}
	})
}
