package link

import (
	"math"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/sheet"
)

// A form is written in one cell, a question to a line, with colons between the
// parts of each:
//
//	Talla:choice:S,M,L,XL:required | Cantidad:number:piezas:required | Para cuándo:date
//
// that is label:type:unit or options:required:help, of which only the label
// must be there. A backslash before a sign makes it a part of the text.

var fieldWords = sheet.NewWords(
	sheet.Word{Name: string(Text)}, sheet.Word{Name: string(Number), Also: []string{"num"}},
	sheet.Word{Name: string(Date)}, sheet.Word{Name: string(Choice), Also: []string{"lista", "list", "elección"}},
	sheet.Word{Name: string(File), Also: []string{"adjunto"}}, sheet.Word{Name: string(Person)},
)

var requiredWords = sheet.NewWords(
	sheet.Word{Name: "required", Also: []string{"req", "requerido", "sí", "yes", "si"}},
)

func parseItems(cell string) []Item {
	var out []Item
	for _, l := range sheet.Lines(cell) {
		out = append(out, Item{Text: l})
	}
	return out
}

func sayItems(items []Item) string {
	var out []string
	for _, it := range Current(items) {
		out = append(out, it.Text)
	}
	return sheet.JoinLines(out)
}

// parseForm reads the questions of a cell. One that was there before keeps its
// ID, so that old answers stay with it.
func parseForm(cell string, was []Field) ([]Field, bool) {
	var out []Field
	taken := map[string]bool{}
	last := 0 // no new question gets an ID that old answers know
	for _, old := range was {
		if n, err := strconv.Atoi(strings.TrimPrefix(old.ID, "f")); err == nil {
			last = max(last, n)
		}
	}
	for _, line := range sheet.Cut(cell, sheet.LineSigns) {
		if line == "" {
			continue
		}
		parts := sheet.Cut(line, ":")
		if len(parts) > 5 {
			return nil, false
		}
		parts = append(parts, make([]string, 5-len(parts))...)
		f := Field{Label: org.CleanName(sheet.Plain(parts[0])), Type: Text, Help: sheet.Plain(parts[4])}
		if parts[1] != "" {
			name, ok := fieldWords.Find(parts[1])
			if !ok {
				return nil, false
			}
			f.Type = FieldType(name)
		}
		if f.Type == Choice {
			for _, o := range sheet.Cut(parts[2], ",;") {
				if o != "" {
					f.Options = append(f.Options, sheet.Plain(o))
				}
			}
		} else {
			f.Unit = sheet.Plain(parts[2])
		}
		if parts[3] != "" {
			_, ok := requiredWords.Find(parts[3])
			if !ok {
				return nil, false
			}
			f.Required = true
		}
		for _, old := range was {
			if i18n.Fold(old.Label) == i18n.Fold(f.Label) && !taken[old.ID] {
				f.ID, taken[old.ID] = old.ID, true
				break
			}
		}
		if f.ID == "" {
			last++
			f.ID = "f" + strconv.Itoa(last)
		}
		out = append(out, f)
	}
	return out, true
}

// parsePercent reads "90", "90 %" and the 0.9 that a spreadsheet keeps for 90 %.
func parsePercent(s string) (int, bool) {
	v, err := ParseNumber(strings.TrimSpace(strings.TrimSuffix(s, "%")))
	if err != nil || math.IsNaN(v) || v < 0 || v > 100 {
		return 0, false
	}
	if v > 0 && v < 1 {
		v *= 100
	}
	return int(math.Round(v)), true
}
