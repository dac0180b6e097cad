package demo

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// house is the company as its colleagues know it: which record each key of the
// plan is. What a visitor renamed or closed is missing from it.
type house struct {
	company  setting.Company
	lang     string            // of its names and of what is said
	called   map[string]string // the name of each node of the plan
	nodes    map[string]id.Node
	keys     map[id.Node]string
	offers   map[string]link.Offer
	services map[id.Service]string
	people   map[string]id.Person
	team     []id.Person
	names    map[id.Person]string
	on       map[string][]id.Person // by key of the node
	visitors map[id.Person]bool     // the one-click users
	cal      *calendar.Calendar
	story    story
}

// nodesOf finds the nodes of the plan, and in which language they were named:
// a company may change its language, and its nodes keep their names.
func nodesOf(ctx context.Context, q db.Querier, c id.Company) (out map[string]id.Node, lang string, err error) {
	tree, err := org.LoadTree(ctx, q, c)
	if err != nil {
		return nil, "", err
	}
	for _, l := range i18n.Langs {
		nodes := map[string]id.Node{}
		for _, n := range plan(l).Nodes {
			if found := tree.Find(n.Name); len(found) > 0 {
				nodes[n.Key] = found[0].ID
			}
		}
		if len(nodes) > len(out) {
			out, lang = nodes, l
		}
	}
	return out, lang, nil
}

func load(ctx context.Context, q db.Querier, c setting.Company) (*house, error) {
	h := &house{
		company: c, called: map[string]string{}, keys: map[id.Node]string{}, offers: map[string]link.Offer{}, services: map[id.Service]string{},
		people: map[string]id.Person{}, names: map[id.Person]string{}, on: map[string][]id.Person{},
		visitors: map[id.Person]bool{},
	}
	var err error
	if h.nodes, h.lang, err = nodesOf(ctx, q, c.ID); err != nil {
		return nil, err
	}
	h.story = stories()[h.lang]
	for _, n := range plan(h.lang).Nodes {
		h.called[n.Key] = n.Name
	}
	for key, n := range h.nodes {
		h.keys[n] = key
	}
	if h.cal, err = setting.WorkingTime(ctx, q, c.ID); err != nil {
		return nil, err
	}
	if err := h.loadOffers(ctx, q); err != nil {
		return nil, err
	}
	return h, h.loadPeople(ctx, q)
}

func (h *house) loadOffers(ctx context.Context, q db.Querier) error {
	offers, err := link.LoadOffers(ctx, q, h.company.ID)
	for _, s := range plan(h.lang).Services {
		for _, o := range offers {
			if o.Node == h.nodes[s.Node] && o.Name == s.Offer.Name && !o.Archived() {
				h.offers[s.Key], h.services[o.ID] = o, s.Key
			}
		}
	}
	return err
}

func (h *house) loadPeople(ctx context.Context, q db.Querier) error {
	people, err := org.LoadPeople(ctx, q, h.company.ID)
	if err != nil {
		return err
	}
	for _, m := range cast { // in this order, so that the same seed picks the same people
		i := slices.IndexFunc(people, func(p org.Person) bool { return p.Active && p.Email == m.email() })
		if i < 0 {
			continue
		}
		p := people[i]
		h.team = append(h.team, p.ID)
		h.people[m.handle], h.names[p.ID], h.visitors[p.ID] = p.ID, p.Name, m.about != ""
		for _, place := range p.Places {
			if key, ok := h.keys[place.Node]; ok {
				h.on[key] = append(h.on[key], p.ID)
			}
		}
	}
	return nil
}

// colleagues are the people of a node who are no visitors.
func (h *house) colleagues(node id.Node) []id.Person {
	return slices.DeleteFunc(slices.Clone(h.on[h.keys[node]]), func(p id.Person) bool { return h.visitors[p] })
}

func (h *house) open() Company {
	out := Company{ID: h.company.ID, Name: h.company.Name, Lang: h.company.Lang}
	for _, u := range Users(h.lang) {
		if p, ok := h.people[u.Handle]; ok {
			u.Person, u.Name = p, h.names[p]
			out.Users = append(out.Users, u)
		}
	}
	return out
}

// ring puts on the bells of the one-click users what came to them lately.
func (h *house) ring(ctx context.Context, d *db.DB) error {
	const most = 5 // of each box
	for _, u := range h.open().Users {
		a, err := h.actor(ctx, d, u.Handle)
		if err != nil {
			return err
		}
		var rows []handoff.Handoff
		for _, box := range []handoff.Box{handoff.Owe, handoff.ToAccept} {
			page, err := handoff.New(d).List(ctx, a, handoff.Filter{Box: box, Limit: most})
			if err != nil {
				return err
			}
			rows = append(rows, page.Rows...)
		}
		slices.SortFunc(rows, func(x, y handoff.Handoff) int { return x.MovedAt.Compare(y.MovedAt.Time) })
		for _, r := range rows {
			n := notify.Notice{
				Person: u.Person, Kind: string(r.State), Actor: r.MovedBy, Subject: string(r.ID), Number: r.Number,
			}
			then := at(d, r.MovedAt.Time)
			err := then.InTx(ctx, h.company.ID, func(tx *db.Tx) error { return notify.Add(ctx, tx, []notify.Notice{n}) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}
