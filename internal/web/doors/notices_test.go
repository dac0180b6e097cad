package doors_test

import (
	"net/http"
	"testing"
	"time"
)

func TestPeopleChooseTheirNotices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/avisos").is(http.StatusOK).reads("De este servidor no salen correos todavía.").holds("rhythm", "soon", "at", "08:00")
	b.post("/ajustes/avisos", "rhythm", "hourly", "at", "25:99").wrong("rhythm", "No conocemos este valor.", "at", "Escribe la hora así: 8:30.")
	b.post("/ajustes/avisos", "rhythm", "daily", "at", "16:30", "bell", "asked", "mail", "returned").leads("/ajustes/avisos")
	b.get("/ajustes/avisos").reads("Guardado. Vale desde ahora.").holds("rhythm", "daily", "at", "16:30")
}

func TestPeopleSayThatTheyWillBeAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/ausencia").is(http.StatusOK).reads("Ninguna anotada.")
	b.post("/ajustes/ausencia", "first", "", "last", "").wrong("first", "Falta este dato.", "last", "Falta este dato.")
	day := w.db.Now().AddDate(0, 0, 10).Format(time.DateOnly)
	b.post("/ajustes/ausencia", "first", day, "last", day, "substitute", "").leads("/ajustes/ausencia")
	b.get("/ajustes/ausencia").readsNot("Ninguna anotada.").reads("Quitar")
	b.post("/ajustes/ausencia", "fin", "no es una").is(http.StatusNotFound)
}

func TestTheOwnerSeesHowTheMailsFare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/correo").is(http.StatusOK).reads("De este servidor no salen correos").reads("Ninguno se ha quedado sin salir.")
	b.post("/ajustes/correo", "correo", "no es uno").is(http.StatusNotFound)
}
