package handoffs_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
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
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/live"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }

// personCookie says who somebody is in these tests.
const personCookie = "quien"

// world is a workshop with its pages.
type world struct {
	*fixture.Company
	http.Handler
	routes *route.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	hub := live.New(d)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() { hub.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	w := &world{Company: fixture.New(t, d, 1)}
	w.routes = route.New(d, w.Handoffs)
	mux := http.NewServeMux()
	web.Routes(mux)
	unread := func(ctx context.Context, a authz.Actor) (int, error) { return notify.Unread(ctx, d, a) }
	handoffs.Routes(mux, handoffs.Services{
		Handoffs: w.Handoffs, Links: w.Links, Org: w.Org, Unread: unread, Away: absence.New(d).Away, Routes: w.routes, Repeats: repeat.New(d, w.Handoffs),
		MarkRead: func(ctx context.Context, a authz.Actor, subject string) error {
			return notify.MarkRead(ctx, d, a, "", subject)
		},
	})
	events := httpx.Events(hub, unread, ctx.Done())
	mux.HandleFunc("GET /en-vivo", func(rw http.ResponseWriter, r *http.Request) {
		a, err := httpx.Actor(r.Context())
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		events(rw, r, a)
	})
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
			seq, err := fact.Head(r.Context(), w.DB, a.Company)
			if err != nil {
				return httpx.Visitor{}, err
			}
			n, err := notify.Unread(r.Context(), w.DB, a)
			return httpx.Visitor{Seq: seq, Actor: a, Person: a.Name, Company: "Taller Sol", Zone: time.UTC, Country: "MX", Unread: n}, err
		}
	}
	return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
}

// answer is what a page answered.
type answer struct {
	*http.Response
	body string
}

func (w *world) do(t *testing.T, a authz.Actor, r *http.Request, head ...string) answer {
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
func (w *world) get(t *testing.T, a authz.Actor, to string, head ...string) answer {
	t.Helper()
	return w.do(t, a, httptest.NewRequestWithContext(t.Context(), http.MethodGet, to, nil), head...)
}

// post sends a form as a browser without script does; fields are pairs.
func (w *world) post(t *testing.T, a authz.Actor, to string, fields []string, head ...string) answer {
	t.Helper()
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(t, a, r, head...)
}

// upload sends a form with one file.
func (w *world) upload(t *testing.T, a authz.Actor, to string, fields []string, field, name string, content io.Reader) answer {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		must(t, m.WriteField(fields[i], fields[i+1]))
	}
	part, err := m.CreateFormFile(field, name)
	must(t, err)
	_, err = io.Copy(part, content)
	must(t, err)
	must(t, m.Close())
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, to, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return w.do(t, a, r)
}

// leads fails the test unless the answer leads to the page at to.
func (a answer) leads(t *testing.T, to string) {
	t.Helper()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != to {
		t.Fatalf("got %d to %q, want to be led to %q\n%s", a.StatusCode, a.Header.Get("Location"), to, a.text())
	}
}

// says fails the test unless the answer has the status and reads every text.
func (a answer) says(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("got %d, want %d\n%s", a.StatusCode, status, a.text())
		return
	}
	for _, s := range texts {
		if !strings.Contains(a.text(), s) {
			t.Errorf("the page does not say %q\n%s", s, a.text())
		}
	}
}

// text is the answer without its tags.
func (a answer) text() string {
	var b strings.Builder
	in := false
	for _, r := range a.body {
		switch {
		case r == '<':
			in = true
			b.WriteByte(' ')
		case r == '>':
			in = false
		case !in:
			b.WriteRune(r)
		}
	}
	s := strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(b.String())
	return strings.Join(strings.Fields(s), " ")
}

func (w *world) ask(t *testing.T, in handoff.Ask) handoff.Handoff {
	t.Helper()
	if in.Service == "" {
		in.Service, in.Customer = w.Cut.ID, w.Sewing
	}
	if in.Title == "" {
		in.Title = "50 piezas de la camisa azul"
	}
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, in)
	must(t, err)
	return h
}

func (w *world) move(t *testing.T, a authz.Actor, h handoff.Handoff, to handoff.State, in handoff.Step) handoff.Handoff {
	t.Helper()
	in.Handoff = h.ID
	h, err := w.Handoffs.Move(t.Context(), a, to, in)
	must(t, err)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
