package fact

import (
	"context"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Follower applies facts to something of its own, each fact exactly once:
// what it writes and how far it has read commit together.
type Follower struct {
	Name  string
	Apply func(ctx context.Context, tx *db.Tx, f Fact) error
	Reset func(ctx context.Context, tx *db.Tx) error // forgets all that Apply wrote
}

// Rebuild makes what the follower keeps of company c anew, from the whole log.
func (w Follower) Rebuild(ctx context.Context, d *db.DB, c id.Company) error {
	err := d.InTx(ctx, c, func(tx *db.Tx) error {
		if _, err := w.hold(ctx, tx); err != nil {
			return err
		}
		if err := w.Reset(ctx, tx); err != nil {
			return err
		}
		return w.moveTo(ctx, tx, 0)
	})
	for n := 1; err == nil && n > 0; {
		n, err = w.Step(ctx, d, c)
	}
	return err
}

// CatchUp applies what is new in every company.
func (w Follower) CatchUp(ctx context.Context, d *db.DB) error {
	for {
		companies, err := w.behind(ctx, d)
		if err != nil || len(companies) == 0 {
			return err
		}
		for _, c := range companies {
			if _, err := w.Step(ctx, d, c); err != nil {
				return err
			}
		}
	}
}

// Step applies the next facts of company c, and says how many they were.
func (w Follower) Step(ctx context.Context, d *db.DB, c id.Company) (n int, err error) {
	const batch = 500
	err = d.InTx(ctx, c, func(tx *db.Tx) error {
		seq, err := w.hold(ctx, tx)
		if err != nil {
			return err
		}
		facts, err := After(ctx, tx, c, seq, batch)
		if n = len(facts); err != nil || n == 0 {
			return err
		}
		for _, f := range facts {
			if err := w.Apply(ctx, tx, f); err != nil {
				return err
			}
		}
		return w.moveTo(ctx, tx, facts[n-1].Seq)
	})
	return n, err
}

// hold returns how far the follower has read, and keeps its row locked, so
// that two nodes never apply the same fact.
func (w Follower) hold(ctx context.Context, tx *db.Tx) (seq int64, err error) {
	err = tx.Row(ctx, []any{&seq}, `
		INSERT INTO fact_cursor (company, name, seq) VALUES (?, ?, 0)
		ON CONFLICT (company, name) DO UPDATE SET seq = fact_cursor.seq
		RETURNING seq`, tx.Company, w.Name)
	return seq, err
}

func (w Follower) moveTo(ctx context.Context, tx *db.Tx, seq int64) error {
	_, err := tx.Exec(ctx, `UPDATE fact_cursor SET seq = ? WHERE company = ? AND name = ?`, seq, tx.Company, w.Name)
	return err
}

// behind lists companies whose log is ahead of the follower. It reads across
// companies, as only the system may: internal/arch lists it as an exception.
func (w Follower) behind(ctx context.Context, q db.Querier) ([]id.Company, error) {
	const batch = 100
	return db.All(ctx, q, func(c *id.Company) []any { return []any{c} }, `
		SELECT h.company
		FROM fact_head h LEFT JOIN fact_cursor c ON c.company = h.company AND c.name = ?
		WHERE h.seq > COALESCE(c.seq, 0)
		ORDER BY h.company LIMIT ?`, w.Name, batch)
}
