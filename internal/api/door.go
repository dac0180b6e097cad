package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// door lets requests in: it knows who may knock at all, before anything of a
// request is read.
type door struct {
	mux   *http.ServeMux
	once  *keys
	paths map[string][]string // path → methods
}

// Handle satisfies [huma.Adapter].
func (d *door) Handle(op *huma.Operation, h func(huma.Context)) {
	d.paths[op.Path] = append(d.paths[op.Path], op.Method)
	d.mux.HandleFunc(op.Method+" "+op.Path, func(plain http.ResponseWriter, r *http.Request) {
		w := &begun{ResponseWriter: plain}
		w.Header().Set("Cache-Control", "no-store")
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, &call{w, r}))
		defer w.recover(r)
		a, err := admit(op, r)
		if err != nil {
			write(w, r, err)
			return
		}
		next := func(w http.ResponseWriter, r *http.Request) { h(humago.NewContext(op, r, w)) }
		if key := r.Header.Get(onceHeader); key != "" && r.Method == http.MethodPost && op.Metadata[public] != true && op.Metadata[apart] != true {
			d.once.do(w, r, a, key, op, next)
			return
		}
		next(w, r)
	})
}

// ServeHTTP satisfies [huma.Adapter].
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// admit returns who sends a request that may come in.
func admit(op *huma.Operation, r *http.Request) (authz.Actor, error) {
	a, err := httpx.Actor(r.Context())
	if err != nil && op.Metadata[public] != true {
		return a, err
	}
	if !clean(r.URL.Path) {
		return a, errs.New(errs.NotFound, "err.not_found")
	}
	if q, err := url.QueryUnescape(r.URL.RawQuery); err != nil || !clean(q) {
		return a, errs.New(errs.Invalid, "api.err.query")
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead || op.Metadata[public] == true {
		return a, nil
	}
	return a, a.MustWrite()
}

// clean reports whether s is text that a database can hold.
func clean(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// begun knows whether an answer has begun.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) WriteHeader(status int) {
	b.yes = true
	b.ResponseWriter.WriteHeader(status)
}

func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// recover turns a panic into a problem, unless an answer has begun.
func (b *begun) recover(r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if b.yes || p == http.ErrAbortHandler {
		panic(p) // who reads sees the connection end
	}
	write(b, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// elsewhere answers under /api/ where no route is.
func (d *door) elsewhere() {
	for _, methods := range d.paths {
		slices.Sort(methods)
	}
	d.mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, &call{w, r}))
		for path, methods := range d.paths {
			if wild(path, r.URL.EscapedPath()) {
				w.Header().Set("Allow", strings.Join(methods, ", "))
				send(w, problemOf(r.Context(), http.StatusMethodNotAllowed, "api.err.method"))
				return
			}
		}
		write(w, r, errs.New(errs.NotFound, "err.not_found"))
	})
}

// call is the request behind a context, for the few use cases that need its
// cookies.
type call struct {
	w http.ResponseWriter
	r *http.Request
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		panic("api: a route without its door") // impossible: Handle is the only way in
	}
	return c
}
