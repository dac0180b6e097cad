package api_test

import (
	"net/http"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/handoff"
)

// chainKnocks are good requests at the routes about what a handoff needs, about
// routes and pieces, and about repeats.
func (w *world) chainKnocks() map[string]func() knock {
	need := api.UpstreamAsk{Service: string(w.Help.ID), Title: "La cortadora"}
	made := func() string {
		var r api.Route
		w.as(w.Ana, http.MethodPost, "/routes", api.NewRoute{Name: "Camisa " + w.t.Name(), Steps: []string{string(w.Cut.ID), string(w.Sew.ID)}}).is(201).read(&r)
		return r.ID
	}
	begun := func() string {
		var p api.Piece
		w.as(w.Ana, http.MethodPost, "/pieces", api.NewPiece{
			Route: made(), Title: "50 camisas", Quantity: 50, For: string(w.Making), Customer: string(w.Shop),
		}).is(201).read(&p)
		return p.ID
	}
	declined := func() string {
		p := begun()
		var v api.Piece
		w.as(w.Ana, http.MethodGet, "/pieces/"+p, nil).is(200).read(&v)
		w.as(w.Carla, http.MethodPost, "/handoffs/"+v.Passages[0].Handoff+"/decline", api.Step{Note: "No hay tela"}).is(200)
		w.must(w.routes.Follower().CatchUp(w.t.Context(), w.DB))
		return p
	}
	sewn := func() string {
		p := begun()
		var v api.Piece
		w.as(w.Ana, http.MethodGet, "/pieces/"+p, nil).is(200).read(&v)
		for _, word := range []string{"deliver", "accept"} {
			w.as(w.Ana, http.MethodPost, "/handoffs/"+v.Passages[0].Handoff+"/"+word, nil).is(200)
		}
		w.must(w.routes.Follower().CatchUp(w.t.Context(), w.DB))
		return p
	}
	rule := api.Rule{Kind: "weekly", Weekdays: []string{"fri"}, StartsOn: "2026-01-02"}
	again := api.NewRepeat{Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "Retazos", Rule: rule}
	repeated := func() api.Repeat {
		var r api.Repeat
		w.as(w.Diego, http.MethodPost, "/repeats", again).is(201).read(&r)
		return r
	}
	return map[string]func() knock{
		"GET /handoffs/{id}/upstream": func() knock {
			return knock{path: "/handoffs/" + string(w.asked().ID) + "/upstream", by: w.Fabio, status: 200}
		},
		"POST /handoffs/{id}/upstream": func() knock {
			return knock{path: "/handoffs/" + string(w.asked().ID) + "/upstream", body: need, by: w.Carla, no: w.Diego, status: 201}
		},
		"DELETE /handoffs/{id}/upstream/{upstream}": func() knock {
			h := w.asked()
			u, err := w.Handoffs.AskUpstream(w.t.Context(), w.Carla, h.ID, handoff.Ask{Service: w.Help.ID, Title: "x"})
			w.must(err)
			return knock{path: "/handoffs/" + string(h.ID) + "/upstream/" + string(u.ID), by: w.Carla, no: w.Diego, status: 204}
		},
		"GET /routes": func() knock { return knock{path: "/routes", by: w.Fabio, status: 200} },
		"POST /routes": func() knock {
			return knock{path: "/routes", body: api.NewRoute{Name: "Otra", Steps: []string{string(w.Cut.ID), string(w.Sew.ID)}}, by: w.Bruno, no: w.Carla, status: 201}
		},
		"GET /routes/{id}": func() knock { return knock{path: "/routes/" + made(), by: w.Fabio, status: 200} },
		"PATCH /routes/{id}": func() knock {
			return knock{path: "/routes/" + made(), body: api.RouteChange{Name: new("Falda " + w.t.Name())}, by: w.Bruno, no: w.Carla, status: 200}
		},
		"DELETE /routes/{id}": func() knock { return knock{path: "/routes/" + made(), by: w.Bruno, no: w.Carla, status: 204} },
		"POST /routes/{id}/restore": func() knock {
			r := made()
			w.as(w.Ana, http.MethodDelete, "/routes/"+r, nil).is(204)
			return knock{path: "/routes/" + r + "/restore", by: w.Bruno, no: w.Carla, status: 200}
		},
		"GET /pieces": func() knock { return knock{path: "/pieces", by: w.Fabio, status: 200} },
		"POST /pieces": func() knock {
			return knock{path: "/pieces", body: api.NewPiece{Route: made(), Title: "x", For: string(w.Making)}, by: w.Bruno, no: w.Carla, status: 201}
		},
		"GET /pieces/{id}": func() knock { return knock{path: "/pieces/" + begun(), by: w.Fabio, status: 200} },
		"POST /pieces/{id}/skip": func() knock {
			return knock{path: "/pieces/" + begun() + "/skip", body: api.PieceStep{Why: "Viene cortado"}, by: w.Carla, no: w.Fabio, status: 200}
		},
		"POST /pieces/{id}/send-back": func() knock {
			return knock{path: "/pieces/" + sewn() + "/send-back", body: api.PieceStep{Why: "Mal cortado"}, by: w.Diego, no: w.Fabio, status: 200}
		},
		"POST /pieces/{id}/again": func() knock {
			return knock{path: "/pieces/" + declined() + "/again", by: w.Ana, no: w.Fabio, status: 200}
		},
		"POST /pieces/{id}/split": func() knock {
			return knock{path: "/pieces/" + begun() + "/split", body: api.Splitting{Quantities: []float64{30, 20}}, by: w.Carla, no: w.Fabio, status: 200}
		},
		"POST /pieces/{id}/cancel": func() knock {
			return knock{path: "/pieces/" + begun() + "/cancel", body: api.PieceStep{Why: "Ya no"}, by: w.Bruno, no: w.Carla, status: 200}
		},
		"GET /repeats":  func() knock { return knock{path: "/repeats", by: w.Fabio, status: 200} },
		"POST /repeats": func() knock { return knock{path: "/repeats", body: again, by: w.Diego, no: w.Fabio, status: 201} },
		"POST /repeats/preview": func() knock {
			return knock{path: "/repeats/preview", body: api.Previewing{Service: string(w.Cut.ID), Rule: rule}, by: w.Fabio, status: 200}
		},
		"GET /repeats/{id}": func() knock { return knock{path: "/repeats/" + repeated().ID, by: w.Fabio, status: 200} },
		"PUT /repeats/{id}": func() knock {
			return knock{path: "/repeats/" + repeated().ID, body: again, by: w.Elena, no: w.Fabio, status: 200}
		},
		"POST /repeats/{id}/pause": func() knock {
			return knock{path: "/repeats/" + repeated().ID + "/pause", by: w.Diego, no: w.Fabio, status: 200}
		},
		"POST /repeats/{id}/resume": func() knock {
			r := repeated().ID
			w.as(w.Diego, http.MethodPost, "/repeats/"+r+"/pause", nil).is(200)
			return knock{path: "/repeats/" + r + "/resume", by: w.Diego, no: w.Fabio, status: 200}
		},
		"POST /repeats/{id}/end": func() knock {
			return knock{path: "/repeats/" + repeated().ID + "/end", by: w.Diego, no: w.Fabio, status: 200}
		},
		"POST /repeats/{id}/skip": func() knock {
			r := repeated()
			return knock{path: "/repeats/" + r.ID + "/skip", body: api.LeavingOut{Day: r.Coming[0].Day}, by: w.Diego, no: w.Fabio, status: 200}
		},
	}
}
