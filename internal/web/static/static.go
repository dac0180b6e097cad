// Package static serves the script, the styles, the letters and the icon of
// the pages. They are built by web/ and embedded; without them the pages work,
// unstyled.
package static

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/httpx"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where the files are served.
const Prefix = httpx.StaticPrefix

var files, names = load()

// file is one built file; packed is nil if compression would save nothing.
type file struct {
	kind   string
	plain  []byte
	packed []byte
}

// load reads the files and the list of their hashed names.
func load() (byHash map[string]file, hashed map[string]string) {
	byHash, hashed = map[string]file{}, map[string]string{}
	list, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return byHash, hashed // built without web/
	}
	if err := json.Unmarshal(list, &hashed); err != nil {
		panic(err) // the build wrote it
	}
	entries, err := fs.ReadDir(dist, "dist")
	if err != nil {
		panic(err) // it is in the binary
	}
	for _, e := range entries {
		kind, known := kinds[path.Ext(e.Name())]
		if !known {
			continue
		}
		f := file{kind: kind}
		if f.plain, err = dist.ReadFile("dist/" + e.Name()); err != nil {
			panic(err) // it was listed
		}
		if z, err := dist.ReadFile("dist/" + e.Name() + ".gz"); err == nil {
			f.packed = z
		}
		byHash[e.Name()] = f
	}
	return byHash, hashed
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
}

// URL returns the address of a file by its plain name, e.g. "app.css", or ""
// if it was not built.
func URL(name string) string {
	if h, ok := names[name]; ok {
		return Prefix + h
	}
	return ""
}

// Built reports whether the files are there.
func Built() bool { return len(names) > 0 }

// Handler serves the files under Prefix. Their names change with their
// content, so browsers may keep them for ever.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Add("Vary", "Accept-Encoding")
		body := f.plain
		if f.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = f.packed
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the reader may be gone
		}
	})
}
