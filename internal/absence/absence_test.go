package absence_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
)

const week = `{"zone":"Europe/Madrid","week":{"mon":["09:00-18:00"],"tue":["09:00-18:00"],"wed":["09:00-18:00"],` +
	`"thu":["09:00-18:00"],"fri":["09:00-18:00"]},"exceptions":[{"name":"Puente","effect":"closed","once":{"from":"2026-12-07","until":"2026-12-08"}}]}`

// workshop is the fixture, in Madrid, on Thursday 26 November 2026 at noon.
func workshop(t *testing.T, d *db.DB) (*fixture.Company, *absence.Service) {
	t.Helper()
	noon := time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)
	d.Now = func() time.Time { return noon }
	w := fixture.New(t, d, 1)
	c, err := setting.Get(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	c.Calendar, c.Zone = []byte(week), "Europe/Madrid"
	if _, err := setting.New(d).Change(t.Context(), w.Ana, c); err != nil {
		t.Fatal(err)
	}
	return w, absence.New(d)
}

// Somebody who is away until a Friday before a long weekend is back on the first
// day on which anybody works.
func TestAnAbsenceEndsWhenWorkBegins(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, s := workshop(t, d)
		ctx := t.Context()
		x, err := s.Announce(ctx, w.Carla, absence.Announce{
			Person: w.Carla.Person, Substitute: w.Elena.Person, First: "2026-11-26", Last: "2026-12-04",
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 12, 9, 8, 0, 0, 0, time.UTC); !x.UntilAt.Equal(want) {
			t.Errorf("back at %v, want %v", x.UntilAt, want)
		}
		away, err := s.Away(ctx, w.Diego)
		if err != nil || away[w.Carla.Person].SubstituteName != "Elena Sol" || away[w.Carla.Person].Name != "Carla Ruiz" {
			t.Errorf("away are %+v, %v", away, err)
		}
		if err := s.End(ctx, w.Carla, x.ID); err != nil {
			t.Fatal(err)
		}
		if away, err := s.Away(ctx, w.Diego); err != nil || len(away) != 0 {
			t.Errorf("back early, and away are %+v, %v", away, err)
		}
		if err := s.End(ctx, w.Carla, x.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("ended twice: %v", err)
		}
		facts, err := fact.About(ctx, d, 1, string(w.Carla.Person), 10)
		if n := len(facts); err != nil || n < 2 || facts[n-2].Kind != "absence.announced" || facts[n-1].Kind != "absence.ended" {
			t.Errorf("the log says %+v, %v", facts, err)
		}
	})
}

func TestWhoMayAnnounceAnAbsence(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, s := workshop(t, d)
		other := fixture.New(t, d, 2)
		reads := w.Carla
		reads.Scope = authz.Read
		for name, c := range map[string]struct {
			actor authz.Actor
			kind  errs.Kind
		}{
			"Carla herself": {w.Carla, 0}, "her leader": {w.Bruno, 0}, "the owner": {w.Ana, 0},
			"a colleague": {w.Diego, errs.Forbidden}, "a key that reads": {reads, errs.Forbidden},
			"the owner of another company": {other.Ana, errs.NotFound},
		} {
			x, err := s.Announce(t.Context(), c.actor, absence.Announce{Person: w.Carla.Person, First: "2026-12-14", Last: "2026-12-15"})
			if c.kind != 0 {
				if errs.KindOf(err) != c.kind {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if err := s.End(t.Context(), w.Diego, x.ID); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("a colleague ended it: %v", err)
			}
			if err := s.End(t.Context(), other.Ana, x.ID); errs.KindOf(err) != errs.NotFound {
				t.Errorf("another company ended it: %v", err)
			}
			if err := s.End(t.Context(), c.actor, x.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := s.Of(t.Context(), w.Carla, w.Carla.Person); err != nil || len(list) != 0 {
			t.Errorf("what never began left %+v, %v", list, err)
		}
	})
}

func TestBadAbsencesNameTheirField(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, s := workshop(t, d)
		ctx := t.Context()
		announce := func(p, sub id.Person, first, last string) error {
			_, err := s.Announce(ctx, w.Ana, absence.Announce{Person: p, Substitute: sub, First: first, Last: last})
			return err
		}
		carla, elena := w.Carla.Person, w.Elena.Person
		if err := announce(elena, "", "2026-12-01", "2026-12-02"); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			err        error
			field, key string
		}{
			"no days":            {announce(carla, "", "", ""), "first", "err.required"},
			"no date":            {announce(carla, "", "mañana", "2026-12-02"), "first", "err.not_a_date"},
			"ends before":        {announce(carla, "", "2026-12-02", "2026-12-01"), "last", "absence.err.ends_before"},
			"over":               {announce(carla, "", "2026-11-20", "2026-11-25"), "last", "absence.err.over"},
			"more than a year":   {announce(carla, "", "2026-12-02", "2028-12-01"), "last", "absence.err.too_long"},
			"far away":           {announce(carla, "", "2028-12-02", "2028-12-03"), "first", "absence.err.too_far"},
			"oneself":            {announce(carla, carla, "2026-12-01", "2026-12-02"), "substitute", "absence.err.oneself"},
			"a stranger":         {announce(carla, "nobody", "2026-12-01", "2026-12-02"), "substitute", "err.unknown"},
			"who is away too":    {announce(carla, elena, "2026-12-02", "2026-12-09"), "substitute", "absence.err.away_too"},
			"on the same days":   {announce(elena, "", "2026-12-02", "2026-12-09"), "first", "absence.err.twice"},
			"on the day between": {announce(elena, carla, "2026-11-30", "2026-12-01"), "first", "absence.err.twice"},
		} {
			if got := errs.FieldsOf(c.err)[c.field]; got != c.key {
				t.Errorf("%s: %s says %q, want %q (%v)", name, c.field, got, c.key, c.err)
			}
		}
		if err := announce("nobody", "", "2026-12-01", "2026-12-02"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("nobody is away: %v", err)
		}
		if err := announce(carla, elena, "2026-12-03", "2026-12-09"); err != nil {
			t.Errorf("the substitute is back by then: %v", err)
		}
	})
}

// Who stands in may do what the one who is away may do as a member of its posts,
// for as long as it lasts; to lead is not passed on.
func TestWhoStandsInMayAct(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, s := workshop(t, d)
		ctx := t.Context()
		h, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "tela", Quantity: 1})
		if err != nil {
			t.Fatal(err)
		}
		cover := func() authz.Actor {
			var nodes db.Joined
			of := absence.Covering(&nodes, db.At(d.Now()))
			err := d.Row(ctx, []any{of.Into}, `SELECT `+of.Expr+` FROM person p WHERE p.company = ? AND p.id = ?`,
				append(of.Args, w.ID, w.Fabio.Person)...)
			if err != nil {
				t.Fatal(err)
			}
			return absence.Cover(w.Fabio, nodes)
		}
		take := func() error {
			_, err := w.Handoffs.Move(ctx, cover(), handoff.Taken, handoff.Step{Handoff: h.ID})
			return err
		}
		if err := take(); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger takes it: %v", err)
		}
		x, err := s.Announce(ctx, w.Carla, absence.Announce{Person: w.Carla.Person, Substitute: w.Fabio.Person, First: "2026-11-26", Last: "2026-11-27"})
		if err != nil {
			t.Fatal(err)
		}
		if a := cover(); !a.In(w.Cutting) || a.Leading(w.Cutting) {
			t.Errorf("who stands in is %+v", a)
		}
		if err := take(); err != nil {
			t.Errorf("who stands in cannot take it: %v", err)
		}
		if err := s.End(ctx, w.Carla, x.ID); err != nil {
			t.Fatal(err)
		}
		if a := cover(); a.In(w.Cutting) {
			t.Errorf("afterwards it is %+v", a)
		}
	})
}
