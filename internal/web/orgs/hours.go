package orgs

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// hoursView is when a node works, on its page.
type hoursView struct {
	Says    string // whose hours these are
	Zone    string // if it is not that of the reader
	Open    bool
	Next    time.Time // when it opens
	Choices []ui.Option
	Given   id.Calendar
}

func (p pages) hoursOf(ctx context.Context, a authz.Actor, t org.Tree, n org.Node, may bool) (hoursView, error) {
	h, err := p.Settings.Hours(ctx, a, n.ID)
	if err != nil {
		return hoursView{}, err
	}
	v := hoursView{Says: i18n.T(ctx, "orgpage.hours.company")}
	switch {
	case h.From == n.ID:
		v.Says, v.Given = h.Name, h.Calendar
	case h.Calendar != "":
		v.Says = i18n.T(ctx, "orgpage.hours.above", i18n.Args{"Name": h.Name, "Node": t.Name(h.From)})
	}
	if z := h.Time.Zone().String(); z != i18n.Zone(ctx).String() {
		v.Zone = z
	}
	now := i18n.Now(ctx)
	if next, err := h.Time.NextOpen(now); err == nil { // else it never opens, and nothing is said
		v.Open, v.Next = next.Equal(now), next
	}
	if !may {
		return v, nil
	}
	all, err := p.Settings.Calendars(ctx, a)
	if err != nil || len(all) == 0 {
		return v, err
	}
	v.Choices = append(v.Choices, ui.Option{Label: p.inherited(ctx, a, t, n)})
	for _, c := range all {
		v.Choices = append(v.Choices, ui.Option{Value: string(c.ID), Label: c.Name})
	}
	return v, nil
}

// inherited says by what hours a node works that was given none.
func (p pages) inherited(ctx context.Context, a authz.Actor, t org.Tree, n org.Node) string {
	if n.Parent != "" {
		if h, err := p.Settings.Hours(ctx, a, n.Parent); err == nil && h.Calendar != "" {
			return i18n.T(ctx, "orgpage.hours.above", i18n.Args{"Name": h.Name, "Node": t.Name(h.From)})
		}
	}
	return i18n.T(ctx, "orgpage.hours.company")
}

// assignHours gives the node of the address a calendar.
func (p pages) assignHours(r *http.Request, a authz.Actor) (web.Result, error) {
	n := id.Node(r.PathValue("node"))
	err := p.Settings.Assign(r.Context(), a, n, id.Calendar(r.PostFormValue("calendar")))
	if web.Again(err) {
		return p.nodePage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(NodeURL(n)).Say(i18n.T(r.Context(), "hours.saved")), nil
}

// shiftURL is the address of a calendar, for who may change it.
func shiftURL(c id.Calendar) string {
	if c == "" {
		return "/ajustes/horario"
	}
	return "/ajustes/horarios/" + string(c)
}
