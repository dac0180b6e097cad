package care_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/web/care"
)

// twelve lets cutting deliver twelve things, of which three come back.
func (h house) twelve(t *testing.T) {
	t.Helper()
	for i := range 12 {
		h.round(t, h.Diego, i%4/3, 4)
	}
}

func TestTheWeekInFigures(t *testing.T) {
	h := open(t)
	h.twelve(t)
	monday := handoff.Monday(h.DB.Now())
	at := "/semana?de=" + monday.Format(time.DateOnly)
	h.Get("diego", at).Reads(http.StatusForbidden)
	h.Get("otra", at).Reads(http.StatusOK, "Ni esa semana ni la anterior")
	h.Get("bruno", at).Reads(http.StatusOK, "Tu semana en cifras", "Producción", "9 de 12", "75 %; podría ser de", "12 de 12", "La anterior", "Ahora no hay nada por entregar").
		Hides("Toda la empresa", "La siguiente")
	h.Get("ana", at).Reads(http.StatusOK, "Toda la empresa", "9 de 12")
	h.Get("bruno", "/semana").Reads(http.StatusOK, "Producción", "Ni esa semana", "La siguiente").Hides("podría ser de")
	h.Get("bruno", "/semana?de="+monday.Format(time.DateOnly)).Reads(http.StatusOK, "nada")
	h.Get("bruno", "/semana?de="+monday.AddDate(0, 0, 7).Format(time.DateOnly)).Reads(http.StatusNotFound)
	h.Get("bruno", "/semana?de=hoy").Reads(http.StatusNotFound)
	h.Get("bruno", "/mi-equipo").Reads(http.StatusOK, `href="/semana"`)

	list := at + "&ver=accepted&nodo=" + url.QueryEscape(string(h.Making))
	h.Get("bruno", list).Reads(http.StatusOK, "Producción: Bien a la primera", "Lote 14", "Lo que se aceptó en la semana")
	h.Get("bruno", at+"&ver=late&nodo="+url.QueryEscape(string(h.Making))).Reads(http.StatusOK, "Fuera de plazo", "Aquí no hay pases")
	h.Get("bruno", at+"&ver=accepted&nodo="+url.QueryEscape(string(h.Computers))).Reads(http.StatusOK, "Producción").Hides("Lote 14")
	h.Lang = "en"
	h.Get("bruno", list).Reads(http.StatusOK, "Your week in figures", "9 of 12", "75%; it could be", "Right first time", "accepted in the week")
}

// The mail has the figures of the page, in the language of its reader.
func TestTheWeekInAMail(t *testing.T) {
	h := open(t)
	h.twelve(t)
	for lang, want := range map[string][]string{
		"es": {"Producción", "Bien a la primera: 9 de 12 (75 %; podría ser de 47 % a 91 %). La semana anterior: nada.", "Fuera de plazo: 0. La semana anterior: 0.", "Ahora no hay nada por entregar"},
		"en": {"Producción", "Right first time: 9 of 12 (75%; it could be 47% to 91%). The week before: none.", "Nothing to deliver now"},
	} {
		ctx := i18n.WithNow(i18n.WithPlace(i18n.With(t.Context(), lang), time.UTC, "MX"), h.DB.Now())
		name, text := h.mailed(t, ctx)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, text)
			}
		}
		if name == "" || !strings.Contains(text, "https://taller.example/promesas?nodo=") {
			t.Errorf("%s is called %q:\n%s", lang, name, text)
		}
	}
	if name, parts := care.WeekMail(t.Context(), insight.Week{Monday: "2026-11-16", Areas: []insight.Area{{Name: "Nada"}}}, ""); name == "" || parts != nil {
		t.Errorf("of nothing it says %q, %v", name, parts)
	}
}

func (h house) mailed(t *testing.T, ctx context.Context) (name, text string) {
	t.Helper()
	w, err := h.insights.Week(ctx, h.Bruno, handoff.Monday(h.DB.Now()).Format(time.DateOnly))
	must(t, err)
	name, parts := care.WeekMail(ctx, w, "https://taller.example")
	for _, p := range parts {
		text += p.Title + "\n" + p.Link + "\n" + strings.Join(p.Lines, "\n") + "\n"
	}
	return name, text
}

func TestHowTheWeekLooks(t *testing.T) {
	h := open(t)
	h.twelve(t)
	at := "/semana?de=" + handoff.Monday(h.DB.Now()).Format(time.DateOnly) + "&ver=accepted&nodo=" + url.QueryEscape(string(h.Making))
	p, _ := h.Open("bruno", at)
	p.Inspect("care-week")
}
