package org_test

import (
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

func TestWhoShapesTheCompany(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		for _, c := range []struct {
			who    string
			a      authz.Actor
			parent id.Node
			want   errs.Kind
		}{
			{"owner at the top", w.Ana, "", 0},
			{"leader below what it leads", w.Bruno, w.Making, 0},
			{"leader below that", w.Bruno, w.Cutting, 0},
			{"leader at the top", w.Bruno, "", errs.Forbidden},
			{"leader elsewhere", w.Bruno, w.Computers, errs.Forbidden},
			{"worker on its own post", w.Carla, w.Cutting, errs.Forbidden},
		} {
			_, err := w.Org.AddNode(ctx, c.a, org.Node{Kind: org.Post, Name: "Nuevo de " + c.who, Parent: c.parent})
			if err == nil && c.want != 0 || err != nil && errs.KindOf(err) != c.want {
				t.Errorf("%s: %v", c.who, err)
			}
		}
		if _, err := w.Org.AddPerson(ctx, w.Bruno, org.Person{Name: "Gil", Lang: "es", Places: []org.Place{{Node: w.Sewing}}}); err != nil {
			t.Errorf("a leader cannot add people to its team: %v", err)
		}
		for _, p := range []org.Person{
			{Name: "Gil", Lang: "es"},
			{Name: "Gil", Lang: "es", Places: []org.Place{{Node: w.Computers}}},
			{Name: "Gil", Lang: "es", Email: "g@x.test", Owner: true, Places: []org.Place{{Node: w.Sewing}}},
		} {
			if _, err := w.Org.AddPerson(ctx, w.Bruno, p); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%+v: %v", p, err)
			}
		}
	})
}

func TestBadNodesAndPeopleAreRefused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		for _, c := range []struct {
			n     org.Node
			field string
		}{
			{org.Node{Kind: org.Post, Name: " "}, "name"},
			{org.Node{Kind: "boss", Name: "x"}, "kind"},
			{org.Node{Kind: org.Post, Name: "CORTE", Parent: w.Making}, "name"}, // a twin
			{org.Node{Kind: org.Customer, Name: "x", Parent: w.Making}, "parent"},
			{org.Node{Kind: org.Post, Name: "x", Parent: w.Shop}, "parent"},
			{org.Node{Kind: org.Post, Name: "x", Parent: "nothing"}, "parent"},
		} {
			if _, err := w.Org.AddNode(ctx, w.Ana, c.n); errs.FieldsOf(err)[c.field] == "" {
				t.Errorf("%+v: %v", c.n, err)
			}
		}
		if _, err := w.Org.ChangeNode(ctx, w.Ana, org.Node{ID: w.Making, Kind: org.Area, Name: "Producción", Parent: w.Cutting}); errs.FieldsOf(err)["parent"] != "org.err.ring" {
			t.Errorf("a ring: %v", err)
		}
		if _, err := w.Org.ChangeNode(ctx, w.Ana, org.Node{ID: w.Cutting, Kind: org.Customer, Name: "Corte"}); errs.FieldsOf(err)["kind"] == "" {
			t.Errorf("a post became a customer: %v", err)
		}
		for _, p := range []org.Person{{Name: "", Lang: "es"}, {Name: "x", Lang: "fr"}, {Name: "x", Lang: "es", Email: "no"}} {
			if _, err := w.Org.AddPerson(ctx, w.Ana, p); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", p, err)
			}
		}
		ana, err := w.Org.Person(ctx, w.Ana, w.Ana.Person)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Org.AddPerson(ctx, w.Ana, org.Person{Name: "Otra", Lang: "es", Email: ana.Email}); errs.FieldsOf(err)["email"] != "org.err.email_taken" {
			t.Errorf("two people with one address: %v", err)
		}
		ana.Owner = false
		if _, err := w.Org.ChangePerson(ctx, w.Ana, ana); errs.KindOf(err) != errs.Conflict {
			t.Errorf("the last owner went: %v", err)
		}
		if err := w.Org.SetActive(ctx, w.Ana, w.Ana.Person, false); errs.KindOf(err) != errs.Conflict {
			t.Errorf("the last owner left: %v", err)
		}
	})
}

// A leader reaches what it leads and all below; who leaves reaches nothing.
func TestTheActorKnowsItsReach(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		if !w.Bruno.Leading(w.Sewing) || w.Bruno.Leading(w.Computers) || !slices.Equal(w.Bruno.Own, []id.Node{w.Making}) {
			t.Errorf("the leader leads %v", w.Bruno.Leads)
		}
		if w.Carla.Leading(w.Cutting) || !w.Carla.In(w.Cutting) {
			t.Errorf("the worker is on %v", w.Carla.Nodes)
		}
		if err := w.Org.Place(ctx, w.Ana, org.Place{Node: w.Shop, Person: w.Carla.Person}); err != nil {
			t.Fatal(err)
		}
		if carla := w.Again(t, w.Carla); !carla.In(w.Shop) {
			t.Error("who speaks for a customer is not one of it")
		}
		if err := w.Org.Remove(ctx, w.Bruno, w.Cutting, w.Carla.Person); err != nil {
			t.Fatal(err)
		}
		if carla := w.Again(t, w.Carla); carla.In(w.Cutting) {
			t.Error("who was taken off a post is still on it")
		}
		if err := w.Org.SetActive(ctx, w.Ana, w.Diego.Person, false); err != nil {
			t.Fatal(err)
		}
		if _, err := org.Actor(ctx, d, w.ID, w.Diego.Person); errs.KindOf(err) != errs.NotFound {
			t.Errorf("who left acts: %v", err)
		}
	})
}

func TestArchivingAsksForOrder(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		if err := w.Org.ArchiveNode(ctx, w.Ana, w.Making, true); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an area with open posts was archived: %v", err)
		}
		if err := w.Org.ArchiveNode(ctx, w.Bruno, w.Cutting, true); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Org.AddNode(ctx, w.Ana, org.Node{Kind: org.Post, Name: "Corte", Parent: w.Making}); err != nil {
			t.Errorf("the name of an archived post is not free: %v", err)
		}
		if err := w.Org.ArchiveNode(ctx, w.Ana, w.Cutting, false); errs.FieldsOf(err)["name"] != "org.err.twin" {
			t.Errorf("it came back beside its twin: %v", err)
		}
		if err := w.Org.Place(ctx, w.Ana, org.Place{Node: w.Cutting, Person: w.Fabio.Person}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("somebody was put on an archived post: %v", err)
		}
	})
}

func TestAddressesAreForWhoNeedsThem(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), t.Context()
		for a, want := range map[*authz.Actor]int{&w.Ana: 6, &w.Bruno: 6, &w.Carla: 1} {
			people, err := w.Org.People(ctx, *a)
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			for _, p := range people {
				if p.Email != "" {
					seen++
				}
			}
			if seen != want || len(people) != 6 {
				t.Errorf("%s sees %d addresses of %d people, want %d", a.Name, seen, len(people), want)
			}
		}
		other := fixture.New(t, d, 2)
		if _, err := other.Org.Person(ctx, other.Ana, w.Ana.Person); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company saw somebody: %v", err)
		}
	})
}

// The branch of a node is that part of the tree, in the same order.
func TestABranchIsItsPartOfTheTree(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), fixture.New(t, d, 1)
		for _, name := range []string{"Mesa 1", "Mesa 2", "Mesa 3"} {
			if _, err := w.Org.AddNode(ctx, w.Ana, org.Node{Kind: org.Post, Name: name, Parent: w.Cutting}); err != nil {
				t.Fatal(err)
			}
		}
		tree, err := w.Org.Tree(ctx, w.Ana)
		if err != nil {
			t.Fatal(err)
		}
		tree.Walk(func(n org.Node, _ int) {
			branch, err := w.Org.Branch(ctx, w.Ana, n.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := branch.Under(n.ID), tree.Under(n.ID); !slices.Equal(got, want) || branch.Path(n.ID) != tree.Path(n.ID) {
				t.Errorf("%s: below are %v, want %v; its path is %q", n.Name, got, want, branch.Path(n.ID))
			}
		})
		if none, err := w.Org.Branch(ctx, w.Ana, "no such node"); err != nil || none.Len() != 0 {
			t.Errorf("of no node there are %d, %v", none.Len(), err)
		}
	})
}
