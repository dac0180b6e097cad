package clock_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
)

// The cases in which other products were seen to fail, as far as they are about
// clocks; those about the calendar alone are in internal/calendar.

// August is closed: one product gives up, another answers with the year 1970.
func TestAClosedMonthOnlyMovesTheMoment(t *testing.T) {
	t.Parallel()
	week := map[string][]string{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []string{"9:00-18:00"}
	}
	c, err := calendar.New(calendar.Spec{Zone: "UTC", Week: week, Exceptions: []calendar.Exception{{
		Name: "Agosto", Effect: calendar.Closed, Yearly: &calendar.Yearly{From: "08-01", Until: "08-31"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	v := terms(c)
	v.Deliver = work(time.Hour)
	at := time.Date(2026, 7, 31, 17, 30, 0, 0, time.UTC)
	l := clock.Replay([]clock.Event{asked(at, v)}, at).Legs[0]
	same(t, "due", l.Due, time.Date(2026, 9, 1, 9, 30, 0, 0, time.UTC))
}

// Midnight of 6 September 2026 does not exist in Santiago: a plain calendar of
// weekdays cannot be crossed there by one product.
func TestAMidnightThatDoesNotExistIsCrossed(t *testing.T) {
	t.Parallel()
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 9, 4, 17, 30, 0, 0, santiago)
	v := terms(office(t, "America/Santiago"))
	v.Deliver = work(time.Hour)
	same(t, "due", clock.Replay([]clock.Event{asked(at, v)}, at).Legs[0].Due, time.Date(2026, 9, 7, 9, 30, 0, 0, santiago))
}

// Whole minutes only: what was asked at 17:59:30 was off by up to a minute.
func TestSecondsAreNotCut(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	v.Deliver = work(time.Hour)
	at := on(23, 17, 59).Add(30 * time.Second)
	same(t, "due", clock.Replay([]clock.Event{asked(at, v)}, at).Legs[0].Due, on(24, 9, 59).Add(30*time.Second))
}

// Pauses cut to the minute: short ones are lost, and two of one minute become one.
func TestPausesOfSecondsAreKeptApart(t *testing.T) {
	t.Parallel()
	s := func(n int) time.Time { return on(23, 10, 0).Add(time.Duration(n) * time.Second) }
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), paused(s(1), clock.Third), event(clock.Resumed, s(11)),
		paused(s(21), clock.Customer), event(clock.Resumed, s(41)),
	}
	a := clock.Replay(history, on(23, 12, 0))
	is(t, "used", a.Legs[0].Used, 3*time.Hour-30*time.Second)
	is(t, "third", a.Waits[clock.Third], 10*time.Second)
	is(t, "customer", a.Waits[clock.Customer], 20*time.Second)
}

// Seconds of waiting that are added up and put behind the due moment move it
// even where nobody would have worked.
func TestAPauseOutsideWorkingHoursMovesNothing(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 15, 0), terms(office(t, "UTC"))), paused(on(23, 18, 0), clock.Third), event(clock.Resumed, on(24, 9, 0)),
	}
	a := clock.Replay(history, on(24, 9, 0))
	same(t, "due", a.Legs[0].Due, on(24, 14, 0))
	is(t, "held", a.Legs[0].Pauses[0].Held, 0)
}

// A change of priority or agreement forgets the pauses.
func TestPausesOutliveAChangeOfTheAgreement(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	longer := terms(office(t, "UTC"))
	longer.Deliver = work(9 * time.Hour)
	history := []clock.Event{
		asked(on(23, 9, 0), v), paused(on(23, 10, 0), clock.Customer), {
			What: clock.Retermed, Happened: on(23, 11, 0), Recorded: on(23, 11, 0), Terms: longer,
		},
	}
	now := on(23, 13, 0)
	l := clock.Replay(history, now).Legs[0]
	is(t, "it is still paused", len(l.Pauses) == 1 && l.Pauses[0].Until.IsZero(), true)
	is(t, "used", l.Used, time.Hour)
	history = append(history, event(clock.Resumed, now))
	same(t, "due", clock.Replay(history, now).Legs[0].Due, on(24, 13, 0))
}

// Marked as violated while it waits for somebody else: a planned end means
// nothing in a pause.
func TestWhatIsPausedDoesNotBecomeLate(t *testing.T) {
	t.Parallel()
	history := []clock.Event{asked(on(23, 9, 0), terms(office(t, "UTC"))), paused(on(23, 17, 0), clock.Third)}
	l := clock.Replay(history, on(27, 9, 0)).Legs[0]
	is(t, "late", l.Late(on(27, 9, 0)), false)
	is(t, "no due moment", l.Due.IsZero(), true)
	same(t, "planned before", l.Planned, on(23, 18, 0))
	late := append(history[:1:1], paused(on(24, 9, 1), clock.Third))
	l = clock.Replay(late, on(27, 9, 0)).Legs[0]
	is(t, "what was late before stays late", l.Late(on(27, 9, 0)), true)
}

// A change of team forgets the row of the first one and counts from the creation.
func TestALaterSupplierIsNotBlamedForTheFirst(t *testing.T) {
	t.Parallel()
	next := terms(office(t, "UTC"))
	next.Supplier = "sewing"
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), redirected(on(24, 12, 0), next), delivered(on(24, 17, 0), 0),
	}
	a := clock.Replay(history, on(24, 17, 0))
	is(t, "the first", a.Legs[0].Result, clock.Missed)
	is(t, "the second", a.Legs[1].Result, clock.Met)
	is(t, "used by the second", a.Legs[1].Used, 4*time.Hour)
}

// "Resolved" stops the clock for good, or a reopening starts it anew from the
// day of the reopening.
func TestAReturnNeitherStopsNorRestartsTheClock(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), delivered(on(23, 11, 0), 0), event(clock.Returned, on(25, 9, 0)),
		delivered(on(25, 17, 0), 0),
	}
	a := clock.Replay(history, on(25, 17, 0))
	is(t, "used", a.Legs[1].Used, 9*time.Hour)
	is(t, "rework", a.Legs[1].Result, clock.Missed)
	same(t, "due", a.Legs[1].Due, on(25, 16, 0))
}

// Time on hold was added to the moment of creation.
func TestAPauseDoesNotMoveTheBeginning(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), paused(on(23, 10, 0), clock.Customer), event(clock.Resumed, on(23, 12, 0)),
	}
	l := clock.Replay(history, on(23, 12, 0)).Legs[0]
	same(t, "opened", l.Opened, on(23, 9, 0))
	same(t, "due", l.Due, on(24, 11, 0))
}

// A system zone, or today's offset, in the place of the zone of the team: the
// winter is counted with the hours of the summer.
func TestEachLegIsCountedInItsOwnZoneAndSeason(t *testing.T) {
	t.Parallel()
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	friday := time.Date(2026, 10, 23, 17, 0, 0, 0, madrid) // clocks change on Sunday
	l := clock.Replay([]clock.Event{asked(friday, terms(office(t, "Europe/Madrid")))}, friday).Legs[0]
	same(t, "due", l.Due, time.Date(2026, 10, 26, 17, 0, 0, 0, madrid))
}

// Giving the work to another colleague makes a new target: here it is no event
// of a clock at all, and nothing that was taken is taken again.
func TestASecondTakingChangesNothing(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), event(clock.Taken, on(23, 9, 30)), event(clock.Taken, on(23, 12, 0)),
	}
	l := clock.Replay(history, on(23, 12, 0)).Legs[0]
	same(t, "taken", l.Taken, on(23, 9, 30))
	is(t, "first response", l.Took, clock.Met)
}

// Figures are empty after the closing: here what closes keeps all of them, and
// what happens after the end moves none.
func TestNothingAfterTheEndMovesAClock(t *testing.T) {
	t.Parallel()
	history := []clock.Event{
		asked(on(23, 9, 0), terms(office(t, "UTC"))), delivered(on(23, 11, 0), 0), event(clock.Accepted, on(23, 12, 0)),
	}
	before := clock.Replay(history, on(23, 12, 0)).Legs[0]
	after := clock.Replay(append(history, paused(on(24, 9, 0), clock.Third)), on(30, 9, 0)).Legs[0]
	is(t, "used", after.Used, before.Used)
	is(t, "result", after.Result, clock.Met)
	is(t, "accepting", after.Accepting, time.Hour)
	is(t, "pauses", len(after.Pauses), 0)
}

// An answer by another way does not count as one, and it escalates all the same:
// here to take it, to deliver it and to pass it on are answers, each at its own
// moment.
func TestEveryAnswerIsAnAnswer(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	for what, e := range map[string]clock.Event{
		"taken": event(clock.Taken, on(23, 10, 0)), "delivered": delivered(on(23, 10, 0), 0), "passed on": redirected(on(23, 10, 0), v),
	} {
		l := clock.Replay([]clock.Event{asked(on(23, 9, 0), v), e}, on(23, 17, 0)).Legs[0] // exactly at the hour that was promised
		is(t, what, l.Took, clock.Met)
		e.Happened, e.Recorded = on(23, 10, 1), on(23, 10, 1)
		l = clock.Replay([]clock.Event{asked(on(23, 9, 0), v), e}, on(23, 17, 0)).Legs[0]
		is(t, what+" a minute later", l.Took, clock.Missed)
	}
}

// One target takes the place of another that is longer: a first answer in five
// hours and work in eight keep both their moments.
func TestOneTargetDoesNotReplaceAnother(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	v.Take = work(5 * time.Hour)
	l := clock.Replay([]clock.Event{asked(on(23, 9, 0), v), event(clock.Taken, on(23, 13, 0))}, on(23, 14, 0)).Legs[0]
	same(t, "to be taken", l.TakeDue, on(23, 14, 0))
	same(t, "to be delivered", l.Due, on(23, 18, 0))
}

// What was called off stays escalated for ever: here it is late no more, nobody
// is told of it, and it keeps what it had used.
func TestWhatWasCalledOffIsNotLate(t *testing.T) {
	t.Parallel()
	v := terms(office(t, "UTC"))
	l := clock.Replay([]clock.Event{asked(on(23, 9, 0), v), event(clock.Ended, on(23, 12, 0))}, on(30, 12, 0)).Legs[0]
	is(t, "late", l.Late(on(30, 12, 0)), false)
	is(t, "used", l.Used, 3*time.Hour)
	is(t, "alarms", l.Alarms(), clock.Alarms{})
}
