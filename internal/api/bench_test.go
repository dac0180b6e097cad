package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/api"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
)

// What the surface adds to a use case: reading, checking and writing JSON.
func BenchmarkSurface(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	w := fixture.New(b, d, 1)
	mux := http.NewServeMux()
	api.New(mux, api.Services{DB: d, Org: w.Org, Links: w.Links, Handoffs: w.Handoffs})
	who := func(*http.Request) (httpx.Visitor, error) { return httpx.Visitor{Actor: w.Diego, Lang: "es"}, nil }
	h := httpx.Context(who, mux)
	ask := `{"service":"` + string(w.Cut.ID) + `","customer":"` + string(w.Sewing) + `","title":"50 mangas azules","quantity":50}`
	b.Run("ask/api", func(b *testing.B) {
		for b.Loop() {
			r, got := httptest.NewRequest(http.MethodPost, api.Prefix+"/handoffs", strings.NewReader(ask)), httptest.NewRecorder()
			if h.ServeHTTP(got, r); got.Code != http.StatusCreated {
				b.Fatal(got.Body)
			}
		}
	})
	b.Run("ask/use case", func(b *testing.B) {
		for b.Loop() {
			in := handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "50 mangas azules", Quantity: 50}
			if _, err := w.Handoffs.Ask(b.Context(), w.Diego, in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("page of 50/api", func(b *testing.B) {
		for b.Loop() {
			r, got := httptest.NewRequest(http.MethodGet, api.Prefix+"/handoffs?limit=50", nil), httptest.NewRecorder()
			if h.ServeHTTP(got, r); got.Code != http.StatusOK {
				b.Fatal(got.Body)
			}
		}
	})
	b.Run("page of 50/use case", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.Handoffs.List(b.Context(), authz.Actor{Company: 1}, handoff.Filter{Limit: 50}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
