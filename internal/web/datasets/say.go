package datasets

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/trail"
	"github.com/eslabon/eslabon/internal/web/ui"
)

func fileField(ctx context.Context) ui.FieldArgs {
	return ui.FieldArgs{
		Name: "file", Label: i18n.T(ctx, "dataset.upload.file"), Type: "file",
		Accept: ".xes,.csv,.tsv,.txt,.xlsx,.json,.jsonocel,.xml,.xmlocel,.sqlite,.db,.gz,.zip",
		Help:   i18n.T(ctx, "dataset.upload.file_help", i18n.Args{"Most": dataset.MostMB}),
	}
}

func nameField(ctx context.Context) ui.FieldArgs {
	return ui.FieldArgs{Name: "name", Label: i18n.T(ctx, "dataset.upload.name"), Help: i18n.T(ctx, "dataset.upload.name_help"), Optional: true, Auto: "off"}
}

func savedField(ctx context.Context, saved []dataset.Saved) ui.FieldArgs {
	f := ui.FieldArgs{
		Name: "saved", Label: i18n.T(ctx, "dataset.upload.saved"), Type: "select", Optional: true,
		Options: []ui.Option{{Label: i18n.T(ctx, "dataset.map.auto")}},
	}
	for _, s := range saved {
		f.Options = append(f.Options, ui.Option{Value: string(s.ID), Label: s.Name})
	}
	return f
}

func formatField(ctx context.Context) ui.FieldArgs {
	f := ui.FieldArgs{Name: "formato", Label: i18n.T(ctx, "dataset.history.format"), Type: "select", Blank: true}
	for _, x := range trail.Formats {
		f.Options = append(f.Options, ui.Option{Value: string(x), Label: i18n.T(ctx, "dataset.history.format."+string(x))})
	}
	return f
}

func caseField(ctx context.Context) ui.FieldArgs {
	f := ui.FieldArgs{Name: "caso", Label: i18n.T(ctx, "dataset.history.case"), Type: "select", Blank: true}
	for _, x := range []handoff.CaseOf{handoff.ByOrder, handoff.ByHandoff} {
		f.Options = append(f.Options, ui.Option{Value: string(x), Label: i18n.T(ctx, "dataset.history.case."+string(x))})
	}
	return f
}

func peopleField(ctx context.Context, owner bool) ui.FieldArgs {
	f := ui.FieldArgs{Name: "personas", Label: i18n.T(ctx, "dataset.history.people"), Type: "select", Blank: true}
	for _, x := range []handoff.People{handoff.NoPeople, handoff.Codes, handoff.Names} {
		if x != handoff.Names || owner {
			f.Options = append(f.Options, ui.Option{Value: string(x), Label: i18n.T(ctx, "dataset.history.people."+string(x))})
		}
	}
	return f
}

// count says how many there are: analysed, or else found in the file.
func count(ctx context.Context, n, found int) string {
	if n = cmp.Or(n, found); n == 0 {
		return "–"
	}
	return i18n.Number(ctx, float64(n))
}

func joinLines(list []string) string { return strings.Join(list, "\n") }

// leftOut says what is not in the log, and where the first of it stands.
func leftOut(ctx context.Context, l dataset.Left) string {
	s := i18n.T(ctx, "dataset.left."+l.Reason, i18n.Args{"N": l.N})
	var at []string
	for _, n := range l.Lines {
		if n > 0 {
			at = append(at, strconv.FormatInt(n, 10))
		}
	}
	if len(at) > 0 {
		s += " " + i18n.T(ctx, "dataset.left.lines", i18n.Args{"Lines": strings.Join(at, ", ")})
	}
	return s
}

func hint(ctx context.Context, h dataset.Hint) string {
	return i18n.T(ctx, "dataset.hint."+h.Kind, i18n.Args{"Column": h.Column, "Value": h.Value, "N": h.N})
}

func withoutHints(p dataset.Preview) dataset.Preview {
	p.Hints = nil
	return p
}

// caseLine names a case, with what happened on the link.
func caseLine(ctx context.Context, c dataset.Case) string {
	return i18n.T(ctx, "dataset.case_line", i18n.Args{
		"Name": cmp.Or(c.Name, strconv.Itoa(c.Number)), "N": c.Passes, "Back": c.Back, "Events": len(c.Events),
	})
}
