package sheet

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// A day of work has eight hours and a week five days, wherever people write a
// working time in days or weeks.
const (
	WorkDay  = 8 * time.Hour
	WorkWeek = 5 * WorkDay
)

var units = NewWords(
	Word{Name: "minute", Also: []string{"m", "min", "mins", "minutos", "minutes"}},
	Word{Name: "hour", Also: []string{"h", "hr", "hrs", "hs", "horas", "hours"}},
	Word{Name: "day", Also: []string{"d", "dias", "days"}},
	Word{Name: "week", Also: []string{"w", "sem", "semanas", "weeks"}},
)

var lengths = map[string]time.Duration{
	"minute": time.Minute, "hour": time.Hour, "day": WorkDay, "week": WorkWeek,
}

// ParseDuration reads a working time: "4 h", "2 días", "90 min", "1 h 30 min",
// "1,5 días" or "1:30". A number alone is hours.
func ParseDuration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if hours, ok := parseHours(s); ok {
		return hours, true
	}
	sum, rest := time.Duration(0), s
	for rest != "" {
		end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("0123456789.,", r) })
		if end < 0 {
			end = len(rest)
		}
		n, ok := parseNumber(rest[:end])
		if !ok {
			return 0, false
		}
		rest = strings.TrimSpace(rest[end:])
		end = strings.IndexAny(rest, "0123456789")
		if end < 0 {
			end = len(rest)
		}
		word := rest[:end]
		if rest = rest[end:]; word == "" && (rest != "" || sum > 0) {
			return 0, false
		}
		unit := time.Hour
		if word != "" {
			name, ok := units.Find(word)
			if !ok {
				return 0, false
			}
			unit = lengths[name]
		}
		sum += time.Duration(math.Round(n * float64(unit)))
	}
	return sum.Round(time.Second), s != "" && sum >= 0
}

// parseHours reads "1:30" and "1:30:00".
func parseHours(s string) (time.Duration, bool) {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	sum := time.Duration(0)
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second}[:len(parts)] {
		n, err := strconv.ParseUint(parts[i], 10, 16)
		if err != nil || i > 0 && n > 59 {
			return 0, false
		}
		sum += time.Duration(n) * unit
	}
	return sum, true
}

func parseNumber(s string) (float64, bool) {
	const most = 1e6
	n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return n, err == nil && n <= most
}

var workdays = NewWords(
	Word{Name: "workdays", Also: []string{
		"día laborable", "días hábiles", "día hábil", "working day", "business days", "business day", "workday", "dl",
	}},
)

// ParseSpan reads what ParseDuration reads, and whole working days: "2 días
// laborables", "1 working day".
func ParseSpan(s string) (calendar.Span, bool) {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end > 0 {
		if _, ok := workdays.Find(s[end:]); ok {
			n, err := strconv.ParseUint(s[:end], 10, 16)
			return calendar.Span{Days: int(n)}, err == nil
		}
	}
	d, ok := ParseDuration(s)
	return calendar.Span{Work: d}, ok
}

// FormatSpan writes what ParseSpan reads.
func FormatSpan(ctx context.Context, s calendar.Span) string {
	if s.Days > 0 {
		return strconv.Itoa(s.Days) + " " + workdays.Say(ctx, "workdays")
	}
	return FormatDuration(s.Work)
}

// FormatDuration writes a working time in hours and minutes, as ParseDuration
// reads it: "4 h", "1 h 30 min". Both languages write it so.
func FormatDuration(d time.Duration) string {
	d = d.Round(time.Second)
	hours, minutes, secs := int(d/time.Hour), int(d%time.Hour/time.Minute), int(d%time.Minute/time.Second)
	switch {
	case secs > 0:
		return fmt.Sprintf("%d:%02d:%02d", hours, minutes, secs)
	case minutes == 0:
		return strconv.Itoa(hours) + " h"
	case hours == 0:
		return strconv.Itoa(minutes) + " min"
	}
	return strconv.Itoa(hours) + " h " + strconv.Itoa(minutes) + " min"
}
