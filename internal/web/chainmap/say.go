package chainmap

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// Args is a graph with what stands around it.
type Args struct {
	Graph Graph
	Drawn int                  // how many links the map shows, the most important ones; 0 for all
	Rows  []Link               // the links in the order of the table; nil for that of the graph
	Row   int                  // the first of them that is shown; see RowOf
	Page  func(row int) string // address of the same page, the table from that row on
	Title string               // of the table, and the name of the map
	Wait  string               // what it is that waits, as the head of a column: "Espera a que lo tomen"
	All   string               // address of the same page with all links drawn; needed if Drawn leaves some out
	Less  string               // address of the same page with the most important links only; empty if it always shows all
	Heads []ui.Head            // of the table, if it can be sorted; see Heads
}

// perPage is how many rows the table has at once: a browser that has to keep
// thousands in view moves the map above them by jerks.
const perPage = 200

// RowOf reads the first row of the table from an address; what means nothing is
// the beginning.
func RowOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n - n%perPage
}

// drawn is what the map shows.
func (a Args) drawn() Graph {
	if a.Drawn == 0 {
		return a.Graph
	}
	return a.Graph.Top(a.Drawn)
}

// rows are the links that the table shows.
func (a Args) rows() []Link {
	all := a.Rows
	if all == nil {
		all = a.Graph.Links
	}
	return all[min(a.Row, len(all)):min(a.Row+perPage, len(all))]
}

func (a Args) pager() ui.PagerArgs {
	var out ui.PagerArgs
	if a.Row > 0 {
		out.First = a.Page(0) + tableID
	}
	if a.Row+perPage < len(a.Graph.Links) {
		out.Next = a.Page(a.Row+perPage) + tableID
	}
	return out
}

// tableID is where the table stands in the page.
const tableID = "#tabla"

// id names the same network whatever is said of it, so that a browser can keep
// where it put the nodes.
const dataID = "chain-data"

// data is a graph as the script reads it, short because it may be long: nodes
// are [id, name, url, group, flags, flow], links are [from, to, grade, n, label,
// flags, url].
type data struct {
	ctx context.Context
	Graph
}

const (
	isOutside = 1
	isJam     = 2
	isBounce  = 1
)

func flag(b bool, v int) int {
	if b {
		return v
	}
	return 0
}

// MarshalJSON writes the graph in one pass: there may be thousands of links.
func (d data) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 96*(len(d.Nodes)+len(d.Links))), `{"nodes":[`...)
	for i, n := range d.Nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = text(append(b, '['), n.ID)
		b = text(append(b, ','), n.Name)
		b = text(append(b, ','), n.URL)
		b = text(append(b, ','), n.Group)
		b = number(b, flag(n.Outside, isOutside)|flag(n.jam, isJam))
		b = append(number(b, n.flow), ']')
	}
	b = append(b, `],"links":[`...)
	for i, l := range d.Links {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, '['), int64(l.From), 10)
		b = number(b, l.To)
		b = number(b, int(l.Grade()))
		b = number(b, l.N)
		b = text(append(b, ','), label(d.ctx, l))
		b = number(b, flag(l.bounces, isBounce))
		b = append(text(append(b, ','), l.URL), ']')
	}
	return append(b, `]}`...), nil
}

func number(b []byte, n int) []byte { return strconv.AppendInt(append(b, ','), int64(n), 10) }

// text appends s as JSON that may stand in a page.
func text(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c >= utf8.RuneSelf {
			q, err := json.Marshal(s)
			if err != nil {
				panic(err) // strings always marshal
			}
			return append(b, q...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// label is what is written on a link.
func label(ctx context.Context, l Link) string {
	switch {
	case l.bounces:
		return i18n.T(ctx, "chainmap.label.bounces", i18n.Args{"Percent": i18n.Percent(ctx, l.Bounce.Share().Value())})
	case l.Grade() == Unknown:
		return ""
	}
	return i18n.Percent(ctx, l.First.Value())
}

var grades = []Grade{Well, Below, FarBelow, Unknown}

func gradeCode(g Grade) string {
	return map[Grade]string{Unknown: "unknown", Well: "well", Below: "below", FarBelow: "far"}[g]
}

func gradeWord(ctx context.Context, g Grade) string {
	return i18n.T(ctx, "chainmap.grade."+gradeCode(g))
}

func between(ctx context.Context, s stat.Share) string {
	return i18n.T(ctx, "chainmap.between", i18n.Args{"Low": i18n.Percent(ctx, s.Low), "High": i18n.Percent(ctx, s.High)})
}

// hundredth is how many of a hundred hours of waiting are at n.
func (g Graph) hundredth(n Node) int {
	if g.Whole.Wait.Sum <= 0 {
		return 0
	}
	return int(math.Round(100 * float64(n.Wait.Sum) / float64(g.Whole.Wait.Sum)))
}

// wait says the middle of a wait.
func (g Graph) wait(ctx context.Context, w Wait) string {
	if w.N < Least {
		return i18n.T(ctx, "ui.stat.too_few")
	}
	return g.long(ctx, w.P50)
}

func (g Graph) jamText() string {
	if g.ByClock {
		return "chainmap.jam_clock"
	}
	return "chainmap.jam_text"
}

// long says how long something waited, in the time of the graph.
func (g Graph) long(ctx context.Context, d time.Duration) string {
	if g.ByClock {
		return i18n.Duration(ctx, d)
	}
	return i18n.WorkTime(ctx, d)
}

// Heads are the heads of the table, none of which sorts.
func Heads(ctx context.Context, wait string) []ui.Head {
	return []ui.Head{
		{Label: i18n.T(ctx, "chainmap.column.link")},
		{Label: i18n.T(ctx, "chainmap.column.first"), Number: true},
		{Label: i18n.T(ctx, "chainmap.column.n"), Number: true},
		{Label: i18n.T(ctx, "chainmap.column.back"), Number: true},
		{Label: wait, Number: true},
		{Label: i18n.T(ctx, "chainmap.column.relation")},
	}
}

func (a Args) heads(ctx context.Context) []ui.Head {
	heads := a.Heads
	if len(heads) == 0 {
		heads = Heads(ctx, a.Wait)
	}
	if !a.related() {
		heads = heads[:len(heads)-1]
	}
	return heads
}

// related reports whether any link says how its ends are related: those of a
// log do not.
func (a Args) related() bool {
	return slices.ContainsFunc(a.Graph.Links, func(l Link) bool { return l.Relation != "" })
}

func plainNumber(ctx context.Context, n int) string { return i18n.Number(ctx, float64(n)) }
