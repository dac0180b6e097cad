package orgs_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/web/orgs"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// open shows a page to somebody.
func (w *world) open(who, to string) (*webtest.Page, string) {
	w.t.Helper()
	site := webtest.Serve(w.t, w.h)
	p := webtest.Open(w.t)
	p.Cookie(site, says, who)
	p.Go(site + to)
	return p, site
}

func TestEveryPageIsUsableByEverybody(t *testing.T) {
	w := newWorld(t)
	p, site := w.open("ana", "/organizacion")
	p.Inspect("org-tree")
	for name, to := range map[string]string{
		"org-people": "/organizacion/personas", "org-node": orgs.NodeURL(w.Cutting), "org-area": orgs.NodeURL(w.Making),
		"org-outside": orgs.NodeURL(w.Shop), "org-node-new": "/organizacion/nuevo?en=" + string(w.Making),
		"org-node-change": orgs.NodeURL(w.Sewing) + "/cambiar", "org-person": orgs.PersonURL(w.Bruno.Person),
		"org-person-new": "/personas/nueva", "org-person-change": orgs.PersonURL(w.Diego.Person) + "/cambiar",
		"org-import": "/organizacion/importar/historia",
	} {
		p.Go(site + to)
		p.Inspect(name)
	}
}

// both runs a test on a phone and on a laptop, each on a company of its own.
func both(t *testing.T, fn func(t *testing.T, w *world, p *webtest.Page, site string)) {
	t.Helper()
	for name, size := range map[string][2]int64{"phone": {390, 844}, "laptop": {1280, 800}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p, site := w.open("ana", "/organizacion")
			p.Size(size[0], size[1])
			fn(t, w, p, site)
		})
	}
}

func TestAPostAndItsPersonAreAdded(t *testing.T) {
	both(t, func(_ *testing.T, _ *world, p *webtest.Page, _ string) {
		p.Press("Producción Área")
		p.WaitText("Quién trabaja aquí")
		p.Press("Agregar equipo o puesto aquí")
		p.WaitText("Depende de")
		p.Press("Agregar")
		p.WaitText("Nombre: Falta este dato.")
		p.Axe()
		p.Press("Nombre: Falta este dato.")
		p.Until(`document.activeElement.id === "f-name"`)
		p.Type("#f-name", "Empaque")
		p.Press("Agregar")
		p.WaitText("Empaque ya está en la organización.")
		p.Press("Agregar persona nueva aquí")
		p.WaitText("Nombre y apellidos")
		p.Type("#f-name", "Gil Mora")
		p.Type("#f-email", "gil@taller.mx")
		p.Press("Agregar")
		p.WaitText("Gil Mora ya está en la empresa.")
		p.WaitText("gil@taller.mx")
		p.Press("Invitar a entrar")
		p.WaitText("La invitación de Gil Mora está lista")
		p.Until(`document.querySelector("#invitation").value.startsWith("https://taller.test/invitacion/")`)
		p.Axe()
		p.Fits()
		p.Screenshot("org-invited")
	})
}

func TestTheTreeNarrowsWhileOneTypes(t *testing.T) {
	both(t, func(_ *testing.T, _ *world, p *webtest.Page, _ string) {
		p.Type("#find", "diego")
		p.WaitNoText("Sistemas")
		p.WaitText("Costura")
		p.WaitNoText("Carla Ruiz")
		p.Type("#find", "nadie así")
		p.WaitText("Nada se llama así.")
	})
}

// choose puts a file into the form, as a person does with the dialog of the
// system.
func choose(p *webtest.Page, content string) {
	webtest.Eval[bool](p, `(() => {
		const d = new DataTransfer();
		d.items.add(new File([`+"`"+content+"`"+`], "lista.csv", {type: "text/csv"}));
		document.querySelector("#f-file").files = d.files;
		return true;
	})()`)
}

// With script the file stays in the form, so that one press brings it in.
func TestAFileIsBroughtInWithOneMorePress(t *testing.T) {
	both(t, func(_ *testing.T, _ *world, p *webtest.Page, site string) {
		p.Go(site + "/organizacion/importar")
		p.Press("Revisar el archivo")
		p.WaitText("Archivo: Elige un archivo.")
		choose(p, "nombre,correo\nGil Mora,no-es-correo\n")
		p.Press("Revisar el archivo")
		p.WaitText("Hay 1 celda que no se puede importar")
		p.Axe()
		p.Fits()
		p.Screenshot("org-import-bad")
		choose(p, "nombre,correo,equipo\nGil Mora,gil@taller.mx,Empaque\n")
		p.Press("Revisar el archivo")
		p.WaitText("1 fila, y está bien")
		p.WaitNoText("elígelo otra vez")
		p.Axe()
		p.Screenshot("org-import-clean")
		p.Press("Importar de verdad")
		p.WaitText("Listo, ya está dentro")
		p.WaitGone("button[name=sum]")
		p.Press("Ver a las personas")
		p.WaitText("Gil Mora")
	})
}

func TestTheOrganisationWorksWithoutScript(t *testing.T) {
	w := newWorld(t)
	p, site := w.open("ana", "/organizacion")
	p.NoScript()
	p.Go(site + orgs.NodeURL(w.Cutting))
	p.WaitGone("#find")
	p.Press("Poner a alguien que ya está en la empresa")
	p.Set("#f-person", string(w.Fabio.Person))
	p.Press("Poner aquí")
	p.WaitText("Hecho. Desde ahora ve lo que llega a este lugar.")
	p.Press("Quitar a Fabio Mar")
	p.WaitText("Ya no trabaja en este lugar")
}
