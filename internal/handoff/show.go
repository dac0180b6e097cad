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
func (s *Service) Get(ctx context.Context, a authz.Actor, h id.Handoff) (d Detail, err error) {
	err = s.db.Read(ctx, a.Company, func(r *db.Tx) error {
		if d.Handoff, err = get(ctx, r, a.Company, h); err != nil {
			return err
		}
		return s.detail(ctx, r, a, &d)
	})
	return d, err
}

// ByNumber returns the handoff that people call by its number, or NotFound.
func (s *Service) ByNumber(ctx context.Context, a authz.Actor, n int64) (d Detail, err error) {
	err = s.db.Read(ctx, a.Company, func(r *db.Tx) error {
		if d.Handoff, err = getByNumber(ctx, r, a.Company, n); err != nil {
			return err
		}
		return s.detail(ctx, r, a, &d)
	})
	return d, err
}

// detail reads what the page of a handoff shows, nearly all of it at once.
func (s *Service) detail(ctx context.Context, r *db.Tx, a authz.Actor, d *Detail) error {
	h := d.Handoff
	d.Nodes = map[id.Node]string{}
	offer, err := link.AskOffer(ctx, r, `?`, h.Service)
	if err != nil {
		return err
	}
	agreed, err := link.AskAgreement(ctx, r, h.Agreement)
	if err != nil {
		return err
	}
	related, err := link.AskRelation(ctx, r, h.Link, h.Supplier, h.Customer)
	if err != nil {
		return err
	}
	story, err := db.Soon(ctx, r, (*Event).dest, storyText, r.Company, h.ID)
	if err != nil {
		return err
	}
	files, err := db.Soon(ctx, r, (*File).dest, filesText, r.Company, h.ID)
	if err != nil {
		return err
	}
	watching, err := db.Soon(ctx, r, func(p *id.Person) []any { return []any{p} }, watchersText, r.Company, h.ID)
	if err != nil {
		return err
	}
	if d.Needs, err = s.chained(ctx, r, &d.Handoff); err != nil {
		return err
	}
	if d.Offer, err = offer.Row(ctx); err != nil {
		return err
	}
	if d.Requirements, err = link.RequirementsIn(ctx, agreed, d.Offer); err != nil {
		return err
	}
	if d.Relation, err = related.Is(ctx); err != nil {
		return err
	}
	if d.Story, err = story.Rows(ctx); err != nil {
		return err
	}
	if err := before(ctx, r, d); err != nil {
		return err
	}
	if d.Clock, err = account(ctx, r, r.Company, h, d.Story, s.db.Now()); err != nil {
		return err
	}
	if d.Files, err = files.Rows(ctx); err != nil {
		return err
	}
	if d.Watchers, err = watching.Rows(ctx); err != nil {
		return err
	}
	d.Watching = slices.Contains(d.Watchers, a.Person)
	return names(ctx, r, d)
}

// before reads the services it was asked of until it was passed on.
func before(ctx context.Context, q *db.Tx, d *Detail) error {
	for _, e := range d.Story {
		if e.Data.Leg == nil || e.Data.Leg.Service == d.Service || d.Before[e.Data.Leg.Service].ID != "" {
			continue
		}
		o, err := link.GetOffer(ctx, q, q.Company, e.Data.Leg.Service)
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

// names looks up the names that the page needs besides those of the rows, and
// hangs each file on the event that it came with.
func names(ctx context.Context, q *db.Tx, d *Detail) error {
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
	d.Names = map[id.Person]string{}
	if len(people) > 0 {
		var err error
		if d.Names, err = org.Names(ctx, q, q.Company, people...); err != nil {
			return err
		}
	}
	for _, n := range nodes {
		if d.Nodes[n] != "" || n == "" {
			continue
		}
		v, err := org.GetNode(ctx, q, q.Company, n)
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
