package handoff

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
)

// Risk is what endangers a handoff from above: one that it waits for, directly
// or through others, will not come, is late or is promised too late for it.
type Risk struct {
	Number int64 // of the one above
	Lost   State // Declined or Cancelled if it will not come
	Late   bool  // its own promise is broken; else it is only due after this one
	DueAt  db.Time
}

// Given reports whether there is a risk.
func (r Risk) Given() bool { return r.Number > 0 }

// Chained is one handoff of a chain, with how far it is from the one that
// somebody looks at: 1 is next to it.
type Chained struct {
	Handoff

	Depth int
}

// Needs is what a handoff waits for, and what waits for it.
type Needs struct {
	Up   []Chained // what it needs, the nearest first
	Down []Chained // what it serves, the nearest first
}

// mostDeep is how many links of a chain are followed, and mostChained how many
// handoffs of it are shown.
const (
	mostDeep    = 20
	mostChained = 200
)

// AskUpstream asks another for what the supplier of a handoff needs to do it.
// The new handoff carries the same order, and serves the first. Invalid names
// every bad field at once; Conflict tells that the first no longer waits for
// its supplier.
func (s *Service) AskUpstream(ctx context.Context, a authz.Actor, served id.Handoff, in Ask) (Handoff, error) {
	defer s.turns.take(s.db, a.Company)()
	var h Handoff
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, err := s.needing(ctx, tx, a, served)
		if err != nil {
			return err
		}
		ask := in
		if ask.Customer = v.Supplier; ask.Order == "" {
			ask.Order = v.Order
		}
		ask.clean()
		if err := ask.check(tx.Now.Time).Err(); err != nil {
			return err
		}
		if h, err = s.ask(ctx, tx, a, ask); err != nil {
			return err
		}
		return ServeIn(ctx, tx, a.Person, served, h.ID)
	})
	return h, err
}

// WaitFor notes that a handoff waits for another one that was asked before.
// Invalid if that one waits for the first itself, however far.
func (s *Service) WaitFor(ctx context.Context, a authz.Actor, served, upstream id.Handoff) error {
	if upstream == "" {
		return errs.Field("upstream", "err.required")
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		if _, err := s.needing(ctx, tx, a, served); err != nil {
			return err
		}
		if _, err := get(ctx, tx, a.Company, upstream); err != nil {
			return notAField(err, "upstream", "handoff.err.no_upstream")
		}
		return ServeIn(ctx, tx, a.Person, served, upstream)
	})
}

// WaitNoMore takes back that a handoff waits for another one.
func (s *Service) WaitNoMore(ctx context.Context, a authz.Actor, served, upstream id.Handoff) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		v, err := get(ctx, tx, a.Company, served)
		if err != nil {
			return err
		}
		if err := canServe(a, v); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			DELETE FROM handoff_upstream WHERE company = ? AND handoff = ? AND upstream = ?`, tx.Company, served, upstream)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "handoff.err.no_upstream")
		}
		recordServed(tx, "handoff.unserved", a.Person, served, upstream)
		above, err := get(ctx, tx, a.Company, upstream)
		if err != nil {
			return err
		}
		return s.release(ctx, tx, above, v, a.Person)
	})
}

// needing returns a handoff that waits for its supplier, if a may act for it.
func (s *Service) needing(ctx context.Context, tx *db.Tx, a authz.Actor, served id.Handoff) (Handoff, error) {
	v, err := get(ctx, tx, a.Company, served)
	if err != nil {
		return v, err
	}
	if err := canServe(a, v); err != nil {
		return v, err
	}
	if !v.Owed() {
		return v, s.meanwhile(ctx, tx, v)
	}
	return v, nil
}

// ServeIn notes in the caller's transaction that upstream serves served.
// Invalid if that closes a cycle, or is noted already.
func ServeIn(ctx context.Context, tx *db.Tx, by id.Person, served, upstream id.Handoff) error {
	fresh, err := serve(ctx, tx, by, served, upstream)
	if err == nil && !fresh {
		err = errs.Field("upstream", "handoff.err.already_upstream")
	}
	return err
}

// serve is ServeIn for who does not mind that it is noted already.
func serve(ctx context.Context, tx *db.Tx, by id.Person, served, upstream id.Handoff) (fresh bool, err error) {
	walk, err := askWalk(ctx, tx, upstream, upWalk)
	if err != nil {
		return false, err
	}
	above, err := walk.Rows(ctx) // whose handoffs nobody asks for
	if err != nil {
		return false, err
	}
	bad := errs.Bad{}
	bad.Add(served != upstream, "upstream", "handoff.err.cycle")
	for _, c := range above {
		bad.Add(c.ID != served, "upstream", "handoff.err.cycle")
	}
	if err := bad.Err(); err != nil {
		return false, err
	}
	// Who ends it at the same time sees who waits, or is seen here.
	n, err := tx.Exec(ctx, `
		UPDATE handoff SET waited = waited + 1 WHERE company = ? AND id = ? AND closed_at IS NULL`, tx.Company, upstream)
	if err == nil && n == 0 {
		err = errs.Field("upstream", "handoff.err.upstream_closed")
	}
	if err != nil {
		return false, err
	}
	n, err = tx.Exec(ctx, `
		INSERT INTO handoff_upstream (company, handoff, upstream, added_by, added_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (company, handoff, upstream) DO NOTHING`,
		tx.Company, served, upstream, by, tx.Now)
	if err == nil && n > 0 {
		recordServed(tx, "handoff.served", by, served, upstream)
	}
	return n > 0, err
}

// Served is the payload of the facts about who waits for whom.
type Served struct {
	Upstream id.Handoff `json:"upstream"`
}

func recordServed(tx *db.Tx, kind string, by id.Person, served, upstream id.Handoff) {
	fact.Record(tx, fact.Fact{Kind: kind, Actor: by, Subject: string(served), Data: fact.Encode(Served{upstream})})
}

// Needs returns what a handoff waits for and what waits for it, or NotFound.
func (s *Service) Needs(ctx context.Context, a authz.Actor, h id.Handoff) (Needs, error) {
	v, err := get(ctx, s.db, a.Company, h)
	if err != nil {
		return Needs{}, err
	}
	var out Needs
	err = s.db.Read(ctx, a.Company, func(r *db.Tx) error {
		out, err = s.chained(ctx, r, &v)
		return err
	})
	return out, err
}

// chained returns the chain of h, and puts the risks on it and on h.
func (s *Service) chained(ctx context.Context, r *db.Tx, h *Handoff) (out Needs, err error) {
	above, err := askWalk(ctx, r, h.ID, upWalk)
	if err != nil {
		return out, err
	}
	below, err := askWalk(ctx, r, h.ID, downWalk)
	if err != nil {
		return out, err
	}
	if out.Up, err = following(ctx, r, above); err != nil {
		return out, err
	}
	if out.Down, err = following(ctx, r, below); err != nil {
		return out, err
	}
	rows := []Handoff{*h}
	for _, x := range append(slices.Clone(out.Up), out.Down...) {
		rows = append(rows, x.Handoff)
	}
	if len(rows) == 1 {
		return out, nil
	}
	err = s.endanger(ctx, r, r.Company, rows)
	h.Risk = rows[0].Risk
	for i := range out.Up {
		out.Up[i].Risk = rows[1+i].Risk
	}
	for i := range out.Down {
		out.Down[i].Risk = rows[1+len(out.Up)+i].Risk
	}
	return out, err
}

// The walks along a chain in each direction. A handoff that is reached on two
// ways is shown where it is nearest.
const (
	upWalk = `WITH RECURSIVE walk (id, depth) AS (
			SELECT n.upstream, 1 FROM handoff_upstream n WHERE n.company = ? AND n.handoff = ?
			UNION SELECT n.upstream, w.depth + 1 FROM walk w
				JOIN handoff_upstream n ON n.company = ? AND n.handoff = w.id WHERE w.depth < ?)
		SELECT id, MIN(depth) FROM walk GROUP BY id ORDER BY 2, 1 LIMIT ?`
	downWalk = `WITH RECURSIVE walk (id, depth) AS (
			SELECT n.handoff, 1 FROM handoff_upstream n WHERE n.company = ? AND n.upstream = ?
			UNION SELECT n.handoff, w.depth + 1 FROM walk w
				JOIN handoff_upstream n ON n.company = ? AND n.upstream = w.id WHERE w.depth < ?)
		SELECT id, MIN(depth) FROM walk GROUP BY id ORDER BY 2, 1 LIMIT ?`
)

func askWalk(ctx context.Context, r *db.Tx, h id.Handoff, walk string) (*db.Answer[Chained], error) {
	return db.Soon(ctx, r, func(x *Chained) []any { return []any{&x.ID, &x.Depth} }, walk, r.Company, h, r.Company, mostDeep, mostChained)
}

// following reads the handoffs of a walk.
func following(ctx context.Context, q *db.Tx, walk *db.Answer[Chained]) ([]Chained, error) {
	out, err := walk.Rows(ctx)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	args := []any{q.Company}
	for _, x := range out {
		args = append(args, x.ID)
	}
	rows, err := db.All(ctx, q, (*Handoff).dest, `
		SELECT `+columns+` FROM `+tables+` WHERE h.company = ? AND h.id IN `+db.Marks(len(out))+` LIMIT 200`, args...)
	for _, r := range rows {
		i := slices.IndexFunc(out, func(x Chained) bool { return x.ID == r.ID })
		out[i].Handoff = r
	}
	return out, err
}

// endanger puts on each of rows what endangers it from above.
func (s *Service) endanger(ctx context.Context, q db.Querier, c id.Company, rows []Handoff) error {
	found, err := risks(ctx, q, c, s.db.Now(), rows)
	for i := range rows {
		rows[i].Risk = found[rows[i].ID]
	}
	return err
}
