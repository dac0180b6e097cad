package setting

import (
	"encoding/json"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// longRest is from when on a stretch without open hours is worth a word: no
// usual week is closed for so long.
const longRest = 7 * 24 * time.Hour

// Rests returns the stretches of a week or more without open hours that begin
// within a year, in the zone of the working time: what is asked then only
// begins to count when they are over, and who sets up the hours should see that
// before it surprises anybody. The end is zero if it lies beyond the horizon.
// Text that is no working time has none.
func Rests(text json.RawMessage, now time.Time) []calendar.Interval {
	spec, err := calendar.Parse(text)
	if err != nil {
		return nil
	}
	cal, err := calendar.New(spec)
	if err != nil {
		return nil
	}
	year := now.AddDate(1, 0, 0)
	out := cal.Gaps(now, year.Add(longRest), longRest)
	for i := range out {
		if out[i].From.After(year) {
			return out[:i]
		}
		if out[i].Until.After(year) { // it goes on beyond what was looked at
			out[i].Until, err = cal.NextOpen(out[i].Until)
			if err != nil {
				out[i].Until = time.Time{}
			}
		}
	}
	return out
}
