package handoffs

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// PriorityField asks how urgent something is.
func PriorityField(ctx context.Context, p handoff.Priority) ui.FieldArgs {
	f := ui.FieldArgs{Name: "priority", Type: "radio", Label: i18n.T(ctx, "handoff.field.priority"), Value: strconv.Itoa(int(p))}
	for i, key := range []string{"handoff.priority.normal", "ui.priority.high", "ui.priority.now"} {
		f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(i), Label: i18n.T(ctx, key)})
	}
	return f
}

// NeedByField asks for the day by which something is needed; both days are local
// dates, and today is the first that may be chosen.
func NeedByField(ctx context.Context, day, today string) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "need_by", Type: "date", Label: i18n.T(ctx, "handoff.field.need_by"), Value: day, Min: today, Optional: true,
	}
}

func needByTimeField(ctx context.Context, hour string) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "need_by_time", Type: "time", Label: i18n.T(ctx, "handoff.field.need_by_time"), Value: hour, Optional: true,
		Help: i18n.T(ctx, "handoff.field.need_by_time_help"),
	}
}

// OrderField asks for the order of a customer outside.
func OrderField(ctx context.Context, ref string) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "order_ref", Label: i18n.T(ctx, "handoff.field.order"), Help: i18n.T(ctx, "handoff.field.order_help"), Value: ref,
		Optional: true, Auto: "off",
	}
}

func tagsField(ctx context.Context, tags string) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "tags", Label: i18n.T(ctx, "handoff.field.tags"), Help: i18n.T(ctx, "handoff.field.tags_help"), Value: tags,
		Optional: true, Auto: "off",
	}
}

// first are the fields that are in sight: what, how much, for whom, and what
// the service must know.
func (o order) first(ctx context.Context) []ui.FieldArgs {
	var out []ui.FieldArgs
	if o.push {
		out = append(out, o.customerField(ctx))
	}
	title := ui.FieldArgs{Name: "title", Label: i18n.T(ctx, "handoff.field.title"), Help: i18n.T(ctx, "handoff.field.title_help"), Auto: "off"}
	if o.push {
		title.Label, title.Help = i18n.T(ctx, "handoff.field.push_title"), ""
	}
	if !o.form.Bad() && !o.push {
		title.Attrs = templ.Attributes{"autofocus": true}
	}
	out = append(out, o.form.Fill(title))
	if o.offer.Unit != "" {
		out = append(out, o.quantity(ctx))
	}
	if !o.push && len(o.places) > 1 {
		out = append(out, o.customerField(ctx))
	}
	for _, q := range o.offer.Form {
		if q.Required {
			out = append(out, o.question(ctx, q))
		}
	}
	return out
}

func (o order) quantity(ctx context.Context) ui.FieldArgs {
	return o.form.Fill(ui.FieldArgs{Name: "quantity", Label: amountLabel(ctx, o.offer.Unit), Hint: "decimal", Optional: true, Auto: "off"})
}

func (o order) customerField(ctx context.Context) ui.FieldArgs {
	f := ui.FieldArgs{Name: "customer", Type: "select", Label: i18n.T(ctx, "handoff.field.customer"), Options: o.places}
	if o.push {
		f.Label = i18n.T(ctx, "handoff.field.receiver")
		f.Options = append([]ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}, o.places...)
	}
	return o.form.Fill(f)
}

// more are the fields that wait until somebody wants them.
func (o order) more(ctx context.Context) []ui.FieldArgs {
	var out []ui.FieldArgs
	for _, q := range o.offer.Form {
		if !q.Required {
			out = append(out, o.question(ctx, q))
		}
	}
	if !o.push {
		out = append(out, o.form.Fill(NeedByField(ctx, "", o.today)), o.form.Fill(needByTimeField(ctx, "")), o.form.Fill(PriorityField(ctx, handoff.Normal)))
	} else {
		out = append(out, o.form.Fill(ui.FieldArgs{
			Name: "happened_at", Type: "datetime-local", Label: i18n.T(ctx, "handoff.field.delivered_at"), Optional: true,
			Max: i18n.Now(ctx).Format(local),
		}))
	}
	out = append(out, o.form.Fill(OrderField(ctx, "")))
	if o.offer.Unit == "" {
		out = append(out, o.quantity(ctx), o.form.Fill(ui.FieldArgs{
			Name: "unit", Label: i18n.T(ctx, "handoff.field.unit"), Help: i18n.T(ctx, "handoff.field.unit_help"), Optional: true, Auto: "off",
		}))
	}
	detail := ui.FieldArgs{Name: "detail", Type: "textarea", Label: i18n.T(ctx, "handoff.field.detail"), Optional: true}
	if o.push {
		detail = ui.FieldArgs{Name: "note", Type: "textarea", Label: i18n.T(ctx, "handoff.field.note"), Optional: true}
	}
	out = append(out, o.form.Fill(detail), o.form.Fill(fileField(ui.FieldArgs{
		Name: "files", Label: i18n.T(ctx, "handoff.field.files"), Help: filesHelp(ctx), Multiple: true, Accept: accept,
	}, o.form.Bad())), o.form.Fill(tagsField(ctx, "")))
	return out
}

// all are the fields in the order of the page.
func (o order) all(ctx context.Context) []ui.FieldArgs { return append(o.first(ctx), o.more(ctx)...) }

// unfolded reports whether something under "more" was filled in or is wrong.
func (o order) unfolded(ctx context.Context) bool {
	return slices.ContainsFunc(o.more(ctx), func(f ui.FieldArgs) bool {
		return f.Error != "" || f.Name != "priority" && strings.TrimSpace(o.form.Value(f.Name, "")) != ""
	}) || o.form.Value("priority", "0") != "0" || len(o.form.Values["watchers"]) > 0 || o.form.Errors["watchers"] != ""
}

// manyOptions is from how many choices on a list is shorter than buttons.
const manyOptions = 6

// question is one field of the form of the service.
func (o order) question(ctx context.Context, q link.Field) ui.FieldArgs {
	f := ui.FieldArgs{Name: answered + q.ID, Label: q.Label, Help: q.Help, Optional: !q.Required, Auto: "off"}
	switch q.Type {
	case link.Number:
		f.Hint = "decimal"
		if q.Unit != "" {
			f.Label = i18n.T(ctx, "handoff.field.with_unit", i18n.Args{"Label": q.Label, "Unit": q.Unit})
		}
	case link.Date:
		f.Type = "date"
	case link.Choice:
		f.Type = "radio"
		if len(q.Options) > manyOptions || !q.Required {
			f.Type, f.Options = "select", []ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}
		}
		for _, c := range q.Options {
			f.Options = append(f.Options, ui.Option{Value: c, Label: c})
		}
	case link.Person:
		f.Type = "select"
		f.Options = append([]ui.Option{{Label: i18n.T(ctx, "handoff.choose")}}, names(ctx, o.people, "", "")...)
	case link.File:
		f.Accept = accept
		f = fileField(f, o.form.Bad())
		f.Optional = !q.Required
	case link.Text:
	}
	return o.form.Fill(f)
}

// promise says until when it would be delivered.
func (o order) promise(ctx context.Context) string {
	return i18n.T(ctx, "handoff.ask.promise", i18n.Args{
		"Supplier": o.supplier, "DeliverBy": i18n.Moment(ctx, o.due.DeliverBy.Time), "TakeBy": i18n.Moment(ctx, o.due.TakeBy.Time),
	})
}

// tooSoon reports whether it is needed before it is promised.
func (o order) tooSoon() bool {
	return !o.needBy.IsZero() && o.needBy.Unix() > 0 && o.needBy.Before(o.due.DeliverBy.Time)
}

// refreshes is when the promise is asked for again. A list that somebody ticks
// is not taken away by the clock.
func (o order) refreshes() string {
	if o.push {
		return "change from:#f-customer"
	}
	return "change from:#f-customer, change from:#f-need_by, change from:#f-need_by_time, every 60s"
}

func (o order) url() string {
	if o.push {
		return "/entregar/" + string(o.offer.ID)
	}
	return "/pedir/" + string(o.offer.ID) + suffix(o.served)
}

// promiseURL is where the promise is asked for again.
func (o order) promiseURL() string {
	if o.push {
		return o.url() + "/promesa"
	}
	return "/pedir/" + string(o.offer.ID) + "/promesa"
}
