package orgs

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// member is somebody on a node.
type member struct {
	ID    id.Person
	Name  string
	Leads bool
}

// branch is one node of the tree with who works on it and what is below it.
type branch struct {
	org.Node
	Members []member
	Below   []branch
	Text    string // what it is found by: its own words, those above and those below
}

// chart is the whole organisation.
type chart struct {
	Inside, Customers, Suppliers []branch
	Owners                       []member
	Loose                        []member // who is on no node, and does not own the company
	Archived                     []org.Node
	Tabs                         []ui.Tab
	MayAdd                       bool // a node or a person somewhere
	MayMove                      bool // files in and out
}

func (c chart) empty() bool {
	return len(c.Inside)+len(c.Customers)+len(c.Suppliers) == 0
}

// tree shows the organisation from the top down.
func (p pages) tree(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	people, err := p.Org.People(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	c := draw(t, people)
	c.Tabs, c.MayMove = tabs(ctx, false), a.MustOwn() == nil
	c.MayAdd = mayAdd(a)
	return web.Show(web.Page{
		Title: title(ctx), Lead: count(ctx, t, people), Section: layout.Org, Body: treePage(c), Actions: treeActions(c.MayAdd),
	}), nil
}

func title(ctx context.Context) string {
	v, err := httpx.VisitorOf(ctx)
	if err != nil || v.Company == "" {
		return i18n.T(ctx, "ui.place.org")
	}
	return i18n.T(ctx, "orgpage.title", i18n.Args{"Company": v.Company})
}

func count(ctx context.Context, t org.Tree, people []org.Person) string {
	nodes, active := 0, 0
	t.Walk(func(n org.Node, _ int) {
		if !n.Outside() && !n.Archived() {
			nodes++
		}
	})
	for _, x := range people {
		if x.Active {
			active++
		}
	}
	return i18n.T(ctx, "orgpage.count.people", i18n.Args{"N": active}) + " · " + i18n.T(ctx, "orgpage.count.nodes", i18n.Args{"N": nodes})
}

// mayAdd reports whether a may add something somewhere.
func mayAdd(a authz.Actor) bool { return (a.Owner || len(a.Leads) > 0) && a.MustWrite() == nil }

// draw puts the people on the tree.
func draw(t org.Tree, people []org.Person) chart {
	on := membersOf(people)
	var c chart
	for _, n := range t.Children("") {
		list := map[org.Kind]*[]branch{org.Customer: &c.Customers, org.Supplier: &c.Suppliers}[n.Kind]
		if list == nil {
			list = &c.Inside
		}
		if b, ok := grow(t, n, on, ""); ok {
			*list = append(*list, b)
		}
	}
	t.Walk(func(n org.Node, _ int) {
		if n.Archived() {
			c.Archived = append(c.Archived, n)
		}
	})
	for _, x := range people {
		switch m := (member{ID: x.ID, Name: x.Name}); {
		case !x.Active:
		case x.Owner:
			c.Owners = append(c.Owners, m)
		case len(x.Places) == 0:
			c.Loose = append(c.Loose, m)
		}
	}
	return c
}

// grow returns the branch of n, unless it is archived.
func grow(t org.Tree, n org.Node, on map[id.Node][]member, above string) (branch, bool) {
	if n.Archived() {
		return branch{}, false
	}
	b := branch{Node: n, Members: on[n.ID]}
	words := n.Name
	for _, m := range b.Members {
		words += " " + m.Name
	}
	b.Text = above + " " + words
	for _, child := range t.Children(n.ID) {
		if x, ok := grow(t, child, on, above+" "+n.Name); ok {
			b.Below = append(b.Below, x)
			b.Text += " " + x.Text
		}
	}
	return b, true
}

// membersOf lists who works on each node: who leads it comes first.
func membersOf(people []org.Person) map[id.Node][]member {
	on := map[id.Node][]member{}
	for _, x := range people {
		for _, l := range x.Places {
			if x.Active {
				on[l.Node] = append(on[l.Node], member{ID: x.ID, Name: x.Name, Leads: l.Leads})
			}
		}
	}
	for _, list := range on {
		slices.SortStableFunc(list, func(x, y member) int { return cmp.Compare(rank(x), rank(y)) })
	}
	return on
}

func rank(m member) int {
	if m.Leads {
		return 0
	}
	return 1
}

// row is one person in the list of everybody.
type row struct {
	org.Person
	Where  string
	Access string // "", or a key of the steps to a seat
}

// crowd is everybody of the company.
type crowd struct {
	Rows   []row
	Heads  []ui.Head
	Chips  []ui.Tab
	Tabs   []ui.Tab
	Access bool // the reader may know who has access, and see addresses
	Seen   string
}

// people lists everybody, and says how far each is from signing in to who may
// know.
func (p pages) people(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	t, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	people, err := p.Org.People(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	var access map[id.Person]account.Access
	knows := a.Owner || len(a.Leads) > 0
	if knows {
		if access, err = p.Accounts.Accesses(ctx, a); err != nil {
			return web.Result{}, err
		}
	}
	c := crowd{Tabs: tabs(ctx, true), Access: knows, Seen: r.URL.Query().Get("acceso")}
	var all []row
	for _, x := range people {
		all = append(all, row{Person: x, Where: where(ctx, t, x.Places), Access: accessOf(x, access)})
	}
	c.Chips = c.chips(ctx, all)
	for _, x := range all {
		if c.Seen == "" && x.Active || c.Seen == x.Access || c.Seen == "gone" && !x.Active {
			c.Rows = append(c.Rows, x)
		}
	}
	by := r.URL.Query().Get("orden")
	sortPeople(c.Rows, by)
	c.Heads = c.heads(ctx, by)
	return web.Show(web.Page{
		Title: title(ctx), Lead: count(ctx, t, people), Section: layout.Org, Body: peoplePage(c), Actions: treeActions(mayAdd(a)),
	}), nil
}

// The steps to a seat, as they stand in the address and in the catalogue.
const (
	noAccess = "none"
	left     = "gone"
)

func accessOf(x org.Person, access map[id.Person]account.Access) string {
	switch got := access[x.ID]; {
	case !x.Active:
		return left
	case got == "":
		return noAccess
	default:
		return string(got)
	}
}

// where says in one line on which nodes somebody works.
func where(ctx context.Context, t org.Tree, places []org.Place) string {
	var out []string
	for _, l := range places {
		name := t.Name(l.Node)
		if l.Leads {
			name = i18n.T(ctx, "orgpage.leads_it", i18n.Args{"Name": name})
		}
		out = append(out, name)
	}
	slices.SortFunc(out, i18n.Sorter())
	return strings.Join(out, ", ")
}

func (c crowd) chips(ctx context.Context, all []row) []ui.Tab {
	counts := map[string]int{}
	for _, x := range all {
		counts[x.Access]++
	}
	kinds := []string{noAccess, string(account.InvitedAccess), string(account.SeatedAccess), left}
	if !c.Access {
		kinds = []string{left}
	}
	out := []ui.Tab{{Label: i18n.T(ctx, "orgpage.access.all"), URL: home + "/personas", Here: c.Seen == ""}}
	for _, k := range kinds {
		if counts[k] > 0 || c.Seen == k {
			out = append(out, ui.Tab{
				Label: i18n.T(ctx, "orgpage.access."+k), URL: home + "/personas?acceso=" + k, Here: c.Seen == k, Count: counts[k],
			})
		}
	}
	return out
}

func sortPeople(rows []row, by string) {
	sorter := i18n.Sorter()
	switch by {
	case "puesto":
		slices.SortStableFunc(rows, func(x, y row) int { return sorter(x.Where, y.Where) })
	case "acceso":
		slices.SortStableFunc(rows, func(x, y row) int { return cmp.Compare(x.Access, y.Access) })
	}
}

func (c crowd) heads(ctx context.Context, by string) []ui.Head {
	head := func(key, code string) ui.Head {
		h := ui.Head{Label: i18n.T(ctx, key), URL: home + "/personas?acceso=" + c.Seen + "&orden=" + code}
		if by == code || by == "" && code == "nombre" {
			h.Sorted = "ascending"
		}
		return h
	}
	name, where := head("orgpage.name", "nombre"), head("orgpage.where", "puesto")
	if !c.Access {
		return []ui.Head{name, where}
	}
	return []ui.Head{name, head("orgpage.access.head", "acceso"), where, {Label: i18n.T(ctx, "orgpage.email")}}
}

func accessIcon(a string) string {
	switch a {
	case string(account.SeatedAccess):
		return "circle-check"
	case string(account.InvitedAccess):
		return "mail"
	case left:
		return "ban"
	default:
		return "circle-dashed"
	}
}
