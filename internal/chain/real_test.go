package chain_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
)

const data = "../../../shared/data"

// real reads one of the logs that are not part of the project.
func real(t *testing.T, name string, o load.Options) *chain.Log {
	t.Helper()
	path := filepath.Join(data, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here: it is not part of the project", path)
	}
	l, _, err := load.File(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func analyse(t *testing.T, l *chain.Log, o chain.Options) chain.Result {
	t.Helper()
	r, err := chain.Analyse(l, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	name      = "concept:name"
	lifecycle = "lifecycle:transition"
)

var completed = chain.Filter{Key: lifecycle, Values: []string{"complete"}}

// Every figure of the expected results is found: whole numbers and texts to the
// letter, others to 1e-9 of their size or 1e-6.
func TestEveryExpectedFigure(t *testing.T) {
	for _, c := range []struct {
		log     string
		figures int
		o       chain.Options
	}{
		{"bpic2013_incidents", 11343, chain.Options{
			Dimensions: []string{"org:group", "organization involved", "org:resource", "resource country", "org:role"},
		}},
		{"production_4tu", 5824, chain.Options{
			Dimensions: []string{"org:resource", "Task"},
			Filter:     []chain.Filter{completed, {Key: name, Not: true, Values: []string{"Start", "End"}}},
		}},
		{"repairExample", 1426, chain.Options{Dimensions: []string{"org:resource"}, Filter: []chain.Filter{completed}}},
	} {
		t.Run(c.log, func(t *testing.T) {
			l := real(t, c.log+".xes.gz", load.Options{})
			c.o.Activity = name
			var got, want map[string]any
			decode(t, encode(t, analyse(t, l, c.o)), &got)
			text, err := os.ReadFile(filepath.Join(data, "expected", c.log+".analysis.json"))
			if err != nil {
				t.Skip(err)
			}
			decode(t, text, &want)
			delete(want, "options")
			cmp := comparison{t: t}
			cmp.walk("", want, got)
			if cmp.agree != c.figures || cmp.agree != cmp.total {
				t.Errorf("%d of %d figures agree, want %d", cmp.agree, cmp.total, c.figures)
			}
		})
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decode keeps numbers as they are written: 7 is a whole number, 7.0 is not.
func decode(t *testing.T, b []byte, to any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		t.Fatal(err)
	}
}

type comparison struct {
	t            *testing.T
	total, agree int
}

func (c *comparison) walk(path string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			c.leaf(path, false, want, got)
			return
		}
		if len(w) == 0 {
			c.leaf(path, true, want, got)
		}
		for k, v := range w {
			x, there := g[k]
			if !there {
				c.leaf(path+"/"+k, false, v, "nothing")
				continue
			}
			c.walk(path+"/"+k, v, x)
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) < len(w) || len(w) == 0 {
			c.leaf(path, ok && len(w) == 0 && len(g) == 0, want, got)
			return
		}
		if _, plain := w[0].(map[string]any); !plain && len(w) != len(g) {
			c.leaf(path, false, want, got)
			return
		}
		for i := range w {
			c.walk(fmt.Sprintf("%s/%d", path, i), w[i], g[i])
		}
	default:
		c.leaf(path, same(want, got), want, got)
	}
}

func (c *comparison) leaf(path string, ok bool, want, got any) {
	const shown = 20
	c.total++
	if ok {
		c.agree++
	} else if c.total-c.agree < shown {
		c.t.Errorf("%s: got %v, want %v", path, got, want)
	}
}

func same(want, got any) bool {
	w, number := want.(json.Number)
	if !number {
		return want == got
	}
	g, ok := got.(json.Number)
	if !ok {
		return false
	}
	x, errX := w.Float64()
	y, errY := g.Float64()
	if _, err := w.Int64(); err == nil {
		return errX == nil && errY == nil && x == y
	}
	return errX == nil && errY == nil && math.Abs(x-y) <= max(1e-6, 1e-9*math.Abs(x))
}

func near(t *testing.T, what string, got chain.Float, want, within float64) {
	t.Helper()
	if !got.Known() || math.Abs(float64(got)-want) > within {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// The tables of the reference that the expected results do not hold.
func TestTheIncidents(t *testing.T) {
	l := real(t, "bpic2013_incidents.xes.gz", load.Options{})
	week := calendar.Week{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []string{"08:00-17:00"}
	}
	work := func(zone string) *calendar.Calendar {
		c, err := calendar.New(calendar.Spec{Zone: zone, Week: week})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	r := analyse(t, l, chain.Options{
		Activity: name, Lifecycle: lifecycle, Guess: true, Calendar: work("Europe/Stockholm"),
		Dimensions: []string{"org:group", "organization involved", "org:resource"},
		LeaveOut:   map[string][]string{"org:resource": {"Siebel"}},
	})
	team, line := &r.Dimensions[0], &r.Dimensions[1]
	if q := team.Queue; q.N != 9053 || q.NeverAccepted != 401 || q.Q1 != 322 || q.Median != 2018 || q.Q3 != 23331 {
		t.Errorf("queues: %+v", q)
	}
	near(t, "mean queue", team.Queue.Mean, 82826.77, .005)
	for _, p := range team.Posts {
		switch p.Value {
		case "D4":
			if p.Queue.N != 533 || p.Queue.Median != 824 {
				t.Errorf("queue of D4: %+v", p.Queue)
			}
		case "G97":
			if p.Queue.N != 849 || p.Queue.Median != 14026 {
				t.Errorf("queue of G97: %+v", p.Queue)
			}
		}
	}
	for i, want := range []float64{.314, .212, .1468, .138, .069, .053, .029, .019, .009} {
		near(t, r.Flow.Steps[i].Activity+"+"+r.Flow.Steps[i].Lifecycle, r.Flow.Steps[i].Share, want, .0006)
	}
	near(t, "flow efficiency", r.Flow.Efficiency, .1468, 5e-5)
	near(t, "hours in Stockholm", r.Working.CaseDuration.Median, 179594.5, 1e-6)
	for zone, want := range map[string]float64{"Etc/GMT-1": 183170, "Etc/UTC": 186742.5} {
		x := analyse(t, l, chain.Options{Activity: name, Calendar: work(zone)})
		near(t, "hours in "+zone, x.Working.CaseDuration.Median, want, 1e-6)
	}
	near(t, "arrivals", r.Little.ArrivalsPerDay, 9.6432, 5e-5)
	near(t, "stay", r.Little.StayDays, 12.0793, 5e-5)
	near(t, "expected open", r.Little.Expected, 116.48, .005)
	if r.Little.Peak != 4857 || !r.Little.Off {
		t.Errorf("the log of a closing window passes for a steady one: %+v", r.Little)
	}
	if team.Subcontracting.N != 325 {
		t.Errorf("subcontracting: %d", team.Subcontracting.N)
	}
	for d, want := range map[*chain.Dimension]chain.Company{team: {A: "G96", B: "G97", N: 500}, line: {A: "Org line A2", B: "Org line C", N: 961}} {
		if got := d.WorkingTogether.Top[0]; got.A != want.A || got.B != want.B || got.N != want.N {
			t.Errorf("together: %+v", got)
		}
	}
	near(t, "sigma", team.Yield.Sigma, .866, 5e-4)
	for _, p := range line.Posts {
		if want := map[string]float64{"Org line C": .86160, "Org line A2": .76782, "Org line B": .77599}[p.Value]; want > 0 {
			near(t, "yield of "+p.Value, p.FTY, want, 5e-6)
		}
	}
	if n := r.Dimensions[2].Handovers.N; n != 14301 {
		t.Errorf("without the robot: %d", n)
	}
	if v := team.PingPong.Alternate; v.Cases != team.PingPong.Immediate.Cases {
		t.Errorf("every immediate return is a stretch of one: %+v", v)
	}
}

// Events with a start and an end, and what of them is kept.
func TestTheFactory(t *testing.T) {
	l := real(t, "production_4tu.xes.gz", load.Options{})
	noFrame := chain.Filter{Key: name, Not: true, Values: []string{"Start", "End"}}
	started := chain.Filter{Key: lifecycle, Values: []string{"start"}}
	for _, c := range []struct {
		filter              []chain.Filter
		workers, pairs      int
		stations, edgePairs int
	}{
		{[]chain.Filter{completed, noFrame}, 3042, 476, 2191, 155},
		{[]chain.Filter{started, noFrame}, 3044, 473, 2194, 149},
		{[]chain.Filter{completed}, 3494, 531, 2642, 188},
		{[]chain.Filter{noFrame}, 3805, 498, 2771, 158},
		{nil, 4257, 553, 3222, 191},
	} {
		r := analyse(t, l, chain.Options{Activity: name, Dimensions: []string{"org:resource", name}, Filter: c.filter})
		a, b := r.Dimensions[0].Handovers, r.Dimensions[1].Handovers
		if a.N != c.workers || a.Links != c.pairs || b.N != c.stations || b.Links != c.edgePairs {
			t.Errorf("%v: %d over %d, %d over %d", c.filter, a.N, a.Links, b.N, b.Links)
		}
	}
	for who, median := range map[string]chain.Float{"org:resource": 6060, "": 6180} {
		s := analyse(t, l, chain.Options{Activity: name, Lifecycle: lifecycle, Who: who, Filter: []chain.Filter{noFrame}}).Service
		if s.N != 4503 || s.StartsAlone+s.CompletesAlone != 0 || s.Service.Median != median || s.OverlappingCases != 160 {
			t.Errorf("paired by %q: %+v", who, s)
		}
		near(t, "service in hours", s.Total/3600, 13743.75, 1e-6)
		near(t, "lead in hours", s.Lead/3600, 111347.8, .06)
		near(t, "sum", s.SumShare, .1234, 5e-5)
		near(t, "union", s.Efficiency, .1113, 5e-5)
	}
}

// Any number of processors gives the same bytes.
func TestProcessorsDoNotMatter(t *testing.T) {
	l := real(t, "bpic2013_incidents.xes.gz", load.Options{})
	var first []byte
	for _, workers := range []int{1, 2, 3, 7} {
		b := encode(t, analyse(t, l, chain.Options{
			Activity: name, Lifecycle: lifecycle, Guess: true, Dimensions: []string{"org:group", "org:role"}, Workers: workers,
		}))
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Errorf("%d processors give another result", workers)
		}
	}
}

// The same log as a table of local times is the same in all that ties do not
// decide, in the right zone; in another, summer time shows.
func TestTheFactoryAsATable(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		t.Fatal(err)
	}
	o := load.Options{Case: "caseid", Activity: "task", Time: "end_timestamp", Start: "start_timestamp", Zone: zone}
	l := real(t, "production_4tu.csv", o)
	r := analyse(t, l, chain.Options{Activity: "task", Dimensions: []string{"user", "task"}})
	if r.Cases != 225 || r.Events != 4503 || r.CaseDuration.Max != 7551600 || r.Activity.Rework.Cases != 209 {
		t.Errorf("%d cases, %d events, longest %v, rework in %d", r.Cases, r.Events, r.CaseDuration.Max, r.Activity.Rework.Cases)
	}
	if got := r.LastAt.Time().Format(time.RFC3339); got != "2012-03-31T10:45:00Z" {
		t.Errorf("last at %s", got)
	}
	if a, b := r.Dimensions[0].Handovers.N, r.Dimensions[1].Handovers.N; a != 3043 || b != 2192 {
		t.Errorf("handovers: %d between workers, %d between stations", a, b)
	}
	o.Zone = time.FixedZone("UTC+2", 2*60*60)
	r = analyse(t, real(t, "production_4tu.csv", o), chain.Options{Activity: "task"})
	if r.CaseDuration.Max != 7551600+3600 {
		t.Errorf("without summer time the longest takes %v", r.CaseDuration.Max)
	}
}
