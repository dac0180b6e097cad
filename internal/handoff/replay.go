package handoff

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// LegTerms are what was promised when a leg began. They stand with the event
// that began it, so that its clocks can be told again without a guess. A leg of
// which nobody knows the promise has no hours.
type LegTerms struct {
	Supplier    id.Node      `json:"supplier"`
	Service     id.Service   `json:"service"`
	Agreement   id.Agreement `json:"agreement,omitempty"`
	TakeSecs    int64        `json:"take_secs,omitempty"` // working time, or
	TakeDays    int          `json:"take_days,omitempty"` // working days
	DeliverSecs int64        `json:"deliver_secs,omitempty"`
	DeliverDays int          `json:"deliver_days,omitempty"`
	Hours       string       `json:"hours,omitempty"`       // a handoff_hours, of the supplier
	Guests      string       `json:"guests,omitempty"`      // the same of the customer
	AcceptDays  int          `json:"accept_days,omitempty"` // that the agreement gives the customer to answer
}

// legTerms returns the terms of a leg that begins now, by the working time of the
// supplier and of the customer.
func (s *Service) legTerms(ctx context.Context, tx *db.Tx, h Handoff, p link.Promise, hours []*calendar.Calendar) (*LegTerms, error) {
	out := promisedTerms(h, p)
	var err error
	if out.Hours, err = s.keepHours(ctx, tx, hours[0]); err != nil {
		return nil, err
	}
	out.Guests, err = s.keepHours(ctx, tx, hours[1])
	return out, err
}

func promisedTerms(h Handoff, p link.Promise) *LegTerms {
	t := p.Terms
	return &LegTerms{
		Supplier: h.Supplier, Service: h.Service, Agreement: h.Agreement, TakeSecs: int64(t.Take / time.Second),
		TakeDays: t.TakeDays, DeliverSecs: int64(t.Deliver / time.Second), DeliverDays: t.DeliverDays,
		AcceptDays: p.AcceptDays,
	}
}

func (t *LegTerms) terms(ctx context.Context, q db.Querier, c id.Company) (*clock.Terms, error) {
	if t == nil {
		return nil, nil
	}
	hours, err := loadHours(ctx, q, c, t.Hours)
	if err != nil {
		return nil, err
	}
	guests, err := loadHours(ctx, q, c, t.Guests)
	return &clock.Terms{
		Supplier: string(t.Supplier), Service: string(t.Service), Agreement: string(t.Agreement), Hours: hours, Customer: guests,
		Take:    calendar.Span{Work: time.Duration(t.TakeSecs) * time.Second, Days: t.TakeDays},
		Deliver: calendar.Span{Work: time.Duration(t.DeliverSecs) * time.Second, Days: t.DeliverDays},
	}, err
}

// moves says what an event tells the clocks; what is not here moves none.
var moves = map[EventKind]clock.What{
	EventKind(Asked):              clock.Asked,
	EventKind(Taken):              clock.Taken,
	EventKind(Delivered):          clock.Delivered,
	EventKind(Accepted):           clock.Accepted,
	EventKind(AcceptedWithRemark): clock.Accepted,
	EventKind(Returned):           clock.Returned,
	EventKind(Declined):           clock.Ended,
	EventKind(Cancelled):          clock.Ended,
	AutoAccepted:                  clock.Accepted,
	Paused:                        clock.Paused,
	Resumed:                       clock.Resumed,
	Redirected:                    clock.Redirected,
}

// ticks reports whether an event moves the clocks.
func (e Event) ticks() bool { return moves[e.Kind] != "" || e.Kind == Changed && e.Data.Leg != nil }

// timeline turns the events of a handoff into those of its clocks. What was
// brought in from elsewhere counts when it happened: nobody could write it here.
func timeline(ctx context.Context, q db.Querier, c id.Company, imported bool, events []Event) ([]clock.Event, error) {
	out := make([]clock.Event, 0, len(events))
	for _, e := range events {
		if !e.ticks() {
			continue
		}
		x := clock.Event{
			What: moves[e.Kind], Happened: e.HappenedAt.Time, Recorded: e.RecordedAt.Time, AcceptDays: e.Data.AcceptDays,
			Confirms: e.Data.Confirmed,
		}
		if e.Kind == Changed {
			x.What = clock.Retermed
		}
		if imported {
			x.Recorded = x.Happened
		}
		if w := e.Data.Wait; w != nil {
			x.On, x.Who, x.Reason = w.On, w.For(), e.Note
		}
		var err error
		if x.Terms, err = e.Data.Leg.terms(ctx, q, c); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// account replays the events of h, oldest first, up to a moment.
func account(ctx context.Context, q db.Querier, c id.Company, h Handoff, events []Event, now time.Time) (clock.Account, error) {
	told, err := timeline(ctx, q, c, h.Imported, events)
	return clock.Replay(told, now), err
}

// follow puts on h what its clocks say after an event that has not been written
// yet, and returns them. Events that move no clock return nil.
func (s *Service) follow(ctx context.Context, tx *db.Tx, h *Handoff, e *Event) (*clock.Account, error) {
	if !e.ticks() {
		return nil, nil
	}
	var events []Event
	if e.Seq > 1 {
		var err error
		if events, err = h.ticked(ctx, tx); err != nil {
			return nil, err
		}
		if events, err = s.adopt(ctx, tx, *h, events); err != nil {
			return nil, err
		}
	}
	if State(e.Kind) == Delivered && e.Data.AcceptDays == 0 && !h.Imported {
		var err error
		if e.Data.AcceptDays, err = h.toAnswer(ctx, tx, append(events, *e)); err != nil {
			return nil, err
		}
	}
	events = append(events, *e)
	a, err := account(ctx, tx, tx.Company, *h, events, lastOf(*h, events))
	if err != nil {
		return nil, err
	}
	h.clocked(a)
	return &a, nil
}

// agreedDays are those of the agreement of the leg under way; 0 if it says none.
func agreedDays(events []Event) int {
	for _, e := range slices.Backward(events) {
		if e.Data.Leg != nil {
			return e.Data.Leg.AcceptDays
		}
	}
	return 0
}

// clocked puts what the clocks say on the row that lists show. What they cannot
// tell stays as it was promised.
func (h *Handoff) clocked(a clock.Account) {
	l := a.Legs[len(a.Legs)-1]
	if !l.TakeDue.IsZero() {
		h.TakeDueAt = db.At(l.TakeDue)
	}
	if !l.Planned.IsZero() {
		h.DueAt = db.At(l.Planned)
	}
	if l.Hours != nil {
		h.Hours = versionOf(l.Hours).key
	}
	h.AcceptDueAt = db.Time{}
	if l.Provisional && !l.AcceptDue.IsZero() {
		h.AcceptDueAt = db.At(l.AcceptDue)
	}
	h.PausedAt, h.PausedOn, h.PausedFor = db.Time{}, "", ""
	if p, ok := l.Paused(); ok {
		h.PausedAt, h.PausedOn, h.PausedFor = db.At(p.From), p.On, p.Who
	}
}
