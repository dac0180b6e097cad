package setting

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

const calendarColumns = `id, name, spec, stamp, added_at`

func (c *Calendar) dest() []any {
	return []any{&c.ID, &c.Name, (*text)(&c.Spec), &c.Stamp, &c.AddedAt}
}

func getCalendar(ctx context.Context, q db.Querier, c id.Company, cal id.Calendar) (Calendar, error) {
	var out Calendar
	err := q.Row(ctx, out.dest(), `SELECT `+calendarColumns+` FROM calendar WHERE company = ? AND id = ?`, c, cal)
	if errors.Is(err, db.ErrNotFound) {
		return Calendar{}, errs.New(errs.NotFound, "setting.err.no_calendar")
	}
	return out, err
}

func loadCalendars(ctx context.Context, q db.Querier, c id.Company) ([]Calendar, error) {
	return db.All(ctx, q, (*Calendar).dest, `
		SELECT `+calendarColumns+` FROM calendar WHERE company = ? ORDER BY folded, id LIMIT ?`, c, mostCalendars)
}

func countCalendars(ctx context.Context, q db.Querier, c id.Company) (n int, err error) {
	err = q.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM calendar WHERE company = ?`, c)
	return n, err
}

func insertCalendar(ctx context.Context, tx *db.Tx, c Calendar) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO calendar (company, id, name, folded, spec, stamp, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, c.ID, c.Name, i18n.Fold(c.Name), string(c.Spec), c.Stamp, tx.Now)
	return twin(err)
}

func updateCalendar(ctx context.Context, tx *db.Tx, c Calendar) error {
	_, err := tx.Exec(ctx, `
		UPDATE calendar SET name = ?, folded = ?, spec = ?, stamp = ? WHERE company = ? AND id = ?`,
		c.Name, i18n.Fold(c.Name), string(c.Spec), c.Stamp, tx.Company, c.ID)
	return twin(err)
}

// twin says that a name is taken, if that is what the database refused.
func twin(err error) error {
	if errors.Is(err, db.ErrExists) {
		return errs.Field("name", "setting.err.calendar_twin")
	}
	return err
}

func deleteCalendar(ctx context.Context, tx *db.Tx, c id.Calendar) error {
	_, err := tx.Exec(ctx, `DELETE FROM calendar WHERE company = ? AND id = ?`, tx.Company, c)
	return err
}

// nodesWith returns the names of the first nodes that have a calendar.
func nodesWith(ctx context.Context, tx *db.Tx, c id.Calendar) ([]string, error) {
	const enough = 5
	return db.Values[string](ctx, tx, `
		SELECT n.name FROM node_calendar x JOIN node n ON n.company = x.company AND n.id = x.node
		WHERE x.company = ? AND x.calendar = ? ORDER BY n.folded, n.id LIMIT ?`, tx.Company, c, enough)
}

func nodeExists(ctx context.Context, q db.Querier, c id.Company, n id.Node) error {
	var there id.Node
	err := q.Row(ctx, []any{&there}, `SELECT id FROM node WHERE company = ? AND id = ?`, c, n)
	if errors.Is(err, db.ErrNotFound) {
		return errs.New(errs.NotFound, "org.err.no_node")
	}
	return err
}

// assigned says that a node was given a calendar.
type assigned struct {
	node     id.Node
	calendar id.Calendar
}

func (a *assigned) dest() []any { return []any{&a.node, &a.calendar} }

func loadAssigned(ctx context.Context, q db.Querier, c id.Company) ([]assigned, error) {
	return db.All(ctx, q, (*assigned).dest, `
		SELECT node, calendar FROM node_calendar WHERE company = ? ORDER BY node LIMIT ?`, c, mostNodes)
}

// assign reports whether the node had another calendar.
func assign(ctx context.Context, tx *db.Tx, n id.Node, c id.Calendar) (bool, error) {
	if c == "" {
		rows, err := tx.Exec(ctx, `DELETE FROM node_calendar WHERE company = ? AND node = ?`, tx.Company, n)
		return rows > 0, err
	}
	rows, err := tx.Exec(ctx, `
		INSERT INTO node_calendar (company, node, calendar) VALUES (?, ?, ?)
		ON CONFLICT (company, node) DO UPDATE SET calendar = excluded.calendar
		WHERE node_calendar.calendar <> excluded.calendar`, tx.Company, n, c)
	return rows > 0, err
}

// source is the nearest calendar with a name above a node, or nothing.
type source struct {
	node     id.Node
	calendar id.Calendar
	name     string
	stamp    string
}

func (s *source) dest() []any { return []any{&s.node, &s.calendar, &s.name, &s.stamp} }

// nearest returns the calendar of a node or of the first one above it that has
// one; its stamp is empty if none has.
func nearest(ctx context.Context, q db.Querier, c id.Company, n id.Node) (source, error) {
	var out source
	err := q.Row(ctx, out.dest(), `
		WITH RECURSIVE up (id, parent, depth) AS (
			SELECT n.id, n.parent, 0 FROM node n WHERE n.company = ? AND n.id = ?
			UNION ALL
			SELECT n.id, n.parent, u.depth + 1 FROM up u JOIN node n ON n.company = ? AND n.id = u.parent
			WHERE u.depth < ?
		)
		SELECT u.id, k.id, k.name, k.stamp FROM up u
		JOIN node_calendar x ON x.company = ? AND x.node = u.id
		JOIN calendar k ON k.company = ? AND k.id = x.calendar
		ORDER BY u.depth LIMIT 1`, c, n, c, mostDepth, c, c)
	if errors.Is(err, db.ErrNotFound) {
		return source{}, nil
	}
	return out, err
}

// hop is a node with the one above it.
type hop struct{ node, parent id.Node }

func (h *hop) dest() []any { return []any{&h.node, &h.parent} }

func loadHops(ctx context.Context, q db.Querier, c id.Company) ([]hop, error) {
	return db.All(ctx, q, (*hop).dest, `
		SELECT id, COALESCE(parent, '') FROM node WHERE company = ? ORDER BY id LIMIT ?`, c, mostNodes)
}

// firstNode returns where a person works: the first by position if several,
// what it leads after what it works on; empty if nowhere.
func firstNode(ctx context.Context, q db.Querier, c id.Company, p id.Person) (n id.Node, err error) {
	err = q.Row(ctx, []any{&n}, `
		SELECT n.id FROM place l JOIN node n ON n.company = l.company AND n.id = l.node
		WHERE l.company = ? AND l.person = ?
		ORDER BY l.leads, n.position, n.id LIMIT 1`, c, p)
	if errors.Is(err, db.ErrNotFound) {
		return "", nil
	}
	return n, err
}
