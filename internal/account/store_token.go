package account

import (
	"context"
	"errors"
	"slices"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const tokenColumns = `t.id, t.person, t.name, t.scope, t.issued_at, t.ends_at, t.used_at`

func (t *Token) dest() []any {
	return []any{&t.ID, &t.Person, &t.Name, &t.Scope, &t.IssuedAt, &t.EndsAt, &t.UsedAt}
}

func insertToken(ctx context.Context, tx *db.Tx, t Token, hash string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO token (company, id, hash, person, name, scope, issued_at, ends_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, t.ID, hash, t.Person, t.Name, t.Scope, t.IssuedAt, t.EndsAt)
	return err
}

func tokensOf(ctx context.Context, q db.Querier, c id.Company, p id.Person) ([]Token, error) {
	return db.All(ctx, q, (*Token).dest, `
		SELECT `+tokenColumns+` FROM token t
		WHERE t.company = ? AND t.person = ? AND t.revoked_at IS NULL
		ORDER BY t.id DESC LIMIT ?`, c, p, mostList)
}

func countTokens(ctx context.Context, q db.Querier, c id.Company, p id.Person, now db.Time) (n int, err error) {
	err = q.Row(ctx, []any{&n}, `
		SELECT COUNT(*) FROM token
		WHERE company = ? AND person = ? AND revoked_at IS NULL AND ends_at > ?`, c, p, now)
	return n, err
}

func getToken(ctx context.Context, q db.Querier, c id.Company, i id.Token) (t Token, revoked bool, err error) {
	var at db.Time
	err = q.Row(ctx, append(t.dest(), &at), `
		SELECT `+tokenColumns+`, t.revoked_at FROM token t WHERE t.company = ? AND t.id = ?`, c, i)
	if errors.Is(err, db.ErrNotFound) {
		err = errs.New(errs.NotFound, "account.err.no_token")
	}
	return t, !at.IsZero(), err
}

// tokenBy returns the token of a digest, if its person has not left, and who
// acts by it.
func tokenBy(ctx context.Context, q db.Querier, c id.Company, hash string, also []db.Also) (t Token, v Visit, err error) {
	more, args, dest := db.More(also)
	err = q.Row(ctx, slices.Concat(t.dest(), v.dest(), dest), `
		SELECT `+tokenColumns+`, `+visitColumns+more+`
		FROM token t JOIN person p ON p.company = t.company AND p.id = t.person
		JOIN company c ON c.company = t.company
		WHERE t.company = ? AND t.hash = ? AND t.revoked_at IS NULL AND p.active`, append(args, c, hash)...)
	v.Company, v.Person, v.Scope = c, t.Person, t.Scope
	return t, v, err
}

func revokeToken(ctx context.Context, tx *db.Tx, t id.Token) error {
	_, err := tx.Exec(ctx, `UPDATE token SET revoked_at = ? WHERE company = ? AND id = ?`, tx.Now, tx.Company, t)
	return err
}

func useToken(ctx context.Context, tx *db.Tx, t id.Token) error {
	_, err := tx.Exec(ctx, `UPDATE token SET used_at = ? WHERE company = ? AND id = ?`, tx.Now, tx.Company, t)
	return err
}
