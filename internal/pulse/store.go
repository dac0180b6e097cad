package pulse

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/secret"
)

const pulseColumns = `p.id, p.title, p.items, p.node, p.days, p.scores, p.comments, p.manifest, p.state, p.asked,
	p.lost, p.launched_by, p.launched_at, p.closes_at, p.closed_at, p.reminded_at`

func (p *Pulse) dest() []any {
	return []any{
		&p.ID, &p.Title, (*words)(&p.Items), &p.Frame.Node, &p.Frame.Days, &p.Rules.Scores, &p.Rules.Comments,
		&p.Manifest, &p.State, &p.Asked, &p.Lost, &p.LaunchedBy, &p.LaunchedAt, &p.ClosesAt, &p.ClosedAt, &p.RemindedAt,
	}
}

// words are codes in one column, with spaces between them.
type words []string

// Scan satisfies [database/sql.Scanner].
func (w *words) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return errors.New("pulse: codes are not text")
	}
	*w = strings.Fields(s)
	return nil
}

// numbers are counts in one column, with spaces between them.
type numbers []int

// Scan satisfies [database/sql.Scanner].
func (n *numbers) Scan(v any) error {
	var w words
	if err := w.Scan(v); err != nil {
		return err
	}
	*n = nil
	for _, s := range w {
		x, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		*n = append(*n, x)
	}
	return nil
}

func (n numbers) text() string {
	parts := make([]string, len(n))
	for i, x := range n {
		parts[i] = strconv.Itoa(x)
	}
	return strings.Join(parts, " ")
}

func getPulse(ctx context.Context, q db.Querier, c id.Company, pulse id.Pulse) (Pulse, error) {
	var p Pulse
	err := q.Row(ctx, p.dest(), `SELECT `+pulseColumns+` FROM pulse p WHERE p.company = ? AND p.id = ?`, c, pulse)
	if errors.Is(err, db.ErrNotFound) {
		return Pulse{}, errs.New(errs.NotFound, "pulse.err.none")
	}
	return p, err
}

func insertPulse(ctx context.Context, tx *db.Tx, p Pulse, cells []Cell) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO pulse (company, id, title, items, node, days, scores, comments, manifest, state, asked, lost,
			launched_by, launched_at, closes_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
		tx.Company, p.ID, p.Title, strings.Join(p.Items, " "), p.Frame.Node, p.Frame.Days, p.Rules.Scores,
		p.Rules.Comments, p.Manifest, p.State, p.Asked, p.LaunchedBy, p.LaunchedAt, p.ClosesAt)
	if err != nil {
		return err
	}
	rows := make([][]any, len(cells))
	for i, x := range cells {
		rows[i] = []any{tx.Company, p.ID, i, x.Node, x.Name, x.Parent, x.Asked}
	}
	return tx.Many(ctx, `INSERT INTO pulse_cell (company, pulse, position, node, name, parent, asked) VALUES`, rows)
}

func cellsOf(ctx context.Context, q db.Querier, c id.Company, pulse id.Pulse) ([]Cell, error) {
	return db.All(ctx, q, func(x *Cell) []any { return []any{&x.Node, &x.Name, &x.Parent, &x.Asked} }, `
		SELECT node, name, parent, asked FROM pulse_cell WHERE company = ? AND pulse = ? ORDER BY position LIMIT 5000`,
		c, pulse)
}

func insertAsked(ctx context.Context, tx *db.Tx, rows [][]any) error {
	return tx.Many(ctx, `
		INSERT INTO pulse_asked (company, pulse, person, cell, by_code, hash, answered) VALUES`, rows)
}

// putPeople puts those asked into their cells, and into the cells around them.
func putPeople(ctx context.Context, q *db.Tx, pulse id.Pulse, cells []Cell) error {
	type row struct {
		person string
		cell   int
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.person, &r.cell} }, `
		SELECT person, cell FROM pulse_asked WHERE company = ? AND pulse = ? ORDER BY person LIMIT 20000`, q.Company, pulse)
	for _, r := range rows {
		for i := r.cell; i >= 0; i = cells[i].Parent {
			cells[i].people = append(cells[i].people, r.person)
		}
	}
	return err
}

// waits returns the cell of a person whose answer a pulse waits for.
func waits(ctx context.Context, q db.Querier, c id.Company, pulse id.Pulse, person id.Person) (cell int, err error) {
	var answered, byCode bool
	err = q.Row(ctx, []any{&cell, &answered, &byCode}, `
		SELECT cell, answered, by_code FROM pulse_asked WHERE company = ? AND pulse = ? AND person = ?`, c, pulse, person)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return 0, errs.New(errs.Conflict, "pulse.err.not_asked")
	case err != nil:
		return 0, err
	case byCode:
		return 0, errs.New(errs.Conflict, "pulse.err.by_code")
	case answered:
		return 0, errs.New(errs.Conflict, "pulse.err.answered")
	}
	return cell, nil
}

// rightOf returns the right of a person to answer. Who answered is known until
// the pulse closes, to remind the others; when is not.
func rightOf(ctx context.Context, tx *db.Tx, pulse id.Pulse, person id.Person) (r right, err error) {
	p, err := getPulse(ctx, tx, tx.Company, pulse)
	if err != nil {
		return r, err
	}
	if err := p.takes(tx.Now); err != nil {
		return r, err // who was asked is forgotten by now
	}
	r.pulse = pulse
	r.cell, err = waits(ctx, tx, tx.Company, pulse, person)
	r.use = func() error {
		n, err := tx.Exec(ctx, `
			UPDATE pulse_asked SET answered = TRUE WHERE company = ? AND pulse = ? AND person = ? AND NOT answered`,
			tx.Company, pulse, person)
		if err == nil && n == 0 {
			err = errs.New(errs.Conflict, "pulse.err.answered")
		}
		return err
	}
	return r, err
}

// wanted is somebody to whom a mail was sent.
type wanted struct {
	pulse    id.Pulse
	person   id.Person
	answered bool
}

func askedBy(ctx context.Context, q db.Querier, c id.Company, link string) (w wanted, err error) {
	err = q.Row(ctx, []any{&w.pulse, &w.person, &w.answered}, `
		SELECT pulse, person, answered FROM pulse_asked WHERE company = ? AND hash = ?`, c, secret.Digest(link))
	if errors.Is(err, db.ErrNotFound) {
		err = errs.New(errs.NotFound, "pulse.err.no_link")
	}
	return w, err
}

// resting returns who was asked since a moment.
func resting(ctx context.Context, q db.Querier, c id.Company, since time.Time) (map[id.Person]bool, error) {
	people, err := db.Values[id.Person](ctx, q, `
		SELECT person FROM pulse_rest WHERE company = ? AND day > ? LIMIT 20000`, c, since.UTC().Format(time.DateOnly))
	out := map[id.Person]bool{}
	for _, p := range people {
		out[p] = true
	}
	return out, err
}

func rest(ctx context.Context, tx *db.Tx, people []id.Person) error {
	day := tx.Now.UTC().Format(time.DateOnly)
	rows := make([][]any, len(people))
	for i, p := range people {
		rows[i] = []any{tx.Company, p, day}
	}
	return tx.Put(ctx, `INSERT INTO pulse_rest (company, person, day) VALUES`, rows,
		`ON CONFLICT (company, person) DO UPDATE SET day = excluded.day`)
}

func pastOf(ctx context.Context, q db.Querier, c id.Company, question string) (*anon.Past, error) {
	var text string
	err := q.Row(ctx, []any{&text}, `SELECT past FROM pulse_past WHERE company = ? AND question = ?`, c, question)
	if errors.Is(err, db.ErrNotFound) {
		return &anon.Past{}, nil
	}
	if err != nil {
		return nil, err
	}
	p := &anon.Past{}
	return p, json.Unmarshal([]byte(text), p)
}

func keepPast(ctx context.Context, tx *db.Tx, question string, p *anon.Past) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO pulse_past (company, question, past) VALUES (?, ?, ?)
		ON CONFLICT (company, question) DO UPDATE SET past = excluded.past`, tx.Company, question, string(text))
	return err
}

func (r *Result) dest() []any {
	return []any{&r.Cell, &r.Item, &r.Verdict, &r.Why, &r.N, (*numbers)(&r.Classes)}
}

func insertResults(ctx context.Context, tx *db.Tx, pulse id.Pulse, results []Result, comments []Comment) error {
	rows := make([][]any, len(results))
	for i, r := range results {
		rows[i] = []any{tx.Company, pulse, r.Cell, r.Item, r.Verdict, r.Why, r.N, numbers(r.Classes).text()}
	}
	if err := tx.Many(ctx, `
		INSERT INTO pulse_result (company, pulse, cell, item, verdict, why, n, classes) VALUES`, rows); err != nil {
		return err
	}
	rows = make([][]any, len(comments))
	for i, c := range comments {
		rows[i] = []any{tx.Company, pulse, secret.RowID(), c.Cell, c.Item, c.Note}
	}
	return tx.Many(ctx, `INSERT INTO pulse_comment (company, pulse, id, cell, item, note) VALUES`, rows)
}

func resultsOf(ctx context.Context, q db.Querier, c id.Company, pulse id.Pulse) ([]Result, error) {
	return db.All(ctx, q, (*Result).dest, `
		SELECT cell, item, verdict, why, n, classes FROM pulse_result WHERE company = ? AND pulse = ?
		ORDER BY cell, item LIMIT 5000`, c, pulse)
}

func commentsOf(ctx context.Context, q db.Querier, c id.Company, pulse id.Pulse) ([]Comment, error) {
	return db.All(ctx, q, func(x *Comment) []any { return []any{&x.Cell, &x.Item, &x.Note} }, `
		SELECT cell, item, note FROM pulse_comment WHERE company = ? AND pulse = ? ORDER BY item, id LIMIT 5000`, c, pulse)
}

// Get returns one pulse.
func (s *Service) Get(ctx context.Context, a authz.Actor, pulse id.Pulse) (Pulse, error) {
	return getPulse(ctx, s.db, a.Company, pulse)
}

// List returns the pulses of the actor's company, the newest first, from the
// one after the given (all if it is empty).
func (s *Service) List(ctx context.Context, c id.Company, before id.Pulse, limit int) ([]Pulse, error) {
	if before == "" {
		before = "g" // after every id
	}
	return db.All(ctx, s.db, (*Pulse).dest, `
		SELECT `+pulseColumns+` FROM pulse p WHERE p.company = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?`, c, before, limit)
}
