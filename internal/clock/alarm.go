package clock

import "time"

// Alarms are the moments of a leg on which somebody has to be told, in order.
// A moment that will not come is zero.
type Alarms struct {
	Soon time.Time // most of the time is used
	Due  time.Time
	Late time.Time // it is overdue by so much that a leader should know
	Last time.Time // and by so much that the one above should
}

// How a promise is watched.
const (
	soonShare = 4 // the last quarter of the time
	lateShare = 4 // a quarter of the promise over it
	leastLate = time.Hour
)

// Alarms returns the moments on which a leg has to be looked at: those of the
// delivery while the supplier has it, those of the acceptance afterwards (Soon
// is more than a working day before, Due is when it counts as
// accepted). A pause has none.
func (l Leg) Alarms() Alarms {
	_, paused := l.Paused()
	switch {
	case l.End != "" || paused:
		return Alarms{}
	case !l.Delivered.IsZero():
		return l.acceptAlarms()
	}
	d, ok := l.tape.work(l.Deliver)
	if !ok {
		return Alarms{}
	}
	over := max(d/lateShare, leastLate)
	return Alarms{
		Soon: l.tape.when(d - d/soonShare), Due: l.tape.when(d), Late: l.tape.when(d + over), Last: l.tape.when(d + 2*over),
	}
}

func (l Leg) acceptAlarms() Alarms {
	if l.AcceptDue.IsZero() {
		return Alarms{}
	}
	t := tape{hours: l.customer(), from: l.Delivered}
	all := t.used(l.AcceptDue)
	day := all
	if last, err := t.hours.AddDays(l.Delivered, 1); err == nil {
		day = t.used(last)
	}
	return Alarms{Soon: t.when(max(all-day, all/2)), Due: l.AcceptDue}
}
