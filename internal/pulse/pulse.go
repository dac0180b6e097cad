// Package pulse asks people a few questions now and then, and shows of the
// answers only what cannot be traced to anybody: see internal/anon for what
// that means, and pulse/ballot for where the answers lie until they are
// counted. Nothing about who answered what, or when, is in the log.
package pulse

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// State is where a pulse stands.
type State string

// The states of a pulse. It is launched open.
const (
	Open      State = "open"
	Closed    State = "closed"
	Cancelled State = "cancelled" // its answers were destroyed unread
)

// Frame says who is asked: everybody, or, with a node, the people whom that
// node really served in the last days.
type Frame struct {
	Node id.Node `json:"node,omitempty"`
	Days int     `json:"days,omitempty"` // 7 … 365, with a node
}

// Pulse is one round of questions.
type Pulse struct {
	ID         id.Pulse
	Title      string
	Items      []string // codes of the bank
	Frame      Frame
	Rules      anon.Rules
	State      State
	Asked      int    // people
	Lost       int    // answers that could not be read when it closed
	Manifest   string // digest of all that is fixed at the launch
	LaunchedBy id.Person
	LaunchedAt db.Time
	ClosesAt   db.Time
	ClosedAt   db.Time
	RemindedAt db.Time
}

// Launch is what somebody fills in to begin a pulse.
type Launch struct {
	Title    string
	Items    []string
	Frame    Frame
	Days     int  // that it stays open: 1 … 31
	Paper    bool // people without an e-mail get a code on paper
	Scores   int  // people behind a figure, if more than the least
	Comments int  // people behind a comment, if more than the least
}

const (
	mostItems   = 5
	mostDays    = 31
	mostTitle   = 120
	mostNote    = 2000
	restDays    = 7
	fewestFrame = 7
	mostFrame   = 365
	mostScores  = 100
)

func (in Launch) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("title", in.Title)
	bad.Text("title", in.Title, mostTitle)
	bad.Add(len(in.Items) > 0, "items", "err.required")
	bad.Add(len(in.Items) <= mostItems, "items", "pulse.err.most_items")
	sorted := slices.Sorted(slices.Values(in.Items))
	bad.Add(len(slices.Compact(sorted)) == len(in.Items), "items", "pulse.err.twice")
	for _, code := range in.Items {
		i, ok := Find(code)
		bad.Add(ok, "items", "err.unknown")
		bad.Add(!ok || i.About == (in.Frame.Node != ""), "items", "pulse.err.about")
	}
	bad.Add(in.Frame.Node == "" || in.Frame.Days >= fewestFrame && in.Frame.Days <= mostFrame, "days_back", "pulse.err.days_back")
	bad.Add(in.Days >= 1 && in.Days <= mostDays, "days", "pulse.err.days")
	bad.Add(in.Scores <= mostScores, "scores", "pulse.err.scores")
	bad.Add(in.Scores == 0 || in.Scores >= anon.LeastScores, "scores", "pulse.err.least_scores")
	bad.Add(in.Comments <= mostScores, "comments", "pulse.err.scores")
	bad.Add(in.Comments == 0 || in.Comments >= anon.LeastComments, "comments", "pulse.err.least_comments")
	return bad
}

// digest returns what is fixed at the launch, in one number: who changes it
// afterwards in the database is found out by the log.
func (p Pulse) digest(cells []Cell) string {
	type cell struct {
		Node   id.Node
		Parent int
		Asked  int
	}
	fixed := struct {
		ID       id.Pulse
		Items    []string
		Frame    Frame
		Rules    anon.Rules
		ClosesAt int64
		Cells    []cell
	}{p.ID, p.Items, p.Frame, p.Rules, p.ClosesAt.UnixMicro(), nil}
	for _, c := range cells {
		fixed.Cells = append(fixed.Cells, cell{c.Node, c.Parent, c.Asked})
	}
	b, err := json.Marshal(fixed)
	if err != nil {
		panic(err) // numbers and texts only
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// question is under which name the past of an item is kept: what is asked about
// two nodes is two questions.
func (f Frame) question(item string) string {
	if f.Node == "" {
		return item
	}
	return item + "@" + string(f.Node)
}

// Cell is a part of those asked: all of them, or those of an area or a team
// with at least as many people as a figure needs.
type Cell struct {
	Node   id.Node // empty for all
	Name   string  // as it was at the launch
	Parent int     // -1 for all
	Asked  int

	people []string
}

// Over reports whether the time to answer has passed.
func (p Pulse) Over(now time.Time) bool { return !now.Before(p.ClosesAt.Time) }
