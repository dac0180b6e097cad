package account

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Logins, their sessions and their forgotten passwords belong to no company,
// because one login may enter several; these statements look up by the login
// or by a secret instead.

type login struct {
	id       id.Login
	email    string
	password string // the hash; empty if none opens it
}

func (l *login) dest() []any { return []any{&l.id, &l.email, &l.password} }

func loginOf(ctx context.Context, q db.Querier, email string) (l login, err error) {
	err = q.Row(ctx, l.dest(), `SELECT id, email, password FROM login WHERE email = ?`, email)
	return l, err
}

func loginByID(ctx context.Context, q db.Querier, i id.Login) (l login, err error) {
	err = q.Row(ctx, l.dest(), `SELECT id, email, password FROM login WHERE id = ?`, i)
	return l, err
}

func insertLogin(ctx context.Context, tx *db.Tx, l login) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO login (id, email, password, created_at, changed_at) VALUES (?, ?, ?, ?, ?)`,
		l.id, l.email, l.password, tx.Now, tx.Now)
	return err
}

func setPassword(ctx context.Context, tx *db.Tx, l id.Login, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE login SET password = ?, changed_at = ? WHERE id = ?`, hash, tx.Now, l)
	return err
}

// seatsOf lists the companies that a login may enter, by number.
func seatsOf(ctx context.Context, q db.Querier, l id.Login) ([]Choice, error) {
	return db.All(ctx, q, func(s *Choice) []any { return []any{&s.Company, &s.Name, &s.Person} }, `
		SELECT s.company, c.name, s.person
		FROM seat s
		JOIN person p ON p.company = s.company AND p.id = s.person
		JOIN company c ON c.company = s.company
		WHERE s.login = ? AND p.active
		ORDER BY s.company LIMIT ?`, l, mostList)
}

func seatedLogin(ctx context.Context, q db.Querier, c id.Company, p id.Person) (l id.Login, err error) {
	err = q.Row(ctx, []any{&l}, `SELECT login FROM seat WHERE company = ? AND person = ?`, c, p)
	return l, err
}

func insertSeat(ctx context.Context, tx *db.Tx, p id.Person, l id.Login) error {
	_, err := tx.Exec(ctx, `INSERT INTO seat (company, person, login) VALUES (?, ?, ?)`, tx.Company, p, l)
	return err
}

func insertSession(ctx context.Context, tx *db.Tx, l id.Login, s Signed, device string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO session (hash, login, company, person, device, started_at, seen_at, ends_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		digest(s.Cookie), l, s.Company, s.Person, device, tx.Now, tx.Now, s.EndsAt)
	return err
}

// live is a session that has not ended, of a person who has not left.
type live struct {
	Visit

	login  id.Login
	device string
	seen   db.Time
	ends   db.Time
}

func liveSession(ctx context.Context, q db.Querier, hash string, now time.Time, also ...db.Also) (v live, err error) {
	more, args, dest := db.More(also)
	own := []any{&v.login, &v.Company, &v.Person, &v.device, &v.seen, &v.ends, &v.Seats}
	err = q.Row(ctx, slices.Concat(own, v.dest(), dest), `
		SELECT s.login, s.company, s.person, s.device, s.seen_at, s.ends_at,
			(SELECT COUNT(*) FROM seat t WHERE t.login = s.login), `+visitColumns+more+`
		FROM session s JOIN person p ON p.company = s.company AND p.id = s.person
		JOIN company c ON c.company = s.company
		WHERE s.hash = ? AND s.ends_at > ? AND s.seen_at > ? AND p.active`,
		append(args, hash, now.UnixMicro(), now.Add(-idle).UnixMicro())...)
	return v, err
}

const visitColumns = `p.name, p.lang, p.owner, c.name, c.zone, c.country`

func (v *Visit) dest() []any {
	return []any{&v.Name, &v.Lang, &v.Owner, &v.CompanyName, &v.Zone, &v.Country}
}

func sessionsOf(ctx context.Context, q db.Querier, l id.Login, now time.Time) ([]Session, error) {
	dest := func(s *Session) []any {
		return []any{&s.ID, &s.Company, &s.Device, &s.StartedAt, &s.SeenAt, &s.EndsAt}
	}
	return db.All(ctx, q, dest, `
		SELECT hash, company, device, started_at, seen_at, ends_at
		FROM session WHERE login = ? AND ends_at > ? AND seen_at > ?
		ORDER BY started_at DESC, hash LIMIT ?`,
		l, now.UnixMicro(), now.Add(-idle).UnixMicro(), mostList)
}

func seeSession(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE session SET seen_at = ? WHERE hash = ?`, tx.Now, hash)
	return err
}

func deleteSession(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `DELETE FROM session WHERE hash = ?`, hash)
	return err
}

func deleteSessionOf(ctx context.Context, tx *db.Tx, l id.Login, hash string) error {
	_, err := tx.Exec(ctx, `DELETE FROM session WHERE login = ? AND hash = ?`, l, hash)
	return err
}

func deleteSessionsBut(ctx context.Context, tx *db.Tx, l id.Login, hash string) error {
	_, err := tx.Exec(ctx, `DELETE FROM session WHERE login = ? AND hash <> ?`, l, hash)
	return err
}

func deleteSessionsIn(ctx context.Context, tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM session WHERE company = ? AND person = ?
		AND login = (SELECT login FROM seat WHERE company = ? AND person = ?)`, tx.Company, p, tx.Company, p)
	return err
}
