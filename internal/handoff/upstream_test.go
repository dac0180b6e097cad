package handoff_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
)

// Sewing asks cutting; cutting needs the computers mended first. What cutting
// asked for carries the order, shows as a risk once it is due too late, and
// tells cutting when it has come.
func TestWhatASupplierNeedsServesWhatItOwes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{Order: "P-1"})
		if _, err := w.Handoffs.AskUpstream(ctx, w.Diego, h.ID, handoff.Ask{Service: w.Help.ID, Title: "x"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the customer asked in the name of the supplier: %v", err)
		}
		if _, err := w.Handoffs.AskUpstream(ctx, w.Carla, h.ID, handoff.Ask{}); errs.FieldsOf(err)["service"] == "" || errs.FieldsOf(err)["title"] == "" {
			t.Errorf("an empty asking: %v", err)
		}
		now := d.Now()
		d.Now = func() time.Time { return now.Add(time.Hour) }
		u, err := w.Handoffs.AskUpstream(ctx, w.Carla, h.ID, handoff.Ask{Service: w.Help.ID, Title: "La cortadora no enciende"})
		if err != nil {
			t.Fatal(err)
		}
		if u.Order != "P-1" || u.Customer != w.Cutting {
			t.Errorf("asked for %s, order %q", u.Customer, u.Order)
		}
		got, err := w.Handoffs.Get(ctx, w.Elena, h.ID)
		if err != nil || len(got.Needs.Up) != 1 || got.Needs.Up[0].Number != u.Number || got.Needs.Up[0].Depth != 1 {
			t.Fatalf("it waits for %+v, %v", got.Needs, err)
		}
		if r := got.Risk; r.Number != u.Number || r.Late || !r.DueAt.Equal(u.DueAt.Time) {
			t.Errorf("due an hour after what it serves, the risk is %+v", r)
		}
		d.Now = func() time.Time { return now.Add(10 * time.Hour) }
		p, err := w.Handoffs.List(ctx, w.Carla, handoff.Filter{Box: handoff.Owe})
		if err != nil || len(p.Rows) != 1 || !p.Rows[0].Risk.Late {
			t.Errorf("the list does not show that it waits for something late: %+v, %v", p.Rows, err)
		}
		if below, err := w.Handoffs.Get(ctx, w.Elena, u.ID); err != nil || len(below.Needs.Down) != 1 || below.Needs.Down[0].Number != h.Number {
			t.Errorf("it serves %+v, %v", below.Needs, err)
		}
		before := unread(t, w, w.Carla)
		u = move(t, w, w.Fabio, u, handoff.Delivered, handoff.Step{})
		move(t, w, w.Bruno, u, handoff.Accepted, handoff.Step{})
		if n := unread(t, w, w.Carla); n <= before {
			t.Error("cutting was not told that what it needs has come")
		}
		if got, err := w.Handoffs.Get(ctx, w.Elena, h.ID); err != nil || got.Risk.Given() {
			t.Errorf("what has come is a risk still: %+v, %v", got.Risk, err)
		}
	})
}

// A decision that was refused must not look like one that was given: it stays in
// sight of who waits for it, until it is asked for again or no longer needed.
func TestWhatWillNotComeStaysInSight(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		now := d.Now()
		d.Now = func() time.Time { return now }
		h := ask(t, w, handoff.Ask{})
		need := func(h id.Handoff, who authz.Actor, o link.Offer) handoff.Handoff {
			t.Helper()
			u, err := w.Handoffs.AskUpstream(ctx, who, h, handoff.Ask{Service: o.ID, Title: "Visto bueno para gastar 300"})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		nomore := func(u id.Handoff) {
			t.Helper()
			if err := w.Handoffs.WaitNoMore(ctx, w.Carla, h.ID, u); err != nil {
				t.Fatal(err)
			}
		}
		sees := func(when string, want handoff.Risk) {
			t.Helper()
			want.DueAt = h.DueAt // all are asked for at once
			if !want.Given() {
				want.DueAt = db.Time{}
			}
			if got := detail(t, w, h).Risk; got != want {
				t.Errorf("%s: the page says %+v", when, got)
			}
			p, err := w.Handoffs.List(ctx, w.Carla, handoff.Filter{Box: handoff.Owe, Nodes: []id.Node{w.Cutting}})
			if i := slices.IndexFunc(p.Rows, func(x handoff.Handoff) bool { return x.ID == h.ID }); err != nil || i < 0 || p.Rows[i].Risk != want {
				t.Errorf("%s: the list says %+v, %v", when, p.Rows, err)
			}
		}
		u := need(h.ID, w.Carla, w.Help)
		sees("asked for", handoff.Risk{})
		move(t, w, w.Fabio, u, handoff.Declined, handoff.Step{Note: "No está en el presupuesto"})
		sees("refused", handoff.Risk{Number: u.Number, Lost: handoff.Declined})
		again := need(h.ID, w.Carla, w.Help)
		sees("asked for again", handoff.Risk{})
		move(t, w, w.Carla, again, handoff.Cancelled, handoff.Step{})
		sees("and called off", handoff.Risk{Number: again.Number, Lost: handoff.Cancelled})
		nomore(again.ID)
		sees("the second is not needed", handoff.Risk{Number: u.Number, Lost: handoff.Declined})
		nomore(u.ID)
		sees("nor the first", handoff.Risk{})

		last := need(h.ID, w.Carla, w.Help)
		first := need(last.ID, w.Fabio, w.Cut)
		move(t, w, w.Carla, first, handoff.Declined, handoff.Step{Note: "Tampoco"})
		sees("refused one further up", handoff.Risk{Number: first.Number, Lost: handoff.Declined})
		last = move(t, w, w.Fabio, last, handoff.Delivered, handoff.Step{})
		move(t, w, w.Carla, last, handoff.Accepted, handoff.Step{})
		sees("it came without that", handoff.Risk{})
	})
}

func unread(t *testing.T, w *fixture.Company, a authz.Actor) int {
	t.Helper()
	n, err := notify.Unread(t.Context(), w.DB, a)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNothingWaitsForItself(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		a, b, c := ask(t, w, handoff.Ask{}), ask(t, w, handoff.Ask{}), ask(t, w, handoff.Ask{})
		wait := func(served, up handoff.Handoff) error { return w.Handoffs.WaitFor(ctx, w.Carla, served.ID, up.ID) }
		for _, err := range []error{wait(a, b), wait(b, c)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			err error
			key string
		}{
			"itself":       {wait(a, a), "handoff.err.cycle"},
			"the next":     {wait(b, a), "handoff.err.cycle"},
			"far away":     {wait(c, a), "handoff.err.cycle"},
			"twice":        {wait(a, b), "handoff.err.already_upstream"},
			"nothing":      {wait(a, handoff.Handoff{}), "err.required"},
			"what is gone": {wait(a, handoff.Handoff{ID: id.New[id.Handoff]()}), "handoff.err.no_upstream"},
		} {
			if errs.FieldsOf(c.err)["upstream"] != c.key {
				t.Errorf("%s: got %v, want %s", name, c.err, c.key)
			}
		}
		if err := w.Handoffs.WaitNoMore(ctx, w.Carla, b.ID, c.ID); err != nil {
			t.Fatal(err)
		}
		if err := wait(c, a); err != nil {
			t.Errorf("with the chain cut it is no cycle: %v", err)
		}
	})
}

// Whoever looks at a handoff with a chain takes one connection, also the last
// one of PostgreSQL's: two would let sixteen who look wait for each other.
func TestAChainIsReadOnOneConnection(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	w := fixture.New(t, d, 1)
	h := ask(t, w, handoff.Ask{})
	u, err := w.Handoffs.AskUpstream(t.Context(), w.Carla, h.ID, handoff.Ask{Service: w.Help.ID, Title: "La cortadora no enciende"})
	if err != nil {
		t.Fatal(err)
	}
	const others = 15
	var readers sync.WaitGroup
	here, leave := make(chan struct{}), make(chan struct{})
	for range others {
		readers.Go(func() {
			_ = d.Read(t.Context(), w.ID, func(*db.Tx) error {
				here <- struct{}{}
				<-leave
				return nil
			})
		})
	}
	for range others {
		<-here
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	got, err := w.Handoffs.Get(ctx, w.Carla, h.ID)
	if err != nil || len(got.Needs.Up) != 1 || got.Needs.Up[0].ID != u.ID {
		t.Errorf("with one connection left: %+v, %v", got.Needs, err)
	}
	close(leave)
	readers.Wait()
}
