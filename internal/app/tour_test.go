package app_test

import (
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/web/webtest"
)

// Somebody walks through the whole example company, on a phone and on a
// laptop, in both languages and by day and night: every page is sound for a
// screen reader, fits, does not scroll sideways on a phone, and has nothing to complain about in the console.
func TestATourOfTheExample(t *testing.T) {
	t.Parallel()
	url, _ := program(t, "demo", "--data", t.TempDir())
	p := webtest.Open(t)
	p.Go(url + "/entrar")
	p.Inspect("tour-entrar")
	for guest, places := range map[string][]string{
		"Carmen": {
			"/mi-dia", "/equipo", "/organizacion", "/catalogo", "/eslabones", "/cadena", "/ajustes", "/ajustes/empresa",
			"/ajustes/horario", "/ajustes/llaves", "/ajustes/avisos", "/ajustes/ausencia", "/ajustes/correo", "/promesas", "/simular",
			"/rutas", "/trabajos", "/repeticiones", "/registros", "/servicio", "/mi-equipo", "/necesidades", "/pulsos", "/pulsos-planes",
			"/equipo/todos", "/organizacion/personas", "/necesidades/registro", "/trabajos/2", "/semana",
		},
		"Guadalupe": {"/mi-dia", "/pedir", "/pases?q=camisa", "/avisos", "/equipo", "/gracias", "/necesidades", "/entregar"},
	} {
		p.Go(url + "/entrar")
		p.As(webtest.Look{Width: 390, Height: 844, Theme: "light", Lang: "es"})
		p.Press(map[string]string{"Carmen": "Entrar como Carmen", "Guadalupe": "Entrar como Guadalupe"}[guest])
		p.WaitPath("/mi-dia")
		for _, place := range places {
			p.Go(url + place)
			name := "tour-" + strings.ToLower(guest) + strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(place)
			p.Inspect(name)
			if place == "/cadena" {
				picture(p)
			}
		}
		for what, link := range map[string]string{"pase": `main a[href^="/pases/"]`} {
			p.Go(url + "/mi-dia")
			href := webtest.Eval[string](p, `document.querySelector(`+"`"+link+"`"+`).getAttribute("href")`)
			p.Go(url + href)
			p.Inspect("tour-" + strings.ToLower(guest) + "-" + what)
		}
	}
}

// picture keeps the map as README and manual show it; it leads with what was
// planted in the example. ESLABON_SHOTS says where pictures are kept.
func picture(p *webtest.Page) {
	for lang, name := range map[string]string{"en": "chain", "es": "cadena"} {
		p.As(webtest.Look{Width: 1280, Height: 1050, Theme: "light", Lang: lang})
		p.Until(`document.querySelector("[data-chain][data-drawn]")`)
		p.WaitText(map[string]string{"en": "Work piles up here", "es": "Aquí se junta el trabajo"}[lang])
		p.WaitText(map[string]string{"en": "goes back and forth", "es": "va y viene"}[lang])
		p.Screenshot(name)
	}
}
