package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// historian makes up the past of the company, working hour by working hour.
// What would come after now is left out, and so stays open.
type historian struct {
	teller
	agreed promises
	begins time.Time
	now    time.Time
	pasts  []handoff.Past
	year   int // of the last order
	number int // of it in its year
}

func newHistorian(h *house, agreed promises, now time.Time) *historian {
	return &historian{
		teller: teller{h, rand.New(rand.NewPCG(seed, seed))}, //nolint:gosec // a story needs the same chance each time, not a secret one
		agreed: agreed, begins: begins(now), now: now, number: 180,
	}
}

// leg is one handoff to come: who does what for whom.
type leg struct {
	service, customer string // keys
	push              bool
	astray            bool // it is asked of the wrong post
	about             work
}

// after returns the moment at which about so many working hours have passed.
func (w *historian) after(t time.Time, hours float64) time.Time {
	const spread = 0.55
	d := hours * math.Exp(spread*w.rng.NormFloat64())
	return w.exactly(t, d)
}

func (w *historian) exactly(t time.Time, hours float64) time.Time {
	out, err := w.h.cal.Add(t, max(time.Minute, time.Duration(hours*float64(time.Hour)).Truncate(time.Second)))
	if err != nil {
		return w.now.AddDate(1, 0, 0) // never, as far as this story goes
	}
	return out
}

// telling is a past in the making.
type telling struct {
	handoff.Past
	w *historian
	t time.Time // of the last step
}

// step adds a step at the time of the telling, if that is not still to come.
func (p *telling) step(kind handoff.EventKind, by id.Person, in handoff.Step) *handoff.PastStep {
	if p.t.After(p.w.now) {
		return &handoff.PastStep{} // nobody will see it
	}
	in.HappenedAt = p.t.Truncate(time.Microsecond) // as it is kept, or it may lie after itself
	p.Steps = append(p.Steps, handoff.PastStep{Kind: kind, By: by, Step: in})
	return &p.Steps[len(p.Steps)-1]
}

func (p *telling) wait(hours float64) { p.t = p.w.after(p.t, hours) }

// begin begins to tell a leg, asked at t.
func (w *historian) begin(t time.Time, l leg) *telling {
	o := w.h.offers[l.service]
	p := &telling{w: w, t: t, Past: handoff.Past{Kind: handoff.Pull}}
	p.By = pick(w.teller, w.h.on[l.customer])
	if l.push {
		p.Kind, p.By = handoff.Push, w.doer(l.service)
	}
	title, nth := w.title(l)
	p.Promise = w.agreed.at(o, w.h.nodes[l.customer], t)
	p.Ask = handoff.Ask{
		Service: o.ID, Customer: w.h.nodes[l.customer], Title: title, Order: l.about.order, HappenedAt: t.Truncate(time.Microsecond),
		Answers: w.answers(l, title, nth, t),
	}
	p.Ask.Quantity = w.quantity(l)
	w.adorn(&p.Ask, t)
	return p
}

// adorn adds what people add now and then: urgency, a date, a tag.
func (w *historian) adorn(in *handoff.Ask, t time.Time) {
	switch r := w.rng.Float64(); {
	case r < .03:
		in.Priority = handoff.Urgent
	case r < .12:
		in.Priority = handoff.High
	}
	if w.chance(.15) {
		in.NeedBy = w.exactly(t, 9*float64(1+w.rng.IntN(5)))
	}
}

// pass tells one leg from the asking to the end, and returns when it was
// accepted, and whether it was by now.
func (w *historian) pass(t time.Time, l leg) (done time.Time, ok bool) {
	if t.After(w.now) {
		return t, false
	}
	if other := w.h.offers[misdirected[l.service]]; other.ID != "" && other.Node != w.h.nodes[l.customer] {
		l.astray = l.about.order == "" && w.chance(.06)
	}
	p, usual := w.begin(t, l), habits[kind(l.service)]
	ended := w.serve(p, &l, usual)
	if !ended {
		w.judge(p, l, usual)
	}
	w.pasts = append(w.pasts, p.Past)
	return p.t, !ended && !p.t.After(w.now)
}

// serve tells a leg up to its first delivery, unless it ends before. Who was
// asked by mistake passes it on: then the leg is of another service.
func (w *historian) serve(p *telling, l *leg, usual habit) (ended bool) {
	if l.push {
		w.deliver(p, *l, p.By)
		return false
	}
	if w.chance(usual.cancel) {
		p.wait(usual.take / 2)
		p.step(handoff.EventKind(handoff.Cancelled), p.By, handoff.Step{Note: pick(w.teller, w.h.story.cancels)})
		return true
	}
	doer := w.doer(l.service)
	p.wait(usual.take * queue(l.service, p.t, w.now))
	if w.chance(usual.decline) {
		p.step(handoff.EventKind(handoff.Declined), doer, handoff.Step{Note: pick(w.teller, w.h.story.declines)})
		return true
	}
	if l.astray {
		other := w.h.offers[misdirected[l.service]]
		p.step(handoff.Redirected, doer, handoff.Step{Note: pick(w.teller, w.h.story.redirs)}).To = other.ID
		l.service = w.h.services[other.ID]
		doer = w.doer(l.service)
		p.wait(usual.take)
	}
	if w.chance(.88) { // on the shop floor some deliver without a click before
		p.step(handoff.EventKind(handoff.Taken), doer, handoff.Step{})
	}
	w.talk(p, p.By, doer)
	p.wait(usual.work)
	w.deliver(p, *l, doer)
	return false
}

// misdirected says to whom things go that were asked of the wrong post.
var misdirected = map[string]string{"soporte": "reparacion", "compra": "avios"}

// doer picks who serves: somebody of the node that offers the service.
func (w *historian) doer(service string) id.Person {
	return pick(w.teller, w.h.on[w.h.keys[w.h.offers[service].Node]])
}

func (w *historian) deliver(p *telling, l leg, doer id.Person) {
	in := handoff.Step{Checks: w.checks(w.h.offers[l.service].Requirements)}
	if w.chance(.35) {
		in.Note = w.tell(pick(w.teller, w.h.story.says[kind(l.service)].done), l.about, p.Ask.Title)
	}
	p.step(handoff.EventKind(handoff.Delivered), doer, in)
}

// talk lets the two ends exchange a word now and then.
func (w *historian) talk(p *telling, a, b id.Person) {
	if !w.chance(.07) || a == b {
		return
	}
	p.wait(.4)
	note, mentions := w.comment(b)
	p.step(handoff.Commented, a, handoff.Step{Note: note}).Mentions = mentions
	if w.chance(.6) {
		p.wait(.3)
		note, mentions = w.comment(a)
		p.step(handoff.Commented, b, handoff.Step{Note: note}).Mentions = mentions
	}
}

// judge tells how the customer got on with what was delivered.
func (w *historian) judge(p *telling, l leg, usual habit) {
	const mostRounds = 4
	back := usual.back
	for round := 1; round < mostRounds; round++ {
		p.wait(usual.accept)
		if !w.chance(back) {
			break
		}
		w.returned(p, l)
		p.wait(usual.work * .5)
		w.deliver(p, l, w.doer(l.service))
		back *= .5
	}
	in := judgement(l)
	if w.chance(usual.remark) {
		in.Note = pick(w.teller, w.h.story.remarks)
		p.step(handoff.EventKind(handoff.AcceptedWithRemark), w.judges(p, l), in)
		return
	}
	p.step(handoff.EventKind(handoff.Accepted), w.judges(p, l), in)
}

func (w *historian) returned(p *telling, l leg) {
	first := .4
	if l.service == "patrones" {
		first = .8
	}
	in := judgement(l)
	in.Reason, in.Note = w.reason(l.service, w.h.offers[l.service].Reasons, first)
	if p.Ask.Quantity > 0 {
		in.Quantity = 1 + float64(w.rng.IntN(max(1, int(p.Ask.Quantity)/12)))
		for _, s := range p.Steps { // never more than came the last time
			if s.Kind == handoff.EventKind(handoff.Returned) {
				in.Quantity = min(in.Quantity, s.Step.Quantity)
			}
		}
	}
	p.step(handoff.EventKind(handoff.Returned), w.judges(p, l), in)
	w.talk(p, p.By, w.doer(l.service))
}

// judgement begins a step of the customer; one outside speaks by phone.
func judgement(l leg) handoff.Step {
	return handoff.Step{Behalf: handoff.Behalf{Name: contacts[l.customer]}}
}

// judges returns who accepts or returns: mostly who asked.
func (w *historian) judges(p *telling, l leg) id.Person {
	if p.Kind == handoff.Pull && w.chance(.85) {
		return p.By
	}
	return pick(w.teller, w.h.on[l.customer])
}
