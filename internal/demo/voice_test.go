package demo_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/demo"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/thanks"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// voice has the people of the example say how others served them.
func voice(t *testing.T, d *db.DB, c demo.Company) {
	keys := seal.In(t.TempDir())
	must(t, demo.Voice(t.Context(), d, keys, c))
	before := head(t, d, c)
	must(t, demo.Voice(t.Context(), d, keys, c))
	if n := head(t, d, c) - before; n != 0 {
		t.Errorf("told twice: %d facts", n)
	}
	boss := user(t, d, c, "carmen")
	t.Run("ratings", func(t *testing.T) { ratingsOf(t, d, boss) })
	t.Run("thanks", func(t *testing.T) { thanksOf(t, d, boss) })
	t.Run("needs", func(t *testing.T) { needsOf(t, d, boss) })
	t.Run("pulses", func(t *testing.T) { pulsesOf(t, d, keys, boss) })
	t.Run("what who leads sees", func(t *testing.T) { leads(t, d, keys, boss, user(t, d, c, "rogelio")) })
}

func ratingsOf(t *testing.T, d *db.DB, boss authz.Actor) {
	since := wednesday.AddDate(0, 0, -90)
	for side, least := range map[rating.Side]int{rating.Customer: 100, rating.Supplier: 25} {
		m, err := rating.New(d).Company(t.Context(), boss, side, since)
		must(t, err)
		if m.N < least || m.Raters < rating.MinRaters || m.Counts[0]+m.Counts[1] == 0 {
			t.Errorf("%s: %d ratings by %d people, %v", side, m.N, m.Raters, m.Counts)
		}
		if side == rating.Customer && (m.AnsweredOfLow.K == 0 || m.HelpedOfAnswer.K == 0 || len(m.Hide().Letters) != len(rating.Letters)) {
			t.Errorf("answered %+v, helped %+v, letters %v", m.AnsweredOfLow, m.HelpedOfAnswer, m.Letters)
		}
	}
}

func thanksOf(t *testing.T, d *db.DB, boss authz.Actor) {
	wall, err := thanks.New(d).Wall(t.Context(), boss, "", 50)
	must(t, err)
	born := 0
	for _, x := range wall {
		if x.Handoff != "" {
			born++
		}
	}
	if len(wall) < 7 || born == 0 {
		t.Errorf("%d on the wall, %d born on a delivery", len(wall), born)
	}
}

func needsOf(t *testing.T, d *db.DB, boss authz.Actor) {
	all, err := need.New(d, handoff.New(d)).List(t.Context(), boss, need.Filter{Limit: 100})
	must(t, err)
	states, late, joined := map[need.State]int{}, 0, 0
	for _, n := range all {
		states[n.State]++
		if n.Late(wednesday, wednesday.Format(time.DateOnly)) {
			late++
		}
		joined += n.Joined
		if !n.StoppedAt.IsZero() && (n.State != need.Resolved || n.Stopped()) {
			t.Errorf("what was stopped: %+v", n)
		}
	}
	for _, s := range need.States {
		if states[s] == 0 {
			t.Errorf("no need is %s: %v", s, states)
		}
	}
	if late < 2 || joined < 5 {
		t.Errorf("%d late, %d joined", late, joined)
	}
}

func pulsesOf(t *testing.T, d *db.DB, keys *seal.Keys, boss authz.Actor) {
	s := pulse.New(d, keys)
	for _, item := range []string{"loyalty.recommend", "policies.decide", "support.listens"} {
		r, err := s.Last(t.Context(), boss, "", item)
		must(t, err)
		if r.Verdict != pulse.Shown || r.N < 15 {
			t.Errorf("%s: %+v", item, r)
		}
	}
	due, err := s.Due(t.Context(), boss)
	must(t, err)
	plans, err := s.Plans(t.Context(), boss)
	must(t, err)
	if len(due) != 1 || len(plans) != 1 {
		t.Errorf("%d wait for the owner, %d plans", len(due), len(plans))
	}
}

func leads(t *testing.T, d *db.DB, keys *seal.Keys, boss, leader authz.Actor) {
	h := handoff.New(d)
	s := insight.New(d, h, rating.New(d), thanks.New(d), need.New(d, h), pulse.New(d, keys))
	m, err := s.Mirror(t.Context(), leader)
	must(t, err)
	if len(m.Needs) == 0 || len(m.Ratings) == 0 || len(m.Deeds) != 1 || len(m.Voices) == 0 || len(m.Unthanked) == 0 || !m.Done["walk"] {
		t.Errorf("%d needs, %d ratings, %d deeds, %d voices, %d not thanked, %v", len(m.Needs), len(m.Ratings), len(m.Deeds), len(m.Voices), len(m.Unthanked), m.Done)
	}
	card, err := s.Card(t.Context(), boss, "", wednesday.AddDate(0, 0, -90))
	must(t, err)
	for l, parts := range card.Parts {
		for _, p := range parts {
			if !p.Enough() {
				t.Errorf("%s: %s lacks %d", l, p.Name, p.Missing())
			}
		}
	}
	links, err := link.New(d).Map(t.Context(), boss)
	must(t, err)
	tense, talks := 0, 0
	for _, l := range links {
		x, err := s.Tension(t.Context(), boss, l.ID, wednesday.AddDate(0, 0, -90))
		must(t, err)
		if x.Tense() {
			tense++
		}
		talks += len(x.Talks)
	}
	if tense == 0 || tense > 3 || talks != 1 {
		t.Errorf("%d links are tense, %d talks", tense, talks)
	}
}
