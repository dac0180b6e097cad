package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, to, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, res *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// most is what a first visit may load besides the page, in bytes.
const most = 130_000

func TestTheFilesAreSmallTypedAndKept(t *testing.T) {
	t.Parallel()
	if !Built() {
		t.Fatal("the files are not built: run npm ci --ignore-scripts && npm run build in web/")
	}
	total := 0
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml",
		"atkinson-hyperlegible-next-latin-wght-normal.woff2": "font/woff2", "atkinson-hyperlegible-mono-latin-wght-normal.woff2": "font/woff2",
	} {
		res, plain := get(t, URL(name), "gzip, br"), read(t, get(t, URL(name), ""))
		sent := read(t, res)
		total += len(sent)
		if res.Header.Get("Content-Type") != kind || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %v", name, res.Header)
		}
		if res.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			if sent, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if len(plain) == 0 || !bytes.Equal(sent, plain) {
			t.Errorf("%s: compressed and plain differ", name)
		}
	}
	if total > most {
		t.Errorf("a first visit loads %d bytes, more than %d", total, most)
	}
}

func TestOnlyBuiltFilesAreServed(t *testing.T) {
	t.Parallel()
	for _, to := range []string{Prefix, Prefix + "manifest.json", Prefix + ".keep", Prefix + "../static.go", Prefix + "app.css"} {
		if res := get(t, to, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", to, res.StatusCode)
		}
	}
	if URL("nothing.js") != "" {
		t.Error("a file that was not built has an address")
	}
}
