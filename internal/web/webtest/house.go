package webtest

import (
	"bytes"
	"errors"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// House is some pages of a workshop, for whoever asks, with another company
// beside it. People are named as in the fixture, in small letters; "otra" owns
// the other company.
type House struct {
	*fixture.Company
	Other *fixture.Company
	Lang  string // of everybody; "es" at first

	t   *testing.T
	h   http.Handler
	who map[string]authz.Actor
}

// asker names who asks: a cookie that only these tests know.
const asker = "quien"

// NewHouse opens a workshop on SQLite with the pages that routes adds.
func NewHouse(t *testing.T, routes func(mux *http.ServeMux, c *fixture.Company)) *House {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	w := &House{Company: fixture.New(t, d, 1), Other: fixture.New(t, d, 2), Lang: "es", t: t}
	w.who = map[string]authz.Actor{
		"ana": w.Ana, "bruno": w.Bruno, "carla": w.Carla, "diego": w.Diego, "elena": w.Elena, "fabio": w.Fabio, "otra": w.Other.Ana,
	}
	mux := http.NewServeMux()
	routes(mux, w.Company)
	mux.HandleFunc("GET /en-vivo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	w.h = httpx.Chain(w.visitor, mux)
	return w
}

// visitor reads who asks anew each time, as the server does.
func (w *House) visitor(r *http.Request) (httpx.Visitor, error) {
	c, err := r.Cookie(asker)
	if errors.Is(err, http.ErrNoCookie) || w.who[c.Value].Person == "" {
		return httpx.Visitor{Lang: w.Lang}, errs.New(errs.Unauthenticated, "err.signed_out")
	}
	was := w.who[c.Value]
	a, err := org.Actor(r.Context(), w.DB, was.Company, was.Person)
	return httpx.Visitor{Actor: a, Person: a.Name, Company: "Taller", Lang: w.Lang, Zone: time.UTC, Country: "MX"}, err
}

// Add makes somebody of the workshop known by a name.
func (w *House) Add(name string, a authz.Actor) { w.who[name] = a }

// Hire puts somebody new on a node, with the name given in small letters.
func (w *House) Hire(name string, n id.Node, email string) authz.Actor {
	w.t.Helper()
	p, err := w.Org.AddPerson(w.t.Context(), w.Ana, org.Person{Name: name, Lang: "es", Email: email, Places: []org.Place{{Node: n}}})
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := org.Actor(w.t.Context(), w.DB, w.ID, p.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Add(strings.ToLower(name), a)
	return a
}

// Answer is what came back.
type Answer struct {
	Status int
	To     string // where it leads
	Body   string
	t      *testing.T
}

func (w *House) send(who string, r *http.Request) Answer {
	w.t.Helper()
	r.AddCookie(&http.Cookie{Name: asker, Value: who})
	r.Header.Set("Accept-Language", w.Lang)
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, r)
	return Answer{out.Code, out.Header().Get("Location"), out.Body.String(), w.t}
}

// Get reads a page as somebody; "" is signed out.
func (w *House) Get(who, to string) Answer {
	w.t.Helper()
	return w.send(who, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, to, nil))
}

// Post sends a form of pairs of name and value.
func (w *House) Post(who, to string, pairs ...string) Answer {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, to, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(who, r)
}

// PostFile sends a form with a file in it; pairs are the other fields.
func (w *House) PostFile(who, to, field, name, content string, pairs ...string) Answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	must := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		must(form.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := form.CreateFormFile(field, name)
	must(err)
	_, err = part.Write([]byte(content))
	must(err)
	must(form.Close())
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, to, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return w.send(who, r)
}

// Leads fails unless the answer leads to an address that begins like that, and
// returns it.
func (a Answer) Leads(to string) string {
	a.t.Helper()
	if a.Status != http.StatusSeeOther || !strings.HasPrefix(a.To, to) {
		a.t.Fatalf("status %d to %q, want %q: %s", a.Status, a.To, to, Plain(a.Body))
	}
	return a.To
}

// Reads fails unless the page has all of want, in its words or in its code.
func (a Answer) Reads(status int, want ...string) Answer {
	a.t.Helper()
	words := Plain(a.Body)
	if a.Status != status {
		a.t.Fatalf("status %d, want %d: %s", a.Status, status, words)
	}
	for _, s := range want {
		if !strings.Contains(words, s) && !strings.Contains(a.Body, s) {
			a.t.Errorf("the page does not have %q: %s", s, words)
		}
	}
	return a
}

// Hides fails if the page has any of those.
func (a Answer) Hides(those ...string) Answer {
	a.t.Helper()
	words := Plain(a.Body)
	for _, s := range those {
		if strings.Contains(words, s) || strings.Contains(a.Body, s) {
			a.t.Errorf("the page has %q: %s", s, words)
		}
	}
	return a
}

var tag = regexp.MustCompile(`<[^>]*>`)

// Plain is what a page says, without the frame around it.
func Plain(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(main, "</main>")
		body = "<main" + body
	}
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(body, " "))), " ")
}

// Open shows a page to somebody in a browser, and returns the address of the
// site too.
func (w *House) Open(who, to string) (*Page, string) {
	w.t.Helper()
	site := Serve(w.t, w.h)
	p := Open(w.t)
	p.Cookie(site, asker, who)
	p.Go(site + to)
	return p, site
}

// As shows another page to somebody else, in the same browser.
func (w *House) As(p *Page, site, who, to string) {
	w.t.Helper()
	p.Cookie(site, asker, who)
	p.Go(site + to)
}
