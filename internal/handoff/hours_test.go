package handoff_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
)

// shift gives a node hours of its own.
func shift(t *testing.T, w *fixture.Company, n id.Node, name, spec string) *calendar.Calendar {
	t.Helper()
	s := setting.New(w.DB)
	c, err := s.AddCalendar(t.Context(), w.Ana, setting.Calendar{Name: name, Spec: []byte(spec)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Assign(t.Context(), w.Ana, n, c.ID); err != nil {
		t.Fatal(err)
	}
	cal, err := setting.WorkingTimeOf(t.Context(), w.DB, w.ID, n)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

const (
	mornings = `{"zone":"America/Mexico_City","week":{"mon":["06:00-14:00"],"tue":["06:00-14:00"],"wed":["06:00-14:00"],"thu":["06:00-14:00"],"fri":["06:00-14:00"]}}`
	nights   = `{"zone":"Europe/Madrid","week":{"mon":["22:00-06:00"],"tue":["22:00-06:00"],"wed":["22:00-06:00"],"thu":["22:00-06:00"]}}`
)

// Each post promises by its own hours: the ask, the redirect to another shift
// and what is written down later.
func TestAPromiseCountsTheHoursOfWhoSupplies(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		morning, night := shift(t, w, w.Making, "Mañana", mornings), shift(t, w, w.Computers, "Noche", nights)
		due := func(h handoff.Handoff, cal *calendar.Calendar, take, deliver time.Duration) {
			t.Helper()
			for _, c := range []struct {
				got db.Time
				d   time.Duration
			}{{h.TakeDueAt, take}, {h.DueAt, deliver}} {
				if want, err := cal.Add(h.AskedAt.Time, c.d); err != nil || !c.got.Equal(want) {
					t.Errorf("%s of work are due %v, want %v, %v", c.d, c.got, want, err)
				}
			}
		}
		shown, err := w.Handoffs.DueIfAskedNow(ctx, w.Diego, w.Cut.ID, w.Sewing)
		if err != nil {
			t.Fatal(err)
		}
		h := ask(t, w, handoff.Ask{})
		due(h, morning, 2*time.Hour, 8*time.Hour) // by the hours of the area above
		if !shown.DeliverBy.Equal(h.DueAt.Time) && shown.DeliverBy.After(h.DueAt.Time) {
			t.Errorf("the form showed %v, it is due %v", shown.DeliverBy, h.DueAt)
		}
		h, err = w.Handoffs.Redirect(ctx, w.Carla, h.ID, w.Help.ID, handoff.Step{Note: "Esto lo ve Sistemas"})
		if err != nil {
			t.Fatal(err)
		}
		due(h, night, 2*time.Hour, 8*time.Hour)
	})
}
