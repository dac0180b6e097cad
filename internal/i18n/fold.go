package i18n

import (
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold returns s without accents and capitals, for search and comparison: the
// engines fold differently, so we fold before they see the text.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	out, _, err := transform.String(t, s)
	if err != nil {
		out = s // what cannot be decomposed is compared as it is
	}
	return strings.ToLower(out)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Words returns the distinct words of s, folded; a word is letters and digits.
func Words(s string) []string {
	seen := map[string]bool{}
	var out []string
	for _, w := range strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// Sorter returns a comparison in the order of a Spanish dictionary, which is
// right for English too. It is for one goroutine.
func Sorter() func(a, b string) int {
	return collate.New(language.Spanish, collate.IgnoreCase, collate.Numeric).CompareString
}
