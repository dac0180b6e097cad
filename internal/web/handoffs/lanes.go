package handoffs

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// lanes is the page of one order of a customer: all its handoffs on one time
// line, by the pieces that they are of and by who supplies them.
type lanes struct {
	handoff.OrderCourse
	scale
	groups []group
	open   int
	begin  bool // the person may begin a piece for it
}

// group is what belongs to one piece, or to none.
type group struct {
	piece *route.Place
	lanes []lane
}

// lane is what one node supplies.
type lane struct {
	node id.Node
	name string
	bars []bar
}

// bar is one handoff on the time line.
type bar struct {
	handoff.Handoff
	course
	place      *route.Place
	step, took string // in words
	waits      []handoff.Upstream
	back       []string // why it came back, each time
}

// order shows all that was done for one order of a customer outside.
func (p pages) order(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	o, err := p.Handoffs.OrderCourse(ctx, a, r.PathValue("ref"))
	if err != nil {
		return web.Result{}, err
	}
	ids := make([]id.Handoff, len(o.Handoffs))
	for i, h := range o.Handoffs {
		ids[i] = h.ID
	}
	var places map[id.Handoff]route.Place
	if p.Routes != nil {
		if places, err = p.Routes.PlacesOf(ctx, a, ids...); err != nil {
			return web.Result{}, err
		}
	}
	offers, err := p.offersOf(ctx, a, o)
	if err != nil {
		return web.Result{}, err
	}
	v := lanes{OrderCourse: o, scale: scaleOf(ctx, o.OrderView), begin: p.Routes != nil && a.MustWrite() == nil}
	v.arrange(ctx, places, offers)
	return web.Show(web.Page{Title: v.title(ctx), Lead: v.lead(ctx), Section: layout.MyDay, Body: lanesOf(v), Actions: lanesActions(v)}), nil
}

// offersOf returns the services of what came back in an order: they name the
// reasons.
func (p pages) offersOf(ctx context.Context, a authz.Actor, o handoff.OrderCourse) (map[id.Service]link.Offer, error) {
	out := map[id.Service]link.Offer{}
	for _, h := range o.Handoffs {
		for _, e := range o.Story[h.ID] {
			if _, known := out[h.Service]; known || e.Reason == "" {
				continue
			}
			offer, err := p.Links.Offer(ctx, a, h.Service)
			if err != nil {
				return nil, err
			}
			out[h.Service] = offer
		}
	}
	return out, nil
}

// backWords says why something came back: the reason, and what was noted.
func backWords(ctx context.Context, o link.Offer, e handoff.Event) string {
	var why []string
	if e.Reason != "" {
		why = append(why, link.TextOf(o.Reasons, e.Reason))
	}
	if e.Note != "" {
		why = append(why, e.Note)
	}
	return i18n.T(ctx, "handoff.order.came_back", i18n.Args{"Why": strings.Join(why, ". ")})
}

// arrange puts each handoff in the lane of its supplier, among those of its
// piece; those of no piece come last.
func (v *lanes) arrange(ctx context.Context, places map[id.Handoff]route.Place, offers map[id.Service]link.Offer) {
	loose := group{}
	for _, h := range v.Handoffs {
		b := bar{Handoff: h, course: v.follow(h, v.Story[h.ID]), took: v.took(ctx, h), waits: v.Waits[h.ID]}
		for _, e := range v.Story[h.ID] {
			if e.Kind == handoff.EventKind(handoff.Returned) {
				b.back = append(b.back, backWords(ctx, offers[h.Service], e))
			}
		}
		if h.State.Open() {
			v.open++
		}
		g := &loose
		if x, ok := places[h.ID]; ok {
			b.place, b.step = &x, stepOf(ctx, x)
			i := slices.IndexFunc(v.groups, func(g group) bool { return g.piece.Piece == x.Piece })
			if i < 0 {
				i = len(v.groups)
				v.groups = append(v.groups, group{piece: &x})
			}
			g = &v.groups[i]
		}
		i := slices.IndexFunc(g.lanes, func(l lane) bool { return l.node == h.Supplier })
		if i < 0 {
			i = len(g.lanes)
			g.lanes = append(g.lanes, lane{node: h.Supplier, name: h.SupplierName})
		}
		g.lanes[i].bars = append(g.lanes[i].bars, b)
	}
	if len(loose.lanes) > 0 {
		v.groups = append(v.groups, loose)
	}
}

// bars are all of them, as the table lists them.
func (v lanes) bars() []bar {
	var out []bar
	for _, g := range v.groups {
		for _, l := range g.lanes {
			out = append(out, l.bars...)
		}
	}
	return out
}

// called is the name of a group.
func (g group) called(ctx context.Context, alone bool) string {
	switch {
	case g.piece != nil:
		return i18n.T(ctx, "handoff.order.piece", i18n.Args{"Number": g.piece.Number, "Title": g.piece.Title})
	case alone:
		return i18n.T(ctx, "handoff.order.all")
	}
	return i18n.T(ctx, "handoff.order.loose")
}

// stepOf says which step of its piece a handoff is.
func stepOf(ctx context.Context, p route.Place) string {
	args := i18n.Args{"Step": p.Step, "Of": p.Of, "Lot": p.Lot}
	if p.Lot > 0 {
		return i18n.T(ctx, "handoff.order.step_lot", args)
	}
	return i18n.T(ctx, "handoff.order.step", args)
}

func (v lanes) title(ctx context.Context) string {
	key := "handoff.order.took"
	if v.Until.IsZero() {
		key = "handoff.order.takes"
	}
	return i18n.T(ctx, key, i18n.Args{"Ref": v.Ref, "Long": i18n.Duration(ctx, v.Lead(v.now))})
}

func (v lanes) lead(ctx context.Context) string {
	key := "handoff.order.closed"
	if v.open > 0 {
		key = "handoff.order.open"
	}
	return i18n.T(ctx, key, i18n.Args{"N": len(v.Handoffs), "Open": v.open, "From": i18n.Moment(ctx, v.From.Time)})
}

// routesURL leads to the routes, to begin one for the order.
func (v lanes) routesURL() string { return "/rutas?" + url.Values{"pedido": {v.Ref}}.Encode() }

// took says how long h took, or has taken so far.
func (v lanes) took(ctx context.Context, h handoff.Handoff) string {
	end := v.now
	if !h.ClosedAt.IsZero() {
		end = h.ClosedAt.Time
	}
	return i18n.Duration(ctx, max(0, end.Sub(h.AskedAt.Time)))
}

// returns counts how often it came back.
func (b bar) returns() int {
	n := 0
	for _, m := range b.marks {
		if m.kind == handoff.EventKind(handoff.Returned) {
			n++
		}
	}
	return n
}

// at returns when something of a kind happened last; zero if never.
func (b bar) at(kind handoff.State) time.Time {
	for _, m := range slices.Backward(b.marks) {
		if m.kind == handoff.EventKind(kind) {
			return m.when
		}
	}
	return time.Time{}
}

// heads are the columns of the table.
func (v lanes) heads(ctx context.Context) []ui.Head {
	var out []ui.Head
	for _, k := range []string{"what", "supplier", "customer", "step", "asked", "taken", "delivered", "returns", "closed", "time", "state", "waits"} {
		out = append(out, ui.Head{Label: i18n.T(ctx, "handoff.order.head."+k), Number: k == "returns"})
	}
	return out
}

// numbers lists handoffs by their numbers.
func numbers(us []handoff.Upstream) string {
	var out []string
	for _, u := range us {
		out = append(out, strconv.FormatInt(u.Number, 10))
	}
	return strings.Join(out, ", ")
}

// upWords says that a handoff waits for another one, or waited for it.
func upWords(ctx context.Context, u handoff.Upstream) string {
	key := "handoff.order.waits"
	if !u.State.Open() {
		key = "handoff.order.waited"
	}
	return i18n.T(ctx, key, i18n.Args{"Number": u.Number})
}

// since says when a mark was, and what went on before it.
func (v lanes) since(ctx context.Context, m mark) string {
	if m.after == over || m.long <= 0 {
		return v.moment(ctx, m.when)
	}
	return v.moment(ctx, m.when) + " · " + i18n.T(ctx, "handoff.order.after."+string(m.after), i18n.Args{"Long": i18n.Duration(ctx, m.long)})
}
