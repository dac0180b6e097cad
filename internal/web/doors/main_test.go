package doors_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/courier"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/setup"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/doors"
	"github.com/eslabon/eslabon/internal/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }

const (
	password = "puntada floja de martes"
	another  = "hilo verde en la ventana"
)

// world is an installation, still without a company.
type world struct {
	http.Handler
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	org      *org.Service
	settings *setting.Service
}

func newWorld(t *testing.T, change ...func(*doors.Services)) *world {
	t.Helper()
	d := dbtest.Open(t, db.SQLite)
	w := &world{t: t, db: d, accounts: account.New(d), org: org.New(d), settings: setting.New(d)}
	w.must(job.Migrate(t.Context(), d))
	s := doors.Services{
		DB: d, Accounts: w.accounts, Settings: w.settings, Org: w.org, Absences: absence.New(d),
		Courier: courier.New(d, &notify.Mailer{}, courier.Pages{}),
	}
	for _, f := range change {
		f(&s)
	}
	mux := http.NewServeMux()
	web.Routes(mux)
	doors.Routes(mux, s)
	for _, path := range []string{"/mi-dia", "/organizacion"} {
		mux.HandleFunc("GET "+path, web.Handle(func(*http.Request, authz.Actor) (web.Result, error) {
			return web.Show(web.Page{Title: "Adentro", Body: templ.Raw("<p>adentro</p>")}), nil
		}))
	}
	mux.HandleFunc("GET /en-vivo", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNoContent) })
	w.Handler = httpx.Chain(w.who, mux)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// who knows people by their session, as the product does.
func (w *world) who(r *http.Request) (httpx.Visitor, error) {
	ctx := r.Context()
	if httpx.Session(r) == "" {
		return httpx.Visitor{}, errs.New(errs.Unauthenticated, "err.signed_out")
	}
	var places authz.Actor
	known, err := w.accounts.Who(ctx, httpx.Session(r), org.Stations(&places))
	if err != nil {
		return httpx.Visitor{}, err
	}
	a := known.Actor
	a.Leads, a.Own, a.Nodes = places.Leads, places.Own, places.Nodes
	v := httpx.Visitor{
		Actor: a, Person: a.Name, Lang: a.Lang, Company: known.CompanyName,
		Zone: setting.Company{Zone: known.Zone}.Location(), Country: known.Country,
	}
	choices, err := w.accounts.Companies(ctx, a)
	for _, c := range choices {
		v.Companies = append(v.Companies, httpx.Seat{Company: c.Company, Name: c.Name})
	}
	return v, err
}

// found founds a company without the pages, and returns its owner.
func (w *world) found(name, email string) authz.Actor {
	w.t.Helper()
	r, err := setup.Found(w.t.Context(), w.db, w.accounts, setup.Founding{
		Company: name, Lang: "es", Country: "MX", Zone: "America/Mexico_City", Trade: "taller", Name: "Ana Torres", Email: email, Password: password,
	})
	w.must(err)
	return w.actor(r.Company, r.Owner)
}

func (w *world) actor(c id.Company, p id.Person) authz.Actor {
	w.t.Helper()
	a, err := org.Actor(w.t.Context(), w.db, c, p)
	w.must(err)
	return a
}

// worker adds somebody to the company of the owner, and returns the link with
// which it comes in.
func (w *world) worker(owner authz.Actor, name, email string) (authz.Actor, string) {
	w.t.Helper()
	p, err := w.org.AddPerson(w.t.Context(), owner, org.Person{Name: name, Email: email, Lang: "es"})
	w.must(err)
	secret, err := w.accounts.Invite(w.t.Context(), owner, p.ID)
	w.must(err)
	return w.actor(owner.Company, p.ID), "/invitacion/" + secret
}

// browser keeps the cookies of one visitor, and follows no redirect.
type browser struct {
	w       *world
	cookies map[string]string
	langs   string // Accept-Language
}

func (w *world) browser() *browser { return &browser{w: w, cookies: map[string]string{}, langs: "es"} }

// signedIn is a browser in which somebody has signed in.
func (w *world) signedIn(email, password string) *browser {
	w.t.Helper()
	b := w.browser()
	b.post("/entrar", "email", email, "password", password).leads("/mi-dia")
	return b
}

// answer is what a page answered.
type answer struct {
	t      *testing.T
	what   string
	status int
	to     string // where it leads
	body   string
}

func (b *browser) get(path string) answer {
	b.w.t.Helper()
	return b.do(httptest.NewRequestWithContext(b.w.t.Context(), http.MethodGet, path, nil))
}

// post sends a form; fields are pairs of name and value.
func (b *browser) post(path string, fields ...string) answer {
	b.w.t.Helper()
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(b.w.t.Context(), http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) do(r *http.Request) answer {
	b.w.t.Helper()
	r.Header.Set("Accept-Language", b.langs)
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.w.ServeHTTP(rec, r)
	res := rec.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return answer{b.w.t, r.Method + " " + r.URL.Path, res.StatusCode, res.Header.Get("Location"), rec.Body.String()}
}

// leads fails the test unless the answer leads to path.
func (a answer) leads(path string) {
	a.t.Helper()
	if a.status != http.StatusSeeOther || a.to != path {
		a.t.Fatalf("%s answers %d and leads to %q, want %q\n%s", a.what, a.status, a.to, path, a.words())
	}
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Errorf("%s answers %d, want %d\n%s", a.what, a.status, status, a.words())
	}
	return a
}

func (a answer) reads(texts ...string) answer {
	a.t.Helper()
	for _, s := range texts {
		if !strings.Contains(a.words(), s) {
			a.t.Errorf("%s does not read %q:\n%s", a.what, s, a.words())
		}
	}
	return a
}

func (a answer) readsNot(text string) answer {
	a.t.Helper()
	if strings.Contains(a.words(), text) || strings.Contains(a.body, text) {
		a.t.Errorf("%s reads %q", a.what, text)
	}
	return a
}

var (
	tags   = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(?:script|style)>|<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
)

// words are what a person reads of a page.
func (a answer) words() string {
	return blanks.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(a.body, " ")), " ")
}

// wrong fails the test unless the page marks exactly these fields; they are
// pairs of the id of a field and the sentence beside it.
func (a answer) wrong(pairs ...string) answer {
	a.t.Helper()
	a.is(http.StatusUnprocessableEntity)
	marked := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)class="field-error" id="([^"]*)-error">.*?<span>(.*?)</span>`).FindAllStringSubmatch(a.body, -1) {
		marked[m[1]] = html.UnescapeString(m[2])
	}
	for i := 0; i < len(pairs); i += 2 {
		field := "f-" + pairs[i]
		if marked[field] != pairs[i+1] {
			a.t.Errorf("field %s says %q, want %q", pairs[i], marked[field], pairs[i+1])
		}
		if !strings.Contains(a.body, `href="#`+field+`"`) {
			a.t.Errorf("the list of what is wrong does not lead to %s", pairs[i])
		}
		delete(marked, field)
	}
	for field, s := range marked {
		a.t.Errorf("field %s is marked too: %q", field, s)
	}
	return a
}

// holds fails the test unless the fields have these values; they are pairs.
func (a answer) holds(pairs ...string) answer {
	a.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := a.value(pairs[i]); got != pairs[i+1] {
			a.t.Errorf("field %s holds %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
	return a
}

// all are the values of every input of a name, in the order of the page.
func (a answer) all(name string) []string { return a.inputs(name, "") }

// ticked are the values of those that are ticked.
func (a answer) ticked(name string) []string { return a.inputs(name, " checked") }

func (a answer) inputs(name, with string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<input[^>]* name="`+regexp.QuoteMeta(name)+`"[^>]*>`).FindAllString(a.body, -1) {
		if strings.Contains(m, with) {
			out = append(out, html.UnescapeString(value.FindStringSubmatch(m)[1]))
		}
	}
	return out
}

var (
	value  = regexp.MustCompile(` value="([^"]*)"`)
	chosen = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// value is what a field of the page holds.
func (a answer) value(name string) string {
	a.t.Helper()
	if m := regexp.MustCompile(`(?s)<select[^>]* name="` + regexp.QuoteMeta(name) + `".*?</select>`).FindString(a.body); m != "" {
		if c := chosen.FindStringSubmatch(m); c != nil {
			return html.UnescapeString(c[1])
		}
		return ""
	}
	all := a.all(name)
	if strings.Contains(a.body, `type="radio" class="radio" name="`+name+`"`) {
		all = a.ticked(name)
	}
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
