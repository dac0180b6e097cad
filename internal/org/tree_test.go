package org

import (
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/id"
)

func plant() Tree {
	return Grow([]Node{
		{ID: "making", Kind: Area, Name: "Producción"},
		{ID: "cutting", Kind: Team, Parent: "making", Name: "Corte", Position: 2},
		{ID: "cutter", Kind: Post, Parent: "cutting", Name: "Mesa 1"},
		{ID: "marker", Kind: Post, Parent: "cutting", Name: "Mesa 2"},
		{ID: "sewing", Kind: Team, Parent: "making", Name: "Costura", Position: 1},
		{ID: "sewer", Kind: Post, Parent: "sewing", Name: "Mesa 1"},
		{ID: "office", Kind: Area, Name: "Administración"},
		{ID: "clerk", Kind: Post, Parent: "office", Name: "Caja"},
		{ID: "shop", Kind: Customer, Name: "Tienda"},
		{ID: "mill", Kind: Supplier, Name: "Telas"},
		{ID: "ring", Kind: Team, Parent: "gnir", Name: "a"}, // never valid, must still end
		{ID: "gnir", Kind: Team, Parent: "ring", Name: "b"},
	})
}

func TestRelation(t *testing.T) {
	tree := plant()
	for _, c := range []struct {
		a, b id.Node
		want Relation
	}{
		{"cutter", "cutting", Vertical},
		{"cutter", "making", Vertical},
		{"cutter", "marker", Horizontal},
		{"cutting", "sewing", Horizontal},
		{"making", "office", Horizontal}, // both directly below the company
		{"cutter", "sewing", Diagonal},   // a post and the team beside its own
		{"cutter", "sewer", Diagonal},
		{"cutter", "clerk", Diagonal},
		{"clerk", "shop", External},
		{"mill", "cutting", External},
		{"ring", "cutter", Diagonal},
	} {
		for _, pair := range [][2]id.Node{{c.a, c.b}, {c.b, c.a}} {
			if got := tree.Relation(pair[0], pair[1]); got != c.want {
				t.Errorf("%s and %s are %s, want %s", pair[0], pair[1], got, c.want)
			}
		}
	}
}

func TestPeopleFindNodesByNameOrPath(t *testing.T) {
	tree := plant()
	for name, want := range map[string][]id.Node{
		"corte": {"cutting"}, " mesa  1 ": {"cutter", "sewer"}, "Producción / Corte / Mesa 1": {"cutter"},
		"produccion/corte/mesa 1": {"cutter"}, "nada": nil,
	} {
		var got []id.Node
		for _, n := range tree.Find(name) {
			got = append(got, n.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestTheTreeKeepsTheOrderOfPeople(t *testing.T) {
	var got []string
	plant().Walk(func(n Node, depth int) { got = append(got, n.Name) })
	want := []string{"Administración", "Caja", "Producción", "Costura", "Mesa 1", "Corte", "Mesa 1", "Mesa 2", "Tienda", "Telas"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if under := plant().Under("making"); len(under) != 6 {
		t.Errorf("below the making: %v", under)
	}
	if len(plant().Under("ring")) == 0 {
		t.Error("even a ring has nodes")
	}
}

func TestWhatIsBeyondANode(t *testing.T) {
	tree := plant()
	for n, want := range map[id.Node][]id.Node{
		"making":  {"clerk", "gnir", "mill", "office", "ring", "shop"},
		"shop":    {"clerk", "cutter", "cutting", "gnir", "making", "marker", "mill", "office", "ring", "sewer", "sewing"},
		"nowhere": {"clerk", "cutter", "cutting", "gnir", "making", "marker", "mill", "office", "ring", "sewer", "sewing", "shop"},
	} {
		if got := tree.Beyond(n); !slices.Equal(got, want) {
			t.Errorf("beyond %s are %v, want %v", n, got, want)
		}
		if len(tree.Beyond(n))+len(tree.Under(n)) != tree.Len() {
			t.Errorf("%s is in neither or in both", n)
		}
	}
}
