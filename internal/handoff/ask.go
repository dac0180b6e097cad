package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Ask opens a handoff: a customer asks for a service. What is promised follows
// from the agreement in force. Invalid names every bad field at once.
func (s *Service) Ask(ctx context.Context, a authz.Actor, in Ask) (Handoff, error) {
	in.clean()
	if err := in.check(s.db.Now()).Err(); err != nil {
		return Handoff{}, err
	}
	defer s.turns.take(s.db, a.Company)()
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
	err = s.begin(ctx, tx, &h, in, h.asking(tx.Now))
	return h, err
}

// asking is the event with which a handoff begins that its customer asks for.
func (h *Handoff) asking(now db.Time) Event {
	return Event{Handoff: h.ID, Seq: 1, Kind: EventKind(Asked), HappenedAt: h.AskedAt, RecordedAt: now, Actor: h.AskedBy}
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
	defer s.turns.take(s.db, a.Company)()
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

// open prepares a new handoff: the link is drawn, the promise looked up. Nothing
// of the handoff itself is written yet.
func (s *Service) open(ctx context.Context, tx *db.Tx, a authz.Actor, in Ask, kind Kind) (Handoff, error) {
	begins := Asked
	if kind == Push {
		begins = Delivered
	}
	at := tx.Now
	if !in.HappenedAt.IsZero() {
		at = db.At(in.HappenedAt)
	}
	h := Handoff{
		ID: id.New[id.Handoff](), Customer: in.Customer, Service: in.Service, Kind: kind,
		Title: in.Title, Detail: in.Detail, Answers: in.Answers, Order: in.Order, Quantity: in.Quantity,
		Unit: in.Unit, Priority: in.Priority, Tags: in.Tags, State: Asked, Version: 1, Events: 1, AskedBy: a.Person,
		Assignee: in.Assignee, AskedAt: at, MovedAt: at, MovedBy: a.Person, NeedBy: db.At(in.NeedBy),
	}
	times, err := setting.TimesOf(ctx, tx)
	if err != nil {
		return Handoff{}, err
	}
	if err := h.foresee(ctx, tx, begins, in.Watchers); err != nil {
		return Handoff{}, err
	}
	o, err := link.Between(ctx, tx, a.Company, in.Service, in.Customer)
	if err != nil {
		return Handoff{}, notAField(err, "service", "handoff.err.no_service")
	}
	if h.Supplier, h.ServiceName = o.Node, o.Name; h.Unit == "" {
		h.Unit = o.Unit
	}
	if err := can(a, begins, h, Behalf{}); err != nil {
		return Handoff{}, err
	}
	if err := s.fits(ctx, tx, o.Offer, in); err != nil {
		return Handoff{}, err
	}
	if err := s.promise(ctx, tx, &h, &o, times); err != nil {
		return Handoff{}, notAField(err, "customer", "handoff.err.no_customer")
	}
	return h, nil
}

// foresee asks for what a new handoff will need that does not depend on its
// service: on PostgreSQL it comes on the journey that reads that. Its number is
// among it: if it comes to nothing, nobody took one.
func (h *Handoff) foresee(ctx context.Context, tx *db.Tx, begins State, watchers []id.Person) (err error) {
	b := &h.beside
	if begins == Delivered {
		if b.days, err = setting.AcceptDays(ctx, tx); err != nil {
			return err
		}
	}
	if b.lines, err = announce(ctx, tx, *h, Event{Kind: EventKind(begins), Actor: h.AskedBy}, watchers); err != nil {
		return err
	}
	b.number, err = askNumber(ctx, tx, 1)
	return err
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

// promise puts on h its link, drawn if it is not there, and what supplier and
// customer have agreed, by their working time, with the terms of the leg that
// begins. NotFound if there is no such customer.
func (s *Service) promise(ctx context.Context, tx *db.Tx, h *Handoff, o *link.Bound, times setting.Times) error {
	if err := o.Draw(ctx, tx, h.MovedBy, h.Customer); err != nil {
		return err
	}
	h.Link, h.Agreement = o.Link, o.Promise.Agreement
	hours, err := times.Of(ctx, tx, h.Supplier, h.Customer)
	if err != nil {
		return err
	}
	if h.leg, err = s.legTerms(ctx, tx, *h, o.Promise, hours); err != nil {
		return err
	}
	h.TakeDueAt, h.DueAt, err = due(hours[0], o.Promise.Terms, h.AskedAt.Time)
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
	o, err := link.Between(ctx, s.db, a.Company, service, customer)
	if err != nil {
		return Due{}, err
	}
	d := Due{Promise: o.Promise}
	cal, err := setting.WorkingTimeOf(ctx, s.db, a.Company, o.Node)
	if err != nil {
		return d, err
	}
	d.TakeBy, d.DeliverBy, err = due(cal, o.Promise.Terms, s.db.Now())
	return d, err
}

// begin gives a new handoff its number, tells people of it, and writes it with its
// first event.
func (s *Service) begin(ctx context.Context, tx *db.Tx, h *Handoff, in Ask, e Event) error {
	e.Data.Leg = h.leg
	clocks, err := s.follow(ctx, tx, h, &e)
	if err != nil {
		return err
	}
	number, lines := h.beside.number, h.beside.lines
	h.beside = beside{}
	if h.Number, err = number.Row(ctx); err != nil {
		return err
	}
	lines.Of(h.Number, h.Supplier)
	if err := lines.Add(ctx, tx); err != nil {
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
