// Package handoff moves work along the links: a customer asks, the supplier
// takes it and delivers, the customer accepts or returns what it got.
package handoff

import (
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// State is where a handoff stands. A step is named by the state it leads to.
type State string

// The states of a handoff.
const (
	Asked              State = "asked"
	Taken              State = "taken"
	Delivered          State = "delivered"
	Accepted           State = "accepted"
	AcceptedWithRemark State = "accepted_with_remark"
	Returned           State = "returned"
	Declined           State = "declined"
	Cancelled          State = "cancelled"
)

// States lists every state, in the order of a life.
var States = []State{Asked, Taken, Delivered, Accepted, AcceptedWithRemark, Returned, Declined, Cancelled}

// next is the whole life of a handoff: where it stands → where it may go.
// Where it may go nowhere, it is closed. What was not taken may be delivered
// at once: on a shop floor nobody clicks twice.
var next = map[State][]State{
	Asked:     {Taken, Delivered, Declined, Cancelled},
	Taken:     {Delivered, Declined, Cancelled},
	Delivered: {Accepted, AcceptedWithRemark, Returned},
	Returned:  {Delivered, Declined, Cancelled},
}

// Lost reports whether what was asked for will not come.
func (s State) Lost() bool { return s == Declined || s == Cancelled }

// Open reports whether something is still to be done.
func (s State) Open() bool { return len(next[s]) > 0 }

// Kind says who began a handoff.
type Kind string

// The kinds of handoff.
const (
	Pull Kind = "pull" // the customer asked
	Push Kind = "push" // the supplier handed it on without being asked
)

// Priority is how urgent a handoff is.
type Priority int

// The priorities.
const (
	Normal Priority = iota
	High
	Urgent
)

// Handoff is one piece of work travelling along a link.
type Handoff struct {
	ID        id.Handoff
	Number    int64 // 1, 2, 3… in each company, to say it aloud
	Link      id.Link
	Supplier  id.Node
	Customer  id.Node
	Service   id.Service
	Agreement id.Agreement // the version that held when it was asked; empty for the default
	Kind      Kind
	Title     string
	Detail    string
	Answers   map[string]string // to the form of the service, by field
	Order     string            // reference of the customer's order outside, if any
	Quantity  float64           // asked for; 0 if it is not counted
	Unit      string
	Priority  Priority
	Tags      []string

	State     State
	Version   int64    // grows with every step; a stale page is told so
	Events    int64    // lines of its story so far
	Rounds    int      // deliveries made so far
	Delivered float64  // quantity of the last delivery
	Returned  float64  // quantity that came back with the last return
	Reason    string   // of the last return: an item of the service
	Checks    []string // requirements that the supplier ticked at the last delivery
	AskedBy   id.Person
	Assignee  id.Person
	Imported  bool // brought in from another system

	AskedAt     db.Time
	NeedBy      db.Time // when the customer needs it, if it said so
	TakeDueAt   db.Time
	DueAt       db.Time
	Hours       string  // by which DueAt was worked out: a handoff_hours; empty if nobody kept them
	MovedAt     db.Time // the last step
	MovedBy     id.Person
	TakenAt     db.Time
	DeliveredAt db.Time // the instant that counts for the promise
	SaidAt      db.Time // when the supplier says it delivered, until the customer confirms it
	ClosedAt    db.Time
	ImportKey   string

	PausedAt    db.Time    // since when its clock stands still; zero while it runs
	PausedOn    clock.Whom // whom it waits for then
	PausedFor   string     // the name of the third party, or the number of the handoff
	AcceptDueAt db.Time    // when a delivery counts as accepted, if nobody answers
	Auto        bool       // accepted because nobody answered in time

	SupplierName, CustomerName, ServiceName string // filled by what reads it to show it
	AssigneeName, AskedByName               string
	Risk                                    Risk // filled by lists and by its page

	leg    *LegTerms // of the leg that begins, until it is written
	waited int64     // how often somebody began to wait for it
	beside beside    // what its next event has to know, if it was loaded to be changed
}

// RightFirstTime reports whether the first delivery was accepted as it was, by
// somebody who looked at it.
func (h Handoff) RightFirstTime() bool { return h.State == Accepted && h.Rounds == 1 && !h.Auto }

// Paused reports whether its clock stands still.
func (h Handoff) Paused() bool { return !h.PausedAt.IsZero() }

// Late reports whether the promise is broken: by what was delivered, or by now.
func (h Handoff) Late(now time.Time) bool {
	switch {
	case h.State == Declined || h.State == Cancelled:
		return false
	case !h.DeliveredAt.IsZero() && h.State != Returned:
		return h.DeliveredAt.After(h.DueAt.Time)
	case h.Paused():
		return h.PausedAt.After(h.DueAt.Time) // while it waits it does not become late
	}
	return now.After(h.DueAt.Time)
}

// Waits says whom a handoff waits for.
type Waits string

// Whom a handoff may wait for.
const (
	ForSupplier Waits = "supplier"
	ForCustomer Waits = "customer"
	ForNobody   Waits = "nobody"
	ForThird    Waits = "third_party"
	ForHandoff  Waits = "handoff"
)

// WaitsFor returns whom the handoff waits for now.
func (h Handoff) WaitsFor() Waits {
	switch h.State {
	case Asked, Taken, Returned:
		if h.Paused() {
			return Waits(h.PausedOn)
		}
		return ForSupplier
	case Delivered:
		return ForCustomer
	case Accepted, AcceptedWithRemark, Declined, Cancelled:
	}
	return ForNobody
}

// Owed reports whether the supplier has it in hand, also while it is paused.
func (h Handoff) Owed() bool { return h.State == Asked || h.State == Taken || h.State == Returned }

// Missing returns how much is still owed: all of it before the first delivery,
// what came back after a return.
func (h Handoff) Missing() float64 {
	if h.State == Returned && h.Returned > 0 {
		return h.Returned
	}
	return h.Quantity
}

// Steps lists what a may do with the handoff now, in the order of States.
func (h Handoff) Steps(a authz.Actor) []State {
	var out []State
	for _, to := range next[h.State] {
		if can(a, to, h, Behalf{}) == nil {
			out = append(out, to)
		}
	}
	return out
}

// Behalf is for whom somebody else wrote a step down: by phone, on paper.
type Behalf struct {
	Person id.Person // of the company, or
	Name   string    // somebody outside
}

// Given reports whether the step was written down for somebody else.
func (b Behalf) Given() bool { return b.Person != "" || b.Name != "" }

// EventKind says what an event of a story tells. Steps have the name of the
// state they lead to.
type EventKind string

// What an event may tell besides a step.
const (
	Commented  EventKind = "commented"
	Assigned   EventKind = "assigned"
	Changed    EventKind = "changed"
	Redirected EventKind = "redirected"
	Paused     EventKind = "paused"
	Resumed    EventKind = "resumed"

	AutoAccepted EventKind = "auto_accepted" // nobody answered in time
)

// Event is one line in the story of a handoff.
type Event struct {
	Handoff    id.Handoff
	Seq        int64
	Kind       EventKind
	Round      int
	HappenedAt db.Time
	RecordedAt db.Time
	Actor      id.Person
	Behalf     Behalf
	Quantity   float64
	Reason     string
	Note       string
	Data       EventData

	ActorName, BehalfName string // filled by the story
	Files                 []File
}

// EventData is what few events have.
type EventData struct {
	From     id.Node     `json:"from,omitempty"` // redirected
	To       id.Node     `json:"to,omitempty"`
	Assignee id.Person   `json:"assignee,omitempty"`
	Mentions []id.Person `json:"mentions,omitempty"`
	Checks   []string    `json:"checks,omitempty"`
	Fields   []string    `json:"fields,omitempty"` // changed

	Leg        *LegTerms `json:"leg,omitempty"`         // what begins a leg, or gives it other terms
	AcceptDays int       `json:"accept_days,omitempty"` // delivered: working days of the customer to answer
	Confirmed  bool      `json:"confirmed,omitempty"`   // accepted: it was delivered when the supplier says
	Wait       *Wait     `json:"wait,omitempty"`        // paused
	Met        *Met      `json:"met,omitempty"`         // resumed, because another handoff was over
}

// move takes the handoff to its next state, or says why it cannot go there.
func (h *Handoff) move(to State, in Step, by id.Person, now db.Time) (Event, error) {
	if !slices.Contains(next[h.State], to) {
		return Event{}, errs.New(errs.Conflict, "handoff.err.not."+string(to))
	}
	at := now
	if !in.HappenedAt.IsZero() {
		at = db.At(in.HappenedAt)
	}
	if at.Before(h.MovedAt.Time) {
		return Event{}, errs.Field("happened_at", "handoff.err.too_early")
	}
	h.State, h.MovedAt, h.MovedBy = to, at, by
	h.Version++
	h.Events++
	confirmed := false
	switch to {
	case Taken:
		h.TakenAt, h.Assignee = at, by
	case Delivered:
		h.deliver(in, by, at, now)
	case Returned:
		h.Returned, h.Reason = in.Quantity, in.Reason
	case Accepted, AcceptedWithRemark:
		if confirmed = in.ConfirmTime && !h.SaidAt.IsZero(); confirmed {
			h.DeliveredAt = h.SaidAt
		}
	case Asked, Declined, Cancelled:
	}
	if !to.Open() {
		h.ClosedAt = at
	}
	return Event{
		Handoff: h.ID, Seq: h.Events, Kind: EventKind(to), Round: h.Rounds, HappenedAt: at, RecordedAt: now,
		Actor: by, Behalf: in.Behalf, Quantity: in.Quantity, Reason: in.Reason, Note: in.Note,
		Data: EventData{Checks: in.Checks, Confirmed: confirmed},
	}, nil
}

// deliver notes a delivery. Until the customer confirms an earlier time that
// the supplier tells, the promise counts the time at which it was written down.
func (h *Handoff) deliver(in Step, by id.Person, at, now db.Time) {
	h.Rounds++
	h.Delivered, h.Returned, h.Reason, h.Checks = in.Quantity, 0, "", in.Checks
	h.DeliveredAt, h.SaidAt = now, db.Time{}
	if at.Before(now.Time) {
		h.SaidAt = at
	}
	if h.TakenAt.IsZero() {
		h.TakenAt = at
	}
	if h.Assignee == "" {
		h.Assignee = by
	}
}
