package flows_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/route"
)

// A lot that goes back behind the split takes only itself there: what the whole
// has done stays done, and stays on the page.
func TestALotThatGoesBackLeavesWhatTheWholeHasDone(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	r := w.make(t)
	p, err := w.routes.Begin(ctx, w.Ana, route.Begin{Route: r.ID, Title: "50 camisas", Quantity: 50, For: w.Making, Customer: w.Shop})
	must(t, err)
	d, err := w.routes.ByNumber(ctx, w.Ana, 1)
	must(t, err)
	h := d.Places()[0].Handoff
	for _, to := range []handoff.State{handoff.Delivered, handoff.Accepted} {
		h, err = w.Handoffs.Move(ctx, w.Ana, to, handoff.Step{Handoff: h.ID, Version: h.Version})
		must(t, err)
	}
	w.follow(t)
	_, err = w.routes.SplitLot(ctx, w.Ana, route.Split{Piece: p.ID, Quantities: []float64{30, 20}})
	must(t, err)
	d, err = w.routes.ByNumber(ctx, w.Ana, 1)
	must(t, err)
	_, err = w.routes.SendBack(ctx, w.Ana, route.On{Piece: p.ID, Lot: d.Places()[1].Lot.Number, Why: "Venía torcido"})
	must(t, err)
	status, body := w.send(t, w.Ana, "/trabajos/1")
	whole, rest, split := strings.Cut(body[strings.Index(body, `id="camino"`):], "Lote 1")
	first, second, _ := strings.Cut(rest, "Lote 2")
	if status != http.StatusOK || !split || !strings.Contains(whole, "Pase 1<") || !strings.Contains(whole, "Aceptado") {
		t.Errorf("%d: what the whole has done is not on the page: %s", status, whole)
	}
	if strings.Contains(first, "1 · ") || !strings.Contains(first, "2 · ") {
		t.Error("the lot that went on begins anew")
	}
	if !strings.Contains(second, "1 · ") || !strings.Contains(second, "Se rehace") {
		t.Error("the lot that went back does not show where it is")
	}
}
