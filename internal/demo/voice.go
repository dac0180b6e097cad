package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/insight"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/seal"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/thanks"
)

//go:embed voice.json
var voiceText []byte

// words are what people say when they are asked, in one language.
var words = perLang(func(lang string) map[string][]string {
	var raw map[string]pairs
	if err := json.Unmarshal(voiceText, &raw); err != nil {
		panic(err) // it is part of the binary
	}
	out := map[string][]string{}
	for name, p := range raw {
		out[name] = p.in(lang)
	}
	return out
})

// speaker writes down what people of the company said, each thing at its time.
type speaker struct {
	teller
	db   *db.DB
	now  time.Time
	says map[string][]string
	keys *seal.Keys
	boss authz.Actor
}

// Voice gives the example company c its voice: ratings, thanks, needs, pulses
// and what who leads did about them, unless it has one. The keys of its pulses
// go into keys. What was said half, because the program ended, is left so.
func Voice(ctx context.Context, d *db.DB, keys *seal.Keys, c Company) error {
	company, err := setting.Get(ctx, d, c.ID)
	if err != nil {
		return err
	}
	h, err := load(ctx, d, company)
	if err != nil {
		return err
	}
	s := &speaker{
		teller: teller{h, rand.New(rand.NewPCG(seed, seed+1))}, //nolint:gosec // a story needs the same chance each time, not a secret one
		db:     d, now: d.Now(), says: words()[h.lang], keys: keys,
	}
	if s.boss, err = h.actor(ctx, d, "carmen"); err != nil {
		return nil // a visitor took the owner away: nobody is left to tell it
	}
	values, err := thanks.New(d).Values(ctx, s.boss)
	if err != nil || len(values) > 0 {
		return err
	}
	for _, part := range []struct {
		name string
		say  func(context.Context) error
	}{
		{"thanks", s.thank}, {"ratings", s.rate}, {"needs", s.need}, {"pulses", s.pulse}, {"week", s.lead},
	} {
		if err := part.say(ctx); err != nil {
			return fmt.Errorf("tell the %s of the example company: %w", part.name, err)
		}
	}
	return nil
}

// days returns the moment at noon so many days ago, or a little after now's
// own hour for today.
func (s *speaker) days(ago int) time.Time {
	t := s.now.In(s.h.cal.Zone()).AddDate(0, 0, -ago)
	noon := time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, t.Location())
	if noon.After(s.now) {
		return s.now.Add(-time.Minute)
	}
	return noon
}

func (s *speaker) day(in int) string {
	return s.now.In(s.h.cal.Zone()).AddDate(0, 0, in).Format(time.DateOnly)
}

// then is the database so many days ago.
func (s *speaker) then(ago int) *db.DB { return at(s.db, s.days(ago)) }

func (s *speaker) as(ctx context.Context, handle string) (authz.Actor, error) {
	return s.h.actor(ctx, s.db, handle)
}

// rateDays is how far back people said how it went: as far as the pages look.
const rateDays = 85

// rate lets both ends say how part of the handoffs went.
func (s *speaker) rate(ctx context.Context) error {
	const one = 9 // of so many is rated
	since := s.days(rateDays)
	f := handoff.Filter{
		States: []handoff.State{handoff.Accepted, handoff.AcceptedWithRemark}, Asked: since, Limit: handoff.MostRows,
	}
	for {
		page, err := handoff.New(s.db).List(ctx, s.boss, f)
		if err != nil {
			return err
		}
		for _, h := range page.Rows {
			if s.rng.IntN(one) == 0 || s.tense(h) && s.chance(.5) {
				if err := s.rateOne(ctx, h); err != nil {
					return err
				}
			}
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return nil
		}
	}
}

// tense reports whether h went to and fro between design and cutting.
func (s *speaker) tense(h handoff.Handoff) bool {
	return h.Supplier == s.h.nodes["diseno"] && h.Customer == s.h.nodes["corte"]
}

// score is how it went: what came back, or came late, is liked less.
func (s *speaker) score(h handoff.Handoff) int {
	switch r := s.rng.Float64(); {
	case s.tense(h) && r < .55, h.Rounds > 2 && r < .6:
		return 1 + s.rng.IntN(2)
	case h.Rounds > 1:
		return 2 + s.rng.IntN(3)
	case r < .35:
		return 4
	case r < .45:
		return 3
	}
	return 5
}

func (s *speaker) rateOne(ctx context.Context, h handoff.Handoff) error {
	said := h.ClosedAt.Add(40 * time.Minute)
	if said.After(s.now) {
		return nil
	}
	in := rating.Rate{Handoff: h.ID, Side: rating.Customer, Via: rating.Page, Score: s.score(h)}
	from, other := h.Customer, h.Supplier
	if s.chance(.2) {
		in.Side, from, other = rating.Supplier, other, from
		in.Score = 5 - s.rng.IntN(3)
		if s.tense(h) {
			in.Score = 1 + s.rng.IntN(4)
		}
	}
	by, ok := s.rater(h, in.Side, from)
	if !ok {
		return nil
	}
	if in.Side == rating.Customer && s.chance(.4) {
		in.Letters = map[rating.Letter]int{}
		for _, l := range rating.Letters {
			in.Letters[l] = min(5, max(1, in.Score+s.rng.IntN(3)-1))
		}
	}
	switch {
	case in.Score > 4 && s.chance(.15):
		in.Note = pick(s.teller, s.says["good"])
	case in.Score <= rating.Low && in.Side == rating.Supplier:
		in.Note = s.says["unclear"][0]
	case in.Score <= rating.Low:
		in.Note = pick(s.teller, s.says["low"])
	}
	a, err := s.actorOf(ctx, by)
	if err != nil {
		return err
	}
	if _, err := rating.New(at(s.db, said)).Rate(ctx, a, in); err != nil || in.Score > rating.Low {
		return err
	}
	return s.answer(ctx, h, in.Side, other, a, said)
}

// rater is who of an end speaks: never of the own work.
func (s *speaker) rater(h handoff.Handoff, side rating.Side, end id.Node) (id.Person, bool) {
	own := h.Assignee
	if side == rating.Supplier {
		own = h.AskedBy
	}
	var can []id.Person
	for _, p := range s.h.on[s.h.keys[end]] {
		if p != own {
			can = append(can, p)
		}
	}
	if len(can) == 0 {
		return "", false
	}
	return pick(s.teller, can), true
}

// answer tells who rated low what is done about it; the last days still wait.
func (s *speaker) answer(ctx context.Context, h handoff.Handoff, side rating.Side, end id.Node, rater authz.Actor, said time.Time) error {
	const waits = 6 * 24 * time.Hour
	then := said.Add(20 * time.Hour)
	people := s.h.on[s.h.keys[end]]
	if s.now.Sub(said) < waits || len(people) == 0 {
		return nil
	}
	a, err := s.actorOf(ctx, pick(s.teller, people))
	if err != nil || a.Person == rater.Person {
		return err
	}
	if err := rating.New(at(s.db, then)).Answer(ctx, a, h.ID, side, pick(s.teller, s.says["answers"])); err != nil {
		return err
	}
	if s.chance(.25) {
		return nil // has not said yet
	}
	return rating.New(at(s.db, then.Add(5*time.Hour))).Helped(ctx, rater, h.ID, side, s.chance(.75))
}

// lead is what Rogelio did this week, the talk about the tense link, and the
// figures of last week.
func (s *speaker) lead(ctx context.Context) error {
	a, err := s.as(ctx, "rogelio")
	if err != nil {
		return err
	}
	const ago, again = 24, 12
	l, err := link.New(s.db).Declare(ctx, a, s.h.nodes["diseno"], s.h.nodes["corte"])
	if err != nil {
		return err
	}
	t := s.says["talk"]
	if _, err := s.insights(s.then(ago)).Note(ctx, a, insight.Talk{
		Link: l.ID, HeldOn: s.day(-ago), Present: t[0], Matter: t[1], Agreed: t[2], NextOn: s.day(again),
	}); err != nil {
		return err
	}
	for _, step := range []string{"walk", "thank"} {
		if err := s.insights(s.db).Check(ctx, a, step, true); err != nil {
			return err
		}
	}
	monday := handoff.Monday(s.db.Now()).Add(time.Minute)
	for _, then := range []time.Time{monday.AddDate(0, 0, -7), monday} { // the first only begins to count
		if err := s.insights(at(s.db, then)).TellWeek(ctx, s.h.company.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s *speaker) insights(d *db.DB) *insight.Service {
	h := handoff.New(d)
	return insight.New(d, h, rating.New(d), thanks.New(d), need.New(d, h), pulse.New(d, s.keys))
}

func (s *speaker) actorOf(ctx context.Context, p id.Person) (authz.Actor, error) {
	for _, m := range cast {
		if s.h.people[m.handle] == p {
			return s.as(ctx, m.handle)
		}
	}
	return authz.Actor{}, fmt.Errorf("nobody is %s", p)
}
