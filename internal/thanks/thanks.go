// Package thanks lets people thank each other for something definite. There is
// no money in it, no balance and no table of who got most.
package thanks

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/rating"
)

// Audience is who may read a thanks besides the two it is between.
type Audience string

// The audiences.
const (
	All     Audience = "all"     // the wall, and the sheet that is printed of it
	Team    Audience = "team"    // who works with the one thanked, who leads them, and the owners
	Private Audience = "private" // nobody, leaders and owners neither
)

// Audiences lists the audiences.
var Audiences = []Audience{All, Team, Private}

// Thanks is what somebody said to somebody.
type Thanks struct {
	ID       id.Thanks
	Giver    id.Person
	Person   id.Person // who is thanked, or
	Node     id.Node   // the team that is
	Handoff  id.Handoff
	Reason   string
	Value    id.Value // of the company, if one was lived
	Letter   rating.Letter
	Audience Audience
	Dictated id.Person // who wrote it down for the giver
	GivenAt  db.Time

	GiverName, ToName, ValueName, DictatedName string
	Number                                     int64 // of the handoff
	HandoffTitle                               string
}

// Value is something that the company wants to be known for: seven at most.
type Value struct {
	ID   id.Value
	Name string
}

// Give is what somebody fills in.
type Give struct {
	Person   id.Person
	Node     id.Node
	Handoff  id.Handoff
	Reason   string
	Value    id.Value
	Letter   rating.Letter
	Audience Audience
	For      id.Person // who really thanks, when it is written down for somebody
}

const (
	leastReason  = 20
	leastLetters = 12 // so that a row of hearts is no reason
	mostReason   = 1000
	mostValues   = 7
	mostValue    = 60
	perWeek      = 5
	perPair      = 2 // a week, from one person to the same
)

func (in *Give) clean() { in.Reason = strings.Join(strings.Fields(in.Reason), " ") }

func (in Give) check() errs.Bad {
	bad := errs.Bad{}
	bad.Add((in.Person == "") != (in.Node == ""), "person", "thanks.err.to")
	bad.Required("reason", in.Reason)
	letters := 0
	for _, r := range in.Reason {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	bad.Add(utf8.RuneCountInString(in.Reason) >= leastReason && letters >= leastLetters, "reason", "thanks.err.short")
	bad.Text("reason", in.Reason, mostReason)
	bad.Add(in.Letter == "" || isLetter(in.Letter), "letter", "err.unknown")
	errs.OneOf(bad, "audience", in.Audience, Audiences...)
	return bad
}

func isLetter(l rating.Letter) bool { return slices.Contains(rating.Letters, l) }

// Allowance is what somebody may still give this week. What is not given is
// lost.
type Allowance struct{ Left, Of int }
