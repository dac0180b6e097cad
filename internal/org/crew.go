package org

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/sheet"
)

// draft is a person as it was and as an import leaves it.
type draft struct {
	Person
	was    Person // no ID if it is new
	placed []Place
}

// crew is what an import of people will do.
type crew struct {
	sketch  *Sketch
	drafts  []*draft
	byEmail map[string]*draft
	byName  map[string][]*draft
	report  sheet.Report
	lang    string
	unowned int // the row that took away the last owner
}

func readPeople(ctx context.Context, q db.Querier, a authz.Actor, f sheet.Fields, t sheet.Table) (*crew, error) {
	in := &crew{
		byEmail: map[string]*draft{}, byName: map[string][]*draft{}, lang: i18n.Lang(ctx),
		report: sheet.Report{Rows: len(t.Rows), Ignored: f.Ignored},
	}
	tree, err := LoadTree(ctx, q, a.Company)
	if err != nil {
		return in, err
	}
	in.sketch = Draw(tree)
	people, err := LoadPeople(ctx, q, a.Company)
	if err != nil {
		return in, err
	}
	for _, p := range people {
		in.know(&draft{Person: p, was: p})
	}
	for _, r := range t.Rows {
		n := &sheet.Notes{Fields: f, Row: r}
		if f.TooWide(r) {
			n.Add("name", "sheet.err.more_cells")
		} else if err := in.read(n); err != nil {
			return in, err
		}
		in.report.Problems = append(in.report.Problems, n.Found...)
	}
	in.keepOwner(f, t)
	in.report.Also("sheet.also.nodes", len(in.sketch.New))
	if len(in.drafts) > most || tree.Len()+len(in.sketch.New) > most {
		return in, errs.With(errs.TooLarge, "sheet.err.too_many_people", errs.Args{"Most": most})
	}
	return in, nil
}

func (in *crew) know(d *draft) {
	in.drafts = append(in.drafts, d)
	if d.Email != "" {
		in.byEmail[d.Email] = d
	}
	folded := i18n.Fold(d.Name)
	in.byName[folded] = append(in.byName[folded], d)
}

// read takes one row into account.
func (in *crew) read(n *sheet.Notes) error {
	before := len(in.sketch.New)
	node, err := in.node(n)
	if err != nil {
		return err
	}
	name, email := CleanName(n.Fields.Get(n.Row, "name")), CleanEmail(n.Fields.Get(n.Row, "email"))
	if name == "" && email == "" {
		switch {
		case node.ID == "":
			n.Add("name", "err.required")
		case len(n.Found) > 0:
		case len(in.sketch.New) > before:
			in.report.Created++
		default:
			in.report.Skipped++
		}
		return nil
	}
	d, isNew := in.person(n, name, email)
	if d == nil {
		return nil
	}
	was := d.Person
	in.fill(n, d, name, email)
	placed := in.place(n, d, node)
	if n.Bad(d.check(), map[string]string{"lang": "language"}); len(n.Found) > 0 {
		return nil
	}
	if was.Owner && was.Active && !(d.Owner && d.Active) {
		in.unowned = n.Row.Number
	}
	switch {
	case isNew:
		in.know(d)
		in.report.Created++
	case placed || !same(was, d.Person):
		in.report.Updated++
	default:
		in.report.Skipped++
	}
	return nil
}

func same(a, b Person) bool {
	return a.Name == b.Name && a.Email == b.Email && a.Lang == b.Lang && a.Owner == b.Owner && a.Active == b.Active
}

// person finds whom a row is about: who has the e-mail; or, where the row or
// the person has none, who has the name.
func (in *crew) person(n *sheet.Notes, name, email string) (d *draft, isNew bool) {
	if d, ok := in.byEmail[email]; ok {
		return d, false
	}
	twins := in.byName[i18n.Fold(name)]
	if email != "" {
		twins = slices.DeleteFunc(slices.Clone(twins), func(d *draft) bool { return d.Email != "" })
	}
	switch len(twins) {
	case 0:
		return &draft{Person: Person{ID: id.New[id.Person](), Lang: in.lang, Active: true}}, true
	case 1:
		return twins[0], false
	}
	n.Add("name", "sheet.err.many_people")
	return nil, false
}

// fill puts on d what the row says; an empty cell leaves what is there.
func (in *crew) fill(n *sheet.Notes, d *draft, name, email string) {
	if name != "" {
		d.Name = name
	}
	if email != "" && d.Email == "" {
		d.Email = email
		in.byEmail[email] = d
	}
	if v := n.Fields.Get(n.Row, "language"); v != "" {
		d.Lang, _ = languages.Find(v) // what is unknown is found by the check of the person
	}
	flag := func(column string, to *bool) {
		v := n.Fields.Get(n.Row, column)
		yes, ok := sheet.YesNo(v)
		if !ok {
			n.Add(column, "sheet.err.yes_no")
		} else if v != "" {
			*to = yes
		}
	}
	flag("owner", &d.Owner)
	flag("active", &d.Active)
}

// place puts d on the node of the row, and reports whether it was not there.
func (in *crew) place(n *sheet.Notes, d *draft, node Node) bool {
	said := n.Fields.Get(n.Row, "leads")
	leads, ok := sheet.YesNo(said)
	if !ok { // the name of what it leads
		led, err := in.sketch.Find(said)
		if err != nil {
			n.Add("leads", "sheet.err.yes_no")
			return false
		}
		changed := in.put(d, Place{Node: led.ID, Person: d.ID, Leads: true})
		if node.ID == "" || node.ID == led.ID {
			return changed
		}
		return in.put(d, Place{Node: node.ID, Person: d.ID}) || changed
	}
	if node.ID == "" {
		if leads {
			n.Add("leads", "sheet.err.leads_what")
		}
		return false
	}
	was := slices.IndexFunc(d.Places, func(p Place) bool { return p.Node == node.ID })
	if said == "" && was >= 0 {
		leads = d.Places[was].Leads
	}
	return in.put(d, Place{Node: node.ID, Person: d.ID, Leads: leads})
}

func (in *crew) put(d *draft, l Place) bool {
	if slices.Contains(d.Places, l) {
		return false
	}
	other := func(p Place) bool { return p.Node == l.Node }
	d.Places = append(slices.DeleteFunc(slices.Clone(d.Places), other), l)
	d.placed = append(slices.DeleteFunc(d.placed, other), l)
	return true
}

// keepOwner refuses an import that leaves nobody to direct the company.
func (in *crew) keepOwner(f sheet.Fields, t sheet.Table) {
	if in.unowned == 0 || slices.ContainsFunc(in.drafts, func(d *draft) bool { return d.Owner && d.Active }) {
		return
	}
	for _, r := range t.Rows {
		if r.Number == in.unowned {
			n := sheet.Notes{Fields: f, Row: r}
			n.Add("owner", "org.err.last_owner")
			in.report.Problems = append(in.report.Problems, n.Found...)
		}
	}
}

// levels are the columns that name a place, from the top down.
var levels = []Step{{"area", Area}, {"team", Team}, {"post", Post}}

// node returns the node that a row names, and sketches what is missing of it.
func (in *crew) node(n *sheet.Notes) (Node, error) {
	last, kind := "", Kind("")
	for _, c := range levels {
		if n.Fields.Get(n.Row, c.Name) != "" {
			last = c.Name
		}
	}
	if v := n.Fields.Get(n.Row, "kind"); v != "" {
		var ok bool
		if kind, ok = ParseKind(v); !ok {
			n.Add("kind", "err.unknown")
			return Node{}, nil
		}
	}
	var out Node
	for _, c := range levels {
		text := CleanName(n.Fields.Get(n.Row, c.Name))
		if text == "" {
			continue
		}
		if c.Name == last && kind != "" {
			c.Kind = kind
		}
		found, err := in.sketch.below(out.ID, text, c.Kind)
		if err != nil {
			return Node{}, n.Error(err, c.Name, map[string]string{"name": c.Name, "parent": c.Name})
		}
		out = found
	}
	if out.Archived() {
		n.Add(last, "org.err.archived", errs.Args{"Name": out.Name})
	}
	return out, nil
}
