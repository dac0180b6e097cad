package links_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/web/links"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

const mapDrawn = `document.querySelector("[data-chain][data-drawn]")`

// The map by keyboard alone: a node is found, its links are read, one of them
// is opened.
func TestTheMapIsUsedWithoutAMouse(t *testing.T) {
	both(t, "fabio", "/cadena", func(_ *testing.T, w *world, p *webtest.Page, site string) {
		l := w.history(14, 3)
		p.Go(site + "/cadena")
		p.Until(mapDrawn)
		p.Axe()
		p.Fits()
		p.Type("#chain-find", "nadie así")
		p.Keys(webtest.Enter)
		p.WaitText("En el mapa nada se llama así")
		p.Type("#chain-find", "cost")
		p.Keys(webtest.Enter)
		p.WaitText("Recibe de")
		p.Until(`document.querySelector("[data-chain-name]").textContent === "Costura"`)
		p.Until(`new URLSearchParams(location.search).get("puesto") === "` + string(w.Sewing) + `"`)
		p.Axe()
		p.Fits()
		p.Screenshot("chain-chosen")
		p.Until(`document.querySelector("[data-chain-canvas]").focus() || document.activeElement.matches("[data-chain-canvas]")`)
		p.Until(`(window.was = document.activeElement.cytoscape.zoom()) > 0`)
		p.Keys("-")
		p.Until(`document.activeElement.cytoscape.zoom() < window.was`)
		p.Keys("0")
		p.Keys(webtest.Escape)
		p.WaitGone("[data-chain-card]")
		p.Go(site + "/cadena?puesto=" + string(w.Sewing))
		p.WaitText("Recibe de")
		p.Until(`document.querySelector(".chain-see[href]").focus() || document.activeElement.matches(".chain-see")`)
		p.Keys(webtest.Enter)
		p.WaitPath(links.URL(l.ID))
	})
}

func TestTheFilterOfTheChainStaysInTheAddress(t *testing.T) {
	both(t, "ana", "/cadena", func(_ *testing.T, w *world, p *webtest.Page, site string) {
		w.history(14, 3)
		p.Go(site + "/cadena")
		p.Until(mapDrawn)
		p.WaitText("Tiendas Marisol")
		p.Press("Elegir qué se ve")
		p.Set("#f-relacion", "horizontal")
		p.Press("Mostrar")
		p.Until(`location.search.includes("relacion=horizontal")`)
		p.Until(mapDrawn)
		p.WaitText("Relación: Horizontal")
		p.Until(`document.querySelectorAll(".table tbody tr").length === 1`)
		p.Axe()
		p.Press("Relación: Horizontal")
		p.Until(`document.querySelectorAll(".table tbody tr").length === 2`)
	})
}

func TestTheChainIsReadWithoutScript(t *testing.T) {
	w := newWorld(t)
	w.history(14, 3)
	p, site := w.open("ana", "/cadena")
	p.NoScript()
	p.Go(site + "/cadena?pedido=P-0")
	p.WaitText("Nada pasó por aquí")
	p.Go(site + "/cadena")
	p.WaitGone("[data-chain]")
	p.WaitText("Quién le entrega a quién, últimos 90 días")
	p.WaitText("78 %")
}

func TestAFilterThatMeansNothingIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(2, 0)
	w.reads(w.get("ana", "/cadena?relacion=torcida"), http.StatusUnprocessableEntity)
	w.reads(w.get("ana", "/cadena?dias=7777"), http.StatusOK, "últimos 90 días")
	w.reads(w.get("ana", "/cadena?todo=1"), http.StatusOK, "2 eslabones")
}

// Each filter narrows the chain, is said on the page, and is let go by itself.
func TestEachFilterNarrowsTheChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.history(14, 3)
	for _, c := range []struct {
		query, es, en string
		rows          int
	}{
		{"", "Quién le entrega a quién", "Who delivers to whom", 2},
		{"?dias=30", "últimos 30 días", "last 30 days", 2},
		{"?servicio=" + string(w.Cut.ID), "Servicio: Piezas cortadas", "Service: Piezas cortadas", 1},
		{"?relacion=horizontal", "Relación: Horizontal", "Relation: Horizontal", 1},
		{"?relacion=vertical", "Nada pasó por aquí", "Nothing passed", 0},
		{"?pedido=P-0", "Nada pasó por aquí", "Nothing passed", 0},
	} {
		es, en := w.get("ana", "/cadena"+c.query), w.inEnglish("ana", "/cadena"+c.query)
		w.reads(es, http.StatusOK, c.es)
		w.reads(en, http.StatusOK, c.en)
		for _, page := range []answer{es, en} {
			rows := 0
			if _, table, ok := strings.Cut(page.body, "<tbody>"); ok {
				table, _, _ = strings.Cut(table, "</tbody>")
				rows = strings.Count(table, "<tr>")
			}
			if rows != c.rows {
				t.Errorf("%q has %d rows, want %d", c.query, rows, c.rows)
			}
		}
	}
}
