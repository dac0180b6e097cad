package route

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

// Detail is a piece with the handoffs that it makes.
type Detail struct {
	Piece

	Handoffs map[id.Handoff]handoff.Handoff
}

// At is one place where a piece is now: the open handoff of a lot, or a lot
// that waits or has stopped.
type At struct {
	Lot     Lot
	Step    Step // empty while it waits for the end
	Number  int  // of the step
	Handoff handoff.Handoff
}

// Now returns where the piece is now, lot by lot.
func (d *Detail) Places() []At {
	var out []At
	for _, l := range d.Moving() {
		at := At{Lot: l, Number: d.Now(l)}
		if at.Number <= len(d.Steps) {
			at.Step = d.Steps[at.Number-1]
		}
		if o := d.open(l.Number); len(o) > 0 {
			at.Handoff = d.Handoffs[o[0].Handoff]
		}
		out = append(out, at)
	}
	return out
}

// Late reports whether something that the piece waits for now is late.
func (d *Detail) Late(now time.Time) bool {
	for _, at := range d.Places() {
		if at.Handoff.ID != "" && at.Handoff.State.Open() && at.Handoff.Late(now) {
			return true
		}
	}
	return false
}

// Show returns a piece with its handoffs, or NotFound.
func (s *Service) Show(ctx context.Context, a authz.Actor, p id.Piece) (Detail, error) {
	v, err := getPiece(ctx, s.db, a.Company, p)
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, a, v)
}

// ByNumber returns the piece that people call by its number, or NotFound.
func (s *Service) ByNumber(ctx context.Context, a authz.Actor, n int64) (Detail, error) {
	v, err := pieceByNumber(ctx, s.db, a.Company, n)
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, a, v)
}

func (s *Service) detail(ctx context.Context, a authz.Actor, p Piece) (Detail, error) {
	out, err := s.details(ctx, a, []Piece{p})
	if err != nil {
		return Detail{}, err
	}
	return out[0], nil
}

// details reads the handoffs of pieces.
func (s *Service) details(ctx context.Context, a authz.Actor, ps []Piece) ([]Detail, error) {
	var ids []id.Handoff
	for _, p := range ps {
		for _, x := range p.Passages {
			if x.Handoff != "" {
				ids = append(ids, x.Handoff)
			}
		}
	}
	found, err := s.handoffs.Some(ctx, a, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Detail, len(ps))
	for i, p := range ps {
		out[i] = Detail{Piece: p, Handoffs: map[id.Handoff]handoff.Handoff{}}
		for _, x := range p.Passages {
			if h, ok := found[x.Handoff]; ok {
				out[i].Handoffs[x.Handoff] = h
			}
		}
	}
	return out, nil
}

// May says what a may do with a lot of the piece now.
type May struct{ Skip, Split, SendBack, Again, Cancel bool }

// May returns what a may do with a lot.
func (d *Detail) May(a authz.Actor, l Lot) May {
	if d.State != Running {
		return May{}
	}
	m := May{Cancel: canMind(a, d.Piece) == nil}
	if l.State != LotRunning && l.State != LotStopped {
		return m
	}
	m.Again = l.State == LotStopped && m.Cancel
	var h handoff.Handoff
	open := d.open(l.Number)
	if len(open) > 0 {
		h = d.Handoffs[open[0].Handoff]
	}
	m.Skip = canSkip(a, d.Piece, h) == nil && h.State != handoff.Delivered
	if len(open) == 0 {
		return m
	}
	m.Split = len(open) == 1 && l.Quantity > 0 && canSplit(a, d.Piece, h) == nil &&
		(h.State == handoff.Asked || h.State == handoff.Taken)
	_, earlier := d.before(l.Number, open[0].Step)
	m.SendBack = earlier && h.WaitsFor() == handoff.ForSupplier && canSendBack(a, h) == nil
	return m
}

// Back returns the step to which a lot would be sent back.
func (d *Detail) Back(l Lot) (Step, bool) {
	o := d.open(l.Number)
	if len(o) == 0 {
		return Step{}, false
	}
	n, ok := d.before(l.Number, o[0].Step)
	if !ok {
		return Step{}, false
	}
	return d.Steps[n-1], true
}

// Joins returns the steps before which lots of l may join; the last is the end.
func (d *Detail) Joins(l Lot) []int {
	var out []int
	for n := l.Step + 1; n <= d.lastJoin(l); n++ {
		out = append(out, n)
	}
	return out
}

// Reasons returns why a step may be sent back: the reasons of its service.
func (s *Service) Reasons(ctx context.Context, a authz.Actor, st Step) ([]link.Item, error) {
	o, err := link.GetOffer(ctx, s.db, a.Company, st.Service)
	return link.Current(o.Reasons), err
}

// Filter says which pieces a list shows, the newest first. Empty fields do not
// filter.
type Filter struct {
	State  State
	Route  id.Route
	Order  string
	Cursor string
	Limit  int // at most MostRows
}

// MostRows is the longest page of pieces.
const MostRows = 200

const usualRows = 50

// Page is one page of pieces.
type Page struct {
	Rows []Detail
	Next string
}

// List returns one page of the pieces that match.
func (s *Service) List(ctx context.Context, a authz.Actor, f Filter) (Page, error) {
	if f.Limit == 0 {
		f.Limit = usualRows
	}
	bad := errs.Bad{}
	errs.OneOf(bad, "state", f.State, "", Running, Done, Cancelled)
	bad.Add(f.Limit > 0 && f.Limit <= MostRows, "limit", "handoff.err.limit")
	before, err := f.before()
	bad.Add(err == nil, "cursor", "handoff.err.cursor")
	if err := bad.Err(); err != nil {
		return Page{}, err
	}
	text, args := ``, []any{a.Company}
	add := func(cond string, v any) { text, args = text+cond, append(args, v) }
	if f.State != "" {
		add(` AND p.state = ?`, f.State)
	}
	if f.Route != "" {
		add(` AND p.route = ?`, f.Route)
	}
	if f.Order != "" {
		add(` AND p.order_ref <> '' AND p.order_ref = ?`, f.Order)
	}
	if before > 0 {
		add(` AND p.number < ?`, before)
	}
	rows, err := db.All(ctx, s.db, (*Piece).dest, `
		SELECT `+pieceColumns+` FROM `+pieceTables+` WHERE p.company = ?`+text+`
		ORDER BY p.number DESC LIMIT ?`, append(args, f.Limit+1)...)
	if err != nil {
		return Page{}, err
	}
	var out Page
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		out.Next = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(rows[f.Limit-1].Number, 36)))
	}
	if err := fillAll(ctx, s.db, a.Company, rows); err != nil {
		return out, err
	}
	out.Rows, err = s.details(ctx, a, rows)
	return out, err
}

func (f Filter) before() (int64, error) {
	if f.Cursor == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(f.Cursor)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(b), 36, 64)
}

// Place is where a handoff stands on the way of a piece.
type Place struct {
	Piece    id.Piece
	Number   int64 // of the piece
	Title    string
	Route    string
	Step     int
	Of       int // steps of the route
	Lot      int // which of its siblings: 1, 2…; 0 for the whole
	Lots     int // how many siblings
	Rework   bool
	SentBack int // times that the next step sent it back after it had been accepted
	Why      string
	State    PassageState
}

// located is a row of Places.
type located struct {
	handoff id.Handoff
	Place
	lot, parent int
}

func (x *located) dest() []any {
	return []any{
		&x.handoff, &x.Place.Piece, &x.Number, &x.Title, &x.Route, &x.Step, &x.Of, &x.lot, &x.parent, &x.Rework, &x.SentBack,
		&x.Why, &x.State, &x.Lot, &x.Lots,
	}
}

// PlacesOf returns where handoffs stand on the way of their pieces; those that
// are of none are left out.
func (s *Service) PlacesOf(ctx context.Context, a authz.Actor, handoffs ...id.Handoff) (map[id.Handoff]Place, error) {
	out := map[id.Handoff]Place{}
	const some = 500
	for ids := range slices.Chunk(handoffs, some) {
		rows, err := db.All(ctx, s.db, (*located).dest, `
			SELECT x.handoff, p.id, p.number, p.title, r.name, x.step,
				(SELECT COUNT(*) FROM route_step t WHERE t.company = p.company AND t.route = p.route AND t.version = p.version),
				l.lot, l.parent, x.rework, x.sent_back, x.why, x.state,
				(SELECT COUNT(*) FROM lot m WHERE m.company = l.company AND m.piece = l.piece AND m.parent = l.parent AND m.lot <= l.lot),
				(SELECT COUNT(*) FROM lot m WHERE m.company = l.company AND m.piece = l.piece AND m.parent = l.parent)
			FROM passage x
			JOIN piece p ON p.company = x.company AND p.id = x.piece
			JOIN route r ON r.company = p.company AND r.id = p.route
			JOIN lot l ON l.company = x.company AND l.piece = x.piece AND l.lot = x.lot
			WHERE x.company = ? AND x.handoff <> '' AND x.handoff IN `+db.Marks(len(ids))+` LIMIT 500`,
			append([]any{a.Company}, db.Args(ids)...)...)
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			if x.parent == 0 {
				x.Lot, x.Lots = 0, 0
			}
			out[x.handoff] = x.Place
		}
	}
	return out, nil
}
