package pulse_test

import (
	"testing"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/pulse"
)

func TestTheBankHasWords(t *testing.T) {
	if n := len(pulse.Bank); n < 60 {
		t.Errorf("%d questions", n)
	}
	seen := map[string]bool{}
	for _, i := range pulse.Bank {
		if seen[i.Code] {
			t.Errorf("%s stands twice", i.Code)
		}
		seen[i.Code] = true
		if !i18n.Has(i.Key()) {
			t.Errorf("%s has no words", i.Code)
		}
	}
	for _, template := range pulse.Templates {
		if !i18n.Has(template.Key()) {
			t.Errorf("the template %s has no name", template.Name)
		}
		for _, code := range template.Items {
			if !seen[code] {
				t.Errorf("%s asks for %s, which does not exist", template.Name, code)
			}
		}
	}
}

func TestClasses(t *testing.T) {
	for choice, want := range []int{0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2} {
		if got := pulse.Score.Class(choice); got != want {
			t.Errorf("%d of 10 is class %d", choice, got)
		}
	}
	for choice, want := range map[int]int{1: 0, 2: 0, 3: 1, 4: 2, 5: 2} {
		if got := pulse.Agree.Class(choice); got != want {
			t.Errorf("%d of 5 is class %d", choice, got)
		}
	}
}
