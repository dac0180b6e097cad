package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// A week counts what happened between its two Mondays, to the microsecond, and
// each of its figures is the length of its list.
func TestAWeekBeginsAndEndsOnMonday(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		monday := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
		now := monday.Add(-time.Microsecond)
		d.Now = func() time.Time { return now }
		w := fixture.New(t, d, 1)
		deliver := func(h handoff.Handoff) handoff.Handoff {
			return move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		}
		accept := func(h handoff.Handoff) { move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{}) }

		accept(deliver(ask(t, w, handoff.Ask{}))) // a moment too early
		before := ask(t, w, handoff.Ask{})
		now = monday
		accept(deliver(before)) // asked before, accepted in the week
		came := deliver(ask(t, w, handoff.Ask{}))
		now = now.Add(time.Hour)
		back := move(t, w, w.Diego, came, handoff.Returned, handoff.Step{Reason: "1"})
		accept(deliver(back))
		late := ask(t, w, handoff.Ask{})
		now = now.Add(9 * time.Hour) // eight are promised
		late = deliver(late)
		move(t, w, w.Diego, late, handoff.AcceptedWithRemark, handoff.Step{Note: "Tarde"})
		pushed, err := w.Handoffs.HandOn(t.Context(), w.Carla, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 7"}, handoff.Step{})
		if err != nil {
			t.Fatal(err)
		}
		accept(pushed) // nobody asked for it: it has no promise, and is accepted
		other, err := w.Handoffs.Ask(t.Context(), w.Carla, handoff.Ask{Service: w.Help.ID, Customer: w.Cutting, Title: "Impresora"})
		if err != nil {
			t.Fatal(err)
		}
		now = monday.AddDate(0, 0, 7).Add(-time.Microsecond)
		last := ask(t, w, handoff.Ask{})
		now = now.Add(time.Microsecond)
		accept(deliver(last)) // asked in the week, accepted after it
		open := ask(t, w, handoff.Ask{})

		cutting := []id.Node{w.Cutting}
		got, err := w.Handoffs.Week(t.Context(), w.Ana, handoff.Whose{Suppliers: cutting}, monday)
		want := handoff.Week{
			Asked: 3, FirstTime: stat.Wilson(2, 4), Kept: stat.Wilson(2, 3), Deliver: got.Deliver, Timed: 3,
		}
		if err != nil || got != want {
			t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
		}
		for s, want := range map[handoff.Sight][]int64{
			handoff.SeeAsked:    {last.Number, late.Number, came.Number},
			handoff.SeeAccepted: {pushed.Number, late.Number, came.Number, before.Number},
			handoff.SeeInTime:   {came.Number, before.Number}, // what came back had been in time
			handoff.SeeTooLate:  {late.Number},
		} {
			if got := numbers(t, w, w.Ana, s.Filter(cutting, monday)); !slices.Equal(got, want) {
				t.Errorf("behind %s are %v, want %v", s, got, want)
			}
		}
		all, err := w.Handoffs.Week(t.Context(), w.Ana, handoff.Whose{}, monday)
		if err != nil || all.Asked != 4 || all.FirstTime != want.FirstTime || other.Number == 0 {
			t.Errorf("the company: %+v, %v", all, err)
		}
		next, err := w.Handoffs.Week(t.Context(), w.Ana, handoff.Whose{Suppliers: cutting}, monday.AddDate(0, 0, 7))
		if err != nil || next.Asked != 1 || next.FirstTime != stat.Wilson(1, 1) || next.Kept != stat.Wilson(1, 1) {
			t.Errorf("the week after: %+v, %v", next, err)
		}
		under, err := w.Handoffs.Under(t.Context(), w.Ana, handoff.Whose{Suppliers: cutting})
		if err != nil || under.Open != 1 || under.Oldest != open.Number {
			t.Errorf("in hand: %+v, %v", under, err)
		}
		none, err := w.Handoffs.Week(t.Context(), fixture.New(t, d, 2).Ana, handoff.Whose{}, monday)
		if err != nil || none.Any() {
			t.Errorf("another company: %+v, %v", none, err)
		}
	})
}
