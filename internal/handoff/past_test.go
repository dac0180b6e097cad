package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

func record(t *testing.T, w *fixture.Company, pasts ...handoff.Past) error {
	t.Helper()
	return w.DB.InTx(t.Context(), w.ID, func(tx *db.Tx) error { return w.Handoffs.Record(t.Context(), tx, pasts) })
}

func at(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC) }

func past(kind handoff.EventKind, by id.Person, h int, in handoff.Step) handoff.PastStep {
	in.HappenedAt = at(h)
	return handoff.PastStep{Kind: kind, By: by, Step: in}
}

func cut(w *fixture.Company, title string, h int) handoff.Ask {
	return handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: title, Quantity: 50, HappenedAt: at(h)}
}

// What was recorded afterwards is what the same steps would have made.
func TestARecordedPastIsAsIfItHadBeenLived(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		carla, diego := w.Carla.Person, w.Diego.Person
		pushed := handoff.Past{Kind: handoff.Push, By: carla, Ask: cut(w, "Segundo", 12), Steps: []handoff.PastStep{
			past("delivered", carla, 12, handoff.Step{Quantity: 50}),
		}}
		lived := handoff.Past{Kind: handoff.Pull, By: diego, Ask: cut(w, "Primero", 8), Steps: []handoff.PastStep{
			past("taken", carla, 9, handoff.Step{}),
			past("commented", w.Elena.Person, 9, handoff.Step{Note: "¿Van las mangas?"}),
			past("delivered", carla, 11, handoff.Step{Checks: []string{"1"}}),
			past("returned", diego, 12, handoff.Step{Reason: "1", Quantity: 2}),
			past("delivered", carla, 17, handoff.Step{}),
			past("accepted", diego, 18, handoff.Step{}),
		}}
		lived.Steps[1].Mentions = []id.Person{carla}
		if err := record(t, w, pushed, lived); err != nil {
			t.Fatal(err)
		}
		h, err := w.Handoffs.ByNumber(ctx, w.Ana, 1)
		if err != nil || h.Title != "Primero" {
			t.Fatalf("numbers do not follow time: %q, %v", h.Title, err)
		}
		if h.State != handoff.Accepted || h.Rounds != 2 || h.Version != 6 || h.Events != 7 || h.Delivered != 2 ||
			!h.AskedAt.Equal(at(8)) || !h.DueAt.Equal(at(17)) || !h.DeliveredAt.Equal(at(17)) || !h.ClosedAt.Equal(at(18)) ||
			h.Late(at(18)) || // the hour in which the customer had it does not count
			h.RightFirstTime() || h.Assignee != carla || !h.SaidAt.IsZero() {
			t.Errorf("%+v", h.Handoff)
		}
		if len(h.Story) != 7 || h.Story[2].Kind != handoff.Commented || h.Story[2].Seq != 3 || h.Story[4].Quantity != 2 {
			t.Errorf("the story is %+v", h.Story)
		}
		second, err := w.Handoffs.ByNumber(ctx, w.Ana, 2)
		if err != nil || second.State != handoff.Delivered || second.Version != 1 || len(second.Story) != 1 || second.Rounds != 1 {
			t.Errorf("pushed: %+v, %v", second.Handoff, err)
		}
		next := ask(t, w, handoff.Ask{})
		if next.Number != 3 {
			t.Errorf("the next number is %d", next.Number)
		}
		if got := numbers(t, w, w.Ana, handoff.Filter{Text: "primero"}); !slices.Equal(got, []int64{1}) {
			t.Errorf("search finds %v", got)
		}
	})
}

func TestTheLogTellsThePastInItsOrder(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		before, err := fact.Head(ctx, d, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		var pasts []handoff.Past
		for _, h := range []int{9, 7, 8} {
			pasts = append(pasts, handoff.Past{
				Kind: handoff.Pull, By: w.Diego.Person, Ask: cut(w, "Lote", h),
				Steps: []handoff.PastStep{past("delivered", w.Carla.Person, h+4, handoff.Step{})},
			})
		}
		if err := record(t, w, pasts...); err != nil {
			t.Fatal(err)
		}
		facts, err := fact.After(ctx, d, w.ID, before, 100)
		if err != nil {
			t.Fatal(err)
		}
		facts = slices.DeleteFunc(facts, func(f fact.Fact) bool { return f.Kind == "link.declared" })
		sorted := slices.IsSortedFunc(facts, func(a, b fact.Fact) int { return a.HappenedAt.Compare(b.HappenedAt.Time) })
		if len(facts) != 6 || !sorted {
			t.Errorf("%d facts, in order %t", len(facts), sorted)
		}
		if err := handoff.Stats.CatchUp(ctx, d); err != nil {
			t.Fatal(err)
		}
		chain, err := w.Handoffs.Chain(ctx, w.Ana, handoff.ChainFilter{Since: at(0)})
		if err != nil || len(chain.Edges) != 1 || chain.Edges[0].Asked != 3 || chain.Edges[0].Delivered != 3 {
			t.Errorf("the chain says %+v, %v", chain.Edges, err)
		}
	})
}

func TestARedirectedPastBeginsAnewWithTheOther(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		p := handoff.Past{Kind: handoff.Pull, By: w.Diego.Person, Ask: cut(w, "La pantalla", 8), Steps: []handoff.PastStep{
			past("taken", w.Carla.Person, 9, handoff.Step{}),
			past("redirected", w.Carla.Person, 10, handoff.Step{Note: "Es de Sistemas"}),
		}}
		p.Steps[1].To = w.Help.ID
		if err := record(t, w, p); err != nil {
			t.Fatal(err)
		}
		h, err := w.Handoffs.ByNumber(t.Context(), w.Ana, 1)
		if err != nil || h.Supplier != w.Computers || h.State != handoff.Asked || h.Assignee != "" ||
			!h.AskedAt.Equal(at(8)) || !h.DueAt.Equal(at(18)) || h.Story[2].Data.From != w.Cutting || h.Story[2].Data.To != w.Computers {
			t.Errorf("%+v, %v", h.Handoff, err)
		}
	})
}

func TestAPastThatBreaksTheRulesChangesNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		carla, diego := w.Carla.Person, w.Diego.Person
		good := handoff.Past{Kind: handoff.Pull, By: diego, Ask: cut(w, "Bien", 8)}
		for name, steps := range map[string][]handoff.PastStep{
			"accepted before delivered": {past("accepted", diego, 9, handoff.Step{})},
			"back in time":              {past("taken", carla, 10, handoff.Step{}), past("delivered", carla, 9, handoff.Step{})},
			"before it was asked":       {past("taken", carla, 7, handoff.Step{})},
			"unknown reason":            {past("delivered", carla, 9, handoff.Step{}), past("returned", diego, 10, handoff.Step{Reason: "9"})},
			"declined without a word":   {past("declined", carla, 9, handoff.Step{})},
			"redirected to itself":      {{Kind: handoff.Redirected, By: carla, To: w.Cut.ID, Step: handoff.Step{Note: "x", HappenedAt: at(9)}}},
			"no such kind":              {past("changed", carla, 9, handoff.Step{})},
		} {
			bad := handoff.Past{Kind: handoff.Pull, By: diego, Ask: cut(w, name, 8), Steps: steps}
			err := record(t, w, good, bad)
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		push := handoff.Past{Kind: handoff.Push, By: carla, Ask: cut(w, "Sin entrega", 8)}
		if err := record(t, w, good, push); errs.KindOf(err) != errs.Invalid {
			t.Errorf("handed on without a delivery: %v", err)
		}
		if got := numbers(t, w, w.Ana, handoff.Filter{}); len(got) != 0 {
			t.Errorf("kept %v", got)
		}
	})
}
