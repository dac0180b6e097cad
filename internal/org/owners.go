package org

import (
	"context"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Owners returns the people who own the company, as far as they are active.
func Owners(ctx context.Context, q db.Querier, c id.Company) ([]id.Person, error) {
	return db.Values[id.Person](ctx, q, `
		SELECT id FROM person WHERE company = ? AND owner AND active ORDER BY id LIMIT 100`, c)
}
