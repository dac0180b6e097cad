package web_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/web/webtest"
)

func open(t *testing.T) (*webtest.Page, string, *world) {
	t.Helper()
	h, s := site(t)
	at := webtest.Serve(t, h)
	p := webtest.Open(t)
	p.Go(at + "/mi-dia")
	return p, at, s
}

func TestTheFrameIsUsableByEverybody(t *testing.T) {
	p, at, s := open(t)
	p.Inspect("frame")
	p.Allow("status of 404")
	p.Go(at + "/nowhere")
	p.Inspect("problem")
	s.out.Store(true)
	p.Go(at + "/entrar")
	p.Inspect("door")
}

func TestMenusCloseAndGiveTheFocusBack(t *testing.T) {
	p, _, _ := open(t)
	p.As(webtest.Look{Width: 1280, Height: 800, Theme: "light", Lang: "es"})
	p.Press("Taller Sol Cambiar de empresa")
	p.WaitText("Hotel Mar")
	p.Axe()
	p.Screenshot("menu-company")
	p.Click(".top > .drop > summary")
	p.WaitNoText("Hotel Mar")
	p.WaitText("Alto contraste")
	p.Axe()
	p.Screenshot("menu-person")
	p.Keys(webtest.Escape)
	p.WaitNoText("Alto contraste")
	p.Until(`document.activeElement.matches(".top > .drop > summary")`)
	p.As(webtest.Look{Width: 390, Height: 844, Theme: "dark", Lang: "en"})
	p.Press("More")
	p.WaitText("Organisation")
	p.Axe()
	p.Screenshot("menu-phone")
}

func TestTheThemeChangesAtOnceAndStays(t *testing.T) {
	p, at, _ := open(t)
	p.Click(".top > .drop > summary")
	p.Press("Oscuro")
	p.Until(`document.documentElement.dataset.theme === "dark"`)
	p.Until(`performance.getEntriesByType("resource").some((e) => e.name.endsWith("/preferencias") && e.responseEnd > 0)`)
	p.Go(at + "/equipo")
	p.Until(`document.documentElement.dataset.theme === "dark"`)
	p.Click(".top > .drop > summary")
	p.Press("English")
	p.WaitText("My day")
	p.WaitPath("/equipo")
}

func TestKeysLeadToThePlaces(t *testing.T) {
	p, _, _ := open(t)
	p.Keys("ge")
	p.WaitPath("/equipo")
	p.Keys("?")
	p.WaitText("Atajos del teclado")
	p.Axe()
	p.Screenshot("keys")
	p.Keys("gd") // the dialog keeps the keys
	p.Keys(webtest.Escape)
	p.WaitNoText("Atajos del teclado")
	p.WaitPath("/equipo")
	p.Keys("/")
	p.Until(`document.activeElement.matches("input[type=search]")`)
	p.Keys("gd") // typed, not obeyed
	p.Until(`document.activeElement.value === "gd"`)
	p.WaitPath("/equipo")
}

func TestThePageFollowsWhatChanges(t *testing.T) {
	p, _, s := open(t)
	p.WaitText("nada de h7")
	s.say(t, `change {"handoff":"h1","unread":120}`)
	p.Until(`document.querySelector("#list").innerText === "cambió"`)
	p.WaitText("nada de h7")
	p.Until(`document.querySelector("[data-unread]").innerText === "99+"`)
	s.say(t, `change {"handoff":"h7","unread":0}`)
	p.WaitNoText("nada de h7")
	p.WaitGone("[data-unread]")
}

// A page says what it knows when it listens, and again when the stream broke:
// what it showed from the beginning, and what it has heard since.
func TestABrokenStreamGoesOnWhereItBroke(t *testing.T) {
	p, _, s := open(t)
	s.say(t, `change {"seq":7,"unread":4}`)
	p.Until(`document.querySelector("[data-unread]").innerText === "4"`)
	if got := s.known.Load(); got != "3" {
		t.Errorf("it knew %v at first", got)
	}
	s.say(t, "")
	s.say(t, `change {"seq":8,"unread":5}`)
	p.Until(`document.querySelector("[data-unread]").innerText === "5"`)
	if got := s.known.Load(); got != "7" {
		t.Errorf("it knew %v when it came back", got)
	}
	webtest.Eval[bool](p, `window.dispatchEvent(new Event("offline"))`)
	p.WaitText("Sin conexión.")
}

// Of much that was missed, everything is fetched, also what follows one thing.
func TestMuchThatWasMissedIsFetchedAnew(t *testing.T) {
	p, _, s := open(t)
	webtest.Eval[bool](p, `(document.body.addEventListener("live:again", () => document.body.dataset.fresh = "sí"), true)`)
	s.say(t, `again {"seq":90,"mine":true,"unread":1}`)
	p.Until(`document.querySelector("#list").innerText === "cambió"`)
	p.Until(`document.querySelector("[data-unread]").innerText === "1" && document.body.dataset.fresh === "sí"`)
}

func TestComponentsWorkUnderTheStrictPolicy(t *testing.T) {
	p, at, _ := open(t)
	p.Go(at + "/alpine")
	p.WaitNoText("secreto")
	p.Press("Abre")
	p.WaitText("secreto")
	p.Type("input[x-model]", "camion")
	p.WaitNoText("rojo")
	p.WaitText("uno")
	p.Type("input[x-model]", "avión")
	p.WaitText("ninguno")
	p.Press("todos")
	p.Until(`document.querySelector("output").innerText === "2"`)
	p.Press("ye")
	p.Until(`document.querySelector("output").innerText === "1"`)
}

func TestALongTextIsKeptUntilItIsSent(t *testing.T) {
	p, at, _ := open(t)
	p.Go(at + "/form")
	p.Type("textarea", "a medio escribir")
	p.Go(at + "/equipo")
	p.Go(at + "/form")
	p.Until(`document.querySelector("textarea").value === "a medio escribir"`)
	p.Press("Mandar")
	p.WaitText("gracias")
	p.WaitText("Llegó a Diseño.")
	p.Go(at + "/form")
	p.Until(`document.querySelector("textarea").value === ""`)
}

func TestAWrongFormIsMarkedInPlace(t *testing.T) {
	p, at, _ := open(t)
	p.Go(at + "/form")
	p.Type("textarea", "esto es demasiado largo para caber")
	p.Press("Mandar")
	p.WaitText("Es demasiado largo")
	p.Until(`document.activeElement.matches("[data-bad-form]")`)
	p.Axe()
	p.Press("Texto: Es demasiado largo. Acórtalo un poco.")
	p.Until(`document.activeElement.matches("textarea")`)
	p.Type("textarea", "corto")
	p.Press("Mandar")
	p.WaitText("gracias")
}

func TestASecondPressSendsNothing(t *testing.T) {
	p, _, s := open(t)
	p.Press("Enviar")
	<-s.began
	p.Keys(webtest.Enter) // the button has the focus
	close(s.hold)
	p.WaitText("Enviado a Diseño.")
	if n := s.posts.Load(); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestEverythingWorksWithoutScript(t *testing.T) {
	p, at, _ := open(t)
	p.NoScript()
	p.Go(at + "/form")
	p.Press("Mandar")
	p.WaitText("Falta corregir un dato")
	p.Type("textarea", "hola")
	p.Press("Mandar")
	p.WaitPath("/mi-dia")
	p.WaitText("Llegó a Diseño.")
	p.Press("Taller Sol Cambiar de empresa")
	p.WaitText("Hotel Mar")
}

// What comes true later is seen later, also by a page on which no script runs.
func TestWaitingWorksWithoutScript(t *testing.T) {
	p, at, _ := open(t)
	p.NoScript()
	p.Go(at + "/form")
	p.Until(`(window.first ??= Date.now()) + 50 < Date.now()`)
}
