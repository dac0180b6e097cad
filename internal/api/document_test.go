package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"

	"github.com/danielgtaylor/huma/v2"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// document is the API without anything behind it.
func document(t *testing.T) huma.API {
	t.Helper()
	return api.New(http.NewServeMux(), api.Services{})
}

// What the API promises changes only on purpose.
func TestTheDocumentIsTheOneThatWasPromised(t *testing.T) {
	t.Parallel()
	got, err := json.MarshalIndent(document(t).OpenAPI(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "openapi.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the code says. Look at the difference, then: go test ./internal/api -update", golden)
	}
}

// Every schema has an example, and the example is one.
func TestEverySchemaHasAnExampleThatFits(t *testing.T) {
	t.Parallel()
	doc := document(t).OpenAPI()
	for name, s := range doc.Components.Schemas.Map() {
		if len(s.Examples) == 0 {
			t.Errorf("%s has no example", name)
			continue
		}
		b, err := json.Marshal(s.Examples[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range misfits(t, doc, s, b) {
			t.Errorf("the example of %s: %v", name, wrong)
		}
	}
}

// misfits says where JSON does not fit a schema.
func misfits(t testing.TB, doc *huma.OpenAPI, s *huma.Schema, b []byte) []error {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	res := &huma.ValidateResult{}
	huma.Validate(doc.Components.Schemas, s, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, res)
	return res.Errors
}

// Whoever reads the document finds every route explained.
func TestEveryRouteSaysWhatItIs(t *testing.T) {
	t.Parallel()
	doc, ids := document(t).OpenAPI(), map[string]bool{}
	known := map[string]bool{}
	for _, tag := range doc.Tags {
		known[tag.Name] = true
	}
	operations(doc, func(method, path string, o *huma.Operation) {
		at := method + " " + path
		if o.Summary == "" || strings.HasSuffix(o.Summary, ".") || len(o.Tags) != 1 || !known[o.Tags[0]] {
			t.Errorf("%s: summary %q, tags %v", at, o.Summary, o.Tags)
		}
		if o.OperationID == "" || ids[o.OperationID] {
			t.Errorf("%s: operation id %q is empty or taken", at, o.OperationID)
		}
		ids[o.OperationID] = true
		for _, name := range regexp.MustCompile(`{(\w+)}`).FindAllStringSubmatch(path, -1) {
			if !slices.ContainsFunc(o.Parameters, func(p *huma.Param) bool { return p.Name == name[1] && p.In == "path" }) {
				t.Errorf("%s does not explain %s", at, name[1])
			}
		}
		if !strings.HasPrefix(path, api.Prefix+"/") {
			t.Errorf("%s lies outside of %s", at, api.Prefix)
		}
	})
}

func operations(doc *huma.OpenAPI, fn func(method, path string, o *huma.Operation)) {
	for path, item := range doc.Paths {
		for method, o := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch,
			http.MethodDelete: item.Delete,
		} {
			if o != nil {
				fn(method, path, o)
			}
		}
	}
}
