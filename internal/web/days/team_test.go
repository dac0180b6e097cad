package days_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
)

func tick(h handoff.Handoff) string {
	return string(h.ID) + "." + strconv.FormatInt(h.Version, 10)
}

func TestTheQueueOfATeamIsWhatItsAddressSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(-26 * time.Hour)
	w.ask(t, "azul tarde", handoff.Ask{Tags: []string{"feria"}})
	w.at(0)
	w.ask(t, "verde pedido", handoff.Ask{Order: "P-9"})
	w.move(t, w.Carla, w.ask(t, "rojo en marcha", handoff.Ask{}), handoff.Taken, handoff.Step{})
	done := w.move(t, w.Carla, w.ask(t, "gris cerrado", handoff.Ask{}), handoff.Delivered, handoff.Step{})
	w.move(t, w.Diego, done, handoff.Accepted, handoff.Step{})
	if _, err := w.Handoffs.Ask(t.Context(), w.Ana, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "prendas a la tienda"}); err != nil {
		t.Fatal(err)
	}
	all := []string{"azul tarde", "verde pedido", "rojo en marcha", "gris cerrado", "prendas a la tienda"}
	cut, making := "/equipo/"+string(w.Cutting), "/equipo/"+string(w.Making)
	for to, want := range map[string]string{
		cut:                                        "azul tarde|verde pedido|rojo en marcha",
		cut + "?estado=asked":                      "azul tarde|verde pedido",
		cut + "?estado=asked&estado=taken":         "azul tarde|verde pedido|rojo en marcha",
		cut + "?estado=quien_sabe":                 "azul tarde|verde pedido|rojo en marcha",
		cut + "?tarde=1":                           "azul tarde",
		cut + "?ver=todo":                          "azul tarde|verde pedido|rojo en marcha|gris cerrado",
		cut + "?ver=todo&estado=accepted":          "gris cerrado",
		cut + "?etiqueta=%23Feria":                 "azul tarde",
		cut + "?q=roj":                             "rojo en marcha",
		cut + "?pedido=P-9":                        "verde pedido",
		cut + "?persona=" + string(w.Carla.Person): "rojo en marcha",
		cut + "?servicio=" + string(w.Help.ID):     "",
		cut + "?lado=pedimos":                      "",
		cut + "?ver=todo&cerrados_desde=" + day(1): "",
		cut + "?ver=todo&cerrados_desde=" + day(0): "gris cerrado",
		cut + "?pedidos_desde=" + day(0):           "verde pedido|rojo en marcha",
		making:                                     "azul tarde|verde pedido|rojo en marcha|prendas a la tienda",
		making + "?solo=1":                         "",
		making + "?lado=pedimos":                   "azul tarde|verde pedido|rojo en marcha",
	} {
		page := w.get(t, w.Bruno, to)
		for _, title := range all {
			if got := strings.Contains(page.body, ">"+title+"</a>"); got != strings.Contains("|"+want+"|", "|"+title+"|") {
				t.Errorf("%s: %q is there: %t", to, title, got)
			}
		}
	}
	page := w.get(t, w.Carla, cut)
	page.has(t, "Corte debe 3 cosas, una con retraso", "Lo tomo", "Entregar", "Datos insuficientes", "Nos piden", "Pedimos")
	if strings.Index(page.body, ">azul tarde</a>") > strings.Index(page.body, ">verde pedido</a>") {
		t.Error("what is due first is not first")
	}
	w.get(t, w.Carla, cut, inEnglish...).has(t, "Corte owes 3 things, one of them late", "Asked of us")
	w.get(t, w.Carla, cut+"?q=nadie").has(t, "Nada coincide con este filtro")
	w.get(t, w.Diego, cut).lacks(t, `name="pase"`)
	if res := w.get(t, w.Carla, cut+"?desde=nada"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a broken cursor gets %d", res.StatusCode)
	} else {
		res.has(t, "Quitar los filtros")
	}
	if res := w.get(t, w.Carla, "/equipo/nadie"); res.StatusCode != http.StatusNotFound {
		t.Errorf("no such team gets %d", res.StatusCode)
	}
}

// day is the date some days from now.
func day(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

func TestSeveralRowsAtOnceSayWhichCouldNotBeDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cut := "/equipo/" + string(w.Cutting)
	free, taken, stale := w.ask(t, "libre", handoff.Ask{}), w.ask(t, "ya tomado", handoff.Ask{}), w.ask(t, "cancelado", handoff.Ask{})
	w.move(t, w.Carla, taken, handoff.Taken, handoff.Step{})
	w.move(t, w.Diego, stale, handoff.Cancelled, handoff.Step{})
	rows := []string{"hacer", "taken", "pase", tick(free), "pase", tick(taken), "pase", tick(stale), "pase", "nada.1"}

	res := w.post(t, w.Carla, cut, rows, fragment...)
	res.has(t, "Tomaste un pase.", "Con 3 no se pudo:", "2 · ya tomado:", "Carla Ruiz lo tomó", "3 · cancelado:",
		"Diego Paz lo canceló", "Ese pase no existe.")
	res.lacks(t, "<html", "1 · libre:")
	if d, _ := w.Handoffs.Get(t.Context(), w.Carla, free.ID); d.State != handoff.Taken || d.Assignee != w.Carla.Person {
		t.Errorf("what was free is %s", d.State)
	}
	w.post(t, w.Fabio, cut, rows).has(t, "Con 4 no se pudo:", "Esto le toca a otro puesto")
	w.post(t, w.Carla, cut, []string{"hacer", "taken"}).has(t, "Marca primero los pases.")
	w.post(t, w.Carla, cut, []string{"hacer", "typed", "pase", tick(free)}).has(t, "Elige qué hacer")
	w.post(t, w.Carla, cut, []string{"hacer", "typed", "etiqueta", "urge", "pase", tick(free)}).has(t, "Etiquetaste un pase.")
	w.post(t, w.Carla, cut, []string{"hacer", "assigned", "pase", tick(free)}).has(t, "Elige a quién se lo das.")
	w.post(t, w.Carla, cut, []string{"hacer", "tagged", "pase", tick(free)}).has(t, "Escribe la etiqueta.")
	if res := w.post(t, w.Carla, cut, []string{"hacer", "borrar", "pase", tick(free)}); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an act that we do not know gets %d", res.StatusCode)
	}
}

func TestSeveralRowsAreAssignedTaggedAndDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	making := "/equipo/" + string(w.Making)
	a, b := w.ask(t, "uno", handoff.Ask{Tags: []string{"feria"}}), w.ask(t, "dos", handoff.Ask{})
	both := []string{"pase", tick(a), "pase", tick(b)}
	w.get(t, w.Bruno, making).has(t, "Carla Ruiz</option>")
	w.post(t, w.Bruno, making, append(both, "hacer", "assigned", "persona", string(w.Carla.Person))).has(t, "Asignaste 2 pases.", "lo tiene Carla Ruiz")
	w.post(t, w.Bruno, making, append(both, "hacer", "tagged", "etiqueta", "#Urge")).has(t, "Etiquetaste 2 pases.")
	w.post(t, w.Bruno, making, append(both, "hacer", "tagged", "etiqueta", "a,b")).has(t, "Una etiqueta no puede llevar comas.", "1 · uno:")
	d, err := w.Handoffs.Get(t.Context(), w.Bruno, a.ID)
	if err != nil || strings.Join(d.Tags, " ") != "feria urge" || d.Assignee != w.Carla.Person {
		t.Errorf("tags %v, assignee %s, %v", d.Tags, d.AssigneeName, err)
	}
	w.post(t, w.Bruno, making, append(both, "hacer", "delivered"), inEnglish...).has(t, "You delivered 2 handoffs.", "Delivered")
	sewing := "/equipo/" + string(w.Sewing) + "?lado=pedimos"
	w.get(t, w.Diego, sewing).has(t, "Lo que Costura pide a los demás", "Está bien, lo recibo")
	a.Version++
	w.post(t, w.Diego, sewing, []string{"uno", "accepted " + tick(a), "pase", tick(b)}).has(t, "Recibiste un pase.")
	if d, _ := w.Handoffs.Get(t.Context(), w.Bruno, b.ID); d.State != handoff.Delivered {
		t.Errorf("the row that was only ticked is %s", d.State)
	}
}

func TestTheQueueGoesOnPageByPageAndIsDownloadedWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 60 {
		w.ask(t, fmt.Sprintf("lote %d", i), handoff.Ask{})
	}
	cut := "/equipo/" + string(w.Cutting)
	first := w.get(t, w.Carla, cut)
	second := w.get(t, w.Carla, next(first.body))
	if n, m := strings.Count(first.body, `<tr id="h-`), strings.Count(second.body, `<tr id="h-`); n != 50 || m != 10 {
		t.Errorf("the pages have %d and %d rows", n, m)
	}
	second.has(t, "Volver al principio")
	res := w.get(t, w.Carla, cut+"/lista.csv?q=lote")
	if n := strings.Count(res.body, "\n"); n != 61 || !strings.Contains(res.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("the list has %d lines, %s", n, res.Header.Get("Content-Type"))
	}
	if name := res.Header.Get("Content-Disposition"); !strings.Contains(name, "Corte") {
		t.Errorf("the file is called %s", name)
	}
}

// A live refresh brings only the list, with the ticks where they were.
func TestALiveQueueKeepsTheTicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.ask(t, "uno", handoff.Ask{})
	w.ask(t, "dos", handoff.Ask{})
	part := w.get(t, w.Carla, "/equipo/"+string(w.Cutting)+"?"+url.Values{"pase": {tick(a)}}.Encode(), fragment...)
	part.has(t, `value="`+tick(a)+`" checked`, "Corte debe 2 cosas, y va a tiempo")
	part.lacks(t, "<html", "Más filtros")
	if strings.Count(part.body, " checked") != 1 {
		t.Error("more is ticked than was")
	}
}

func TestFiguresOfATeamHaveTheirCertainty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 10 {
		h := w.move(t, w.Carla, w.ask(t, "lote", handoff.Ask{}), handoff.Delivered, handoff.Step{})
		if i == 0 {
			w.move(t, w.Diego, h, handoff.AcceptedWithRemark, handoff.Step{Note: "Tardó"})
			continue
		}
		w.move(t, w.Diego, h, handoff.Accepted, handoff.Step{})
	}
	if err := handoff.Stats.CatchUp(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
	w.get(t, w.Carla, "/equipo/"+string(w.Cutting)).has(t, "90 %", "entre 60 % y 98 % · 10 pases", "de 10 pases", "cerrados_desde=")
	w.get(t, w.Carla, "/equipo/"+string(w.Making), inEnglish...).has(t, "90%", "between 60% and 98%")
	w.get(t, w.Carla, "/equipo/"+string(w.Sewing)).has(t, "Datos insuficientes")
}

func TestASearchFindsWordsAndNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(t, "Camisa azul del 2026", handoff.Ask{})
	w.ask(t, "Pantalón azul", handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})
	for _, q := range []string{"2", "%232", "+2+"} {
		if res := w.get(t, w.Fabio, "/pases?q="+q); res.Header.Get("Location") != "/pases/2" {
			t.Errorf("%s leads to %q", q, res.Header.Get("Location"))
		}
	}
	w.get(t, w.Fabio, "/pases?q=pantalon").has(t, "Pantalón azul", "Pases con «pantalon»")
	w.get(t, w.Fabio, "/pases?q=pantalon").lacks(t, "Camisa")
	w.get(t, w.Fabio, "/pases?q=2026").has(t, "No hay ningún pase 2026", "Camisa azul")
	w.get(t, w.Fabio, "/pases?q=azul&servicio="+string(w.Cut.ID)).lacks(t, "Pantalón")
	w.get(t, w.Fabio, "/pases", inEnglish...).has(t, "Find a handoff", "Camisa azul")
	w.get(t, w.Fabio, "/pases?q=zzz").has(t, "No encontramos nada")
	if res := w.get(t, w.Fabio, "/pases?q="+strings.Repeat("a", 300)); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a search without end gets %d", res.StatusCode)
	}
}

func TestTheBellTellsWhatHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(t, w.Diego, "/avisos").has(t, "No tienes avisos sin leer", "Todavía no hay avisos")
	h := w.ask(t, "50 piezas", handoff.Ask{})
	w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
	l, err := w.Links.Declare(t.Context(), w.Ana, w.Cutting, w.Sewing)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Links.Propose(t.Context(), w.Carla, link.Propose{Link: l.ID, Service: w.Cut.ID, Terms: w.Cut.Terms}); err != nil {
		t.Fatal(err)
	}
	page := w.get(t, w.Diego, "/avisos")
	page.has(t, "Tienes 2 avisos sin leer", "Carla Ruiz te entregó «50 piezas»", `href="/pases/1"`,
		"Carla Ruiz propone un acuerdo de Corte con Costura", `href="/eslabones/`+string(l.ID), "Sin leer")
	w.get(t, w.Diego, "/avisos", inEnglish...).has(t, "Carla Ruiz delivered “50 piezas” to you")
	w.get(t, w.Diego, "/avisos/cuenta").has(t, ">2</span>")
	w.get(t, w.Fabio, "/avisos").lacks(t, "50 piezas")

	_, last, _ := strings.Cut(page.body, `name="hasta" value="`)
	last, _, _ = strings.Cut(last, `"`)
	w.post(t, w.Diego, "/avisos", []string{"hasta", last}, fragment...).has(t, "No tienes avisos sin leer", `hx-swap-oob="outerHTML:.bell-count"`)
	w.get(t, w.Diego, "/avisos/cuenta").has(t, "hidden>0</span>")
	w.get(t, w.Elena, "/avisos/cuenta").has(t, ">1</span>") // the agreement of her post
	if res := w.post(t, w.Diego, "/avisos", nil); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing to mark gets %d", res.StatusCode)
	}
}

func TestALongBellGoesOnPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 60 {
		w.ask(t, fmt.Sprintf("lote %d", i), handoff.Ask{})
	}
	first := w.get(t, w.Carla, "/avisos")
	second := w.get(t, w.Carla, next(first.body))
	if n, m := strings.Count(first.body, "note-row"), strings.Count(second.body, "note-row"); n != 50 || m != 10 {
		t.Errorf("the pages have %d and %d lines", n, m)
	}
}
