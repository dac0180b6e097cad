package api_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/job"
)

const aLog = `<log><trace><string key="concept:name" value="1"/>` +
	`<event><string key="concept:name" value="a"/><string key="org:group" value="x"/><date key="time:timestamp" value="2026-03-02T08:00:00Z"/></event>` +
	`<event><string key="concept:name" value="b"/><string key="org:group" value="y"/><date key="time:timestamp" value="2026-03-02T09:00:00Z"/></event>` +
	`</trace></log>`

// work does the jobs of the datasets until the test ends.
func (w *world) work() {
	w.t.Helper()
	w.must(job.Migrate(w.t.Context(), w.DB))
	jobs, err := job.New(w.DB, w.services.Datasets.Workers()...)
	w.must(err)
	w.must(jobs.Start(w.t.Context()))
	w.t.Cleanup(func() { _ = jobs.Stop(w.t.Context()) }) // the test is over
}

// brought is a log of a, once it has been looked at, or mapped too.
func (w *world) brought(a authz.Actor, mapped bool) string {
	w.t.Helper()
	var d api.Dataset
	w.as(a, http.MethodPost, "/datasets?file=x.xes", aLog).is(201).read(&d)
	at := "/datasets/" + d.ID
	wait := func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if w.as(a, http.MethodGet, at, nil).is(200).read(&d); d.State != "waiting" && d.State != "queued" {
				return
			}
		}
	}
	if wait(); mapped {
		w.as(a, http.MethodPut, at+"/mapping", api.DatasetMapping{Dimensions: []string{"org:group"}}).is(200)
		wait()
	}
	return at
}

func (w *world) datasetKnocks() map[string]func() knock {
	return map[string]func() knock{
		"GET /datasets": func() knock { return knock{path: "/datasets", by: w.Fabio, own: true, status: 200} },
		"POST /datasets": func() knock {
			return knock{path: "/datasets?file=x.xes", body: aLog, by: w.Bruno, no: w.Carla, own: true, status: 201}
		},
		"GET /datasets/{id}": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, false), by: w.Bruno, no: w.Carla, noGets: 404, status: 200}
		},
		"DELETE /datasets/{id}": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, false), by: w.Ana, no: w.Carla, noGets: 404, status: 204}
		},
		"PUT /datasets/{id}/mapping": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, false) + "/mapping", body: api.DatasetMapping{Dimensions: []string{"org:group"}}, by: w.Bruno, no: w.Carla, noGets: 404, status: 200}
		},
		"PUT /datasets/{id}/sharing": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, false) + "/sharing", body: api.Sharing{Everybody: true, People: []string{}}, by: w.Bruno, no: w.Carla, noGets: 404, status: 204}
		},
		"GET /datasets/{id}/file": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, false) + "/file", by: w.Bruno, no: w.Carla, noGets: 404, status: 200}
		},
		"GET /datasets/{id}/analysis": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, true) + "/analysis", by: w.Bruno, no: w.Carla, noGets: 404, status: 200}
		},
		"GET /datasets/{id}/cases": func() knock {
			w.work()
			return knock{path: w.brought(w.Bruno, true) + "/cases?supplier=x&customer=y&which=all", by: w.Bruno, no: w.Carla, noGets: 404, status: 200}
		},
	}
}

// What is no log is refused at its field, and a problem of the file is told in
// a sentence.
func TestALogThatIsNone(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.work()
		w.as(w.Ana, http.MethodPost, "/datasets", "").problem(422)
		w.as(w.Ana, http.MethodPost, "/datasets", "%PDF-1.4").problem(422)
		at := w.brought(w.Ana, true)
		w.as(w.Ana, http.MethodPut, at+"/mapping", api.DatasetMapping{TimeZone: "Marte", Dimensions: []string{"org:group"}}).problem(422)
		w.as(w.Ana, http.MethodGet, at+"/cases?supplier=y&customer=x", nil).problem(404)
	})
}

// A form holds one file; of two, neither is kept.
func TestALogInAForm(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.work()
		form := func(files ...string) (body, kind string) {
			var b bytes.Buffer
			m := multipart.NewWriter(&b)
			for _, f := range files {
				part, err := m.CreateFormFile("file", "log.xes")
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.WriteString(part, f) // a Buffer takes everything
			}
			if err := m.Close(); err != nil {
				t.Fatal(err)
			}
			return b.String(), m.FormDataContentType()
		}
		long := aLog + strings.Repeat("<!-- -->", 1<<18) // more than is stored at once
		for _, files := range [][]string{{}, {aLog, aLog}, {long, aLog}} {
			body, kind := form(files...)
			w.as(w.Ana, http.MethodPost, "/datasets", body, "Content-Type", kind).says(http.StatusUnprocessableEntity, "", "api.err.one_file")
		}
		var list struct{ Items []api.Dataset }
		if w.as(w.Ana, http.MethodGet, "/datasets", nil).is(200).read(&list); len(list.Items) != 0 {
			t.Errorf("kept: %+v", list.Items)
		}
		body, kind := form(long)
		var got api.Dataset
		w.as(w.Ana, http.MethodPost, "/datasets", body, "Content-Type", kind).is(201).read(&got)
		if got.File != "log.xes" || got.Size != int64(len(long)) {
			t.Errorf("got %+v", got)
		}
	})
}
