// Package away holds what several pages say about who is not there: the panel
// on which somebody announces an absence, and the words for who is away now.
package away

import (
	"context"
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/absence"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// View is the panel of one person.
type View struct {
	Action string // where its forms go
	Name   string // of the person; empty if it is the reader
	List   []absence.Absence
	May    bool // announce and end
	People []ui.Option
	Form   ui.Form
}

// Panel makes the panel of person p. wrong is what was wrong with the form that
// was sent, or nil.
func Panel(r *http.Request, a authz.Actor, s *absence.Service, o *org.Service, p org.Person, action string, wrong error) (View, error) {
	ctx := r.Context()
	v := View{Action: action, Name: p.Name}
	if p.ID == a.Person {
		v.Name = ""
	}
	var on []id.Node
	for _, l := range p.Places {
		on = append(on, l.Node)
	}
	v.May = p.Active && absence.Can(a, p.ID, on)
	var err error
	if v.List, err = s.Of(ctx, a, p.ID); err != nil || !v.May {
		return v, err
	}
	people, err := o.People(ctx, a)
	if err != nil {
		return v, err
	}
	v.People = []ui.Option{{Label: i18n.T(ctx, "away.nobody")}}
	for _, x := range people {
		if x.Active && x.ID != p.ID {
			v.People = append(v.People, ui.Option{Value: string(x.ID), Label: x.Name})
		}
	}
	if wrong != nil && errs.KindOf(wrong) == errs.Invalid {
		v.Form = web.FormOf(r, wrong)
	}
	return v, nil
}

// Save does what a form of the panel asks for, and says what was done.
func Save(r *http.Request, a authz.Actor, s *absence.Service, p id.Person) (said string, err error) {
	ctx, f := r.Context(), r.PostForm
	if x := id.Absence(f.Get("fin")); x != "" {
		if !id.Valid(x) {
			return "", errs.New(errs.NotFound, "absence.err.not_found")
		}
		return i18n.T(ctx, "away.ended"), s.End(ctx, a, x)
	}
	x, err := s.Announce(ctx, a, absence.Announce{
		Person: p, Substitute: id.Person(f.Get("substitute")), First: f.Get("first"), Last: f.Get("last"),
	})
	return i18n.T(ctx, "away.announced", i18n.Args{"Back": i18n.Day(ctx, x.UntilAt.Time)}), err
}

// Says tells who is away, until when, and who stands in: "Ana vuelve el lun 3
// dic. La cubre Luis."
func Says(ctx context.Context, x absence.Absence) string {
	a := i18n.Args{"Name": x.Name, "Back": i18n.Day(ctx, x.UntilAt.Time), "Substitute": x.SubstituteName}
	if x.SubstituteName == "" {
		return i18n.T(ctx, "away.says_alone", a)
	}
	return i18n.T(ctx, "away.says", a)
}

// Mark adds to choices of people who of them is away.
func Mark(ctx context.Context, options []ui.Option, away map[id.Person]absence.Absence) []ui.Option {
	out := slices.Clone(options)
	for i, o := range out {
		if x, gone := away[id.Person(o.Value)]; gone {
			out[i].Label = Says(ctx, x)
		}
	}
	return out
}

// begun reports whether x has begun.
func begun(ctx context.Context, x absence.Absence) bool { return !x.FromAt.After(i18n.Now(ctx)) }

// days says the days of an absence.
func days(ctx context.Context, x absence.Absence) string {
	if x.First == x.Last {
		return i18n.Date(ctx, x.First)
	}
	return i18n.T(ctx, "away.days", i18n.Args{"First": i18n.Date(ctx, x.First), "Last": i18n.Date(ctx, x.Last)})
}

func (v View) fields(ctx context.Context) []ui.FieldArgs {
	whose := "theirs"
	if v.Name == "" {
		whose = "mine"
	}
	return []ui.FieldArgs{
		v.Form.Fill(ui.FieldArgs{Name: "first", Label: i18n.T(ctx, "away.first."+whose), Type: "date"}),
		v.Form.Fill(ui.FieldArgs{Name: "last", Label: i18n.T(ctx, "away.last."+whose), Help: i18n.T(ctx, "away.last_help."+whose), Type: "date"}),
		v.Form.Fill(ui.FieldArgs{
			Name: "substitute", Label: i18n.T(ctx, "away.substitute"), Help: i18n.T(ctx, "away.substitute_help"), Type: "select",
			Options: v.People, Optional: true,
		}),
	}
}

func (v View) title(ctx context.Context) string {
	if v.Name == "" {
		return i18n.T(ctx, "away.mine")
	}
	return i18n.T(ctx, "away.theirs")
}
