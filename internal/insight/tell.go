package insight

import (
	"context"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
)

// toldWeek is the kind of the notice, and of the fact that it was given.
const toldWeek = "week"

type tellWeeks struct{}

// Kind satisfies [job.Args].
func (tellWeeks) Kind() string { return "insight_week" }

// Workers tell those who lead the figures of the week that is over.
func (s *Service) Workers() []job.Worker {
	const often = 15 * time.Minute
	return []job.Worker{
		job.Work(job.Policy{}, func(ctx context.Context, _ tellWeeks) error { return s.TellWeeks(ctx) }).Every(often, tellWeeks{}),
	}
}

// TellWeeks tells the owners and leaders of every company once that the figures
// of the week that is over are there: those who have any. A company that has
// just begun hears of it from its next Monday on.
func (s *Service) TellWeeks(ctx context.Context) error {
	all, err := untold(ctx, s.db, handoff.Monday(s.db.Now()).Format(time.DateOnly))
	for _, c := range all {
		err = errors.Join(err, s.TellWeek(ctx, c))
	}
	return err
}

// untold are the companies that were not told up to a Monday.
func untold(ctx context.Context, q db.Querier, monday string) ([]id.Company, error) {
	const most = 10_000
	return db.Values[id.Company](ctx, q, `
		SELECT c.company FROM company c LEFT JOIN week_told w ON w.company = c.company
		WHERE w.monday IS NULL OR w.monday < ? ORDER BY c.company LIMIT ?`, monday, most)
}

// TellWeek is TellWeeks for one company.
func (s *Service) TellWeek(ctx context.Context, c id.Company) error {
	now := s.db.Now()
	this, last := handoff.Monday(now).Format(time.DateOnly), LastWeek(now)
	var told string // the Monday up to which it was; empty for a new one
	err := s.db.Row(ctx, []any{&told}, `SELECT COALESCE(MAX(monday), '') FROM week_told WHERE company = ?`, c)
	if err != nil || told >= this {
		return err
	}
	var people []id.Person
	if told != "" {
		if people, err = s.concerned(ctx, c, last); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, c, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO week_told (company, monday) VALUES (?, ?)
			ON CONFLICT (company) DO UPDATE SET monday = excluded.monday WHERE week_told.monday < excluded.monday`, c, this)
		if err != nil || n == 0 || len(people) == 0 { // another node was faster, or there is nothing to tell
			return err
		}
		notices := make([]notify.Notice, len(people))
		for i, p := range people {
			notices[i] = notify.Notice{Person: p, Kind: toldWeek, Subject: last}
		}
		fact.Record(tx, fact.Fact{Kind: "week.told", Subject: last})
		return notify.Add(ctx, tx, notices)
	})
}

// concerned are the owners and leaders of a company for whom there is anything
// to say of a week.
func (s *Service) concerned(ctx context.Context, c id.Company, monday string) (out []id.Person, err error) {
	heads, err := org.Heads(ctx, s.db, c)
	if err != nil {
		return nil, err
	}
	for _, p := range heads {
		a, err := org.Actor(ctx, s.db, c, p)
		if err != nil {
			return nil, err
		}
		w, err := s.Week(ctx, a, monday)
		if err != nil {
			return nil, err
		}
		for _, x := range w.Areas {
			if x.Any() {
				out = append(out, p)
				break
			}
		}
	}
	return out, nil
}
