package handoff_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/setting"
)

// What is left of a promise is counted by the hours by which it was made, in
// lists and on its page, as the moment beside it is: when the company closes
// earlier from today on, what was promised before keeps all its hours.
func TestWhatIsLeftIsCountedByTheHoursOfThePromise(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := wind(d)
		w, ctx := fixture.New(t, d, 1), t.Context()
		s := setting.New(d)
		hours := func(spec string) {
			t.Helper()
			firm, err := s.Company(ctx, w.Ana)
			if err == nil {
				firm.Calendar = []byte(spec)
				_, err = s.Change(ctx, w.Ana, firm)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		left := func(h handoff.Handoff) time.Duration {
			t.Helper()
			got, err := w.Handoffs.Get(ctx, w.Diego, h.ID)
			if err != nil {
				t.Fatal(err)
			}
			list, err := w.Handoffs.List(ctx, w.Diego, handoff.Filter{Text: h.Title})
			if err != nil || len(list.Rows) != 1 {
				t.Fatalf("%d rows, %v", len(list.Rows), err)
			}
			of, err := w.Handoffs.WorkLeft(ctx, w.Diego)
			if err != nil {
				t.Fatal(err)
			}
			if of(got.Handoff) != of(list.Rows[0]) {
				t.Errorf("its page says %s, the list %s", of(got.Handoff), of(list.Rows[0]))
			}
			return of(got.Handoff)
		}
		hours(offices)
		h := ask(t, w, handoff.Ask{Title: "Camisas para el desfile"})
		c.pass(time.Hour)
		if got := left(h); got != 7*time.Hour {
			t.Fatalf("%s are left of 8 h after one", got)
		}
		hours(`{"zone":"UTC","week":{"mon":["09:00-11:00"],"tue":["09:00-11:00"]}}`)
		if got := left(h); got != 7*time.Hour {
			t.Errorf("the hours of today count for a promise of before: %s are left, want 7 h", got)
		}
		e, err := w.Handoffs.EffectOf(ctx, w.Diego, h.ID)
		if err != nil || !e.Possible || e.Terms || !e.Hours {
			t.Fatalf("only the hours are others: %+v, %v", e, err)
		}
		now, err := w.Handoffs.Recalculate(ctx, w.Diego, h.ID, e.Will)
		if err != nil {
			t.Fatal(err)
		}
		if got := left(now); got != 7*time.Hour {
			t.Errorf("recalculated, %s are left, want 7 h by the hours of today", got)
		}
		agree(t, w, h.Link, w.Cut, link.Terms{Take: time.Hour, Deliver: 2 * time.Hour, Target: 90})
		if e, err = w.Handoffs.EffectOf(ctx, w.Diego, h.ID); err != nil || !e.Possible || !e.Terms || e.Hours {
			t.Errorf("only the agreement is another: %+v, %v", e, err)
		}
	})
}
