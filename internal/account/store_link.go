package account

import (
	"context"
	"errors"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// The secrets of links in mails: invitations and forgotten passwords.

func getGuest(ctx context.Context, q db.Querier, c id.Company, p id.Person) (guest, error) {
	g := guest{person: p}
	err := q.Row(ctx, []any{&g.name, &g.email, &g.lang, &g.owner, &g.active, &g.seated}, `
		SELECT p.name, p.email, p.lang, p.owner, p.active, s.login IS NOT NULL
		FROM person p LEFT JOIN seat s ON s.company = p.company AND s.person = p.id
		WHERE p.company = ? AND p.id = ?`, c, p)
	if errors.Is(err, db.ErrNotFound) {
		return guest{}, errs.New(errs.NotFound, "err.not_found")
	}
	if err != nil {
		return guest{}, err
	}
	g.places, err = db.Values[id.Node](ctx, q, `
		SELECT node FROM place WHERE company = ? AND person = ? ORDER BY node LIMIT ?`, c, p, mostCompany)
	return g, err
}

func insertInvitation(ctx context.Context, tx *db.Tx, i id.Invitation, hash string, p, by id.Person, ends db.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO invitation (company, id, hash, person, invited_by, invited_at, ends_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, i, hash, p, by, tx.Now, ends)
	return err
}

// deleteInvitations forgets the invitations of p that nobody has used.
func deleteInvitations(ctx context.Context, tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM invitation WHERE company = ? AND person = ? AND used_at IS NULL`, tx.Company, p)
	return err
}

func openInvitation(ctx context.Context, q db.Querier, c id.Company, hash string, now time.Time) (v Invitation, err error) {
	err = q.Row(ctx, []any{&v.id, &v.person, &v.Name, &v.Email, &v.Company}, `
		SELECT i.id, i.person, p.name, p.email, c.name
		FROM invitation i
		JOIN person p ON p.company = i.company AND p.id = i.person
		JOIN company c ON c.company = i.company
		WHERE i.company = ? AND i.hash = ? AND i.used_at IS NULL AND i.ends_at > ? AND p.active`,
		c, hash, now.UnixMicro())
	if errors.Is(err, db.ErrNotFound) {
		err = errs.New(errs.NotFound, "account.err.invitation_gone")
	}
	return v, err
}

func useInvitation(ctx context.Context, tx *db.Tx, i id.Invitation) (first bool, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE invitation SET used_at = ? WHERE company = ? AND id = ? AND used_at IS NULL`, tx.Now, tx.Company, i)
	return n == 1, err
}

func invitedPeople(ctx context.Context, q db.Querier, c id.Company, now time.Time) ([]id.Person, error) {
	return db.Values[id.Person](ctx, q, `
		SELECT DISTINCT person FROM invitation
		WHERE company = ? AND used_at IS NULL AND ends_at > ? LIMIT ?`, c, now.UnixMicro(), mostCompany)
}

func seatedPeople(ctx context.Context, q db.Querier, c id.Company) ([]id.Person, error) {
	return db.Values[id.Person](ctx, q, `SELECT person FROM seat WHERE company = ? LIMIT ?`, c, mostCompany)
}

func insertReset(ctx context.Context, tx *db.Tx, hash string, l id.Login, ends db.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO password_reset (hash, login, ends_at) VALUES (?, ?, ?)`, hash, l, ends)
	return err
}

func openReset(ctx context.Context, q db.Querier, hash string, now time.Time) (l login, err error) {
	err = q.Row(ctx, l.dest(), `
		SELECT l.id, l.email, l.password
		FROM password_reset r JOIN login l ON l.id = r.login
		WHERE r.hash = ? AND r.used_at IS NULL AND r.ends_at > ?`, hash, now.UnixMicro())
	if errors.Is(err, db.ErrNotFound) {
		err = errs.New(errs.NotFound, "account.err.reset_gone")
	}
	return l, err
}

func useReset(ctx context.Context, tx *db.Tx, hash string) (first bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE password_reset SET used_at = ? WHERE hash = ? AND used_at IS NULL`, tx.Now, hash)
	return n == 1, err
}

// deleteResets forgets all links of a login, used or not.
func deleteResets(ctx context.Context, tx *db.Tx, l id.Login) error {
	_, err := tx.Exec(ctx, `DELETE FROM password_reset WHERE login = ?`, l)
	return err
}
