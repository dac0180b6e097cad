package handoff

import (
	"context"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Wait says whom a paused handoff waits for.
type Wait struct {
	On     clock.Whom `json:"on"`
	Name   string     `json:"name,omitempty"`   // of the third party
	Number int64      `json:"number,omitempty"` // of the other handoff
}

// For is the third party or the number of the other handoff, as it is said.
func (w Wait) For() string {
	if w.On == clock.Other {
		return strconv.FormatInt(w.Number, 10)
	}
	return w.Name
}

// Pause is what the supplier fills in whose work waits for somebody else.
type Pause struct {
	Handoff id.Handoff
	Version int64 // the one on the page; 0 if the caller does not care
	Wait
	Reason string
}

const mostReason = 500 // characters

func (in *Pause) clean() {
	in.Reason, in.Name = org.CleanName(in.Reason), org.CleanName(in.Name)
	if in.On != clock.Third {
		in.Name = ""
	}
	if in.On != clock.Other {
		in.Number = 0
	}
}

func (in Pause) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("reason", in.Reason)
	bad.Text("reason", in.Reason, mostReason)
	bad.Required("on", string(in.On))
	if in.On != "" {
		errs.OneOf(bad, "on", in.On, clock.Customer, clock.Third, clock.Other)
	}
	if in.On == clock.Third {
		bad.Required("name", in.Name)
	}
	bad.Text("name", in.Name, mostTitle)
	bad.Add(in.On != clock.Other || in.Number > 0, "number", "err.required")
	return bad
}

// Pause stops the clock of the supplier while it waits for the customer, for a
// third party or for another handoff that is open; that time counts for the one
// it waits for. The first response never pauses. Pausing again changes for whom it waits.
func (s *Service) Pause(ctx context.Context, a authz.Actor, in Pause) (Handoff, error) {
	in.clean()
	if err := in.check().Err(); err != nil {
		return Handoff{}, err
	}
	return s.hold(ctx, a, in.Handoff, in.Version, func(tx *db.Tx, h Handoff) (Event, error) {
		if in.On == clock.Other {
			if err := waitFor(ctx, tx, a, h, in.Number); err != nil {
				return Event{}, err
			}
		}
		return Event{Kind: Paused, HappenedAt: tx.Now, Note: in.Reason, Data: EventData{Wait: &in.Wait}}, nil
	})
}

// waitFor notes that a handoff waits for the one with a number, so that its
// supplier hears when that one comes, or that it will not.
func waitFor(ctx context.Context, tx *db.Tx, a authz.Actor, h Handoff, number int64) error {
	other, err := getByNumber(ctx, tx, a.Company, number)
	switch {
	case err != nil:
		return notAField(err, "number", "handoff.err.no_such_number")
	case other.ID == h.ID:
		return errs.Field("number", "handoff.err.waits_for_itself")
	}
	_, err = serve(ctx, tx, a.Person, h.ID, other.ID)
	if key := errs.FieldsOf(err)["upstream"]; key != "" {
		return errs.Field("number", key)
	}
	return err
}

// Resume lets the clock of a paused handoff run again.
func (s *Service) Resume(ctx context.Context, a authz.Actor, h id.Handoff, in Step) (Handoff, error) {
	in.clean()
	bad := errs.Bad{}
	bad.Text("note", in.Note, mostNote)
	if err := bad.Err(); err != nil {
		return Handoff{}, err
	}
	return s.hold(ctx, a, h, in.Version, func(tx *db.Tx, h Handoff) (Event, error) {
		if !h.Paused() {
			return Event{}, errs.New(errs.Conflict, "handoff.err.not_paused")
		}
		return Event{Kind: Resumed, HappenedAt: tx.Now, Note: in.Note}, nil
	})
}

// hold writes an event that stops the clock or lets it run: a step of the
// supplier, so that a page that does not know it is stale.
func (s *Service) hold(
	ctx context.Context, a authz.Actor, h id.Handoff, version int64, event func(*db.Tx, Handoff) (Event, error),
) (Handoff, error) {
	var v Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		if v, err = load(ctx, tx, h, Paused, false); err != nil {
			return err
		}
		if err := canServe(a, v); err != nil {
			return err
		}
		if version != 0 && version != v.Version {
			return s.meanwhile(ctx, tx, v)
		}
		if !v.Owed() {
			return errs.New(errs.Conflict, "handoff.err.no_pause."+string(v.State))
		}
		e, err := event(tx, v)
		if err != nil {
			return err
		}
		v.Version++
		v.MovedAt, v.MovedBy = tx.Now, a.Person
		return s.say(ctx, tx, a, &v, &e)
	})
	return v, err
}
