package doors_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/web/doors"
)

func TestAWrongPasswordAndAnUnknownAddressReadTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.browser()
	const said = "El correo o la contraseña no coinciden."
	for _, email := range []string{"ana@example.org", "nadie@example.org"} {
		b.post("/entrar", "email", email, "password", "no es esta, seguro").is(http.StatusUnauthorized).
			reads(said).holds("email", email, "password", "").readsNot("no es esta, seguro")
	}
	if _, in := b.cookies["eslabon"]; in {
		t.Error("somebody is signed in")
	}
	b.post("/entrar", "email", "ana", "password", "").wrong(
		"email", "Revisa el correo: se escribe como nombre@empresa.com.", "password", "Falta este dato.").holds("email", "ana")
	b.post("/entrar", "email", " ANA@example.org ", "password", password).leads("/mi-dia")
}

func TestManyTriesMustWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.browser()
	for i := range 40 {
		a := b.post("/entrar", "email", "ana@example.org", "password", "intento "+strconv.Itoa(i))
		if a.status != http.StatusUnauthorized {
			a.is(http.StatusTooManyRequests).reads("Demasiados intentos seguidos.").holds("email", "ana@example.org")
			b.post("/entrar", "email", "ana@example.org", "password", password).is(http.StatusTooManyRequests)
			return
		}
	}
	t.Error("nobody was made to wait")
}

func TestTheDoorLeadsBackOnlyToPagesOfOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	w.browser().get("/ajustes?x=1").leads("/entrar?volver=%2Fajustes%3Fx%3D1")
	enter := func(back string) answer {
		return w.browser().post("/entrar", "email", "ana@example.org", "password", password, "volver", back)
	}
	keeps := func(back, want string) {
		t.Helper()
		a := w.browser().get("/entrar?volver=" + url.QueryEscape(back))
		_, a.body, _ = strings.Cut(a.body, `action="/entrar"`) // the choice of language has such a field too
		a.holds("volver", want)
	}
	keeps("/ajustes?x=1", "/ajustes?x=1")
	enter("/ajustes?x=1").leads("/ajustes?x=1")
	b := w.signedIn("ana@example.org", password)
	b.get("/entrar?volver=/ajustes").leads("/ajustes")
	for _, back := range []string{
		"https://mal.example/", "//mal.example", `/\mal.example`, "mal.example", "javascript:alert(1)", "/\t/mal.example", "/\n//mal.example",
	} {
		enter(back).leads("/mi-dia")
		keeps(back, "")
		b.get("/entrar?volver=" + url.QueryEscape(back)).leads("/mi-dia")
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	thief := w.browser()
	thief.cookies["eslabon"] = b.cookies["eslabon"]
	thief.get("/mi-dia").is(http.StatusOK)
	b.post("/salir").leads("/entrar")
	b.get("/entrar").reads("Saliste. Hasta pronto.")
	if _, in := b.cookies["eslabon"]; in {
		t.Error("the browser keeps the session")
	}
	thief.get("/mi-dia").leads("/entrar?volver=%2Fmi-dia")
	b.post("/salir").leads("/entrar") // once more harms nobody
}

func TestSomebodyGoesOnInAnotherCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	w.found("Hotel Mar", "ana@example.org")
	w.found("Taller Luna", "eva@example.org")
	b := w.signedIn("ana@example.org", password)
	before := b.cookies["eslabon"]
	there := func(company string) {
		t.Helper()
		b.get("/mi-dia").reads("Taller Sol", "Hotel Mar").readsNot("Taller Luna")
		b.get("/ajustes/empresa").holds("name", company)
	}
	there("Taller Sol")
	b.post("/empresa", "empresa", "2").leads("/mi-dia")
	there("Hotel Mar")
	for _, other := range []string{"3", "99", "0", "-1", "sol", ""} {
		b.post("/empresa", "empresa", other).is(http.StatusNotFound)
	}
	there("Hotel Mar")
	thief := w.browser()
	thief.cookies["eslabon"] = before
	thief.get("/mi-dia").leads("/entrar?volver=%2Fmi-dia")
	w.browser().post("/empresa", "empresa", "1").leads("/entrar?volver=%2Fmi-dia")
}

func TestGuestsOfTheDemoEnterWithOneClick(t *testing.T) {
	t.Parallel()
	var guests []doors.Guest
	w := newWorld(t, func(s *doors.Services) {
		s.Guests = append(s.Guests, doors.Guest{Company: 1, Person: "later", Name: "Ana Torres", About: "door.email"})
		guests = s.Guests
	})
	ana := w.found("Taller Sol", "ana@example.org")
	eva := w.found("Taller Luna", "eva@example.org")
	guests[0].Person = ana.Person
	b := w.browser()
	b.get("/entrar").is(http.StatusOK).reads("¿Con quién quieres entrar?", "Entrar como Ana")
	b.post("/entrar/como", "persona", string(eva.Person)).is(http.StatusNotFound)
	b.post("/entrar/como", "persona", "").is(http.StatusNotFound)
	// Who types keeps the form in sight.
	if a := b.post("/entrar", "email", "ana@example.org", "password", "no es esta"); !strings.Contains(a.body, "<details class=\"disclosure\" open") {
		t.Error("the form that was wrong is folded away")
	}
	b.post("/entrar/como", "persona", string(ana.Person)).leads("/mi-dia")
	b.get("/mi-dia").reads("Taller Sol")
	b.get("/entrar").is(http.StatusOK) // to be somebody else
}
