package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/live"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/repeat"
	flow "github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/thanks"

	"github.com/danielgtaylor/huma/v2"
)

const password = "tres hilos y una aguja"

// world is a real server over two workshops. People of both come with tokens;
// Diego signs in with a password, Ana may enter both companies.
type world struct {
	*fixture.Company
	t        testing.TB
	other    *fixture.Company
	accounts *account.Service
	routes   *flow.Service
	services api.Services
	api      huma.API
	url      string
	tokens   map[key]string
	paper    id.Person // who has no e-mail, once there is somebody
}

// key is a person with what its token may do.
type key struct {
	company id.Company
	person  id.Person
	scope   authz.Scope
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, accounts: account.New(d), tokens: map[key]string{}}
	w.must(job.Migrate(t.Context(), d))
	hub, done := live.New(d), make(chan struct{})
	w.Company, w.other = fixture.New(t, d, 1), fixture.New(t, d, 2)
	w.routes = flow.New(d, w.Handoffs)
	mux := http.NewServeMux()
	w.services = api.Services{
		DB: d, Accounts: w.accounts, Settings: setting.New(d), Org: w.Org, Links: w.Links, Handoffs: w.Handoffs,
		Routes: w.routes, Repeats: repeat.New(d, w.Handoffs), Absences: absence.New(d),
		Courier:   courier.New(d, &notify.Mailer{}, courier.Pages{}),
		Datasets:  dataset.New(d),
		Events:    httpx.Events(hub, w.unread, done),
		InviteURL: func(secret string) string { return "https://taller.example/invitacion/" + secret },
		Ratings:   rating.New(d), Thanks: thanks.New(d), Needs: need.New(d, w.Handoffs), Pulses: pulse.New(d, seal.In(t.TempDir())),
	}
	s := &w.services
	s.Insights = insight.New(d, w.Handoffs, s.Ratings, s.Thanks, s.Needs, s.Pulses)
	w.api = api.New(mux, w.services)
	server := httptest.NewServer(httpx.Chain(w.who, mux))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(done) }) // the last is the first: a stream would hold the server open
	var running sync.WaitGroup
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	running.Go(func() { hub.Run(ctx) })
	t.Cleanup(running.Wait)
	t.Cleanup(stop)
	w.url = server.URL + api.Prefix
	return w
}

func (w *world) unread(ctx context.Context, a authz.Actor) (int, error) {
	return notify.Unread(ctx, w.DB, a)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// who finds out who sends a request, as the server does.
func (w *world) who(r *http.Request) (httpx.Visitor, error) {
	ctx := r.Context()
	var places authz.Actor
	var known account.Visit
	err := error(errs.New(errs.Unauthenticated, "err.signed_out"))
	if secret := httpx.Bearer(r); secret != "" {
		known, err = w.accounts.WhoByToken(ctx, secret, org.Stations(&places))
	} else if cookie := httpx.Session(r); cookie != "" {
		known, err = w.accounts.Who(ctx, cookie, org.Stations(&places))
	}
	if err != nil {
		return httpx.Visitor{}, err
	}
	a := known.Actor
	a.Leads, a.Own, a.Nodes = places.Leads, places.Own, places.Nodes
	return httpx.Visitor{Actor: a, Lang: a.Lang}, nil
}

// token returns a token of the actor, the same each time.
func (w *world) token(a authz.Actor, scope authz.Scope) string {
	w.t.Helper()
	k := key{a.Company, a.Person, scope}
	if w.tokens[k] == "" {
		a.Scope = authz.Write
		_, secret, err := w.accounts.Issue(w.t.Context(), a, account.Issue{Name: "prueba", Scope: scope, Days: 1})
		w.must(err)
		w.tokens[k] = secret
	}
	return w.tokens[k]
}

// email returns the address of a person.
func (w *world) email(a authz.Actor) string {
	w.t.Helper()
	p, err := org.GetPerson(w.t.Context(), w.DB, a.Company, a.Person)
	w.must(err)
	return p.Email
}

// seat lets a person sign in; without a password nobody can prove to be it.
func (w *world) seat(a authz.Actor, pass string) {
	w.t.Helper()
	ctx, e := w.t.Context(), account.Locked(w.email(a))
	if pass != "" {
		var err error
		e, err = w.accounts.Prepare(ctx, w.email(a), pass, "10.0.0.1")
		w.must(err)
	}
	w.must(w.DB.InTx(ctx, a.Company, func(tx *db.Tx) error { return account.Seat(ctx, tx, e, a.Person) }))
}

// answer is what the server said.
type answer struct {
	t      testing.TB
	asked  string
	status int
	header http.Header
	body   []byte
}

// send sends a request: body is JSON, or text that is sent as it is.
func (w *world) send(c *http.Client, method, path string, body any, headers ...string) answer {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	default:
		j, err := json.Marshal(b)
		w.must(err)
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, r)
	w.must(err)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.Do(req)
	w.must(err)
	defer res.Body.Close()
	var b []byte
	if res.Header.Get("Content-Type") == "text/event-stream" { // it has no end
		b, err = bufio.NewReader(res.Body).ReadBytes('\n')
	} else {
		b, err = io.ReadAll(res.Body)
	}
	w.must(err)
	return answer{w.t, method + " " + path, res.StatusCode, res.Header, b}
}

// as sends a request with a token of the actor.
func (w *world) as(a authz.Actor, method, path string, body any, headers ...string) answer {
	w.t.Helper()
	return w.send(http.DefaultClient, method, path, body, append(headers, "Authorization", "Bearer "+w.token(a, authz.Write))...)
}

// browser returns a client that keeps the cookie of a session of the actor.
func (w *world) browser(a authz.Actor) *http.Client {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	c := &http.Client{Jar: jar}
	if a.Person != "" {
		s, err := w.accounts.Enter(w.t.Context(), a.Company, a.Person, "prueba")
		w.must(err)
		r := httptest.NewRequest(http.MethodGet, w.url, nil)
		rec := httptest.NewRecorder()
		httpx.SetSession(rec, r, s.Cookie, s.EndsAt.Time)
		jar.SetCookies(r.URL, rec.Result().Cookies())
	}
	return c
}

// is fails the test unless the answer has this status.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got %d, want %d: %s", a.asked, a.status, status, a.body)
	}
	return a
}

// read reads the answer into v.
func (a answer) read(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.asked, err, a.body)
	}
}

// handoff reads the answer as a handoff.
func (a answer) handoff(status int) (h api.Handoff) {
	a.t.Helper()
	a.is(status).read(&h)
	return h
}

// problem reads the answer as a problem.
func (a answer) problem(status int) (p api.Problem) {
	a.t.Helper()
	a.is(status).read(&p)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" || p.Status != status || p.Title == "" || p.Detail == "" {
		a.t.Errorf("%s: %s is no whole problem: %s", a.asked, got, a.body)
	}
	return p
}

// says fails the test unless the problem names the field with this code.
func (a answer) says(status int, location, code string) {
	a.t.Helper()
	p := a.problem(status)
	if location == "" {
		if p.Code != code {
			a.t.Errorf("%s: code %s, want %s: %s", a.asked, p.Code, code, a.body)
		}
		return
	}
	for _, f := range p.Errors {
		if f.Location == location && f.Code == code && f.Message != "" {
			return
		}
	}
	a.t.Errorf("%s: nothing says %s of %s: %s", a.asked, code, location, a.body)
}

// asked is a handoff for which Diego asks at the cutting table.
func (w *world) asked() handoff.Handoff {
	w.t.Helper()
	h, err := w.Handoffs.Ask(w.t.Context(), w.Diego, handoff.Ask{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "50 mangas azules", Quantity: 50, Order: "P/2231",
	})
	w.must(err)
	return h
}

// moved is a handoff that went through the steps given.
func (w *world) moved(steps ...handoff.State) handoff.Handoff {
	w.t.Helper()
	h := w.asked()
	for _, to := range steps {
		a, in := w.Carla, handoff.Step{Handoff: h.ID}
		if to == handoff.Accepted || to == handoff.Returned {
			a, in.Reason = w.Elena, map[handoff.State]string{handoff.Returned: "1"}[to]
		}
		var err error
		h, err = w.Handoffs.Move(context.WithoutCancel(w.t.Context()), a, to, in)
		w.must(err)
	}
	return h
}
