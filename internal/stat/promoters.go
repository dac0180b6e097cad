package stat

import "math"

// PromotersAmong is [Promoters] when n of all people answered, and all are few:
// the interval is narrowed by the correction for a finite population,
// √((all−n)/(all−1)), which supposes that who did not answer is like who did.
// Below twelve people it promises too much, and is left out.
func PromotersAmong(promoters, detractors, n, all int) (score float64, in Interval, ok bool) {
	score, in, ok = Promoters(promoters, detractors, n)
	const fewest = 12
	if !ok || all < fewest || n > all {
		return score, in, ok
	}
	narrow := math.Sqrt(float64(all-n) / float64(all-1))
	mid, half := (in.Low+in.High)/2, (in.High-in.Low)/2*narrow
	return score, Interval{min(mid-half, score), max(mid+half, score)}, true // it lies around the adjusted value
}

// PromotersChange returns how much a net score moved between two groups, b
// before a, with the interval of the difference at 95 % by adjusted Wald: three
// quarters of a promoter and of a detractor are added to each. It is not ok
// where one of them is empty.
func PromotersChange(a, b [3]int) (change float64, in Interval, ok bool) {
	score := func(c [3]int) (raw, mean, variance float64) {
		n := float64(c[0] + c[1] + c[2])
		p, d, m := (float64(c[2])+.75)/(n+3), (float64(c[0])+.75)/(n+3), n+3
		return float64(c[2]-c[0]) / n, p - d, (p + d - (p-d)*(p-d)) / m
	}
	if a == [3]int{} || b == [3]int{} {
		return 0, Interval{}, false
	}
	ra, ma, va := score(a)
	rb, mb, vb := score(b)
	half := z95 * math.Sqrt(va+vb)
	return 100 * (ra - rb), Interval{100 * (ma - mb - half), 100 * (ma - mb + half)}, true
}
