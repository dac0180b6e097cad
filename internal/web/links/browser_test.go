package links_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web/links"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

// open shows a page to somebody.
func (w *world) open(who, to string) (*webtest.Page, string) {
	w.t.Helper()
	site := webtest.Serve(w.t, w.h)
	p := webtest.Open(w.t)
	p.Cookie(site, says, who)
	p.Go(site + to)
	return p, site
}

func TestEveryPageIsUsableByEverybody(t *testing.T) {
	w := newWorld(t)
	l := w.history(14, 3)
	o := w.Cut
	o.Detail = "Piezas listas para coser, en paquetes por talla."
	o.Form = []link.Field{
		{Label: "Talla", Type: link.Choice, Required: true, Options: []string{"S", "M", "L"}}, {Label: "Largo", Type: link.Number, Unit: "cm"},
	}
	if _, err := w.Links.Change(t.Context(), w.Carla, o); err != nil {
		t.Fatal(err)
	}
	in := link.Propose{
		Link: l.ID, Service: w.Cut.ID, Terms: link.Terms{Take: time.Hour, Deliver: 4 * time.Hour, Target: 95}, ReviewOn: "2027-01-31",
		Requirements: []link.Item{{Text: "Completo"}, {Text: "Planchado"}}, Note: "La semana de la feria no podemos esperar un día.",
	}
	if _, err := w.Links.Propose(t.Context(), w.Diego, in); err != nil {
		t.Fatal(err)
	}
	p, site := w.open("ana", "/catalogo")
	p.Inspect("catalog")
	for name, to := range map[string]string{
		"offer": links.OfferURL(o.ID), "offer-change": links.OfferURL(o.ID) + "/cambiar", "links": "/eslabones", "chain": "/cadena",
		"link": links.URL(l.ID), "propose": links.URL(l.ID) + "/proponer?servicio=" + string(w.Cut.ID),
		"behind": links.URL(l.ID) + "/pases?ver=aceptados",
	} {
		p.Go(site + to)
		p.Inspect(name)
	}
}
