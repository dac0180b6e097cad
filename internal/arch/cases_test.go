package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	proof    = regexp.MustCompile("`([a-z]+(?:/[a-z]+)?)\\.(Test[A-Za-z0-9]+)`")
	function = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
)

// Each case of the table has a proof, and each proof is a test that exists.
func TestEveryCaseHasItsProof(t *testing.T) {
	b, err := os.ReadFile("../../docs/service-desk-cases.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, known := 0, map[string]map[string]bool{}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") || strings.TrimSpace(cells[len(cells)-1]) == "Proof" {
			continue
		}
		rows++
		named := proof.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(named) == 0 || len(named) != strings.Count(cells[len(cells)-1], "`")/2 {
			t.Errorf("no proof, or one that names no test: %s", line)
		}
		for _, m := range named {
			if known[m[1]] == nil {
				known[m[1]] = testsOf(t, m[1])
			}
			if !known[m[1]][m[2]] {
				t.Errorf("%s has no %s, which the table of cases names", m[1], m[2])
			}
		}
	}
	if rows < 80 {
		t.Errorf("only %d cases: does this test still read the table?", rows)
	}
}

// testsOf returns the names of the tests of a package.
func testsOf(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pkg), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range function.FindAllStringSubmatch(string(b), -1) {
			out[m[1]] = true
		}
	}
	return out
}
