package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/eslabon/eslabon/internal/chain"
)

// sampleRows decide what the columns of a table are.
const sampleRows = 2000

// readCSV reads a table of text.
func readCSV(ctx context.Context, in *input, o *Options, rep *Report) (*chain.Log, error) {
	s, head, err := openCSV(in, o)
	if err != nil {
		return nil, err
	}
	rep.Separator = string(s.sep)
	var first []row
	for len(first) < sampleRows {
		cells, line, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		first = append(first, row{line, copyCells(cells)})
	}
	t, err := newTable(head, first, o, rep)
	if err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		cells, line, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := t.add(line, cells); err != nil {
			return nil, err
		}
		if n%sampleRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return t.finish()
}

// row is one row of a table with its line in the file.
type row struct {
	line  int64
	cells [][]byte
}

func copyCells(cells [][]byte) [][]byte {
	n := 0
	for _, c := range cells {
		n += len(c)
	}
	all, out := make([]byte, 0, n), make([][]byte, len(cells))
	for i, c := range cells {
		from := len(all)
		all = append(all, c...)
		out[i] = all[from:len(all):len(all)]
	}
	return out
}

// openCSV finds separator, quote and heading.
func openCSV(in *input, o *Options) (*csvScan, []string, error) {
	s := &csvScan{r: in.r, quote: '"', piece: o.Limits.Piece, width: o.Limits.Columns + 2, line: 1}
	if err := s.fill(); err != nil {
		return nil, nil, err
	}
	if first, rest, ok := bytes.Cut(s.buf, []byte("\n")); ok { // what Excel writes for itself
		first = bytes.TrimSuffix(first, []byte("\r"))
		if sep, ok := bytes.CutPrefix(first, []byte("sep=")); ok && len(sep) == 1 {
			s.sep, s.line, s.pos = sep[0], 2, len(s.buf)-len(rest)
		}
	}
	sample := s.buf[s.pos:]
	s.cr = bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0
	switch {
	case o.Separator != 0 && o.Separator < 0x80:
		s.sep = byte(o.Separator)
	case s.sep == 0:
		s.sep, s.quote = separatorOf(sample, s.eof, s.cr)
	}
	cells, _, err := s.next()
	if errors.Is(err, io.EOF) {
		return nil, nil, &Error{Code: "empty"}
	}
	if err != nil {
		return nil, nil, err
	}
	head := make([]string, len(cells))
	for i, c := range cells {
		head[i] = string(toUTF8(c))
	}
	return s, head, nil
}

// separatorOf tries each separator on the first rows: the right one gives the
// same number of cells, above one, on most of them.
func separatorOf(sample []byte, eof, cr bool) (sep, quote byte) {
	sep, quote = ',', '"'
	best := 0.0
	for _, q := range []byte{'"', '\''} {
		for _, c := range []byte(",;\t|") {
			if q == '\'' && !quotedBy(sample, q, c) {
				continue
			}
			if v := evenness(sample, c, q, eof, cr); v > best {
				best, sep, quote = v, c, q
			}
		}
	}
	return sep, quote
}

// quotedBy reports whether cells stand between quotes, and no other quotes do.
func quotedBy(sample []byte, quote, sep byte) bool {
	between := []byte{quote, sep, quote}
	return bytes.Count(sample, between) > 0 && bytes.Count(sample, between) >= bytes.Count(sample, []byte{'\n'}) &&
		bytes.IndexByte(sample, '"') < 0
}

// evenness is the share of rows with the commonest number of cells, a little
// higher for more cells; 0 if that number is one.
func evenness(sample []byte, sep, quote byte, eof, cr bool) float64 {
	const rows = 200
	s := &csvScan{
		buf: sample, sep: sep, quote: quote, cr: cr, eof: eof,
		r: strings.NewReader(""), piece: len(sample), width: len(sample) + 1,
	}
	count := map[int]int{}
	n := 0
	for n < rows && s.row() == nil {
		if len(s.spans) > 1 || s.spans[0].from < s.spans[0].until {
			count[len(s.spans)]++
			n++
		}
	}
	width, times := 1, 0
	for w, k := range count {
		if k > times || k == times && w > width {
			width, times = w, k
		}
	}
	if width == 1 || n == 0 {
		return 0
	}
	const perCell = 0.001
	return float64(times)/float64(n) + perCell*float64(min(width, 100))
}
