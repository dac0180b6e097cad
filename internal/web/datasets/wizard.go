package datasets

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// wizardView asks what the columns of a file mean.
type wizardView struct {
	dataset.Dataset
	Form    ui.Form
	Map     dataset.Mapping
	As      string // the name of the saved mapping that fills the form in
	Steps   []dataset.StateRule
	Saved   []dataset.Saved
	Sharing *sharing
}

// wizard asks again, perhaps with a mapping that has a name.
func (p pages) wizard(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	d, err := p.Datasets.Get(ctx, a, id.Dataset(r.PathValue("dataset")))
	if err != nil {
		return web.Result{}, err
	}
	if d.State.Busy() {
		return web.Go(as(URL(d.ID), savedOf(r))), nil
	}
	v := wizardView{Dataset: d}
	if named := savedOf(r); named != "" {
		saved, err := p.Datasets.Saved(ctx, a)
		if err != nil {
			return web.Result{}, err
		}
		if i := slices.IndexFunc(saved, func(x dataset.Saved) bool { return string(x.ID) == named }); i >= 0 {
			v.Mapping, v.As = d.Preview.Onto(saved[i].Mapping), saved[i].Name
		}
	}
	return p.mapping(r, a, v, nil)
}

func (p pages) mapping(r *http.Request, a authz.Actor, v wizardView, wrong error) (web.Result, error) {
	ctx := r.Context()
	v.Map, v.Steps = v.Mapping, steps(v.Dataset)
	var err error
	if v.Sharing, err = p.sharing(ctx, a, v.Dataset); err != nil {
		return web.Result{}, err
	}
	if dataset.MayAdd(a) {
		if v.Saved, err = p.Datasets.Saved(ctx, a); err != nil {
			return web.Result{}, err
		}
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "dataset.map.title", i18n.Args{"Name": v.Name}), Lead: lead(ctx, v.Dataset), Section: layout.Datasets,
		Crumbs: crumbs(ctx, ui.Crumb{Label: v.Name, URL: URL(v.ID)}, ui.Crumb{Label: i18n.T(ctx, "dataset.map")}), Body: wizardPage(v),
	}), wrong
}

// lead says what was found in the file.
func lead(ctx context.Context, d dataset.Dataset) string {
	p := d.Preview
	if p.Events == 0 {
		return ""
	}
	return i18n.T(ctx, "dataset.found", i18n.Args{
		"Cases": i18n.Number(ctx, float64(p.Cases)), "Events": i18n.Number(ctx, float64(p.Events)),
		"From": i18n.Day(ctx, p.FirstAt), "To": i18n.Day(ctx, p.LastAt),
	})
}

// steps are those that the file has, with the states of the mapping.
func steps(d dataset.Dataset) []dataset.StateRule {
	out := slices.Clone(d.Preview.Steps)
	for i := range out {
		out[i].State = ""
		for _, r := range d.Mapping.States {
			if r.Activity == out[i].Activity && (r.Lifecycle == "" || r.Lifecycle == out[i].Lifecycle) {
				out[i].State = r.State
				break
			}
		}
	}
	return out
}

// mapped has the log analysed as the form says.
func (p pages) mapped(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	d, err := p.Datasets.Get(ctx, a, id.Dataset(r.PathValue("dataset")))
	if err != nil {
		return web.Result{}, err
	}
	m, bad := readMapping(r.PostForm, d)
	again := func(err error) (web.Result, error) {
		d.Mapping = m
		return p.mapping(r, a, wizardView{Dataset: d, Form: web.FormOf(r, err)}, err)
	}
	if err := bad.Err(); err != nil {
		return again(err)
	}
	if name := strings.TrimSpace(r.PostFormValue("mapping_name")); name != "" {
		if _, err := p.Datasets.Save(ctx, a, name, m); errs.KindOf(err) == errs.Invalid {
			return again(err)
		} else if err != nil {
			return web.Result{}, err
		}
	}
	if _, err = p.Datasets.Map(ctx, a, d.ID, m); errs.KindOf(err) == errs.Invalid {
		return again(err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go(URL(d.ID)), nil
}

// readMapping reads the form of the wizard.
func readMapping(f url.Values, d dataset.Dataset) (dataset.Mapping, errs.Bad) {
	m := dataset.Mapping{
		Case: f.Get("case"), Activity: f.Get("activity"), Time: f.Get("time"), Start: f.Get("start"), Format: f.Get("time_format"),
		Zone: f.Get("time_zone"), Lifecycle: f.Get("lifecycle"), Instance: d.Mapping.Instance, Resource: f.Get("resource"),
		Object: f.Get("object_type"), Sheet: d.Mapping.Sheet, Dimensions: f["dimensions"], Missing: lines(f.Get("missing_placeholders")),
	}
	bad := errs.Bad{}
	for _, l := range lines(f.Get("filter")) {
		c, err := chain.ParseFilter(l)
		bad.Add(err == nil, "filter", "dataset.err.filter")
		m.Filters = append(m.Filters, dataset.Filter(c))
	}
	for _, l := range lines(f.Get("leave_out")) {
		c, err := chain.ParseFilter(l)
		bad.Add(err == nil && !c.Not, "leave_out", "dataset.err.leave_out")
		if m.Robots == nil {
			m.Robots = map[string][]string{}
		}
		m.Robots[c.Key] = append(m.Robots[c.Key], c.Values...)
	}
	for i, s := range steps(d) {
		if s.State = f.Get("state-" + strconv.Itoa(i)); s.State != "" {
			m.States = append(m.States, s)
		}
	}
	if n, err := strconv.Atoi(f.Get("ping_pong")); err == nil {
		m.PingPong = n
	} else {
		bad.Add(f.Get("ping_pong") == "", "ping_pong", "dataset.err.ping_pong")
	}
	return m, bad
}

func lines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.TrimRight(l, "\r\n"); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// fields of the wizard.

func (v wizardView) column(ctx context.Context, name, value string, optional bool) ui.FieldArgs {
	f := ui.FieldArgs{
		Name: name, Label: i18n.T(ctx, "dataset.map."+name), Help: i18n.T(ctx, "dataset.map."+name+"_help"), Type: "select",
		Value: value, Optional: optional, Blank: !optional, Options: []ui.Option{{Value: "", Label: i18n.T(ctx, "dataset.map.none")}},
	}
	if !optional {
		f.Options[0].Label = i18n.T(ctx, "dataset.map.auto")
	}
	for _, c := range v.Preview.Columns {
		f.Options = append(f.Options, ui.Option{Value: c.Name, Label: c.Name})
	}
	return v.Form.Fill(f)
}

func (v wizardView) formats(ctx context.Context) ui.FieldArgs {
	f := ui.FieldArgs{
		Name: "time_format", Label: i18n.T(ctx, "dataset.map.time_format"), Type: "select", Value: v.Map.Format, Blank: true,
		Help: v.dates(ctx),
	}
	for _, x := range []string{"", "day-first", "month-first"} {
		f.Options = append(f.Options, ui.Option{Value: x, Label: i18n.T(ctx, "dataset.dates."+map[string]string{"": "auto"}[x]+x)})
	}
	if m := v.Map.Format; m != "" && m != "day-first" && m != "month-first" {
		f.Options = append(f.Options, ui.Option{Value: m, Label: m})
	}
	return v.Form.Fill(f)
}

// dates says how the dates were read, with one of them.
func (v wizardView) dates(ctx context.Context) string {
	if v.Preview.Example == "" {
		return ""
	}
	key := "dataset.map.dates_sure"
	if v.Preview.Ambiguous {
		key = "dataset.map.dates_doubt"
	}
	return i18n.T(ctx, key, i18n.Args{"Example": v.Preview.Example})
}

func (v wizardView) zone(ctx context.Context) ui.FieldArgs {
	help := i18n.T(ctx, "dataset.map.time_zone_help")
	if v.Preview.Naive > 0 {
		help = i18n.T(ctx, "dataset.map.naive", i18n.Args{"N": v.Preview.Naive})
	}
	return v.Form.Fill(ui.FieldArgs{
		Name: "time_zone", Label: i18n.T(ctx, "dataset.map.time_zone"), Help: help, Value: v.Map.Zone, Blank: true, Auto: "off",
		Attrs: map[string]any{"list": "zones"},
	})
}

var zones = []string{
	"America/Mexico_City", "America/Monterrey", "America/Tijuana", "America/Bogota", "America/Lima", "America/Santiago",
	"America/Argentina/Buenos_Aires", "America/Guatemala", "America/New_York", "America/Los_Angeles", "Europe/Madrid", "Atlantic/Canary",
	"Europe/London", "Europe/Stockholm", "Europe/Tallinn", "UTC",
}

func (v wizardView) area(ctx context.Context, name, value string) ui.FieldArgs {
	return v.Form.Fill(ui.FieldArgs{
		Name: name, Label: i18n.T(ctx, "dataset.map."+name), Help: i18n.T(ctx, "dataset.map."+name+"_help"), Type: "textarea",
		Value: value, Optional: true, Rows: 3,
	})
}

func filterLines(fs []dataset.Filter) string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = chain.Filter(f).String()
	}
	return strings.Join(out, "\n")
}

func robotLines(m map[string][]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, chain.Filter{Key: k, Values: m[k]}.String())
	}
	return strings.Join(out, "\n")
}

func (v wizardView) objects(ctx context.Context) ui.FieldArgs {
	f := ui.FieldArgs{
		Name: "object_type", Label: i18n.T(ctx, "dataset.map.object_type"), Help: i18n.T(ctx, "dataset.map.object_type_help"), Type: "select",
		Value: v.Map.Object, Blank: true,
	}
	for _, t := range v.Preview.Types {
		f.Options = append(f.Options, ui.Option{Value: t.Name, Label: i18n.T(ctx, "dataset.map.object_option", i18n.Args{"Name": t.Name, "Objects": t.Objects})})
	}
	return v.Form.Fill(f)
}

func (v wizardView) stateField(ctx context.Context, i int, s dataset.StateRule) ui.FieldArgs {
	label := s.Activity
	if s.Lifecycle != "" {
		label += " · " + s.Lifecycle
	}
	f := ui.FieldArgs{Name: "state-" + strconv.Itoa(i), Label: label, Type: "select", Value: s.State, Blank: true}
	f.Options = append(f.Options, ui.Option{Value: "", Label: i18n.T(ctx, "dataset.state.none")})
	for _, st := range chain.States {
		f.Options = append(f.Options, ui.Option{Value: string(st), Label: i18n.T(ctx, "dataset.state."+string(st))})
	}
	return v.Form.Fill(f)
}

func (v wizardView) pingPong(ctx context.Context) ui.FieldArgs {
	value := ""
	if v.Map.PingPong > 0 {
		value = strconv.Itoa(v.Map.PingPong)
	}
	return v.Form.Fill(ui.FieldArgs{
		Name: "ping_pong", Label: i18n.T(ctx, "dataset.map.ping_pong"), Help: i18n.T(ctx, "dataset.map.ping_pong_help"), Value: value,
		Optional: true, Hint: "numeric", Auto: "off",
	})
}

// summary are the fields in which something may be wrong, in their order.
func (v wizardView) summary(ctx context.Context) []ui.FieldArgs {
	return []ui.FieldArgs{
		v.zone(ctx),
		{Name: "dimensions", Label: i18n.T(ctx, "dataset.map.dimensions")},
		v.area(ctx, "filter", ""),
		v.area(ctx, "missing_placeholders", ""), v.area(ctx, "leave_out", ""), v.pingPong(ctx),
	}
}

// hand are the columns between whose values work may pass: not what the case and
// the time are read from.
func (v wizardView) hand() []dataset.Column {
	guess := v.Preview.Guess
	taken := []string{cmp.Or(v.Map.Case, guess.Case), cmp.Or(v.Map.Time, guess.Time), cmp.Or(v.Map.Start, guess.Start)}
	var out []dataset.Column
	for _, c := range v.Preview.Columns {
		if !slices.Contains(taken, c.Name) || slices.Contains(v.Map.Dimensions, c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// told are the columns of which the program knows more than the name.
func (v wizardView) told() []dataset.Column {
	var out []dataset.Column
	for _, c := range v.Preview.Columns {
		if len(c.Values) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// chosen reports whether a column is a dimension.
func (v wizardView) chosen(column string) bool {
	if v.Form.Values != nil {
		return slices.Contains(v.Form.Values["dimensions"], column)
	}
	return slices.Contains(v.Map.Dimensions, column)
}

// samples are the commonest values of a column.
func samples(c dataset.Column) string {
	const most = 4
	var out []string
	for i, x := range c.Values {
		if i == most {
			return strings.Join(out, " · ") + "…"
		}
		out = append(out, x.Text)
	}
	return strings.Join(out, " · ")
}

// problem says why a file failed.
func problem(ctx context.Context, p *dataset.Problem) string {
	args := i18n.Args{"Field": p.Field, "Line": p.Line}
	maps.Copy(args, p.Args)
	s := i18n.T(ctx, p.Sentence(), args)
	if p.Line > 0 {
		s += " " + i18n.T(ctx, "dataset.at_line", i18n.Args{"Line": i18n.Number(ctx, float64(p.Line))})
	}
	if p.Field != "" && !strings.Contains(s, p.Field) {
		s += " " + i18n.T(ctx, "dataset.at_field", i18n.Args{"Field": p.Field})
	}
	return s
}
