package setting_test

import (
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

const week = `{"zone":"America/Mexico_City","week":{"mon":["09:00-18:00"],"tue":["09:00-18:00"]}}`

func good() setting.Company {
	return setting.Company{
		Name: "Taller", Lang: "es", Country: "MX", Zone: "America/Mexico_City", Calendar: []byte(week), AcceptDays: 5,
	}
}

func found(t *testing.T, d *db.DB, c id.Company) authz.Actor {
	t.Helper()
	if err := d.InTx(t.Context(), c, func(tx *db.Tx) error { return setting.Found(t.Context(), tx, good(), "ana") }); err != nil {
		t.Fatal(err)
	}
	return authz.Actor{Company: c, Person: "ana", Owner: true}
}

func TestOnlyAnOwnerChangesTheCompany(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		c := good()
		c.Name, c.Zone = "Taller Nuevo", "Europe/Madrid"
		worker := ana
		worker.Owner = false
		reads := ana
		reads.Scope = authz.Read
		for who, a := range map[string]authz.Actor{"a worker": worker, "a key that only reads": reads} {
			if _, err := s.Change(ctx, a, c); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s changed it: %v", who, err)
			}
		}
		if _, err := s.Change(ctx, ana, c); err != nil {
			t.Fatal(err)
		}
		got, err := s.Company(ctx, worker)
		if err != nil || got.Name != "Taller Nuevo" || got.Location().String() != "Europe/Madrid" {
			t.Errorf("%+v, %v", got, err)
		}
		facts, err := fact.After(ctx, d, 1, 0, 10)
		if err != nil || len(facts) != 2 || facts[1].Kind != "company.changed" {
			t.Errorf("%+v, %v", facts, err)
		}
	})
}

func TestBadSettingsNameTheirField(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ana, ctx, s := found(t, d, 1), t.Context(), setting.New(d)
		for field, spoil := range map[string]func(*setting.Company){
			"name":                func(c *setting.Company) { c.Name = " " },
			"lang":                func(c *setting.Company) { c.Lang = "fr" },
			"country":             func(c *setting.Company) { c.Country = "Mexico" },
			"zone":                func(c *setting.Company) { c.Zone = "America/Macondo" },
			"accept_days":         func(c *setting.Company) { c.AcceptDays = 0 },
			"calendar.week.mon.0": func(c *setting.Company) { c.Calendar = []byte(`{"zone":"UTC","week":{"mon":["nueve a seis"]}}`) },
			"calendar.week":       func(c *setting.Company) { c.Calendar = []byte(`{"zone":"UTC","week":{}}`) },
			"calendar.spec":       func(c *setting.Company) { c.Calendar = []byte(`{`) },
		} {
			c := good()
			spoil(&c)
			_, err := s.Change(ctx, ana, c)
			if errs.FieldsOf(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if got, err := s.Company(ctx, ana); err != nil || got.Name != "Taller" {
			t.Errorf("what was refused changed %+v, %v", got, err)
		}
	})
}

// Companies are numbered one after the other, and none sees another.
func TestCompaniesStandApart(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for want := range id.Company(3) {
			want++
			next, err := setting.Next(ctx, d)
			if err != nil || next != want {
				t.Fatalf("the next company is %d, want %d, %v", next, want, err)
			}
			found(t, d, next)
		}
		if _, err := setting.Get(ctx, d, 4); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a company that nobody founded: %v", err)
		}
		cal, err := setting.WorkingTime(ctx, d, 2)
		if err != nil {
			t.Fatal(err)
		}
		zone := cal.Zone()
		monday := time.Date(2026, 11, 23, 17, 0, 0, 0, zone)
		if got, err := cal.Add(monday, 2*time.Hour); err != nil || !got.Equal(time.Date(2026, 11, 24, 10, 0, 0, 0, zone)) {
			t.Errorf("two hours of work from Monday at five end at %v, %v", got, err)
		}
	})
}
