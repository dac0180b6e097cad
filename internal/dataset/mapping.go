package dataset

import (
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/errs"
)

// Mapping says what the columns of a log mean, and what of it counts. An empty
// field leaves the choice to the program.
type Mapping struct {
	Case      string `json:"case,omitempty"`
	Activity  string `json:"activity,omitempty"`
	Time      string `json:"time,omitempty"`
	Start     string `json:"start,omitempty"` // when the step began, if the log says so
	Format    string `json:"time_format,omitempty"`
	Zone      string `json:"time_zone,omitempty"` // of times without offset
	Lifecycle string `json:"lifecycle,omitempty"`
	Instance  string `json:"instance,omitempty"`
	Resource  string `json:"resource,omitempty"`
	Object    string `json:"object_type,omitempty"` // of an object-centric log: along which it is followed
	Sheet     string `json:"sheet,omitempty"`       // of a workbook

	Dimensions []string            `json:"dimensions"`
	Filters    []Filter            `json:"filter,omitempty"`
	Missing    []string            `json:"missing_placeholders,omitempty"`
	Robots     map[string][]string `json:"leave_out,omitempty"` // dimension → values whose events do not count in it
	States     []StateRule         `json:"states,omitempty"`
	PingPong   int                 `json:"ping_pong,omitempty"` // returns from which a stretch to and fro counts
}

// Filter keeps the events whose column has one of the values, or with Not those
// where it has none of them.
type Filter struct {
	Key    string   `json:"key"`
	Not    bool     `json:"not,omitempty"`
	Values []string `json:"values"`
}

// StateRule says what the events of an activity, and of a lifecycle if it names
// one, mean for the work.
type StateRule struct {
	Activity  string `json:"activity"`
	Lifecycle string `json:"lifecycle,omitempty"`
	State     string `json:"state"`
}

// Bounds of a mapping.
const (
	mostDimensions = 12
	mostFilters    = 20
	mostWords      = 1000 // values of a list
	mostText       = 500  // characters of a column or value
	mostRules      = 500
	mostPingPong   = 20
)

func (m *Mapping) clean() {
	m.Dimensions = slices.DeleteFunc(m.Dimensions, func(s string) bool { return s == "" })
	m.Filters = slices.DeleteFunc(m.Filters, func(f Filter) bool { return f.Key == "" })
	m.Missing = slices.DeleteFunc(m.Missing, func(s string) bool { return s == "" })
	m.Format, m.Zone = strings.TrimSpace(m.Format), strings.TrimSpace(m.Zone)
}

// check names every field that cannot be. What columns there are, the file
// says later.
func (m Mapping) check() errs.Bad {
	bad := errs.Bad{}
	for field, s := range map[string]string{
		"case": m.Case, "activity": m.Activity, "time": m.Time, "start": m.Start, "time_format": m.Format, "lifecycle": m.Lifecycle,
		"instance": m.Instance, "resource": m.Resource, "object_type": m.Object, "sheet": m.Sheet,
	} {
		bad.Text(field, s, mostText)
	}
	bad.Add(zoneOK(m.Zone), "time_zone", "dataset.err.zone")
	bad.Add(len(m.Dimensions) > 0, "dimensions", "dataset.err.dimensions")
	bad.Add(len(m.Dimensions) <= mostDimensions, "dimensions", "dataset.err.many_dimensions")
	bad.Add(len(m.Filters) <= mostFilters, "filter", "err.too_long")
	for _, f := range m.Filters {
		bad.Add(len(f.Values) > 0, "filter", "dataset.err.filter")
		words(bad, "filter", f.Values)
	}
	words(bad, "missing_placeholders", m.Missing)
	for _, vs := range m.Robots {
		words(bad, "leave_out", vs)
	}
	bad.Add(len(m.States) <= mostRules, "states", "err.too_long")
	for _, r := range m.States {
		bad.Add(r.State == "" || slices.Contains(chain.States, chain.State(r.State)), "states", "err.unknown")
	}
	bad.Add(m.PingPong >= 0 && m.PingPong <= mostPingPong, "ping_pong", "dataset.err.ping_pong")
	return bad
}

func words(bad errs.Bad, field string, list []string) {
	bad.Add(len(list) <= mostWords, field, "err.too_long")
	for _, s := range list {
		bad.Text(field, s, mostText)
	}
}

func zoneOK(name string) bool {
	if name == "" || name == "Local" {
		return name == ""
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// location is the zone of the mapping; UTC if it names none.
func (m Mapping) location() *time.Location {
	if l, err := time.LoadLocation(m.Zone); err == nil {
		return l
	}
	return time.UTC
}

// onto returns the mapping without the columns that are not there: what is left
// to the program.
func (m Mapping) onto(has func(column string) bool) Mapping {
	keep := func(s *string) {
		if !has(*s) {
			*s = ""
		}
	}
	for _, s := range []*string{&m.Case, &m.Activity, &m.Time, &m.Start, &m.Lifecycle, &m.Instance, &m.Resource} {
		keep(s)
	}
	m.Dimensions = slices.DeleteFunc(slices.Clone(m.Dimensions), func(s string) bool { return !has(s) })
	m.Filters = slices.DeleteFunc(slices.Clone(m.Filters), func(f Filter) bool { return !has(f.Key) })
	return m
}

func (m Mapping) filters() []chain.Filter {
	out := make([]chain.Filter, len(m.Filters))
	for i, f := range m.Filters {
		out[i] = chain.Filter{Key: f.Key, Not: f.Not, Values: f.Values}
	}
	return out
}

func (m Mapping) rules() []chain.StateRule {
	var out []chain.StateRule
	for _, r := range m.States {
		if r.State != "" {
			out = append(out, chain.StateRule{Activity: r.Activity, Lifecycle: r.Lifecycle, State: chain.State(r.State)})
		}
	}
	return out
}
