package handoff_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
)

func ask(t *testing.T, w *fixture.Company, in handoff.Ask) handoff.Handoff {
	t.Helper()
	if in.Service == "" {
		in.Service, in.Customer = w.Cut.ID, w.Sewing
	}
	if in.Title == "" {
		in.Title = "50 piezas de la camisa azul"
	}
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, in)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func move(t *testing.T, w *fixture.Company, a authz.Actor, h handoff.Handoff, to handoff.State, in handoff.Step) handoff.Handoff {
	t.Helper()
	in.Handoff = h.ID
	h, err := w.Handoffs.Move(t.Context(), a, to, in)
	if err != nil {
		t.Fatalf("%s: %v", to, err)
	}
	return h
}

// Sewing asks for 50 pieces, cutting takes it, delivers 50, sewing returns 2,
// cutting delivers again, sewing accepts.
func TestTheWholeRound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{Quantity: 50, Order: "P-1"})
		if h.Number != 1 || h.State != handoff.Asked || h.WaitsFor() != handoff.ForSupplier || h.Unit != "piezas" {
			t.Fatalf("asked: %+v", h)
		}
		if want := h.AskedAt.Add(8 * time.Hour); !h.DueAt.Equal(want) {
			t.Errorf("due %v, want %v", h.DueAt, want)
		}
		h = move(t, w, w.Carla, h, handoff.Taken, handoff.Step{})
		if h.Assignee != w.Carla.Person {
			t.Error("who takes it is not the one at work on it")
		}
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{Checks: []string{"1"}})
		if h.Delivered != 50 || h.Rounds != 1 || h.WaitsFor() != handoff.ForCustomer {
			t.Errorf("delivered: %+v", h)
		}
		h = move(t, w, w.Elena, h, handoff.Returned, handoff.Step{Quantity: 2, Reason: "1", Note: "Mangas cortas"})
		if h.Missing() != 2 || h.WaitsFor() != handoff.ForSupplier {
			t.Errorf("returned: %+v", h)
		}
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		if h.Delivered != 2 || h.Rounds != 2 {
			t.Errorf("delivered again: %+v", h)
		}
		h = move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{})
		if h.RightFirstTime() || h.WaitsFor() != handoff.ForNobody || h.ClosedAt.IsZero() {
			t.Errorf("accepted: %+v", h)
		}
		got, err := w.Handoffs.ByNumber(ctx, w.Fabio, 1)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range got.Story {
			kinds = append(kinds, string(e.Kind)+" "+e.ActorName)
		}
		want := []string{
			"asked Diego Paz", "taken Carla Ruiz", "delivered Carla Ruiz", "returned Elena Sol", "delivered Carla Ruiz",
			"accepted Diego Paz",
		}
		if !slices.Equal(kinds, want) {
			t.Errorf("the story is %v, want %v", kinds, want)
		}
		if got.SupplierName != "Corte" || got.CustomerName != "Costura" || got.Relation != "horizontal" {
			t.Errorf("the ends are %s, %s, %s", got.SupplierName, got.CustomerName, got.Relation)
		}
	})
}

func TestWorkHandedOnBeginsDelivered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h, err := w.Handoffs.HandOn(ctx, w.Carla, handoff.Ask{
			Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 7", Quantity: 30,
		}, handoff.Step{Note: "Van dos tallas"})
		if err != nil || h.State != handoff.Delivered || h.Rounds != 1 || h.Delivered != 30 || h.Kind != handoff.Push {
			t.Fatalf("%+v, %v", h, err)
		}
		if n, err := notify.Unread(ctx, d, w.Elena); err != nil || n != 1 {
			t.Errorf("the receivers were not told: %d, %v", n, err)
		}
		if h = move(t, w, w.Elena, h, handoff.Accepted, handoff.Step{}); !h.RightFirstTime() {
			t.Error("accepted at once is right first time")
		}
		if _, err := w.Handoffs.HandOn(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x"}, handoff.Step{}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("somebody handed on the work of another post: %v", err)
		}
	})
}

func TestARemarkIsNotRightFirstTime(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		h := ask(t, w, handoff.Ask{})
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{}) // without taking it first
		if h.TakenAt.IsZero() {
			t.Error("what was delivered was taken")
		}
		h = move(t, w, w.Diego, h, handoff.AcceptedWithRemark, handoff.Step{Note: "Tarde"})
		if h.RightFirstTime() || h.State.Open() {
			t.Errorf("%+v", h)
		}
	})
}

// Each end does its own steps, and nobody else; the owner and the leader above
// may act for theirs.
func TestWhoMay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		for _, c := range []struct {
			who  string
			a    authz.Actor
			may  []handoff.State
			from handoff.State
		}{
			{"supplier", w.Carla, []handoff.State{handoff.Taken, handoff.Delivered, handoff.Declined}, handoff.Asked},
			{"customer", w.Elena, []handoff.State{handoff.Cancelled}, handoff.Asked},
			{"stranger", w.Fabio, nil, handoff.Asked},
			{"leader", w.Bruno, []handoff.State{handoff.Taken, handoff.Delivered, handoff.Declined, handoff.Cancelled}, handoff.Asked},
			{"owner", w.Ana, []handoff.State{handoff.Taken, handoff.Delivered, handoff.Declined, handoff.Cancelled}, handoff.Asked},
			{"supplier", w.Carla, nil, handoff.Delivered},
			{"customer", w.Elena, []handoff.State{handoff.Accepted, handoff.AcceptedWithRemark, handoff.Returned}, handoff.Delivered},
			{"stranger", w.Fabio, nil, handoff.Delivered},
		} {
			h := ask(t, w, handoff.Ask{})
			if c.from == handoff.Delivered {
				h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
			}
			if got := h.Steps(c.a); !slices.Equal(got, c.may) {
				t.Errorf("%s of what is %s: may %v, want %v", c.who, c.from, got, c.may)
			}
			for _, to := range handoff.States {
				if slices.Contains(c.may, to) || to == handoff.Asked {
					continue
				}
				_, err := w.Handoffs.Move(ctx, c.a, to, handoff.Step{Handoff: h.ID, Note: "x", Reason: "1"})
				if k := errs.KindOf(err); k != errs.Forbidden && k != errs.Conflict {
					t.Errorf("%s took %s to %s: %v", c.who, c.from, to, err)
				}
			}
			reads := c.a
			reads.Scope = authz.Read
			if len(h.Steps(reads)) > 0 {
				t.Errorf("%s may act with a key that only reads", c.who)
			}
		}
	})
}

func TestBadInputNamesEveryField(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		_, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{
			Service: "nothing", Customer: w.Sewing, Title: strings.Repeat("x", 10_000), Quantity: -1,
			Files: []handoff.Upload{{Name: "a.exe", Content: []byte("MZ\x00\x01")}},
		})
		got := errs.FieldsOf(err)
		want := map[string]string{"title": "err.too_long", "quantity": "handoff.err.negative", "files": "handoff.err.file_type"}
		for f, k := range want {
			if got[f] != k {
				t.Errorf("%s: got %q, want %q", f, got[f], k)
			}
		}
		for _, c := range []struct {
			in    handoff.Ask
			field string
		}{
			{handoff.Ask{Service: id.New[id.Service](), Customer: w.Sewing, Title: "x"}, "service"},
			{handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "  "}, "title"},
			{handoff.Ask{Service: w.Sew.ID, Customer: w.Sewing, Title: "x"}, "customer"},
			{handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x", Answers: map[string]string{"no": "1"}}, "answers.no"},
			{handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x", NeedBy: time.Unix(0, 0)}, "need_by"},
			{handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x", HappenedAt: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)}, "happened_at"},
			{handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "x", Watchers: []id.Person{"nobody"}}, "watchers"},
		} {
			_, err := w.Handoffs.Ask(ctx, w.Diego, c.in)
			if errs.FieldsOf(err)[c.field] == "" {
				t.Errorf("%s: %v", c.field, err)
			}
		}
		if facts, err := fact.After(ctx, d, w.ID, 0, 1000); err != nil || slices.ContainsFunc(facts, func(f fact.Fact) bool { return strings.HasPrefix(f.Kind, "handoff.") }) {
			t.Errorf("what was refused left a fact, %v", err)
		}
		if h := ask(t, w, handoff.Ask{}); h.Number != 1 {
			t.Errorf("what was refused took numbers: the first that was not is %d", h.Number)
		}
	})
}

func TestOnlyWhatWasPromisedCanBeTicked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		for _, checks := range [][]string{{"9"}, {"1,2"}} {
			_, err := w.Handoffs.Move(ctx, w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID, Checks: checks})
			if errs.FieldsOf(err)["checks"] == "" {
				t.Errorf("%v was ticked: %v", checks, err)
			}
		}
	})
}

func TestAReturnNeedsAReasonOfTheService(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := move(t, w, w.Carla, ask(t, w, handoff.Ask{Quantity: 5}), handoff.Delivered, handoff.Step{})
		for field, in := range map[string]handoff.Step{
			"reason":   {Handoff: h.ID},
			"quantity": {Handoff: h.ID, Reason: "1", Quantity: 6},
		} {
			if _, err := w.Handoffs.Move(ctx, w.Diego, handoff.Returned, in); errs.FieldsOf(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.Handoffs.Move(ctx, w.Diego, handoff.Returned, handoff.Step{Handoff: h.ID, Reason: "9"}); errs.FieldsOf(err)["reason"] != "err.unknown" {
			t.Errorf("an unknown reason: %v", err)
		}
		h = move(t, w, w.Diego, h, handoff.Returned, handoff.Step{Reason: "2"})
		if h.Returned != 5 {
			t.Errorf("all of it came back, not %g", h.Returned)
		}
	})
}

// Eight people take the same work at once: one wins, and the others are told
// who did.
func TestOnlyOneWins(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		errors8 := make(chan error, 8)
		var wg sync.WaitGroup
		for range cap(errors8) {
			wg.Go(func() {
				_, err := w.Handoffs.Move(ctx, w.Carla, handoff.Taken, handoff.Step{Handoff: h.ID, Version: h.Version})
				errors8 <- err
			})
		}
		wg.Wait()
		close(errors8)
		won := 0
		for err := range errors8 {
			if err == nil {
				won++
				continue
			}
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.Conflict || e.Key != "handoff.err.meanwhile.taken" || e.Args["Who"] != "Carla Ruiz" {
				t.Errorf("a loser heard %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d took it", won)
		}
	})
}

func TestAStalePageIsTold(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{Quantity: 3})
		seen := h.Version
		if _, err := w.Handoffs.Comment(ctx, w.Diego, h.ID, "¿Para cuándo?", nil); err != nil {
			t.Fatal(err)
		}
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{Version: seen}) // words make nothing stale
		h = move(t, w, w.Diego, h, handoff.Returned, handoff.Step{Reason: "1"})
		h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{})
		_, err := w.Handoffs.Move(ctx, w.Elena, handoff.Accepted, handoff.Step{Handoff: h.ID, Version: 2})
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Key != "handoff.err.meanwhile.delivered" {
			t.Errorf("accepted what it had not seen: %v", err)
		}
	})
}

func TestByPhoneIsMarked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h, err := w.Handoffs.HandOn(ctx, w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "40 camisas"}, handoff.Step{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Handoffs.Move(ctx, w.Diego, handoff.Accepted, handoff.Step{Handoff: h.ID}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("the supplier accepted its own work: %v", err)
		}
		if _, err := w.Handoffs.Move(ctx, w.Fabio, handoff.Accepted, handoff.Step{Handoff: h.ID, Behalf: handoff.Behalf{Name: "Marisol"}}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a stranger accepted for somebody: %v", err)
		}
		h = move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{Behalf: handoff.Behalf{Name: "Marisol (tienda)"}})
		story, err := w.Handoffs.Story(ctx, w.Ana, h.ID)
		if last := story[len(story)-1]; err != nil || last.BehalfName != "Marisol (tienda)" || last.Actor != w.Diego.Person {
			t.Errorf("the story does not say for whom: %+v, %v", last, err)
		}
	})
}

// What the supplier says it delivered earlier counts only when the customer
// confirms it.
func TestBackdatingNeedsTheCustomer(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		for _, confirmed := range []bool{false, true} {
			h := ask(t, w, handoff.Ask{})
			said := now.Add(time.Hour)
			now = now.Add(9 * time.Hour) // an hour after it was due
			h = move(t, w, w.Carla, h, handoff.Delivered, handoff.Step{HappenedAt: said})
			if !h.Late(now) || h.SaidAt.IsZero() {
				t.Errorf("the word of the supplier alone counted: %+v", h)
			}
			h = move(t, w, w.Diego, h, handoff.Accepted, handoff.Step{ConfirmTime: confirmed})
			if h.Late(now) == confirmed {
				t.Errorf("confirmed %t: late %t", confirmed, h.Late(now))
			}
		}
	})
}

// Work is given only to who may do it: those of the post, who leads them, and
// the owners. Others could not answer.
func TestNobodyIsGivenWorkThatIsNotTheirs(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		h := ask(t, w, handoff.Ask{})
		for who, able := range map[*authz.Actor]bool{&w.Carla: true, &w.Bruno: true, &w.Ana: true, &w.Diego: false, &w.Fabio: false} {
			_, err := w.Handoffs.Assign(ctx, w.Carla, h.ID, who.Person)
			if able && err != nil {
				t.Errorf("%s: %v", who.Name, err)
			}
			if !able && errs.FieldsOf(err)["assignee"] != "handoff.err.cannot_serve" {
				t.Errorf("%s was given the work: %v", who.Name, err)
			}
			_, err = w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Blusa", Quantity: 1, Assignee: who.Person})
			if able && err != nil || !able && errs.FieldsOf(err)["assignee"] != "handoff.err.cannot_serve" {
				t.Errorf("asked of %s: %v", who.Name, err)
			}
		}
		if _, err := w.Handoffs.Assign(ctx, w.Carla, h.ID, "nobody"); errs.FieldsOf(err)["assignee"] != "err.unknown" {
			t.Errorf("given to nobody that is known: %v", err)
		}
	})
}
