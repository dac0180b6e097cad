package db

import (
	"context"
	"strings"
)

// mostArgs is how many arguments one statement may have: below the limits of
// both engines (SQLite 32,766, PostgreSQL 65,535), and small enough that a
// statement of another length is prepared rarely.
const mostArgs = 8000

// Many runs one INSERT for many rows: insert is the statement up to VALUES, and
// rows are the arguments of each, all of the same length. It runs as Later does.
func (t *Tx) Many(ctx context.Context, insert string, rows [][]any) error {
	return t.Put(ctx, insert, rows, "")
}

// Put is Many with what follows the rows: what to do with one that is there.
func (t *Tx) Put(ctx context.Context, insert string, rows [][]any, conflict string) error {
	for len(rows) > 0 {
		n := min(len(rows), max(1, mostArgs/len(rows[0])))
		marks := Marks(len(rows[0]))
		args := make([]any, 0, n*len(rows[0]))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if err := t.Later(ctx, insert+" "+strings.Repeat(marks+", ", n-1)+marks+" "+conflict, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
