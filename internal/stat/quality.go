package stat

import (
	"cmp"
	"math"
	"slices"
)

// Shift is how many standard deviations a process is said to drift in the long
// run; it is a convention, and whoever shows a sigma level says so.
const Shift = 1.5

// DPMO returns defects per million opportunities; ok is false without any.
func DPMO(defects, opportunities int64) (per float64, ok bool) {
	if opportunities <= 0 {
		return 0, false
	}
	return 1e6 * float64(defects) / float64(opportunities), true
}

// Sigma returns the long-term sigma level Φ⁻¹(1 − DPMO/10⁶); add Shift for the
// short-term one. It is ±Inf at 0 and at 10⁶.
func Sigma(dpmo float64) float64 {
	return -math.Sqrt2 * math.Erfinv(2*dpmo/1e6-1)
}

// RolledYield returns the product of the yields of consecutive steps, each in
// 0…1; 1 if there are none.
func RolledYield(yields ...float64) float64 {
	all := 1.0
	for _, y := range yields {
		all *= y
	}
	return all
}

// YieldOf returns the rolled yield e^(−Σ DPU) of so many defects per unit in
// each step, which holds where defects are independent.
func YieldOf(dpu ...float64) float64 {
	sum := 0.0
	for _, d := range dpu {
		sum += d
	}
	return math.Exp(-sum)
}

// NormalYield returns the yield that each of n equal steps would have.
func NormalYield(rolled float64, n int) float64 {
	if n <= 0 {
		return 1
	}
	return math.Pow(rolled, 1/float64(n))
}

// Bar is one bar of a Pareto chart.
type Bar[T any] struct {
	Item  T
	N     int
	Share float64 // of all, in 0…1
	Sum   float64 // of this and all larger ones, in 0…1
}

// Pareto returns items from the most frequent down, with what each adds to the
// sum. Items of the same count keep their order; what counts nothing is left out.
func Pareto[T any](items []T, n func(T) int) []Bar[T] {
	var out []Bar[T]
	all := 0
	for _, it := range items {
		if k := n(it); k > 0 {
			out = append(out, Bar[T]{Item: it, N: k})
			all += k
		}
	}
	slices.SortStableFunc(out, func(a, b Bar[T]) int { return cmp.Compare(b.N, a.N) })
	sum := 0
	for i := range out {
		sum += out[i].N
		out[i].Share, out[i].Sum = float64(out[i].N)/float64(all), float64(sum)/float64(all)
	}
	return out
}

// Median returns the median of values in any order, or 0 if there are none.
func Median[T ~int64 | ~float64](values []T) T {
	s := slices.Clone(values)
	slices.Sort(s)
	return Quantile(s, 0.5)
}

// Balance compares what is in a system with Little's law L = λ·W.
type Balance struct {
	Arrivals float64 // λ, per unit of time
	Stay     float64 // W, mean time in the system, same unit
	Expected float64 // λ·W
	Measured float64 // mean number in the system, counted over the window
}

// Off reports whether the law holds so badly, by more than 20 %, that the window
// is no steady state: then neither of the figures should be planned with.
func (b Balance) Off() bool {
	const most = 0.2
	return math.Abs(b.Expected-b.Measured) > most*math.Max(b.Measured, b.Expected)
}
