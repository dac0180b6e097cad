package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
)

// busy is a calendar as a company has it: split hours, national holidays, a
// summer timetable, a closed August.
func busy(b *testing.B) calendar.Spec {
	b.Helper()
	s := calendar.Spec{Zone: "Europe/Madrid", Week: calendar.Patterns()[1].Week}
	for _, c := range calendar.Countries() {
		if c.Code == "ES" {
			s.Exceptions = c.Holidays
		}
	}
	summer := special("jornada intensiva", calendar.Once{From: "2026-06-15", Until: "2026-09-15"}, "08:00-15:00")
	return with(s, summer, closed("2026-08-03", "2026-08-28"))
}

var asked = time.Date(2026, 11, 23, 16, 30, 5, 0, time.UTC)

func BenchmarkAddWeeks(b *testing.B) {
	c := mustNew(b, busy(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Add(asked, 160*time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkElapsedWeeks(b *testing.B) {
	c := mustNew(b, busy(b))
	until := asked.AddDate(0, 0, 45)
	b.ReportAllocs()
	for b.Loop() {
		if c.Elapsed(asked, until) == 0 {
			b.Fatal("no work")
		}
	}
}

func BenchmarkAddDays(b *testing.B) {
	c := mustNew(b, busy(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.AddDays(asked, 10); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddManyAtOnce(b *testing.B) {
	c := mustNew(b, busy(b))
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := c.Add(asked, 160*time.Hour); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkCold is the first question to a calendar that was just read.
func BenchmarkCold(b *testing.B) {
	text, err := json.Marshal(busy(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s, err := calendar.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := mustNew(b, s).Add(asked, 160*time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExplainAMonth(b *testing.B) {
	c := mustNew(b, busy(b))
	until := asked.AddDate(0, 1, 0)
	b.ReportAllocs()
	for b.Loop() {
		if len(c.Days(asked, until)) == 0 {
			b.Fatal("no days")
		}
	}
}
