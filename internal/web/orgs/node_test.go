package orgs_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web/orgs"
)

func TestTheTreeShowsWhoWorksWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.get("ana", "/organizacion")
	w.reads(page, http.StatusOK, "Quién hace qué en Taller", "6 personas", "Producción", "Corte", "Bruno Leal (lidera)",
		"Diego Paz, Elena Sol", "Tiendas Marisol", "Ana Torres", "Agregar persona", "/organizacion/importar")
	w.reads(w.inEnglish("ana", "/organizacion"), http.StatusOK, "Who does what at Taller", "6 people", "Bruno Leal (leads)", "Add person")
	page = w.get("carla", "/organizacion")
	w.reads(page, http.StatusOK, "Diego Paz, Elena Sol")
	w.hides(page, "Agregar persona", "/organizacion/nuevo", "/organizacion/importar", "personas.csv")
	page = w.get("bruno", "/organizacion")
	w.reads(page, http.StatusOK, "Agregar persona")
	w.hides(page, "/organizacion/importar")
}

// What somebody may not do is not shown, and not done.
func TestAWorkerChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	node, diego := orgs.NodeURL(w.Cutting), orgs.PersonURL(w.Diego.Person)
	w.hides(w.get("carla", node), "/cambiar", "/quitar", "/archivo", "/personas/nueva", node+"/personas")
	w.hides(w.get("carla", diego), "/cambiar", "/quitar", "/invitar", "/alta", "example.test")
	for _, to := range []string{"/organizacion/nuevo", node + "/cambiar", "/personas/nueva", diego + "/cambiar", "/organizacion/importar/personas"} {
		w.reads(w.get("carla", to), http.StatusForbidden, "Esto no te toca a ti")
	}
	for to, form := range map[string][]string{
		"/organizacion/nuevo": {"name", "x", "kind", "post"}, node + "/cambiar": {"name", "x", "kind", "post", "parent", string(w.Making)},
		node + "/archivo": {"archived", "1"}, node + "/personas": {"person", string(w.Diego.Person)}, node + "/quitar": {"person", string(w.Carla.Person)},
		"/personas/nueva": {"name", "x", "lang", "es", "node", string(w.Cutting)}, diego + "/cambiar": {"name", "x", "lang", "es"},
		diego + "/puestos": {"node", string(w.Cutting)}, diego + "/quitar": {"node", string(w.Sewing)}, diego + "/alta": {"active", "0"},
		diego + "/invitar": nil,
	} {
		w.reads(w.post("carla", to, form...), http.StatusForbidden)
	}
}

func TestAnotherCompanySeesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	node, diego := orgs.NodeURL(w.Cutting), orgs.PersonURL(w.Diego.Person)
	for _, to := range []string{node, node + "/cambiar", diego, diego + "/cambiar", orgs.NodeURL("nothing"), orgs.PersonURL("nobody")} {
		w.reads(w.get("otra", to), http.StatusNotFound)
	}
	for _, to := range []string{node + "/cambiar", node + "/archivo", diego + "/cambiar", diego + "/alta", diego + "/invitar"} {
		w.reads(w.post("otra", to, "name", "x", "kind", "post", "lang", "es", "archived", "1", "active", "0"), http.StatusNotFound)
	}
	w.reads(w.post("otra", node+"/personas", "person", string(w.Diego.Person)), http.StatusNotFound)
	if to := w.get("nobody", "/organizacion").to; to != "/entrar?volver=%2Forganizacion" {
		t.Errorf("who is signed out goes to %q", to)
	}
}

func TestANodeIsAddedWhereItShouldBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := w.get("ana", "/organizacion/nuevo?en="+string(w.Making))
	w.reads(form, http.StatusOK, `value="`+string(w.Making)+`" selected`, "Proveedor")
	w.hides(w.get("bruno", "/organizacion/nuevo"), "Proveedor", "Directamente de la empresa", "Sistemas")

	page := w.post("ana", "/organizacion/nuevo", "name", " ", "kind", "boss", "parent", "")
	w.reads(page, http.StatusUnprocessableEntity, `href="#f-name"`, "Nombre: Falta este dato.", `aria-invalid="true"`)
	page = w.post("ana", "/organizacion/nuevo", "name", "CORTE", "kind", "post", "parent", string(w.Making))
	w.reads(page, http.StatusUnprocessableEntity, "Ya hay uno con ese nombre", `value="CORTE"`)

	done := w.post("ana", "/organizacion/nuevo", "name", "  Mesa   1 ", "kind", "post", "parent", string(w.Cutting))
	w.reads(done, http.StatusSeeOther)
	w.reads(w.get("ana", done.to), http.StatusOK, "Mesa 1", "Puesto", ">Producción<", ">Corte<")

	done = w.post("ana", "/organizacion/nuevo", "name", "Telas del Sur", "kind", "supplier", "parent", string(w.Cutting))
	w.reads(done, http.StatusSeeOther)
	w.reads(w.get("ana", done.to), http.StatusOK, "Proveedor", "Quién habla por ellos")
	w.reads(w.post("bruno", "/organizacion/nuevo", "name", "Plancha", "kind", "post", "parent", string(w.Computers)), http.StatusForbidden)
	w.reads(w.post("bruno", "/organizacion/nuevo", "name", "Plancha", "kind", "post", "parent", string(w.Making)), http.StatusSeeOther)
}

func TestANodeIsRenamedMovedAndPutAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	area, sewing := orgs.NodeURL(w.Making), orgs.NodeURL(w.Sewing)
	page := w.post("ana", area+"/cambiar", "name", "Producción", "kind", "area", "parent", string(w.Cutting))
	w.reads(page, http.StatusUnprocessableEntity, "No puede depender de sí mismo", `href="#f-parent"`)
	w.hides(w.get("ana", area+"/cambiar"), `value="`+string(w.Cutting)+`"`) // nobody is offered a ring
	w.reads(w.post("bruno", sewing+"/cambiar", "name", "Confección", "kind", "team", "parent", string(w.Making)), http.StatusSeeOther)
	w.reads(w.get("ana", sewing), http.StatusOK, "Confección", "Equipo")
	w.reads(w.post("bruno", sewing+"/cambiar", "name", "Confección", "kind", "team", "parent", ""), http.StatusForbidden)
	w.reads(w.post("ana", sewing+"/cambiar", "name", "Confección", "kind", "customer", "parent", ""), http.StatusUnprocessableEntity, "no puede pasar dentro")

	page = w.post("ana", area+"/archivo", "archived", "1")
	w.reads(page, http.StatusConflict, "depende de él", "Producción", "Quién trabaja aquí")
	w.reads(w.post("ana", sewing+"/archivo", "archived", "1"), http.StatusSeeOther)
	w.reads(w.get("ana", sewing), http.StatusOK, "Está archivado", "Recuperar")
	w.reads(w.get("ana", "/organizacion"), http.StatusOK, "1 archivado")
	w.hides(w.get("carla", sewing), "Recuperar")
	w.reads(w.post("ana", sewing+"/personas", "person", string(w.Fabio.Person)), http.StatusConflict, "Recupéralo primero")
	if _, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: org.Post, Name: "Confección", Parent: w.Making}); err != nil {
		t.Fatal(err)
	}
	w.reads(w.post("ana", sewing+"/archivo", "archived", "0"), http.StatusUnprocessableEntity, "Ya hay uno con ese nombre")
}

func TestPeopleArePutOnANodeAndTakenOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	node, fabio := orgs.NodeURL(w.Cutting), string(w.Fabio.Person)
	w.reads(w.post("bruno", node+"/personas", "person", ""), http.StatusUnprocessableEntity, `href="#f-person"`, "Falta este dato")
	w.reads(w.post("bruno", node+"/personas", "person", fabio, "leads", "1"), http.StatusSeeOther)
	w.reads(w.get("bruno", node), http.StatusOK, "Fabio Mar", "Quitar a Fabio Mar", "Lidera")
	if !w.Again(t, w.Fabio).Leading(w.Cutting) {
		t.Error("Fabio does not lead what he was put on")
	}
	w.reads(w.post("bruno", node+"/quitar", "person", fabio), http.StatusSeeOther)
	w.hides(w.get("bruno", node), "Quitar a Fabio Mar")
	w.reads(w.post("bruno", orgs.NodeURL(w.Computers)+"/quitar", "person", fabio), http.StatusForbidden)
}

// The page of a node leads to what it offers and with whom it works.
func TestANodeLeadsToItsServicesAndLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, err := w.Links.Declare(t.Context(), w.Carla, w.Cutting, w.Sewing)
	if err != nil {
		t.Fatal(err)
	}
	page := w.get("carla", orgs.NodeURL(w.Cutting))
	w.reads(page, http.StatusOK, "/servicios/"+string(w.Cut.ID), "A quién le entrega", "/eslabones/"+string(l.ID), "/catalogo/nuevo?nodo="+string(w.Cutting))
	page = w.get("carla", orgs.NodeURL(w.Sewing))
	w.reads(page, http.StatusOK, "De quién recibe", "/eslabones/"+string(l.ID))
	w.hides(page, "/catalogo/nuevo")
}

// A company without a single node is told what to do first.
func TestAnEmptyOrganisationTeachesTheFirstStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, n := range []id.Node{w.Cutting, w.Sewing, w.Making, w.Computers, w.Shop} {
		if err := w.Org.ArchiveNode(t.Context(), w.Ana, n, true); err != nil {
			t.Fatal(err)
		}
	}
	page := w.get("ana", "/organizacion")
	w.reads(page, http.StatusOK, "Aún no hay áreas ni puestos", "5 archivados")
	if n := strings.Count(page.body, "/organizacion/nuevo"); n != 2 {
		t.Errorf("%d ways to add the first, want one on top and one in the middle", n)
	}
}
