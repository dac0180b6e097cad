package handoffs

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/clock"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// waitsFor says for whom a paused handoff waits.
func (v pass) waitsFor(ctx context.Context, on clock.Whom, who string) string {
	return i18n.T(ctx, "handoff.pause.waits."+string(on), i18n.Args{"Customer": v.CustomerName, "For": who})
}

// pause is the pause that lasts.
func (v pass) pause() clock.Pause {
	l, _ := v.Clock.Open()
	p, _ := l.Paused()
	return p
}

// otherTerms says in its sentences what holds now instead of what was promised:
// another agreement, or only other hours.
func (v pass) otherTerms(ctx context.Context) func(sentence string) string {
	prefix := "handoff.recalculate."
	if !v.effect.Terms {
		prefix += "hours."
	}
	return func(sentence string) string {
		return i18n.T(ctx, prefix+sentence, i18n.Args{
			"Supplier": v.SupplierName, "Was": i18n.Moment(ctx, v.effect.Was.Time), "Will": i18n.Moment(ctx, v.effect.Will.Time),
		})
	}
}

// pausedLeft says how much working time is left when it goes on.
func (v pass) pausedLeft(ctx context.Context) string {
	if v.left < 0 {
		return i18n.T(ctx, "handoff.pause.was_late")
	}
	return i18n.T(ctx, "handoff.pause.left", i18n.Args{"Long": i18n.WorkTime(ctx, v.left)})
}

// pauseFields are whom it waits for, and what is missing.
func (v pass) pauseFields(ctx context.Context) []ui.FieldArgs {
	const act = "pausar"
	on := ui.FieldArgs{Name: "on", Type: "radio", Label: i18n.T(ctx, "handoff.field.pause_on")}
	for _, w := range []clock.Whom{clock.Customer, clock.Third, clock.Other} {
		on.Options = append(on.Options, ui.Option{
			Value: string(w), Label: i18n.T(ctx, "handoff.field.pause_on."+string(w), i18n.Args{"Customer": v.CustomerName}),
		})
	}
	return []ui.FieldArgs{
		v.field(act, on),
		v.field(act, ui.FieldArgs{Name: "name", Label: i18n.T(ctx, "handoff.field.pause_name"), Optional: true, Auto: "off"}),
		v.field(act, ui.FieldArgs{Name: "number", Label: i18n.T(ctx, "handoff.field.pause_number"), Hint: "numeric", Optional: true, Auto: "off"}),
		v.field(act, ui.FieldArgs{
			Name: "reason", Label: i18n.T(ctx, "handoff.field.pause_reason"), Help: i18n.T(ctx, "handoff.field.pause_reason_help"), Auto: "off",
		}),
	}
}

func (v pass) pauseWord() string {
	if v.Paused() {
		return "handoff.do.pause_other"
	}
	return "handoff.do.pause"
}

// takeKind makes taking the first thing to do, unless it is to go on.
func (v pass) takeKind() ui.Kind {
	if v.Paused() {
		return ui.Plain
	}
	return ui.Primary
}

// legLine is one leg in words.
type legLine struct {
	clock.Leg

	name   string
	icon   string
	class  string
	result string
	detail string // how it ended, or how it goes on
	used   string
	waits  []string
}

// legs are the parts of the way so far, if there is anything to tell of them.
func (v pass) legs(ctx context.Context) []legLine {
	if all := v.Clock.Legs; len(all) == 0 || len(all) == 1 && all[0].Hours == nil {
		return nil
	}
	out := make([]legLine, len(v.Clock.Legs))
	for i, l := range v.Clock.Legs {
		out[i] = v.leg(ctx, l)
	}
	return out
}

func (v pass) leg(ctx context.Context, l clock.Leg) legLine {
	t := func(key string) string { return i18n.T(ctx, "handoff.legs."+key) }
	out := legLine{Leg: l, name: v.Nodes[id.Node(l.Supplier)]}
	if out.name == "" {
		out.name = v.SupplierName
	}
	_, paused := l.Paused()
	switch {
	case l.Result == clock.Missed || l.Result == clock.None && l.Late(v.now):
		out.icon, out.class, out.result = "clock-alert", "due due-late", t("missed")
	case l.Result == clock.Met:
		out.icon, out.class, out.result = "check", "due", t("met")
	case paused:
		out.icon, out.class, out.result = "pause", "due", t("paused")
	case l.End != "" || l.Hours == nil:
		out.icon, out.class, out.result = "circle", "due muted", t("none")
	default:
		out.icon, out.class, out.result = "hourglass", "due", t("running")
	}
	switch {
	case l.Provisional:
		out.detail = t("provisional")
	case l.End == clock.Redirected:
		out.detail = t("passed")
	case l.End == clock.Returned:
		out.detail = t("returned")
	}
	out.used = v.used(ctx, l)
	waits := map[clock.Whom]time.Duration{}
	for _, p := range l.Pauses {
		waits[p.On] += p.Cost
	}
	for _, w := range []clock.Whom{clock.Customer, clock.Third, clock.Other} {
		if waits[w] > 0 {
			out.waits = append(out.waits, i18n.T(ctx, "handoff.legs.wait."+string(w), i18n.Args{
				"Long": i18n.WorkTime(ctx, waits[w]), "Customer": v.CustomerName,
			}))
		}
	}
	return out
}

// used says how much working time a leg has taken of what was promised.
func (v pass) used(ctx context.Context, l clock.Leg) string {
	args := i18n.Args{"Used": i18n.WorkTime(ctx, l.Used), "Of": i18n.WorkTime(ctx, l.Deliver.Work)}
	switch {
	case l.Hours == nil:
		return ""
	case l.Deliver.Work == 0:
		return i18n.T(ctx, "handoff.legs.used_only", args)
	case l.End == "" && l.Delivered.IsZero():
		return i18n.T(ctx, "handoff.legs.used_open", args)
	}
	return i18n.T(ctx, "handoff.legs.used", args)
}

// endToEnd is how the promise to who asked stands, if it is not that of one leg.
func (v pass) endToEnd() (ui.DueArgs, bool) {
	w := v.Clock.Whole
	if len(v.Clock.Legs) < 2 || w.Due.IsZero() || v.State == handoff.Declined || v.State == handoff.Cancelled {
		return ui.DueArgs{}, false
	}
	return ui.DueArgs{At: w.Due, Done: w.Delivered}, true
}
