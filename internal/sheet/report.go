package sheet

import (
	"maps"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/errs"
)

// Problem is one cell that cannot be brought in, or, as a warning, one that
// was left out.
type Problem struct {
	Row    int // as a spreadsheet program numbers it
	Column string
	Key    string // i18n: what is wrong
	Args   errs.Args
	Value  string // what stands there
}

// Report says what an import did, or in a dry run what it would do. Each row
// with something in it is created, updated, skipped or has a problem.
type Report struct {
	Rows, Created, Updated, Skipped int

	Besides  map[string]int // i18n key of what else was created → how many
	Problems []Problem
	Warnings []Problem
	Ignored  []string // headings that nobody knows
	DryRun   bool
}

// Also counts something that was created besides the rows.
func (r *Report) Also(key string, n int) {
	if n == 0 {
		return
	}
	if r.Besides == nil {
		r.Besides = map[string]int{}
	}
	r.Besides[key] += n
}

// Err returns an error if there are problems: then nothing is written.
func (r Report) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	rows := map[int]bool{}
	for _, p := range r.Problems {
		rows[p.Row] = true
	}
	return errs.With(errs.Invalid, "sheet.err.nothing_written", errs.Args{"N": len(rows)})
}

// Notes collects what is wrong with one row.
type Notes struct {
	Fields Fields
	Row    Row
	Found  []Problem
}

// Add notes what is wrong with the named column.
func (n *Notes) Add(column, key string, args ...errs.Args) {
	n.Found = append(n.Found, n.Problem(column, key, args...))
}

// Problem returns what Add notes.
func (n *Notes) Problem(column, key string, args ...errs.Args) Problem {
	p := Problem{Row: n.Row.Number, Column: n.Fields.Heading(column), Key: key, Value: short(n.Fields.Get(n.Row, column))}
	if len(args) > 0 {
		p.Args = args[0]
	}
	return p
}

// Bad notes the bad fields of a domain, whose columns have the same names
// unless rename says otherwise.
func (n *Notes) Bad(bad errs.Bad, rename map[string]string) {
	for _, field := range slices.Sorted(maps.Keys(bad)) {
		column, _, _ := strings.Cut(field, ".")
		if to, ok := rename[column]; ok {
			column = to
		}
		n.Add(column, bad[field])
	}
}

// Error notes an error that a person may read, at the named column or at the
// fields that it names. Not ours to show: it is returned.
func (n *Notes) Error(err error, column string, rename map[string]string) error {
	e, ok := err.(*errs.Error) //nolint:errorlint // a wrapped one says more than the row
	switch {
	case err == nil:
		return nil
	case !ok:
		return err
	case len(e.Fields) > 0:
		n.Bad(e.Fields, rename)
	default:
		n.Add(column, e.Key, e.Args)
	}
	return nil
}

func short(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
