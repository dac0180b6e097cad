package handoff_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/link"
)

const bridge = `{"zone":"Europe/Madrid","week":{"mon":["09:00-14:00","15:00-18:00"],"tue":["09:00-14:00","15:00-18:00"],` +
	`"wed":["09:00-14:00","15:00-18:00"],"thu":["09:00-14:00","15:00-18:00"],"fri":["09:00-14:00","15:00-18:00"]},` +
	`"exceptions":[{"name":"Inmaculada","english":"Immaculate Conception","effect":"closed","yearly":{"from":"12-08"}}]}`

// What is explained adds up to what was promised, over a holiday and a weekend,
// in hours and in working days.
func TestASimulationAddsUp(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		cal := shift(t, w, w.Cutting, "Oficina de Madrid", bridge)
		asked := time.Date(2026, 12, 4, 16, 0, 0, 0, cal.Zone()) // a Friday; Tuesday is a holiday
		got, err := w.Handoffs.Simulate(ctx, w.Diego, w.Cut.ID, w.Sewing, asked)
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 12, 7, 16, 0, 0, 0, cal.Zone()); !got.DeliverBy.Equal(want) || got.Hours.Name != "Oficina de Madrid" {
			t.Errorf("%v by %q, want %v", got.DeliverBy, got.Hours.Name, want)
		}
		sum := time.Duration(0)
		for _, day := range got.Days {
			sum += day.Work
		}
		if sum != got.Promise.Terms.Deliver || len(got.Days) != 4 {
			t.Errorf("%v in %d days explain %v", sum, len(got.Days), got.Promise.Terms.Deliver)
		}
		o := w.Cut
		o.Terms = link.Terms{Take: time.Hour, DeliverDays: 2, Target: 90}
		if _, err := w.Links.Change(ctx, w.Carla, o); err != nil {
			t.Fatal(err)
		}
		got, err = w.Handoffs.Simulate(ctx, w.Diego, w.Cut.ID, w.Sewing, asked)
		if want := time.Date(2026, 12, 9, 18, 0, 0, 0, cal.Zone()); err != nil || !got.DeliverBy.Equal(want) {
			t.Errorf("two working days are %v, %v, want %v", got.DeliverBy, err, want)
		}
		named := ""
		for _, day := range got.Days {
			for _, n := range day.Notes {
				named += n.Name
			}
		}
		if named != "Inmaculada" {
			t.Errorf("the holiday is called %q", named)
		}
		if _, err := w.Handoffs.Simulate(ctx, w.Diego, w.Cut.ID, w.Sewing, time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)); errs.FieldsOf(err)["at"] == "" {
			t.Errorf("the year 2300: %v", err)
		}
	})
}
