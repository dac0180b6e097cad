// Package fact is the log of what happened. State tables say how things are;
// the log says how they came to be, and every number and map is read from it.
package fact

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Fact is one thing that happened. Data must hold no names and no free text,
// so that a person can be forgotten without touching the log.
type Fact struct {
	Seq        int64   // order of the company's log: 1, 2, 3… without gaps
	Kind       string  // "handoff.accepted": domain, dot, past participle
	HappenedAt db.Time // when it happened, as people tell it; lead times use it
	RecordedAt db.Time // when we were told; for audit, and never for order
	Actor      id.Person
	Subject    string  // the record it happened to
	Link       id.Link // empty unless it moved work along a link
	Data       json.RawMessage
}

// Encode returns v as the data of a fact. It panics only on a type that JSON
// cannot hold, which the first test of the kind finds.
func Encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("encode fact: %w", err))
	}
	return b
}

// Decode reads the data of a fact.
func (f Fact) Decode(v any) error {
	if err := json.Unmarshal(f.Data, v); err != nil {
		return fmt.Errorf("read fact %d %s: %w", f.Seq, f.Kind, err)
	}
	return nil
}

// Record appends facts to the log of the transaction's company, as the last
// act of the transaction. The head row stays locked from there to the commit,
// so that seq follows the order of commits in every engine: a reader that has
// seen seq n has seen all before n. A kind that no registry lists is refused.
func Record(tx *db.Tx, facts ...Fact) {
	if len(facts) == 0 {
		return
	}
	tx.BeforeCommit(func(ctx context.Context) error {
		if err := tx.Later(ctx, `UPDATE fact_head SET seq = seq + ? WHERE company = ?`, len(facts), tx.Company); err != nil {
			return fmt.Errorf("move head of log %d: %w", tx.Company, err)
		}
		left := len(facts)
		for some := range slices.Chunk(facts, atOnce) {
			var args []any
			for _, f := range some {
				if _, ok := slices.BinarySearch(Kinds, f.Kind); !ok {
					return fmt.Errorf("record %q: no such kind of fact", f.Kind)
				}
				if f.HappenedAt.IsZero() {
					f.HappenedAt = tx.Now
				}
				if f.Data == nil {
					f.Data = json.RawMessage(`{}`)
				}
				left--
				args = append(args, tx.Company, tx.Company, left, f.Kind, f.HappenedAt, tx.Now, f.Actor, f.Subject, f.Link, string(f.Data))
			}
			// The head has been moved, so the last of them has its number.
			const row = `(?, (SELECT h.seq FROM fact_head h WHERE h.company = ?) - ?, ?, ?, ?, ?, ?, ?, ?)`
			if err := tx.Later(ctx, `
				INSERT INTO fact (company, seq, kind, happened_at, recorded_at, actor, subject, link, data)
				VALUES `+strings.Repeat(row+`, `, len(some)-1)+row, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// atOnce is how many facts one statement records.
const atOnce = 500

// Begin opens the log of a new company.
func Begin(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO fact_head (company, seq) VALUES (?, 0)`, tx.Company)
	return err
}

// Head returns the seq of the last fact of company c.
func Head(ctx context.Context, q db.Querier, c id.Company) (seq int64, err error) {
	err = q.Row(ctx, []any{&seq}, `SELECT seq FROM fact_head WHERE company = ?`, c)
	return seq, err
}

// HeadOf is Head beside what else is read of a person p.
func HeadOf(seq *int64) db.Also {
	return db.Also{Into: seq, Expr: `(SELECT h.seq FROM fact_head h WHERE h.company = p.company)`}
}

const columns = `seq, kind, happened_at, recorded_at, actor, subject, link, data`

// After returns up to limit facts of company c that follow seq.
func After(ctx context.Context, q db.Querier, c id.Company, seq int64, limit int) ([]Fact, error) {
	return db.All(ctx, q, (*Fact).dest, `
		SELECT `+columns+` FROM fact WHERE company = ? AND seq > ?
		ORDER BY seq LIMIT ?`, c, seq, limit)
}

// About returns up to limit facts of one record, in order.
func About(ctx context.Context, q db.Querier, c id.Company, subject string, limit int) ([]Fact, error) {
	return db.All(ctx, q, (*Fact).dest, `
		SELECT `+columns+` FROM fact WHERE company = ? AND subject = ?
		ORDER BY seq LIMIT ?`, c, subject, limit)
}

func (f *Fact) dest() []any {
	return []any{&f.Seq, &f.Kind, &f.HappenedAt, &f.RecordedAt, &f.Actor, &f.Subject, &f.Link, (*[]byte)(&f.Data)}
}
