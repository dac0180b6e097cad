package dataset

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/trail"
)

// Preview is what a file shows before anybody has said what it means.
type Preview struct {
	Format    string      `json:"format,omitempty"`
	Encoding  string      `json:"encoding,omitempty"`
	Separator string      `json:"separator,omitempty"`
	Dates     string      `json:"dates,omitempty"` // how they were read: iso, day-first, month-first…
	Example   string      `json:"example,omitempty"`
	Ambiguous bool        `json:"ambiguous,omitempty"` // day and month could be the other way round
	Naive     int         `json:"naive,omitempty"`     // times without offset
	Twice     int         `json:"twice,omitempty"`     // of those, shown twice by the clock
	Never     int         `json:"never,omitempty"`     // of those, never shown
	Cases     int         `json:"cases"`
	Events    int         `json:"events"`
	FirstAt   time.Time   `json:"first_at"`
	LastAt    time.Time   `json:"last_at"`
	Columns   []Column    `json:"columns"`
	Types     []Type      `json:"types,omitempty"`
	Left      []Left      `json:"left,omitempty"`
	Hints     []Hint      `json:"hints,omitempty"`
	Steps     []StateRule `json:"steps,omitempty"` // activities with their lifecycles, and the state that their words suggest
	Guess     Mapping     `json:"guess"`
}

// Column is one column of a file.
type Column struct {
	Name     string  `json:"name"`
	Distinct int     `json:"distinct"`
	Missing  int     `json:"missing"`  // events without it
	Constant bool    `json:"constant"` // it never changes inside a case: no work passes on in it
	Plain    bool    `json:"plain"`    // the program knows only its name
	Values   []Value `json:"values"`   // the most frequent
}

// Value is a text of a column, and how many events have it.
type Value struct {
	Text string `json:"text"`
	N    int    `json:"n"`
}

// Type is a type of object along which an object-centric log can be followed.
type Type struct {
	Name    string `json:"name"`
	Objects int    `json:"objects"`
	Events  int    `json:"events"`
}

// Left counts what was left out for one reason, with the first lines of it.
type Left struct {
	Reason string  `json:"reason"`
	N      int     `json:"n"`
	Lines  []int64 `json:"lines,omitempty"`
}

// Hint is something to ask before one believes the figures.
type Hint struct {
	Kind   string `json:"kind"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	N      int    `json:"n"`
}

// How many values of a column, and steps, a preview has.
const (
	shownValues = 12
	shownSteps  = 60
)

// Has reports whether the file has a column of that name.
func (p Preview) Has(column string) bool {
	return slices.ContainsFunc(p.Columns, func(c Column) bool { return c.Name == column })
}

// names are those of the columns, as a sentence has them.
func (p Preview) names() string {
	const most = 30
	var out []string
	for _, c := range p.Columns {
		out = append(out, c.Name)
	}
	if len(out) > most {
		out = append(out[:most], "…")
	}
	return strings.Join(out, ", ")
}

// Onto returns m as far as its columns are in the file, and what the program
// guessed where it says nothing.
func (p Preview) Onto(m Mapping) Mapping {
	m = m.onto(p.Has)
	for _, x := range []struct {
		to   *string
		from string
	}{{&m.Case, p.Guess.Case}, {&m.Activity, p.Guess.Activity}, {&m.Time, p.Guess.Time}} {
		*x.to = cmp.Or(*x.to, x.from)
	}
	if len(m.Dimensions) == 0 {
		m.Dimensions = p.Guess.Dimensions
	}
	return m
}

// understood notes how a file was read.
func (p *Preview) understood(rep *load.Report) {
	p.Format, p.Encoding, p.Separator = string(rep.Format), rep.Encoding, rep.Separator
	p.Dates, p.Example, p.Ambiguous = rep.TimeFormat.Name, rep.TimeFormat.Example, rep.TimeFormat.Ambiguous
	p.Naive, p.Twice, p.Never = rep.Naive, rep.Twice, rep.Never
	p.Types, p.Left = nil, nil
	for _, t := range rep.Types {
		p.Types = append(p.Types, Type{t.Name, t.Objects, t.Events})
	}
	for _, l := range rep.Left {
		left := Left{Reason: l.Reason, N: l.N}
		for _, at := range l.Places {
			left.Lines = append(left.Lines, at.Line)
		}
		p.Left = append(p.Left, left)
	}
}

// preview reads the whole file once, as the program understands it by itself.
// If it does not find its way, the columns are at least known by name.
func (s *Service) preview(ctx context.Context, c id.Company, d Dataset) (Preview, error) {
	log, rep, err := s.read(ctx, c, d, Mapping{}, true)
	if err != nil {
		return Preview{}, err
	}
	return previewOf(log, rep), nil
}

// named are the columns that an error tells of, when a table says no more.
func named(err error) []Column {
	e, ok := errors.AsType[*load.Error](err)
	if !ok || e.Code != "no_time" && e.Code != "no_case" {
		return nil
	}
	heads, _ := e.Args["Got"].(string)
	var out []Column
	for h := range strings.SplitSeq(heads, ", ") {
		out = append(out, Column{Name: h, Plain: true})
	}
	return out
}

func previewOf(log *chain.Log, rep *load.Report) Preview {
	p := Preview{Cases: log.Cases(), Events: log.Events()}
	p.understood(rep)
	for i, t := range log.Time {
		at := time.UnixMilli(t).UTC()
		if i == 0 || at.Before(p.FirstAt) {
			p.FirstAt = at
		}
		if at.After(p.LastAt) {
			p.LastAt = at
		}
	}
	for _, name := range []string{rep.Mapping.Case, rep.Mapping.Time, rep.Mapping.Start} {
		if name != "" && log.Column(name) == nil && log.CaseColumn(name) == nil && !p.Has(name) {
			col := Column{Name: name}
			if name == rep.Mapping.Case {
				col.Distinct = log.Cases()
			}
			p.Columns = append(p.Columns, col)
		}
	}
	for _, col := range log.Columns() {
		p.Columns = append(p.Columns, describe(log, col))
	}
	p.Guess = p.guess(log, rep)
	p.ask(log)
	return p
}

func describe(log *chain.Log, col *chain.Column) Column {
	n := make([]int, col.Dict.Len()+1)
	constant := true
	for c := range log.Cases() {
		first := chain.Missing
		for i := log.CaseOff[c]; i < log.CaseOff[c+1]; i++ {
			code := col.Code(int(i))
			n[code]++
			if first == chain.Missing {
				first = code
			}
			constant = constant && (code == chain.Missing || code == first)
		}
	}
	out := Column{Name: col.Name, Distinct: col.Dict.Len(), Missing: n[chain.Missing], Constant: constant}
	for code := 1; code < len(n); code++ {
		out.Values = append(out.Values, Value{col.Dict.Text(uint32(code)), n[code]}) //nolint:gosec // codes are of 32 bits
	}
	slices.SortStableFunc(out.Values, func(a, b Value) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Text, b.Text)) })
	out.Values = slices.Clone(out.Values[:min(len(out.Values), shownValues)])
	for i := range out.Values {
		if r := []rune(out.Values[i].Text); len(r) > mostText {
			out.Values[i].Text = string(r[:mostText]) + "…"
		}
	}
	return out
}

// teams are names of columns that tell who does the work as a group, the surest
// first; the resource is the last resort, because the chain is one of posts.
var teams = []string{
	"org:group", "group", "team", "department", "area", "área", "equipo", "departamento", "puesto", "post", "station", "estacion", "estación",
	"maquina", "máquina", "machine", "assignment_group", "assignment group", "node", "nodo", "role", "org:role", "rol",
}

// guess finds what the columns mean by their names.
func (p Preview) guess(log *chain.Log, rep *load.Report) Mapping {
	m := Mapping{
		Case: rep.Mapping.Case, Activity: rep.Mapping.Activity, Time: rep.Mapping.Time, Start: rep.Mapping.Start,
		Resource: rep.Mapping.Resource, Zone: rep.Zone,
	}
	for role, to := range map[string]*string{trail.Lifecycle: &m.Lifecycle, trail.Instance: &m.Instance, trail.Resource: &m.Resource} {
		if *to == "" && log.Column(role) != nil {
			*to = role
		}
	}
	for _, t := range teams {
		for _, c := range p.Columns {
			if strings.EqualFold(c.Name, t) && !c.Constant && c.Distinct > 1 {
				m.Dimensions = append(m.Dimensions, c.Name)
			}
		}
	}
	if m.Resource != "" && !slices.Contains(m.Dimensions, m.Resource) {
		m.Dimensions = append(m.Dimensions, m.Resource)
	}
	if len(m.Dimensions) == 0 && m.Activity != "" {
		m.Dimensions = []string{m.Activity}
	}
	return m
}

// ask finds what a person should decide, and the states that the words of the
// steps suggest.
func (p *Preview) ask(log *chain.Log) {
	r, err := chain.Analyse(log, chain.Options{
		Activity: inLog(log, p.Guess.Activity), Lifecycle: inLog(log, p.Guess.Lifecycle), Dimensions: p.Guess.Dimensions,
	})
	if err != nil {
		return // what can be asked is asked once the columns are known
	}
	for _, h := range r.Hints {
		p.Hints = append(p.Hints, Hint{Kind: h.Kind, Column: h.Column, Value: h.Value, N: h.N})
	}
	model := chain.GuessStates(r.Flow.Steps)
	for _, x := range r.Flow.Steps[:min(len(r.Flow.Steps), shownSteps)] {
		rule := StateRule{Activity: x.Activity, Lifecycle: x.Lifecycle}
		i := slices.IndexFunc(model, func(g chain.StateRule) bool { return g.Activity == x.Activity && g.Lifecycle == x.Lifecycle })
		if i >= 0 {
			rule.State = string(model[i].State)
			p.Guess.States = append(p.Guess.States, rule)
		}
		p.Steps = append(p.Steps, rule)
	}
}

// inLog returns the name of a column that the log has, or nothing.
func inLog(log *chain.Log, name string) string {
	if log.Column(name) == nil {
		return ""
	}
	return name
}
