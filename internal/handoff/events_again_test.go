package handoff_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/trail"
)

// The history says the same in whatever format it goes out and is read again.
func TestTheHistoryIsReadAgainToTheSameAnalysis(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		w := fixture.New(t, d, 1)
		busy(t, w, func(by time.Duration) { now = now.Add(by) })
		formats := map[handoff.CaseOf][]trail.Format{
			handoff.ByHandoff: {trail.XES, trail.CSV, trail.OCEL, trail.OCELXML},
			handoff.ByOrder:   {trail.XES, trail.CSV}, // in OCEL what has no order is not followed along orders
		}
		for by, list := range formats {
			want := ""
			for _, f := range list {
				file := logOf(t, w, w.Ana, handoff.LogOptions{Format: f, Case: by, People: handoff.Names})
				log, rep, err := load.Open(t.Context(), strings.NewReader(file), load.Options{Name: "x" + f.Ext(), Object: "handoff"})
				if err != nil {
					t.Fatalf("%s: %v", f, err)
				}
				if len(rep.Left) > 0 {
					t.Errorf("%s: left out %+v", f, rep.Left)
				}
				r, err := chain.Analyse(log, chain.Options{
					Activity: log.Activity, Dimensions: []string{trail.Group, "service"}, Who: trail.Resource,
					States: []chain.StateRule{{Activity: "asked", State: chain.Arrive}, {Activity: "taken", State: chain.Accept}},
				})
				if err != nil {
					t.Fatalf("%s: %v", f, err)
				}
				r.Columns = nil // each format names the activity in its own way
				b, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				if want == "" {
					want = string(b)
				}
				if got := string(b); got != want {
					t.Errorf("%s by %s differs:\n%s", f, by, differ(want, got))
				}
			}
			if !strings.Contains(want, `"Corte"`) {
				t.Errorf("the analysis by %s is of nothing: %s", by, want)
			}
		}
	})
}

// differ shows where two texts part.
func differ(a, b string) string {
	const shown = 200
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	at := max(0, i-shown/2)
	return a[at:min(len(a), i+shown)] + "\n" + b[at:min(len(b), i+shown)]
}
