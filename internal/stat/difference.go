package stat

import "math"

// Interval is a stretch in which the true value lies in 95 of 100 such cases.
type Interval struct{ Low, High float64 }

// Difference returns the share a minus the share b, in -1…1, with its interval
// at 95 %; ok is false if one of them counts nothing. It is the hybrid score
// interval, method 10 of R. G. Newcombe, "Interval estimation for the difference
// between independent proportions", Statistics in Medicine 17, 1998.
func Difference(a, b Share) (d float64, in Interval, ok bool) {
	if a.N == 0 || b.N == 0 {
		return 0, Interval{}, false
	}
	p, q := a.Value(), b.Value()
	d = p - q
	return d, Interval{
		Low:  d - math.Hypot(p-a.Low, b.High-q),
		High: d + math.Hypot(a.High-p, q-b.Low),
	}, true
}

// Promoters returns the net promoter score, in -100…100, of n answers of which
// so many are promoters (9 and 10) and so many detractors (0 to 6), with its
// adjusted Wald interval at 95 %: three answers are added, one of each kind in
// the proportion ¾ : 1½ : ¾ (B. Rocks, "Interval estimation for the net promoter
// score", The American Statistician 70, 2016). The interval lies around the
// adjusted value, not around the score. ok is false if n is 0.
func Promoters(promoters, detractors, n int) (score float64, in Interval, ok bool) {
	if n <= 0 {
		return 0, Interval{}, false
	}
	const added, each = 3, 0.75
	m := float64(n) + added
	p, q := (float64(promoters)+each)/m, (float64(detractors)+each)/m
	half := z95 * math.Sqrt((p+q-(p-q)*(p-q))/m)
	return 100 * float64(promoters-detractors) / float64(n), Interval{Low: 100 * (p - q - half), High: 100 * (p - q + half)}, true
}
