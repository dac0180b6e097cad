package orgs_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web/orgs"
)

func TestAPersonIsAdded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.reads(w.get("ana", "/personas/nueva?en="+string(w.Sewing)), http.StatusOK, `value="`+string(w.Sewing)+`" selected`, "Dirige la empresa")
	form := w.get("bruno", "/personas/nueva")
	w.reads(form, http.StatusOK, "Producción / Corte")
	w.hides(form, "Dirige la empresa", "Sistemas", "Todavía en ningún puesto")
	w.reads(w.inEnglish("bruno", "/personas/nueva"), http.StatusOK, "Full name", "Add person")

	page := w.post("ana", "/personas/nueva", "name", "", "email", "no", "lang", "fr", "node", string(w.Sewing), "leads", "1")
	w.reads(page, http.StatusUnprocessableEntity, "Falta corregir 3 datos", `href="#f-name"`, `href="#f-email"`, `href="#f-lang"`, `value="no"`,
		`value="`+string(w.Sewing)+`" selected`, `id="f-leads" name="leads" value="1" checked`)
	ana, err := w.Org.Person(t.Context(), w.Ana, w.Ana.Person)
	if err != nil {
		t.Fatal(err)
	}
	page = w.post("ana", "/personas/nueva", "name", "Gil", "email", ana.Email, "lang", "es")
	w.reads(page, http.StatusUnprocessableEntity, "Otra persona de la empresa ya usa ese correo")

	done := w.post("bruno", "/personas/nueva", "name", "Gil Mora", "email", "Gil@Taller.mx", "lang", "en", "node", string(w.Sewing))
	w.reads(done, http.StatusSeeOther)
	w.reads(w.get("bruno", done.to), http.StatusOK, "Gil Mora", "gil@taller.mx", "English", ">Costura<", "Invitar a entrar")
	w.reads(w.post("bruno", "/personas/nueva", "name", "Gil", "lang", "es", "node", string(w.Computers)), http.StatusForbidden)
	w.reads(w.post("bruno", "/personas/nueva", "name", "Gil", "email", "g@x.test", "lang", "es", "node", string(w.Sewing), "owner", "1"), http.StatusForbidden)
}

func TestWhoMayReadAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	diego := orgs.PersonURL(w.Diego.Person)
	for who, sees := range map[string]bool{"ana": true, "bruno": true, "carla": false} {
		if got := strings.Contains(w.get(who, diego).body, "mailto:"); got != sees {
			t.Errorf("%s sees the address: %t", who, got)
		}
		if got := strings.Contains(w.get(who, "/organizacion/personas").body, "example.test"); got != sees {
			t.Errorf("%s sees addresses in the list: %t", who, got)
		}
	}
	w.reads(w.get("carla", orgs.PersonURL(w.Carla.Person)), http.StatusOK, "mailto:", "/cambiar")
}

// People mend their own name; their address and their power only an owner does.
func TestAPersonChangesItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	carla := orgs.PersonURL(w.Carla.Person)
	w.hides(w.get("carla", carla+"/cambiar"), `name="email"`, `name="owner"`)
	w.reads(w.post("carla", carla+"/cambiar", "name", "Carla Ruiz Soto", "lang", "en", "email", "me@evil.test", "owner", "1"), http.StatusSeeOther)
	p, err := w.Org.Person(t.Context(), w.Ana, w.Carla.Person)
	if err != nil || p.Name != "Carla Ruiz Soto" || p.Lang != "en" || p.Owner || strings.Contains(p.Email, "evil") {
		t.Errorf("%+v, %v", p, err)
	}
	w.reads(w.post("ana", carla+"/cambiar", "name", "", "lang", "es", "email", "x"), http.StatusUnprocessableEntity, `href="#f-name"`, `href="#f-email"`)
	w.reads(w.post("ana", carla+"/cambiar", "name", "Carla", "lang", "es", "email", "carla@taller.mx", "owner", "1"), http.StatusSeeOther)
	w.reads(w.get("ana", carla), http.StatusOK, "carla@taller.mx", "Dirige la empresa")
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := orgs.PersonURL(w.Ana.Person)
	page := w.post("ana", ana+"/cambiar", "name", "Ana T.", "lang", "es", "email", "ana@taller.mx")
	w.reads(page, http.StatusConflict, "al menos una persona que la dirija", `value="Ana T."`)
	w.reads(w.post("ana", ana+"/alta", "active", "0"), http.StatusConflict, "al menos una persona que la dirija", "Ana Torres")
	w.hides(w.get("ana", ana), "Dar de baja") // nobody is offered to lock himself out
}

func TestSomebodyLeavesAndComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fabio := orgs.PersonURL(w.Fabio.Person)
	w.reads(w.get("ana", fabio), http.StatusOK, "Dar de baja", "ya no podrá entrar")
	w.hides(w.get("bruno", fabio), "Dar de baja")
	w.reads(w.post("ana", fabio+"/alta", "active", "0"), http.StatusSeeOther)
	w.reads(w.get("ana", fabio), http.StatusOK, "Ya no está en la empresa", "Dar de alta otra vez")
	w.hides(w.get("ana", fabio), "Invitar a entrar", "/puestos")
	w.hides(w.get("ana", "/organizacion"), "Fabio Mar")
	w.hides(w.get("ana", "/organizacion/personas"), "Fabio Mar")
	w.reads(w.get("ana", "/organizacion/personas?acceso=gone"), http.StatusOK, "Fabio Mar", "Ya no está")
	w.reads(w.post("ana", fabio+"/alta", "active", "1"), http.StatusSeeOther)
	w.reads(w.get("ana", "/organizacion"), http.StatusOK, "Fabio Mar")
}

func TestPlacesOfAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fabio := orgs.PersonURL(w.Fabio.Person)
	w.reads(w.post("ana", fabio+"/puestos", "node", ""), http.StatusUnprocessableEntity, `href="#f-node"`)
	w.reads(w.post("bruno", fabio+"/puestos", "node", string(w.Sewing)), http.StatusSeeOther)
	page := w.get("bruno", fabio)
	w.reads(page, http.StatusOK, ">Costura<", "Quitar de Costura", ">Sistemas<")
	w.hides(page, "Quitar de Sistemas")
	w.reads(w.post("bruno", fabio+"/quitar", "node", string(w.Sewing)), http.StatusSeeOther)
	w.hides(w.get("bruno", fabio), "Quitar de Costura")
}

var invitation = regexp.MustCompile(`value="https://taller\.test/invitacion/([^"]+)"`)

func TestAnInvitationIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	diego := orgs.PersonURL(w.Diego.Person)
	w.reads(w.get("bruno", diego), http.StatusOK, "Sin invitar", "Invitar a entrar")
	page := w.post("bruno", diego+"/invitar")
	w.reads(page, http.StatusOK, "La invitación de Diego Paz está lista", "También la enviamos a", "Con invitación")
	found := invitation.FindStringSubmatch(page.body)
	if found == nil {
		t.Fatal("no link in the page")
	}
	w.hides(w.get("bruno", diego), found[1])
	v, err := w.accounts.Invited(t.Context(), found[1])
	if err != nil || v.Name != "Diego Paz" {
		t.Errorf("%+v, %v", v, err)
	}
	w.reads(w.post("bruno", orgs.PersonURL(w.Fabio.Person)+"/invitar"), http.StatusForbidden)
	w.hides(w.get("bruno", orgs.PersonURL(w.Fabio.Person)), "/invitar")

	if _, err := w.accounts.Accept(t.Context(), account.Accept{Secret: found[1], Password: "hilo verde en la ventana"}); err != nil {
		t.Fatal(err)
	}
	page = w.get("bruno", diego)
	w.reads(page, http.StatusOK, "Puede entrar")
	w.hides(page, "/invitar")
	w.reads(w.post("bruno", diego+"/invitar"), http.StatusConflict, "ya tiene su acceso", "Diego Paz")
	w.reads(w.get("ana", "/organizacion/personas?acceso=seated"), http.StatusOK, "Diego Paz")
	w.hides(w.get("ana", "/organizacion/personas?acceso=none"), "Diego Paz")

	x, err := w.Org.AddPerson(t.Context(), w.Bruno, org.Person{Name: "Sin Correo", Lang: "es", Places: []org.Place{{Node: w.Sewing}}})
	if err != nil {
		t.Fatal(err)
	}
	w.reads(w.get("bruno", orgs.PersonURL(x.ID)), http.StatusOK, "hace falta su correo")
	w.reads(w.post("bruno", orgs.PersonURL(x.ID)+"/invitar"), http.StatusUnprocessableEntity, "no tiene correo")
}

func TestTheListOfPeopleIsSorted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := func(to string, names ...string) {
		t.Helper()
		body, last := w.get("ana", to).body, -1
		for _, n := range names {
			at := strings.Index(body, ">"+n+"<")
			if at < 0 || at < last {
				t.Errorf("%s: %s stands in the wrong place", to, n)
			}
			last = at
		}
	}
	order("/organizacion/personas", "Ana Torres", "Bruno Leal", "Carla Ruiz", "Fabio Mar")
	order("/organizacion/personas?orden=puesto", "Ana Torres", "Carla Ruiz", "Diego Paz", "Bruno Leal", "Fabio Mar")
	w.reads(w.get("ana", "/organizacion/personas?orden=puesto"), http.StatusOK, `aria-sort="ascending"`)
}
