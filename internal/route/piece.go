package route

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// State is where a piece stands.
type State string

// The states of a piece.
const (
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled"
)

// States lists every state of a piece.
var States = []State{Running, Done, Cancelled}

// LotState is where a lot stands.
type LotState string

// The states of a lot.
const (
	LotRunning   LotState = "running"
	LotStopped   LotState = "stopped" // nobody does its step: declined, called off, or not to be opened
	LotSplit     LotState = "split"   // it travels in lots of its own
	LotWaiting   LotState = "waiting" // for the other lots
	LotJoined    LotState = "joined"  // it is part of the lot that it came from again
	LotDone      LotState = "done"
	LotCancelled LotState = "cancelled"
)

// next is the life of a piece, and nextLot that of each lot of it: where it
// stands → where it may go.
var (
	next    = map[State][]State{Running: {Done, Cancelled}}
	nextLot = map[LotState][]LotState{
		LotRunning: {LotRunning, LotStopped, LotSplit, LotWaiting, LotDone, LotCancelled},
		LotStopped: {LotRunning, LotStopped, LotWaiting, LotDone, LotCancelled},
		LotSplit:   {LotRunning, LotStopped, LotWaiting, LotDone, LotCancelled},
		LotWaiting: {LotJoined, LotCancelled},
	}
)

// PassageState is where the way of a lot through a step stands.
type PassageState string

// The states of a passage.
const (
	Open             PassageState = "open"
	Passed           PassageState = "passed"
	Skipped          PassageState = "skipped"
	Stopped          PassageState = "stopped" // declined or called off by its ends
	PassageCancelled PassageState = "cancelled"
)

// Piece is one piece of work on its way along a route.
type Piece struct {
	ID       id.Piece
	Number   int64 // 1, 2, 3… in each company, to say it aloud
	Route    id.Route
	Version  int // of the route, as it was when the piece began
	Title    string
	Detail   string
	Order    string  // reference of the customer's order outside, if any
	Quantity float64 // 0 if it is not counted
	Unit     string
	Priority handoff.Priority
	NeedBy   db.Time
	Asker    id.Node // began it
	Customer id.Node // gets the last step
	State    State
	BegunBy  id.Person
	BegunAt  db.Time
	EndedAt  db.Time

	RouteName, CustomerName, BegunByName string // filled by what reads it to show it

	Steps    []Step
	Lots     []Lot
	Passages []Passage
}

// Lot is a part of a piece. Lot 1 is the whole.
type Lot struct {
	Number   int
	Parent   int // the lot that it was split from; 0 for the whole
	Quantity float64
	JoinsAt  int // the step before which it waits for its siblings; 0 for the whole
	State    LotState
	Step     int    // at which it is: 1, 2, 3…; one more than the last when it has ended
	Why      string // i18n key: why it stopped
}

// Passage is the way of a lot through a step.
type Passage struct {
	Lot      int
	Step     int
	Round    int        // 1 for the first time
	Handoff  id.Handoff // empty if the step was skipped before it was asked for
	Rework   bool       // the step after it sent it back
	State    PassageState
	SentBack int // times that the next step sent it back after it had been accepted
	Why      string
	By       id.Person // who skipped it, or sent it back last
	OpenedAt db.Time
	ClosedAt db.Time

	ByName string
}

// Begin is what somebody fills in to begin a piece.
type Begin struct {
	Route    id.Route
	Title    string
	Detail   string
	Order    string
	Quantity float64
	Unit     string // empty for the units of the services
	Priority handoff.Priority
	NeedBy   time.Time
	For      id.Node // in whose name it begins
	Customer id.Node // who gets the last step; For if it is empty
}

const (
	mostTitle       = 190 // a lot adds its number
	mostPieceDetail = 4000
	mostOrder       = 100
	mostUnit        = 30
	mostWhy         = 1000
	mostQuantity    = 1e12
	mostLots        = 20
)

func (in *Begin) clean() {
	in.Title, in.Order, in.Unit = org.CleanName(in.Title), org.CleanName(in.Order), org.CleanName(in.Unit)
	in.Detail = strings.TrimSpace(in.Detail)
	if in.Customer == "" {
		in.Customer = in.For
	}
}

func (in Begin) check(now time.Time) errs.Bad {
	bad := errs.Bad{}
	bad.Required("route", string(in.Route))
	bad.Required("title", in.Title)
	bad.Text("title", in.Title, mostTitle)
	bad.Text("detail", in.Detail, mostPieceDetail)
	bad.Text("order_ref", in.Order, mostOrder)
	bad.Text("unit", in.Unit, mostUnit)
	bad.Required("for", string(in.For))
	bad.Add(!math.IsNaN(in.Quantity) && in.Quantity >= 0, "quantity", "handoff.err.negative")
	bad.Add(in.Quantity <= mostQuantity, "quantity", "handoff.err.too_many")
	errs.OneOf(bad, "priority", in.Priority, handoff.Normal, handoff.High, handoff.Urgent)
	bad.Add(in.NeedBy.IsZero() || in.NeedBy.After(now), "need_by", "handoff.err.need_by_past")
	return bad
}

// Split is how a lot is divided.
type Split struct {
	Piece      id.Piece
	Lot        int
	Quantities []float64
	JoinsAt    int // before which step they wait for each other; 0 for as late as may be
}

// check checks a split against the lot and the number of steps of its route.
func (in Split) check(p Piece, l Lot) errs.Bad {
	bad := errs.Bad{}
	bad.Add(len(in.Quantities) >= 2, "quantities", "route.err.one_lot")
	bad.Add(len(p.Lots)+len(in.Quantities) <= mostLots, "quantities", "route.err.too_many_lots")
	sum := 0.0
	for _, q := range in.Quantities {
		bad.Add(q > 0 && !math.IsInf(q, 0), "quantities", "route.err.empty_lot")
		sum += q
	}
	bad.Add(l.Quantity > 0, "quantities", "route.err.not_counted")
	const grain = 1e-6 // of what is weighed in decimals
	bad.Add(math.Abs(sum-l.Quantity) <= grain*max(1, l.Quantity), "quantities", "route.err.lots_do_not_add_up")
	last := p.lastJoin(l)
	bad.Add(in.JoinsAt == 0 || in.JoinsAt > l.Step && in.JoinsAt <= last, "joins_at", "route.err.joins_at")
	return bad
}

// lastJoin is the last step before which lots of l may join.
func (p Piece) lastJoin(l Lot) int {
	if l.JoinsAt > 0 {
		return l.JoinsAt
	}
	return len(p.Steps) + 1
}

// lot returns the lot with a number, or nil.
func (p *Piece) lot(n int) *Lot {
	i := slices.IndexFunc(p.Lots, func(l Lot) bool { return l.Number == n })
	if i < 0 {
		return nil
	}
	return &p.Lots[i]
}

// open returns the open passages of a lot, the lowest step first.
func (p *Piece) open(lot int) []*Passage {
	var out []*Passage
	for i := range p.Passages {
		if x := &p.Passages[i]; x.Lot == lot && x.State == Open {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(x, y *Passage) int { return x.Step - y.Step })
	return out
}

// family returns a lot and those that it came from, itself first.
func (p *Piece) family(lot int) []int {
	var out []int
	for l := p.lot(lot); l != nil; l = p.lot(l.Parent) {
		out = append(out, l.Number)
	}
	return out
}

// Way returns the passages that brought a lot to where it is, in the order in
// which they opened: its own, those of the lot that it came from, and those of
// the lots that joined in it.
func (p *Piece) Way(lot int) []Passage {
	of := p.family(lot)
	for i := 0; i < len(of); i++ {
		for _, l := range p.Lots {
			if l.Parent == of[i] && l.State == LotJoined && !slices.Contains(of, l.Number) {
				of = append(of, l.Number)
			}
		}
	}
	var out []Passage
	for _, x := range p.Passages {
		if slices.Contains(of, x.Lot) {
			out = append(out, x)
		}
	}
	return out
}

// before returns the last step under n that a lot really went through.
func (p *Piece) before(lot, n int) (step int, ok bool) {
	for _, x := range p.Way(lot) {
		if x.Step < n && x.Step > step && x.State == Passed {
			step, ok = x.Step, true
		}
	}
	return step, ok
}

// Now is where a lot is: the lowest step that somebody has to do.
func (p *Piece) Now(l Lot) int {
	if o := p.open(l.Number); len(o) > 0 {
		return o[0].Step
	}
	return l.Step
}

// Moving returns the lots that are under way: those that neither were split nor
// have joined or ended.
func (p *Piece) Moving() []Lot {
	return slices.DeleteFunc(slices.Clone(p.Lots), func(l Lot) bool {
		return l.State != LotRunning && l.State != LotStopped && l.State != LotWaiting
	})
}
