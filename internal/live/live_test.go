package live_test

import (
	"context"
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
			one, err := hub.Watch(ctx, 1)
			if err != nil {
				t.Fatal(err)
			}
			record(t, here, 2, "theirs")
			record(t, here, 1, "first")
			record(t, elsewhere, 1, "second")
			for _, want := range []string{"first", "second"} {
				if got := <-one; got.Subject != want || got.Number != 7 || len(got.Nodes) != 2 {
					t.Errorf("heard %+v, want %s", got, want)
				}
			}
			stop()
			for range one { // it ends
			}
		})
	}
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
