package link

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// Kind says what a service delivers.
type Kind string

// The kinds of service.
const (
	Product     Kind = "product"
	Information Kind = "information"
	Document    Kind = "document"
	Material    Kind = "material"
	Support     Kind = "support"
	Decision    Kind = "decision"
)

// Kinds lists every kind of service.
var Kinds = []Kind{Product, Information, Document, Material, Support, Decision}

// Offer is what a node delivers to others: the internal service.
type Offer struct {
	ID           id.Service
	Node         id.Node // the supplier
	Kind         Kind
	Name         string
	Detail       string
	Unit         string // "piezas", "kg"; empty if it is not counted
	Form         []Field
	Requirements []Item // what "well done" means, as a checklist
	Reasons      []Item // why it may come back
	Terms               // the default promise, where no agreement holds
	Version      int64
	OfferedAt    db.Time
	ArchivedAt   db.Time
}

// Archived reports whether the service can no longer be asked for.
func (o Offer) Archived() bool { return !o.ArchivedAt.IsZero() }

// Terms are what a supplier promises on one link for one service. Each time is
// either working time or, if its days are above zero, whole working days.
type Terms struct {
	Take        time.Duration // working time until somebody takes it
	Deliver     time.Duration // working time until it is delivered, from the asking
	TakeDays    int           // working days until somebody takes it; Take is zero then
	DeliverDays int           // working days until it is delivered; Deliver is zero then
	Target      int           // right first time, in percent
}

// Spans returns both times as a calendar counts them.
func (t Terms) Spans() (take, deliver calendar.Span) {
	return calendar.Span{Work: t.Take, Days: t.TakeDays}, calendar.Span{Work: t.Deliver, Days: t.DeliverDays}
}

// Due returns when something that is asked at a moment is to be taken and to be
// delivered by these terms, in the hours of the supplier. It is never to be
// taken later than delivered: three hours may be more than one working day. The
// error is that of [calendar.Calendar.Due].
func (t Terms) Due(hours *calendar.Calendar, asked time.Time) (take, deliver time.Time, err error) {
	first, last := t.Spans()
	if deliver, err = hours.Due(asked, last); err != nil {
		return time.Time{}, time.Time{}, err
	}
	if take, err = hours.Due(asked, first); err != nil {
		return time.Time{}, time.Time{}, err
	}
	if take.After(deliver) {
		take = deliver
	}
	return take, deliver, nil
}

// Item is one line of a checklist or of a list of reasons. Its ID is short and
// stays when the text is mended, so that figures go on.
type Item struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Gone bool   `json:"gone,omitempty"` // no longer offered, kept for the past
}

// FieldType says what may be written in a field of a request form.
type FieldType string

// The types of field.
const (
	Text   FieldType = "text"
	Number FieldType = "number"
	Date   FieldType = "date"
	Choice FieldType = "choice"
	File   FieldType = "file"
	Person FieldType = "person"
)

// FieldTypes lists every type of field.
var FieldTypes = []FieldType{Text, Number, Date, Choice, File, Person}

// Field is one question of a request form.
type Field struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Type     FieldType `json:"type"`
	Required bool      `json:"required,omitempty"`
	Unit     string    `json:"unit,omitempty"`    // of a number
	Options  []string  `json:"options,omitempty"` // of a choice
	Help     string    `json:"help,omitempty"`
}

const (
	mostName    = 120
	mostDetail  = 2000
	mostUnit    = 30
	mostItems   = 40
	mostFields  = 30
	mostOptions = 60
	mostText    = 300
	mostAnswer  = 2000
	longest     = 366 * 24 * time.Hour
	longestDays = 366

	mostAcceptDays = 60
)

func (t Terms) check(bad errs.Bad) {
	take, deliver := t.Spans()
	checkSpan(bad, "take", take)
	checkSpan(bad, "deliver", deliver)
	if bad["deliver"] == "" {
		bad.Add(!after(take, deliver), "take", "link.err.take_after_deliver")
	}
	bad.Add(t.Target >= 0 && t.Target <= 100, "target", "link.err.percent")
}

func checkSpan(bad errs.Bad, field string, s calendar.Span) {
	bad.Add(s.Work == 0 || s.Days == 0, field, "link.err.one_unit")
	bad.Add(s.Days >= 0 && s.Days <= longestDays, field, "link.err.days")
	bad.Add(s.Days > 0 || s.Work > 0 && s.Work <= longest, field, "link.err.time")
}

// after reports whether a lasts longer than b by any calendar: no working day
// has more than 24 hours, and none less than nothing.
func after(a, b calendar.Span) bool {
	switch {
	case a.Days > 0 && b.Days > 0:
		return a.Days > b.Days
	case a.Days == 0 && b.Days == 0:
		return a.Work > b.Work
	case b.Days > 0:
		return a.Work > time.Duration(b.Days+1)*24*time.Hour
	}
	return false
}

func (o Offer) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("name", o.Name)
	bad.Text("name", o.Name, mostName)
	bad.Required("node", string(o.Node))
	errs.OneOf(bad, "kind", o.Kind, Kinds...)
	bad.Text("detail", o.Detail, mostDetail)
	bad.Text("unit", o.Unit, mostUnit)
	o.Terms.check(bad)
	checkItems(bad, "requirements", o.Requirements)
	checkItems(bad, "reasons", o.Reasons)
	bad.Add(len(o.Form) <= mostFields, "form", "link.err.too_many_lines")
	seen := map[string]bool{}
	for i, f := range o.Form {
		at := "form." + strconv.Itoa(i)
		bad.Required(at+".label", f.Label)
		bad.Text(at+".label", f.Label, mostText)
		bad.Text(at+".help", f.Help, mostText)
		bad.Text(at+".unit", f.Unit, mostUnit)
		errs.OneOf(bad, at+".type", f.Type, FieldTypes...)
		bad.Add(f.ID != "" && !seen[f.ID], at+".id", "link.err.twice")
		bad.Add(f.Type != Choice || len(f.Options) > 1, at+".options", "link.err.options")
		bad.Add(len(f.Options) <= mostOptions, at+".options", "link.err.too_many_lines")
		for _, o := range f.Options {
			bad.Required(at+".options", o)
			bad.Text(at+".options", o, mostText)
		}
		seen[f.ID] = true
	}
	return bad
}

func checkItems(bad errs.Bad, field string, items []Item) {
	bad.Add(len(items) <= mostItems, field, "link.err.too_many_lines")
	ids, texts := map[string]bool{}, map[string]bool{}
	for _, it := range items {
		bad.Required(field, it.Text)
		bad.Text(field, it.Text, mostText)
		bad.Add(!ids[it.ID] && !(texts[it.Text] && !it.Gone), field, "link.err.twice")
		ids[it.ID], texts[it.Text] = true, texts[it.Text] || !it.Gone
	}
}

// numberItems gives an ID to what has none: the next number that neither the
// list nor its past has used.
func numberItems(items []Item, past ...Item) []Item {
	used := map[string]bool{}
	for _, it := range slices.Concat(items, past) {
		used[it.ID] = true
	}
	out, n := slices.Clone(items), 0
	for i := range out {
		out[i].Text = strings.TrimSpace(out[i].Text)
		for out[i].ID == "" {
			if n++; !used[strconv.Itoa(n)] {
				out[i].ID = strconv.Itoa(n)
			}
		}
	}
	return out
}

// keepGone returns now with what was in the list and no longer is, marked as
// gone: past handoffs name it. A line typed again is the old line.
func keepGone(was, now []Item) []Item {
	has := func(list []Item, itemID string) bool {
		return slices.ContainsFunc(list, func(n Item) bool { return n.ID == itemID })
	}
	out := slices.Clone(now)
	for i, it := range out {
		for _, old := range was {
			if it.ID == "" && old.Text == strings.TrimSpace(it.Text) && !has(out, old.ID) {
				out[i].ID = old.ID
			}
		}
	}
	out = numberItems(out, was...)
	for _, old := range was {
		if !has(out, old.ID) {
			old.Gone = true
			out = append(out, old)
		}
	}
	return out
}

// Current returns the items that are still offered.
func Current(items []Item) []Item {
	return slices.DeleteFunc(slices.Clone(items), func(it Item) bool { return it.Gone })
}

// TextOf returns the text of the item with that ID, or the ID itself.
func TextOf(items []Item, itemID string) string {
	for _, it := range items {
		if it.ID == itemID {
			return it.Text
		}
	}
	return itemID
}

// CheckAnswers notes in bad what is wrong with the answers to a form, each as
// "answers.<field id>". File answers are checked by who keeps the files.
func CheckAnswers(bad errs.Bad, form []Field, answers map[string]string, isPerson func(id.Person) bool) {
	known := map[string]bool{}
	for _, f := range form {
		known[f.ID] = true
		at, v := "answers."+f.ID, strings.TrimSpace(answers[f.ID])
		if v == "" {
			bad.Add(!f.Required || f.Type == File, at, "err.required")
			continue
		}
		bad.Text(at, v, mostAnswer)
		switch f.Type {
		case Number:
			n, err := ParseNumber(v)
			bad.Add(err == nil && !math.IsInf(n, 0) && !math.IsNaN(n), at, "err.not_a_number")
		case Date:
			_, err := time.Parse(time.DateOnly, v)
			bad.Add(err == nil, at, "err.not_a_date")
		case Choice:
			bad.Add(slices.Contains(f.Options, v), at, "err.unknown")
		case Person:
			bad.Add(isPerson(id.Person(v)), at, "err.unknown")
		case Text, File:
		}
	}
	for k := range answers {
		bad.Add(known[k], "answers."+k, "err.unknown")
	}
}

// ParseNumber reads a number as people write it: "1.234,5", "1,234.5", "12,5".
// A single separator followed by exactly three digits groups thousands only if
// it stands more than once; alone it is a decimal sign.
func ParseNumber(s string) (float64, error) {
	s = strings.ReplaceAll(strings.TrimSpace(s), " ", "")
	comma, dot := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case comma >= 0 && dot >= 0 && comma > dot:
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	case comma >= 0 && dot >= 0:
		s = strings.ReplaceAll(s, ",", "")
	case strings.Count(s, ",") > 1:
		s = strings.ReplaceAll(s, ",", "")
	case strings.Count(s, ".") > 1:
		s = strings.ReplaceAll(s, ".", "")
	case comma >= 0:
		s = strings.Replace(s, ",", ".", 1)
	}
	return strconv.ParseFloat(s, 64)
}

func toJSON[T any](v []T) string {
	if v == nil {
		return "[]"
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and flags only
	}
	return string(b)
}

// numberFields gives an ID to the questions that have none.
func numberFields(form []Field) []Field {
	used := map[string]bool{}
	for _, f := range form {
		used[f.ID] = true
	}
	out, n := slices.Clone(form), 0
	for i := range out {
		for out[i].ID == "" {
			if n++; !used["f"+strconv.Itoa(n)] {
				out[i].ID = "f" + strconv.Itoa(n)
			}
		}
	}
	return out
}
