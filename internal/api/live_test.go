package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
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

// A reader whose connection broke goes on where it broke; one that was away for
// long is told that it was.
func TestAReaderGoesOnWhereItBroke(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		token := w.token(w.Carla, "")
		h := w.as(w.Diego, http.MethodPost, "/handoffs", api.Ask{
			Service: string(w.Cut.ID), Customer: string(w.Sewing), Title: "Lote 7",
		}).handoff(http.StatusCreated)
		last, err := fact.Head(t.Context(), d, w.ID)
		w.must(err)
		before := strconv.FormatInt(last-1, 10)
		for _, c := range []struct{ path, header, event string }{
			{"/events?after=" + before, "", "change"},
			{"/events", before, "change"},
			{"/events?after=1", before, "change"}, // of the two, the header is the later word
			{"/events?after=1", "", "again"},
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+c.path, nil)
			w.must(err)
			req.Header.Set("Authorization", "Bearer "+token)
			if c.header != "" {
				req.Header.Set("Last-Event-ID", c.header)
			}
			res, err := http.DefaultClient.Do(req)
			w.must(err)
			lines := bufio.NewScanner(res.Body)
			var got []string
			for len(got) < 3 && lines.Scan() {
				if name, _, ok := strings.Cut(lines.Text(), ": "); ok && name != "retry" {
					got = append(got, lines.Text())
				}
			}
			w.must(res.Body.Close())
			if len(got) < 3 || got[1] != "event: "+c.event || (c.event == "change") != strings.Contains(got[2], h.ID) {
				t.Errorf("%s after %q: heard %q", c.path, c.header, got)
			}
		}
		w.as(w.Carla, http.MethodGet, "/events?after=mañana", nil).problem(http.StatusUnprocessableEntity)
	})
}
