package live_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/live"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func record(t *testing.T, d *db.DB, c id.Company, subject string) {
	t.Helper()
	if err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
		fact.Record(tx, fact.Fact{Kind: "handoff.asked", Subject: subject, Data: []byte(`{"number":7,"supplier":"a","customer":"b"}`)})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Whoever watches hears of what its company commits, here or on another node
// of the installation, and never of another company.
func TestWatchersHearTheirCompany(t *testing.T) {
	t.Parallel()
	for _, e := range dbtest.Engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			dsn := dbtest.DSN(t, e)
			here := open(t, dsn)
			elsewhere := here
			if e == db.Postgres {
				elsewhere = open(t, dsn)
			}
			for _, c := range []id.Company{1, 2} {
				if err := here.InTx(t.Context(), c, func(tx *db.Tx) error { return fact.Begin(t.Context(), tx) }); err != nil {
					t.Fatal(err)
				}
			}
			hub := live.New(here)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			go hub.Run(ctx)
			one, err := hub.Watch(ctx, 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			record(t, here, 2, "theirs")
			record(t, here, 1, "first")
			record(t, elsewhere, 1, "second")
			for _, want := range []string{"first", "second"} {
				if got := <-one.News; got.Subject != want || got.Number != 7 || len(got.Nodes) != 2 {
					t.Errorf("heard %+v, want %s", got, want)
				}
			}
			stop()
			for range one.News { // it ends
			}
		})
	}
}

// Whoever comes back hears what came after what it knows, once and in order,
// and no more than that much was missed if there was much.
func TestWhoComesBackMissesNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		for _, c := range []id.Company{1, 2} {
			if err := d.InTx(t.Context(), c, func(tx *db.Tx) error { return fact.Begin(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
		}
		hub := live.New(d)
		go hub.Run(t.Context())
		for i := range 20 {
			record(t, d, 1, strconv.Itoa(i+1))
			record(t, d, 2, "theirs")
		}
		watch := func(after int64) live.Watching {
			t.Helper()
			w, err := hub.Watch(t.Context(), 1, after)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		for _, c := range []struct{ after, missed, lost int64 }{
			{0, 0, 0}, {20, 0, 0}, {99, 0, 0}, {-1, 0, 20}, {1, 19, 0},
		} {
			w := watch(c.after)
			if int64(len(w.Missed)) != c.missed || w.Lost != c.lost {
				t.Errorf("after %d: missed %d, lost up to %d", c.after, len(w.Missed), w.Lost)
			}
			for i, m := range w.Missed {
				if m.Seq != c.after+int64(i)+1 || m.Subject != strconv.FormatInt(m.Seq, 10) {
					t.Errorf("after %d: heard %+v", c.after, m)
				}
			}
		}
		w := watch(18)
		record(t, d, 1, "now")
		if got := <-w.News; got.Seq != 21 || got.Subject != "now" {
			t.Errorf("heard %+v next", got)
		}
		if w = watch(0); len(w.Missed) != 0 {
			t.Errorf("who knows all heard %v", w.Missed)
		}
	})
}

func open(t *testing.T, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}
