package doors_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/setting"
)

// good is a first visit with nothing to complain about; change replaces some
// of its fields.
func good(change ...string) []string {
	fields := []string{
		"company", "Taller Sol", "lang", "es", "country", "ES", "zone", "", "trade", "taller",
		"name", "Ana Torres", "email", "ana@example.org", "password", password,
	}
	for i := 0; i < len(change); i += 2 {
		for j := 0; j < len(fields); j += 2 {
			if fields[j] == change[i] {
				fields[j+1] = change[i+1]
			}
		}
	}
	return fields
}

func TestTheFirstVisitFoundsACompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser()
	b.get("/").leads("/inicio")
	b.get("/entrar").leads("/inicio")
	b.get("/inicio").is(http.StatusOK).reads("Tu empresa en cinco minutos", "Taller de confección").holds("country", "MX", "trade", "taller")
	b.post("/inicio", good()...).leads("/organizacion")
	b.get("/organizacion").is(http.StatusOK).reads("Taller Sol", "Ana Torres", "Tu empresa está lista.")
	b.get("/").leads("/mi-dia")
	b.get("/inicio").leads("/entrar") // it is closed
	c, err := setting.Get(t.Context(), w.db, 1)
	w.must(err)
	if c.Zone != "Europe/Madrid" || c.Country != "ES" || c.Trade != "taller" {
		t.Errorf("the company is %+v", c)
	}

	late := w.browser()
	late.get("/").leads("/entrar")
	late.get("/inicio").leads("/entrar")
	late.post("/inicio", good("company", "Taller Luna", "email", "eva@example.org")...).leads("/entrar")
	late.get("/entrar").reads("Esta instalación ya tiene su empresa.")
	if all, err := setting.All(t.Context(), w.db); err != nil || len(all) != 1 {
		t.Errorf("there are %d companies (%v)", len(all), err)
	}
}

func TestEveryBadFieldOfTheFirstVisitIsMarked(t *testing.T) {
	t.Parallel()
	b := newWorld(t).browser()
	b.post("/inicio", good("company", "  ", "lang", "xx", "country", "MEX", "zone", "Marte/Olimpo", "trade", "circo",
		"name", "", "email", "ana", "password", "corta")...).wrong(
		"company", "Falta este dato.", "lang", "No conocemos este valor.", "country", "No conocemos este valor.",
		"zone", "No conocemos esa zona horaria. Elige una de la lista.", "trade", "No conocemos este valor.",
		"name", "Falta este dato.", "email", "Esto no parece un correo. Escríbelo así: ana@taller.com",
		"password", "Usa al menos 12 caracteres. Tres o cuatro palabras juntas sirven.",
	).reads("Falta corregir 8 datos")

	b.post("/inicio", good("company", "Taller Sol", "country", "PE", "zone", "America/Bogota", "trade", "hotel", "lang", "en",
		"email", "ana@", "password", "una clave que nadie lee")...).wrong(
		"email", "Esto no parece un correo. Escríbelo así: ana@taller.com",
	).holds("company", "Taller Sol", "country", "PE", "zone", "America/Bogota", "trade", "hotel", "lang", "en", "name", "Ana Torres",
		"email", "ana@", "password", "").readsNot("una clave que nadie lee")

	b.post("/inicio", good("country", "", "zone", "")...).wrong("zone", "No conocemos esa zona horaria. Elige una de la lista.")
	b.post("/inicio", good("password", "contraseña2026!")...).wrong("password",
		"Es una de las contraseñas que cualquiera prueba primero. Junta varias palabras que solo tú relaciones.")
}

func TestTheFirstVisitSpeaksTheLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.browser()
	b.langs = "en-GB, es-CO;q=0.5"
	b.get("/inicio").reads("Your company in five minutes", "Peru", "Lima").holds("lang", "en", "country", "GB")
	b.langs = "fr, es-PE;q=0.5, es-CO;q=0.3"
	b.get("/inicio").reads("Tu empresa en cinco minutos", "Perú").holds("lang", "es", "country", "PE")
	// The choice counts from the next page on, whatever the browser says.
	b.post("/inicio", good("lang", "en")...).leads("/organizacion")
	b.get("/organizacion").reads("Your company is ready.", "My day")
}
