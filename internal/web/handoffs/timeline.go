package handoffs

import (
	"context"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
)

// scale is a span of time laid on a line, from 0 to 100 percent.
type scale struct {
	from, until, now time.Time
	ticks            []tick
	words            map[handoff.EventKind]string // what each mark reads
	days             map[time.Time]string         // that were put in words
	said             map[int64]string             // moments that were put in words, by the minute
}

// tick is a moment that is written on the line.
type tick struct{ x, label string }

func scaleOf(ctx context.Context, o handoff.OrderView) scale {
	s := scale{from: o.From.Time, until: o.Until.Time, now: i18n.Now(ctx), words: map[handoff.EventKind]string{}, days: map[time.Time]string{}, said: map[int64]string{}}
	if s.until.IsZero() {
		s.until = s.now
	}
	for _, k := range []handoff.EventKind{
		handoff.EventKind(handoff.Asked), handoff.EventKind(handoff.Taken), handoff.EventKind(handoff.Delivered),
		handoff.EventKind(handoff.Returned), handoff.EventKind(handoff.Accepted), handoff.EventKind(handoff.AcceptedWithRemark),
		handoff.EventKind(handoff.Declined), handoff.EventKind(handoff.Cancelled), handoff.AutoAccepted, handoff.Redirected,
		handoff.Paused, handoff.Resumed,
	} {
		s.words[k] = i18n.T(ctx, "handoff.order.mark."+string(k))
	}
	s.mark(ctx)
	return s
}

const (
	day       = 24 * time.Hour
	mostTicks = 6
)

// steps are the distances that ticks may have.
var steps = []time.Duration{
	time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 4 * day, 7 * day, 14 * day, 28 * day,
	91 * day, 365 * day,
}

// mark chooses the ticks: at round hours, or at the beginnings of days.
func (s *scale) mark(ctx context.Context) {
	all := s.until.Sub(s.from)
	step := steps[len(steps)-1]
	for _, d := range steps {
		if all/d <= mostTicks {
			step = d
			break
		}
	}
	from := s.from.In(i18n.Zone(ctx))
	t := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
	const margin = 4 // percent: a word needs its room
	for range 100 {
		if step < day {
			t = t.Add(step)
		} else {
			t = t.AddDate(0, 0, int(step/day))
		}
		if !t.Before(s.until) {
			return
		}
		x := s.x(t)
		if !t.After(s.from) || x < margin || x > 100-2*margin || len(s.ticks) > mostTicks {
			continue
		}
		label := i18n.Day(ctx, t)
		if step < day && t.Hour() > 0 {
			label = i18n.Clock(ctx, t)
		}
		s.ticks = append(s.ticks, tick{percent(x), label})
	}
}

// moment says an instant; a page says many of them more than once.
func (s scale) moment(ctx context.Context, t time.Time) string {
	minute := t.Unix() / 60
	words, known := s.said[minute]
	if !known {
		words = s.put(ctx, t)
		s.said[minute] = words
	}
	return words
}

// put puts an instant in words. The day costs the most, and many share it.
func (s scale) put(ctx context.Context, t time.Time) string {
	if age := s.now.Sub(t); age < 2*day {
		return i18n.Moment(ctx, t)
	}
	y, m, d := t.In(i18n.Zone(ctx)).Date()
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if s.days[date] == "" {
		s.days[date] = i18n.Day(ctx, t)
	}
	return i18n.T(ctx, "format.moment", i18n.Args{"Day": s.days[date], "Clock": i18n.Clock(ctx, t)})
}

// x is where a moment stands on the line, from 0 to 100.
func (s scale) x(t time.Time) float64 {
	all := s.until.Sub(s.from)
	if all <= 0 {
		return 0
	}
	return min(100, max(0, 100*float64(t.Sub(s.from))/float64(all)))
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

// course is what happened on one handoff, laid on the line.
type course struct {
	legs  []leg
	marks []mark
}

// phase is what goes on between one mark and the next.
type phase string

const (
	waiting   phase = "wait"   // to be taken
	making    phase = "work"   // for the first time
	accepting phase = "accept" // waiting to be accepted
	redoing   phase = "redo"   // it came back
	pausing   phase = "pause"  // its clock stands still
	over      phase = ""
)

// leg is the part of a bar in which one phase lasts.
type leg struct {
	phase    phase
	x, width string
}

// mark is a moment on a bar.
type mark struct {
	kind  handoff.EventKind
	when  time.Time
	word  string
	x     float64
	said  bool          // there is room for its word
	after phase         // what went on before it
	long  time.Duration // and how long
}

// shape is how the state in which it leaves the handoff is drawn.
func (m mark) shape() string {
	switch m.kind {
	case handoff.AutoAccepted:
		return string(handoff.Accepted)
	case handoff.Redirected, handoff.Paused, handoff.Resumed:
		return ""
	}
	return string(m.kind)
}

func (m mark) at() string { return percent(m.x) }

// next says what goes on after an event.
func (p phase) next(k handoff.EventKind, held phase) phase {
	switch k {
	case handoff.EventKind(handoff.Asked), handoff.Redirected:
		return waiting
	case handoff.EventKind(handoff.Taken):
		if p == redoing || held == redoing {
			return redoing
		}
		return making
	case handoff.EventKind(handoff.Delivered):
		return accepting
	case handoff.EventKind(handoff.Returned):
		return redoing
	case handoff.Paused:
		return pausing
	case handoff.Resumed:
		return held
	}
	return over
}

// mostMarks is how many moments of one handoff are drawn: the last ones.
const mostMarks = 24

// follow lays the story of h on the line.
func (s scale) follow(h handoff.Handoff, story []handoff.Event) course {
	var c course
	var p, held phase
	since := h.AskedAt.Time
	for _, e := range story {
		word, known := s.words[e.Kind]
		if !known {
			continue
		}
		when := e.HappenedAt.Time
		if when.Before(since) {
			when = since
		}
		c.leg(s, p, since, when)
		c.marks = append(c.marks, mark{kind: e.Kind, when: when, word: word, after: p, long: when.Sub(since)})
		was := p
		p = p.next(e.Kind, held)
		if e.Kind == handoff.Paused {
			held = was
		}
		since = when
	}
	c.leg(s, p, since, s.until)
	c.marks = c.marks[max(0, len(c.marks)-mostMarks):]
	s.place(c.marks)
	return c
}

func (c *course) leg(s scale, p phase, from, until time.Time) {
	const least = 0.4 // percent: what is short is seen too
	if p == over || !until.After(from) {
		return
	}
	x := s.x(from)
	c.legs = append(c.legs, leg{p, percent(x), percent(max(s.x(until)-x, least))})
}

// place puts marks that would lie on each other side by side, and finds out
// which words have room at the usual width of a screen.
func (s scale) place(marks []mark) {
	const apart, wide, letter, gap = 3.4, 6.2, 8.5, 14 // percent; pixels per percent, per letter, between words
	for i := range marks {
		marks[i].x = s.x(marks[i].when)
		if i > 0 {
			marks[i].x = max(marks[i].x, marks[i-1].x+apart)
		}
	}
	for i := len(marks) - 1; i >= 0; i-- {
		end := 100.0
		if i+1 < len(marks) {
			end = marks[i+1].x - apart
		}
		marks[i].x = max(0, min(marks[i].x, end))
	}
	for i := range marks {
		end := 100.0
		if i+1 < len(marks) {
			end = marks[i+1].x
		}
		marks[i].said = (end-marks[i].x)*wide >= letter*float64(utf8.RuneCountInString(marks[i].word))+gap
	}
}
