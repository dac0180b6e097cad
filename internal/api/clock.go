package api

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// Wait says whom a paused handoff waits for.
type Wait struct {
	On     string `json:"on" enum:"customer,third_party,handoff"`
	Name   string `json:"name,omitempty" doc:"Of the third party."`
	Number int64  `json:"number,omitempty" doc:"Of the other handoff."`
}

// Pausing stops the clock of a handoff.
type Pausing struct {
	Wait

	Reason  string `json:"reason" doc:"What is missing."`
	Version int64  `json:"version,omitempty" doc:"The one that was read."`
}

// Resuming lets the clock run again.
type Resuming struct {
	Note    string `json:"note,omitempty"`
	Version int64  `json:"version,omitempty" doc:"The one that was read."`
}

// Recalculating puts the terms that hold now on a handoff under way.
type Recalculating struct {
	Will moment `json:"will" doc:"The moment that the effect of its clock showed: 409 if it is another by now."`
}

// Paused is a stretch in which the clock of the supplier stood still.
type Paused struct {
	From     time.Time `json:"from"`
	Until    time.Time `json:"until,omitzero" doc:"Left out while it lasts."`
	On       string    `json:"on" enum:"customer,third_party,handoff"`
	Who      string    `json:"who,omitempty" doc:"The third party, or the number of the other handoff."`
	Reason   string    `json:"reason"`
	HeldSecs int64     `json:"held_secs" doc:"Working time of the supplier that was not counted."`
	CostSecs int64     `json:"cost_secs" doc:"Working time of the one it waited for; by the hours of the supplier where others are not known."`
}

// Leg is the part of a handoff that one supplier had in hand.
type Leg struct {
	Supplier    string    `json:"supplier"`
	Service     string    `json:"service,omitempty"`
	Agreement   string    `json:"agreement,omitempty"`
	Rework      bool      `json:"rework,omitempty" doc:"What came back; the time used before goes on counting."`
	OpenedAt    time.Time `json:"opened_at"`
	TakeDueAt   time.Time `json:"take_due_at,omitzero"`
	TakenAt     time.Time `json:"taken_at,omitzero"`
	TakeResult  string    `json:"take_result,omitempty" enum:"met,missed" doc:"Left out while it runs, or where nothing was promised."`
	DueAt       time.Time `json:"due_at,omitzero" doc:"Left out while it is paused."`
	DeliveredAt time.Time `json:"delivered_at,omitzero" doc:"The instant that counts."`
	SaidAt      time.Time `json:"said_at,omitzero" doc:"The earlier one that the supplier told, until the customer confirms it."`
	Result      string    `json:"result,omitempty" enum:"met,missed" doc:"Decided at the instant of the delivery, or of the redirection."`
	Provisional bool      `json:"provisional,omitempty" doc:"Delivered, and not accepted yet."`
	PromiseSecs int64     `json:"promise_secs,omitempty" doc:"Working time that was promised; left out where it was days."`
	PromiseDays int       `json:"promise_days,omitempty" doc:"Working days that were promised."`
	UsedSecs    int64     `json:"used_secs" doc:"Working time so far, with that before a return."`
	Pauses      []Paused  `json:"pauses"`
	AcceptDueAt time.Time `json:"accept_due_at,omitzero" doc:"When it counts as accepted, if nobody answers."`
	AcceptSecs  int64     `json:"accept_secs" doc:"Working time of the customer since it was delivered."`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
	Ended       string    `json:"ended,omitempty" enum:"accepted,returned,redirected,ended" doc:"How; left out while it is open."`
}

// Open is a stretch of working time that was counted.
type Open struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// LegClock is a leg with the stretches that were counted.
type LegClock struct {
	Leg

	Counted []Open `json:"counted" doc:"Their sum is used_secs."`
}

// WholeClock is the promise to who asked, whoever worked on it.
type WholeClock struct {
	From        time.Time `json:"from"`
	DueAt       time.Time `json:"due_at,omitzero" doc:"By the promise of the first leg; it stands still only while the customer is waited for."`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	UsedSecs    int64     `json:"used_secs"`
	Result      string    `json:"result,omitempty" enum:"met,missed"`
}

// Effect is what the terms that hold now would change.
type Effect struct {
	Agreement string    `json:"agreement,omitempty" doc:"Left out for the default of the service."`
	Was       time.Time `json:"was" doc:"When it is due as things are."`
	Will      time.Time `json:"will" doc:"When it would be due."`
	Late      bool      `json:"late" doc:"The change itself would make it late."`
}

// Clock is what the history of a handoff tells when it is replayed.
type Clock struct {
	Now   time.Time        `json:"now" doc:"Up to when it was measured."`
	Legs  []LegClock       `json:"legs"`
	Whole WholeClock       `json:"end_to_end"`
	Waits map[string]int64 `json:"waits_secs" doc:"Working time that others cost: customer (with that of accepting), third_party, handoff."`

	Effect *Effect `json:"effect,omitempty" doc:"Other terms hold now than when the open leg began."`
}

func (f *surface) clocks() {
	const tag = "handoffs"
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/pause", id: "pause", status: http.StatusOK,
		summary: "Stop its clock while it waits for somebody",
		detail: "The time counts for the one who is waited for. The first response never pauses. Pausing again changes for whom it waits. " +
			"A pause for another handoff, which must be open, notes that it waits for that one, and ends with it.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[Pausing]) (*out[Handoff], error) {
		b := in.Body
		h, err := f.Handoffs.Pause(ctx, a, handoff.Pause{
			Handoff: id.Handoff(in.ID), Version: b.Version, Reason: b.Reason,
			Wait: handoff.Wait{On: clock.Whom(b.On), Name: b.Name, Number: b.Number},
		})
		return answer(shown(ctx, a, h), err)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/resume", id: "resume", status: http.StatusOK, summary: "Let its clock run again",
	}, func(ctx context.Context, a authz.Actor, in *idMaybe[Resuming]) (*out[Handoff], error) {
		b := in.given()
		h, err := f.Handoffs.Resume(ctx, a, id.Handoff(in.ID), handoff.Step{Note: b.Note, Version: b.Version})
		return answer(shown(ctx, a, h), err)
	})
	on(f, tag, route{
		method: http.MethodGet, path: "/handoffs/{id}/clock", id: "clock", summary: "Its legs, and what was counted",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Clock], error) {
		c, err := f.Handoffs.Clock(ctx, a, id.Handoff(in.ID))
		return answer(clockOf(c), err)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/handoffs/{id}/recalculate", id: "recalculate", status: http.StatusOK,
		summary: "Put the terms that hold now on it",
		detail:  "A handoff under way keeps the terms it began with until somebody who has seen the effect confirms it. Either side may.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[Recalculating]) (*out[Handoff], error) {
		bad := errs.Bad{}
		bad.Required("will", string(in.Body.Will))
		will := in.Body.Will.in(bad, "will")
		if err := bad.Err(); err != nil {
			return nil, err
		}
		h, err := f.Handoffs.Recalculate(ctx, a, id.Handoff(in.ID), db.At(will))
		return answer(shown(ctx, a, h), err)
	})
}

func legOf(l clock.Leg) Leg {
	return Leg{
		Supplier: l.Supplier, Service: l.Service, Agreement: l.Agreement, Rework: l.Rework, OpenedAt: l.Opened.UTC(),
		TakeDueAt: utc(l.TakeDue), TakenAt: utc(l.Taken), TakeResult: string(l.Took), DueAt: utc(l.Due), DeliveredAt: utc(l.Delivered),
		SaidAt: utc(l.Said), Result: string(l.Result), Provisional: l.Provisional, PromiseSecs: secs(l.Deliver.Work),
		PromiseDays: l.Deliver.Days, UsedSecs: secs(l.Used), AcceptDueAt: utc(l.AcceptDue), AcceptSecs: secs(l.Accepting),
		ClosedAt: utc(l.Closed), Ended: string(l.End),
		Pauses: each(l.Pauses, func(p clock.Pause) Paused {
			return Paused{
				From: p.From.UTC(), Until: utc(p.Until), On: string(p.On), Who: p.Who, Reason: p.Reason, HeldSecs: secs(p.Held),
				CostSecs: secs(p.Cost),
			}
		}),
	}
}

func countedOf(all []clock.Interval) []Open {
	return each(all, func(x clock.Interval) Open { return Open{x.From.UTC(), x.Until.UTC()} })
}

// utc is a moment as the API writes it; one that is not known stays so.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

func clockOf(c handoff.Clock) Clock {
	w := c.Whole
	out := Clock{
		Now: c.Now.Time, Waits: map[string]int64{},
		Whole: WholeClock{
			From: utc(w.From), DueAt: utc(w.Due), DeliveredAt: utc(w.Delivered), UsedSecs: secs(w.Used), Result: string(w.Result),
		},
		Legs: each(c.Legs, func(l clock.Leg) LegClock {
			end := l.Delivered
			if end.IsZero() {
				end = l.Closed
			}
			if end.IsZero() {
				end = c.Now.Time
			}
			return LegClock{legOf(l), countedOf(l.Counted(end))}
		}),
	}
	for whom, d := range c.Waits {
		out.Waits[string(whom)] = secs(d)
	}
	if e := c.Effect; e.Possible {
		out.Effect = &Effect{Agreement: string(e.Agreement), Was: utc(e.Was.Time), Will: utc(e.Will.Time), Late: e.Late}
	}
	return out
}
