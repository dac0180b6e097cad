package thanks

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const query = `SELECT t.id, t.giver, t.person, t.node, t.handoff, t.reason, t.value, t.letter, t.audience, t.dictated, t.given_at,
	COALESCE(g.name, ''), COALESCE(p.name, n.name, ''), COALESCE(v.name, ''), COALESCE(d.name, ''),
	COALESCE(h.number, 0), COALESCE(h.title, '')
	FROM thanks t LEFT JOIN person g ON g.company = t.company AND g.id = t.giver
	LEFT JOIN person p ON p.company = t.company AND p.id = t.person LEFT JOIN node n ON n.company = t.company AND n.id = t.node
	LEFT JOIN person d ON d.company = t.company AND d.id = t.dictated
	LEFT JOIN thanks_value v ON v.company = t.company AND v.id = t.value
	LEFT JOIN handoff h ON h.company = t.company AND h.id = t.handoff
	WHERE t.company = ?`

func (t *Thanks) dest() []any {
	return []any{
		&t.ID, &t.Giver, &t.Person, &t.Node, &t.Handoff, &t.Reason, &t.Value, &t.Letter, &t.Audience, &t.Dictated, &t.GivenAt,
		&t.GiverName, &t.ToName, &t.ValueName, &t.DictatedName, &t.Number, &t.HandoffTitle,
	}
}

func (v *Value) dest() []any { return []any{&v.ID, &v.Name} }

func insert(ctx context.Context, tx *db.Tx, t Thanks) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO thanks (company, id, giver, person, node, handoff, reason, value, letter, audience, dictated, given_at,
			hidden_by, hidden_why)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')`,
		tx.Company, t.ID, t.Giver, t.Person, t.Node, t.Handoff, t.Reason, t.Value, t.Letter, t.Audience, t.Dictated, t.GivenAt)
	return err
}

// countSince returns how many thanks somebody gave, and how many of them to
// one person.
func countSince(ctx context.Context, q db.Querier, c id.Company, giver, person id.Person, since db.Time) (all, same int, err error) {
	err = q.Row(ctx, []any{&all, &same}, `
		SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN person = ? AND person <> '' THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM thanks WHERE company = ? AND giver = ? AND given_at >= ?`, person, c, giver, since)
	return all, same, err
}

// page is the condition of one page of a list, and its end. They are told apart
// in the text: with a limit or a beginning that it does not know, PostgreSQL
// takes its plan for the general case to be so bad that it plans each list anew,
// which takes longer than reading it.
func page(from id.Thanks, limit int) (cond string, args []any, end string) {
	if from != "" {
		cond, args = ` AND t.id < ?`, []any{from}
	}
	return cond, args, ` ORDER BY t.id DESC LIMIT ` + strconv.Itoa(limit)
}

// off keeps who stays off the wall from it, as giver or as the one thanked.
const off = ` AND t.hidden_at IS NULL
	AND NOT EXISTS (SELECT 1 FROM thanks_shy y WHERE y.company = t.company AND y.person IN (t.giver, t.person))`

// Wall lists what everybody may read, and what was said to the actor's teams,
// the newest first, from the one after the given (all if it is empty). Who
// stays off the wall is not on it.
func (s *Service) Wall(ctx context.Context, a authz.Actor, from id.Thanks, limit int) ([]Thanks, error) {
	mayRead, reader := readable(a)
	cond, args, end := page(from, limit)
	return db.All(ctx, s.db, (*Thanks).dest, query+cond+` AND t.audience <> 'private'`+off+mayRead+end,
		slices.Concat([]any{a.Company}, args, reader)...)
}

// Sheet lists what everybody may read, as Wall does: what may hang on a wall.
func (s *Service) Sheet(ctx context.Context, a authz.Actor, limit int) ([]Thanks, error) {
	_, _, end := page("", limit)
	return db.All(ctx, s.db, (*Thanks).dest, query+` AND t.audience = 'all'`+off+end, a.Company)
}

// Mine lists what the actor gave and got, by itself and as one of a team.
func (s *Service) Mine(ctx context.Context, a authz.Actor, from id.Thanks, limit int) ([]Thanks, error) {
	nodes := a.All()
	cond, args, end := page(from, limit)
	return db.All(ctx, s.db, (*Thanks).dest, query+cond+` AND (t.giver = ? OR t.person = ? OR t.node IN `+db.Marks(len(nodes))+`)`+end,
		slices.Concat([]any{a.Company}, args, []any{a.Person, a.Person}, db.Args(nodes))...)
}

// Of lists the thanks that were born on a handoff and that the actor may read.
// That there is a handoff is said again for the planners: the index has only
// those that were born on one.
func (s *Service) Of(ctx context.Context, a authz.Actor, h id.Handoff) ([]Thanks, error) {
	mayRead, args := readable(a)
	return db.All(ctx, s.db, (*Thanks).dest, query+` AND t.handoff = ? AND t.handoff <> ''`+mayRead+` ORDER BY t.id LIMIT 50`,
		append([]any{a.Company, h}, args...)...)
}

// Get returns one thanks, or NotFound if the actor may not read it.
func (s *Service) Get(ctx context.Context, a authz.Actor, t id.Thanks) (Thanks, error) {
	var out Thanks
	mayRead, args := readable(a)
	err := s.db.Row(ctx, out.dest(), query+` AND t.id = ?`+mayRead, append([]any{a.Company, t}, args...)...)
	if errors.Is(err, db.ErrNotFound) {
		return Thanks{}, errs.New(errs.NotFound, "thanks.err.none")
	}
	return out, err
}

// readable is the condition that the actor may read t: a private thanks is
// between two, whoever leads or owns; one for the team is read by who works
// with the one thanked, who leads them, and the owners.
func readable(a authz.Actor) (cond string, args []any) {
	nodes := a.All()
	in := db.Marks(len(nodes))
	cond = ` AND (t.audience = 'all' OR t.giver = ? OR t.person = ? OR t.node IN ` + in
	args = append([]any{a.Person, a.Person}, db.Args(nodes)...)
	if a.Owner {
		return cond + ` OR t.audience = 'team')`, args
	}
	return cond + ` OR t.audience = 'team' AND EXISTS (SELECT 1 FROM place w
		WHERE w.company = t.company AND w.person = t.person AND w.node IN ` + in + `))`, append(args, db.Args(nodes)...)
}

func setShy(ctx context.Context, tx *db.Tx, p id.Person, shy bool) error {
	text := `DELETE FROM thanks_shy WHERE company = ? AND person = ?`
	if shy {
		text = `INSERT INTO thanks_shy (company, person) VALUES (?, ?) ON CONFLICT (company, person) DO NOTHING`
	}
	_, err := tx.Exec(ctx, text, tx.Company, p)
	return err
}

// Off reports whether the actor stays off the wall.
func (s *Service) Off(ctx context.Context, a authz.Actor) (bool, error) {
	var n int
	err := s.db.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM thanks_shy WHERE company = ? AND person = ?`, a.Company, a.Person)
	return n > 0, err
}

func replaceValues(ctx context.Context, tx *db.Tx, names []string) error {
	was, err := db.All(ctx, tx, (*Value).dest, `SELECT id, name FROM thanks_value WHERE company = ? LIMIT 1000`, tx.Company)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE thanks_value SET gone = TRUE WHERE company = ?`, tx.Company); err != nil {
		return err
	}
	for i, n := range names {
		v := id.New[id.Value]()
		if at := slices.IndexFunc(was, func(w Value) bool { return w.Name == n }); at >= 0 {
			v = was[at].ID
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO thanks_value (company, id, name, position, gone) VALUES (?, ?, ?, ?, FALSE)
			ON CONFLICT (company, id) DO UPDATE SET position = excluded.position, gone = FALSE`, tx.Company, v, n, i); err != nil {
			return err
		}
	}
	return nil
}
