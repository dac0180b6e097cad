package app_test

import (
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/thanks"
)

// Every page and every form of the web that names a record: the owner of
// another company finds nothing there, whoever is signed out is led to the door,
// and neither changes anything, on both databases. The API has a table of its
// own.
func TestTheWallAroundEveryPage(t *testing.T) {
	dbtest.Each(t, wallAroundPages)
}

func wallAroundPages(t *testing.T, e db.Engine) {
	t.Helper()
	site, w := product(t, e)
	ctx := t.Context()
	other := fixture.New(t, w.DB, 2)
	if err := w.DB.InTx(ctx, other.ID, func(tx *db.Tx) error {
		return account.Seat(ctx, tx, account.Locked("otra@example.test"), other.Ana.Person)
	}); err != nil {
		t.Fatal(err)
	}
	theirs, err := account.New(w.DB).Enter(ctx, other.ID, other.Ana.Person, "test")
	if err != nil {
		t.Fatal(err)
	}
	fill := records(t, w)
	before, err := fact.Head(ctx, w.DB, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	routes := routesThatName(t, fill)
	if len(routes) < 30 {
		t.Fatalf("only %d routes found: does this test still look in the right place?", len(routes))
	}
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		for name, value := range fill {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		}
		if status, at := visit(t, method, site+path, theirs.Cookie); status != http.StatusNotFound {
			t.Errorf("%s: another company gets %d at %s, want not found", route, status, at)
		}
		if status, at := visit(t, method, site+path, ""); !strings.HasPrefix(at, "/entrar") && status != http.StatusUnauthorized {
			t.Errorf("%s: nobody gets %d at %s", route, status, at)
		}
	}
	if after, err := fact.Head(ctx, w.DB, w.ID); err != nil || after != before {
		t.Errorf("somebody from outside left %d facts, %v", after-before, err)
	}
}

// records makes one of everything that an address may name.
func records(t *testing.T, w *fixture.Company) map[string]string {
	t.Helper()
	ctx := t.Context()
	h, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{
		Service: w.Cut.ID, Customer: w.Sewing, Title: "50 piezas", Quantity: 50, Order: "P-1",
		Files: []handoff.Upload{{Name: "nota.txt", Content: []byte("hola")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	detail, err := w.Handoffs.Get(ctx, w.Diego, h.ID)
	if err != nil {
		t.Fatal(err)
	}
	g, err := w.Links.Propose(ctx, w.Diego, link.Propose{Link: h.Link, Service: w.Cut.ID, Terms: w.Cut.Terms})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := account.New(w.DB).Issue(ctx, w.Carla, account.Issue{Name: "llave", Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	c, err := setting.New(w.DB).AddCalendar(ctx, w.Ana, setting.Calendar{
		Name: "Noche", Spec: []byte(`{"zone":"UTC","week":{"mon":["22:00-06:00"]}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	lacking, err := need.New(w.DB, w.Handoffs).Add(ctx, w.Diego, need.Ask{Node: w.Sewing, Category: need.Tools, Title: "Otra plancha"})
	if err != nil {
		t.Fatal(err)
	}
	said, err := thanks.New(w.DB).Give(ctx, w.Diego, thanks.Give{
		Person: w.Carla.Person, Reason: "Se quedó para terminar el lote completo", Audience: thanks.All,
	})
	if err != nil {
		t.Fatal(err)
	}
	log, err := dataset.New(w.DB).Upload(ctx, w.Ana, dataset.Upload{File: "x.csv", Content: strings.NewReader("case,when\n1,2026-03-02\n")})
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := pulse.New(w.DB, seal.In(t.TempDir())).Launch(ctx, w.Ana, pulse.Launch{Title: "x", Items: []string{"tools.have"}, Days: 5})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"pulse": string(p.ID), "deed": "x", "calendar": string(c.ID), "number": "1", "act": "tomar", "ref...": "P-1", "service": string(w.Cut.ID), "node": string(w.Cutting),
		"link": string(h.Link), "agreement": string(g.ID), "person": string(w.Carla.Person),
		"handoff": string(h.ID), "need": string(lacking.ID), "thanks": string(said.ID),
		"file": string(detail.Files[0].ID), "token": string(token.ID), "dataset": string(log.ID),
	}
}

// routesThatName reads the routes of the pages from their code, and keeps those
// that name one of the records.
func routesThatName(t *testing.T, fill map[string]string) []string {
	t.Helper()
	pattern := regexp.MustCompile(`mux\.Handle(?:Func)?\("((?:GET|POST) /[^"]+)"`)
	var out []string
	err := filepath.WalkDir("../web", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range pattern.FindAllStringSubmatch(string(b), -1) {
			for name := range fill {
				if strings.Contains(m[1], "{"+name+"}") {
					out = append(out, m[1])
					break
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// visit sends a request, follows where it leads, and returns where it ends.
func visit(t *testing.T, method, address, cookie string) (status int, path string) {
	t.Helper()
	follow := func(r *http.Request, _ []*http.Request) error {
		if cookie != "" {
			r.Header.Set("Cookie", "eslabon="+cookie)
		}
		return nil
	}
	form := url.Values{
		"title": {"x"}, "note": {"x"}, "why": {"x"}, "name": {"x"}, "lang": {"es"}, "state": {"accepted"}, "kind": {"post"},
		"take": {"1"}, "deliver": {"8"}, "target": {"90"}, "relation": {"diagonal"}, "do": {"take"},
	}
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.Header.Set("Cookie", "eslabon="+cookie)
	}
	got, err := (&http.Client{CheckRedirect: follow}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if _, err := io.Copy(io.Discard, got.Body); err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, got.Request.URL.Path
}
