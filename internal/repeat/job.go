package repeat

import (
	"context"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/setting"
)

// round is the job that asks for what is due to be seen, in every company.
type round struct{}

// Kind satisfies [job.Args].
func (round) Kind() string { return "repeat_round" }

const every = 10 * time.Minute

// Worker returns the job that asks, when the first node starts and then every
// ten minutes.
func (s *Service) Worker() job.Worker {
	return job.Work(job.Policy{}, func(ctx context.Context, _ round) error { return s.Round(ctx) }).Every(every, round{})
}

// Round asks for everything that is due to be seen. What was missed while no
// node ran is asked for once, and marked.
func (s *Service) Round(ctx context.Context) error {
	companies, err := setting.All(ctx, s.db)
	if err != nil {
		return err
	}
	var all error
	for _, c := range companies {
		repeats, err := active(ctx, s.db, c.ID)
		if err != nil {
			return err
		}
		for _, r := range repeats {
			all = errors.Join(all, s.ask(ctx, c.ID, r)) // one that fails does not stop the others
		}
	}
	return all
}

// ask asks for the days of one repeat that have come into sight, each at most
// once: what became of a day, its handoff and how far the repeat has asked are
// written together.
func (s *Service) ask(ctx context.Context, c id.Company, repeat id.Repeat) error {
	return s.db.InTx(ctx, c, func(tx *db.Tx) error {
		r, err := get(ctx, tx, c, repeat)
		if err != nil || r.State != Active {
			return err
		}
		cal, err := hours(ctx, tx, c, r.Service)
		if err != nil {
			return err
		}
		today := dateOf(tx.Now.Time, cal)
		through := dateOf(tx.Now.AddDate(0, 0, r.Ahead), cal)
		if through <= r.Through {
			return nil
		}
		from, err := time.Parse(time.DateOnly, r.Through)
		if err != nil {
			return err
		}
		days := r.days(cal, from.AddDate(0, 0, 1).Format(time.DateOnly), through)
		was := r.Version
		r.Through = through
		for i, d := range days {
			missed := d.Falls < today
			if missed && i+1 < len(days) && days[i+1].Falls < today {
				if _, err := note(ctx, tx, r.ID, Occurrence{Day: d, State: Missed, Late: true}); err != nil {
					return err
				}
				continue
			}
			if err := s.askFor(ctx, tx, &r, cal, d, missed); err != nil {
				return err
			}
			if r.State != Active {
				break
			}
		}
		if r.State == Active && r.Ends != "" && r.Ends < today {
			r.State = Ended
			record(tx, "ended", "", r, Told{})
		}
		return update(ctx, tx, was, r)
	})
}

// askFor asks for one day. What can no longer be asked for stops the repeat,
// with the reason.
func (s *Service) askFor(ctx context.Context, tx *db.Tx, r *Repeat, cal *calendar.Calendar, d Day, late bool) error {
	fresh, err := note(ctx, tx, r.ID, Occurrence{Day: d, State: Asked, Late: late})
	if err != nil || !fresh {
		return err
	}
	since := r.moment(cal, d.Falls)
	if since.Before(tx.Now.Time) {
		since = time.Time{}
	}
	h, err := s.handoffs.OpenIn(ctx, tx, handoff.Opening{By: r.MadeBy, Since: since, Ask: r.draft().ask()})
	if key, ok := errs.Refusal(err); ok {
		r.State, r.Why = Paused, key
		if err := forget(ctx, tx, r.ID, d.Named); err != nil {
			return err
		}
		record(tx, "paused", "", *r, Told{Day: d.Named})
		return nil
	}
	if err != nil {
		return err
	}
	if err := setHandoff(ctx, tx, r.ID, d.Named, h.ID); err != nil {
		return err
	}
	record(tx, "asked", "", *r, Told{Day: d.Named, Handoff: h.ID, Late: late})
	return nil
}

// forget takes back that a day was dealt with.
func forget(ctx context.Context, tx *db.Tx, r id.Repeat, day string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM occurrence WHERE company = ? AND repeat = ? AND day = ?`, tx.Company, r, day)
	return err
}
