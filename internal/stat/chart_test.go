package stat

import (
	"slices"
	"testing"
)

func counted(n int, k ...int) []Counted {
	var out []Counted
	for _, x := range k {
		out = append(out, Counted{x, n})
	}
	return out
}

// Montgomery's orange juice cans, as charted by the R package qcc: 30 samples of 50.
var juice = counted(50, 12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6)

func limits(t *testing.T, c Chart, i int, center, low, high, within float64) {
	t.Helper()
	near(t, "centre", c.Center, center, within)
	near(t, "lower limit", c.Points[i].Low, low, within)
	near(t, "upper limit", c.Points[i].High, high, within)
}

func TestSharesOfOrangeJuice(t *testing.T) {
	c := ChartP(juice)
	if c.Kind != LaneyP {
		t.Fatalf("the cans vary more than chance: chart %s, σ_z %g", c.Kind, c.SigmaZ)
	}
	c = c.Plain()
	limits(t, c, 0, .2313333, .05242755, .4102391, 5e-8)
	var beyond []int
	for i, p := range c.Points {
		if p.Signal&Beyond != 0 {
			beyond = append(beyond, i+1)
		}
	}
	if !slices.Equal(beyond, []int{15, 23}) {
		t.Errorf("beyond the limits: %v, want 15 and 23", beyond)
	}
	rest := slices.Concat(juice[:14], juice[15:22], juice[23:])
	limits(t, ChartP(rest).Plain(), 0, .215, .04070284, .3892972, 5e-8)
}

// Montgomery's personal computers (20 samples of 5) and circuit boards (26).
func TestDefectsPerUnit(t *testing.T) {
	u := ChartU(counted(5, 10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5))
	limits(t, u.Plain(), 0, 1.93, .06613305, 3.793867, 5e-7)
	c := ChartC([]int{21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15})
	limits(t, c.Plain(), 0, 19.84615, 6.481447, 33.21086, 5e-6)
}

// Montgomery's viscosity of paint, as charted by qcc, and the flow rates of the
// NIST handbook, 6.3.2.2, which are fewer than we give limits to.
func TestSingleValues(t *testing.T) {
	c := ChartXmR([]float64{33.75, 33.05, 34, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84})
	limits(t, c, 0, 33.52333, 32.24484, 34.80183, 5e-6)
	near(t, "sigma", c.Sigma, .4261651, 5e-8)

	flow := []float64{49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1}
	c = individuals(singles(flow), flow)
	limits(t, c, 0, 50.81, 45.8159, 55.8041, 5e-4)
	near(t, "mean moving range", movingRange(flow), 1.8778, 5e-5)
	if c = ChartXmR(flow); c.Kind != Run || c.Points[0].High != 0 {
		t.Errorf("ten points have limits: %+v", c)
	}
	near(t, "median", c.Center, 51.25, 1e-9)
}

// Final inspection of the factory log, weekly: the binomial sees one week out,
// Laney's limits none, because all weeks vary more than chance.
func TestSharesThatVaryMoreThanChance(t *testing.T) {
	n := []int{325, 446, 347, 438, 732, 490, 1386, 1836, 1725, 563, 1060, 1301, 1637}
	k := []int{1, 8, 12, 4, 24, 2, 18, 48, 34, 3, 42, 12, 25}
	var weeks []Counted
	for i := range n {
		weeks = append(weeks, Counted{k[i], n[i]})
	}
	c := ChartP(weeks)
	if c.Kind != LaneyP {
		t.Fatalf("chart %s", c.Kind)
	}
	near(t, "centre", c.Center, .0190, 5e-5)
	near(t, "σ_z", c.SigmaZ, 3.17, 5e-3)
	near(t, "week 11", c.Points[10].Value, .0396, 5e-5)
	near(t, "binomial limit", c.Plain().Points[10].High, .0315, 6e-5)
	if got := c.Plain(); got.Points[10].Signal&Beyond == 0 || got.Points[4].Signal&Beyond != 0 {
		t.Errorf("the binomial sees week 11 and no other: %v", got.Signals())
	}
	near(t, "Laney's limit", c.Points[10].High, .059, 5e-4)
	if c.Points[10].Signal&Beyond != 0 {
		t.Error("week 11 is inside Laney's limits")
	}
}

func TestEightInARowAreNoChance(t *testing.T) {
	c := ChartXmR([]float64{5, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 1, 5})
	if got := c.Signals(); !slices.Equal(got, []int{8}) {
		t.Errorf("signals at %v, want 8", got)
	}
	// A point on the centre neither breaks a run nor counts.
	c = Chart{Kind: Run, Center: 2}
	for _, v := range []float64{1, 1, 1, 1, 2, 1, 1, 1, 1, 1} {
		c.Points = append(c.Points, Point{Value: v})
	}
	if got := c.judge().Signals(); !slices.Equal(got, []int{8, 9}) {
		t.Errorf("signals at %v, want 8 and 9", got)
	}
}

func TestChartsOfNothing(t *testing.T) {
	for _, c := range []Chart{ChartP(nil), ChartU(nil), ChartC(nil), ChartXmR(nil), ChartP([]Counted{{0, 0}})} {
		if c.Kind != Run || len(c.Points) != 0 || c.Signals() != nil {
			t.Errorf("%+v", c)
		}
	}
	if c := ChartP(counted(5, make([]int, 20)...)); c.Kind != P || c.Signals() != nil {
		t.Errorf("no defect ever: %+v", c)
	}
}
