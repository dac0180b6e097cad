package notify

import (
	"context"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// post says where the mail of a notice is.
type post string

const (
	none  post = "none"  // there is none, or not any more
	fresh post = "new"   // nobody has decided when it leaves
	waits post = "waits" // until mail_at; planned anew if that is missing
	taken post = "taken" // by a letter
	seen  post = "read"  // on the bell, before it was mailed
)

// Reader is somebody whose mails are being decided on.
type Reader struct {
	Company   id.Company
	Person    id.Person
	Name      string
	Email     string // empty if it cannot be mailed
	Lang      string
	Settings  Settings
	AwayUntil db.Time // zero if it is there

	active  bool
	rhythm  Rhythm
	at      int
	choices string
}

// Waiting is a notice that is to be mailed.
type Waiting struct {
	ID     id.Notice
	Kind   string
	At     db.Time
	MailAt db.Time // zero before it was planned
	ReadAt db.Time
}

// To names a reader.
type To struct {
	Company id.Company
	Person  id.Person
}

func (t *To) dest() []any { return []any{&t.Company, &t.Person} }

// ToPlan returns readers of any company with notices of which nobody has
// decided when they leave.
func ToPlan(ctx context.Context, q db.Querier, limit int) ([]To, error) {
	return db.All(ctx, q, (*To).dest, `
		SELECT company, person FROM (
			SELECT company, person FROM notice WHERE post = 'new'
			UNION
			SELECT company, person FROM notice WHERE post = 'waits' AND mail_at IS NULL
		) AS u ORDER BY company, person LIMIT ?`, limit)
}

// ToMail returns readers of any company with notices that leave by now.
func ToMail(ctx context.Context, q db.Querier, now db.Time, limit int) ([]To, error) {
	return db.All(ctx, q, (*To).dest, `
		SELECT DISTINCT company, person FROM notice WHERE post = 'waits' AND mail_at <= ?
		ORDER BY company, person LIMIT ?`, now, limit)
}

// NextMail returns when the next notice leaves, of any company; zero if none
// waits.
func NextMail(ctx context.Context, q db.Querier) (at db.Time, err error) {
	err = q.Row(ctx, []any{&at}, `SELECT MIN(mail_at) FROM notice WHERE post = 'waits'`)
	return at, err
}

// ReaderOf returns a reader as it is at a moment.
func ReaderOf(ctx context.Context, q db.Querier, c id.Company, p id.Person, now db.Time) (Reader, error) {
	r := Reader{Company: c, Person: p}
	err := q.Row(ctx, []any{&r.Name, &r.Email, &r.Lang, &r.active, &r.rhythm, &r.at, &r.choices, &r.AwayUntil}, `
		SELECT p.name, p.email, p.lang, p.active, COALESCE(s.rhythm, ''), COALESCE(s.daily_mins, 0), COALESCE(s.choices, ''),
			(SELECT MAX(a.until_at) FROM absence a WHERE a.company = p.company AND a.person = p.id
				AND a.from_at <= ? AND a.until_at > ?)
		FROM person p LEFT JOIN notice_setting s ON s.company = p.company AND s.person = p.id
		WHERE p.company = ? AND p.id = ?`, now, now, c, p)
	if err != nil {
		return r, err
	}
	if !r.active {
		r.Email = ""
	}
	return r, r.Settings.read(r.rhythm, r.at, r.choices)
}

// Wants reports whether a notice of a kind is mailed to r at all.
func (r Reader) Wants(kind string) bool {
	k, known := KindOf(kind)
	return known && r.Email != "" && r.Settings.mailed(k)
}

// mostOfOne is how many notices of one reader are decided on at once.
const mostOfOne = 2_000

// WaitingOf returns what waits to be mailed to p, the oldest first.
func WaitingOf(ctx context.Context, tx *db.Tx, p id.Person) ([]Waiting, error) {
	return db.All(ctx, tx, (*Waiting).dest, `
		SELECT id, kind, noticed_at, mail_at, read_at FROM notice
		WHERE company = ? AND person = ? AND post IN ('new', 'waits') ORDER BY id LIMIT ?`, tx.Company, p, mostOfOne)
}

func (w *Waiting) dest() []any { return []any{&w.ID, &w.Kind, &w.At, &w.MailAt, &w.ReadAt} }

// Keep decides that a notice of p leaves at a moment.
func Keep(ctx context.Context, tx *db.Tx, p id.Person, n id.Notice, at db.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE notice SET post = 'waits', mail_at = ? WHERE company = ? AND person = ? AND id = ?`, at, tx.Company, p, n)
	return err
}

// Drop decides that a notice of p is not mailed, since it was read meanwhile or is
// not wanted. What is not on the bell counts as read then.
func Drop(ctx context.Context, tx *db.Tx, p id.Person, n Waiting) error {
	to := none
	if !n.ReadAt.IsZero() {
		to = seen
	}
	_, err := tx.Exec(ctx, `
		UPDATE notice SET post = ?, mail_at = NULL, read_at = CASE WHEN bell THEN read_at ELSE ? END
		WHERE company = ? AND person = ? AND id = ? AND post IN ('new', 'waits')`, to, tx.Now, tx.Company, p, n.ID)
	return err
}

// Replan lets the mails that wait for p be planned anew, after what they were
// planned by has changed.
func Replan(ctx context.Context, tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(ctx, `UPDATE notice SET mail_at = NULL WHERE company = ? AND person = ? AND post = 'waits'`, tx.Company, p)
	return err
}

// Claim puts notices of p into one letter. It says how many it got: another
// process may have been faster.
func Claim(ctx context.Context, tx *db.Tx, p id.Person, notices []id.Notice) (l id.Letter, n int, err error) {
	l = id.New[id.Letter]()
	args := append([]any{l, tx.Company, p}, db.Args(notices)...)
	got, err := tx.Exec(ctx, `
		UPDATE notice SET post = 'taken', letter = ?, mail_at = NULL
		WHERE company = ? AND person = ? AND post IN ('new', 'waits') AND id IN `+db.Marks(len(notices)), args...)
	if err != nil || got == 0 {
		return l, 0, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO letter (company, id, person, state, notices, tries, why, claimed_at) VALUES (?, ?, ?, 'claimed', ?, 0, '', ?)`,
		tx.Company, l, p, got, tx.Now)
	return l, int(got), err
}

// Forget leaves unmailed what nobody planned since a moment, when mail was off.
// It says how many there were, at most limit.
func Forget(ctx context.Context, tx *db.Tx, since db.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE notice SET post = 'none' WHERE company = ? AND (person, id) IN (
			SELECT n.person, n.id FROM notice n WHERE n.company = ? AND n.post = 'new' AND n.noticed_at < ? LIMIT ?)`,
		tx.Company, tx.Company, since, limit)
}
