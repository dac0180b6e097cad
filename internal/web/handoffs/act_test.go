package handoffs_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/repeat"
)

// Sewing asks for 50 pieces, cutting takes it, delivers 50, sewing returns 2,
// cutting delivers again, sewing accepts: with plain forms.
func TestTheWholeRoundWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(t, w.Diego, "/pedir/"+string(w.Cut.ID), []string{"customer", string(w.Sewing), "title", "50 piezas", "quantity", "50"}).leads(t, "/pases/1")
	for _, step := range []struct {
		a      authz.Actor
		sees   string // on the page before
		act    string
		fields []string
		says   []string // the page after
	}{
		{w.Carla, "Lo tomo", "tomar", []string{"version", "1"}, []string{"En marcha", "Carla Ruiz lo está haciendo"}},
		{w.Carla, "Entregar", "entregar", []string{"version", "2", "quantity", "50", "check", "1"}, []string{"Entregado", "Espera a que Costura lo reciba", "Con su etiqueta · sin marcar", "Entrega 1: 50 piezas"}},
		{
			w.Elena, "Le falta algo, lo devuelvo", "devolver",
			[]string{"version", "3", "quantity", "2", "reason", "1", "note", "Mangas cortas"},
			[]string{"Devuelto", "Por corregir: 2 piezas", "Medida equivocada", "Mangas cortas", "Espera a que Corte lo corrija"},
		},
		{w.Carla, "Entregar de nuevo", "entregar", []string{"version", "4", "quantity", "2", "check", "1", "check", "2"}, []string{"Entregado", "Carla Ruiz lo entregó de nuevo. 2 piezas"}},
		{w.Diego, "Está bien, lo recibo", "recibir", []string{"version", "5"}, []string{"Aceptado", "Recibido en la entrega 2", "Diego Paz lo recibió: está bien."}},
	} {
		w.get(t, step.a, "/pases/1").says(t, http.StatusOK, step.sees)
		w.post(t, step.a, "/pases/1/"+step.act, step.fields).leads(t, "/pases/1")
		w.get(t, w.Fabio, "/pases/1").says(t, http.StatusOK, step.says...)
	}
	last := w.get(t, w.Carla, "/pases/1").text()
	for _, gone := range []string{"Lo tomo", "Entregar de nuevo", "Está bien, lo recibo", "No podemos hacerlo"} {
		if strings.Contains(last, gone) {
			t.Errorf("the closed handoff still offers %q", gone)
		}
	}
}

// Who is neither end sees everything and is offered nothing but words.
func TestEachEndIsOfferedItsOwnSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.ask(t, handoff.Ask{})
	offers := []string{
		"Lo tomo", "Ya está hecho: entregar", "No podemos hacerlo", "Esto le toca a otro", "Asignar a…", "Ya no lo necesitamos",
		"Está bien, lo recibo", "Le falta algo, lo devuelvo", "Lo recibo, con un comentario", "Anotar lo que dijo",
	}
	check := func(a authz.Actor, want ...string) {
		t.Helper()
		got := w.get(t, a, "/pases/1").text()
		for _, o := range offers {
			wanted := false
			for _, x := range want {
				wanted = wanted || x == o
			}
			if strings.Contains(got, o) != wanted {
				t.Errorf("%s, %s: offered %q: %t", a.Name, h.State, o, !wanted)
			}
		}
	}
	supplier := []string{"Lo tomo", "Ya está hecho: entregar", "No podemos hacerlo", "Esto le toca a otro", "Asignar a…"}
	check(w.Carla, supplier...)
	check(w.Elena, "Ya no lo necesitamos")
	check(w.Fabio)
	check(w.Bruno, append(supplier, "Ya no lo necesitamos")...)
	w.get(t, w.Bruno, "/pases/1").says(t, http.StatusOK, "Actúas por Corte.")
	h = w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
	check(w.Carla, "Asignar a…", "Anotar lo que dijo")
	check(w.Elena, "Está bien, lo recibo", "Le falta algo, lo devuelvo", "Lo recibo, con un comentario", "Anotar lo que dijo")
	check(w.Fabio)
	for _, act := range []string{"recibir", "devolver", "recibir-con-comentario", "cancelar", "asignar", "redirigir", "por-telefono", "cambiar"} {
		w.post(t, w.Fabio, "/pases/1/"+act, []string{
			"version", "2", "note", "x", "reason", "1", "service", string(w.Help.ID), "tags", "x", "was_tags", "", "said", "accepted", "behalf_name", "Yo",
		}).says(t, http.StatusForbidden, "Esto le toca a otro puesto")
	}
	w.post(t, w.Fabio, "/pases/1/volar", nil).says(t, http.StatusNotFound, "Aquí no hay nada")
}

// Somebody was quicker: the page says who and when, shows how it stands, and
// gives back what was typed.
func TestAStalePageIsToldAndKeepsItsWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.move(t, w.Carla, w.ask(t, handoff.Ask{Quantity: 5}), handoff.Delivered, handoff.Step{})
	w.move(t, w.Elena, h, handoff.Accepted, handoff.Step{})
	form := []string{"version", "2", "reason", "1", "note", "Les falta un botón"}
	res := w.post(t, w.Diego, "/pases/1/devolver", form)
	res.says(t, http.StatusConflict, "Elena Sol lo recibió hace un momento (", "Aquí está como quedó.", "Aceptado", "Les falta un botón", "envíalo como comentario")
	res = w.post(t, w.Diego, "/pases/1/devolver", form, "HX-Request", "true", "Accept-Language", "en")
	res.says(t, http.StatusConflict, "Elena Sol accepted it a moment ago (", "Les falta un botón")
	if strings.Contains(res.body, "<html") || !strings.Contains(res.body, `id="problem"`) {
		t.Errorf("htmx got %.300s", res.body)
	}

	// The form is still there when the work came back meanwhile.
	h = w.move(t, w.Carla, w.ask(t, handoff.Ask{Quantity: 5}), handoff.Delivered, handoff.Step{})
	h = w.move(t, w.Elena, h, handoff.Returned, handoff.Step{Reason: "1"})
	w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
	res = w.post(t, w.Diego, "/pases/2/devolver", form)
	res.says(t, http.StatusConflict, "Carla Ruiz lo entregó hace un momento", "Les falta un botón")
	if !strings.Contains(res.body, `id="hacer-devolver" open`) || strings.Contains(res.text(), "envíalo como comentario") {
		t.Error("the words are not in the form in which they were typed")
	}
	if h, err := w.Handoffs.ByNumber(t.Context(), w.Ana, 2); err != nil || h.State != handoff.Delivered {
		t.Errorf("the stale step went through: %s, %v", h.State, err)
	}
	for _, version := range []string{"x", "-1", "99999999999999999999"} {
		w.post(t, w.Diego, "/pases/2/recibir", []string{"version", version}).says(t, http.StatusConflict, "Carla Ruiz lo entregó")
	}
}

// What is wrong with a form no longer matters when somebody was quicker.
func TestABadStepOnAStalePageIsToldToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.move(t, w.Elena, w.move(t, w.Carla, w.ask(t, handoff.Ask{}), handoff.Delivered, handoff.Step{}), handoff.Accepted, handoff.Step{})
	res := w.post(t, w.Diego, "/pases/1/devolver", []string{"version", "2", "quantity", "mil", "note", "Manchado"})
	res.says(t, http.StatusUnprocessableEntity, "El pase cambió mientras tanto", "Manchado", "envíalo como comentario")
	if !strings.Contains(res.body, `data-stale="pase-hacer">`) {
		t.Error("the note is hidden")
	}
	if !strings.Contains(w.get(t, w.Diego, "/pases/1").body, `data-stale="pase-hacer" hidden>`) {
		t.Error("the note stands on a page that is up to date")
	}
}

func TestBadStepsComeBackOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.ask(t, handoff.Ask{Quantity: 5})
	refused := func(a authz.Actor, act string, fields []string, says ...string) {
		t.Helper()
		res := w.post(t, a, "/pases/1/"+act, fields)
		res.says(t, http.StatusUnprocessableEntity, says...)
		if !strings.Contains(res.body, `id="hacer-`+act+`" open`) {
			t.Errorf("%s: the form is folded away", act)
		}
	}
	refused(w.Carla, "no-podemos", nil, "¿Por qué?: Falta este dato.")
	refused(w.Carla, "redirigir", nil, "¿A quién le toca?: Falta este dato.", "¿Por qué?: Falta este dato.")
	refused(w.Carla, "redirigir", []string{"service", string(w.Cut.ID), "note", "x"}, "Ya lo tiene ese servicio")
	refused(w.Carla, "asignar", []string{"assignee", "nadie"}, "¿Quién lo hace?: No conocemos este valor.")
	refused(w.Diego, "cambiar", []string{"need_by", "2020-01-01", "was_need_by", ""}, "¿Para qué día lo necesitas?: Ese momento ya pasó.")
	refused(w.Diego, "cambiar", []string{"tags", strings.Repeat("x", 41), "was_tags", ""}, "Etiquetas: Es demasiado largo")
	w.move(t, w.Carla, h, handoff.Delivered, handoff.Step{})
	refused(w.Diego, "devolver", []string{"quantity", "9", "note", "guárdame"}, "¿Por qué lo devuelves?: Falta este dato.", "guárdame", "Es más de lo que se entregó.")
	refused(w.Diego, "devolver", []string{"reason", "1", "quantity", "dos"}, "Escribe un número.")
	refused(w.Diego, "devolver", []string{"reason", "1", "quantity", "-1"}, "Escribe una cantidad de cero o más.")
	refused(w.Diego, "recibir-con-comentario", nil, "Tu comentario: Falta este dato.")
	refused(w.Carla, "por-telefono", []string{"said", "accepted"}, "Falta este dato.")
	refused(w.Carla, "por-telefono", []string{"behalf_name", "Marisol"}, "¿Qué dijo Costura?: No conocemos este valor.")
	w.post(t, w.Diego, "/pases/1/comentar", []string{"note", " "}).says(t, http.StatusUnprocessableEntity, "Di algo sobre este pase: Falta este dato.")
}

func TestWhatIsDoneLessOften(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(t, handoff.Ask{Tags: []string{"azul"}})
	done := func(a authz.Actor, act string, fields []string, says ...string) {
		t.Helper()
		w.post(t, a, "/pases/1/"+act, fields).leads(t, "/pases/1")
		w.get(t, w.Fabio, "/pases/1").says(t, http.StatusOK, says...)
	}
	done(w.Carla, "asignar", []string{"assignee", string(w.Bruno.Person)}, "Carla Ruiz se lo asignó a Bruno Leal.")
	done(w.Bruno, "asignar", []string{"assignee", string(w.Bruno.Person)}, "Lo hace Bruno Leal")
	done(w.Carla, "asignar", []string{"assignee", ""}, "Carla Ruiz lo dejó sin asignar.")
	tomorrow := time.Now().UTC().Add(24 * time.Hour).Format(time.DateOnly)
	done(w.Diego, "cambiar", []string{
		"priority", "1", "was_priority", "0", "need_by", tomorrow, "was_need_by", "", "need_by_time", "12:00", "was_need_by_time", "",
		"order_ref", "P-5", "was_order_ref", "", "tags", "azul", "was_tags", "azul",
	}, "Diego Paz cambió lo pedido.", "Con prisa", "Pedido P-5", "para mañana 12:00")
	done(w.Carla, "cambiar", []string{"tags", "azul, molde nuevo", "was_tags", "azul"}, "molde nuevo")
	done(w.Diego, "cambiar", []string{"need_by", "", "was_need_by", tomorrow, "need_by_time", "", "was_need_by_time", "12:00"}, "Con prisa", "molde nuevo")
	if got := w.get(t, w.Fabio, "/pases/1").text(); strings.Contains(got, "lo necesita para") {
		t.Error("the day that was taken away is still there")
	}
	done(w.Fabio, "seguir", []string{"on", "1"}, "Ya no avisarme")
	done(w.Fabio, "seguir", nil, "Avisarme de lo que pase")
	done(w.Diego, "comentar", []string{"note", "@Carla ¿cómo va?"}, "@Carla ¿cómo va?", "Se le avisó a Carla Ruiz.")
	done(w.Carla, "redirigir", []string{"service", string(w.Help.ID), "note", "Es de la computadora"}, "Carla Ruiz lo pasó de Corte a Sistemas.", "Es de la computadora")
	done(w.Fabio, "no-podemos", []string{"note", "No hay piezas"}, "No se hará", "Fabio Mar dijo que no pueden hacerlo.", "No hay piezas")
	w.ask(t, handoff.Ask{})
	w.post(t, w.Diego, "/pases/2/cancelar", []string{"version", "1"}).leads(t, "/pases/2")
	w.get(t, w.Fabio, "/pases/2").says(t, http.StatusOK, "Cancelado", "Diego Paz lo canceló.")
	w.ask(t, handoff.Ask{})
	w.post(t, w.Carla, "/pases/3/tomar", []string{"version", "1", "volver", "/mi-dia"}).leads(t, "/mi-dia")
	w.post(t, w.Carla, "/pases/3/entregar", []string{"version", "2", "volver", "//malo.example"}).leads(t, "/pases/3")
}

// A field that somebody else changed meanwhile stays as that one left it.
func TestAChangeTouchesOnlyWhatThePersonTouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.ask(t, handoff.Ask{Order: "P-1"})
	high := handoff.High
	_, err := w.Handoffs.Change(t.Context(), w.Elena, h.ID, handoff.Change{Priority: &high})
	must(t, err)
	w.post(t, w.Diego, "/pases/1/cambiar", []string{
		"priority", "0", "was_priority", "0", "order_ref", "P-2", "was_order_ref", "P-1", "tags", "", "was_tags", "", "need_by", "", "was_need_by", "",
	}).leads(t, "/pases/1")
	if h, err := w.Handoffs.ByNumber(t.Context(), w.Ana, 1); err != nil || h.Priority != handoff.High || h.Order != "P-2" {
		t.Errorf("priority %d, order %s, %v", h.Priority, h.Order, err)
	}
}

func TestByPhoneIsWrittenDownForWhoSaidIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handOn := func() handoff.Handoff {
		h, err := w.Handoffs.HandOn(t.Context(), w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "40 camisas", Quantity: 40}, handoff.Step{})
		must(t, err)
		return h
	}
	handOn()
	w.post(t, w.Diego, "/pases/1/por-telefono", []string{"version", "1", "said", "returned", "behalf_name", "Marisol", "reason", "2", "quantity", "3"}).leads(t, "/pases/1")
	w.get(t, w.Ana, "/pases/1").says(t, http.StatusOK, "Marisol lo devolvió. Lo anotó Diego Paz. 3 prendas", "Manchado")
	handOn()
	w.post(t, w.Diego, "/pases/2/por-telefono", []string{"version", "1", "said", "accepted", "behalf_name", "Marisol", "reason", "2", "quantity", "3"}).leads(t, "/pases/2")
	w.get(t, w.Ana, "/pases/2").says(t, http.StatusOK, "Marisol dijo que está bien. Lo anotó Diego Paz.", "Bien a la primera")
	h := w.move(t, w.Carla, w.ask(t, handoff.Ask{}), handoff.Delivered, handoff.Step{})
	w.post(t, w.Carla, "/pases/3/por-telefono", []string{"version", "2", "said", "accepted_with_remark", "behalf", string(w.Elena.Person), "note", "Tarde"}).leads(t, "/pases/3")
	w.get(t, w.Ana, "/pases/3").says(t, http.StatusOK, "Elena Sol lo recibió, con un comentario. Lo anotó Carla Ruiz.", "Tarde")
	if story, err := w.Handoffs.Story(t.Context(), w.Ana, h.ID); err != nil || story[len(story)-1].Behalf.Person != w.Elena.Person {
		t.Errorf("for whom: %+v, %v", story, err)
	}
}

// The supplier says when it delivered; the customer confirms it with one box.
func TestTheCustomerConfirmsWhenItCame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := time.Now().UTC().Add(-5 * time.Hour)
	h := w.ask(t, handoff.Ask{HappenedAt: asked})
	said := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Minute)
	w.post(t, w.Carla, "/pases/1/entregar", []string{"version", "1", "happened_at", said.Format("2006-01-02T15:04")}).leads(t, "/pases/1")
	clock := strings.TrimPrefix(said.Format("15:04"), "0")
	w.get(t, w.Diego, "/pases/1").says(t, http.StatusOK, "Corte dice que lo entregó", "Carla Ruiz dice que lo entregó", clock, "Sí, llegó")
	for _, day := range []string{"hoy ", "ayer "} {
		if strings.Contains(w.get(t, w.Diego, "/pases/1").text(), "lo reciba, desde "+day+clock) {
			t.Error("the customer is waited for since before the delivery was noted")
		}
	}
	w.post(t, w.Diego, "/pases/1/recibir", []string{"version", "2", "confirm_time", "1"}).leads(t, "/pases/1")
	w.get(t, w.Carla, "/pases/1").says(t, http.StatusOK, "Confirmó la hora: la entrega cuenta", clock)
	if h, err := w.Handoffs.Get(t.Context(), w.Ana, h.ID); err != nil || !h.DeliveredAt.Equal(said) {
		t.Errorf("delivered at %v, want %v, %v", h.DeliveredAt, said, err)
	}
}

// Who receives it and does not confirm the hour is told in the story, too: it
// says why a delivery counts as late.
func TestAnHourThatNobodyConfirmedIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(t, handoff.Ask{HappenedAt: time.Now().UTC().Add(-5 * time.Hour)})
	said := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Minute)
	w.post(t, w.Carla, "/pases/1/entregar", []string{"version", "1", "happened_at", said.Format("2006-01-02T15:04")}).leads(t, "/pases/1")
	w.post(t, w.Diego, "/pases/1/recibir", []string{"version", "2"}).leads(t, "/pases/1")
	w.get(t, w.Carla, "/pases/1").says(t, http.StatusOK, "No confirmó la hora: la entrega cuenta cuando se anotó")
}

func TestOpeningThePageEmptiesTheBellOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(t, handoff.Ask{})
	w.ask(t, handoff.Ask{})
	page := w.get(t, w.Carla, "/pases/1")
	if n, err := notify.Unread(t.Context(), w.DB, w.Carla); err != nil || n != 1 {
		t.Errorf("%d lines are left, want that of the other handoff, %v", n, err)
	}
	if !strings.Contains(page.body, "data-unread>1<") {
		t.Error("the bell of the page still counts what the page shows")
	}
}

func TestWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(t, handoff.Ask{})
	for _, to := range []string{"/pases/7", "/pases/x", "/pases/0", "/pases/-1"} {
		w.get(t, w.Diego, to).says(t, http.StatusNotFound, "Ese pase no existe")
	}
	w.post(t, w.Diego, "/pases/7/tomar", nil).says(t, http.StatusNotFound, "Ese pase no existe")
	w.get(t, w.Diego, "/pases/1/devolver").leads(t, "/pases/1")
	w.get(t, w.Diego, "/pases/1/partes").leads(t, "/pases/1")
	w.get(t, w.Diego, "/pedidos/P-9").says(t, http.StatusNotFound, "Ningún pase lleva ese pedido")
	w.get(t, w.Diego, "/archivos/x").says(t, http.StatusNotFound, "Ese archivo no existe")
	if res := w.get(t, authz.Actor{Person: "nobody"}, "/pases/1"); res.Header.Get("Location") != "/entrar?volver=%2Fpases%2F1" {
		t.Errorf("who is signed out is led to %q", res.Header.Get("Location"))
	}
}

// What is of one company does not exist for another.
func TestTheWallBetweenCompanies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "secreto", Order: "P-1", Files: []handoff.Upload{{Name: "a.txt", Content: []byte("secreto")}},
	})
	must(t, err)
	d, err := w.Handoffs.Get(t.Context(), w.Ana, h.ID)
	must(t, err)
	other := fixture.New(t, w.DB, 2)
	w.Ana = other.Ana
	for _, to := range []string{"/pases/1", "/pases/1/partes", "/pedidos/P-1", "/pedir/" + string(w.Cut.ID), "/pedir/" + string(w.Cut.ID) + "/promesa", "/entregar/" + string(w.Cut.ID), "/archivos/" + string(d.Files[0].ID)} {
		if res := w.get(t, other.Ana, to, "HX-Request", "true"); res.StatusCode != http.StatusNotFound || strings.Contains(res.body, "secreto") {
			t.Errorf("%s: %d %s", to, res.StatusCode, res.text())
		}
	}
	for _, act := range []string{"tomar", "entregar", "comentar", "seguir", "asignar", "cambiar", "redirigir", "por-telefono", "cancelar"} {
		if res := w.post(t, other.Ana, "/pases/1/"+act, []string{"note", "x", "behalf_name", "x", "said", "accepted"}); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", act, res.StatusCode)
		}
	}
}

func TestFilesAreKeptNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := "<script>alert(1)</script>"
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "x",
		Files: []handoff.Upload{{Name: "página.html", Content: []byte(page)}, {Name: "foto.jpg", Content: photo(t)}},
	})
	must(t, err)
	d, err := w.Handoffs.Get(t.Context(), w.Ana, h.ID)
	must(t, err)
	of := map[string]id.File{}
	for _, f := range d.Files {
		of[f.Name] = f.ID
	}
	for _, c := range []struct {
		to, kind, way string
	}{
		{string(of["página.html"]), "text/plain; charset=utf-8", "attachment"},
		{string(of["página.html"]) + "?ver=1", "text/plain; charset=utf-8", "attachment"},
		{string(of["foto.jpg"]), "image/jpeg", "attachment"},
		{string(of["foto.jpg"]) + "?ver=1", "image/jpeg", "inline"},
	} {
		res := w.get(t, w.Fabio, "/archivos/"+c.to)
		head := res.Header
		if res.StatusCode != http.StatusOK || head.Get("Content-Type") != c.kind || !strings.HasPrefix(head.Get("Content-Disposition"), c.way+";") {
			t.Errorf("%s: %d %v", c.to, res.StatusCode, head)
		}
		if head.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(head.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(head.Get("Cache-Control"), "private, max-age=") {
			t.Errorf("%s: %v", c.to, head)
		}
	}
}

func TestTheOrderShowsItsWholeChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.DB.Now = func() time.Time { return time.Now().Add(-50 * time.Hour) }
	w.move(t, w.Carla, w.ask(t, handoff.Ask{Order: "M/9 ñ"}), handoff.Delivered, handoff.Step{})
	w.DB.Now = time.Now
	_, err := w.Handoffs.HandOn(t.Context(), w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "40 camisas", Order: "M/9 ñ"}, handoff.Step{})
	must(t, err)
	w.get(t, w.Ana, "/pases/1").says(t, http.StatusOK, "Pedido M/9 ñ")
	if !strings.Contains(w.get(t, w.Ana, "/pases/1").body, `href="/pedidos/M%2F9%20%C3%B1"`) {
		t.Error("the page of a handoff does not lead to its order")
	}
	page := w.get(t, w.Ana, "/pedidos/M%2F9%20%C3%B1")
	page.says(t, http.StatusOK, "El pedido M/9 ñ lleva 2 días 2 h", "2 pases, 2 sin terminar", "Corte", "Tiendas Marisol", "40 camisas", "ahora")
	if strings.Contains(page.body, "style=") || strings.Count(page.body, "<rect class=\"leg-") < 2 {
		t.Error("the bars are not drawn as the policy allows")
	}
	w.get(t, w.Ana, "/pedidos/M%2F9%20%C3%B1", "Accept-Language", "en").says(t, http.StatusOK, "Order M/9 ñ has taken 2 days 2 h so far", "2 handoffs, 2 not closed")
}

func TestALongStoryIsFolded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.ask(t, handoff.Ask{})
	for range 45 {
		_, err := w.Handoffs.Comment(t.Context(), w.Diego, h.ID, "otra vez", nil)
		must(t, err)
	}
	w.get(t, w.Ana, "/pases/1").says(t, http.StatusOK, "Ver lo anterior (6)")
	if got := w.get(t, w.Ana, "/pases/1?todo=1").text(); strings.Count(got, "otra vez") != 45 || strings.Contains(got, "Ver lo anterior") {
		t.Error("the whole story is not shown")
	}
}

// Without reasons to choose from, a return says why in words.
func TestAServiceWithoutReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, err := w.Links.Add(t.Context(), w.Ana, link.Offer{Node: w.Computers, Kind: link.Support, Name: "Otra ayuda", Terms: link.Terms{Take: time.Hour, Deliver: time.Hour}})
	must(t, err)
	w.move(t, w.Fabio, w.ask(t, handoff.Ask{Service: o.ID, Customer: w.Sewing}), handoff.Delivered, handoff.Step{})
	w.post(t, w.Diego, "/pases/1/devolver", nil).says(t, http.StatusUnprocessableEntity, "Explícalo con tus palabras: Falta este dato.")
	w.post(t, w.Diego, "/pases/1/devolver", []string{"note", "Sigue igual"}).leads(t, "/pases/1")
}

// Something is asked for every Friday: with plain forms, and not without a day.
func TestAskingAgainAndAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := []string{"customer", string(w.Sewing), "title", "Retazos", "kind", "weekly", "at", "09:00", "closed", "before", "ahead", "3", "starts_on", "2026-01-01"}
	to := "/repetir/" + string(w.Cut.ID)
	w.get(t, w.Diego, to).says(t, http.StatusOK, "¿Cada cuánto?")
	w.post(t, w.Diego, to, form).says(t, http.StatusUnprocessableEntity, "Marca al menos un día de la semana")
	w.post(t, w.Diego, to, append(form, "weekdays", "5", "do", "preview")).says(t, http.StatusOK, "Las próximas seis fechas", "viernes")
	w.post(t, w.Diego, to, append(form, "weekdays", "5", "ends_on", "2025-01-01")).says(t, http.StatusUnprocessableEntity, "Termina antes de empezar")
	w.post(t, w.Diego, to, append(form, "weekdays", "5")).leads(t, "/repeticiones")
	w.get(t, w.Diego, "/repeticiones").says(t, http.StatusOK, "Retazos", "Cada semana: viernes, a las 09:00", "Próximos días", "Poner en pausa")
}

// A repeat is changed with the form that made it. What it has asked for stays,
// and an old page overwrites nothing.
func TestChangingWhatIsAskedForAgainAndAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := repeat.Draft{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "Retazos", Detail: "De algodón", Order: "P-77", Quantity: 12.5, Priority: handoff.High,
		Ahead: 8, Rule: repeat.Rule{
			Kind: repeat.Weekly, Weekdays: []time.Weekday{time.Monday, time.Friday}, At: 9 * time.Hour, Closed: repeat.After, Starts: "2026-01-01",
		},
	}
	repeats := repeat.New(w.DB, w.Handoffs)
	made, err := repeats.Make(t.Context(), w.Diego, in)
	must(t, err)
	to := "/repeticiones/" + string(made.ID) + "/cambiar"
	w.get(t, w.Fabio, to).says(t, http.StatusForbidden)
	page := w.get(t, w.Diego, to)
	page.says(t, http.StatusOK, "Cambiar «Retazos»", "vale desde mañana", "Pase 1, ", "De algodón")
	for _, field := range []string{`value="12.5"`, `value="P-77"`, `value="8"`, `value="09:00"`} {
		if !strings.Contains(page.body, field) {
			t.Errorf("the form does not hold %s", field)
		}
	}
	form := []string{
		"customer", string(w.Sewing), "title", "Retazos grandes", "detail", "De lino", "order_ref", "P-78", "quantity", "3", "priority", "0",
		"kind", "nth", "weekday", "2", "nth", "-1", "at", "08:30", "closed", "skip", "ahead", "0", "starts_on", "2026-01-01",
	}
	version := []string{"version", strconv.FormatInt(made.Version, 10)}
	w.post(t, w.Diego, to, append([]string{"at", "tarde", "version", version[1]}, form...)).says(t, http.StatusUnprocessableEntity, "Escribe una hora como 09:00.", "De lino")
	w.post(t, w.Fabio, to, append(form, version...)).says(t, http.StatusForbidden)
	w.post(t, w.Diego, to, append(form, "do", "preview")).says(t, http.StatusOK, "Las próximas seis fechas", "martes", "Guardar los cambios")
	before, err := repeats.Past(t.Context(), w.Diego, made, 10)
	must(t, err)
	w.post(t, w.Diego, to, append(form, version...)).leads(t, "/repeticiones")
	got, err := repeats.Get(t.Context(), w.Diego, made.ID)
	must(t, err)
	if got.Title != "Retazos grandes" || got.Detail != "De lino" || got.Order != "P-78" || got.Quantity != 3 || got.Priority != handoff.Normal ||
		got.Kind != repeat.Nth || got.Nth != -1 || len(got.Weekdays) != 1 || got.Weekdays[0] != time.Tuesday || got.At != 8*time.Hour+30*time.Minute ||
		got.Closed != repeat.Skip || got.Ahead != 0 {
		t.Errorf("changed to %+v", got)
	}
	after, err := repeats.Past(t.Context(), w.Diego, got, 10)
	if err != nil || len(after) < len(before) || len(before) == 0 {
		t.Errorf("what was asked for went from %+v to %+v, %v", before, after, err)
	}
	w.get(t, w.Diego, "/repeticiones").says(t, http.StatusOK, "Cada mes, el último martes, a las 08:30")
	w.post(t, w.Diego, to, append(form, version...)).says(t, http.StatusConflict, "De lino")
	_, err = repeats.Turn(t.Context(), w.Diego, made.ID, repeat.Ended)
	must(t, err)
	w.get(t, w.Diego, to).says(t, http.StatusConflict, "Esa repetición terminó")
}
