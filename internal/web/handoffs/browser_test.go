package handoffs_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// Sewing asks for 50 pieces, cutting takes it, delivers, sewing returns 2,
// cutting delivers again, sewing accepts: on two phones, each of which shows at
// once what the other did.
func TestTheWholeRoundOnTwoPhones(t *testing.T) {
	w := newWorld(t)
	url := webtest.Serve(t, w)
	sewing, cutting := as(t, url, w.Diego), as(t, url, w.Carla)
	for _, p := range []*webtest.Page{sewing, cutting} {
		p.Size(390, 844)
	}
	sewing.Go(url + "/pedir")
	sewing.Type("#f-q", "piezas")
	sewing.WaitNoText("Ayuda con la computadora")
	sewing.Click(".offer")
	sewing.WaitText("Si lo pides ahora, Corte lo entrega a más tardar")
	sewing.Type("#f-title", "50 mangas de la camisa azul")
	sewing.Type("#f-quantity", "50")
	sewing.Press("Pedir")
	sewing.WaitPath("/pases/1")
	sewing.WaitText("Pedido. Es el pase 1.")
	webtest.Eval[bool](sewing, `window.same = true`)

	cutting.Go(url + "/pases/1")
	webtest.Eval[bool](cutting, `window.same = true`)
	cutting.Press("Lo tomo")
	cutting.WaitText("Es tuyo. Costura ya lo sabe.")
	sewing.WaitText("Carla Ruiz lo está haciendo")
	cutting.Click("input[name=check]")
	cutting.Press("Entregar")
	cutting.WaitText("Espera a que Costura lo reciba")
	sewing.WaitText("Con su etiqueta · sin marcar")
	sewing.Axe()
	sewing.Fits()

	sewing.Press("Le falta algo, lo devuelvo")
	sewing.Type("#f-devolver-quantity", "200")
	sewing.Type("#f-devolver-note", "Las mangas salieron cortas")
	sewing.Press("Devolver")
	sewing.WaitText("Falta corregir 2 datos")
	sewing.Until(`document.querySelector("#f-devolver-note").value === "Las mangas salieron cortas"`)
	sewing.Axe()
	sewing.Fits()
	sewing.Press("Medida equivocada")
	sewing.Type("#f-devolver-quantity", "2")
	sewing.Press("Devolver")
	sewing.WaitText("Devuelto. Corte ya lo sabe.")
	cutting.WaitText("Por corregir: 2 piezas")
	cutting.WaitText("Las mangas salieron cortas")
	cutting.Axe()
	cutting.Fits()
	cutting.Press("Entregar de nuevo")
	sewing.WaitText("Entrega 2: 2 piezas")
	sewing.Press("Está bien, lo recibo")
	cutting.WaitText("Diego Paz lo recibió: está bien.")
	cutting.WaitNoText("Entregar de nuevo")
	for _, p := range []*webtest.Page{sewing, cutting} {
		if !webtest.Eval[bool](p, `window.same === true`) {
			t.Error("the page was loaded anew")
		}
		p.Axe()
	}
	h, err := w.Handoffs.ByNumber(t.Context(), w.Ana, 1)
	if err != nil || h.State != handoff.Accepted || h.Rounds != 2 || len(h.Story) != 6 {
		t.Errorf("%s after %d rounds and %d events, %v", h.State, h.Rounds, len(h.Story), err)
	}
}

// News never take away what somebody is typing: the person is told, and gets
// the words back when they no longer fit.
func TestNewsDoNotDestroyAFormInUse(t *testing.T) {
	w := newWorld(t)
	url := webtest.Serve(t, w)
	h := w.move(t, w.Carla, w.ask(t, handoff.Ask{Quantity: 5}), handoff.Delivered, handoff.Step{})
	p := as(t, url, w.Diego)
	p.Go(url + "/pases/1")
	p.Type("#f-comentar-note", "Un momento, @ele")
	p.Press("@Elena Sol")
	p.Until(`document.querySelector("#f-comentar-note").value === "Un momento, @Elena Sol "`)
	p.Press("Le falta algo, lo devuelvo")
	p.Press("Manchado")
	p.Type("#f-devolver-note", "Tres tienen grasa")

	_, err := w.Handoffs.Comment(t.Context(), w.Carla, h.ID, "¿Llegó bien?", nil)
	must(t, err)
	p.WaitText("¿Llegó bien?")
	if webtest.Eval[bool](p, `document.querySelector("[data-stale]").checkVisibility()`) {
		t.Error("words of somebody else made the page stale")
	}
	w.move(t, w.Elena, h, handoff.Accepted, handoff.Step{})
	p.WaitText("Elena Sol lo recibió: está bien.")
	p.WaitText("El pase cambió mientras tanto")
	p.Until(`document.querySelector("#f-devolver-note").value === "Tres tienen grasa"`)
	p.Until(`document.querySelector("#f-comentar-note").value === "Un momento, @Elena Sol "`)
	p.Axe()

	p.Press("Devolver")
	p.WaitText("Elena Sol lo recibió hace un momento")
	p.Until(`document.querySelector("#f-comentar-note").value === "Tres tienen grasa"`)
	p.WaitNoText("Le falta algo, lo devuelvo")
	p.Axe()
	p.Press("Enviar")
	p.WaitText("Enviado.")
	p.Until(`document.querySelector("#pase-historia").innerText.includes("Tres tienen grasa")`)
	p.Until(`document.querySelector("#f-comentar-note").value === ""`)
}

// A phone that slept catches up when somebody looks at it again.
func TestAPageThatNobodyLookedAtCatchesUp(t *testing.T) {
	w := newWorld(t)
	url := webtest.Serve(t, w)
	h := w.ask(t, handoff.Ask{})
	p := as(t, url, w.Diego)
	p.Go(url + "/pases/1")
	looks := func(hidden string) {
		webtest.Eval[bool](p, `(() => {
			Object.defineProperty(document, "hidden", {value: `+hidden+`, configurable: true});
			return document.dispatchEvent(new Event("visibilitychange"));
		})()`)
	}
	p.WaitText("Espera a que Corte lo tome")
	looks("true")
	w.move(t, w.Carla, h, handoff.Taken, handoff.Step{})
	looks("false")
	p.WaitText("Carla Ruiz lo está haciendo")
}

func TestTheFormWithScript(t *testing.T) {
	w := newWorld(t)
	stamp := w.furnish(t)
	url := webtest.Serve(t, w)
	p := as(t, url, w.Bruno)
	p.Size(390, 844)
	p.Go(url + "/pedir/" + string(stamp.ID))
	p.Press("Pedir")
	p.WaitText("¿Qué necesitas?: Falta este dato.")
	p.Axe()
	p.Fits()
	p.Type("#f-title", "Camisetas")
	p.Press("Pedir")
	p.WaitText("Color del estampado: Falta este dato.")
	p.Press("Azul")
	p.Press("Más detalles")
	webtest.Eval[bool](p, `(() => {
		const chosen = new DataTransfer();
		chosen.items.add(new File(["Azul cielo"], "color.txt", {type: "text/plain"}));
		document.querySelector("#f-files").files = chosen.files;
		return true;
	})()`)
	p.Type("#f-tags", "a, b, c, d, e, f, g, h, i, j, k, l, m")
	p.Type(`#f-watchers input[type=search]`, "elé")
	p.WaitGone(`#f-watchers [data-text="Fabio Mar"]`)
	webtest.Eval[bool](p, `(document.addEventListener("submit", () => { window.wasSent = true; }), true)`)
	p.Keys("\r")
	if webtest.Eval[bool](p, `!!window.wasSent`) {
		t.Error("looking for a person sends the form")
	}
	p.Press("Elena Sol")
	p.Press("Pedir")
	p.WaitText("Son demasiadas etiquetas")
	if !webtest.Eval[bool](p, `document.querySelector("#f-title").value === "Camisetas" && document.querySelector("[name=watchers]:checked") !== null &&
		document.querySelector("#f-files").files.length === 1`) {
		t.Error("what was typed is lost")
	}
	p.Type("#f-tags", "a, b")
	p.Press("Pedir")
	p.WaitPath("/pases/1")
	p.WaitText("Elena Sol")
	p.WaitText("color.txt")
}

// News that come while a button is held down do not take the press away.
func TestNewsDoNotTakeAPressAway(t *testing.T) {
	w := newWorld(t)
	url := webtest.Serve(t, w)
	h := w.ask(t, handoff.Ask{})
	p := as(t, url, w.Carla)
	p.Go(url + "/pases/1")
	p.WaitText("Lo tomo")
	lift := p.Hold("#pase-hacer .btn-primary")
	_, err := w.Handoffs.Comment(t.Context(), w.Diego, h.ID, "¿Ya lo viste?", nil)
	must(t, err)
	p.Until(`performance.getEntriesByType("resource").some((e) => e.name.endsWith("/partes") && e.responseEnd > 0)`)
	lift()
	p.WaitText("Carla Ruiz lo tomó")
	p.WaitText("¿Ya lo viste?")
}

// What changes after the page was made and before it can hear is not missed.
func TestWhatChangesWhileThePageOpensIsShown(t *testing.T) {
	w := newWorld(t)
	h := w.ask(t, handoff.Ask{})
	opens := make(chan struct{})
	url := webtest.Serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/en-vivo" {
			<-opens
		}
		w.ServeHTTP(rw, r)
	}))
	p := as(t, url, w.Diego)
	p.Go(url + "/pases/1")
	p.WaitText("Espera a que Corte lo tome")
	w.move(t, w.Carla, h, handoff.Taken, handoff.Step{})
	close(opens)
	p.WaitText("Carla Ruiz lo está haciendo")
}

// News that could not be fetched are fetched when the server is back.
func TestNewsThatFailAreAskedForAgain(t *testing.T) {
	w := newWorld(t)
	h := w.ask(t, handoff.Ask{})
	var failed atomic.Bool
	url := webtest.Serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/partes") && !failed.Swap(true) {
			rw.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.ServeHTTP(rw, r)
	}))
	p := as(t, url, w.Diego)
	p.Allow("503")
	p.Go(url + "/pases/1")
	p.WaitText("Espera a que Corte lo tome")
	w.move(t, w.Carla, h, handoff.Taken, handoff.Step{})
	p.WaitText("Carla Ruiz lo está haciendo")
	if !failed.Load() {
		t.Error("nothing failed")
	}
}
