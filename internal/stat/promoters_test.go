package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Whether the interval holds the score of all when some of a small team
// answered: 95 of 100 times with the correction from twelve people on.
func TestTheIntervalAmongFewHoldsTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct {
		all, n int
		low    float64 // of the share of cases that are right
	}{{8, 6, .93}, {12, 8, .90}, {20, 12, .92}, {20, 16, .90}, {60, 36, .93}, {200, 120, .93}} {
		const runs = 4000
		right := 0
		for range runs {
			people := make([]int, c.all)
			for i := range people {
				switch x := r.Float64(); {
				case x < .45:
					people[i] = 1
				case x < .65:
					people[i] = -1
				}
			}
			sum := 0
			for _, p := range people {
				sum += p
			}
			truth := 100 * float64(sum) / float64(c.all)
			r.Shuffle(c.all, func(i, j int) { people[i], people[j] = people[j], people[i] })
			var p, d int
			for _, x := range people[:c.n] {
				if x > 0 {
					p++
				} else if x < 0 {
					d++
				}
			}
			if _, in, _ := PromotersAmong(p, d, c.n, c.all); in.Low <= truth && truth <= in.High {
				right++
			}
		}
		if got := float64(right) / runs; got < c.low {
			t.Errorf("%d of %d: right in %.3f of the cases", c.n, c.all, got)
		}
	}
}

func TestWhoIsAllKnowsForSure(t *testing.T) {
	score, in, ok := PromotersAmong(27, 12, 60, 60)
	if !ok || score != 25 || in.Low > 25 || in.High < 25 || in.High-in.Low > 2 {
		t.Errorf("%f in %+v", score, in)
	}
}

func TestAChangeOfTheScore(t *testing.T) {
	if _, _, ok := PromotersChange([3]int{}, [3]int{1, 1, 1}); ok {
		t.Error("a change from nobody")
	}
	change, in, _ := PromotersChange([3]int{2, 4, 4}, [3]int{4, 4, 2})
	if math.Abs(change-40) > 1e-9 || in.Low > 0 || in.High < 40 {
		t.Errorf("ten people: %f in %+v: it may be chance", change, in)
	}
	if _, in, _ = PromotersChange([3]int{20, 40, 40}, [3]int{40, 40, 20}); in.Low <= 0 {
		t.Errorf("a hundred people: %+v: it is not", in)
	}
}
