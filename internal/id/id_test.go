package id_test

import (
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/id"
)

// What is written down late stands where it happened, and what happened at the
// same moment in the order in which it was written.
func TestAnIDOfAnotherTime(t *testing.T) {
	then := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	late := id.At[id.Notice](then.Add(time.Hour))
	last := id.At[id.Notice](then)
	seen := map[id.Notice]bool{late: true, last: true}
	for range 5000 {
		next := id.At[id.Notice](then)
		if !id.Valid(next) || next[14] != '7' || next <= last || next >= late || seen[next] {
			t.Fatalf("%s after %s and before %s", next, last, late)
		}
		seen[next], last = true, next
	}
	if now := id.New[id.Notice](); last >= now {
		t.Errorf("%s of the past is not before %s", last, now)
	}
}
