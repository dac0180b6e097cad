package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Node is a place in the network.
type Node struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind" enum:"area,team,post,customer,supplier"`
	Name       string    `json:"name"`
	Path       string    `json:"path" doc:"From the top: \"Making / Cutting\"."`
	Parent     string    `json:"parent" doc:"Empty at the top, and for what is outside."`
	Position   int       `json:"position" doc:"Among its siblings, as people put them."`
	Calendar   string    `json:"calendar,omitempty" doc:"That it was given; left out where it works as the node above it."`
	AddedAt    time.Time `json:"added_at"`
	ArchivedAt time.Time `json:"archived_at,omitzero" doc:"Since then it takes no new work."`
}

// NewNode is a node to add.
type NewNode struct {
	Kind     string `json:"kind" enum:"area,team,post,customer,supplier"`
	Name     string `json:"name"`
	Parent   string `json:"parent,omitempty"`
	Position int    `json:"position,omitempty"`
}

// NodeChange changes a node; what is left out stays.
type NodeChange struct {
	Kind     *string `json:"kind,omitempty" enum:"area,team,post,customer,supplier"`
	Name     *string `json:"name,omitempty"`
	Parent   *string `json:"parent,omitempty" doc:"Empty moves it to the top."`
	Position *int    `json:"position,omitempty"`
	Calendar *string `json:"calendar,omitempty" doc:"By which it works; empty gives back that of the node above."`
}

type nodesIn struct {
	Paging
	Kind     string `query:"kind" enum:"area,team,post,customer,supplier"`
	Parent   string `query:"parent" doc:"Only what is directly below this node."`
	Q        string `query:"q" doc:"A part of the name."`
	Archived bool   `query:"archived" doc:"The archived ones too."`
}

func (in nodesIn) wants(n org.Node) bool {
	return (in.Archived || !n.Archived()) && (in.Kind == "" || string(n.Kind) == in.Kind) &&
		(in.Parent == "" || string(n.Parent) == in.Parent) && like(n.Name, in.Q)
}

// like reports whether name holds q, whatever the accents and capitals.
func like(name, q string) bool { return q == "" || strings.Contains(i18n.Fold(name), i18n.Fold(q)) }

func (f *surface) nodes() {
	const tag = "organisation"
	on(f, tag, route{
		method: http.MethodGet, path: "/nodes", id: "list-nodes", summary: "The areas, teams and posts, and who is outside",
		detail: "In the order of the tree, parents first.",
	}, func(ctx context.Context, a authz.Actor, in *nodesIn) (*out[page[Node]], error) {
		tree, err := f.Org.Tree(ctx, a)
		if err != nil {
			return nil, err
		}
		var all []org.Node
		tree.Walk(func(n org.Node, _ int) {
			if in.wants(n) {
				all = append(all, n)
			}
		})
		show, err := f.nodeShown(ctx, a, tree)
		if err != nil {
			return nil, err
		}
		return cut(all, in.Paging, func(n org.Node) string { return string(n.ID) }, show)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/nodes", id: "add-node", summary: "Add a node", status: http.StatusCreated,
	}, func(ctx context.Context, a authz.Actor, in *body[NewNode]) (*out[Node], error) {
		b := in.Body
		n, err := f.Org.AddNode(ctx, a, org.Node{
			Kind: org.Kind(b.Kind), Name: b.Name, Parent: id.Node(b.Parent), Position: b.Position,
		})
		if err != nil {
			return nil, err
		}
		return f.node(ctx, a, n.ID)
	})
	on(f, tag, route{method: http.MethodGet, path: "/nodes/{id}", id: "node", summary: "One node"},
		func(ctx context.Context, a authz.Actor, in *ByID) (*out[Node], error) {
			return f.node(ctx, a, id.Node(in.ID))
		})
	on(f, tag, route{method: http.MethodPatch, path: "/nodes/{id}", id: "change-node", summary: "Rename or move a node"},
		func(ctx context.Context, a authz.Actor, in *idBody[NodeChange]) (*out[Node], error) {
			_, n, err := f.inTree(ctx, a, id.Node(in.ID))
			if err != nil {
				return nil, err
			}
			b := in.Body
			if b.Calendar != nil {
				if err := f.Settings.Assign(ctx, a, n.ID, id.Calendar(*b.Calendar)); err != nil {
					return nil, err
				}
				if b.Kind == nil && b.Name == nil && b.Parent == nil && b.Position == nil {
					return f.node(ctx, a, n.ID)
				}
			}
			n.Kind, n.Name = org.Kind(or(b.Kind, string(n.Kind))), or(b.Name, n.Name)
			n.Parent, n.Position = id.Node(or(b.Parent, string(n.Parent))), or(b.Position, n.Position)
			if _, err := f.Org.ChangeNode(ctx, a, n); err != nil {
				return nil, err
			}
			return f.node(ctx, a, n.ID)
		})
	on(f, tag, route{
		method: http.MethodDelete, path: "/nodes/{id}", id: "archive-node", summary: "Close a node to new work",
		detail: "Its history stays.",
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*nothing, error) {
		return nil, f.Org.ArchiveNode(ctx, a, id.Node(in.ID), true)
	})
	on(f, tag, route{
		method: http.MethodPost, path: "/nodes/{id}/restore", id: "restore-node", summary: "Open an archived node again",
		status: http.StatusOK,
	}, func(ctx context.Context, a authz.Actor, in *ByID) (*out[Node], error) {
		if err := f.Org.ArchiveNode(ctx, a, id.Node(in.ID), false); err != nil {
			return nil, err
		}
		return f.node(ctx, a, id.Node(in.ID))
	})
}

// inTree returns the tree and one node of it, or NotFound.
func (f *surface) inTree(ctx context.Context, a authz.Actor, n id.Node) (org.Tree, org.Node, error) {
	tree, err := f.Org.Tree(ctx, a)
	if err != nil {
		return tree, org.Node{}, err
	}
	v, ok := tree.Node(n)
	if !ok {
		return tree, v, errs.New(errs.NotFound, "org.err.no_node")
	}
	return tree, v, nil
}

func (f *surface) node(ctx context.Context, a authz.Actor, n id.Node) (*out[Node], error) {
	tree, v, err := f.inTree(ctx, a, n)
	if err != nil {
		return nil, err
	}
	show, err := f.nodeShown(ctx, a, tree)
	if err != nil {
		return nil, err
	}
	return answer(show(v), nil)
}

// nodeShown is nodeIn with the calendars that the nodes were given.
func (f *surface) nodeShown(ctx context.Context, a authz.Actor, t org.Tree) (func(org.Node) Node, error) {
	given, err := f.Settings.Given(ctx, a)
	show := nodeIn(t)
	return func(n org.Node) Node {
		out := show(n)
		out.Calendar = string(given[n.ID])
		return out
	}, err
}

func nodeIn(t org.Tree) func(org.Node) Node {
	return func(n org.Node) Node {
		return Node{
			ID: string(n.ID), Kind: string(n.Kind), Name: n.Name, Path: t.Path(n.ID), Parent: string(n.Parent),
			Position: n.Position, AddedAt: n.AddedAt.Time, ArchivedAt: n.ArchivedAt.Time,
		}
	}
}
