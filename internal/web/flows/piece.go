package flows

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// work is a piece as one person sees it.
type work struct {
	route.Detail
	now     time.Time
	me      authz.Actor
	reasons map[int][]link.Item // by lot: why it may go back a step
	sent    string              // the form that did not go through: act and lot
	form    ui.Form
}

// band is what runs side by side on the way of a piece.
type band struct{ lanes []lane }

// lane is a part of the way of one lot.
type lane struct {
	route.Lot
	place int // which of its siblings; 0 for the whole
	cells []cell
}

// cell is one step on the way of a lot.
type cell struct {
	route.Step
	n       int
	rounds  []round // those so far, the first first
	skipped *route.Passage
	here    bool
}

// round is one time that a step was done.
type round struct {
	route.Passage
	h handoff.Handoff
}

// bands lays out the way of the piece: what its whole does, then its lots side
// by side, then its whole again.
func (v work) bands() []band { return v.way(v.Lots[0], 1, len(v.Steps)+1) }

func (v work) way(l route.Lot, from, until int) []band {
	var kids []route.Lot
	for _, x := range v.Lots {
		if x.Parent == l.Number {
			kids = append(kids, x)
		}
	}
	for _, p := range v.Passages {
		if p.Lot == l.Number { // it may have gone back behind the split that made it
			from = min(from, p.Step)
		}
	}
	if len(kids) == 0 {
		return []band{{[]lane{v.lane(l, from, until)}}}
	}
	var out []band
	split, joins := from, kids[0].JoinsAt
	for _, p := range v.Passages { // the lots go on after what the whole did
		if p.Lot == l.Number && p.Step < joins {
			split = max(split, p.Step+1)
		}
	}
	if split > from {
		out = append(out, band{[]lane{v.lane(l, from, split)}})
	}
	var side []band
	for _, k := range kids {
		for i, b := range v.way(k, split, joins) {
			if i == len(side) {
				side = append(side, band{})
			}
			side[i].lanes = append(side[i].lanes, b.lanes...)
		}
	}
	if out = append(out, side...); joins < until {
		out = append(out, band{[]lane{v.lane(l, joins, until)}})
	}
	return out
}

func (v work) lane(l route.Lot, from, until int) lane {
	out := lane{Lot: l, place: v.place(l)}
	for n := from; n < until; n++ {
		c := cell{Step: v.Steps[n-1], n: n}
		for i, x := range v.Passages {
			if x.Lot != l.Number || x.Step != n {
				continue
			}
			if x.State == route.Skipped {
				c.skipped = &v.Passages[i]
				continue
			}
			c.rounds = append(c.rounds, round{x, v.Handoffs[x.Handoff]})
			c.here = c.here || x.State == route.Open
		}
		if l.State == route.LotStopped && n == l.Step {
			c.here = true
		}
		out.cells = append(out.cells, c)
	}
	return out
}

func (v work) place(l route.Lot) int {
	n := 0
	for _, x := range v.Lots {
		if l.Parent > 0 && x.Parent == l.Parent && x.Number <= l.Number {
			n++
		}
	}
	return n
}

// last is the latest time that a step was done.
func (c cell) last() *round {
	if len(c.rounds) == 0 {
		return nil
	}
	return &c.rounds[len(c.rounds)-1]
}

// state is the state of the handoff of a step as a word, or of the step itself.
func (c cell) state() string {
	if r := c.last(); r != nil {
		return string(r.h.State)
	}
	return ""
}

// lotName is what people call a lot.
func lotName(ctx context.Context, place int) string {
	if place == 0 {
		return i18n.T(ctx, "route.whole")
	}
	return i18n.T(ctx, "route.lot", i18n.Args{"Nth": place})
}

// heading says where a lot is, in a sentence.
func (v work) where(ctx context.Context, at route.At) string {
	args := i18n.Args{
		"Lot": lotName(ctx, v.place(at.Lot)), "Step": at.Number, "Of": len(v.Steps), "Supplier": at.Step.Supplier, "Service": at.Step.Name,
		"Customer": at.Handoff.CustomerName, "Who": at.Handoff.AssigneeName,
	}
	switch {
	case at.Lot.State == route.LotWaiting && at.Number > len(v.Steps):
		return i18n.T(ctx, "route.at.waits_end", args)
	case at.Lot.State == route.LotWaiting:
		return i18n.T(ctx, "route.at.waits", args)
	case at.Lot.State == route.LotStopped:
		return i18n.T(ctx, "route.at.stopped", args)
	case at.Handoff.State == handoff.Delivered:
		return i18n.T(ctx, "route.at.delivered", args)
	case at.Handoff.State == handoff.Returned:
		return i18n.T(ctx, "route.at.returned", args)
	case at.Handoff.State == handoff.Taken:
		return i18n.T(ctx, "route.at.taken", args)
	}
	return i18n.T(ctx, "route.at.asked", args)
}

// due is how the promise of the step at which a lot is stands.
func due(at route.At) (ui.DueArgs, bool) {
	h := at.Handoff
	if h.ID == "" || !h.State.Open() {
		return ui.DueArgs{}, false
	}
	d := ui.DueArgs{At: h.DueAt.Time}
	if h.State == handoff.Delivered {
		d.Done = h.DeliveredAt.Time
	}
	return d, true
}

// formID names a form of a lot.
func formID(act string, lot int) string { return act + "-" + strconv.Itoa(lot) }

func (v work) opened(act string, lot int) bool { return v.sent == formID(act, lot) }

// field is a field of the form for act of a lot, with what was typed into it.
func (v work) field(act string, lot int, f ui.FieldArgs) ui.FieldArgs {
	f.ID = "f-" + formID(act, lot) + "-" + f.Name
	if v.opened(act, lot) {
		return v.form.Fill(f)
	}
	return f
}

func (v work) formFor(act string, lot int) ui.Form {
	if v.opened(act, lot) {
		return v.form
	}
	return ui.Form{}
}

func (v work) why(ctx context.Context, act string, lot int, label string) ui.FieldArgs {
	return v.field(act, lot, ui.FieldArgs{Name: "why", Type: "textarea", Rows: 2, Label: i18n.T(ctx, label)})
}

func (v work) reason(ctx context.Context, lot int) ui.FieldArgs {
	f := ui.FieldArgs{Name: "reason", Type: "select", Label: i18n.T(ctx, "route.field.reason"), Optional: true, Options: []ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}}
	for _, it := range v.reasons[lot] {
		f.Options = append(f.Options, ui.Option{Value: it.ID, Label: it.Text})
	}
	return v.field("devolver", lot, f)
}

func (v work) splitFields(ctx context.Context, l route.Lot) []ui.FieldArgs {
	joins := ui.FieldArgs{Name: "joins_at", Type: "select", Label: i18n.T(ctx, "route.field.joins_at")}
	for _, n := range v.Joins(l) {
		o := ui.Option{Value: strconv.Itoa(n), Label: i18n.T(ctx, "route.joins.end")}
		if n <= len(v.Steps) {
			o.Label = i18n.T(ctx, "route.joins.before", i18n.Args{"Nth": n, "Supplier": v.Steps[n-1].Supplier})
		}
		joins.Options = append(joins.Options, o)
	}
	if n := len(joins.Options); n > 0 {
		joins.Value = joins.Options[n-1].Value
	}
	return []ui.FieldArgs{
		v.field("dividir", l.Number, ui.FieldArgs{
			Name: "quantities", Label: i18n.T(ctx, "route.field.quantities"), Help: i18n.T(ctx, "route.field.quantities_help", i18n.Args{
				"Amount": strings.TrimSpace(i18n.Number(ctx, l.Quantity) + " " + v.Unit),
			}), Auto: "off",
		}),
		v.field("dividir", l.Number, joins),
	}
}

// find returns the piece of the address.
func (p pages) find(r *http.Request, a authz.Actor) (work, error) {
	ctx := r.Context()
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || n <= 0 {
		return work{}, errs.New(errs.NotFound, "route.err.no_piece")
	}
	d, err := p.Routes.ByNumber(ctx, a, n)
	if err != nil {
		return work{}, err
	}
	return work{Detail: d, now: i18n.Now(ctx), me: a}, nil
}

// load is find, with the reasons for which what moves may go back.
func (p pages) load(r *http.Request, a authz.Actor) (work, error) {
	v, err := p.find(r, a)
	if err != nil {
		return work{}, err
	}
	v.reasons = map[int][]link.Item{}
	for _, l := range v.Moving() {
		if !v.May(a, l).SendBack {
			continue
		}
		if st, ok := v.Back(l); ok {
			if v.reasons[l.Number], err = p.Routes.Reasons(r.Context(), a, st); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// piece shows where a piece of work is, and the way that it came.
func (p pages) piece(r *http.Request, a authz.Actor) (web.Result, error) {
	v, err := p.load(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(v.page(r.Context())), nil
}

// parts answers with the page anew, when something of it changed.
func (p pages) parts(r *http.Request, a authz.Actor) (web.Result, error) {
	v, err := p.find(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if !httpx.Fragment(r) {
		return web.Go(URL(v.Number)), nil
	}
	return web.Part(pieceStatus(v)), nil
}

func (p pages) back(r *http.Request, a authz.Actor) (web.Result, error) {
	v, err := p.find(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v.Number)), nil
}

func (v work) page(ctx context.Context) web.Page {
	return web.Page{
		Title: v.Title, Lead: i18n.T(ctx, "route.piece.lead", i18n.Args{"Number": v.Number, "Route": v.RouteName}), Section: layout.Jobs,
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "route.pieces.title"), URL: "/trabajos"}, {Label: strconv.FormatInt(v.Number, 10)}},
		Body:   piecePage(v),
	}
}

// quantities reads amounts with anything but signs of a number between them.
func quantities(s string) []float64 {
	var out []float64
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("+;/ \n\t", r) || r == 'y' }) {
		out = append(out, amount(x))
	}
	return out
}

// act does what a form asks for.
func (p pages) act(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	v, err := p.find(r, a)
	if err != nil {
		return web.Result{}, err
	}
	lot, err := strconv.Atoi(r.PostFormValue("lot"))
	if err != nil {
		lot = 1
	}
	act := r.PathValue("act")
	on := route.On{Piece: v.ID, Lot: lot, Reason: r.PostFormValue("reason"), Why: r.PostFormValue("why")}
	switch act {
	case "saltar":
		_, err = p.Routes.Skip(ctx, a, on)
	case "devolver":
		_, err = p.Routes.SendBack(ctx, a, on)
	case "pedir":
		_, err = p.Routes.Again(ctx, a, on)
	case "cancelar":
		_, err = p.Routes.Cancel(ctx, a, v.ID, on.Why)
	case "dividir":
		n, bad := strconv.Atoi(r.PostFormValue("joins_at"))
		if bad != nil {
			n = 0
		}
		_, err = p.Routes.SplitLot(ctx, a, route.Split{Piece: v.ID, Lot: lot, Quantities: quantities(r.PostFormValue("quantities")), JoinsAt: n})
	default:
		return web.Result{}, errs.New(errs.NotFound, "err.not_found")
	}
	if web.Again(err) {
		if v, load := p.load(r, a); load == nil {
			v.sent, v.form = formID(act, lot), web.FormOf(r, err)
			return web.Show(v.page(ctx)), err
		}
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(v.Number)).Say(i18n.T(ctx, "route.said."+said[act])), nil
}

var said = map[string]string{"saltar": "skipped", "devolver": "sent_back", "pedir": "asked", "cancelar": "cancelled", "dividir": "split"}

// pieces lists the pieces of work.
func (p pages) pieces(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	f := route.Filter{State: route.Running, Cursor: q.Get("cursor"), Order: strings.TrimSpace(q.Get("pedido"))}
	if s := q.Get("estado"); s == "done" || s == "cancelled" {
		f.State = route.State(s)
	}
	page, err := p.Routes.List(ctx, a, f)
	if err != nil {
		return web.Result{}, err
	}
	v := pieceList{filter: f, now: i18n.Now(ctx), next: page.Next}
	for _, d := range page.Rows {
		v.rows = append(v.rows, work{Detail: d, now: v.now, me: a})
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "route.pieces.title"), Lead: i18n.T(ctx, "route.pieces.lead"), Section: layout.Jobs, Body: piecesPage(v),
		Actions: piecesActions(),
	}), nil
}

type pieceList struct {
	filter route.Filter
	rows   []work
	now    time.Time
	next   string
}

func (v pieceList) chips(ctx context.Context) []ui.Tab {
	var out []ui.Tab
	for _, s := range route.States {
		out = append(out, ui.Tab{Label: i18n.T(ctx, "route.state."+string(s)), URL: "/trabajos?estado=" + string(s), Here: v.filter.State == s})
	}
	return out
}

func (v pieceList) nextURL() string {
	if v.next == "" {
		return ""
	}
	return "/trabajos?" + url.Values{"estado": {string(v.filter.State)}, "pedido": {v.filter.Order}, "cursor": {v.next}}.Encode()
}

// lotOf returns the lot with a number; the whole if there is none.
func (v work) lotOf(n int) *route.Lot {
	for i := range v.Lots {
		if v.Lots[i].Number == n {
			return &v.Lots[i]
		}
	}
	return &v.Lots[0]
}

// backWord says to whom a lot would go back.
func (v work) backWord(ctx context.Context, l route.Lot) string {
	st, _ := v.Back(l)
	return i18n.T(ctx, "route.do.back_to", i18n.Args{"Supplier": st.Supplier})
}
