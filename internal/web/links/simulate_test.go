package links_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web/links"
)

const bridge = `{"zone":"Europe/Madrid","week":{"mon":["09:00-14:00","15:00-18:00"],"tue":["09:00-14:00","15:00-18:00"],` +
	`"wed":["09:00-14:00","15:00-18:00"],"thu":["09:00-14:00","15:00-18:00"],"fri":["09:00-14:00","15:00-18:00"]},` +
	`"exceptions":[{"name":"Inmaculada","effect":"closed","yearly":{"from":"12-08"}}]}`

// madrid gives the cutting table the hours of an office in Madrid.
func madrid(t *testing.T, w *world) {
	t.Helper()
	s := setting.New(w.DB)
	c, err := s.AddCalendar(t.Context(), w.Ana, setting.Calendar{Name: "Oficina de Madrid", Spec: []byte(bridge)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Assign(t.Context(), w.Ana, w.Cutting, c.ID); err != nil {
		t.Fatal(err)
	}
}

func TestTheSimulatorSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reads(w.get("diego", "/simular"), http.StatusOK, "¿Para cuándo estaría?", "Elige un servicio")
	w.reads(w.get("diego", "/simular?servicio=nada"), http.StatusUnprocessableEntity, `href="#f-servicio"`)
	w.reads(w.get("diego", "/simular?servicio="+string(w.Cut.ID)+"&cuando=ayer"), http.StatusUnprocessableEntity, `href="#f-cuando"`)
	w.reads(w.get("diego", "/simular?servicio="+string(w.Cut.ID)+"&cuando=2400-01-01T10:00"), http.StatusUnprocessableEntity, `href="#f-cuando"`)
}

// Over a weekend and the holiday after it, in a browser.
func TestTheSimulatorExplainsAHolidayWeekend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	madrid(t, w)
	o := w.Cut
	o.Deliver = 12 * time.Hour
	if _, err := w.Links.Change(t.Context(), w.Carla, o); err != nil {
		t.Fatal(err)
	}
	at := links.SimulateURL(w.Cut.ID, w.Sewing) + "&cuando=2026-12-04T15:00" // 16:00 in Madrid, a Friday
	a := w.get("diego", at)
	w.reads(a, http.StatusOK, "Oficina de Madrid (Europe/Madrid)", "16:00–18:00", "Cerrado: Inmaculada", "09:00–11:00",
		"12 h de trabajo", "Aquí se cumple el plazo para entregarlo", "Hasta aquí, el plazo para tomarlo")
	p, _ := w.open("diego", at)
	p.WaitText("Cerrado: Inmaculada")
	p.Inspect("simulate")
}
