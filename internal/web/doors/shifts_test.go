package doors_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
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
	all, err := w.settings.Calendars(t.Context(), ana)
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	at := "/ajustes/horarios/" + string(all[0].ID)
	b.get(at).is(http.StatusOK).reads("Guardado.", "Quitar este horario").holds("name", "Canarias", "zone", "Atlantic/Canary", "week.mon", "8:00-15:00")
	b.post(at, "name", "Islas", "zone", "Atlantic/Canary", "week.mon", "8-15", "stamp", "viejo").is(http.StatusConflict)
	b.post(at, "name", "Islas", "zone", "Atlantic/Canary", "week.mon", "8-15", "stamp", all[0].Stamp).leads(at)
	b.get("/ajustes/horario").reads("Islas", "Atlantic/Canary")

	tree, err := w.org.Tree(t.Context(), ana)
	w.must(err)
	var post id.Node
	tree.Walk(func(n org.Node, _ int) { post = n.ID })
	w.must(w.settings.Assign(t.Context(), ana, post, all[0].ID))
	b.get(at).reads("Trabajan con este horario").readsNot("Quitar este horario")
	b.post(at + "/quitar").is(http.StatusConflict).reads("Todavía lo usan")
	w.must(w.settings.Assign(t.Context(), ana, post, ""))
	b.post(at + "/quitar").leads("/ajustes/horario")
	b.get(at).is(http.StatusNotFound)
}
