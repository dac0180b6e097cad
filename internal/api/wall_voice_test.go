package api_test

import (
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
)

const goodReason = "Se quedó para terminar el lote y salió completo."

func (w *world) voiceKnocks() map[string]func() knock {
	out := map[string]func() knock{}
	for _, some := range []map[string]func() knock{w.ratingKnocks(), w.thanksKnocks(), w.needKnocks(), w.pulseKnocks(), w.insightKnocks()} {
		for route, k := range some {
			out[route] = k
		}
	}
	return out
}

func (w *world) ratingKnocks() map[string]func() knock {
	done := func() handoff.Handoff { return w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted) }
	at := func() string { return "/handoffs/" + string(done().ID) + "/rating" }
	low := func() string {
		h := done()
		_, err := w.services.Ratings.Rate(w.t.Context(), w.Elena, rating.Rate{Handoff: h.ID, Side: rating.Customer, Score: 1, Via: rating.Page})
		w.must(err)
		return "/handoffs/" + string(h.ID) + "/rating"
	}
	return map[string]func() knock{
		"POST /handoffs/{id}/rating": func() knock {
			return knock{path: at(), body: api.NewRating{Score: 4}, by: w.Elena, no: w.Fabio, status: 201}
		},
		"GET /handoffs/{id}/rating": func() knock { return knock{path: low(), by: w.Fabio, status: 200} },
		"POST /handoffs/{id}/rating/answer": func() knock {
			return knock{path: low() + "/answer", body: api.RatingAnswer{Text: "Va otra hoy"}, by: w.Carla, no: w.Elena, status: 204}
		},
		"POST /handoffs/{id}/rating/helped": func() knock {
			at := low()
			w.as(w.Carla, http.MethodPost, at+"/answer", api.RatingAnswer{Text: "Va otra hoy"}).is(204)
			return knock{path: at + "/helped", body: api.RatingHelped{Yes: true}, by: w.Elena, no: w.Diego, status: 204}
		},
		"GET /ratings/waiting": func() knock { return knock{path: "/ratings/waiting", by: w.Fabio, own: true, status: 200} },
		"GET /ratings/owed":    func() knock { return knock{path: "/ratings/owed", by: w.Carla, own: true, status: 200} },
		"GET /links/{id}/rating": func() knock {
			return knock{path: "/links/" + string(done().Link) + "/rating", by: w.Fabio, status: 200}
		},
	}
}

func (w *world) thanksKnocks() map[string]func() knock {
	given := func() thanks.Thanks {
		w.forget("thanks")
		t, err := w.services.Thanks.Give(w.t.Context(), w.Diego, thanks.Give{Person: w.Carla.Person, Reason: goodReason, Audience: thanks.All})
		w.must(err)
		return t
	}
	return map[string]func() knock{
		"GET /thanks": func() knock {
			given()
			return knock{path: "/thanks", by: w.Fabio, own: true, status: 200}
		},
		"POST /thanks": func() knock {
			w.forget("thanks")
			return knock{path: "/thanks", body: api.NewThanks{Person: string(w.Carla.Person), Reason: goodReason}, by: w.Diego, status: 201}
		},
		"POST /handoffs/{id}/thanks": func() knock {
			w.forget("thanks")
			h := w.moved(handoff.Taken, handoff.Delivered)
			return knock{path: "/handoffs/" + string(h.ID) + "/thanks", body: api.ThanksOnDelivery{Reason: goodReason}, by: w.Diego, no: w.Fabio, status: 201}
		},
		"GET /thanks/{id}": func() knock { return knock{path: "/thanks/" + string(given().ID), by: w.Fabio, status: 200} },
		"POST /thanks/{id}/hide": func() knock {
			return knock{path: "/thanks/" + string(given().ID) + "/hide", body: api.ThanksHiding{Why: "Lo pidió Carla"}, by: w.Ana, no: w.Bruno, status: 204}
		},
		"GET /thanks/options": func() knock { return knock{path: "/thanks/options", by: w.Fabio, own: true, status: 200} },
		"PATCH /thanks/options": func() knock {
			return knock{path: "/thanks/options", body: api.ThanksOptionsChange{Values: &[]string{"Palabra"}}, by: w.Ana, no: w.Bruno, own: true, status: 200}
		},
		"GET /thanks/flow": func() knock { return knock{path: "/thanks/flow", by: w.Ana, no: w.Bruno, own: true, status: 200} },
	}
}

func (w *world) needKnocks() map[string]func() knock {
	added := func(stop bool) string {
		n, err := w.services.Needs.Add(w.t.Context(), w.Diego, need.Ask{Node: w.Sewing, Category: need.Tools, Title: "Otra plancha", Stop: stop})
		w.must(err)
		return "/needs/" + string(n.ID)
	}
	done := func() string {
		at := added(false)
		w.as(w.Bruno, http.MethodPost, at+"/done", api.NeedStep{Text: "Está junto a la ventana"}).is(200)
		return at
	}
	text := api.NeedStep{Text: "Porque sí"}
	return map[string]func() knock{
		"GET /needs": func() knock { return knock{path: "/needs", by: w.Diego, own: true, status: 200} },
		"POST /needs": func() knock {
			return knock{
				path: "/needs", body: api.NewNeed{Node: string(w.Sewing), Category: "tools", Title: "Tijeras"}, by: w.Diego, no: w.Carla, own: true, status: 201,
			}
		},
		"GET /needs/{id}": func() knock { return knock{path: added(false), by: w.Diego, no: w.Fabio, noGets: 404, status: 200} },
		"POST /needs/{id}/plan": func() knock {
			due := w.DB.Now().AddDate(0, 0, 5).Format(time.DateOnly)
			return knock{path: added(false) + "/plan", body: api.NeedStep{Text: "La pedimos", DueOn: due}, by: w.Bruno, no: w.Elena, status: 200}
		},
		"POST /needs/{id}/refuse": func() knock {
			return knock{path: added(false) + "/refuse", body: text, by: w.Bruno, no: w.Elena, status: 200}
		},
		"POST /needs/{id}/done": func() knock {
			return knock{path: added(false) + "/done", body: text, by: w.Bruno, no: w.Elena, status: 200}
		},
		"POST /needs/{id}/resolve": func() knock { return knock{path: done() + "/resolve", by: w.Diego, no: w.Elena, status: 200} },
		"POST /needs/{id}/reopen": func() knock {
			return knock{path: done() + "/reopen", body: text, by: w.Diego, no: w.Elena, status: 200}
		},
		"POST /needs/{id}/withdraw": func() knock { return knock{path: added(false) + "/withdraw", by: w.Diego, no: w.Elena, status: 200} },
		"POST /needs/{id}/resume":   func() knock { return knock{path: added(true) + "/resume", by: w.Bruno, no: w.Elena, status: 204} },
		"PUT /needs/{id}/join": func() knock {
			return knock{path: added(false) + "/join", by: w.Elena, no: w.Fabio, noGets: 404, status: 204}
		},
		"DELETE /needs/{id}/join": func() knock {
			return knock{path: added(false) + "/join", by: w.Elena, no: w.Fabio, noGets: 404, status: 204}
		},
		"GET /needs/ageing": func() knock { return knock{path: "/needs/ageing", by: w.Ana, no: w.Bruno, own: true, status: 200} },
	}
}

func (w *world) pulseKnocks() map[string]func() knock {
	const item = "loyalty.recommend"
	launched := func() pulse.Pulse {
		w.forget("pulse_rest")
		p, _, err := w.services.Pulses.Launch(w.t.Context(), w.Ana, pulse.Launch{Title: "Cómo vamos", Items: []string{item}, Days: 3})
		w.must(err)
		return p
	}
	closed := func() pulse.Pulse {
		p := launched()
		w.must(w.services.Pulses.Close(w.t.Context(), w.Ana, p.ID))
		return p
	}
	at := func(p pulse.Pulse, word string) string { return "/pulses/" + string(p.ID) + word }
	due := w.DB.Now().AddDate(0, 0, 9).Format(time.DateOnly)
	fresh := api.NewPulse{Title: "Otra", Items: []string{item}, Days: 3}
	return map[string]func() knock{
		"GET /pulse-items": func() knock { return knock{path: "/pulse-items", by: w.Fabio, own: true, status: 200} },
		"GET /pulses": func() knock {
			launched()
			return knock{path: "/pulses", by: w.Fabio, own: true, status: 200}
		},
		"GET /pulses/due": func() knock {
			launched()
			return knock{path: "/pulses/due", by: w.Fabio, own: true, status: 200}
		},
		"POST /pulses": func() knock {
			w.forget("pulse_rest")
			return knock{path: "/pulses", body: fresh, by: w.Ana, no: w.Bruno, own: true, status: 201}
		},
		"POST /pulses/preview": func() knock {
			return knock{path: "/pulses/preview", body: fresh, by: w.Ana, no: w.Bruno, own: true, status: 200}
		},
		"POST /pulses/{id}/answers": func() knock {
			return knock{path: at(launched(), "/answers"), body: api.PulseAnswers{Choices: map[string]int{item: 9}}, by: w.Diego, status: 204}
		},
		"POST /pulse-codes": func() knock {
			return knock{path: "/pulse-codes", body: api.PulseCode{Company: 1, Code: w.code(item)}, public: true, status: 200}
		},
		"POST /pulse-codes/answers": func() knock {
			body := api.PulseCodeAnswers{PulseCode: api.PulseCode{Company: 1, Code: w.code(item)}, PulseAnswers: api.PulseAnswers{Choices: map[string]int{item: 9}}}
			return knock{path: "/pulse-codes/answers", body: body, public: true, status: 204}
		},
		"POST /pulses/{id}/remind": func() knock { return knock{path: at(launched(), "/remind"), by: w.Ana, no: w.Bruno, status: 200} },
		"POST /pulses/{id}/close":  func() knock { return knock{path: at(launched(), "/close"), by: w.Ana, no: w.Bruno, status: 204} },
		"POST /pulses/{id}/cancel": func() knock { return knock{path: at(launched(), "/cancel"), by: w.Ana, no: w.Bruno, status: 204} },
		"GET /pulses/{id}":         func() knock { return knock{path: at(closed(), ""), by: w.Fabio, status: 200} },
		"POST /pulses/{id}/deeds": func() knock {
			body := api.NewDeed{Heard: "Faltan tijeras", Promise: "Comprar seis", Owner: string(w.Bruno.Person), DueOn: due}
			return knock{path: at(closed(), "/deeds"), body: body, by: w.Ana, no: w.Bruno, status: 201}
		},
		"POST /deeds/{id}/done": func() knock {
			d, err := w.services.Pulses.Promise(w.t.Context(), w.Ana, pulse.Deed{Pulse: closed().ID, Heard: "x", Promise: "y", Owner: w.Bruno.Person, DueOn: due})
			w.must(err)
			return knock{path: "/deeds/" + string(d.ID) + "/done", body: api.DeedDone{Done: "Ya están"}, by: w.Bruno, no: w.Fabio, status: 204}
		},
	}
}

func (w *world) insightKnocks() map[string]func() knock {
	link := func(word string) string { return "/links/" + string(w.asked().Link) + word }
	today := w.DB.Now().Format(time.DateOnly)
	return map[string]func() knock{
		"GET /care":               func() knock { return knock{path: "/care?node=" + string(w.Making), by: w.Fabio, status: 200} },
		"GET /links/{id}/tension": func() knock { return knock{path: link("/tension"), by: w.Carla, no: w.Fabio, noGets: 404, status: 200} },
		"POST /links/{id}/talks": func() knock {
			body := api.NewTalk{HeldOn: today, Present: "Carla y Diego", Matter: "Las medidas", Agreed: "Molde nuevo"}
			return knock{path: link("/talks"), body: body, by: w.Bruno, no: w.Carla, status: 201}
		},
		"GET /mirror": func() knock { return knock{path: "/mirror", by: w.Bruno, no: w.Fabio, own: true, status: 200} },
		"GET /week": func() knock {
			return knock{path: "/week?of=2026-11-16", by: w.Bruno, no: w.Fabio, own: true, status: 200}
		},
		"POST /mirror/steps": func() knock {
			return knock{path: "/mirror/steps", body: api.RoutineStep{Step: "walk", Done: true}, by: w.Bruno, no: w.Fabio, own: true, status: 204}
		},
	}
}

// forget empties a table of ours, so that a quota of the week does not hold up
// the next knock.
// code returns a code on paper of a pulse that was launched now.
func (w *world) code(item string) string {
	w.t.Helper()
	w.forget("pulse_rest")
	if w.paper == "" {
		p, err := w.Org.AddPerson(w.t.Context(), w.Ana, org.Person{Name: "Sin Correo", Lang: "es", Places: []org.Place{{Node: w.Sewing}}})
		w.must(err)
		w.paper = p.ID
	}
	_, sheets, err := w.services.Pulses.Launch(w.t.Context(), w.Ana, pulse.Launch{Title: "En papel", Items: []string{item}, Days: 3, Paper: true})
	w.must(err)
	return sheets[0].Codes[0]
}

func (w *world) forget(table string) {
	w.t.Helper()
	w.must(w.DB.InTx(w.t.Context(), w.ID, func(tx *db.Tx) error {
		_, err := tx.Exec(w.t.Context(), `DELETE FROM `+table+` WHERE company = ?`, w.ID)
		return err
	}))
}
