package flows_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/flows"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }

// personCookie says who somebody is in these tests.
const personCookie = "quien"

// world is a workshop with five services in a row, and its pages.
type world struct {
	*fixture.Company
	http.Handler
	routes *route.Service
	steps  []id.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	w := &world{Company: fixture.New(t, d, 1)}
	w.routes = route.New(d, w.Handoffs)
	w.steps = []id.Service{w.Cut.ID, w.Sew.ID}
	for _, name := range []string{"Acabado", "Control", "Envíos"} {
		n, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: org.Post, Name: name, Parent: w.Making})
		must(t, err)
		o, err := w.Links.Add(t.Context(), w.Ana, link.Offer{
			Node: n.ID, Kind: link.Product, Name: "Trabajo de " + name, Unit: "prendas",
			Terms: link.Terms{Take: 2 * time.Hour, Deliver: 8 * time.Hour, Target: 90},
		})
		must(t, err)
		w.steps = append(w.steps, o.ID)
	}
	mux := http.NewServeMux()
	web.Routes(mux)
	flows.Routes(mux, flows.Services{Routes: w.routes, Links: w.Links, Org: w.Org})
	handoffs.Routes(mux, handoffs.Services{
		Handoffs: w.Handoffs, Links: w.Links, Org: w.Org, Routes: w.routes, Repeats: repeat.New(d, w.Handoffs), Away: absence.New(d).Away,
		Unread:   func(context.Context, authz.Actor) (int, error) { return 0, nil },
		MarkRead: func(context.Context, authz.Actor, string) error { return nil },
	})
	mux.HandleFunc("GET /en-vivo", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNoContent) })
	w.Handler = httpx.Chain(w.who, mux)
	return w
}

func (w *world) who(r *http.Request) (httpx.Visitor, error) {
	c, err := r.Cookie(personCookie)
	if err != nil {
		return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
	}
	for _, a := range []authz.Actor{w.Ana, w.Bruno, w.Carla, w.Diego, w.Elena, w.Fabio} {
		if string(a.Person) == c.Value {
			a, err := org.Actor(r.Context(), w.DB, w.ID, a.Person)
			return httpx.Visitor{Actor: a, Person: a.Name, Company: "Taller Sol", Zone: time.UTC, Country: "MX"}, err
		}
	}
	return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
}

// follow opens what was accepted since.
func (w *world) follow(t *testing.T) {
	t.Helper()
	must(t, w.routes.Follower().CatchUp(t.Context(), w.DB))
}

func (w *world) make(t *testing.T) route.Route {
	t.Helper()
	r, err := w.routes.Make(t.Context(), w.Ana, route.Draft{Name: "Camisa, de principio a fin", Steps: w.steps})
	must(t, err)
	return r
}

// send sends a form, or loads a page if there are no fields, and returns the
// status and the text of the answer.
func (w *world) send(t *testing.T, a authz.Actor, to string, fields ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	if len(fields) > 0 {
		v := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			v.Add(fields[i], fields[i+1])
		}
		r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(v.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: personCookie, Value: string(a.Person)})
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String() + rec.Header().Get("Location")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
