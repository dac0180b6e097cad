package notify_test

import (
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/notify"
)

// Every kind says what it has to in both languages (that both have the same
// keys is a test of i18n), stands in one group, and is there once.
func TestEveryKindHasItsSentences(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range notify.Kinds {
		if seen[k.Code] {
			t.Errorf("%s stands there twice", k.Code)
		}
		seen[k.Code] = true
		for _, key := range []string{"notify.kind.", "notify.subject.", "notify.choice."} {
			if !i18n.Has(key + k.Code) {
				t.Errorf("%s has no sentence %s", k.Code, key+k.Code)
			}
		}
		if !slices.Contains(notify.Groups, k.Group) {
			t.Errorf("%s is in group %q, which does not exist", k.Code, k.Group)
		}
		if k.Urgent && !k.Mail {
			t.Errorf("%s is urgent, and is not mailed", k.Code)
		}
	}
	for _, g := range notify.Groups {
		if !i18n.Has("notify.group." + string(g)) {
			t.Errorf("group %s has no heading", g)
		}
	}
	for _, prefix := range []string{"notify.kind.", "notify.subject.", "notify.choice."} {
		for _, key := range i18n.Keys(prefix) {
			if !seen[key[len(prefix):]] {
				t.Errorf("%s is a sentence of no kind", key)
			}
		}
	}
}
