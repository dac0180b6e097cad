package handoffs_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
)

// What was answered to one service is not shown under the questions of another,
// nor a reason of one under the words of the other.
func TestWhatWasAskedKeepsItsWordsWhenItIsPassedOn(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	offer := func(name, question, reason string) link.Offer {
		t.Helper()
		o, err := w.Links.Add(ctx, w.Ana, link.Offer{
			Node: w.Cutting, Kind: link.Product, Name: name, Terms: w.Cut.Terms,
			Form: []link.Field{{ID: "1", Label: question, Type: link.Text}}, Reasons: []link.Item{{ID: "1", Text: reason}},
		})
		must(t, err)
		return o
	}
	first, second := offer("Cortar a mano", "Qué tallas", "Cortado torcido"), offer("Bordar", "Color de hilo", "Bordado flojo")
	h := w.ask(t, handoff.Ask{Service: first.ID, Customer: w.Sewing, Answers: map[string]string{"1": "CH y M"}})
	h = w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
	h = w.move(t, w.Diego, h, handoff.Returned, handoff.Step{Reason: "1"})
	if _, err := w.Handoffs.Redirect(ctx, w.Carla, h.ID, second.ID, handoff.Step{Note: "Mejor bordarlo"}); err != nil {
		t.Fatal(err)
	}
	page := w.get(t, w.Diego, "/pases/1")
	page.says(t, http.StatusOK, "Qué tallas CH y M", "Cortado torcido")
	for _, wrong := range []string{"Color de hilo CH y M", "Bordado flojo"} {
		if strings.Contains(page.text(), wrong) {
			t.Errorf("the page says %q", wrong)
		}
	}
}
