package doors

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
)

// reader reads in a language, on a Monday of 2026 in Bogotá.
func reader(t *testing.T, lang string) context.Context {
	t.Helper()
	zone, err := time.LoadLocation("America/Bogota")
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.WithPlace(i18n.With(t.Context(), lang), zone, "CO")
	return i18n.WithNow(ctx, time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))
}

func TestSpecialDaysAreSaidInWords(t *testing.T) {
	t.Parallel()
	closed := func(x calendar.Exception) calendar.Exception { x.Effect = calendar.Closed; return x }
	yearly := func(y calendar.Yearly) calendar.Exception { return closed(calendar.Exception{Yearly: &y}) }
	once := func(from, until string) calendar.Exception {
		return closed(calendar.Exception{Once: &calendar.Once{From: from, Until: until}})
	}
	since := yearly(calendar.Yearly{From: "07-09", Move: map[string]int{"sun": 1, "sat": 2, "thu": 4, "tue": 6}})
	since.FirstYear = 2026
	summer := yearly(calendar.Yearly{From: "07-01", Until: "08-31"})
	summer.Effect, summer.Hours, summer.FirstYear, summer.LastYear = calendar.Special, []string{"08:00-15:00"}, 2025, 2027
	half := yearly(calendar.Yearly{From: "12-24"})
	half.Effect = calendar.Half
	over := yearly(calendar.Yearly{From: "05-01"})
	over.LastYear = 2025
	for _, c := range []struct {
		x      calendar.Exception
		es, en string
	}{
		{once("2026-08-03", ""), "El lunes 3 de agosto de 2026", "Monday 3 August 2026"},
		{
			once("2026-08-03", "2026-08-14"), "Del lunes 3 de agosto de 2026 al viernes 14 de agosto de 2026",
			"From Monday 3 August 2026 to Friday 14 August 2026",
		},
		{yearly(calendar.Yearly{From: "12-25"}), "Cada 25 de diciembre. La próxima vez: viernes 25 de diciembre de 2026", "Every 25 December. Next: Friday 25 December 2026"},
		{
			yearly(calendar.Yearly{From: "12-24", Until: "01-02"}),
			"Cada año, del 24 de diciembre al 2 de enero. La próxima vez: jueves 24 de diciembre de 2026",
			"Every year, from 24 December to 2 January. Next: Thursday 24 December 2026",
		},
		{
			since,
			"Cada 9 de julio; si cae en martes, jueves, sábado o domingo, pasa al lunes siguiente, desde 2026. La próxima vez: lunes 13 de julio de 2026",
			"Every 9 July; on a Tuesday, Thursday, Saturday or Sunday it moves on to Monday, from 2026 on. Next: Monday 13 July 2026",
		},
		{
			yearly(calendar.Yearly{From: "10-12", Move: map[string]int{"tue": -1, "wed": -2, "fri": 3}}),
			"Cada 12 de octubre; si cae en martes o miércoles, pasa al lunes anterior; si cae en viernes, pasa al lunes siguiente. La próxima vez: lunes 12 de octubre de 2026",
			"Every 12 October; on a Tuesday or Wednesday it moves back to Monday; on a Friday it moves on to Monday. Next: Monday 12 October 2026",
		},
		{
			yearly(calendar.Yearly{From: "09-17", Only: []string{"fri", "mon"}}),
			"Cada 17 de septiembre, solo si cae en lunes o viernes. La próxima vez: viernes 17 de septiembre de 2027",
			"Every 17 September, only on a Monday or Friday. Next: Friday 17 September 2027",
		},
		{
			closed(calendar.Exception{NthWeekday: &calendar.NthWeekday{Nth: 3, Weekday: "mon", Month: 11}}),
			"El tercer lunes de noviembre. La próxima vez: lunes 16 de noviembre de 2026", "The third Monday of November. Next: Monday 16 November 2026",
		},
		{
			closed(calendar.Exception{NthWeekday: &calendar.NthWeekday{Nth: -1, Weekday: "thu", Month: 11, Days: 2}}),
			"El último jueves de noviembre, 2 días seguidos. La próxima vez: jueves 26 de noviembre de 2026",
			"The last Thursday of November, 2 days in a row. Next: Thursday 26 November 2026",
		},
		{
			closed(calendar.Exception{Easter: &calendar.Easter{Offset: -2}}),
			"El viernes, 2 días antes de Pascua. La próxima vez: viernes 3 de abril de 2026", "The Friday, 2 days before Easter. Next: Friday 3 April 2026",
		},
		{
			closed(calendar.Exception{Easter: &calendar.Easter{Offset: 43}}),
			"El lunes, 43 días después de Pascua. La próxima vez: lunes 18 de mayo de 2026", "The Monday, 43 days after Easter. Next: Monday 18 May 2026",
		},
		{
			closed(calendar.Exception{Easter: &calendar.Easter{}}),
			"El domingo de Pascua. La próxima vez: domingo 5 de abril de 2026", "Easter Sunday. Next: Sunday 5 April 2026",
		},
		{
			summer, "Cada año, del 1 de julio al 31 de agosto, de 2025 a 2027. Horario de ese día: 08:00-15:00. La próxima vez: miércoles 1 de julio de 2026",
			"Every year, from 1 July to 31 August, from 2025 to 2027. Hours of that day: 08:00-15:00. Next: Wednesday 1 July 2026",
		},
		{
			half, "Cada 24 de diciembre. Solo la primera mitad del horario. La próxima vez: jueves 24 de diciembre de 2026",
			"Every 24 December. Only the first half of the hours. Next: Thursday 24 December 2026",
		},
		{over, "Cada 1 de mayo, hasta 2025", "Every 1 May, until 2025"},
	} {
		if got := when(reader(t, "es"), c.x); got != c.es {
			t.Errorf("got  %s\nwant %s", got, c.es)
		}
		if got := when(reader(t, "en"), c.x); got != c.en {
			t.Errorf("got  %s\nwant %s", got, c.en)
		}
	}
}

// Every holiday of every country can be said, in both languages.
func TestEveryHolidayIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range calendar.Countries() {
		for _, h := range c.Holidays {
			for _, lang := range i18n.Langs {
				s := when(reader(t, lang), h)
				if s == "" || strings.ContainsAny(s, "{}<>") || strings.Contains(s, "firm.") || strings.Contains(s, "  ") {
					t.Errorf("%s %s (%s): %q", c.Code, h.Name, lang, s)
				}
			}
		}
	}
}
