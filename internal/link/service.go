package link

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Service holds the use cases.
type Service struct{ db *db.DB }

// New returns the use cases over d.
func New(d *db.DB) *Service { return &Service{d} }

// Offers lists the services of the actor's company by name, archived ones too.
func (s *Service) Offers(ctx context.Context, a authz.Actor) ([]Offer, error) {
	return LoadOffers(ctx, s.db, a.Company)
}

// OffersOf lists the services of one node, archived ones too.
func (s *Service) OffersOf(ctx context.Context, a authz.Actor, n id.Node) ([]Offer, error) {
	return offersOf(ctx, s.db, a.Company, n)
}

// Names lists the services of some nodes by their names alone, or of the whole
// company if no node is given.
func (s *Service) Names(ctx context.Context, a authz.Actor, nodes ...id.Node) ([]Named, error) {
	return names(ctx, s.db, a.Company, nodes)
}

// Offer returns one service, or NotFound.
func (s *Service) Offer(ctx context.Context, a authz.Actor, o id.Service) (Offer, error) {
	return GetOffer(ctx, s.db, a.Company, o)
}

// Add publishes a service of a node.
func (s *Service) Add(ctx context.Context, a authz.Actor, o Offer) (Offer, error) {
	o.ID, o.Version = id.New[id.Service](), 1
	o.clean()
	if err := o.check().Err(); err != nil {
		return Offer{}, err
	}
	if err := canOffer(a, o.Node); err != nil {
		return Offer{}, err
	}
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error { return AddOffers(ctx, tx, a.Person, o) })
	return o, err
}

func (o *Offer) clean() {
	o.Name = org.CleanName(o.Name)
	o.Requirements, o.Reasons = numberItems(o.Requirements), numberItems(o.Reasons)
	for i := range o.Form {
		o.Form[i].Label = org.CleanName(o.Form[i].Label)
	}
	o.Form = numberFields(o.Form)
}

// AddOffers writes checked services inside the caller's transaction.
func AddOffers(ctx context.Context, tx *db.Tx, by id.Person, offers ...Offer) error {
	facts := make([]fact.Fact, len(offers))
	for i, o := range offers {
		n, err := org.GetNode(ctx, tx, tx.Company, o.Node)
		if err != nil {
			return err
		}
		if n.Archived() {
			return errs.With(errs.Conflict, "org.err.archived", errs.Args{"Name": n.Name})
		}
		if err := insertOffer(ctx, tx, o); err != nil {
			return err
		}
		facts[i] = fact.Fact{Kind: "service.offered", Actor: by, Subject: string(o.ID)}
	}
	fact.Record(tx, facts...)
	return nil
}

// Change mends a service. Lines of its checklists that are taken away stay for
// the past. Conflict if somebody changed it since o.Version.
func (s *Service) Change(ctx context.Context, a authz.Actor, o Offer) (Offer, error) {
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := GetOffer(ctx, tx, a.Company, o.ID)
		if err != nil {
			return err
		}
		if err := canOffer(a, was.Node); err != nil {
			return err
		}
		next := o
		next.Node, next.OfferedAt, next.ArchivedAt = was.Node, was.OfferedAt, was.ArchivedAt
		next.clean()
		next.Requirements = keepGone(was.Requirements, o.Requirements)
		next.Reasons = keepGone(was.Reasons, o.Reasons)
		if err := next.check().Err(); err != nil {
			return err
		}
		if o.Version == 0 {
			o.Version = was.Version
		}
		version := o.Version
		next.Version = was.Version + 1
		if err := updateOffer(ctx, tx, version, next); err != nil {
			return err
		}
		o = next
		fact.Record(tx, fact.Fact{Kind: "service.changed", Actor: a.Person, Subject: string(o.ID)})
		return nil
	})
	return o, err
}

// Archive takes a service out of the catalogue, or puts it back.
func (s *Service) Archive(ctx context.Context, a authz.Actor, o id.Service, archived bool) error {
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := GetOffer(ctx, tx, a.Company, o)
		if err != nil {
			return err
		}
		if err := canOffer(a, was.Node); err != nil {
			return err
		}
		if was.Archived() == archived {
			return nil
		}
		next, kind := was, "service.restored"
		if next.ArchivedAt = (db.Time{}); archived {
			next.ArchivedAt, kind = tx.Now, "service.archived"
		}
		next.Version++
		if err := updateOffer(ctx, tx, was.Version, next); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: kind, Actor: a.Person, Subject: string(o)})
		return nil
	})
}

// Declare draws the link between two nodes, at least one of them inside, or
// returns the one that is there.
func (s *Service) Declare(ctx context.Context, a authz.Actor, supplier, customer id.Node) (Link, error) {
	bad := errs.Bad{}
	bad.Required("supplier", string(supplier))
	bad.Required("customer", string(customer))
	if err := bad.Err(); err != nil {
		return Link{}, err
	}
	if err := canDeclare(a, supplier, customer); err != nil {
		return Link{}, err
	}
	var l Link
	err := s.db.InTx(ctx, a.Company, func(tx *db.Tx) (err error) {
		l, err = Ensure(ctx, tx, a.Person, supplier, customer)
		return err
	})
	return l, err
}

// Ensure returns the link from supplier to customer, and draws it if it is not
// there, inside the caller's transaction.
func Ensure(ctx context.Context, tx *db.Tx, by id.Person, supplier, customer id.Node) (Link, error) {
	l, err := between(ctx, tx, tx.Company, supplier, customer)
	if err == nil || errs.KindOf(err) != errs.NotFound {
		return l, err
	}
	if supplier == customer {
		return Link{}, errs.Field("customer", "link.err.itself")
	}
	from, err := org.GetNode(ctx, tx, tx.Company, supplier)
	if err != nil {
		return Link{}, err
	}
	to, err := org.GetNode(ctx, tx, tx.Company, customer)
	if err != nil {
		return Link{}, err
	}
	if from.Outside() && to.Outside() {
		return Link{}, errs.Field("customer", "link.err.both_outside")
	}
	drawn, err := insert(ctx, tx, Link{ID: id.New[id.Link](), Supplier: supplier, Customer: customer})
	if err != nil {
		return Link{}, err
	}
	if l, err = between(ctx, tx, tx.Company, supplier, customer); err != nil || !drawn {
		return l, err // another node of the installation drew it a moment ago
	}
	fact.Record(tx, fact.Fact{Kind: "link.declared", Actor: by, Subject: string(l.ID), Link: l.ID})
	return l, nil
}

// Get returns one link with its relation, or NotFound.
func (s *Service) Get(ctx context.Context, a authz.Actor, l id.Link) (Link, error) {
	out, err := Get(ctx, s.db, a.Company, l)
	if err != nil || out.Overridden {
		return out, err
	}
	t, err := org.LoadAbove(ctx, s.db, a.Company, out.Supplier, out.Customer)
	return related(out, t), err
}

// Around returns one link with its relation, and the part of the tree that says
// it, or NotFound.
func (s *Service) Around(ctx context.Context, a authz.Actor, l id.Link) (Link, org.Tree, error) {
	return Around(ctx, s.db, a.Company, l)
}

// Around is [Service.Around] as q sees it.
func Around(ctx context.Context, q db.Querier, c id.Company, l id.Link) (Link, org.Tree, error) {
	out, err := Get(ctx, q, c, l)
	if err != nil {
		return Link{}, org.Tree{}, err
	}
	t, err := org.LoadAbove(ctx, q, c, out.Supplier, out.Customer)
	return related(out, t), t, err
}

func related(l Link, t org.Tree) Link {
	if !l.Overridden {
		l.Relation = t.Relation(l.Supplier, l.Customer)
	}
	return l
}

// Map lists the links of the actor's company with the relation of their ends.
func (s *Service) Map(ctx context.Context, a authz.Actor) ([]Link, error) {
	t, err := org.LoadTree(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	return LoadMap(ctx, s.db, a.Company, t)
}

// LoadMap lists the links of company c with the relation of their ends in t.
func LoadMap(ctx context.Context, q db.Querier, c id.Company, t org.Tree) ([]Link, error) {
	links, err := all(ctx, q, c)
	for i, l := range links {
		links[i] = related(l, t)
	}
	return links, err
}

// Relate overrides the relation of a link and keeps who and why; an empty
// relation gives the computed one back.
func (s *Service) Relate(ctx context.Context, a authz.Actor, l id.Link, r org.Relation, why string) error {
	bad := errs.Bad{}
	if r != "" {
		errs.OneOf(bad, "relation", r, org.Relations...)
		bad.Required("why", why)
	}
	bad.Text("why", why, mostText)
	if err := bad.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		was, err := Get(ctx, tx, a.Company, l)
		if err != nil {
			return err
		}
		if err := canRelate(a, was); err != nil {
			return err
		}
		if err := updateRelation(ctx, tx, l, r, a.Person, why); err != nil {
			return err
		}
		fact.Record(tx, fact.Fact{Kind: "link.related", Actor: a.Person, Subject: string(l), Link: l})
		return nil
	})
}

// PromiseFor returns what holds on link l for service o now.
func PromiseFor(ctx context.Context, q db.Querier, c id.Company, l id.Link, o Offer) (Promise, error) {
	g, err := inForce(ctx, q, c, l, o.ID)
	if errors.Is(err, db.ErrNotFound) {
		return o.promise(), nil
	}
	return Promise{Agreement: g.ID, Terms: g.Terms, AcceptDays: g.AcceptDays, Requirements: Current(g.Requirements)}, err
}

// Between returns a service as one customer has it, also where no link has been
// drawn yet.
func (s *Service) Between(ctx context.Context, a authz.Actor, o id.Service, customer id.Node) (Bound, error) {
	return Between(ctx, s.db, a.Company, o, customer)
}

// Draw draws the link of b to customer if it is not there.
func (b *Bound) Draw(ctx context.Context, tx *db.Tx, by id.Person, customer id.Node) error {
	if b.Link != "" {
		return nil
	}
	drawn, err := Ensure(ctx, tx, by, b.Node, customer)
	if err != nil {
		return err
	}
	b.Link = drawn.ID
	b.Promise, err = PromiseFor(ctx, tx, tx.Company, drawn.ID, b.Offer)
	return err
}

// promise is what holds where nothing else was agreed.
func (o Offer) promise() Promise {
	return Promise{Terms: o.Terms, Requirements: Current(o.Requirements)}
}

// RequirementsOf returns the checklist that held for a handoff: of the version
// of the agreement that it names, or of the service.
func RequirementsOf(ctx context.Context, q db.Querier, c id.Company, g id.Agreement, o Offer) ([]Item, error) {
	if g == "" {
		return Current(o.Requirements), nil
	}
	v, err := getAgreement(ctx, q, c, g)
	return Current(v.Requirements), err
}

// RequirementsIn is RequirementsOf with what [AskAgreement] asked for.
func RequirementsIn(ctx context.Context, g *db.Answer[Agreement], o Offer) ([]Item, error) {
	v, err := g.Rows(ctx)
	if err != nil || len(v) == 0 {
		return Current(o.Requirements), err
	}
	return Current(v[0].Requirements), nil
}
