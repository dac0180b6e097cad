package app_test

import (
	"encoding/json"
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
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/thanks"
)

// Within a company the chain is open: everybody may read every handoff, also
// those of other teams, or nobody could see where their own work waits. What is
// between two, or of one team, shows nowhere else: no page, list, search, count
// of the bell, export or answer of the API has a word of it, on either database.
func TestWhatIsOfFewShowsNowhereElse(t *testing.T) {
	dbtest.Each(t, shownToFew)
}

func shownToFew(t *testing.T, e db.Engine) {
	t.Helper()
	site, w := product(t, e)
	ctx := t.Context()
	const open, between, team, lack, log = "Pantalones abiertos a todos", "Zafiro: gracias por lo que hablamos ayer", "Topacio: gracias por quedarse con el lote", "Esmeralda: que el turno avise", "Rubí"
	_, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: open, Quantity: 50, Order: "P-1"})
	if err == nil {
		_, err = thanks.New(w.DB).Give(ctx, w.Diego, thanks.Give{Person: w.Carla.Person, Reason: between, Audience: thanks.Private})
	}
	if err == nil {
		_, err = thanks.New(w.DB).Give(ctx, w.Carla, thanks.Give{Person: w.Diego.Person, Reason: team, Audience: thanks.Team})
	}
	if err == nil {
		_, err = need.New(w.DB, w.Handoffs).Add(ctx, w.Diego, need.Ask{Node: w.Sewing, Category: need.Support, Title: lack})
	}
	if err == nil {
		_, err = dataset.New(w.DB).Upload(ctx, w.Ana, dataset.Upload{Name: log, File: "x.csv", Content: strings.NewReader("case,when\n1,2026-03-02\n")})
	}
	if err != nil {
		t.Fatal(err)
	}
	fill := records(t, w)
	var pages []string
	for _, route := range append(routesThatName(t, fill), plainRoutes(t)...) {
		method, path, _ := strings.Cut(route, " ")
		for name, value := range fill {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		}
		if method == http.MethodGet && path != "/en-vivo" && !strings.HasSuffix(path, "/events") {
			pages = append(pages, path)
		}
	}
	for _, word := range []string{"Zafiro", "Topacio", "Esmeralda", "Rub%C3%AD"} {
		pages = append(pages, "/pases?q="+word, "/api/v1/handoffs?q="+word)
	}
	if len(pages) < 100 {
		t.Fatalf("only %d pages found: does this test still look in the right place?", len(pages))
	}
	for _, who := range []struct {
		authz.Actor
		shown  []string
		hidden []string
	}{
		{w.Fabio, []string{open}, []string{"Zafiro", "Topacio", "Esmeralda", "Rubí"}}, // another team
		{w.Bruno, []string{open, "Esmeralda"}, []string{"Zafiro", "Rubí"}},            // leads both
		{w.Ana, []string{open, "Esmeralda", "Rubí"}, []string{"Zafiro"}},              // owns the company
		{w.Carla, []string{open, "Zafiro"}, []string{"Esmeralda", "Rubí"}},
	} {
		if err := w.DB.InTx(ctx, w.ID, func(tx *db.Tx) error {
			return account.Seat(ctx, tx, account.Locked(string(who.Person)+"@example.test"), who.Person)
		}); err != nil {
			t.Fatal(err)
		}
		entry, err := account.New(w.DB).Enter(ctx, w.ID, who.Person, "test")
		if err != nil {
			t.Fatal(err)
		}
		read := map[string]bool{}
		for _, path := range pages {
			body := pageOf(t, site+path, entry.Cookie)
			for _, x := range who.shown {
				read[x] = read[x] || strings.Contains(body, x)
			}
			for _, secret := range who.hidden {
				if strings.Contains(strings.ReplaceAll(path, "%C3%AD", "í"), secret) {
					body = strings.ReplaceAll(body, "q="+url.QueryEscape(secret), "") // what was looked for, said again
					body = strings.ReplaceAll(body, `value="`+secret+`"`, "")
					body = strings.ReplaceAll(body, "«"+secret+"»", "")
				}
				if strings.Contains(body, secret) {
					i := strings.Index(body, secret)
					t.Errorf("%s reads %s at %s: …%s", who.Name, secret, path, body[max(0, i-80):min(len(body), i+60)])
				}
			}
		}
		for _, x := range who.shown {
			if !read[x] {
				t.Errorf("%s reads %s nowhere", who.Name, x)
			}
		}
	}
}

// plainRoutes are the pages and the answers of the API that name no record.
func plainRoutes(t *testing.T) []string {
	t.Helper()
	var out []string
	b, err := os.ReadFile("../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		if _, ok := methods["get"]; ok && !strings.Contains(path, "{") {
			out = append(out, "GET /api/v1"+strings.TrimPrefix(path, "/api/v1"))
		}
	}
	pattern := regexp.MustCompile(`mux\.Handle(?:Func)?\("(GET /[^"{]*)"`)
	err = filepath.WalkDir("../web", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range pattern.FindAllStringSubmatch(string(b), -1) {
			out = append(out, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func pageOf(t *testing.T, address, cookie string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "eslabon="+cookie)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
