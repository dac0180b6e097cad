package doors_test

import (
	"net/http"
	"regexp"
	"testing"
)

func TestPeopleChangeTheirNameAndLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes").is(http.StatusOK).reads("Entras con ana@example.org.").holds("name", "Ana Torres", "lang", "es")
	b.post("/ajustes/persona", "name", "", "lang", "xx").wrong("name", "Falta este dato.", "lang", "No conocemos este valor.").holds("name", "")
	b.post("/preferencias", "idioma", "es").leads("/") // what this browser was told before does not hide the choice
	b.post("/ajustes/persona", "name", " Ana  Torres Ruiz ", "lang", "en").leads("/ajustes")
	b.get("/ajustes").reads("Your details are saved.", "About you").holds("name", "Ana Torres Ruiz", "lang", "en", "old", "", "new", "")
}

func TestPeopleChangeTheirPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b, phone := w.signedIn("ana@example.org", password), w.signedIn("ana@example.org", password)
	b.post("/ajustes/clave", "old", "", "new", "corta").wrong(
		"old", "Falta este dato.", "new", "Usa al menos 12 caracteres. Tres o cuatro palabras juntas sirven.").readsNot("corta")
	b.post("/ajustes/clave", "old", "no es esta, seguro", "new", another).wrong("old", "Esta no es tu contraseña actual.").
		readsNot(another).readsNot("no es esta, seguro")
	b.post("/ajustes/clave", "old", password, "new", another).leads("/ajustes")
	b.get("/ajustes").reads("Tu contraseña cambió, y se cerraron tus otras sesiones.")
	phone.get("/ajustes").leads("/entrar?volver=%2Fajustes")
	w.signedIn("ana@example.org", another)
}

func TestPeopleEndTheirSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/sesiones").is(http.StatusOK).reads("Firefox · Linux", "Es este aparato").readsNot("Cerrar todas las demás")
	tablet, phone, home := w.signedIn("ana@example.org", password), w.signedIn("ana@example.org", password), w.signedIn("ana@example.org", password)
	a := b.get("/ajustes/sesiones").reads("Cerrar todas las demás")
	ids := regexp.MustCompile(`name="sesion" value="([^"]+)"`).FindAllStringSubmatch(a.body, -1)
	if len(ids) != 3 {
		t.Fatalf("%d sessions can be ended, want 3", len(ids))
	}
	in := func() (n int) {
		for _, x := range []*browser{tablet, phone, home} {
			if x.get("/ajustes").status == http.StatusOK {
				n++
			}
		}
		return n
	}
	b.post("/ajustes/sesiones", "sesion", ids[0][1]).leads("/ajustes/sesiones")
	b.get("/ajustes/sesiones").reads("Cerrada. Ese aparato tendrá que entrar otra vez.")
	if n := in(); n != 2 {
		t.Errorf("%d sessions are left, want 2", n)
	}
	b.post("/ajustes/sesiones", "sesion", "of nobody").leads("/ajustes/sesiones")
	b.post("/ajustes/sesiones").leads("/ajustes/sesiones")
	b.get("/ajustes/sesiones").reads("Solo queda abierta la de este aparato.", "Es este aparato")
	if n := in(); n != 0 {
		t.Errorf("%d sessions are left, want none", n)
	}
}

func TestAKeyIsShownOnceAndCanBeTakenAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/llaves").is(http.StatusOK).reads("No tienes llaves").holds("days", "90", "scope", "read")
	b.post("/ajustes/llaves", "name", "", "scope", "", "days", "mañana").wrong(
		"name", "Falta este dato.", "days", "Elige entre 1 y 365 días.").holds("days", "mañana", "scope", "")
	b.post("/ajustes/llaves", "name", "Nómina", "scope", "all", "days", "400").wrong(
		"scope", "No conocemos este valor.", "days", "Elige entre 1 y 365 días.").holds("name", "Nómina")

	a := b.post("/ajustes/llaves", "name", "Nómina", "scope", "read", "days", "30").is(http.StatusOK).
		reads("La llave está lista", "No se vuelve a mostrar.", "Solo lee")
	secret := regexp.MustCompile(`esl_1_[\w-]+`).FindString(a.body)
	if k, err := w.accounts.WhoByToken(t.Context(), secret); err != nil || k.Company != 1 || k.Person != ana.Person || k.Scope != "read" {
		t.Fatalf("the key %q is of %+v (%v)", secret, k, err)
	}
	again := b.get("/ajustes/llaves").reads("Nómina").readsNot(secret)
	path := regexp.MustCompile(`/ajustes/llaves/[\w-]+`).FindString(again.body)

	_, link := w.worker(ana, "Luis Vega", "luis@example.org")
	luis := w.browser()
	luis.post(link, "password", another).leads("/mi-dia")
	luis.get("/ajustes/llaves").readsNot("Nómina")
	if a := luis.post(path); a.status == http.StatusSeeOther {
		t.Error("a worker takes away the key of somebody else")
	}
	b.post("/ajustes/llaves/x").is(http.StatusNotFound)
	b.post(path).leads("/ajustes/llaves")
	b.get("/ajustes/llaves").reads("La llave ya no abre nada.", "No tienes llaves")
	if _, err := w.accounts.WhoByToken(t.Context(), secret); err == nil {
		t.Error("the key still opens")
	}
}
