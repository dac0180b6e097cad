package links_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web/links"
)

// form returns the form of a service as the page sends it, with changes.
func form(changes ...string) []string {
	out := []string{
		"name", "Piezas cortadas", "kind", "product", "unit", "piezas", "detail", "", "take", "2", "take_unit", "h",
		"deliver", "8", "deliver_unit", "h", "target", "90", "requirements", "Completo\nCon su etiqueta", "reasons", "Medida equivocada\nManchado",
	}
	for i := 0; i < len(changes); i += 2 {
		at := slices.Index(out, changes[i])
		if at < 0 || at%2 != 0 {
			out = append(out, changes[i], changes[i+1])
			continue
		}
		out[at+1] = changes[i+1]
	}
	return out
}

func TestTheCatalogueShowsWhatEveryNodeOffers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.get("carla", "/catalogo")
	w.reads(page, http.StatusOK, "3 servicios", "Corte", "Piezas cortadas", "en 8 h de trabajo", "Ayuda con la computadora", "/pedir/"+string(w.Sew.ID))
	w.hides(page, "/pedir/"+string(w.Cut.ID), "/organizacion/importar")
	w.reads(w.inEnglish("carla", "/catalogo"), http.StatusOK, "What every team offers", "within 8 h of work", "3 services")
	o := w.Help
	o.Kind = link.Support
	if _, err := w.Links.Change(t.Context(), w.Fabio, o); err != nil {
		t.Fatal(err)
	}
	page = w.get("carla", "/catalogo?tipo=support")
	w.reads(page, http.StatusOK, "Ayuda con la computadora", `aria-current="true"`)
	w.hides(page, "Piezas cortadas")
	w.hides(w.get("carla", "/catalogo?nodo="+string(w.Sewing)), "Piezas cortadas")
	w.hides(w.get("carla", "/catalogo?tipo=nonsense"), "Piezas cortadas")
}

func TestAServiceSaysWhatItPromises(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	to := links.OfferURL(w.Cut.ID)
	page := w.get("carla", to)
	w.reads(page, http.StatusOK, "Piezas cortadas", "Lo ofrece Corte", "Se toma en 2 h de trabajo", "Se entrega en 8 h de trabajo",
		"90 % bien a la primera", "Con su etiqueta", "Manchado", "Nadie lo ha pedido todavía", "/cambiar", "Archivar")
	page = w.get("diego", to)
	w.reads(page, http.StatusOK, "/pedir/"+string(w.Cut.ID))
	w.hides(page, "/cambiar", "Archivar")
	w.reads(w.inEnglish("diego", to), http.StatusOK, "Offered by Corte", "Well done means", "Ask")
	w.reads(w.get("otra", to), http.StatusNotFound)
	w.reads(w.get("otra", to+"/cambiar"), http.StatusNotFound)
}

func TestOnlyItsPeopleShapeAService(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	to := links.OfferURL(w.Cut.ID)
	w.reads(w.get("diego", to+"/cambiar"), http.StatusForbidden, "Esto es de otro equipo")
	w.reads(w.post("diego", to+"/cambiar", form()...), http.StatusForbidden)
	w.reads(w.post("diego", to+"/archivo", "archived", "1"), http.StatusForbidden)
	w.reads(w.post("diego", "/catalogo/nuevo", form("node", string(w.Cutting))...), http.StatusForbidden)
	w.reads(w.post("otra", to+"/cambiar", form()...), http.StatusNotFound)
	w.reads(w.post("otra", to+"/archivo", "archived", "1"), http.StatusNotFound)
	for _, who := range []string{"carla", "bruno", "ana"} {
		w.reads(w.post(who, to+"/cambiar", form("detail", "por "+who)...), http.StatusSeeOther)
	}
	w.reads(w.post("carla", to+"/archivo", "archived", "1"), http.StatusSeeOther)
	w.reads(w.get("diego", to), http.StatusOK, "Está archivado")
	w.hides(w.get("diego", to), "/pedir/", "Recuperar")
	w.hides(w.get("carla", "/catalogo"), "Piezas cortadas")
	w.reads(w.get("carla", "/catalogo?archivados=1"), http.StatusOK, "Piezas cortadas")
	w.reads(w.post("carla", to+"/archivo", "archived", "0"), http.StatusSeeOther)
	w.reads(w.get("carla", "/catalogo"), http.StatusOK, "Piezas cortadas")
}

func TestAServiceIsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.get("carla", "/catalogo/nuevo?nodo="+string(w.Cutting))
	w.reads(page, http.StatusOK, `value="`+string(w.Cutting)+`" selected`, "Pregunta 1", "Pregunta 2", "Bien hecho es")
	w.hides(page, "Pregunta 3", "Producción / Costura")
	page = w.post("carla", "/catalogo/nuevo", form("node", string(w.Cutting), "name", "", "take", "pronto", "target", "101", "deliver", "-1")...)
	w.reads(page, http.StatusUnprocessableEntity, `href="#f-name"`, `href="#f-take"`, `href="#f-deliver"`, `href="#f-target"`, `value="pronto"`, `value="101"`)
	w.hides(w.post("carla", "/catalogo/nuevo", form("node", string(w.Cutting), "deliver", "nunca")...), `href="#f-take"`) // only what is wrong
	done := w.post("carla", "/catalogo/nuevo", form("node", string(w.Cutting), "name", "Muestra", "take", "1,5", "deliver", "2", "deliver_unit", "wd", "target", "95 %",
		"requirements", " • Con patrón\n\n- Con medidas \n", "form.0.label", "Talla", "form.0.type", "choice", "form.0.options", "S\nM\n", "form.0.required", "1",
		"form.1.label", "", "form.1.type", "text", "form.7.label", "Largo", "form.7.type", "number", "form.7.unit", "cm")...)
	w.reads(done, http.StatusSeeOther)
	w.reads(w.get("diego", done.to), http.StatusOK, "Se toma en 1 h 30 min de trabajo", "Se entrega en 2 días laborables", "95 % bien a la primera",
		"Con patrón", "Con medidas", "Talla Elegir de una lista", "S · M", "Largo Número (cm) (si quieres)")
	page = w.get("carla", done.to+"/cambiar")
	w.reads(page, http.StatusOK, `value="90"`, `<option value="min" selected>`, `value="2"`, `<option value="wd" selected>`, "Con patrón\nCon medidas", "Pregunta 4")
}

// What is wrong with a question stands beside it, also where the questions
// before it were left empty.
func TestQuestionsAreMarked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.post("carla", links.OfferURL(w.Cut.ID)+"/cambiar", form("form.0.label", "", "form.0.type", "text",
		"form.3.label", "Color", "form.3.type", "choice", "form.3.options", "Rojo", "form.4.label", "", "form.4.type", "text", "form.4.help", "¿Cuál?")...)
	w.reads(page, http.StatusUnprocessableEntity, `href="#f-form-0-options"`, "Escribe al menos dos opciones", `href="#f-form-1-label"`, `value="Color"`, `value="¿Cuál?"`)
	w.reads(w.get("carla", "/catalogo/pregunta?n=4"), http.StatusOK, "Pregunta 5", "n=5")
}

func TestUnchangedLinesKeepTheirPast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	to := links.OfferURL(w.Cut.ID) + "/cambiar"
	w.reads(w.post("carla", to, form("version", "1", "reasons", "Rasgado\nManchado", "form.0.label", "Talla", "form.0.type", "text",
		"form.1.label", "Color", "form.1.type", "text")...), http.StatusSeeOther)
	o, err := w.Links.Offer(t.Context(), w.Ana, w.Cut.ID)
	if err != nil {
		t.Fatal(err)
	}
	if link.TextOf(o.Reasons, "2") != "Manchado" || link.TextOf(o.Reasons, "1") != "Medida equivocada" || len(link.Current(o.Reasons)) != 2 || len(o.Form) != 2 {
		t.Fatalf("%+v %+v", o.Reasons, o.Form)
	}
	w.reads(w.post("carla", to, form("version", "2", "form.0.id", o.Form[0].ID, "form.0.label", "Talla", "form.0.type", "text", "form.0.gone", "1",
		"form.1.id", o.Form[1].ID, "form.1.label", "Color de la tela", "form.1.type", "text")...), http.StatusSeeOther)
	next, err := w.Links.Offer(t.Context(), w.Ana, w.Cut.ID)
	if err != nil || len(next.Form) != 1 || next.Form[0].ID != o.Form[1].ID || next.Form[0].Label != "Color de la tela" {
		t.Errorf("%+v, %v", next.Form, err)
	}
}

// Who edits a page that is no longer as it was sees what holds now, and loses
// nothing of what was typed.
func TestAStaleEditIsToldSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.Cut
	o.Name, o.Terms.Deliver = "Piezas cortadas y contadas", 6*time.Hour
	if _, err := w.Links.Change(t.Context(), w.Bruno, o); err != nil {
		t.Fatal(err)
	}
	to := links.OfferURL(w.Cut.ID) + "/cambiar"
	page := w.post("carla", to, form("version", "1", "detail", "Lo que yo escribí")...)
	w.reads(page, http.StatusConflict, "Alguien lo cambió mientras tanto", "Así está ahora", "Piezas cortadas y contadas", "Se entrega en 6 h de trabajo",
		"Lo que yo escribí", `name="version" value="2"`)
	w.reads(w.post("carla", to, form("version", "2", "detail", "Lo que yo escribí")...), http.StatusSeeOther)
}

// After a promise is said in days, the form says it in days again.
func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ take, unit, says string }{
		{"45", "min", "45 min de trabajo"}, {"0,5", "h", "30 min de trabajo"}, {"1", "wd", "1 día laborable"}, {"3", "wd", "3 días laborables"},
	} {
		to := links.OfferURL(w.Cut.ID)
		w.reads(w.post("carla", to+"/cambiar", form("take", c.take, "take_unit", c.unit, "deliver", "5", "deliver_unit", "wd")...), http.StatusSeeOther)
		w.reads(w.get("carla", to), http.StatusOK, "Se toma en "+c.says)
	}
	for _, bad := range [][2]string{{"1,5", "wd"}, {"400", "wd"}} {
		w.reads(w.post("carla", links.OfferURL(w.Cut.ID)+"/cambiar", form("take", bad[0], "take_unit", bad[1])...),
			http.StatusUnprocessableEntity, "Escribe un número entero de días, hasta 366.")
	}
	w.reads(w.post("carla", links.OfferURL(w.Cut.ID)+"/cambiar", form("take", "0", "take_unit", "min")...),
		http.StatusUnprocessableEntity, "Escribe un tiempo mayor que cero")
	w.reads(w.post("carla", links.OfferURL(w.Cut.ID)+"/cambiar", form("take", "2", "take_unit", "years")...), http.StatusUnprocessableEntity, `href="#f-take"`)
	w.reads(w.post("carla", links.OfferURL(w.Cut.ID)+"/cambiar", form("take", "9", "deliver", "8")...), http.StatusUnprocessableEntity, "no puede ser mayor que el tiempo para entregarlo")
}
