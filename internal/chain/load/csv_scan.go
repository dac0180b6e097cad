package load

import (
	"bytes"
	"errors"
	"io"
)

// csvScan finds the cells of rows. A quote inside an unquoted cell is a
// character like any other; a quoted cell may hold separators and line breaks.
type csvScan struct {
	r     io.Reader
	sep   byte
	quote byte
	cr    bool // a lone carriage return ends a row
	piece int
	width int // most cells of a row

	buf  []byte
	pos  int
	eof  bool
	line int64 // of the next row

	cells  [][]byte
	spans  []span // of the cells in buf or in clean
	clean  []byte // cells whose quotes were taken off
	quoted bool   // some cell of the row was quoted
}

// span is a cell: in clean if it was cleaned, else in buf.
type span struct {
	from, until int
	cleaned     bool
}

var errShort = errors.New("load: the row goes on")

// next returns the cells of the next row that is not empty, valid until the
// following call, and its line; io.EOF after the last.
func (s *csvScan) next() ([][]byte, int64, error) {
	for {
		at := s.line
		err := s.row()
		switch {
		case errors.Is(err, errShort):
			if err := s.fill(); err != nil {
				return nil, at, err
			}
			s.line = at
			continue
		case err != nil:
			if e, ok := errors.AsType[*Error](err); ok && e.Line == 0 {
				e.Line = at
			}
			return nil, at, err
		case len(s.spans) == 1 && s.spans[0].from == s.spans[0].until && !s.quoted:
			continue // an empty line
		}
		s.cells = s.cells[:0]
		for _, c := range s.spans {
			from := s.buf
			if c.cleaned {
				from = s.clean
			}
			s.cells = append(s.cells, from[c.from:c.until])
		}
		return s.cells, at, nil
	}
}

// fill reads more, and keeps what is not yet used.
func (s *csvScan) fill() error {
	const least = 1 << 16
	s.buf = append(s.buf[:0], s.buf[s.pos:]...)
	s.pos = 0
	if len(s.buf) > s.piece {
		return most("too_long", s.piece)
	}
	want := max(least, 2*len(s.buf))
	s.buf = grow(s.buf, want)
	n, err := readFull(s.r, s.buf[len(s.buf):want])
	s.buf = s.buf[:len(s.buf)+n]
	if errors.Is(err, io.EOF) {
		s.eof = true
		return nil
	}
	return err
}

// row reads one row. errShort means that the buffer ends inside it.
func (s *csvScan) row() error {
	s.spans, s.clean, s.quoted = s.spans[:0], s.clean[:0], false
	b, i := s.buf, s.pos
	if i == len(b) {
		if !s.eof {
			return errShort
		}
		return io.EOF
	}
	for {
		if len(s.spans) == s.width {
			return most("too_many_columns", s.width)
		}
		var end int
		if i < len(b) && b[i] == s.quote {
			j, err := s.quotedCell(i)
			if err != nil {
				return err
			}
			end = j
		} else {
			end = i
			for end < len(b) && b[end] != s.sep && b[end] != '\n' && (b[end] != '\r' || !s.cr) {
				end++
			}
			if end == len(b) && !s.eof {
				return errShort
			}
			until := end
			if end < len(b) && b[end] == '\n' && until > i && b[until-1] == '\r' {
				until--
			} else if end == len(b) && until > i && b[until-1] == '\r' {
				until-- // a break that the end of the file cut in two
			}
			s.spans = append(s.spans, span{i, until, false})
		}
		if end == len(b) {
			s.pos = end
			return nil
		}
		i = end + 1
		if b[end] != s.sep {
			s.line++
			s.pos = i
			return nil
		}
		if i == len(b) && !s.eof {
			return errShort
		}
	}
}

// quotedCell reads the cell whose quote is at i, and returns where it ends.
func (s *csvScan) quotedCell(i int) (end int, err error) {
	b, opened := s.buf, s.line
	s.quoted = true
	from := len(s.clean)
	for j := i + 1; ; {
		n := bytes.IndexByte(b[j:], s.quote)
		if n < 0 {
			if !s.eof {
				return 0, errShort
			}
			e := wrong("csv_quote", j, string(b[i:]), string(s.quote))
			e.Line = opened
			return 0, e
		}
		s.clean = append(s.clean, b[j:j+n]...)
		s.line += newlines(b[j : j+n])
		j += n + 1
		switch {
		case j == len(b) && !s.eof:
			return 0, errShort
		case j < len(b) && b[j] == s.quote:
			s.clean = append(s.clean, s.quote)
			j++
			continue
		case j < len(b) && b[j] == '\r' && (j+1 == len(b) || b[j+1] == '\n'):
			if j+1 == len(b) && !s.eof {
				return 0, errShort
			}
			j++
		case j < len(b) && b[j] == '\r' && s.cr:
		case j < len(b) && b[j] != s.sep && b[j] != '\n':
			e := wrong("csv_quote", j, string(b[j:min(len(b), j+20)]), string(s.sep))
			e.Line = s.line
			return 0, e
		}
		s.spans = append(s.spans, span{from, len(s.clean), true})
		return j, nil
	}
}
