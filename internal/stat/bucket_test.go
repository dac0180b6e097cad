package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// What is read from a histogram is at most 4.5 % away from the exact quantile.
func TestAHistogramIsCloseToWhatItCounted(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var h, left, right Histogram
	var all []time.Duration
	for i := range 5001 {
		d := time.Duration(math.Exp(1+2*rng.NormFloat64()) * float64(time.Hour))
		d = max(d, 2*time.Minute)
		all = append(all, d)
		h.Add(Bucket(d), 1)
		if i%2 == 0 {
			left.Add(Bucket(d), 1)
		} else {
			right.Add(Bucket(d), 1)
		}
	}
	slices.Sort(all)
	left.Merge(right)
	for _, p := range []float64{0, .1, .5, .85, .99, 1} {
		exact := all[int(p*5000)]
		if got := h.Quantile(p); math.Abs(float64(got)/float64(exact)-1) > .045 {
			t.Errorf("quantile %g is %v, exactly %v", p, got, exact)
		}
		if left.Quantile(p) != h.Quantile(p) {
			t.Error("two halves are not the whole")
		}
	}
	var sum time.Duration
	for _, d := range all {
		sum += d
	}
	if got := h.Sum(); math.Abs(float64(got)/float64(sum)-1) > .03 {
		t.Errorf("sum %v, exactly %v", got, sum)
	}
}

func TestTheEndsOfAHistogram(t *testing.T) {
	var h Histogram
	if h.Quantile(.5) != 0 || h.Sum() != 0 {
		t.Error("nothing has a quantile")
	}
	for d, want := range map[time.Duration]int{-time.Hour: 0, 0: 0, 59 * time.Second: 0, time.Minute: 1, 2 * time.Minute: 9, 1 << 62: 200} {
		if got := Bucket(d); got != want {
			t.Errorf("%v falls into %d, want %d", d, got, want)
		}
	}
	h.Add(-3, 1)
	h.Add(1000, 1)
	if h.N != 2 || h.Quantile(1) < 1000*time.Hour {
		t.Errorf("%+v", h)
	}
}
