package doors_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

func TestTheOwnerAddsAShift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/horario").is(http.StatusOK).reads("Otros horarios", "Añadir un horario")
	b.get("/ajustes/horarios/nuevo?semana=night").is(http.StatusOK).holds("week.mon", "22:00-06:00", "zone", "America/Mexico_City")
	b.post("/ajustes/horarios/nuevo", "name", " ", "zone", "Marte/Olimpo", "week.mon", "18-9").wrong(
		"name", "Falta este dato.", "zone", "No conocemos esa zona horaria. Elige una de la lista, por ejemplo America/Bogota.",
		"week-mon", "Termina antes de empezar. Si de verdad sigue hasta el día siguiente, escríbelo en dos tramos, uno hasta las 24:00.",
	).holds("zone", "Marte/Olimpo", "week.mon", "18-9")
	b.post("/ajustes/horarios/nuevo", "name", "Canarias", "zone", "Atlantic/Canary").is(http.StatusUnprocessableEntity).reads("no queda ninguna hora abierta")
	b.post("/ajustes/horarios/nuevo", "name", "Canarias", "zone", "Atlantic/Canary", "week.mon", "8-15", "from", "2140-08-03").is(http.StatusSeeOther)
	named := func(name string) (out setting.Calendar) {
		t.Helper()
		all, err := w.settings.Calendars(t.Context(), ana)
		w.must(err)
		for _, c := range all {
			if c.Name == name {
				out = c
			}
		}
		return out
	}
	canarias := named("Canarias")
	at := "/ajustes/horarios/" + string(canarias.ID)
	b.get(at).is(http.StatusOK).reads("Guardado.", "Quitar este horario").holds("name", "Canarias", "zone", "Atlantic/Canary", "week.mon", "8:00-15:00")
	b.post(at, "name", "Islas", "zone", "Atlantic/Canary", "week.mon", "8-15", "stamp", "viejo").is(http.StatusConflict)
	b.post(at, "name", "Islas", "zone", "Atlantic/Canary", "week.mon", "8-15", "stamp", canarias.Stamp).leads(at)
	b.get("/ajustes/horario").reads("Islas", "Atlantic/Canary")
	august := []string{"name", "Dos veces", "zone", "Atlantic/Canary", "week.mon", "8-15", "from", "2140-08-03", "until", "2140-08-20"}
	b.post("/ajustes/horarios/nuevo", august...).is(http.StatusSeeOther)
	twice := named("Dos veces")
	again := append([]string{"from", "2140-08-10", "until", "2140-08-30", "stamp", twice.Stamp}, august...)
	for lang, want := range map[string]string{"es": "Choca con otra excepción", "en": "It clashes with another exception"} {
		b.cookies["idioma"] = lang
		b.post("/ajustes/horarios/"+string(twice.ID), again...).is(http.StatusUnprocessableEntity).reads(want).holds("from", "2140-08-10")
	}
	b.cookies["idioma"] = "es"

	tree, err := w.org.Tree(t.Context(), ana)
	w.must(err)
	var post id.Node
	tree.Walk(func(n org.Node, _ int) { post = n.ID })
	w.must(w.settings.Assign(t.Context(), ana, post, canarias.ID))
	b.get(at).reads("Trabajan con este horario").readsNot("Quitar este horario")
	b.post(at + "/quitar").is(http.StatusConflict).reads("Todavía lo usan")
	w.must(w.settings.Assign(t.Context(), ana, post, ""))
	b.post(at + "/quitar").leads("/ajustes/horario")
	b.get(at).is(http.StatusNotFound)
}
