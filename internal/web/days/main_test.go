package days_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/live"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/days"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }

// personCookie says who somebody is in these tests.
const personCookie = "quien"

// world is a workshop with its pages.
type world struct {
	*fixture.Company
	http.Handler
	also    []authz.Actor // people who came later
	listens chan struct{} // a page hears what changes from now on
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	hub := live.New(d)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() { hub.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	w := &world{Company: fixture.New(t, d, 1), listens: make(chan struct{}, 16)}
	mux := http.NewServeMux()
	web.Routes(mux)
	days.Routes(mux, days.Services{Handoffs: w.Handoffs, Org: w.Org, Links: w.Links, DB: d})
	events := httpx.Events(hub, w.unread, ctx.Done())
	mux.HandleFunc("GET /en-vivo", func(rw http.ResponseWriter, r *http.Request) {
		a, err := httpx.Actor(r.Context())
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		events(&stream{ResponseWriter: rw, begun: w.listens}, r, a)
	})
	w.Handler = httpx.Chain(w.who, mux)
	return w
}

// stream says when a page has begun to listen: with its first bytes.
type stream struct {
	http.ResponseWriter
	once  sync.Once
	begun chan struct{}
}

func (s *stream) Write(b []byte) (int, error) {
	s.once.Do(func() {
		select {
		case s.begun <- struct{}{}:
		default: // nobody waits for it
		}
	})
	return s.ResponseWriter.Write(b)
}

func (s *stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// wait waits until some pages listen.
func (w *world) wait(t *testing.T, pages int) {
	t.Helper()
	for range pages {
		select {
		case <-w.listens:
		case <-time.After(20 * time.Second):
			t.Fatal("a page does not listen")
		}
	}
}

func (w *world) unread(ctx context.Context, a authz.Actor) (int, error) {
	return notify.Unread(ctx, w.DB, a)
}

func (w *world) who(r *http.Request) (httpx.Visitor, error) {
	c, err := r.Cookie(personCookie)
	if err != nil {
		return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
	}
	for _, a := range append([]authz.Actor{w.Ana, w.Bruno, w.Carla, w.Diego, w.Elena, w.Fabio}, w.also...) {
		if string(a.Person) == c.Value {
			n, err := w.unread(r.Context(), a)
			return httpx.Visitor{Actor: a, Person: a.Name, Company: "Taller Sol", Zone: time.UTC, Country: "MX", Unread: n}, err
		}
	}
	return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
}

// answer is what a page answered.
type answer struct {
	*http.Response
	body string
}

// has fails the test unless the page reads all of these.
func (a answer) has(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.body, s) {
			t.Errorf("the page does not read %q:\n%s", s, a.body)
			return
		}
	}
}

// lacks fails the test if the page reads any of these.
func (a answer) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(a.body, s) {
			t.Errorf("the page reads %q:\n%s", s, a.body)
			return
		}
	}
}

func (w *world) do(t testing.TB, a authz.Actor, r *http.Request, head ...string) answer {
	t.Helper()
	r.AddCookie(&http.Cookie{Name: personCookie, Value: string(a.Person)})
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return answer{rec.Result(), rec.Body.String()}
}

// get loads a page; head are pairs of header and value.
func (w *world) get(t testing.TB, a authz.Actor, to string, head ...string) answer {
	t.Helper()
	return w.do(t, a, httptest.NewRequestWithContext(t.Context(), http.MethodGet, to, nil), head...)
}

// post sends a form as a browser without script does; fields are pairs.
func (w *world) post(t testing.TB, a authz.Actor, to string, fields []string, head ...string) answer {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(t, a, r, head...)
}

// fragment are the headers of htmx, inEnglish those of an English browser.
var (
	fragment  = []string{"HX-Request", "true"}
	inEnglish = []string{"Accept-Language", "en"}
)

// ask lets Diego ask the cutting post for something.
func (w *world) ask(t testing.TB, title string, in handoff.Ask) handoff.Handoff {
	t.Helper()
	in.Title = title
	if in.Service == "" {
		in.Service, in.Customer = w.Cut.ID, w.Sewing
	}
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, in)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (w *world) move(t testing.TB, a authz.Actor, h handoff.Handoff, to handoff.State, in handoff.Step) handoff.Handoff {
	t.Helper()
	in.Handoff = h.ID
	h, err := w.Handoffs.Move(t.Context(), a, to, in)
	if err != nil {
		t.Fatalf("%s: %v", to, err)
	}
	return h
}

// at sets the clock of the database beside the one on the wall.
func (w *world) at(since time.Duration) {
	w.DB.Now = func() time.Time { return time.Now().Add(since) }
}
