package handoffs_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// wandering is an order with a piece on a route, which came back once and was
// split, beside a handoff of no route; one of the piece waits for help.
func (w *world) wandering(t *testing.T) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	at := func(hours float64) {
		w.DB.Now = func() time.Time { return now.Add(-time.Duration(hours * float64(time.Hour))) }
	}
	defer func() { w.DB.Now = time.Now }()
	at(100)
	n, err := w.Org.AddNode(ctx, w.Ana, org.Node{Kind: org.Post, Name: "Acabado", Parent: w.Making})
	must(t, err)
	o, err := w.Links.Add(ctx, w.Ana, link.Offer{
		Node: n.ID, Kind: link.Product, Name: "Prendas terminadas", Unit: "prendas", Terms: link.Terms{Take: 2 * time.Hour, Deliver: 8 * time.Hour, Target: 90},
	})
	must(t, err)
	r, err := w.routes.Make(ctx, w.Ana, route.Draft{Name: "Camisa, de principio a fin", Steps: []id.Service{w.Cut.ID, w.Sew.ID, o.ID}})
	must(t, err)
	at(96)
	p, err := w.routes.Begin(ctx, w.Ana, route.Begin{Route: r.ID, Title: "50 camisas azules", Order: "T-5", Quantity: 50, For: w.Making, Customer: w.Shop})
	must(t, err)
	h, err := w.Handoffs.ByNumber(ctx, w.Carla, 1)
	must(t, err)
	at(90)
	w.move(t, w.Carla, h.Handoff, handoff.Taken, handoff.Step{})
	at(88)
	u, err := w.Handoffs.AskUpstream(ctx, w.Carla, h.ID, handoff.Ask{Service: w.Help.ID, Title: "La cortadora no enciende"})
	must(t, err)
	at(80)
	w.move(t, w.Fabio, u, handoff.Delivered, handoff.Step{})
	at(78)
	w.move(t, w.Carla, u, handoff.Accepted, handoff.Step{})
	at(70)
	w.move(t, w.Carla, h.Handoff, handoff.Delivered, handoff.Step{})
	at(60)
	w.move(t, w.Diego, h.Handoff, handoff.Returned, handoff.Step{Reason: "1", Note: "Salieron cortas"})
	at(50)
	w.move(t, w.Carla, h.Handoff, handoff.Delivered, handoff.Step{})
	at(44)
	w.move(t, w.Diego, h.Handoff, handoff.Accepted, handoff.Step{})
	must(t, w.routes.Follower().CatchUp(ctx, w.DB))
	at(40)
	_, err = w.routes.SplitLot(ctx, w.Ana, route.Split{Piece: p.ID, Lot: 1, Quantities: []float64{30, 20}})
	must(t, err)
}

// One page tells the whole of an order: who had it, how long it waited, what
// came back, which lot it was, and for what it waited; in shapes, and in words.
func TestAnOrderOnOneTimeLine(t *testing.T) {
	w := newWorld(t)
	w.wandering(t)
	page := w.get(t, w.Ana, "/pedidos/T-5")
	page.says(t, http.StatusOK, "El pedido T-5 lleva 4 días", "Trabajo 1: 50 camisas azules", "Camisa, de principio a fin", "Paso 1 de 3",
		"Paso 2 de 3, lote 1", "Paso 2 de 3, lote 2", "Pases fuera de ruta", "La cortadora no enciende", "Esperó al pase 2", "Volvió: Medida equivocada. Salieron cortas",
		"tras 6 h sin que nadie lo tomara", "tras 10 h esperando a que lo recibieran", "tras 10 h rehaciéndose", "Empezar una ruta", "Lo mismo, en una tabla")
	for _, want := range []string{`href="/rutas?pedido=T-5"`, `class="leg-redo"`, `class="leg-accept"`, `class="leg-wait"`, `href="/trabajos/1"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page.body, "style=") {
		t.Error("the policy does not allow style")
	}
	w.get(t, w.Ana, "/pedidos/T-5", "Accept-Language", "en").says(t, http.StatusOK, "Job 1: 50 camisas azules", "Step 2 of 3, lot 2", "after 10 h being done again")

	url := webtest.Serve(t, w)
	p := as(t, url, w.Ana)
	p.Go(url + "/pedidos/T-5")
	p.Inspect("pedido-ruta")
}
