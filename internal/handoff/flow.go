package handoff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/stat"
)

// Flow keeps link_flow from the log: how long what was accepted had waited
// until it was taken, by the hours of the supplier as they are when it is
// counted, and in how many deliveries it came right.
var Flow = fact.Follower{Name: "link_flow", Apply: flow, Reset: resetFlow}

// flowKey is what is counted together.
type flowKey struct {
	link    id.Link
	service id.Service
	week    string
	kind    string
	bucket  int
}

func flow(ctx context.Context, tx *db.Tx, facts []fact.Fact) error {
	accepted := Acceptances(facts)
	if len(accepted) == 0 {
		return nil
	}
	waited, err := waits(ctx, tx, accepted)
	if err != nil {
		return err
	}
	counts := map[flowKey]int{}
	for _, f := range accepted {
		var m Moved
		if err := f.Decode(&m); err != nil {
			return err
		}
		k := flowKey{f.Link, m.Service, week(f.HappenedAt), "rounds", m.Round}
		counts[k]++
		if w, ok := waited[id.Handoff(f.Subject)]; !ok {
			return fmt.Errorf("handoff %s was accepted and is not there", f.Subject)
		} else if w.kind == Pull && !w.taken.IsZero() {
			k.kind, k.bucket = "wait", stat.Bucket(w.hours.Elapsed(w.asked.Time, w.taken.Time))
			counts[k]++
		}
	}
	var rows [][]any
	for k, n := range counts {
		rows = append(rows, []any{tx.Company, k.link, k.service, k.week, k.kind, k.bucket, n})
	}
	return tx.Put(ctx, `
		INSERT INTO link_flow (company, link, service, week, kind, bucket, n) VALUES`, rows, `
		ON CONFLICT (company, link, service, week, kind, bucket) DO UPDATE SET n = link_flow.n + excluded.n`)
}

// Acceptances are those of some facts that say that a person accepted.
func Acceptances(facts []fact.Fact) (out []fact.Fact) {
	for _, f := range facts {
		if f.Kind == "handoff.accepted" || f.Kind == "handoff.accepted_with_remark" {
			out = append(out, f)
		}
	}
	return out
}

// waited is when a handoff was asked for and taken, and the hours of its supplier.
type waited struct {
	id       id.Handoff
	supplier id.Node
	kind     Kind
	asked    db.Time
	taken    db.Time
	hours    *calendar.Calendar
}

func (w *waited) dest() []any { return []any{&w.id, &w.supplier, &w.kind, &w.asked, &w.taken} }

// waits returns how long the handoffs of some facts waited.
func waits(ctx context.Context, tx *db.Tx, facts []fact.Fact) (map[id.Handoff]waited, error) {
	ids := make([]id.Handoff, len(facts))
	for i, f := range facts {
		ids[i] = id.Handoff(f.Subject)
	}
	in, args := db.In(ids)
	rows, err := db.All(ctx, tx, (*waited).dest, `
		SELECT id, supplier, kind, asked_at, taken_at FROM handoff WHERE company = ? AND id `+in+` LIMIT 500`,
		append([]any{tx.Company}, args...)...)
	if err != nil {
		return nil, err
	}
	var nodes []id.Node
	for _, r := range rows {
		nodes = append(nodes, r.supplier)
	}
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	hours, err := setting.WorkingTimesOf(ctx, tx, tx.Company, nodes...)
	if err != nil {
		return nil, err
	}
	out := map[id.Handoff]waited{}
	for _, r := range rows {
		at, _ := slices.BinarySearch(nodes, r.supplier)
		r.hours = hours[at]
		out[r.id] = r
	}
	return out, nil
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
