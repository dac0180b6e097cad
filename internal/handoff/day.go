package handoff

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// boxes are all boxes.
var boxes = []Box{Owe, Owed, ToAccept}

// Day is what waits for somebody: the beginning of each box, and how much is in
// it.
type Day struct {
	Pages map[Box]Page
	Counts
}

// boxed is one handoff of a box, before its row is read.
type boxed struct {
	box    int
	number int64
	due    db.Time
}

func (b *boxed) dest() []any { return []any{&b.box, &b.number, &b.due} }

// Day returns the first page of each box of the actor, as List does, and what
// Counts counts. It is what people open all day: all boxes are read at once.
func (s *Service) Day(ctx context.Context, a authz.Actor) (Day, error) {
	d := Day{Pages: map[Box]Page{}}
	keys, err := s.boxed(ctx, a)
	if err != nil || len(keys) == 0 {
		return d, err
	}
	of := make([][]boxed, len(boxes))
	for _, k := range keys {
		of[k.box] = append(of[k.box], k)
	}
	var numbers []int64
	for i, in := range of {
		slices.SortFunc(in, func(x, y boxed) int {
			return cmp.Or(x.due.Compare(y.due.Time), cmp.Compare(x.number, y.number))
		})
		*d.count(boxes[i]) = min(len(in), mostCounted)
		of[i] = in[:min(len(in), usualRows+1)]
		for _, k := range of[i][:min(len(in), usualRows)] {
			numbers = append(numbers, k.number)
		}
	}
	rows, err := s.numbered(ctx, a.Company, numbers)
	if err != nil {
		return d, err
	}
	for i, in := range of {
		p := Page{Rows: make([]Handoff, 0, len(in))}
		for _, k := range in[:min(len(in), usualRows)] {
			if h, ok := rows[k.number]; ok { // else it has just gone
				p.Rows = append(p.Rows, h)
			}
		}
		if n := len(p.Rows); n > 0 && len(in) > usualRows {
			p.Next = order{byDue: true}.cursor(p.Rows[n-1])
		}
		d.Pages[boxes[i]] = p
	}
	return d, nil
}

func (c *Counts) count(b Box) *int {
	return map[Box]*int{Owe: &c.Owe, Owed: &c.Owed, ToAccept: &c.ToAccept}[b]
}

// boxed reads, for each box and node, as much as is counted.
func (s *Service) boxed(ctx context.Context, a authz.Actor) ([]boxed, error) {
	if len(a.Own) == 0 {
		return nil, nil
	}
	var parts []part
	for i, b := range boxes {
		f := Filter{Box: b}
		f.openBox(a)
		where, args := f.where(a.Company, s.db.Now())
		head := part{fmt.Sprintf(`SELECT %d AS box, h.number, h.due_at FROM handoff h WHERE h.company = ?`, i), []any{a.Company}}
		of := []part{{head.text + f.ends(), append(head.args, db.Args(f.Nodes)...)}}
		if len(f.Nodes) <= mostApart {
			of = apart([]part{head}, ` AND h.`+f.end()+` = ?`, db.Args(f.Nodes))
		}
		for _, p := range of {
			parts = append(parts, part{p.text + where, append(p.args, args...)})
		}
	}
	var args []any
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = fmt.Sprintf(`SELECT * FROM (%s ORDER BY h.due_at, h.number LIMIT %d) AS part%d`, p.text, mostCounted, i)
		args = append(args, p.args...)
	}
	return db.All(ctx, s.db, (*boxed).dest, strings.Join(texts, ` UNION ALL `), args...)
}

// numbered reads handoffs by their numbers, with their names and what endangers
// them.
func (s *Service) numbered(ctx context.Context, c id.Company, numbers []int64) (map[int64]Handoff, error) {
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	n := rounded(len(numbers))
	rows, err := db.All(ctx, s.db, (*Handoff).bare, `
		SELECT `+bare+` FROM handoff h WHERE h.company = ? AND h.number IN `+db.Marks(n)+` LIMIT 1000`,
		prepend(padded(numbers, n), c)...)
	if err != nil {
		return nil, err
	}
	if err := name(ctx, s.db, c, rows); err != nil {
		return nil, err
	}
	if err := s.endanger(ctx, s.db, c, rows); err != nil {
		return nil, err
	}
	out := make(map[int64]Handoff, len(rows))
	for _, h := range rows {
		out[h.Number] = h
	}
	return out, nil
}

// rounded is the power of two that is not below n: the texts of statements with
// a list are few, and each is planned once.
func rounded(n int) int {
	out := 1
	for out < n {
		out *= 2
	}
	return out
}

// padded are the arguments of a list of n places: the last value fills it up.
func padded[T any](vs []T, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = vs[min(i, len(vs)-1)]
	}
	return out
}
