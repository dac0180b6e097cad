package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/eslabon/eslabon/internal/errs"
)

// said writes a table as one line: headings, then each row with its number.
func said(t Table) string {
	out := strings.Join(t.Head, "¦")
	for _, r := range t.Rows {
		out += fmt.Sprintf(" [%d] %s", r.Number, strings.Join(r.Cells, "¦"))
	}
	return out
}

func TestCSVIsReadAsPeopleSaveIt(t *testing.T) {
	t.Parallel()
	encode := func(s string, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	spanish := "Nombre;Área\r\nÍñigo Peña;Diseño €\r\n"
	for name, c := range map[string]struct{ in, want string }{
		"comma":              {"a,b\n1,2\n", "a¦b [2] 1¦2"},
		"semicolon":          {"a;b\n1,5;2\n", "a¦b [2] 1,5¦2"},
		"tab":                {"a\tb\n1, 2\t3; 4", "a¦b [2] 1, 2¦3; 4"},
		"named separator":    {"sep=;\r\na;b\r\n1;2", "a¦b [3] 1¦2"},
		"one column":         {"a\nx\ny\n", "a [2] x [3] y"},
		"old Mac line ends":  {"a,b\r1,2\r3,4", "a¦b [2] 1¦2 [3] 3¦4"},
		"quotes":             {"a,b\n\"x, \"\"y\"\"\",2", `a¦b [2] x, "y"¦2`},
		"a quote in a text":  {"a,b\n5\" pipe,\"x\" y", `a¦b [2] 5" pipe¦x y`},
		"lines in a cell":    {"a,b\n\"x\r\ny\",2\n3,4", "a¦b [2] x\ny¦2 [3] 3¦4"},
		"blank rows":         {"\n\na,b\n\n , \n1,2\n\n", "a¦b [6] 1¦2"},
		"empty at the end":   {"a,b,,\n1,,,\n", "a¦b [2] 1"},
		"a row that is long": {"a\n1,2", "a [2] 1¦2"},
		"mark of UTF-8":      {"\ufeff" + spanish, "Nombre¦Área [2] Íñigo Peña¦Diseño €"},
		"UTF-8":              {spanish, "Nombre¦Área [2] Íñigo Peña¦Diseño €"},
		"Windows-1252":       {encode(charmap.Windows1252.NewEncoder().String(spanish)), "Nombre¦Área [2] Íñigo Peña¦Diseño €"},
		"UTF-16":             {encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("a\tÑ\n1\t2")), "a¦Ñ [2] 1¦2"},
		"a guarded formula":  {"a,b\n'=1+1,'tis", "a¦b [2] =1+1¦'tis"},
	} {
		got, err := Read(strings.NewReader(c.in))
		if err != nil || said(got) != c.want {
			t.Errorf("%s: got %q, %v, want %q", name, said(got), err, c.want)
		}
	}
}

func TestWhatIsNoSheetIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in, key string
		kind    errs.Kind
	}{
		"empty":          {"", "sheet.err.empty", errs.Invalid},
		"only blanks":    {" \r\n ;;\r\n", "sheet.err.empty", errs.Invalid},
		"only headings":  {"a,b\n", "sheet.err.no_rows", errs.Invalid},
		"a picture":      {"\x89PNG\r\n\x1a\n\x00\x00\x00", "sheet.err.not_a_sheet", errs.Invalid},
		"a web page":     {"\n<html><table><tr><td>1", "sheet.err.not_a_sheet", errs.Invalid},
		"an old Excel":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet.err.old_excel", errs.Invalid},
		"an open quote":  {"a,b\n1,2\n3,\"4\n5,6\n", "sheet.err.quote", errs.Invalid},
		"too many rows":  {"a\n" + strings.Repeat("1\n", MostRows+1), "sheet.err.too_many_rows", errs.TooLarge},
		"too wide":       {"a\n" + strings.Repeat(",", mostWide) + "1", "sheet.err.too_wide", errs.TooLarge},
		"a huge cell":    {"a\n" + strings.Repeat("x", mostCell+1), "sheet.err.long_cell", errs.TooLarge},
		"too many bytes": {"a\n" + strings.Repeat("x", mostBytes), "sheet.err.too_large", errs.TooLarge},
	} {
		_, err := Read(strings.NewReader(c.in))
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Key != c.key || e.Kind != c.kind {
			t.Errorf("%s: got %v, want %s", name, err, c.key)
		}
	}
	_, err := Read(strings.NewReader("a,b\n1,2\n3,\"4\n5,6\n"))
	if e, _ := errors.AsType[*errs.Error](err); e.Args["Row"] != 3 {
		t.Errorf("the open quote is in row 3, not %v", e.Args["Row"])
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	t.Parallel()
	cells := []string{"=1+1", "+34 600", "-5,2", "-x", "@me", "\tx", "'=x", "''-", "a\"b", "a\nb", " a ", "x;y", "12", "ñ", ""}
	for _, f := range []Format{CSV, {}, {Comma: ';'}, XLSX} {
		var b strings.Builder
		head := make([]string, len(cells))
		row := make([]any, len(cells))
		for i, c := range cells {
			head[i], row[i] = fmt.Sprintf("h%d", i), c
		}
		w, err := NewWriter(&b, f, nil, head)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Row(row...), w.Close()); err != nil {
			t.Fatal(err)
		}
		got, err := Read(strings.NewReader(b.String()))
		if err != nil || len(got.Rows) != 1 || !slices.Equal(got.Head, head) {
			t.Fatalf("%+v: %v, %v", f, got, err)
		}
		for i, c := range cells {
			if v := got.Rows[0].Cell(i); v != c {
				t.Errorf("%+v: wrote %q, read %q", f, c, v)
			}
		}
	}
}

// A spreadsheet that opens our file runs nothing that somebody typed.
func TestFormulasAreGuarded(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0", "+1+1": "'+1+1", "-2+3": "'-2+3", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1",
		"-5": "-5", "+34600111222": "+34600111222", "-1.234,5": "-1.234,5", "-": "'-", "a=b": "a=b", "": "",
	} {
		if got := guard(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

// On text without oddities we read what the standard reader does.
func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a;b\r\n\"x;\"\"y\";2\r\n", "a\tb\n\"1\n2\"\t3", "sep=;\na;b\n", "\xff\xfea\x00", "\xef\xbb\xbfa,b\n", "\"", "a\"b,\"c\"d\n",
		"\xc1rea,\xd1\n1,2", "\r\r\n\n\"\r\n\"", ",,,\n;;;\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(strings.NewReader(string(b)))
		if err != nil {
			if _, ours := errors.AsType[*errs.Error](err); !ours {
				t.Fatalf("an error that nobody can read: %v", err)
			}
			return
		}
		last := 0
		for _, r := range got.Rows {
			if r.Number <= last || len(r.Cells) == 0 || len(r.Cells) > mostWide {
				t.Fatalf("row %d after %d has %d cells", r.Number, last, len(r.Cells))
			}
			last = r.Number
		}
		compare(t, string(b), got)
	})
}

func compare(t *testing.T, text string, got Table) {
	t.Helper()
	if strings.ContainsAny(text, "\r\x1a'\xff\xfe\xef") || strings.HasPrefix(text, "sep=") || strings.HasPrefix(text, "PK") || !isPlainText(text) {
		return
	}
	std := csv.NewReader(strings.NewReader(text))
	std.Comma, std.FieldsPerRecord = rune(separator(text)), -1
	want, err := std.ReadAll()
	if err != nil {
		return
	}
	ours := [][]string{got.Head}
	for _, r := range got.Rows {
		ours = append(ours, r.Cells)
	}
	i := 0
	for _, w := range want {
		for len(w) > 0 && strings.TrimSpace(w[len(w)-1]) == "" {
			w = w[:len(w)-1]
		}
		if len(w) == 0 {
			continue
		}
		if i == 0 {
			for j := range w {
				w[j] = strings.Join(strings.Fields(w[j]), " ")
			}
		}
		if i >= len(ours) || !slices.Equal(ours[i], w) {
			t.Fatalf("row %d: got %q, want %q", i, ours[min(i, len(ours)-1)], w)
		}
		i++
	}
}

func isPlainText(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
