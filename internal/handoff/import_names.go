package handoff

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/sheet"
)

// registry knows everything of a company by the names that a file uses, and
// keeps what an import adds to it.
type registry struct {
	o      ImportOptions
	lang   string
	sketch *org.Sketch
	offers map[id.Node]map[string]*service // by folded name
	people map[string][]org.Person         // by folded name, and by address

	added    []org.Person
	services []*service // new, in the order of the file
	strange  map[string]*sheet.Problem
	warned   []*sheet.Problem
	told     bool // the file was read once; what is said again is no news
}

// service is a service as an import leaves it.
type service struct {
	link.Offer
	isNew, changed bool
	silent         []sheet.Problem // returns without a reason, while it had none
}

func loadRegistry(ctx context.Context, q db.Querier, c id.Company, lang string, o ImportOptions) (*registry, error) {
	r := &registry{
		o: o, lang: lang, offers: map[id.Node]map[string]*service{}, people: map[string][]org.Person{},
		strange: map[string]*sheet.Problem{},
	}
	tree, err := org.LoadTree(ctx, q, c)
	if err != nil {
		return nil, err
	}
	r.sketch = org.Draw(tree)
	offers, err := link.LoadOffers(ctx, q, c)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(offers, func(x, y link.Offer) int { return x.ArchivedAt.Compare(y.ArchivedAt.Time) })
	for _, v := range offers { // what is still offered comes first, and keeps its name
		r.keep(&service{Offer: v})
	}
	people, err := org.LoadPeople(ctx, q, c)
	for _, p := range people {
		r.know(p)
	}
	return r, err
}

func (r *registry) keep(s *service) {
	if r.offers[s.Node] == nil {
		r.offers[s.Node] = map[string]*service{}
	}
	if name := i18n.Fold(s.Name); r.offers[s.Node][name] == nil {
		r.offers[s.Node][name] = s
	}
}

func (r *registry) know(p org.Person) {
	name := i18n.Fold(p.Name)
	r.people[name] = append(r.people[name], p)
	if p.Email != "" {
		r.people[p.Email] = append(r.people[p.Email], p)
	}
}

// node finds the node of a column, or sketches it where that is allowed.
func (r *registry) node(n *sheet.Notes, column, kindColumn string) (org.Node, error) {
	text := n.Fields.Get(n.Row, column)
	if text == "" {
		n.Add(column, "err.required")
		return org.Node{}, nil
	}
	found, err := r.sketch.Find(text)
	if errs.KindOf(err) == errs.NotFound && r.o.CreateNodes {
		kind := org.Post
		if said := n.Fields.Get(n.Row, kindColumn); said != "" {
			var ok bool
			if kind, ok = org.ParseKind(said); !ok {
				n.Add(kindColumn, "err.unknown")
				return org.Node{}, nil
			}
		}
		steps := org.Steps(text, kind)
		if kind == org.Customer || kind == org.Supplier {
			steps = []org.Step{{Name: org.CleanName(text), Kind: kind}}
		}
		found, err = r.sketch.Grow("", steps)
	}
	if err != nil {
		return org.Node{}, n.Error(err, column, map[string]string{"name": column, "parent": column})
	}
	return found, nil
}

// service finds the service that a row names, or the only one of the supplier;
// or makes it where that is allowed. It notes what is wrong and returns nil.
func (r *registry) service(n *sheet.Notes, supplier org.Node) (*service, error) {
	name := org.CleanName(n.Fields.Get(n.Row, "service"))
	known := r.offers[supplier.ID]
	if name == "" {
		var only *service
		for _, s := range known {
			if s.Archived() {
				continue
			}
			if only != nil {
				n.Add("service", "sheet.err.which_service")
				return nil, nil
			}
			only = s
		}
		if only == nil {
			n.Add("service", "err.required")
		}
		return only, nil
	}
	if s, ok := known[i18n.Fold(name)]; ok {
		return s, nil
	}
	if !r.o.CreateNodes {
		n.Add("service", "sheet.err.no_service", errs.Args{"Node": supplier.Name})
		return nil, nil
	}
	if supplier.Archived() {
		n.Add("supplier", "org.err.archived", errs.Args{"Name": supplier.Name})
		return nil, nil
	}
	o, err := link.Usual(supplier.ID, name, n.Fields.Get(n.Row, "unit"))
	if err != nil {
		return nil, n.Error(err, "service", map[string]string{"name": "service"})
	}
	s := &service{Offer: o, isNew: true}
	r.keep(s)
	r.services = append(r.services, s)
	return s, nil
}

// reason returns the ID of the reason that a return gives in words. A service
// that keeps no list of reasons has the words in the note.
func (r *registry) reason(n *sheet.Notes, s *service, text, note string) (itemID, words string, err error) {
	listed := len(link.Current(s.Reasons)) > 0
	switch {
	case text == "" && note == "" && !listed:
		n.Add("reason", "err.required")
		return "", "", nil
	case text == "" && s.isNew && !listed:
		s.silent = append(s.silent, n.Problem("reason", "err.required"))
		return "", note, nil
	case text == "":
		return "", note, nil // the check of the step says whether that will do
	}
	for _, it := range link.Current(s.Reasons) {
		if i18n.Fold(it.Text) == i18n.Fold(text) {
			return it.ID, note, nil
		}
	}
	switch {
	case !listed && !s.isNew:
		return "", strings.TrimSpace(text + "\n" + note), nil
	case !r.o.CreateNodes:
		n.Add("reason", "sheet.err.no_reason", errs.Args{"Name": s.Name})
		return "", note, nil
	}
	o, itemID, err := s.WithReason(text)
	if err != nil {
		return "", note, n.Error(err, "reason", map[string]string{"reasons": "reason"})
	}
	s.Offer, s.changed = o, true
	return itemID, note, nil
}

// unreasoned are the returns without a reason to services that have got reasons
// from later rows of the file.
func (r *registry) unreasoned() (out []sheet.Problem) {
	for _, s := range r.services {
		if len(s.Reasons) > 0 {
			out = append(out, s.silent...)
		}
	}
	return out
}

// offersToWrite returns the services that are new and those that have got reasons.
func (r *registry) offersToWrite() (added, changed []link.Offer) {
	for _, s := range r.services {
		added = append(added, s.Offer)
	}
	for _, byName := range r.offers {
		for _, s := range byName {
			if s.changed && !s.isNew {
				changed = append(changed, s.Offer)
			}
		}
	}
	slices.SortFunc(changed, func(x, y link.Offer) int { return cmp.Compare(x.ID, y.ID) })
	return added, changed
}

// person finds the person of a column by address or name. Whom nobody knows is
// added where that is allowed, and else left out with a warning.
func (r *registry) person(n *sheet.Notes, column string) id.Person {
	text := org.CleanName(n.Fields.Get(n.Row, column))
	if text == "" {
		return ""
	}
	found := r.people[i18n.Fold(text)]
	if len(found) > 1 {
		found = slices.DeleteFunc(slices.Clone(found), func(p org.Person) bool { return !p.Active })
	}
	switch {
	case len(found) == 1:
		return found[0].ID
	case len(found) > 1 || len(r.people[i18n.Fold(text)]) > 1:
		r.warn(n, column, text, "sheet.err.many_people")
		return ""
	case !r.o.CreatePeople || strings.Contains(text, "@"):
		r.warn(n, column, text, "sheet.err.no_person")
		return ""
	}
	p, err := org.Past(text, r.lang)
	if err != nil {
		n.Add(column, errs.FieldsOf(err)["name"])
		return ""
	}
	r.know(p)
	r.added = append(r.added, p)
	return p.ID
}

// warn notes somebody who was left out: once for each name, at its first row.
func (r *registry) warn(n *sheet.Notes, column, text, key string) {
	seen := r.strange[key+text]
	if r.told {
		return
	}
	if seen == nil {
		seen = &sheet.Problem{Row: n.Row.Number, Column: n.Fields.Heading(column), Key: key, Value: text, Args: errs.Args{"N": 0}}
		r.strange[key+text] = seen
		r.warned = append(r.warned, seen)
	}
	seen.Args["N"] = seen.Args["N"].(int) + 1
}

// tell puts what would be added, and the warnings, in a report.
func (r *registry) tell(report *sheet.Report) {
	report.Also("sheet.also.nodes", len(r.sketch.New))
	report.Also("sheet.also.services", len(r.services))
	report.Also("sheet.also.people", len(r.added))
	r.told = true
	for _, w := range r.warned {
		report.Warnings = append(report.Warnings, *w)
	}
}
