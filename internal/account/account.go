// Package account lets people in: sign-in, sessions, forgotten passwords,
// invitations, and the keys with which programs speak for a person. Somebody
// signs in once, with one e-mail address, and may have a seat in several
// companies.
package account

import (
	"net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// How long things last.
const (
	idle            = 30 * 24 * time.Hour // of a session that nobody uses
	absolute        = 90 * 24 * time.Hour // of any session
	seenEvery       = time.Hour           // how exactly we know when a session or a token was last used
	resetLasts      = time.Hour
	inviteLasts     = 14 * 24 * time.Hour
	mostTokenDays   = 365
	mostTokens      = 50 // of one person
	mostList        = 100
	mostCompany     = 5_000 // people of one company, as in org
	mostEmail       = 254
	mostDevice      = 200
	mostTokenName   = 80
	noCompany       = id.Company(0) // writes to tables that belong to no company
	signedOut       = "err.signed_out"
	changedMeantime = "err.changed_meanwhile"
)

// Service holds the use cases.
type Service struct {
	db     *db.DB
	hasher hasher
	emails *throttle // failures of one e-mail address
	places *throttle // failures of one network address
	mails  *throttle // mails that one e-mail address was sent
}

// New returns the use cases over d.
func New(d *db.DB) *Service {
	return &Service{
		db:     d,
		hasher: newHasher(),
		emails: newThrottle(10, time.Minute),
		places: newThrottle(30, 20*time.Second),
		mails:  newThrottle(3, 20*time.Minute),
	}
}

// Signed is an open session: Cookie is what the browser keeps. It is nowhere
// else, so it is told once.
type Signed struct {
	Cookie  string
	Company id.Company
	Person  id.Person
	EndsAt  db.Time
}

// Choice is a company that a login may enter.
type Choice struct {
	Company id.Company
	Name    string // of the company
	Person  id.Person
}

// Session is one place where somebody is signed in.
type Session struct {
	ID        string
	Company   id.Company
	Device    string
	StartedAt db.Time
	SeenAt    db.Time
	EndsAt    db.Time
	Current   bool // it is the one that asks
}

// CleanEmail returns an e-mail address in the form in which we compare it.
func CleanEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func checkEmail(bad errs.Bad, email string) {
	bad.Required("email", email)
	bad.Text("email", email, mostEmail)
	a, err := mail.ParseAddress(email)
	bad.Add(err == nil && a.Address == email, "email", "account.err.email")
}

// cleanDevice returns what a browser says of itself as one short line.
func cleanDevice(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > mostDevice {
		s = string(r[:mostDevice])
	}
	return s
}

func unauthenticated() error { return errs.New(errs.Unauthenticated, signedOut) }
