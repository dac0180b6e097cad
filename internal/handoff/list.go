package handoff

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Box is one of the three lists of everybody's day.
type Box string

// The boxes. Each is about the nodes on which the actor was placed by name.
const (
	Owe      Box = "owe"       // what others wait for from me
	Owed     Box = "owed"      // what I wait for from others
	ToAccept Box = "to_accept" // what was delivered to me and I have not accepted
)

// Filter says which handoffs a list shows. Empty fields do not filter.
type Filter struct {
	Box         Box
	Side        Waits     // with Nodes: ForSupplier (the default) or ForCustomer
	Nodes       []id.Node // one end is any of these
	States      []State
	Open        bool // only what is still to be done, soonest due first
	Late        bool // only what is open and overdue
	Paused      bool // only that whose clock stands still
	Service     id.Service
	Link        id.Link
	Order       string
	Assignee    id.Person
	Asked       time.Time // only what was asked since then
	AskedBefore time.Time // only what was asked before
	Closed      time.Time // only what was closed since then
	Until       time.Time // only what was closed before
	Rounds      int       // only what was delivered at least so often
	Answered    bool      // not what was accepted because nobody answered
	CameBack    bool      // only what was returned at least once
	Back        time.Time // with CameBack or Reason: since then
	Kind        Kind      // only what was asked for, or handed on without being asked
	Reason      string    // only what was returned for it: an item of Service
	Behind      Behind    // only what one figure of the promises counts; not with its zero value
	Tag         string
	Text        string // words, or beginnings of words
	Cursor      string // where the page before ended
	Limit       int    // at most MostRows
}

// MostRows is the longest page.
const MostRows = 200

const usualRows = 50

// Page is one page of a list.
type Page struct {
	Rows []Handoff
	Next string // the cursor of the next page; empty on the last
}

// order says how a list goes on: by due time, or newest first.
type order struct {
	byDue bool
	due   db.Time
	last  int64 // number; 0 before the first page
}

// mostApart is how many nodes are asked one by one, each along its index; with
// more of them they are asked together, and sorted. mostNodes bounds a filter.
const (
	mostApart = 100
	mostNodes = 5000
)

// List returns one page of the handoffs that match. Every page costs the same,
// however deep: it goes on from where the last one ended.
func (s *Service) List(ctx context.Context, a authz.Actor, f Filter) (Page, error) {
	if f.Limit == 0 {
		f.Limit = usualRows
	}
	if err := f.check(); err != nil {
		return Page{}, err
	}
	if f.Box != "" {
		f.openBox(a)
		if len(f.Nodes) == 0 {
			return Page{}, nil
		}
	}
	o, err := f.order()
	if err != nil {
		return Page{}, err
	}
	parts, err := s.parts(ctx, a.Company, f, o)
	if err != nil || len(parts) == 0 {
		return Page{}, err
	}
	rows, err := read(ctx, s.db, a.Company, parts, o, f.Limit+1)
	if err != nil {
		return Page{}, err
	}
	p := Page{Rows: rows}
	if len(rows) > f.Limit {
		p.Rows = rows[:f.Limit]
		p.Next = o.cursor(p.Rows[f.Limit-1])
	}
	return p, s.endanger(ctx, s.db, a.Company, p.Rows)
}

func (f Filter) check() error {
	bad := errs.Bad{}
	errs.OneOf(bad, "box", f.Box, "", Owe, Owed, ToAccept)
	errs.OneOf(bad, "side", f.Side, "", ForSupplier, ForCustomer)
	for _, st := range f.States {
		errs.OneOf(bad, "state", st, States...)
	}
	_, known := legs[f.Behind.Kept]
	bad.Add(known || f.Behind.Kept == "", "kept", "err.unknown")
	bad.Add(f.Limit > 0 && f.Limit <= MostRows, "limit", "handoff.err.limit")
	bad.Add(len(f.Nodes) <= mostNodes, "node", "err.too_long")
	bad.Text("q", f.Text, mostTitle)
	return bad.Err()
}

// openBox turns a box into the filter that it stands for.
func (f *Filter) openBox(a authz.Actor) {
	mine := a.Own
	if len(f.Nodes) > 0 {
		mine = slices.DeleteFunc(slices.Clone(a.Own), func(n id.Node) bool { return !slices.Contains(f.Nodes, n) })
	}
	f.Nodes, f.Open, f.Side = mine, true, ForCustomer
	switch f.Box {
	case Owe:
		f.Side, f.States = ForSupplier, []State{Asked, Taken, Returned}
	case Owed:
		f.States = []State{Asked, Taken, Returned}
	case ToAccept:
		f.States = []State{Delivered}
	}
}

func (f Filter) order() (order, error) {
	o := order{byDue: (f.Open || f.Late) && f.Text == "" && f.Tag == ""}
	if f.Cursor == "" {
		return o, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(f.Cursor)
	due, last, _ := strings.Cut(string(b), ".")
	d, err2 := strconv.ParseInt(due, 36, 64)
	n, err3 := strconv.ParseInt(last, 36, 64)
	if err != nil || err2 != nil || err3 != nil || n <= 0 {
		return o, errs.Field("cursor", "handoff.err.cursor")
	}
	o.due, o.last = db.At(time.UnixMicro(d)), n
	return o, nil
}

func (o order) cursor(h Handoff) string {
	return base64.RawURLEncoding.EncodeToString([]byte(
		strconv.FormatInt(h.DueAt.UnixMicro(), 36) + "." + strconv.FormatInt(h.Number, 36)))
}

// by is the order of rows of the table or subquery named t.
func (o order) by(t string) string {
	if o.byDue {
		return ` ORDER BY ` + t + `.due_at, ` + t + `.number`
	}
	return ` ORDER BY ` + t + `.number DESC`
}

// keys are what a part selects: what the list is sorted by, so that an index is
// enough to find it.
func (o order) keys() string {
	if o.byDue {
		return `SELECT h.number, h.due_at`
	}
	return `SELECT h.number`
}

// part is one SELECT of numbers, and of due times, that an index answers in
// order.
type part struct {
	text string
	args []any
}

// parts splits a filter into statements that each walk one index: one for each
// node, or one for each word that begins as the text does.
func (s *Service) parts(ctx context.Context, c id.Company, f Filter, o order) ([]part, error) {
	where, args := f.where(c, s.db.Now())
	whole := where == "" && len(f.Nodes) == 0
	switch {
	case o.byDue && o.last > 0:
		where, args = where+` AND (h.due_at, h.number) > (?, ?)`, append(args, o.due, o.last)
	case o.last > 0:
		where, args = where+` AND h.number < ?`, append(args, o.last)
	}
	if f.Text != "" || f.Tag != "" {
		all, begun, err := s.wordsOf(ctx, c, f)
		if err != nil || len(begun) == 0 {
			return nil, err
		}
		if whole {
			return wordParts(c, f, all, begun, where, args), nil
		}
		common, err := s.common(ctx, c, all, begun)
		if err != nil {
			return nil, err
		}
		if !common {
			return wordParts(c, f, all, begun, where, args), nil
		}
		for _, w := range all {
			where, args = where+withWord+db.Marks(1)+`)`, append(args, w)
		}
		where, args = where+withWord+db.Marks(len(begun))+`)`, append(args, db.Args(begun)...)
	}
	sel := o.keys() + ` FROM handoff h WHERE h.company = ?`
	if len(f.Nodes) > mostApart {
		return []part{{sel + f.ends() + where, slices.Concat([]any{c}, db.Args(f.Nodes), args)}}, nil
	}
	out := []part{{sel, []any{c}}}
	if len(f.Nodes) > 0 {
		out = apart(out, ` AND h.`+f.end()+` = ?`, db.Args(f.Nodes))
	}
	if cond, states := f.byState(o); len(states) > 0 && len(states)*len(out) <= mostApart {
		out = apart(out, cond, db.Args(states))
	}
	for i, p := range out {
		out[i] = part{p.text + where, append(p.args, args...)}
	}
	return out, nil
}

// apart splits each part into one for each value of cond.
func apart(parts []part, cond string, values []any) []part {
	out := make([]part, 0, len(parts)*len(values))
	for _, p := range parts {
		for _, v := range values {
			out = append(out, part{p.text + cond, append(slices.Clone(p.args), v)})
		}
	}
	return out
}

// end is the column of the side on which the nodes are.
func (f Filter) end() string {
	if f.Side == ForCustomer {
		return "customer"
	}
	return "supplier"
}

// ends is the condition that one end is any of the nodes.
func (f Filter) ends() string { return ` AND h.` + f.end() + ` IN ` + db.Marks(len(f.Nodes)) }

// rare are the states of a few of all handoffs. What is in them has indexes of
// its own by supplier and by customer: along those of all handoffs, the whole
// history is read to find the last few.
var rare = []State{AcceptedWithRemark, Returned, Declined, Cancelled}

const amongRare = ` AND h.state IN ('accepted_with_remark', 'returned', 'declined', 'cancelled')`

// byState says by which states a list is split, if there is an index that leads
// along each of them, newest first.
func (f Filter) byState(o order) (cond string, states []State) {
	switch {
	case o.byDue || f.Link != "" || f.Order != "" || f.Assignee != "":
		return "", nil
	case len(f.Nodes) > 0:
		if slices.ContainsFunc(f.States, func(s State) bool { return !slices.Contains(rare, s) }) {
			return "", nil
		}
		return ` AND h.state = ?` + amongRare, f.States
	case f.Service == "":
		return "", nil
	case len(f.States) == 0:
		return ` AND h.state = ?`, States
	}
	return ` AND h.state = ?`, f.States
}

func prepend(args []any, first ...any) []any { return append(slices.Clip(first), args...) }

// where returns the conditions that any part of the list shares.
func (f Filter) where(c id.Company, now time.Time) (text string, args []any) {
	add := func(cond string, vs ...any) {
		text, args = text+cond, append(args, vs...)
	}
	if f.Open || f.Late {
		add(` AND h.closed_at IS NULL`)
	}
	if f.Late {
		add(` AND h.due_at < ? AND h.state <> 'delivered' AND (h.paused_at IS NULL OR h.paused_at > h.due_at)`, db.At(now))
	}
	if f.Paused {
		add(` AND h.paused_at IS NOT NULL`)
	}
	if len(f.States) > 0 {
		add(` AND h.state IN `+db.Marks(len(f.States)), db.Args(f.States)...)
	}
	if f.Service != "" {
		add(` AND h.service = ?`, f.Service)
	}
	if f.Link != "" {
		add(` AND h.link = ?`, f.Link)
	}
	if f.Order != "" {
		add(` AND h.order_ref = ? AND h.order_ref <> ''`, f.Order)
	}
	if f.Assignee != "" {
		add(` AND h.assignee = ? AND h.assignee <> ''`, f.Assignee)
	}
	if !f.Asked.IsZero() {
		add(` AND h.asked_at >= ?`, db.At(f.Asked))
	}
	if !f.AskedBefore.IsZero() {
		add(` AND h.asked_at < ?`, db.At(f.AskedBefore))
	}
	if !f.Closed.IsZero() {
		add(` AND h.closed_at >= ?`, db.At(f.Closed))
	}
	if !f.Until.IsZero() {
		add(` AND h.closed_at < ?`, db.At(f.Until))
	}
	if f.Rounds > 0 {
		add(` AND h.rounds >= ?`, f.Rounds)
	}
	if f.Answered {
		add(` AND h.auto = FALSE`)
	}
	if f.Kind != "" {
		add(` AND h.kind = ?`, f.Kind)
	}
	if f.CameBack || f.Reason != "" {
		add(` AND EXISTS (SELECT 1 FROM handoff_event e
			WHERE e.company = h.company AND e.handoff = h.id AND e.kind = 'returned'`)
		if !f.Back.IsZero() {
			add(` AND e.happened_at >= ?`, db.At(f.Back))
		}
		if f.Reason != "" {
			add(` AND e.reason = ?`, f.Reason)
		}
		add(`)`)
	}
	if f.Behind.Kept != "" {
		cond, vs := f.Behind.cond(c)
		add(cond, vs...)
	}
	return text, args
}

// read merges the parts in order and reads the rows of the first of them.
func read(ctx context.Context, q db.Querier, c id.Company, parts []part, o order, limit int) ([]Handoff, error) {
	var args []any
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = fmt.Sprintf(`SELECT * FROM (%s%s LIMIT %d) AS part%d`, p.text, o.in(p.text), limit, i)
		args = append(args, p.args...)
	}
	keys := strings.Join(texts, ` UNION `)
	args = append([]any{c}, append(args, limit)...)
	rows, err := db.All(ctx, q, (*Handoff).bare, `
		SELECT `+bare+` FROM handoff h WHERE h.company = ? AND h.number IN (
			SELECT number FROM (`+keys+`) AS u`+o.by("u")+` LIMIT ?)`+o.by("h"), args...)
	if err != nil {
		return nil, err
	}
	return rows, name(ctx, q, c, rows)
}

// in is the order inside one part, by the table whose index it walks.
func (o order) in(text string) string {
	if strings.Contains(text, "handoff_word w") {
		return o.by("w")
	}
	return o.by("h")
}
