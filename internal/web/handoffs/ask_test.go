package handoffs_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
)

// all returns the handoffs of the workshop, newest first.
func (w *world) all(t *testing.T) []handoff.Handoff {
	t.Helper()
	p, err := w.Handoffs.List(t.Context(), w.Ana, handoff.Filter{})
	must(t, err)
	return p.Rows
}

func TestTheCatalogueShowsWhatOneCanAskFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(t, w.Diego, "/pedir").says(t, http.StatusOK, "¿Qué necesitas?", "Piezas cortadas", "Ayuda con la computadora", "en 8 h de trabajo")
	if got := w.get(t, w.Diego, "/pedir").text(); strings.Contains(got, "Prendas cosidas") {
		t.Error("sewing could ask sewing")
	}
	found := w.get(t, w.Diego, "/pedir?q=computádora").text()
	if strings.Contains(found, "Piezas cortadas") || !strings.Contains(found, "Ayuda con la computadora") {
		t.Errorf("looking for the computer without script finds %s", found)
	}
	w.get(t, w.Diego, "/pedir?q=avión").says(t, http.StatusOK, "No hay nada con esas palabras")
	w.get(t, w.Diego, "/entregar").says(t, http.StatusOK, "¿Qué entregas?", "Prendas cosidas")
	if got := w.get(t, w.Diego, "/entregar").text(); strings.Contains(got, "Piezas cortadas") {
		t.Error("sewing could hand on what cutting makes")
	}
	w.get(t, w.Ana, "/pedir", "Accept-Language", "en").says(t, http.StatusOK, "What do you need?", "within 8 h of work")
}

func TestWhoHasNoPostIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.Org.Remove(t.Context(), w.Ana, w.Sewing, w.Elena.Person))
	w.Elena = w.Again(t, w.Elena)
	w.get(t, w.Elena, "/pedir").says(t, http.StatusOK, "Todavía no tienes un puesto", "quien lidera tu equipo")
	w.get(t, w.Elena, "/pedir/"+string(w.Cut.ID)).says(t, http.StatusForbidden, "Esto no lo puedes pedir")
}

func TestTheFormSaysUntilWhenBeforeItIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := "/pedir/" + string(w.Cut.ID)
	w.get(t, w.Diego, form).says(t, http.StatusOK, "Si lo pides ahora, Corte lo entrega a más tardar", "Bien hecho quiere decir", "Con su etiqueta")
	at := time.Now().UTC().Add(7 * time.Hour)
	part := w.get(t, w.Diego, form+"/promesa?customer="+string(w.Sewing)+"&need_by="+at.Format(time.DateOnly)+"&need_by_time="+at.Format("15:04"), "HX-Request", "true")
	part.says(t, http.StatusOK, "Si lo pides ahora", "Lo necesitas antes de lo prometido")
	if strings.Contains(part.body, "<html") {
		t.Error("a part of the page came in its frame")
	}
	w.get(t, w.Diego, form+"?title=Mangas&quantity=12").says(t, http.StatusOK)
	if got := w.get(t, w.Diego, form+"?title=Mangas&quantity=12").body; !strings.Contains(got, `value="Mangas"`) || !strings.Contains(got, `value="12"`) {
		t.Error("a link cannot fill in the form")
	}
}

// An agreement in force is what the form shows, and what then holds.
func TestTheAgreementIsWhatIsPromised(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	l, err := w.Links.Declare(ctx, w.Ana, w.Cutting, w.Sewing)
	must(t, err)
	g, err := w.Links.Propose(ctx, w.Carla, link.Propose{
		Link: l.ID, Service: w.Cut.ID, Terms: link.Terms{Take: time.Hour, Deliver: 3 * time.Hour, Target: 95},
		Requirements: []link.Item{{Text: "Numeradas por talla"}},
	})
	must(t, err)
	_, err = w.Links.Decide(ctx, w.Diego, g.ID, link.Accepted)
	must(t, err)
	page := w.get(t, w.Diego, "/pedir/"+string(w.Cut.ID))
	page.says(t, http.StatusOK, "Es lo acordado con Corte", "Numeradas por talla")
	if strings.Contains(page.text(), "Con su etiqueta") {
		t.Error("what the service asks by default is shown where an agreement holds")
	}
}

func TestAskingWithEveryDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stamp := w.furnish(t)
	tomorrow := time.Now().UTC().Add(24 * time.Hour)
	w.upload(t, w.Diego, "/pedir/"+string(stamp.ID), []string{
		"customer", string(w.Sewing), "title", "Camisetas del desfile", "quantity", "1.250,5", "answers.1", "Rojo", "answers.2", "12,5",
		"answers.3", "2001-03-01", "answers.4", string(w.Ana.Person), "answers.6", "¡Fiesta!", "need_by", tomorrow.Format(time.DateOnly),
		"need_by_time", "09:30", "priority", "2", "order_ref", "P-77", "detail", "Con cuidado", "tags", "fiesta, rojo", "watchers", string(w.Fabio.Person),
	}, "answers.5", "dibujo.jpg", strings.NewReader(string(photo(t)))).leads(t, "/pases/1")
	d, err := w.Handoffs.ByNumber(t.Context(), w.Ana, 1)
	must(t, err)
	if d.Quantity != 1250.5 || d.Priority != handoff.Urgent || d.Order != "P-77" || !slices.Equal(d.Tags, []string{"fiesta", "rojo"}) ||
		d.NeedBy.Format("15:04") != "09:30" || len(d.Watchers) != 1 || d.Detail != "Con cuidado" {
		t.Errorf("asked %+v", d.Handoff)
	}
	page := w.get(t, w.Diego, "/pases/1")
	page.says(t, http.StatusOK, "Camisetas del desfile", "Urgente", "1,250.5 prendas", "Pedido P-77", "12.5 cm", "Ana Torres", "¡Fiesta!",
		"1 mar 2001", "dibujo.jpg", "El dibujo", "fiesta", "Fabio Mar", "Costura lo necesita para mañana 9:30", "Espera a que Planchado lo tome")
	if !strings.Contains(page.body, `?ver=1"`) {
		t.Error("the picture is not shown")
	}
}

func TestHandingOnWithoutBeingAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := "/entregar/" + string(w.Sew.ID)
	w.get(t, w.Diego, form).says(t, http.StatusOK, "¿A quién se lo entregas?", "Tiendas Marisol", "Marca lo que se cumple")
	w.post(t, w.Diego, form, []string{"title", "40 camisas"}).says(t, http.StatusUnprocessableEntity, "¿A quién se lo entregas?: Falta este dato.")
	w.post(t, w.Diego, form, []string{
		"customer", string(w.Shop), "title", "40 camisas", "quantity", "40", "check", "1", "check", "2", "note", "En dos cajas", "order_ref", "M-9",
	}).leads(t, "/pases/1")
	w.get(t, w.Diego, "/pases/1").says(t, http.StatusOK, "Entregado", "Diego Paz lo entregó sin que se lo pidieran. 40 prendas", "En dos cajas",
		"2 de 2 requisitos marcados", "Anotar lo que dijo Tiendas Marisol")
	w.get(t, w.Carla, form).says(t, http.StatusForbidden, "Esto le toca a otro puesto")
	w.post(t, w.Carla, form, []string{"customer", string(w.Shop), "title", "40 camisas"}).says(t, http.StatusForbidden, "Esto le toca a otro puesto")
}

// What is wrong is said beside each field and on top, nothing typed is lost,
// and nothing is written.
func TestABadFormComesBackWithAllThatWasTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form, long := "/pedir/"+string(w.Cut.ID), strings.Repeat("ñ", 10_000)
	bad := w.post(t, w.Diego, form, []string{
		"customer", string(w.Sewing), "title", long, "quantity", "-3", "need_by", "mañana", "detail", "no me pierdas", "priority", "9",
	})
	bad.says(t, http.StatusUnprocessableEntity, "Falta corregir 4 datos", "¿Qué necesitas?: Es demasiado largo", "Cantidad (piezas): Escribe una cantidad de cero o más",
		"¿Para qué día lo necesitas?: Escribe la fecha así", "¿Cuánta prisa corre?: No conocemos este valor", "no me pierdas")
	if !strings.Contains(bad.body, long) || !strings.Contains(bad.body, `value="-3"`) {
		t.Error("what was typed is lost")
	}
	w.post(t, w.Diego, form, []string{"customer", string(w.Sewing), "quantity", "muchas"}, "Accept-Language", "en").
		says(t, http.StatusUnprocessableEntity, "2 things to correct", "What do you need?: This is missing.", "Quantity (piezas): Write a number.")
	w.post(t, w.Diego, form, []string{"customer", string(w.Making), "title", "x"}).says(t, http.StatusForbidden, "Esto le toca a otro puesto")
	w.post(t, w.Diego, form, []string{"customer", string(w.Sewing), "title", "x"}, "HX-Request", "true")
	if n := len(w.all(t)); n != 1 {
		t.Errorf("%d handoffs were written, want the last alone", n)
	}
	fragment := w.post(t, w.Diego, form, []string{"customer", string(w.Sewing)}, "HX-Request", "true")
	fragment.says(t, http.StatusUnprocessableEntity, "Falta este dato.")
	if strings.Contains(fragment.body, "<html") || !strings.HasPrefix(strings.TrimSpace(fragment.body), `<div class="beside" id="pedir"`) {
		t.Errorf("htmx got %.200s", fragment.body)
	}
}

func TestAnUnknownServiceIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, to := range []string{"/pedir/nada", "/entregar/nada", "/pedir/nada/promesa"} {
		w.get(t, w.Diego, to).says(t, http.StatusNotFound, "No existe ese servicio")
	}
	w.post(t, w.Diego, "/pedir/nada", []string{"title", "x"}).says(t, http.StatusNotFound, "No existe ese servicio")
	must(t, w.Links.Archive(t.Context(), w.Ana, w.Cut.ID, true))
	w.get(t, w.Diego, "/pedir/"+string(w.Cut.ID)).says(t, http.StatusNotFound, "Ese servicio ya no se ofrece")
	w.post(t, w.Diego, "/pedir/"+string(w.Cut.ID), []string{"title", "x", "customer", string(w.Sewing)}).says(t, http.StatusNotFound, "Ese servicio ya no se ofrece")
}

// zeros is a large file of a type that we take.
func zeros(bytes int64) io.Reader {
	return io.MultiReader(strings.NewReader("%PDF-1.7\n"), io.LimitReader(endless{}, bytes))
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestALargeFileIsRefusedAndTheWordsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := "/pedir/" + string(w.Cut.ID)
	typed := []string{"customer", string(w.Sewing), "title", "50 mangas", "detail", "no me pierdas"}
	res := w.upload(t, w.Diego, form, typed, "files", "plano.pdf", zeros(30<<20))
	res.says(t, http.StatusRequestEntityTooLarge, "El archivo pesa demasiado. El máximo es 25 MB.", "no me pierdas")
	if !strings.Contains(res.body, `value="50 mangas"`) {
		t.Error("the title is lost")
	}
	w.upload(t, w.Diego, form, typed, "files", "plano.pdf", zeros(11<<20)).
		says(t, http.StatusUnprocessableEntity, "Fotos o archivos: El archivo pesa más de 10 MB", "no me pierdas")
	w.upload(t, w.Diego, form, typed, "files", "plano.exe", strings.NewReader("MZ\x00\x01")).
		says(t, http.StatusUnprocessableEntity, "No aceptamos ese tipo de archivo")
	h := w.ask(t, handoff.Ask{})
	w.upload(t, w.Carla, "/pases/1/entregar", []string{"note", "ahí va", "version", "1"}, "files", "plano.pdf", zeros(30<<20)).
		says(t, http.StatusRequestEntityTooLarge, "El máximo es 25 MB", "ahí va")
	if n := len(w.all(t)); n != 1 {
		t.Errorf("%d handoffs, want the one asked on purpose", n)
	}
	facts, err := fact.About(t.Context(), w.DB, w.ID, string(h.ID), 10)
	if err != nil || len(facts) != 1 {
		t.Errorf("what was refused left a fact: %v, %v", facts, err)
	}
}
