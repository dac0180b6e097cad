package ui

import (
	"bytes"
	"context"
	"html"
	"io"
	"slices"

	"github.com/a-h/templ"
)

// TableArgs is a table; its children are the rows of its body. Cells with
// numbers have the class num, cells with sentences the class wide. On a phone
// each row is a card: its first cell is the title, and each of the others says
// the head of its column.
type TableArgs struct {
	Caption string
	Heads   []Head
	Narrow  bool // it stays a table on a phone: a few columns of short words
	Bare    bool // its cells say by themselves what they are
	Dense   bool // many rows of short figures, which stand side by side on a phone
}

func (t TableArgs) sorts() bool {
	return slices.ContainsFunc(t.Heads, func(h Head) bool { return h.URL != "" && !h.Hidden })
}

// told gives every cell but the first the head of its column, which a card
// shows beside it: a style sheet cannot know it, and a page need not say it
// twice.
func told(t TableArgs) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		rows := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if t.Narrow || t.Bare {
			return rows.Render(ctx, w)
		}
		var b bytes.Buffer
		if err := rows.Render(ctx, &b); err != nil {
			return err
		}
		_, err := w.Write(headed(b.Bytes(), t.Heads))
		return err
	})
}

// headed writes heads into the cells of rows. A table has no table inside.
func headed(rows []byte, heads []Head) []byte {
	attr := make([][]byte, len(heads))
	for i, h := range heads {
		if i > 0 && !h.Hidden {
			attr[i] = []byte(` data-head="` + html.EscapeString(h.Label) + `"`)
		}
	}
	out := make([]byte, 0, len(rows)*5/4)
	for column := 0; ; {
		at := bytes.IndexByte(rows, '<')
		if at < 0 || at+4 > len(rows) {
			return append(out, rows...)
		}
		const name = 3 // letters of <td
		out, rows = append(out, rows[:at+name]...), rows[at+name:]
		if rows[0] != ' ' && rows[0] != '>' {
			continue
		}
		switch string(out[len(out)-name:]) {
		case "<tr":
			column = 0
		case "<td", "<th":
			if column < len(attr) {
				out = append(out, attr[column]...)
			}
			column++
		}
	}
}
