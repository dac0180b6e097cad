package absence

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const columns = `a.id, a.person, a.substitute, a.first_day, a.last_day, a.from_at, a.until_at, a.said_by, a.said_at,
	p.name, COALESCE(s.name, '')`

const from = ` FROM absence a JOIN person p ON p.company = a.company AND p.id = a.person
	LEFT JOIN person s ON s.company = a.company AND s.id = a.substitute`

func (x *Absence) dest() []any {
	return []any{
		&x.ID, &x.Person, &x.Substitute, &x.First, &x.Last, &x.FromAt, &x.UntilAt, &x.SaidBy, &x.SaidAt,
		&x.Name, &x.SubstituteName,
	}
}

func insert(ctx context.Context, tx *db.Tx, x Absence) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO absence (company, id, person, substitute, first_day, last_day, from_at, until_at, said_by, said_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, x.ID, x.Person, x.Substitute, x.First, x.Last, x.FromAt, x.UntilAt, x.SaidBy, x.SaidAt)
	return err
}

// get returns an absence that is not over.
func get(ctx context.Context, tx *db.Tx, x id.Absence) (Absence, error) {
	var out Absence
	err := tx.Row(ctx, out.dest(), `SELECT `+columns+from+` WHERE a.company = ? AND a.id = ? AND a.until_at > ?`,
		tx.Company, x, tx.Now)
	if errors.Is(err, db.ErrNotFound) {
		return Absence{}, errs.New(errs.NotFound, "absence.err.not_found")
	}
	return out, err
}

// end cuts an absence off at the moment of the transaction. One that has not
// begun leaves no trace.
func end(ctx context.Context, tx *db.Tx, x Absence) error {
	if x.FromAt.After(tx.Now.Time) {
		_, err := tx.Exec(ctx, `DELETE FROM absence WHERE company = ? AND id = ?`, tx.Company, x.ID)
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE absence SET until_at = ? WHERE company = ? AND id = ?`, tx.Now, tx.Company, x.ID)
	return err
}

func list(ctx context.Context, q db.Querier, c id.Company, p id.Person, now db.Time) ([]Absence, error) {
	return db.All(ctx, q, (*Absence).dest, `
		SELECT `+columns+from+` WHERE a.company = ? AND a.person = ? AND a.until_at > ? ORDER BY a.until_at LIMIT ?`,
		c, p, now, mostComes)
}

func away(ctx context.Context, q db.Querier, c id.Company, now db.Time) ([]Absence, error) {
	const most = 5_000 // people of one company, as in org
	return db.All(ctx, q, (*Absence).dest, `
		SELECT `+columns+from+` WHERE a.company = ? AND a.until_at > ? AND a.from_at <= ? ORDER BY a.until_at LIMIT ?`,
		c, now, now, most)
}

// between lists the absences of p that have a day in common with x, the nights
// around them left out.
func between(ctx context.Context, tx *db.Tx, p id.Person, x Absence) ([]id.Absence, error) {
	return db.Values[id.Absence](ctx, tx, `
		SELECT id FROM absence WHERE company = ? AND person = ? AND first_day <= ? AND last_day >= ? AND until_at > ? LIMIT 1`,
		tx.Company, p, x.Last, x.First, tx.Now)
}

func coming(ctx context.Context, tx *db.Tx, p id.Person) (n int, err error) {
	err = tx.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM absence WHERE company = ? AND person = ? AND until_at > ?`,
		tx.Company, p, tx.Now)
	return n, err
}

// nodesOf returns where a person works or leads, or NotFound if it has left.
func nodesOf(ctx context.Context, tx *db.Tx, p id.Person) ([]id.Node, error) {
	here, err := works(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	if !here {
		return nil, errs.New(errs.NotFound, "org.err.no_person")
	}
	const most = 5_000
	return db.Values[id.Node](ctx, tx, `SELECT node FROM place WHERE company = ? AND person = ? LIMIT ?`, tx.Company, p, most)
}

func works(ctx context.Context, tx *db.Tx, p id.Person) (bool, error) {
	var one int
	err := tx.Row(ctx, []any{&one}, `SELECT 1 FROM person WHERE company = ? AND id = ? AND active`, tx.Company, p)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Covering reads into nodes those of the people for whom somebody stands in at
// a moment, for [Cover].
func Covering(nodes *db.Joined, now db.Time) db.Also {
	return db.Also{Into: nodes, Args: []any{now, now}, Expr: `(
		SELECT string_agg(few.node, ' ') FROM (
			SELECT l.node FROM absence a JOIN place l ON l.company = a.company AND l.person = a.person
			WHERE a.company = p.company AND a.substitute = p.id AND a.substitute <> '' AND a.until_at > ? AND a.from_at <= ? LIMIT 500) AS few)`}
}
