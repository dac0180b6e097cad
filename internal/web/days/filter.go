package days

import (
	"context"
	"strconv"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// view is the word of the address for what is open or all of it.
func view(q query) string {
	if q.open {
		return "abiertos"
	}
	return "todo"
}

// stateChips lead to the same list with another view, with what is late, or
// with one state more or less.
func stateChips(ctx context.Context, q query, path string) []ui.Tab {
	views := func(open bool) string {
		return q.with(func(q *query) { q.open, q.late, q.states = open, false, nil }).url(path)
	}
	out := []ui.Tab{
		{Label: i18n.T(ctx, "team.filter.open"), URL: views(true), Here: q.open && !q.late && len(q.states) == 0},
		{Label: i18n.T(ctx, "team.filter.all"), URL: views(false), Here: !q.open && len(q.states) == 0},
		{
			Label: i18n.T(ctx, "team.filter.late"), Here: q.late,
			URL: q.with(func(q *query) { q.late = !q.late; q.open = true }).url(path),
		},
	}
	for _, s := range q.shown() {
		out = append(out, ui.Tab{Label: ui.StateWord(ctx, string(s)), URL: q.toggle(s).url(path), Here: q.has(s)})
	}
	return out
}

// active are the filters of the form that are set; each chip takes one away.
// asked says that the words are asked for elsewhere.
func active(ctx context.Context, q query, path string, offers, people []ui.Option, asked bool) []ui.Tab {
	var out []ui.Tab
	add := func(key, value string, change func(*query)) {
		if value != "" {
			out = append(out, ui.Tab{Label: i18n.T(ctx, key, i18n.Args{"Value": value}), URL: q.with(change).url(path), Here: true})
		}
	}
	if !asked {
		add("team.active.text", q.text, func(q *query) { q.text = "" })
	}
	add("team.active.service", labelOf(offers, string(q.service)), func(q *query) { q.service = "" })
	add("team.active.person", labelOf(people, string(q.person)), func(q *query) { q.person = "" })
	add("team.active.order", q.order, func(q *query) { q.order = "" })
	add("team.active.tag", q.tag, func(q *query) { q.tag = "" })
	day := func(date string) string {
		if date == "" {
			return ""
		}
		return i18n.Day(ctx, begins(date, i18n.Zone(ctx)))
	}
	add("team.active.asked", day(q.asked), func(q *query) { q.asked = "" })
	add("team.active.closed", day(q.closed), func(q *query) { q.closed = "" })
	return out
}

// labelOf names the chosen option; what is not among them keeps its value, so
// that it can be taken away.
func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func filterLabel(ctx context.Context, q query, asked bool) string {
	if n := len(active(ctx, q, "", nil, nil, asked)); n > 0 {
		return i18n.T(ctx, "team.filter.some", i18n.Args{"N": n})
	}
	return i18n.T(ctx, "team.filter.more")
}

// anyOf are the options with one that does not filter.
func anyOf(ctx context.Context, options []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "team.filter.any")}}, options...)
}

// orNobody are the people with a first line that chooses nobody yet.
func orNobody(ctx context.Context, people []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: i18n.T(ctx, "team.assign.choose")}}, people...)
}

// side is the address of the other side of the same team.
func (t team) side(customer bool) string {
	return query{customer: customer, open: true, alone: t.alone}.url(t.path)
}

// begin is the address of the first page, from a later one.
func (t team) begin() string {
	if t.cursor == "" {
		return ""
	}
	return t.with(func(*query) {}).url(t.path)
}

func (t team) caption(ctx context.Context) string {
	if t.open {
		return i18n.T(ctx, "team.caption.open")
	}
	return i18n.T(ctx, "team.caption.all")
}

func outcomeKind(o outcome) string {
	if len(o.refused) > 0 {
		return "bad"
	}
	return "good"
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
