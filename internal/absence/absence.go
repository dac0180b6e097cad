// Package absence knows who is away, until when, and who stands in meanwhile.
// It asks for no reason: that is nobody's business.
package absence

import (
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Absence is a stretch of whole days on which somebody is not there.
type Absence struct {
	ID         id.Absence
	Person     id.Person
	Substitute id.Person // empty if nobody stands in
	First      string    // "2026-11-30"
	Last       string    // the last day away
	FromAt     db.Time
	UntilAt    db.Time // the first moment of work after it
	SaidBy     id.Person
	SaidAt     db.Time

	Name, SubstituteName string // filled by the lists
}

// Announce is what somebody says of an absence.
type Announce struct {
	Person     id.Person
	Substitute id.Person
	First      string // "2026-11-30"
	Last       string
}

// Limits.
const (
	mostDays  = 366 // of one absence
	mostAhead = 366 // days until it begins
	mostComes = 50  // absences of one person that are still to come
)

// check reports what is wrong with the form of an announcement; what the
// calendar and the people say comes later.
func (in Announce) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("first", in.First)
	bad.Required("last", in.Last)
	first, last := parse(bad, "first", in.First), parse(bad, "last", in.Last)
	if len(bad) == 0 {
		bad.Add(!last.Before(first), "last", "absence.err.ends_before")
		bad.Add(last.Sub(first) < mostDays*24*time.Hour, "last", "absence.err.too_long")
	}
	bad.Add(in.Substitute == "" || in.Substitute != in.Person, "substitute", "absence.err.oneself")
	return bad
}

// parse reads a date as noon UTC, which no change of clocks moves.
func parse(bad errs.Bad, field, s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	bad.Add(err == nil, field, "err.not_a_date")
	return t.Add(12 * time.Hour)
}
