package insight_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/thanks"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

type world struct {
	*fixture.Company
	s       *insight.Service
	ratings *rating.Service
	needs   *need.Service
	now     time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{now: time.Date(2026, 11, 4, 10, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	w.Company = fixture.New(t, d, 1)
	w.ratings, w.needs = rating.New(d), need.New(d, w.Handoffs)
	w.s = insight.New(d, w.Handoffs, w.ratings, thanks.New(d), w.needs, pulse.New(d, seal.In(t.TempDir())))
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// round asks cutting for something that comes back so many times, and rates it.
func (w *world) round(t *testing.T, returns, score int) handoff.Handoff {
	t.Helper()
	h, err := w.Handoffs.Ask(t.Context(), w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Lote", Quantity: 2})
	must(t, err)
	for range returns {
		_, err = w.Handoffs.Move(t.Context(), w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID})
		must(t, err)
		_, err = w.Handoffs.Move(t.Context(), w.Diego, handoff.Returned, handoff.Step{Handoff: h.ID, Reason: w.Cut.Reasons[0].ID})
		must(t, err)
	}
	_, err = w.Handoffs.Move(t.Context(), w.Carla, handoff.Delivered, handoff.Step{Handoff: h.ID})
	must(t, err)
	h, err = w.Handoffs.Move(t.Context(), w.Diego, handoff.Accepted, handoff.Step{Handoff: h.ID})
	must(t, err)
	if score > 0 {
		_, err = w.ratings.Rate(t.Context(), w.Diego, rating.Rate{
			Handoff: h.ID, Side: rating.Customer, Score: score, Via: rating.Page, Letters: map[rating.Letter]int{rating.Empathy: score},
		})
		must(t, err)
	}
	must(t, handoff.Stats.CatchUp(t.Context(), w.DB))
	return h
}

func part(t *testing.T, c insight.Card, l insight.Letter, name string) insight.Part {
	t.Helper()
	for _, p := range c.Parts[l] {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("%s has no part %s", l, name)
	return insight.Part{}
}

func TestTheCardNeverSaysMoreThanItKnows(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for i := range 12 {
			w.round(t, i%4/3, 4)
		}
		c, err := w.s.Card(t.Context(), w.Diego, "", w.now.AddDate(0, -3, 0))
		must(t, err)
		first := part(t, c, insight.Ideal, "first_time")
		if !first.Enough() || first.Share.K != 9 || first.Share.N != 12 {
			t.Errorf("right first time: %+v", first)
		}
		empathy := part(t, c, insight.Empathy, "letter_empathy")
		if empathy.Enough() || empathy.Mean != 0 || empathy.Raters != 1 || empathy.Missing() != 4 {
			t.Errorf("one person's opinion: %+v", empathy)
		}
		if p := part(t, c, insight.Culture, "agreed"); p.Share.N != 1 || p.Share.K != 0 || p.Enough() {
			t.Errorf("agreements: %+v", p)
		}
		for _, l := range insight.Letters {
			if len(c.Parts[l]) == 0 {
				t.Errorf("%s has no parts", l)
			}
		}
		of, err := w.s.Card(t.Context(), w.Diego, w.Making, w.now.AddDate(0, -3, 0))
		if err != nil || part(t, of, insight.Ideal, "first_time").Share.N != 12 {
			t.Errorf("of the area: %+v, %v", of, err)
		}
		if _, err := w.s.Card(t.Context(), w.Diego, id.New[id.Node](), w.now); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a node that is not there: %v", err)
		}
	})
}

func TestATenseLink(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var h handoff.Handoff
		for range 8 {
			h = w.round(t, 2, 1)
		}
		// The rest of the company runs smoothly.
		for range 40 {
			x, err := w.Handoffs.Ask(t.Context(), w.Carla, handoff.Ask{Service: w.Help.ID, Customer: w.Cutting, Title: "x"})
			must(t, err)
			_, err = w.Handoffs.Move(t.Context(), w.Fabio, handoff.Delivered, handoff.Step{Handoff: x.ID})
			must(t, err)
			_, err = w.Handoffs.Move(t.Context(), w.Carla, handoff.Returned, handoff.Step{Handoff: x.ID, Reason: w.Help.Reasons[0].ID})
			must(t, err)
			_, err = w.Handoffs.Move(t.Context(), w.Fabio, handoff.Delivered, handoff.Step{Handoff: x.ID})
			must(t, err)
			_, err = w.Handoffs.Move(t.Context(), w.Carla, handoff.Accepted, handoff.Step{Handoff: x.ID})
			must(t, err)
			_, err = w.ratings.Rate(t.Context(), w.Carla, rating.Rate{Handoff: x.ID, Side: rating.Customer, Score: 5, Via: rating.Page})
			must(t, err)
		}
		got, err := w.s.Tension(t.Context(), w.Bruno, h.Link, w.now.AddDate(0, -3, 0))
		must(t, err)
		if got.Disputed.K != 8 || got.Low.K != 8 || !got.Tense() || got.Rough() != [3]bool{true, true, false} {
			t.Errorf("%+v", got)
		}
		if _, err := w.s.Tension(t.Context(), w.Fabio, h.Link, w.now); errs.KindOf(err) != errs.NotFound {
			t.Errorf("somebody else: %v", err)
		}
		talk := insight.Talk{Link: h.Link, HeldOn: "2026-11-03", Present: "Carla, Diego y Bruno", Matter: "Las medidas", Agreed: "Molde nuevo el lunes", NextOn: "2026-11-20"}
		if _, err := w.s.Note(t.Context(), w.Diego, talk); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("anybody notes it: %v", err)
		}
		_, err = w.s.Note(t.Context(), w.Bruno, talk)
		must(t, err)
		talk.HeldOn, talk.Agreed = "2027-01-01", ""
		_, err = w.s.Note(t.Context(), w.Bruno, talk)
		if f := errs.FieldsOf(err); f["held_on"] == "" || f["agreed"] == "" || f["next_on"] == "" {
			t.Errorf("%v", f)
		}
		if got, err = w.s.Tension(t.Context(), w.Diego, h.Link, w.now); err != nil || len(got.Talks) != 1 || got.Talks[0].NotedByName != "Bruno Leal" {
			t.Errorf("%+v, %v", got.Talks, err)
		}
	})
}

func TestThePageOfWhoLeads(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.round(t, 0, 1)
		_, err := w.needs.Add(t.Context(), w.Diego, need.Ask{Node: w.Sewing, Category: need.Tools, Title: "Otra plancha"})
		must(t, err)
		m, err := w.s.Mirror(t.Context(), w.Bruno)
		if err != nil || len(m.Ratings) != 1 || len(m.Needs) != 0 || len(m.Unthanked) != 3 || m.Week != "2026-11-02" {
			t.Errorf("%+v, %v", m, err)
		}
		w.now = w.now.AddDate(0, 0, 15)
		must(t, w.s.Check(t.Context(), w.Bruno, "walk", true))
		must(t, w.s.Check(t.Context(), w.Bruno, "walk", true))
		must(t, w.s.Check(t.Context(), w.Bruno, "ask", true))
		must(t, w.s.Check(t.Context(), w.Bruno, "ask", false))
		if m, err = w.s.Mirror(t.Context(), w.Bruno); err != nil || len(m.Needs) != 1 || len(m.Ratings) != 1 || !m.Done["walk"] || m.Done["ask"] {
			t.Errorf("%+v, %v", m, err)
		}
		for _, a := range []authz.Actor{w.Diego, w.Fabio} {
			if _, err := w.s.Mirror(t.Context(), a); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s leads nobody: %v", a.Name, err)
			}
		}
		err = w.s.Check(t.Context(), w.Bruno, "dance", true)
		if err == nil || !strings.Contains(errs.FieldsOf(err)["step"], "unknown") {
			t.Errorf("%v", err)
		}
	})
}

// What waits the longest is what the page is for, however much came after it.
func TestALateNeedIsNotBuriedByNewOnes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		add := func(title string) need.Need {
			n, err := w.needs.Add(t.Context(), w.Diego, need.Ask{Node: w.Sewing, Category: need.Tools, Title: title})
			must(t, err)
			return n
		}
		first, second := add("Otra plancha"), add("Tijeras")
		_, err := w.needs.Move(t.Context(), w.Bruno, need.Planned, need.Step{Need: second.ID, Text: "La pedimos", DueOn: "2026-11-10"})
		must(t, err)
		w.now = w.now.AddDate(0, 0, 15)
		for range 200 {
			add("Hilo")
		}
		m, err := w.s.Mirror(t.Context(), w.Bruno)
		if err != nil || len(m.Needs) != 2 || m.Needs[0].ID != first.ID || m.Needs[1].ID != second.ID {
			t.Errorf("%+v, %v", m.Needs, err)
		}
	})
}

// A long list of nodes is asked for in another way than a short one: who leads
// forty posts more sees exactly what it saw before.
func TestWhoLeadsManyPostsSeesTheSame(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		ask := func(a authz.Actor, n id.Node) {
			_, err := w.needs.Add(ctx, a, need.Ask{Node: n, Category: need.Tools, Title: "Tijeras"})
			must(t, err)
		}
		ask(w.Diego, w.Sewing)
		ask(w.Fabio, w.Computers)
		w.now = w.now.AddDate(0, 0, 10)
		w.round(t, 0, 1)
		w.round(t, 1, 5) // it came back once
		best := w.round(t, 0, 5)
		urgent, err := w.Handoffs.Ask(ctx, w.Diego, handoff.Ask{Service: w.Cut.ID, Customer: w.Sewing, Title: "Hoy", Quantity: 1, Priority: handoff.Urgent})
		must(t, err)
		_, err = w.Handoffs.Move(ctx, w.Carla, handoff.Delivered, handoff.Step{Handoff: urgent.ID})
		must(t, err)
		_, err = w.Handoffs.Move(ctx, w.Diego, handoff.Accepted, handoff.Step{Handoff: urgent.ID})
		must(t, err)
		for _, g := range []thanks.Give{
			{Person: w.Diego.Person, Reason: "Por quedarte a revisar conmigo", Audience: thanks.All},
			{Person: w.Carla.Person, Reason: "Por quedarte a revisar conmigo", Audience: thanks.Private},
		} {
			_, err := thanks.New(d).Give(ctx, w.Elena, g)
			must(t, err)
		}
		w.now = w.now.AddDate(0, 0, 5)
		see := func() (insight.Mirror, []need.Need) {
			t.Helper()
			a, err := org.Actor(ctx, d, w.ID, w.Bruno.Person)
			must(t, err)
			m, err := w.s.Mirror(ctx, a)
			must(t, err)
			owed, err := w.needs.List(ctx, a, need.Filter{Owed: true, Limit: 10})
			must(t, err)
			read, err := w.needs.List(ctx, a, need.Filter{Open: true, Node: w.Making, Limit: 10})
			must(t, err)
			return m, append(owed, read...)
		}
		m, needs := see()
		if len(m.Suggested) != 2 || m.Suggested[0].Handoff != best.ID || m.Suggested[1].Handoff != urgent.ID || !m.Suggested[1].Urgent {
			t.Errorf("suggested: %+v", m.Suggested)
		}
		if !slices.Equal(m.Unthanked, []string{"Carla Ruiz", "Elena Sol"}) || len(m.Ratings) != 1 || len(m.Needs) != 1 || len(needs) != 2 {
			t.Errorf("%v, %d ratings, %d needs, %d on the board", m.Unthanked, len(m.Ratings), len(m.Needs), len(needs))
		}
		posts := make([]org.Node, 40)
		for i := range posts {
			posts[i] = org.Node{ID: id.New[id.Node](), Kind: org.Post, Name: fmt.Sprintf("Puesto %d", i+1), Parent: w.Making}
		}
		must(t, d.InTx(ctx, w.ID, func(tx *db.Tx) error { return org.AddNodes(ctx, tx, w.Ana.Person, posts...) }))
		if again, board := see(); !reflect.DeepEqual(m, again) || !reflect.DeepEqual(needs, board) {
			t.Errorf("with forty posts more: %+v, %+v", again, board)
		}
	})
}
