// Package stat holds the statistics behind the figures on the screen: values
// in, values out.
package stat

import "math"

// z95 is the two-sided 95 % point of the normal distribution.
const z95 = 1.959963984540054

// Share is how many of n had a property, with its 95 % interval.
type Share struct {
	K, N      int     // k of n
	Low, High float64 // bounds in 0…1; both 0 if n is 0
}

// Value returns k/n in 0…1, or 0 if n is 0.
func (s Share) Value() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.K) / float64(s.N)
}

// Wilson returns k of n with the score interval of Wilson at 95 %, without
// continuity correction. It expects 0 ≤ k ≤ n. E. B. Wilson, "Probable
// inference, the law of succession, and statistical inference", JASA 22, 1927.
func Wilson(k, n int) Share {
	if n <= 0 {
		return Share{}
	}
	p, m, zz := float64(k)/float64(n), float64(n), z95*z95
	mid := (p + zz/(2*m)) / (1 + zz/m)
	half := z95 / (1 + zz/m) * math.Sqrt(p*(1-p)/m+zz/(4*m*m))
	return Share{K: k, N: n, Low: max(0, mid-half), High: min(1, mid+half)}
}

// Quantile returns the q-quantile (0 ≤ q ≤ 1) of sorted values by linear
// interpolation between the closest ranks (Hyndman and Fan, type 7), or 0 if
// there are none.
func Quantile[T ~int64 | ~float64](sorted []T, q float64) T {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + T((at-float64(i))*float64(sorted[i+1]-sorted[i]))
}
