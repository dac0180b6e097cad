package doors_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/web/doors"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

var (
	phone  = webtest.Look{Width: 390, Height: 844, Theme: "light", Lang: "es"}
	laptop = webtest.Look{Width: 1280, Height: 800, Theme: "light", Lang: "es"}
)

// On a phone and on a laptop: the first visit, with a mistake, and then the door.
func TestTheFirstVisitInABrowser(t *testing.T) {
	for _, look := range []webtest.Look{phone, laptop} {
		t.Run(look.String(), func(t *testing.T) {
			at := webtest.Serve(t, newWorld(t))
			p := webtest.Open(t)
			p.Go(at + "/")
			p.WaitPath("/inicio")
			p.As(look)
			p.Type("#f-company", "Taller Sol")
			p.Set("#f-country", "ES")
			p.Click("input[name=trade][value=hotel]")
			p.Type("#f-name", "Ana Torres")
			p.Type("#f-email", "ana@example.org")
			p.Type("#f-password", "corta")
			p.Press("Empezar")
			p.WaitText("Falta corregir un dato")
			p.Until(`document.activeElement.matches("[data-bad-form]")`)
			p.Axe()
			p.Screenshot("first-bad-" + look.String())
			p.Press("Elige tu contraseña: Usa al menos 12 caracteres. Tres o cuatro palabras juntas sirven.")
			p.Until(`document.activeElement.id === "f-password" && document.activeElement.value === ""`)
			p.Until(`document.querySelector("#f-company").value === "Taller Sol" && document.querySelector("#f-country").value === "ES" &&
				document.querySelector("input[name=trade]:checked").value === "hotel"`)
			p.Type("#f-password", password)
			p.Press("Empezar")
			p.WaitPath("/organizacion")
			p.WaitText("Tu empresa está lista.")

			p.Click(".top > .drop > summary")
			p.Press("Salir")
			p.WaitText("Saliste. Hasta pronto.")
			p.Go(at + "/ajustes/sesiones")
			p.WaitPath("/entrar?volver=%2Fajustes%2Fsesiones")
			p.Type("#f-email", "ana@example.org")
			p.Type("#f-password", "no es esta")
			p.Keys(webtest.Enter)
			p.WaitText("El correo o la contraseña no coinciden.")
			p.Axe()
			p.Screenshot("door-wrong-" + look.String())
			p.Type("#f-password", password)
			p.Keys(webtest.Enter)
			p.WaitPath("/ajustes/sesiones")
			p.WaitText("Es este aparato")
		})
	}
}

func TestTheDoorsAreUsableByEverybody(t *testing.T) {
	w := newWorld(t)
	at := webtest.Serve(t, w)
	p := webtest.Open(t)
	p.Allow("status of 404")
	p.Go(at + "/inicio")
	p.Inspect("first")
	_, link := w.worker(w.found("Taller Sol", "ana@example.org"), "Luis Vega", "luis@example.org")
	secret, err := w.accounts.ResetByOperator(t.Context(), "ana@example.org")
	w.must(err)
	for name, path := range map[string]string{
		"door": "/entrar", "join": link, "forgot-no-mail": "/clave", "reset": "/clave/" + secret, "gone": "/invitacion/x",
	} {
		p.Go(at + path)
		p.Inspect(name)
	}
}

func TestTheDoorOfTheDemoIsUsableByEverybody(t *testing.T) {
	w := newWorld(t, func(s *doors.Services) {
		s.Guests = []doors.Guest{
			{Company: 1, Person: "1", Name: "Marta Quintero", Post: "Dirección", About: "demo.user.owner"},
			{Company: 1, Person: "2", Name: "Hugo Salas", Post: "Producción", About: "demo.user.leader"},
		}
	})
	w.found("Confecciones La Aurora", "ana@example.org")
	p := webtest.Open(t)
	p.Go(webtest.Serve(t, w) + "/entrar")
	p.Inspect("door-demo")
	p.Press("Entrar con correo y contraseña")
	p.Type("#f-email", "ana@example.org")
	p.Type("#f-password", password)
	p.Keys(webtest.Enter)
	p.WaitPath("/mi-dia")
}

func TestTheSettingsAreUsableByEverybody(t *testing.T) {
	w := newWorld(t, func(s *doors.Services) { s.MailOn = true })
	w.found("Taller Sol", "ana@example.org")
	for range 2 {
		w.signedIn("ana@example.org", password)
	}
	at := webtest.Serve(t, w)
	p := webtest.Open(t)
	p.Go(at + "/clave")
	p.Inspect("forgot")
	p.As(laptop)
	p.Go(at + "/entrar")
	p.Type("#f-email", "ana@example.org")
	p.Type("#f-password", password)
	p.Keys(webtest.Enter)
	p.WaitPath("/mi-dia")
	for name, path := range map[string]string{
		"me": "/ajustes", "sessions": "/ajustes/sesiones", "tokens-none": "/ajustes/llaves", "firm": "/ajustes/empresa", "hours": "/ajustes/horario",
	} {
		p.Go(at + path)
		p.Inspect(name)
	}
	p.As(laptop)
	p.Go(at + "/ajustes/horario")
	p.Set("#f-from", time.Now().AddDate(0, 2, 0).Format(time.DateOnly))
	p.Set("#f-until", time.Now().AddDate(0, 3, 0).Format(time.DateOnly))
	p.Press("Guardar")
	p.WaitText("Así, no hay ninguna hora abierta durante una semana o más")
	p.Inspect("hours-closed")
	for _, look := range []webtest.Look{phone, laptop} {
		p.Go(at + "/ajustes/llaves")
		p.As(look)
		p.Type("#f-name", "Nómina")
		p.Press("Crear la llave")
		p.WaitText("No se vuelve a mostrar.")
		p.Axe()
		p.Fits()
		p.Screenshot("token-made-" + look.String())

		p.Go(at + "/ajustes/horario")
		p.Type("#f-week-sat", "por la mañana")
		p.Type("#f-why", "Vacaciones")
		p.Press("Guardar")
		p.WaitText("Falta corregir 2 datos")
		p.Axe()
		p.Fits()
		p.Screenshot("hours-bad-" + look.String())
	}
}
