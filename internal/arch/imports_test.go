// Package arch keeps the rules that the compiler cannot: who may import whom,
// and that no statement forgets the company.
package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const prefix = "github.com/eslabon/eslabon/internal/"

// layers, from the bottom. A package imports only from lower layers.
var layers = [][]string{
	{"id", "errs", "i18n", "calendar", "stat", "anon", "memory"},
	{"chain", "clock", "secret"}, // pure as well: they count with the calendar and the figures
	{"authz", "db", "sheet", "seal", "report"},
	{"fact", "job", "once", "dbtest", "trail"},
	{"notify"},
	{"org", "account", "setting", "live"},
	{"link", "customer", "mandate", "absence"},
	{"handoff", "dataset"},
	{"route", "repeat", "courier"},
	{"rating", "setup"},
	{"thanks", "need", "pulse", "improve", "goal", "pay"},
	{"insight"},
	{"demo", "fixture"},
	{"httpx"},
	{"web", "api", "cli"},
	{"app"},
}

// web and SQL are what a layer may not know, below and above these lines.
var (
	webOnly = []string{"net/http", "github.com/a-h/templ", "github.com/danielgtaylor/huma/v2"}
	sqlOnly = []string{"database/sql", "github.com/jackc/pgx/v5", "github.com/ncruces/go-sqlite3"}

	// drivers are the packages that may know SQL drivers: the database itself,
	// the tests' databases, and the jobs, whose library writes in our transactions.
	drivers = []string{"db", "dbtest", "job"}
)

func TestImportsPointDown(t *testing.T) {
	level := map[string]int{"arch": len(layers)}
	for i, l := range layers {
		for _, p := range l {
			level[p] = i
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", prefix+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		from := top(p.ImportPath)
		if _, ok := level[from]; !ok {
			t.Errorf("%s is in no layer", from)
		}
		for _, imp := range p.Imports {
			to := top(imp)
			switch ours := strings.HasPrefix(imp, prefix); {
			case ours && to != from && level[to] >= level[from]:
				t.Errorf("%s imports %s, which is not below it", p.ImportPath, imp)
			case slices.Contains(webOnly, imp) && level[from] < level["httpx"]:
				t.Errorf("%s must not know HTTP: it imports %s", p.ImportPath, imp)
			case slices.Contains(sqlOnly, imp) && !slices.Contains(drivers, from):
				t.Errorf("%s must not know SQL drivers: it imports %s", p.ImportPath, imp)
			}
		}
	}
}

// apart are the packages that must not see the rest of the product, and all of
// it that they may see.
var apart = map[string][]string{
	"pulse/ballot": {"id", "errs", "i18n", "stat", "anon", "secret", "authz", "db", "seal"},
}

func TestWhatLiesApartSeesNothingElse(t *testing.T) {
	for p, may := range apart {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", prefix+p).Output()
		if err != nil {
			t.Fatal(err)
		}
		for imp := range strings.Lines(string(out)) {
			imp = strings.TrimSpace(imp)
			if ours, ok := strings.CutPrefix(imp, prefix); ok && ours != p && !slices.Contains(may, top(imp)) {
				t.Errorf("%s sees %s", p, ours)
			}
		}
	}
}

func top(path string) string {
	p, _, _ := strings.Cut(strings.TrimPrefix(path, prefix), "/")
	return p
}
