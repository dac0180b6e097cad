// Package link keeps the standing relations: what a node offers to others, the
// link that it makes with each customer, and what both have agreed.
package link

import (
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Link is the standing edge from a supplier to a customer.
type Link struct {
	ID         id.Link
	Supplier   id.Node
	Customer   id.Node
	Relation   org.Relation // computed from the tree, unless somebody overrode it
	Overridden bool
	RelatedBy  id.Person // who overrode the relation
	RelatedWhy string
	DeclaredAt db.Time
}

// AgreementState is where a version of an agreement stands.
type AgreementState string

// The states of an agreement.
const (
	Proposed  AgreementState = "proposed"
	Accepted  AgreementState = "accepted"
	Rejected  AgreementState = "rejected"
	Withdrawn AgreementState = "withdrawn"
	Replaced  AgreementState = "replaced" // a later version holds
)

// Side is an end of a link.
type Side string

// The sides.
const (
	SupplierSide Side = "supplier"
	CustomerSide Side = "customer"
)

// Agreement is one version of what supplier and customer promise each other
// for one service.
type Agreement struct {
	ID      id.Agreement
	Link    id.Link
	Service id.Service
	Version int
	State   AgreementState
	Terms
	AcceptDays   int // working days of the customer to answer a delivery; 0 for what the company says
	Requirements []Item
	Note         string
	ReviewOn     string // local date "2026-12-31", or empty
	Side         Side   // who proposed it
	ProposedBy   id.Person
	ProposedAt   db.Time
	DecidedBy    id.Person
	DecidedAt    db.Time
}

// Propose is what one side fills in.
type Propose struct {
	Link         id.Link
	Service      id.Service
	Terms        Terms
	AcceptDays   int // 0 for what the company says
	Requirements []Item
	Note         string
	ReviewOn     string
}

func (in Propose) check() errs.Bad {
	bad := errs.Bad{}
	in.Terms.check(bad)
	bad.Add(in.AcceptDays >= 0 && in.AcceptDays <= mostAcceptDays, "accept_days", "link.err.accept_days")
	checkItems(bad, "requirements", in.Requirements)
	bad.Text("note", in.Note, mostDetail)
	if in.ReviewOn != "" {
		_, err := time.Parse(time.DateOnly, in.ReviewOn)
		bad.Add(err == nil, "review_on", "err.not_a_date")
	}
	return bad
}

// Promise is what holds for a new handoff: the agreement in force, or the
// default of the service.
type Promise struct {
	Agreement    id.Agreement // empty if the default holds
	Terms        Terms
	AcceptDays   int // working days of the customer to answer a delivery; 0 for what the company says
	Requirements []Item
}

// Bound is a service as one customer has it.
type Bound struct {
	Offer
	Link    id.Link // empty if none has been drawn
	Promise Promise
}
