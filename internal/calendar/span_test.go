package calendar_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// Minutes and hours run while it is open; days end with the working day, however
// late somebody asks.
func TestAPromiseInHoursAndOneInDays(t *testing.T) {
	t.Parallel()
	d := at(t, with(weekdays("America/Mexico_City", "09:00-14:00", "15:00-18:00"), closed("2026-11-26", "2026-11-26")))
	for _, c := range []struct {
		asked string
		span  calendar.Span
		want  string
	}{
		{"2026-11-24 17:50", calendar.Span{Work: 20 * time.Minute}, "2026-11-25 09:10"},
		{"2026-11-24 17:50", calendar.Span{Work: 9 * time.Hour}, "2026-11-27 09:50"},
		{"2026-11-24 09:00", calendar.Span{Days: 1}, "2026-11-25 18:00"},
		{"2026-11-24 17:59", calendar.Span{Days: 1}, "2026-11-25 18:00"},
		{"2026-11-24 23:00", calendar.Span{Days: 2}, "2026-11-27 18:00"}, // over the holiday
		{"2026-11-27 12:00", calendar.Span{Days: 2}, "2026-12-01 18:00"}, // over the weekend
		{"2026-11-28 12:00", calendar.Span{Days: 2}, "2026-12-01 18:00"}, // asked on a Saturday
	} {
		got, err := d.Due(d.wall(c.asked), c.span)
		if err != nil || !got.Equal(d.wall(c.want)) {
			t.Errorf("asked %s for %+v: %v, %v, want %s", c.asked, c.span, got, err, c.want)
		}
	}
}
