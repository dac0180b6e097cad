// Package route makes work flow: a route is a sequence of services, and a piece
// of work on it goes from step to step as each is accepted. It may be sent back
// a step, skip one, and travel in lots that join again.
package route

import (
	"strconv"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Route is a named sequence of services.
type Route struct {
	ID         id.Route
	Name       string
	Detail     string
	Version    int // of its steps: 1, 2, 3…
	Steps      []Step
	MadeBy     id.Person
	MadeAt     db.Time
	ArchivedAt db.Time
}

// Step is one step of a route.
type Step struct {
	Service  id.Service
	Name     string // of the service
	Node     id.Node
	Supplier string // the name of the node
	Gone     bool   // the service is no longer offered
}

// Archived reports whether nothing new may begin on the route.
func (r Route) Archived() bool { return !r.ArchivedAt.IsZero() }

// Sound reports whether every step is still offered.
func (r Route) Sound() bool {
	for _, s := range r.Steps {
		if s.Gone {
			return false
		}
	}
	return true
}

// Draft is what somebody fills in to make or change a route.
type Draft struct {
	Name   string
	Detail string
	Steps  []id.Service
}

const (
	mostName   = 120
	mostDetail = 2000
	leastSteps = 2
	mostSteps  = 30
)

func (in *Draft) clean() { in.Name = org.CleanName(in.Name) }

func (in Draft) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("name", in.Name)
	bad.Text("name", in.Name, mostName)
	bad.Text("detail", in.Detail, mostDetail)
	bad.Add(len(in.Steps) >= leastSteps, "steps", "route.err.too_few_steps")
	bad.Add(len(in.Steps) <= mostSteps, "steps", "route.err.too_many_steps")
	seen := map[id.Service]bool{}
	for i, s := range in.Steps {
		at := stepField(i)
		bad.Required(at, string(s))
		bad.Add(!seen[s] || s == "", at, "route.err.loop")
		seen[s] = true
	}
	return bad
}

// stepField is the name of the field of step i, counted from 0.
func stepField(i int) string { return "steps." + strconv.Itoa(i) }

// fits checks the steps against what the company offers.
func (in Draft) fits(bad errs.Bad, offers map[id.Service]link.Offer) {
	var before link.Offer
	for i, s := range in.Steps {
		o, known := offers[s]
		bad.Add(known, stepField(i), "err.unknown")
		bad.Add(!known || !o.Archived(), stepField(i), "route.err.archived")
		bad.Add(!known || o.Node != before.Node, stepField(i), "route.err.same_node")
		before = o
	}
}
