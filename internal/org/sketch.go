package org

import (
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Sketch is the tree of a company with what an import adds to it. It finds
// nodes by the names and paths that people write, at once however many.
type Sketch struct {
	New []Node // what was added, parents first

	nodes  map[id.Node]Node
	byName map[string][]id.Node // folded
	byPath map[string]id.Node   // folded, of what is not archived
	paths  map[id.Node]string
}

// Draw returns a sketch of t with nothing added.
func Draw(t Tree) *Sketch {
	s := &Sketch{
		nodes: map[id.Node]Node{}, byName: map[string][]id.Node{}, byPath: map[string]id.Node{}, paths: map[id.Node]string{},
	}
	t.Walk(func(n Node, _ int) { s.put(n) })
	return s
}

func (s *Sketch) put(n Node) {
	path := n.Name
	if n.Parent != "" {
		path = s.paths[n.Parent] + pathSign + n.Name
	}
	s.nodes[n.ID], s.paths[n.ID] = n, path
	s.byName[i18n.Fold(n.Name)] = append(s.byName[i18n.Fold(n.Name)], n.ID)
	if _, taken := s.byPath[foldPath(path)]; !taken || !n.Archived() {
		s.byPath[foldPath(path)] = n.ID
	}
}

// pathSign stands between the names of a path. A slash without blanks belongs
// to a name.
const pathSign = " / "

func foldPath(p string) string {
	return i18n.Fold(strings.ReplaceAll(CleanName(p), pathSign, "/"))
}

// Path returns the names from the top down to n.
func (s *Sketch) Path(n id.Node) string { return s.paths[n] }

// Node returns the node n.
func (s *Sketch) Node(n id.Node) Node { return s.nodes[n] }

// Find returns the node that people call name: by its path, or else by its name
// alone. What is archived is found only where nothing else is called so.
// NotFound if there is none; Conflict if there are several.
func (s *Sketch) Find(name string) (Node, error) {
	all := s.byName[i18n.Fold(CleanName(name))]
	n, ok := s.byPath[foldPath(name)]
	if ok && !s.nodes[n].Archived() {
		return s.nodes[n], nil
	}
	found := slices.DeleteFunc(slices.Clone(all), func(n id.Node) bool { return s.nodes[n].Archived() })
	if len(found) == 0 && ok {
		found = []id.Node{n}
	} else if len(found) == 0 {
		found = all
	}
	switch len(found) {
	case 0:
		return Node{}, errs.With(errs.NotFound, "sheet.err.no_node", errs.Args{"Name": name})
	case 1:
		return s.nodes[found[0]], nil
	}
	return Node{}, errs.With(errs.Conflict, "sheet.err.many_nodes", errs.Args{"Name": name})
}

// Step is one name of a path that may have to be added, and what it is.
type Step struct {
	Name string
	Kind Kind
}

// Steps splits a path whose last name is a node of the given kind. What stands
// above a post is a team, if that has an area above it; the rest are areas.
func Steps(path string, kind Kind) []Step {
	names := strings.Split(path, pathSign)
	out := make([]Step, len(names))
	for i, n := range names {
		out[i] = Step{CleanName(n), Area}
	}
	last := len(out) - 1
	if out[last].Kind = kind; kind == Post && last > 1 {
		out[last-1].Kind = Team
	}
	return out
}

// Grow returns the node at the end of the path that begins below base, and
// adds what is missing. What cannot be added comes as an *errs.Error.
func (s *Sketch) Grow(base id.Node, steps []Step) (Node, error) {
	for _, st := range steps {
		path := st.Name
		if base != "" {
			path = s.paths[base] + pathSign + st.Name
		}
		if n, ok := s.byPath[foldPath(path)]; ok && !s.nodes[n].Archived() {
			base = n
			continue
		}
		n := Node{ID: id.New[id.Node](), Kind: st.Kind, Name: st.Name, Parent: base}
		bad := n.check()
		bad.Add(!s.nodes[base].Outside(), "parent", "org.err.outside_parent")
		if err := bad.Err(); err != nil {
			return Node{}, err
		}
		s.put(n)
		s.New = append(s.New, n)
		base = n.ID
	}
	return s.nodes[base], nil
}

// below returns the node that text names under base, or anywhere if base is
// empty, and sketches it if it is not there.
func (s *Sketch) below(base id.Node, text string, kind Kind) (Node, error) {
	if base == "" {
		found, err := s.Find(text)
		if errs.KindOf(err) != errs.NotFound {
			return found, err
		}
	}
	if kind == Customer || kind == Supplier { // what is outside has no path
		return s.Grow(base, []Step{{text, kind}})
	}
	return s.Grow(base, Steps(text, kind))
}
