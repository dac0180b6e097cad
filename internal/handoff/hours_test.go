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
	"github.com/eslabon/eslabon/internal/link"
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

// Each post promises by its own hours: the ask, and the redirect to another
// shift, whatever the hour is at either of them.
func TestAPromiseCountsTheHoursOfWhoSupplies(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		morning, night := shift(t, w, w.Making, "Mañana", mornings), shift(t, w, w.Computers, "Noche", nights)
		due := func(h handoff.Handoff, cal *calendar.Calendar, take, deliver time.Duration) {
			t.Helper()
			for _, p := range []struct {
				got db.Time
				d   time.Duration
			}{{h.TakeDueAt, take}, {h.DueAt, deliver}} {
				if want, err := cal.Add(c.now, p.d); err != nil || !p.got.Equal(want) {
					t.Errorf("%s of work from %v are due %v, want %v, %v", p.d, c.now, p.got, want, err)
				}
			}
		}
		// Each third hour of a week falls within one shift, the other or neither.
		for range 7 * 24 / 3 {
			shown, err := w.Handoffs.DueIfAskedNow(ctx, w.Diego, w.Cut.ID, w.Sewing)
			if err != nil {
				t.Fatal(err)
			}
			h := ask(t, w, handoff.Ask{})
			due(h, morning, 2*time.Hour, 8*time.Hour) // by the hours of the area above
			if !shown.DeliverBy.Equal(h.DueAt.Time) {
				t.Errorf("the form showed %v, it is due %v", shown.DeliverBy, h.DueAt)
			}
			c.pass(time.Hour)
			h, err = w.Handoffs.Redirect(ctx, w.Carla, h.ID, w.Help.ID, handoff.Step{Note: "Esto lo ve Sistemas"})
			if err != nil {
				t.Fatal(err)
			}
			due(h, night, 2*time.Hour, 8*time.Hour)
			c.pass(2 * time.Hour)
		}
	})
}

const (
	offices = `{"zone":"UTC","week":{"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"],"fri":["09:00-17:00"]}}`
	sundays = `{"zone":"Atlantic/Canary","week":{"sat":["10:00-14:00"],"sun":["10:00-14:00"]}}`
)

// The days to answer a delivery are the customer's: as many as the agreement
// gives it, or the company, by the hours of its own post. What rings, what lists
// show and what a rebuild tells are one moment.
func TestTheTimeToAnswerIsTheCustomers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		shift(t, w, w.Making, "Oficina", offices) // of the area above both
		guests := shift(t, w, w.Sewing, "Fin de semana", sundays)
		deliver := func(days int) handoff.Handoff {
			t.Helper()
			h := ask(t, w, handoff.Ask{})
			h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
			want, err := guests.AddDays(h.DeliveredAt.Time, days)
			if err != nil || !h.AcceptDueAt.Equal(want) {
				t.Fatalf("it is accepted by itself at %v, want %v, %v", h.AcceptDueAt, want, err)
			}
			return h
		}
		byCompany := deliver(5)
		g, err := w.Links.Propose(ctx, w.Diego, link.Propose{Link: byCompany.Link, Service: w.Cut.ID, Terms: w.Cut.Terms, AcceptDays: 1})
		if err == nil {
			_, err = w.Links.Decide(ctx, w.Carla, g.ID, link.Accepted)
		}
		if err != nil {
			t.Fatal(err)
		}
		byAgreement := deliver(1)
		c.now = byAgreement.AcceptDueAt.Add(time.Second)
		ring(t, w)
		for h, want := range map[*handoff.Handoff]bool{&byAgreement: true, &byCompany: false} {
			got, err := w.Handoffs.Get(ctx, w.Diego, h.ID)
			if err != nil || got.Auto != want {
				t.Errorf("accepted by itself: %t, want %t, %v", got.Auto, want, err)
			}
		}
		if _, err := w.Handoffs.RebuildLegs(ctx, w.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.Handoffs.CheckLegs(ctx, w.ID); err != nil {
			t.Error(err)
		}
		got, err := w.Handoffs.Get(ctx, w.Diego, byCompany.ID)
		if err != nil || !got.AcceptDueAt.Equal(byCompany.AcceptDueAt.Time) {
			t.Errorf("rebuilt to %v, want %v, %v", got.AcceptDueAt, byCompany.AcceptDueAt, err)
		}
	})
}
