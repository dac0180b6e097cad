package handoff_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

func promises(t *testing.T, w *fixture.Company, of handoff.Whose, since time.Time) handoff.Promises {
	t.Helper()
	p, err := w.Handoffs.Promises(t.Context(), w.Ana, of, since)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each leg counts once and where it belongs, and opens from its figure. The
// service promises two hours to take and eight to deliver, at any hour.
func TestPromisesCountEachLegWhereItBelongs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		since := d.Now()
		cutting := handoff.Whose{Suppliers: []id.Node{w.Cutting}}

		kept := ask(t, w, handoff.Ask{})
		c.pass(time.Hour)
		kept = move(t, w, w.Carla, kept, handoff.Taken, handoff.Step{})
		c.pass(2 * time.Hour)
		kept = move(t, w, w.Carla, kept, handoff.Delivered, handoff.Step{})
		if p := promises(t, w, cutting, since); p.Deliver.Kept.N != 0 || p.Under.Given != 1 || p.Under.Open != 0 {
			t.Errorf("delivered and not answered yet: %+v", p)
		}
		move(t, w, w.Diego, kept, handoff.Accepted, handoff.Step{})

		late := ask(t, w, handoff.Ask{})
		c.pass(9 * time.Hour)
		late = move(t, w, w.Carla, late, handoff.Delivered, handoff.Step{})
		late = move(t, w, w.Diego, late, handoff.Returned, handoff.Step{Reason: "1"})
		c.pass(time.Hour)
		move(t, w, w.Diego, move(t, w, w.Carla, late, handoff.Delivered, handoff.Step{}), handoff.Accepted, handoff.Step{})

		redirected := ask(t, w, handoff.Ask{})
		c.pass(time.Hour)
		redirected, err := w.Handoffs.Redirect(ctx, w.Carla, redirected.ID, w.Help.ID, handoff.Step{Note: "Es de sistemas"})
		if err != nil {
			t.Fatal(err)
		}
		cancelled := move(t, w, w.Diego, ask(t, w, handoff.Ask{}), handoff.Cancelled, handoff.Step{Note: "Ya no"})
		pushed, err := w.Handoffs.HandOn(ctx, w.Carla, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 7"}, handoff.Step{})
		if err != nil {
			t.Fatal(err)
		}
		move(t, w, w.Diego, pushed, handoff.Accepted, handoff.Step{})

		auto := move(t, w, w.Carla, ask(t, w, handoff.Ask{}), handoff.Delivered, handoff.Step{})
		oldest := ask(t, w, handoff.Ask{})
		c.pass(6 * 24 * time.Hour)
		ring(t, w)
		paused := ask(t, w, handoff.Ask{})
		if _, err := w.Handoffs.Pause(ctx, w.Carla, handoff.Pause{Handoff: paused.ID, Reason: "Falta tela", Wait: handoff.Wait{On: clock.Third, Name: "Telas del Sur"}}); err != nil {
			t.Fatal(err)
		}
		c.pass(24 * time.Hour)

		got := promises(t, w, cutting, since)
		want := handoff.Promises{
			Since: got.Since,
			Take:  handoff.Promise{Kept: stat.Wilson(2, 3), Time: got.Take.Time, Of: 2},
			Deliver: handoff.Promise{
				Kept: stat.Wilson(2, 3), Time: handoff.Spread{P50: 6 * time.Hour, P85: 8*time.Hour + 6*time.Minute}, Of: 2,
			},
			Rework: stat.Wilson(0, 1), Auto: stat.Wilson(1, 1), Dropped: 1,
			Under: handoff.Under{
				Open: 2, Late: 1, Untaken: 2, Slow: 2, Paused: 1, Oldest: oldest.Number, OldestAt: oldest.AskedAt,
			},
		}
		if got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		if l, err := w.Handoffs.LinkFigures(ctx, w.Fabio, kept.Link, since); err != nil || l.Promises != got {
			t.Errorf("the link says %+v, %v", l.Promises, err)
		}
		all := promises(t, w, handoff.Whose{}, since)
		if all.Deliver.Kept.N != 3 || all.Under.Open != 3 || all.Under.Late != 2 {
			t.Errorf("the company: %+v", all)
		}
		if both := promises(t, w, handoff.Whose{Suppliers: []id.Node{w.Cutting, w.Computers}}, since); both != all {
			t.Errorf("two nodes: %+v, the company %+v", both, all)
		}
		if later := promises(t, w, cutting, d.Now()); later.Deliver.Kept.N != 0 || later.Under != got.Under {
			t.Errorf("what is open is left out: %+v", later)
		}
		for k, want := range map[handoff.Kept][]int64{
			handoff.KeptInTime: {redirected.Number, kept.Number}, handoff.KeptLate: {late.Number}, handoff.KeptRework: {late.Number},
			handoff.TakenInTime: {redirected.Number, kept.Number}, handoff.TakenLate: {late.Number},
			handoff.KeptAuto: {auto.Number}, handoff.KeptDropped: {cancelled.Number},
		} {
			if got := numbers(t, w, w.Ana, handoff.Filter{Behind: handoff.Behind{Kept: k, Whose: cutting, Since: since}}); !slices.Equal(got, want) {
				t.Errorf("behind %s are %v, want %v", k, got, want)
			}
		}
		if _, err := w.Handoffs.List(ctx, w.Ana, handoff.Filter{Behind: handoff.Behind{Kept: "often"}}); errs.FieldsOf(err)["kept"] != "err.unknown" {
			t.Errorf("an unknown figure: %v", err)
		}
		if _, err := w.Handoffs.LinkFigures(ctx, fixture.New(t, d, 2).Ana, kept.Link, since); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company read it: %v", err)
		}
	})
}

// Whatever people do, the figures are those of the clocks replayed one by one,
// and the same after all legs were made anew.
func TestPromisesAreWhatTheClocksTell(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		shift(t, w, w.Computers, "Mañanas", mornings)
		since := d.Now()
		r := rand.New(rand.NewPCG(7, 29))
		var all []id.Handoff
		for range 24 {
			h := ask(t, w, handoff.Ask{Quantity: 5})
			all = append(all, h.ID)
			for range 10 {
				c.pass(time.Duration(r.IntN(240)) * time.Minute)
				h = anything(t, w, r, h)
			}
			ring(t, w)
		}
		for _, n := range []id.Node{w.Cutting, w.Computers} {
			of := handoff.Whose{Suppliers: []id.Node{n}}
			before := promises(t, w, of, since)
			want := slowly(t, w, all, n)
			got := [8]int{
				before.Take.Kept.K, before.Take.Kept.N, before.Deliver.Kept.K, before.Deliver.Kept.N, before.Rework.K, before.Rework.N,
				before.Auto.N, before.Under.Open,
			}
			if got != want || got[3] == 0 || n == w.Cutting && got[5] == 0 {
				t.Errorf("%s: kept %v, replayed %v", n, got, want)
			}
			if _, err := w.Handoffs.RebuildLegs(ctx, w.ID); err != nil {
				t.Fatal(err)
			}
			if after, err := handoff.New(d).Promises(ctx, w.Ana, of, since); err != nil || after != before {
				t.Errorf("rebuilt: %+v, before %+v", after, before)
			}
		}
	})
}

// slowly counts the legs of n from their replayed clocks.
func slowly(t *testing.T, w *fixture.Company, all []id.Handoff, n id.Node) (out [8]int) {
	t.Helper()
	add := func(at int, r clock.Result) {
		if r != clock.None {
			out[at+1]++
		}
		if r == clock.Met {
			out[at]++
		}
	}
	for _, h := range all {
		v, err := w.Handoffs.Get(t.Context(), w.Ana, h)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range v.Clock.Legs {
			switch {
			case l.Supplier != string(n):
			case l.End == "" && l.Delivered.IsZero():
				out[7]++
			case l.End == "" || l.End == clock.Ended:
			case l.End == clock.Accepted && v.Auto:
				out[6]++
			case l.End != clock.Redirected && l.Rework:
				add(4, l.Result)
			default:
				add(0, l.Took)
				add(2, l.Result)
			}
		}
	}
	return out
}
