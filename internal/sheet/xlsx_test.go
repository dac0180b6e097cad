package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/eslabon/eslabon/internal/errs"
)

// workbook returns an XLSX whose first sheet fill writes.
func workbook(t *testing.T, fill func(f *excelize.File, sheet string)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f, f.GetSheetName(0))
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What a cell is follows from how it is shown; its value is what is kept.
func TestExcelCellsAreWhatTheyMean(t *testing.T) {
	t.Parallel()
	formats := []struct {
		head, format string
		value        any
		want         string
	}{
		{"date", "dd/mm/yyyy", 46056.0, "2026-02-03 00:00:00"},
		{"date without its hour", "dd/mm/yyyy", 46056.71527777778, "2026-02-03 17:10:00"},
		{"American date", "m/d/yy h:mm", 46056.71527777778, "2026-02-03 17:10:00"},
		{"date of a country", "[$-80A]dd/mm/yyyy;@", 46056.0, "2026-02-03 00:00:00"},
		{"date in words", "d mmm yyyy", 46056.0, "2026-02-03 00:00:00"},
		{"hours", "h:mm", 0.0625, "1:30:00"},
		{"many hours", "[h]:mm", 1.0625, "25:30:00"},
		{"number", "#,##0.00", 1234.5678, "1234.5678"},
		{"round number", "0.00", 12.0, "12"},
		{"large number", "#,##0", 46056.0, "46056"},
		{"money", `"$"#,##0.00`, 12.0, "12"},
		{"share", "0%", 0.9, "90.00%"},
		{"whole share", "0%", 1.0, "100.00%"},
		{"plain", "", 46056.5, "46056.5"},
		{"text", "", "003", "003"},
		{"text in a date cell", "dd/mm/yyyy", "pronto", "pronto"},
		{"number with a word", `0" días"`, 12.0, "12"},
		{"red number", "[Red]0.00", 12.5, "12.5"},
		{"exact number", "0", 12345.678901234, "12345.678901234"},
	}
	b := workbook(t, func(f *excelize.File, sheet string) {
		for i, c := range formats {
			cell, err := excelize.CoordinatesToCellName(i+1, 2)
			ok(t, err)
			head, err := excelize.CoordinatesToCellName(i+1, 1)
			ok(t, err)
			ok(t, f.SetCellValue(sheet, head, c.head))
			ok(t, f.SetCellValue(sheet, cell, c.value))
			if c.format != "" {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
				ok(t, err)
				ok(t, f.SetCellStyle(sheet, cell, cell, style))
			}
		}
		ok(t, f.SetCellValue(sheet, "A5", "later"))
		style, err := f.NewStyle(&excelize.Style{NumFmt: 22}) // the usual date with its hour
		ok(t, err)
		ok(t, f.SetCellValue(sheet, "B5", 46056.5))
		ok(t, f.SetCellStyle(sheet, "B5", "B5", style))
	})
	got, err := Read(bytes.NewReader(b))
	ok(t, err)
	for i, c := range formats {
		if v := got.Rows[0].Cell(i); v != c.want {
			t.Errorf("%s: got %q, want %q", c.head, v, c.want)
		}
	}
	if len(got.Rows) != 2 || got.Rows[1].Number != 5 || got.Rows[1].Cell(1) != "2026-02-03 12:00:00" {
		t.Errorf("blank rows are not counted: %+v", got.Rows[1:])
	}
}

func TestMomentsOf1904(t *testing.T) {
	t.Parallel()
	b := workbook(t, func(f *excelize.File, sheet string) {
		yes, when := true, "yyyy-mm-dd"
		ok(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &when})
		ok(t, err)
		ok(t, f.SetCellValue(sheet, "A1", "asked"))
		ok(t, f.SetCellValue(sheet, "A2", 46056-1462))
		ok(t, f.SetCellStyle(sheet, "A2", "A2", style))
	})
	got, err := Read(bytes.NewReader(b))
	if err != nil || got.Rows[0].Cell(0) != "2026-02-03 00:00:00" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAHiddenSheetIsNotTheFirst(t *testing.T) {
	t.Parallel()
	b := workbook(t, func(f *excelize.File, sheet string) {
		ok(t, f.SetCellValue(sheet, "A1", "hidden"))
		_, err := f.NewSheet("Datos")
		ok(t, err)
		ok(t, f.SetCellValue("Datos", "A1", "seen"))
		ok(t, f.SetCellValue("Datos", "A2", "1"))
		f.SetActiveSheet(1)
		ok(t, f.SetSheetVisible(sheet, false))
	})
	got, err := Read(bytes.NewReader(b))
	if err != nil || got.Head[0] != "seen" {
		t.Errorf("%v, %v", got, err)
	}
}

// rezip changes the parts of an archive.
func rezip(t *testing.T, b []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	ok(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		ok(t, err)
		content, err := io.ReadAll(r)
		ok(t, err)
		if content = change(f.Name, content); content == nil {
			continue
		}
		to, err := w.Create(f.Name)
		ok(t, err)
		_, err = to.Write(content)
		ok(t, err)
	}
	ok(t, w.Close())
	return out.Bytes()
}

func TestABrokenExcelIsRefused(t *testing.T) {
	t.Parallel()
	whole := workbook(t, func(f *excelize.File, sheet string) {
		for i := range 500 {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			ok(t, err)
			ok(t, f.SetCellValue(sheet, cell, strings.Repeat("x", i%50+1)))
		}
	})
	if _, err := Read(bytes.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0xff
	sheetPart := func(name string) bool { return strings.HasPrefix(name, "xl/worksheets/sheet") }
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for name, size := range map[string]uint64{"xl/workbook.xml": 1, "xl/worksheets/sheet1.xml": mostUnpacked} {
		_, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, UncompressedSize64: size})
		ok(t, err)
	}
	ok(t, z.Close())
	for name, c := range map[string]struct {
		b   []byte
		key string
	}{
		"cut in half":        {whole[:len(whole)/2], "sheet.err.broken"},
		"one byte changed":   {flipped, "sheet.err.broken"},
		"only its beginning": {[]byte("PK\x03\x04"), "sheet.err.broken"},
		"XML cut off": {rezip(t, whole, func(name string, content []byte) []byte {
			if sheetPart(name) {
				return content[:len(content)*2/3]
			}
			return content
		}), "sheet.err.broken"},
		"no workbook": {rezip(t, whole, func(name string, content []byte) []byte {
			if name == "xl/workbook.xml" {
				return nil
			}
			return content
		}), "sheet.err.not_a_sheet"},
		"a bomb":        {bomb.Bytes(), "sheet.err.bomb"},
		"nothing in it": {workbook(t, func(*excelize.File, string) {}), "sheet.err.empty"},
	} {
		_, err := Read(bytes.NewReader(c.b))
		if e, ours := errors.AsType[*errs.Error](err); !ours || e.Key != c.key {
			t.Errorf("%s: got %v, want %s", name, err, c.key)
		}
	}
}

func TestExcelThatWeWriteHasRealDates(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	mx := zone(t, "America/Mexico_City")
	at := time.Date(2026, 2, 3, 23, 10, 5, 0, time.UTC)
	w, err := NewWriter(&b, XLSX, mx, []string{"when", "n", "none"})
	ok(t, err)
	ok(t, w.Row(at, 2.5, time.Time{}))
	ok(t, w.Close())
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	ok(t, err)
	defer f.Close()
	kind, err := f.GetCellType(f.GetSheetName(0), "A2")
	if shown, _ := f.GetCellValue(f.GetSheetName(0), "A2"); err != nil || kind == excelize.CellTypeInlineString || shown != "2026-02-03 17:10:05" {
		t.Errorf("the date is shown %q, of type %v, %v", shown, kind, err)
	}
	got, err := Read(bytes.NewReader(b.Bytes()))
	if back, known := parseMoment(got.Rows[0].Cell(0), false, mx); err != nil || !known || !back.Equal(at) || got.Rows[0].Cell(1) != "2.5" {
		t.Errorf("%v, %v", got, err)
	}
}
