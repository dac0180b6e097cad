package links_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web/links"
)

func terms(pairs ...string) []string {
	return append([]string{"take", "1", "take_unit", "h", "deliver", "4", "deliver_unit", "h", "target", "95", "requirements", "Completo\nPlanchado"}, pairs...)
}

func TestEveryFigureHasItsCertaintyAndItsSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(14, 3)
	to := links.URL(l.ID)
	page := w.get("fabio", to)
	w.reads(page, http.StatusOK, "Corte le entrega a Costura", "78 %", "entre 55 % y 91 % · 18 pases", "3 h 30 min", "85 de cada 100",
		"19 pedidos", "21 entregas", "18 aceptados", "1 de ellos con comentario", "3 devoluciones", "«Manchado»: 2 de 3 devoluciones",
		"Relación horizontal", "En la práctica: 78 % bien a la primera (entre 55 % y 91 %, 18 pases)", "Pantalón gris")
	w.hides(page, "/proponer", "Cambiar la relación", "Por debajo de lo prometido")
	w.reads(w.inEnglish("fabio", to), http.StatusOK, "Corte delivers to Costura", "between 55% and 91%", "“Manchado”: 2 of 3 returns")

	count := func(query string) int {
		t.Helper()
		list := w.get("fabio", to+"/pases"+query)
		w.reads(list, http.StatusOK)
		return strings.Count(list.body, `class="row-title"`)
	}
	// What the page leads to is what it counts.
	for _, see := range []string{"pedidos", "con-entrega", "aceptados", "con-comentario", "devueltos", "tiempos", "vueltas"} {
		w.reads(page, http.StatusOK, to+"/pases?ver="+see+`"`)
	}
	w.hides(page, "?ver=sin-hacer", "?ver=cancelados")
	for query, want := range map[string]int{
		"": 19, "?ver=aceptados": 18, "?ver=tiempos": 18, "?ver=abiertos": 1, "?ver=devueltos": 3,
		"?ver=devueltos&servicio=" + string(w.Cut.ID) + "&motivo=2": 2, "?ver=nonsense": 19,
		"?ver=pedidos": 19, "?ver=con-entrega": 18, "?ver=con-comentario": 1, "?ver=sin-hacer": 0, "?ver=cancelados": 0,
		"?ver=aceptados&servicio=" + string(w.Cut.ID): 18, "?ver=vueltas": 3,
	} {
		if got := count(query); got != want {
			t.Errorf("%q lists %d handoffs, want %d", query, got, want)
		}
	}
	w.reads(w.get("fabio", to+"/pases?ver=aceptados"), http.StatusOK, "Bien a la primera", "En 2 entregas")
	w.reads(w.get("fabio", to+"/pases?ver=devueltos&servicio="+string(w.Cut.ID)+"&motivo=2"), http.StatusOK, "Solo lo que volvió por «Manchado»")
	w.reads(w.get("fabio", to+"/pases?desde=garbage"), http.StatusUnprocessableEntity)
	for _, path := range []string{"", "/pases", "/proponer?servicio=" + string(w.Cut.ID)} {
		w.reads(w.get("otra", to+path), http.StatusNotFound)
	}
}

// Each figure of the promises opens as many handoffs as it counts, on the link
// and for the company.
func TestPromisesOpenWhatIsBehindThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(14, 3)
	to := links.URL(l.ID)
	page := w.get("fabio", to)
	w.reads(page, http.StatusOK, "10 de cada 10 a tiempo (entre 8 y 10; 18 entregas)", "1 aún abierto", "1 ya fuera de plazo", "el más viejo, desde el",
		"3 vueltos a entregar, 3 a tiempo", "1 sin tomar", "La mitad tarda", "3 h 30 min", "?ver=vencidos")
	w.reads(w.inEnglish("fabio", to), http.StatusOK, "10 out of 10 in time (between 8 and 10; 18 deliveries)", "1 still open", "1 already late")
	for see, want := range map[string]int{
		"pendientes": 1, "vencidos": 1, "sin-tomar": 1, "entregados": 0, "a-tiempo": 18, "tarde": 0, "tomados-a-tiempo": 18, "rehechos": 3,
		"sin-respuesta": 0, "sin-entregar": 0, "en-pausa": 0,
	} {
		for _, at := range []string{to + "/pases?", "/promesas?nodo=" + string(w.Cutting) + "&", "/promesas?nodo=" + string(w.Making) + "&"} {
			list := w.get("fabio", at+"ver="+see)
			w.reads(list, http.StatusOK)
			// Sewing delivered one thing more, unasked, to the shop.
			extra := 0
			if see == "entregados" && strings.Contains(at, string(w.Making)) {
				extra = 1
			}
			if got := strings.Count(list.body, `class="row-title"`); got != want+extra {
				t.Errorf("%sver=%s lists %d handoffs, want %d", at, see, got, want)
			}
		}
	}
	w.reads(w.get("fabio", "/promesas"), http.StatusOK, "Lo prometido", "10 de cada 10 a tiempo", "Pantalón gris", "Los pases de cada cifra")
	w.reads(w.get("fabio", "/cadena"), http.StatusOK, "10 de cada 10 a tiempo", `href="/promesas"`)
	w.hides(w.get("fabio", "/cadena?relacion=horizontal"), "de cada 10 a tiempo")
	w.reads(w.get("fabio", to+"/pases?ver=vencidos"), http.StatusOK, "era para")
	w.reads(w.get("fabio", to+"/pases?ver=a-tiempo"), http.StatusOK, "pedido ")
	late, err := w.Handoffs.List(t.Context(), w.Carla, handoff.Filter{Link: l.ID, Late: true})
	if err == nil {
		_, err = w.Handoffs.Pause(t.Context(), w.Carla, handoff.Pause{Handoff: late.Rows[0].ID, Version: late.Rows[0].Version, Reason: "Faltan las tallas", Wait: handoff.Wait{On: clock.Customer}})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.reads(w.get("fabio", to+"/pases?ver=en-pausa"), http.StatusOK, "en pausa desde hoy", late.Rows[0].Title)
	w.reads(w.get("otra", "/promesas?nodo="+string(w.Cutting)), http.StatusNotFound)
	w.hides(w.get("otra", "/promesas"), "Pantalón gris")
}

func TestTooFewDeliveriesSayNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(5, 1)
	page := w.get("ana", links.URL(l.ID))
	w.reads(page, http.StatusOK, "Datos insuficientes", "aún no hay suficientes entregas para decirlo (faltan 3)")
	w.reads(w.get("ana", "/eslabones"), http.StatusOK, "Datos insuficientes")
	w.hides(w.get("ana", "/eslabones"), " %")
	w.hides(w.get("ana", "/cadena"), " %")
	idle, err := w.Links.Declare(t.Context(), w.Ana, w.Computers, w.Sewing)
	if err != nil {
		t.Fatal(err)
	}
	w.reads(w.get("ana", links.URL(idle.ID)), http.StatusOK, "1 servicio más que podría pedirse aquí", "<details class=\"disclosure\" open", "Ayuda con la computadora")
}

func TestWhatBothEndsAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(1, 0)
	to := links.URL(l.ID)
	propose := to + "/proponer?servicio=" + string(w.Cut.ID)
	w.reads(w.get("diego", to), http.StatusOK, "Aún sin acuerdo", "Proponer un acuerdo")
	w.reads(w.get("fabio", propose), http.StatusForbidden)
	w.reads(w.post("fabio", to+"/proponer", terms("service", string(w.Cut.ID))...), http.StatusForbidden)
	form := w.get("diego", propose)
	w.reads(form, http.StatusOK, "Lo decide Corte", "Completo\nCon su etiqueta", `name="take" value="2"`, `name="target" value="90"`)
	bad := w.post("diego", to+"/proponer", terms("service", string(w.Cut.ID), "review_on", "pronto", "note", "Por la feria")...)
	w.reads(bad, http.StatusUnprocessableEntity, `href="#f-review_on"`, "Por la feria")
	w.reads(w.post("diego", to+"/proponer", terms("service", string(w.Sew.ID))...), http.StatusUnprocessableEntity)

	bad = w.post("diego", to+"/proponer", terms("service", string(w.Cut.ID), "accept_days", "muchos")...)
	w.reads(bad, http.StatusUnprocessableEntity, `href="#f-accept_days"`, "entre 1 y 60", `value="muchos"`)

	none := []string{"service", string(w.Cut.ID), "take", "1", "take_unit", "h", "deliver", "0", "deliver_unit", "h", "target", "95"}
	w.reads(w.post("diego", to+"/proponer", none...), http.StatusUnprocessableEntity, `href="#f-deliver"`, "mayor que cero", `value="95"`)
	in := terms("service", string(w.Cut.ID), "review_on", "2027-01-31", "note", "Por la feria", "accept_days", "2")
	w.reads(w.post("diego", to+"/proponer", in...), http.StatusSeeOther)
	w.reads(w.post("diego", to+"/proponer", in...), http.StatusConflict, "Ya hay una propuesta esperando", "Corte le entrega a Costura")
	mine := w.get("diego", to)
	w.reads(mine, http.StatusOK, "Diego Paz, de Costura, propone esto", "Espera la respuesta de Corte", "Retirar la propuesta")
	w.hides(mine, "De acuerdo")
	theirs := w.get("carla", to)
	w.reads(theirs, http.StatusOK, "De acuerdo", "Así no", "Se toma en 1 h de trabajo (ahora 2 h de trabajo)", "Nuevo: Planchado", "Ya no: Con su etiqueta",
		"Para dar el visto bueno: 2 días laborables (ahora los días que dice la empresa)",
		"1 requisito sigue igual", "Por la feria", "Se revisa el domingo 31 de enero de 2027")
	w.hides(theirs, "Retirar la propuesta")

	all, err := w.Links.Agreements(t.Context(), w.Ana, l.ID)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	decide := to + "/acuerdos/" + string(all[0].ID)
	for who, want := range map[string]int{"diego": http.StatusForbidden, "fabio": http.StatusForbidden, "otra": http.StatusNotFound} {
		w.reads(w.post(who, decide, "to", "accepted"), want)
	}
	w.reads(w.post("carla", decide, "to", "nonsense"), http.StatusUnprocessableEntity)
	w.reads(w.post("carla", decide, "to", "accepted"), http.StatusSeeOther)
	w.reads(w.post("carla", decide, "to", "rejected"), http.StatusConflict, "Ya se decidió", "Acuerdo entre los dos, versión 1")
	w.reads(w.get("fabio", to), http.StatusOK, "Acuerdo entre los dos, versión 1", "Se entrega en 4 h de trabajo", "Para dar el visto bueno: 2 días laborables", "En vigor", "La aceptó Carla Ruiz")

	w.reads(w.post("carla", to+"/proponer", terms("service", string(w.Cut.ID))...), http.StatusSeeOther)
	all, err = w.Links.Agreements(t.Context(), w.Ana, l.ID)
	if err != nil || len(all) != 2 || all[0].State != link.Proposed {
		t.Fatalf("%v, %v", all, err)
	}
	w.reads(w.post("carla", to+"/acuerdos/"+string(all[0].ID), "to", "withdrawn"), http.StatusSeeOther)
	w.reads(w.get("carla", to), http.StatusOK, "2 versiones del acuerdo", "La retiró Carla Ruiz")
}

// On a line where nobody asks there is no time from asking to tell.
func TestWhatIsHandedOnHasNoTimeFromAsking(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(1, 0)
	l, err := w.Links.Declare(t.Context(), w.Diego, w.Sewing, w.Shop)
	if err != nil {
		t.Fatal(err)
	}
	page := w.get("ana", links.URL(l.ID))
	w.reads(page, http.StatusOK, "Aquí se entrega sin que haya que pedirlo", "De entregarlo a cerrarlo")
	w.hides(page, "De pedirlo a entregarlo")
}

// Nobody outside signs in, so a leader writes down what they said.
func TestAnAgreementWithACustomerOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(1, 0)
	l, err := w.Links.Declare(t.Context(), w.Diego, w.Sewing, w.Shop)
	if err != nil {
		t.Fatal(err)
	}
	to := links.URL(l.ID)
	w.reads(w.get("diego", to+"/proponer?servicio="+string(w.Sew.ID)), http.StatusOK, "Tiendas Marisol está fuera y no entra aquí")
	w.reads(w.post("diego", to+"/proponer", terms("service", string(w.Sew.ID))...), http.StatusSeeOther)
	w.hides(w.get("diego", to), "De acuerdo")
	w.reads(w.get("bruno", to), http.StatusOK, "De acuerdo", "Relación con fuera")
}

func TestTheRelationIsOverriddenWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(1, 0)
	to := links.URL(l.ID)
	w.hides(w.get("carla", to), "/relacion")
	w.reads(w.post("carla", to+"/relacion", "relation", "diagonal", "why", "x"), http.StatusForbidden)
	w.reads(w.post("otra", to+"/relacion", "relation", "diagonal", "why", "x"), http.StatusNotFound)
	w.reads(w.post("bruno", to+"/relacion", "relation", "diagonal", "why", ""), http.StatusUnprocessableEntity, `href="#f-why"`, `<option value="diagonal" selected>`)
	w.reads(w.post("bruno", to+"/relacion", "relation", "diagonal", "why", "Otra nave"), http.StatusSeeOther)
	w.reads(w.get("carla", to), http.StatusOK, "Relación diagonal", "Así lo dijo Bruno Leal: «Otra nave».")
	w.reads(w.get("bruno", to), http.StatusOK, "La que sale de la organización (Horizontal)")
	w.reads(w.post("bruno", to+"/relacion", "relation", "", "why", ""), http.StatusSeeOther)
	w.reads(w.get("carla", to), http.StatusOK, "Relación horizontal")
	w.hides(w.get("carla", to), "Otra nave")
}

func TestTheChainSaysWhoSuppliesWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reads(w.get("ana", "/eslabones"), http.StatusOK, "Aún no hay eslabones")
	w.reads(w.get("ana", "/cadena"), http.StatusOK, "Aún no hay eslabones")
	l := w.history(14, 3)
	page := w.get("fabio", "/cadena")
	w.reads(page, http.StatusOK, "2 eslabones", "Costura 78 % entre 55 % y 91 % 21 3 de 18", "Tiendas Marisol Datos insuficientes 1 0 de 0",
		links.URL(l.ID))
	w.reads(w.inEnglish("fabio", "/cadena"), http.StatusOK, "2 links, over the last 90 days", "3 of 18")
	w.history(1, 0) // what was drawn before is drawn anew
	w.reads(w.get("fabio", "/cadena"), http.StatusOK, "23 3 de 20", "Tiendas Marisol Datos insuficientes 2 0 de 0")
	w.reads(w.inEnglish("fabio", "/cadena"), http.StatusOK, "3 of 20")

	first := func(query, before, after string) {
		t.Helper()
		body := w.get("fabio", "/eslabones"+query).body
		i, j := strings.Index(body, ">"+before+"</span>"), strings.Index(body, ">"+after+"</span>")
		if i < 0 || j < 0 || i > j {
			t.Errorf("%q: %s does not stand before %s", query, before, after)
		}
	}
	first("", "Corte", "Tiendas Marisol")
	first("?orden=eslabon&sentido=baja", "Tiendas Marisol", "Corte")
	first("?orden=entregas", "Tiendas Marisol", "Corte")
	first("?orden=entregas&sentido=baja", "Corte", "Tiendas Marisol")
	first("?orden=primera", "Corte", "Tiendas Marisol") // what nobody can tell comes last
	first("?orden=primera&sentido=baja", "Corte", "Tiendas Marisol")
	first("?orden=relacion", "Tiendas Marisol", "Corte")
	w.reads(w.get("fabio", "/eslabones?orden=entregas&sentido=baja"), http.StatusOK, `aria-sort="descending"`, "Horizontal", "Con fuera")
}

// A list longer than a page goes on, and leads back.
func TestALongListHasItsPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(52, 0)
	page := w.get("ana", links.URL(l.ID)+"/pases?ver=aceptados")
	w.reads(page, http.StatusOK, "Ver más")
	_, after, _ := strings.Cut(page.body, `rel="next"`)
	head := page.body[:len(page.body)-len(after)]
	next := head[strings.LastIndex(head, `href="`)+len(`href="`):]
	next, _, _ = strings.Cut(next, `"`)
	page = w.get("ana", strings.ReplaceAll(next, "&amp;", "&"))
	w.reads(page, http.StatusOK, "Volver al principio", "Blusa azul, corte 1")
	if n := strings.Count(page.body, `class="row-title"`); n != 3 {
		t.Errorf("the second page has %d rows, want 3", n)
	}
}

// The page tells a kept promise from a broken one only where the interval
// leaves no doubt.
func TestABrokenPromiseIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.history(0, 12)
	w.reads(w.get("ana", links.URL(l.ID)), http.StatusOK, "Por debajo de lo prometido")
	o, err := w.Links.Offer(t.Context(), w.Ana, w.Cut.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.Terms = link.Terms{Take: time.Hour, Deliver: 2 * time.Hour, Target: 0}
	if _, err := w.Links.Change(t.Context(), w.Carla, o); err != nil {
		t.Fatal(err)
	}
	w.reads(w.get("ana", links.URL(l.ID)), http.StatusOK, "Se cumple")
}
