package clock

import (
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Replay derives the clocks of one handoff from its history, oldest event
// first. What still runs is measured until now.
//
// An event counts when it was written down. What the supplier says to have done
// earlier counts at that time once the customer has confirmed it with its
// acceptance; the asking counts when the customer says.
func Replay(events []Event, now time.Time) Account {
	p := player{Account: Account{Waits: map[Whom]time.Duration{}}}
	for i, e := range events {
		at := e.Recorded
		if e.What == Asked || (e.What == Delivered || e.What == Taken) && confirmed(events[i+1:]) {
			at = e.Happened
		}
		if at.Before(p.last) {
			at = p.last
		}
		p.last = at
		p.play(e, at)
	}
	if now.Before(p.last) {
		now = p.last
	}
	p.measure(now)
	return p.Account
}

// confirmed reports whether the customer confirms in rest what came before it:
// with the answer to the delivery under way.
func confirmed(rest []Event) bool {
	delivered := false
	for _, e := range rest {
		switch e.What {
		case Delivered:
			if delivered {
				return false
			}
			delivered = true
		case Returned, Redirected, Ended:
			return false
		case Accepted:
			return e.Confirms
		case Asked, Taken, Paused, Resumed, Retermed:
		}
	}
	return false
}

// player holds the history as far as it was played.
type player struct {
	Account

	last  time.Time
	whole tape // the clock of the one who asked
}

// leg is the one under way, or nil.
func (p *player) leg() *Leg {
	if n := len(p.Legs); n > 0 && p.Legs[n-1].End == "" {
		return &p.Legs[n-1]
	}
	return nil
}

func (p *player) play(e Event, at time.Time) {
	l := p.leg()
	if e.What == Asked || l == nil && e.What == Delivered {
		p.open(e.Terms, at)
		l = p.leg()
	}
	if l == nil {
		return // a word after the end moves no clock
	}
	switch e.What {
	case Taken:
		l.take(at)
	case Delivered:
		p.deliver(l, e, at)
	case Accepted:
		p.accept(l, at)
		l.End, l.Provisional = Accepted, false
		if e.Confirms {
			l.Said = time.Time{}
		}
	case Returned:
		p.accept(l, at)
		l.End, l.Provisional = Returned, false
		p.rework(*l, at)
	case Ended:
		p.goOn(l, at)
		l.Closed, l.End = at, Ended
	case Paused:
		p.pause(l, e, at)
	case Resumed:
		p.goOn(l, at)
	case Redirected:
		p.redirect(l, e, at)
	case Retermed:
		p.reterm(l, e, at)
	case Asked:
	}
}

// open begins a leg of another supplier.
func (p *player) open(t *Terms, at time.Time) {
	l := Leg{Opened: at}
	if t != nil {
		l.Terms = *t
	}
	l.tape = tape{hours: l.Hours, from: at}
	l.TakeDue = l.takeDue()
	if len(p.Legs) == 0 {
		p.whole = l.tape
		p.Whole.From = at
	}
	p.Legs = append(p.Legs, l)
}

// takeDue is when somebody has to begin: no pause holds it, and it is never
// later than when the work is promised.
func (l *Leg) takeDue() time.Time {
	t := tape{hours: l.Hours, from: l.Opened}
	take, deliver := t.due(l.Take), t.due(l.Deliver)
	if !deliver.IsZero() && take.After(deliver) {
		return deliver
	}
	return take
}

// take notes the first response. No pause holds its clock.
func (l *Leg) take(at time.Time) {
	if !l.Taken.IsZero() || l.Rework {
		return
	}
	l.Taken, l.Took = at, kept(at, l.TakeDue)
}

func kept(at, due time.Time) Result {
	switch {
	case due.IsZero():
		return None
	case at.After(due):
		return Missed
	}
	return Met
}

func (p *player) deliver(l *Leg, e Event, at time.Time) {
	p.goOn(l, at)
	l.take(at)
	l.Delivered, l.Provisional = at, true
	if e.Happened.Before(at) && e.Happened.Before(e.Recorded) {
		l.Said = e.Happened
	}
	l.Result = kept(at, l.tape.due(l.Deliver))
	if h := l.customer(); h != nil && e.AcceptDays > 0 {
		if due, err := h.AddDays(at, e.AcceptDays); err == nil {
			l.AcceptDue = due
		}
	}
	p.Whole.Delivered = at
}

func (l Leg) customer() *calendar.Calendar {
	if l.Terms.Customer != nil {
		return l.Terms.Customer
	}
	return l.Hours
}

// accept ends the time that the customer had the delivery before it.
func (p *player) accept(l *Leg, at time.Time) {
	l.Closed = at
	l.Accepting = between(l.customer(), l.Delivered, at)
	p.Waits[Customer] += l.Accepting
}

func between(c *calendar.Calendar, from, until time.Time) time.Duration {
	if c == nil || from.IsZero() || !until.After(from) {
		return 0
	}
	return c.Elapsed(from, until)
}

// rework opens a leg of the same supplier: the clock of the one before goes on,
// without the time that the customer had it.
func (p *player) rework(was Leg, at time.Time) {
	l := Leg{Terms: was.Terms, Rework: true, Opened: at, tape: was.tape}
	if !was.Delivered.IsZero() {
		l.tape.stop(was.Delivered)
		l.tape.goOn(at)
		p.whole.stop(was.Delivered)
		p.whole.goOn(at)
	}
	p.Whole.Delivered = time.Time{}
	p.Legs = append(p.Legs, l)
}

// pause stops the clock. Of a pause within a pause only the reason is new.
func (p *player) pause(l *Leg, e Event, at time.Time) {
	if !l.Delivered.IsZero() {
		return
	}
	p.goOn(l, at)
	l.Pauses = append(l.Pauses, Pause{From: at, On: e.On, Who: e.Who, Reason: e.Reason})
	l.tape.stop(at)
	if e.On == Customer {
		p.whole.stop(at)
	}
}

// goOn ends a pause, if one lasts.
func (p *player) goOn(l *Leg, at time.Time) {
	n := len(l.Pauses)
	if n == 0 || !l.Pauses[n-1].Until.IsZero() {
		return
	}
	l.Pauses[n-1].Until = at
	l.tape.goOn(at)
	p.whole.goOn(at)
}

// redirect closes a leg with its own result, and opens the next.
func (p *player) redirect(l *Leg, e Event, at time.Time) {
	p.goOn(l, at)
	if l.Taken.IsZero() && !l.Rework {
		l.Took = kept(at, l.TakeDue) // to pass it on is an answer too
	}
	l.Result = kept(at, l.tape.due(l.Deliver))
	l.Closed, l.End = at, Redirected
	p.open(e.Terms, at)
}

// reterm puts other terms on the leg under way; its history stays.
func (p *player) reterm(l *Leg, e Event, at time.Time) {
	if e.Terms == nil || !l.Delivered.IsZero() {
		return
	}
	l.Terms = *e.Terms
	l.tape.hours = l.Hours
	if l.Taken.IsZero() && !l.Rework {
		l.TakeDue = l.takeDue()
	}
}

// measure works out what depends on how far time has come.
func (p *player) measure(now time.Time) {
	for i := range p.Legs {
		l := &p.Legs[i]
		end := l.Closed
		switch {
		case !l.Delivered.IsZero():
			end = l.Delivered
		case end.IsZero():
			end = now
		}
		l.Used = l.tape.used(end)
		l.Due = l.tape.due(l.Deliver)
		l.Planned = l.tape.running().due(l.Deliver)
		if l.Provisional {
			l.Accepting = between(l.customer(), l.Delivered, now)
			p.Waits[Customer] += l.Accepting
		}
		for n := range l.Pauses {
			p.price(l, &l.Pauses[n], now)
		}
	}
	if len(p.Legs) == 0 {
		return
	}
	w := &p.Whole
	w.Due = p.whole.due(p.Legs[0].Deliver)
	end := w.Delivered
	if last := p.Legs[len(p.Legs)-1]; end.IsZero() && !last.Closed.IsZero() {
		end = last.Closed
	} else if end.IsZero() {
		end = now
	}
	w.Used = p.whole.used(end)
	if !w.Delivered.IsZero() {
		w.Result = kept(w.Delivered, w.Due)
	}
}

// price says what a pause cost whom.
func (p *player) price(l *Leg, x *Pause, now time.Time) {
	end := x.Until
	if end.IsZero() {
		end = now
	}
	x.Held = between(l.Hours, x.From, end)
	x.Cost = x.Held // the hours of others are not known
	if x.On == Customer {
		x.Cost = between(l.customer(), x.From, end)
	}
	p.Waits[x.On] += x.Cost
}
