package handoff

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Opening is an Ask that nobody types at the moment: a route or a repeat makes
// it, in the transaction of the package above.
type Opening struct {
	Ask

	By    id.Person // in whose name it is asked; empty for a route
	Since time.Time // when it counts as asked: it may be ahead of now; zero for now
}

// system is who acts where no person does: it may do what anybody may.
func system(c id.Company, by id.Person) authz.Actor {
	return authz.Actor{Company: c, Person: by, Owner: true}
}

// OpenIn opens a handoff in the caller's transaction, without the answers to
// the questions of the service: nobody is there to give them. Invalid names the
// bad fields; Conflict means that the working time never gets there.
func (s *Service) OpenIn(ctx context.Context, tx *db.Tx, in Opening) (Handoff, error) {
	ask := in.Ask
	ask.HappenedAt, ask.unattended = time.Time{}, true
	ask.clean()
	if !ask.NeedBy.After(tx.Now.Time) {
		ask.NeedBy = time.Time{}
	}
	if err := ask.check(tx.Now.Time).Err(); err != nil {
		return Handoff{}, err
	}
	ask.HappenedAt = in.Since
	h, err := s.open(ctx, tx, system(tx.Company, in.By), ask, Pull)
	if err != nil {
		return Handoff{}, err
	}
	h.MovedAt = tx.Now // what is made ahead may be worked on ahead
	err = s.begin(ctx, tx, &h, ask, h.asking(tx.Now))
	return h, err
}

// Vet checks what somebody wants to be asked later, as if it were asked now, and
// returns it tidied. It writes nothing.
func (s *Service) Vet(ctx context.Context, tx *db.Tx, a authz.Actor, in Ask) (Ask, error) {
	in.clean()
	bad := in.check(tx.Now.Time)
	o, err := link.GetOffer(ctx, tx, a.Company, in.Service)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return in, err
	}
	bad.Add(err == nil, "service", "handoff.err.no_service")
	bad.Add(err != nil || o.Node != in.Customer, "customer", "link.err.itself")
	if _, err := org.GetNode(ctx, tx, a.Company, in.Customer); errs.KindOf(err) == errs.NotFound {
		bad.Add(false, "customer", "handoff.err.no_customer")
	} else if err != nil {
		return in, err
	}
	if err := bad.Err(); err != nil {
		return in, err
	}
	if err := can(a, Asked, Handoff{Supplier: o.Node, Customer: in.Customer}, Behalf{}); err != nil {
		return in, err
	}
	return in, s.fits(ctx, tx, o, in)
}

// Some returns the handoffs with these ids, with what endangers them; those
// that are not of the company are left out.
func (s *Service) Some(ctx context.Context, a authz.Actor, ids ...id.Handoff) (map[id.Handoff]Handoff, error) {
	out := make(map[id.Handoff]Handoff, len(ids))
	const some = 500
	for part := range slices.Chunk(ids, some) {
		rows, err := db.All(ctx, s.db, (*Handoff).dest, `
			SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.id IN `+db.Marks(len(part))+` LIMIT 500`,
			append([]any{a.Company}, db.Args(part)...)...)
		if err != nil {
			return nil, err
		}
		if err := s.endanger(ctx, s.db, a.Company, rows); err != nil {
			return nil, err
		}
		for _, h := range rows {
			out[h.ID] = h
		}
	}
	return out, nil
}

// CancelIn calls off a handoff in the caller's transaction, for by. Conflict
// says who moved it where it can no longer be called off.
func (s *Service) CancelIn(ctx context.Context, tx *db.Tx, by id.Person, h id.Handoff, why string) (Handoff, error) {
	v, err := load(ctx, tx, h, EventKind(Cancelled), false)
	if err != nil {
		return v, err
	}
	if !slices.Contains(next[v.State], Cancelled) {
		return v, s.meanwhile(ctx, tx, v)
	}
	was := v.Events
	e, err := v.move(Cancelled, Step{Handoff: h, Note: why}, by, tx.Now)
	if err != nil {
		return v, err
	}
	err = s.step(ctx, tx, was, &v, &e)
	return v, err
}

// ResizeIn changes how much of a handoff was asked for, before anything of it
// is delivered: its lot was split.
func (s *Service) ResizeIn(ctx context.Context, tx *db.Tx, by id.Person, h id.Handoff, quantity float64) (Handoff, error) {
	v, err := load(ctx, tx, h, Changed, false)
	if err != nil {
		return v, err
	}
	bad := errs.Bad{}
	checkQuantity(bad, quantity)
	if err := bad.Err(); err != nil {
		return v, err
	}
	if v.State != Asked && v.State != Taken {
		return v, s.meanwhile(ctx, tx, v)
	}
	v.Quantity = quantity
	if _, err := tx.Exec(ctx, `
		UPDATE handoff SET quantity = ? WHERE company = ? AND id = ?`, quantity, tx.Company, h); err != nil {
		return v, err
	}
	e := Event{Kind: Changed, HappenedAt: tx.Now, Data: EventData{Fields: []string{"quantity"}}}
	err = s.say(ctx, tx, system(tx.Company, by), &v, &e)
	return v, err
}
