package notify

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Health says how the mails of one company fare.
type Health struct {
	LastSent db.Time // zero if none has left
	SentWeek int     // letters that left in the last seven days
	Waiting  int     // notices that are kept, for work to begin or for others
	NextAt   db.Time // when the next of them leaves
	OnTheWay int     // letters that were claimed and have not left
	OldestAt db.Time // since when the oldest of them waits
	Failed   int     // letters that will not leave any more
	Unsure   int     // letters of which nobody knows
}

// HealthOf returns how the mails of company c fare.
func HealthOf(ctx context.Context, q db.Querier, c id.Company, now time.Time) (Health, error) {
	var h Health
	week := db.At(now.AddDate(0, 0, -7))
	err := q.Row(ctx, []any{&h.LastSent, &h.SentWeek, &h.OnTheWay, &h.OldestAt, &h.Failed, &h.Unsure}, `
		SELECT MAX(CASE WHEN state = 'sent' THEN done_at END), COUNT(CASE WHEN state = 'sent' AND done_at >= ? THEN 1 END),
			COUNT(CASE WHEN state IN ('claimed', 'sending') THEN 1 END),
			MIN(CASE WHEN state IN ('claimed', 'sending') THEN claimed_at END),
			COUNT(CASE WHEN state = 'failed' THEN 1 END), COUNT(CASE WHEN state = 'unsure' THEN 1 END)
		FROM letter WHERE company = ?`, week, c)
	if err != nil {
		return h, err
	}
	err = q.Row(ctx, []any{&h.Waiting, &h.NextAt}, `
		SELECT COUNT(*), MIN(mail_at) FROM notice WHERE company = ? AND post = 'waits'`, c)
	return h, err
}

// Troubles returns the letters of company c that did not leave, or of which
// nobody knows, or that have been tried in vain, the latest first.
func Troubles(ctx context.Context, q db.Querier, c id.Company, limit int) ([]Letter, error) {
	return db.All(ctx, q, (*Letter).dest, `
		SELECT `+letterColumns+` FROM letter l JOIN person p ON p.company = l.company AND p.id = l.person
		WHERE l.company = ? AND (l.state IN ('failed', 'unsure') OR l.state IN ('claimed', 'sending') AND l.tries > 0)
		ORDER BY l.id DESC LIMIT ?`, c, limit)
}

// Totals are the mails of all companies, for who watches the process.
type Totals struct {
	Waiting, OnTheWay, Failed, Unsure int
	LastSent                          db.Time // zero if none has left
}

// TotalsOf counts the mails of all companies.
func TotalsOf(ctx context.Context, q db.Querier) (t Totals, err error) {
	err = q.Row(ctx, []any{&t.LastSent, &t.OnTheWay, &t.Failed, &t.Unsure, &t.Waiting}, `
		SELECT MAX(CASE WHEN state = 'sent' THEN done_at END), COUNT(CASE WHEN state IN ('claimed', 'sending') THEN 1 END),
			COUNT(CASE WHEN state = 'failed' THEN 1 END), COUNT(CASE WHEN state = 'unsure' THEN 1 END),
			(SELECT COUNT(*) FROM notice WHERE post = 'waits')
		FROM letter`)
	return t, err
}
