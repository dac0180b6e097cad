package sheet

import "strings"

// LineSigns set apart the lines of one cell. A backslash before a sign makes
// it a part of the text.
const LineSigns = "|\n"

// Cut splits text at any of the signs that have no backslash before them, and
// trims the parts. The backslashes stay for a next cut; Plain takes them away.
func Cut(text, signs string) []string {
	var out []string
	begins := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case strings.IndexByte(signs, text[i]) >= 0:
			out = append(out, strings.TrimSpace(text[begins:i]))
			begins = i + 1
		}
	}
	return append(out, strings.TrimSpace(text[begins:]))
}

// Plain returns a part that Cut returned, as people mean it.
func Plain(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Escape puts a backslash before the signs in s, so that Cut leaves it whole.
func Escape(s, signs string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] == '\\' || strings.IndexByte(signs, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Lines reads the lines of one cell that say something.
func Lines(cell string) []string {
	var out []string
	for _, l := range Cut(cell, LineSigns) {
		if l = Plain(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// JoinLines writes what Lines reads.
func JoinLines(lines []string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = Escape(l, LineSigns)
	}
	return strings.Join(out, " | ")
}

// Parts reads a cell that has one part for each time that something happened,
// with | between them. A cell without it is taken as it stands.
func Parts(cell string) []string {
	if strings.IndexByte(cell, '|') < 0 {
		if cell == "" {
			return nil
		}
		return []string{cell}
	}
	out := Cut(cell, "|")
	for i, p := range out {
		out[i] = Plain(p)
	}
	return out
}

// JoinParts writes what Parts reads.
func JoinParts(parts []string) string {
	if len(parts) == 1 && strings.IndexByte(parts[0], '|') < 0 {
		return parts[0]
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = Escape(p, "|")
	}
	return strings.Join(out, " | ")
}
