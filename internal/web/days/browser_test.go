package days_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// phone opens a page as a person, on a phone.
func phone(t *testing.T, site string, a authz.Actor, to string) *webtest.Page {
	t.Helper()
	p := webtest.Open(t)
	p.Size(390, 844)
	p.Cookie(site, personCookie, string(a.Person))
	p.Go(site + to)
	return p
}

// Cutting takes and delivers with one thumb; sewing sees it come, and accepts.
func TestWorkGoesFromHandToHandOnTwoPhones(t *testing.T) {
	w := newWorld(t)
	site := webtest.Serve(t, w)
	carla, diego := phone(t, site, w.Carla, "/mi-dia"), phone(t, site, w.Diego, "/mi-dia")
	carla.WaitText("Nada te espera")
	w.wait(t, 2)
	w.ask(t, "50 piezas azules", handoff.Ask{Quantity: 50})
	carla.WaitText("Debes una cosa")
	carla.Until(`document.title === "Debes una cosa · Eslabón"`)
	diego.WaitText("Te deben una cosa")
	carla.Press("Lo tomo: 50 piezas azules")
	carla.WaitText("Tomaste «50 piezas azules». Costura ya lo sabe.")
	carla.WaitText("lo tienes tú")
	carla.Until(`document.activeElement.matches("li.row")`)
	diego.WaitText("lo tiene Carla Ruiz")
	carla.Press("Entregar: 50 piezas azules")
	carla.WaitText("Entregaste «50 piezas azules». Ahora le toca a Costura.")
	carla.WaitText("Nada te espera")
	carla.Until(`[...document.querySelectorAll(".toast-line a")].every((a) => a.getAttribute("href") === "/pases/1")`)
	carla.Axe()
	carla.Screenshot("flow-toast-390")
	diego.WaitText("Una cosa espera tu visto bueno")
	diego.Axe()
	diego.Fits()
	diego.Press("Está bien, lo recibo: 50 piezas azules")
	diego.WaitText("Recibiste «50 piezas azules». Corte ya lo sabe.")
	diego.WaitText("Estás al día")
	diego.Fits()
}

// The focus goes on with the work when its row leaves the list.
func TestTheFocusGoesToTheNextRow(t *testing.T) {
	w := newWorld(t)
	first := w.move(t, w.Carla, w.ask(t, "uno", handoff.Ask{}), handoff.Delivered, handoff.Step{})
	second := w.move(t, w.Carla, w.ask(t, "dos", handoff.Ask{}), handoff.Delivered, handoff.Step{})
	p := phone(t, webtest.Serve(t, w), w.Diego, "/mi-dia")
	p.Press("Está bien, lo recibo: uno")
	p.WaitGone("#h-" + css(first))
	p.Until(`document.activeElement.id === "h-` + string(second.ID) + `"`)
}

// css writes the id of a handoff for a selector.
func css(h handoff.Handoff) string { return `\` + "3" + string(h.ID[:1]) + " " + string(h.ID[1:]) }

func TestSeveralRowsAreTakenWithOnePress(t *testing.T) {
	w := newWorld(t)
	for _, title := range []string{"uno", "dos", "tres", "cuatro"} {
		w.ask(t, title, handoff.Ask{})
	}
	site := webtest.Serve(t, w)
	p := phone(t, site, w.Carla, "/equipo/"+string(w.Cutting))
	w.wait(t, 1)
	p.Click(`input[aria-label="Marcar todos"]`)
	p.Until(`document.querySelector("#several [x-text]").textContent === "4"`)
	p.Click("#queue tr:nth-child(4) input[name=pase]")
	p.Until(`document.querySelector("#several [x-text]").textContent === "3" && document.querySelector("#several input").indeterminate`)
	p.Until(`scrollTo(0, 0), scrollY === 0`)
	p.Axe()
	p.Fits()
	p.Screenshot("flow-ticked-390")
	h, err := w.Handoffs.ByNumber(t.Context(), w.Carla, 1)
	if err != nil {
		t.Fatal(err)
	}
	// A colleague is quicker with one of them; the ticks stay through the news.
	w.move(t, w.Bruno, h.Handoff, handoff.Taken, handoff.Step{})
	p.WaitText("lo tiene Bruno Leal")
	p.Until(`document.querySelectorAll("#queue input:checked").length === 3`)
	p.Click("#several button[value=taken]")
	p.WaitText("Tomaste 2 pases.")
	p.WaitText("Con uno no se pudo: 1 · uno: Bruno Leal lo tomó")
	p.WaitText("lo tienes tú")
	p.Until(`scrollTo(0, 0), scrollY === 0`)
	p.Axe()
	p.Fits()
	p.Screenshot("flow-several-390")
	p.Press("Más")
	p.WaitText("¿Quién lo hace?")
	p.Axe()
	p.Fits()
	p.Screenshot("flow-more-390")
	p.Press("Todo el historial")
	p.WaitPath("/equipo/" + string(w.Cutting) + "?ver=todo")
	p.Click(".disclosure summary")
	p.Type("#f-words", "tre")
	p.Press("Filtrar")
	p.WaitText("Con «tre»")
	p.WaitNoText("cuatro")
}

// Each tab hears of the bell, and it empties everywhere.
func TestTheBellRingsAndIsRead(t *testing.T) {
	w := newWorld(t)
	p := phone(t, webtest.Serve(t, w), w.Carla, "/avisos")
	p.WaitText("Todavía no hay avisos")
	w.wait(t, 1)
	w.ask(t, "50 piezas", handoff.Ask{})
	p.WaitText("Tienes un aviso sin leer")
	p.WaitText("Diego Paz te pide «50 piezas»")
	p.Until(`document.querySelector(".bell-count").textContent === "1"`)
	p.Press("Marcar todo como leído")
	p.WaitText("No tienes avisos sin leer")
	p.WaitGone(".bell-count")
}

// A search in the frame leads to the page of the number.
func TestASearchWorksByKeyboard(t *testing.T) {
	w := newWorld(t)
	w.at(-26 * time.Hour)
	w.ask(t, "Camisa azul", handoff.Ask{})
	w.at(0)
	site := webtest.Serve(t, w)
	p := webtest.Open(t)
	p.Cookie(site, personCookie, string(w.Fabio.Person))
	p.Go(site + "/mi-dia")
	p.Keys("/")
	p.Keys("camis\r")
	p.WaitPath("/pases?q=camis")
	p.WaitText("Camisa azul")
	p.Axe()
}
