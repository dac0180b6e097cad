package needs_test

import (
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/needs"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

func open(t *testing.T) *webtest.House {
	t.Helper()
	return webtest.NewHouse(t, func(mux *http.ServeMux, c *fixture.Company) {
		web.Routes(mux)
		needs.Routes(mux, needs.Services{Needs: need.New(c.DB, c.Handoffs), Org: c.Org, Links: c.Links})
	})
}

func ask(w *webtest.House, title string, more ...string) webtest.Answer {
	return w.Post("diego", "/necesidades/nueva", append([]string{
		"title", title, "category", "tools", "severity", "2", "node", string(w.Sewing), "scope", "team",
	}, more...)...)
}

func TestANeedFromAskingToResolved(t *testing.T) {
	w := open(t)
	w.Get("diego", "/necesidades").Reads(http.StatusOK, "Aquí no hay nada pendiente")
	at := ask(w, "Otra plancha", "detail", "Hacemos fila").Leads("/necesidades/")
	w.Get("elena", at).Reads(http.StatusOK, "Otra plancha", "Yo también lo necesito").Hides("Tu respuesta")
	w.Post("elena", at+"/sumarme", "si", "1").Leads(at)
	w.Get("bruno", at).Reads(http.StatusOK, "Tu respuesta", "una persona más")
	w.Post("bruno", at+"/planear", "text", "La pedimos", "due_on", "ayer", "cost", "mucho").Reads(http.StatusUnprocessableEntity, "Escribe un costo", "La pedimos")
	due := time.Now().AddDate(0, 0, 6).Format(time.DateOnly)
	w.Post("bruno", at+"/planear", "text", "La pedimos", "due_on", "ayer").Reads(http.StatusUnprocessableEntity, "para qué día", "La pedimos")
	w.Post("bruno", at+"/planear", "text", "La pedimos", "due_on", due, "cost", "900").Leads(at)
	w.Post("bruno", at+"/hecho", "text", "Junto a la ventana").Leads(at)
	w.Get("diego", at).Reads(http.StatusOK, "¿Quedó resuelto?", "Junto a la ventana", "900")
	w.Post("diego", at+"/falta", "text", "").Reads(http.StatusUnprocessableEntity, "Falta este dato")
	w.Post("diego", at+"/falta", "text", "No calienta").Leads(at)
	w.Post("bruno", at+"/hecho", "text", "La cambiaron").Leads(at)
	w.Post("diego", at+"/resuelto").Leads(at)
	w.Get("diego", at).Reads(http.StatusOK, "Resuelto")
	w.Get("bruno", "/necesidades/registro").Reads(http.StatusOK, "Por tipo")
	w.Get("ana", "/necesidades/registro").Reads(http.StatusOK, "Registro")
}

func TestWhatIsRefused(t *testing.T) {
	w := open(t)
	ask(w, "").Reads(http.StatusUnprocessableEntity, "Falta este dato")
	ask(w, strings.Repeat("a", 10_000)).Reads(http.StatusUnprocessableEntity, "Es demasiado largo")
	ask(w, "x", "service", string(w.Sew.ID)).Reads(http.StatusUnprocessableEntity, "lo ofrece el mismo lugar")
	at := ask(w, "Que nos escuchen").Leads("/necesidades/")
	for _, who := range []string{"fabio", "otra"} {
		w.Get(who, at).Reads(http.StatusNotFound)
		w.Post(who, at+"/sumarme", "si", "1").Reads(http.StatusNotFound)
	}
	w.Post("elena", at+"/hecho", "text", "x").Reads(http.StatusForbidden)
	w.Post("bruno", at+"/bailar").Reads(http.StatusNotFound)
	w.Get("fabio", "/necesidades/registro").Reads(http.StatusForbidden)
}

// A team may stop offering what a need was going to while somebody writes it
// down: it is said, in the language of the page, and what was written is there.
func TestANeedForWhoOffersNothing(t *testing.T) {
	w := open(t)
	if err := w.Links.Archive(t.Context(), w.Ana, w.Help.ID, true); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ñandú ", 1_700)
	for lang, want := range map[string][2]string{"es": {"ya no se ofrece", "Es demasiado largo"}, "en": {"no longer offered", "This is too long"}} {
		w.Lang = lang
		ask(w, "Otra pantalla", "service", string(w.Help.ID), "detail", "Con esta no se lee").Reads(http.StatusUnprocessableEntity, want[0], "Otra pantalla", "Con esta no se lee")
		ask(w, "Otra pantalla", "detail", long).Reads(http.StatusUnprocessableEntity, want[1], long[:900])
	}
	if all, err := need.New(w.DB, w.Handoffs).List(t.Context(), w.Ana, need.Filter{Limit: 5}); err != nil || len(all) != 0 {
		t.Errorf("%d needs were noted, %v", len(all), err)
	}
}

// A worker stops work with one press on a phone; it is red everywhere until who
// leads says that it is safe, and it is resolved.
func TestStoppingWorkInABrowser(t *testing.T) {
	w := open(t)
	p, site := w.Open("diego", "/necesidades")
	p.Size(390, 844)
	p.Press("Parar el trabajo")
	p.WaitText("Nadie te va a reclamar")
	p.Inspect("need-stop")
	p.Press("Parar ahora")
	p.WaitText("Trabajo parado. Ya lo saben todos.")
	p.Inspect("need-stopped")
	w.As(p, site, "bruno", "/necesidades")
	p.WaitText("No puede esperar")
	p.WaitText("Trabajo parado en Costura")
	p.Inspect("need-board")
	p.Press("Trabajo parado en Costura")
	p.Press("Ya es seguro: seguir")
	p.WaitText("Listo: se puede seguir.")
	p.Press("Ya está hecho")
	p.Set("#f-hecho-text", "Cambiamos el cable")
	p.Press("Decir que está hecho")
	p.WaitText("Le preguntamos a quien lo pidió")
	w.As(p, site, "diego", "/necesidades?ver=mias")
	p.Press("Trabajo parado en Costura")
	p.WaitText("¿Quedó resuelto?")
	p.Inspect("need-check")
	p.Press("Sí, quedó resuelto")
	p.WaitText("Qué bueno. Queda resuelto.")
	p.Size(1280, 800)
	p.Go(site + "/necesidades/nueva")
	p.Inspect("need-new")
	w.As(p, site, "ana", "/necesidades/registro")
	p.Inspect("need-register")
}
