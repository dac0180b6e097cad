package once

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// kept is what a key stands for.
type kept struct {
	Answer
	request string
	askedAt db.Time
	ended   bool
}

// repeats returns an error unless the answer may be given again.
func (k kept) repeats(request string, now time.Time) error {
	switch {
	case k.request != request:
		return errs.New(errs.Conflict, "once.err.other_request")
	case k.ended:
		return nil
	case now.Sub(k.askedAt.Time) < answering:
		return errs.New(errs.Conflict, "once.err.again")
	}
	return errs.New(errs.Conflict, "once.err.done_answer_lost")
}

func get(ctx context.Context, q db.Querier, a authz.Actor, key string) (kept, error) {
	var k kept
	err := q.Row(ctx, []any{&k.request, &k.ended, &k.Status, &k.Body, &k.askedAt}, `
		SELECT request, status IS NOT NULL, COALESCE(status, 0), COALESCE(answer, ''), asked_at
		FROM once WHERE company = ? AND person = ? AND key = ?`, a.Company, a.Person, key)
	return k, err
}

// take writes the key for this claim, and reports whether it is not another's.
// Whoever comes second with the same key waits here for the first to commit.
func take(ctx context.Context, tx *db.Tx, a authz.Actor, key, request, claim string) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO once (company, person, key, request, claim, asked_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (company, person, key) DO UPDATE SET claim = excluded.claim
		WHERE once.company = excluded.company AND once.claim = excluded.claim`,
		tx.Company, a.Person, key, request, claim, tx.Now)
	return n == 1, err
}

func put(ctx context.Context, tx *db.Tx, a authz.Actor, key, claim string, v Answer) error {
	_, err := tx.Exec(ctx, `
		UPDATE once SET status = ?, answer = ? WHERE company = ? AND person = ? AND key = ? AND claim = ?`,
		v.Status, v.Body, tx.Company, a.Person, key, claim)
	return err
}

// used lists companies with a key from before: a reading across companies, for
// the system only.
func used(ctx context.Context, q db.Querier, before time.Time) ([]id.Company, error) {
	const most = 10_000
	return db.Values[id.Company](ctx, q, `
		SELECT company FROM company c
		WHERE EXISTS (SELECT 1 FROM once o WHERE o.company = c.company AND o.asked_at < ?)
		ORDER BY company LIMIT ?`, before.UnixMicro(), most)
}

func forget(ctx context.Context, tx *db.Tx, before db.Time, most int) (int64, error) {
	return tx.Exec(ctx, `
		DELETE FROM once WHERE company = ? AND asked_at < ? AND (person, key) IN (
			SELECT person, key FROM once WHERE company = ? AND asked_at < ? ORDER BY asked_at LIMIT ?)`,
		tx.Company, before, tx.Company, before, most)
}
