package app_test

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify/sink"
)

// Those who lead are mailed on Monday the figures of the week before, which
// lead to pages of this server.
func TestTheWeekIsMailedOnMonday(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, e db.Engine) {
		ctx := t.Context()
		s := sink.Open(t, nil)
		dsn := dbtest.DSN(t, e)
		if e == db.SQLite {
			dsn = filepath.Join(t.TempDir(), "eslabon.db")
		}
		d, err := db.Open(ctx, dsn)
		must(t, err)
		t.Cleanup(func() { d.Close() })
		var clock atomic.Int64
		at := func(m time.Time) { clock.Store(m.UnixMicro()) }
		d.Now = func() time.Time { return time.UnixMicro(clock.Load()).UTC() }
		news := make(chan struct{}, 1)
		d.AfterCommit(func(id.Company) {
			select {
			case news <- struct{}{}:
			default:
			}
		})
		friday := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
		at(friday)
		must(t, app.Migrate(ctx, d))
		w := fixture.New(t, d, 1)
		work := func() {
			t.Helper()
			h, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote"})
			must(t, err)
			h, err = w.Handoffs.Move(ctx, w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID})
			must(t, err)
			_, err = w.Handoffs.Move(ctx, w.Diego, handoff.Accepted, handoff.Step{Handoff: h.ID})
			must(t, err)
		}
		work()
		serve := func(until string, args ...any) {
			t.Helper()
			a, err := app.New(app.Config{Addr: "localhost", BaseURL: "https://taller.example", Mail: s.Config}, d)
			must(t, err)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, err)
			ctx, stop := context.WithCancel(ctx)
			defer stop()
			ended := make(chan error, 1)
			go func() { ended <- a.Serve(ctx, l) }()
			late := time.After(time.Minute)
			for n := 0; n == 0; {
				must(t, d.Row(ctx, []any{&n}, until, args...))
				if n > 0 {
					break
				}
				select {
				case <-news:
				case <-late:
					t.Fatal("nothing comes of it")
				}
			}
			stop()
			must(t, <-ended)
		}
		serve(`SELECT COUNT(*) FROM week_told WHERE company = ?`, w.ID) // from its next Monday on
		monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		at(monday)
		serve(`SELECT COUNT(*) FROM notice WHERE company = ? AND kind = 'week'`, w.ID)
		at(monday.Add(time.Hour))
		const sent = `SELECT COUNT(*) FROM letter l JOIN notice n ON n.company = ? AND n.letter = l.id AND n.kind = 'week'
			WHERE l.company = ? AND l.state = 'sent' AND l.person = ?`
		serve(sent, w.ID, w.ID, w.Ana.Person)
		serve(sent, w.ID, w.ID, w.Bruno.Person)
		for told := 0; told < 2; {
			m := s.Next()
			if !strings.Contains(m.Text, "Tu semana en cifras") {
				continue // what else happened
			}
			told++
			for _, want := range []string{"Bien a la primera: 1 de 1. La semana anterior: nada.", "https://taller.example/promesas"} {
				if !strings.Contains(m.Text, want) {
					t.Errorf("the mail to %s lacks %q:\n%s", m.To, want, m.Text)
				}
			}
		}
	})
}
