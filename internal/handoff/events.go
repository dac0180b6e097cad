package handoff

import (
	"context"
	"io"
	"slices"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/trail"
)

// CaseOf says what a case of an event log is.
type CaseOf string

// What a case may be.
const (
	ByOrder   CaseOf = "order"   // the customer's order; a handoff without one is a case of its own
	ByHandoff CaseOf = "handoff" // each handoff
)

// People says how an event log names who did something.
type People string

// How people are named.
const (
	NoPeople People = "none"
	Codes    People = "codes" // a number that means nothing outside of this one log
	Names    People = "names" // only for an owner
)

// LogOptions say what an event log tells. The zero value is XES, by order, and
// without people.
type LogOptions struct {
	Format trail.Format
	Case   CaseOf
	People People
}

func (o *LogOptions) clean() {
	if o.Format == "" {
		o.Format = trail.XES
	}
	if o.Case == "" {
		o.Case = ByOrder
	}
	if o.People == "" {
		o.People = NoPeople
	}
}

func (o LogOptions) check() error {
	bad := errs.Bad{}
	errs.OneOf(bad, "format", o.Format, trail.Formats...)
	errs.OneOf(bad, "case", o.Case, ByOrder, ByHandoff)
	errs.OneOf(bad, "people", o.People, NoPeople, Codes, Names)
	return bad.Err()
}

// Keys of our own in an event log.
const (
	keyService  = "service"
	keySupplier = "supplier"
	keyCustomer = "customer"
	keyRound    = "round"
	keyQuantity = "quantity"
	keyUnit     = "unit"
	keyReason   = "reason"
)

// Types of the objects of an event log.
const (
	orderObject   = "order"
	handoffObject = "handoff"
	nodeObject    = "node"
	personObject  = "person"
)

// ExportEvents writes the whole history of the company as an event log: see
// [Trail]. Titles, notes and files stay here: people write in them what they
// would not publish. A name is on it only if an owner asks for names.
func (s *Service) ExportEvents(ctx context.Context, a authz.Actor, o LogOptions, to io.Writer) error {
	o.clean()
	if err := o.check(); err != nil {
		return err
	}
	if o.People == Names && !a.Owner {
		return errs.New(errs.Forbidden, "handoff.err.names_owner_only")
	}
	x, err := s.exporter(ctx, a)
	if err != nil {
		return err
	}
	l := &logger{exporter: x, options: o, company: a.Company, db: s.db, codes: map[id.Person]string{}, orders: map[string]bool{}, nodes: x.nodeNames()}
	if l.out, err = trail.New(to, o.Format, l.head()); err != nil {
		return err
	}
	if o.Format == trail.OCEL || o.Format == trail.OCELXML {
		if err := l.objects(ctx); err != nil {
			return err
		}
	}
	if err := l.events(ctx); err != nil {
		return err
	}
	return l.out.Close()
}

// logger writes one event log.
type logger struct {
	*exporter
	options LogOptions
	company id.Company
	db      *db.DB
	out     trail.Writer
	codes   map[id.Person]string
	orders  map[string]bool // that are objects
	nodes   map[id.Node]string
}

// nodeNames says each node by its name, or by its path if the name is not its own.
func (x *exporter) nodeNames() map[id.Node]string {
	called, out := map[string]int{}, map[id.Node]string{}
	x.tree.Walk(func(n org.Node, _ int) { called[n.Name]++ })
	x.tree.Walk(func(n org.Node, _ int) {
		out[n.ID] = n.Name
		if called[n.Name] > 1 {
			out[n.ID] = x.tree.Path(n.ID)
		}
	})
	return out
}

func (l *logger) head() trail.Head {
	h := trail.Head{
		Title: "Eslabón",
		Keys: []trail.Key{
			{Name: trail.Group, Type: trail.Text, Always: true},
			{Name: trail.Resource, Type: trail.Text},
			{Name: trail.Lifecycle, Type: trail.Text, Always: true},
			{Name: trail.Instance, Type: trail.Text, Always: true},
			{Name: keyService, Type: trail.Text, Always: true},
			{Name: keySupplier, Type: trail.Text, Always: true},
			{Name: keyCustomer, Type: trail.Text, Always: true},
			{Name: keyRound, Type: trail.Whole, Always: true},
			{Name: keyQuantity, Type: trail.Number},
			{Name: keyUnit, Type: trail.Text},
			{Name: keyReason, Type: trail.Text},
		},
		Objects: []trail.Kind{
			{Name: orderObject},
			{Name: nodeObject, Keys: []trail.Key{{Name: "name", Type: trail.Text}, {Name: "kind", Type: trail.Text}}},
			{Name: handoffObject, Keys: []trail.Key{{Name: keyService, Type: trail.Text}, {Name: "kind", Type: trail.Text}, {Name: keyQuantity, Type: trail.Number}}},
		},
	}
	if l.options.People == NoPeople {
		h.Keys = append(h.Keys[:1], h.Keys[2:]...)
	} else {
		h.Objects = append(h.Objects, trail.Kind{Name: personObject})
	}
	for _, k := range Stops {
		h.Activities = append(h.Activities, string(k))
	}
	return h
}

// objects writes what the events are about. Who did something comes to light
// only with the events, so everybody is there.
func (l *logger) objects(ctx context.Context) (err error) {
	put := func(o trail.Object) {
		if err == nil {
			err = l.out.Object(o)
		}
	}
	l.tree.Walk(func(n org.Node, _ int) {
		put(trail.Object{
			ID: nodeObject + ":" + string(n.ID), Type: nodeObject,
			Attrs: []trail.Attr{{Key: "name", Value: l.nodes[n.ID]}, {Key: "kind", Value: string(n.Kind)}},
		})
	})
	if l.options.People != NoPeople {
		written := map[string]bool{}
		for p := range l.people { // in no order: a code tells nothing of who came first
			if who := l.who(p); !written[who] {
				written[who] = true
				put(trail.Object{ID: personObject + ":" + who, Type: personObject})
			}
		}
	}
	if err != nil {
		return err
	}
	return eachCase(ctx, l.db, l.company, ByHandoff, func(cases [][]Handoff) error {
		for _, c := range cases {
			if h := c[0]; h.Order != "" && !l.orders[h.Order] {
				l.orders[h.Order] = true
				put(trail.Object{ID: orderObject + ":" + h.Order, Type: orderObject})
			}
			put(handoffAsObject(c[0]))
		}
		return err
	})
}

func handoffAsObject(h Handoff) trail.Object {
	o := trail.Object{
		ID: handoffObject + ":" + number(h), Type: handoffObject,
		Attrs: []trail.Attr{{Key: keyService, Value: h.ServiceName}, {Key: "kind", Value: string(h.Kind)}},
		Refs: []trail.Ref{
			{Object: nodeObject + ":" + string(h.Supplier), As: keySupplier},
			{Object: nodeObject + ":" + string(h.Customer), As: keyCustomer},
		},
	}
	if h.Quantity != 0 {
		o.Attrs = append(o.Attrs, trail.Attr{Key: keyQuantity, Value: h.Quantity})
	}
	if h.Order != "" {
		o.Refs = append(o.Refs, trail.Ref{Object: orderObject + ":" + h.Order, As: "serves"})
	}
	return o
}

func (l *logger) events(ctx context.Context) error {
	return eachCase(ctx, l.db, l.company, l.options.Case, func(cases [][]Handoff) error {
		told, err := storiesInParts(ctx, l.db, l.company, slices.Concat(cases...))
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := l.one(c, told); err != nil {
				return err
			}
		}
		return nil
	})
}

// one writes the events of a case.
func (l *logger) one(c []Handoff, told map[id.Handoff][]Event) error {
	var all []passing
	for _, h := range c {
		for _, st := range Trail(h, told[h.ID]) {
			all = append(all, passing{h, st})
		}
	}
	if len(all) == 0 {
		return nil
	}
	inLine(all)
	if err := l.out.Case(l.caseName(c[0])); err != nil {
		return err
	}
	for _, p := range all {
		if err := l.out.Event(l.event(p)); err != nil {
			return err
		}
	}
	return nil
}

func (l *logger) caseName(h Handoff) string {
	if l.options.Case == ByOrder && h.Order != "" {
		return h.Order
	}
	return handoffObject + ":" + number(h)
}

func number(h Handoff) string { return strconv.FormatInt(h.Number, 10) }

func (l *logger) event(p passing) trail.Event {
	e := trail.Event{
		ID: number(p.Handoff) + "." + strconv.FormatInt(p.Seq, 10), Activity: string(p.Stop.Kind), At: p.HappenedAt.Time,
		Refs: []trail.Ref{{Object: handoffObject + ":" + number(p.Handoff), As: handoffObject}, {Object: nodeObject + ":" + string(p.Node), As: "lies with"}},
	}
	set := func(key string, v any) {
		if v != "" && v != 0.0 {
			e.Attrs = append(e.Attrs, trail.Attr{Key: key, Value: v})
		}
	}
	set(trail.Group, l.nodes[p.Node])
	if who := l.who(p.Actor); l.options.People != NoPeople && who != "" {
		set(trail.Resource, who)
		e.Refs = append(e.Refs, trail.Ref{Object: personObject + ":" + who, As: "done by"})
	}
	set(trail.Lifecycle, "complete")
	set(trail.Instance, number(p.Handoff))
	set(keyService, p.ServiceName)
	set(keySupplier, l.nodes[p.Supplier])
	set(keyCustomer, l.nodes[p.Customer])
	set(keyRound, int64(p.Round))
	set(keyQuantity, p.Stop.Quantity)
	if p.Stop.Quantity != 0 {
		set(keyUnit, p.Unit)
	}
	if p.Stop.Reason != "" {
		set(keyReason, link.TextOf(l.offers[p.Service].Reasons, p.Stop.Reason))
	}
	if l.orders[p.Order] {
		e.Refs = append(e.Refs, trail.Ref{Object: orderObject + ":" + p.Order, As: orderObject})
	}
	return e
}

// who names a person as the options say; nobody has no name.
func (l *logger) who(p id.Person) string {
	name, ok := l.people[p]
	if !ok || l.options.People == NoPeople {
		return ""
	}
	if l.options.People == Names {
		return name
	}
	if l.codes[p] == "" {
		l.codes[p] = "P" + strconv.Itoa(len(l.codes)+1)
	}
	return l.codes[p]
}
