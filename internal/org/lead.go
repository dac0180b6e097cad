package org

import (
	"context"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// leading is a leader, and how far above a node it leads.
type leading struct {
	person id.Person
	depth  int
}

// LeadersOf returns who leads node n: with rank 0 the leaders of the nearest
// node that has any, n itself first; with rank 1 those of the next one above,
// and so on. Where there are no more leaders it returns nobody.
func LeadersOf(ctx context.Context, q db.Querier, c id.Company, n id.Node, rank int) ([]id.Person, error) {
	const deepest, most = 100, 200
	rows, err := db.All(ctx, q, func(l *leading) []any { return []any{&l.person, &l.depth} }, `
		WITH RECURSIVE up (id, parent, depth) AS (
			SELECT n.id, n.parent, 0 FROM node n WHERE n.company = ? AND n.id = ?
			UNION ALL
			SELECT n.id, n.parent, u.depth + 1 FROM up u JOIN node n ON n.company = ? AND n.id = u.parent
			WHERE u.depth < ?
		)
		SELECT l.person, u.depth FROM up u
		JOIN place l ON l.company = ? AND l.node = u.id AND l.leads
		JOIN person p ON p.company = ? AND p.id = l.person AND p.active
		ORDER BY u.depth, l.person LIMIT ?`, c, n, c, deepest, c, c, most)
	if err != nil {
		return nil, err
	}
	var out []id.Person
	at := -1
	for i, r := range rows {
		if i == 0 || r.depth != rows[i-1].depth {
			at++
		}
		if at == rank {
			out = append(out, r.person)
		}
	}
	return out, nil
}

// LedBy returns the nodes that a person leads by name, not those below them.
func LedBy(ctx context.Context, q db.Querier, c id.Company, p id.Person) ([]id.Node, error) {
	const most = 200
	return db.Values[id.Node](ctx, q, `
		SELECT l.node FROM place l JOIN node n ON n.company = l.company AND n.id = l.node
		WHERE l.company = ? AND l.person = ? AND l.leads AND n.archived_at IS NULL ORDER BY n.name, n.id LIMIT ?`, c, p, most)
}

// Heads returns the active people who own a company or lead a node of it.
func Heads(ctx context.Context, q db.Querier, c id.Company) ([]id.Person, error) {
	const most = 5000
	return db.Values[id.Person](ctx, q, `
		SELECT p.id FROM person p WHERE p.company = ? AND p.active
			AND (p.owner OR EXISTS (SELECT 1 FROM place l WHERE l.company = p.company AND l.person = p.id AND l.leads))
		ORDER BY p.id LIMIT ?`, c, most)
}
