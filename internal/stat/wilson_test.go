package stat

import (
	"math"
	"testing"
)

// Newcombe, "Two-sided confidence intervals for the single proportion",
// Statistics in Medicine 17, 1998, table I, method 3.
func TestWilsonEqualsNewcombesTable(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		got := Wilson(c.k, c.n)
		if math.Abs(got.Low-c.low) > 5e-5 || math.Abs(got.High-c.high) > 5e-5 {
			t.Errorf("%d of %d: got %.4f to %.4f, want %.4f to %.4f", c.k, c.n, got.Low, got.High, c.low, c.high)
		}
	}
	if got := Wilson(0, 0); got != (Share{}) || got.Value() != 0 {
		t.Errorf("nothing has no interval: %v", got)
	}
}

func TestQuantileInterpolatesBetweenRanks(t *testing.T) {
	v := []float64{1, 2, 3, 4}
	for q, want := range map[float64]float64{0: 1, 0.5: 2.5, 0.85: 3.55, 1: 4} {
		if got := Quantile(v, q); math.Abs(got-want) > 1e-12 {
			t.Errorf("%g: got %g, want %g", q, got, want)
		}
	}
	if Quantile([]int64(nil), 0.5) != 0 {
		t.Error("the quantile of nothing is not 0")
	}
}
