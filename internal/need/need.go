// Package need keeps what people lack to do their work well: a tool, training,
// a safe place, information. Each need gets an answer with a date, and is over
// when who asked says that it is resolved.
package need

import (
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Category is what kind of thing is lacking.
type Category string

// The categories.
const (
	Tools       Category = "tools"
	Training    Category = "training"
	Safety      Category = "safety" // a safe and healthy place
	Information Category = "information"
	Recognition Category = "recognition"
	Development Category = "development"
	Support     Category = "support" // of the leader
	Policies    Category = "policies"
	Workload    Category = "workload"
)

// Categories lists the categories in the order of the form.
var Categories = []Category{Tools, Training, Safety, Information, Recognition, Development, Support, Policies, Workload}

// Severity is how much it hurts.
type Severity int

// The severities.
const (
	Low    Severity = iota // it would be good to have
	Normal                 // it slows down
	High                   // it stops or spoils work
	Danger                 // somebody may get hurt
)

// Severities lists the severities.
var Severities = []Severity{Low, Normal, High, Danger}

// Scope is who needs it.
type Scope string

// The scopes.
const (
	Me   Scope = "me"
	Post Scope = "post"
	Team Scope = "team"
)

// Scopes lists the scopes.
var Scopes = []Scope{Me, Post, Team}

// State is where a need stands.
type State string

// The states of a need.
const (
	Open      State = "open"
	Planned   State = "planned" // answered: it will be met, until a day
	Refused   State = "refused" // answered: no, and why
	Done      State = "done"    // somebody says it is met
	Resolved  State = "resolved"
	Withdrawn State = "withdrawn"
)

// States lists the states in the order of a life.
var States = []State{Open, Planned, Refused, Done, Resolved, Withdrawn}

// next is the whole life of a need. What was met, but not really, is open again.
var next = map[State][]State{
	Open:    {Planned, Refused, Done, Withdrawn},
	Planned: {Planned, Refused, Done, Withdrawn},
	Refused: {Planned, Done},
	Done:    {Resolved, Open},
}

// Over reports whether nothing is left to do. A refused need may still be
// taken up again.
func (s State) Over() bool { return s == Resolved || s == Withdrawn || s == Refused }

// Need is one thing that is lacking.
type Need struct {
	ID       id.Need
	Node     id.Node // where
	Category Category
	Severity Severity
	Title    string
	Detail   string
	Scope    Scope
	AskedBy  id.Person
	AskedAt  db.Time
	State    State
	Version  int64

	Service id.Service // that would resolve it
	Handoff id.Handoff // the request for it

	StoppedAt db.Time // work was stopped for it
	ResumedAt db.Time
	ResumedBy id.Person

	AnswerDue  db.Time
	Answer     string
	AnsweredBy id.Person
	AnsweredAt db.Time
	DueOn      string  // local date until which it is met
	Cost       float64 // in the money of the company; 0 if nobody said
	Done       string
	DoneBy     id.Person
	DoneAt     db.Time
	Checked    string // what who asked said when it checked
	CheckedAt  db.Time
	Reopened   int // how often it was done and was not

	NodeName, AskedByName, AnsweredByName, ServiceName string
	HandoffNumber                                      int64
	Joined                                             int // others who need it too
}

// Red reports whether it cannot wait: somebody may get hurt, or work stands still.
func (n Need) Red() bool {
	return !n.State.Over() && (n.Category == Safety || n.Severity == Danger || n.Stopped())
}

// Stopped reports whether work stands still for it.
func (n Need) Stopped() bool { return !n.StoppedAt.IsZero() && n.ResumedAt.IsZero() }

// Late reports whether the answer, or what was promised, is late.
func (n Need) Late(now time.Time, today string) bool {
	switch n.State {
	case Open:
		return now.After(n.AnswerDue.Time)
	case Planned:
		return n.DueOn < today
	case Refused, Done, Resolved, Withdrawn:
	}
	return false
}

// Age is for how long it has been open, or was.
func (n Need) Age(now time.Time) time.Duration {
	if n.State == Done || n.State == Resolved {
		now = n.DoneAt.Time
	}
	return now.Sub(n.AskedAt.Time)
}

// Ask is what somebody fills in.
type Ask struct {
	Node     id.Node
	Category Category
	Severity Severity
	Title    string
	Detail   string
	Scope    Scope
	Service  id.Service // to whom it goes; empty for who leads the node
	To       id.Node    // a node to which it should go, when no service was chosen
	Stop     bool       // work is stopped now
}

const (
	mostTitle  = 120
	mostDetail = 4000
	mostCost   = 1e9

	answerDays     = 14 // in which a need is answered
	metDays        = 60 // in which it is met
	answerRedHours = 8  // in which a red one is answered
)

func (in *Ask) clean() {
	in.Title, in.Detail = strings.Join(strings.Fields(in.Title), " "), strings.TrimSpace(in.Detail)
	if in.Stop {
		in.Category, in.Severity = Safety, Danger
	}
	if in.Scope == "" {
		in.Scope = Me
	}
}

func (in Ask) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("node", string(in.Node))
	errs.OneOf(bad, "category", in.Category, Categories...)
	errs.OneOf(bad, "severity", in.Severity, Severities...)
	errs.OneOf(bad, "scope", in.Scope, Scopes...)
	bad.Required("title", in.Title)
	bad.Text("title", in.Title, mostTitle)
	bad.Text("detail", in.Detail, mostDetail)
	return bad
}

// may returns nil if the need may go to a state now.
func (n Need) may(to State) error {
	if !slices.Contains(next[n.State], to) {
		return errs.New(errs.Conflict, "need.err.not."+string(to))
	}
	return nil
}
