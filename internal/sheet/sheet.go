// Package sheet reads and writes the tables that people keep in spreadsheets:
// CSV as any program writes it, and XLSX. It finds the columns by their
// headings in Spanish and English, and reads dates and times as people type them.
package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/eslabon/eslabon/internal/errs"
)

// The most that we read of one file.
const (
	MostMB    = 50
	MostRows  = 200_000
	mostBytes = MostMB << 20
	mostWide  = 200      // columns
	mostCell  = 32 << 10 // bytes of one cell
)

// Table is one sheet: its headings, and the rows below that say something.
type Table struct {
	Head []string
	Rows []Row
}

// Row is one row of a sheet, with the number that a spreadsheet program shows
// beside it.
type Row struct {
	Number int
	Cells  []string
}

// Cell returns the cell of column i, or nothing where the row ends earlier.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// How files begin that are no text.
var (
	zipBegins = []byte("PK\x03\x04")
	oleBegins = []byte("\xd0\xcf\x11\xe0") // .xls, and .xlsx with a password
)

// Read reads a sheet, whatever its name says: by its content. An *errs.Error
// says why it cannot be read.
func Read(r io.Reader) (Table, error) {
	b, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return Table{}, fmt.Errorf("read sheet: %w", err)
	}
	switch {
	case len(b) > mostBytes:
		return Table{}, errs.With(errs.TooLarge, "sheet.err.too_large", errs.Args{"Most": MostMB})
	case bytes.HasPrefix(b, zipBegins):
		return readXLSX(b)
	case bytes.HasPrefix(b, oleBegins):
		return Table{}, errs.New(errs.Invalid, "sheet.err.old_excel")
	}
	return readCSV(b)
}

// builder collects the rows of a sheet and keeps the limits.
type builder struct {
	t      Table
	headed bool
}

// add takes one row. The first that is not blank has the headings.
func (b *builder) add(number int, cells []string) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if len(cells) > mostWide {
		return errs.With(errs.TooLarge, "sheet.err.too_wide", errs.Args{"Row": number, "Most": mostWide})
	}
	for _, c := range cells {
		if len(c) > mostCell {
			return errs.With(errs.TooLarge, "sheet.err.long_cell", errs.Args{"Row": number, "Most": mostCell})
		}
	}
	if !b.headed {
		b.headed = true
		for _, c := range cells {
			b.t.Head = append(b.t.Head, strings.Join(strings.Fields(c), " "))
		}
		return nil
	}
	if len(b.t.Rows) == MostRows {
		return errs.With(errs.TooLarge, "sheet.err.too_many_rows", errs.Args{"Most": MostRows})
	}
	b.t.Rows = append(b.t.Rows, Row{Number: number, Cells: cells})
	return nil
}

// table returns what was collected, if it is worth anything.
func (b *builder) table() (Table, error) {
	switch {
	case !b.headed:
		return Table{}, errs.New(errs.Invalid, "sheet.err.empty")
	case len(b.t.Rows) == 0:
		return Table{}, errs.New(errs.Invalid, "sheet.err.no_rows")
	}
	return b.t, nil
}
