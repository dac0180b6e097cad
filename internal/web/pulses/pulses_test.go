package pulses_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/secret"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/pulses"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

// house is a workshop with a team of eleven without e-mail, who answer on
// paper, beside the six of the fixture.
type house struct {
	*webtest.House
	pulses *pulse.Service
	crew   []authz.Actor
	team   id.Node
}

func open(t *testing.T) house {
	t.Helper()
	var h house
	h.House = webtest.NewHouse(t, func(mux *http.ServeMux, c *fixture.Company) {
		if err := job.Migrate(t.Context(), c.DB); err != nil {
			t.Fatal(err)
		}
		h.pulses = pulse.New(c.DB, seal.In(t.TempDir()))
		web.Routes(mux)
		pulses.Routes(mux, pulses.Services{Pulses: h.pulses, Org: c.Org, Handoffs: c.Handoffs, Base: "https://taller.example"})
	})
	n, err := h.Org.AddNode(t.Context(), h.Ana, org.Node{Kind: org.Team, Name: "Acabado", Parent: h.Making})
	if err != nil {
		t.Fatal(err)
	}
	h.team = n.ID
	for i := range 11 {
		h.crew = append(h.crew, h.Hire(fmt.Sprintf("persona%d", i), n.ID, ""))
	}
	return h
}

var items = []string{"loyalty.recommend", "tools.have", "open.better"}

// launch sends the form with its button, and returns what came.
func (h house) launch(who string, more ...string) webtest.Answer {
	form := []string{"para", "todos", "title", "¿Cómo vamos?", "days", "5", "paso", "lanzar"}
	for _, c := range items {
		form = append(form, "items", c)
	}
	return h.Post(who, "/pulsos/nuevo", append(form, more...)...)
}

var ticket = regexp.MustCompile(`\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b`)

// codes launches a pulse on paper and returns the codes that were printed.
func (h house) codes(t *testing.T) (at string, codes []string) {
	t.Helper()
	page := h.launch("ana", "paper", "1").Reads(http.StatusOK, "Imprímelos ahora", "Acabado", "https://taller.example/pulso/codigo/1")
	seen := map[string]bool{}
	for _, c := range ticket.FindAllString(page.Body, -1) {
		if !seen[c] {
			codes = append(codes, c)
		}
		seen[c] = true
	}
	if len(codes) != 11 {
		t.Fatalf("%d codes, want 11", len(codes))
	}
	all, err := h.pulses.List(t.Context(), h.ID, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	return pulses.URL(all[0].ID), codes
}

func (h house) cast(who, at string, score, agree string) webtest.Answer {
	return h.Post(who, at+"/responder", "loyalty.recommend", score, "tools.have", agree)
}

func (h house) castCode(code, score, agree, note string) webtest.Answer {
	return h.Post("", "/pulso/codigo/1", "codigo", code, "paso", "enviar", "loyalty.recommend", score, "tools.have", agree, "open.better", note)
}

func TestAPulseFromTheFormToItsPromises(t *testing.T) {
	h := open(t)
	h.Get("ana", "/pulsos").Reads(http.StatusOK, "Todavía no hay ningún pulso", "Lanzar un pulso", "Planes")
	h.Get("diego", "/pulsos").Reads(http.StatusOK, "Todavía no hay ningún pulso").Hides("Lanzar un pulso", "Planes")
	h.Get("ana", "/pulsos/nuevo?plantilla=first").Reads(http.StatusOK, "Para empezar", "Del 0 al 10").Hides("Me tratan bien")
	h.Post("ana", "/pulsos/nuevo", "para", "todos", "title", "", "days", "90", "paso", "ver", "scores", "3").
		Reads(http.StatusUnprocessableEntity, "Título: Falta este dato", "entre 1 y 31 días", "al menos 5 personas", "Preguntas: Falta este dato")
	h.Post("ana", "/pulsos/nuevo", "para", "todos", "title", "¿Cómo vamos?", "days", "5", "paso", "ver", "items", "tools.have", "items", "open.better").
		Reads(http.StatusOK, "Se preguntará a 17", "Acabado", "Todo", "Descansan", "Lanzar: preguntar a 17 personas")
	h.Post("ana", "/pulsos/nuevo", "para", "todos", "title", "¿Cómo vamos?", "days", "5", "paso", "cambiar", "items", "tools.have").
		Reads(http.StatusOK, `value="tools.have" checked`, `value="¿Cómo vamos?"`)
	at, codes := h.codes(t)
	h.Get("diego", "/pulsos").Reads(http.StatusOK, "3 preguntas, un minuto", "Responder")
	h.Get("diego", at).Reads(http.StatusOK, "Los resultados se publican al cerrar", "Responder").Hides("Cerrar ahora")
	h.Get("ana", at).Reads(http.StatusOK, "Han respondido", "0", "de 17", "Cerrar ahora", "Se destruyen todas las respuestas")
	h.Get("diego", at+"/responder").Reads(http.StatusOK, "Nadie puede saber qué respondiste", "Pregunta 1 de 3", "10: seguro que sí", "Muy de acuerdo")
	h.cast("diego", at, "", "").Reads(http.StatusUnprocessableEntity, "Responde al menos una pregunta")
	h.cast("diego", at, "11", "x").Reads(http.StatusUnprocessableEntity)
	for i, who := range []string{"ana", "bruno", "carla", "diego", "elena", "fabio"} {
		h.cast(who, at, fmt.Sprint(5+i%6), "4").Leads("/pulsos")
	}
	h.cast("diego", at, "3", "3").Reads(http.StatusConflict, "Ya respondiste")
	for i, c := range codes[:9] {
		h.castCode(c, fmt.Sprint(i), fmt.Sprint(1+i%3), "Más luz").Leads("/pulso/codigo/1?gracias=1")
	}
	h.Get("ana", at).Reads(http.StatusOK, "15")
	h.Post("diego", at+"/cerrar").Reads(http.StatusForbidden)
	h.Post("ana", at+"/compromisos", "heard", "x", "promise", "y", "owner", string(h.Bruno.Person), "due_on", "2126-01-01").Reads(http.StatusConflict, "Primero tiene que cerrar")
	h.Post("ana", at+"/recordar").Leads(at)
	h.Post("ana", at+"/recordar").Reads(http.StatusConflict, "Una vez al día basta")
	h.Post("ana", at+"/cerrar").Leads(at)
	h.Post("ana", at+"/cerrar").Reads(http.StatusConflict, "ya no está abierto")
	h.Get("elena", at).Reads(http.StatusOK, "15 de 17 personas", "eNPS", "de acuerdo", "entre", "n 15", "Más luz", "nadie las cambió después").
		Hides("No representativo", "Prometer algo")
	h.Post("ana", at+"/compromisos", "heard", "", "promise", "", "due_on", "ayer").Reads(http.StatusUnprocessableEntity, "Falta este dato")
	h.Post("ana", at+"/compromisos", "item", "tools.have", "heard", "Falta luz", "promise", "Lámparas nuevas", "owner", string(h.Bruno.Person), "due_on", "2126-01-01").
		Leads(at + "#compromisos")
	body := h.Get("bruno", at).Reads(http.StatusOK, "Lámparas nuevas", "Bruno Leal", "Todavía no", "Ya está hecho").Body
	to := regexp.MustCompile(at + `/compromisos/[0-9a-f-]+`).FindString(body)
	h.Post("diego", to, "done", "x").Reads(http.StatusForbidden)
	h.Post("bruno", to, "done", "").Reads(http.StatusUnprocessableEntity, "Falta este dato")
	h.Post("bruno", to, "done", "Ya alumbran").Leads(at)
	h.Get("diego", at).Reads(http.StatusOK, "Ya alumbran")
	h.Get("diego", "/pulsos").Reads(http.StatusOK, "Resultados", "eNPS")
	for _, path := range []string{at, at + "/responder"} {
		h.Get("otra", path).Reads(http.StatusNotFound)
		h.Get("", path).Leads("/entrar")
	}
}

// What few people said is not shown, and the page says why.
func TestResultsUnderTheMinimum(t *testing.T) {
	h := open(t)
	at := h.launch("ana").Leads("/pulsos/")
	for _, who := range []string{"bruno", "carla", "diego", "elena"} {
		h.cast(who, at, "9", "4").Leads("/pulsos")
	}
	h.Post("ana", at+"/cerrar").Leads(at)
	h.Get("diego", at).Reads(http.StatusOK, "No hay nada que se pueda mostrar", "Se preguntó a 17 personas", "No se muestra", "muy pocas respuestas").
		Hides("eNPS", "%")
	h.Get("diego", "/pulsos").Reads(http.StatusOK, "No se puede mostrar ninguna cifra")
	h.Get("diego", at+"/responder").Reads(http.StatusConflict, "Este pulso cerró")
}

func TestWhatACodeRefuses(t *testing.T) {
	h := open(t)
	at, codes := h.codes(t)
	h.Get("", "/pulso/codigo/1").Reads(http.StatusOK, "Escribe tu código", "nadie anota a quién le tocó cuál")
	h.Get("", "/pulso/codigo/uno").Reads(http.StatusNotFound)
	h.Post("", "/pulso/codigo/1", "codigo", "").Reads(http.StatusUnprocessableEntity, "Falta este dato")
	h.Post("", "/pulso/codigo/1", "codigo", "ABCD-EFGH-JKMN").Reads(http.StatusUnprocessableEntity, "Ese código no existe", "ABCD-EFGH-JKMN")
	h.Post("", "/pulso/codigo/2", "codigo", codes[0]).Reads(http.StatusUnprocessableEntity, "Ese código no existe")
	h.Get("", "/pulso/codigo/1?codigo="+codes[0]).Reads(http.StatusOK, "Pregunta 1 de 3")
	long := strings.Repeat("ñandú ", 1_700)
	h.castCode(codes[0], "7", "4", long).Reads(http.StatusUnprocessableEntity, "Es demasiado largo", long[:900])
	h.castCode(codes[0], "7", "", "👍").Leads("/pulso/codigo/1?gracias=1")
	h.castCode(codes[0], "7", "4", "").Reads(http.StatusUnprocessableEntity, "Ese código ya se usó")
	h.Get("", "/pulso/codigo/1?codigo="+codes[0]).Reads(http.StatusUnprocessableEntity, "Ese código ya se usó")
	h.Get("", "/pulso/codigo/1?gracias=1").Reads(http.StatusOK, "ya está bajo llave", "Escribe tu código").Hides(codes[0])
	h.Get("persona1", at+"/responder").Reads(http.StatusConflict, "el código de papel")
	page := h.Post("ana", at+"/codigos").Reads(http.StatusOK, "Imprímelos ahora")
	if n := len(ticket.FindAllString(page.Body, -1)); n < 10 {
		t.Fatalf("%d codes, want those of ten people", n)
	}
	h.castCode(codes[1], "7", "4", "").Reads(http.StatusUnprocessableEntity, "Ese código no existe")
	fresh := ticket.FindString(page.Body)
	h.Post("diego", at+"/codigos").Reads(http.StatusForbidden)
	h.Post("ana", at+"/cancelar").Leads(at)
	h.Get("diego", at).Reads(http.StatusOK, "se destruyeron sin que nadie las leyera")
	h.castCode(fresh, "7", "4", "").Reads(http.StatusUnprocessableEntity, "Ese código no existe")
}

// A program that opens the link of a mail, and one that posts to it, answer
// nothing; the person does, without signing in.
func TestTheLinkOfAMail(t *testing.T) {
	h := open(t)
	at := h.launch("ana").Leads("/pulsos/")
	pulseID := id.Pulse(strings.TrimPrefix(at, "/pulsos/"))
	mailed := func(p id.Person) string {
		link, keep, err := h.pulses.LinkFor(t.Context(), h.ID, p, pulseID)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.DB.InTx(t.Context(), h.ID, func(tx *db.Tx) error { return keep(t.Context(), tx) }); err != nil { // as the mail leaves
			t.Fatal(err)
		}
		return link
	}
	link := mailed(h.Diego.Person)
	to := "/pulso/" + link
	h.Get("", to).Reads(http.StatusOK, "¿Cómo vamos?", "Nadie puede saber", "Pregunta 1 de 3")
	h.Post("", to, "tools.have", "1").Reads(http.StatusConflict, "responde desde ahí")
	h.Get("ana", at).Reads(http.StatusOK, "Han respondido 0")
	word := secret.Confirmation(link)
	h.Post("", to, "palabra", word).Reads(http.StatusUnprocessableEntity, "Responde al menos una pregunta")
	h.Post("", to, "palabra", word, "tools.have", "4").Reads(http.StatusOK, "ya está bajo llave")
	h.Post("", to, "palabra", word, "tools.have", "4").Reads(http.StatusConflict, "Ya respondiste")
	h.Get("", to).Reads(http.StatusConflict, "Ya respondiste")
	h.Get("", "/pulso/nada").Reads(http.StatusNotFound, "ya no sirve")
	h.Get("ana", at).Reads(http.StatusOK, "Han respondido 1")
	p, _ := h.Open("", "/pulso/"+mailed(h.Elena.Person))
	p.Inspect("pulse-link")
}

func TestWhoLeadsAsksThoseItServed(t *testing.T) {
	h := open(t)
	h.Get("diego", "/pulsos/nuevo").Reads(http.StatusForbidden)
	h.Get("diego", "/pulsos/cartel").Reads(http.StatusForbidden)
	h.Get("bruno", "/pulsos/nuevo").Reads(http.StatusOK, "Me tratan bien", "Producción", "En los últimos cuántos días").Hides("Sistemas", "A toda la empresa")
	ask := func(who, node string) webtest.Answer {
		return h.Post(who, "/pulsos/nuevo", "para", "servidos", "title", "x", "items", "served.right", "node", node, "days_back", "30", "days", "5", "paso", "ver")
	}
	ask("bruno", string(h.Sewing)).Reads(http.StatusOK, "Se preguntaría a 0 personas", "Cambiar algo").Hides("Lanzar: preguntar")
	ask("bruno", string(h.Computers)).Reads(http.StatusForbidden)
	ask("bruno", "").Reads(http.StatusUnprocessableEntity, "Falta este dato")
	h.Post("bruno", "/pulsos/nuevo", "para", "todos", "title", "x", "items", "tools.have", "days", "5", "paso", "lanzar").Reads(http.StatusForbidden)
	h.Get("bruno", "/pulsos/cartel").Reads(http.StatusOK, "Queremos escucharte", "https://taller.example/pulso/codigo/1")
}

func TestPlans(t *testing.T) {
	h := open(t)
	h.Get("bruno", "/pulsos-planes").Reads(http.StatusForbidden)
	h.Get("ana", "/pulsos-planes").Reads(http.StatusOK, "Todavía no hay ningún plan")
	h.Get("ana", "/pulsos-planes/nuevo").Reads(http.StatusOK, "Cada cuántas semanas")
	h.Post("ana", "/pulsos-planes/nuevo", "title", "", "template", "served", "weeks", "99", "questions", "9", "open_days", "0", "next_on", "").
		Reads(http.StatusUnprocessableEntity, "Título: Falta este dato", "Cada 1 a 52 semanas", "Entre una y cinco preguntas", "entre 1 y 31 días")
	h.Post("ana", "/pulsos-planes/nuevo", "title", "Cada quincena", "template", "whole", "weeks", "2", "questions", "3", "open_days", "5", "next_on", "2126-11-30", "active", "1").
		Leads("/pulsos-planes")
	body := h.Get("ana", "/pulsos-planes").Reads(http.StatusOK, "Cada quincena", "cada 2 semanas", "Un poco de todo").Body
	at := regexp.MustCompile(`/pulsos-planes/[0-9a-f][0-9a-f-]+`).FindString(body)
	h.Get("ana", at).Reads(http.StatusOK, "Cada quincena")
	h.Get("otra", at).Reads(http.StatusNotFound)
	h.Post("otra", at, "title", "x").Reads(http.StatusNotFound)
	h.Post("ana", at, "title", "Cada quincena", "template", "care", "weeks", "1", "questions", "2", "open_days", "5", "next_on", "2126-11-30").Leads("/pulsos-planes")
	h.Get("ana", "/pulsos-planes").Reads(http.StatusOK, "Parado", "Seguridad y carga")
}

// What people send wrong on paper, by mail or too late is said in the language
// of the page, and what they wrote is still there.
func TestWhatIsRefusedInBothLanguages(t *testing.T) {
	h := open(t)
	at, codes := h.codes(t)
	h.castCode(codes[0], "7", "4", "").Leads("/pulso/codigo/1?gracias=1")
	long := strings.Repeat("ñandú ", 1_700)
	say := map[string]map[string]string{
		"es": {"used": "Ese código ya se usó", "none": "Ese código no existe", "long": "Es demasiado largo", "over": "Este pulso cerró", "link": "ya no sirve"},
		"en": {"used": "That code has been used", "none": "There is no such code", "long": "This is too long", "over": "This pulse is closed", "link": "no longer works"},
	}
	for lang, want := range say {
		h.Lang = lang
		h.castCode(codes[0], "7", "4", "").Reads(http.StatusUnprocessableEntity, want["used"])
		h.Post("", "/pulso/codigo/2", "codigo", codes[1]).Reads(http.StatusUnprocessableEntity, want["none"], codes[1])
		h.castCode(codes[1], "7", "4", long).Reads(http.StatusUnprocessableEntity, want["long"], long[:900])
		h.Post("diego", at+"/responder", "tools.have", "4", "open.better", long).Reads(http.StatusUnprocessableEntity, want["long"], long[:900])
		h.Get("", "/pulso/esp_1_"+strings.Repeat("x", 43)).Reads(http.StatusNotFound, want["link"])
	}
	h.Lang = "es"
	h.Post("ana", at+"/cerrar").Leads(at)
	for lang, want := range say {
		h.Lang = lang
		h.cast("diego", at, "7", "4").Reads(http.StatusConflict, want["over"])
		h.castCode(codes[2], "7", "4", "").Reads(http.StatusUnprocessableEntity, want["none"])
	}
}
