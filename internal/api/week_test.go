package api_test

import (
	"net/http"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
)

func TestTheFiguresOfAWeek(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.moved(handoff.Taken, handoff.Delivered, handoff.Accepted)
		monday := handoff.Monday(d.Now()).Format("2006-01-02")
		var got, last api.Week
		w.as(w.Bruno, http.MethodGet, "/week?of="+monday, nil).is(http.StatusOK).read(&got)
		if len(got.Areas) != 1 || got.Areas[0].Node != string(w.Making) || got.Areas[0].Name == "" {
			t.Fatalf("got %+v", got)
		}
		x := got.Areas[0]
		if x.Week.Asked != 1 || x.Week.FirstTime.N != 1 || x.Week.FirstTime.K != 1 || x.Week.Deliver != nil || x.Before.Asked != 0 {
			t.Errorf("got %+v", x)
		}
		w.as(w.Ana, http.MethodGet, "/week", nil).is(http.StatusOK).read(&last)
		if last.Monday == monday || len(last.Areas) != 1 || last.Areas[0].Node != "" {
			t.Errorf("without a day: %+v", last)
		}
		w.as(w.Ana, http.MethodGet, "/week?of=2026-11-17", nil).says(http.StatusUnprocessableEntity, "query.of", "insight.err.monday")
	})
}
