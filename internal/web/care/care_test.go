package care_test

import (
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/care"
	"github.com/eslabon/eslabon/internal/web/links"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

type house struct {
	*webtest.House
	ratings  *rating.Service
	insights *insight.Service
	needs    *need.Service
	pulses   *pulse.Service
}

func open(t *testing.T) house {
	t.Helper()
	var h house
	h.House = webtest.NewHouse(t, func(mux *http.ServeMux, c *fixture.Company) {
		h.ratings, h.needs, h.pulses = rating.New(c.DB), need.New(c.DB, c.Handoffs), pulse.New(c.DB, seal.In(t.TempDir()))
		h.insights = insight.New(c.DB, c.Handoffs, h.ratings, thanks.New(c.DB), h.needs, h.pulses)
		s := care.Services{
			Insights: h.insights,
			Ratings:  h.ratings, Links: c.Links, Org: c.Org, Handoffs: c.Handoffs,
		}
		web.Routes(mux)
		care.Routes(mux, s)
		links.Routes(mux, links.Services{Org: c.Org, Links: c.Links, Handoffs: c.Handoffs, Voice: s.Panel})
	})
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// round lets a sewer ask cutting for something that comes back so many times,
// and say how it was.
func (h house) round(t *testing.T, sewer authz.Actor, returns, score int) id.Link {
	t.Helper()
	ctx := t.Context()
	x, err := h.Handoffs.Ask(ctx, sewer, handoff.Ask{Service: h.Cut.ID, Customer: h.Sewing, Title: "Lote 14", Quantity: 2})
	must(t, err)
	move := func(a authz.Actor, to handoff.State, in handoff.Step) {
		in.Handoff = x.ID
		_, err := h.Handoffs.Move(ctx, a, to, in)
		must(t, err)
	}
	for range returns {
		move(h.Carla, handoff.Delivered, handoff.Step{})
		move(sewer, handoff.Returned, handoff.Step{Reason: h.Cut.Reasons[0].ID})
	}
	move(h.Carla, handoff.Delivered, handoff.Step{})
	move(sewer, handoff.Accepted, handoff.Step{})
	_, err = h.ratings.Rate(ctx, sewer, rating.Rate{
		Handoff: x.ID, Side: rating.Customer, Score: score, Via: rating.Page, Letters: map[rating.Letter]int{rating.Empathy: score},
	})
	must(t, err)
	must(t, handoff.Stats.CatchUp(ctx, h.DB))
	return x.Link
}

// sewers hires three more who sew beside Diego and Elena, without a mail.
func (h house) sewers() []authz.Actor {
	return []authz.Actor{
		h.Diego, h.Elena, h.Hire("Gema", h.Sewing, ""), h.Hire("Hugo", h.Sewing, ""), h.Hire("Irma", h.Sewing, ""),
	}
}

func TestTheCardSaysWhatItKnowsAndWhatIsMissing(t *testing.T) {
	h := open(t)
	h.Get("diego", "/servicio").Reads(http.StatusOK, "Idóneo", "Empatía", "Empoderamiento", "La E va dos veces", "Faltan 5 personas.", "No hay una nota final")
	for i := range 10 {
		h.round(t, h.Diego, i%5/4, 4)
	}
	h.Get("diego", "/servicio").Reads(http.StatusOK, "80 %", "de 10.", "Faltan 4 personas.").Hides("4 de 5")
	for _, a := range h.sewers()[1:] {
		h.round(t, a, 0, 5)
	}
	h.Get("diego", "/servicio").Reads(http.StatusOK, "14 valoraciones de 5 personas", "4.3 de 5")
	h.Get("diego", "/servicio?nodo="+string(h.Cutting)).Reads(http.StatusOK, "Cómo sirve Corte", "14 valoraciones de 5 personas", "/organizacion/nodo/")
	h.Get("diego", "/servicio?nodo="+string(h.Computers)).Reads(http.StatusOK, "Cómo sirve Sistemas", "Faltan 5 personas.").Hides("14 valoraciones")
	h.Get("diego", "/servicio?nodo=nada").Reads(http.StatusNotFound)
	h.Get("otra", "/servicio?nodo="+string(h.Cutting)).Reads(http.StatusNotFound)
	h.Lang = "en"
	h.Get("diego", "/servicio").Reads(http.StatusOK, "Responsiveness", "Empowerment", "14 ratings by 5 people")
}

func TestWhatBothEndsSayStandsOnTheLink(t *testing.T) {
	h := open(t)
	var l id.Link
	for range 8 {
		l = h.round(t, h.Diego, 2, 1)
	}
	at := links.URL(l)
	h.Get("diego", at).Reads(http.StatusOK, "Faltan 4 personas.", "Con menos de cinco se sabría", "Tensión", "100 %", "Bien a la primera").Hides("1 de 5", "Anotar una plática")
	h.Get("fabio", at).Reads(http.StatusOK, "Quien recibe, de la entrega").Hides("Tensión")
	for _, a := range h.sewers()[1:] {
		h.round(t, a, 0, 2)
	}
	h.Get("fabio", at).Reads(http.StatusOK, "1.3 de 5", "12 valoraciones de 5 personas")

	to := at + "/platica"
	h.Get("bruno", at).Reads(http.StatusOK, "Anotar una plática", to)
	h.Get("bruno", to).Reads(http.StatusOK, "¿En qué quedaron?")
	h.Get("diego", to).Reads(http.StatusForbidden)
	h.Get("fabio", to).Reads(http.StatusNotFound)
	h.Get("otra", to).Reads(http.StatusNotFound)
	talk := []string{"held_on", time.Now().Format(time.DateOnly), "present", "Carla, Diego y Bruno", "matter", "Las medidas", "agreed", "Molde nuevo el lunes"}
	h.Post("otra", to).Reads(http.StatusNotFound)
	h.Post("diego", to, talk...).Reads(http.StatusForbidden)
	h.Post("bruno", to, append(talk[:len(talk)-1:len(talk)-1], "", "next_on", "2001-01-01")...).Reads(http.StatusUnprocessableEntity, "Falta este dato", "La próxima vez es después", "Las medidas")
	h.Post("bruno", to, talk...).Leads(at)
	h.Get("carla", at).Reads(http.StatusOK, "Molde nuevo el lunes", "Lo anotó Bruno Leal")
	h.Get("fabio", at).Hides("Molde nuevo el lunes")
}

func TestThePageOfWhoLeads(t *testing.T) {
	h := open(t)
	h.Get("diego", "/mi-equipo").Reads(http.StatusForbidden)
	h.Post("diego", "/mi-equipo/paso", "step", "walk", "done", "1").Reads(http.StatusForbidden)
	h.Get("bruno", "/mi-equipo").Reads(http.StatusOK, "Nada espera tu respuesta", "Van 0 de 5", "no se cuentan aquí", "Elena Sol", "nadie sepa quién dijo qué")
	h.round(t, h.Diego, 0, 1)
	h.Get("bruno", "/mi-equipo").Reads(http.StatusOK, "Lote 14", "Muy mal")
	h.Post("bruno", "/mi-equipo/paso", "step", "walk", "done", "1").Leads("/mi-equipo")
	h.Post("bruno", "/mi-equipo/paso", "step", "ask", "done", "1").Leads("/mi-equipo")
	h.Get("bruno", "/mi-equipo").Reads(http.StatusOK, "Van 2 de 5")
	h.Post("bruno", "/mi-equipo/paso", "step", "ask").Leads("/mi-equipo")
	h.Get("bruno", "/mi-equipo").Reads(http.StatusOK, "Van 1 de 5")
	h.Post("bruno", "/mi-equipo/paso", "step", "dance", "done", "1").Reads(http.StatusUnprocessableEntity)
	h.Get("ana", "/mi-equipo").Reads(http.StatusOK, "Van 0 de 5")
	h.Get("otra", "/mi-equipo").Reads(http.StatusOK).Hides("Lote 14")
}

// What the team says is shown only as far as a pulse may show it.
func TestWhatTheTeamSays(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	must(t, job.Migrate(ctx, h.DB))
	people := append(h.sewers(), h.Carla, h.Bruno)
	p, _, err := h.pulses.Launch(ctx, h.Ana, pulse.Launch{Title: "Apoyo", Items: []string{"support.listens", "safety.speak"}, Days: 5})
	must(t, err)
	for i, a := range people {
		must(t, h.pulses.Cast(ctx, a, p.ID, pulse.Answers{Choices: map[string]int{"support.listens": 1 + i*4/6, "safety.speak": 5}}))
	}
	must(t, h.pulses.Close(ctx, h.Ana, p.ID))
	d, err := h.pulses.Promise(ctx, h.Ana, pulse.Deed{
		Pulse: p.ID, Heard: "No nos escuchan", Promise: "Junta los lunes", Owner: h.Bruno.Person, DueOn: time.Now().AddDate(0, 0, 9).Format(time.DateOnly),
	})
	must(t, err)
	h.Get("bruno", "/mi-equipo").Reads(http.StatusOK, "Junta los lunes", "No nos escuchan", "/pulsos/"+string(d.Pulse), "Para el")
	h.Get("ana", "/mi-equipo").Reads(http.StatusOK, "Toda la empresa", "Quien dirige mi equipo me escucha.", "de acuerdo.", "Casi todos están de acuerdo", "de 7.")
}

// Who leads checks off the week on a phone, reads how the team serves, and
// notes a talk on a link that is rough.
func TestInABrowser(t *testing.T) {
	h := open(t)
	var l id.Link
	for range 8 {
		l = h.round(t, h.Diego, 2, 1)
	}
	for range 8 {
		h.round(t, h.Elena, 0, 5)
	}
	p, site := h.Open("bruno", "/mi-equipo")
	p.Size(390, 844)
	p.Click("#semana button")
	p.WaitText("Van 1 de 5")
	p.Go(site + "/mi-equipo")
	p.Inspect("care-mirror")
	p.Go(site + "/servicio")
	p.WaitText("Empoderamiento")
	p.Inspect("care-card")
	p.Go(site + links.URL(l))
	p.WaitText("Tensión")
	p.Inspect("care-link")
	p.Go(site + links.URL(l))
	p.Press("Anotar una plática")
	p.WaitText("¿En qué quedaron?")
	p.Inspect("care-talk")
	p.Set("#f-present", "Carla y Diego")
	p.Set("#f-matter", "Las medidas llegan mal")
	p.Set("#f-agreed", "Molde nuevo el lunes")
	p.Press("Guardar")
	p.WaitText("Molde nuevo el lunes")
}
