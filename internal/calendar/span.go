package calendar

import "time"

// Span is how long something is promised in: working time, or working days.
// Days count if they are above zero, and Work is not read then.
type Span struct {
	Work time.Duration
	Days int
}

// Due returns the moment that a span from t on ends: when its working time has
// been used, or at the end of its last working day. Two working days are the end
// of the second working day after the date of t, whatever the hour of t, so that
// who asks late does not get less. ErrHorizon if it is too far to tell.
func (c *Calendar) Due(t time.Time, s Span) (time.Time, error) {
	if s.Days > 0 {
		return c.AddDays(t, s.Days)
	}
	return c.Add(t, s.Work)
}
