package handoff

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/stat"
)

// Flow keeps link_flow from the log: how long what was accepted had waited
// until it was taken, by the hours of the supplier as they are when it is
// counted, and in how many deliveries it came right.
var Flow = fact.Follower{Name: "link_flow", Apply: flow, Reset: resetFlow}

func flow(ctx context.Context, tx *db.Tx, f fact.Fact) error {
	if f.Kind != "handoff.accepted" && f.Kind != "handoff.accepted_with_remark" {
		return nil
	}
	var m Moved
	if err := f.Decode(&m); err != nil {
		return err
	}
	rows := [][]any{{tx.Company, f.Link, m.Service, week(f.HappenedAt), "rounds", m.Round, 1}}
	var kind Kind
	var asked, taken db.Time
	err := tx.Row(ctx, []any{&kind, &asked, &taken}, `
		SELECT kind, asked_at, taken_at FROM handoff WHERE company = ? AND id = ?`, tx.Company, f.Subject)
	if err != nil {
		return err
	}
	if kind == Pull && !taken.IsZero() {
		cal, err := setting.WorkingTimeOf(ctx, tx, tx.Company, m.Supplier)
		if err != nil {
			return err
		}
		b := stat.Bucket(cal.Elapsed(asked.Time, taken.Time))
		rows = append(rows, []any{tx.Company, f.Link, m.Service, week(f.HappenedAt), "wait", b, 1})
	}
	for _, r := range rows {
		if _, err := tx.Exec(ctx, `
			INSERT INTO link_flow (company, link, service, week, kind, bucket, n) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (company, link, service, week, kind, bucket) DO UPDATE SET n = link_flow.n + excluded.n`, r...); err != nil {
			return err
		}
	}
	return nil
}

func resetFlow(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM link_flow WHERE company = ?`, tx.Company)
	return err
}

// week is the Monday of the UTC week of a moment.
func week(at db.Time) string { return Monday(at.Time).Format(time.DateOnly) }

// Monday returns the beginning of the UTC week of t.
func Monday(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
}

// Bounce is how what was accepted came right: of Cases, Back came back at least
// once before, and Twice at least twice.
type Bounce struct{ Cases, Back, Twice int }

// Share returns the share that came back.
func (b Bounce) Share() stat.Share { return stat.Wilson(b.Back, b.Cases) }

func (b *Bounce) count(rounds, n int) {
	b.Cases += n
	if rounds > 1 {
		b.Back += n
	}
	if rounds > 2 {
		b.Twice += n
	}
}

// Queue is about how much working time N things waited until they were taken.
type Queue struct {
	N int
	Spread
	Sum time.Duration
}

func queueOf(h stat.Histogram) Queue {
	return Queue{N: h.N, Spread: Spread{h.Quantile(0.5), h.Quantile(0.85)}, Sum: h.Sum()}
}
