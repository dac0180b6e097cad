package links_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
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

// both runs a test on a phone and on a laptop, each on a company of its own.
func both(t *testing.T, who, to string, fn func(t *testing.T, w *world, p *webtest.Page, site string)) {
	t.Helper()
	for name, size := range map[string][2]int64{"phone": {390, 844}, "laptop": {1280, 800}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p, site := w.open(who, to)
			p.Size(size[0], size[1])
			fn(t, w, p, site)
		})
	}
}

func TestAServiceIsChanged(t *testing.T) {
	both(t, "carla", "/catalogo", func(t *testing.T, w *world, p *webtest.Page, site string) {
		p.Type("#find", "cortadas")
		p.WaitNoText("Sistemas")
		p.Press("Piezas cortadas")
		p.WaitText("Lo ofrece Corte")
		p.Press("Cambiar")
		p.WaitText("Cambiar «Piezas cortadas»")
		p.Type("#f-deliver", "nunca")
		p.Press("Guardar")
		p.WaitText("Escribe un tiempo mayor que cero")
		p.Axe()
		p.Fits()
		p.Screenshot("offer-bad")
		p.Type("#f-deliver", "2")
		p.Set("#f-deliver_unit", "wd")
		p.Set("#f-requirements", "Completo\nDoblado")
		p.Press("Añadir otra pregunta")
		p.WaitText("Pregunta 3")
		p.Press("Añadir otra pregunta")
		p.WaitText("Pregunta 4")
		p.Axe()
		p.Type("#f-form-3-label", "Talla")
		p.Press("Guardar")
		p.WaitText("Guardado.")
		p.WaitText("Se entrega en 2 días laborables")
		p.WaitText("Completo Doblado")
		p.WaitText("Talla")

		p.Press("Cambiar")
		p.WaitText("Cambiar «Piezas cortadas»")
		o, err := w.Links.Offer(t.Context(), w.Ana, w.Cut.ID)
		if err != nil {
			t.Fatal(err)
		}
		o.Name = "Piezas contadas"
		if _, err := w.Links.Change(t.Context(), w.Bruno, o); err != nil {
			t.Fatal(err)
		}
		p.Type("#f-detail", "Lo que yo escribí")
		p.Press("Guardar")
		p.WaitText("Alguien lo cambió mientras tanto")
		p.WaitText("Piezas contadas")
		p.Until(`document.querySelector("#f-detail").value === "Lo que yo escribí"`)
		p.Axe()
		p.Fits()
		p.Screenshot("offer-stale")
	})
}

func TestAnAgreementIsProposedAndAccepted(t *testing.T) {
	both(t, "diego", "/catalogo", func(_ *testing.T, w *world, p *webtest.Page, site string) {
		l := w.history(12, 1)
		p.Go(site + links.URL(l.ID))
		p.Press("Proponer un acuerdo: Piezas cortadas")
		p.WaitText("Lo decide Corte")
		p.Type("#f-deliver", "4")
		p.Set("#f-requirements", "Completo\nPlanchado")
		p.Set("#f-review_on", "2027-01-31")
		p.Press("Proponer un acuerdo")
		p.WaitText("Propuesta enviada. Ahora decide la otra parte.")
		p.WaitText("Espera la respuesta de Corte")
		p.Cookie(site, says, "carla")
		p.Go(site + links.URL(l.ID))
		p.WaitText("Diego Paz, de Costura, propone esto")
		p.Press("De acuerdo")
		p.WaitText("Acuerdo aceptado. Vale desde ahora.")
		p.WaitText("Acuerdo entre los dos, versión 1")
		p.WaitText("Se entrega en 4 h de trabajo")
		p.Press("1 versión del acuerdo")
		p.WaitText("La aceptó Carla Ruiz")
		p.WaitGone(".toast-line") // it lies over what is below it, and so does the head of the page
		p.Until(`(scrollTo({top: 0, behavior: "instant"}), true)`)
		p.Axe()
		p.Fits()
		p.Screenshot("link-agreed")
		p.Press("Manchado")
		p.WaitText("Solo lo que volvió por «Manchado».")
		p.WaitText("En 2 entregas")
	})
}

// Without script a service still has room for more questions.
func TestTheFormsWorkWithoutScript(t *testing.T) {
	w := newWorld(t)
	p, site := w.open("carla", "/catalogo")
	p.NoScript()
	p.Go(site + links.OfferURL(w.Cut.ID) + "/cambiar")
	p.WaitGone("#more-questions button")
	p.Type("#f-form-1-label", "Talla")
	p.Set("#f-form-1-type", "choice")
	p.Press("Guardar")
	p.WaitText("Escribe al menos dos opciones")
	p.Set("#f-form-0-options", "S\nM")
	p.Press("Guardar")
	p.WaitText("Guardado.")
	p.WaitText("S · M")
}

// halfYear gives the link from Cutting to Sewing sixteen weeks of ten handoffs
// each, all right first time but one in ten, and one week in which all came back.
func (w *world) halfYear() link.Link {
	w.t.Helper()
	ctx, now := w.t.Context(), time.Now()
	monday := handoff.Monday(now).AddDate(0, 0, -7*16)
	var pasts []handoff.Past
	for week := range 16 {
		for i := range 10 {
			at := monday.AddDate(0, 0, 7*week).Add(15*time.Hour + time.Duration(i)*time.Hour)
			p := handoff.Past{Kind: handoff.Pull, By: w.Diego.Person, Ask: handoff.Ask{
				Service: w.Cut.ID, Customer: w.Sewing, Title: "Blusa azul", Quantity: 40, HappenedAt: at,
			}}
			add := func(to handoff.State, by authz.Actor, in handoff.Step) {
				at = at.Add(10 * time.Minute)
				in.HappenedAt = at
				p.Steps = append(p.Steps, handoff.PastStep{Kind: handoff.EventKind(to), By: by.Person, Step: in})
			}
			add(handoff.Taken, w.Carla, handoff.Step{})
			add(handoff.Delivered, w.Carla, handoff.Step{})
			if i == 0 || week == 7 {
				add(handoff.Returned, w.Diego, handoff.Step{Reason: reasons[min(i, 1)]})
				add(handoff.Delivered, w.Carla, handoff.Step{})
			}
			add(handoff.Accepted, w.Diego, handoff.Step{})
			pasts = append(pasts, p)
		}
	}
	if err := w.DB.InTx(ctx, w.ID, func(tx *db.Tx) error { return w.Handoffs.Record(ctx, tx, pasts) }); err != nil {
		w.t.Fatal(err)
	}
	return w.history(3, 0)
}

func TestTheCourseOfALinkIsRead(t *testing.T) {
	w := newWorld(t)
	l := w.halfYear()
	p, site := w.open("diego", links.URL(l.ID))
	p.WaitText("1 punto está fuera de lo usual: busca qué pasó")
	p.Inspect("course")
	p.Go(site + links.URL(l.ID) + "?carta=tiempo")
	p.WaitText("las últimas 50 entregas")
	p.Inspect("course-times")
	p.Press("Bien a la primera")
	p.WaitText("semana por semana")
	p.Click(".chart-beyond + a")
	p.WaitText("Solo la semana que empieza el lunes")
	p.Until(`document.querySelectorAll(".row").length === 10`)
	p.Axe()
	p.Go(site + links.URL(l.ID))
	p.Press("Los mismos puntos, en una tabla")
	p.WaitText("0 de 10")
	p.Press("Ver lo que volvió")
	p.WaitText("En 2 entregas")
}
