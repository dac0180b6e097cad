package setting

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const columns = `company, name, lang, country, zone, trade, calendar, accept_days, founded_at`

func (c *Company) dest() []any {
	return []any{
		&c.ID, &c.Name, &c.Lang, &c.Country, &c.Zone, &c.Trade, (*text)(&c.Calendar), &c.AcceptDays, &c.FoundedAt,
	}
}

// text reads a TEXT column into raw JSON.
type text json.RawMessage

// Scan satisfies [database/sql.Scanner].
func (t *text) Scan(v any) error {
	switch x := v.(type) {
	case string:
		*t = text(x)
	case []byte:
		*t = text(string(x))
	default:
		return errors.New("setting: a calendar is text")
	}
	return nil
}

// Get returns company c.
func Get(ctx context.Context, q db.Querier, c id.Company) (Company, error) {
	var out Company
	err := q.Row(ctx, out.dest(), `SELECT `+columns+` FROM company WHERE company = ?`, c)
	if errors.Is(err, db.ErrNotFound) {
		return Company{}, errs.New(errs.NotFound, "setting.err.not_found")
	}
	return out, err
}

// All lists the companies of the installation: for the operator, never for
// somebody's page.
func All(ctx context.Context, q db.Querier) ([]Company, error) {
	const most = 10_000
	return db.All(ctx, q, (*Company).dest, `SELECT `+columns+` FROM company ORDER BY company LIMIT ?`, most)
}

// next returns the number of a company that does not exist yet.
func next(ctx context.Context, q db.Querier) (c id.Company, err error) {
	err = q.Row(ctx, []any{&c}, `SELECT COALESCE(MAX(company), 0) + 1 FROM company`)
	return c, err
}

// insert writes a new company. The column formal is one that older programs
// read, and nothing else does.
func insert(ctx context.Context, tx *db.Tx, c Company) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO company (company, name, lang, country, zone, trade, formal, calendar, accept_days, founded_at)
		VALUES (?, ?, ?, ?, ?, ?, FALSE, ?, ?, ?)`,
		tx.Company, c.Name, c.Lang, c.Country, c.Zone, c.Trade, string(c.Calendar), c.AcceptDays, c.FoundedAt)
	return err
}

func update(ctx context.Context, tx *db.Tx, c Company) error {
	_, err := tx.Exec(ctx, `
		UPDATE company SET name = ?, lang = ?, country = ?, zone = ?, calendar = ?, accept_days = ?
		WHERE company = ?`,
		c.Name, c.Lang, c.Country, c.Zone, string(c.Calendar), c.AcceptDays, tx.Company)
	return err
}

// AcceptDays asks how many working days of its own a customer has to answer a
// delivery in the company of tx, before it counts as accepted.
func AcceptDays(ctx context.Context, tx *db.Tx) (*db.Answer[int], error) {
	return db.Soon(ctx, tx, func(days *int) []any { return []any{days} }, `
		SELECT accept_days FROM company WHERE company = ?`, tx.Company)
}
