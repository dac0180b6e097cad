package account

import (
	"context"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// readerOf returns who a login is, as the first company knows it that it may
// still enter.
func readerOf(ctx context.Context, q db.Querier, l id.Login) (r reader, err error) {
	err = q.Row(ctx, []any{&r.email, &r.name, &r.lang}, `
		SELECT l.email, p.name, p.lang
		FROM login l
		JOIN seat s ON s.login = l.id
		JOIN person p ON p.company = s.company AND p.id = s.person
		WHERE l.id = ? AND p.active
		ORDER BY s.company LIMIT 1`, l)
	return r, err
}

// inviting is an open invitation as its mail tells it.
type inviting struct {
	person  id.Person
	by      id.Person
	ends    db.Time
	name    string
	email   string
	lang    string
	byName  string
	company string
}

func getInviting(ctx context.Context, q db.Querier, c id.Company, i id.Invitation, now db.Time) (v inviting, err error) {
	err = q.Row(ctx, []any{&v.person, &v.by, &v.ends, &v.name, &v.email, &v.lang, &v.byName, &v.company}, `
		SELECT i.person, i.invited_by, i.ends_at, p.name, p.email, p.lang, COALESCE(b.name, c.name), c.name
		FROM invitation i
		JOIN person p ON p.company = i.company AND p.id = i.person
		JOIN company c ON c.company = i.company
		LEFT JOIN person b ON b.company = i.company AND b.id = i.invited_by
		WHERE i.company = ? AND i.id = ? AND i.used_at IS NULL AND i.ends_at > ? AND p.active AND p.email <> ''`,
		c, i, now)
	return v, err
}

func deleteEndedSessions(ctx context.Context, tx *db.Tx, most int) (int64, error) {
	return tx.Exec(ctx, `
		DELETE FROM session WHERE hash IN (SELECT hash FROM session WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)`, tx.Now, most)
}

func deleteEndedResets(ctx context.Context, tx *db.Tx, most int) (int64, error) {
	return tx.Exec(ctx, `
		DELETE FROM password_reset WHERE hash IN (SELECT hash FROM password_reset WHERE ends_at <= ? LIMIT ?)`, tx.Now, most)
}
