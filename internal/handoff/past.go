package handoff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/setting"
)

// Past is the life of a handoff that was lived elsewhere, told as it happened.
type Past struct {
	Kind    Kind
	By      id.Person     // who asked; of a push, who handed on
	Ask     Ask           // HappenedAt says when; it carries no files
	Promise *link.Promise // what was agreed then; nil for what holds now
	Steps   []PastStep    // oldest first; a push begins with its delivery
	Key     string        // under which another system knew it, if any
}

// PastStep is one step or one thing said. Step.HappenedAt says when.
type PastStep struct {
	Kind     EventKind
	By       id.Person
	Step     Step
	To       id.Service  // of Redirected
	Wait     Wait        // of Paused
	Mentions []id.Person // of Commented
}

// Record writes many past handoffs at once inside the caller's transaction, by
// the same rules as if every step had been written down when it happened.
// Nobody is told, and who may is not asked: the caller vouches for who did
// what. Numbers follow the order in which they were asked.
func (s *Service) Record(ctx context.Context, tx *db.Tx, pasts []Past) error {
	if len(pasts) == 0 {
		return nil
	}
	pasts = slices.Clone(pasts)
	slices.SortStableFunc(pasts, func(a, b Past) int { return a.Ask.HappenedAt.Compare(b.Ask.HappenedAt) })
	r, err := s.recorder(ctx, tx)
	if err != nil {
		return err
	}
	first, err := nextNumber(ctx, tx, len(pasts))
	if err != nil {
		return err
	}
	for i, p := range pasts {
		if err := r.live(ctx, p, first+int64(i)); err != nil {
			return fmt.Errorf("past handoff %q of %s: %w", p.Ask.Title, p.Ask.HappenedAt.Format(time.DateTime), err)
		}
	}
	return r.write(ctx)
}

// recorder gathers the rows of many handoffs, and remembers what it looked up.
type recorder struct {
	s        *Service
	tx       *db.Tx
	company  id.Company
	hours    *setting.Timetable
	offers   map[id.Service]link.Offer
	links    map[[2]id.Node]id.Link
	promises map[promised]link.Promise

	handoffs []Handoff
	events   []Event
	legs     []legRow
	by       map[*calendar.Calendar]bool // the hours by which something was promised
	accept   int                         // working days that a customer has to answer
	facts    []fact.Fact
	watchers map[id.Handoff][]id.Person
}

type promised struct {
	link    id.Link
	service id.Service
}

func (s *Service) recorder(ctx context.Context, tx *db.Tx) (*recorder, error) {
	hours, err := setting.LoadTimetable(ctx, tx, tx.Company)
	if err != nil {
		return nil, err
	}
	accept, err := setting.AcceptDays(ctx, tx)
	if err != nil {
		return nil, err
	}
	days, err := accept.Row(ctx)
	return &recorder{
		by: map[*calendar.Calendar]bool{}, accept: days,
		s: s, tx: tx, company: tx.Company, hours: hours, offers: map[id.Service]link.Offer{}, links: map[[2]id.Node]id.Link{},
		promises: map[promised]link.Promise{}, watchers: map[id.Handoff][]id.Person{},
	}, err
}

// live takes one handoff through its life.
func (r *recorder) live(ctx context.Context, p Past, number int64) error {
	p.Ask.clean()
	at := db.At(p.Ask.HappenedAt)
	bad := p.Ask.check(at.Time)
	bad.Add(len(p.Ask.Files) == 0, "files", "handoff.err.too_many_files")
	bad.Add(p.Kind == Pull || len(p.Steps) > 0 && p.Steps[0].Kind == EventKind(Delivered), "kind", "err.unknown")
	if err := bad.Err(); err != nil {
		return err
	}
	o, err := r.offer(ctx, p.Ask.Service)
	if err != nil {
		return err
	}
	if p.Key == "" { // what another system kept has no answers to our questions
		if err := r.s.fits(ctx, r.tx, o, p.Ask); err != nil {
			return err
		}
	}
	h := begun(p, o, at)
	h.Number = number
	leg, err := r.promise(ctx, &h, o, p.Promise)
	if err != nil {
		return err
	}
	begin := len(r.events)
	if p.Kind == Pull {
		r.add(h, Event{
			Handoff: h.ID, Seq: 1, Kind: EventKind(Asked), HappenedAt: at, RecordedAt: at, Actor: p.By, Data: EventData{Leg: leg},
		})
	}
	for i, step := range p.Steps {
		e, err := r.step(ctx, &h, step)
		if err != nil {
			return fmt.Errorf("%s: %w", step.Kind, err)
		}
		if i == 0 && p.Kind == Push {
			h.Version, h.Events, e.Seq = 1, 1, 1
			e.Data.Leg = leg
		}
		if e.Kind == EventKind(Delivered) && !h.Imported {
			e.Data.AcceptDays = r.accept
			if days := agreedDays(append(r.events[begin:len(r.events):len(r.events)], e)); days > 0 {
				e.Data.AcceptDays = days
			}
		}
		r.add(h, e)
	}
	if err := r.clock(ctx, &h, r.events[begin:]); err != nil {
		return err
	}
	r.handoffs = append(r.handoffs, h)
	r.watchers[h.ID] = p.Ask.Watchers
	return nil
}

func begun(p Past, o link.Offer, at db.Time) Handoff {
	in := p.Ask
	h := Handoff{
		ID: id.New[id.Handoff](), Supplier: o.Node, Customer: in.Customer, Service: o.ID, Kind: p.Kind,
		Title: in.Title, Detail: in.Detail, Answers: in.Answers, Order: in.Order, Quantity: in.Quantity,
		Unit: o.Unit, Priority: in.Priority, Tags: in.Tags, State: Asked, Version: 1, Events: 1, AskedBy: p.By,
		Assignee: in.Assignee, AskedAt: at, MovedAt: at, MovedBy: p.By,
		Imported: p.Key != "", ImportKey: p.Key,
	}
	if !in.NeedBy.IsZero() {
		h.NeedBy = db.At(in.NeedBy)
	}
	if in.Unit != "" {
		h.Unit = in.Unit
	}
	return h
}

func (r *recorder) add(h Handoff, e Event) {
	if h.Imported {
		e.RecordedAt = r.tx.Now
	}
	r.events = append(r.events, e)
	r.facts = append(r.facts, factOf(h, e))
}

// step applies one step, by the rules of the use case that it would have been.
func (r *recorder) step(ctx context.Context, h *Handoff, p PastStep) (Event, error) {
	at := db.At(p.Step.HappenedAt)
	if p.Step.HappenedAt.IsZero() || at.Before(h.MovedAt.Time) {
		return Event{}, errs.Field("happened_at", "handoff.err.too_early")
	}
	in := p.Step
	in.clean()
	in.HappenedAt = time.Time{} // it is written down when it happens
	said := Event{
		Handoff: h.ID, Seq: h.Events + 1, Kind: p.Kind, Round: h.Rounds, HappenedAt: at, RecordedAt: at,
		Actor: p.By, Note: in.Note,
	}
	switch p.Kind {
	case Commented:
		h.Events++
		said.Data.Mentions = p.Mentions
		return said, nil
	case Redirected:
		said.Data.From = h.Supplier
		leg, err := r.redirect(ctx, h, p, at)
		said.Data.To, said.Data.Leg = h.Supplier, leg
		return said, err
	case Paused, Resumed:
		if !h.Owed() {
			return Event{}, errs.New(errs.Conflict, "handoff.err.no_pause."+string(h.State))
		}
		h.Events++
		h.Version++
		h.MovedAt, h.MovedBy = at, p.By
		if p.Kind == Paused {
			said.Data.Wait = &p.Wait
		}
		return said, nil
	case AutoAccepted:
		e, err := h.move(Accepted, Step{}, "", at)
		h.Auto, e.Kind = true, AutoAccepted
		return e, err
	case Assigned, Changed:
		return Event{}, errs.Field("kind", "err.unknown")
	}
	to := State(p.Kind)
	if err := in.check(to, at.Time).Err(); err != nil {
		return Event{}, err
	}
	if err := r.checkStep(ctx, *h, to, &in); err != nil {
		return Event{}, err
	}
	return h.move(to, in, p.By, at)
}

// checkStep is the check of living work, with the service looked up once.
func (r *recorder) checkStep(ctx context.Context, h Handoff, to State, in *Step) error {
	if to != Returned || in.Behalf.Given() {
		return r.s.checkStep(ctx, r.tx, h, to, in)
	}
	o, err := r.offer(ctx, h.Service)
	if err != nil {
		return err
	}
	bad := errs.Bad{}
	checkReturn(bad, o, h, in)
	return bad.Err()
}

// redirect passes h to another service, where it begins anew.
func (r *recorder) redirect(ctx context.Context, h *Handoff, p PastStep, at db.Time) (*LegTerms, error) {
	o, err := r.offer(ctx, p.To)
	if err != nil {
		return nil, err
	}
	if !h.Owed() {
		return nil, errs.New(errs.Conflict, "handoff.err.not.asked")
	}
	if o.Node == h.Customer || o.ID == h.Service {
		return nil, errs.Field("service", "handoff.err.same_service")
	}
	asked := h.AskedAt
	h.Supplier, h.Service, h.State, h.Assignee = o.Node, o.ID, Asked, ""
	h.TakenAt, h.DeliveredAt, h.SaidAt, h.Checks = db.Time{}, db.Time{}, db.Time{}, nil
	h.MovedAt, h.MovedBy, h.AskedAt = at, p.By, at
	h.Version++
	h.Events++
	leg, err := r.promise(ctx, h, o, nil)
	h.AskedAt = asked
	return leg, err
}

func (r *recorder) offer(ctx context.Context, s id.Service) (link.Offer, error) {
	o, ok := r.offers[s]
	if ok {
		return o, nil
	}
	o, err := link.GetOffer(ctx, r.tx, r.tx.Company, s)
	if err == nil {
		r.offers[s] = o
	}
	return o, err
}

// promise puts on h its link and what was promised from AskedAt on, and returns
// it as the terms of a leg.
func (r *recorder) promise(ctx context.Context, h *Handoff, o link.Offer, p *link.Promise) (*LegTerms, error) {
	ends := [2]id.Node{h.Supplier, h.Customer}
	if _, ok := r.links[ends]; !ok {
		l, err := link.Ensure(ctx, r.tx, h.MovedBy, h.Supplier, h.Customer)
		if err != nil {
			return nil, err
		}
		r.links[ends] = l.ID
	}
	h.Link = r.links[ends]
	if p == nil {
		key := promised{h.Link, o.ID}
		if _, ok := r.promises[key]; !ok {
			now, err := link.PromiseFor(ctx, r.tx, r.tx.Company, h.Link, o)
			if err != nil {
				return nil, err
			}
			r.promises[key] = now
		}
		now := r.promises[key]
		p = &now
	}
	h.Agreement = p.Agreement
	take, deliver, err := p.Terms.Due(r.hours.Of(h.Supplier), h.AskedAt.Time)
	if err != nil {
		return nil, fmt.Errorf("work out when it was due: %w", err)
	}
	h.TakeDueAt, h.DueAt = db.At(take), db.At(deliver)
	theirs, ours := r.hours.Of(h.Supplier), r.hours.Of(h.Customer)
	r.by[theirs], r.by[ours] = true, true
	leg := promisedTerms(*h, *p)
	leg.Hours, leg.Guests = versionOf(theirs).key, versionOf(ours).key
	return leg, nil
}

// clock puts on h what its clocks say, and gathers its legs.
func (r *recorder) clock(ctx context.Context, h *Handoff, events []Event) error {
	moved := slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return !e.ticks() })
	a, err := account(ctx, r.s.db, r.company, *h, moved, lastOf(*h, moved))
	if err != nil {
		return err
	}
	h.clocked(a)
	for i, l := range a.Legs {
		r.legs = append(r.legs, rowOf(*h, i, l))
	}
	return nil
}

// write writes all that was gathered; the log tells it in the order in which
// it happened.
func (r *recorder) write(ctx context.Context) error {
	if err := insertHandoffs(ctx, r.tx, r.handoffs...); err != nil {
		return err
	}
	if err := insertEvents(ctx, r.tx, r.events...); err != nil {
		return err
	}
	if err := r.writeLegs(ctx); err != nil {
		return err
	}
	if err := insertWords(ctx, r.tx, r.handoffs...); err != nil {
		return err
	}
	for _, h := range r.handoffs {
		if err := addWatchers(ctx, r.tx, h.ID, r.watchers[h.ID]...); err != nil {
			return err
		}
	}
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return a.HappenedAt.Compare(b.HappenedAt.Time) })
	fact.Record(r.tx, r.facts...)
	return nil
}

// writeLegs writes the legs with the hours by which they were promised. It is
// too late to tell anybody of what is past.
func (r *recorder) writeLegs(ctx context.Context) error {
	for cal := range r.by {
		if _, err := r.s.keepHours(ctx, r.tx, cal); err != nil {
			return err
		}
	}
	rows := make([][]any, len(r.legs))
	for i, l := range r.legs {
		rows[i] = l.args(r.company, l.past(r.tx.Now.Time))
	}
	return putLegs(ctx, r.tx, rows)
}
