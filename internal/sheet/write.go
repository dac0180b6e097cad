package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/eslabon/eslabon/internal/errs"
)

// Format is how a table is written.
type Format struct {
	XLSX  bool
	BOM   bool // CSV: the mark by which Excel knows that it is UTF-8
	Comma byte // CSV: what sets the cells apart; a comma if it is 0
}

// The usual formats.
var (
	CSV  = Format{BOM: true}
	XLSX = Format{XLSX: true}
)

// ParseFormat returns the format that people call name.
func ParseFormat(name string) (Format, error) {
	switch strings.ToLower(name) {
	case "csv":
		return CSV, nil
	case "xlsx":
		return XLSX, nil
	}
	return Format{}, errs.Field("format", "err.unknown")
}

// Writer writes a table row by row, without keeping it in memory. Close
// finishes the table; it does not close what is below.
type Writer struct {
	zone *time.Location
	csv  *bufio.Writer
	sep  byte

	below      io.Writer
	file       *excelize.File
	rows       *excelize.StreamWriter
	row        int
	head, when int // styles
}

// NewWriter begins a table with its headings. Moments are written by the clock
// on the wall of zone.
func NewWriter(to io.Writer, f Format, zone *time.Location, head []string) (*Writer, error) {
	w := &Writer{zone: zone, below: to, sep: f.Comma}
	if f.XLSX {
		return w, w.beginXLSX(head)
	}
	if w.sep == 0 {
		w.sep = ','
	}
	w.csv = bufio.NewWriter(to)
	if f.BOM {
		if _, err := w.csv.WriteString("\ufeff"); err != nil {
			return nil, err
		}
	}
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = h
	}
	return w, w.Row(cells...)
}

func (w *Writer) beginXLSX(head []string) error {
	w.file = excelize.NewFile()
	bold := &excelize.Style{Font: &excelize.Font{Bold: true}}
	when := "yyyy-mm-dd hh:mm:ss"
	var err error
	if w.head, err = w.file.NewStyle(bold); err != nil {
		return err
	}
	if w.when, err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &when}); err != nil {
		return err
	}
	if w.rows, err = w.file.NewStreamWriter(w.file.GetSheetName(0)); err != nil {
		return err
	}
	if err := w.rows.SetColWidth(1, max(1, len(head)), 18); err != nil {
		return err
	}
	if err := w.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = excelize.Cell{StyleID: w.head, Value: h}
	}
	return w.setRow(cells)
}

// Row writes one row: texts, numbers (0 is written as a number, nil as nothing)
// and moments, of which the zero time is nothing.
func (w *Writer) Row(cells ...any) error {
	if w.file != nil {
		out := make([]any, len(cells))
		for i, c := range cells {
			out[i] = w.xlsxCell(c)
		}
		return w.setRow(out)
	}
	for i, c := range cells {
		if i > 0 {
			if err := w.csv.WriteByte(w.sep); err != nil {
				return err
			}
		}
		if _, err := w.csv.WriteString(w.quote(w.text(c))); err != nil {
			return err
		}
	}
	_, err := w.csv.WriteString("\r\n")
	return err
}

func (w *Writer) setRow(cells []any) error {
	if w.row++; w.row > excelize.TotalRows {
		return errs.New(errs.TooLarge, "sheet.err.xlsx_full")
	}
	return w.rows.SetRow("A"+strconv.Itoa(w.row), cells)
}

func (w *Writer) xlsxCell(c any) any {
	t, ok := c.(time.Time)
	switch {
	case !ok:
		return c
	case t.IsZero():
		return nil
	}
	if s := FormatTime(t, w.zone); strings.Contains(s, "T") { // the hour that the clocks show twice
		return s
	}
	return excelize.Cell{StyleID: w.when, Value: toSerial(t.In(w.zone))}
}

func (w *Writer) text(c any) string {
	switch v := c.(type) {
	case nil:
		return ""
	case string:
		return guard(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return FormatNumber(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return FormatTime(v, w.zone)
	}
	return guard(fmt.Sprint(c))
}

// FormatNumber writes a number as a spreadsheet reads it.
func FormatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (w *Writer) quote(s string) string {
	if !strings.ContainsAny(s, "\"\r\n\t,;") && s == strings.TrimSpace(s) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// Close writes what is left.
func (w *Writer) Close() error {
	if w.file == nil {
		return w.csv.Flush()
	}
	err := w.rows.Flush()
	if err == nil {
		err = w.file.Write(w.below)
	}
	return errors.Join(err, w.file.Close())
}

// risky are the signs with which a spreadsheet begins a formula.
const risky = "=+-@\t\r"

// guard puts an apostrophe before text that a spreadsheet would run as a
// formula. Numbers stay numbers.
func guard(s string) string {
	if isRisky(s) {
		return "'" + s
	}
	return s
}

// unguard is the inverse.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && isRisky(s[1:]) {
		return s[1:]
	}
	return s
}

func isRisky(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.IndexByte(risky, s[0]) >= 0 && !isNumber(s)
}

func isNumber(s string) bool {
	s = s[1:]
	return s != "" && s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0123456789.,") == ""
}
