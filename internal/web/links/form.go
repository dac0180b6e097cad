package links

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// offerForm is the form of a service, new or not.
type offerForm struct {
	Action, Back, Submit string
	Form                 ui.Form
	Where                ui.FieldArgs // only of a new one
	Kind, Name           ui.FieldArgs
	Detail, Unit         ui.FieldArgs
	Terms                termFields
	Requirements         ui.FieldArgs
	Reasons              ui.FieldArgs
	Questions            []questionForm
	Version              int64
	Now                  *link.Offer // how it stands, after a conflict
}

// questionForm is one question of the request form, as it is edited.
type questionForm struct {
	Number                                  int
	ID                                      string
	Label, Type, Required, Unit, Help, Gone ui.FieldArgs
	Options                                 ui.FieldArgs
	Open                                    bool // the rarer fields are in sight
}

// spare is how many empty questions a form has to fill in.
const spare = 2

func newOfferForm(ctx context.Context, o link.Offer, form ui.Form) offerForm {
	t := func(key string) string { return i18n.T(ctx, key) }
	f := offerForm{Form: form, Version: o.Version, Terms: newTermFields(ctx, o.Terms, form)}
	f.Kind = ui.FieldArgs{Name: "kind", Label: t("linkpage.what_kind"), Type: "select", Value: string(o.Kind)}
	for _, k := range link.Kinds {
		f.Kind.Options = append(f.Kind.Options, ui.Option{Value: string(k), Label: kindWord(ctx, k)})
	}
	f.Kind = form.Fill(f.Kind)
	f.Name = form.Fill(ui.FieldArgs{
		Name: "name", Label: t("linkpage.name"), Value: o.Name, Auto: "off", Help: t("linkpage.name_help"),
	})
	f.Detail = form.Fill(ui.FieldArgs{
		Name: "detail", Label: t("linkpage.detail"), Type: "textarea", Rows: 3, Value: o.Detail, Optional: true,
	})
	f.Unit = form.Fill(ui.FieldArgs{
		Name: "unit", Label: t("linkpage.unit"), Value: o.Unit, Optional: true, Auto: "off", Help: t("linkpage.unit_help"),
	})
	f.Requirements = form.Fill(ui.FieldArgs{
		Name: "requirements", Label: t("linkpage.requirements"), Type: "textarea", Rows: 5, Value: sayLines(o.Requirements),
		Optional: true, Help: t("linkpage.lines_help"),
	})
	f.Reasons = form.Fill(ui.FieldArgs{
		Name: "reasons", Label: t("linkpage.reasons"), Type: "textarea", Rows: 5, Value: sayLines(o.Reasons),
		Optional: true, Help: t("linkpage.reasons_help"),
	})
	for i, q := range o.Form {
		f.Questions = append(f.Questions, newQuestion(ctx, i, q, form))
	}
	for range spare {
		f.Questions = append(f.Questions, newQuestion(ctx, len(f.Questions), link.Field{Type: link.Text}, form))
	}
	return f
}

// fields are those of the form in the order of the page, for the summary of
// what is wrong.
func (f offerForm) fields() []ui.FieldArgs {
	out := []ui.FieldArgs{f.Where, f.Kind, f.Name, f.Detail, f.Unit}
	out = append(out, f.Terms.all()...)
	out = append(out, f.Requirements, f.Reasons)
	for _, q := range f.Questions {
		out = append(out, q.Label, q.Type, q.Unit, q.Options, q.Help)
	}
	return out
}

// newQuestion returns the fields of question i. They show q, which holds what
// was sent, since a form that comes back has its questions in a new order.
func newQuestion(ctx context.Context, i int, q link.Field, form ui.Form) questionForm {
	at := "form." + strconv.Itoa(i) + "."
	field := func(name, value string, f ui.FieldArgs) ui.FieldArgs {
		f.Name, f.Value, f.Error = at+name, value, form.Errors[at+name]
		f.Label = i18n.T(ctx, "linkpage.question."+name)
		return f
	}
	out := questionForm{Number: i, ID: q.ID}
	out.Label = field("label", q.Label, ui.FieldArgs{Optional: q.ID == "", Auto: "off"})
	out.Type = field("type", string(q.Type), ui.FieldArgs{Type: "select"})
	for _, t := range link.FieldTypes {
		out.Type.Options = append(out.Type.Options, ui.Option{Value: string(t), Label: i18n.T(ctx, "linkpage.answer."+string(t))})
	}
	out.Required = field("required", "", ui.FieldArgs{Type: "checkbox", Checked: q.Required})
	out.Unit = field("unit", q.Unit, ui.FieldArgs{Optional: true, Auto: "off", Help: i18n.T(ctx, "linkpage.question.unit_help")})
	out.Options = field("options", strings.Join(q.Options, "\n"), ui.FieldArgs{
		Type: "textarea", Rows: 3, Optional: true, Help: i18n.T(ctx, "linkpage.question.options_help"),
	})
	out.Help = field("help", q.Help, ui.FieldArgs{Optional: true, Auto: "off"})
	out.Gone = field("gone", "", ui.FieldArgs{Type: "checkbox"})
	out.Open = q.Unit != "" || len(q.Options) > 0 || q.Help != "" || out.Unit.Error+out.Options.Error+out.Help.Error != ""
	return out
}

// question is one more empty question, for the form that is open.
func (p pages) question(r *http.Request, a authz.Actor) (web.Result, error) {
	n, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil || n < 0 || n > mostQuestions {
		n = mostQuestions
	}
	return web.Part(moreQuestions(newQuestion(r.Context(), n, link.Field{Type: link.Text}, ui.Form{}))), nil
}

// mostQuestions is how far the numbers of questions go; the domain keeps fewer.
const mostQuestions = 200

// readOffer reads the form of a service, without its node.
func readOffer(r *http.Request) link.Offer {
	f := r.PostForm
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil {
		version = 0 // of a new one
	}
	return link.Offer{
		Kind: link.Kind(f.Get("kind")), Name: f.Get("name"), Detail: strings.TrimSpace(f.Get("detail")),
		Unit: strings.TrimSpace(f.Get("unit")), Terms: readTerms(r), Version: version,
		Requirements: readLines(f.Get("requirements")), Reasons: readLines(f.Get("reasons")), Form: readQuestions(r),
	}
}

// readQuestions reads the questions in the order of their numbers, without the
// empty ones and those that were taken away.
func readQuestions(r *http.Request) []link.Field {
	var numbers []int
	for name := range r.PostForm {
		rest, ok := strings.CutPrefix(name, "form.")
		number, last, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); ok && last == "label" && err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	var out []link.Field
	for _, n := range numbers {
		get := func(name string) string {
			return strings.TrimSpace(r.PostForm.Get("form." + strconv.Itoa(n) + "." + name))
		}
		q := link.Field{
			ID: get("id"), Label: get("label"), Type: link.FieldType(get("type")), Required: get("required") != "", Help: get("help"),
		}
		switch q.Type {
		case link.Number:
			q.Unit = get("unit")
		case link.Choice:
			for l := range strings.Lines(get("options")) {
				if l = strings.TrimSpace(l); l != "" {
					q.Options = append(q.Options, l)
				}
			}
		case link.Text, link.Date, link.File, link.Person:
		}
		empty := q.ID == "" && q.Label == "" && q.Help == "" && q.Unit == "" && len(q.Options) == 0
		if get("gone") == "" && !empty {
			out = append(out, q)
		}
	}
	return out
}

// askURL is where somebody asks for a service.
func askURL(s id.Service) string { return "/pedir/" + string(s) }
