package notify

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Item is a notice as a letter tells it.
type Item struct {
	Notice
	Supplier, Customer string // names of the two ends
	ReasonID, Service  string // why it came back: an item of the service
	Note               string // what was written
}

// Letter is one mail with one notice or several.
type Letter struct {
	ID        id.Letter
	Person    id.Person
	State     LetterState
	Notices   int
	Tries     int
	Why       string // code of what went wrong last
	ClaimedAt db.Time
	TriedAt   db.Time
	DoneAt    db.Time

	Name string // of the reader
}

// LetterState says how far a letter has come.
type LetterState string

// The states of a letter.
const (
	Claimed LetterState = "claimed" // nothing has left
	Sending LetterState = "sending" // it may have left
	Sent    LetterState = "sent"
	Failed  LetterState = "failed"
	Unsure  LetterState = "unsure" // it may have left, and nobody can tell any more
)

const letterColumns = `l.id, l.person, l.state, l.notices, l.tries, l.why, l.claimed_at, l.tried_at, l.done_at, p.name`

func (l *Letter) dest() []any {
	return []any{
		&l.ID, &l.Person, &l.State, &l.Notices, &l.Tries, &l.Why, &l.ClaimedAt, &l.TriedAt, &l.DoneAt, &l.Name,
	}
}

// GetLetter returns a letter; false if there is none.
func GetLetter(ctx context.Context, q db.Querier, c id.Company, l id.Letter) (out Letter, ok bool, err error) {
	err = q.Row(ctx, out.dest(), `
		SELECT `+letterColumns+` FROM letter l JOIN person p ON p.company = l.company AND p.id = l.person
		WHERE l.company = ? AND l.id = ?`, c, l)
	if errors.Is(err, db.ErrNotFound) {
		return out, false, nil
	}
	return out, err == nil, err
}

// Items returns the notices of a letter, the oldest first.
func Items(ctx context.Context, q db.Querier, c id.Company, l id.Letter) ([]Item, error) {
	return db.All(ctx, q, (*Item).dest, `
		SELECT `+noticeColumns+`,
			COALESCE(s.name, ''), COALESCE(c.name, ''), COALESCE(h.service, ''), COALESCE(e.reason, ''), COALESCE(e.note, '')
		FROM `+noticeTables+`
		LEFT JOIN link k ON k.company = n.company AND k.id = n.subject
		LEFT JOIN node s ON s.company = n.company AND s.id = COALESCE(h.supplier, k.supplier)
		LEFT JOIN node c ON c.company = n.company AND c.id = COALESCE(h.customer, k.customer)
		LEFT JOIN handoff_event e ON e.company = n.company AND e.handoff = n.subject AND e.recorded_at = n.noticed_at
			AND e.actor = n.actor AND (e.kind = n.kind OR n.kind = 'mentioned')
		WHERE n.company = ? AND n.letter = ? ORDER BY n.id LIMIT ?`, c, l, mostOfOne)
}

func (i *Item) dest() []any {
	return append(i.Notice.dest(), &i.Supplier, &i.Customer, &i.Service, &i.ReasonID, &i.Note)
}

// Leave notes that a letter is about to leave. It says false if that is not so:
// somebody else sends it, or has.
func Leave(ctx context.Context, tx *db.Tx, l id.Letter) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE letter SET state = 'sending', tries = tries + 1, tried_at = ? WHERE company = ? AND id = ? AND state = 'claimed'`,
		tx.Now, tx.Company, l)
	return n > 0, err
}

// Left notes how a letter that was to leave has fared. why is a code, empty if
// all is well.
func Left(ctx context.Context, tx *db.Tx, l id.Letter, to LetterState, why string) error {
	done := tx.Now
	if to == Claimed {
		done = db.Time{}
	}
	if _, err := tx.Exec(ctx, `
		UPDATE letter SET state = ?, why = ?, done_at = ? WHERE company = ? AND id = ? AND state IN ('claimed', 'sending')`,
		to, why, done, tx.Company, l); err != nil {
		return err
	}
	if to != Sent && to != Failed {
		return nil
	}
	_, err := tx.Exec(ctx, `
		UPDATE notice SET read_at = ? WHERE company = ? AND letter = ? AND read_at IS NULL AND NOT bell`, tx.Now, tx.Company, l)
	return err
}

// Missed notes a try that did not come as far as the letter: it stays where it
// is, and why is told.
func Missed(ctx context.Context, tx *db.Tx, l id.Letter, why string) error {
	_, err := tx.Exec(ctx, `
		UPDATE letter SET tries = tries + 1, why = ?, tried_at = ? WHERE company = ? AND id = ? AND state = 'claimed'`,
		why, tx.Now, tx.Company, l)
	return err
}

// Again takes up a letter that failed, or of which nobody knows. It has the
// same Message-ID: who got it already sees it once.
func Again(ctx context.Context, tx *db.Tx, l id.Letter) (bool, error) {
	n, err := tx.Exec(ctx, `
		UPDATE letter SET state = 'claimed', tries = 0, why = '', done_at = NULL
		WHERE company = ? AND id = ? AND state IN ('failed', 'unsure')`, tx.Company, l)
	return n > 0, err
}

// LetterKey names a letter of any company.
type LetterKey struct {
	Company id.Company
	Letter  id.Letter
}

func (p *LetterKey) dest() []any { return []any{&p.Company, &p.Letter} }

// Stuck returns letters of any company that were about to leave before a
// moment, and of which nothing was heard since.
func Stuck(ctx context.Context, q db.Querier, before db.Time, limit int) ([]LetterKey, error) {
	return db.All(ctx, q, (*LetterKey).dest, `
		SELECT company, id FROM letter WHERE state = 'sending' AND tried_at < ? ORDER BY company, id LIMIT ?`, before, limit)
}

// NextStuck returns when the oldest letter about to leave began to, of any
// company; zero if none is.
func NextStuck(ctx context.Context, q db.Querier) (at db.Time, err error) {
	err = q.Row(ctx, []any{&at}, `SELECT MIN(tried_at) FROM letter WHERE state = 'sending'`)
	return at, err
}

// Unsent returns the letters of any company that nothing has left of.
func Unsent(ctx context.Context, q db.Querier, limit int) ([]LetterKey, error) {
	return db.All(ctx, q, (*LetterKey).dest, `
		SELECT company, id FROM letter WHERE state = 'claimed' ORDER BY company, id LIMIT ?`, limit)
}

// Sweep deletes letters that were done before a moment, at most limit.
func Sweep(ctx context.Context, tx *db.Tx, before db.Time, limit int) (int64, error) {
	return tx.Exec(ctx, `
		DELETE FROM letter WHERE company = ? AND id IN (
			SELECT l.id FROM letter l WHERE l.company = ? AND l.done_at < ? LIMIT ?)`, tx.Company, tx.Company, before, limit)
}
