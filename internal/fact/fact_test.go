package fact_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

func begin(t *testing.T, d *db.DB, companies ...id.Company) {
	t.Helper()
	for _, c := range companies {
		err := d.InTx(t.Context(), c, func(tx *db.Tx) error { return fact.Begin(t.Context(), tx) })
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Many write to two logs while somebody reads: the reader sees every fact of
// each log, in order, without a gap, and no fact of the other.
func TestTheReaderMissesNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const writers, each = 8, 25
		ctx := t.Context()
		begin(t, d, 1, 2)
		var writing, reading sync.WaitGroup
		var done atomic.Bool
		for c := range id.Company(2) {
			c++
			for range writers {
				writing.Go(func() {
					for i := range each {
						err := d.InTx(ctx, c, func(tx *db.Tx) error {
							facts := []fact.Fact{{Kind: "handoff.asked", Subject: "a"}, {Kind: "handoff.asked", Subject: "b"}}
							fact.Record(tx, facts[:1+i%2]...)
							if i%5 == 4 {
								return errUndo
							}
							return nil
						})
						if err != nil && !errors.Is(err, errUndo) {
							t.Error(err)
						}
					}
				})
			}
			reading.Go(func() {
				var last int64
				for {
					end := done.Load()
					facts, err := fact.After(ctx, d, c, last, 100)
					if err != nil {
						t.Error(err)
						return
					}
					for _, f := range facts {
						if f.Seq != last+1 {
							t.Errorf("company %d: %d follows %d", c, f.Seq, last)
						}
						last = f.Seq
					}
					if end && len(facts) == 0 {
						break
					}
				}
				// Of 25 transactions 5 are undone; of the rest, 10 write one fact and 10 write two.
				if want := int64(writers * (10 + 2*10)); last != want {
					t.Errorf("company %d: read %d facts, want %d", c, last, want)
				}
			})
		}
		writing.Wait()
		done.Store(true)
		reading.Wait()
	})
}

var errUndo = errors.New("undo")

// Two nodes step the same follower; each fact is applied once, in order.
func TestFollowersShareTheWork(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		const facts = 600 // more than one batch
		ctx := t.Context()
		begin(t, d, 1, 2)
		record(t, d, facts, 1, 2)
		w := fact.Follower{Name: "counter", Apply: fact.Each(func(ctx context.Context, tx *db.Tx, f fact.Fact) error {
			n, err := tx.Exec(ctx, `
				INSERT INTO handoff_number (company, last) VALUES (?, ?)
				ON CONFLICT (company) DO UPDATE SET last = excluded.last
				WHERE handoff_number.company = ? AND handoff_number.last = excluded.last - 1`, tx.Company, f.Seq, tx.Company)
			if err == nil && n != 1 {
				t.Errorf("company %d: fact %d came out of order", tx.Company, f.Seq)
			}
			return err
		})}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := w.CatchUp(ctx, d); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, c := range []id.Company{1, 2} {
			var last int
			err := d.Row(ctx, []any{&last}, `SELECT last FROM handoff_number WHERE company = ?`, c)
			if err != nil || last != facts {
				t.Errorf("company %d: applied up to %d (%v), want %d", c, last, err, facts)
			}
		}
	})
}

// record writes n facts in one transaction of each company.
func record(t *testing.T, d *db.DB, n int, companies ...id.Company) {
	t.Helper()
	facts := make([]fact.Fact, n)
	for i := range facts {
		facts[i].Kind = "handoff.asked"
	}
	for _, c := range companies {
		err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
			fact.Record(tx, facts...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A follower that cannot go on keeps neither the others nor other companies, and
// none of them meets a fact twice however far each had read before.
func TestAFollowerThatFailsKeepsNobody(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		begin(t, d, 1, 2)
		seen := map[string][]int64{}
		broken := errors.New("broken")
		ill := true
		follower := func(name string) fact.Follower {
			return fact.Follower{Name: name, Apply: func(_ context.Context, tx *db.Tx, facts []fact.Fact) error {
				if ill && name == "second" && tx.Company == 1 {
					return broken
				}
				tx.AfterCommit(func() {
					for _, f := range facts {
						at := fmt.Sprint(name, " of ", tx.Company)
						seen[at] = append(seen[at], f.Seq)
					}
				})
				return nil
			}}
		}
		first, second, third := follower("first"), follower("second"), follower("third")
		record(t, d, 3, 1, 2)
		if err := third.CatchUp(ctx, d); err != nil { // further than the others
			t.Fatal(err)
		}
		record(t, d, 2, 1, 2)
		if err := fact.CatchUp(ctx, d, first, second, third); !errors.Is(err, broken) {
			t.Fatalf("caught up with %v, want %v", err, broken)
		}
		ended := map[string][]int64{
			"first of 1": {1, 2, 3, 4, 5}, "third of 1": {1, 2, 3, 4, 5},
			"first of 2": {1, 2, 3, 4, 5}, "second of 2": {1, 2, 3, 4, 5}, "third of 2": {1, 2, 3, 4, 5},
		}
		if !reflect.DeepEqual(seen, ended) {
			t.Errorf("seen %v, want %v", seen, ended)
		}
		ill = false
		for range 2 { // the second time there is nothing new
			if err := fact.CatchUp(ctx, d, first, second, third); err != nil {
				t.Fatal(err)
			}
		}
		ended["second of 1"] = []int64{1, 2, 3, 4, 5}
		if !reflect.DeepEqual(seen, ended) {
			t.Errorf("seen %v, want %v", seen, ended)
		}
	})
}
