package clock_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/clock"
)

// wall tells for each second of a stretch whether a shop is open, by looking at
// its wall clock and at nothing else.
type wall struct {
	from int64
	open []bool
}

func watch(s shop, from time.Time, secs int) wall {
	w := wall{from.Unix(), make([]bool, secs)}
	for i := range w.open {
		t := time.Unix(w.from+int64(i), 0).In(s.zone)
		m := t.Hour()*60 + t.Minute()
		for _, x := range s.week[t.Weekday()] {
			w.open[i] = w.open[i] || m >= x[0] && m < x[1]
		}
	}
	return w
}

// walker lives a history second by second.
type walker struct {
	walls map[*calendar.Calendar]map[int64]wall // by hours and start
	start int64
}

func (w walker) open(c *calendar.Calendar, sec int64) bool {
	x := w.walls[c][w.start]
	return x.open[sec-x.from]
}

// walked is what the walker knows of a leg in the end.
type walked struct {
	used, target, take int
	customer, accept   int
	due, takeDue       int64 // the second at which the target was used up; 0 for not yet
	result, took       clock.Result
	taken, given, over bool
	held               int
	hours, guests      *calendar.Calendar
}

// walk lives a history until a moment. It knows confirmed times beforehand, as
// who reads the whole history does.
func (w walker) walk(h []clock.Event, until int64) (legs []*walked, waits map[clock.Whom]int) {
	waits = map[clock.Whom]int{}
	at := make([]int64, len(h))
	for i, e := range h {
		at[i] = e.Recorded.Unix()
		if n := len(h) - 1; h[n].What == clock.Accepted && h[n].Confirms && e.What == clock.Delivered && i == n-1 {
			at[i] = e.Happened.Unix()
		}
	}
	var l *walked
	whom, next := clock.Whom(""), 0
	for sec := at[0]; ; sec++ {
		for ; next < len(h) && at[next] <= sec; next++ {
			l, whom = w.happen(h[next], sec, l, whom, &legs)
		}
		if sec >= until {
			return legs, waits
		}
		w.tick(l, whom, sec, waits)
	}
}

// happen applies an event at the beginning of a second.
func (w walker) happen(e clock.Event, sec int64, l *walked, whom clock.Whom, legs *[]*walked) (*walked, clock.Whom) {
	begin := func(v *clock.Terms) *walked {
		n := &walked{
			target: int(v.Deliver.Work / time.Second), take: int(min(v.Take.Work, v.Deliver.Work) / time.Second), hours: v.Hours, guests: v.Customer,
		}
		*legs = append(*legs, n)
		return n
	}
	if l != nil && l.over {
		return l, ""
	}
	late := func(due int64) clock.Result {
		if due != 0 && sec > due {
			return clock.Missed
		}
		return clock.Met
	}
	take := func() {
		if !l.taken {
			l.taken, l.took = true, late(l.takeDue)
		}
	}
	switch e.What {
	case clock.Asked:
		return begin(e.Terms), ""
	case clock.Taken:
		take()
	case clock.Delivered:
		take()
		l.given, l.result = true, late(l.due)
		return l, ""
	case clock.Accepted, clock.Ended:
		l.over = true
		return l, ""
	case clock.Returned:
		l.over = true
		n := begin(&clock.Terms{Deliver: work(time.Duration(l.target) * time.Second), Hours: l.hours, Customer: l.guests})
		n.used, n.due, n.taken = l.used, l.due, true
		return n, ""
	case clock.Paused:
		return l, e.On
	case clock.Resumed:
		return l, ""
	case clock.Redirected:
		take()
		l.result, l.over = late(l.due), true
		return begin(e.Terms), ""
	case clock.Retermed:
	}
	return l, whom
}

// tick lets a second pass.
func (w walker) tick(l *walked, whom clock.Whom, sec int64, waits map[clock.Whom]int) {
	works, receives := w.open(l.hours, sec), w.open(l.guests, sec)
	if works && !l.taken && l.takeDue == 0 {
		if l.accept++; l.accept == l.take {
			l.takeDue = sec + 1
		}
	}
	switch {
	case l.over:
	case l.given:
		if receives {
			waits[clock.Customer]++
		}
	case whom != "":
		if works {
			l.held++
		}
		if whom == clock.Customer && receives || whom != clock.Customer && works {
			waits[whom]++
		}
	case works:
		if l.used++; l.used == l.target {
			l.due = sec + 1
		}
	}
}

func TestReplayEqualsASlowClockSecondBySecond(t *testing.T) {
	t.Parallel()
	const histories, days = 1000, 10
	all := shops(t)
	w := walker{walls: map[*calendar.Calendar]map[int64]wall{}}
	for _, s := range all {
		w.walls[s.hours] = map[int64]wall{}
		for _, from := range starts {
			w.walls[s.hours][from.Unix()] = watch(s, from, days*24*3600)
		}
	}
	r := &random{Rand: rand.New(rand.NewPCG(7, 1)), shops: all}
	for n := range histories {
		h := r.history(1+r.IntN(10), 12*time.Hour)
		w.start = 0
		for _, s := range starts {
			if d := h[0].Recorded.Sub(s); d >= 0 && d <= time.Hour {
				w.start = s.Unix()
			}
		}
		now := r.later(8 * time.Hour)
		if now.Unix() >= w.start+days*24*3600 {
			t.Fatalf("%d: history is too long for the wall", n)
		}
		legs, waits := w.walk(h, now.Unix())
		compare(t, n, clock.Replay(h, now), legs, waits)
		if t.Failed() {
			t.Fatalf("history %d until %v: %+v", n, now, h)
		}
	}
}

func compare(t *testing.T, n int, a clock.Account, legs []*walked, waits map[clock.Whom]int) {
	t.Helper()
	if len(a.Legs) != len(legs) {
		t.Errorf("%d: %d legs, walked %d", n, len(a.Legs), len(legs))
		return
	}
	for i, l := range a.Legs {
		x := legs[i]
		held := time.Duration(0)
		for _, p := range l.Pauses {
			held += p.Held
		}
		if l.Used != time.Duration(x.used)*time.Second || held != time.Duration(x.held)*time.Second {
			t.Errorf("%d: leg %d used %v and was held %v, walked %ds and %ds", n, i, l.Used, held, x.used, x.held)
		}
		if x.due != 0 && !l.Due.Equal(time.Unix(x.due, 0)) {
			t.Errorf("%d: leg %d is due at %v, walked %v", n, i, l.Due, time.Unix(x.due, 0))
		}
		if l.Result != x.result {
			t.Errorf("%d: leg %d is %q, walked %q", n, i, l.Result, x.result)
		}
		if !l.Rework && l.Took != x.took && l.End != clock.Ended {
			t.Errorf("%d: leg %d was taken %q, walked %q", n, i, l.Took, x.took)
		}
	}
	for _, whom := range []clock.Whom{clock.Customer, clock.Third, clock.Other} {
		if a.Waits[whom] != time.Duration(waits[whom])*time.Second {
			t.Errorf("%d: %s cost %v, walked %ds", n, whom, a.Waits[whom], waits[whom])
		}
	}
}
