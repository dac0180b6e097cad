package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
)

// What people send wrong when they rate, thank, need or answer: each gets a
// sentence that says what to do, in the language of the reader, and nothing is
// written.
func TestWrongVoices(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const item = "loyalty.recommend"
		yes := api.PulseAnswers{Choices: map[string]int{item: 9}}
		withCode := func(c int64, code string) api.PulseCodeAnswers {
			return api.PulseCodeAnswers{PulseCode: api.PulseCode{Company: c, Code: code}, PulseAnswers: yes}
		}
		used := w.code(item)
		w.send(http.DefaultClient, http.MethodPost, "/pulse-codes/answers", withCode(1, used)).is(http.StatusNoContent)
		foreign := w.code(item)
		over := w.code(item)
		list, err := w.services.Pulses.List(t.Context(), w.ID, "", 1)
		w.must(err)
		w.must(w.services.Pulses.Close(t.Context(), w.Ana, list[0].ID))
		w.forget("pulse_rest")
		open, _, err := w.services.Pulses.Launch(t.Context(), w.Ana, pulse.Launch{Title: "Abierto", Items: []string{item, "open.better"}, Days: 3})
		w.must(err)
		silent, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: org.Team, Name: "Callado", Parent: w.Making})
		w.must(err)
		h := w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted)
		long := strings.Repeat("á", 10_000)

		for name, x := range map[string]struct {
			by     authz.Actor
			path   string
			body   any
			status int
			at     string // the field at fault
			code   string
			es, en string
		}{
			"a used code": {
				path: "/pulse-codes/answers", body: withCode(1, used), status: 422, at: "body.code", code: "pulse.err.used_code",
				es: "Ese código ya se usó", en: "That code has been used",
			},
			"a code of another company": {
				path: "/pulse-codes/answers", body: withCode(2, foreign), status: 422, at: "body.code", code: "pulse.err.no_code",
				es: "Ese código no existe", en: "There is no such code",
			},
			"a code of a pulse that closed": {
				path: "/pulse-codes/answers", body: withCode(1, over), status: 422, at: "body.code", code: "pulse.err.no_code",
				es: "o su pulso ya cerró", en: "or its pulse has closed",
			},
			"a pulse that closed": {
				by: w.Diego, path: "/pulses/" + string(list[0].ID) + "/answers", body: yes, status: 409, code: "pulse.err.closed",
				es: "Este pulso cerró", en: "This pulse is closed",
			},
			"a pulse of another company": {
				by: w.other.Ana, path: "/pulses/" + string(open.ID) + "/answers", body: yes, status: 404, code: "pulse.err.none",
			},
			"a note of ten thousand": {
				by: w.Diego, path: "/pulses/" + string(open.ID) + "/answers", body: api.PulseAnswers{Notes: map[string]string{"open.better": long}},
				status: 422, at: "body.open.better", code: "err.too_long", es: "demasiado largo", en: "too long",
			},
			"a rating with a note of ten thousand": {
				by: w.Elena, path: "/handoffs/" + string(h.ID) + "/rating", body: api.NewRating{Score: 4, Note: long},
				status: 422, at: "body.note", code: "err.too_long", es: "demasiado largo", en: "too long",
			},
			"a reason of hearts": {
				by: w.Diego, path: "/thanks", body: api.NewThanks{Person: string(w.Carla.Person), Reason: strings.Repeat("❤️", 30)},
				status: 422, at: "body.reason", code: "thanks.err.short", es: "con tus palabras", en: "in your words",
			},
			"a need for who offers nothing": {
				by: w.Diego, path: "/needs", body: api.NewNeed{Node: string(w.Sewing), Category: "tools", Title: "Tijeras", To: string(silent.ID)},
				status: 422, at: "body.to", code: "need.err.offers_nothing", es: "todavía no ofrece nada", en: "offers nothing",
			},
		} {
			t.Run(name, func(t *testing.T) {
				w.t = t
				before := w.voiced()
				for lang, want := range map[string]string{"es": x.es, "en": x.en} {
					var got answer
					if x.by.Person == "" {
						got = w.send(http.DefaultClient, http.MethodPost, x.path, x.body, "Accept-Language", lang)
					} else {
						got = w.as(x.by, http.MethodPost, x.path, x.body, "Accept-Language", lang)
					}
					p := got.problem(x.status)
					where, code, said := "", p.Code, p.Detail
					if len(p.Errors) > 0 {
						where, code, said = p.Errors[0].Location, p.Errors[0].Code, p.Errors[0].Message
					}
					if where != x.at || code != x.code || !strings.Contains(said, want) {
						t.Errorf("%s at %q: %s, %q", lang, where, code, said)
					}
				}
				if after := w.voiced(); after != before {
					t.Errorf("something was written: %v, then %v", before, after)
				}
			})
		}
		w.t = t
		// Whoever was refused can still say it.
		w.as(w.Diego, http.MethodPost, "/pulses/"+string(open.ID)+"/answers", yes).is(http.StatusNoContent)
		w.send(http.DefaultClient, http.MethodPost, "/pulse-codes/answers", withCode(1, foreign)).is(http.StatusNoContent)
	})
}

// voiced counts what people said.
func (w *world) voiced() (n [5]int) {
	w.t.Helper()
	w.must(w.DB.Row(w.t.Context(), []any{&n[0], &n[1], &n[2], &n[3], &n[4]}, `
		SELECT (SELECT COUNT(*) FROM rating WHERE company = ?), (SELECT COUNT(*) FROM thanks WHERE company = ?),
			(SELECT COUNT(*) FROM need WHERE company = ?), (SELECT COUNT(*) FROM pulse_code WHERE company = ? AND used),
			(SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM pulse_urn WHERE company = ?)`, w.ID, w.ID, w.ID, w.ID, w.ID))
	return n
}

// A program may give every request a key, so that it can ask again. The one
// with which somebody answers a pulse is not kept: its digest, beside a person
// and a time, could be guessed.
func TestNothingIsKeptOfTheRequestThatAnswers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p, _, err := w.services.Pulses.Launch(t.Context(), w.Ana, pulse.Launch{Title: "Cómo vamos", Items: []string{"tools.have"}, Days: 3})
		w.must(err)
		at, yes := "/pulses/"+string(p.ID)+"/answers", api.PulseAnswers{Choices: map[string]int{"tools.have": 2}}
		w.as(w.Diego, http.MethodPost, at, yes, "Idempotency-Key", "mine").is(http.StatusNoContent)
		w.as(w.Diego, http.MethodPost, at, yes, "Idempotency-Key", "mine").says(http.StatusConflict, "", "pulse.err.answered")
		var kept int
		w.must(d.Row(t.Context(), []any{&kept}, `SELECT COUNT(*) FROM once WHERE company = ?`, w.ID))
		if kept != 0 {
			t.Errorf("%d requests are kept", kept)
		}
	})
}
