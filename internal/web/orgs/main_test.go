package orgs_test

import (
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/orgs"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(webtest.Main(m))
}

// world is the pages of a workshop, and of another company beside it.
type world struct {
	*fixture.Company
	t        *testing.T
	h        http.Handler
	accounts *account.Service
	actors   map[string]func() authz.Actor
}

// says names who asks: a cookie that only this test knows.
const says = "quien"

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	if err := job.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	w := &world{Company: fixture.New(t, d, 1), t: t, accounts: account.New(d)}
	other := fixture.New(t, d, 2)
	now := func(a authz.Actor) func() authz.Actor {
		return func() authz.Actor {
			x, err := org.Actor(t.Context(), d, a.Company, a.Person)
			if err != nil {
				panic(err)
			}
			return x
		}
	}
	w.actors = map[string]func() authz.Actor{
		"ana": now(w.Ana), "bruno": now(w.Bruno), "carla": now(w.Carla), "otra": now(other.Ana),
	}
	mux := http.NewServeMux()
	web.Routes(mux)
	orgs.Routes(mux, orgs.Services{
		Org: w.Org, Links: w.Links, Handoffs: w.Handoffs, Accounts: w.accounts, Settings: setting.New(d), MailOn: true,
		Absences: absence.New(d),
		Join:     func(secret string) string { return "https://taller.test/invitacion/" + secret },
	})
	mux.HandleFunc("GET /en-vivo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	w.h = httpx.Chain(w.who, mux)
	return w
}

func (w *world) who(r *http.Request) (httpx.Visitor, error) {
	c, err := r.Cookie(says)
	if errors.Is(err, http.ErrNoCookie) || w.actors[c.Value] == nil {
		return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
	}
	a := w.actors[c.Value]()
	return httpx.Visitor{Actor: a, Person: a.Name, Company: "Taller", Lang: "es", Zone: time.UTC, Country: "MX"}, nil
}

// answer is what came back, in as many lines as a test needs.
type answer struct {
	status int
	to     string
	body   string
}

func (w *world) send(who string, r *http.Request) answer {
	w.t.Helper()
	r.AddCookie(&http.Cookie{Name: says, Value: who})
	out := httptest.NewRecorder()
	w.h.ServeHTTP(out, r)
	b, err := io.ReadAll(out.Result().Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{out.Code, out.Header().Get("Location"), string(b)}
}

func (w *world) get(who, to string) answer {
	w.t.Helper()
	return w.send(who, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, to, nil))
}

func (w *world) inEnglish(who, to string) answer {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, to, nil)
	r.AddCookie(&http.Cookie{Name: httpx.LangCookie, Value: "en"})
	return w.send(who, r)
}

// post sends a form of pairs of name and value.
func (w *world) post(who, to string, pairs ...string) answer {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, to, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(who, r)
}

// reads fails unless the page has all of want, in its words or in its code.
func (w *world) reads(a answer, status int, want ...string) {
	w.t.Helper()
	words := plain(a.body)
	if a.status != status {
		w.t.Fatalf("status %d, want %d: %s", a.status, status, words)
	}
	for _, s := range want {
		if !strings.Contains(words, s) && !strings.Contains(a.body, s) {
			w.t.Errorf("the page does not have %q: %s", s, words)
		}
	}
}

// hides fails if the page has any of those.
func (w *world) hides(a answer, those ...string) {
	w.t.Helper()
	words := plain(a.body)
	for _, s := range those {
		if strings.Contains(words, s) || strings.Contains(a.body, s) {
			w.t.Errorf("the page has %q: %s", s, words)
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// plain is what a page says, without the frame around it.
func plain(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(main, "</main>")
		body = "<main" + body
	}
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, " "))), " ")
}
