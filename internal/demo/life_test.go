package demo_test

import (
	"context"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/demo"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// ticking makes the clock of d go on by some seconds at each reading.
func ticking(d *db.DB, from time.Time) {
	now := from
	d.Now = func() time.Time {
		now = now.Add(2 * time.Second)
		return now
	}
}

// life does 200 acts, then a visitor changes things, then the program ends.
func life(t *testing.T, d *db.DB, c demo.Company) {
	ticking(d, wednesday)
	t.Run("visitors keep their work", func(t *testing.T) { goesOn(t, d, c) })
	t.Run("bears what visitors change", func(t *testing.T) { bears(t, d, c) })
	t.Run("stops when it is told", func(t *testing.T) { stops(t, d, c) })
}

func head(t *testing.T, d *db.DB, c demo.Company) int64 {
	t.Helper()
	seq, err := fact.Head(t.Context(), d, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func goesOn(t *testing.T, d *db.DB, c demo.Company) {
	ctx, before := t.Context(), head(t, d, c)
	life, err := demo.NewLife(ctx, d, c)
	if err != nil {
		t.Fatal(err)
	}
	owner := user(t, d, c, "carmen")
	for i := range 200 {
		if err := life.Try(ctx); err != nil {
			t.Fatalf("act %d: %v", i, err)
		}
		p, err := handoff.New(d).List(ctx, owner, handoff.Filter{Open: true, Limit: handoff.MostRows})
		if n := len(p.Rows); err != nil || n < demo.Fewest-10 || n > demo.Most+10 {
			t.Fatalf("after act %d: %d are open, %v", i, n, err)
		}
	}
	visitors := map[id.Person]bool{}
	for _, u := range c.Users {
		visitors[u.Person] = true
		boxes(t, d, c, u, d.Now())
	}
	facts, err := fact.After(ctx, d, c.ID, before, 1000)
	if err != nil {
		t.Fatal(err)
	}
	did := map[string]int{}
	for _, f := range facts {
		if did[f.Kind]++; visitors[f.Actor] {
			t.Errorf("%s: somebody acted as a visitor", f.Kind)
		}
	}
	for _, kind := range []string{"asked", "taken", "delivered", "accepted", "returned", "commented"} {
		if did["handoff."+kind] == 0 {
			t.Errorf("nobody %s anything: %v", kind, did)
		}
	}
	if len(facts) < 150 {
		t.Errorf("200 acts, %d facts: %v", len(facts), did)
	}
}

// A visitor renames an area, closes services and lets people go: the others go
// on.
func bears(t *testing.T, d *db.DB, c demo.Company) {
	ctx, owner := t.Context(), user(t, d, c, "carmen")
	tree, err := org.LoadTree(ctx, d, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	sales := tree.Find("Ventas")[0]
	sales.Name = "Comercial"
	if _, err := org.New(d).ChangeNode(ctx, owner, sales); err != nil {
		t.Fatal(err)
	}
	offers, err := link.New(d).Offers(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range offers[:len(offers)/2] {
		if err := link.New(d).Archive(ctx, owner, o.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	people, err := org.LoadPeople(ctx, d, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		if p.Name == "Óscar Medina Prado" || p.Name == "Teresa Jiménez Cruz" {
			if err := org.New(d).SetActive(ctx, owner, p.ID, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	life, err := demo.NewLife(ctx, d, c)
	if err != nil {
		t.Fatal(err)
	}
	before := head(t, d, c)
	for i := range 60 {
		if err := life.Step(ctx); err != nil {
			t.Fatalf("act %d: %v", i, err)
		}
	}
	if n := head(t, d, c) - before; n < 20 {
		t.Errorf("60 acts, %d facts", n)
	}
}

func stops(t *testing.T, d *db.DB, c demo.Company) {
	before := head(t, d, c)
	ctx, stop := context.WithCancel(t.Context())
	ready, never := make(chan time.Time), make(chan time.Time)
	close(ready)
	rested := 0
	err := demo.Run(ctx, d, c, func() <-chan time.Time {
		if rested++; rested <= 20 {
			return ready
		}
		stop()
		return never
	})
	if err != nil || rested != 21 {
		t.Errorf("rested %d times, %v", rested, err)
	}
	if head(t, d, c) == before {
		t.Error("nothing happened")
	}
}
