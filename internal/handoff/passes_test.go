package handoff_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/trail"
)

// analysed exports the history of the company, reads it back and analyses it.
func analysed(t *testing.T, w *fixture.Company) (chain.Dimension, *chain.Log) {
	t.Helper()
	out := logOf(t, w, w.Ana, handoff.LogOptions{})
	l, _, err := load.Open(t.Context(), strings.NewReader(out), load.Options{Name: "history.xes"})
	if err != nil {
		t.Fatal(err)
	}
	o := chain.Options{Activity: "concept:name", Dimensions: []string{trail.Group}}
	for _, k := range handoff.Stops {
		if handoff.InHand(k) {
			o.States = append(o.States, chain.StateRule{Activity: string(k), State: chain.Accept})
		}
	}
	r, err := chain.Analyse(l, o)
	if err != nil {
		t.Fatal(err)
	}
	return r.Dimensions[0], l
}

// sameAnalysis compares what is kept with the analysis of the export.
func sameAnalysis(t *testing.T, w *fixture.Company, s *handoff.Service) {
	t.Helper()
	want, l := analysed(t, w)
	got, err := s.Passes(t.Context(), w.Fabio)
	if err != nil {
		t.Fatal(err)
	}
	if got.Cases != l.Cases() || got.Events != l.Events() {
		t.Errorf("%d cases of %d, %d events of %d", got.Cases, l.Cases(), got.Events, l.Events())
	}
	// What is not kept current, and the names of nodes.
	want.Routes, want.Subcontracting, want.WorkingTogether = got.Routes, got.Subcontracting, got.WorkingTogether
	want.Again, want.Batching = got.Again, got.Batching
	kept := said(t, got.Dimension)
	got.Tree.Walk(func(n org.Node, _ int) { kept = strings.ReplaceAll(kept, string(n.ID), n.Name) })
	if a, b := inOrder(t, said(t, want)), inOrder(t, kept); a != b {
		t.Errorf("export %s\nkept   %s", a, b)
	}
}

// inOrder sorts the links and posts of a dimension: ids have another order than
// names.
func inOrder(t *testing.T, s string) string {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal([]byte(s), &d); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"links", "posts"} {
		rows := d[key].([]any)
		slices.SortFunc(rows, func(a, b any) int { return strings.Compare(said(t, a), said(t, b)) })
	}
	return said(t, d)
}

func TestPassesAreTheAnalysisOfTheExport(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		tick := func(by time.Duration) { now = now.Add(by) }
		w := fixture.New(t, d, 1)
		sameAnalysis(t, w, w.Handoffs) // of nothing
		busy(t, w, tick)
		sameAnalysis(t, w, w.Handoffs) // followed
		fresh := handoff.New(d)        // another node, or this one after a start
		sameAnalysis(t, w, fresh)

		// Work of an order, in which a handoff of another comes later.
		a := ask(t, w, handoff.Ask{Title: "Uno", Order: "P-7"})
		tick(time.Hour)
		b := ask(t, w, handoff.Ask{Title: "Dos"})
		a = move(t, w, w.Carla, a, handoff.Delivered, handoff.Step{})
		sameAnalysis(t, w, w.Handoffs)
		order := "P-7"
		tick(time.Minute)
		if _, err := w.Handoffs.Change(t.Context(), w.Diego, b.ID, handoff.Change{Order: &order}); err != nil {
			t.Fatal(err)
		}
		sameAnalysis(t, w, w.Handoffs)
		tick(time.Hour)
		move(t, w, w.Elena, a, handoff.Returned, handoff.Step{Reason: "1"})
		// It happened before what is known of the order already.
		move(t, w, w.Carla, b, handoff.Taken, handoff.Step{HappenedAt: now.Add(-30 * time.Minute)})
		sameAnalysis(t, w, w.Handoffs)
		order = ""
		if _, err := w.Handoffs.Change(t.Context(), w.Diego, b.ID, handoff.Change{Order: &order}); err != nil {
			t.Fatal(err)
		}
		sameAnalysis(t, w, w.Handoffs)
		sameAnalysis(t, w, fresh)

		other := fixture.New(t, d, id.Company(2))
		p, err := w.Handoffs.Passes(t.Context(), other.Ana)
		if err != nil || p.Cases != 0 || len(p.Links) != 0 {
			t.Errorf("another company sees %+v, %v", p, err)
		}
	})
}

func said(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
