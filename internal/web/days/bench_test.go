package days_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// long gives the workshop a long past, and some hundreds of open handoffs.
func (w *world) long(b *testing.B, closed, open int) {
	b.Helper()
	services := []struct {
		service  id.Service
		customer id.Node
		by, of   authz.Actor
	}{
		{w.Cut.ID, w.Sewing, w.Diego, w.Carla}, {w.Sew.ID, w.Shop, w.Ana, w.Elena}, {w.Help.ID, w.Cutting, w.Carla, w.Fabio},
	}
	start := time.Now().AddDate(0, -6, 0).Truncate(time.Second)
	step := (time.Since(start) / time.Duration(closed+open+2)).Truncate(time.Second)
	var pasts []handoff.Past
	for i := range closed + open {
		s, at := services[i%len(services)], start.Add(time.Duration(i)*step)
		p := handoff.Past{Kind: handoff.Pull, By: s.by.Person, Ask: handoff.Ask{
			Service: s.service, Customer: s.customer, Title: fmt.Sprintf("Lote %d de la temporada", i), Quantity: 40, HappenedAt: at,
		}}
		if i < closed {
			p.Steps = []handoff.PastStep{
				{Kind: "taken", By: s.of.Person, Step: handoff.Step{HappenedAt: at.Add(time.Minute)}},
				{Kind: "delivered", By: s.of.Person, Step: handoff.Step{HappenedAt: at.Add(2 * time.Minute)}},
				{Kind: "accepted", By: s.by.Person, Step: handoff.Step{HappenedAt: at.Add(3 * time.Minute)}},
			}
		} else if i%2 == 0 {
			p.Steps = []handoff.PastStep{{Kind: "delivered", By: s.of.Person, Step: handoff.Step{HappenedAt: at.Add(time.Minute)}}}
		}
		if pasts = append(pasts, p); len(pasts) == 1000 || i == closed+open-1 {
			err := w.DB.InTx(b.Context(), w.ID, func(tx *db.Tx) error { return w.Handoffs.Record(b.Context(), tx, pasts) })
			if err != nil {
				b.Fatal(err)
			}
			pasts = nil
		}
	}
	if err := handoff.Stats.CatchUp(b.Context(), w.DB); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPages loads the pages of a company with 30,000 handoffs, 600 of them
// open: from the request to the last byte of the page.
func BenchmarkPages(b *testing.B) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	w := newWorld(b)
	w.long(b, 29_400, 600)
	cut, making := "/equipo/"+string(w.Cutting), "/equipo/"+string(w.Making)
	for _, x := range []struct {
		name string
		a    authz.Actor
		to   string
		head []string
	}{
		{"my day", w.Diego, "/mi-dia", nil},
		{"my day, live", w.Diego, "/mi-dia", fragment},
		{"my day of the owner", w.Ana, "/mi-dia", nil},
		{"one list", w.Diego, "/mi-dia/debo", nil},
		{"team", w.Carla, cut, nil},
		{"team, live", w.Carla, cut, fragment},
		{"team with all below", w.Bruno, making, nil},
		{"team, whole history", w.Carla, cut + "?ver=todo", nil},
		{"team, words", w.Carla, cut + "?ver=todo&q=temporada", nil},
		{"search", w.Fabio, "/pases?q=lote", nil},
		{"bell", w.Diego, "/avisos", nil},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				res := w.get(b, x.a, x.to, x.head...)
				if res.StatusCode != http.StatusOK {
					b.Fatal(res.Status)
				}
				size = len(res.body)
			}
			b.ReportMetric(float64(size)/1000, "kB/page")
		})
	}
}
