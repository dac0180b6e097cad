package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
)

// MostAsked returns the services that the actor's own nodes asked for most
// since a moment, the most frequent first.
func (s *Service) MostAsked(ctx context.Context, a authz.Actor, since time.Time, limit int) ([]id.Service, error) {
	if len(a.Own) == 0 {
		return nil, nil
	}
	args := append([]any{a.Company, day(db.At(since))}, db.Args(a.Own)...)
	return db.Values[id.Service](ctx, s.db, `
		SELECT t.service FROM link_stat t JOIN link l ON l.company = t.company AND l.id = t.link
		WHERE t.company = ? AND t.day >= ? AND l.customer IN `+db.Marks(len(a.Own))+`
		GROUP BY t.service HAVING SUM(t.asked) > 0 ORDER BY SUM(t.asked) DESC, t.service LIMIT ?`, append(args, limit)...)
}

// WorkLeft returns how much working time of the supplier of a handoff is left
// now until it is due, or was left when its clock was stopped: below zero if
// that moment has passed. It is counted by the hours by which it was promised,
// or by those of today where they cannot be told any more.
func (s *Service) WorkLeft(ctx context.Context, a authz.Actor) (func(Handoff) time.Duration, error) {
	hours, err := setting.LoadTimetable(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	now := s.db.Now()
	return func(h Handoff) time.Duration {
		from := now
		if h.Paused() {
			from = h.PausedAt.Time
		}
		promised, err := loadHours(ctx, s.db, a.Company, h.Hours)
		if err != nil || promised == nil {
			promised = hours.Of(h.Supplier)
		}
		return promised.Elapsed(from, h.DueAt.Time)
	}, nil
}
