package route

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// On says which lot of which piece somebody means, and why.
type On struct {
	Piece  id.Piece
	Lot    int    // 0 if only one is under way
	Reason string // of a step back: an item of the service that it goes back to
	Why    string
}

// change runs fn on a locked piece that is under way, and returns it as it is
// then. fn gets the lot that on names.
func (s *Service) change(ctx context.Context, a authz.Actor, on On, fn func(r *run, l *Lot) error) (Piece, error) {
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		r, err := s.runOf(ctx, tx, on.Piece, a.Person)
		if err != nil {
			return err
		}
		if err := a.MustWrite(); err != nil {
			return err
		}
		if len(next[r.p.State]) == 0 {
			return errs.New(errs.Conflict, "route.err.ended")
		}
		l := r.p.lot(on.Lot)
		if moving := r.p.Moving(); on.Lot == 0 && len(moving) == 1 {
			l = r.p.lot(moving[0].Number)
		}
		if l == nil {
			return errs.Field("lot", "route.err.no_lot")
		}
		return fn(r, l)
	})
	if err != nil {
		return Piece{}, err
	}
	return getPiece(ctx, s.db, a.Company, on.Piece)
}

// saysWhy trims a reason and checks it: whatever goes off the route has one.
func saysWhy(why *string) error {
	*why = strings.TrimSpace(*why)
	bad := errs.Bad{}
	bad.Required("why", *why)
	bad.Text("why", *why, mostWhy)
	return bad.Err()
}

// at returns where a lot is, with the handoff of the step; the passage is nil if
// the lot has stopped. Conflict tells that it is under way nowhere.
func (r *run) at(ctx context.Context, l Lot) (*Passage, handoff.Handoff, error) {
	if l.State != LotRunning && l.State != LotStopped {
		return nil, handoff.Handoff{}, errs.New(errs.Conflict, "route.err.lot."+string(l.State))
	}
	o := r.p.open(l.Number)
	if len(o) == 0 {
		return nil, handoff.Handoff{}, nil
	}
	h, err := handoff.Get(ctx, r.tx, r.tx.Company, o[0].Handoff)
	return o[0], h, err
}

// Skip skips the step at which a lot is: what was asked for it is called off,
// and the next one opens. It says why; who and when stay written.
func (s *Service) Skip(ctx context.Context, a authz.Actor, on On) (Piece, error) {
	if err := saysWhy(&on.Why); err != nil {
		return Piece{}, err
	}
	return s.change(ctx, a, on, func(r *run, l *Lot) error {
		x, h, err := r.at(ctx, *l)
		if err != nil {
			return err
		}
		if err := canSkip(a, r.p, h); err != nil {
			return err
		}
		if x == nil { // nobody has the step
			x = &Passage{Lot: l.Number, Step: l.Step, Round: r.round(l.Number, l.Step), State: Open, OpenedAt: r.tx.Now}
			r.p.Passages = append(r.p.Passages, *x)
			x = &r.p.Passages[len(r.p.Passages)-1]
		} else if _, err := s.handoffs.CancelIn(ctx, r.tx, a.Person, x.Handoff, on.Why); err != nil {
			return err
		}
		x.Why, x.By = on.Why, a.Person
		if err := r.close(ctx, x, Skipped, r.tx.Now); err != nil {
			return err
		}
		r.record("skipped", Told{Lot: l.Number, Step: x.Step, Round: x.Round, Handoff: x.Handoff})
		return r.goOn(ctx, l.Number)
	})
}

// Again asks once more for the step at which a lot has stopped.
func (s *Service) Again(ctx context.Context, a authz.Actor, on On) (Piece, error) {
	return s.change(ctx, a, on, func(r *run, l *Lot) error {
		if err := canMind(a, r.p); err != nil {
			return err
		}
		if l.State != LotStopped {
			return errs.New(errs.Conflict, "route.err.not_stopped")
		}
		return r.openStep(ctx, l, l.Step, "", time.Time{})
	})
}

// SendBack sends a lot back a step: what the step before delivered, and this one
// accepted, is not right after all. That step is asked for again, and serves the
// handoff of this one, which waits for it. Both are marked.
func (s *Service) SendBack(ctx context.Context, a authz.Actor, on On) (Piece, error) {
	if err := saysWhy(&on.Why); err != nil {
		return Piece{}, err
	}
	return s.change(ctx, a, on, func(r *run, l *Lot) error {
		x, h, err := r.at(ctx, *l)
		if err != nil {
			return err
		}
		if x == nil {
			return errs.New(errs.Conflict, "route.err.lot.stopped")
		}
		if err := canSendBack(a, h); err != nil {
			return err
		}
		step, ok := r.p.before(l.Number, x.Step)
		if !ok {
			return errs.New(errs.Conflict, "route.err.nothing_before")
		}
		if h.WaitsFor() != handoff.ForSupplier {
			return errs.New(errs.Conflict, "route.err.return_first")
		}
		if err := r.checkReason(ctx, step, on.Reason); err != nil {
			return err
		}
		return r.sendBack(ctx, l, step, x.Handoff, on)
	})
}

// checkReason checks why a step is sent back against its service.
func (r *run) checkReason(ctx context.Context, step int, reason string) error {
	if reason == "" {
		return nil
	}
	o, err := link.GetOffer(ctx, r.tx, r.tx.Company, r.p.Steps[step-1].Service)
	if err != nil {
		return err
	}
	bad := errs.Bad{}
	bad.Add(slices.ContainsFunc(o.Reasons, func(it link.Item) bool { return it.ID == reason && !it.Gone }), "reason", "err.unknown")
	return bad.Err()
}

// sendBack marks the last passage of the step as sent back and opens it again.
func (r *run) sendBack(ctx context.Context, l *Lot, step int, waits id.Handoff, on On) error {
	blamed := map[int]bool{}
	for _, x := range r.p.Way(l.Number) {
		if x.Step == step && x.State == Passed {
			blamed[x.Lot] = true
		}
	}
	for i := range r.p.Passages {
		x := &r.p.Passages[i]
		if x.Step != step || x.State != Passed || !blamed[x.Lot] || x.Round != r.round(x.Lot, step)-1 {
			continue
		}
		x.SentBack++
		x.Why, x.By = on.Why, r.by
		if err := putPassage(ctx, r.tx, r.p.ID, *x); err != nil {
			return err
		}
		r.record("sent_back", Told{Lot: x.Lot, Step: step, Round: x.Round, Handoff: x.Handoff, Reason: on.Reason})
	}
	h, err := r.ask(ctx, *l, step, time.Time{})
	if err != nil {
		return err
	}
	if err := r.opened(ctx, *l, step, waits, h.ID); err != nil {
		return err
	}
	return r.tell(ctx, "piece_back", h.ID)
}

// SplitLot splits a lot whose step is not delivered yet into lots that travel
// apart, and join again before a step. The first keeps what was asked, with less
// of it; the others are asked for with the same promise.
func (s *Service) SplitLot(ctx context.Context, a authz.Actor, in Split) (Piece, error) {
	return s.change(ctx, a, On{Piece: in.Piece, Lot: in.Lot}, func(r *run, l *Lot) error {
		x, h, err := r.at(ctx, *l)
		if err != nil {
			return err
		}
		if err := canSplit(a, r.p, h); err != nil {
			return err
		}
		if err := in.check(r.p, *l).Err(); err != nil {
			return err
		}
		if x == nil || len(r.p.open(l.Number)) > 1 || h.State != handoff.Asked && h.State != handoff.Taken {
			return errs.New(errs.Conflict, "route.err.split_too_late")
		}
		if in.JoinsAt == 0 {
			in.JoinsAt = r.p.lastJoin(*l)
		}
		return r.split(ctx, *l, x, h, in)
	})
}

func (r *run) split(ctx context.Context, l Lot, x *Passage, h handoff.Handoff, in Split) error {
	whole := r.p.lot(l.Number)
	if err := r.to(ctx, whole, LotSplit); err != nil {
		return err
	}
	first := len(r.p.Lots) + 1
	told := Told{Lot: l.Number, Step: x.Step, Round: x.Round, Handoff: x.Handoff, JoinsAt: in.JoinsAt}
	for i, q := range in.Quantities {
		n := Lot{Number: first + i, Parent: l.Number, Quantity: q, JoinsAt: in.JoinsAt, State: LotRunning, Step: x.Step}
		r.p.Lots = append(r.p.Lots, n)
		told.Lots = append(told.Lots, Part{n.Number, q})
		if err := putLot(ctx, r.tx, r.p.ID, n); err != nil {
			return err
		}
	}
	if err := handOver(ctx, r.tx, r.p.ID, *x, first); err != nil {
		return err
	}
	x.Lot = first
	if _, err := r.s.handoffs.ResizeIn(ctx, r.tx, r.by, x.Handoff, in.Quantities[0]); err != nil {
		return err
	}
	r.record("split", told)
	step := x.Step
	for i := 1; i < len(in.Quantities); i++ {
		if err := r.openStep(ctx, r.p.lot(first+i), step, "", h.AskedAt.Time); err != nil {
			return err
		}
	}
	return nil
}

// Cancel calls off a piece: what is not delivered yet of it is cancelled. What
// was delivered is still for its customer to accept or return.
func (s *Service) Cancel(ctx context.Context, a authz.Actor, p id.Piece, why string) (Piece, error) {
	if err := saysWhy(&why); err != nil {
		return Piece{}, err
	}
	return s.change(ctx, a, On{Piece: p, Lot: 1}, func(r *run, _ *Lot) error {
		if err := canMind(a, r.p); err != nil {
			return err
		}
		for i := range r.p.Passages {
			x := &r.p.Passages[i]
			if x.State != Open {
				continue
			}
			_, err := s.handoffs.CancelIn(ctx, r.tx, a.Person, x.Handoff, why)
			if err != nil && errs.KindOf(err) != errs.Conflict {
				return err
			}
			x.Why, x.By = why, a.Person
			if err := r.close(ctx, x, PassageCancelled, r.tx.Now); err != nil {
				return err
			}
		}
		for i := range r.p.Lots {
			if l := &r.p.Lots[i]; slices.Contains(nextLot[l.State], LotCancelled) {
				if err := r.to(ctx, l, LotCancelled); err != nil {
					return err
				}
			}
		}
		if !slices.Contains(next[r.p.State], Cancelled) {
			return errors.New("route: a piece that is " + string(r.p.State) + " cannot be called off")
		}
		r.p.State, r.p.EndedAt = Cancelled, r.tx.Now
		if err := endPiece(ctx, r.tx, r.p); err != nil {
			return err
		}
		r.record("called_off", Told{})
		return nil
	})
}
