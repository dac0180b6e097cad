package i18n

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`{{\s*\.(\w+)\s*}}`)

// read returns key → plural form → sentence; one form has the name "other".
func read(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	paths, err := filepath.Glob("locales/*." + lang + ".json")
	if err != nil || len(paths) == 0 {
		t.Fatal("no catalogue", err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		for k, v := range raw {
			if out[k] != nil {
				t.Errorf("%s: %q stands in two files", p, k)
			}
			forms, one := map[string]string{}, ""
			if json.Unmarshal(v, &one) == nil {
				forms["other"] = one
			} else if err := json.Unmarshal(v, &forms); err != nil {
				t.Fatalf("%s: %s: %v", p, k, err)
			}
			out[k] = forms
		}
	}
	return out
}

func placeholders(forms map[string]string) []string {
	found := map[string]bool{}
	for _, s := range forms {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			found[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestLanguagesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	first := read(t, Langs[0])
	for _, l := range Langs[1:] {
		other := read(t, l)
		for k, forms := range first {
			if _, ok := other[k]; !ok {
				t.Errorf("%s lacks %q", l, k)
			} else if a, b := placeholders(forms), placeholders(other[k]); !slices.Equal(a, b) {
				t.Errorf("%q has placeholders %v in %s and %v in %s", k, a, Langs[0], b, l)
			}
		}
		for k := range other {
			if _, ok := first[k]; !ok {
				t.Errorf("%s has %q, which %s lacks", l, k, Langs[0])
			}
		}
	}
}

func TestNoSentenceIsEmpty(t *testing.T) {
	for _, l := range Langs {
		for k, forms := range read(t, l) {
			for form, s := range forms {
				if strings.TrimSpace(s) == "" {
					t.Errorf("%s: %s (%s) says nothing", l, k, form)
				}
			}
		}
	}
}

func TestPluralsHaveEveryFormOfTheLanguage(t *testing.T) {
	for _, l := range Langs {
		for k, forms := range read(t, l) {
			if len(forms) == 1 {
				continue
			}
			if want := map[string][]string{"es": {"many", "one", "other"}, "en": {"one", "other"}}[l]; !slices.Equal(slices.Sorted(maps.Keys(forms)), want) {
				t.Errorf("%s: %q has other forms than %v", l, k, want)
			}
			for _, n := range []int{0, 1, 2, 1_000_000} {
				if s, err := locales[l].sentence(k, Args{"N": n}); err != nil || s == "" {
					t.Errorf("%s: %q for %d: %q, %v", l, k, n, s, err)
				}
			}
		}
	}
}

// A number changes no sentence that has one form.
func TestASentenceWithOneFormTakesAnyNumber(t *testing.T) {
	for _, l := range Langs {
		for k, forms := range read(t, l) {
			if len(forms) == 1 {
				if _, err := locales[l].sentence(k, Args{"N": 1}); err != nil {
					t.Errorf("%s: %q for one: %v", l, k, err)
				}
			}
		}
	}
}

func TestTheReaderPicksTheLanguage(t *testing.T) {
	for langs, want := range map[string]string{
		"es-MX": "es", "en-GB,es;q=0.5": "en", "fr": "es", "": "es", "fr-CA, en;q=0.3": "en", "not a language": "es",
	} {
		if got := Pick(langs); got != want {
			t.Errorf("%q: got %q, want %q", langs, got, want)
		}
	}
	if got := Pick("", "en"); got != "en" {
		t.Errorf("an empty wish hides the next: got %q", got)
	}
}

// Keys that the code names in full must exist, and no sentence is left over.
func TestCodeAndCatalogueAgree(t *testing.T) {
	named := regexp.MustCompile(`"([a-z]+(?:\.[a-z0-9_]+)+)"`)
	begun := regexp.MustCompile(`"([a-z]+(?:\.[a-z0-9_]+)*\.)"`)
	known := read(t, Langs[0])
	domains := map[string]bool{}
	for k := range known {
		domain, _, _ := strings.Cut(k, ".")
		domains[domain] = true
	}
	facts := factKinds(t)
	used, prefixes := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir("..", func(p string, _ fs.DirEntry, err error) error {
		code := strings.HasSuffix(p, ".go") || strings.HasSuffix(p, ".templ")
		if err != nil || !code || strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_templ.go") {
			return err
		}
		b, err := os.ReadFile(p)
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			domain, _, _ := strings.Cut(m[1], ".")
			used[m[1]] = true
			if _, ok := known[m[1]]; !ok && domains[domain] && !facts[m[1]] {
				t.Errorf("%s names %q, which is in no catalogue", p, m[1])
			}
		}
		for _, m := range begun.FindAllStringSubmatch(string(b), -1) {
			prefixes[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for k := range known {
		covered := used[k]
		for p := range prefixes {
			covered = covered || strings.HasPrefix(k, p)
		}
		if !covered {
			t.Errorf("%q is in the catalogue, and no code says it", k)
		}
	}
}

// factKinds are names of facts, which look like keys.
func factKinds(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile("../fact/testdata/kinds.golden")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, k := range strings.Fields(string(b)) {
		out[k] = true
	}
	return out
}
