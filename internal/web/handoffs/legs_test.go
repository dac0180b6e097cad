package handoffs_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// A pause, then a redirection in the middle: each of the two legs shows its own
// result, and how the promise to who asked stands.
func TestARedirectionShowsTwoLegsWithTheirOwnResult(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	h, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "50 mangas azules", Quantity: 50, HappenedAt: w.DB.Now().Add(-9 * time.Hour),
	})
	must(t, err)
	url := webtest.Serve(t, w)
	cutting := as(t, url, w.Carla)
	cutting.Size(390, 844)
	cutting.Go(url + "/pases/1")
	cutting.Press("Pausar: no puedo seguir hasta que llegue algo")
	cutting.Press("Poner en pausa")
	cutting.WaitText("Falta corregir 2 datos")
	cutting.Axe()
	cutting.Screenshot("pausar")
	cutting.Press("A alguien de fuera")
	cutting.Type("#f-pausar-name", "Telas Ruiz")
	cutting.Type("#f-pausar-reason", "Falta la tela azul")
	cutting.Press("Poner en pausa")
	cutting.WaitText("En pausa. Costura ya lo sabe.")
	cutting.WaitText("Espera a Telas Ruiz.")
	cutting.WaitText("Motivo: Falta la tela azul")
	cutting.Axe()
	cutting.Fits()
	cutting.Screenshot("en-pausa")
	cutting.Press("Ya lo tengo, sigo")
	cutting.WaitText("Sigue. Costura ya lo sabe.")
	cutting.WaitNoText("En pausa desde")

	_, err = w.Handoffs.Redirect(ctx, w.Carla, h.ID, w.Help.ID, handoff.Step{Note: "Lo corta la máquina nueva"})
	must(t, err)
	_, err = w.Handoffs.Move(ctx, w.Fabio, handoff.Delivered, handoff.Step{Handoff: h.ID})
	must(t, err)
	sewing := as(t, url, w.Diego)
	for _, width := range []int64{390, 1280} {
		sewing.Size(width, 900)
		sewing.Go(url + "/pases/1")
		sewing.WaitText("Tramos")
		got := webtest.Eval[string](sewing, `[...document.querySelectorAll(".leg > .split")].map(x => x.innerText.replace(/\s+/g, " ").trim()).join(" | ")`)
		if want := "Corte Tarde | Sistemas A tiempo"; got != want {
			t.Errorf("the legs say %q, want %q", got, want)
		}
		sewing.WaitText("De principio a fin")
		sewing.WaitText("Si nadie responde, se dará por recibido")
		sewing.Axe()
		sewing.Fits()
		sewing.Screenshot("tramos-" + strconv.FormatInt(width, 10))
	}
	k, err := w.Handoffs.Clock(ctx, w.Diego, h.ID)
	if err != nil || k.Whole.Result != clock.Missed {
		t.Errorf("end to end it is %q, %v", k.Whole.Result, err)
	}
}
