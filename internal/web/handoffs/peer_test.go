package handoffs_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/handoff"
)

// The screen says that it is paused and lets the time run: here the page of what
// waits for somebody says how much work is left, the same after many hours, and
// nothing of being late.
func TestAPausedPageStandsStill(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	real := w.DB.Now
	at := func(ago time.Duration) { w.DB.Now = func() time.Time { return real().Add(-ago) } }
	at(30*time.Hour + 150*time.Minute)
	h := w.ask(t, handoff.Ask{})
	at(30 * time.Hour)
	h, err := w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{
		Handoff: h.ID, Reason: "Falta la tela azul", Wait: handoff.Wait{On: clock.Third, Name: "Telas Ruiz"},
	})
	must(t, err)
	left := regexp.MustCompile(`le quedarán 5 h (29|30) min de trabajo`)
	for _, ago := range []time.Duration{29 * time.Hour, 12 * time.Hour, 0} { // two moments after it would have been due
		at(ago)
		page := w.get(t, w.Diego, "/pases/1")
		page.says(t, http.StatusOK, "En pausa desde", "Espera a Telas Ruiz")
		if !left.MatchString(page.text()) || strings.Contains(page.text(), "de retraso") {
			t.Errorf("%s ago it does not say what is left of 8 h after 2 h 30 min: %s", ago, page.text())
		}
	}
	_, err = w.Handoffs.Resume(ctx, w.Carla, h.ID, handoff.Step{})
	must(t, err)
	// What remains is said as work and as a date.
	if got := w.get(t, w.Diego, "/pases/1").text(); !regexp.MustCompile(`quedan 5 h (29|30) min( de trabajo)? · (hoy|mañana) \d{1,2}:\d{2}`).MatchString(got) {
		t.Errorf("it does not say what is left and until when: %s", got)
	}
}

// Who approves cannot write in the same form that it still fails: two sentences
// to press, and "partly" is an answer of its own.
func TestAcceptingIsAPlainSentence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.move(t, w.Carla, w.ask(t, handoff.Ask{Quantity: 50}), handoff.Delivered, handoff.Step{})
	page := w.get(t, w.Diego, "/pases/1").body
	form := func(act string) string {
		t.Helper()
		_, rest, found := strings.Cut(page, `action="/pases/1/`+act+`"`)
		if !found {
			t.Fatalf("the page has no form to %s", act)
		}
		inside, _, _ := strings.Cut(rest, "</form>")
		return inside
	}
	if f := form("recibir"); strings.Contains(f, "<textarea") || strings.Contains(f, `type="text"`) || !strings.Contains(f, "Está bien, lo recibo") {
		t.Errorf("words can be written into an approval: %s", f)
	}
	if f := form("devolver"); !strings.Contains(f, `name="quantity"`) || !strings.Contains(page, "Le falta algo, lo devuelvo") {
		t.Errorf("a part of it cannot be returned: %s", f)
	}
	if f := form("recibir-con-comentario"); !strings.Contains(f, `name="note"`) {
		t.Errorf("a remark has no words: %s", f)
	}
	w.post(t, w.Diego, "/pases/1/recibir", []string{"version", "2", "note", "Sigue fallando"}).leads(t, "/pases/1")
	w.get(t, w.Carla, "/pases/1").says(t, http.StatusOK, "Aceptado con comentario", "Sigue fallando")
}
