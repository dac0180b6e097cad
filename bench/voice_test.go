package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/seal"
)

// What people of the company said in the year: every fifth delivery was rated,
// somebody was thanked every other hour of work, and there were six rounds of
// questions.
const (
	thanksShare = 50 // handoffs to one thanks
	needShare   = 150
	rounds      = 6
	perGiver    = 5 // thanks that one person may give in a week
)

// voice is what the requests about what people say need.
type voice struct {
	givers []worker // enough of them for as many thanks as are measured
	chief  worker   // leads everything
	pulse  id.Pulse // the last one that closed
}

// speak gives the company what a year of ratings, thanks, needs and pulses
// leaves behind.
func (c *company) speak(t *testing.T, d *db.DB, n int) {
	t.Helper()
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(3, 5))
	c.staffUp(t, d)
	must(t, d.InTx(ctx, c.w.ID, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO rating (company, handoff, side, link, person, score, letters, note, via, rated_at, answer, answered_by, helped)
			SELECT company, id, 'customer', link, asked_by, CASE WHEN number % 100 = 0 THEN 2 ELSE 3 + number % 3 END, '', '', 'page',
				rated_at, '', '', ''
			FROM (SELECT h.company, h.id, h.link, h.asked_by, h.number, COALESCE(h.closed_at, h.asked_at) AS rated_at FROM handoff h
				WHERE h.company = ? AND h.state = 'accepted' AND h.number % 5 = 0) AS x`, c.w.ID); err != nil {
			return err
		}
		if err := tx.Many(ctx, `
			INSERT INTO thanks (company, id, giver, person, node, handoff, reason, value, letter, audience, dictated, given_at,
				hidden_by, hidden_why) VALUES`, c.thanked(rng, tx.Now, max(20, n/thanksShare))); err != nil {
			return err
		}
		return tx.Many(ctx, `
			INSERT INTO need (company, id, node, category, severity, title, detail, scope, asked_by, asked_at, state, version, service,
				handoff, resumed_by, answer_due, answer, answered_by, answered_at, due_on, cost, done, done_by, done_at, checked,
				checked_at, reopened) VALUES`, c.lacking(rng, tx.Now, max(20, n/needShare)))
	}))
	c.pulses(t, d, rng)
}

// staffUp hires those who will thank, spread over the other posts, so that the
// teams are as large however often is measured, and seats who leads them all.
func (c *company) staffUp(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	accounts := account.New(d)
	sit := func(name, email string, place org.Place) worker {
		p, err := c.w.Org.AddPerson(ctx, c.w.Ana, org.Person{Name: name, Email: email, Lang: "es", Places: []org.Place{place}})
		must(t, err)
		must(t, d.InTx(ctx, c.w.ID, func(tx *db.Tx) error { return account.Seat(ctx, tx, account.Locked(email), p.ID) }))
		s, err := accounts.Enter(ctx, c.w.ID, p.ID, "bench")
		must(t, err)
		a, err := org.Actor(ctx, d, c.w.ID, p.ID)
		must(t, err)
		return worker{actor: a, cookie: s.Cookie}
	}
	for i := range max(perGiver+1, (*times+warming())/perGiver+1) { // at most one thanks to each
		c.givers = append(c.givers, sit(fmt.Sprintf("Colega %d Apellido", i+1), fmt.Sprintf("c%d@taller.test", i+1), org.Place{Node: c.posts[teams+i%(len(c.posts)-teams)]}))
	}
	c.chief = sit("Julia Guía", "jefa@taller.test", org.Place{Node: c.w.Making, Leads: true})
}

// ago is a moment in the year before now.
func ago(rng *rand.Rand, now db.Time) db.Time {
	return db.At(now.Add(-time.Duration(rng.Int64N(int64(365 * 24 * time.Hour)))))
}

func (c *company) thanked(rng *rand.Rand, now db.Time, n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		from, to := rng.IntN(len(c.workers)), rng.IntN(len(c.workers)-1)
		if to >= from {
			to++
		}
		audience := []string{"all", "all", "all", "team", "private"}[rng.IntN(5)]
		rows[i] = []any{
			c.w.ID, id.New[id.Thanks](), c.workers[from].actor.Person, c.workers[to].actor.Person, "", "",
			"Por quedarte a revisar conmigo la última entrega", "", "", audience, "", ago(rng, now), "", "",
		}
	}
	return rows
}

// lacking are needs, of which one in ten is still open.
func (c *company) lacking(rng *rand.Rand, now db.Time, n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		at, by := ago(rng, now), c.workers[rng.IntN(len(c.workers))]
		state, answered, done, due := need.Resolved, db.At(at.AddDate(0, 0, 3)), db.At(at.AddDate(0, 0, 20)), ""
		switch i % 20 {
		case 0:
			state, answered, done = need.Open, db.Time{}, db.Time{}
		case 1:
			state, done, due = need.Planned, db.Time{}, at.AddDate(0, 0, 20).Format(time.DateOnly)
		}
		rows[i] = []any{
			c.w.ID, id.New[id.Need](), c.posts[by.post], need.Categories[rng.IntN(len(need.Categories))], rng.IntN(4),
			"Faltan tijeras que corten bien", "", need.Team, by.actor.Person, at, state, 1, "", "", "", db.At(at.AddDate(0, 0, 14)),
			"Se compran", by.actor.Person, answered, due, 1200, "", "", done, "",
			db.Time{},
			0,
		}
	}
	return rows
}

// pulses asks everybody six times, and most answer.
func (c *company) pulses(t *testing.T, d *db.DB, rng *rand.Rand) {
	t.Helper()
	ctx, now := context.Background(), d.Now
	defer func() { d.Now = now }()
	s := pulse.New(d, seal.In(t.TempDir()))
	items := []string{"loyalty.recommend", "support.listens", "tools.have", "safety.speak", "recognition.thanked"}
	for i := range rounds {
		then := now().AddDate(0, 0, -14*(rounds-i))
		d.Now = func() time.Time { return then }
		p, _, err := s.Launch(ctx, c.w.Ana, pulse.Launch{Title: fmt.Sprintf("Cómo vamos %d", i+1), Items: items, Days: 5})
		must(t, err)
		for _, w := range append(c.workers[:len(c.workers):len(c.workers)], c.givers...) {
			if rng.IntN(5) == 0 {
				continue
			}
			choices := map[string]int{}
			for _, item := range items {
				choices[item] = 1 + rng.IntN(5)
			}
			must(t, s.Cast(ctx, w.actor, p.ID, pulse.Answers{Choices: choices}))
		}
		must(t, s.Close(ctx, c.w.Ana, p.ID))
		c.pulse = p.ID
	}
}

// rate says, as the customer, how a handoff went that was accepted before.
func rate(r *run, i int) error {
	h := r.asked[nth(i)]
	_, err := r.as(r.of(h.post+1), http.MethodPost, "/api/v1/handoffs/"+string(h.ID)+"/rating",
		map[string]any{"score": 3 + nth(i)%3, "note": "Llegó completo"}, http.StatusCreated)
	return err
}

// thank thanks another of those who thank, few enough of each.
func thank(r *run, i int) error {
	n := nth(i)
	from, to := n/perGiver, (n/perGiver+1+n%perGiver)%len(r.givers)
	if from == to {
		to = (to + 1) % len(r.givers)
	}
	_, err := r.as(r.givers[from], http.MethodPost, "/api/v1/thanks", map[string]any{
		"person": r.givers[to].actor.Person, "reason": "Por quedarte a revisar conmigo la última entrega", "audience": "all",
	}, http.StatusCreated)
	return err
}

// led gets a page as who leads everything.
func led(path func(r *run) string) func(*run, int) error {
	return func(r *run, _ int) error {
		_, err := r.as(r.chief, http.MethodGet, path(r), nil, http.StatusOK)
		return err
	}
}
