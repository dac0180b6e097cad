package rating_test

import (
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/secret"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*fixture.Company
	s   *rating.Service
	now time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{now: time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	w.Company, w.s = fixture.New(t, d, 1), rating.New(d)
	return w
}

// done brings a handoff from cutting to sewing to its acceptance by Diego.
func (w *world) done(t *testing.T) handoff.Handoff {
	t.Helper()
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 14", Quantity: 3})
	must(t, err)
	h, err = w.Handoffs.Move(t.Context(), w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID})
	must(t, err)
	h, err = w.Handoffs.Move(t.Context(), w.Diego, handoff.Accepted, handoff.Step{Handoff: h.ID})
	must(t, err)
	must(t, rating.Asker.CatchUp(t.Context(), w.DB))
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) rate(t *testing.T, a authz.Actor, h handoff.Handoff, side rating.Side, score int) error {
	_, err := w.s.Rate(t.Context(), a, rating.Rate{Handoff: h.ID, Side: side, Score: score, Via: rating.Page})
	return err
}

func TestBothEndsSpeakOnce(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote", Quantity: 1})
		must(t, err)
		fixture.WantKey(t, w.rate(t, w.Diego, h, rating.Customer, 5), "rating.err.too_early")
		for _, x := range []struct {
			by authz.Actor
			to handoff.State
		}{{w.Carla, handoff.Taken}, {w.Carla, handoff.Delivered}, {w.Diego, handoff.Returned}, {w.Carla, handoff.Delivered}} {
			step := handoff.Step{Handoff: h.ID}
			if x.to == handoff.Returned {
				step.Reason = "1"
			}
			_, err := w.Handoffs.Move(t.Context(), x.by, x.to, step)
			must(t, err)
			must(t, rating.Asker.CatchUp(t.Context(), d))
			for _, a := range []authz.Actor{w.Carla, w.Diego} { // nobody is asked in the middle of it
				if asked, err := w.s.Waiting(t.Context(), a, 10); err != nil || len(asked) > 0 {
					t.Errorf("once it is %s, %s is asked: %v", x.to, a.Name, err)
				}
			}
		}
		h = w.done(t)
		fixture.WantKey(t, w.rate(t, w.Carla, h, rating.Customer, 5), "rating.err.own")
		fixture.WantKey(t, w.rate(t, w.Fabio, h, rating.Customer, 5), "rating.err.not_your_end")
		fixture.WantKey(t, w.rate(t, w.Diego, h, rating.Customer, 6), "rating.err.score")
		must(t, w.rate(t, w.Diego, h, rating.Customer, 5))
		fixture.WantKey(t, w.rate(t, w.Elena, h, rating.Customer, 1), "rating.err.rated")
		fixture.WantKey(t, w.rate(t, w.Diego, h, rating.Supplier, 4), "rating.err.own")
		must(t, w.rate(t, w.Carla, h, rating.Supplier, 4))
		both, err := w.s.Of(t.Context(), w.Ana, h.ID)
		if err != nil || len(both) != 2 || both[0].Score != 5 || both[0].PersonName != "Diego Paz" || both[1].Score != 4 {
			t.Errorf("%+v, %v", both, err)
		}
		other := fixture.New(t, d, 2)
		if err := w.rate(t, other.Ana, h, rating.Customer, 1); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company: %v", err)
		}
	})
}

func TestPeopleAreAskedAFewTimesADay(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		must(t, w.s.Set(t.Context(), w.Ana, rating.Setting{PerDay: 2, AnswerDays: 2}))
		for range 4 {
			w.done(t)
		}
		for _, a := range []authz.Actor{w.Diego, w.Carla} {
			if got, err := w.s.Waiting(t.Context(), a, 10); err != nil || len(got) != 2 {
				t.Errorf("%s is asked %d times, %v", a.Name, len(got), err)
			}
		}
		got, err := w.s.Waiting(t.Context(), w.Diego, 10)
		must(t, err)
		if got[0].OtherName != "Corte" {
			t.Errorf("%+v", got[0])
		}
		must(t, w.s.Skip(t.Context(), w.Diego, got[0].Handoff, got[0].Side))
		if got, err = w.s.Waiting(t.Context(), w.Diego, 10); err != nil || len(got) != 1 {
			t.Errorf("after one was put away: %d, %v", len(got), err)
		}
		w.now = w.now.AddDate(0, 0, 1)
		w.done(t)
		if got, err = w.s.Waiting(t.Context(), w.Diego, 10); err != nil || len(got) != 2 {
			t.Errorf("the next day: %d, %v", len(got), err)
		}
		if err := w.s.Set(t.Context(), w.Bruno, rating.Setting{PerDay: 1, AnswerDays: 1}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("anybody sets it: %v", err)
		}
	})
}

// Another product asks who typed it in: here the one who received it is asked,
// whoever wrote that down, and else the one who had asked for it; what somebody
// outside said, nobody inside answers for.
func TestWhoReceivedItIsAskedAndNotWhoWroteItDown(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := newWorld(t, d), t.Context()
		for _, c := range []struct {
			name   string
			by     authz.Actor
			behalf handoff.Behalf
			shop   bool // it was handed on to a customer outside
			asked  *authz.Actor
		}{
			{name: "itself", by: w.Elena, asked: &w.Elena},
			{name: "by phone, to a leader", by: w.Bruno, behalf: handoff.Behalf{Person: w.Elena.Person}, asked: &w.Elena},
			{name: "by phone, to who did it", by: w.Carla, behalf: handoff.Behalf{Person: w.Elena.Person}, asked: &w.Elena},
			{name: "somebody with only a name", by: w.Bruno, behalf: handoff.Behalf{Name: "la del turno de noche"}, asked: &w.Diego},
			{name: "somebody of another post", by: w.Bruno, behalf: handoff.Behalf{Person: w.Fabio.Person}, asked: &w.Diego},
			{name: "somebody outside", by: w.Elena, behalf: handoff.Behalf{Name: "Marisol"}, shop: true},
		} {
			w.now = w.now.AddDate(0, 0, 1) // so that nobody was asked often enough
			var h handoff.Handoff
			var err error
			if c.shop {
				h, err = w.Handoffs.HandOn(ctx, w.Diego, handoff.Ask{Service: w.Sew.ID, Customer: w.Shop, Title: "40 camisas"}, handoff.Step{})
			} else {
				h, err = w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote 14"})
				must(t, err)
				h, err = w.Handoffs.Move(ctx, w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID})
			}
			must(t, err)
			_, err = w.Handoffs.Move(ctx, c.by, handoff.Accepted, handoff.Step{Handoff: h.ID, Behalf: c.behalf})
			must(t, err)
			must(t, rating.Asker.CatchUp(ctx, d))
			for _, a := range []*authz.Actor{&w.Ana, &w.Bruno, &w.Carla, &w.Diego, &w.Elena, &w.Fabio} {
				waiting, err := w.s.Waiting(ctx, *a, 100)
				must(t, err)
				got := slices.ContainsFunc(waiting, func(q rating.Asked) bool { return q.Handoff == h.ID && q.Side == rating.Customer })
				if want := c.asked == a; got != want {
					t.Errorf("%s: %s is asked: %t, want %t", c.name, a.Name, got, want)
				}
				if got {
					must(t, w.rate(t, *a, h, rating.Customer, 5))
				}
			}
		}
	})
}

func TestALowRatingIsAnswered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.done(t)
		must(t, w.rate(t, w.Diego, h, rating.Customer, 2))
		if owed, err := w.s.Owed(t.Context(), w.Carla); err != nil || len(owed) != 1 {
			t.Fatalf("%d owed, %v", len(owed), err)
		}
		bell, err := notify.List(t.Context(), d, w.Carla, "", 5)
		if err != nil || len(bell) == 0 || bell[0].Kind != "rated_low" {
			t.Errorf("%+v, %v", bell, err)
		}
		fixture.WantKey(t, w.s.Helped(t.Context(), w.Diego, h.ID, rating.Customer, true), "rating.err.no_answer")
		fixture.WantKey(t, w.s.Answer(t.Context(), w.Carla, h.ID, rating.Customer, " "), "err.required")
		if err := w.s.Answer(t.Context(), w.Diego, h.ID, rating.Customer, "x"); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("who rated answers: %v", err)
		}
		must(t, w.s.Answer(t.Context(), w.Carla, h.ID, rating.Customer, "Cambiamos la cuchilla; el próximo lote va derecho."))
		fixture.WantKey(t, w.s.Answer(t.Context(), w.Carla, h.ID, rating.Customer, "otra"), "rating.err.answered")
		fixture.WantKey(t, w.s.Helped(t.Context(), w.Elena, h.ID, rating.Customer, true), "rating.err.not_yours")
		must(t, w.s.Helped(t.Context(), w.Diego, h.ID, rating.Customer, true))
		got, err := w.s.Of(t.Context(), w.Diego, h.ID)
		if err != nil || got[0].Helped != "yes" || got[0].AnsweredName != "Carla Ruiz" || got[0].Owed() {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A link in a mail is opened by programs first: they change nothing, neither
// by reading nor by sending what they can know.
func TestALinkScannerRatesNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		h := w.done(t)
		var links []string
		for _, a := range []authz.Actor{w.Diego, w.Carla} {
			link, keep, err := w.s.LinkFor(t.Context(), w.ID, a.Person, h.ID)
			must(t, err)
			_, err = w.s.ByLink(t.Context(), link)
			fixture.WantKey(t, err, "rating.err.no_link") // it holds from when the mail leaves
			must(t, d.InTx(t.Context(), w.ID, func(tx *db.Tx) error { return keep(t.Context(), tx) }))
			links = append(links, link)
		}
		if link, _, err := w.s.LinkFor(t.Context(), w.ID, w.Elena.Person, h.ID); err != nil || link != "" {
			t.Errorf("who is not asked has a link: %q, %v", link, err)
		}
		in := rating.Rate{Score: 4}
		for _, l := range links {
			q, err := w.s.ByLink(t.Context(), l)
			must(t, err)
			_, err = w.s.RateByLink(t.Context(), l, "", in)
			fixture.WantKey(t, err, "rating.err.confirm")
			if got, err := w.s.Of(t.Context(), w.Ana, h.ID); err != nil || len(got) != 0 || q.Number != h.Number {
				t.Errorf("%d ratings of %+v, %v", len(got), q, err)
			}
		}
		for _, l := range links {
			r, err := w.s.RateByLink(t.Context(), l, secret.Confirmation(l), in)
			if err != nil || r.Via != rating.Mail {
				t.Fatal(err)
			}
			_, err = w.s.RateByLink(t.Context(), l, secret.Confirmation(l), in)
			fixture.WantKey(t, err, "rating.err.no_link")
		}
	})
}

func TestMeansNeedFivePeople(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var last handoff.Handoff
		for i := range 6 {
			last = w.done(t)
			must(t, w.rate(t, w.Diego, last, rating.Customer, 3+i%3))
		}
		m, err := w.s.Link(t.Context(), w.Ana, last.Link, rating.Customer, w.now.AddDate(0, -1, 0))
		if err != nil || m.N != 6 || m.Enough() || m.Hide().Value != 0 || m.Value != 4 {
			t.Errorf("%+v, %v", m, err)
		}
		if m.Low >= 4 || m.High <= 4 || m.Satisfied.K != 4 {
			t.Errorf("%+v", m)
		}
	})
}
