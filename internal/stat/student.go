package stat

import "math"

// StudentT95 returns the two-sided 95 % point of Student's t with df degrees of
// freedom, for df ≥ 1: from a table for one to four, else by the expansion of Cornish
// and Fisher (G. W. Hill, "Algorithm 396: Student's t-quantiles", CACM 13, 1970,
// gives its terms).
func StudentT95(df int) float64 {
	switch df {
	case 1:
		return 12.706204736432095
	case 2:
		return 4.302652729911275
	case 3:
		return 3.182446305284263
	case 4:
		return 2.776445105198054
	}
	n, x := float64(df), z95
	x3, x5, x7, x9 := math.Pow(x, 3), math.Pow(x, 5), math.Pow(x, 7), math.Pow(x, 9)
	return x + (x3+x)/(4*n) + (5*x5+16*x3+3*x)/(96*n*n) + (3*x7+19*x5+17*x3-15*x)/(384*n*n*n) +
		(79*x9+776*x7+1482*x5-1920*x3-945*x)/(92160*n*n*n*n)
}
