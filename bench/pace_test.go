package bench

import (
	"crypto/sha256"
	"syscall"
	"time"
)

// quick is the processor time of the fixed work at the best hour that was seen on
// the machine class of the tables.
const quick = 29 * time.Millisecond

// pace is how much longer the machine takes just now for a fixed piece of work
// than at its best: what is shared with others swings by half, and a line of the
// table says little without it.
func pace() float64 {
	const numbers, chunks, prime, wide = 200_000, 20, 7919, 1_000_003
	before := used()
	seen := map[int]int{}
	for i := range numbers {
		seen[i*prime%wide] += i
	}
	page := make([]byte, 1<<20)
	for i := range chunks {
		page[0] = byte(i + len(seen))
		sum := sha256.Sum256(page)
		page[1] = sum[0]
	}
	return float64(used()-before) / float64(quick)
}

// used is the processor time of this process so far.
func used() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
