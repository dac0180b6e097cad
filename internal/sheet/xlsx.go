package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
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
	rows, err := f.Rows(name)
	if err != nil {
		return Table{}, broken(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if err := markDates(f); err != nil {
		return Table{}, broken(err)
	}
	from1904 := false
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		from1904 = *p.Date1904
	}
	var out builder
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return Table{}, broken(err)
		}
		for i, c := range cells {
			if serial, ok := strings.CutPrefix(c, dateMark); ok {
				cells[i] = moment(serial, from1904)
			}
		}
		if err := out.add(number, cells); err != nil {
			return Table{}, err
		}
	}
	if err := rows.Error(); err != nil {
		return Table{}, broken(err)
	}
	return out.table()
}

// dateMark begins what the reader returns for a cell that is shown as a date or
// an hour: only how it is shown tells a date from a number. It is a sign that
// nobody types.
const dateMark = "\ue000"

// Formats of numbers that we give the cells of a workbook before we read it.
const (
	formatPlain = -1  // none: the number as it is kept
	formatShare = 10  // "0.00%"
	formatDate  = 200 // our mark and the serial number
)

const dateFormats = `<numFmts><numFmt numFmtId="200" formatCode="&quot;` + dateMark + `&quot;0.0000000000"/></numFmts>`

// markDates has every date come with its mark, every share with its sign, and
// every other number as it is kept, whatever the workbook makes of them.
func markDates(f *excelize.File) error {
	if _, err := f.GetStyle(-1); f.Styles == nil || f.Styles.CellXfs == nil {
		_ = err // there is no such style: to ask for it reads them all
		return nil
	}
	codes := map[int]string{}
	if f.Styles.NumFmts != nil {
		for _, n := range f.Styles.NumFmts.NumFmt {
			codes[n.NumFmtID] = n.FormatCode
		}
	}
	for i, x := range f.Styles.CellXfs.Xf {
		was, to := 0, formatPlain
		if x.NumFmtID != nil {
			was = *x.NumFmtID
		}
		code, custom := codes[was]
		switch {
		case custom && showsDate(code), !custom && isDateFormat(was):
			to = formatDate
		case custom && strings.Contains(code, "%"), !custom && (was == 9 || was == 10):
			to = formatShare
		}
		f.Styles.CellXfs.Xf[i].NumFmtID = &to
	}
	f.Styles.NumFmts = nil
	return xml.Unmarshal([]byte(dateFormats), &f.Styles.NumFmts)
}

// isDateFormat reports whether a number of the standard means a date or an hour,
// in any language of the program.
func isDateFormat(n int) bool {
	return n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
}

// notShown is what a pattern has besides its signs: texts, colours, languages.
var notShown = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^hHmMsS\]][^\]]*\]`)

// showsDate reports whether a pattern shows a part of a date or an hour.
func showsDate(code string) bool {
	code, _, _ = strings.Cut(notShown.ReplaceAllString(code, ""), ";")
	return !strings.EqualFold(code, "General") && strings.ContainsAny(code, "dDmMyYhHsS")
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

// moment returns the date or the hours of a serial number as text.
func moment(serial string, from1904 bool) string {
	days, err := strconv.ParseFloat(serial, 64)
	if err != nil || days < 0 || days > lastSerial {
		return serial
	}
	if days < firstSerial { // hours, in a sheet where people write how long something takes
		secs := int(math.Round(days * 24 * 60 * 60))
		return fmt.Sprintf("%d:%02d:%02d", secs/3600, secs/60%60, secs%60)
	}
	if from1904 {
		days += serials1904
	}
	return fromSerial(days).Format(time.DateTime)
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
