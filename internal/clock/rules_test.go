package clock_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
)

// The tests are named after the 13 rules of our clock; those about the days and
// zones of a calendar alone (2 to 6) are in internal/calendar, and are met here
// once more through a clock.

func TestRule1TheSameHistoryAlwaysTellsTheSame(t *testing.T) {
	t.Parallel()
	c := office(t, "UTC")
	history := []clock.Event{
		asked(on(23, 10, 0), terms(c)), event(clock.Taken, on(23, 10, 30)), paused(on(23, 11, 0), clock.Third),
		event(clock.Resumed, on(23, 16, 0)), delivered(on(24, 12, 0), 3),
	}
	now := on(24, 13, 0)
	first := clock.Replay(history, now)
	if again := clock.Replay(history, now); !reflect.DeepEqual(first, again) {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	is(t, "used", first.Legs[0].Used, 6*time.Hour) // 1 h, 2 h after the pause, 3 h on Tuesday
}

func TestRule2ALunchBreakIsNotCounted(t *testing.T) {
	t.Parallel()
	a := clock.Replay([]clock.Event{asked(on(23, 13, 0), terms(office(t, "UTC")))}, on(23, 13, 0))
	same(t, "due", a.Legs[0].Due, on(24, 13, 0))
}

func TestRules3And4AShiftThatHoldsTheChangeOfHourCountsRealTime(t *testing.T) {
	t.Parallel()
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 10, 24, 22, 0, 0, 0, madrid)
	a := clock.Replay([]clock.Event{asked(start, terms(night(t, "Europe/Madrid")))}, start)
	same(t, "due in a night of nine hours", a.Legs[0].Due, time.Date(2026, 10, 25, 5, 0, 0, 0, madrid))
	pause := []clock.Event{
		asked(start, terms(night(t, "Europe/Madrid"))), paused(start.Add(3*time.Hour), clock.Third),
		event(clock.Resumed, start.Add(5*time.Hour)), // 2:00 to 3:00, the second time
	}
	a = clock.Replay(pause, start.Add(6*time.Hour))
	is(t, "held", a.Legs[0].Pauses[0].Held, 2*time.Hour)
	is(t, "used", a.Legs[0].Used, 4*time.Hour)
}

func TestRule6BeyondTheHorizonThereIsNoMomentAndNoResult(t *testing.T) {
	t.Parallel()
	v := terms(hours(t, "UTC", map[string][]string{"mon": {"9:00-9:01"}}))
	a := clock.Replay([]clock.Event{asked(on(23, 8, 0), v), delivered(on(30, 9, 0), 0)}, on(30, 9, 0))
	l := a.Legs[0]
	is(t, "no due moment", l.Due.IsZero(), true)
	is(t, "result", l.Result, clock.None)
	is(t, "alarms", l.Alarms(), clock.Alarms{})
}

func TestRule7APauseStopsTheClockAndCostsTheOneWhoIsWaitedFor(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	v.Customer = night(t, "UTC")
	history := []clock.Event{
		asked(on(23, 9, 0), v), event(clock.Taken, on(23, 9, 10)), paused(on(23, 10, 0), clock.Customer),
		event(clock.Resumed, on(24, 10, 0)),
	}
	a := clock.Replay(history, on(24, 10, 0))
	l := a.Legs[0]
	is(t, "used", l.Used, time.Hour)
	is(t, "held", l.Pauses[0].Held, 8*time.Hour)
	is(t, "cost", l.Pauses[0].Cost, 8*time.Hour) // a night, by the hours of the customer
	is(t, "waits for the customer", a.Waits[clock.Customer], 8*time.Hour)
	same(t, "due", l.Due, on(24, 18, 0))
}

func TestRule7TheFirstResponseNeverPauses(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), paused(on(23, 9, 30), clock.Customer), event(clock.Taken, on(23, 10, 1)),
	}
	l := clock.Replay(history, on(23, 10, 1)).Legs[0]
	same(t, "due to be taken", l.TakeDue, on(23, 10, 0))
	is(t, "first response", l.Took, clock.Missed)
}

func TestRule7APauseAfterAPauseDoesNotReset(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), paused(on(23, 10, 0), clock.Customer), paused(on(23, 11, 0), clock.Third),
		event(clock.Resumed, on(23, 12, 0)), paused(on(23, 13, 0), clock.Other), event(clock.Resumed, on(23, 15, 30)),
	}
	a := clock.Replay(history, on(23, 16, 0))
	l := a.Legs[0]
	is(t, "pauses", len(l.Pauses), 3)
	is(t, "used", l.Used, 2*time.Hour+30*time.Minute)
	is(t, "customer", a.Waits[clock.Customer], time.Hour)
	is(t, "third", a.Waits[clock.Third], time.Hour)
	is(t, "other", a.Waits[clock.Other], 90*time.Minute)
}

func TestRule7CreatedAlreadyPausedOrAlreadyClosed(t *testing.T) {
	t.Parallel()
	v, at := terms(office(t, "UTC")), on(23, 9, 0)
	l := clock.Replay([]clock.Event{asked(at, v), paused(at, clock.Third)}, on(23, 12, 0)).Legs[0]
	is(t, "used", l.Used, 0)
	is(t, "no due moment", l.Due.IsZero(), true)
	l = clock.Replay([]clock.Event{asked(at, v), event(clock.Ended, at)}, on(23, 12, 0)).Legs[0]
	is(t, "used", l.Used, 0)
	is(t, "end", l.End, clock.Ended)
	push := delivered(at, 1)
	push.Terms = v
	l = clock.Replay([]clock.Event{push, event(clock.Accepted, at)}, on(23, 12, 0)).Legs[0]
	is(t, "result", l.Result, clock.Met)
	is(t, "first response", l.Took, clock.Met)
	is(t, "accepting", l.Accepting, 0)
}

func TestRule8ARedirectionClosesALegAndOpensTheNext(t *testing.T) {
	t.Parallel()
	next := &clock.Terms{
		Supplier: "sewing", Take: work(time.Hour), Deliver: work(2 * time.Hour), Hours: night(t, "America/Mexico_City"),
	}
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), event(clock.Taken, on(23, 11, 0)), redirected(on(23, 16, 0), next),
		delivered(on(24, 6, 0), 0), // midnight in Mexico, two hours into the night
	}
	a := clock.Replay(history, on(24, 6, 0))
	one, two := a.Legs[0], a.Legs[1]
	is(t, "first response of the first", one.Took, clock.Missed)
	is(t, "first leg", one.Result, clock.Met)
	is(t, "used on the first", one.Used, 6*time.Hour)
	is(t, "second leg", two.Result, clock.Met)
	is(t, "used on the second", two.Used, 2*time.Hour)
	same(t, "the second begins", two.Opened, one.Closed)
	same(t, "promised to who asked", a.Whole.Due, on(23, 18, 0))
	is(t, "end to end", a.Whole.Result, clock.Missed)
}

func TestRule8AReturnReopensTheSameSupplierAndTheUsedTimeCounts(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), delivered(on(23, 16, 0), 5), event(clock.Returned, on(24, 10, 0)),
	}
	a := clock.Replay(history, on(24, 11, 0))
	one, two := a.Legs[0], a.Legs[1]
	is(t, "rework", two.Rework, true)
	is(t, "supplier", two.Supplier, "cutting")
	is(t, "used before", one.Used, 6*time.Hour)
	is(t, "used so far", two.Used, 7*time.Hour)
	same(t, "due", two.Due, on(24, 12, 0))
	is(t, "first result", one.Result, clock.Met) // coming back does not erase it
	is(t, "waited for the customer", a.Waits[clock.Customer], 3*time.Hour)
}

func TestRule9AnotherAgreementIsANewTargetOverTheSameHistory(t *testing.T) {
	t.Parallel()
	shorter := terms(office(t, "UTC"))
	shorter.Agreement, shorter.Deliver = "v2", work(3*time.Hour)
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), event(clock.Taken, on(23, 9, 0)), paused(on(23, 11, 0), clock.Third),
		event(clock.Resumed, on(23, 12, 0)),
	}
	now := on(23, 16, 0)
	before := clock.Replay(history, now).Legs[0]
	change := event(clock.Retermed, now)
	change.Terms = shorter
	after := clock.Replay(append(history, change), now).Legs[0]
	is(t, "used", after.Used, before.Used)
	is(t, "pauses", len(after.Pauses), 1)
	same(t, "due", after.Due, on(23, 13, 0))
	is(t, "late by the change itself", after.Late(now) && !before.Late(now), true)
}

func TestRule10DeliveredIsProvisionalUntilAccepted(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	history := []clock.Event{asked(on(23, 9, 0), v), delivered(on(23, 12, 0), 2)}
	l := clock.Replay(history, on(24, 12, 0)).Legs[0]
	is(t, "provisional", l.Provisional, true)
	is(t, "used, frozen at the delivery", l.Used, 3*time.Hour)
	same(t, "accepted at the end of the second working day", l.AcceptDue, on(25, 18, 0))
	l = clock.Replay(append(history, event(clock.Accepted, on(24, 12, 0))), on(30, 9, 0)).Legs[0]
	is(t, "provisional", l.Provisional, false)
	is(t, "used", l.Used, 3*time.Hour)
	is(t, "accepting", l.Accepting, 8*time.Hour)
	same(t, "delivered", l.Delivered, on(23, 12, 0))
}

func TestRule11TheInstantOfTheEventDecides(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	deliver := func(at time.Time) clock.Leg {
		return clock.Replay([]clock.Event{asked(on(23, 9, 0), v), delivered(at, 0)}, on(30, 9, 0)).Legs[0]
	}
	is(t, "exactly at the deadline", deliver(on(23, 18, 0)).Result, clock.Met)
	is(t, "a second after", deliver(on(23, 18, 0).Add(time.Second)).Result, clock.Missed)
}

func TestRule12TwoWorkingDaysEndWithTheSecondDay(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	v.Deliver = calendar.Span{Days: 2}
	history := []clock.Event{asked(on(26, 10, 0), v)} // Thursday
	same(t, "due", clock.Replay(history, on(26, 10, 0)).Legs[0].Due, on(30, 18, 0))
	history = append(history, paused(on(27, 9, 0), clock.Third), event(clock.Resumed, on(27, 10, 0)))
	same(t, "due after an hour of pause", clock.Replay(history, on(27, 10, 0)).Legs[0].Due,
		time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC))
}

func TestRule13ComingBackNeverErasesAFirstResult(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), delivered(on(24, 9, 1), 0), event(clock.Returned, on(24, 10, 0)),
		delivered(on(24, 10, 1), 0), event(clock.Accepted, on(24, 11, 0)),
	}
	a := clock.Replay(history, on(24, 12, 0))
	is(t, "first", a.Legs[0].Result, clock.Missed)
	is(t, "second", a.Legs[1].Result, clock.Missed) // what was used before counts
	is(t, "ends", a.Legs[0].End, clock.Returned)
}

// What a supplier says to have done earlier counts once the customer confirms.
func TestALateNoteCountsOnceItIsConfirmed(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	note := delivered(on(24, 10, 0), 0)
	note.Happened = on(23, 17, 0)
	history := []clock.Event{asked(on(23, 9, 0), v), note}
	l := clock.Replay(history, on(24, 10, 0)).Legs[0]
	is(t, "before", l.Result, clock.Missed)
	same(t, "said", l.Said, on(23, 17, 0))
	for confirms, want := range map[bool]clock.Result{true: clock.Met, false: clock.Missed} {
		accepted := event(clock.Accepted, on(24, 11, 0))
		accepted.Confirms = confirms
		l := clock.Replay(append(history[:2:2], accepted), on(24, 11, 0)).Legs[0]
		is(t, "after", l.Result, want)
	}
}

func TestThePromiseToWhoAskedStandsStillOnlyForTheCustomer(t *testing.T) {
	t.Parallel()
	for whom, want := range map[clock.Whom]time.Time{clock.Customer: on(24, 10, 0), clock.Third: on(23, 18, 0)} {
		history := []clock.Event{
			asked(on(23, 9, 0), terms(office(t, "UTC"))), paused(on(23, 10, 0), whom), event(clock.Resumed, on(23, 11, 0)),
		}
		a := clock.Replay(history, on(23, 11, 0))
		same(t, "due end to end, waiting for "+string(whom), a.Whole.Due, want)
		same(t, "due of the leg", a.Legs[0].Due, on(24, 10, 0))
	}
}

func TestTheAlarmsOfALeg(t *testing.T) {
	t.Parallel()
	history := []clock.Event{asked(on(23, 9, 0), terms(office(t, "UTC")))}
	is(t, "while it is made", clock.Replay(history, on(23, 9, 0)).Legs[0].Alarms(), clock.Alarms{
		Soon: on(23, 16, 0), Due: on(23, 18, 0), Late: on(24, 11, 0), Last: on(24, 13, 0),
	})
	waiting := append(history[:1:1], paused(on(23, 10, 0), clock.Third))
	is(t, "while it waits", clock.Replay(waiting, on(23, 12, 0)).Legs[0].Alarms(), clock.Alarms{})
	history = append(history, delivered(on(23, 12, 0), 3))
	is(t, "while it is to be accepted", clock.Replay(history, on(23, 12, 0)).Legs[0].Alarms(), clock.Alarms{
		Soon: on(25, 12, 0), Due: on(26, 18, 0),
	})
	history = append(history, event(clock.Accepted, on(24, 9, 0)))
	is(t, "at the end", clock.Replay(history, on(24, 9, 0)).Legs[0].Alarms(), clock.Alarms{})
}
