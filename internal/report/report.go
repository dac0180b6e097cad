// Package report tells what a log shows: in sentences and tables for a terminal,
// and as one page that needs nothing else. Its words stand in the catalogue.
package report

import (
	"context"
	"fmt"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/i18n"
)

// Report is a result, and how it came about.
type Report struct {
	Title  string // of the log, as its file is called
	Read   []Line // how the log was read, to be checked before one believes anything
	Result chain.Result
}

// Line is one thing and what is said of it.
type Line struct{ Label, Value string }

// part is a piece of a report that stands on its own.
type part struct {
	title  string
	level  int      // of the heading, from 2
	says   []string // sentences before the table
	list   []string // the same, one below the other
	ranked bool     // the first of the list is the weightiest
	rows   *table
	links  *chain.Dimension // of which a map is drawn, where that is possible
}

// table has a heading for each column. Columns after the first `names` are
// figures.
type table struct {
	heads []string
	names int
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// MinN is the fewest handoffs, or visits, about which a rate says something.
const MinN = 10

// most is how many rows a ranking has in a report; the JSON has more.
const most = 15

// words says things in the language of one report.
type words struct{ ctx context.Context } //nolint:containedctx // only for the language

func (w words) t(key string, args ...i18n.Args) string { return i18n.T(w.ctx, "report."+key, args...) }

func (w words) n(n int) string { return i18n.Number(w.ctx, float64(n)) }

// dash stands for what is not known.
const dash = "–"

func (w words) time(s chain.Float) string {
	if !s.Known() {
		return dash
	}
	if s >= 0 && s < 60 {
		return w.t("seconds", i18n.Args{"Count": i18n.Number(w.ctx, float64(int(s)))})
	}
	return i18n.Duration(w.ctx, time.Duration(float64(s)*float64(time.Second)))
}

func (w words) share(s chain.Float) string {
	if !s.Known() {
		return dash
	}
	return i18n.Percent(w.ctx, float64(s))
}

func (w words) number(f chain.Float) string {
	if !f.Known() {
		return dash
	}
	return i18n.Number(w.ctx, float64(f))
}

// rate writes a share of n with its interval, or that n is too small.
func (w words) rate(n int, s, low, high chain.Float) string {
	if n < MinN {
		return w.t("too_few")
	}
	return fmt.Sprintf("%s [%s, %s]", w.share(s), w.share(low), w.share(high))
}

// parts are the whole report, in the order in which one reads it.
func parts(ctx context.Context, r Report) []part {
	w, x := words{ctx}, &r.Result
	out := []part{w.matters(x), w.doubts(x), w.read(r)}
	if x.Events == 0 {
		return out
	}
	out = append(out, w.cases(x))
	for i := range x.Dimensions {
		out = append(out, w.dimension(&x.Dimensions[i], len(x.Flow.Model) > 0)...)
	}
	out = append(out, w.states(x), w.steps(x), w.follows(x), w.variants(x))
	kept := out[:0]
	for _, p := range out {
		if len(p.says) > 0 || len(p.list) > 0 || p.rows != nil && len(p.rows.rows) > 0 || p.links != nil {
			kept = append(kept, p)
		}
	}
	return kept
}

func (w words) matters(x *chain.Result) part {
	p := part{title: w.t("matters"), level: 2, ranked: true}
	for _, f := range x.Findings {
		p.list = append(p.list, Sentence(w.ctx, f))
	}
	if len(p.list) == 0 {
		p.says = []string{w.t("nothing_found")}
	}
	if x.Events == 0 {
		p.says = []string{w.t("no_events")}
	}
	return p
}

func (w words) doubts(x *chain.Result) part {
	p := part{title: w.t("doubts"), level: 2}
	for _, h := range x.Hints {
		p.list = append(p.list, Question(w.ctx, h))
	}
	return p
}

func (w words) read(r Report) part {
	p := part{title: w.t("read"), level: 2, rows: &table{heads: []string{w.t("what"), w.t("value")}, names: 2}}
	for _, l := range r.Read {
		p.rows.add(l.Label, l.Value)
	}
	return p
}

func (w words) cases(x *chain.Result) part {
	p := part{title: w.t("cases"), level: 2, rows: &table{heads: []string{
		w.t("what"), w.t("mean"), w.t("least"), w.t("q1"), w.t("median"), w.t("q3"), w.t("p90"), w.t("largest"),
	}, names: 1}}
	row := func(label string, s chain.Stats, say func(chain.Float) string) {
		p.rows.add(label, say(s.Mean), say(s.Min), say(s.Q1), say(s.Median), say(s.Q3), say(s.P90), say(s.Max))
	}
	row(w.t("case_duration"), x.CaseDuration, w.time)
	if x.Working != nil {
		row(w.t("case_duration_work", i18n.Args{"Zone": x.Working.Zone}), x.Working.CaseDuration, w.time)
	}
	row(w.t("events_per_case"), x.EventsPerCase, w.number)
	if s := x.Service; s != nil {
		row(w.t("service"), s.Service, w.time)
		row(w.t("service_wait"), s.Wait, w.time)
		p.says = append(p.says, w.t("touched", i18n.Args{"Share": w.share(s.Efficiency), "Cases": w.n(s.OverlappingCases)}))
		if s.StartsAlone+s.CompletesAlone > 0 {
			p.says = append(p.says, w.t("alone", i18n.Args{"Starts": w.n(s.StartsAlone), "Ends": w.n(s.CompletesAlone)}))
		}
	}
	l := x.Little
	p.says = append(p.says, w.t("little", i18n.Args{
		"Arrivals": w.number(l.ArrivalsPerDay), "Stay": w.time(l.StayDays * 86400),
		"Expected": w.number(l.Expected), "Measured": w.number(l.Measured), "Peak": w.n(l.Peak),
	}))
	return p
}

func (w words) states(x *chain.Result) part {
	p := part{title: w.t("states"), level: 2}
	if len(x.Flow.Model) == 0 {
		return p
	}
	for _, s := range chain.States {
		if share, ok := x.Flow.Shares[s]; ok {
			p.list = append(p.list, w.t("state_share", i18n.Args{"State": w.t("state." + string(s)), "Share": w.share(share)}))
		}
	}
	if x.Flow.Efficiency.Known() {
		p.says = []string{w.t("flow_efficiency", i18n.Args{"Share": w.share(x.Flow.Efficiency)})}
	}
	p.rows = &table{heads: []string{w.t("step"), w.t("state"), w.t("events"), w.t("time_in_it"), w.t("of_all")}, names: 2}
	for i, s := range x.Flow.Steps {
		if i == most {
			break
		}
		state := dash
		if s.State != "" {
			state = w.t("state." + string(s.State))
		}
		p.rows.add(joined(s.Activity, s.Lifecycle), state, w.n(s.N), w.time(s.Seconds), w.share(s.Share))
	}
	return p
}

func joined(activity, lifecycle string) string {
	if lifecycle == "" {
		return activity
	}
	return activity + " · " + lifecycle
}

func (w words) steps(x *chain.Result) part {
	p := part{title: w.t("steps"), level: 2, rows: &table{heads: []string{
		w.t("step"), w.t("events"), w.t("first_of"), w.t("last_of"), w.t("cases_again"),
	}, names: 1}}
	find := func(c chain.Counts, name string) string {
		for _, x := range c {
			if x.Name == name {
				return w.n(x.N)
			}
		}
		return w.n(0)
	}
	a := &x.Activity
	for i, c := range a.Counts {
		if i == most {
			break
		}
		p.rows.add(c.Name, w.n(c.N), find(a.Start, c.Name), find(a.End, c.Name), find(a.Rework.CasesPerActivity, c.Name))
	}
	if len(a.Counts) > 0 {
		p.says = []string{w.t("rework", i18n.Args{"N": a.Rework.Cases, "Cases": w.n(a.Rework.Cases), "Excess": w.n(a.Rework.Excess)})}
	}
	return p
}

func (w words) follows(x *chain.Result) part {
	d := x.Activity.DirectlyFollows
	p := part{title: w.t("follows"), level: 3, rows: &table{heads: []string{
		w.t("step"), w.t("next_step"), w.t("times"), w.t("mean"), w.t("median"), w.t("least"), w.t("largest"),
	}, names: 2}}
	for i, e := range d.Edges {
		if i == most {
			break
		}
		p.rows.add(e.From, e.To, w.n(e.N), w.time(e.Mean), w.time(e.Median), w.time(e.Min), w.time(e.Max))
	}
	if d.Pairs > 0 {
		p.says = []string{w.t("follows_lead", i18n.Args{"Pairs": w.n(d.Pairs), "Total": w.n(d.Total)})}
	}
	return p
}

func (w words) variants(x *chain.Result) part {
	v := x.Activity.Variants
	p := part{title: w.t("variants"), level: 3, rows: w.ways(v)}
	if v.N > 0 {
		p.says = []string{w.t("variants_lead", i18n.Args{"N": v.N, "Count": w.n(v.N), "Cases": w.n(x.Cases)})}
	}
	return p
}

// ways lists sequences, the longest shortened in the middle.
func (w words) ways(v chain.Variants) *table {
	const rows, ends = 5, 4
	t := &table{heads: []string{w.t("sequence"), w.t("cases_n")}, names: 1}
	for i, x := range v.Top {
		if i == rows {
			break
		}
		s := ""
		for j, name := range x.Sequence {
			if len(x.Sequence) > 2*ends+1 && j == ends {
				s += w.t("and_more", i18n.Args{"Count": len(x.Sequence) - 2*ends})
			}
			if len(x.Sequence) > 2*ends+1 && j >= ends && j < len(x.Sequence)-ends {
				continue
			}
			if j > 0 {
				s += " → "
			}
			s += name
		}
		t.add(s, w.n(x.N))
	}
	return t
}
