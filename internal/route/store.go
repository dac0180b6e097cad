package route

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// most is how many routes of one company are ever read at once.
const most = 1000

const routeColumns = `id, name, detail, version, made_by, made_at, archived_at`

func (r *Route) dest() []any {
	return []any{&r.ID, &r.Name, &r.Detail, &r.Version, &r.MadeBy, &r.MadeAt, &r.ArchivedAt}
}

func getRoute(ctx context.Context, q db.Querier, c id.Company, r id.Route) (Route, error) {
	var out Route
	err := q.Row(ctx, out.dest(), `SELECT `+routeColumns+` FROM route WHERE company = ? AND id = ?`, c, r)
	if errors.Is(err, db.ErrNotFound) {
		return Route{}, errs.New(errs.NotFound, "route.err.not_found")
	}
	if err != nil {
		return out, err
	}
	out.Steps, err = stepsOf(ctx, q, c, r, out.Version)
	return out, err
}

func allRoutes(ctx context.Context, q db.Querier, c id.Company) ([]Route, error) {
	return db.All(ctx, q, (*Route).dest, `
		SELECT `+routeColumns+` FROM route WHERE company = ? ORDER BY folded, id LIMIT ?`, c, most)
}

func (s *Step) dest() []any {
	return []any{&s.Service, &s.Name, &s.Node, &s.Supplier, &s.Gone}
}

const (
	stepColumns = `t.service, o.name, o.node, n.name, o.archived_at IS NOT NULL`
	stepTables  = `route_step t
		JOIN service o ON o.company = t.company AND o.id = t.service
		JOIN node n ON n.company = o.company AND n.id = o.node`
)

func stepsOf(ctx context.Context, q db.Querier, c id.Company, r id.Route, version int) ([]Step, error) {
	return db.All(ctx, q, (*Step).dest, `
		SELECT `+stepColumns+` FROM `+stepTables+` WHERE t.company = ? AND t.route = ? AND t.version = ?
		ORDER BY t.step LIMIT 100`, c, r, version)
}

// routeStep is a step with the route that it is of.
type routeStep struct {
	route id.Route
	Step
}

// currentSteps returns the steps of every route as it is now.
func currentSteps(ctx context.Context, q db.Querier, c id.Company) (map[id.Route][]Step, error) {
	rows, err := db.All(ctx, q, func(x *routeStep) []any { return append([]any{&x.route}, x.Step.dest()...) }, `
		SELECT t.route, `+stepColumns+` FROM `+stepTables+`
		JOIN route r ON r.company = t.company AND r.id = t.route AND r.version = t.version
		WHERE t.company = ? ORDER BY t.route, t.step LIMIT 30000`, c)
	out := map[id.Route][]Step{}
	for _, x := range rows {
		out[x.route] = append(out[x.route], x.Step)
	}
	return out, err
}

func insertRoute(ctx context.Context, tx *db.Tx, r Route) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO route (company, id, name, folded, detail, version, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, r.ID, r.Name, i18n.Fold(r.Name), r.Detail, r.Version, r.MadeBy, r.MadeAt)
	return nameTaken(err)
}

// updateRoute writes r only if nobody changed its steps since version was.
func updateRoute(ctx context.Context, tx *db.Tx, was int, r Route) error {
	n, err := tx.Exec(ctx, `
		UPDATE route SET name = ?, folded = ?, detail = ?, version = ?, archived_at = ?
		WHERE company = ? AND id = ? AND version = ?`,
		r.Name, i18n.Fold(r.Name), r.Detail, r.Version, r.ArchivedAt, tx.Company, r.ID, was)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "err.changed_meanwhile")
	}
	return nameTaken(err)
}

func nameTaken(err error) error {
	if errors.Is(err, db.ErrExists) {
		return errs.Field("name", "route.err.name_taken")
	}
	return err
}

func insertSteps(ctx context.Context, tx *db.Tx, r Route, steps []id.Service) error {
	rows := make([][]any, len(steps))
	for i, s := range steps {
		rows[i] = []any{tx.Company, r.ID, r.Version, i + 1, s}
	}
	return tx.Many(ctx, `INSERT INTO route_step (company, route, version, step, service) VALUES`, rows)
}

const (
	pieceColumns = `p.id, p.number, p.route, p.version, p.title, p.detail, p.order_ref, p.quantity, p.unit, p.priority,
		p.need_by, p.asker, p.customer, p.state, p.begun_by, p.begun_at, p.ended_at,
		r.name, c.name, COALESCE(k.name, '')`
	pieceTables = `piece p
		JOIN route r ON r.company = p.company AND r.id = p.route
		JOIN node c ON c.company = p.company AND c.id = p.customer
		LEFT JOIN person k ON k.company = p.company AND k.id = p.begun_by`
)

func (p *Piece) dest() []any {
	return []any{
		&p.ID, &p.Number, &p.Route, &p.Version, &p.Title, &p.Detail, &p.Order, &p.Quantity, &p.Unit, &p.Priority,
		&p.NeedBy, &p.Asker, &p.Customer, &p.State, &p.BegunBy, &p.BegunAt, &p.EndedAt,
		&p.RouteName, &p.CustomerName, &p.BegunByName,
	}
}

func noPiece(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return errs.New(errs.NotFound, "route.err.no_piece")
	}
	return err
}

func getPiece(ctx context.Context, q db.Querier, c id.Company, p id.Piece) (Piece, error) {
	var out Piece
	err := q.Row(ctx, out.dest(), `SELECT `+pieceColumns+` FROM `+pieceTables+` WHERE p.company = ? AND p.id = ?`, c, p)
	if err != nil {
		return out, noPiece(err)
	}
	return out, fill(ctx, q, c, &out)
}

func pieceByNumber(ctx context.Context, q db.Querier, c id.Company, n int64) (Piece, error) {
	var out Piece
	err := q.Row(ctx, out.dest(), `SELECT `+pieceColumns+` FROM `+pieceTables+` WHERE p.company = ? AND p.number = ?`, c, n)
	if err != nil {
		return out, noPiece(err)
	}
	return out, fill(ctx, q, c, &out)
}

// fill reads the steps, the lots and the passages of p.
func fill(ctx context.Context, q db.Querier, c id.Company, p *Piece) error {
	ps := []Piece{*p}
	err := fillAll(ctx, q, c, ps)
	*p = ps[0]
	return err
}

// versionOf is one version of a route.
type versionOf struct {
	route   id.Route
	version int
}

// ofPiece is a row with the piece that it is of.
type ofPiece[T any] struct {
	piece id.Piece
	row   T
}

// fillAll reads the steps, the lots and the passages of a page of pieces.
func fillAll(ctx context.Context, q db.Querier, c id.Company, ps []Piece) error {
	steps := map[versionOf][]Step{}
	at, args := map[id.Piece]*Piece{}, []any{c}
	for i := range ps {
		p := &ps[i]
		at[p.ID], args = p, append(args, p.ID)
		v := versionOf{p.Route, p.Version}
		if _, known := steps[v]; !known {
			var err error
			if steps[v], err = stepsOf(ctx, q, c, v.route, v.version); err != nil {
				return err
			}
		}
		p.Steps = steps[v]
	}
	lots, err := db.All(ctx, q, func(x *ofPiece[Lot]) []any { return append([]any{&x.piece}, x.row.dest()...) }, `
		SELECT piece, lot, parent, quantity, joins_at, state, step, why FROM lot
		WHERE company = ? AND piece IN `+db.Marks(len(ps))+` ORDER BY piece, lot LIMIT 20000`, args...)
	if err != nil {
		return err
	}
	for _, x := range lots {
		at[x.piece].Lots = append(at[x.piece].Lots, x.row)
	}
	rows, err := db.All(ctx, q, func(x *ofPiece[Passage]) []any { return append([]any{&x.piece}, x.row.dest()...) }, `
		SELECT x.piece, x.lot, x.step, x.round, x.handoff, x.rework, x.state, x.sent_back, x.why, x.by_whom, x.opened_at,
			x.closed_at, COALESCE(k.name, '')
		FROM passage x LEFT JOIN person k ON k.company = x.company AND k.id = x.by_whom
		WHERE x.company = ? AND x.piece IN `+db.Marks(len(ps))+` ORDER BY x.opened_at, x.lot, x.step, x.round LIMIT 50000`, args...)
	for _, x := range rows {
		at[x.piece].Passages = append(at[x.piece].Passages, x.row)
	}
	return err
}

func (l *Lot) dest() []any {
	return []any{&l.Number, &l.Parent, &l.Quantity, &l.JoinsAt, &l.State, &l.Step, &l.Why}
}

func (x *Passage) dest() []any {
	return []any{
		&x.Lot, &x.Step, &x.Round, &x.Handoff, &x.Rework, &x.State, &x.SentBack, &x.Why, &x.By, &x.OpenedAt, &x.ClosedAt,
		&x.ByName,
	}
}

// hold locks a piece until the end of the transaction, so that people and the
// follower change it one after the other.
func hold(ctx context.Context, tx *db.Tx, p id.Piece) error {
	n, err := tx.Exec(ctx, `UPDATE piece SET changes = changes + 1 WHERE company = ? AND id = ?`, tx.Company, p)
	if err == nil && n == 0 {
		return errs.New(errs.NotFound, "route.err.no_piece")
	}
	return err
}

// piecesOf returns the pieces that handoffs are passages of; those that are of
// none are left out.
func piecesOf(ctx context.Context, q db.Querier, c id.Company, hs []id.Handoff) (map[id.Handoff]id.Piece, error) {
	type passage struct {
		handoff id.Handoff
		piece   id.Piece
	}
	in, args := db.In(hs)
	rows, err := db.All(ctx, q, func(p *passage) []any { return []any{&p.handoff, &p.piece} }, `
		SELECT handoff, piece FROM passage WHERE company = ? AND handoff <> '' AND handoff `+in+` LIMIT 500`,
		append([]any{c}, args...)...)
	out := make(map[id.Handoff]id.Piece, len(rows))
	for _, p := range rows {
		out[p.handoff] = p.piece
	}
	return out, err
}

func nextNumber(ctx context.Context, tx *db.Tx) (n int64, err error) {
	err = tx.Row(ctx, []any{&n}, `
		INSERT INTO piece_number (company, last) VALUES (?, 1)
		ON CONFLICT (company) DO UPDATE SET last = piece_number.last + 1
		RETURNING last`, tx.Company)
	return n, err
}

func insertPiece(ctx context.Context, tx *db.Tx, p Piece) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO piece (company, id, number, route, version, title, detail, order_ref, quantity, unit, priority, need_by,
			asker, customer, state, changes, begun_by, begun_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)`,
		tx.Company, p.ID, p.Number, p.Route, p.Version, p.Title, p.Detail, p.Order, p.Quantity, p.Unit, p.Priority, p.NeedBy,
		p.Asker, p.Customer, p.State, p.BegunBy, p.BegunAt)
	return err
}

func endPiece(ctx context.Context, tx *db.Tx, p Piece) error {
	_, err := tx.Exec(ctx, `
		UPDATE piece SET state = ?, ended_at = ? WHERE company = ? AND id = ?`, p.State, p.EndedAt, tx.Company, p.ID)
	return err
}

func putLot(ctx context.Context, tx *db.Tx, p id.Piece, l Lot) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO lot (company, piece, lot, parent, quantity, joins_at, state, step, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (company, piece, lot) DO UPDATE SET quantity = excluded.quantity, joins_at = excluded.joins_at,
			state = excluded.state, step = excluded.step, why = excluded.why`,
		tx.Company, p, l.Number, l.Parent, l.Quantity, l.JoinsAt, l.State, l.Step, l.Why)
	return err
}

func putPassage(ctx context.Context, tx *db.Tx, p id.Piece, x Passage) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO passage (company, piece, lot, step, round, handoff, rework, state, sent_back, why, by_whom, opened_at, closed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (company, piece, lot, step, round) DO UPDATE SET state = excluded.state, sent_back = excluded.sent_back,
			why = excluded.why, by_whom = excluded.by_whom, closed_at = excluded.closed_at`,
		tx.Company, p, x.Lot, x.Step, x.Round, x.Handoff, x.Rework, x.State, x.SentBack, x.Why, x.By, x.OpenedAt, x.ClosedAt)
	return err
}

// handOver gives an open passage to another lot of the piece: the first of
// those into which its lot was split.
func handOver(ctx context.Context, tx *db.Tx, p id.Piece, x Passage, lot int) error {
	_, err := tx.Exec(ctx, `
		UPDATE passage SET lot = ? WHERE company = ? AND piece = ? AND lot = ? AND step = ? AND round = ?`,
		lot, tx.Company, p, x.Lot, x.Step, x.Round)
	return err
}
