package demo

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/notify"
)

// absences shows what people say of their notices: Karla is away and Norma
// stands in for her; Rogelio wants one mail a day, Lupita none about comments.
func (h *house) absences(ctx context.Context, d *db.DB, now time.Time) error {
	const days = 6
	day := func(n int) string { return now.In(h.cal.Zone()).AddDate(0, 0, n).Format(time.DateOnly) }
	karla, err := h.actor(ctx, d, "karla")
	if err != nil {
		return err
	}
	_, err = absence.New(d).Announce(ctx, karla, absence.Announce{
		Person: karla.Person, Substitute: h.people["norma"], First: day(0), Last: day(days),
	})
	if err != nil {
		return err
	}
	for handle, s := range map[string]notify.Settings{
		"rogelio": {Rhythm: notify.Daily, At: 7*60 + 30},
		"lupita":  {Rhythm: notify.Soon, At: 8 * 60, Choice: map[notify.Channel]map[string]bool{notify.ByMail: {"commented": false}}},
	} {
		a, err := h.actor(ctx, d, handle)
		if err != nil {
			return err
		}
		if err := notify.SetSettings(ctx, d, a, s); err != nil {
			return err
		}
	}
	return nil
}
