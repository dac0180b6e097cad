package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/route"
)

// The company that is measured: eight teams of eight people do most of the work,
// and a wide net of other posts the rest.
const (
	teams     = 8
	staff     = 8 * teams
	nodes     = 500
	links     = 3000
	openShare = 0.2
	months    = 12
)

// company is what the requests need to know of it.
type company struct {
	w        *fixture.Company
	posts    []id.Node
	offers   []link.Offer
	workers  []worker
	handoffs int
	voice
}

type worker struct {
	actor  authz.Actor
	post   int
	cookie string
}

// seed founds the company and gives it n handoffs of a year.
func seed(t *testing.T, dsn string, n int) *company {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, dsn)
	must(t, err)
	defer d.Close()
	must(t, app.Migrate(ctx, d))
	c := &company{w: fixture.New(t, d, 1), handoffs: n}
	c.build(t, d, min(nodes, max(2*teams, n/10)))
	rng := rand.New(rand.NewPCG(7, 11))
	pairs := c.pairs(rng, min(links, max(teams, n/20)))
	begin := d.Now().AddDate(0, -months, 0).Truncate(time.Second)
	step := (d.Now().Sub(begin) / time.Duration(n+1)).Truncate(time.Millisecond)
	const batch = 1000
	for done := 0; done < n; done += batch {
		pasts := make([]handoff.Past, 0, batch)
		for i := done; i < min(n, done+batch); i++ {
			pasts = append(pasts, c.past(rng, pairs, i, begin.Add(time.Duration(i)*step), step))
		}
		must(t, d.InTx(ctx, c.w.ID, func(tx *db.Tx) error { return c.w.Handoffs.Record(ctx, tx, pasts) }))
	}
	c.agree(t, d)
	c.speak(t, d, n)
	c.catchUp(t, d)
	return c
}

// catchUp does what the server would have done long ago, so that it is not
// measured.
func (c *company) catchUp(t *testing.T, d *db.DB) {
	t.Helper()
	for _, f := range slices.Concat(app.Followers(), app.Consequences(), []fact.Follower{route.New(d, c.w.Handoffs).Follower()}) {
		must(t, f.CatchUp(context.Background(), d))
	}
}

// agree gives each link on which the requests ask an agreement in force.
func (c *company) agree(t *testing.T, d *db.DB) {
	t.Helper()
	ctx, links := context.Background(), link.New(d)
	for post := range teams {
		l, err := links.Declare(ctx, c.w.Ana, c.posts[post], c.posts[(post+1)%teams])
		must(t, err)
		g, err := links.Propose(ctx, c.w.Ana, link.Propose{
			Link: l.ID, Service: c.offers[post].ID, Terms: link.Terms{Take: 2 * time.Hour, Deliver: 16 * time.Hour, Target: 95},
			Requirements: []link.Item{{Text: "Completo"}, {Text: "Etiquetado"}, {Text: "Doblado"}},
		})
		must(t, err)
		_, err = links.Decide(ctx, c.w.Ana, g.ID, link.Accepted)
		must(t, err)
	}
}

// build adds the posts with a service each, and the staff with their sessions.
func (c *company) build(t *testing.T, d *db.DB, n int) {
	t.Helper()
	ctx := context.Background()
	area := make([]org.Node, 0, n)
	offers := make([]link.Offer, 0, n)
	for i := range n {
		node := org.Node{ID: id.New[id.Node](), Kind: org.Post, Name: fmt.Sprintf("Equipo %d", i+1), Parent: c.w.Making}
		area = append(area, node)
		c.posts = append(c.posts, node.ID)
		offers = append(offers, link.Offer{
			ID: id.New[id.Service](), Node: node.ID, Kind: link.Product, Name: fmt.Sprintf("Trabajo del equipo %d", i+1), Unit: "piezas",
			Requirements: []link.Item{{ID: "1", Text: "Completo"}, {ID: "2", Text: "Etiquetado"}},
			Reasons:      []link.Item{{ID: "1", Text: "Medida equivocada"}, {ID: "2", Text: "Manchado"}},
			Terms:        link.Terms{Take: 4 * time.Hour, Deliver: 24 * time.Hour, Target: 90}, Version: 1,
		})
	}
	c.offers = offers
	must(t, d.InTx(ctx, c.w.ID, func(tx *db.Tx) error {
		if err := org.AddNodes(ctx, tx, c.w.Ana.Person, area...); err != nil {
			return err
		}
		return link.AddOffers(ctx, tx, c.w.Ana.Person, offers...)
	}))
	accounts := account.New(d)
	for i := range staff {
		post := i % teams
		p, err := c.w.Org.AddPerson(ctx, c.w.Ana, org.Person{
			Name: fmt.Sprintf("Persona %d Apellido", i+1), Email: fmt.Sprintf("p%d@taller.test", i+1), Lang: "es",
			Places: []org.Place{{Node: c.posts[post]}},
		})
		must(t, err)
		must(t, d.InTx(ctx, c.w.ID, func(tx *db.Tx) error {
			return account.Seat(ctx, tx, account.Locked(p.Email), p.ID)
		}))
		s, err := accounts.Enter(ctx, c.w.ID, p.ID, "bench")
		must(t, err)
		a, err := org.Actor(ctx, d, c.w.ID, p.ID)
		must(t, err)
		c.workers = append(c.workers, worker{actor: a, post: post, cookie: s.Cookie})
	}
}

// pairs draws the net: who asks whom.
func (c *company) pairs(rng *rand.Rand, n int) [][2]int {
	seen := map[[2]int]bool{}
	var out [][2]int
	add := func(p [2]int) {
		if p[0] != p[1] && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	for i := range teams {
		add([2]int{i, (i + 1) % teams})
	}
	for len(out) < n {
		add([2]int{rng.IntN(len(c.posts)), rng.IntN(len(c.posts))})
		if len(seen) >= len(c.posts)*(len(c.posts)-1) {
			break
		}
	}
	return out
}

var words = []string{
	"camisa", "pantalón", "azul", "blanca", "talla", "manga", "cuello", "botón", "etiqueta", "lote", "muestra", "tela",
	"forro", "bolsillo", "costura", "planchado", "urgente", "reposición", "uniforme", "escolar",
}

// past tells the life of handoff i: most of it ends, and one in eight comes
// back once.
func (c *company) past(rng *rand.Rand, pairs [][2]int, i int, at time.Time, step time.Duration) handoff.Past {
	pair := pairs[i%teams]
	if rng.IntN(5) == 0 {
		pair = pairs[rng.IntN(len(pairs))]
	}
	by := c.workers[rng.IntN(len(c.workers))].actor.Person
	p := handoff.Past{
		Kind: handoff.Pull, By: by, Ask: handoff.Ask{
			Service: c.offers[pair[0]].ID, Customer: c.posts[pair[1]], Quantity: float64(1 + rng.IntN(200)),
			Title: fmt.Sprintf("%s %s %s %d", words[rng.IntN(len(words))], words[rng.IntN(len(words))], words[rng.IntN(len(words))], i),
			Order: fmt.Sprintf("P-%05d", i/20), HappenedAt: at,
		},
	}
	d := step / 10
	add := func(to handoff.State, in handoff.Step) {
		at = at.Add(d)
		in.HappenedAt = at
		p.Steps = append(p.Steps, handoff.PastStep{Kind: handoff.EventKind(to), By: by, Step: in})
	}
	if rng.Float64() < openShare {
		if rng.IntN(2) == 0 {
			add(handoff.Taken, handoff.Step{})
		}
		return p
	}
	if rng.IntN(40) == 0 {
		add(handoff.Declined, handoff.Step{Note: "No hay material"})
		return p
	}
	add(handoff.Taken, handoff.Step{})
	add(handoff.Delivered, handoff.Step{Checks: []string{"1", "2"}})
	if rng.IntN(8) == 0 {
		add(handoff.Returned, handoff.Step{Quantity: 1, Reason: "1"})
		add(handoff.Delivered, handoff.Step{})
	}
	add(handoff.Accepted, handoff.Step{})
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
