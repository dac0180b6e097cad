package orgs_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web/orgs"
)

func TestALeaderChoosesTheHoursOfItsArea(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := setting.New(w.DB)
	w.reads(w.get("bruno", orgs.NodeURL(w.Cutting)), http.StatusOK, "El horario de la empresa")
	c, err := s.AddCalendar(t.Context(), w.Ana, setting.Calendar{Name: "Turno de noche", Spec: []byte(`{"zone":"Europe/Madrid","week":{"mon":["22:00-06:00"]}}`)})
	if err != nil {
		t.Fatal(err)
	}
	at := orgs.NodeURL(w.Making) + "/horario"
	w.reads(w.post("carla", at, "calendar", string(c.ID)), http.StatusForbidden)
	w.reads(w.post("bruno", at, "calendar", "nada"), http.StatusUnprocessableEntity, "Ese horario ya no existe")
	w.reads(w.post("bruno", at, "calendar", string(c.ID)), http.StatusSeeOther)
	w.reads(w.get("bruno", orgs.NodeURL(w.Making)), http.StatusOK, "Turno de noche", "Europe/Madrid")
	w.reads(w.get("carla", orgs.NodeURL(w.Cutting)), http.StatusOK, "Turno de noche, como Producción")
	w.reads(w.post("bruno", at, "calendar", ""), http.StatusSeeOther)
	w.reads(w.get("carla", orgs.NodeURL(w.Cutting)), http.StatusOK, "El horario de la empresa")
}
