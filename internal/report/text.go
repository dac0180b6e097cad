package report

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	width   = 100 // of a sentence, in characters
	longest = 34  // of a name in a table
)

// Text writes the report for a terminal, what matters first.
func Text(ctx context.Context, out io.Writer, r Report) error {
	w := words{ctx}
	b := bufio.NewWriter(out)
	line := func(s string) { b.WriteString(s + "\n") }
	line(r.Title)
	line(w.about(&r.Result))
	for _, p := range parts(ctx, r) {
		if p.links != nil { // a map cannot be drawn with letters
			continue
		}
		line("")
		if p.title != "" {
			line(p.title)
			line(strings.Repeat(map[bool]string{true: "=", false: "-"}[p.level == 2], utf8.RuneCountInString(p.title)))
		}
		for _, s := range p.says {
			for _, l := range wrap(s, width) {
				line(l)
			}
		}
		for i, s := range p.list {
			mark := "- "
			if p.ranked {
				mark = strconv.Itoa(i+1) + ". "
			}
			for _, l := range wrap(s, width-len(mark)) {
				line(mark + l)
				mark = strings.Repeat(" ", len(mark))
			}
		}
		if p.rows != nil && len(p.rows.rows) > 0 {
			if len(p.says)+len(p.list) > 0 {
				line("")
			}
			if t := p.rows; len(t.heads) == 2 && t.names == 2 {
				lines(b, t.rows)
			} else {
				grid(b, t)
			}
		}
	}
	return b.Flush()
}

// lines writes what is said of each thing beside it, whole.
func lines(b *bufio.Writer, rows [][]string) {
	wide := 0
	for _, r := range rows {
		wide = max(wide, utf8.RuneCountInString(r[0]))
	}
	for _, r := range rows {
		label := r[0]
		for _, l := range wrap(r[1], max(width-wide-2, width/2)) {
			b.WriteString(label + strings.Repeat(" ", wide+2-utf8.RuneCountInString(label)) + l + "\n")
			label = ""
		}
	}
}

// grid writes a table with its figures on the right of their columns.
func grid(b *bufio.Writer, t *table) {
	wide := make([]int, len(t.heads))
	rows := append([][]string{t.heads}, t.rows...)
	for i, r := range rows {
		cells := make([]string, len(r))
		for j, c := range r {
			cells[j] = cell(c, j < t.names && len(t.heads) > 2)
			wide[j] = max(wide[j], utf8.RuneCountInString(cells[j]))
		}
		rows[i] = cells
	}
	for i, r := range rows {
		s := ""
		for j, c := range r {
			pad := strings.Repeat(" ", wide[j]-utf8.RuneCountInString(c))
			if j < t.names {
				s += c + pad + "  "
			} else {
				s += pad + c + "  "
			}
		}
		b.WriteString(strings.TrimRight(s, " ") + "\n")
		if i == 0 {
			rule := 0
			for _, n := range wide {
				rule += n + 2
			}
			b.WriteString(strings.Repeat("-", rule-2) + "\n")
		}
	}
}

// cell shortens a long name, and keeps what a log may hold from the terminal.
func cell(s string, shorten bool) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
	if !shorten || utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest-1]) + "…"
}

// wrap breaks a text into lines of so many characters at most.
func wrap(s string, most int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(cell(s, false)) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= most:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
