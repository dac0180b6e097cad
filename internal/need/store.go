package need

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

const query = `SELECT n.id, n.node, n.category, n.severity, n.title, n.detail, n.scope, n.asked_by, n.asked_at, n.state, n.version,
	n.service, n.handoff, n.stopped_at, n.resumed_at, n.resumed_by, n.answer_due, n.answer, n.answered_by, n.answered_at,
	n.due_on, n.cost, n.done, n.done_by, n.done_at, n.checked, n.checked_at, n.reopened,
	w.name, COALESCE(a.name, ''), COALESCE(b.name, ''), COALESCE(s.name, ''), COALESCE(h.number, 0),
	(SELECT COUNT(*) FROM need_join j WHERE j.company = n.company AND j.need = n.id)
	FROM need n JOIN node w ON w.company = n.company AND w.id = n.node
	LEFT JOIN person a ON a.company = n.company AND a.id = n.asked_by
	LEFT JOIN person b ON b.company = n.company AND b.id = n.answered_by
	LEFT JOIN service s ON s.company = n.company AND s.id = n.service
	LEFT JOIN handoff h ON h.company = n.company AND h.id = n.handoff
	WHERE n.company = ?`

func (n *Need) dest() []any {
	return []any{
		&n.ID, &n.Node, &n.Category, &n.Severity, &n.Title, &n.Detail, &n.Scope, &n.AskedBy, &n.AskedAt, &n.State, &n.Version,
		&n.Service, &n.Handoff, &n.StoppedAt, &n.ResumedAt, &n.ResumedBy, &n.AnswerDue, &n.Answer, &n.AnsweredBy, &n.AnsweredAt,
		&n.DueOn, &n.Cost, &n.Done, &n.DoneBy, &n.DoneAt, &n.Checked, &n.CheckedAt, &n.Reopened,
		&n.NodeName, &n.AskedByName, &n.AnsweredByName, &n.ServiceName, &n.HandoffNumber, &n.Joined,
	}
}

func get(ctx context.Context, q db.Querier, c id.Company, need id.Need) (Need, error) {
	var n Need
	err := q.Row(ctx, n.dest(), query+` AND n.id = ?`, c, need)
	if errors.Is(err, db.ErrNotFound) {
		return Need{}, errs.New(errs.NotFound, "need.err.none")
	}
	return n, err
}

// read returns a need that the actor may read, and whether it joined it.
// NotFound if it may not.
func (s *Service) read(ctx context.Context, q db.Querier, a authz.Actor, need id.Need) (n Need, joined bool, err error) {
	if n, err = get(ctx, q, a.Company, need); err != nil {
		return Need{}, false, err
	}
	resolver, err := resolverOf(ctx, q, a.Company, n)
	if err != nil {
		return Need{}, false, err
	}
	people, err := joinedTo(ctx, q, a.Company, need)
	if err != nil {
		return Need{}, false, err
	}
	joined = slices.Contains(people, a.Person)
	if !mayRead(a, n, resolver, joined) {
		return Need{}, false, errs.New(errs.NotFound, "need.err.none")
	}
	return n, joined, nil
}

// resolverOf is the node whose service would resolve the need.
func resolverOf(ctx context.Context, q db.Querier, c id.Company, n Need) (id.Node, error) {
	if n.Service == "" {
		return "", nil
	}
	o, err := link.GetOffer(ctx, q, c, n.Service)
	return o.Node, err
}

func insert(ctx context.Context, tx *db.Tx, n Need) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO need (company, id, node, category, severity, title, detail, scope, asked_by, asked_at, state, version, service,
			handoff, stopped_at, resumed_by, answer_due, answer, answered_by, due_on, cost, done, done_by, checked, reopened)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, '', ?, '', '', '', 0, '', '', '', 0)`,
		tx.Company, n.ID, n.Node, n.Category, n.Severity, n.Title, n.Detail, n.Scope, n.AskedBy, n.AskedAt, n.State, n.Version,
		n.Service, n.StoppedAt, n.AnswerDue)
	return err
}

// update writes a need that went on, unless somebody was faster.
func update(ctx context.Context, tx *db.Tx, n Need) (bool, error) {
	rows, err := tx.Exec(ctx, `
		UPDATE need SET state = ?, version = ?, resumed_at = ?, resumed_by = ?, answer = ?, answered_by = ?, answered_at = ?,
			due_on = ?, cost = ?, done = ?, done_by = ?, done_at = ?, checked = ?, checked_at = ?, reopened = ?
		WHERE company = ? AND id = ? AND version = ?`,
		n.State, n.Version, n.ResumedAt, n.ResumedBy, n.Answer, n.AnsweredBy, n.AnsweredAt, n.DueOn, n.Cost, n.Done, n.DoneBy,
		n.DoneAt, n.Checked, n.CheckedAt, n.Reopened, tx.Company, n.ID, n.Version-1)
	return rows == 1, err
}

func setJoined(ctx context.Context, tx *db.Tx, need id.Need, p id.Person, too bool) error {
	if !too {
		_, err := tx.Exec(ctx, `DELETE FROM need_join WHERE company = ? AND need = ? AND person = ?`, tx.Company, need, p)
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO need_join (company, need, person, joined_at) VALUES (?, ?, ?, ?) ON CONFLICT (company, need, person) DO NOTHING`,
		tx.Company, need, p, tx.Now)
	return err
}

func joinedTo(ctx context.Context, q db.Querier, c id.Company, need id.Need) ([]id.Person, error) {
	return db.Values[id.Person](ctx, q, `
		SELECT person FROM need_join WHERE company = ? AND need = ? ORDER BY person LIMIT 500`, c, need)
}

// Get returns one need that the actor may read, and whether it joined it.
func (s *Service) Get(ctx context.Context, a authz.Actor, need id.Need) (n Need, joined bool, err error) {
	return s.read(ctx, s.db, a, need)
}

// Filter says which needs to list.
type Filter struct {
	Node     id.Node // with all below it
	Category Category
	State    State
	Open     bool // those that are not over
	Mine     bool // that the actor asked for or joined
	Owed     bool // that wait for the answer of who leads the node, or of the actor's service
	Red      bool
	Before   id.Need
	Limit    int
}

// List returns the needs that the actor may read, the newest first.
func (s *Service) List(ctx context.Context, a authz.Actor, f Filter) ([]Need, error) {
	text, args := query, []any{a.Company}
	where := func(cond string, more ...any) {
		text += " AND " + cond
		args = append(args, more...)
	}
	mine := `(n.asked_by = ? OR EXISTS (SELECT 1 FROM need_join j WHERE j.company = n.company AND j.need = n.id AND j.person = ?))`
	if !a.Owner {
		in, of := db.In(a.All())
		where(`(n.category = 'safety' OR n.node `+in+` OR `+mine+` OR s.node `+in+`)`, slices.Concat(of, []any{a.Person, a.Person}, of)...)
	}
	if f.Mine {
		where(mine, a.Person, a.Person)
	}
	if f.Node != "" {
		tree, err := org.LoadTree(ctx, s.db, a.Company)
		if err != nil {
			return nil, err
		}
		in, of := db.In(tree.Under(f.Node))
		where(`n.node `+in, of...)
	}
	if f.Category != "" {
		where(`n.category = ?`, f.Category)
	}
	if f.State != "" {
		where(`n.state = ?`, f.State)
	}
	if f.Open {
		where(`n.state IN ('open', 'planned', 'done')`)
	}
	if f.Owed {
		in, of := db.In(a.Leads)
		where(`n.state = 'open' AND (n.node `+in+` OR s.node `+in+`)`, slices.Concat(of, of)...)
	}
	if f.Red {
		where(`n.state IN ('open', 'planned', 'done') AND (n.category = 'safety' OR n.severity = 3 OR n.stopped_at IS NOT NULL AND n.resumed_at IS NULL)`)
	}
	if f.Before != "" {
		where(`n.id < ?`, f.Before)
	}
	args = append(args, f.Limit)
	return db.All(ctx, s.db, (*Need).dest, text+` ORDER BY n.id DESC LIMIT ?`, args...)
}

const mostOverdue = 200

// Overdue returns the needs of the nodes that the actor leads that are late,
// those asked the longest ago first: 200 at most.
func (s *Service) Overdue(ctx context.Context, a authz.Actor) ([]Need, error) {
	now := s.db.Now()
	today, err := s.today(ctx, a.Company)
	if err != nil {
		return nil, err
	}
	text, args := query+` AND (n.state = 'open' AND n.answer_due < ? OR n.state = 'planned' AND n.due_on < ?)`,
		[]any{a.Company, db.At(now), today}
	if !a.Owner {
		in, of := db.In(a.Leads)
		text, args = text+` AND n.node `+in, append(args, of...)
	}
	return db.All(ctx, s.db, (*Need).dest, text+` ORDER BY n.id LIMIT ?`, append(args, mostOverdue)...)
}

// today returns the date that it is in the company.
func (s *Service) today(ctx context.Context, c id.Company) (string, error) {
	of, err := setting.Get(ctx, s.db, c)
	return s.db.Now().In(of.Location()).Format(time.DateOnly), err
}
