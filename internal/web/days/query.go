package days

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
)

// query is what a list shows, as its address says it: a list that somebody
// sends to somebody else is the same list.
type query struct {
	customer bool // what the node asks for, and not what it is asked
	open     bool // only what is still to be done, soonest due first
	late     bool
	alone    bool // without what is below the node
	states   []handoff.State
	service  id.Service
	person   id.Person
	order    string
	tag      string
	text     string
	asked    string // local date since which it was asked, "2026-09-01"
	closed   string // and since which it was closed
	cursor   string
}

// What waits for the supplier, and what waits for the customer.
var (
	owes     = []handoff.State{handoff.Asked, handoff.Taken, handoff.Returned}
	toAccept = []handoff.State{handoff.Delivered}
)

// parse reads an address. What it does not know it ignores; a list shows what
// is open unless the address asks for all of it, or the other way round.
func parse(v url.Values, open bool) query {
	q := query{
		customer: v.Get("lado") == "pedimos", late: v.Get("tarde") == "1", alone: v.Get("solo") == "1",
		service: id.Service(v.Get("servicio")), person: id.Person(v.Get("persona")), order: strings.TrimSpace(v.Get("pedido")),
		tag: strings.Trim(v.Get("etiqueta"), " #"), text: strings.TrimSpace(v.Get("q")), cursor: v.Get("desde"),
		asked: date(v.Get("pedidos_desde")), closed: date(v.Get("cerrados_desde")),
	}
	switch v.Get("ver") {
	case "abiertos":
		open = true
	case "todo":
		open = false
	}
	for _, s := range v["estado"] {
		if st := handoff.State(s); slices.Contains(handoff.States, st) && !slices.Contains(q.states, st) {
			q.states = append(q.states, st)
		}
	}
	q.open = open || q.late
	return q
}

// url is the address of the list at path.
func (q query) url(path string) string {
	v := url.Values{"ver": {"todo"}}
	if q.open {
		v.Set("ver", "abiertos")
	}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	flag := func(name string, on bool, value string) {
		if on {
			v.Set(name, value)
		}
	}
	flag("lado", q.customer, "pedimos")
	flag("tarde", q.late, "1")
	flag("solo", q.alone, "1")
	for _, s := range q.states {
		v.Add("estado", string(s))
	}
	set("servicio", string(q.service))
	set("persona", string(q.person))
	set("pedido", q.order)
	set("etiqueta", q.tag)
	set("q", q.text)
	set("pedidos_desde", q.asked)
	set("cerrados_desde", q.closed)
	set("desde", q.cursor)
	return path + "?" + v.Encode()
}

// with is the query after change, at its beginning.
func (q query) with(change func(*query)) query {
	q.cursor, q.states = "", slices.Clone(q.states)
	change(&q)
	return q
}

// toggle adds a state to the filter, or takes it away.
func (q query) toggle(s handoff.State) query {
	return q.with(func(q *query) {
		if i := slices.Index(q.states, s); i >= 0 {
			q.states = slices.Delete(q.states, i, i+1)
		} else {
			q.states = append(q.states, s)
		}
	})
}

// date returns s if it is a date, else nothing.
func date(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}

// begins is the moment at which a local date begins; the zero time for none.
func begins(date string, zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		return time.Time{} // there is none: date checked it
	}
	return t
}

// filter is the query about nodes, as the domain wants it.
func (q query) filter(nodes []id.Node, zone *time.Location) handoff.Filter {
	f := handoff.Filter{
		Side: handoff.ForSupplier, Nodes: nodes, States: q.states, Open: q.open, Late: q.late, Service: q.service,
		Assignee: q.person, Order: q.order, Tag: q.tag, Text: q.text, Cursor: q.cursor,
		Asked: begins(q.asked, zone), Closed: begins(q.closed, zone),
	}
	if q.customer {
		f.Side = handoff.ForCustomer
	}
	return f
}

// narrow reports whether the query leaves out more than the view does.
func (q query) narrow() bool {
	return len(q.states) > 0 || q.late || q.service != "" || q.person != "" || q.order != "" || q.tag != "" || q.text != "" ||
		q.asked != "" || q.closed != ""
}

// wide is the query without its filters: the same side of the same nodes.
func (q query) wide() query { return query{customer: q.customer, open: q.open, alone: q.alone} }

// has reports whether the list is narrowed to a state.
func (q query) has(s handoff.State) bool { return slices.Contains(q.states, s) }

// shown are the states that a view can be narrowed to.
func (q query) shown() []handoff.State {
	if !q.open {
		return handoff.States
	}
	return slices.DeleteFunc(slices.Clone(handoff.States), func(s handoff.State) bool { return !s.Open() })
}
