package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/db"
)

var (
	aForm   = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	aButton = regexp.MustCompile(`(?s)<button\b([^>]*)>(.*?)</button>`)
	aTag    = regexp.MustCompile(`(?s)<[^>]*>`)
	noSend  = regexp.MustCompile(`\btype="(?:button|reset)"`)
	named   = regexp.MustCompile(`\baria-label="[^"]+"`)
)

// A form that lost its button cannot be sent: on every page that whoever owns
// the company sees, each form that changes something has one that says what it
// does. The field to search with needs none.
func TestEveryFormHasItsButton(t *testing.T) {
	t.Parallel()
	site, w := product(t, db.SQLite) // the pages are the same over both
	fill := records(t, w)
	ana := entered(t, w.DB, w)
	forms, pages := 0, 0
	for _, route := range append(routesThatName(t, fill), plainRoutes(t)...) {
		method, path, _ := strings.Cut(route, " ")
		for name, value := range fill {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		}
		if method != http.MethodGet || strings.HasPrefix(path, "/api/") || path == "/en-vivo" {
			continue
		}
		pages++
		for _, f := range aForm.FindAllStringSubmatch(pageOf(t, site+path, ana), -1) {
			if !strings.Contains(f[1], `method="post"`) {
				continue
			}
			forms++
			if !sends(f[2]) {
				t.Errorf("%s: a form cannot be sent: %s", path, f[1])
			}
		}
	}
	if pages < 60 || forms < 200 {
		t.Errorf("only %d forms on %d pages: does this test still look in the right place?", forms, pages)
	}
}

// sends reports whether a form has a button that sends it and that has a name.
func sends(form string) bool {
	for _, b := range aButton.FindAllStringSubmatch(form, -1) {
		if !noSend.MatchString(b[1]) && (named.MatchString(b[1]) || strings.TrimSpace(aTag.ReplaceAllString(b[2], "")) != "") {
			return true
		}
	}
	return false
}
