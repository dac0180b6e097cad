package handoff

import (
	"context"
	"slices"
	"sync"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/memory"
	"github.com/eslabon/eslabon/internal/org"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct {
	db       *db.DB
	kept     sync.Map // keptHours that are committed
	watched  watched
	chains   chains
	passes   passes
	turns    turns
	promised memory.Of[promisesKey, figure[Promises]]
	linked   memory.Of[linkKey, figure[LinkFigures]]
	bounced  memory.Of[linkKey, figure[[]Bounced]]
}

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{db: d} }

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
		if h, err = load(ctx, tx, in.Handoff, EventKind(to), to == Returned || len(in.Checks) > 0); err != nil {
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
	of, err := h.concerns(ctx, tx)
	if err != nil {
		return err
	}
	h.beside, h.waited = beside{}, of.waited
	lines, err := announce(ctx, tx, *h, *e, of.watchers)
	if err != nil {
		return err
	}
	moved, err := update(ctx, tx, was, *h)
	if err != nil {
		return err
	}
	if !moved { // at the next try it is seen how it stands
		return db.ErrAgain
	}
	if err := lines.Add(ctx, tx); err != nil {
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
	return s.tellServed(ctx, tx, *h, of.waiting, *e)
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
		o, err := h.offer(ctx, tx)
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
	o, err := h.offer(ctx, tx)
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
