package link

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/sheet"
)

// serviceColumns are those of the import and the export of services.
var serviceColumns = sheet.NewColumns(
	sheet.Word{Name: "node", Also: []string{"puesto", "post", "equipo", "team", "área", "proveedor", "supplier"}},
	sheet.Word{Name: "name", Also: []string{"servicio", "service", "nombre del servicio", "service name"}},
	sheet.Word{Name: "kind", Also: []string{"clase", "type", "qué entrega"}},
	sheet.Word{Name: "detail", Also: []string{"descripción", "description", "details"}},
	sheet.Word{Name: "unit", Also: []string{"unidad de medida", "units"}},
	sheet.Word{Name: "take", Also: []string{"tomar", "take time", "plazo para tomar"}},
	sheet.Word{Name: "deliver", Also: []string{"entregar", "deliver time", "delivery time", "plazo de entrega", "plazo"}},
	sheet.Word{Name: "target", Also: []string{"objetivo", "right first time", "bien a la primera"}},
	sheet.Word{Name: "requirements", Also: []string{"requisito", "lista", "checklist"}},
	sheet.Word{Name: "reasons", Also: []string{"motivos", "motivos de devolución", "return reasons"}},
	sheet.Word{Name: "fields", Also: []string{"formulario", "form", "preguntas", "questions"}},
)

var kindWords = sheet.NewWords(
	sheet.Word{Name: string(Product)}, sheet.Word{Name: string(Information), Also: []string{"dato", "datos"}},
	sheet.Word{Name: string(Document)}, sheet.Word{Name: string(Material)},
	sheet.Word{Name: string(Support), Also: []string{"soporte", "ayuda", "help"}}, sheet.Word{Name: string(Decision)},
)

// UsualTerms are promised where nobody has said anything else.
var UsualTerms = Terms{Take: sheet.WorkDay, Deliver: 3 * sheet.WorkDay, Target: 90}

// renamed says in which column the fields of a service stand.
var renamed = map[string]string{"form": "fields"}

// ImportServices adds and changes services. A service is known by its node and
// its name; an empty cell leaves what is there. With any problem nothing is
// written, and the report says what is wrong where; a dry run writes nothing in
// any case.
func (s *Service) ImportServices(ctx context.Context, a authz.Actor, t sheet.Table, dryRun bool) (sheet.Report, error) {
	f, err := serviceColumns.Match(ctx, t, "node", "name")
	if err != nil {
		return sheet.Report{}, err
	}
	if err := a.MustOwn(); err != nil {
		return sheet.Report{}, err
	}
	if dryRun {
		in, err := readCatalogue(ctx, s.db, a, f, t)
		in.report.DryRun = true
		return in.report, err
	}
	var report sheet.Report
	err = s.db.InTx(ctx, a.Company, func(tx *db.Tx) error {
		in, err := readCatalogue(ctx, tx, a, f, t)
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

// catalogue is what an import of services will do.
type catalogue struct {
	sketch  *org.Sketch
	known   map[offerKey]Offer
	rows    map[offerKey]int // where the file has it
	added   []Offer
	changed []Offer
	report  sheet.Report
}

type offerKey struct {
	node id.Node
	name string // folded
}

func keyOf(o Offer) offerKey { return offerKey{o.Node, i18n.Fold(o.Name)} }

func readCatalogue(ctx context.Context, q db.Querier, a authz.Actor, f sheet.Fields, t sheet.Table) (*catalogue, error) {
	in := &catalogue{
		known: map[offerKey]Offer{}, rows: map[offerKey]int{}, report: sheet.Report{Rows: len(t.Rows), Ignored: f.Ignored},
	}
	tree, err := org.LoadTree(ctx, q, a.Company)
	if err != nil {
		return in, err
	}
	in.sketch = org.Draw(tree)
	offers, err := LoadOffers(ctx, q, a.Company)
	if err != nil {
		return in, err
	}
	for _, o := range offers {
		if !o.Archived() {
			in.known[keyOf(o)] = o
		}
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
	if len(offers)+len(in.added) > most {
		return in, errs.With(errs.TooLarge, "sheet.err.too_many_services", errs.Args{"Most": most})
	}
	return in, nil
}

// read takes one row into account.
func (in *catalogue) read(n *sheet.Notes) error {
	o := Offer{Name: org.CleanName(n.Fields.Get(n.Row, "name"))}
	node, err := in.node(n)
	if err != nil {
		return err
	}
	o.Node = node
	was, there := in.known[keyOf(o)]
	if there {
		o = was
	} else {
		o.ID, o.Kind, o.Terms, o.Version = id.New[id.Service](), Product, UsualTerms, 1
	}
	if row, twice := in.rows[keyOf(o)]; twice && node != "" {
		n.Add("name", "sheet.err.row_twice", errs.Args{"Row": row})
	}
	in.rows[keyOf(o)] = n.Row.Number
	fill(n, &o)
	o.Requirements, o.Reasons = keepGone(was.Requirements, o.Requirements), keepGone(was.Reasons, o.Reasons)
	o.clean()
	bad := o.check()
	delete(bad, "node") // said already, and better
	n.Bad(bad, renamed)
	if len(n.Found) > 0 {
		return nil
	}
	switch {
	case !there:
		in.added = append(in.added, o)
		in.report.Created++
	case same(was, o):
		in.report.Skipped++
	default:
		o.Version = was.Version + 1
		in.changed = append(in.changed, o)
		in.report.Updated++
	}
	return nil
}

func (in *catalogue) node(n *sheet.Notes) (id.Node, error) {
	text := n.Fields.Get(n.Row, "node")
	if text == "" {
		n.Add("node", "err.required")
		return "", nil
	}
	v, err := in.sketch.Find(text)
	if err == nil && v.Archived() {
		err = errs.With(errs.Conflict, "org.err.archived", errs.Args{"Name": v.Name})
	}
	return v.ID, n.Error(err, "node", nil)
}

// fill puts on o what the row says.
func fill(n *sheet.Notes, o *Offer) {
	cell := func(column string) string { return n.Fields.Get(n.Row, column) }
	if v := cell("name"); v != "" {
		o.Name = v
	}
	if v := cell("kind"); v != "" {
		name, _ := kindWords.Find(v) // what is unknown is found by the check of the service
		o.Kind = Kind(name)
	}
	if v := cell("detail"); v != "" {
		o.Detail = v
	}
	if v := cell("unit"); v != "" {
		o.Unit = v
	}
	span := func(column string, work *time.Duration, days *int) {
		v := cell(column)
		s, ok := sheet.ParseSpan(v)
		switch {
		case v == "":
		case !ok:
			n.Add(column, "sheet.err.duration")
		default:
			*work, *days = s.Work, s.Days
		}
	}
	span("take", &o.Take, &o.TakeDays)
	span("deliver", &o.Deliver, &o.DeliverDays)
	if take, deliver := o.Spans(); cell("take") == "" && after(take, deliver) { // nobody said one: it follows the other
		o.Take, o.TakeDays = o.Deliver, o.DeliverDays
	}
	if v := cell("target"); v != "" {
		target, ok := parsePercent(v)
		if !ok {
			n.Add("target", "link.err.percent")
		}
		o.Target = target
	}
	if v := cell("requirements"); v != "" {
		o.Requirements = parseItems(v)
	}
	if v := cell("reasons"); v != "" {
		o.Reasons = parseItems(v)
	}
	if v := cell("fields"); v != "" {
		form, ok := parseForm(v, o.Form)
		if !ok {
			n.Add("fields", "sheet.err.fields")
		} else {
			o.Form = form
		}
	}
}

// same reports whether nothing changed that people see.
func same(a, b Offer) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.Detail == b.Detail && a.Unit == b.Unit && a.Terms == b.Terms &&
		slices.Equal(a.Requirements, b.Requirements) && slices.Equal(a.Reasons, b.Reasons) && toJSON(a.Form) == toJSON(b.Form)
}

// write does what was planned.
func (in *catalogue) write(ctx context.Context, tx *db.Tx, by id.Person) error {
	if err := AddOffers(ctx, tx, by, in.added...); err != nil {
		return err
	}
	return change(ctx, tx, by, in.changed)
}

// change writes services of which each has the version after the one there.
func change(ctx context.Context, tx *db.Tx, by id.Person, offers []Offer) error {
	facts := make([]fact.Fact, len(offers))
	for i, o := range offers {
		if err := updateOffer(ctx, tx, o.Version-1, o); err != nil {
			return err
		}
		facts[i] = fact.Fact{Kind: "service.changed", Actor: by, Subject: string(o.ID)}
	}
	fact.Record(tx, facts...)
	return nil
}

// Usual returns a service with the usual promise, as old records name one.
func Usual(node id.Node, name, unit string) (Offer, error) {
	o := Offer{ID: id.New[id.Service](), Node: node, Kind: Product, Name: name, Unit: unit, Terms: UsualTerms, Version: 1}
	o.clean()
	return o, o.check().Err()
}

// WithReason returns o with one more reason to return it, and the ID of that.
func (o Offer) WithReason(text string) (Offer, string, error) {
	o.Reasons = keepGone(o.Reasons, append(Current(o.Reasons), Item{Text: text}))
	at := slices.IndexFunc(o.Reasons, func(it Item) bool { return it.Text == strings.TrimSpace(text) && !it.Gone })
	return o, o.Reasons[at].ID, o.check().Err()
}

// ChangeOffers writes changed services inside the caller's transaction, each as
// the next version. Conflict if somebody changed one meanwhile.
func ChangeOffers(ctx context.Context, tx *db.Tx, by id.Person, offers ...Offer) error {
	next := slices.Clone(offers)
	for i := range next {
		next[i].Version++
	}
	return change(ctx, tx, by, next)
}
