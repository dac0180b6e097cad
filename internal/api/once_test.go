package api_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// A program that lost an answer asks again under its key: nothing is done
// twice, and the answer is the same to the letter.
func TestTheSameKeyIsDoneOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ask := api.Ask{Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "Lote 7"}
		post := func(key string, body any) answer {
			t.Helper()
			return w.as(w.Diego, http.MethodPost, "/handoffs", body, "Idempotency-Key", key)
		}
		first := post("k1", ask).is(http.StatusCreated)
		again := post("k1", ask).is(http.StatusCreated)
		if string(first.body) != string(again.body) || again.header.Get("Content-Type") != first.header.Get("Content-Type") {
			t.Errorf("first %s, then %s", first.body, again.body)
		}
		ask.Title = "Lote 8"
		post("k1", ask).says(http.StatusConflict, "", "once.err.other_request")
		if h := post("k2", ask).handoff(http.StatusCreated); h.Number != 2 {
			t.Errorf("the second handoff is %d", h.Number)
		}
		ask.Title = ""
		post("k3", ask).says(http.StatusUnprocessableEntity, "body.title", "err.required")
		ask.Title = "Lote 9" // what was refused leaves its key free
		if h := post("k3", ask).handoff(http.StatusCreated); h.Number != 3 {
			t.Errorf("the third handoff is %d", h.Number)
		}
		if h := w.as(w.Elena, http.MethodPost, "/handoffs", ask, "Idempotency-Key", "k1").handoff(http.StatusCreated); h.Number != 4 {
			t.Errorf("a key of somebody else: %d", h.Number)
		}
		post("clé", ask).says(http.StatusUnprocessableEntity, "header.Idempotency-Key", "once.err.key")
	})
}

func TestAStepUnderAKeyIsDoneOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		at := "/handoffs/" + string(w.asked().ID)
		for range 2 {
			h := w.as(w.Carla, http.MethodPost, at+"/deliver", api.Step{Quantity: 50}, "Idempotency-Key", "d").handoff(http.StatusOK)
			if h.Rounds != 1 || h.State != "delivered" {
				t.Errorf("%+v", h)
			}
		}
		for range 2 {
			got := w.as(w.Elena, http.MethodPost, at+"/watch", nil, "Idempotency-Key", "w").is(http.StatusNoContent)
			if len(got.body) > 0 || got.header.Get("Content-Type") != "" {
				t.Errorf("an answer without a body: %v %s", got.header, got.body)
			}
		}
	})
}

// A secret is told once, also to who asks again.
func TestASecretIsNotToldAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		body := api.NewToken{Name: "Nómina", Days: 30}
		w.as(w.Carla, http.MethodPost, "/tokens", body, "Idempotency-Key", "k").is(http.StatusCreated)
		w.as(w.Carla, http.MethodPost, "/tokens", body, "Idempotency-Key", "k").says(http.StatusConflict, "", "api.err.told_once")
		var kept string
		w.must(d.Row(t.Context(), []any{&kept}, `SELECT answer FROM once WHERE company = 1`))
		if kept != "" {
			t.Errorf("the secret was kept: %s", kept)
		}
	})
}

func TestOfManyAtOnceOneIsDone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ask := api.Ask{Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "Lote 7"}
		w.token(w.Diego, "")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				got := w.as(w.Diego, http.MethodPost, "/handoffs", ask, "Idempotency-Key", "k")
				if got.status != http.StatusCreated && got.status != http.StatusConflict {
					t.Errorf("got %d: %s", got.status, got.body)
				}
			})
		}
		wg.Wait()
		var all struct{ Items []api.Handoff }
		w.as(w.Ana, http.MethodGet, "/handoffs", nil).is(http.StatusOK).read(&all)
		if len(all.Items) != 1 {
			t.Errorf("%d handoffs", len(all.Items))
		}
	})
}
