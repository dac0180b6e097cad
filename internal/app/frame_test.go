package app_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
)

// Every whole page has the number of the bell and says up to where it knows the
// log, also one that answers a form that was not filled in.
func TestEveryWholePageHasItsFrame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		site, w := product(t, e)
		cookie := enter(t, w, w.Carla)
		if _, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 7"}); err != nil {
			t.Fatal(err)
		}
		head, err := fact.Head(t.Context(), w.DB, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, site+"/gracias/dar", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.AddCookie(&http.Cookie{Name: "eslabon", Value: cookie})
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode >= http.StatusInternalServerError {
				t.Fatalf("%d, %v", res.StatusCode, err)
			}
			for _, want := range []string{`data-seq="` + strconv.FormatInt(head, 10) + `"`, `data-unread>1</span>`} {
				if !strings.Contains(string(body), want) {
					t.Errorf("%s: %d, without %s", method, res.StatusCode, want)
				}
			}
		}
	})
}
