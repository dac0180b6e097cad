package sheet

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/eslabon/eslabon/internal/errs"
)

// readCSV reads text whose cells are set apart by comma, semicolon or tab.
func readCSV(b []byte) (Table, error) {
	text, ok := decode(b)
	if !ok {
		return Table{}, errs.New(errs.Invalid, "sheet.err.not_a_sheet")
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<") { // a web page that was named .xls
		return Table{}, errs.New(errs.Invalid, "sheet.err.not_a_sheet")
	}
	s := scanner{text: text}
	if named, rest, ok := namedSeparator(text); ok {
		s.text, s.sep, s.row = rest, named, 1
	} else {
		s.sep = separator(text)
	}
	var out builder
	for !s.end() {
		cells, err := s.next()
		if err != nil {
			return Table{}, err
		}
		for i, c := range cells {
			cells[i] = unguard(c)
		}
		if err := out.add(s.row, cells); err != nil {
			return Table{}, err
		}
	}
	return out.table()
}

// decode returns the text of b: UTF-8, UTF-16 with its mark, or else what
// Windows programs write in western Europe and America. Not ok if it is no text.
func decode(b []byte) (string, bool) {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		u, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if err != nil {
			return "", false
		}
		b = u
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n\v\f\x1a", r) }) {
		return "", false
	}
	if utf8.Valid(b) {
		return string(b), true
	}
	w, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(w), err == nil
}

// namedSeparator reads the line "sep=;" with which some programs begin.
func namedSeparator(text string) (sep byte, rest string, ok bool) {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(line)
	if len(line) == 5 && strings.EqualFold(line[:4], "sep=") && strings.ContainsRune(",;|", rune(line[4])) {
		return line[4], rest, true
	}
	if strings.EqualFold(line, "sep=") { // the tab was taken for a blank
		return '\t', rest, true
	}
	return 0, text, false
}

// separator finds what sets the cells apart: what the first rows have most
// steadily, each as often as the headings.
func separator(text string) byte {
	const rows = 20
	best, bestSame, bestCount := byte(','), 0, 0
	for _, sep := range []byte{',', ';', '\t'} {
		s, same, count := scanner{text: text, sep: sep}, 0, 0
		for i := 0; i < rows && !s.end(); i++ {
			cells, err := s.next()
			if err != nil {
				break
			}
			if count == 0 {
				count = len(cells) - 1
			} else if len(cells)-1 == count {
				same++
			}
		}
		if count > 0 && (bestCount == 0 || same > bestSame || same == bestSame && count > bestCount) {
			best, bestSame, bestCount = sep, same, count
		}
	}
	return best
}

// scanner walks CSV text. It counts rows as spreadsheet programs do: a cell of
// several lines is in one row, and a blank line is a row.
type scanner struct {
	text string
	sep  byte
	pos  int
	row  int // the number of the row that next returned
}

func (s *scanner) end() bool { return s.pos >= len(s.text) }

func (s *scanner) next() ([]string, error) {
	s.row++
	var cells []string
	for {
		cell, err := s.cell()
		if err != nil {
			return nil, err
		}
		if len(cells) <= mostWide {
			cells = append(cells, cell)
		}
		if s.end() || s.text[s.pos] != s.sep {
			break
		}
		s.pos++
	}
	s.newline()
	return cells, nil
}

func (s *scanner) newline() {
	if !s.end() && s.text[s.pos] == '\r' {
		s.pos++
	}
	if !s.end() && s.text[s.pos] == '\n' {
		s.pos++
	}
}

// cell reads up to the next separator or the end of the row. In quotes both
// are text, and two quotes are one.
func (s *scanner) cell() (string, error) {
	if s.end() || s.text[s.pos] != '"' {
		return s.plain(), nil
	}
	var b strings.Builder
	for s.pos++; ; {
		i := strings.IndexByte(s.text[s.pos:], '"')
		if i < 0 {
			return "", errs.With(errs.Invalid, "sheet.err.quote", errs.Args{"Row": s.row})
		}
		b.WriteString(s.text[s.pos : s.pos+i])
		if s.pos += i + 1; s.end() || s.text[s.pos] != '"' {
			break
		}
		b.WriteByte('"')
		s.pos++
	}
	b.WriteString(s.plain()) // what follows the closing quote belongs to the cell
	return strings.ReplaceAll(b.String(), "\r\n", "\n"), nil
}

func (s *scanner) plain() string {
	begins := s.pos
	for !s.end() && s.text[s.pos] != s.sep && s.text[s.pos] != '\r' && s.text[s.pos] != '\n' {
		s.pos++
	}
	return s.text[begins:s.pos]
}
