package voices_test

import (
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/voices"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

type house struct {
	*webtest.House
	ratings *rating.Service
}

func open(t *testing.T) house {
	t.Helper()
	var h house
	h.House = webtest.NewHouse(t, func(mux *http.ServeMux, c *fixture.Company) {
		h.ratings = rating.New(c.DB)
		s := voices.Services{Ratings: h.ratings, Thanks: thanks.New(c.DB), Handoffs: c.Handoffs, Org: c.Org}
		web.Routes(mux)
		voices.Routes(mux, s)
		handoffs.Routes(mux, handoffs.Services{Handoffs: c.Handoffs, Links: c.Links, Org: c.Org, Voice: s.Panel, Away: absence.New(c.DB).Away})
	})
	return h
}

// delivered is a handoff that Carla delivered to Diego, who accepted it.
func (h house) delivered(t *testing.T) handoff.Handoff {
	t.Helper()
	ctx := t.Context()
	x, err := h.Handoffs.Ask(ctx, h.Diego, handoff.Ask{Service: h.Cut.ID, Customer: h.Sewing, Title: "Lote 14", Quantity: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = h.Handoffs.Move(ctx, h.Carla, handoff.Delivered, handoff.Step{Handoff: x.ID}); err != nil {
		t.Fatal(err)
	}
	if x, err = h.Handoffs.Move(ctx, h.Diego, handoff.Accepted, handoff.Step{Handoff: x.ID}); err != nil {
		t.Fatal(err)
	}
	if err := rating.Asker.CatchUp(ctx, h.DB); err != nil {
		t.Fatal(err)
	}
	return x
}

const reason = "Se quedó hasta tarde para terminar el lote"

func TestALowRatingGetsAnAnswer(t *testing.T) {
	h := open(t)
	x := h.delivered(t)
	at := "/valorar/pase/" + string(x.ID)
	h.Get("diego", "/valorar").Reads(http.StatusOK, "Lote 14", "Muy bien")
	h.Post("diego", at, "side", "customer").Reads(http.StatusUnprocessableEntity, "Toca una de las cinco caras")
	h.Post("carla", at, "side", "customer", "score", "5").Reads(http.StatusForbidden, "Nadie valora su propio trabajo")
	h.Post("diego", at, "side", "customer", "score", "2", "note", "Dos cortas", "letter-response", "1").Leads("/pases/")
	h.Post("elena", at, "side", "customer", "score", "5").Reads(http.StatusConflict, "Diego Paz")
	h.Get("carla", "/valorar").Reads(http.StatusOK, "Esperan tu respuesta", "Dos cortas")
	h.Post("carla", at+"/respuesta", "side", "customer", "answer", "Cambiamos el molde").Leads("/pases/")
	h.Post("diego", at+"/sirvio", "side", "customer", "si", "1").Leads("/pases/")
	h.Get("otra", "/valorar").Reads(http.StatusOK).Hides("Lote 14")
	h.Post("otra", at, "side", "customer", "score", "5").Reads(http.StatusNotFound)
}

func TestTheWallAndItsForm(t *testing.T) {
	h := open(t)
	x := h.delivered(t)
	h.Get("diego", "/gracias").Reads(http.StatusOK, "Todavía no hay ninguna", "Te quedan 5")
	to := "p:" + string(h.Carla.Person)
	h.Post("diego", "/gracias/dar", "person", to, "reason", "❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️❤️", "audience", "all").Reads(http.StatusUnprocessableEntity, "con tus palabras")
	h.Post("diego", "/gracias/dar", "reason", reason, "audience", "all").Reads(http.StatusUnprocessableEntity, "Elige a quién", reason)
	h.Post("diego", "/gracias/dar", "person", to, "reason", reason, "audience", "all", "pase", string(x.ID)).Leads("/gracias/")
	h.Post("diego", "/gracias/dar", "person", to, "reason", reason, "audience", "all", "pase", string(x.ID)).Reads(http.StatusConflict, "Ya diste las gracias")
	h.Get("fabio", "/gracias").Reads(http.StatusOK, reason, "Lote 14")
	h.Get("fabio", "/gracias/hoja").Reads(http.StatusOK, reason)
	secret := h.Post("elena", "/gracias/dar", "person", to, "reason", "Me escuchó cuando más lo necesitaba", "audience", "private").Leads("/gracias/")
	h.Get("carla", secret).Reads(http.StatusOK, "Me escuchó")
	for _, who := range []string{"ana", "bruno", "otra"} {
		h.Get(who, secret).Reads(http.StatusNotFound)
	}
	h.Post("carla", "/gracias/muro", "fuera", "1").Leads("/gracias")
	h.Get("fabio", "/gracias").Hides(reason)
	h.Get("ana", "/gracias/como-van").Reads(http.StatusOK, "Valores de la empresa")
	h.Get("bruno", "/gracias/como-van").Reads(http.StatusForbidden)
	h.Post("ana", "/gracias/valores", "values", strings.Repeat("a\nb\nc\n", 3)).Reads(http.StatusUnprocessableEntity, "repetido")
	h.Post("ana", "/gracias/valores", "values", "Palabra\r\nCuidado").Leads("/gracias/como-van")
	h.Get("diego", "/gracias/dar").Reads(http.StatusOK, "Cuidado")
}

// What people write wrong is said in the language of the page, and what they
// wrote is still there.
func TestWhatIsRefusedInBothLanguages(t *testing.T) {
	h := open(t)
	x := h.delivered(t)
	to, hearts, long := "p:"+string(h.Carla.Person), strings.Repeat("❤️", 30), strings.Repeat("ñandú ", 1_700)
	for lang, want := range map[string][2]string{"es": {"con tus palabras", "Es demasiado largo"}, "en": {"in your words", "This is too long"}} {
		h.Lang = lang
		h.Post("diego", "/gracias/dar", "person", to, "reason", hearts, "audience", "all").Reads(http.StatusUnprocessableEntity, want[0], hearts)
		h.Post("diego", "/gracias/dar", "person", to, "reason", long, "audience", "all").Reads(http.StatusUnprocessableEntity, want[1], long[:900])
		h.Post("diego", "/valorar/pase/"+string(x.ID), "side", "customer", "score", "4", "note", long).Reads(http.StatusUnprocessableEntity, want[1], long[:900])
	}
	h.Post("diego", "/valorar/pase/"+string(x.ID), "side", "customer", "score", "2").Leads("/pases/")
	h.Lang = "es"
	h.Post("carla", "/valorar/pase/"+string(x.ID)+"/respuesta", "side", "customer", "answer", long).Reads(http.StatusUnprocessableEntity, "Es demasiado largo", long[:900])
	if left, err := thanks.New(h.DB).Left(t.Context(), h.Diego); err != nil || left.Left != left.Of {
		t.Errorf("a thanks is used up: %+v, %v", left, err)
	}
	if r, err := h.ratings.Of(t.Context(), h.Ana, x.ID); err != nil || len(r) != 1 || r[0].Score != 2 || r[0].Answer != "" {
		t.Errorf("it is rated: %+v, %v", r, err)
	}
}

// The link of a mail is opened by a program first: what it reads and what it
// sends changes nothing. Then the person taps a face, without signing in.
func TestRatingFromAMailThatAScannerOpenedFirst(t *testing.T) {
	h := open(t)
	x := h.delivered(t)
	link, keep, err := h.ratings.LinkFor(t.Context(), h.ID, h.Diego.Person, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.DB.InTx(t.Context(), h.ID, func(tx *db.Tx) error { return keep(t.Context(), tx) }); err != nil { // as the mail leaves
		t.Fatal(err)
	}
	at := "/valorar/" + link
	h.Get("", at).Reads(http.StatusOK, "¿Cómo te entregaron «Lote 14»?")
	h.Post("", at, "score", "1").Reads(http.StatusConflict, "el enlace solo no valora nada")
	h.Post("", at).Reads(http.StatusConflict)
	if r, err := h.ratings.Of(t.Context(), h.Ana, x.ID); err != nil || len(r) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	p, _ := h.Open("", at)
	p.Inspect("rate-link")
	p.Press("Muy bien")
	p.WaitText("Gracias por decirlo.")
	if r, err := h.ratings.Of(t.Context(), h.Ana, x.ID); err != nil || len(r) != 1 || r[0].Score != 5 || r[0].Via != rating.Mail {
		t.Errorf("%+v, %v", r, err)
	}
	h.Get("", at).Reads(http.StatusNotFound, "ya no sirve")
}

// A worker gives thanks from a delivery, on a phone.
func TestThanksFromADelivery(t *testing.T) {
	h := open(t)
	x := h.delivered(t)
	p, site := h.Open("diego", "/pases/"+strconv.FormatInt(x.Number, 10))
	p.Size(390, 844)
	p.WaitText("¿Cómo te entregaron «Lote 14»?")
	p.Inspect("rate-pass")
	p.Press("Bien")
	p.WaitText("Gracias por decirlo.")
	p.Press("Dar las gracias por esto")
	p.WaitText("Por «Lote 14»")
	p.Set("#f-reason", reason)
	p.Click(`input[name=audience][value=all]`)
	p.Inspect("thanks-form")
	p.Set("#f-reason", reason)
	p.Click(`input[name=audience][value=all]`)
	p.Press("Dar las gracias")
	p.WaitText("Dicho. Ya lo sabe.")
	p.Go(site + "/gracias")
	p.WaitText(reason)
	p.Inspect("thanks-wall")
	p.Go(site + "/gracias/hoja")
	p.Inspect("thanks-sheet")
	p.As(webtest.Look{Width: 390, Height: 844, Theme: "dark", Lang: "es"})
	p.Paper("thanks-sheet")
	h.As(p, site, "carla", "/valorar")
	p.Inspect("rate-waiting")
	h.As(p, site, "ana", "/gracias/como-van")
	p.Inspect("thanks-flow")
}
