package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/chain/load"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/report"
)

// workshop is a little workshop in which sewing sends work back to cutting, with a
// name that wants to be markup.
func workshop(t *testing.T) report.Report {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("case,activity,time,team\n")
	for i := range 40 {
		c := "c" + string(rune('A'+i%26)) + string(rune('a'+i/26))
		for j, team := range []string{"<b>Corte</b>", "Costura", "<b>Corte</b>", "Costura", "Plancha"} {
			csv.WriteString(c + ",paso,2026-03-0" + string(rune('1'+j)) + " 09:00:00," + team + "\n")
		}
	}
	l, _, err := load.Open(t.Context(), strings.NewReader(csv.String()), load.Options{Name: "taller.csv"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := chain.Analyse(l, chain.Options{Activity: "activity", Dimensions: []string{"team"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) == 0 {
		t.Fatal("nothing was found")
	}
	return report.Report{Title: "taller.csv", Read: []report.Line{{Label: "Caso", Value: "case"}}, Result: r}
}

// What matters comes first, in both languages, and each finding is one sentence.
func TestTheTextLeadsWithWhatMatters(t *testing.T) {
	full := workshop(t)
	for _, lang := range i18n.Langs {
		ctx := i18n.With(t.Context(), lang)
		var b bytes.Buffer
		if err := report.Text(ctx, &b, full); err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(b.String()), " ")
		at := 0
		for _, f := range full.Result.Findings {
			s := report.Sentence(ctx, f)
			i := strings.Index(words, s)
			if i < at {
				t.Errorf("%s: %q stands at %d, after %d: %s", lang, s, i, at, words)
			}
			at = i
		}
		if table := strings.Index(words, "40"); table < 0 || strings.Contains(words, "report.") {
			t.Errorf("%s: %s", lang, words)
		}
	}
}

// The page is whole: it asks for nothing from anywhere, runs no script, and what
// a log says stays text.
func TestThePageNeedsNothingElse(t *testing.T) {
	full := workshop(t)
	for _, lang := range i18n.Langs {
		var b bytes.Buffer
		if err := report.HTML(i18n.With(t.Context(), lang), &b, full); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if out := regexp.MustCompile(`(?i)<script|\son\w+=|<link|@import|url\(|\bsrc=|href="[^#]|<iframe|<object|<embed`).FindString(page); out != "" {
			t.Errorf("%s: the page has %q", lang, out)
		}
		if strings.Contains(page, "<b>Corte") || !strings.Contains(page, "&lt;b&gt;Corte") {
			t.Errorf("%s: a name of the log is markup", lang)
		}
		if !strings.Contains(page, `<html lang="`+lang+`"`) || !strings.Contains(page, "<svg") || !strings.Contains(page, "<table") {
			t.Errorf("%s: no language, map or table", lang)
		}
	}
}

// The map is a drawing that any reader of SVG takes.
func TestTheMapIsWellFormed(t *testing.T) {
	var b bytes.Buffer
	if err := report.HTML(i18n.With(t.Context(), "es"), &b, workshop(t)); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	from, to := strings.Index(page, "<svg"), strings.Index(page, "</svg>")
	if from < 0 || to < from {
		t.Fatal("no map")
	}
	d := xml.NewDecoder(strings.NewReader(page[from : to+len("</svg>")]))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// Of an empty log there is a report too.
func TestOfNothingNothingIsSaid(t *testing.T) {
	r, err := chain.Analyse(&chain.Log{}, chain.Options{Dimensions: []string{"team"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, write := range []func(io.Writer) error{
		func(w io.Writer) error { return report.Text(t.Context(), w, report.Report{Title: "x", Result: r}) },
		func(w io.Writer) error { return report.HTML(t.Context(), w, report.Report{Title: "x", Result: r}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil || b.Len() == 0 || strings.Contains(b.String(), "NaN") {
			t.Errorf("%v: %s", err, b.String())
		}
	}
}
