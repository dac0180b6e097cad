package stat

import (
	"math"
	"testing"
)

// The points of the usual table of Student's t, two-sided 5 %.
func TestStudentEqualsTheTable(t *testing.T) {
	for df, want := range map[int]float64{
		1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 8: 2.306, 10: 2.228, 15: 2.131, 20: 2.086, 30: 2.042, 60: 2.000, 120: 1.980,
	} {
		if got := StudentT95(df); math.Abs(got-want) > .001 {
			t.Errorf("%d degrees: %.4f, want %.3f", df, got, want)
		}
	}
}
