package api_test

import (
	"net/http"
	"testing"

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
