package chain

import (
	"math"
	"testing"
)

var example = [][]entry{
	teams("A", 0, "A", 60, "B", 120, "A", 300, "", 360, "C", 600, "B", 900),
	teams("A", 0, "B", 30, "A", 90, "B", 95),
	teams("", 0, "", 10),
}

func near(t *testing.T, what string, got Float, want float64) {
	t.Helper()
	if math.IsNaN(float64(got)) || math.Abs(float64(got)-want) > 1e-6 {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestTheWorkedExample(t *testing.T) {
	r := choice(t, Options{Activity: "act", Dimensions: []string{"team"}, Workers: 1}, example...).analyse()
	d := r.Dimensions[0]
	if d.Values != 3 || d.MissingEvents != 3 {
		t.Errorf("values %d, missing %d", d.Values, d.MissingEvents)
	}
	if got := text(t, d.Handovers); got != `{"n":7,"links":4,"cases":2,"per_case":{"3":1,"4":1}}` {
		t.Errorf("handovers: %s", got)
	}
	want := PingPong{Tally{2, 3}, Tally{2, 4}, Tally{1, 1}, Alternate{1, 2, 2, 2}}
	if d.PingPong != want {
		t.Errorf("ping-pong: %+v", d.PingPong)
	}
	near(t, "not returned next", d.FirstTimeRight.NotReturnedNext, 4./7)
	near(t, "never returned", d.FirstTimeRight.NeverReturned, 3./7)
	if d.Yield.Visits != 9 || d.Yield.Returns != 4 || d.Yield.RTYCase != 0 || d.Yield.DPU != 2 {
		t.Errorf("yield: %+v", d.Yield)
	}
	near(t, "DPMO", d.Yield.DPMO, 4e6/9)
	near(t, "gap mean", d.Gap.Mean, 935./7)
	near(t, "gap q1", d.Gap.Q1, 45)
	near(t, "gap median", d.Gap.Median, 60)
	near(t, "gap q3", d.Gap.Q3, 240)
	near(t, "gap p90", d.Gap.P90, 300)
	for i, w := range []struct {
		from, to             string
		n, cases, next, ever int
		ftr, low, high       float64
		mean, median, p90    float64
	}{
		{"A", "B", 3, 2, 2, 2, 1. / 3, .061492, .792340, 95. / 3, 30, 54},
		{"B", "A", 2, 2, 1, 2, .5, .094531, .905469, 120, 120, 168},
		{"A", "C", 1, 1, 0, 0, 1, .206549, 1, 300, 300, 300},
		{"C", "B", 1, 1, 0, 0, 1, .206549, 1, 300, 300, 300},
	} {
		l := d.Links[i]
		if l.Supplier != w.from || l.Customer != w.to || l.N != w.n || l.Cases != w.cases || l.ReturnedNext != w.next || l.ReturnedEver != w.ever {
			t.Errorf("link %d: %+v", i, l)
		}
		near(t, "FTR", l.FTRNext, w.ftr)
		near(t, "mean", l.Gap.Mean, w.mean)
		near(t, "median", l.Gap.Median, w.median)
		near(t, "p90", l.Gap.P90, w.p90)
		if math.Abs(float64(l.FTRNextLow)-w.low) > 1e-6 || math.Abs(float64(l.FTRNextHigh)-w.high) > 1e-6 {
			t.Errorf("link %d: %v to %v", i, l.FTRNextLow, l.FTRNextHigh)
		}
	}
}
