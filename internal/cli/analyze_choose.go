package cli

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/report"
	"github.com/eslabon/eslabon/internal/trail"
)

// groupWords are words in the names of columns that say who, posts first.
var groupWords = [][]string{
	{"group", "grupo", "team", "equipo", "department", "departamento", "area", "área", "station", "estacion", "estación", "puesto", "post"},
	{"resource", "recurso", "user", "usuario", "person", "persona", "worker", "operario", "agent", "agente", "assignee", "asignado", "responsable", "owner"},
}

// choose fills in what was not asked for: the columns that play a part in every
// log, and in which dimensions to look.
func (c *analyzeCmd) choose(o *chain.Options, l *chain.Log, rep *load.Report) {
	there := func(name string) string {
		if l.Column(name) == nil {
			return ""
		}
		return name
	}
	o.Activity, o.Instance = rep.Mapping.Activity, there(trail.Instance)
	o.Lifecycle = c.Lifecycle
	if o.Lifecycle == "" {
		o.Lifecycle = there(trail.Lifecycle)
	}
	o.Who = rep.Mapping.Resource
	if o.Who == "" {
		o.Who = there(trail.Resource)
	}
	if o.Dimensions = c.Dimension; len(o.Dimensions) == 0 {
		o.Dimensions = dimensions(l, o.Activity, o.Who)
	}
}

// dimensions chooses the columns of posts and of people, or the steps
// themselves where the log has neither: each step supplies the next.
func dimensions(l *chain.Log, activity, who string) []string {
	var out []string
	add := func(name string) {
		if c := l.Column(name); c != nil && c.Dict.Len() > 1 && name != activity && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	add(trail.Group)
	for _, words := range groupWords {
		for _, c := range l.Columns() {
			if len(out) == 0 && saysOneOf(c.Name, words) {
				add(c.Name)
			}
		}
	}
	add(who)
	if len(out) == 0 && l.Column(activity) != nil {
		out = append(out, activity)
	}
	return out
}

// saysOneOf reports whether one of the words stands in the name of a column:
// "team_no" and "AssignedTeam" say team, "steam" does not.
func saysOneOf(name string, words []string) bool {
	var b strings.Builder
	before := ' '
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(before) || !unicode.IsLetter(r) {
			b.WriteByte(' ')
		}
		if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToLower(r))
		}
		before = r
	}
	return slices.ContainsFunc(strings.Fields(b.String()), func(w string) bool { return slices.Contains(words, w) })
}

// record is how to repeat an analysis, as its JSON says it.
func (c *analyzeCmd) record(o chain.Options, rep *load.Report, sum string) map[string]any {
	filters := []map[string]any{}
	for _, f := range o.Filter {
		x := map[string]any{"column": f.Key, "op": "in", "values": f.Values}
		if f.Not {
			x["op"] = "not_in"
		}
		filters = append(filters, x)
	}
	out := map[string]any{
		"source": map[string]any{"file": rep.File, "sha256": sum},
		"case":   rep.Mapping.Case, "activity": rep.Mapping.Activity, "time": rep.Mapping.Time,
		"time_format": rep.TimeFormat.Name, "time_zone": rep.Zone,
		"dimensions": o.Dimensions, "filter": filters, "missing_placeholders": append([]string{}, o.Missing...),
		"limits": chain.Written, "lifecycle": o.Lifecycle, "leave_out": o.LeaveOut,
	}
	if o.Calendar != nil {
		out["hours"] = c.Hours
	}
	return out
}

// lines say how the log was read.
func (c *analyzeCmd) lines(ctx context.Context, o chain.Options, rep *load.Report, r *chain.Result) []report.Line {
	var out []report.Line
	say := func(key, value string) {
		if value != "" {
			out = append(out, report.Line{Label: i18n.T(ctx, "cli.read."+key), Value: value})
		}
	}
	found := func(value, part string) string {
		if value == "" || !slices.Contains(rep.Mapping.Guessed, part) {
			return value
		}
		return i18n.T(ctx, "cli.read_found", i18n.Args{"Value": value})
	}
	m := rep.Mapping
	say("format", strings.ToUpper(string(rep.Format)))
	say("case", found(m.Case, "case"))
	say("activity", found(m.Activity, "activity"))
	say("time", found(m.Time, "time"))
	say("start", found(m.Start, "start"))
	if rep.TimeFormat.Ambiguous {
		say("dates", i18n.T(ctx, "cli.read_ambiguous", i18n.Args{"Example": rep.TimeFormat.Example, "Order": rep.TimeFormat.Name}))
	}
	zone := i18n.T(ctx, "cli.read_offsets")
	if rep.Naive > 0 {
		zone = i18n.T(ctx, "cli.read_zone", i18n.Args{"Zone": rep.Zone, "Count": i18n.Number(ctx, float64(rep.Naive))})
	}
	say("zone", zone)
	if rep.Twice+rep.Never > 0 {
		say("clock", i18n.T(ctx, "cli.read_clock", i18n.Args{"Twice": rep.Twice, "Never": rep.Never}))
	}
	who := strings.Join(o.Dimensions, ", ")
	if len(c.Dimension) == 0 && who != "" {
		who = i18n.T(ctx, "cli.read_chosen", i18n.Args{"Value": who})
	}
	say("dimensions", who)
	for _, f := range o.Filter {
		say("filter", f.String())
	}
	say("missing", strings.Join(o.Missing, ", "))
	say("leave_out", strings.Join(c.LeaveOut, ", "))
	if len(r.Flow.Model) > 0 {
		var all []string
		for _, s := range r.Flow.Model {
			step := s.Activity
			if s.Lifecycle != "" {
				step += "+" + s.Lifecycle
			}
			all = append(all, string(s.State)+"="+step)
		}
		model := strings.Join(all, ", ")
		if o.Guess {
			model = i18n.T(ctx, "cli.read_guessed", i18n.Args{"Value": model})
		}
		say("states", model)
	}
	for _, x := range rep.Left {
		say("left", i18n.T(ctx, "cli.left_out."+x.Reason, i18n.Args{"N": x.N, "Count": i18n.Number(ctx, float64(x.N))}))
	}
	say("columns", strings.Join(columnsOf(r), ", "))
	return out
}

func columnsOf(r *chain.Result) []string {
	var out []string
	for _, a := range r.Columns {
		out = append(out, a.Name)
	}
	return out
}
