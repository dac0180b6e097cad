package stat

import (
	"math"
	"testing"
)

func TestWilsonOfSmallCounts(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{1, 10, .0179, .4042}, {0, 8, 0, .3244}, {45, 50, .7864, .9565}, {4, 73, .0215, .1326}} {
		got := Wilson(c.k, c.n)
		near(t, "low", got.Low, c.low, 5e-5)
		near(t, "high", got.High, c.high, 5e-5)
	}
}

// Newcombe's own example.
func TestDifferenceOfShares(t *testing.T) {
	d, in, ok := Difference(Wilson(56, 70), Wilson(48, 80))
	if !ok {
		t.Fatal("no difference")
	}
	near(t, "difference", d, .2, 1e-12)
	near(t, "low", in.Low, .0524, 5e-5)
	near(t, "high", in.High, .3339, 5e-5)
	if _, _, ok := Difference(Wilson(1, 2), Wilson(0, 0)); ok {
		t.Error("nothing can be compared with nothing")
	}
}

func TestPromotersHaveAnIntervalFromFiveAnswersOn(t *testing.T) {
	for _, c := range []struct {
		p, d, n          int
		score, low, high float64
	}{
		{3, 0, 5, 60, -7.5, 82.5},
		{3, 1, 5, 40, -29.8, 79.8},
		{5, 2, 10, 30, -19.1, 65.2},
		{5, 3, 10, 20, -30.3, 61.1},
		{9, 4, 20, 25, -9.5, 52.9},
		{15, 8, 36, 19.4, -6.3, 42.2},
		{27, 12, 60, 25, 4.9, 42.7},
		{60, 20, 100, 40, 23.4, 54.3},
	} {
		score, in, ok := Promoters(c.p, c.d, c.n)
		if !ok {
			t.Fatal("no score")
		}
		near(t, "score", score, c.score, .05)
		near(t, "low", in.Low, c.low, .0501)
		near(t, "high", in.High, c.high, .0501)
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s: got %.8g, want %.8g", what, got, want)
	}
}
