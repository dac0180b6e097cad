package repeat_test

import (
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/repeat"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a workshop on a Monday, 2026-11-30, at noon.
type world struct {
	*fixture.Company
	repeats *repeat.Service
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{Company: fixture.New(t, d, 1)}
	w.repeats = repeat.New(d, w.Handoffs)
	w.on(2026, 11, 30)
	return w
}

func (w *world) on(year, month, day int) {
	now := time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	w.DB.Now = func() time.Time { return now }
}

// friday is a report every Friday, asked for three days ahead.
func (w *world) friday() repeat.Draft {
	return repeat.Draft{
		Service: w.Help.ID, Customer: w.Sewing, Title: "Copia de los patrones", Ahead: 3, Rule: repeat.Rule{
			Kind: repeat.Weekly, Weekdays: []time.Weekday{time.Friday}, At: 9 * time.Hour, Closed: repeat.Before, Starts: "2026-11-30",
		},
	}
}

func (w *world) asked(t *testing.T) []handoff.Handoff {
	t.Helper()
	p, err := w.Handoffs.List(t.Context(), w.Ana, handoff.Filter{Service: w.Help.ID})
	must(t, err)
	return p.Rows
}

// On Monday nothing is in sight; on Tuesday Friday's is, once, in the name of who
// made it. Its promise counts from Friday at nine on, and it may be done before.
func TestTheSupplierSeesItComing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		r, err := w.repeats.Make(ctx, w.Diego, w.friday())
		must(t, err)
		if got := w.asked(t); len(got) != 0 {
			t.Fatalf("asked too early: %+v", got)
		}
		w.on(2026, 12, 1)
		for range 3 {
			must(t, w.repeats.Round(ctx))
		}
		got := w.asked(t)
		nine := time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)
		if len(got) != 1 || !got[0].AskedAt.Equal(nine) || !got[0].DueAt.Equal(nine.Add(8*time.Hour)) || got[0].AskedBy != w.Diego.Person {
			t.Fatalf("asked: %+v", got)
		}
		for _, to := range []handoff.State{handoff.Taken, handoff.Delivered, handoff.Accepted} {
			a := w.Fabio
			if to == handoff.Accepted {
				a = w.Diego
			}
			_, err := w.Handoffs.Move(ctx, a, to, handoff.Step{Handoff: got[0].ID})
			must(t, err)
		}
		coming, err := w.repeats.Coming(ctx, w.Ana, r, 6)
		must(t, err)
		if len(coming) != 6 || coming[0].Named != "2026-12-11" {
			t.Errorf("to come: %+v", coming)
		}
		past, err := w.repeats.Past(ctx, w.Ana, r, 10)
		if err != nil || len(past) != 1 || past[0].Number != got[0].Number || past[0].Late {
			t.Errorf("past: %+v, %v", past, err)
		}
	})
}

// Three weeks without a server: one is asked for, marked, and no more.
func TestWhatWasMissedIsAskedForOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		in := w.friday()
		in.Ahead = 0
		r, err := w.repeats.Make(ctx, w.Diego, in)
		must(t, err)
		w.on(2026, 12, 20)
		for range 2 {
			must(t, w.repeats.Round(ctx))
		}
		past, err := w.repeats.Past(ctx, w.Ana, r, 10)
		must(t, err)
		if len(past) != 3 || past[0].Named != "2026-12-18" || past[0].State != repeat.Asked || !past[0].Late ||
			past[1].State != repeat.Missed || past[2].State != repeat.Missed {
			t.Errorf("past: %+v", past)
		}
		if got := w.asked(t); len(got) != 1 || !got[0].AskedAt.Equal(d.Now()) {
			t.Errorf("asked: %+v", got)
		}
	})
}

// Several nodes that look at the same time ask once.
func TestNeverTwice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		_, err := w.repeats.Make(ctx, w.Diego, w.friday())
		must(t, err)
		w.on(2026, 12, 3)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { _ = w.repeats.Round(ctx) }) // who comes second is told that it changed meanwhile
		}
		wg.Wait()
		must(t, w.repeats.Round(ctx))
		if got := w.asked(t); len(got) != 1 {
			t.Errorf("asked %d times", len(got))
		}
	})
}

func TestPauseEndAndOneLeftOut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		r, err := w.repeats.Make(ctx, w.Diego, w.friday())
		must(t, err)
		must(t, w.repeats.LeaveOut(ctx, w.Diego, r.ID, "2026-12-04"))
		if err := w.repeats.LeaveOut(ctx, w.Diego, r.ID, "2026-12-04"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("left out twice: %v", err)
		}
		if err := w.repeats.LeaveOut(ctx, w.Diego, r.ID, "2026-12-05"); errs.FieldsOf(err)["day"] == "" {
			t.Errorf("a day that is none of it: %v", err)
		}
		if _, err := w.repeats.Turn(ctx, w.Fabio, r.ID, repeat.Paused); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger paused it: %v", err)
		}
		w.on(2026, 12, 3)
		must(t, w.repeats.Round(ctx))
		if got := w.asked(t); len(got) != 0 {
			t.Fatalf("what was left out was asked for: %+v", got)
		}
		_, err = w.repeats.Turn(ctx, w.Diego, r.ID, repeat.Paused)
		must(t, err)
		w.on(2026, 12, 16) // the 11th was in the pause, the 18th is not in sight for two more days
		must(t, w.repeats.Round(ctx))
		r, err = w.repeats.Turn(ctx, w.Diego, r.ID, repeat.Active)
		must(t, err)
		if got := w.asked(t); len(got) != 1 || got[0].AskedAt.Day() != 18 {
			t.Fatalf("after the pause: %+v", got)
		}
		r, err = w.repeats.Turn(ctx, w.Diego, r.ID, repeat.Ended)
		must(t, err)
		if _, err := w.repeats.Turn(ctx, w.Diego, r.ID, repeat.Active); errs.KindOf(err) != errs.Conflict {
			t.Errorf("what had ended went on: %v", err)
		}
		if coming, err := w.repeats.Coming(ctx, w.Ana, r, 6); err != nil || len(coming) != 0 {
			t.Errorf("to come after the end: %+v, %v", coming, err)
		}
	})
}

func TestARepeatWhoseServiceIsGoneStops(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		r, err := w.repeats.Make(ctx, w.Diego, w.friday())
		must(t, err)
		must(t, w.Links.Archive(ctx, w.Ana, w.Help.ID, true))
		w.on(2026, 12, 3)
		must(t, w.repeats.Round(ctx))
		r, err = w.repeats.Get(ctx, w.Ana, r.ID)
		if err != nil || r.State != repeat.Paused || r.Why != "handoff.err.service_archived" {
			t.Errorf("%s because %s, %v", r.State, r.Why, err)
		}
		past, err := w.repeats.Past(ctx, w.Ana, r, 10)
		if err != nil || len(past) != 0 {
			t.Errorf("it says that it asked: %+v, %v", past, err)
		}
	})
}

func TestBadRepeats(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		for name, c := range map[string]struct {
			change func(*repeat.Draft)
			field  string
		}{
			"no day":      {func(in *repeat.Draft) { in.Rule.Weekdays = nil }, "weekdays"},
			"ends before": {func(in *repeat.Draft) { in.Rule.Ends = "2026-11-01" }, "ends_on"},
			"no title":    {func(in *repeat.Draft) { in.Title = "" }, "title"},
			"no service":  {func(in *repeat.Draft) { in.Service = "" }, "service"},
			"of itself":   {func(in *repeat.Draft) { in.Customer = w.Computers }, "customer"},
			"too far":     {func(in *repeat.Draft) { in.Ahead = 61 }, "ahead"},
			"an answer":   {func(in *repeat.Draft) { in.Answers = map[string]string{"x": "1"} }, "answers.x"},
		} {
			in := w.friday()
			c.change(&in)
			if _, err := w.repeats.Make(ctx, w.Diego, in); errs.FieldsOf(err)[c.field] == "" {
				t.Errorf("%s: %v, want %s", name, err, c.field)
			}
		}
		if _, err := w.repeats.Make(ctx, w.Carla, w.friday()); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("in the name of others: %v", err)
		}
		r, err := w.repeats.Make(ctx, w.Diego, w.friday())
		must(t, err)
		in := w.friday()
		in.Rule.Weekdays = []time.Weekday{time.Wednesday}
		got, err := w.repeats.Change(ctx, w.Elena, r.ID, r.Version, in)
		must(t, err)
		if rows := w.asked(t); got.Version == r.Version || len(rows) != 1 || rows[0].AskedAt.Weekday() != time.Wednesday {
			t.Errorf("changed: %+v, asked %+v", got, rows)
		}
		if _, err := w.repeats.Change(ctx, w.Elena, r.ID, r.Version, in); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an old page overwrote a change: %v", err)
		}
		if _, err = w.repeats.Turn(ctx, w.Diego, r.ID, repeat.Ended); err != nil {
			t.Fatal(err)
		}
		if _, err := w.repeats.Change(ctx, w.Elena, r.ID, 0, in); errs.KindOf(err) != errs.Conflict {
			t.Errorf("what had ended was changed: %v", err)
		}
		other := authz.Actor{Company: 2, Person: "x", Owner: true}
		if _, err := w.repeats.Get(ctx, other, r.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company saw it: %v", err)
		}
	})
}
