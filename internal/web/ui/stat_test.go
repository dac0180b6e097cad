package ui_test

import (
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// A share of needs or thanks is not said to be one of handoffs.
func TestAShareSaysWhatItCounts(t *testing.T) {
	t.Parallel()
	ctx := i18n.With(t.Context(), "es")
	s := stat.Wilson(15, 20)
	for _, c := range []struct {
		args ui.StatArgs
		want bool
	}{{ui.ShareStat(ctx, "Bien a la primera", s, 8), true}, {ui.ShareOf(ctx, "Cumplidas", s, 8), false}} {
		page := drawn(t, ui.Stat(c.args))
		if got := strings.Contains(page, "pases"); got != c.want || !strings.Contains(page, "20") {
			t.Errorf("%s", page)
		}
	}
}
