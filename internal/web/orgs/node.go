package orgs

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/links"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// end is a node at the other end of a link.
type end struct {
	Name string
	URL  string
}

// nodeView is the page of one node.
type nodeView struct {
	org.Node
	Members  []member
	Below    []branch
	Offers   []link.Offer
	From, To []end // who supplies it, and whom it supplies
	May      bool  // shape it
	Offer    bool  // add a service
	Free     []ui.Option
	Form     ui.Form
	Hours    hoursView
	Kept     promises.Args // of it and all below it
	Own      bool          // of the company
}

// node shows one node.
func (p pages) node(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.nodePage(r, a, nil)
}

// nodePage shows the node of the address, with what went wrong, if anything.
func (p pages) nodePage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	t, n, err := p.find(r, a)
	if err != nil {
		return web.Result{}, err
	}
	people, err := p.Org.People(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := nodeView{Node: n, May: org.CanShape(a, n.ID), Offer: link.CanOffer(a, n.ID) && !n.Archived()}
	on := membersOf(people)
	v.Members = on[n.ID]
	for _, child := range t.Children(n.ID) {
		if b, ok := grow(t, child, on, ""); ok {
			v.Below = append(v.Below, b)
		}
	}
	if v.May && !n.Archived() {
		v.Free = free(ctx, people, n.ID)
	}
	if err := p.work(r, a, t, &v); err != nil {
		return web.Result{}, err
	}
	v.Own = a.Owner
	v.Kept.See = func(see string) string { return promises.URL(n.ID, see) }
	if v.Kept.Promises, err = p.Handoffs.Promises(ctx, a, handoff.Whose{Suppliers: t.Under(n.ID)}, promises.Since(ctx)); err != nil {
		return web.Result{}, err
	}
	if v.Hours, err = p.hoursOf(ctx, a, t, n, v.May); err != nil {
		return web.Result{}, err
	}
	if wrong != nil && errs.KindOf(wrong) == errs.Invalid {
		v.Form = web.FormOf(r, wrong)
	}
	return web.Show(web.Page{
		Title: n.Name, Lead: kindWord(ctx, n.Kind), Section: layout.Org, Crumbs: pathTo(ctx, t, n.ID, true),
		Body: nodePage(v), Actions: nodeActions(v),
	}), wrong
}

// find returns the node of the address.
func (p pages) find(r *http.Request, a authz.Actor) (org.Tree, org.Node, error) {
	t, err := p.Org.Tree(r.Context(), a)
	if err != nil {
		return t, org.Node{}, err
	}
	n, ok := t.Node(id.Node(r.PathValue("node")))
	if !ok {
		return t, n, errs.New(errs.NotFound, "org.err.no_node")
	}
	return t, n, nil
}

// work adds what the node offers, and with whom it works.
func (p pages) work(r *http.Request, a authz.Actor, t org.Tree, v *nodeView) error {
	offers, err := p.Links.Offers(r.Context(), a)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if o.Node == v.ID && !o.Archived() {
			v.Offers = append(v.Offers, o)
		}
	}
	all, err := p.Links.Map(r.Context(), a)
	if err != nil {
		return err
	}
	for _, l := range all {
		switch v.ID {
		case l.Supplier:
			v.To = append(v.To, end{t.Name(l.Customer), links.URL(l.ID)})
		case l.Customer:
			v.From = append(v.From, end{t.Name(l.Supplier), links.URL(l.ID)})
		}
	}
	sorter := i18n.Sorter()
	for _, list := range [][]end{v.From, v.To} {
		slices.SortFunc(list, func(x, y end) int { return sorter(x.Name, y.Name) })
	}
	return nil
}

// free are the people who may be put on a node.
func free(ctx context.Context, people []org.Person, n id.Node) []ui.Option {
	out := []ui.Option{{Label: i18n.T(ctx, "orgpage.pick_person")}}
	for _, x := range people {
		here := slices.ContainsFunc(x.Places, func(l org.Place) bool { return l.Node == n })
		if x.Active && !here {
			out = append(out, ui.Option{Value: string(x.ID), Label: x.Name})
		}
	}
	return out
}

// placeHere puts somebody on the node of the address.
func (p pages) placeHere(r *http.Request, a authz.Actor) (web.Result, error) {
	n := id.Node(r.PathValue("node"))
	return p.place(r, a, org.Place{Node: n, Person: id.Person(r.PostFormValue("person"))}, "person", NodeURL(n), p.nodePage)
}

// place puts somebody somewhere; field is what the person chose.
func (p pages) place(r *http.Request, a authz.Actor, l org.Place, field, back string, show func(*http.Request, authz.Actor, error) (web.Result, error)) (web.Result, error) {
	l.Leads = r.PostForm.Has("leads")
	if r.PostFormValue(field) == "" {
		return show(r, a, errs.Field(field, "err.required"))
	}
	err := p.Org.Place(r.Context(), a, l)
	if web.Again(err) {
		return show(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(back).Say(i18n.T(r.Context(), "orgpage.placed")), nil
}

// removeHere takes somebody off the node of the address.
func (p pages) removeHere(r *http.Request, a authz.Actor) (web.Result, error) {
	n := id.Node(r.PathValue("node"))
	return p.remove(r, a, n, id.Person(r.PostFormValue("person")), NodeURL(n))
}

func (p pages) remove(r *http.Request, a authz.Actor, n id.Node, x id.Person, back string) (web.Result, error) {
	if err := p.Org.Remove(r.Context(), a, n, x); err != nil {
		return web.Result{}, err
	}
	return web.Go(back).Say(i18n.T(r.Context(), "orgpage.removed")), nil
}

// archiveNode closes the node to new work, or opens it again.
func (p pages) archiveNode(r *http.Request, a authz.Actor) (web.Result, error) {
	n, archived := id.Node(r.PathValue("node")), r.PostFormValue("archived") == "1"
	err := p.Org.ArchiveNode(r.Context(), a, n, archived)
	if web.Again(err) {
		return p.nodePage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	said := "orgpage.restored"
	if archived {
		said = "orgpage.archived"
	}
	return web.Go(NodeURL(n)).Say(i18n.T(r.Context(), said)), nil
}

// nodeForm is the form of a node, new or not.
type nodeForm struct {
	Action, Back string
	Name         ui.FieldArgs
	Kind, Parent ui.FieldArgs
	Form         ui.Form
	Lone         bool // nothing to choose as parent
	Submit       string
}

func (f nodeForm) fields() []ui.FieldArgs { return []ui.FieldArgs{f.Kind, f.Name, f.Parent} }

// addNodeForm asks what to add, and where.
func (p pages) addNodeForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.addNodePage(r, a, nil)
}

func (p pages) addNodePage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	if !mayAdd(a) {
		return web.Result{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	n := org.Node{Kind: org.Post, Parent: id.Node(r.URL.Query().Get("en"))}
	if k := org.Kind(r.URL.Query().Get("tipo")); slices.Contains(org.Kinds, k) {
		n.Kind = k
	}
	f := newNodeForm(ctx, t, a, n, web.FormAgain(r, wrong))
	f.Action, f.Submit, f.Back = home+"/nuevo", i18n.T(ctx, "orgpage.add"), home
	if n.Parent != "" {
		f.Back = NodeURL(n.Parent)
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "orgpage.node.new"), Section: layout.Org,
		Crumbs: crumbs(ctx, ui.Crumb{Label: i18n.T(ctx, "orgpage.node.new")}), Body: nodeFormPage(f),
	}), wrong
}

// newNodeForm asks for the kind, the name and the place of n, as far as a may
// choose them.
func newNodeForm(ctx context.Context, t org.Tree, a authz.Actor, n org.Node, form ui.Form) nodeForm {
	kinds := org.Kinds
	switch {
	case n.ID != "" && n.Outside():
		kinds = []org.Kind{org.Customer, org.Supplier}
	case n.ID != "" || !a.Owner:
		kinds = []org.Kind{org.Area, org.Team, org.Post}
	}
	f := nodeForm{
		Form: form,
		Name: form.Fill(ui.FieldArgs{Name: "name", Label: i18n.T(ctx, "orgpage.name"), Value: n.Name, Auto: "off"}),
		Kind: ui.FieldArgs{Name: "kind", Label: i18n.T(ctx, "orgpage.kind"), Type: "radio", Value: string(n.Kind)},
		Parent: ui.FieldArgs{
			Name: "parent", Label: i18n.T(ctx, "orgpage.parent"), Type: "select", Value: string(n.Parent),
			Options: parents(ctx, t, a, n),
		},
	}
	if slices.Contains(kinds, org.Customer) {
		f.Parent.Help = i18n.T(ctx, "orgpage.parent_help")
	}
	for _, k := range kinds {
		f.Kind.Options = append(f.Kind.Options, ui.Option{
			Value: string(k), Label: kindWord(ctx, k), Help: i18n.T(ctx, "orgpage.kind_help."+string(k)),
		})
	}
	f.Kind, f.Parent = form.Fill(f.Kind), form.Fill(f.Parent)
	return f
}

// parents are the nodes below which a may put n: those that it may shape, and
// where n is now.
func parents(ctx context.Context, t org.Tree, a authz.Actor, n org.Node) []ui.Option {
	var out []ui.Option
	if org.CanShape(a, "") || n.ID != "" && n.Parent == "" {
		out = append(out, ui.Option{Value: "", Label: i18n.T(ctx, "orgpage.top")})
	}
	t.Walk(func(x org.Node, depth int) {
		itself := n.ID != "" && (x.ID == n.ID || t.Above(n.ID, x.ID))
		if x.Outside() || x.Archived() || itself || !org.CanShape(a, x.ID) && x.ID != n.Parent {
			return
		}
		// Blanks that do not break draw the tree in a list of choices.
		out = append(out, ui.Option{Value: string(x.ID), Label: strings.Repeat("\u00a0\u00a0\u00a0", depth) + x.Name})
	})
	return out
}

// sent reads the form of a node. What is outside depends on nobody.
func sent(r *http.Request, n org.Node) org.Node {
	n.Name, n.Kind = r.PostFormValue("name"), org.Kind(r.PostFormValue("kind"))
	if n.Parent = id.Node(r.PostFormValue("parent")); n.Outside() {
		n.Parent = ""
	}
	return n
}

func (p pages) addNode(r *http.Request, a authz.Actor) (web.Result, error) {
	n, err := p.Org.AddNode(r.Context(), a, sent(r, org.Node{}))
	if errs.KindOf(err) == errs.Invalid {
		return p.addNodePage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(NodeURL(n.ID)).Say(i18n.T(r.Context(), "orgpage.node.added", i18n.Args{"Name": n.Name})), nil
}

// changeNodeForm asks for a new name or place.
func (p pages) changeNodeForm(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.changeNodePage(r, a, nil)
}

func (p pages) changeNodePage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	t, n, err := p.find(r, a)
	if err != nil {
		return web.Result{}, err
	}
	if !org.CanShape(a, n.ID) {
		return web.Result{}, errs.New(errs.Forbidden, "err.leader_only")
	}
	f := newNodeForm(ctx, t, a, n, web.FormAgain(r, wrong))
	f.Action, f.Back, f.Submit = NodeURL(n.ID)+"/cambiar", NodeURL(n.ID), i18n.T(ctx, "orgpage.save")
	f.Lone = n.Outside()
	c := append(pathTo(ctx, t, n.ID, false), ui.Crumb{Label: i18n.T(ctx, "orgpage.change")})
	return web.Show(web.Page{
		Title: i18n.T(ctx, "orgpage.node.change", i18n.Args{"Name": n.Name}), Section: layout.Org, Crumbs: c, Body: nodeFormPage(f),
	}), wrong
}

func (p pages) changeNode(r *http.Request, a authz.Actor) (web.Result, error) {
	_, n, err := p.find(r, a)
	if err != nil {
		return web.Result{}, err
	}
	n, err = p.Org.ChangeNode(r.Context(), a, sent(r, n))
	if errs.KindOf(err) == errs.Invalid {
		return p.changeNodePage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(NodeURL(n.ID)).Say(i18n.T(r.Context(), "orgpage.saved")), nil
}
