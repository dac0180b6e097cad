package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/memory"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct {
	db       *db.DB
	kept     sync.Map // keptHours that are committed
	watched  watched
	chains   chains
	passes   passes
	promised memory.Of[promisesKey, figure[Promises]]
	linked   memory.Of[linkKey, figure[LinkFigures]]
	bounced  memory.Of[linkKey, figure[[]Bounced]]
}

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{db: d} }

// Ask opens a handoff: a customer asks for a service. What is promised follows
// from the agreement in force. Invalid names every bad field at once.
func (s *Service) Ask(ctx context.Context, a authz.Actor, in Ask) (Handoff, error) {
	in.clean()
	if err := in.check(s.db.Now()).Err(); err != nil {
		return Handoff{}, err
	}
	var h Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		h, err = s.ask(ctx, tx, a, in)
		return err
	})
	return h, err
}

// ask opens a handoff of which the form was checked.
func (s *Service) ask(ctx context.Context, tx *db.Tx, a authz.Actor, in Ask) (Handoff, error) {
	h, err := s.open(ctx, tx, a, in, Pull)
	if err != nil {
		return Handoff{}, err
	}
	err = s.begin(ctx, tx, &h, in, Event{
		Handoff: h.ID, Seq: 1, Kind: EventKind(Asked), HappenedAt: h.AskedAt, RecordedAt: tx.Now, Actor: a.Person,
	})
	return h, err
}

// HandOn delivers to a customer that did not ask, as on a production line: the
// handoff begins delivered, in its first round.
func (s *Service) HandOn(ctx context.Context, a authz.Actor, in Ask, step Step) (Handoff, error) {
	in.clean()
	step.clean()
	step.Quantity = in.Quantity
	bad := in.check(s.db.Now())
	for f, k := range step.check(Delivered, s.db.Now()) {
		bad.Add(false, f, k)
	}
	if err := bad.Err(); err != nil {
		return Handoff{}, err
	}
	var h Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if h, err = s.open(ctx, tx, a, in, Push); err != nil {
			return err
		}
		step.HappenedAt = in.HappenedAt
		e, err := h.move(Delivered, step, a.Person, tx.Now)
		if err != nil {
			return err
		}
		h.Version, h.Events, e.Seq = 1, 1, 1
		return s.begin(ctx, tx, &h, in, e)
	})
	return h, err
}

// open prepares a new handoff: the link is drawn, the promise looked up, the
// number taken. Nothing of the handoff itself is written yet.
func (s *Service) open(ctx context.Context, tx *db.Tx, a authz.Actor, in Ask, kind Kind) (Handoff, error) {
	o, err := link.GetOffer(ctx, tx, a.Company, in.Service)
	if err != nil {
		return Handoff{}, notAField(err, "service", "handoff.err.no_service")
	}
	at := tx.Now
	if !in.HappenedAt.IsZero() {
		at = db.At(in.HappenedAt)
	}
	h := Handoff{
		ID: id.New[id.Handoff](), Supplier: o.Node, Customer: in.Customer, Service: o.ID, Kind: kind,
		Title: in.Title, Detail: in.Detail, Answers: in.Answers, Order: in.Order, Quantity: in.Quantity,
		Unit: o.Unit, Priority: in.Priority, Tags: in.Tags, State: Asked, Version: 1, Events: 1, AskedBy: a.Person,
		Assignee: in.Assignee, AskedAt: at, MovedAt: at, MovedBy: a.Person, NeedBy: db.At(in.NeedBy),
		ServiceName: o.Name,
	}
	if in.Unit != "" {
		h.Unit = in.Unit
	}
	begins := Asked
	if kind == Push {
		begins = Delivered
	}
	if err := can(a, begins, h, Behalf{}); err != nil {
		return Handoff{}, err
	}
	if err := s.fits(ctx, tx, o, in); err != nil {
		return Handoff{}, err
	}
	if err := s.promise(ctx, tx, &h, o); err != nil {
		return Handoff{}, notAField(err, "customer", "handoff.err.no_customer")
	}
	h.Number, err = nextNumber(ctx, tx, 1)
	return h, err
}

// notAField turns "there is no such record" into what is wrong with a field.
func notAField(err error, field, key string) error {
	if errs.KindOf(err) == errs.NotFound {
		return errs.Field(field, key)
	}
	return err
}

// fits checks an Ask against the service and the people of the company.
func (s *Service) fits(ctx context.Context, tx *db.Tx, o link.Offer, in Ask) error {
	bad := errs.Bad{}
	bad.Add(!o.Archived(), "service", "handoff.err.service_archived")
	people := slices.Clone(in.Watchers)
	if in.Assignee != "" {
		if err := checkAssignee(ctx, tx, bad, in.Assignee, o.Node); err != nil {
			return err
		}
	}
	for _, f := range o.Form {
		if f.Type == link.Person && in.Answers[f.ID] != "" {
			people = append(people, id.Person(in.Answers[f.ID]))
		}
	}
	known := map[id.Person]string{}
	if len(people) > 0 {
		var err error
		if known, err = org.Names(ctx, tx, tx.Company, people...); err != nil {
			return err
		}
	}
	isPerson := func(p id.Person) bool { _, ok := known[p]; return ok }
	for _, w := range in.Watchers {
		bad.Add(isPerson(w), "watchers", "err.unknown")
	}
	if in.unattended {
		return bad.Err()
	}
	link.CheckAnswers(bad, o.Form, in.Answers, isPerson)
	for _, f := range o.Form {
		given := slices.ContainsFunc(in.Files, func(u Upload) bool { return u.Field == f.ID })
		bad.Add(f.Type != link.File || !f.Required || given, "answers."+f.ID, "err.required")
	}
	return bad.Err()
}

// promise puts on h its link and what supplier and customer have agreed, by the
// working time of the supplier, with the terms of the leg that begins. NotFound
// if there is no such customer.
func (s *Service) promise(ctx context.Context, tx *db.Tx, h *Handoff, o link.Offer) error {
	l, p, err := link.Bind(ctx, tx, h.MovedBy, o, h.Customer)
	if err != nil {
		return err
	}
	h.Link, h.Agreement = l, p.Agreement
	if h.leg, err = s.legTerms(ctx, tx, *h, p); err != nil {
		return err
	}
	cal, err := loadHours(ctx, tx, tx.Company, h.leg.Hours)
	if err != nil {
		return err
	}
	h.TakeDueAt, h.DueAt, err = due(cal, p.Terms, h.AskedAt.Time)
	return err
}

func due(cal *calendar.Calendar, t link.Terms, from time.Time) (take, deliver db.Time, err error) {
	takeAt, deliverAt, err := t.Due(cal, from)
	if err != nil {
		return take, deliver, notComputable(err)
	}
	return db.At(takeAt), db.At(deliverAt), nil
}

// notComputable says that the working time of the supplier never gets there.
func notComputable(err error) error {
	if errors.Is(err, calendar.ErrHorizon) {
		return &errs.Error{Kind: errs.Conflict, Key: "handoff.err.not_computable", Err: err}
	}
	return fmt.Errorf("work out when it is due: %w", err)
}

// Due is what the form shows before it is sent: when it would be taken and
// delivered if customer asked for service now, and by which promise.
type Due struct {
	TakeBy, DeliverBy db.Time
	Promise           link.Promise
}

// DueIfAskedNow computes Due.
func (s *Service) DueIfAskedNow(ctx context.Context, a authz.Actor, service id.Service, customer id.Node) (Due, error) {
	o, err := link.GetOffer(ctx, s.db, a.Company, service)
	if err != nil {
		return Due{}, err
	}
	p, err := link.New(s.db).PromiseBetween(ctx, a, o, customer)
	if err != nil {
		return Due{}, err
	}
	d := Due{Promise: p}
	cal, err := setting.WorkingTimeOf(ctx, s.db, a.Company, o.Node)
	if err != nil {
		return d, err
	}
	d.TakeBy, d.DeliverBy, err = due(cal, p.Terms, s.db.Now())
	return d, err
}

// begin tells people of a new handoff, and writes it with its first event: what
// has to be read comes first, so that all that is written is sent at once.
func (s *Service) begin(ctx context.Context, tx *db.Tx, h *Handoff, in Ask, e Event) error {
	e.Data.Leg = h.leg
	clocks, err := s.follow(ctx, tx, h, &e)
	if err != nil {
		return err
	}
	if err := tell(ctx, tx, *h, e, in.Watchers); err != nil {
		return err
	}
	if err := insertHandoffs(ctx, tx, *h); err != nil {
		return err
	}
	if err := insertEvents(ctx, tx, e); err != nil {
		return err
	}
	if err := s.keep(ctx, tx, *h, *clocks, false); err != nil {
		return err
	}
	if err := insertWords(ctx, tx, *h); err != nil {
		return err
	}
	if err := addWatchers(ctx, tx, h.ID, in.Watchers...); err != nil {
		return err
	}
	if err := addFiles(ctx, tx, h.ID, e.Seq, e.Actor, in.Files); err != nil {
		return err
	}
	record(tx, *h, e)
	return nil
}

// Move takes a handoff to its next state. Conflict tells who moved it
// meanwhile, and how. Words with an acceptance make it one with a remark:
// nobody approves what it writes against.
func (s *Service) Move(ctx context.Context, a authz.Actor, to State, in Step) (Handoff, error) {
	in.clean()
	if to == Accepted && in.Note != "" {
		to = AcceptedWithRemark
	}
	if err := in.check(to, s.db.Now()).Err(); err != nil {
		return Handoff{}, err
	}
	var h Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if h, err = get(ctx, tx, a.Company, in.Handoff); err != nil {
			return err
		}
		if err := can(a, to, h, in.Behalf); err != nil {
			return err
		}
		if err := s.checkStep(ctx, tx, h, to, &in); err != nil {
			return err
		}
		was := h.Events
		if in.Version != 0 && in.Version != h.Version || !slices.Contains(next[h.State], to) {
			return s.meanwhile(ctx, tx, h)
		}
		e, err := h.move(to, in, a.Person, tx.Now)
		if err != nil {
			return err
		}
		if err := s.step(ctx, tx, was, &h, &e); err != nil {
			return err
		}
		return addFiles(ctx, tx, h.ID, e.Seq, a.Person, in.Files)
	})
	return h, err
}

// step writes a moved handoff, tells people, and writes its event and its clocks:
// nothing is read after them, so that they are sent at once.
func (s *Service) step(ctx context.Context, tx *db.Tx, was int64, h *Handoff, e *Event) error {
	clocks, err := s.follow(ctx, tx, h, e)
	if err != nil {
		return err
	}
	of, moved, err := update(ctx, tx, was, *h)
	if err != nil {
		return err
	}
	if !moved {
		return s.meanwhile(ctx, tx, *h)
	}
	if err := tell(ctx, tx, *h, *e, of.watchers); err != nil {
		return err
	}
	if err := tellServed(ctx, tx, of.waiting, *e); err != nil {
		return err
	}
	if err := insertEvents(ctx, tx, *e); err != nil {
		return err
	}
	if clocks != nil {
		if err := s.keep(ctx, tx, *h, *clocks, false); err != nil {
			return err
		}
	}
	record(tx, *h, *e)
	return nil
}

// checkStep checks a step against the service: a known reason, a quantity that
// was delivered, requirements that exist. It fills in the quantity left out.
func (s *Service) checkStep(ctx context.Context, tx *db.Tx, h Handoff, to State, in *Step) error {
	bad := errs.Bad{}
	switch to {
	case Delivered:
		if in.Quantity == 0 {
			in.Quantity = h.Missing()
		}
		if err := s.checkChecks(ctx, tx, h, bad, in.Checks); err != nil {
			return err
		}
	case Returned:
		o, err := link.GetOffer(ctx, tx, tx.Company, h.Service)
		if err != nil {
			return err
		}
		checkReturn(bad, o, h, in)
	case Asked, Taken, Accepted, AcceptedWithRemark, Declined, Cancelled:
	}
	if in.Behalf.Person != "" {
		known, err := org.Names(ctx, tx, tx.Company, in.Behalf.Person)
		if err != nil {
			return err
		}
		bad.Add(len(known) == 1, "behalf", "err.unknown")
	}
	return bad.Err()
}

// checkReturn checks what comes back against the service o of h.
func checkReturn(bad errs.Bad, o link.Offer, h Handoff, in *Step) {
	if len(link.Current(o.Reasons)) > 0 {
		bad.Required("reason", in.Reason)
		known := slices.ContainsFunc(o.Reasons, func(r link.Item) bool { return r.ID == in.Reason && !r.Gone })
		bad.Add(known, "reason", "err.unknown")
	} else {
		bad.Required("note", in.Note)
		bad.Add(in.Reason == "", "reason", "err.unknown")
	}
	bad.Add(in.Quantity <= h.Delivered || h.Delivered == 0, "quantity", "handoff.err.more_than_delivered")
	if in.Quantity == 0 {
		in.Quantity = h.Delivered
	}
}

// checkChecks notes ticks on what nobody promised.
func (s *Service) checkChecks(ctx context.Context, tx *db.Tx, h Handoff, bad errs.Bad, checks []string) error {
	if len(checks) == 0 {
		return nil
	}
	o, err := link.GetOffer(ctx, tx, tx.Company, h.Service)
	if err != nil {
		return err
	}
	promised, err := link.RequirementsOf(ctx, tx, tx.Company, h.Agreement, o)
	if err != nil {
		return err
	}
	for _, c := range checks {
		bad.Add(slices.ContainsFunc(promised, func(r link.Item) bool { return r.ID == c }), "checks", "err.unknown")
	}
	return nil
}

// meanwhile says who did what to h since the caller looked at it.
func (s *Service) meanwhile(ctx context.Context, tx *db.Tx, h Handoff) error {
	e, err := LastStep(ctx, tx, tx.Company, h.ID)
	if err != nil {
		return err
	}
	return &errs.Error{
		Kind: errs.Conflict, Key: "handoff.err.meanwhile." + string(e.Kind),
		Args: errs.Args{"Who": e.ActorName, "When": e.RecordedAt.Time, "Number": h.Number},
	}
}

// Moved is the payload of the facts about a handoff's life: ids and codes.
type Moved struct {
	Number   int64      `json:"number"`
	Service  id.Service `json:"service"`
	Supplier id.Node    `json:"supplier"`
	Customer id.Node    `json:"customer"`
	Round    int        `json:"round,omitempty"`
	Quantity float64    `json:"quantity,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Behalf   bool       `json:"behalf,omitempty"`
	To       id.Node    `json:"to,omitempty"`
	Assignee id.Person  `json:"assignee,omitempty"`
	On       clock.Whom `json:"on,omitempty"` // paused: whom it waits for
}

func record(tx *db.Tx, h Handoff, e Event) { fact.Record(tx, factOf(h, e)) }

func factOf(h Handoff, e Event) fact.Fact {
	var on clock.Whom
	if e.Data.Wait != nil {
		on = e.Data.Wait.On
	}
	return fact.Fact{
		Kind: "handoff." + string(e.Kind), HappenedAt: e.HappenedAt, Actor: e.Actor,
		Subject: string(h.ID), Link: h.Link, Data: fact.Encode(Moved{
			Number: h.Number, Service: h.Service, Supplier: h.Supplier, Customer: h.Customer, Round: e.Round,
			Quantity: e.Quantity, Reason: e.Reason, Behalf: e.Behalf.Given(), To: e.Data.To, Assignee: e.Data.Assignee, On: on,
		}),
	}
}
