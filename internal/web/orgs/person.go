package orgs

import (
	"context"
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/away"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// spot is a node on which a person works.
type spot struct {
	org.Node
	Path  string
	Leads bool
	May   bool // take the person off
}

// personView is the page of one person.
type personView struct {
	org.Person
	Spots     []spot
	Access    string // "" where the reader may not know
	MayChange bool
	MayOwn    bool // let out and in
	MayInvite bool
	Places    []ui.Option // where the reader may put the person
	Link      string      // of an invitation that was made just now
	MailOn    bool
	Self      bool
	Away      away.View
	Form      ui.Form
}

func (p pages) person(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.personPage(r, a, "", nil)
}

func (p pages) personAgain(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	return p.personPage(r, a, "", wrong)
}

// personPage shows the person of the address; link is an invitation to show
// once.
func (p pages) personPage(r *http.Request, a authz.Actor, link string, wrong error) (web.Result, error) {
	ctx := r.Context()
	x, err := p.Org.Person(ctx, a, id.Person(r.PathValue("person")))
	if err != nil {
		return web.Result{}, err
	}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := personView{
		Person: x, MayChange: org.CanChangePerson(a, x.ID), MayOwn: a.MustOwn() == nil, Link: link, MailOn: p.MailOn,
		Self: a.Person == x.ID,
	}
	for _, l := range x.Places {
		n, _ := t.Node(l.Node)
		v.Spots = append(v.Spots, spot{Node: n, Path: t.Path(n.Parent), Leads: l.Leads, May: org.CanShape(a, n.ID)})
	}
	if mayAdd(a) && x.Active {
		v.Places = places(ctx, t, a, x.Places)
	}
	if a.Owner || len(a.Leads) > 0 {
		if err := p.access(r, a, &v); err != nil {
			return web.Result{}, err
		}
	}
	absent := r.PostForm.Has("first")
	if wrong != nil && errs.KindOf(wrong) == errs.Invalid && !absent {
		v.Form = web.FormOf(r, wrong)
	}
	var wrongAbsence error
	if absent {
		wrongAbsence = wrong
	}
	if v.Away, err = away.Panel(r, a, p.Absences, p.Org, x, PersonURL(x.ID)+"/ausencia", wrongAbsence); err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: x.Name, Lead: where(ctx, t, x.Places), Section: layout.Org, Body: personPage(v), Actions: personActions(v),
		Crumbs: crumbs(ctx, ui.Crumb{Label: i18n.T(ctx, "orgpage.tab.people"), URL: home + "/personas"}, ui.Crumb{Label: x.Name}),
	}), wrong
}

// access adds how far the person is from signing in, for who may know.
func (p pages) access(r *http.Request, a authz.Actor, v *personView) error {
	all, err := p.Accounts.Accesses(r.Context(), a)
	if err != nil {
		return err
	}
	v.Access = accessOf(v.Person, all)
	var on []id.Node
	for _, l := range v.Person.Places {
		on = append(on, l.Node)
	}
	seated := v.Access == string(account.SeatedAccess)
	v.MayInvite = v.Active && !seated && account.CanInvite(a, v.Owner, on)
	return nil
}

// places are the nodes on which a may put somebody who works on those of was.
func places(ctx context.Context, t org.Tree, a authz.Actor, was []org.Place) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "orgpage.pick_place")}}
	return append(out, workplaces(ctx, t, a, func(n org.Node) bool {
		return !slices.ContainsFunc(was, func(l org.Place) bool { return l.Node == n.ID })
	})...)
}

// workplaces are the nodes that a may put people on, as a list of choices: what
// is outside stands apart, for who speaks for a customer.
func workplaces(ctx context.Context, t org.Tree, a authz.Actor, fits func(org.Node) bool) []ui.Option {
	var out []ui.Option
	t.Walk(func(n org.Node, _ int) {
		if n.Archived() || !org.CanShape(a, n.ID) || !fits(n) {
			return
		}
		o := ui.Option{Value: string(n.ID), Label: t.Path(n.ID), Group: i18n.T(ctx, "orgpage.inside")}
		if n.Outside() {
			o.Group = i18n.T(ctx, "orgpage.outside")
		}
		out = append(out, o)
	})
	return out
}

// placeThem puts the person of the address somewhere.
func (p pages) placeThem(r *http.Request, a authz.Actor) (web.Result, error) {
	x := id.Person(r.PathValue("person"))
	return p.place(r, a, org.Place{Node: id.Node(r.PostFormValue("node")), Person: x}, "node", PersonURL(x), p.personAgain)
}

// removeThem takes the person of the address off a node.
func (p pages) removeThem(r *http.Request, a authz.Actor) (web.Result, error) {
	x := id.Person(r.PathValue("person"))
	return p.remove(r, a, id.Node(r.PostFormValue("node")), x, PersonURL(x))
}

// saveAbsence says that the person of the address will be away, or is back.
func (p pages) saveAbsence(r *http.Request, a authz.Actor) (web.Result, error) {
	x := id.Person(r.PathValue("person"))
	said, err := away.Save(r, a, p.Absences, x)
	if errs.KindOf(err) == errs.Invalid {
		return p.personAgain(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(PersonURL(x)).Say(said), nil
}

// setActive lets the person of the address out, or in again.
func (p pages) setActive(r *http.Request, a authz.Actor) (web.Result, error) {
	x, active := id.Person(r.PathValue("person")), r.PostFormValue("active") == "1"
	err := p.Org.SetActive(r.Context(), a, x, active)
	if errs.KindOf(err) == errs.Conflict {
		return p.personAgain(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	said := "orgpage.person.out"
	if active {
		said = "orgpage.person.back"
	}
	return web.Go(PersonURL(x)).Say(i18n.T(r.Context(), said)), nil
}

// invite makes an invitation, and shows its link this once.
func (p pages) invite(r *http.Request, a authz.Actor) (web.Result, error) {
	secret, err := p.Accounts.Invite(r.Context(), a, id.Person(r.PathValue("person")))
	if web.Again(err) {
		return p.personAgain(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return p.personPage(r, a, p.Join(secret), nil)
}

// personForm is the form of a person, new or not.
type personForm struct {
	Action, Back string
	Fields       []ui.FieldArgs
	Form         ui.Form
	Submit       string
}

// newPersonForm asks for what a may say of x.
func newPersonForm(ctx context.Context, a authz.Actor, x org.Person, form ui.Form) personForm {
	f := personForm{Form: form}
	add := func(field ui.FieldArgs) { f.Fields = append(f.Fields, form.Fill(field)) }
	add(ui.FieldArgs{Name: "name", Label: i18n.T(ctx, "orgpage.person.name"), Value: x.Name, Auto: "off"})
	if a.Owner || x.ID == "" {
		add(ui.FieldArgs{
			Name: "email", Label: i18n.T(ctx, "orgpage.email"), Type: "email", Value: x.Email, Optional: true, Auto: "off",
			Help: i18n.T(ctx, "orgpage.email_help"),
		})
	}
	add(ui.FieldArgs{
		Name: "lang", Label: i18n.T(ctx, "ui.lang"), Type: "select", Value: x.Lang,
		Options: []ui.Option{{Value: "es", Label: "Español"}, {Value: "en", Label: "English"}},
	})
	return f
}

func ownerField(ctx context.Context, x org.Person) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "owner", Label: i18n.T(ctx, "orgpage.owner"), Type: "checkbox", Checked: x.Owner, Help: i18n.T(ctx, "orgpage.owner_help"),
	}
}

// addPersonForm asks who comes, and where.
func (p pages) addPersonForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.addPersonPage(r, a, nil)
}

func (p pages) addPersonPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	if !mayAdd(a) {
		return web.Result{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	form := web.FormAgain(r, wrong)
	in := r.URL.Query().Get("en")
	f := newPersonForm(ctx, a, org.Person{Lang: i18n.Lang(ctx)}, form)
	f.Action, f.Back, f.Submit = "/personas/nueva", home, i18n.T(ctx, "orgpage.person.add")
	if in != "" {
		f.Back = NodeURL(id.Node(in))
	}
	where := ui.FieldArgs{Name: "node", Label: i18n.T(ctx, "orgpage.person.where"), Type: "select", Value: in}
	where.Options = workplaces(ctx, t, a, func(org.Node) bool { return true })
	if a.Owner {
		where.Optional = true
		where.Options = append([]ui.Option{{Label: i18n.T(ctx, "orgpage.person.nowhere")}}, where.Options...)
	}
	f.Fields = append(f.Fields, form.Fill(where), form.Fill(leadsField(ctx)))
	if a.Owner {
		f.Fields = append(f.Fields, form.Fill(ownerField(ctx, org.Person{})))
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "orgpage.person.new"), Lead: i18n.T(ctx, "orgpage.person.new_lead"), Section: layout.Org,
		Crumbs: crumbs(ctx, ui.Crumb{Label: i18n.T(ctx, "orgpage.person.new")}), Body: personFormPage(f),
	}), wrong
}

func leadsField(ctx context.Context) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "leads", Label: i18n.T(ctx, "orgpage.leads"), Type: "checkbox", Help: i18n.T(ctx, "orgpage.leads_help"),
	}
}

func (p pages) addPerson(r *http.Request, a authz.Actor) (web.Result, error) {
	f := r.PostForm
	x := org.Person{Name: f.Get("name"), Email: f.Get("email"), Lang: f.Get("lang"), Owner: f.Has("owner")}
	if n := id.Node(f.Get("node")); n != "" {
		x.Places = []org.Place{{Node: n, Leads: f.Has("leads")}}
	}
	x, err := p.Org.AddPerson(r.Context(), a, x)
	if web.Again(err) {
		return p.addPersonPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(PersonURL(x.ID)).Say(i18n.T(r.Context(), "orgpage.person.added", i18n.Args{"Name": x.Name})), nil
}

// changePersonForm asks for a new name, address or language.
func (p pages) changePersonForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.changePersonPage(r, a, nil)
}

func (p pages) changePersonPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	x, err := p.Org.Person(ctx, a, id.Person(r.PathValue("person")))
	if err != nil {
		return web.Result{}, err
	}
	if !org.CanChangePerson(a, x.ID) {
		return web.Result{}, errs.New(errs.Forbidden, "err.owner_only")
	}
	form := web.FormAgain(r, wrong)
	f := newPersonForm(ctx, a, x, form)
	f.Action, f.Back, f.Submit = PersonURL(x.ID)+"/cambiar", PersonURL(x.ID), i18n.T(ctx, "orgpage.save")
	if a.Owner {
		f.Fields = append(f.Fields, form.Fill(ownerField(ctx, x)))
	}
	c := crumbs(ctx, ui.Crumb{Label: i18n.T(ctx, "orgpage.tab.people"), URL: home + "/personas"},
		ui.Crumb{Label: x.Name, URL: PersonURL(x.ID)}, ui.Crumb{Label: i18n.T(ctx, "orgpage.change")})
	return web.Show(web.Page{
		Title: i18n.T(ctx, "orgpage.person.change", i18n.Args{"Name": x.Name}), Section: layout.Org, Crumbs: c, Body: personFormPage(f),
	}), wrong
}

// changePerson writes what the form says; what its reader may not change is not
// in the form, and stays.
func (p pages) changePerson(r *http.Request, a authz.Actor) (web.Result, error) {
	x, err := p.Org.Person(r.Context(), a, id.Person(r.PathValue("person")))
	if err != nil {
		return web.Result{}, err
	}
	x.Name, x.Lang = r.PostFormValue("name"), r.PostFormValue("lang")
	if a.Owner {
		x.Email, x.Owner = r.PostFormValue("email"), r.PostForm.Has("owner")
	}
	_, err = p.Org.ChangePerson(r.Context(), a, x)
	if web.Again(err) {
		return p.changePersonPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(PersonURL(x.ID)).Say(i18n.T(r.Context(), "orgpage.saved")), nil
}
