// Package load reads event logs from files: XES, CSV and OCEL 2.0, plain or
// compressed, whatever their names say. It reports what it understood and what
// it left out, and refuses hostile files within bounded memory. Tables and
// object-centric logs that come from elsewhere (a spreadsheet, a database)
// enter through Table and Objects.
package load

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
)

// Options say how a file is read. The zero value finds everything by itself.
type Options struct {
	Name string // of the file, for messages

	// Columns of a table, or keys of XES events; "" means to find them.
	Case, Activity, Time, Start, Resource string

	TimeFormat string         // "", DayFirst, MonthFirst, or a pattern that shows the order: DD/MM/YYYY
	Zone       *time.Location // where the clocks hung that wrote times without offset; nil means UTC
	Filters    []chain.Filter
	Missing    []string // texts that stand for nothing, to the letter
	Separator  rune     // of CSV; 0 means to find it
	Encoding   string   // "", or one of the Encodings
	Object     string   // type of object that OCEL events are followed along; "" means the one with most events

	Limits   Limits
	Progress func(read int64) // called now and then with the bytes read of the file
	Workers  int              // goroutines that scan; 0 means one for each processor
	Block    int              // bytes scanned at a time; 0 means 512 KiB
}

// Ways to read dates such as 3/4/2026.
const (
	DayFirst   = "day-first"
	MonthFirst = "month-first"
)

// Limits say what is refused. Zero means the limit of DefaultLimits.
type Limits struct {
	chain.Limits

	Text  int64 // bytes of the file once unpacked
	Value int   // bytes of one value
	Piece int   // bytes of what must be looked at as a whole: an event, a row, a header
	Depth int   // of nested elements
}

// DefaultLimits are those of a company's log on a small machine.
var DefaultLimits = Limits{Limits: chain.DefaultLimits, Text: 256 << 30, Value: 1 << 20, Piece: 64 << 20, Depth: 200}

func (o Options) withDefaults() *Options {
	l, d := &o.Limits, DefaultLimits
	l.Limits = l.Limits.Or(d.Limits)
	if l.Text == 0 {
		l.Text = d.Text
	}
	if l.Value == 0 {
		l.Value = d.Value
	}
	if l.Piece == 0 {
		l.Piece = d.Piece
	}
	if l.Depth == 0 {
		l.Depth = d.Depth
	}
	if o.Workers <= 0 {
		const many = 8
		o.Workers = min(many, runtime.GOMAXPROCS(0))
	}
	if o.Block <= 0 {
		o.Block = 512 << 10
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &o
}

// Format is the kind of a file.
type Format string

// The formats. Sheet and Database are recognised, not read here.
const (
	XES      Format = "xes"
	CSV      Format = "csv"
	OCELJSON Format = "ocel-json"
	OCELXML  Format = "ocel-xml"
	Sheet    Format = "xlsx"
	Database Format = "ocel-sqlite"
)

// File reads the log in a file.
func File(ctx context.Context, path string, o Options) (*chain.Log, *Report, error) {
	if o.Name == "" {
		o.Name = path
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, named(err, o.Name, &o)
	}
	defer f.Close()
	return Open(ctx, f, o)
}

// Open reads a log, in whatever format it is. Its errors are *Error, or those
// of ctx.
func Open(ctx context.Context, r io.Reader, o Options) (*chain.Log, *Report, error) {
	opt := o.withDefaults()
	l, rep, err := open(ctx, r, opt)
	if err != nil {
		if cause := ctx.Err(); cause != nil && errors.Is(err, cause) {
			return nil, nil, err
		}
		return nil, nil, named(err, o.Name, opt)
	}
	return l, rep, nil
}

func open(ctx context.Context, r io.Reader, o *Options) (*chain.Log, *Report, error) {
	in, err := newInput(ctx, r, o)
	if err != nil {
		return nil, nil, err
	}
	defer in.close()
	rep := in.report(o)
	l, err := in.log(ctx, o, rep)
	if err != nil {
		return nil, nil, err
	}
	rep.Bytes = in.counter.n.Load()
	return finish(l, o, rep)
}

func (in *input) report(o *Options) *Report {
	return &Report{File: o.Name, Format: in.format, Packed: in.packed, Encoding: in.encoding, Zone: o.Zone.String()}
}

func (in *input) log(ctx context.Context, o *Options, rep *Report) (*chain.Log, error) {
	switch in.format {
	case XES:
		return readXES(ctx, in, o, rep)
	case OCELJSON:
		return readOCELJSON(ctx, in, o, rep)
	case OCELXML:
		return readOCELXML(ctx, in, o, rep)
	case Sheet:
		return nil, &Error{Code: "sheet_apart"}
	case Database:
		return nil, &Error{Code: "database_apart"}
	}
	return readCSV(ctx, in, o, rep)
}

// finish filters the log, counts what is left and says what was not understood.
func finish(l *chain.Log, o *Options, rep *Report) (*chain.Log, *Report, error) {
	l.Activity = rep.Mapping.Activity
	rep.CasesRead, rep.EventsRead = l.Cases(), l.Events()
	l, err := l.Keep(o.Filters, o.Missing)
	if err != nil {
		return nil, nil, err
	}
	rep.Cases, rep.Events = l.Cases(), l.Events()
	if c := l.Column(l.Activity); c != nil {
		rep.leave(NoActivity, c.Absent())
	}
	return l, rep, nil
}

// formatOf looks at how the text of a file begins.
func formatOf(b []byte) (Format, error) {
	switch {
	case bytes.HasPrefix(b, []byte("SQLite format 3\x00")):
		return Database, nil
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return Sheet, nil
	}
	b = bytes.TrimLeft(b, " \t\r\n")
	switch {
	case len(b) == 0:
		return "", &Error{Code: "empty"}
	case b[0] == '{':
		return OCELJSON, nil
	case b[0] == '<':
		return xmlFormat(b)
	case bytes.IndexByte(b, 0) >= 0:
		return "", &Error{Code: "format"}
	}
	return CSV, nil
}

// xmlFormat tells XES from OCEL by the first element inside <log>.
func xmlFormat(b []byte) (Format, error) {
	s := xmlScan{b: b, depth: DefaultLimits.Depth}
	for n := 0; ; {
		t, err := s.next()
		if err != nil {
			e := asError(err, s.from)
			e.Line = 1 + newlines(b[:min(e.at, len(b))])
			return "", e
		}
		switch t {
		case tokenShort, tokenDone:
			if n == 0 && len(b) < lookAhead/2 {
				return "", &Error{Code: "truncated"}
			}
			return XES, nil
		case tokenStart, tokenEmpty:
			name := string(localName(s.name))
			if n == 0 && name != "log" {
				e := wrong("xes_root", s.from, name, "log")
				e.Line = 1 + newlines(b[:s.from])
				return "", e
			}
			if n++; n < 2 {
				continue
			}
			switch name {
			case "object-types", "event-types", "objects", "events":
				return OCELXML, nil
			}
			return XES, nil
		}
	}
}
