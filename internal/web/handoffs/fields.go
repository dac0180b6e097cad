package handoffs

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web/away"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// accept is what a file field offers to choose from.
const accept = "image/*,application/pdf,.docx,.xlsx,.pptx,.odt,.ods,.doc,.xls,.zip,.txt,.csv,video/mp4"

// plain writes a number as a field takes it, or nothing for none.
func plain(q float64) string {
	if q == 0 {
		return ""
	}
	return strconv.FormatFloat(q, 'f', -1, 64)
}

func amountLabel(ctx context.Context, unit string) string {
	if unit == "" {
		return i18n.T(ctx, "handoff.field.quantity")
	}
	return i18n.T(ctx, "handoff.field.quantity_of", i18n.Args{"Unit": unit})
}

// filesHelp says how large a file may be.
func filesHelp(ctx context.Context) string {
	return i18n.T(ctx, "handoff.field.files_help", i18n.Args{"Most": handoff.MostFileMB})
}

func (v pass) files(ctx context.Context, act string) ui.FieldArgs {
	return v.field(act, fileField(ui.FieldArgs{
		Name: "files", Label: i18n.T(ctx, "handoff.field.files"), Help: filesHelp(ctx),
		Multiple: true, Accept: accept,
	}, v.sent.act == act))
}

func (v pass) note(ctx context.Context, act, label string, required bool) ui.FieldArgs {
	return v.field(act, ui.FieldArgs{
		Name: "note", Type: "textarea", Rows: 2, Label: i18n.T(ctx, label), Optional: !required,
	})
}

func (v pass) deliverWord(ctx context.Context) string {
	if v.State == handoff.Returned {
		return i18n.T(ctx, "handoff.do.deliver_again")
	}
	return i18n.T(ctx, "handoff.do.deliver")
}

// deliverFields are the quantity, and then what a delivery seldom needs.
func (v pass) deliverFields(ctx context.Context) []ui.FieldArgs {
	return []ui.FieldArgs{
		v.field("entregar", ui.FieldArgs{
			Name: "quantity", Label: amountLabel(ctx, v.Unit), Value: plain(v.Missing()), Hint: "decimal", Optional: v.Missing() == 0,
			Auto: "off",
		}),
		v.note(ctx, "entregar", "handoff.field.note", false),
		v.files(ctx, "entregar"),
		v.field("entregar", ui.FieldArgs{
			Name: "happened_at", Type: "datetime-local", Label: i18n.T(ctx, "handoff.field.delivered_at"), Optional: true,
			Help: i18n.T(ctx, "handoff.field.delivered_at_help", i18n.Args{"Customer": v.CustomerName}),
			Max:  v.now.Format(local),
		}),
	}
}

func (v pass) reasons(ctx context.Context, act, label string, optional bool) ui.FieldArgs {
	f := ui.FieldArgs{Name: "reason", Type: "radio", Label: i18n.T(ctx, label), Optional: optional}
	for _, it := range link.Current(v.Offer.Reasons) {
		f.Options = append(f.Options, ui.Option{Value: it.ID, Label: it.Text})
	}
	return v.field(act, f)
}

func (v pass) returned(ctx context.Context, act string, optional bool) ui.FieldArgs {
	f := ui.FieldArgs{Name: "quantity", Label: amountLabel(ctx, v.Unit), Hint: "decimal", Optional: optional, Auto: "off"}
	if v.Delivered > 0 {
		f.Label = i18n.T(ctx, "handoff.field.returned_of", i18n.Args{"Amount": v.amount(ctx, v.Delivered)})
	}
	f.Help = i18n.T(ctx, "handoff.field.returned_help")
	return v.field(act, f)
}

// returnFields are the reason, how much comes back, and what there is to see.
func (v pass) returnFields(ctx context.Context, act string) []ui.FieldArgs {
	withReasons := len(link.Current(v.Offer.Reasons)) > 0
	var out []ui.FieldArgs
	if withReasons {
		out = append(out, v.reasons(ctx, act, "handoff.field.reason", false))
	}
	return append(out, v.returned(ctx, act, true), v.note(ctx, act, "handoff.field.what_lacks", !withReasons), v.files(ctx, act))
}

// phoneFields are what the customer said, and who said it.
func (v pass) phoneFields(ctx context.Context) []ui.FieldArgs {
	const act = "por-telefono"
	said := ui.FieldArgs{Name: "said", Type: "radio", Label: i18n.T(ctx, "handoff.field.said", i18n.Args{"Customer": v.CustomerName})}
	for _, s := range []handoff.State{handoff.Accepted, handoff.Returned, handoff.AcceptedWithRemark} {
		said.Options = append(said.Options, ui.Option{Value: string(s), Label: i18n.T(ctx, "handoff.phone."+string(s))})
	}
	out := []ui.FieldArgs{v.field(act, said)}
	if !v.outside {
		out = append(out, v.field(act, ui.FieldArgs{
			Name: "behalf", Type: "select", Label: i18n.T(ctx, "handoff.field.behalf"), Optional: true,
			Options: append([]ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}, names(ctx, v.people, v.Customer, v.CustomerName)...),
		}))
	}
	name := ui.FieldArgs{Name: "behalf_name", Label: i18n.T(ctx, "handoff.field.behalf_other"), Optional: true, Auto: "off"}
	if v.outside {
		name.Label, name.Optional = i18n.T(ctx, "handoff.field.behalf"), false
	}
	out = append(out, v.field(act, name))
	if len(link.Current(v.Offer.Reasons)) > 0 {
		out = append(out, v.reasons(ctx, act, "handoff.field.reason_theirs", true))
	}
	words := v.note(ctx, act, "handoff.field.their_words", false)
	words.Help = i18n.T(ctx, "handoff.field.their_words_help")
	return append(out, v.returned(ctx, act, true), words)
}

// phoneButton is the large action where nobody of the customer signs in.
func (v pass) phoneButton(ctx context.Context) ui.ButtonArgs {
	b := ui.ButtonArgs{Label: i18n.T(ctx, "handoff.do.phone_of", i18n.Args{"Customer": v.CustomerName}), Icon: "message-square"}
	if v.outside {
		b.Kind, b.Large = ui.Primary, true
	}
	return b
}

func openerClass(b ui.ButtonArgs) string {
	c := map[ui.Kind]string{ui.Plain: "btn-plain", ui.Primary: "btn-primary", ui.Quiet: "btn-quiet"}[b.Kind]
	if b.Large {
		c += " btn-large"
	}
	return c
}

func (v pass) assignField(ctx context.Context) ui.FieldArgs {
	return v.field("asignar", ui.FieldArgs{
		Name: "assignee", Type: "select", Label: i18n.T(ctx, "handoff.field.assignee"), Value: string(v.Assignee), Optional: true,
		Options: append([]ui.Option{{Label: i18n.T(ctx, "handoff.nobody")}},
			away.Mark(ctx, names(ctx, v.able(), v.Supplier, v.SupplierName), v.away)...),
	})
}

// able are the people who may be able to serve the handoff: those of the post,
// who leads, and the owners.
func (v pass) able() []org.Person {
	return slices.DeleteFunc(slices.Clone(v.people), func(x org.Person) bool {
		return !x.Owner && !slices.ContainsFunc(x.Places, func(l org.Place) bool { return l.Leads || l.Node == v.Supplier })
	})
}

func (v pass) redirectField(ctx context.Context) ui.FieldArgs {
	return v.field("redirigir", ui.FieldArgs{
		Name: "service", Type: "select", Label: i18n.T(ctx, "handoff.field.service"),
		Options: append([]ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}, v.others...),
	})
}

// mayChange reports whether the person may change what was asked, or only its
// tags.
func (v pass) mayChange() bool { return handoff.CanChange(v.me, v.Handoff) }

func (v pass) changeWord() string {
	if v.mayChange() {
		return "handoff.do.change"
	}
	return "handoff.do.tag"
}

func (v pass) changeFields(ctx context.Context) []ui.FieldArgs {
	day, hour := v.needBy()
	tags := v.field("cambiar", tagsField(ctx, strings.Join(v.Tags, ", ")))
	if !v.mayChange() {
		return []ui.FieldArgs{tags}
	}
	return []ui.FieldArgs{
		v.field("cambiar", PriorityField(ctx, v.Priority)),
		v.field("cambiar", NeedByField(ctx, day, "")),
		v.field("cambiar", needByTimeField(ctx, hour)),
		v.field("cambiar", OrderField(ctx, v.Order)),
		tags,
	}
}

// was is what the fields of the change showed: name and value.
func (v pass) was() [][2]string {
	day, hour := v.needBy()
	return [][2]string{
		{"was_priority", strconv.Itoa(int(v.Priority))},
		{"was_need_by", day},
		{"was_need_by_time", hour},
		{"was_order_ref", v.Order},
		{"was_tags", strings.Join(v.Tags, ", ")},
	}
}

// needBy is when the customer needs it, as the fields write it.
func (v pass) needBy() (day, hour string) {
	if v.NeedBy.IsZero() {
		return "", ""
	}
	t := v.NeedBy.In(v.now.Location())
	return t.Format("2006-01-02"), t.Format("15:04")
}

func (v pass) commentFields(ctx context.Context) []ui.FieldArgs {
	f := ui.FieldArgs{
		Name: "note", Type: "textarea", Rows: 2, Label: i18n.T(ctx, "handoff.field.comment"), Help: i18n.T(ctx, "handoff.field.comment_help"),
		Value: v.leftover(), Attrs: templ.Attributes{"x-on:input": "look"},
	}
	return []ui.FieldArgs{v.field("comentar", f), v.files(ctx, "comentar")}
}

// callNames are the names that an @ may call, for the script.
func (v pass) callNames() string {
	out := make([]string, len(v.people))
	for i, x := range v.people {
		out[i] = x.Name
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

// answer is what was answered to a question of the form.
func (v pass) answer(ctx context.Context, q link.Field) string {
	said := v.Answers[q.ID]
	switch q.Type {
	case link.Person:
		return v.Names[id.Person(said)]
	case link.Date:
		return i18n.Date(ctx, said)
	case link.Number:
		if n, err := link.ParseNumber(said); err == nil {
			said = i18n.Number(ctx, n)
		}
		return strings.TrimSpace(said + " " + q.Unit)
	case link.Text, link.Choice, link.File:
	}
	return said
}

// asks are the questions that files answer.
func (v pass) asks() map[id.File]string {
	out, form := map[id.File]string{}, v.AskForm()
	for _, f := range v.Files {
		i := slices.IndexFunc(form, func(q link.Field) bool { return q.ID == f.Field })
		if f.Field != "" && i >= 0 {
			out[f.ID] = form[i].Label
		}
	}
	return out
}

func merged(attrs []templ.Attributes) templ.Attributes {
	out := templ.Attributes{}
	for _, a := range attrs {
		for k, x := range a {
			out[k] = x
		}
	}
	return out
}
