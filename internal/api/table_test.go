package api_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

// A file is looked at first, refused with each cell that is wrong, and brought
// in once.
func TestTablesComeInAndGoOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const good = "Nombre;Correo;Puesto;Teléfono\nGina Mora;gina@example.test;Plancha;1\nHugo Sanz;;Plancha;2\n"
		bring := func(query, body string) answer {
			t.Helper()
			return w.as(w.Ana, http.MethodPost, "/imports/people"+query, body, "Content-Type", "text/csv")
		}
		var r api.Report
		bring("?dry_run=true", good).is(http.StatusOK).read(&r)
		if !r.DryRun || r.Created != 2 || r.Besides["nodes"] != 1 || len(r.Problems) != 0 || len(r.Ignored) != 1 || r.Ignored[0] != "Teléfono" {
			t.Errorf("looked at: %+v", r)
		}
		people := func() int {
			t.Helper()
			items, _ := w.all(w.Ana, "/people")
			return len(items)
		}
		if n := people(); n != 6 {
			t.Errorf("a dry run made %d people", n)
		}
		bad := strings.Replace(good, "gina@", "gina", 1)
		r = api.Report{}
		bring("?dry_run=true", bad).is(http.StatusOK).read(&r)
		if len(r.Problems) != 1 || r.Problems[0].Row != 2 || r.Problems[0].Code != "org.err.email" || r.Problems[0].Message == "" {
			t.Errorf("looked at: %+v", r)
		}
		p := bring("", bad).problem(http.StatusUnprocessableEntity)
		if p.Code != "sheet.err.nothing_written" || len(p.Errors) != 1 || p.Errors[0].Code != "org.err.email" ||
			!strings.HasPrefix(p.Errors[0].Location, "body.rows[2].") || people() != 6 {
			t.Errorf("refused: %+v", p)
		}
		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		part, err := m.CreateFormFile("file", "personas.csv")
		w.must(err)
		_, err = part.Write([]byte(good))
		w.must(err)
		w.must(m.Close())
		r = api.Report{}
		w.as(w.Ana, http.MethodPost, "/imports/people", form.Bytes(), "Content-Type", m.FormDataContentType()).is(http.StatusOK).read(&r)
		if r.DryRun || r.Created != 2 || people() != 8 {
			t.Errorf("brought in: %+v", r)
		}
		r = api.Report{}
		if bring("", good).is(http.StatusOK).read(&r); r.Created != 0 || r.Skipped != 2 || people() != 8 {
			t.Errorf("brought in again: %+v", r)
		}
		bring("", "PK\x03\x04 broken").problem(http.StatusUnprocessableEntity)
		got := w.as(w.Ana, http.MethodGet, "/exports/people", nil).is(http.StatusOK)
		if !strings.Contains(string(got.body), "Gina Mora") || got.header.Get("Content-Type") != "text/csv; charset=utf-8" ||
			got.header.Get("Content-Disposition") != `attachment; filename="people.csv"` {
			t.Errorf("%v %s", got.header, got.body)
		}
		w.as(w.Bruno, http.MethodGet, "/exports/people", nil).says(http.StatusForbidden, "", "err.owner_only")
		w.as(w.Ana, http.MethodGet, "/exports/people?format=pdf", nil).says(http.StatusUnprocessableEntity, "query.format", "err.unknown")
	})
}

func TestHandoffsGoOutAsTheyMatch(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.asked()
		w.moved("taken")
		for path, want := range map[string]int{"/exports/handoffs": 2, "/exports/handoffs?state=taken": 1, "/exports/handoffs?state=declined": 0} {
			got := w.as(w.Fabio, http.MethodGet, path, nil).is(http.StatusOK)
			if n := strings.Count(string(got.body), "50 mangas azules"); n != want || !strings.Contains(string(got.body), "Title") {
				t.Errorf("%s: %d handoffs, want %d: %s", path, n, want, got.body)
			}
		}
		if got := w.as(w.Fabio, http.MethodGet, "/exports/services?format=xlsx", nil).is(http.StatusOK); !bytes.HasPrefix(got.body, []byte("PK\x03\x04")) {
			t.Errorf("no XLSX: %.20q", got.body)
		}
		w.as(w.Fabio, http.MethodGet, "/exports/handoffs?state=lost", nil).says(http.StatusUnprocessableEntity, "query.state", "err.unknown")
	})
}
