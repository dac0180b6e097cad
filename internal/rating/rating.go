// Package rating lets the two ends of a handoff say how the other did: the
// customer of what it got, the supplier of how it was asked. It is one tap; who
// wants says more, letter by letter.
package rating

import (
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Side is the end that speaks.
type Side string

// The sides.
const (
	Customer Side = "customer" // of the delivery
	Supplier Side = "supplier" // of whether the request was clear
)

// Sides lists the sides.
var Sides = []Side{Customer, Supplier}

// Letter is a part of good service: I-CARE, after Blanchard, Cuff and Halsey,
// "Legendary Service", with the empathy of the Spanish tradition as the last.
type Letter string

// The letters.
const (
	Ideal     Letter = "ideal"
	Culture   Letter = "culture"
	Attention Letter = "attention"
	Response  Letter = "response"
	Empathy   Letter = "empathy"
)

// Letters lists the letters in their order.
var Letters = []Letter{Ideal, Culture, Attention, Response, Empathy}

// Via is by which door a rating came.
type Via string

// The doors.
const (
	Page    Via = "page"
	Mail    Via = "mail"
	Program Via = "program"
)

// Low is the highest score that is owed an answer.
const Low = 2

// Rating is what one end said. The first that somebody gives for an end holds.
type Rating struct {
	Handoff    id.Handoff
	Side       Side
	Link       id.Link
	Person     id.Person
	Score      int // 1 … 5
	Letters    map[Letter]int
	Note       string
	Via        Via
	RatedAt    db.Time
	Answer     string
	AnsweredBy id.Person
	AnsweredAt db.Time
	Helped     string // "yes" or "no", as who rated says of the answer; empty if it has not said

	Number                    int64 // of the handoff, as what follows
	Title                     string
	Supplier, Customer        id.Node
	PersonName, AnsweredName  string
	SupplierName, ServiceName string
	CustomerName              string
}

// Owed reports whether somebody has to answer.
func (r Rating) Owed() bool { return r.Score <= Low && r.AnsweredAt.IsZero() }

// Rate is what somebody fills in.
type Rate struct {
	Handoff id.Handoff
	Side    Side
	Score   int
	Letters map[Letter]int // those it wants to say something of
	Note    string
	Via     Via
}

const mostNote = 2000

func (in *Rate) clean() {
	in.Note = strings.TrimSpace(in.Note)
	for l, score := range in.Letters {
		if score == 0 {
			delete(in.Letters, l)
		}
	}
}

func (in Rate) check() errs.Bad {
	bad := errs.Bad{}
	errs.OneOf(bad, "side", in.Side, Sides...)
	bad.Add(in.Score >= 1 && in.Score <= 5, "score", "rating.err.score")
	for l, score := range in.Letters {
		errs.OneOf(bad, "letters", l, Letters...)
		bad.Add(score >= 1 && score <= 5, "letters", "rating.err.score")
	}
	bad.Add(in.Side != Supplier || len(in.Letters) == 0, "letters", "rating.err.letters")
	bad.Text("note", in.Note, mostNote)
	return bad
}

// Setting is how often people are asked.
type Setting struct {
	PerDay     int // questions to one person a day: 0 … 20; 0 asks nobody
	AnswerDays int // working days in which a low rating is answered: 1 … 60
}

// Usual is the setting of a company that decided nothing.
var Usual = Setting{PerDay: 3, AnswerDays: 2}

const (
	mostPerDay     = 20
	mostAnswerDays = 60
)

func (s Setting) check() errs.Bad {
	bad := errs.Bad{}
	bad.Add(s.PerDay >= 0 && s.PerDay <= mostPerDay, "per_day", "rating.err.per_day")
	bad.Add(s.AnswerDays >= 1 && s.AnswerDays <= mostAnswerDays, "answer_days", "rating.err.answer_days")
	return bad
}
