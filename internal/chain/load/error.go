package load

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/eslabon/eslabon/internal/chain"
)

// Error says why a file is not read. Its sentence has the key
// "load.err." + Code in the catalogues, and takes Args.
type Error struct {
	Code  string
	File  string
	Line  int64  // from 1; 0 if it is about the whole file
	Field string // column, attribute or key, if it is about one
	Args  map[string]any
	Err   error // the cause; nil if the content itself is at fault

	at int // offset in the block that was being read
}

func (e *Error) Error() string {
	s := "load " + cmp.Or(e.File, "log")
	if e.Line > 0 {
		s += fmt.Sprintf(":%d", e.Line)
	}
	s += ": " + e.Code
	if e.Field != "" {
		s += fmt.Sprintf(" field=%q", e.Field)
	}
	for _, k := range []string{"Got", "Want", "Most"} {
		if v, ok := e.Args[k]; ok {
			s += fmt.Sprintf(" %s=%q", k, fmt.Sprint(v))
		}
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Codes are all that an Error may have.
var Codes = []string{
	"read", "gzip", "truncated", "empty", "format", "sheet_apart", "database_apart", "encoding",
	"too_large", "too_many_events", "too_many_columns", "too_many_texts", "too_long", "too_deep",
	"xml", "xml_entity", "xml_text", "xml_unbalanced", "xes_root",
	"json", "ocel_root", "ocel_type",
	"csv_quote", "column", "no_case", "no_time", "time_format", "filter",
}

// wrong is an error about the content at an offset of the block.
func wrong(code string, at int, got, want string) *Error {
	const shown = 60
	if len(got) > shown {
		got = got[:shown] + "…"
	}
	return &Error{Code: code, at: at, Args: map[string]any{"Got": got, "Want": want}}
}

// unknownColumn is an error about a name that no column has.
func unknownColumn(name string, have []string) *Error {
	return &Error{Code: "column", Field: name, Args: map[string]any{"Want": strings.Join(have, ", ")}}
}

// most is an error about a limit.
func most(code string, n int) *Error { return &Error{Code: code, Args: map[string]any{"Most": n}} }

// named makes an *Error of err and adds the file.
func named(err error, file string, o *Options) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{Code: "read", Err: err}
		switch {
		case errors.Is(err, chain.ErrEvents):
			e = most("too_many_events", o.Limits.Events)
		case errors.Is(err, chain.ErrColumns):
			e = most("too_many_columns", o.Limits.Columns)
		case errors.Is(err, chain.ErrWords):
			e = most("too_many_texts", o.Limits.Words)
		case errors.Is(err, chain.ErrBytes):
			e = most("too_large", o.Limits.Bytes)
		}
		if f, ok := errors.AsType[*chain.FilterError](err); ok {
			e = &Error{Code: "filter", Field: f.Filter}
		}
	}
	e.File = file
	return e
}
