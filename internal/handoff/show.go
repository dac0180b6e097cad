package handoff

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Detail is one handoff with all that its page shows.
type Detail struct {
	Handoff
	Needs        Needs
	Clock        clock.Account // up to now
	Offer        link.Offer
	Before       map[id.Service]link.Offer // of the services it was asked of until it was passed on
	Requirements []link.Item               // what was promised, as a checklist
	Relation     org.Relation
	Story        []Event // oldest first
	Files        []File
	Watchers     []id.Person
	Watching     bool
	Names        map[id.Person]string // of watchers, assignees and answers
	Nodes        map[id.Node]string   // of redirections
}

// Get returns a handoff with its story, or NotFound.
func (s *Service) Get(ctx context.Context, a authz.Actor, h id.Handoff) (Detail, error) {
	v, err := get(ctx, s.db, a.Company, h)
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, a, v)
}

// ByNumber returns the handoff that people call by its number, or NotFound.
func (s *Service) ByNumber(ctx context.Context, a authz.Actor, n int64) (Detail, error) {
	v, err := getByNumber(ctx, s.db, a.Company, n)
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, a, v)
}

func (s *Service) detail(ctx context.Context, a authz.Actor, h Handoff) (Detail, error) {
	d := Detail{Handoff: h, Nodes: map[id.Node]string{}}
	var err error
	if d.Needs, err = s.chained(ctx, a.Company, &d.Handoff); err != nil {
		return d, err
	}
	if d.Offer, err = link.GetOffer(ctx, s.db, a.Company, h.Service); err != nil {
		return d, err
	}
	if d.Requirements, err = link.RequirementsOf(ctx, s.db, a.Company, h.Agreement, d.Offer); err != nil {
		return d, err
	}
	l, err := link.New(s.db).Get(ctx, a, h.Link)
	if err != nil {
		return d, err
	}
	d.Relation = l.Relation
	if d.Story, err = story(ctx, s.db, a.Company, h.ID); err != nil {
		return d, err
	}
	if err := s.before(ctx, a.Company, &d); err != nil {
		return d, err
	}
	if d.Clock, err = account(ctx, s.db, a.Company, h, d.Story, s.db.Now()); err != nil {
		return d, err
	}
	if d.Files, err = filesOf(ctx, s.db, a.Company, h.ID); err != nil {
		return d, err
	}
	if d.Watchers, err = watchers(ctx, s.db, a.Company, h.ID); err != nil {
		return d, err
	}
	d.Watching = slices.Contains(d.Watchers, a.Person)
	return d, s.name(ctx, a, &d)
}

// before reads the services it was asked of until it was passed on.
func (s *Service) before(ctx context.Context, c id.Company, d *Detail) error {
	for _, e := range d.Story {
		if e.Data.Leg == nil || e.Data.Leg.Service == d.Service || d.Before[e.Data.Leg.Service].ID != "" {
			continue
		}
		o, err := link.GetOffer(ctx, s.db, c, e.Data.Leg.Service)
		if err != nil {
			return err
		}
		if d.Before == nil {
			d.Before = map[id.Service]link.Offer{}
		}
		d.Before[o.ID] = o
	}
	return nil
}

// OfferAt returns the service it was asked of when e happened: what an event
// says by number is said in the words of that service.
func (d Detail) OfferAt(e Event) link.Offer {
	out := d.Offer
	for _, x := range d.Story {
		if x.Seq > e.Seq {
			break
		}
		if x.Data.Leg != nil {
			if out = d.Offer; x.Data.Leg.Service != d.Service {
				out = d.Before[x.Data.Leg.Service]
			}
		}
	}
	return out
}

// AskForm is what was filled in to ask for it, which Answers answer: that of the
// first service, wherever it was passed on to.
func (d Detail) AskForm() []link.Field {
	if len(d.Story) == 0 {
		return d.Offer.Form
	}
	return d.OfferAt(d.Story[0]).Form
}

// name looks up the names that the page needs besides those of the rows, and
// hangs each file on the event that it came with.
func (s *Service) name(ctx context.Context, a authz.Actor, d *Detail) error {
	people := slices.Clone(d.Watchers)
	var nodes []id.Node
	for i, e := range d.Story {
		if e.Data.Assignee != "" {
			people = append(people, e.Data.Assignee)
		}
		if e.Data.To != "" {
			nodes = append(nodes, e.Data.From, e.Data.To)
		}
		for _, f := range d.Files {
			if f.Seq == e.Seq {
				d.Story[i].Files = append(d.Story[i].Files, f)
			}
		}
	}
	for _, f := range d.AskForm() {
		if p := id.Person(d.Answers[f.ID]); f.Type == link.Person && p != "" {
			people = append(people, p)
		}
	}
	for _, l := range d.Clock.Legs {
		if n := id.Node(l.Supplier); n != "" && n != d.Supplier {
			nodes = append(nodes, n)
		}
	}
	var err error
	if d.Names, err = org.Names(ctx, s.db, a.Company, people...); err != nil || len(nodes) == 0 {
		return err
	}
	for _, n := range nodes {
		if d.Nodes[n] != "" || n == "" {
			continue
		}
		v, err := org.GetNode(ctx, s.db, a.Company, n)
		if err != nil {
			return err
		}
		d.Nodes[n] = v.Name
	}
	return nil
}

// Story returns the events of a handoff, oldest first, or NotFound.
func (s *Service) Story(ctx context.Context, a authz.Actor, h id.Handoff) ([]Event, error) {
	if _, err := get(ctx, s.db, a.Company, h); err != nil {
		return nil, err
	}
	return story(ctx, s.db, a.Company, h)
}

// mostCounted is where counting stops: beyond it a page says "99+".
const mostCounted = 100

// Counts are how many handoffs each box holds, each at most 100.
type Counts struct{ Owe, Owed, ToAccept int }

// Counts counts the boxes of the actor. Every due_at is above 0: to say so
// leads SQLite to the small index of what is open, and not through the past.
func (s *Service) Counts(ctx context.Context, a authz.Actor) (Counts, error) {
	var c Counts
	if len(a.Own) == 0 {
		return c, nil
	}
	mine, args := db.Marks(len(a.Own)), []any{}
	count := func(cond string) string {
		args = append(append(append(args, a.Company), db.Args(a.Own)...), mostCounted)
		return `(SELECT COUNT(*) FROM (SELECT 1 FROM handoff
			WHERE company = ? AND closed_at IS NULL AND due_at > 0 AND ` + cond + mine + ` LIMIT ?) AS few)`
	}
	err := s.db.Row(ctx, []any{&c.Owe, &c.Owed, &c.ToAccept}, `SELECT `+
		count(`state <> 'delivered' AND supplier IN `)+`, `+
		count(`state <> 'delivered' AND customer IN `)+`, `+
		count(`state = 'delivered' AND customer IN `), args...)
	return c, err
}
