package demo_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/demo"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/repeat"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/web/chainmap"
	"github.com/eslabon/eslabon/internal/web/links"
)

// wednesday is an ordinary working day, half an hour before noon there.
var wednesday = time.Date(2026, 11, 18, 17, 30, 0, 0, time.UTC)

// opened opens the example at a moment, and brings the figures up to date.
func opened(t *testing.T, d *db.DB, now time.Time, lang string) demo.Company {
	t.Helper()
	d.Now = func() time.Time { return now }
	if err := job.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	c, err := demo.Open(t.Context(), d, account.New(d), lang)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []fact.Follower{handoff.Stats, handoff.Flow} {
		if err := f.CatchUp(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func user(t *testing.T, d *db.DB, c demo.Company, handle string) authz.Actor {
	t.Helper()
	u, ok := c.User(handle)
	if !ok {
		t.Fatalf("nobody is called %q", handle)
	}
	a, err := org.Actor(t.Context(), d, c.ID, u.Person)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// list returns every handoff that matches.
func list(t *testing.T, d *db.DB, a authz.Actor, f handoff.Filter) []handoff.Handoff {
	t.Helper()
	var out []handoff.Handoff
	for f.Limit = handoff.MostRows; ; {
		p, err := handoff.New(d).List(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p.Rows...)
		if f.Cursor = p.Next; f.Cursor == "" {
			return out
		}
	}
}

// flowing looks for one route with four pieces on it, in lots, sent back and
// skipped; for what repeats; and for something that waits for what is late.
func flowing(t *testing.T, d *db.DB, c demo.Company, all []handoff.Handoff) {
	ctx, boss := t.Context(), user(t, d, c, "carmen")
	hs := handoff.New(d)
	routes := route.New(d, hs)
	known, err := routes.All(ctx, boss)
	if err != nil || len(known) != 1 || len(known[0].Steps) != 5 {
		t.Fatalf("routes are %+v (%v)", known, err)
	}
	pieces, err := routes.List(ctx, boss, route.Filter{})
	if err != nil || len(pieces.Rows) != 4 {
		t.Fatalf("%d pieces (%v)", len(pieces.Rows), err)
	}
	most := 0
	for _, p := range pieces.Rows {
		v, err := routes.Show(ctx, boss, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(v.Moving()))
	}
	if most != 2 {
		t.Errorf("no piece goes in two lots, but in %d", most)
	}
	repeats, err := repeat.New(d, hs).All(ctx, boss)
	if err != nil || len(repeats) != 2 {
		t.Errorf("what repeats is %+v (%v)", repeats, err)
	}
	if !slices.ContainsFunc(all, func(h handoff.Handoff) bool { return h.Risk.Late }) {
		t.Error("nothing waits for what is late")
	}
	if !slices.ContainsFunc(all, func(h handoff.Handoff) bool { return h.Risk.Lost == handoff.Declined }) {
		t.Error("nothing waits for what was refused")
	}
}

// One example for each engine, because it takes a while to make: what changes it
// comes last.
func TestTheExample(t *testing.T) {
	var mu sync.Mutex
	var stories [][]string
	t.Cleanup(func() {
		if len(stories) == 2 && !slices.Equal(stories[0], stories[1]) {
			t.Error("the same seed tells another story on another engine")
		}
	})
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		c := opened(t, d, wednesday, "es")
		all := list(t, d, user(t, d, c, "carmen"), handoff.Filter{})
		for name, check := range map[string]func(*testing.T, *db.DB, demo.Company, []handoff.Handoff){
			"has six months behind it":                   sixMonths,
			"tells of redirections, words and returns":   told,
			"has agreements in every state":              agreements,
			"has people who are not taken for another":   colleagues,
			"has a bottleneck that can be measured":      bottleneck,
			"has a ping-pong that can be measured":       pingPong,
			"shows both on the map":                      onTheMap,
			"has something in every box of the visitors": visitors,
			"has work on a route, and what repeats":      flowing,
		} {
			t.Run(name, func(t *testing.T) { check(t, d, c, all) })
		}
		mu.Lock()
		stories = append(stories, story(all))
		mu.Unlock()
		t.Run("says how others served", func(t *testing.T) { voice(t, d, c) })
		t.Run("has a log of another program", func(t *testing.T) { recorded(t, d, c) })
		t.Run("goes on", func(t *testing.T) { life(t, d, c) })
	})
}

// story returns all that was made up, but for ids.
func story(all []handoff.Handoff) []string {
	var out []string
	for _, h := range all {
		out = append(out, fmt.Sprint(h.Number, h.SupplierName, h.CustomerName, h.Title, h.State, h.Rounds, h.AskedAt, h.DueAt,
			h.ClosedAt, h.AssigneeName))
	}
	return out
}

func sixMonths(t *testing.T, _ *db.DB, _ demo.Company, all []handoff.Handoff) {
	if len(all) < 4000 || len(all) > 6000 {
		t.Errorf("%d handoffs", len(all))
	}
	states, late, orders := map[handoff.State]int{}, 0, map[string]bool{}
	for _, h := range all {
		states[h.State]++
		orders[h.Order] = true
		if h.State.Open() && h.Late(wednesday) {
			late++
		}
		if h.AskedAt.Before(wednesday.AddDate(0, -6, -1)) || h.MovedAt.After(wednesday) {
			t.Fatalf("%d is out of its six months: %+v", h.Number, h)
		}
	}
	least := map[handoff.State]int{
		handoff.Accepted: 3500, handoff.AcceptedWithRemark: 100, handoff.Declined: 20, handoff.Cancelled: 40,
		handoff.Asked: 5, handoff.Taken: 5, handoff.Delivered: 5, handoff.Returned: 1,
	}
	for _, s := range handoff.States {
		if states[s] < least[s] {
			t.Errorf("%d are %s, want at least %d", states[s], s, least[s])
		}
	}
	if late == 0 || len(orders) < 100 {
		t.Errorf("%d late, %d orders", late, len(orders))
	}
}

func told(t *testing.T, d *db.DB, c demo.Company, _ []handoff.Handoff) {
	told := map[string]int{}
	for seq := int64(0); ; {
		facts, err := fact.After(t.Context(), d, c.ID, seq, 2000)
		if err != nil {
			t.Fatal(err)
		}
		if len(facts) == 0 {
			break
		}
		for _, f := range facts {
			told[f.Kind]++
		}
		seq = facts[len(facts)-1].Seq
	}
	if told["handoff.redirected"] < 5 || told["handoff.commented"] < 100 || told["handoff.returned"] < 200 {
		t.Errorf("the log tells %v", told)
	}
}

func agreements(t *testing.T, d *db.DB, c demo.Company, all []handoff.Handoff) {
	owner := user(t, d, c, "carmen")
	links, err := link.New(d).Map(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	states := map[link.AgreementState]int{}
	for _, l := range links {
		versions, err := link.New(d).Agreements(t.Context(), owner, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range versions {
			states[g.State]++
		}
	}
	if states[link.Accepted] < 5 || states[link.Proposed] < 1 || states[link.Replaced] < 1 || states[link.Rejected] < 1 {
		t.Errorf("agreements %v", states)
	}
	held := 0
	for _, h := range all {
		if h.Agreement != "" {
			held++
		}
	}
	if held < 500 {
		t.Errorf("%d handoffs were promised by an agreement", held)
	}
}

func colleagues(t *testing.T, d *db.DB, c demo.Company, _ []handoff.Handoff) {
	people, err := org.LoadPeople(t.Context(), d, c.ID)
	if err != nil || len(people) < 15 || len(people) > 25 {
		t.Errorf("%d people, %v", len(people), err)
	}
	first := map[string]bool{}
	for _, p := range people { // "@Laura" must mean one person
		name, _, _ := strings.Cut(p.Name, " ")
		if first[name] || len(p.Places) == 0 {
			t.Errorf("%s works on %v, or has the name of somebody else", p.Name, p.Places)
		}
		first[name] = true
	}
}

// Work waits before sewing, and the more so in the last two months.
func bottleneck(t *testing.T, d *db.DB, c demo.Company, all []handoff.Handoff) {
	cal, err := setting.WorkingTime(t.Context(), d, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	before, since := map[string][]time.Duration{}, map[string][]time.Duration{}
	for _, h := range all {
		if h.Kind != handoff.Pull || h.TakenAt.IsZero() {
			continue
		}
		waits := before
		if h.AskedAt.After(demo.QueueSince(wednesday)) {
			waits = since
		}
		waits[h.ServiceName] = append(waits[h.ServiceName], cal.Elapsed(h.AskedAt.Time, h.TakenAt.Time))
	}
	if len(before["Prendas cosidas"]) < 50 || len(since["Prendas cosidas"]) < 30 {
		t.Fatalf("too little was sewn to tell: %d before, %d since", len(before["Prendas cosidas"]), len(since["Prendas cosidas"]))
	}
	for service, was := range before {
		grew := float64(median(since[service])) / float64(median(was))
		if sewing := service == "Prendas cosidas"; sewing && grew < 2.5 || !sewing && len(was) > 100 && grew > 1.6 {
			t.Errorf("the wait for %q grew %.1f times", service, grew)
		}
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	if len(d) == 0 {
		return 0
	}
	return d[len(d)/2]
}

// Patterns come back from cutting to design, mostly without their size table.
func pingPong(t *testing.T, d *db.DB, c demo.Company, _ []handoff.Handoff) {
	ctx := t.Context()
	owner := user(t, d, c, "carmen")
	s := handoff.New(d)
	chain, err := s.Chain(ctx, owner, handoff.ChainFilter{Since: wednesday.AddDate(0, -7, 0)})
	if err != nil {
		t.Fatal(err)
	}
	busy := slices.DeleteFunc(chain.Edges, func(e handoff.Edge) bool { return e.Accepted < 60 })
	worst := slices.MinFunc(busy, func(a, b handoff.Edge) int {
		return cmp.Compare(float64(a.FirstTime.K)/float64(a.Accepted), float64(b.FirstTime.K)/float64(b.Accepted))
	})
	name := chain.Tree.Name(worst.Supplier) + " → " + chain.Tree.Name(worst.Customer)
	if name != "Diseño y patronaje → Corte" {
		t.Fatalf("the worst link is %s", name)
	}
	if share := float64(worst.Returned) / float64(worst.Accepted+worst.Returned); share < .2 || share > .4 {
		t.Errorf("%d of %d came back", worst.Returned, worst.Accepted+worst.Returned)
	}
	f, err := s.LinkFigures(ctx, owner, worst.ID, wednesday.AddDate(0, -7, 0))
	if err != nil || len(f.Reasons) == 0 || f.Reasons[0].Item.Text != "Falta la tabla de tallas" || f.Reasons[0].Count*2 < f.All.Returned {
		t.Errorf("the reasons are %+v, %v", f.Reasons, err)
	}
}

// The map of the last 90 days, as the page draws it, leads with what was planted
// and accuses nobody else.
func onTheMap(t *testing.T, d *db.DB, c demo.Company, _ []handoff.Handoff) {
	ctx := i18n.With(t.Context(), "es")
	chain, err := handoff.New(d).Chain(ctx, user(t, d, c, "carmen"), handoff.ChainFilter{Since: wednesday.AddDate(0, 0, -90)})
	if err != nil {
		t.Fatal(err)
	}
	g := links.GraphOf(ctx, chain, false)
	jams := g.Jams()
	elsewhere := func(n chainmap.Node) bool { return n.Group != "Costura" || n.Wait.N < chainmap.Least }
	if len(jams) == 0 || slices.ContainsFunc(jams, elsewhere) {
		t.Errorf("work piles up at %+v", jams)
	}
	pings := g.PingPongs()
	if len(pings) != 1 {
		t.Fatalf("work goes back and forth on %+v", pings)
	}
	p := pings[0]
	if name := g.Nodes[p.From].Name + " → " + g.Nodes[p.To].Name; name != "Diseño y patronaje → Corte" {
		t.Errorf("work goes back and forth on %s", name)
	}
	if usual := g.Whole.Bounce.Share().Value(); p.Grade() != chainmap.FarBelow || p.Bounce.Share().Value() < 2*usual {
		t.Errorf("%+v, and %v elsewhere", p, usual)
	}
}

func visitors(t *testing.T, d *db.DB, c demo.Company, _ []handoff.Handoff) {
	ctx := t.Context()
	if len(c.Users) != 4 {
		t.Fatalf("%d users", len(c.Users))
	}
	accounts := account.New(d)
	for _, u := range c.Users {
		boxes(t, d, c, u, wednesday)
		a := user(t, d, c, u.Handle)
		if n, err := notify.Unread(ctx, d, a); err != nil || n == 0 {
			t.Errorf("%s: %d on the bell, %v", u.Name, n, err)
		}
		bell, err := notify.List(ctx, d, a, "", 200)
		if err != nil || !slices.IsSortedFunc(bell, func(x, y notify.Notice) int { return y.At.Compare(x.At.Time) }) {
			t.Errorf("%s: the bell is not in order of time, %v", u.Name, err)
		}
		in, err := accounts.Enter(ctx, c.ID, u.Person, "test")
		if err != nil || in.Person != u.Person {
			t.Errorf("%s does not enter with one click: %v", u.Name, err)
		}
		in, err = accounts.SignIn(ctx, account.SignIn{Email: u.Email, Password: u.Password})
		if err != nil || in.Person != u.Person {
			t.Errorf("%s does not sign in: %v", u.Name, err)
		}
	}
	owner, leader := user(t, d, c, "carmen"), user(t, d, c, "rogelio")
	if !owner.Owner || leader.Owner || len(leader.Leads) < 6 || len(user(t, d, c, "lupita").Leads) != 0 {
		t.Errorf("owner %+v, leader %+v", owner, leader)
	}
}

// boxes checks that a user owes, is owed and has to accept something, and that
// something is late.
func boxes(t *testing.T, d *db.DB, c demo.Company, u demo.User, now time.Time) {
	t.Helper()
	a, late := user(t, d, c, u.Handle), false
	for _, b := range []handoff.Box{handoff.Owe, handoff.Owed, handoff.ToAccept} {
		rows := list(t, d, a, handoff.Filter{Box: b})
		if len(rows) == 0 {
			t.Errorf("%s at %s: nothing in %s", u.Name, now, b)
		}
		for _, h := range rows {
			late = late || b == handoff.Owe && h.Late(now)
		}
	}
	if !late {
		t.Errorf("%s at %s: nothing is late", u.Name, now)
	}
}

// Whenever somebody starts the demo, there is as much open as people can see.
func TestAnyHourIsGoodToBegin(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{
		time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC),  // Saturday night there
		time.Date(2027, 1, 4, 14, 5, 0, 0, time.UTC),   // Monday morning, after the turn of the year
		time.Date(2027, 8, 31, 20, 30, 0, 0, time.UTC), // six months before is the 31st of no month
	} {
		t.Run(now.Format(time.DateTime), func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t, db.SQLite)
			c := opened(t, d, now, "es")
			for _, u := range c.Users {
				boxes(t, d, c, u, now)
			}
			owner := user(t, d, c, "carmen")
			if open := list(t, d, owner, handoff.Filter{Open: true}); len(open) < 40 || len(open) > 85 {
				t.Errorf("%d are open", len(open))
			}
			last, err := handoff.New(d).List(t.Context(), owner, handoff.Filter{Limit: 1})
			if err != nil || last.Rows[0].Number < 4000 || last.Rows[0].Number > 6000 {
				t.Errorf("%d handoffs, %v", last.Rows[0].Number, err)
			}
		})
	}
}

// A program that ends half-way, and another that begins where it ended, and
// another after that.
func TestOpeningAgainGoesOn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		d.Now = func() time.Time { return wednesday }
		if err := demo.Begin(t.Context(), d, account.New(d)); err != nil {
			t.Fatal(err)
		}
		first := opened(t, d, wednesday.Add(time.Minute), "es")
		if all, err := setting.All(t.Context(), d); err != nil || len(all) != 1 || len(first.Users) != 4 {
			t.Fatalf("%d companies, %d users, %v", len(all), len(first.Users), err)
		}
		for _, u := range first.Users {
			boxes(t, d, first, u, wednesday)
		}
		head, err := fact.Head(t.Context(), d, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		again := opened(t, d, wednesday.Add(time.Hour), "en")
		if again.ID != first.ID || again.Lang != "es" || !slices.Equal(again.Users, first.Users) {
			t.Errorf("another company: %+v", again)
		}
		if now, err := fact.Head(t.Context(), d, first.ID); err != nil || now != head {
			t.Errorf("%d facts were added, %v", now-head, err)
		}
	})
}

func TestTheExampleSpeaksEnglish(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	c := opened(t, d, wednesday, "en")
	if c.Lang != "en" || c.Users[2].Post != "Cutting" {
		t.Errorf("%+v", c)
	}
	offers, err := link.LoadOffers(context.WithoutCancel(t.Context()), d, c.ID)
	if err != nil || !slices.ContainsFunc(offers, func(o link.Offer) bool { return o.Name == "Patterns with size table" }) {
		t.Errorf("%d services, %v", len(offers), err)
	}
	titles := list(t, d, user(t, d, c, "carmen"), handoff.Filter{Text: "sew"})
	if len(titles) < 100 {
		t.Errorf("%d say sew", len(titles))
	}
}
