package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// How much is open at once: below fewest somebody asks for something, above
// most somebody finishes something first.
const (
	fewest = 45
	most   = 85
)

// How long the colleagues rest between two acts.
const (
	restAtLeast = 3 * time.Second
	restAtMost  = 9 * time.Second
)

// Run lets the colleagues work until ctx ends, one act after each tick of
// rest; nil rests some seconds each time. It never acts as a one-click user.
func Run(ctx context.Context, d *db.DB, c Company, rest func() <-chan time.Time) error {
	l, err := NewLife(ctx, d, c)
	if err != nil {
		return err
	}
	if rest == nil {
		rest = l.rest
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-rest():
		}
		if err := l.Step(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "example company rests", "company", c.ID, "err", err)
		}
	}
}

func (l *Life) rest() <-chan time.Time {
	return time.After(restAtLeast + rand.N(restAtMost-restAtLeast)) //nolint:gosec // nobody gains by guessing it
}

// Life is the work that goes on in the example company. It is for one
// goroutine.
type Life struct {
	teller
	d        *db.DB
	company  id.Company
	owner    id.Person
	handoffs *handoff.Service
	queue    []leg // what comes next for what was accepted
	number   int   // of the last order that we know of
}

// NewLife returns the life of the company c of d.
func NewLife(ctx context.Context, d *db.DB, c Company) (*Life, error) {
	l := &Life{d: d, company: c.ID, handoffs: handoff.New(d)}
	l.rng = rand.New(rand.NewPCG(seed, uint64(d.Now().UnixNano()))) //nolint:gosec // a story, not a secret
	return l, l.look(ctx)
}

// look sees the company as it is now: a visitor may have changed it.
func (l *Life) look(ctx context.Context) error {
	c, err := setting.Get(ctx, l.d, l.company)
	if err != nil {
		return err
	}
	l.h, err = load(ctx, l.d, c)
	return err
}

// Step does one act. What a visitor was faster with, or has just forbidden, is
// no error: the colleagues turn to something else the next time.
func (l *Life) Step(ctx context.Context) error {
	err := l.step(ctx)
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return nil
	}
	return err
}

func (l *Life) step(ctx context.Context) error {
	if err := l.look(ctx); err != nil {
		return err
	}
	open, err := l.open(ctx)
	if err != nil {
		return err
	}
	for _, h := range open {
		l.heard(h.Order)
	}
	if n := len(open); n < fewest || n < most && l.chance(.7*float64(most-n)/(most-fewest)) {
		return l.begin(ctx, open)
	}
	return l.goOn(ctx, open)
}

// heard notes the number of an order, so that the next has a later one.
func (l *Life) heard(order string) {
	var year, n int
	if _, err := fmt.Sscanf(order, "P-%d-%d", &year, &n); err == nil && year == l.d.Now().Year() {
		l.number = max(l.number, n)
	}
}

func (l *Life) as(ctx context.Context, p id.Person) (authz.Actor, error) {
	return org.Actor(ctx, l.d, l.company, p)
}

// open returns what is open in the company, the soonest due first. It looks
// with the eyes of one colleague after another would; any may read everything.
func (l *Life) open(ctx context.Context) (board, error) {
	a, err := l.as(ctx, pick(l.teller, l.h.team))
	if err != nil {
		return nil, err
	}
	page, err := l.handoffs.List(ctx, a, handoff.Filter{Open: true, Limit: handoff.MostRows})
	return page.Rows, err
}

// board is what is open.
type board []handoff.Handoff

// count says how many rows fit.
func (b board) count(fits func(handoff.Handoff) bool) int {
	n := 0
	for _, h := range b {
		if fits(h) {
			n++
		}
	}
	return n
}

func (b board) owes(n id.Node) int {
	return b.count(func(h handoff.Handoff) bool { return h.Supplier == n && h.State != handoff.Delivered })
}

func (b board) owed(n id.Node) int {
	return b.count(func(h handoff.Handoff) bool { return h.Customer == n && h.State != handoff.Delivered })
}

func (b board) arrived(n id.Node) int {
	return b.count(func(h handoff.Handoff) bool { return h.Customer == n && h.State == handoff.Delivered })
}

// begin asks for something, or hands something on.
func (l *Life) begin(ctx context.Context, open board) error {
	const mostOfOne = 5 // for somebody who may never come to do it
	leg, ok := l.next()
	o := l.h.offers[leg.service]
	if !ok || o.ID == "" {
		return nil
	}
	end := l.h.nodes[leg.customer]
	if leg.push {
		end = o.Node
	}
	if len(l.h.colleagues(o.Node)) == 0 && open.owes(o.Node) >= mostOfOne ||
		len(l.h.colleagues(l.h.nodes[leg.customer])) == 0 && open.arrived(l.h.nodes[leg.customer]) >= mostOfOne {
		return nil
	}
	who := l.h.colleagues(end)
	if len(who) == 0 {
		return nil
	}
	a, err := l.as(ctx, pick(l.teller, who))
	if err != nil {
		return err
	}
	in := l.ask(leg)
	if leg.push {
		_, err = l.handoffs.HandOn(ctx, a, in, l.delivery(leg.service, leg.about, in.Title))
		return err
	}
	in.Assignee = l.visitor(o.Node, open)
	_, err = l.handoffs.Ask(ctx, a, in)
	return err
}

// visitor returns now and then a one-click user of a node for whom work is to
// be, as long as it has little of its own.
func (l *Life) visitor(n id.Node, open board) id.Person {
	const few = 3
	for _, p := range l.h.on[l.h.keys[n]] {
		mine := open.count(func(h handoff.Handoff) bool { return h.Assignee == p && h.State != handoff.Delivered })
		if l.h.visitors[p] && mine < few && l.chance(.4) {
			return p
		}
	}
	return ""
}

// next returns what comes next: what follows from what was accepted, or else
// something that people ask on any day.
func (l *Life) next() (leg, bool) {
	if n := len(l.queue); n > 0 && l.chance(.75) {
		out := l.queue[0]
		l.queue = l.queue[1:]
		return out, true
	}
	all := ordersPerDay
	for _, e := range errands {
		all += e.perDay
	}
	customer := outside[l.rng.IntN(len(outside))]
	at := l.rng.Float64() * all
	for _, e := range errands {
		if at -= e.perDay; at < 0 {
			about := l.work(customer, "", 10*(2+l.rng.IntN(20)))
			return leg{service: e.service, customer: pick(l.teller, e.customers), push: e.push, about: about}, true
		}
	}
	l.number++
	about := l.work(customer, reference(l.d.Now().Year(), l.number), 10*(4+l.rng.IntN(20)))
	return leg{service: "cotizacion", customer: customer, about: about}, true
}

func (l *Life) ask(g leg) handoff.Ask {
	o := l.h.offers[g.service]
	title, nth := l.title(g)
	in := handoff.Ask{
		Service: o.ID, Customer: l.h.nodes[g.customer], Title: title, Order: g.about.order,
		Answers: l.answers(g, title, nth, l.d.Now()),
	}
	if l.chance(.08) {
		in.Priority = handoff.High
	}
	in.Quantity = l.quantity(g)
	return in
}

func (l *Life) delivery(service string, about work, title string) handoff.Step {
	in := handoff.Step{Checks: l.checks(l.h.offers[service].Requirements)}
	if done := l.h.story.says[kind(service)].done; len(done) > 0 && l.chance(.35) {
		in.Note = l.tell(pick(l.teller, done), about, title)
	}
	return in
}

// followed says what comes after a service was accepted.
var followed = map[string][]leg{
	"cotizacion": {{service: "pedido", customer: "produccion", push: true}},
	"pedido":     {{service: "programa", customer: "ventas"}},
	"programa":   {{service: "patrones", customer: "corte"}, {service: "surtido", customer: "corte"}},
	"patrones":   {{service: "corte", customer: lines[0]}},
	"corte":      {{service: lines[0], customer: "acabado"}},
	"costura":    {{service: "acabado", customer: "calidad", push: true}},
	"acabado":    {{service: "liberacion", customer: "despacho", push: true}},
	"liberacion": {{service: "entrega", customer: outside[0], push: true}},
	"entrega":    {{service: "factura", customer: outside[0], push: true}},
}

// follow lines up what comes after h was accepted, for the same order.
func (l *Life) follow(ctx context.Context, a authz.Actor, h handoff.Handoff) error {
	const longest = 40
	legs := followed[kind(l.h.services[h.Service])]
	if h.Order == "" || len(legs) == 0 || len(l.queue) > longest {
		return nil
	}
	about := l.about(h)
	all, err := l.handoffs.Order(ctx, a, h.Order)
	if err != nil {
		return err
	}
	for _, other := range all.Handoffs {
		if key := l.h.keys[other.Customer]; slices.Contains(outside, key) {
			about.customer = key
		}
	}
	for _, g := range legs {
		g.about = about
		switch {
		case slices.Contains(outside, g.customer):
			g.customer = about.customer
		case g.customer == lines[0]: // whichever line is free
			g.customer = lines[l.rng.IntN(len(lines))]
		case g.service == lines[0] && slices.Contains(lines, l.h.keys[h.Customer]): // the line that got the pieces
			g.service = l.h.keys[h.Customer]
		}
		l.queue = append(l.queue, g)
	}
	return nil
}
