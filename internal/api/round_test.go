package api_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// Sewing asks for 50 pieces, cutting takes it, delivers 50, sewing returns 2
// with a reason, cutting delivers again, sewing accepts.
func TestTheWholeRound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.as(w.Diego, http.MethodPost, "/handoffs", api.Ask{
			Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "50 mangas azules", Quantity: 50, OrderRef: "P-1",
			Priority: "high", Tags: []string{"Azul"},
		}).handoff(http.StatusCreated)
		if h.Number != 1 || h.State != "asked" || h.WaitsFor != "supplier" || h.Unit != "piezas" || h.Priority != "high" ||
			h.AskedByName != "Diego Paz" || h.RightFirstTime || h.Version != 1 || h.DueAt.Sub(h.AskedAt).Hours() != 8 {
			t.Errorf("asked: %+v", h)
		}
		at := "/handoffs/" + h.ID
		h = w.as(w.Carla, http.MethodPost, at+"/take", nil).handoff(http.StatusOK)
		if h.State != "taken" || h.AssigneeName != "Carla Ruiz" || h.TakenAt.IsZero() {
			t.Errorf("taken: %+v", h)
		}
		h = w.as(w.Carla, http.MethodPost, at+"/deliver", api.Step{Version: h.Version, Quantity: 50, Checks: []string{"1"}}).
			handoff(http.StatusOK)
		if h.State != "delivered" || h.Rounds != 1 || h.DeliveredQuantity != 50 || h.WaitsFor != "customer" {
			t.Errorf("delivered: %+v", h)
		}
		h = w.as(w.Elena, http.MethodPost, at+"/return", api.Step{Quantity: 2, Reason: "1", Note: "Miden 2 cm menos"}).
			handoff(http.StatusOK)
		if h.State != "returned" || h.ReturnedQuantity != 2 || h.Reason != "1" {
			t.Errorf("returned: %+v", h)
		}
		h = w.as(w.Carla, http.MethodPost, at+"/deliver", nil).handoff(http.StatusOK)
		if h.Rounds != 2 || h.DeliveredQuantity != 2 || h.ReturnedQuantity != 0 {
			t.Errorf("delivered again: %+v", h)
		}
		h = w.as(w.Diego, http.MethodPost, at+"/accept", nil).handoff(http.StatusOK)
		if h.State != "accepted" || h.RightFirstTime || h.WaitsFor != "nobody" || h.ClosedAt.IsZero() {
			t.Errorf("accepted: %+v", h)
		}
		w.storyOf(w.as(w.Fabio, http.MethodGet, "/handoffs/1", nil))
		w.storyOf(w.as(w.Fabio, http.MethodGet, at, nil))
	})
}

// storyOf checks the whole round as anybody of the company reads it.
func (w *world) storyOf(a answer) {
	w.t.Helper()
	var d api.Detail
	a.is(http.StatusOK).read(&d)
	var kinds []string
	for _, e := range d.Story {
		kinds = append(kinds, e.Kind+" "+e.ActorName)
	}
	want := []string{
		"asked Diego Paz", "taken Carla Ruiz", "delivered Carla Ruiz", "returned Elena Sol", "delivered Carla Ruiz",
		"accepted Diego Paz",
	}
	if !slices.Equal(kinds, want) {
		w.t.Errorf("the story is %v, want %v", kinds, want)
	}
	back := d.Story[3]
	if back.Quantity != 2 || back.ReasonText != "Medida equivocada" || back.Note != "Miden 2 cm menos" || back.Round != 1 {
		w.t.Errorf("the return: %+v", back)
	}
	if d.SupplierName != "Corte" || d.CustomerName != "Costura" || d.Relation != "horizontal" || d.OrderRef != "P-1" || len(d.Steps) != 0 {
		w.t.Errorf("the rest: %+v", d)
	}
}

func TestWorkHandedOnBeginsDelivered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.as(w.Carla, http.MethodPost, "/handoffs", api.Ask{
			Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "Lote 7", Quantity: 30, Push: true, Note: "Van dos tallas",
		}).handoff(http.StatusCreated)
		if h.Kind != "push" || h.State != "delivered" || h.Rounds != 1 || h.DeliveredQuantity != 30 {
			t.Errorf("handed on: %+v", h)
		}
		h = w.as(w.Bruno, http.MethodPost, "/handoffs/"+h.ID+"/accept", api.Step{Behalf: &api.Behalf{Name: "Turno de noche"}}).
			handoff(http.StatusOK)
		if !h.RightFirstTime {
			t.Errorf("accepted at once is right first time: %+v", h)
		}
		var got api.Detail
		w.as(w.Carla, http.MethodGet, "/handoffs/"+h.ID, nil).is(http.StatusOK).read(&got)
		if last := got.Story[len(got.Story)-1]; last.Behalf == nil || last.Behalf.Name != "Turno de noche" || last.ActorName != "Bruno Leal" {
			t.Errorf("nobody sees for whom it was accepted: %+v", last)
		}
	})
}

// Two people act on the same page: the second is told who was faster, and how.
func TestAStalePageIsTold(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.asked()
		at := "/handoffs/" + string(h.ID)
		w.as(w.Carla, http.MethodPost, at+"/take", api.Step{Version: 1}).is(http.StatusOK)
		for _, body := range []any{api.Step{Version: 1}, nil} {
			p := w.as(w.Bruno, http.MethodPost, at+"/take", body).problem(http.StatusConflict)
			if p.Code != "handoff.err.meanwhile.taken" || p.Args["who"] != "Carla Ruiz" || p.Args["when"] == nil || p.Args["number"] != 1.0 {
				t.Errorf("%+v", p)
			}
		}
		h2 := w.as(w.Carla, http.MethodPost, at+"/deliver", api.Step{Version: 2}).handoff(http.StatusOK)
		if h2.Version != 3 {
			t.Errorf("the version is %d", h2.Version)
		}
	})
}
