package demo

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// goOn lets somebody go on with something open: mostly what is due first.
func (l *Life) goOn(ctx context.Context, open board) error {
	if l.chance(.07) {
		return l.speak(ctx, open)
	}
	first := int(math.Abs(l.rng.NormFloat64()) * float64(len(open)) / 3)
	for i := range open {
		h := open[(first+i)%len(open)]
		if who, ok := l.whoActs(h, open); ok {
			return l.act(ctx, h, who)
		}
	}
	return nil
}

// whoActs returns the colleague whose turn it is with h. What is for a
// one-click user waits for it, and each of their boxes keeps something.
func (l *Life) whoActs(h handoff.Handoff, open board) (id.Person, bool) {
	end := h.Supplier
	if h.State == handoff.Delivered {
		end = h.Customer
	}
	who := l.h.colleagues(end)
	if len(who) == 0 {
		return "", false
	}
	if h.State == handoff.Delivered {
		if l.h.visitors[h.AskedBy] || l.visited(h.Customer) && open.arrived(h.Customer) < 2 {
			return "", false
		}
		if slices.Contains(who, h.AskedBy) {
			return h.AskedBy, true
		}
		return pick(l.teller, who), true
	}
	if l.h.visitors[h.Assignee] || l.visited(h.Supplier) && open.owes(h.Supplier) < 2 ||
		l.visited(h.Customer) && open.owed(h.Customer) < 2 {
		return "", false
	}
	if h.State == handoff.Asked && kind(l.h.services[h.Service]) == "costura" && l.chance(.6) {
		return "", false // work waits before sewing, here as in the past
	}
	if slices.Contains(who, h.Assignee) {
		return h.Assignee, true
	}
	return pick(l.teller, who), true
}

// visited reports whether a one-click user works on n.
func (l *Life) visited(n id.Node) bool {
	return slices.ContainsFunc(l.h.on[l.h.keys[n]], func(p id.Person) bool { return l.h.visitors[p] })
}

// act takes h one step on.
func (l *Life) act(ctx context.Context, h handoff.Handoff, who id.Person) error {
	a, err := l.as(ctx, who)
	if err != nil {
		return err
	}
	service := l.h.services[h.Service]
	usual := habits[kind(service)]
	in := handoff.Step{Handoff: h.ID, Version: h.Version}
	to := handoff.Delivered
	switch {
	case h.State == handoff.Asked && l.chance(usual.decline):
		to, in.Note = handoff.Declined, pick(l.teller, l.h.story.declines)
	case h.State == handoff.Asked && l.chance(.85):
		to = handoff.Taken
	case h.State == handoff.Delivered:
		to, in = l.judge(h, in, service, usual)
	default:
		done := l.delivery(service, l.about(h), h.Title)
		in.Checks, in.Note = done.Checks, done.Note
	}
	if _, err := l.handoffs.Move(ctx, a, to, in); err != nil {
		return err
	}
	if to == handoff.Accepted || to == handoff.AcceptedWithRemark {
		return l.follow(ctx, a, h)
	}
	return nil
}

// judge decides how the customer likes what was delivered.
func (l *Life) judge(h handoff.Handoff, in handoff.Step, service string, usual habit) (handoff.State, handoff.Step) {
	in.Behalf = judgement(leg{customer: l.h.keys[h.Customer]}).Behalf
	offer := l.h.offers[service]
	if l.chance(usual.back/float64(h.Rounds)) && len(offer.Reasons) > 0 {
		first := .4
		if service == "patrones" {
			first = .8
		}
		in.Reason, in.Note = l.reason(service, offer.Reasons, first)
		if h.Delivered >= 1 {
			in.Quantity = 1 + float64(l.rng.IntN(1+int(h.Delivered)/12))
		}
		return handoff.Returned, in
	}
	if l.chance(usual.remark) {
		in.Note = pick(l.teller, l.h.story.remarks)
		return handoff.AcceptedWithRemark, in
	}
	return handoff.Accepted, in
}

// speak lets somebody of one end say something to the other.
func (l *Life) speak(ctx context.Context, open board) error {
	if len(open) == 0 {
		return nil
	}
	h := pick(l.teller, open)
	from, to := l.h.colleagues(h.Customer), l.h.on[l.h.keys[h.Supplier]]
	if h.State == handoff.Delivered {
		from, to = l.h.colleagues(h.Supplier), l.h.on[l.h.keys[h.Customer]]
	}
	if len(from) == 0 || len(to) == 0 {
		return nil
	}
	who, whom := pick(l.teller, from), pick(l.teller, to)
	if h.Assignee != "" && slices.Contains(to, h.Assignee) {
		whom = h.Assignee
	}
	if who == whom {
		return nil
	}
	a, err := l.as(ctx, who)
	if err != nil {
		return err
	}
	note, _ := l.comment(whom)
	_, err = l.handoffs.Comment(ctx, a, h.ID, note, nil)
	return err
}

// about tells from a handoff what is being made, as far as its words say.
func (l *Life) about(h handoff.Handoff) work {
	customer := l.h.keys[h.Customer]
	if !slices.Contains(outside, customer) {
		customer = pick(l.teller, outside)
	}
	pieces := int(h.Quantity)
	if pieces == 0 || l.h.services[h.Service] == "surtido" {
		pieces = 10 * (4 + l.rng.IntN(8))
	}
	w := l.work(customer, h.Order, pieces)
	for _, g := range l.h.story.garments {
		if strings.Contains(h.Title, g.name) {
			known := l.h.story.things
			w.things["model"], w.things["fabric"] = g.name, known["fabric"][g.fabric]
			w.things["colour"] = known["colour"][pick(l.teller, g.colours)]
		}
	}
	return w
}
