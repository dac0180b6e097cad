package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

func TestWhatHappensIsHeardAsItHappens(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/events", nil)
		w.must(err)
		req.Header.Set("Authorization", "Bearer "+w.token(w.Carla, ""))
		res, err := http.DefaultClient.Do(req)
		w.must(err)
		defer res.Body.Close()
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || got != "text/event-stream" {
			t.Fatalf("%d %s", res.StatusCode, got)
		}
		lines := bufio.NewScanner(res.Body)
		lines.Scan() // the stream is open
		h := w.as(w.Diego, http.MethodPost, "/handoffs", api.Ask{
			Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "Lote 7",
		}).handoff(http.StatusCreated)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			var e struct {
				Kind, Handoff string
				Mine          bool
				Unread        int
			}
			if !ok {
				continue
			}
			w.must(json.Unmarshal([]byte(data), &e))
			if e.Kind != "handoff.asked" {
				continue // what was made before
			}
			if e.Handoff != h.ID || !e.Mine || e.Unread != 1 {
				t.Errorf("heard %s", data)
			}
			return
		}
		t.Error("the stream ended before anything was heard", lines.Err())
	})
}
