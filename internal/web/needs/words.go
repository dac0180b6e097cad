package needs

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/web/ui"
)

func lateIcon(late bool) string {
	if late {
		return "clock-alert"
	}
	return "clock"
}

// standing says how long a need waits, or until when something is promised.
func standing(ctx context.Context, n need.Need, now time.Time, today string) string {
	age := i18n.Args{"Days": days(n.Age(now)), "Day": i18n.LongDate(ctx, n.DueOn)}
	switch {
	case n.State == need.Planned && n.DueOn < today:
		return i18n.T(ctx, "needpage.was_due", age)
	case n.State == need.Planned:
		return i18n.T(ctx, "needpage.is_due", age)
	case n.State == need.Open && now.After(n.AnswerDue.Time):
		return i18n.T(ctx, "needpage.no_answer", age)
	}
	return i18n.Lately(ctx, n.AskedAt.Time)
}

func ageHeads(ctx context.Context) []ui.Head {
	return []ui.Head{
		{Label: i18n.T(ctx, "needpage.wait")},
		{Label: i18n.T(ctx, "needpage.open"), Number: true},
	}
}

// ages are the words of Ageing.Open, in its order.
var ages = [4]string{"d14", "d30", "d60", "more"}

func categoryHeads(ctx context.Context) []ui.Head {
	return []ui.Head{
		{Label: i18n.T(ctx, "needpage.kind")},
		{Label: i18n.T(ctx, "needpage.open"), Number: true},
		{Label: i18n.T(ctx, "needpage.over"), Number: true},
	}
}
