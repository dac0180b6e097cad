// Package id defines the identifier types that the domains share, so that a
// domain can name another domain's record without importing that domain.
package id

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// Company is one of the companies that this installation serves. It leads
// every key of every table, so it is a short number.
type Company int64

// Login is somebody who signs in, in one company or in several.
type Login string

// Person is a person who works in the company.
type Person string

// Node is an area, a team, a post, or a customer or supplier outside.
type Node string

// Calendar is a working time with a name, of which a company may have several.
type Calendar string

// Link is a standing supplier→customer relation.
type Link string

// Service is something that a node offers to others.
type Service string

// Agreement is one version of the promise on a link for a service.
type Agreement string

// Handoff is one piece of work travelling along a link.
type Handoff string

// File is something attached to a handoff.
type File string

// Notice is one line of somebody's bell.
type Notice string

// Letter is a mail with one notice or several.
type Letter string

// Absence is a stretch of days on which somebody is not there.
type Absence string

// Dataset is an event log that was brought in.
type Dataset string

// Mapping is a way to understand a log, that was given a name.
type Mapping string

// Token is a key with which a program speaks for a person.
type Token string

// Invitation is a link that lets somebody in for the first time.
type Invitation string

// Pulse is one round of questions to the people of a company.
type Pulse string

// Deed is what was promised after people were asked.
type Deed string

// PulsePlan is a pulse that is launched now and then.
type PulsePlan string

// Thanks is what somebody said to somebody for something.
type Thanks string

// Value is something that a company wants to be known for.
type Value string

// Need is something that somebody lacks to do its work well.
type Need string

// Route is a sequence of services through which pieces of work flow.
type Route string

// Piece is one piece of work on its way along a route.
type Piece string

// Repeat is something that is asked for again and again.
type Repeat string

// Talk is a conversation about a link that somebody wrote down.
type Talk string

// New returns a UUIDv7, so that ids sort by creation time in every engine.
func New[T ~string]() T { return T(uuid.Must(uuid.NewV7()).String()) }

// At returns a UUIDv7 that sorts as if it had been made at t: what is written
// down late stands where it happened. Those of the same millisecond sort as
// they were made.
func At[T ~string](t time.Time) T {
	u := uuid.Must(uuid.NewV7())
	// Behind the time of t goes what the id said by itself: the lower 36 bits of
	// its milliseconds, the 12 bits that count within one, and 26 of its random bits.
	made, random := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	ms, count := made>>16, made&0xfff
	const version, variant = 7 << 12, 1 << 63
	at := uint64(t.UnixMilli()) //nolint:gosec // nobody writes of before 1970
	binary.BigEndian.PutUint64(u[:8], at<<16|version|ms>>24&0xfff)
	binary.BigEndian.PutUint64(u[8:], variant|(ms&0xffffff)<<38|count<<26|random&0x3ffffff)
	return T(u.String())
}

// Valid reports whether s has the form of an id that New makes.
func Valid[T ~string](s T) bool { return uuid.Validate(string(s)) == nil && len(s) == 36 }
