package courier

import (
	"context"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/setting"
)

// window is how long notices that do not press are collected before they are
// mailed together.
const window = 10 * time.Minute

// tend decides on everything that waits to be mailed to p: what is not wanted
// or was read is dropped, what is new gets its moment, and if the moment of one
// has come, all that waits leaves in one letter.
func tend(ctx context.Context, tx *db.Tx, p id.Person) error {
	r, err := notify.ReaderOf(ctx, tx, tx.Company, p, tx.Now)
	if err != nil {
		return err
	}
	cal, err := setting.WorkingTimeOfPerson(ctx, tx, tx.Company, p)
	if err != nil {
		return err
	}
	waiting, err := notify.WaitingOf(ctx, tx, p)
	if err != nil {
		return err
	}
	var wanted []id.Notice
	due := false
	for _, w := range waiting {
		if !w.ReadAt.IsZero() || !r.Wants(w.Kind) || aged(w, tx.Now) {
			if err := notify.Drop(ctx, tx, p, w); err != nil {
				return err
			}
			continue
		}
		wanted = append(wanted, w.ID)
		at := w.MailAt
		if at.IsZero() || !at.After(tx.Now.Time) { // new, or what it was planned by may have changed
			if at, err = leaves(r, cal, w, tx.Now); err != nil {
				return err
			}
		}
		due = due || !at.After(tx.Now.Time)
		if at != w.MailAt {
			if err := notify.Keep(ctx, tx, p, w.ID, at); err != nil {
				return err
			}
		}
	}
	if !due {
		return nil
	}
	l, n, err := notify.Claim(ctx, tx, p, wanted)
	if err != nil || n == 0 {
		return err
	}
	return job.Enqueue(ctx, tx, mailNotices{Company: tx.Company, Letter: l})
}

// aged reports whether a notice has waited for so long, for a reader who was
// away, that it is not worth a mail any more.
func aged(w notify.Waiting, now db.Time) bool {
	k, _ := notify.KindOf(w.Kind)
	return k.Life > 0 && now.Sub(w.At.Time) > k.Life
}

// leaves says when a notice is mailed to r, at the earliest now.
func leaves(r notify.Reader, cal *calendar.Calendar, w notify.Waiting, now db.Time) (db.Time, error) {
	from := now.Time
	if r.AwayUntil.After(from) {
		from = r.AwayUntil.Time
	}
	if r.Settings.Rhythm == notify.Daily {
		since := w.At.Time
		if r.AwayUntil.After(since) {
			since = r.AwayUntil.Time
		}
		return daily(cal, r.Settings.At, since)
	}
	if k, _ := notify.KindOf(w.Kind); !k.Urgent {
		if end := w.At.Add(max(window, k.Wait)); end.After(from) {
			from = end
		}
	}
	at, err := cal.NextOpen(from)
	if errors.Is(err, calendar.ErrHorizon) { // nobody works any more: as good as never
		return db.At(now.AddDate(calendar.Horizon, 0, 0)), nil
	}
	return db.At(at), err
}

// daily returns the first moment from t on at which it is that many minutes
// after midnight of a day of work.
func daily(cal *calendar.Calendar, minutes int, t time.Time) (db.Time, error) {
	const most = calendar.Horizon * 366
	t = t.In(cal.Zone())
	y, m, d := t.Date()
	for i := range most {
		midnight := time.Date(y, m, d+i, 0, 0, 0, 0, cal.Zone())
		at := time.Date(y, m, d+i, 0, minutes, 0, 0, cal.Zone())
		if !at.Before(t) && cal.Elapsed(midnight, time.Date(y, m, d+i+1, 0, 0, 0, 0, cal.Zone())) > 0 {
			return db.At(at), nil
		}
	}
	return db.At(t.AddDate(calendar.Horizon, 0, 0)), nil
}
