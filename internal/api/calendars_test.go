package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// A shift is added, given to an area, works for what is below it, and stays while
// it is in use.
func TestAShiftIsGivenAndTakenBack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var c api.Calendar
		w.as(w.Ana, http.MethodPost, "/calendars", api.NewCalendar{Name: "Noche", Calendar: []byte(nights)}).is(201).read(&c)
		area := "/nodes/" + string(w.Making)
		var n api.Node
		w.as(w.Bruno, http.MethodPatch, area, api.NodeChange{Calendar: new(c.ID)}).is(200).read(&n)
		if n.Calendar != c.ID || n.Name != "Producción" {
			t.Errorf("%+v", n)
		}
		var h api.Hours
		w.as(w.Fabio, http.MethodGet, "/nodes/"+string(w.Cutting)+"/hours", nil).is(200).read(&h)
		if h.Name != "Noche" || h.From != string(w.Making) || h.NextOpen.IsZero() {
			t.Errorf("%+v", h)
		}
		w.as(w.Ana, http.MethodDelete, "/calendars/"+c.ID, nil).says(http.StatusConflict, "", "setting.err.calendar_used")
		w.as(w.Ana, http.MethodPut, "/calendars/"+c.ID, api.CalendarChange{Name: "Noche", Calendar: []byte(nights), Stamp: "viejo"}).
			says(http.StatusConflict, "", "err.changed_meanwhile")
		w.as(w.Ana, http.MethodPatch, area, api.NodeChange{Calendar: new("nada")}).
			says(http.StatusUnprocessableEntity, "body.calendar", "setting.err.no_calendar")
		w.as(w.Bruno, http.MethodPatch, area, api.NodeChange{Calendar: new("")}).is(200)
		w.as(w.Ana, http.MethodDelete, "/calendars/"+c.ID, nil).is(204)
		w.as(w.Fabio, http.MethodGet, "/nodes/"+string(w.Cutting)+"/hours", nil).is(200).read(&h)

		for spec, want := range map[string][2]string{
			`{"zone":"Marte/Olimpo","week":{"mon":["09:00-14:00"]}}`: {"body.calendar.zone", "calendar.err.unknown_zone"},
			`{"zone":"UTC","week":{"mon":["18:00-09:00"]}}`:          {"body.calendar.week.mon[0]", "calendar.err.hours_reversed"},
			`{"zone":"UTC","week":{}}`:                               {"body.calendar.week", "calendar.err.never_open"},
		} {
			w.as(w.Ana, http.MethodPost, "/calendars", api.NewCalendar{Name: "x", Calendar: []byte(spec)}).
				says(http.StatusUnprocessableEntity, want[0], want[1])
		}
	})
}

// Who sets up hours is told when nobody is there for long, and when it ends.
func TestLongClosuresAreToldWithTheHours(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		const august = `{"zone":"UTC","week":{"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"],"fri":["09:00-17:00"]},` +
			`"exceptions":[{"name":"Agosto","effect":"closed","yearly":{"from":"08-01","until":"08-31"}}]}`
		want := []api.Rest{{From: time.Date(2027, 7, 30, 17, 0, 0, 0, time.UTC), Until: time.Date(2027, 9, 1, 9, 0, 0, 0, time.UTC)}}
		var firm api.Company
		w.as(w.Ana, http.MethodGet, "/company", nil).is(200).read(&firm)
		if len(firm.Rests) > 0 {
			t.Errorf("open at any hour, and closed for %v", firm.Rests)
		}
		w.as(w.Ana, http.MethodPatch, "/company", api.CompanyChange{Calendar: []byte(august)}).is(200).read(&firm)
		var c api.Calendar
		w.as(w.Ana, http.MethodPost, "/calendars", api.NewCalendar{Name: "Oficina", Calendar: []byte(august)}).is(201).read(&c)
		for what, got := range map[string][]api.Rest{"the company": firm.Rests, "a calendar": c.Rests} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
	})
}
