package load

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
)

// Preview is what the beginning of a file shows: enough to choose which column
// plays which part.
type Preview struct {
	Report  *Report // of the part that was read
	Problem *Error  // why that part makes no log; nil if it does
	Whole   bool    // the part is the whole file
	Columns []Trait
	Rows    [][]string // the first rows, a cell for each of Columns
}

// Trait is what the part says about a column.
type Trait struct {
	Name     string
	Role     string // "case", "activity", "time", "start", "resource", or ""
	Filled   int    // cells with a text
	Missing  int
	Distinct int
	Times    int // cells that can be read as a time
	Numbers  int // cells that are numbers
	Common   []Common
}

// Common is a text with how often it occurs.
type Common struct {
	Text string
	N    int
}

// How much of a file a preview reads and shows. Events of OCEL may come after
// all objects, hence the more.
const (
	lookBytes     = 4 << 20
	lookBytesOCEL = 64 << 20
	lookRows      = 20
	lookCommon    = 12
)

// Look reads the beginning of a log. An error says that it is none at all;
// what can be mended by other options is the Problem of the preview.
func Look(ctx context.Context, r io.Reader, o Options) (*Preview, error) {
	opt := o.withDefaults()
	p, err := lookAt(ctx, r, opt)
	if cause := ctx.Err(); cause != nil && errors.Is(err, cause) {
		return nil, err
	}
	return p, named(err, o.Name, opt)
}

func lookAt(ctx context.Context, r io.Reader, o *Options) (*Preview, error) {
	in, err := newInput(ctx, r, o)
	if err != nil {
		return nil, err
	}
	defer in.close()
	most := int64(lookBytes)
	if in.format == OCELJSON || in.format == OCELXML {
		most = lookBytesOCEL
	}
	begin := &beginning{r: in.r, left: most}
	in.r, o.partial = begin, &begin.cut
	rep := in.report(o)
	if in.format == CSV {
		s, head, err := openCSV(in, o)
		if err != nil {
			return nil, err
		}
		rep.Separator = string(s.sep)
		rows, err := s.sample(begin)
		if err != nil {
			return nil, err
		}
		p := lookRowsOf(head, rows, o, rep)
		p.Whole = len(rows) < sampleRows && !begin.cut
		return p, nil
	}
	l, err := in.log(ctx, o, rep)
	p := &Preview{Report: rep, Whole: !begin.cut}
	if err != nil {
		e, ok := errors.AsType[*Error](named(err, o.Name, o))
		if !ok || (e.Code != "column" && e.Code != "ocel_type") {
			return nil, err
		}
		p.Problem = e
		return p, nil
	}
	l.Activity = rep.Mapping.Activity
	rep.CasesRead, rep.EventsRead, rep.Cases, rep.Events = l.Cases(), l.Events(), l.Cases(), l.Events()
	p.ofLog(l)
	return p, nil
}

// beginning ends a text early.
type beginning struct {
	r    io.Reader
	left int64
	cut  bool
}

func (b *beginning) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.cut = true
		return 0, io.EOF
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// sample returns the first rows that are whole.
func (s *csvScan) sample(begin *beginning) (rows []row, err error) {
	for len(rows) < sampleRows {
		cells, line, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if begin.cut && (err != nil || s.pos == len(s.buf)) {
			break // the row goes on behind what is read
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{line, copyCells(cells)})
	}
	return rows, nil
}

// Look shows what the rows so far say; the table can go on.
func (t *Table) Look() *Preview {
	return lookRowsOf(t.head, t.first, t.o, t.rep)
}

// lookRowsOf shows a table, whether or not its rows make a log.
func lookRowsOf(head []string, rows []row, o *Options, rep *Report) *Preview {
	p := &Preview{Report: rep}
	head = (&table{rep: &Report{}}).unique(head)
	for i, t := range look(head, rows) {
		c := counts{}
		for _, r := range rows {
			if i < len(r.cells) && len(r.cells[i]) > 0 {
				c[string(toUTF8(r.cells[i]))]++
			}
		}
		p.Columns = append(p.Columns, Trait{
			Name: head[i], Filled: t.filled, Missing: len(rows) - t.filled, Distinct: t.distinct, Times: t.moments, Numbers: t.numbers, Common: c.common(),
		})
	}
	for _, r := range rows[:min(len(rows), lookRows)] {
		cells := make([]string, len(head))
		for i := range cells {
			if i < len(r.cells) {
				cells[i] = string(toUTF8(r.cells[i]))
			}
		}
		p.Rows = append(p.Rows, cells)
	}
	err := func() error {
		t, err := newTable(head, rows, o, rep)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := t.add(r.line, r.cells); err != nil {
				return err
			}
		}
		l, err := t.finish()
		if err != nil {
			return err
		}
		rep.CasesRead, rep.EventsRead, rep.Cases, rep.Events = l.Cases(), l.Events(), l.Cases(), l.Events()
		l.Activity = rep.Mapping.Activity
		notes(l, rep)
		return nil
	}()
	if e, ok := errors.AsType[*Error](named(err, o.Name, o)); ok {
		p.Problem = e
	}
	p.roles(rep.Mapping)
	return p
}

func (p *Preview) roles(m Mapping) {
	for i := range p.Columns {
		c := &p.Columns[i]
		switch c.Name {
		case "":
		case m.Case:
			c.Role = "case"
		case m.Time:
			c.Role = "time"
		case m.Activity:
			c.Role = "activity"
		case m.Start:
			c.Role = "start"
		case m.Resource:
			c.Role = "resource"
		}
	}
}

// ofLog shows the events of a log that has no rows of its own.
func (p *Preview) ofLog(l *chain.Log) {
	m := p.Report.Mapping
	n := l.Events()
	p.Columns = []Trait{
		{Name: m.Case, Filled: n, Distinct: l.Cases()},
		{Name: m.Time, Filled: n, Times: n},
	}
	for _, c := range l.Columns() {
		seen := make([]int, c.Dict.Len()+1)
		for i := range n {
			seen[c.Code(i)]++
		}
		by := counts{}
		for code, k := range seen[1:] {
			if k > 0 {
				by[c.Dict.Text(uint32(code+1))] = k //nolint:gosec // a code
			}
		}
		p.Columns = append(p.Columns, Trait{
			Name: c.Name, Filled: n - seen[chain.Missing], Missing: seen[chain.Missing], Distinct: len(by), Common: by.common(),
		})
	}
	for of := range l.Cases() {
		for i := l.CaseOff[of]; i < l.CaseOff[of+1] && len(p.Rows) < lookRows; i++ {
			cells := []string{l.CaseName(of), time.UnixMilli(l.Time[i]).UTC().Format("2006-01-02T15:04:05.000Z")}
			for _, c := range l.Columns() {
				cells = append(cells, c.Value(int(i)))
			}
			p.Rows = append(p.Rows, cells)
		}
	}
	p.roles(m)
	notes(l, p.Report)
}

// counts is how often each text occurs.
type counts map[string]int

func (c counts) common() []Common {
	out := make([]Common, 0, len(c))
	for text, n := range c {
		out = append(out, Common{text, n})
	}
	slices.SortFunc(out, func(x, y Common) int {
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Text, y.Text))
	})
	return out[:min(len(out), lookCommon)]
}

// notes says what a person should look at before a column is believed.
func notes(l *chain.Log, rep *Report) {
	if l.Activity == "" && l.Events() > 0 {
		rep.note("no_activity", "", 0, l.Events())
	}
	if l.Cases() > 1 && l.Cases() == l.Events() {
		rep.note("one_event_each", rep.Mapping.Case, l.Cases(), l.Events())
	}
	for _, c := range l.Columns() {
		if l.Cases() < l.Events() && c.Dict.Len() > 1 && constant(l, c) {
			rep.note("constant_in_cases", c.Name, l.Cases(), l.Cases())
		}
		for code := uint32(1); int(code) <= c.Dict.Len(); code++ {
			text := c.Dict.Text(code)
			if len(text) > longestPlaceholder || !slices.Contains(placeholders, text) {
				continue
			}
			n := 0
			for i := range c.Len() {
				if c.Code(i) == code {
					n++
				}
			}
			rep.Notes = append(rep.Notes, Note{Code: "placeholder", Field: c.Name, Text: text, N: n, Of: l.Events()})
		}
	}
}

// placeholders are texts that often stand for nothing. They are only told.
var placeholders = []string{"EMPTY", "UNKNOWN", "Unknown", "unknown", "?", "-", "--", "N/A", "n/a", "NA", "NULL", "null", "None", "nan", "NaN", "#N/A", "(blank)"}

const longestPlaceholder = len("(blank)")

// constant reports whether a column never changes inside a case, so that it
// shows no handover.
func constant(l *chain.Log, c *chain.Column) bool {
	for k := range l.Cases() {
		for i := l.CaseOff[k] + 1; i < l.CaseOff[k+1]; i++ {
			if c.Code(int(i)) != c.Code(int(i-1)) {
				return false
			}
		}
	}
	return true
}
