package handoffs_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func as(t *testing.T, url string, a authz.Actor) *webtest.Page {
	t.Helper()
	p := webtest.Open(t)
	p.Cookie(url, personCookie, string(a.Person))
	return p
}

func photo(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for x := range 320 {
		for y := range 240 {
			m.Set(x, y, color.RGBA{uint8(x / 2), 90, uint8(y), 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, m, nil))
	return b.Bytes()
}

// furnish adds a workshop's worth of posts and services.
func (w *world) furnish(t *testing.T) link.Offer {
	t.Helper()
	node := func(kind org.Kind, name string) org.Node {
		parent := w.Making
		if kind == org.Customer || kind == org.Supplier {
			parent = ""
		}
		n, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: kind, Name: name, Parent: parent})
		must(t, err)
		return n
	}
	offer := func(n org.Node, name, unit string, form ...link.Field) link.Offer {
		o, err := w.Links.Add(t.Context(), w.Ana, link.Offer{
			Node: n.ID, Kind: link.Product, Name: name, Unit: unit, Form: form, Detail: "Se hace en el segundo piso.\nTrae la ficha del pedido.",
			Requirements: []link.Item{{Text: "Talla y color según la ficha"}, {Text: "Hilo del color de la tela"}, {Text: "Sin manchas ni hilos sueltos"}},
			Reasons:      []link.Item{{Text: "Medida equivocada"}, {Text: "Manchado"}, {Text: "Falta una pieza"}},
			Terms:        link.Terms{Take: 2 * time.Hour, Deliver: 8 * time.Hour, Target: 90},
		})
		must(t, err)
		return o
	}
	warehouse, ironing, packing := node(org.Post, "Almacén de telas"), node(org.Post, "Planchado"), node(org.Post, "Empaque y despacho")
	offer(warehouse, "Tela por metro", "m")
	offer(warehouse, "Hilos, botones y cierres", "")
	offer(ironing, "Prendas planchadas", "prendas")
	offer(packing, "Cajas listas para enviar", "cajas")
	return offer(ironing, "Estampado a mano", "prendas",
		link.Field{ID: "1", Label: "Color del estampado", Type: link.Choice, Required: true, Options: []string{"Azul", "Rojo"}},
		link.Field{ID: "2", Label: "Ancho del dibujo", Type: link.Number, Unit: "cm"},
		link.Field{ID: "3", Label: "Fecha de la muestra", Type: link.Date},
		link.Field{ID: "4", Label: "Quién aprueba", Type: link.Person},
		link.Field{ID: "5", Label: "El dibujo", Type: link.File},
		link.Field{ID: "6", Label: "Texto que lleva", Type: link.Text, Help: "Tal cual, con acentos."},
	)
}

// story is a handoff to which much happened.
func (w *world) story(t *testing.T) handoff.Handoff {
	t.Helper()
	ctx := t.Context()
	h := w.ask(t, handoff.Ask{
		Quantity: 50, Order: "P-1042", Priority: handoff.Urgent, Tags: []string{"camisa azul", "talla m"}, Detail: "Con el molde nuevo.\nEl viejo quedaba corto.",
		Files: []handoff.Upload{{Name: "ficha.txt", Content: []byte("Camisa azul")}},
	})
	h = w.move(t, w.Carla, h, handoff.Taken, handoff.Step{})
	_, err := w.Handoffs.Comment(ctx, w.Diego, h.ID, "@Carla ¿sale hoy?", nil)
	must(t, err)
	h = w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{Checks: []string{"1"}, Note: "Faltan etiquetas, van mañana."})
	h = w.move(t, w.Elena, h, handoff.Returned, handoff.Step{Quantity: 2, Reason: "1", Note: "Las mangas salieron cortas.", Files: []handoff.Upload{{Name: "mangas.jpg", Content: photo(t)}}})
	return h
}

// chain is an order on its way through the workshop for some days.
func (w *world) chain(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	now := time.Now()
	at := func(hours float64) {
		w.DB.Now = func() time.Time { return now.Add(time.Duration(-hours * float64(time.Hour))) }
	}
	defer func() { w.DB.Now = time.Now }()
	at(70)
	h := w.ask(t, handoff.Ask{Quantity: 40, Order: "M-77", Title: "40 camisas cortadas"})
	at(66)
	h = w.move(t, w.Carla, h, handoff.Taken, handoff.Step{})
	at(52)
	h = w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
	at(48)
	w.move(t, w.Diego, h, handoff.Accepted, handoff.Step{})
	at(47)
	h, err := w.Handoffs.Ask(ctx, w.Carla, handoff.Ask{Service: w.Help.ID, Customer: w.Cutting, Title: "Etiquetas con el nombre de la tienda", Order: "M-77"})
	must(t, err)
	at(46)
	w.move(t, w.Fabio, h, handoff.Declined, handoff.Step{Note: "No hay impresora"})
	at(20)
	h, err = w.Handoffs.HandOn(ctx, w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "Entrega a la tienda", Quantity: 40, Order: "M-77"}, handoff.Step{})
	must(t, err)
	at(8)
	w.move(t, w.Diego, h, handoff.Returned, handoff.Step{Quantity: 3, Reason: "2", Behalf: handoff.Behalf{Name: "Marisol"}})
	at(5)
	w.move(t, w.Diego, h, handoff.Delivered, handoff.Step{})
}

func TestHowThePagesLook(t *testing.T) {
	w := newWorld(t)
	stamp := w.furnish(t)
	url := webtest.Serve(t, w)
	for range 3 {
		w.ask(t, handoff.Ask{Service: stamp.ID, Customer: w.Sewing, Answers: map[string]string{"1": "Azul"}})
	}
	w.ask(t, handoff.Ask{})
	must(t, handoff.Stats.CatchUp(t.Context(), w.DB))
	h := w.story(t)
	w.chain(t)

	p := as(t, url, w.Diego)
	p.Go(url + "/pedir")
	p.Inspect("pedir")
	p.Go(url + "/pedir/" + string(w.Cut.ID))
	p.Inspect("pedir-corte")
	p.Go(url + "/pedir/" + string(stamp.ID) + "?title=Camisetas&need_by=" + time.Now().Format(time.DateOnly))
	p.Inspect("pedir-estampado")
	p.Go(url + "/entregar/" + string(w.Sew.ID))
	p.Inspect("entregar-costura")
	p.Go(url + "/pedidos/M-77")
	p.Inspect("pedido")
	p.Go(url + "/pases/8?hacer=por-telefono")
	p.Inspect("pase-fuera")
	p.Go(url + "/pases/1?hacer=cambiar")
	p.Inspect("pase-cambiar")
	p.Go(url + "/pases/" + "1")
	p.Inspect("pase-pedido-cliente")

	c := as(t, url, w.Carla)
	c.Go(url + "/pases/5")
	c.Inspect("pase-devuelto-proveedor")
	w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{Checks: []string{"1", "2"}, HappenedAt: time.Now().Add(-10 * time.Millisecond)})
	p.Go(url + "/pases/5")
	p.Inspect("pase-entregado-cliente")
	p.Go(url + "/pases/5?hacer=devolver")
	p.Inspect("pase-devolver")
	c.Go(url + "/pases/5")
	c.Inspect("pase-entregado-proveedor")
	o := as(t, url, w.Ana)
	o.Go(url + "/pases/4?hacer=redirigir")
	o.Inspect("pase-duena")
}
