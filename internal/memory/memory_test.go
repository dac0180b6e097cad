package memory_test

import (
	"sync"
	"testing"

	"github.com/eslabon/eslabon/internal/memory"
)

func TestMemoryForgetsWhatWasNotUsedForLongest(t *testing.T) {
	var m memory.Of[int, string]
	for key := range 3 {
		e := m.Entry(key)
		e.Value = "kept"
		m.Grew(e, 9, 30)
	}
	m.Entry(0) // used again
	m.Grew(m.Entry(3), 9, 30)
	for key, want := range map[int]string{0: "kept", 1: "", 2: "kept"} {
		if got := m.Entry(key).Value; got != want {
			t.Errorf("%d: %q, want %q", key, got, want)
		}
	}
	large := m.Entry(4)
	large.Value = "kept"
	m.Grew(large, 100, 30)
	if m.Entry(4).Value != "kept" || m.Entry(0).Value != "" {
		t.Error("what is larger than all stays, and alone")
	}
}

func TestMemoryIsMadeOnceForMany(t *testing.T) {
	var m memory.Of[string, int]
	var wg sync.WaitGroup
	made := 0
	for range 20 {
		wg.Go(func() {
			e := m.Entry("")
			e.Lock()
			defer e.Unlock()
			if e.Value == 0 {
				made++
				e.Value = 7
				m.Grew(e, 1, 10)
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}
