package days_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// busy gives the workshop a past and a present.
func busy(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for i := range 14 {
		w.at(time.Duration(i-30) * 24 * time.Hour)
		h := w.move(t, w.Carla, w.ask(t, fmt.Sprintf("Lote %d de la temporada", i), handoff.Ask{Quantity: 40}), handoff.Taken, handoff.Step{})
		w.at(time.Duration(i-30)*24*time.Hour + time.Duration(i)*time.Hour/2)
		h = w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
		if i%5 == 1 {
			h = w.move(t, w.Diego, h, handoff.Returned, handoff.Step{Reason: "1", Quantity: 2})
			h = w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
		}
		w.move(t, w.Diego, h, handoff.Accepted, handoff.Step{})
	}
	w.at(-26 * time.Hour)
	w.ask(t, "50 piezas de la camisa azul, talla M", handoff.Ask{Quantity: 50, Order: "P-2026-17", Priority: handoff.High})
	w.move(t, w.Carla, w.ask(t, "Puños y cuellos para 30 camisas", handoff.Ask{Quantity: 60, Tags: []string{"feria", "cliente nuevo"}}), handoff.Taken, handoff.Step{})
	w.at(-3 * time.Hour)
	back := w.move(t, w.Carla, w.ask(t, "120 piezas del pantalón de trabajo de la tienda de la esquina, que llevan doble costura en la bolsa", handoff.Ask{Quantity: 120, Priority: handoff.Urgent}), handoff.Delivered, handoff.Step{})
	w.move(t, w.Diego, back, handoff.Returned, handoff.Step{Reason: "1", Quantity: 8})
	w.move(t, w.Carla, w.ask(t, "Forro para los sacos grises", handoff.Ask{Quantity: 25}), handoff.Delivered, handoff.Step{})
	w.at(0)
	w.ask(t, "Muestras de mezclilla", handoff.Ask{NeedBy: time.Now().Add(2 * time.Hour)})
	w.move(t, w.Carla, w.ask(t, "Mangas de la blusa blanca", handoff.Ask{Quantity: 80}), handoff.Delivered, handoff.Step{})
	w.ask(t, "La máquina 4 no imprime etiquetas", handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})
	out, err := w.Handoffs.Ask(t.Context(), w.Ana, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "200 prendas para la tienda", Quantity: 200})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Handoffs.Comment(t.Context(), w.Carla, out.ID, "@Diego ¿alcanza la tela?", nil); err != nil {
		t.Fatal(err)
	}
	l, err := w.Links.Declare(t.Context(), w.Ana, w.Cutting, w.Sewing)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Links.Propose(t.Context(), w.Carla, link.Propose{Link: l.ID, Service: w.Cut.ID, Terms: w.Cut.Terms}); err != nil {
		t.Fatal(err)
	}
	if err := handoff.Stats.CatchUp(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestThePagesAreUsableByEverybody(t *testing.T) {
	w := busy(t)
	site := webtest.Serve(t, w)
	for _, x := range []struct{ name, who, to string }{
		{"day-sewer", string(w.Diego.Person), "/mi-dia"},
		{"day-cutter", string(w.Carla.Person), "/mi-dia"},
		{"day-box", string(w.Carla.Person), "/mi-dia/debo"},
		{"day-owner", string(w.Ana.Person), "/mi-dia"},
		{"day-clear", string(w.Bruno.Person), "/mi-dia"},
		{"team-supplier", string(w.Carla.Person), "/equipo/" + string(w.Cutting)},
		{"team-area", string(w.Bruno.Person), "/equipo/" + string(w.Making) + "?ver=todo&q=lote"},
		{"team-customer", string(w.Diego.Person), "/equipo/" + string(w.Sewing) + "?lado=pedimos"},
		{"team-empty", string(w.Fabio.Person), "/equipo/" + string(w.Computers) + "?tarde=1"},
		{"teams", string(w.Fabio.Person), "/equipo/todos"},
		{"search", string(w.Fabio.Person), "/pases?q=camis"},
		{"search-none", string(w.Fabio.Person), "/pases?q=99999"},
		{"bell", string(w.Diego.Person), "/avisos"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := webtest.Open(t)
			p.Cookie(site, personCookie, x.who)
			p.Go(site + x.to)
			p.Inspect(x.name)
		})
	}
}
