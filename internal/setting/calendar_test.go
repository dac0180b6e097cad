package setting_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
)

const (
	night  = `{"zone":"America/Mexico_City","week":{"mon":["22:00-06:00"],"tue":["22:00-06:00"]}}`
	canary = `{"zone":"Atlantic/Canary","week":{"mon":["08:00-15:00"]}}`
)

// node writes a node without the rules of the organisation, which this package
// does not know.
func node(t *testing.T, d *db.DB, c id.Company, n, parent id.Node, position int) {
	t.Helper()
	err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
		var above any
		if parent != "" {
			above = parent
		}
		_, err := tx.Exec(t.Context(), `
			INSERT INTO node (company, id, kind, name, folded, parent, position, added_at) VALUES (?, ?, 'team', ?, ?, ?, ?, ?)`,
			c, n, "El "+n, n, above, position, tx.Now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func place(t *testing.T, d *db.DB, c id.Company, p id.Person, leads bool, nodes ...id.Node) {
	t.Helper()
	err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `
			INSERT INTO person (company, id, name, folded, email, lang, owner, active, added_at)
			VALUES (?, ?, 'x', 'x', '', 'es', FALSE, TRUE, ?) ON CONFLICT (company, id) DO NOTHING`, c, p, tx.Now); err != nil {
			return err
		}
		for _, n := range nodes {
			if _, err := tx.Exec(t.Context(), `INSERT INTO place (company, node, person, leads) VALUES (?, ?, ?, ?)`, c, n, p, leads); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, s *setting.Service, a authz.Actor, name, spec string) setting.Calendar {
	t.Helper()
	c, err := s.AddCalendar(t.Context(), a, setting.Calendar{Name: name, Spec: []byte(spec)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// zoneOf tells the three working times of these tests apart.
func zoneOf(t *testing.T, d *db.DB, c id.Company, n id.Node) string {
	t.Helper()
	cal, err := setting.WorkingTimeOf(t.Context(), d, c, n)
	if err != nil {
		t.Fatal(err)
	}
	table, err := setting.LoadTimetable(t.Context(), d, c)
	if err != nil {
		t.Fatal(err)
	}
	if table.Of(n) != cal {
		t.Errorf("%s: the timetable has other hours", n)
	}
	if cal.Open(time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC)) { // Monday, 23:00 in Mexico
		return "night"
	}
	return cal.Zone().String()
}

func TestANodeWorksByItsOwnHoursOrByThoseAboveIt(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		found(t, d, 2)
		node(t, d, 1, "making", "", 1)
		node(t, d, 1, "cutting", "making", 1)
		node(t, d, 1, "table", "cutting", 1)
		node(t, d, 1, "sales", "", 2)
		node(t, d, 2, "cutting", "", 1)
		nights, isles := add(t, s, ana, "Turno de noche", night), add(t, s, ana, "Canarias", canary)
		steps := []struct {
			node id.Node
			to   id.Calendar
			want map[id.Node]string
		}{
			{"making", "", map[id.Node]string{"making": "America/Mexico_City", "table": "America/Mexico_City"}},
			{"making", nights.ID, map[id.Node]string{"making": "night", "cutting": "night", "table": "night", "sales": "America/Mexico_City"}},
			{"cutting", isles.ID, map[id.Node]string{"making": "night", "cutting": "Atlantic/Canary", "table": "Atlantic/Canary"}},
			{"cutting", nights.ID, map[id.Node]string{"cutting": "night", "table": "night"}},
			{"making", "", map[id.Node]string{"making": "America/Mexico_City", "cutting": "night", "table": "night"}},
			{"cutting", "", map[id.Node]string{"cutting": "America/Mexico_City", "nobody": "America/Mexico_City"}},
		}
		for i, step := range steps {
			if err := s.Assign(ctx, ana, step.node, step.to); err != nil {
				t.Fatal(err)
			}
			for n, want := range step.want {
				if got := zoneOf(t, d, 1, n); got != want {
					t.Errorf("step %d: %s works by %s, want %s", i, n, got, want)
				}
			}
			if got := zoneOf(t, d, 2, "cutting"); got != "America/Mexico_City" {
				t.Errorf("step %d: another company works by %s", i, got)
			}
		}
		if err := s.Assign(ctx, ana, "cutting", isles.ID); err != nil {
			t.Fatal(err)
		}
		h, err := setting.HoursOf(ctx, d, 1, "table")
		if err != nil || h.Name != "Canarias" || h.From != "cutting" || h.Calendar != isles.ID {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

func TestAPersonWorksWhenTheirFirstNodeDoes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		node(t, d, 1, "a", "", 3)
		node(t, d, 1, "b", "", 2)
		node(t, d, 1, "top", "", 1)
		isles := add(t, s, ana, "Canarias", canary)
		if err := s.Assign(ctx, ana, "b", isles.ID); err != nil {
			t.Fatal(err)
		}
		place(t, d, 1, "lea", true, "top")
		place(t, d, 1, "lea", false, "a", "b")
		place(t, d, 1, "rut", false, "a")
		for p, want := range map[id.Person]string{"lea": "Atlantic/Canary", "rut": "America/Mexico_City", "nobody": "America/Mexico_City"} {
			cal, err := setting.WorkingTimeOfPerson(ctx, d, 1, p)
			if err != nil || cal.Zone().String() != want {
				t.Errorf("%s works by %v, want %s, %v", p, cal, want, err)
			}
		}
	})
}

// What was read is remembered, and a change is seen at once; one that was taken
// back leaves nothing behind.
func TestAChangeOfHoursHoldsAtOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		node(t, d, 1, "cutting", "", 1)
		c := add(t, s, ana, "Otro", night)
		if err := s.Assign(ctx, ana, "cutting", c.ID); err != nil {
			t.Fatal(err)
		}
		if got := zoneOf(t, d, 1, "cutting"); got != "night" {
			t.Fatal(got)
		}
		first, err := setting.WorkingTimeOf(ctx, d, 1, "cutting")
		again, err2 := setting.WorkingTimeOf(ctx, d, 1, "cutting")
		if err != nil || err2 != nil || first != again {
			t.Errorf("the same hours were read twice: %v %v", err, err2)
		}
		undone := context.Canceled
		err = d.InTx(ctx, 1, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE calendar SET spec = ?, stamp = 'never' WHERE company = ? AND id = ?`, canary, 1, c.ID); err != nil {
				return err
			}
			cal, err := setting.WorkingTimeOf(ctx, tx, 1, "cutting")
			if err != nil || cal.Zone().String() != "Atlantic/Canary" {
				t.Errorf("inside its transaction it is %v, %v", cal, err)
			}
			return undone
		})
		if err != undone {
			t.Fatal(err)
		}
		if got := zoneOf(t, d, 1, "cutting"); got != "night" {
			t.Errorf("after it was taken back: %s", got)
		}
		old := c
		c.Spec = []byte(canary)
		if c, err = s.ChangeCalendar(ctx, ana, c); err != nil {
			t.Fatal(err)
		}
		if got := zoneOf(t, d, 1, "cutting"); got != "Atlantic/Canary" {
			t.Errorf("after the change: %s", got)
		}
		if _, err := s.ChangeCalendar(ctx, ana, old); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an old form overwrote it: %v", err)
		}
	})
}

func TestACalendarInUseStays(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		bea := found(t, d, 2)
		node(t, d, 1, "cutting", "", 1)
		c := add(t, s, ana, "  Turno   de noche ", night)
		if err := s.Assign(ctx, ana, "cutting", c.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveCalendar(ctx, ana, c.ID); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "calendar_used") {
			t.Errorf("it was taken away while in use: %v", err)
		}
		got, err := s.Calendar(ctx, ana, c.ID)
		if err != nil || got.Name != "Turno de noche" || len(got.Nodes) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		for what, err := range map[string]error{
			"change": second(s.ChangeCalendar(ctx, bea, setting.Calendar{ID: c.ID, Name: "x", Spec: []byte(night)})),
			"remove": s.RemoveCalendar(ctx, bea, c.ID),
			"read":   second(s.Calendar(ctx, bea, c.ID)),
			"assign": s.Assign(ctx, bea, "cutting", c.ID),
		} {
			if errs.KindOf(err) != errs.NotFound {
				t.Errorf("another company may %s it: %v", what, err)
			}
		}
		if err := s.Assign(ctx, ana, "cutting", ""); err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveCalendar(ctx, ana, c.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Assign(ctx, ana, "cutting", c.ID); errs.FieldsOf(err)["calendar"] != "setting.err.no_calendar" {
			t.Errorf("a calendar that is gone was given: %v", err)
		}
		facts, err := fact.After(ctx, d, 1, 0, 20)
		var kinds []string
		for _, f := range facts {
			kinds = append(kinds, f.Kind)
		}
		if got := strings.Join(kinds, " "); err != nil ||
			got != "company.founded calendar.added calendar.assigned calendar.assigned calendar.removed" {
			t.Errorf("%s, %v", got, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestWhoGivesHours(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		node(t, d, 1, "cutting", "", 1)
		node(t, d, 1, "sales", "", 1)
		c := add(t, s, ana, "Noche", night)
		leader := authz.Actor{Company: 1, Person: "lea", Leads: []id.Node{"cutting"}}
		if _, err := s.AddCalendar(ctx, leader, setting.Calendar{Name: "x", Spec: []byte(night)}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader added one: %v", err)
		}
		if err := s.RemoveCalendar(ctx, leader, c.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader removed one: %v", err)
		}
		if err := s.Assign(ctx, leader, "sales", c.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader gave hours to others: %v", err)
		}
		if err := s.Assign(ctx, leader, "cutting", c.ID); err != nil {
			t.Error(err)
		}
		reads := ana
		reads.Scope = authz.Read
		if err := s.Assign(ctx, reads, "cutting", ""); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a key that only reads gave hours: %v", err)
		}
	})
}

func TestABadCalendarNamesItsFields(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		add(t, s, ana, "Noche", night)
		for _, c := range []struct{ name, spec, field, key string }{
			{" ", night, "name", "err.required"},
			{"NÓCHE", night, "name", "setting.err.calendar_twin"},
			{"x", `{"zone":"Marte/Olimpo","week":{"mon":["09:00-14:00"]}}`, "calendar.zone", "calendar.err.unknown_zone"},
			{"x", `{"zone":"UTC","week":{}}`, "calendar.week", "calendar.err.never_open"},
			{"x", `{"zone":"UTC","week":{"mon":["18:00-09:30"]}}`, "calendar.week.mon.0", "calendar.err.hours_reversed"},
			{"x", `{"zone":"UTC","week":{"mon":["09:00-18:00"]},"exceptions":[
				{"name":"a","effect":"closed","once":{"from":"2026-12-24","until":"2026-12-26"}},
				{"name":"b","effect":"closed","once":{"from":"2026-12-25","until":"2026-12-27"}}]}`, "calendar.exceptions.1", "calendar.err.overlap"},
			{"x", `{`, "calendar.spec", "calendar.err.unreadable"},
			{"x", `{"zone":"UTC","week":{"mon":["09:00-18:00"]},"exceptions":[
				{"name":"obra","effect":"closed","once":{"from":"2020-01-01","until":"2060-01-01"}}]}`, "calendar.week", "calendar.err.never_open"},
		} {
			_, err := s.AddCalendar(ctx, ana, setting.Calendar{Name: c.name, Spec: []byte(c.spec)})
			if got := errs.FieldsOf(err)[c.field]; got != c.key {
				t.Errorf("%s: %s is %q, want %q (%v)", c.spec, c.field, got, c.key, err)
			}
		}
	})
}
