package flows_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func phone(t *testing.T, site string, a authz.Actor) *webtest.Page {
	t.Helper()
	p := webtest.Open(t)
	p.Size(390, 844)
	p.Cookie(site, personCookie, string(a.Person))
	return p
}

// A lot goes through a route of five steps that somebody has just drawn: it is
// returned once by who receives it, sent back a step, split in two, joined, and
// skips the last check. All of it by the pages.
func TestALotGoesThroughARoute(t *testing.T) {
	w := newWorld(t)
	url := webtest.Serve(t, w)
	ana := phone(t, url, w.Ana)
	ana.Go(url + "/rutas/nueva")
	ana.Type("#f-name", "Camisa, de principio a fin")
	ana.Press("Añadir un paso")
	ana.Wait("#f-steps-3")
	ana.Press("Añadir un paso")
	ana.Wait("#f-steps-4")
	for i, s := range w.steps {
		ana.Set("#f-steps-"+string(rune('0'+i)), string(s))
	}
	ana.Set("#f-steps-1", string(w.steps[0])) // a loop
	ana.Press("Guardar la ruta")
	ana.WaitText("Este paso vuelve a un servicio que ya está en la ruta")
	ana.Axe()
	ana.Fits()
	ana.Set("#f-steps-1", string(w.steps[1]))
	ana.Press("Guardar la ruta")
	ana.WaitText("La ruta está lista")
	sound(ana, "route")
	ana.Press("Empezar un trabajo")
	ana.Type("#f-title", "50 camisas azules")
	ana.Type("#f-quantity", "50")
	ana.Set("#f-customer", string(w.Shop))
	ana.Type("#f-order_ref", "P-7")
	ana.Set("#f-for", string(w.Making))
	ana.Press("Empezar")
	ana.WaitPath("/trabajos/1")
	ana.WaitText("paso 1 de 5. Corte lo tiene pedido")

	at := func() route.At {
		w.follow(t)
		d, err := w.routes.ByNumber(t.Context(), w.Ana, 1)
		must(t, err)
		return d.Places()[0]
	}
	pass := func(p *webtest.Page, press ...string) {
		p.Go(url + "/pases/" + number(at().Handoff.Number))
		for _, b := range press {
			p.Press(b)
		}
	}
	// cutting delivers, sewing returns it once, and accepts it then
	pass(ana, "Ya está hecho: entregar", "Entregar")
	ana.WaitText("Espera a que Costura lo reciba")
	ana.Press("Le falta algo, lo devuelvo")
	ana.Press("Medida equivocada")
	ana.Press("Devolver")
	ana.WaitText("Espera a que Corte lo corrija")
	ana.Go(url + "/trabajos/1")
	ana.WaitText("Corte lo tiene que corregir")
	pass(ana, "Entregar de nuevo")
	ana.Press("Está bien, lo recibo")
	ana.WaitText("lo recibió: está bien")

	// sewing finds that the cut was wrong after all
	w.follow(t)
	diego := phone(t, url, w.Diego)
	diego.Go(url + "/trabajos/1")
	diego.WaitText("paso 2 de 5. Costura lo tiene pedido")
	diego.Click("#devolver-1 summary")
	diego.Type("#f-devolver-1-why", "El hilo no va")
	diego.Click("#devolver-1 button[type=submit]")
	diego.WaitText("Devuelto un paso")
	diego.WaitText("lo devolvió después de haberse recibido: El hilo no va")
	diego.WaitText("Espera al pase 3")
	sound(diego, "piece-back")
	pass(ana, "Ya está hecho: entregar", "Entregar")
	ana.WaitText("Espera a que Costura lo reciba")
	ana.Press("Está bien, lo recibo")
	ana.WaitText("lo recibió: está bien")

	// it is split in two that do not add up, and then do
	w.follow(t)
	diego.Go(url + "/trabajos/1")
	diego.Click("#dividir-1 summary")
	diego.Type("#f-dividir-1-quantities", "30 y 19")
	diego.Set("#f-dividir-1-joins_at", "4")
	diego.Click("#dividir-1 button[type=submit]")
	diego.WaitText("Las cantidades no suman lo que tiene el lote")
	diego.Type("#f-dividir-1-quantities", "30 y 20")
	diego.Click("#dividir-1 button[type=submit]")
	diego.WaitText("Dividido. Cada lote sigue su camino.")
	sound(diego, "piece-lots")
	reads := func(p *webtest.Page, selector, want string) {
		t.Helper()
		got := webtest.Eval[string](p, `[...document.querySelectorAll("`+selector+`")].map(x => x.innerText.replace(/\s+/g, " ").trim()).join(" | ")`)
		if got != want {
			t.Errorf("%s reads %q, want %q", selector, got, want)
		}
	}
	const heads, lanes = "#trabajo-estado .panel .text-lg", "#trabajo-estado .band-lot h3"
	reads(diego, lanes, "Lote 1 30 | Lote 2 20")
	reads(diego, heads, "Lote 1: paso 2 de 5. Costura lo tiene pedido. | Lote 2: paso 2 de 5. Costura lo tiene pedido.")
	waited := false
	for { // sewing and finishing, twice
		w.follow(t)
		d, err := w.routes.ByNumber(t.Context(), w.Ana, 1)
		must(t, err)
		places := d.Places()
		if len(places) == 1 {
			break
		}
		i := 0
		if places[0].Lot.State == route.LotWaiting {
			i = 1
			if !waited { // who looks at it sees which lot is there first, and that it waits
				waited = true
				diego.Go(url + "/trabajos/1")
				reads(diego, heads, "Lote 1: espera a los demás antes del paso 4. | Lote 2: paso 2 de 5. Costura lo tiene pedido.")
				reads(diego, "#trabajo-estado .band-lane:has(.run) > p", "Espera aquí a los demás lotes")
				sound(diego, "piece-waits")
			}
		}
		ana.Go(url + "/pases/" + number(places[i].Handoff.Number))
		ana.Press("Ya está hecho: entregar")
		ana.Press("Entregar")
		ana.WaitText("Espera a que")
		ana.Press("Está bien, lo recibo")
		ana.WaitText("lo recibió: está bien")
	}
	if !waited {
		t.Error("no lot ever waited for the other")
	}
	// they are one again: one sentence says where, all fifty are there, and so
	// says the handoff of that step
	ana.Go(url + "/trabajos/1")
	ana.WaitText("paso 4 de 5. Control lo tiene pedido")
	reads(ana, heads, "Todo el trabajo: paso 4 de 5. Control lo tiene pedido.")
	ana.WaitNoText("Espera aquí a los demás lotes")
	reads(ana, "#trabajo-estado [aria-current=step] .font-semibold", "Control")
	sound(ana, "piece-joined")
	ana.Go(url + "/pases/" + number(at().Handoff.Number))
	ana.WaitText("50 prendas")
	ana.Go(url + "/trabajos/1")

	// the check is skipped: not without a reason
	ana.Click("#saltar-1 summary")
	ana.Click("#saltar-1 button[type=submit]")
	ana.WaitText("Falta este dato")
	ana.Type("#f-saltar-1-why", "Se revisó al coser")
	ana.Click("#saltar-1 button[type=submit]")
	ana.WaitText("Ana Torres lo saltó: Se revisó al coser")
	pass(ana, "Ya está hecho: entregar", "Entregar")
	ana.WaitText("Espera a que Tiendas Marisol")
	ana.Press("Está bien, lo recibo")
	ana.WaitText("lo recibió: está bien")
	w.follow(t)
	ana.Go(url + "/trabajos/1")
	ana.WaitText("Terminado")
	ana.Go(url + "/trabajos?estado=done")
	ana.WaitText("50 camisas azules")
	ana.Axe()
	ana.Fits()
}

func number(n int64) string {
	s := ""
	for ; n > 0; n /= 10 {
		s = string(rune('0'+n%10)) + s
	}
	return s
}

// Every page is usable in both languages, both themes, on a phone and a screen.
func TestThePagesLookRight(t *testing.T) {
	w := newWorld(t)
	r := w.make(t)
	url := webtest.Serve(t, w)
	_, err := w.routes.Begin(t.Context(), w.Ana, route.Begin{Route: r.ID, Title: "50 camisas azules", Quantity: 50, Order: "P-7", For: w.Making, Customer: w.Shop})
	must(t, err)
	p := webtest.Open(t)
	p.Cookie(url, personCookie, string(w.Ana.Person))
	for _, look := range []webtest.Look{
		{Width: 390, Theme: "light", Lang: "es"}, {Width: 1280, Theme: "light", Lang: "en"}, {Width: 1280, Theme: "dark", Lang: "es"},
	} {
		p.Go(url + "/rutas")
		p.As(look)
		for name, to := range map[string]string{
			"routes": "/rutas", "route-page": "/rutas/" + string(r.ID), "route-edit": "/rutas/" + string(r.ID) + "/cambiar",
			"begin": "/rutas/" + string(r.ID) + "/empezar", "pieces": "/trabajos", "piece": "/trabajos/1",
		} {
			p.Go(url + to)
			p.Axe()
			p.Fits()
			p.Screenshot(name + "-" + look.String())
		}
	}
}

// What is not there, or not for somebody, is said.
func TestDoors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.make(t)
	for _, c := range []struct {
		a      authz.Actor
		to     string
		fields []string
		status int
		says   string
	}{
		{w.Ana, "/rutas/nada", nil, http.StatusNotFound, "Esa ruta no existe"},
		{w.Ana, "/trabajos/9", nil, http.StatusNotFound, "Ese trabajo no existe"},
		{w.Carla, "/rutas/nueva", nil, http.StatusForbidden, "Una ruta la hace quien lidera"},
		{w.Carla, "/rutas/" + string(r.ID) + "/quitar", []string{"x", "1"}, http.StatusForbidden, "Una ruta la hace quien lidera"},
		{w.Ana, "/rutas/nueva", []string{"name", ""}, http.StatusUnprocessableEntity, "Una ruta lleva al menos dos pasos"},
		{w.Ana, "/rutas/nueva", []string{"name", "x", "steps", string(w.steps[0]), "do", "add"}, http.StatusOK, "Paso 2"},
		{w.Ana, "/rutas/" + string(r.ID) + "/empezar", []string{"title", ""}, http.StatusUnprocessableEntity, "Falta este dato"},
		{w.Carla, "/rutas/" + string(r.ID) + "/empezar", []string{"title", "x", "quantity", "9", "for", string(w.Cutting)}, http.StatusSeeOther, "/trabajos/1"},
		{w.Fabio, "/trabajos/1/cancelar", []string{"why", "x"}, http.StatusForbidden, "Esto le toca a quien tiene el trabajo"},
		{w.Carla, "/trabajos/1/dividir", []string{"quantities", "1"}, http.StatusUnprocessableEntity, "hacen falta al menos dos lotes"},
		{w.Ana, "/rutas/" + string(r.ID) + "/quitar", []string{"x", "1"}, http.StatusSeeOther, "/rutas/"},
	} {
		status, text := w.send(t, c.a, c.to, c.fields...)
		if status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %v: got %d, want %d and %q\n%s", c.to, c.fields, status, c.status, c.says, text)
		}
	}
}

// sound looks at a page as it stands: axe, sizes, a picture.
func sound(p *webtest.Page, name string) {
	p.Axe()
	p.Fits()
	p.Screenshot(name)
}
