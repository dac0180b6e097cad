package route_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/route"
)

// What a step's acceptance opens goes to the node of the step after it; the
// last goes to the shop outside. At the end who began it is told.
func TestAcceptingAStepOpensTheNext(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.begin(t, 50)
		for i := range w.steps {
			at := w.at(t, p.ID, i+1)
			want := w.Shop
			if i+1 < len(w.steps) {
				want = p.Steps[i+1].Node
			}
			h := at.Handoff
			if h.Customer != want || h.Service != w.steps[i] || h.Quantity != 50 || h.Order != "P-7" || h.AskedBy != "" {
				t.Errorf("step %d: %+v", i+1, h)
			}
			w.do(t, h)
		}
		got := w.show(t, p.ID)
		if got.State != route.Done || got.EndedAt.IsZero() || got.Lots[0].State != route.LotDone {
			t.Errorf("it ended as %s, %+v", got.State, got.Lots)
		}
		w.equalsLog(t)
	})
}

// A follower that is killed between two facts, or that reads the log anew, opens
// nothing twice.
func TestNothingIsOpenedTwice(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		w.do(t, w.at(t, p.ID, 1).Handoff)
		before := w.show(t, p.ID)
		must(t, w.routes.Follower().Rebuild(ctx, d, 1))
		w.follow(t)
		after := w.show(t, p.ID)
		if !slices.Equal(before.Passages, after.Passages) {
			t.Errorf("reading the log anew changed the piece:\n%+v\n%+v", before.Passages, after.Passages)
		}
		page, err := w.Handoffs.List(ctx, w.Ana, handoff.Filter{Order: "P-7"})
		if err != nil || len(page.Rows) != 2 {
			t.Errorf("%d handoffs, %v", len(page.Rows), err)
		}
	})
}

// Finishing finds that sewing was wrong after it had accepted: sewing has it
// again, finishing waits for it, and both are marked.
func TestAStepGoesBackOne(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		first := w.at(t, p.ID, 1).Handoff
		if _, err := w.routes.SendBack(ctx, w.Carla, route.On{Piece: p.ID, Why: "x"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("back from the first step: %v", err)
		}
		w.do(t, first)
		sewing := w.at(t, p.ID, 2).Handoff
		if _, err := w.routes.SendBack(ctx, w.Diego, route.On{Piece: p.ID}); errs.FieldsOf(err)["why"] == "" {
			t.Errorf("back without a reason: %v", err)
		}
		if _, err := w.routes.SendBack(ctx, w.Fabio, route.On{Piece: p.ID, Why: "x"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger sent it back: %v", err)
		}
		if _, err := w.routes.SendBack(ctx, w.Diego, route.On{Piece: p.ID, Why: "x", Reason: "nada"}); errs.FieldsOf(err)["reason"] == "" {
			t.Errorf("an unknown reason: %v", err)
		}
		_, err := w.routes.SendBack(ctx, w.Diego, route.On{Piece: p.ID, Why: "Mangas al revés", Reason: "1"})
		must(t, err)
		again := w.at(t, p.ID, 1).Handoff
		got := w.show(t, p.ID)
		if again.ID == first.ID || got.Passages[0].SentBack != 1 || !got.Passages[2].Rework || got.Passages[2].Round != 2 {
			t.Errorf("sent back: %+v", got.Passages)
		}
		up, err := w.Handoffs.Needs(ctx, w.Ana, sewing.ID)
		if err != nil || len(up.Up) != 1 || up.Up[0].ID != again.ID {
			t.Errorf("sewing does not wait for cutting: %+v, %v", up, err)
		}
		w.do(t, again)
		if h := w.at(t, p.ID, 2).Handoff; h.ID != sewing.ID {
			t.Errorf("sewing got another handoff: %d, had %d", h.Number, sewing.Number)
		}
		w.do(t, sewing)
		w.at(t, p.ID, 3)
		w.equalsLog(t)
	})
}

// Who received step 2 returns it as ever, and then finds that step 1 is to
// blame.
func TestTheReceiverSendsItFurtherBack(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		w.do(t, w.at(t, p.ID, 1).Handoff)
		sewing := w.at(t, p.ID, 2).Handoff
		w.move(t, w.Diego, sewing.ID, handoff.Delivered, handoff.Step{})
		if _, err := w.routes.SendBack(ctx, w.Bruno, route.On{Piece: p.ID, Why: "x"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("delivered work went back without being returned: %v", err)
		}
		w.move(t, w.Bruno, sewing.ID, handoff.Returned, handoff.Step{Reason: "1"})
		w.follow(t)
		w.at(t, p.ID, 2)
		_, err := w.routes.SendBack(ctx, w.Bruno, route.On{Piece: p.ID, Why: "El corte venía mal"})
		must(t, err)
		w.at(t, p.ID, 1)
		w.equalsLog(t)
	})
}

func TestAStepIsSkippedWithAReason(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		if _, err := w.routes.Skip(ctx, w.Ana, route.On{Piece: p.ID, Why: "  "}); errs.FieldsOf(err)["why"] != "err.required" {
			t.Errorf("skipped without a reason: %v", err)
		}
		if _, err := w.routes.Skip(ctx, w.Fabio, route.On{Piece: p.ID, Why: "x"}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger skipped it: %v", err)
		}
		cut := w.at(t, p.ID, 1).Handoff
		_, err := w.routes.Skip(ctx, w.Carla, route.On{Piece: p.ID, Why: "Viene cortado de fuera"})
		must(t, err)
		w.follow(t)
		got := w.show(t, p.ID)
		x := got.Passages[0]
		if x.State != route.Skipped || x.Why == "" || x.By != w.Carla.Person || got.Handoffs[cut.ID].State != handoff.Cancelled {
			t.Errorf("skipped: %+v", x)
		}
		h := w.at(t, p.ID, 2).Handoff
		if _, err := w.routes.SendBack(ctx, w.Diego, route.On{Piece: p.ID, Why: "x"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("it went back to a step that nobody did: %v", err)
		}
		w.move(t, w.Diego, h.ID, handoff.Delivered, handoff.Step{})
		if _, err := w.routes.Skip(ctx, w.Ana, route.On{Piece: p.ID, Why: "x"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("what was delivered was skipped: %v", err)
		}
		w.equalsLog(t)
	})
}

// 50 pieces split into 30 and 20 at sewing, each with its own handoffs, and join
// before the check, when both are there.
func TestAPieceTravelsInLotsAndJoins(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		w.do(t, w.at(t, p.ID, 1).Handoff)
		for name, in := range map[string]struct {
			in    route.Split
			field string
		}{
			"too little": {route.Split{Quantities: []float64{30, 19}}, "quantities"},
			"too much":   {route.Split{Quantities: []float64{30, 20, 1}}, "quantities"},
			"one":        {route.Split{Quantities: []float64{50}}, "quantities"},
			"nothing":    {route.Split{}, "quantities"},
			"empty":      {route.Split{Quantities: []float64{50, 0}}, "quantities"},
			"below":      {route.Split{Quantities: []float64{60, -10}}, "quantities"},
			"no number":  {route.Split{Quantities: []float64{math.NaN(), 50}}, "quantities"},
			"joins back": {route.Split{Quantities: []float64{30, 20}, JoinsAt: 2}, "joins_at"},
			"joins far":  {route.Split{Quantities: []float64{30, 20}, JoinsAt: 7}, "joins_at"},
			"which":      {route.Split{Quantities: []float64{30, 20}, Lot: 9}, "lot"},
		} {
			in.in.Piece = p.ID
			if _, err := w.routes.SplitLot(ctx, w.Diego, in.in); errs.FieldsOf(err)[in.field] == "" {
				t.Errorf("%s: %v, want field %s", name, err, in.field)
			}
		}
		before := w.at(t, p.ID, 2).Handoff
		_, err := w.routes.SplitLot(ctx, w.Diego, route.Split{Piece: p.ID, Quantities: []float64{30, 20}, JoinsAt: 4})
		must(t, err)
		got := w.show(t, p.ID)
		lots := got.Places()
		if len(lots) != 2 || lots[0].Handoff.ID != before.ID || lots[0].Handoff.Quantity != 30 || lots[1].Handoff.Quantity != 20 {
			t.Fatalf("split: %+v", lots)
		}
		if !lots[1].Handoff.DueAt.Equal(before.DueAt.Time) {
			t.Errorf("the second lot is due %v, the first was %v", lots[1].Handoff.DueAt, before.DueAt)
		}
		w.do(t, lots[0].Handoff)
		got = w.show(t, p.ID)
		w.do(t, got.Places()[0].Handoff) // finishing, lot 1
		got = w.show(t, p.ID)
		if l := got.Places()[0].Lot; l.State != route.LotWaiting || l.Step != 4 {
			t.Fatalf("the first lot does not wait: %+v", l)
		}
		if _, err := w.routes.Skip(ctx, w.Ana, route.On{Piece: p.ID, Lot: 2, Why: "x"}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a lot that waits was moved: %v", err)
		}
		w.do(t, lots[1].Handoff)
		got = w.show(t, p.ID)
		w.do(t, got.Places()[1].Handoff)
		at := w.at(t, p.ID, 4)
		if at.Handoff.Quantity != 50 || at.Lot.Number != 1 {
			t.Errorf("joined: %+v", at)
		}
		w.equalsLog(t)
		_, err = w.routes.SendBack(ctx, w.Ana, route.On{Piece: p.ID, Why: "Sin planchar"})
		must(t, err)
		got = w.show(t, p.ID)
		back := 0
		for _, x := range got.Passages {
			back += x.SentBack
		}
		if w.at(t, p.ID, 3); back != 2 {
			t.Errorf("both lots of the step before are to blame, %d are marked", back)
		}
		w.do(t, w.at(t, p.ID, 3).Handoff)
		w.do(t, w.at(t, p.ID, 4).Handoff)
		w.do(t, w.at(t, p.ID, 5).Handoff)
		if got := w.show(t, p.ID); got.State != route.Done || got.Lots[0].Quantity != 50 {
			t.Errorf("it ended as %+v", got.Piece)
		}
		w.equalsLog(t)
	})
}

// A lot of a lot joins inside it, and lots that join only at the end end it.
func TestLotsOfLots(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		_, err := w.routes.SplitLot(ctx, w.Carla, route.Split{Piece: p.ID, Quantities: []float64{30, 20}})
		must(t, err)
		_, err = w.routes.SplitLot(ctx, w.Carla, route.Split{Piece: p.ID, Lot: 2, Quantities: []float64{10, 20}, JoinsAt: 3})
		must(t, err)
		for range 60 {
			got := w.show(t, p.ID)
			places := got.Places()
			i := slices.IndexFunc(places, func(x route.At) bool { return x.Lot.State == route.LotRunning })
			if i < 0 {
				break
			}
			w.do(t, places[i].Handoff)
		}
		got := w.show(t, p.ID)
		// cut and sew three times, the other three steps twice
		if got.State != route.Done || len(got.Passages) != 12 {
			t.Errorf("it ended as %s with %d passages: %+v", got.State, len(got.Passages), got.Lots)
		}
		w.equalsLog(t)
	})
}

// A step that is declined stops the piece; who began it decides.
func TestAPieceThatStopsWaitsForADecision(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		w.move(t, w.Carla, w.at(t, p.ID, 1).Handoff.ID, handoff.Declined, handoff.Step{Note: "Sin tela"})
		w.follow(t)
		got := w.show(t, p.ID)
		if l := got.Lots[0]; l.State != route.LotStopped || l.Why == "" {
			t.Fatalf("declined: %+v", l)
		}
		if n, err := notify.Unread(ctx, d, w.Ana); err != nil || n == 0 {
			t.Errorf("who began it was not told: %d, %v", n, err)
		}
		if _, err := w.routes.Again(ctx, w.Diego, route.On{Piece: p.ID}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger asked again: %v", err)
		}
		_, err := w.routes.Again(ctx, w.Ana, route.On{Piece: p.ID})
		must(t, err)
		w.do(t, w.at(t, p.ID, 1).Handoff)
		must(t, archive(t, w, w.steps[2]))
		w.do(t, w.at(t, p.ID, 2).Handoff) // finishing is no longer offered
		got = w.show(t, p.ID)
		if l := got.Lots[0]; l.State != route.LotStopped || l.Why != "handoff.err.service_archived" || l.Step != 3 {
			t.Fatalf("a step that cannot be opened: %+v", l)
		}
		_, err = w.routes.Skip(ctx, w.Ana, route.On{Piece: p.ID, Why: "Ya no se hace"})
		must(t, err)
		w.at(t, p.ID, 4)
		w.equalsLog(t)
	})
}

func archive(t *testing.T, w *world, s id.Service) error {
	t.Helper()
	return w.Links.Archive(t.Context(), w.Ana, s, true)
}

func TestAPieceIsCalledOff(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		_, err := w.routes.SplitLot(ctx, w.Carla, route.Split{Piece: p.ID, Quantities: []float64{30, 20}})
		must(t, err)
		got := w.show(t, p.ID)
		lots := got.Places()
		w.move(t, w.Carla, lots[1].Handoff.ID, handoff.Delivered, handoff.Step{})
		if _, err := w.routes.Cancel(ctx, w.Ana, p.ID, ""); errs.FieldsOf(err)["why"] == "" {
			t.Errorf("called off without a reason: %v", err)
		}
		if _, err := w.routes.Cancel(ctx, w.Carla, p.ID, "x"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the supplier of a step called off all of it: %v", err)
		}
		_, err = w.routes.Cancel(ctx, w.Ana, p.ID, "La tienda ya no lo quiere")
		must(t, err)
		w.follow(t)
		got = w.show(t, p.ID)
		if got.State != route.Cancelled || got.Handoffs[lots[0].Handoff.ID].State != handoff.Cancelled {
			t.Errorf("called off: %+v", got.Piece)
		}
		w.move(t, w.Diego, lots[1].Handoff.ID, handoff.Accepted, handoff.Step{}) // what was delivered is still there
		w.follow(t)
		if again := w.show(t, p.ID); len(again.Passages) != len(got.Passages) {
			t.Error("a piece that was called off went on")
		}
		if _, err := w.routes.Cancel(ctx, w.Ana, p.ID, "x"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("called off twice: %v", err)
		}
		w.equalsLog(t)
	})
}

// A change of the route does not touch what is on its way.
func TestWhatIsOnItsWayKeepsItsSteps(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		p := w.begin(t, 50)
		r, err := w.routes.Change(ctx, w.Ana, w.route.ID, 1, route.Draft{Name: "Camisas", Steps: w.steps[:2]})
		must(t, err)
		if r.Version != 2 || len(r.Steps) != 2 {
			t.Errorf("changed: %+v", r)
		}
		if _, err := w.routes.Change(ctx, w.Ana, w.route.ID, 1, route.Draft{Name: "Otra", Steps: w.steps}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an old page overwrote a change: %v", err)
		}
		if got := w.show(t, p.ID); len(got.Steps) != 5 || got.Version != 1 {
			t.Errorf("the piece has %d steps of version %d", len(got.Steps), got.Version)
		}
	})
}

func TestBadRoutes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		s := w.steps
		for name, c := range map[string]struct {
			in         route.Draft
			field, key string
		}{
			"empty":      {route.Draft{Name: "x"}, "steps", "route.err.too_few_steps"},
			"one":        {route.Draft{Name: "x", Steps: s[:1]}, "steps", "route.err.too_few_steps"},
			"no name":    {route.Draft{Steps: s}, "name", "err.required"},
			"same name":  {route.Draft{Name: "camisas", Steps: s}, "name", "route.err.name_taken"},
			"a loop":     {route.Draft{Name: "x", Steps: []id.Service{s[0], s[1], s[0], s[1]}}, "steps.2", "route.err.loop"},
			"at once":    {route.Draft{Name: "x", Steps: []id.Service{s[0], s[0]}}, "steps.1", "route.err.loop"},
			"blank":      {route.Draft{Name: "x", Steps: []id.Service{s[0], ""}}, "steps.1", "err.required"},
			"unknown":    {route.Draft{Name: "x", Steps: []id.Service{s[0], id.New[id.Service]()}}, "steps.1", "err.unknown"},
			"too many":   {route.Draft{Name: "x", Steps: make([]id.Service, 31)}, "steps", "route.err.too_many_steps"},
			"not enough": {route.Draft{Name: "x", Steps: []id.Service{}}, "steps", "route.err.too_few_steps"},
		} {
			_, err := w.routes.Make(ctx, w.Ana, c.in)
			if got := errs.FieldsOf(err)[c.field]; got != c.key {
				t.Errorf("%s: got %v, want %s=%s", name, err, c.field, c.key)
			}
		}
		must(t, archive(t, w, s[4]))
		_, err := w.routes.Make(ctx, w.Ana, route.Draft{Name: "x", Steps: s})
		if errs.FieldsOf(err)["steps.4"] != "route.err.archived" {
			t.Errorf("a service that is gone: %v", err)
		}
		if _, err := w.routes.Begin(ctx, w.Ana, route.Begin{Route: w.route.ID, Title: "x", For: w.Making}); errs.FieldsOf(err)["route"] != "route.err.step_archived" {
			t.Errorf("began on a route with a step that is gone: %v", err)
		}
		if _, err := w.routes.Begin(ctx, w.Ana, route.Begin{}); errs.FieldsOf(err)["route"] == "" || errs.FieldsOf(err)["title"] == "" || errs.FieldsOf(err)["for"] == "" {
			t.Errorf("an empty beginning: %v", err)
		}
		if _, err := w.routes.Make(ctx, w.Carla, route.Draft{Name: "x", Steps: s[:2]}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("who leads nothing made a route: %v", err)
		}
		if _, err := w.routes.Make(ctx, w.Bruno, route.Draft{Name: "x", Steps: s[:2]}); err != nil {
			t.Errorf("who leads the making may not: %v", err)
		}
		other := authz.Actor{Company: 2, Person: "x", Owner: true}
		if _, err := w.routes.Get(ctx, other, w.route.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company saw it: %v", err)
		}
	})
}
