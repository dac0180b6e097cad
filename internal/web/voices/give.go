package voices

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// giving is the form of a thanks.
type giving struct {
	form   ui.Form
	fields []ui.FieldArgs
	left   thanks.Allowance
	about  string // the delivery on which it is born
	hidden map[string]string
}

// GiveURL is the address of the form of a thanks for a delivery.
func GiveURL(h id.Handoff) string { return "/gracias/dar?" + url.Values{"pase": {string(h)}}.Encode() }

func (p pages) giveForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.givePage(r, a, nil)
}

func (p pages) givePage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	f := giving{form: web.FormOf(r, wrong), hidden: map[string]string{}}
	var err error
	if f.left, err = p.Thanks.Left(ctx, a); err != nil {
		return web.Result{}, err
	}
	if err := p.toWhom(ctx, a, r, &f); err != nil {
		return web.Result{}, err
	}
	values, err := p.Thanks.Values(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	f.fields = append(f.fields, f.form.Fill(ui.FieldArgs{
		Name: "reason", Label: i18n.T(ctx, "voice.reason"), Help: i18n.T(ctx, "voice.reason_help"), Type: "textarea", Rows: 4, Value: r.FormValue("por"),
	}))
	if len(values) > 0 {
		options := []ui.Option{{Value: "", Label: i18n.T(ctx, "voice.no_value")}}
		for _, v := range values {
			options = append(options, ui.Option{Value: string(v.ID), Label: v.Name})
		}
		f.fields = append(f.fields, f.form.Fill(ui.FieldArgs{Name: "value", Label: i18n.T(ctx, "voice.value"), Type: "select", Options: options, Blank: true}))
	}
	letters := []ui.Option{{Value: "", Label: i18n.T(ctx, "voice.no_letter")}}
	for _, l := range rating.Letters {
		letters = append(letters, ui.Option{Value: string(l), Label: letterWord(ctx, l)})
	}
	audiences := make([]ui.Option, len(thanks.Audiences))
	for i, x := range thanks.Audiences {
		audiences[i] = ui.Option{Value: string(x), Label: i18n.T(ctx, "voice.audience."+string(x)), Help: i18n.T(ctx, "voice.audience_help."+string(x))}
	}
	f.fields = append(f.fields,
		f.form.Fill(ui.FieldArgs{Name: "letter", Label: i18n.T(ctx, "voice.letter"), Type: "select", Options: letters, Blank: true}),
		f.form.Fill(ui.FieldArgs{Name: "audience", Label: i18n.T(ctx, "voice.audience"), Type: "radio", Options: audiences, Value: string(thanks.Team)}))
	title := i18n.T(ctx, "voice.give")
	return web.Show(web.Page{Title: title, Section: layout.Voice, Crumbs: thanksCrumbs(ctx, title), Body: givePage(f)}), wrong
}

// toWhom offers the people and the teams; born on a delivery, who made it comes
// first and nobody need be looked for.
func (p pages) toWhom(ctx context.Context, a authz.Actor, r *http.Request, f *giving) error {
	people, err := p.Org.People(ctx, a)
	if err != nil {
		return err
	}
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return err
	}
	first := r.FormValue("a")
	if h := id.Handoff(r.FormValue("pase")); h != "" {
		d, err := p.Handoffs.Get(ctx, a, h)
		if err != nil {
			return err
		}
		f.about, f.hidden["pase"] = d.Title, string(h)
		if first = "n:" + string(d.Supplier); d.Assignee != "" && d.Assignee != a.Person {
			first = "p:" + string(d.Assignee)
		}
	}
	var options []ui.Option
	for _, x := range people {
		if x.Active && x.ID != a.Person {
			options = append(options, ui.Option{Value: "p:" + string(x.ID), Label: x.Name, Group: i18n.T(ctx, "voice.people")})
		}
	}
	tree.Walk(func(n org.Node, _ int) {
		if !n.Outside() && !n.Archived() {
			options = append(options, ui.Option{Value: "n:" + string(n.ID), Label: tree.Path(n.ID), Group: i18n.T(ctx, "voice.teams")})
		}
	})
	if i := slices.IndexFunc(options, func(o ui.Option) bool { return o.Value == first }); i < 0 {
		options = append([]ui.Option{{Value: "", Label: i18n.T(ctx, "voice.choose")}}, options...)
	}
	f.fields = append(f.fields, f.form.Fill(ui.FieldArgs{Name: "person", Label: i18n.T(ctx, "voice.to"), Type: "select", Options: options, Value: first}))
	return nil
}

func letterWord(ctx context.Context, l rating.Letter) string {
	return i18n.T(ctx, "voice.letter."+string(l))
}

func (p pages) give(r *http.Request, a authz.Actor) (web.Result, error) {
	in := thanks.Give{
		Handoff: id.Handoff(r.PostFormValue("pase")), Reason: r.PostFormValue("reason"), Value: id.Value(r.PostFormValue("value")),
		Letter: rating.Letter(r.PostFormValue("letter")), Audience: thanks.Audience(r.PostFormValue("audience")),
	}
	if to := r.PostFormValue("person"); len(to) > 2 && to[:2] == "n:" {
		in.Node = id.Node(to[2:])
	} else if len(to) > 2 {
		in.Person = id.Person(to[2:])
	}
	t, err := p.Thanks.Give(r.Context(), a, in)
	if web.Again(err) || errs.KindOf(err) == errs.Forbidden {
		return p.givePage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/gracias/" + string(t.ID)).Say(i18n.T(r.Context(), "voice.given")), nil
}
