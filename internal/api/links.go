package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// Link is the standing edge from a supplier to a customer.
type Link struct {
	ID           string    `json:"id"`
	Supplier     string    `json:"supplier"`
	SupplierName string    `json:"supplier_name"`
	Customer     string    `json:"customer"`
	CustomerName string    `json:"customer_name"`
	Relation     string    `json:"relation" enum:"vertical,horizontal,diagonal,external"`
	Overridden   bool      `json:"overridden" doc:"A person said so; else it follows from the tree."`
	RelatedBy    string    `json:"related_by,omitempty"`
	RelatedWhy   string    `json:"related_why,omitempty"`
	DeclaredAt   time.Time `json:"declared_at"`
}

// NewLink is a link to draw.
type NewLink struct {
	Supplier string `json:"supplier"`
	Customer string `json:"customer"`
}

// Relating overrides the relation of a link.
type Relating struct {
	Relation string `json:"relation" enum:",vertical,horizontal,diagonal,external" doc:"Empty gives the computed one back."`
	Why      string `json:"why,omitempty"`
}

type linksIn struct {
	Paging
	Node     string `query:"node" doc:"Only links of which this node is one end."`
	Supplier string `query:"supplier"`
	Customer string `query:"customer"`
}

func (in linksIn) wants(l link.Link) bool {
	s, c := string(l.Supplier), string(l.Customer)
	return (in.Node == "" || s == in.Node || c == in.Node) &&
		(in.Supplier == "" || s == in.Supplier) && (in.Customer == "" || c == in.Customer)
}

func (f *surface) links() {
	const tag = "links"
	on(f, tag, route{method: http.MethodGet, path: "/links", id: "list-links", summary: "Who supplies whom"},
		func(ctx context.Context, a authz.Actor, in *linksIn) (*out[page[Link]], error) {
			all, err := f.Links.Map(ctx, a)
			if err != nil {
				return nil, err
			}
			tree, err := f.Org.Tree(ctx, a)
			if err != nil {
				return nil, err
			}
			all = slices.DeleteFunc(all, func(l link.Link) bool { return !in.wants(l) })
			return cut(all, in.Paging, func(l link.Link) string { return string(l.ID) }, linkIn(tree))
		})
	on(f, tag, route{
		method: http.MethodPost, path: "/links", id: "declare-link", summary: "Draw a link, or return the one that is there",
		detail: "Asking draws it too; this is for agreeing before anybody asks.", status: http.StatusCreated,
	}, func(ctx context.Context, a authz.Actor, in *body[NewLink]) (*out[Link], error) {
		tree, err := f.Org.Tree(ctx, a)
		if err != nil {
			return nil, err
		}
		bad, supplier, customer := errs.Bad{}, id.Node(in.Body.Supplier), id.Node(in.Body.Customer)
		bad.Required("supplier", in.Body.Supplier)
		bad.Required("customer", in.Body.Customer)
		bad.Add(knows(tree, supplier), "supplier", "org.err.no_node")
		bad.Add(knows(tree, customer), "customer", "org.err.no_node")
		if err := bad.Err(); err != nil {
			return nil, err
		}
		l, err := f.Links.Declare(ctx, a, supplier, customer)
		if err != nil {
			return nil, err
		}
		return f.link(ctx, a, l.ID)
	})
	on(f, tag, route{method: http.MethodGet, path: "/links/{id}", id: "link", summary: "One link"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Link], error) {
			return f.link(ctx, a, id.Link(in.ID))
		})
	on(f, tag, route{
		method: http.MethodPatch, path: "/links/{id}", id: "relate-link", summary: "Override the relation of a link",
		detail: "Who did and why is kept.",
	}, func(ctx context.Context, a authz.Actor, in *idBody[Relating]) (*out[Link], error) {
		l := id.Link(in.ID)
		if err := f.Links.Relate(ctx, a, l, org.Relation(in.Body.Relation), in.Body.Why); err != nil {
			return nil, err
		}
		return f.link(ctx, a, l)
	})
}

func knows(t org.Tree, n id.Node) bool {
	_, ok := t.Node(n)
	return ok
}

func (f *surface) link(ctx context.Context, a authz.Actor, l id.Link) (*out[Link], error) {
	v, around, err := f.Links.Around(ctx, a, l)
	return answer(linkIn(around)(v), err)
}

func linkIn(t org.Tree) func(link.Link) Link {
	return func(l link.Link) Link {
		return Link{
			ID: string(l.ID), Supplier: string(l.Supplier), SupplierName: t.Name(l.Supplier),
			Customer: string(l.Customer), CustomerName: t.Name(l.Customer), Relation: string(l.Relation),
			Overridden: l.Overridden, RelatedBy: string(l.RelatedBy), RelatedWhy: l.RelatedWhy, DeclaredAt: l.DeclaredAt.Time,
		}
	}
}
