package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// said is what a template says between two tags without asking the
	// catalogue; attributes are those that people read or hear.
	said       = regexp.MustCompile(`>([^<>{}]*\p{L}{2,}[^<>{}]*)<`)
	attributes = regexp.MustCompile(`\b(?:title|aria-label|placeholder|alt)="([^"]*\p{L}{2,}[^"]*)"`)
)

// names are no sentences: they are the same in every language.
var names = map[string]bool{"Eslabón": true, "CSV": true, "XLSX": true}

func TestWordsOnTheScreen(t *testing.T) {
	for text, want := range map[string]string{
		`<p>Hola</p>`: "Hola", `<p>{ i18n.T(ctx, "a.b") }</p>`: "", `<b>·</b>`: "", `<a title="Ver">`: "Ver",
		`<span>Eslabón</span>`: "", `<p class="muted small">{ x }</p>`: "",
	} {
		if got := strings.Join(wordsIn(text), " "); got != want {
			t.Errorf("%s: found %q, want %q", text, got, want)
		}
	}
}

func wordsIn(text string) (out []string) {
	for _, re := range []*regexp.Regexp{said, attributes} {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			if w := strings.TrimSpace(m[1]); !names[w] {
				out = append(out, w)
			}
		}
	}
	return out
}

// Every word on a screen stands in the catalogue, never in a template.
func TestNoScreenWordInCode(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("../web", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".templ") {
			return err
		}
		seen++
		b, err := os.ReadFile(path)
		for line := range strings.Lines(string(b)) {
			code := strings.TrimSpace(line)
			if !strings.HasPrefix(code, "<") && !strings.Contains(code, "=\"") {
				continue // Go, not markup
			}
			for _, w := range wordsIn(code) {
				t.Errorf("%s says %q without the catalogue", path, w)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Errorf("only %d templates found", seen)
	}
}
