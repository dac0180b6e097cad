package doors

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
)

// when says in words on which days an exception falls, what it does, and when
// it comes next.
func when(ctx context.Context, x calendar.Exception) string {
	s := recurrence(ctx, x)
	switch {
	case x.FirstYear != 0 && x.LastYear != 0:
		s = i18n.T(ctx, "firm.when.between", i18n.Args{"Rule": s, "First": x.FirstYear, "Last": x.LastYear})
	case x.FirstYear != 0:
		s = i18n.T(ctx, "firm.when.since", i18n.Args{"Rule": s, "Year": x.FirstYear})
	case x.LastYear != 0:
		s = i18n.T(ctx, "firm.when.until", i18n.Args{"Rule": s, "Year": x.LastYear})
	}
	switch x.Effect {
	case calendar.Half:
		s = i18n.T(ctx, "firm.when.half", i18n.Args{"Rule": s})
	case calendar.Special:
		s = i18n.T(ctx, "firm.when.special", i18n.Args{"Rule": s, "Hours": strings.Join(x.Hours, ", ")})
	case calendar.Closed, calendar.Extra:
	}
	if first, _, ok := x.Next(i18n.Now(ctx)); ok && x.Once == nil {
		s = i18n.T(ctx, "firm.when.next", i18n.Args{"Rule": s, "Day": i18n.LongDay(ctx, first)})
	}
	return s
}

func recurrence(ctx context.Context, x calendar.Exception) string {
	switch {
	case x.Once != nil:
		from := i18n.LongDate(ctx, x.Once.From)
		if x.Once.Until == "" || x.Once.Until == x.Once.From {
			return i18n.T(ctx, "firm.when.once", i18n.Args{"Day": from})
		}
		return i18n.T(ctx, "firm.when.range", i18n.Args{"From": from, "Until": i18n.LongDate(ctx, x.Once.Until)})
	case x.Yearly != nil:
		return yearly(ctx, *x.Yearly)
	case x.NthWeekday != nil:
		n, which := x.NthWeekday, "last"
		if n.Nth > 0 {
			which = strconv.Itoa(n.Nth)
		}
		s := i18n.T(ctx, "firm.when.nth", i18n.Args{
			"Nth": i18n.T(ctx, "firm.when.nth."+which), "Weekday": weekday(ctx, n.Weekday), "Month": month(ctx, time.Month(n.Month)),
		})
		return lasting(ctx, s, n.Days)
	case x.Easter != nil:
		return lasting(ctx, easter(ctx, x.Easter.Offset), x.Easter.Days)
	}
	return ""
}

func yearly(ctx context.Context, y calendar.Yearly) string {
	from := monthDay(ctx, y.From)
	if y.Until != "" && y.Until != y.From {
		return i18n.T(ctx, "firm.when.yearly_range", i18n.Args{"From": from, "Until": monthDay(ctx, y.Until)})
	}
	s := i18n.T(ctx, "firm.when.yearly", i18n.Args{"Day": from})
	if len(y.Only) > 0 {
		s = i18n.T(ctx, "firm.when.only", i18n.Args{"Rule": s, "Days": anyOf(ctx, y.Only)})
	}
	for _, m := range moves(y.Move) {
		key := "firm.when.moves_on"
		if m.back {
			key = "firm.when.moves_back"
		}
		s = i18n.T(ctx, key, i18n.Args{"Rule": s, "Days": anyOf(ctx, m.from), "Day": weekday(ctx, m.to)})
	}
	return s
}

// move says that what falls on any of the weekdays from goes to the next one
// that is to, or back to the last.
type move struct {
	from []string
	to   string
	back bool
}

// moves gathers the moves that lead to the same day: those back first.
func moves(by map[string]int) []move {
	var out []move
	for i, d := range weekdays {
		n := by[d]
		if n == 0 {
			continue
		}
		m := move{to: weekdays[((i+n)%len(weekdays)+len(weekdays))%len(weekdays)], back: n < 0}
		same := slices.IndexFunc(out, func(o move) bool { return o.to == m.to && o.back == m.back })
		if same < 0 {
			out, same = append(out, m), len(out)
		}
		out[same].from = append(out[same].from, d)
	}
	return out
}

// easter says a day by its weekday and its distance to Easter Sunday.
func easter(ctx context.Context, offset int) string {
	const week = 7
	day := weekday(ctx, weekdays[((offset-1)%week+week)%week])
	switch {
	case offset < 0:
		return i18n.T(ctx, "firm.when.before_easter", i18n.Args{"N": -offset, "Weekday": day})
	case offset > 0:
		return i18n.T(ctx, "firm.when.after_easter", i18n.Args{"N": offset, "Weekday": day})
	}
	return i18n.T(ctx, "firm.when.easter")
}

// lasting adds how many days it is, if it is more than one.
func lasting(ctx context.Context, rule string, days int) string {
	if days < 2 {
		return rule
	}
	return i18n.T(ctx, "firm.when.lasting", i18n.Args{"Rule": rule, "N": days})
}

func weekday(ctx context.Context, key string) string {
	const week = 7
	i := slices.Index(weekdays, key)
	return i18n.T(ctx, "format.weekday_long."+strconv.Itoa((i+1)%week)) // which begins on Sunday
}

func month(ctx context.Context, m time.Month) string {
	return i18n.T(ctx, "format.month_long."+strconv.Itoa(int(m)))
}

// anyOf lists weekdays in the order of the week: "lunes, martes o viernes".
func anyOf(ctx context.Context, keys []string) string {
	var words []string
	for _, d := range weekdays {
		if slices.Contains(keys, d) {
			words = append(words, weekday(ctx, d))
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	end := len(words) - 1
	return i18n.T(ctx, "firm.when.or", i18n.Args{"Some": strings.Join(words[:end], ", "), "Last": words[end]})
}

// monthDay says "12-25" as people do.
func monthDay(ctx context.Context, text string) string {
	t, err := time.Parse("2006-01-02", "2024-"+text) // a year in which every date exists
	if err != nil {
		return text
	}
	return i18n.T(ctx, "firm.when.month_day", i18n.Args{"Day": t.Day(), "Month": month(ctx, t.Month())})
}
