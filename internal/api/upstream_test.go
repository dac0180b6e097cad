package api_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// A program that waits for a decision is told that it was refused, and that the
// pause is over; what is over cannot be waited for again.
func TestWhatWillNotComeIsTold(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		at := "/handoffs/" + string(w.asked().ID)
		var chain api.Upstream
		w.as(w.Carla, http.MethodPost, at+"/upstream", api.UpstreamAsk{Service: string(w.Help.ID), Title: "Visto bueno para gastar 300"}).
			is(http.StatusCreated).read(&chain)
		u := chain.Up[0]
		pause := api.Pausing{Wait: api.Wait{On: "handoff", Number: u.Number}, Reason: "Falta el visto bueno"}
		if h := w.as(w.Carla, http.MethodPost, at+"/pause", pause).handoff(http.StatusOK); h.PausedFor != "2" || h.Risk != nil {
			t.Errorf("paused: %+v", h)
		}
		w.as(w.Fabio, http.MethodPost, "/handoffs/"+u.ID+"/decline", api.Step{Note: "No está en el presupuesto"}).is(http.StatusOK)
		var got api.Detail
		w.as(w.Diego, http.MethodGet, at, nil).is(http.StatusOK).read(&got)
		if got.Risk == nil || got.Risk.Number != u.Number || got.Risk.Lost != "declined" || got.Risk.Late || !got.PausedAt.IsZero() {
			t.Errorf("refused: %+v, %+v", got.Handoff, got.Risk)
		}
		if last := got.Story[len(got.Story)-1]; last.Kind != "resumed" || last.Met == nil || *last.Met != (api.Met{Number: u.Number, State: "declined"}) {
			t.Errorf("the story ends with %+v", last)
		}
		if p := w.as(w.Carla, http.MethodPost, at+"/pause", pause).problem(http.StatusUnprocessableEntity); len(p.Errors) != 1 {
			t.Errorf("waits for what is over: %+v", p)
		}
	})
}
