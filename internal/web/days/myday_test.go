package days_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/org"
)

// quick presses the button of a row.
func (w *world) quick(t testing.TB, a authz.Actor, at string, h handoff.Handoff, to handoff.State, head ...string) answer {
	t.Helper()
	return w.post(t, a, at, []string{
		"pase", string(h.ID), "version", strconv.FormatInt(h.Version, 10), "paso", string(to),
	}, head...)
}

func TestTheDaySaysWhatWaitsForWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(t, w.Carla, "/mi-dia").has(t, "Estás al día", "Nada te espera", `href="/pedir"`)
	w.ask(t, "50 piezas azules", handoff.Ask{Quantity: 50})
	w.move(t, w.Carla, w.ask(t, "20 cuellos", handoff.Ask{}), handoff.Delivered, handoff.Step{})
	w.ask(t, "La computadora no prende", handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})

	day := w.get(t, w.Diego, "/mi-dia")
	day.has(t, "Te deben 2 cosas y una espera tu visto bueno", "20 cuellos", "Está bien, lo recibo", "50 piezas azules",
		"La computadora no prende", "50 piezas", "No le debes nada a nadie")
	if strings.Index(day.body, "20 cuellos") > strings.Index(day.body, "50 piezas azules") {
		t.Error("what waits for me is not first")
	}
	w.get(t, w.Carla, "/mi-dia").has(t, "Debes una cosa", "50 piezas azules", "Lo tomo")
	w.get(t, w.Diego, "/mi-dia", inEnglish...).has(t, "You are owed 2 things and one waits for your word", "Delivered")
	w.get(t, w.Diego, "/mi-dia/por-aceptar").has(t, "Una cosa espera tu visto bueno", "20 cuellos")
	w.get(t, w.Diego, "/mi-dia/por-aceptar").lacks(t, "50 piezas azules")
}

func TestNobodySeesTheListsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := fixture.New(t, w.DB, 2)
	w.also = append(w.also, other.Diego)
	w.ask(t, "50 piezas azules", handoff.Ask{})
	w.get(t, w.Fabio, "/mi-dia").lacks(t, "50 piezas azules")
	for _, to := range []string{"/mi-dia", "/mi-dia/debo", "/pases", "/pases?q=piezas", "/avisos"} {
		w.get(t, other.Diego, to).lacks(t, "50 piezas azules")
	}
	for _, to := range []string{"/equipo/" + string(w.Cutting), "/equipo/" + string(w.Cutting) + "/lista.csv", "/mi-dia/de-otros"} {
		if res := w.get(t, other.Diego, to); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", to, res.StatusCode)
		}
	}
}

func TestARowIsTakenDeliveredAndAcceptedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.ask(t, "50 piezas azules", handoff.Ask{Quantity: 50})
	res := w.quick(t, w.Carla, "/mi-dia", h, handoff.Taken, fragment...)
	res.has(t, "50 piezas azules", "Entregar", "lo tienes tú", `id="h-`+string(h.ID), "Debes una cosa")
	res.lacks(t, "<html")
	if said := res.Header.Get("HX-Trigger"); !strings.Contains(said, "Tomaste") || !strings.Contains(said, `"url":"/pases/1"`) {
		t.Errorf("the toast says %s", said)
	}
	h.Version++
	if res := w.quick(t, w.Carla, "/mi-dia/debo", h, handoff.Delivered); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/mi-dia/debo" {
		t.Errorf("without script: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	h.Version++
	w.quick(t, w.Diego, "/mi-dia", h, handoff.Accepted, fragment...).has(t, "Estás al día")
	d, err := w.Handoffs.Get(t.Context(), w.Ana, h.ID)
	if err != nil || d.State != handoff.Accepted || d.Delivered != 50 || !d.RightFirstTime() {
		t.Errorf("in the end it is %+v, %v", d.Handoff, err)
	}
}

func TestWhoComesSecondIsToldWhoWasFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.ask(t, "50 piezas azules", handoff.Ask{})
	w.move(t, w.Carla, h, handoff.Taken, handoff.Step{})
	res := w.quick(t, w.Carla, "/mi-dia", h, handoff.Taken, fragment...)
	if res.StatusCode != http.StatusConflict {
		t.Errorf("got %d", res.StatusCode)
	}
	res.has(t, "Carla Ruiz lo tomó", "Entregar")
	for name, res := range map[string]answer{
		"a stranger":    w.quick(t, w.Fabio, "/mi-dia", h, handoff.Delivered),
		"not an amount": w.post(t, w.Carla, "/mi-dia", []string{"pase", string(h.ID), "version", "x", "paso", "delivered"}),
		"no such thing": w.quick(t, w.Carla, "/mi-dia", handoff.Handoff{ID: "nada"}, handoff.Taken),
		"a return":      w.quick(t, w.Carla, "/mi-dia", h, handoff.Returned),
	} {
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s gets %d", name, res.StatusCode)
		}
	}
}

func TestALongListGoesOnPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 120 {
		w.ask(t, fmt.Sprintf("lote %03d.", i), handoff.Ask{})
	}
	day := w.get(t, w.Carla, "/mi-dia")
	day.has(t, "Debes más de 99 cosas", "99+", "Ver todo lo que debes")
	seen, to := map[string]bool{}, "/mi-dia/debo"
	for pages := 1; to != ""; pages++ {
		page := w.get(t, w.Carla, to)
		page.has(t, "lote")
		for i := range 120 {
			s := fmt.Sprintf("lote %03d.</a>", i)
			if strings.Contains(page.body, s) && seen[s] {
				t.Errorf("%s comes twice", s)
			}
			seen[s] = seen[s] || strings.Contains(page.body, s)
		}
		if to = next(page.body); pages > 3 {
			t.Fatal("it never ends")
		}
	}
	for s, ok := range seen {
		if !ok {
			t.Errorf("%s is on no page", s)
		}
	}
	if res := w.get(t, w.Carla, "/mi-dia/debo?desde=nada"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a broken cursor gets %d", res.StatusCode)
	}
}

// next is where the pager of a page leads.
func next(body string) string {
	_, after, ok := strings.Cut(body, `<a href="`)
	for ok {
		to, rest, _ := strings.Cut(after, `"`)
		if tag, _, _ := strings.Cut(rest, ">"); strings.Contains(tag, `rel="next"`) {
			return strings.ReplaceAll(to, "&amp;", "&")
		}
		_, after, ok = strings.Cut(rest, `<a href="`)
	}
	return ""
}

func TestWhoLeadsSeesTeamsInPlaceOfEmptyLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(t, w.Ana, "/mi-dia").has(t, "Ningún equipo va con retraso", "Ningún equipo tiene nada pendiente")
	w.at(-26 * time.Hour)
	w.ask(t, "50 piezas azules", handoff.Ask{})
	w.at(0)
	w.ask(t, "La computadora no prende", handoff.Ask{Service: w.Help.ID, Customer: w.Sewing})
	owner := w.get(t, w.Ana, "/mi-dia")
	owner.has(t, "Un equipo va con retraso", "Corte", "Sistemas", "tarde=1", "Otros 2 equipos no tienen nada pendiente")
	owner.lacks(t, "No le debes nada")
	w.get(t, w.Bruno, "/mi-dia").lacks(t, "Sistemas")

	alone, err := w.Org.AddPerson(t.Context(), w.Ana, org.Person{Name: "Gema Rey", Email: "gema@example.test", Lang: "es"})
	if err != nil {
		t.Fatal(err)
	}
	gema, err := org.Actor(t.Context(), w.DB, w.ID, alone.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.also = append(w.also, gema)
	w.get(t, gema, "/mi-dia").has(t, "Todavía no tienes un puesto")
	if res := w.get(t, gema, "/equipo"); res.Header.Get("Location") != "/equipo/todos" {
		t.Errorf("who has no team is led to %s", res.Header.Get("Location"))
	}
	if res := w.get(t, w.Carla, "/equipo"); res.Header.Get("Location") != "/equipo/"+string(w.Cutting) {
		t.Errorf("Carla is led to %s", res.Header.Get("Location"))
	}
}

// One piece that came back is not «1 piezas».
func TestWhatCameBackIsSaidOutOfWhatWasAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.move(t, w.Carla, w.ask(t, "50 camisas", handoff.Ask{Quantity: 50}), handoff.Delivered, handoff.Step{})
	w.move(t, w.Diego, h, handoff.Returned, handoff.Step{Reason: "1", Quantity: 1})
	w.get(t, w.Carla, "/mi-dia").has(t, "por corregir: 1 de 50 piezas")
}
