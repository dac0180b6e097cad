package org

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/sheet"
)

// ExportPeople writes everybody of the company with their places, one row for
// each, and then the nodes where nobody works, so that ImportPeople builds the
// same again. It has addresses, so only the owner gets it.
func (s *Service) ExportPeople(ctx context.Context, a authz.Actor, to io.Writer, f sheet.Format) error {
	if !a.Owner {
		return a.MustOwn()
	}
	t, err := s.Tree(ctx, a)
	if err != nil {
		return err
	}
	people, err := s.People(ctx, a)
	if err != nil {
		return err
	}
	w, err := sheet.NewWriter(to, f, time.UTC, peopleColumns.Head(ctx))
	if err != nil {
		return err
	}
	done := odd(t)
	for _, top := range []bool{true, false} {
		if err := writeNodes(ctx, w, t, func(n Node) bool { return done[n.ID] && (n.Parent == "") == top }); err != nil {
			return err
		}
	}
	for _, p := range people {
		places := slices.DeleteFunc(slices.Clone(p.Places), func(l Place) bool {
			n, ok := t.Node(l.Node)
			return !ok || n.Archived()
		})
		if len(places) == 0 {
			places = []Place{{}}
		}
		for _, l := range places {
			done[l.Node] = true
			leads := ""
			if l.Leads {
				leads = sheet.SayYesNo(ctx, true)
			}
			if err := w.Row(append(personCells(ctx, p), append(placeCells(ctx, t, l.Node), leads)...)...); err != nil {
				return err
			}
		}
	}
	if err := writeNodes(ctx, w, t, func(n Node) bool { return !done[n.ID] }); err != nil {
		return err
	}
	return w.Close()
}

// writeNodes writes a row for each node that is in use and wanted.
func writeNodes(ctx context.Context, w *sheet.Writer, t Tree, wanted func(Node) bool) (err error) {
	t.Walk(func(n Node, _ int) {
		if err == nil && !n.Archived() && wanted(n) {
			err = w.Row(append([]any{"", "", "", "", ""}, append(placeCells(ctx, t, n.ID), "")...)...)
		}
	})
	return err
}

// odd returns the nodes that must be there before others name them: those of
// branches that are not areas, then a team, then a post, since a path alone does
// not say what its parts are; and those at the top whose name another node has.
func odd(t Tree) map[id.Node]bool {
	out, called := map[id.Node]bool{}, map[string]int{}
	t.Walk(func(n Node, _ int) { called[i18n.Fold(n.Name)]++ })
	t.Walk(func(n Node, _ int) {
		out[n.ID] = out[n.ID] || n.Parent == "" && called[i18n.Fold(n.Name)] > 1
		if branch := t.above(n.ID); split(branch) == nil {
			for _, x := range branch {
				out[x.ID] = true
			}
		}
	})
	return out
}

func personCells(ctx context.Context, p Person) []any {
	return []any{
		p.Name, p.Email, languages.Say(ctx, p.Lang), sheet.SayYesNo(ctx, p.Owner), sheet.SayYesNo(ctx, p.Active),
	}
}

// placeCells are the area, the team, the post and the kind of a node. The whole
// path of what is odd stands as its post.
func placeCells(ctx context.Context, t Tree, n id.Node) []any {
	v, ok := t.Node(n)
	if !ok {
		return []any{"", "", "", ""}
	}
	kind := SayKind(ctx, v.Kind)
	names := split(t.above(n))
	if names == nil {
		return []any{"", "", t.Path(n), kind}
	}
	cell := func(k Kind) string { return strings.Join(names[k], pathSign) }
	return []any{cell(Area), cell(Team), cell(Post), kind}
}

// split returns the names of a branch by what they are, or nothing if it is odd.
func split(branch []Node) map[Kind][]string {
	names, rank := map[Kind][]string{}, -1
	for _, n := range branch {
		r := slices.Index(Kinds, n.Kind)
		if r < rank || r == rank && n.Kind != Area || n.Outside() {
			return nil
		}
		rank = r
		names[n.Kind] = append(names[n.Kind], n.Name)
	}
	return names
}

// above returns the nodes from the top down to n.
func (t Tree) above(n id.Node) []Node {
	var out []Node
	for range t.nodes { // so that even a ring ends
		v, ok := t.nodes[n]
		if !ok {
			break
		}
		out, n = append(out, v), v.Parent
	}
	slices.Reverse(out)
	return out
}
