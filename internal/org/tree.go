package org

import (
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Relation is how the two ends of a link stand to each other.
type Relation string

// The relations.
const (
	Vertical   Relation = "vertical"   // one is above the other
	Horizontal Relation = "horizontal" // both directly below the same node
	Diagonal   Relation = "diagonal"   // neither
	External   Relation = "external"   // one end is outside
)

// Relations lists every relation that a person may give a link.
var Relations = []Relation{Vertical, Horizontal, Diagonal, External}

// Tree is the nodes of one company.
type Tree struct {
	nodes map[id.Node]Node
	below map[id.Node][]id.Node // children; Children puts them in order
}

// Grow returns the tree of nodes.
func Grow(nodes []Node) Tree {
	t := Tree{nodes: make(map[id.Node]Node, len(nodes)), below: map[id.Node][]id.Node{}}
	for _, n := range nodes {
		t.nodes[n.ID] = n
		t.below[n.Parent] = append(t.below[n.Parent], n.ID)
	}
	return t
}

// Len returns how many nodes the tree has.
func (t Tree) Len() int { return len(t.nodes) }

// Node returns the node n, and whether there is one.
func (t Tree) Node(n id.Node) (Node, bool) {
	v, ok := t.nodes[n]
	return v, ok
}

// Name returns the name of node n, or nothing.
func (t Tree) Name(n id.Node) string { return t.nodes[n].Name }

// Children returns what is directly below n, in the order of people; below ""
// are the top and what is outside.
func (t Tree) Children(n id.Node) []Node {
	out := make([]Node, len(t.below[n]))
	for i, c := range t.below[n] {
		out[i] = t.nodes[c]
	}
	if len(out) < 2 {
		return out // most nodes: the order of people is dear to ask for
	}
	sorter := i18n.Sorter()
	slices.SortFunc(out, func(a, b Node) int {
		if a.Position != b.Position {
			return a.Position - b.Position
		}
		return sorter(a.Name, b.Name)
	})
	return out
}

// Walk calls fn for every node inside, parents first, with its depth; then for
// the customers and suppliers outside.
func (t Tree) Walk(fn func(n Node, depth int)) {
	var walk func(n id.Node, depth int)
	walk = func(n id.Node, depth int) {
		for _, c := range t.Children(n) {
			if !c.Outside() {
				fn(c, depth)
				walk(c.ID, depth+1)
			}
		}
	}
	walk("", 0)
	for _, kind := range []Kind{Customer, Supplier} {
		for _, c := range t.Children("") {
			if c.Kind == kind {
				fn(c, 0)
			}
		}
	}
}

// Under returns n and all nodes below it.
func (t Tree) Under(n id.Node) []id.Node {
	if _, ok := t.nodes[n]; !ok {
		return nil
	}
	out := []id.Node{n}
	for i := 0; i < len(out) && i <= len(t.nodes); i++ {
		out = append(out, t.below[out[i]]...)
	}
	return out
}

// Beyond returns all nodes that are neither n nor below it, those outside too.
func (t Tree) Beyond(n id.Node) []id.Node {
	under := make(map[id.Node]bool, len(t.nodes))
	for _, x := range t.Under(n) {
		under[x] = true
	}
	out := make([]id.Node, 0, max(0, len(t.nodes)-len(under)))
	for x := range t.nodes {
		if !under[x] {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// Path returns the names from the top down to n: "Producción / Corte".
func (t Tree) Path(n id.Node) string {
	var names []string
	for range t.nodes { // so that even a ring ends
		v, ok := t.nodes[n]
		if !ok {
			break
		}
		names = append(names, v.Name)
		n = v.Parent
	}
	slices.Reverse(names)
	return strings.Join(names, " / ")
}

// Find returns the nodes that people call name: by the name alone, or by the
// path "Area / Team / Post".
func (t Tree) Find(name string) []Node {
	want := i18n.Fold(CleanName(name))
	var out []Node
	path := strings.Contains(name, "/")
	for n, v := range t.nodes {
		if v.Archived() {
			continue
		}
		got := i18n.Fold(v.Name)
		if path {
			got = i18n.Fold(t.Path(n))
		}
		if got == want || path && strings.ReplaceAll(got, " / ", "/") == strings.ReplaceAll(want, " / ", "/") {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b Node) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

// Relation returns how a and b stand to each other. It is computed, never
// stored, because moving a node changes it.
func (t Tree) Relation(a, b id.Node) Relation {
	switch {
	case t.nodes[a].Outside() || t.nodes[b].Outside():
		return External
	case t.Above(a, b) || t.Above(b, a):
		return Vertical
	case t.nodes[a].Parent == t.nodes[b].Parent:
		return Horizontal
	default:
		return Diagonal
	}
}

// Above reports whether a is an ancestor of b.
func (t Tree) Above(a, b id.Node) bool {
	for range t.nodes { // so that even a ring ends
		if b = t.nodes[b].Parent; b == "" || b == a {
			return b == a && b != ""
		}
	}
	return false
}
