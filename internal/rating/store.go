package rating

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/secret"
)

const query = `SELECT r.handoff, r.side, r.link, r.person, r.score, r.letters, r.note, r.via, r.rated_at, r.answer,
	r.answered_by, r.answered_at, r.helped, h.number, h.title, h.supplier, h.customer, COALESCE(p.name, ''),
	COALESCE(b.name, ''), s.name, c.name, v.name
	FROM rating r JOIN handoff h ON h.company = r.company AND h.id = r.handoff
	JOIN node s ON s.company = h.company AND s.id = h.supplier JOIN node c ON c.company = h.company AND c.id = h.customer
	JOIN service v ON v.company = h.company AND v.id = h.service
	LEFT JOIN person p ON p.company = r.company AND p.id = r.person
	LEFT JOIN person b ON b.company = r.company AND b.id = r.answered_by
	WHERE r.company = ?`

func (r *Rating) dest() []any {
	return []any{
		&r.Handoff, &r.Side, &r.Link, &r.Person, &r.Score,
		letters{&r.Letters},
		&r.Note, &r.Via, &r.RatedAt, &r.Answer,
		&r.AnsweredBy, &r.AnsweredAt, &r.Helped, &r.Number, &r.Title, &r.Supplier, &r.Customer, &r.PersonName,
		&r.AnsweredName, &r.SupplierName, &r.CustomerName, &r.ServiceName,
	}
}

// letters are JSON in one column: they are always read whole.
type letters struct{ to *map[Letter]int }

// Scan satisfies [database/sql.Scanner].
func (l letters) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return errors.New("rating: letters are not text")
	}
	*l.to = nil
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), l.to)
}

func lettersText(m map[Letter]int) (string, error) {
	if len(m) == 0 {
		return "", nil
	}
	b, err := json.Marshal(m)
	return string(b), err
}

func get(ctx context.Context, q db.Querier, c id.Company, h id.Handoff, side Side) (Rating, error) {
	var r Rating
	err := q.Row(ctx, r.dest(), query+` AND r.handoff = ? AND r.side = ?`, c, h, side)
	if errors.Is(err, db.ErrNotFound) {
		return Rating{}, errs.New(errs.NotFound, "rating.err.none")
	}
	return r, err
}

// insert reports whether r is the first of its end.
func insert(ctx context.Context, tx *db.Tx, r Rating) (first bool, err error) {
	text, err := lettersText(r.Letters)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO rating (company, handoff, side, link, person, score, letters, note, via, rated_at, answer, answered_by, helped)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '') ON CONFLICT (company, handoff, side) DO NOTHING`,
		tx.Company, r.Handoff, r.Side, r.Link, r.Person, r.Score, text, r.Note, r.Via, r.RatedAt)
	return n == 1, err
}

func update(ctx context.Context, tx *db.Tx, r Rating) error {
	_, err := tx.Exec(ctx, `
		UPDATE rating SET answer = ?, answered_by = ?, answered_at = ?, helped = ?
		WHERE company = ? AND handoff = ? AND side = ?`,
		r.Answer, r.AnsweredBy, r.AnsweredAt, r.Helped, tx.Company, r.Handoff, r.Side)
	return err
}

func markDone(ctx context.Context, tx *db.Tx, h id.Handoff, side Side) error {
	asked, err := db.Values[id.Person](ctx, tx, `
		UPDATE rating_ask SET done = TRUE WHERE company = ? AND handoff = ? AND side = ? RETURNING person`, tx.Company, h, side)
	for _, p := range asked {
		err = errors.Join(err, notify.Settle(ctx, tx, p, kinds[side], string(h)))
	}
	return err
}

const askedQuery = `SELECT a.company, a.handoff, a.side, a.person, a.asked_at, h.number, h.title, v.name,
	CASE a.side WHEN 'customer' THEN s.name ELSE c.name END
	FROM rating_ask a JOIN handoff h ON h.company = a.company AND h.id = a.handoff
	JOIN node s ON s.company = h.company AND s.id = h.supplier JOIN node c ON c.company = h.company AND c.id = h.customer
	JOIN service v ON v.company = h.company AND v.id = h.service
	WHERE a.company = ?`

func (q *Asked) dest() []any {
	return []any{
		&q.Company, &q.Handoff, &q.Side, &q.Person, &q.AskedAt, &q.Number, &q.Title, &q.ServiceName, &q.OtherName,
	}
}

func askedBy(ctx context.Context, q db.Querier, c id.Company, link string) (Asked, error) {
	var a Asked
	err := q.Row(ctx, a.dest(), askedQuery+` AND a.hash = ? AND NOT a.done`, c, secret.Digest(link))
	if errors.Is(err, db.ErrNotFound) {
		return Asked{}, noLink()
	}
	return a, err
}

func settingOf(ctx context.Context, q db.Querier, c id.Company) (Setting, error) {
	var s Setting
	err := q.Row(ctx, []any{&s.PerDay, &s.AnswerDays}, `SELECT per_day, answer_days FROM rating_setting WHERE company = ?`, c)
	if errors.Is(err, db.ErrNotFound) {
		return Usual, nil
	}
	return s, err
}

func keepSetting(ctx context.Context, tx *db.Tx, s Setting) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO rating_setting (company, per_day, answer_days) VALUES (?, ?, ?)
		ON CONFLICT (company) DO UPDATE SET per_day = excluded.per_day, answer_days = excluded.answer_days`,
		tx.Company, s.PerDay, s.AnswerDays)
	return err
}
