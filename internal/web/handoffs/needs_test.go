package handoffs_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/handoff"
)

// waiting is handoff 1, whose supplier needs handoff 2 for it.
func waiting(t *testing.T, w *world, title string) (h, u handoff.Handoff) {
	t.Helper()
	h = w.ask(t, handoff.Ask{})
	u, err := w.Handoffs.AskUpstream(t.Context(), w.Carla, h.ID, handoff.Ask{Service: w.Help.ID, Title: title})
	must(t, err)
	return h, u
}

// What a handoff waits for is taken back with a button beside it: by its
// supplier, and as long as it is open.
func TestWhatIsNoLongerNeededIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, u := waiting(t, w, "La cortadora no enciende")
	button := "Ya no hace falta el " + strconv.FormatInt(u.Number, 10)
	w.get(t, w.Carla, "/pases/1").says(t, http.StatusOK, "Espera a esto", button)
	if strings.Contains(w.get(t, w.Diego, "/pases/1").text(), button) {
		t.Error("the customer is offered what only the supplier may do")
	}
	w.post(t, w.Diego, "/pases/1/ya-no-espera", []string{"number", "2"}).says(t, http.StatusForbidden)
	w.post(t, w.Carla, "/pases/1/ya-no-espera", []string{"number", "1"}).says(t, http.StatusNotFound)
	w.post(t, w.Carla, "/pases/1/ya-no-espera", []string{"number", "2"}).leads(t, "/pases/1")
	if s := w.get(t, w.Carla, "/pases/1").text(); strings.Contains(s, "La cortadora no enciende") {
		t.Error("it still waits")
	}
	w.get(t, w.Fabio, "/pases/2").says(t, http.StatusOK, "La cortadora no enciende")
}

// What was refused is not what came: the page, the list and the story of who
// waits say so, until it is asked for again or no longer needed.
func TestWhatWasRefusedIsSaidWhereItIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, u := waiting(t, w, "Visto bueno para gastar 300")
	w.post(t, w.Carla, "/pases/1/pausar", []string{"on", "handoff", "number", "2", "reason", "Falta el visto bueno"}).leads(t, "/pases/1")
	w.post(t, w.Fabio, "/pases/2/no-podemos", []string{"note", "No está en el presupuesto"}).leads(t, "/pases/2")
	const lost = "Espera al pase 2, que no se hará"
	w.get(t, w.Carla, "/pases/1").says(t, http.StatusOK, lost, "Salió de la pausa: el pase 2 no va a llegar.", "Ya no hace falta el 2")
	w.get(t, w.Diego, "/pases/1").says(t, http.StatusOK, lost)
	must(t, w.Handoffs.WaitNoMore(t.Context(), w.Carla, h.ID, u.ID))
	if s := w.get(t, w.Carla, "/pases/1").text(); strings.Contains(s, lost) {
		t.Error("it is said of what is no longer needed")
	}
	w.post(t, w.Carla, "/pases/1/pausar", []string{"on", "handoff", "number", "2", "reason", "x"}).
		says(t, http.StatusUnprocessableEntity, "Ese pase ya está cerrado: no hay nada que esperar.")
}
