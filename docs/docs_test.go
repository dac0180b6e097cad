// Package docs tests the manual: nobody can trust it unless its links lead
// somewhere, and the words that it quotes are on the screen.
package docs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

const catalogues = "../internal/i18n/locales"

var langs = []string{"es", "en"}

var (
	fenced  = regexp.MustCompile("(?s)```.*?```")
	quoted  = regexp.MustCompile("`[^`\n]*`")
	target  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^(#{1,6}) +(.+)$`)
	bold    = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	blank   = regexp.MustCompile(`\s+`)
	gap     = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// prose returns a page without what it shows of programs.
func prose(t *testing.T, path string) string {
	t.Helper()
	return fenced.ReplaceAllString(read(t, path), "")
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: %v, %v", pattern, list, err)
	}
	return list
}

// pages are all that is written for people: the README, and what is here.
func pages(t *testing.T) []string {
	t.Helper()
	return slices.Concat([]string{"../README.md"}, glob(t, "*.md"), glob(t, "*/*.md"))
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range pages(t) {
		for _, m := range target.FindAllStringSubmatch(quoted.ReplaceAllString(prose(t, page), ""), -1) {
			if strings.Contains(m[1], ":") {
				continue // it leads to another house
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			path := filepath.Join(filepath.Dir(page), file)
			if file == "" {
				path = page
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			} else if anchor != "" && !slices.Contains(anchors(t, path), anchor) {
				t.Errorf("%s links to %s: the page has no such heading", page, m[1])
			}
		}
	}
}

// anchors are the names under which the headings of a page are found: in lower
// case, with hyphens for blanks and without punctuation.
func anchors(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	for _, m := range heading.FindAllStringSubmatch(prose(t, path), -1) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[2]))
	}
	return out
}

// The two manuals are written together: a page, or a part of one, that only one
// of them has was forgotten in the other.
func TestBothLanguagesHaveTheSamePages(t *testing.T) {
	shape := map[string]map[string]string{}
	for _, lang := range langs {
		shape[lang] = map[string]string{}
		for _, page := range glob(t, lang+"/*.md") {
			levels := ""
			for _, m := range heading.FindAllStringSubmatch(prose(t, page), -1) {
				levels += m[1] + " "
			}
			shape[lang][filepath.Base(page)] = levels
		}
	}
	for _, lang := range langs {
		other := langs[1-slices.Index(langs, lang)]
		for page, levels := range shape[lang] {
			if theirs, ok := shape[other][page]; !ok {
				t.Errorf("%s/%s has no twin in %s", lang, page, other)
			} else if theirs != levels {
				t.Errorf("%s/%s has the headings %s and %s/%s has %s", lang, page, levels, other, page, theirs)
			}
		}
	}
}

// catalogue returns the sentences of the screen in one language, by key.
func catalogue(t *testing.T, lang string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, file := range glob(t, catalogues+"/*."+lang+".json") {
		var words map[string]any
		if err := json.Unmarshal([]byte(read(t, file)), &words); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, v := range words {
			switch v := v.(type) {
			case string:
				out[key] = []string{v}
			case map[string]any: // one form for each number
				for _, form := range v {
					out[key] = append(out[key], form.(string))
				}
			}
		}
	}
	return out
}

// What stands in bold is what the screen says, letter by letter.
func TestWordsInBoldAreOnTheScreen(t *testing.T) {
	for _, lang := range langs {
		plain, forms := map[string]bool{}, []*regexp.Regexp{}
		for _, sentences := range catalogue(t, lang) {
			for _, s := range sentences {
				plain[s] = true
				if f := form(s); f != nil {
					forms = append(forms, f)
				}
			}
		}
		for _, page := range glob(t, lang+"/*.md") {
			for _, m := range bold.FindAllStringSubmatch(prose(t, page), -1) {
				said := blank.ReplaceAllString(m[1], " ")
				fits := func(f *regexp.Regexp) bool { return f.MatchString(said) }
				if !plain[said] && !slices.ContainsFunc(forms, fits) {
					t.Errorf("%s: no screen says %q", page, said)
				}
			}
		}
	}
}

// form returns what a sentence with gaps looks like once they are filled in, or
// nil if it is hardly more than gaps and so would look like anything.
func form(sentence string) *regexp.Regexp {
	const fewest = 10 // letters
	parts := gap.Split(sentence, -1)
	if len(parts) < 2 || len(strings.Join(parts, "")) < fewest {
		return nil
	}
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".+") + "$")
}

// Whoever fills in a file finds every column in the manual: as the reader calls
// it, and as programs do.
func TestEveryColumnIsInTheManual(t *testing.T) {
	const prefix = "sheet.column."
	for _, lang := range langs {
		page, found := read(t, lang+"/organisation.md"), 0
		for key, sentences := range catalogue(t, lang) {
			name, ok := strings.CutPrefix(key, prefix)
			if !ok {
				continue
			}
			found++
			if row := "| **" + sentences[0] + "** | `" + name + "` |"; !strings.Contains(page, row) {
				t.Errorf("%s/organisation.md has no row that begins %s", lang, row)
			}
		}
		if found == 0 {
			t.Errorf("no column begins with %s in %s", prefix, lang)
		}
	}
}

// Pictures come with every copy of the project: few, small, and none unseen.
func TestPicturesAreFewAndSmall(t *testing.T) {
	const most, largest = 12, 150_000
	list := glob(t, "img/*")
	if len(list) > most {
		t.Errorf("%d pictures, at most %d", len(list), most)
	}
	var all strings.Builder
	for _, page := range pages(t) {
		all.WriteString(prose(t, page))
	}
	for _, p := range list {
		if info, err := os.Stat(p); err != nil || info.Size() > largest {
			t.Errorf("%s: more than %d bytes (%v)", p, largest, err)
		}
		if !strings.Contains(all.String(), filepath.Base(p)) {
			t.Errorf("%s is on no page", p)
		}
	}
}
