package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSigmaLevels(t *testing.T) {
	for dpmo, level := range map[float64]float64{308538: 2, 66807: 3, 6210: 4, 233: 5, 3.4: 6} {
		near(t, "sigma", Sigma(dpmo)+Shift, level, 5e-4)
	}
	if got := Sigma(0); !math.IsInf(got, 1) {
		t.Errorf("no defect: %g", got)
	}
	if _, ok := DPMO(0, 0); ok {
		t.Error("nothing has a DPMO")
	}
	d, _ := DPMO(3286, 17008)
	near(t, "DPMO of the teams", d, 193203.2, .05)
	near(t, "long-term", Sigma(d), .866, 5e-4)
}

func TestRolledYields(t *testing.T) {
	near(t, "three steps", RolledYield(.95, .84, .88), .7022, 5e-5)
	near(t, "three steps", RolledYield(.85, .90, .95), .72675, 1e-12)
	near(t, "defects per unit", YieldOf(.10, .05, .008), .853850, 5e-7)
	var four []float64
	for _, d := range []float64{5000, 15000, 1000, 50} {
		four = append(four, 1-d/1e6)
	}
	rty := RolledYield(four...)
	near(t, "four steps", rty, .979046, 5e-7)
	near(t, "their sigma", Sigma(1e6*(1-rty))+Shift, 3.534, 5e-4)
	near(t, "one step of four", math.Pow(NormalYield(rty, 4), 4), rty, 1e-12)
	near(t, "no step", NormalYield(.5, 0), 1, 0)
}

func TestParetoAddsUp(t *testing.T) {
	got := Pareto([]int{33, 94, 0, 80, 27, 66}, func(n int) int { return n })
	want := []float64{.3133, .58, .80, .91, 1}
	if len(got) != len(want) {
		t.Fatalf("%d bars", len(got))
	}
	for i, b := range got {
		near(t, "sum", b.Sum, want[i], 5e-5)
	}
	if Pareto[int](nil, func(int) int { return 1 }) != nil {
		t.Error("nothing has bars")
	}
}

// The definition, type 7 of Hyndman and Fan, on random values.
func TestQuantileEqualsItsFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		v := make([]float64, 1+r.IntN(40))
		for i := range v {
			v[i] = math.Floor(r.Float64() * 20)
		}
		q := r.Float64()
		s := slices.Sorted(slices.Values(v))
		h := float64(len(s)-1) * q
		lo, hi := int(math.Floor(h)), int(math.Ceil(h))
		near(t, "quantile", Quantile(s, q), s[lo]+(h-math.Floor(h))*(s[hi]-s[lo]), 1e-9)
	}
	near(t, "median", Median([]float64{3, 1, 2, 10}), 2.5, 0)
	if Median([]int64(nil)) != 0 {
		t.Error("the median of nothing is not 0")
	}
}

func TestLittleWarnsOffTheSteadyState(t *testing.T) {
	if (Balance{Expected: 116, Measured: 110}).Off() || !(Balance{Expected: 116, Measured: 60}).Off() || (Balance{}).Off() {
		t.Error("the law is off by more than a fifth, or not")
	}
}
