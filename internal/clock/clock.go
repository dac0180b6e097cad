// Package clock derives from the history of one handoff how long each side of
// it took and owes. Nothing is ever added up as it happens: a history is
// replayed from its beginning, so that the same events always tell the same
// times, whoever asks and whenever.
package clock

import (
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// What an event says.
type What string

// What may happen to a handoff, as far as clocks care.
const (
	Asked      What = "asked"
	Taken      What = "taken"
	Delivered  What = "delivered"
	Accepted   What = "accepted"
	Returned   What = "returned"
	Ended      What = "ended" // declined or cancelled
	Paused     What = "paused"
	Resumed    What = "resumed"
	Redirected What = "redirected"
	Retermed   What = "retermed" // another agreement holds for the leg under way
)

// Whom a paused handoff waits for.
type Whom string

// Who may be waited for.
const (
	Customer Whom = "customer"
	Third    Whom = "third_party"
	Other    Whom = "handoff"
)

// Interval is a stretch of working time.
type Interval = calendar.Interval

// Terms are what was promised on a leg, and by whose hours it is counted.
type Terms struct {
	Supplier, Service, Agreement string
	Take, Deliver                calendar.Span
	Hours                        *calendar.Calendar // of the supplier; nil if nobody knows what was promised
	Customer                     *calendar.Calendar // hours of the customer; nil for those of the supplier
}

// Event is one event of a history. Which fields it has follows from What.
type Event struct {
	What     What
	Happened time.Time // as people tell it
	Recorded time.Time // when it was written down

	Terms      *Terms // Asked, Redirected, Retermed; Delivered if it is the first
	On         Whom   // Paused: whom it waits for
	Who        string // Paused: a name, or the handoff
	Reason     string // Paused
	AcceptDays int    // Delivered: working days of the customer until it counts as accepted; 0 for never
	Confirms   bool   // Accepted: it was delivered when the supplier says
}

// Result says how a promise ended.
type Result string

// The results. A promise that still runs, or that was never made, has none.
const (
	None   Result = ""
	Met    Result = "met"
	Missed Result = "missed"
)

// Pause is a stretch in which the clock of the supplier stands still.
type Pause struct {
	From, Until time.Time // Until is zero while it lasts
	On          Whom
	Who, Reason string
	Held        time.Duration // working time of the supplier that was not counted
	Cost        time.Duration // working time of the one who was waited for, as far as its hours are known
}

// Leg is the part of a handoff that one supplier had in hand: from the asking,
// the redirection or the return to its own end.
type Leg struct {
	Terms

	Rework  bool // what came back, to the same supplier: its used time goes on
	Opened  time.Time
	TakeDue time.Time
	Taken   time.Time
	Took    Result    // of the first response
	Due     time.Time // zero while it is paused, if nothing was promised, or beyond the horizon

	Delivered   time.Time // the instant that counts
	Said        time.Time // the earlier one that the supplier told, until the customer confirms it
	Planned     time.Time // Due; while it is paused, what Due was before the pause
	Result      Result
	Provisional bool          // delivered, and nobody has accepted it yet
	Used        time.Duration // working time so far, with that before a return
	Pauses      []Pause

	AcceptDue time.Time     // when it counts as accepted
	Accepting time.Duration // working time of the customer since it was delivered

	Closed time.Time
	End    What // Accepted, Returned, Redirected, Ended; empty while it is open

	tape tape
}

// Whole is the promise to who asked, whoever worked on it: that of the first
// leg. It stands still only while the customer itself is waited for.
type Whole struct {
	From, Due, Delivered time.Time
	Used                 time.Duration // by the hours of the first supplier
	Result               Result
}

// Account is what a history tells. Legs follow each other without a gap.
type Account struct {
	Legs  []Leg
	Whole Whole
	Waits map[Whom]time.Duration // working time that others cost, with that of accepting
}

// Open returns the leg that is not closed yet, if there is one.
func (a Account) Open() (Leg, bool) {
	if n := len(a.Legs); n > 0 && a.Legs[n-1].End == "" {
		return a.Legs[n-1], true
	}
	return Leg{}, false
}

// Paused returns the pause that lasts, if there is one.
func (l Leg) Paused() (Pause, bool) {
	if n := len(l.Pauses); n > 0 && l.Pauses[n-1].Until.IsZero() {
		return l.Pauses[n-1], true
	}
	return Pause{}, false
}

// Late reports whether the promise of delivery is broken: by what was
// delivered, or by now. Exactly at the deadline it is kept.
func (l Leg) Late(now time.Time) bool {
	if l.Result != None || l.End != "" {
		return l.Result == Missed
	}
	return !l.Due.IsZero() && now.After(l.Due)
}

// Counted returns the stretches of working time that were counted against the
// supplier until a moment, in order. Their sum is what Used is at that moment.
func (l Leg) Counted(until time.Time) []Interval {
	if l.Hours == nil {
		return nil
	}
	return l.tape.counted(until)
}
