package days

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// place is one list of the day: its address, and on which side the reader is.
type place struct {
	box  handoff.Box
	slug string
	side handoff.Waits
}

// places in the order in which they matter: what waits for the reader holds up
// others.
var places = []place{
	{handoff.ToAccept, "por-aceptar", handoff.ForCustomer},
	{handoff.Owe, "debo", handoff.ForSupplier},
	{handoff.Owed, "me-deben", handoff.ForCustomer},
}

// word names the list in the catalogue: "day.box.owe.…".
func (p place) word(ctx context.Context, what string) string {
	return i18n.T(ctx, "day.box."+string(p.box)+"."+what)
}

func (p place) url() string { return "/mi-dia/" + p.slug }

// list is one list of the day with its rows.
type list struct {
	place
	lines []line
	count int    // at most 100
	next  string // address of the next rows; empty at the end
	first string // address of the beginning; empty there
}

// day is what the page shows.
type day struct {
	url   string // of this view: it is refreshed there, and acts there
	lists []list
	alone bool       // one list has the page for itself
	teams *teamTable // for who leads and is on no post
	focus id.Handoff // the row after the one that has just left
	idle  bool       // the reader is on no node
	calls []Call     // what else waits for the reader
}

func (p pages) myDay(r *http.Request, a authz.Actor) (web.Result, error) {
	d, err := p.day(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(d.page(r.Context())), nil
}

// day reads what the address asks for: all lists, or a page of one.
func (p pages) day(r *http.Request, a authz.Actor) (day, error) {
	ctx := r.Context()
	left, err := p.Handoffs.WorkLeft(ctx, a)
	if err != nil {
		return day{}, err
	}
	d := day{url: r.URL.RequestURI(), idle: len(a.Own) == 0, alone: r.PathValue("box") != ""}
	if d.alone {
		err = p.oneList(r, a, &d, left)
	} else {
		err = p.allLists(ctx, a, &d, left)
	}
	if err != nil {
		return d, err
	}
	if len(d.lists) == 0 {
		return d, errs.New(errs.NotFound, "err.not_found")
	}
	if !d.alone && p.Calls != nil {
		if d.calls, err = p.Calls(ctx, a); err != nil {
			return d, err
		}
	}
	if !d.alone && len(a.Nodes) == 0 && (a.Owner || len(a.Leads) > 0) {
		d.teams, err = p.teamTable(ctx, a)
	}
	return d, err
}

// allLists reads the beginning of each list.
func (p pages) allLists(ctx context.Context, a authz.Actor, d *day, left func(handoff.Handoff) time.Duration) error {
	all, err := p.Handoffs.Day(ctx, a)
	for _, pl := range places {
		d.lists = append(d.lists, pl.list(a, all.Pages[pl.box], left, countOf(all.Counts, pl.box)))
	}
	return err
}

// oneList reads the page of a list that the address asks for; of an unknown one
// there is none.
func (p pages) oneList(r *http.Request, a authz.Actor, d *day, left func(handoff.Handoff) time.Duration) error {
	ctx := r.Context()
	i := slices.IndexFunc(places, func(pl place) bool { return pl.slug == r.PathValue("box") })
	if i < 0 {
		return nil
	}
	pl, from := places[i], r.URL.Query().Get("desde")
	found, err := p.Handoffs.List(ctx, a, handoff.Filter{Box: pl.box, Cursor: from})
	if err != nil {
		return err
	}
	count := len(found.Rows)
	if found.Next != "" || from != "" {
		n, err := p.Handoffs.Counts(ctx, a)
		if err != nil {
			return err
		}
		count = countOf(n, pl.box)
	}
	l := pl.list(a, found, left, count)
	if from != "" {
		l.first = pl.url()
	}
	d.lists = []list{l}
	return nil
}

func (p place) list(a authz.Actor, found handoff.Page, left func(handoff.Handoff) time.Duration, count int) list {
	l := list{place: p, lines: lines(a, found.Rows, left, p.side), count: count}
	if found.Next != "" {
		l.next = p.url() + "?" + url.Values{"desde": {found.Next}}.Encode()
	}
	return l
}

func countOf(n handoff.Counts, b handoff.Box) int {
	return map[handoff.Box]int{handoff.Owe: n.Owe, handoff.Owed: n.Owed, handoff.ToAccept: n.ToAccept}[b]
}

func (d day) count(b handoff.Box) int {
	for _, l := range d.lists {
		if l.box == b {
			return l.count
		}
	}
	return 0
}

// clear reports whether nothing is on any list.
func (d day) clear() bool {
	for _, l := range d.lists {
		if l.count > 0 {
			return false
		}
	}
	return true
}

// ordered are the lists as they are shown: what is empty comes last, and is left
// out where there is something better to say.
func (d day) ordered() []list {
	if d.alone {
		return d.lists
	}
	var full, empty []list
	for _, l := range d.lists {
		if l.count > 0 {
			full = append(full, l)
		} else if d.teams == nil && !d.clear() {
			empty = append(empty, l)
		}
	}
	return append(full, empty...)
}

// title is what a person would say of the day.
func (d day) title(ctx context.Context) string {
	if d.alone {
		return counted(ctx, "day.title."+string(d.lists[0].box), d.lists[0].count)
	}
	accept, owe, owed := d.count(handoff.ToAccept), d.count(handoff.Owe), d.count(handoff.Owed)
	two := func(first, second string) string {
		return i18n.T(ctx, "day.title.two", i18n.Args{"First": first, "Second": second})
	}
	switch {
	case owe > 0 && accept > 0:
		return two(counted(ctx, "day.title.owe", owe), counted(ctx, "day.title.and_accept", accept))
	case owed > 0 && accept > 0:
		return two(counted(ctx, "day.title.owed", owed), counted(ctx, "day.title.and_accept", accept))
	case accept > 0:
		return counted(ctx, "day.title.to_accept", accept)
	case owe > 0 && owed > 0:
		return two(counted(ctx, "day.title.owe", owe), counted(ctx, "day.title.and_owed", owed))
	case owe > 0:
		return counted(ctx, "day.title.owe", owe)
	case owed > 0:
		return counted(ctx, "day.title.owed", owed)
	case d.teams != nil && d.teams.late() > 0:
		return i18n.T(ctx, "day.title.teams_late", i18n.Args{"N": d.teams.late()})
	case d.teams != nil:
		return i18n.T(ctx, "day.title.teams_fine")
	default:
		return i18n.T(ctx, "day.title.clear")
	}
}

func (d day) page(ctx context.Context) web.Page {
	title := d.title(ctx)
	out := web.Page{
		Title: title, Section: layout.MyDay, Body: dayFrame(d), Part: templ.Join(retitle(title), dayLists(d)),
		Actions: askButton(),
	}
	if d.alone {
		out.Crumbs = []ui.Crumb{{Label: i18n.T(ctx, "ui.place.my_day"), URL: "/mi-dia"}, {Label: d.lists[0].word(ctx, "title")}}
	}
	return out
}

// act takes the one likely step of a row, at once. The page comes back as it
// stands, also when somebody else was quicker.
func (p pages) act(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return web.Result{}, errs.New(errs.Invalid, "ui.err.form")
	}
	h, acted := p.Handoffs.Move(ctx, a, handoff.State(r.PostFormValue("paso")), handoff.Step{
		Handoff: id.Handoff(r.PostFormValue("pase")), Version: version,
	})
	if acted != nil && errs.KindOf(acted) != errs.Conflict {
		return web.Result{}, acted
	}
	d, err := p.day(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if acted != nil {
		return web.Show(d.page(ctx)), acted
	}
	d.lookAfter(h)
	done := web.Done(d.page(ctx).Part, d.url).Say(said(ctx, h))
	return done.See(handoffs.URL(h.Number), i18n.T(ctx, "day.see", i18n.Args{"Number": h.Number})), nil
}

// lookAfter puts the focus where the work goes on once h has moved: on its own
// row, or if it has left the list, on the one that came after it.
func (d *day) lookAfter(h handoff.Handoff) {
	for _, l := range d.lists {
		for _, x := range l.lines {
			if x.ID == h.ID && l.box != handoff.Owed {
				d.focus = h.ID
				return
			}
		}
	}
	for _, l := range d.lists {
		if l.box == handoff.Owed || l.box == handoff.ToAccept != (h.State == handoff.Accepted) {
			continue
		}
		for _, x := range l.lines {
			if x.DueAt.After(h.DueAt.Time) || x.DueAt.Equal(h.DueAt.Time) && x.Number > h.Number {
				d.focus = x.ID
				return
			}
		}
	}
}
