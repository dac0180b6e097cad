package handoffs

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// shelf is what one supplier offers.
type shelf struct {
	name   string
	above  string // where it stands in the company
	offers []item
}

// item is one service in a catalogue.
type item struct {
	link.Offer
	supplier string
	url      string
	text     string // what it is found by
}

// menu is a catalogue of services.
type menu struct {
	often   []item
	shelves []shelf
	wanted  string // what the person looked for, without script
	push    bool
	placed  bool            // the person has a post, so it can ask
	served  *handoff.Detail // for what it is asked, if for anything in particular
}

func (m menu) empty() bool { return len(m.shelves) == 0 }

const (
	often      = 4                   // services that come first
	habitually = 90 * 24 * time.Hour // how far back a habit is seen
)

// catalogue shows all that the person may ask for.
func (p pages) catalogue(r *http.Request, a authz.Actor) (web.Result, error) {
	t, offers, err := p.offers(r, a)
	if err != nil {
		return web.Result{}, err
	}
	m := menu{wanted: strings.TrimSpace(r.URL.Query().Get("q")), placed: a.Owner || len(a.All()) > 0}
	if m.served, err = p.served(r, a); err != nil {
		return web.Result{}, err
	}
	m.shelves = shelve(t, offers, m.wanted, "/pedir/", func(o link.Offer) bool {
		if m.served != nil {
			return o.Node != m.served.Supplier && o.ID != m.served.Service
		}
		return len(askers(r.Context(), t, a, o.Node)) > 0
	})
	for i := range m.shelves {
		for j := range m.shelves[i].offers {
			m.shelves[i].offers[j].url += suffix(m.served)
		}
	}
	if m.wanted == "" && m.served == nil {
		if m.often, err = p.often(r, a, m.shelves); err != nil {
			return web.Result{}, err
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "handoff.ask.title"), Section: layout.Ask, Body: catalogue(m),
	}), nil
}

// ours shows all that the person may hand on without being asked.
func (p pages) ours(r *http.Request, a authz.Actor) (web.Result, error) {
	t, offers, err := p.offers(r, a)
	if err != nil {
		return web.Result{}, err
	}
	m := menu{push: true, placed: true, wanted: strings.TrimSpace(r.URL.Query().Get("q"))}
	m.shelves = shelve(t, offers, m.wanted, "/entregar/", func(o link.Offer) bool { return a.For(o.Node) })
	return web.Show(web.Page{
		Title: i18n.T(r.Context(), "handoff.push.title"), Section: layout.Ask, Body: catalogue(m),
	}), nil
}

func (p pages) offers(r *http.Request, a authz.Actor) (org.Tree, []link.Offer, error) {
	t, err := p.Org.Tree(r.Context(), a)
	if err != nil {
		return t, nil, err
	}
	offers, err := p.Links.Offers(r.Context(), a)
	return t, slices.DeleteFunc(offers, func(o link.Offer) bool {
		n, ok := t.Node(o.Node)
		return !ok || n.Archived() || o.Archived()
	}), err
}

// shelve puts the offers that fit under their suppliers, in the order in which
// people put these.
func shelve(t org.Tree, offers []link.Offer, wanted, url string, fits func(link.Offer) bool) []shelf {
	words := strings.Fields(i18n.Fold(wanted))
	of := map[id.Node][]item{}
	for _, o := range offers {
		it := item{Offer: o, supplier: t.Name(o.Node), url: url + string(o.ID), text: o.Name + " " + t.Path(o.Node) + " " + o.Detail}
		text := i18n.Fold(it.text)
		missing := slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
		if fits(o) && !missing {
			of[o.Node] = append(of[o.Node], it)
		}
	}
	var out []shelf
	t.Walk(func(n org.Node, _ int) {
		if len(of[n.ID]) > 0 {
			above := ""
			if n.Parent != "" {
				above = t.Path(n.Parent)
			}
			out = append(out, shelf{name: n.Name, above: above, offers: of[n.ID]})
		}
	})
	return out
}

// often picks what the person's posts ask for most, where there is something to
// pick from.
func (p pages) often(r *http.Request, a authz.Actor, shelves []shelf) ([]item, error) {
	all := map[id.Service]item{}
	for _, s := range shelves {
		for _, it := range s.offers {
			all[it.ID] = it
		}
	}
	if len(all) <= often {
		return nil, nil
	}
	services, err := p.Handoffs.MostAsked(r.Context(), a, i18n.Now(r.Context()).Add(-habitually), often)
	var out []item
	for _, s := range services {
		if it, ok := all[s]; ok {
			out = append(out, it)
		}
	}
	return out, err
}

func (m menu) tabs(ask, push string) []ui.Tab {
	return []ui.Tab{{Label: ask, URL: "/pedir", Here: !m.push}, {Label: push, URL: "/entregar", Here: m.push}}
}
