package handoffs_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

// The page says whether it is the agreement or the hours that have changed, does
// what it showed, tells it in the story as what it was, and both ends hear.
func TestOtherTermsAreSaidAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	h := w.ask(t, handoff.Ask{Title: "Camisas para el desfile"})
	will := func() string {
		t.Helper()
		m := regexp.MustCompile(`name="will" value="([^"]+)"`).FindStringSubmatch(w.get(t, w.Carla, "/pases/1").body)
		if m == nil {
			t.Fatal("the page offers no other terms")
		}
		return m[1]
	}
	s := setting.New(w.DB)
	firm, err := s.Company(ctx, w.Ana)
	if err == nil {
		firm.Calendar = []byte(`{"zone":"UTC","week":{"mon":["09:00-11:00"],"tue":["09:00-11:00"],"thu":["09:00-11:00"]}}`)
		_, err = s.Change(ctx, w.Ana, firm)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.get(t, w.Carla, "/pases/1").says(t, http.StatusOK,
		"El horario de Corte cambió desde que se pidió", "Este pase sigue con el horario de antes", "Pasarlo al horario de ahora")
	w.post(t, w.Carla, "/pases/1/recalcular", []string{"version", "1", "will", will()}).leads(t, "/pases/1")
	page := w.get(t, w.Diego, "/pases/1")
	page.says(t, http.StatusOK, "Carla Ruiz lo pasó a lo acordado ahora.")
	if strings.Contains(page.text(), "cambió lo pedido") {
		t.Error("the story says that what was asked for has changed")
	}
	g, err := w.Links.Propose(ctx, w.Carla, link.Propose{Link: h.Link, Service: w.Cut.ID, Terms: link.Terms{Take: time.Hour, Deliver: 3 * time.Hour, Target: 90}})
	if err == nil {
		_, err = w.Links.Decide(ctx, w.Diego, g.ID, link.Accepted)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.get(t, w.Diego, "/pases/1").says(t, http.StatusOK, "El acuerdo cambió desde que se pidió", "Pasarlo a lo acordado ahora")
	w.post(t, w.Diego, "/pases/1/recalcular", []string{"version", "2", "will", will()}).leads(t, "/pases/1")
	for to, a := range map[string]authz.Actor{"who asked": w.Diego, "who has to do it": w.Carla} {
		list, err := notify.List(ctx, w.DB, a, "", 10)
		if err != nil || !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.Kind == "recalculated" }) {
			t.Errorf("%s hears %+v, %v", to, list, err)
		}
	}
}
