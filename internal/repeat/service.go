package repeat

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/setting"
)

// Service holds the use cases.
type Service struct {
	db       *db.DB
	handoffs *handoff.Service
}

// New returns the use cases over d.
func New(d *db.DB, h *handoff.Service) *Service { return &Service{d, h} }

// Told is the payload of the facts about a repeat.
type Told struct {
	Service  id.Service `json:"service"`
	Customer id.Node    `json:"customer"`
	Day      string     `json:"day,omitempty"`
	Handoff  id.Handoff `json:"handoff,omitempty"`
	Late     bool       `json:"late,omitempty"`
}

func record(tx *db.Tx, kind string, by id.Person, r Repeat, t Told) {
	t.Service, t.Customer = r.Service, r.Customer
	fact.Record(tx, fact.Fact{Kind: "repeat." + kind, Actor: by, Subject: string(r.ID), Data: fact.Encode(t)})
}

// hours returns the working time of who does a service.
func hours(ctx context.Context, q db.Querier, c id.Company, s id.Service) (*calendar.Calendar, error) {
	o, err := link.GetOffer(ctx, q, c, s)
	if err != nil {
		return nil, err
	}
	return setting.WorkingTimeOf(ctx, q, c, o.Node)
}

func dateOf(t time.Time, cal *calendar.Calendar) string {
	return t.In(cal.Zone()).Format(time.DateOnly)
}

// yesterday is the local date before today: what a new rule has asked for.
func yesterday(now time.Time, cal *calendar.Calendar) string {
	return dateOf(now.AddDate(0, 0, -1), cal)
}

// Make makes a repeat, and asks at once for what is due to be seen. Invalid
// names every bad field: of what is asked, and of the rule.
func (s *Service) Make(ctx context.Context, a authz.Actor, in Draft) (Repeat, error) {
	r := Repeat{ID: id.New[id.Repeat](), State: Active, Version: 1, MadeBy: a.Person}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, cal, err := s.fill(ctx, tx, a, r, in)
		if err != nil {
			return err
		}
		v.MadeAt, v.Through = tx.Now, yesterday(tx.Now.Time, cal)
		if err := insert(ctx, tx, v); err != nil {
			return err
		}
		record(tx, "made", a.Person, v, Told{})
		return nil
	})
	if err != nil {
		return Repeat{}, err
	}
	if err := s.ask(ctx, a.Company, r.ID); err != nil {
		return Repeat{}, err
	}
	return get(ctx, s.db, a.Company, r.ID)
}

// fill checks a draft as one asking and as a rule, and puts it into r.
func (s *Service) fill(ctx context.Context, tx *db.Tx, a authz.Actor, r Repeat, in Draft) (Repeat, *calendar.Calendar, error) {
	bad := in.check()
	ask, err := s.handoffs.Vet(ctx, tx, a, in.ask())
	if errs.KindOf(err) == errs.Invalid {
		for f, k := range errs.FieldsOf(err) {
			bad.Add(false, f, k)
		}
	} else if err != nil {
		return r, nil, err
	}
	if err := bad.Err(); err != nil {
		return r, nil, err
	}
	r.Service, r.Customer, r.Title, r.Detail, r.Answers = ask.Service, ask.Customer, ask.Title, ask.Detail, ask.Answers
	r.Order, r.Quantity, r.Unit, r.Priority = ask.Order, ask.Quantity, ask.Unit, ask.Priority
	r.Rule, r.Ahead = in.Rule, in.Ahead
	r.Weekdays = slices.Clone(r.Weekdays)
	slices.Sort(r.Weekdays)
	r.Weekdays = slices.Compact(r.Weekdays)
	cal, err := hours(ctx, tx, tx.Company, r.Service)
	return r, cal, err
}

// Change changes a repeat. What it has asked for already stays; the new rule
// counts from tomorrow on.
func (s *Service) Change(ctx context.Context, a authz.Actor, repeat id.Repeat, version int64, in Draft) (Repeat, error) {
	err := s.change(ctx, a, repeat, func(tx *db.Tx, r *Repeat) error {
		if version != 0 && version != r.Version {
			return errs.New(errs.Conflict, "err.changed_meanwhile")
		}
		if r.State == Ended {
			return errs.New(errs.Conflict, "repeat.err.state.ended")
		}
		v, cal, err := s.fill(ctx, tx, a, *r, in)
		if err != nil {
			return err
		}
		v.Through = dateOf(tx.Now.Time, cal)
		*r = v
		record(tx, "changed", a.Person, v, Told{})
		return nil
	})
	if err != nil {
		return Repeat{}, err
	}
	if err := s.ask(ctx, a.Company, repeat); err != nil {
		return Repeat{}, err
	}
	return get(ctx, s.db, a.Company, repeat)
}

// change runs fn on a repeat that a may change, and writes it.
func (s *Service) change(ctx context.Context, a authz.Actor, repeat id.Repeat, fn func(tx *db.Tx, r *Repeat) error) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		r, err := get(ctx, tx, a.Company, repeat)
		if err != nil {
			return err
		}
		if err := canMind(a, r); err != nil {
			return err
		}
		was := r.Version
		if err := fn(tx, &r); err != nil {
			return err
		}
		r.Version++
		return update(ctx, tx, was, r)
	})
}

var turned = map[State]string{Active: "resumed", Paused: "paused", Ended: "ended"}

// Turn pauses a repeat, lets it go on, or ends it. What would have been asked
// for in a pause is not asked for later.
func (s *Service) Turn(ctx context.Context, a authz.Actor, repeat id.Repeat, to State) (Repeat, error) {
	if turned[to] == "" {
		return Repeat{}, errs.Field("state", "err.unknown")
	}
	err := s.change(ctx, a, repeat, func(tx *db.Tx, r *Repeat) error {
		if !slices.Contains(next[r.State], to) {
			return errs.New(errs.Conflict, "repeat.err.state."+string(r.State))
		}
		if to == Active {
			cal, err := hours(ctx, tx, a.Company, r.Service)
			if err != nil {
				return err
			}
			r.Through = max(r.Through, yesterday(tx.Now.Time, cal))
		}
		r.State, r.Why = to, ""
		record(tx, turned[to], a.Person, *r, Told{})
		return nil
	})
	if err == nil && to == Active {
		err = s.ask(ctx, a.Company, repeat)
	}
	if err != nil {
		return Repeat{}, err
	}
	return get(ctx, s.db, a.Company, repeat)
}

// LeaveOut leaves out one day to come, by the date that the rule names.
func (s *Service) LeaveOut(ctx context.Context, a authz.Actor, repeat id.Repeat, day string) error {
	return s.change(ctx, a, repeat, func(tx *db.Tx, r *Repeat) error {
		cal, err := hours(ctx, tx, a.Company, r.Service)
		if err != nil {
			return err
		}
		today := dateOf(tx.Now.Time, cal)
		coming := r.days(cal, today, dateOf(tx.Now.AddDate(farAhead, 0, 0), cal))
		i := slices.IndexFunc(coming, func(d Day) bool { return d.Named == day })
		if i < 0 {
			return errs.Field("day", "repeat.err.not_a_day")
		}
		fresh, err := note(ctx, tx, r.ID, Occurrence{Day: coming[i], State: Skipped, By: a.Person})
		if err != nil {
			return err
		}
		if !fresh {
			return errs.New(errs.Conflict, "repeat.err.dealt_with")
		}
		record(tx, "skipped", a.Person, *r, Told{Day: day})
		return nil
	})
}

// farAhead is how many years ahead days are looked for.
const farAhead = 3

// Get returns a repeat, or NotFound.
func (s *Service) Get(ctx context.Context, a authz.Actor, r id.Repeat) (Repeat, error) {
	return get(ctx, s.db, a.Company, r)
}

// All returns every repeat of the company, the newest first.
func (s *Service) All(ctx context.Context, a authz.Actor) ([]Repeat, error) {
	return all(ctx, s.db, a.Company)
}

// Past returns what became of the latest days of a repeat, the latest first.
func (s *Service) Past(ctx context.Context, a authz.Actor, r Repeat, limit int) ([]Occurrence, error) {
	return occurrences(ctx, s.db, a.Company, r.ID, "", limit)
}

// Coming returns the next days of a repeat, at most n: those from today on that
// it has not asked for yet.
func (s *Service) Coming(ctx context.Context, a authz.Actor, r Repeat, n int) ([]Coming, error) {
	if r.State == Ended {
		return nil, nil
	}
	cal, err := hours(ctx, s.db, a.Company, r.Service)
	if err != nil {
		return nil, err
	}
	now := s.db.Now()
	dealt, err := occurrences(ctx, s.db, a.Company, r.ID, dateOf(now.AddDate(0, 0, -farthest), cal), 1000)
	if err != nil {
		return nil, err
	}
	state := map[string]OccurrenceState{}
	for _, o := range dealt {
		state[o.Named] = o.State
	}
	from := dateOf(now, cal)
	var out []Coming
	for _, d := range r.days(cal, from, dateOf(now.AddDate(farAhead, 0, 0), cal)) {
		if st := state[d.Named]; st == "" || st == Skipped {
			out = append(out, Coming{d, r.moment(cal, d.Falls), st == Skipped})
		}
		if len(out) == n {
			break
		}
	}
	return out, nil
}

// Preview returns the next n days of a rule for a service, before it is saved.
// Invalid names what is wrong with the rule.
func (s *Service) Preview(ctx context.Context, a authz.Actor, service id.Service, rule Rule, n int) ([]Coming, error) {
	bad := errs.Bad{}
	bad.Required("service", string(service))
	if rule.check(bad); len(bad) > 0 {
		return nil, bad.Err()
	}
	cal, err := hours(ctx, s.db, a.Company, service)
	if errs.KindOf(err) == errs.NotFound {
		return nil, errs.Field("service", "handoff.err.no_service")
	}
	if err != nil {
		return nil, err
	}
	now := s.db.Now()
	var out []Coming
	for _, d := range rule.days(cal, dateOf(now, cal), dateOf(now.AddDate(farAhead, 0, 0), cal)) {
		if len(out) == n {
			break
		}
		out = append(out, Coming{Day: d, At: rule.moment(cal, d.Falls)})
	}
	return out, nil
}
