package stat

import (
	"math"
	"time"
)

// perDoubling is how many buckets of a Histogram there are from one time to
// twice as long: a quantile read from it is at most 4.5 % off.
const perDoubling = 8

// longest is the last bucket: some 60 years.
const longest = 200

// Bucket returns the bucket that a time falls into: 0 under a minute, then
// eight for each doubling.
func Bucket(d time.Duration) int {
	if d < time.Minute {
		return 0
	}
	return min(longest, 1+int(math.Floor(perDoubling*math.Log2(d.Minutes()))))
}

// middle is the time that stands for a bucket.
func middle(b int) time.Duration {
	if b <= 0 {
		return time.Minute / 2
	}
	return time.Duration(math.Exp2((float64(b)-0.5)/perDoubling) * float64(time.Minute))
}

// Histogram counts times by their Bucket: how long N things took, without
// keeping each.
type Histogram struct {
	N      int
	counts []int32
}

// Add counts n times of a bucket.
func (h *Histogram) Add(bucket, n int) {
	bucket = min(max(bucket, 0), longest)
	for len(h.counts) <= bucket {
		h.counts = append(h.counts, 0)
	}
	h.counts[bucket] += int32(n) //nolint:gosec // nobody waits two thousand million times
	h.N += n
}

// Merge counts all that x counted as well.
func (h *Histogram) Merge(x Histogram) {
	for b, n := range x.counts {
		if n > 0 {
			h.Add(b, int(n))
		}
	}
}

// Quantile returns about how long it took at most in p (0…1) of the cases, or 0
// if there are none.
func (h *Histogram) Quantile(p float64) time.Duration {
	rank, seen := int(p*float64(h.N-1)), 0
	for b, n := range h.counts {
		if seen += int(n); seen > rank {
			return middle(b)
		}
	}
	return 0
}

// Sum returns about how long all of them took together.
func (h *Histogram) Sum() (d time.Duration) {
	for b, n := range h.counts {
		d += time.Duration(n) * middle(b)
	}
	return d
}
