// Package repeat asks for the same again and again: on certain days of the week
// or the month, some days ahead, by the working time of who will do it.
package repeat

import (
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// State is where a repeat stands.
type State string

// The states of a repeat.
const (
	Active State = "active"
	Paused State = "paused"
	Ended  State = "ended"
)

// next is the whole life of a repeat.
var next = map[State][]State{Active: {Paused, Ended}, Paused: {Active, Ended}}

// Repeat is something that is asked for again and again.
type Repeat struct {
	ID       id.Repeat
	Service  id.Service
	Customer id.Node
	Title    string
	Detail   string
	Answers  map[string]string
	Order    string
	Quantity float64
	Unit     string
	Priority handoff.Priority
	Rule
	Ahead   int // days before each day on which the supplier sees it coming
	State   State
	Why     string // i18n key: why it stopped by itself
	Through string // the local date up to which it has asked
	Version int64
	MadeBy  id.Person
	MadeAt  db.Time

	Supplier                                            id.Node // filled by what reads it to show it
	ServiceName, SupplierName, CustomerName, MadeByName string
}

// Draft is what somebody fills in.
type Draft struct {
	Service  id.Service
	Customer id.Node
	Title    string
	Detail   string
	Answers  map[string]string
	Order    string
	Quantity float64
	Unit     string
	Priority handoff.Priority
	Rule     Rule
	Ahead    int
}

// OccurrenceState is what became of one day of a repeat.
type OccurrenceState string

// What became of it.
const (
	Asked   OccurrenceState = "asked"
	Skipped OccurrenceState = "skipped" // somebody left it out
	Missed  OccurrenceState = "missed"  // nobody was there to ask, and a later one was asked instead
)

// Occurrence is one day of a repeat that has been dealt with.
type Occurrence struct {
	Day
	State   OccurrenceState
	Late    bool // it was asked after its day: the server was down
	Handoff id.Handoff
	Number  int64 // of the handoff
	By      id.Person
}

// Coming is a day on which a repeat will ask.
type Coming struct {
	Day
	At      time.Time // from when on it counts as asked
	Skipped bool      // somebody left it out
}

const mostAhead = 60

func (in Draft) check() errs.Bad {
	bad := errs.Bad{}
	in.Rule.check(bad)
	bad.Add(in.Ahead >= 0 && in.Ahead <= mostAhead, "ahead", "repeat.err.ahead")
	return bad
}

// ask is what each occurrence asks for.
func (in Draft) ask() handoff.Ask {
	answers := map[string]string{}
	for k, v := range in.Answers {
		answers[k] = strings.TrimSpace(v)
	}
	return handoff.Ask{
		Service: in.Service, Customer: in.Customer, Title: in.Title, Detail: in.Detail, Answers: answers, Order: in.Order,
		Quantity: in.Quantity, Unit: in.Unit, Priority: in.Priority,
	}
}

func (r Repeat) draft() Draft {
	return Draft{
		Service: r.Service, Customer: r.Customer, Title: r.Title, Detail: r.Detail, Answers: r.Answers, Order: r.Order,
		Quantity: r.Quantity, Unit: r.Unit, Priority: r.Priority, Rule: r.Rule, Ahead: r.Ahead,
	}
}

// canMind says who may change a repeat: who made it, and who may ask in the
// name of its customer.
func canMind(a authz.Actor, r Repeat) error {
	if a.Person != r.MadeBy && !a.For(r.Customer) {
		return errs.New(errs.Forbidden, "repeat.err.forbidden")
	}
	return a.MustWrite()
}

// CanMind reports whether a may change r.
func CanMind(a authz.Actor, r Repeat) bool { return canMind(a, r) == nil }
