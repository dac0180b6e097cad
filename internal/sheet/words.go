package sheet

import (
	"context"
	"strings"
	"sync"
	"unicode"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

// Word is a heading or a value: its name in programs, which any file may use,
// and what else people write for it. Its names on the screen are in the catalogue
// and are understood in every language.
type Word struct {
	Name string
	Also []string
}

// Words are the values that a column may have.
type Words struct {
	names func() map[string]string // folded → Name; made when a file is first read, since it needs the sentences of every language
	keys  string                   // where the catalogue has them
}

// NewWords returns words whose sentences begin with "sheet.word.".
func NewWords(words ...Word) Words { return newWords("sheet.word.", words) }

func newWords(keys string, words []Word) Words {
	return Words{sync.OnceValue(func() map[string]string { return understood(keys, words) }), keys}
}

func understood(keys string, words []Word) map[string]string {
	names := map[string]string{}
	put := func(s, name string) {
		if _, taken := names[plain(s)]; !taken {
			names[plain(s)] = name
		}
	}
	for _, x := range words {
		put(x.Name, x.Name)
	}
	for _, x := range words {
		for _, lang := range i18n.Langs {
			put(i18n.T(i18n.With(context.Background(), lang), keys+x.Name), x.Name)
		}
		for _, s := range x.Also {
			put(s, x.Name)
		}
	}
	return names
}

// Find returns the name of the word that s means.
func (w Words) Find(s string) (name string, ok bool) {
	name, ok = w.names()[plain(s)]
	return name, ok
}

// Say returns the word as people read it.
func (w Words) Say(ctx context.Context, name string) string { return i18n.T(ctx, w.keys+name) }

// plain returns the letters and digits of s, folded, with one blank between.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(i18n.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

var yesNo = NewWords(
	Word{Name: "yes", Also: []string{"s", "y", "x", "1", "true", "verdadero"}},
	Word{Name: "no", Also: []string{"n", "0", "false", "falso"}},
)

// YesNo reads a yes or a no; nothing is a no.
func YesNo(s string) (yes, ok bool) {
	if s == "" {
		return false, true
	}
	name, ok := yesNo.Find(s)
	return name == "yes", ok
}

// SayYesNo writes what YesNo reads.
func SayYesNo(ctx context.Context, yes bool) string {
	if yes {
		return yesNo.Say(ctx, "yes")
	}
	return yesNo.Say(ctx, "no")
}

// Columns are those of an import, in the order in which an export writes them.
type Columns struct {
	list  []Word
	words Words
}

// NewColumns returns columns whose headings begin with "sheet.column.".
func NewColumns(list ...Word) Columns { return Columns{list, newWords("sheet.column.", list)} }

// Head returns the headings in the language of ctx.
func (c Columns) Head(ctx context.Context) []string {
	out := make([]string, len(c.list))
	for i, w := range c.list {
		out[i] = c.words.Say(ctx, w.Name)
	}
	return out
}

// Names returns the names of the columns in programs.
func (c Columns) Names() []string {
	out := make([]string, len(c.list))
	for i, w := range c.list {
		out[i] = w.Name
	}
	return out
}

// Fields says where the columns of an import stand in a table.
type Fields struct {
	Ignored []string // headings that nobody knows

	at     map[string]int
	head   []string
	titles map[string]string // as the reader calls the columns
}

// Match finds the columns by their headings. Invalid if two headings mean the
// same, or a column that must be there is not.
func (c Columns) Match(ctx context.Context, t Table, must ...string) (Fields, error) {
	f := Fields{at: map[string]int{}, head: t.Head, titles: map[string]string{}}
	for _, w := range c.list {
		f.titles[w.Name] = c.words.Say(ctx, w.Name)
	}
	for i, h := range t.Head {
		name, ok := c.words.Find(h)
		if before, _, cut := strings.Cut(h, "("); !ok && cut { // "Cantidad (piezas)"
			name, ok = c.words.Find(before)
		}
		if !ok {
			if h != "" {
				f.Ignored = append(f.Ignored, h)
			}
			continue
		}
		if was, twice := f.at[name]; twice {
			return f, errs.With(errs.Invalid, "sheet.err.column_twice", errs.Args{"First": t.Head[was], "Second": h})
		}
		f.at[name] = i
	}
	var missing []string
	for _, m := range must {
		if _, ok := f.at[m]; !ok {
			missing = append(missing, f.titles[m])
		}
	}
	switch {
	case len(f.at) == 0:
		return f, errs.With(errs.Invalid, "sheet.err.no_header", errs.Args{"Columns": strings.Join(c.Head(ctx), ", ")})
	case len(missing) > 0:
		return f, errs.With(errs.Invalid, "sheet.err.missing_columns", errs.Args{"Columns": strings.Join(missing, ", ")})
	}
	return f, nil
}

// Get returns the cell of the named column, without the blanks around it.
func (f Fields) Get(r Row, name string) string {
	i, ok := f.at[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.Cell(i))
}

// At returns the place of the named column, or -1.
func (f Fields) At(name string) int {
	if i, ok := f.at[name]; ok {
		return i
	}
	return -1
}

// Heading returns the heading of the named column as it stands in the file, or
// as the reader calls it where the file has none.
func (f Fields) Heading(name string) string {
	if i, ok := f.at[name]; ok {
		return f.head[i]
	}
	return f.titles[name]
}

// TooWide reports whether a row has cells beyond the headings, as when a comma
// stands in a cell without quotes.
func (f Fields) TooWide(r Row) bool { return len(r.Cells) > len(f.head) }
