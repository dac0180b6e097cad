package i18n

import (
	"context"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// place is where the company of the reader is: it decides the hour on the wall
// and how numbers are written.
type place struct {
	zone    *time.Location
	country string
}

type (
	placeKey struct{}
	nowKey   struct{}
)

// WithPlace returns a context whose times are in zone and whose numbers and
// dates are written as in country (ISO 3166, e.g. "MX").
func WithPlace(ctx context.Context, zone *time.Location, country string) context.Context {
	if zone == nil {
		zone = time.UTC
	}
	return context.WithValue(ctx, placeKey{}, place{zone, strings.ToUpper(country)})
}

// WithNow returns a context in which it is now t: all of one page counts from
// the same moment.
func WithNow(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, nowKey{}, t)
}

// Zone returns the time zone of ctx; UTC if none was set.
func Zone(ctx context.Context) *time.Location { return placeOf(ctx).zone }

// Country returns the country of ctx, or "".
func Country(ctx context.Context) string { return placeOf(ctx).country }

// Now returns the moment that WithNow set, else the clock's, in the zone of ctx.
func Now(ctx context.Context) time.Time {
	t, ok := ctx.Value(nowKey{}).(time.Time)
	if !ok {
		t = time.Now()
	}
	return t.In(Zone(ctx))
}

func placeOf(ctx context.Context) place {
	if p, ok := ctx.Value(placeKey{}).(place); ok {
		return p
	}
	return place{zone: time.UTC}
}

// Time says the exact moment: "lunes 3 de febrero de 2026, 17:10".
func Time(ctx context.Context, t time.Time) string {
	return T(ctx, "format.moment", Args{"Day": LongDay(ctx, t), "Clock": Clock(ctx, t)})
}

// LongDay says the day in full: "lunes 3 de febrero de 2026".
func LongDay(ctx context.Context, t time.Time) string {
	t = t.In(Zone(ctx))
	return T(ctx, order(ctx, "format.day_long", "format.day_long_us"), Args{
		"Weekday": T(ctx, "format.weekday_long."+strconv.Itoa(int(t.Weekday()))), "Day": t.Day(),
		"Month": T(ctx, "format.month_long."+strconv.Itoa(int(t.Month()))), "Year": t.Year(),
	})
}

// Day says the day as people do: "lun 3 feb", with the year when it is not
// this year's: "3 feb 2024".
func Day(ctx context.Context, t time.Time) string {
	t = t.In(Zone(ctx))
	a := Args{"Day": t.Day(), "Month": T(ctx, "format.month."+strconv.Itoa(int(t.Month()))), "Year": t.Year()}
	if t.Year() != Now(ctx).Year() {
		return T(ctx, order(ctx, "format.date_year", "format.date_year_us"), a)
	}
	return T(ctx, "format.day", Args{
		"Weekday": T(ctx, "format.weekday."+strconv.Itoa(int(t.Weekday()))),
		"Date":    T(ctx, order(ctx, "format.date", "format.date_us"), a),
	})
}

// order picks the sentence with the month before the day where that is usual.
func order(ctx context.Context, dayFirst, monthFirst string) string {
	if Country(ctx) == "US" {
		return monthFirst
	}
	return dayFirst
}

// Clock says the hour: "17:10", or "5:10 pm" to readers of English in a country
// that counts to twelve.
func Clock(ctx context.Context, t time.Time) string {
	t = t.In(Zone(ctx))
	if Lang(ctx) != "en" || Country(ctx) != "US" {
		return strconv.Itoa(t.Hour()) + ":" + t.Format("04")
	}
	half := "format.half_am"
	if t.Hour() >= 12 {
		half = "format.half_pm"
	}
	return T(ctx, "format.clock_12", Args{"Hour": (t.Hour()+11)%12 + 1, "Minute": t.Format("04"), "Half": T(ctx, half)})
}

// Relative says a moment as people do: "hoy 17:10", "mañana 9:00", "ayer 9:00",
// "lun 3 feb", "3 feb 2024".
func Relative(ctx context.Context, t time.Time) string {
	switch daysBetween(Now(ctx), t.In(Zone(ctx))) {
	case 0:
		return T(ctx, "format.today", Args{"Clock": Clock(ctx, t)})
	case 1:
		return T(ctx, "format.tomorrow", Args{"Clock": Clock(ctx, t)})
	case -1:
		return T(ctx, "format.yesterday", Args{"Clock": Clock(ctx, t)})
	default:
		return Day(ctx, t)
	}
}

// Moment says a moment with its hour: near ones as Relative does, others "lun 3
// feb, 17:10".
func Moment(ctx context.Context, t time.Time) string {
	if days := daysBetween(Now(ctx), t.In(Zone(ctx))); -1 <= days && days <= 1 {
		return Relative(ctx, t)
	}
	return T(ctx, "format.moment", Args{"Day": Day(ctx, t), "Clock": Clock(ctx, t)})
}

// Today returns the local date, like "2026-02-03".
func Today(ctx context.Context) string { return Now(ctx).Format(time.DateOnly) }

// Date says a local date "2026-02-03" as Day does; what is no date stays.
func Date(ctx context.Context, date string) string { return sayDate(ctx, date, Day) }

// LongDate says a local date "2026-02-03" as LongDay does; what is no date stays.
func LongDate(ctx context.Context, date string) string { return sayDate(ctx, date, LongDay) }

func sayDate(ctx context.Context, date string, say func(context.Context, time.Time) string) string {
	t, err := time.ParseInLocation(time.DateOnly, date, Zone(ctx))
	if err != nil {
		return date
	}
	const noon = 12 * time.Hour // whatever the clocks do at midnight
	return say(ctx, t.Add(noon))
}

// lately is how long something counts as having happened a moment ago.
const lately = 10 * time.Minute

// Lately says a moment that has passed: "hace un momento (17:10)", and like
// Relative what is longer ago. What happened while the page was made counts.
func Lately(ctx context.Context, t time.Time) string {
	if ago := Now(ctx).Sub(t); ago > -time.Minute && ago < lately {
		return T(ctx, "format.just_now", Args{"Clock": Clock(ctx, t)})
	}
	return Relative(ctx, t)
}

// daysBetween counts midnights on the wall, whatever the summer time does.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(b).Sub(day(a)) / (24 * time.Hour))
}

// Duration says how long, in its two largest units: "3 h 20 min", "2 días".
func Duration(ctx context.Context, d time.Duration) string { return duration(ctx, d, 24*time.Hour) }

// WorkTime says how much working time: in hours, since a day of work has no
// fixed length.
func WorkTime(ctx context.Context, d time.Duration) string { return duration(ctx, d, 1<<62) }

// Promised says how long something is promised in: working time, or working
// days if they are above zero.
func Promised(ctx context.Context, work time.Duration, days int) string {
	if days > 0 {
		return T(ctx, "format.workdays", Args{"N": days})
	}
	return T(ctx, "format.work", Args{"Long": WorkTime(ctx, work)})
}

func duration(ctx context.Context, d, day time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return T(ctx, "format.under_a_minute")
	case d < time.Hour:
		return T(ctx, "format.minutes", Args{"Count": int(d / time.Minute)})
	case d < day:
		return join(T(ctx, "format.hours", Args{"Count": int(d / time.Hour)}), ctx, "format.minutes", int(d%time.Hour/time.Minute))
	default:
		return join(T(ctx, "format.days", Args{"N": int(d / day)}), ctx, "format.hours", int(d%day/time.Hour))
	}
}

func join(first string, ctx context.Context, key string, n int) string {
	if n == 0 {
		return first
	}
	return first + " " + T(ctx, key, Args{"Count": n})
}

// Number writes f with the separators of the reader's country, with two
// decimals at most.
func Number(ctx context.Context, f float64) string {
	const grouped = 1000 // below, a whole number is written alike everywhere
	if 0 <= f && f < grouped && f == math.Trunc(f) {
		return strconv.Itoa(int(f))
	}
	return printer(ctx).Sprint(number.Decimal(f, number.MaxFractionDigits(2)))
}

// Percent writes a share of one as "93 %", or "93%" in English.
func Percent(ctx context.Context, share float64) string {
	return T(ctx, "format.percent", Args{"Number": printer(ctx).Sprint(number.Decimal(share*100, number.MaxFractionDigits(0)))})
}

var printers sync.Map // language tag → *message.Printer

func printer(ctx context.Context) *message.Printer {
	tag := Lang(ctx)
	if c := Country(ctx); c != "" {
		tag += "-" + c
	}
	if p, ok := printers.Load(tag); ok {
		return p.(*message.Printer)
	}
	t, err := language.Parse(tag)
	if err != nil {
		t = language.Make(Lang(ctx)) // a country nobody knows
		return message.NewPrinter(t)
	}
	p, _ := printers.LoadOrStore(tag, message.NewPrinter(t))
	return p.(*message.Printer)
}
