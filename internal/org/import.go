package org

import (
	"context"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/sheet"
)

// peopleColumns are those of the import and the export of people. A row
// without a person adds only the node that it names.
var peopleColumns = sheet.NewColumns(
	sheet.Word{Name: "name", Also: []string{"nombre y apellido", "nombre completo", "full name", "persona", "person", "empleado", "trabajador", "employee"}},
	sheet.Word{Name: "email", Also: []string{"e-mail", "mail", "correo electrónico", "email address"}},
	sheet.Word{Name: "language", Also: []string{"lang", "lengua"}},
	sheet.Word{Name: "owner", Also: []string{"dirige la empresa", "dueño", "propietario", "is owner"}},
	sheet.Word{Name: "active", Also: []string{"is active", "en activo"}},
	sheet.Word{Name: "area", Also: []string{"departamento", "department", "sección"}},
	sheet.Word{Name: "team", Also: []string{"grupo", "group"}},
	sheet.Word{Name: "post", Also: []string{"puesto de trabajo", "cargo", "position", "nodo", "node"}},
	sheet.Word{Name: "kind", Also: []string{"clase", "type"}},
	sheet.Word{Name: "leads", Also: []string{"leader", "líder", "jefe", "responsable"}},
)

var languages = sheet.NewWords(
	sheet.Word{Name: "es", Also: []string{"castellano", "es-mx", "es-es"}},
	sheet.Word{Name: "en", Also: []string{"en-us", "en-gb"}},
)

// nodeWords are the kinds of node as files name them.
var nodeWords = sheet.NewWords(
	sheet.Word{Name: string(Area), Also: []string{"departamento", "department"}},
	sheet.Word{Name: string(Team), Also: []string{"grupo", "group"}},
	sheet.Word{Name: string(Post), Also: []string{"puesto de trabajo"}},
	sheet.Word{Name: string(Customer), Also: []string{"cliente de fuera", "client"}},
	sheet.Word{Name: string(Supplier), Also: []string{"proveedor de fuera", "vendor"}},
)

// ParseKind reads the kind of a node as people write it in a file.
func ParseKind(s string) (Kind, bool) {
	name, ok := nodeWords.Find(s)
	return Kind(name), ok
}

// SayKind writes what ParseKind reads.
func SayKind(ctx context.Context, k Kind) string { return nodeWords.Say(ctx, string(k)) }

// ImportPeople adds and changes people, and adds the areas, teams and posts
// where they work. Who is there is known by the e-mail, or by the name. Nobody
// is taken off a node. With any problem nothing is written, and the report says
// what is wrong where; a dry run writes nothing in any case.
func (s *Service) ImportPeople(ctx context.Context, a authz.Actor, t sheet.Table, dryRun bool) (sheet.Report, error) {
	f, err := peopleColumns.Match(ctx, t)
	if err != nil {
		return sheet.Report{}, err
	}
	if err := a.MustOwn(); err != nil {
		return sheet.Report{}, err
	}
	if dryRun {
		in, err := readPeople(ctx, s.db, a, f, t)
		in.report.DryRun = true
		return in.report, err
	}
	var report sheet.Report
	err = s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		in, err := readPeople(ctx, tx, a, f, t)
		if report = in.report; err != nil {
			return err
		}
		if err := report.Err(); err != nil {
			return err
		}
		return in.write(ctx, tx, a.Person)
	})
	return report, err
}

// write does what was planned.
func (in *crew) write(ctx context.Context, tx *db.Tx, by id.Person) error {
	if err := AddNodes(ctx, tx, by, in.sketch.New...); err != nil {
		return err
	}
	var added []Person
	var facts []fact.Fact
	for _, d := range in.drafts {
		if d.was.ID == "" {
			added = append(added, d.Person)
			continue
		}
		if !same(d.was, d.Person) {
			if err := updatePerson(ctx, tx, d.Person); err != nil {
				return err
			}
		}
		facts = append(facts, changes(by, d)...)
		for _, l := range d.placed {
			if err := putPlace(ctx, tx, l); err != nil {
				return err
			}
			facts = append(facts, placed(by, l))
		}
	}
	if err := AddPeople(ctx, tx, by, added...); err != nil {
		return err
	}
	fact.Record(tx, facts...)
	return nil
}

// changes are the facts about somebody who was there before.
func changes(by id.Person, d *draft) (out []fact.Fact) {
	now, was := d.Person, d.was
	if now.Active != was.Active {
		kind := "person.deactivated"
		if now.Active {
			kind = "person.restored"
		}
		out = append(out, fact.Fact{Kind: kind, Actor: by, Subject: string(d.ID)})
		was.Active = now.Active
	}
	if !same(was, now) {
		out = append(out, fact.Fact{Kind: "person.changed", Actor: by, Subject: string(d.ID)})
	}
	return out
}

// Past returns somebody who is known only by the name in old records: who does
// not sign in and works nowhere now.
func Past(name, lang string) (Person, error) {
	p := Person{ID: id.New[id.Person](), Name: CleanName(name), Lang: lang}
	return p, p.check().Err()
}
