package demo_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/demo"
	"github.com/eslabon/eslabon/internal/job"
)

// recorded looks at the log that came from another program: it has a ping-pong,
// and says so first.
func recorded(t *testing.T, d *db.DB, c demo.Company) {
	s := dataset.New(d)
	jobs, err := job.New(d, s.Workers()...)
	if err != nil {
		t.Fatal(err)
	}
	if err := jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := jobs.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	sewer := user(t, d, c, "lupita")
	list, err := s.List(t.Context(), sewer)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d logs, %v", len(list), err)
	}
	v := list[0]
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if v, err = s.Get(t.Context(), sewer, v.ID); err != nil || !v.State.Busy() {
			break
		}
	}
	if err != nil || v.State != dataset.Ready || v.Cases != 300 || len(v.Preview.Columns) == 0 {
		t.Fatalf("%s, %d cases, %+v, %v", v.State, v.Cases, v.Problem, err)
	}
	_, chain, err := s.Chain(t.Context(), sewer, v.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	l, ok := chain.Link("Diseño", "Patronaje")
	if !ok || l.Bounced < 100 || l.Twice < 30 {
		t.Errorf("the ping-pong is %+v", l)
	}
	pair := []string{"Diseño", "Patronaje"} // it is the same from either side
	if f := chain.Findings[0]; f.Kind != "return" || !slices.Contains(pair, f.Supplier) || !slices.Contains(pair, f.Customer) {
		t.Errorf("it says first %+v", f)
	}
}
