package api_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// What no promise can be made by is refused where it is written down, with the
// reason and the field, in the language of who reads.
func TestWhatNoPromiseCanBeMadeByIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	h := w.asked()
	calendar := func(spec string) string { return `{"name":"x","calendar":` + spec + `}` }
	const august = `{"name":"Agosto","effect":"closed","once":{"from":"2026-08-01","until":"2026-08-20"}},` +
		`{"name":"Feria","effect":"closed","once":{"from":"2026-08-15","until":"2026-08-30"}}`
	const forever = `{"name":"Cerrado","effect":"closed","once":{"from":"2026-01-01","until":"2140-12-31"}}`
	cut, sew := string(w.Cut.ID), string(w.Sew.ID)
	for _, c := range []struct {
		name, path, body, field string
		es, en                  string
	}{
		{
			"an interval that ends before it starts on the same day", "/calendars", calendar(`{"zone":"UTC","week":{"mon":["18:00-09:00"]}}`),
			"body.calendar.week.mon[0]",
			"Termina antes de empezar. Si de verdad sigue hasta el día siguiente, escríbelo en dos tramos, uno hasta las 24:00.",
			"It ends before it starts. If it really goes on until the next day, write two stretches, one of them until 24:00.",
		},
		{
			"overlapping holidays", "/calendars", calendar(`{"zone":"UTC","week":{"mon":["09:00-18:00"]},"exceptions":[` + august + `]}`),
			"body.calendar.exceptions[1]", "Choca con otra excepción del mismo tipo. Únelas o cambia las fechas.",
			"It clashes with another exception of the same kind. Join them or change the dates.",
		},
		{
			"a calendar in an unknown zone", "/calendars", calendar(`{"zone":"Marte/Olimpo","week":{"mon":["09:00-18:00"]}}`), "body.calendar.zone",
			"No conocemos esa zona horaria. Elige una de la lista, por ejemplo America/Bogota.",
			"We do not know that time zone. Choose one from the list, for example America/Bogota.",
		},
		{
			"a calendar without open hours in its horizon", "/calendars",
			calendar(`{"zone":"UTC","week":{"mon":["09:00-18:00"]},"exceptions":[` + forever + `]}`), "body.calendar.week",
			"Con estas reglas no queda ninguna hora abierta en los próximos 3 años. Añade un horario o acorta los cierres.",
			"With these rules no hour is open in the next 3 years. Add hours or shorten the closures.",
		},
		{
			"an agreement of zero minutes", "/links/" + string(h.Link) + "/agreements", `{"service":"` + cut + `","take_secs":60,"deliver_secs":0}`,
			"body.deliver_secs", "Escribe un tiempo mayor que cero y de un año como mucho.", "Write a time of more than zero and at most a year.",
		},
		{
			"days to answer below zero", "/links/" + string(h.Link) + "/agreements",
			`{"service":"` + cut + `","take_secs":60,"deliver_secs":3600,"accept_days":-1}`, "body.accept_days",
			"Escribe un número de días entre 1 y 60, o déjalo vacío.", "Write a number of days between 1 and 60, or leave it empty.",
		},
		{
			"a route with a loop", "/routes", `{"name":"x","steps":["` + cut + `","` + sew + `","` + cut + `"]}`, "body.steps[2]",
			"Este paso vuelve a un servicio que ya está en la ruta: daría vueltas sin terminar. Quítalo; si algo sale mal, el trabajo se devuelve un paso.",
			"This step leads back to a service that is on the route already: it would go round without an end. Take it out; if something goes wrong, work is sent back a step.",
		},
	} {
		for lang, want := range map[string]string{"es": c.es, "en": c.en} {
			p := w.as(w.Ana, http.MethodPost, c.path, c.body, "Accept-Language", lang).problem(http.StatusUnprocessableEntity)
			if len(p.Errors) != 1 || p.Errors[0].Location != c.field || p.Errors[0].Message != want {
				t.Errorf("%s, in %s: %+v", c.name, lang, p.Errors)
			}
		}
	}
}
