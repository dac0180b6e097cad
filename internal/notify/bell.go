package notify

import (
	"context"
	"fmt"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Notice is one line of somebody's bell: ids and codes, never words.
type Notice struct {
	ID      id.Notice
	Person  id.Person  // whose bell
	Node    id.Node    // for [Add], in place of Person: each of its people who hears of Subject no other way
	Service id.Service // for [Prepare], in place of Node while that is not read: the one where it is offered
	Kind    string     // one of Kinds: "delivered", "mentioned"
	Actor   id.Person  // who did it
	Subject string     // the handoff, or the link of an agreement
	Number  int64      // of the handoff; 0 for what has none
	At      db.Time
	ReadAt  db.Time

	InsteadOf id.Person // who is away, if the reader stands in for it

	ActorName, Title, AwayName string // filled by List
}

// MostUnread is where counting stops: beyond it a bell says "99+".
const MostUnread = 100

// afterAll follows every id in the order of any language: ids are written with
// 0 to 9 and a to f. A sign would not do, since most languages put it first.
const afterAll id.Notice = "g"

// Add puts lines on bells inside the caller's transaction, and leaves word for
// the mails. Nobody hears of what he did himself; who stands in for somebody
// away hears of what has to be done. A kind that [Kinds] does not list is
// refused.
func Add(ctx context.Context, tx *db.Tx, notices []Notice) error {
	l, err := Prepare(ctx, tx, notices)
	if err != nil {
		return err
	}
	return l.Add(ctx, tx)
}

// Lines are notices that have not been put on bells yet, while the database is
// asked who hears of them.
type Lines struct {
	notices []Notice
	hearers *db.Answer[hearer]
}

// Prepare is the first half of [Add]: the answer to what it asks comes with that
// of a later statement.
func Prepare(ctx context.Context, tx *db.Tx, notices []Notice) (*Lines, error) {
	var people []id.Person
	var nodes []id.Node
	var services []id.Service
	for _, n := range notices {
		if _, known := KindOf(n.Kind); !known {
			return nil, fmt.Errorf("notice of kind %q: there is no such kind", n.Kind)
		}
		switch {
		case n.Node != "":
			nodes = append(nodes, n.Node)
		case n.Service != "":
			services = append(services, n.Service)
		case n.Person != n.Actor:
			people = append(people, n.Person)
		}
	}
	h, err := askHearers(ctx, tx, people, nodes, services)
	return &Lines{notices, h}, err
}

// Of says of which handoff the notices are, and the node of those for a service,
// where that was not known.
func (l *Lines) Of(number int64, offers id.Node) {
	for i := range l.notices {
		n := &l.notices[i]
		if n.Number = number; n.Service != "" {
			n.Node, n.Service = offers, ""
		}
	}
}

// Add is the second half.
func (l *Lines) Add(ctx context.Context, tx *db.Tx) error {
	of, on, err := hearers(ctx, tx, l.hearers)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, n := range addressed(of, spread(l.notices, on)) {
		k, _ := KindOf(n.Kind)
		h, known := of[n.Person]
		if !known {
			return fmt.Errorf("notice for %q: there is no such person", n.Person)
		}
		post := none
		if h.reachable && h.settings.mailed(k) {
			post = fresh
		}
		if bell := h.settings.Wants(Bell, k); bell || post == fresh {
			rows = append(rows, []any{
				tx.Company, id.At[id.Notice](tx.Now.Time), n.Person, n.Kind, n.Actor, n.Subject, n.Number, tx.Now, bell, n.InsteadOf, post,
			})
		}
	}
	return tx.Many(ctx, `
		INSERT INTO notice (company, id, person, kind, actor, subject, number, noticed_at, bell, instead_of, post) VALUES`, rows)
}

// List returns the lines of the actor's bell, newest first, that came before
// the line given (all if it is empty).
func List(ctx context.Context, q db.Querier, a authz.Actor, before id.Notice, limit int) ([]Notice, error) {
	if before == "" {
		before = afterAll
	}
	return db.All(ctx, q, (*Notice).dest, `
		SELECT `+noticeColumns+`
		FROM `+noticeTables+`
		WHERE n.company = ? AND n.person = ? AND n.bell AND n.id < ?
		ORDER BY n.id DESC LIMIT ?`, a.Company, a.Person, before, limit)
}

// Notices with the names in them, for [Notice.dest].
const (
	noticeColumns = `n.id, n.person, n.kind, n.actor, n.subject, n.number, n.noticed_at, n.read_at, n.instead_of,
			COALESCE(p.name, ''), COALESCE(h.title, d.title, u.title, ''), COALESCE(i.name, '')`
	noticeTables = `notice n
		LEFT JOIN person p ON p.company = n.company AND p.id = n.actor
		LEFT JOIN person i ON i.company = n.company AND i.id = n.instead_of
		LEFT JOIN handoff h ON h.company = n.company AND h.id = n.subject
		LEFT JOIN need d ON d.company = n.company AND d.id = n.subject
		LEFT JOIN pulse u ON u.company = n.company AND u.id = n.subject`
)

func (n *Notice) dest() []any {
	return []any{
		&n.ID, &n.Person, &n.Kind, &n.Actor, &n.Subject, &n.Number, &n.At, &n.ReadAt, &n.InsteadOf,
		&n.ActorName, &n.Title, &n.AwayName,
	}
}

// Unread counts the lines that the actor has not seen, at most [MostUnread].
func Unread(ctx context.Context, q db.Querier, a authz.Actor) (n int, err error) {
	of := UnreadOf(&n)
	err = q.Row(ctx, []any{of.Into}, `SELECT `+of.Expr+` FROM person p WHERE p.company = ? AND p.id = ?`,
		append(of.Args, a.Company, a.Person)...)
	return n, err
}

// UnreadOf is Unread beside what else each page has to know.
func UnreadOf(n *int) db.Also {
	return db.Also{Into: n, Args: []any{MostUnread}, Expr: `(
		SELECT COUNT(*) FROM (
			SELECT 1 FROM notice n WHERE n.company = p.company AND n.person = p.id AND n.read_at IS NULL AND n.bell LIMIT ?) AS few)`}
}

// MarkRead marks the lines of the actor up to the one given as seen, or those
// about one subject if it is given instead.
func MarkRead(ctx context.Context, d *db.DB, a authz.Actor, upTo id.Notice, subject string) error {
	if upTo == "" && subject == "" {
		return errs.Field("up_to", "err.required")
	}
	if err := a.MustWrite(); err != nil {
		return err
	}
	if subject != "" { // whoever looks at a thing asks; few have been told of it
		if news, err := unseen(ctx, d, a, subject); err != nil || !news {
			return err
		}
	}
	return d.InTx(ctx, a.Company, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE notice SET read_at = ?
			WHERE company = ? AND person = ? AND read_at IS NULL AND id <= ? AND (? = '' OR subject = ?)`,
			tx.Now, a.Company, a.Person, orLast(upTo), subject, subject)
		return err
	})
}

// unseen reports whether the actor was told something about a subject that it
// has not seen.
func unseen(ctx context.Context, q db.Querier, a authz.Actor, subject string) (bool, error) {
	var n int
	err := q.Row(ctx, []any{&n}, `
		SELECT COUNT(*) FROM (SELECT 1 FROM notice
			WHERE company = ? AND person = ? AND read_at IS NULL AND subject = ? LIMIT 1) AS one`, a.Company, a.Person, subject)
	return n > 0, err
}

// Settle marks what p was told about one subject as seen, of one kind, since it
// is done: it is not mailed any more.
func Settle(ctx context.Context, tx *db.Tx, p id.Person, kind, subject string) error {
	_, err := tx.Exec(ctx, `
		UPDATE notice SET read_at = ? WHERE company = ? AND person = ? AND kind = ? AND subject = ? AND read_at IS NULL`,
		tx.Now, tx.Company, p, kind, subject)
	return err
}

// Erase takes away the notices of some kinds about one subject, and the letters
// that told of nothing else, as if nobody had ever been told.
func Erase(ctx context.Context, tx *db.Tx, subject string, kinds ...string) error {
	in := db.Marks(len(kinds))
	args := append([]any{tx.Company, tx.Company, subject}, db.Args(kinds)...)
	if _, err := tx.Exec(ctx, `
		DELETE FROM letter WHERE company = ? AND notices = 1 AND state <> 'sending' AND id IN (
			SELECT n.letter FROM notice n WHERE n.company = ? AND n.subject = ? AND n.letter <> '' AND n.kind IN `+in+`)`, args...); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM notice WHERE company = ? AND subject = ? AND kind IN `+in, args[1:]...)
	return err
}

func orLast(n id.Notice) id.Notice {
	if n == "" {
		return afterAll
	}
	return n
}
