package api_test

import (
	"net/http"
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
		w.as(w.Ana, http.MethodPost, "/datasets", "").problem(400)
		w.as(w.Ana, http.MethodPost, "/datasets", "%PDF-1.4").problem(422)
		at := w.brought(w.Ana, true)
		w.as(w.Ana, http.MethodPut, at+"/mapping", api.DatasetMapping{TimeZone: "Marte", Dimensions: []string{"org:group"}}).problem(422)
		w.as(w.Ana, http.MethodGet, at+"/cases?supplier=y&customer=x", nil).problem(404)
	})
}
