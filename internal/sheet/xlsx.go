package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/eslabon/eslabon/internal/errs"
)

// What an XLSX may hold once it is unpacked: a small file may unpack to the
// size of a disk, and a real sheet at our limits does not come near.
const (
	mostUnpacked = 600 << 20
	mostParts    = 5_000
	inMemory     = 16 << 20 // larger parts are unpacked to disk
)

var errUnfinished = errors.New("sheet: the part ends before its last element")

// readXLSX reads the first sheet that is not hidden. Who makes files by hand
// may hit what the library does not expect: that is a broken file, not a crash.
func readXLSX(b []byte) (t Table, err error) {
	defer func() {
		if p := recover(); p != nil {
			t, err = Table{}, broken(fmt.Errorf("sheet: reading panicked: %v", p))
		}
	}()
	if err := checkZip(b); err != nil {
		return Table{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{
		UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: inMemory,
	})
	if err != nil {
		return Table{}, broken(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	name := firstSheet(f)
	if name == "" {
		return Table{}, errs.New(errs.Invalid, "sheet.err.not_a_sheet")
	}
	// Each row is read twice, as it is kept and as it is shown: only what is
	// shown tells a date from a number, and only what is kept is exact.
	kept, err := f.Rows(name)
	if err != nil {
		return Table{}, broken(err)
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	shown, err := f.Rows(name)
	if err != nil {
		return Table{}, broken(err)
	}
	defer func() { err = errors.Join(err, shown.Close()) }()
	from1904 := false
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		from1904 = *p.Date1904
	}
	var out builder
	for number := 1; kept.Next() && shown.Next(); number++ {
		cells, err := kept.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return Table{}, broken(err)
		}
		texts, err := shown.Columns()
		if err != nil {
			return Table{}, broken(err)
		}
		for i, c := range cells[:min(len(cells), len(texts))] {
			cells[i] = moment(c, texts[i], from1904)
		}
		if err := out.add(number, cells); err != nil {
			return Table{}, err
		}
	}
	if err := errors.Join(kept.Error(), shown.Error()); err != nil {
		return Table{}, broken(err)
	}
	return out.table()
}

func broken(err error) error {
	return &errs.Error{Kind: errs.Invalid, Key: "sheet.err.broken", Err: err}
}

// checkZip reads an archive through before anybody relies on it: that it is
// whole, that it is a workbook, and that it does not unpack to something huge.
func checkZip(b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return broken(err)
	}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, "xl/workbook.xml") }) {
		return errs.New(errs.Invalid, "sheet.err.not_a_sheet")
	}
	sum := uint64(0)
	for _, f := range z.File {
		sum += f.UncompressedSize64
		if sum > mostUnpacked || len(z.File) > mostParts {
			return errs.New(errs.TooLarge, "sheet.err.bomb")
		}
	}
	for _, f := range z.File {
		if err := readThrough(f); err != nil {
			return broken(err)
		}
	}
	return nil
}

// readThrough unpacks a part to nowhere. The reader of rows stops without a
// word where the XML is cut off, so the end of a sheet is looked at here.
func readThrough(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	var end tail
	if _, err := io.Copy(&end, r); err != nil {
		return err
	}
	last := bytes.TrimSpace(end)
	sheet, _ := path.Match("xl/worksheets/*.xml", strings.ToLower(f.Name))
	whole := bytes.HasSuffix(last, []byte("worksheet>")) || bytes.HasSuffix(last, []byte("/>"))
	if sheet && !whole {
		return errUnfinished
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	const most = 256
	*t = append(*t, p[max(0, len(p)-most):]...)
	*t = (*t)[max(0, len(*t)-most):]
	return len(p), nil
}

func firstSheet(f *excelize.File) string {
	for _, name := range f.GetSheetList() {
		if seen, err := f.GetSheetVisible(name); err == nil && seen {
			return name
		}
	}
	return ""
}

// moment returns the cell as text: a number that is shown as a date or an hour
// becomes one, a share becomes "90%", any other stays as it is kept.
func moment(kept, shown string, from1904 bool) string {
	if kept == shown || kept == "" {
		return kept
	}
	days, err := strconv.ParseFloat(kept, 64)
	if err != nil || days < 0 || days > lastSerial || math.IsNaN(days) {
		return kept
	}
	if strings.HasSuffix(shown, "%") {
		return strconv.FormatFloat(math.Round(days*1e6)/1e4, 'f', -1, 64) + "%"
	}
	if from1904 {
		days += serials1904
	}
	at := fromSerial(days)
	if !shows(shown, at, days) {
		return kept
	}
	if days < firstSerial { // hours, in a sheet where people write how long something takes
		secs := int(math.Round(days * 24 * 60 * 60))
		return fmt.Sprintf("%d:%02d:%02d", secs/3600, secs/60%60, secs%60)
	}
	return at.Format(time.DateTime)
}

// shows reports whether text shows the moment at: it has two or more groups of
// digits, each of them a part of the moment, and is no number itself.
func shows(text string, at time.Time, days float64) bool {
	if _, err := strconv.ParseFloat(strings.NewReplacer(",", "", " ", "", "$", "", "€", "", "%", "").Replace(text), 64); err == nil {
		return false
	}
	parts := []int{
		at.Year(), at.Year() % 100, int(at.Month()), at.Day(), at.Hour(), (at.Hour()+11)%12 + 1, at.Minute(), at.Second(),
		int(days * 24), int(days * 24 * 60),
	}
	groups := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	for _, g := range groups {
		if n, err := strconv.Atoi(g); err != nil || !slices.Contains(parts, n) {
			return false
		}
	}
	return len(groups) > 1
}

// Spreadsheets count days from 30 December 1899, or from 1904 on.
const (
	serials1904 = 1462
	firstSerial = 10_000  // in 1927: what is smaller is a number that is no date
	lastSerial  = 109_575 // the end of 2199
)

var serialZero = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// fromSerial returns the wall time of a serial number, to the second: a
// spreadsheet keeps no more, and what is beyond is rounding.
func fromSerial(days float64) time.Time {
	return serialZero.Add(time.Duration(math.Round(days*24*60*60)) * time.Second)
}

// toSerial is the inverse, by what the clock on the wall shows.
func toSerial(t time.Time) float64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return wall.Sub(serialZero).Hours() / 24
}
