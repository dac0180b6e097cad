package db

import (
	"fmt"
	"strings"
)

// Also is a column that the statement of one package reads for another: an
// expression over a row p of person. What each request has to know lies in
// several packages, and is one journey to the database all the same.
type Also struct {
	Expr string
	Args []any
	Into any
}

// More returns the text that follows the columns of a statement, the arguments
// for it, and where the values go.
func More(also []Also) (text string, args, dest []any) {
	for _, a := range also {
		text += `, ` + a.Expr
		args = append(args, a.Args...)
		dest = append(dest, a.Into)
	}
	return text, args, dest
}

// Joined is a list in one column, as string_agg(…, ' ') makes it of values
// without spaces: ids, codes. NULL is no list.
type Joined []string

// Scan satisfies [database/sql.Scanner].
func (j *Joined) Scan(v any) error {
	switch x := v.(type) {
	case nil:
		*j = nil
	case string:
		*j = strings.Fields(x)
	case []byte:
		*j = strings.Fields(string(x))
	default:
		return fmt.Errorf("db: %T is no list", v)
	}
	return nil
}
