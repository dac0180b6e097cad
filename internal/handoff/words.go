package handoff

import (
	"context"
	"slices"
	"strings"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// wordsOf returns the words of the index that a row must have all of, and those
// of which it must have one: the last word of the text may be unfinished.
func (s *Service) wordsOf(ctx context.Context, c id.Company, f Filter) (all, begun []string, err error) {
	all = i18n.Words(f.Text)
	if f.Tag != "" {
		all = append([]string{"#" + i18n.Fold(f.Tag)}, all...)
	}
	if len(all) == 0 {
		return nil, nil, nil
	}
	last := len(all) - 1
	if f.Text == "" {
		return all[:last], all[last:], nil
	}
	begun, err = wordsFrom(ctx, s.db, c, all[last])
	return all[:last], begun, err
}

// withWord is the condition on h that it has one of some words.
const withWord = ` AND EXISTS (SELECT 1 FROM handoff_word x WHERE x.company = h.company AND x.number = h.number AND x.word IN `

// common reports whether so many rows have the words that the list itself meets
// some soon, and reading all that have them would take longer.
func (s *Service) common(ctx context.Context, c id.Company, all, begun []string) (bool, error) {
	const many = 2000
	for _, words := range append(slices.Collect(slices.Chunk(all, 1)), begun) {
		var n int
		err := s.db.Row(ctx, []any{&n}, `SELECT COUNT(*) FROM (SELECT 1 FROM handoff_word
			WHERE company = ? AND word IN `+db.Marks(len(words))+` LIMIT ?) AS n`, slices.Concat([]any{c}, db.Args(words), []any{many})...)
		if err != nil || n < many {
			return false, err
		}
	}
	return true, nil
}

// wordParts returns one part for each word of begun, with all the others: it
// walks the rows of the word, newest first.
func wordParts(c id.Company, f Filter, all, begun []string, where string, args []any) []part {
	out := make([]part, len(begun))
	for i, w := range begun {
		out[i] = wordPart(c, f, w, all, where, args)
	}
	return out
}

func wordPart(c id.Company, f Filter, word string, others []string, where string, args []any) part {
	where = strings.ReplaceAll(where, "h.number", "w.number")
	text, vs := `SELECT w.number FROM handoff_word w WHERE w.company = ? AND w.word = ?`, []any{c, word}
	if len(f.Nodes) > 0 || strings.Contains(where, "h.") {
		text = `SELECT w.number FROM handoff_word w JOIN handoff h ON h.company = w.company AND h.number = w.number
			WHERE w.company = ? AND w.word = ?`
	}
	for _, o := range others {
		text += ` AND EXISTS (SELECT 1 FROM handoff_word x WHERE x.company = ? AND x.word = ? AND x.number = w.number)`
		vs = append(vs, c, o)
	}
	if len(f.Nodes) > 0 {
		text += f.ends()
		vs = append(vs, db.Args(f.Nodes)...)
	}
	return part{text + where, append(vs, args...)}
}

// wordsFrom returns the first words of the index that begin with w, found by
// jumping from word to word and never by reading all their rows.
func wordsFrom(ctx context.Context, q db.Querier, c id.Company, w string) ([]string, error) {
	end := w + "\U0010FFFF"
	return db.Values[string](ctx, q, `
		WITH RECURSIVE found (word) AS (
			SELECT MIN(word) FROM handoff_word WHERE company = ? AND word >= ? AND word < ?
			UNION ALL
			SELECT (SELECT MIN(x.word) FROM handoff_word x WHERE x.company = ? AND x.word > f.word AND x.word < ?)
			FROM found f WHERE f.word IS NOT NULL
		)
		SELECT word FROM found WHERE word IS NOT NULL LIMIT 20`, c, w, end, c, end)
}

// hasWord reports whether text contains word with no letter right after it.
func hasWord(text, word string) bool {
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		text = text[i+len(word):]
		if text == "" || !strings.ContainsAny(text[:1], "abcdefghijklmnopqrstuvwxyz0123456789") {
			return true
		}
	}
}
