package fact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Follower applies facts to something of its own, each fact exactly once:
// what it writes and how far it has read commit together. Apply gets those that
// are new, in their order.
type Follower struct {
	Name  string
	Apply func(ctx context.Context, tx *db.Tx, facts []Fact) error
	Reset func(ctx context.Context, tx *db.Tx) error // forgets all that Apply wrote
}

// Each is an Apply that takes one fact after the other.
func Each(apply func(ctx context.Context, tx *db.Tx, f Fact) error) func(context.Context, *db.Tx, []Fact) error {
	return func(ctx context.Context, tx *db.Tx, facts []Fact) error {
		for _, f := range facts {
			if err := apply(ctx, tx, f); err != nil {
				return err
			}
		}
		return nil
	}
}

// Rebuild makes what the follower keeps of company c anew, from the whole log.
func (w Follower) Rebuild(ctx context.Context, d *db.DB, c id.Company) error {
	err := d.InTx(ctx, c, func(tx *db.Tx) error {
		if _, err := hold(ctx, tx, w); err != nil {
			return err
		}
		if err := w.Reset(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE fact_cursor SET seq = 0 WHERE company = ? AND name = ?`, c, w.Name)
		return err
	})
	if err != nil {
		return err
	}
	return catchUpIn(ctx, d, c, w)
}

// CatchUp is the one of the package for one follower.
func (w Follower) CatchUp(ctx context.Context, d *db.DB) error { return CatchUp(ctx, d, w) }

// CatchUp applies what is new in every company: to all the followers in one
// transaction, or, if one of them fails, to each in its own. A company that cannot
// go on does not keep the others; the error is all that went wrong.
func CatchUp(ctx context.Context, d *db.DB, all ...Follower) error {
	var wrong []error
	for last := id.Company(0); ; {
		companies, err := behind(ctx, d, last, all)
		if err != nil {
			return errors.Join(append(wrong, err)...)
		}
		if len(companies) == 0 {
			return errors.Join(wrong...)
		}
		for _, c := range companies {
			last = c
			err := catchUpIn(ctx, d, c, all...)
			if err != nil && len(all) > 1 {
				err = alone(ctx, d, c, all)
			}
			if err != nil {
				wrong = append(wrong, err)
			}
		}
	}
}

// alone applies what is new in company c to each follower in a transaction of its
// own.
func alone(ctx context.Context, d *db.DB, c id.Company, all []Follower) error {
	var wrong []error
	for _, w := range all {
		wrong = append(wrong, catchUpIn(ctx, d, c, w))
	}
	return errors.Join(wrong...)
}

// catchUpIn applies what is new in company c.
func catchUpIn(ctx context.Context, d *db.DB, c id.Company, all ...Follower) error {
	for {
		if n, err := step(ctx, d, c, all); err != nil || n < batch {
			return err
		}
	}
}

// batch is how many facts are applied in one transaction.
const batch = 500

// step applies the next facts of company c, and says how many were read.
func step(ctx context.Context, d *db.DB, c id.Company, all []Follower) (n int, err error) {
	err = d.InTx(ctx, c, func(tx *db.Tx) error {
		at, err := hold(ctx, tx, all...)
		if err != nil {
			return err
		}
		facts, err := After(ctx, tx, c, slices.Min(at), batch)
		if n = len(facts); err != nil || n == 0 {
			return err
		}
		for i, w := range all {
			read := slices.IndexFunc(facts, func(f Fact) bool { return f.Seq > at[i] })
			if read < 0 {
				continue
			}
			if err := w.Apply(ctx, tx, facts[read:]); err != nil {
				return fmt.Errorf("company %d, follower %s: %w", c, w.Name, err)
			}
		}
		end := facts[n-1].Seq
		_, err = tx.Exec(ctx, `UPDATE fact_cursor SET seq = ? WHERE company = ? AND seq < ? AND name IN `+db.Marks(len(all)),
			append([]any{end, c, end}, names(all)...)...)
		return err
	})
	return n, err
}

func names(all []Follower) []any {
	out := make([]any, len(all))
	for i, w := range all {
		out[i] = w.Name
	}
	return out
}

// hold returns how far each follower has read, and keeps their rows locked, so
// that two nodes never apply the same fact.
func hold(ctx context.Context, tx *db.Tx, all ...Follower) (seqs []int64, err error) {
	type cursor struct {
		name string
		seq  int64
	}
	args := make([]any, 0, 2*len(all))
	for _, w := range all {
		args = append(args, tx.Company, w.Name)
	}
	rows, err := db.All(ctx, tx, func(c *cursor) []any { return []any{&c.name, &c.seq} }, `
		INSERT INTO fact_cursor (company, name, seq) VALUES `+strings.Repeat(`(?, ?, 0), `, len(all)-1)+`(?, ?, 0)
		ON CONFLICT (company, name) DO UPDATE SET seq = fact_cursor.seq
		RETURNING name, seq`, args...)
	seqs = make([]int64, len(all))
	for i, w := range all {
		for _, r := range rows {
			if r.name == w.Name {
				seqs[i] = r.seq
			}
		}
	}
	return seqs, err
}

// behind lists companies after one whose log is ahead of a follower. It reads
// across companies, as only the system may: internal/arch lists it as an exception.
func behind(ctx context.Context, q db.Querier, last id.Company, all []Follower) ([]id.Company, error) {
	const some = 100
	args := append([]any{last}, names(all)...)
	return db.All(ctx, q, func(c *id.Company) []any { return []any{c} }, `
		SELECT h.company FROM fact_head h
		WHERE h.company > ? AND h.seq > 0 AND (
			SELECT COUNT(*) FROM fact_cursor c WHERE c.company = h.company AND c.seq >= h.seq AND c.name IN `+db.Marks(len(all))+`
		) < ?
		ORDER BY h.company LIMIT ?`, append(args, len(all), some)...)
}
