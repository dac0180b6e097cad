package org_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/sheet"
)

func table(t *testing.T, csv string) sheet.Table {
	t.Helper()
	out, err := sheet.Read(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// empty founds a company with nobody but its owner.
func empty(t *testing.T, d *db.DB, c id.Company) authz.Actor {
	t.Helper()
	owner := org.Person{ID: id.New[id.Person](), Name: "Olga Rey", Email: "olga@example.test", Lang: "es", Owner: true, Active: true}
	err := d.InTx(t.Context(), c, func(tx *db.Tx) error {
		if err := setting.Found(t.Context(), tx, setting.Company{
			Name: "Nueva", Lang: "es", Country: "MX", Zone: "UTC", Calendar: []byte(fixture.Calendar), AcceptDays: 5,
		}, owner.ID); err != nil {
			return err
		}
		return org.AddPeople(t.Context(), tx, owner.ID, owner)
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := org.Actor(t.Context(), d, c, owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// staff writes everybody of a company as one line each: what a person would see.
func staff(t *testing.T, s *org.Service, a authz.Actor) []string {
	t.Helper()
	tree, err := s.Tree(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	people, err := s.People(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	tree.Walk(func(n org.Node, depth int) {
		out = append(out, fmt.Sprintf("%d %s %s", depth, n.Kind, tree.Path(n.ID)))
	})
	for _, p := range people {
		var places []string
		for _, l := range p.Places {
			places = append(places, fmt.Sprintf("%s %t", tree.Path(l.Node), l.Leads))
		}
		slices.Sort(places)
		out = append(out, fmt.Sprintf("%s <%s> %s %t %t %v", p.Name, p.Email, p.Lang, p.Owner, p.Active, places))
	}
	return out
}

func TestPeopleComeInWithTheirPosts(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		a, s, ctx := empty(t, d, 1), org.New(d), i18n.With(t.Context(), "es")
		file := table(t, "Nombre;Correo;Idioma;Dirige la empresa;Área;Equipo;Puesto;Lidera;Talla\n"+
			"Bruno Leal;BRUNO@x.test;español;;Producción;;;sí;M\n"+
			"Carla Ruiz;carla@x.test;inglés;no;Producción;Corte;Mesa 1;;S\n"+
			"Carla Ruiz;carla@x.test;;;;;Mesa 2;;S\n"+ // one more post: it is not there, so it is added
			"Elena Sol;;;;;;Producción / Corte / Mesa 1;;\n"+
			"Olga Rey;;;;;;Ventas / Caja;;\n"+ // is there already, known by her name
			";;;;;;Almacén;;\n")
		dry, err := s.ImportPeople(ctx, a, file, true)
		if err != nil || !dry.DryRun || dry.Created != 4 || dry.Updated != 2 || dry.Besides["sheet.also.nodes"] != 7 || len(dry.Problems) > 0 {
			t.Fatalf("dry run: %+v, %v", dry, err)
		}
		if got := staff(t, s, a); len(got) != 1 {
			t.Fatalf("a dry run wrote %v", got)
		}
		report, err := s.ImportPeople(ctx, a, file, false)
		if err != nil || report.Created != dry.Created || report.Updated != dry.Updated || !slices.Equal(report.Ignored, []string{"Talla"}) {
			t.Fatalf("%+v, %v", report, err)
		}
		want := []string{
			"0 post Almacén", "0 post Mesa 2", "0 area Producción", "1 team Producción / Corte", "2 post Producción / Corte / Mesa 1",
			"0 area Ventas", "1 post Ventas / Caja",
			"Bruno Leal <bruno@x.test> es false true [Producción true]",
			"Carla Ruiz <carla@x.test> en false true [Mesa 2 false Producción / Corte / Mesa 1 false]",
			"Elena Sol <> es false true [Producción / Corte / Mesa 1 false]",
			"Olga Rey <olga@example.test> es true true [Ventas / Caja false]",
		}
		if got := staff(t, s, a); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		again, err := s.ImportPeople(ctx, a, file, false)
		if err != nil || again.Created != 0 || again.Updated != 0 || again.Skipped != 6 {
			t.Errorf("the same file again: %+v, %v", again, err)
		}
		changed, err := s.ImportPeople(ctx, a, table(t, "correo,nombre,puesto,lidera,activo\nelena@x.test,Elena Sol,Mesa 1,sí,no\n"), false)
		if err != nil || changed.Updated != 1 {
			t.Fatalf("%+v, %v", changed, err)
		}
		if got := staff(t, s, a); !slices.Contains(got, "Elena Sol <elena@x.test> es false false [Producción / Corte / Mesa 1 true]") {
			t.Errorf("the address was not added to the one with the name: %v", got)
		}
		facts, err := fact.After(ctx, d, 1, 0, 100)
		kinds := map[string]int{}
		for _, f := range facts {
			kinds[f.Kind]++
		}
		if err != nil || kinds["person.added"] != 4 || kinds["node.added"] != 7 || kinds["person.placed"] != 6 ||
			kinds["person.deactivated"] != 1 || kinds["person.changed"] != 1 {
			t.Errorf("the log has %v, %v", kinds, err)
		}
	})
}

func TestEveryBadPersonIsNamedAndNothingIsWritten(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w, ctx := fixture.New(t, d, 1), i18n.With(t.Context(), "es")
		must(t, w.Org.ArchiveNode(ctx, w.Ana, w.Computers, true))
		for range 2 {
			_, err := w.Org.AddPerson(ctx, w.Ana, org.Person{Name: "Dos Veces", Lang: "es"})
			must(t, err)
		}
		before := staff(t, w.Org, w.Ana)
		file := table(t, "nombre,correo,idioma,dirige la empresa,activo,área,puesto,tipo,lidera\n"+
			"Bien Hecho,bien@x.test,,,,,Costura,,\n"+
			",,,,,,,,sí\n"+
			"Mal Correo,mal@,,,,,,,\n"+
			"Sin Lengua,,klingon,,,,,,\n"+
			"Sin Correo,,,sí,,,,,\n"+
			"Quizá,,,quizá,tal vez,,,,\n"+
			"Lider,,,,,,,,sí\n"+
			"Lider,,,,,,,,Nadie\n"+
			"Fuera,,,,,,Sistemas,,\n"+
			"Dos Veces,,,,,,Costura,,\n"+
			strings.Repeat("x", 121)+",,,,,,,,\n"+
			"Raro,,,,,,Costura,planeta,\n"+
			"Ancho,,,,,,,,,,de más\n"+
			"Dentro,,,,,,Tiendas Marisol / Caja,,\n"+
			"Ana Torres,,,no,,,,,\n")
		want := []string{
			"3 Nombre err.required", "4 correo org.err.email", "5 idioma err.unknown", "6 correo org.err.owner_email",
			"7 dirige la empresa sheet.err.yes_no", "7 activo sheet.err.yes_no", "8 lidera sheet.err.leads_what", "9 lidera sheet.err.yes_no",
			"10 puesto org.err.archived", "11 nombre sheet.err.many_people", "12 nombre err.too_long", "13 tipo err.unknown",
			"14 nombre sheet.err.more_cells", "15 puesto org.err.outside_parent", "16 dirige la empresa org.err.last_owner",
		}
		for _, dryRun := range []bool{true, false} {
			report, err := w.Org.ImportPeople(ctx, w.Ana, file, dryRun)
			if dryRun != (err == nil) {
				t.Errorf("dry run %t: %v", dryRun, err)
			}
			var got []string
			for _, p := range report.Problems {
				got = append(got, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Key))
			}
			if !slices.EqualFunc(got, want, strings.EqualFold) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			for _, p := range report.Problems {
				if s := i18n.T(ctx, p.Key, p.Args); s == p.Key || strings.Contains(s, "no value") {
					t.Errorf("%s has no sentence: %q", p.Key, s)
				}
			}
		}
		if after := staff(t, w.Org, w.Ana); !slices.Equal(before, after) {
			t.Errorf("something was written:\n%v\n%v", before, after)
		}
		if _, err := w.Org.ImportPeople(ctx, w.Bruno, table(t, "nombre\nX\n"), true); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader imported people: %v", err)
		}
		reads := w.Ana
		reads.Scope = authz.Read
		if _, err := w.Org.ImportPeople(ctx, reads, table(t, "nombre\nX\n"), false); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a key that only reads imported people: %v", err)
		}
	})
}

// What goes out of one company makes the same in another, in both formats and
// both languages.
func TestPeopleGoRound(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := fixture.New(t, d, 1)
		add := func(kind org.Kind, name string, parent id.Node) id.Node {
			n, err := w.Org.AddNode(t.Context(), w.Ana, org.Node{Kind: kind, Name: name, Parent: parent})
			must(t, err)
			return n.ID
		}
		finishing := add(org.Team, "Acabado", w.Making)
		iron := add(org.Post, "Plancha", finishing)
		add(org.Area, "Bajo un equipo", finishing) // a tree that is not as usual
		add(org.Post, "Costura", add(org.Area, "Otra planta", ""))
		add(org.Post, "Corte", "") // the same name at the top and below
		add(org.Supplier, "Telas del Norte", "")
		p, err := w.Org.AddPerson(t.Context(), w.Ana, org.Person{
			Name: "=Íñigo, \"el\nde siempre\"", Lang: "en", Places: []org.Place{{Node: iron}, {Node: finishing, Leads: true}},
		})
		must(t, err)
		must(t, w.Org.SetActive(t.Context(), w.Ana, p.ID, false))
		want := staff(t, w.Org, w.Ana)
		for i, f := range []sheet.Format{sheet.CSV, sheet.XLSX, {Comma: ';'}} {
			for j, lang := range i18n.Langs {
				ctx := i18n.With(t.Context(), lang)
				var b bytes.Buffer
				must(t, w.Org.ExportPeople(ctx, w.Ana, &b, f))
				in, err := sheet.Read(bytes.NewReader(b.Bytes()))
				must(t, err)
				other := id.Company(10 + 2*i + j)
				a := empty(t, d, other)
				report, err := w.Org.ImportPeople(ctx, a, in, false)
				if err != nil || len(report.Problems) > 0 || len(report.Ignored) > 0 {
					t.Fatalf("%+v %s: %+v, %v", f, lang, report, err)
				}
				got := slices.DeleteFunc(staff(t, w.Org, a), func(s string) bool { return strings.HasPrefix(s, "Olga Rey") })
				if !slices.Equal(got, want) {
					t.Errorf("%+v %s: got\n%s\nwant\n%s", f, lang, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		}
		if err := w.Org.ExportPeople(t.Context(), w.Bruno, &bytes.Buffer{}, sheet.CSV); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a leader exported everybody's address: %v", err)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
