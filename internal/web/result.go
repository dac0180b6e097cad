package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"

	"github.com/a-h/templ"
)

// Page is a page as a handler makes it; the adapter adds the frame.
type Page struct {
	Title   string // a sentence a person would say
	Lead    string
	Section string // layout.MyDay…
	Crumbs  []ui.Crumb
	Actions templ.Component // beside the title
	Body    templ.Component
	Part    templ.Component // what htmx gets; default Body
	Bare    bool            // outside sign-in
	Wide    bool            // of a bare page: more than a short form
	Unread  *int            // lines of the bell, if the page has just read some
}

// Flash is a sentence shown once, already in the reader's language.
type Flash = layout.Flash

// Result is what a handler answers with. The zero Result leaves the answer to
// the error beside it.
type Result struct {
	page  *Page
	part  templ.Component
	to    string
	flash Flash
	file  *File
	enter *entry
	lang  string
}

// entry is a session that begins, or with no secret one that ends.
type entry struct {
	secret string
	ends   time.Time
}

// File is an answer that is kept and not shown.
type File struct {
	Name   string
	Type   string
	Body   []byte
	Write  func(io.Writer) error // instead of Body: as it is made, so that nobody holds all of it
	Inline bool                  // shown in the browser, if its type is safe
	Keep   bool                  // it never changes: the browser of this person may keep it a while
}

// Show answers with a page; htmx gets its Part.
func Show(p Page) Result { return Result{page: &p} }

// Part answers with a fragment, to htmx and to everybody else.
func Part(c templ.Component) Result { return Result{part: c} }

// Go leads to another page of ours.
func Go(to string) Result { return Result{to: to} }

// Done answers a change: htmx gets part, the rest is led to the page at to.
func Done(part templ.Component, to string) Result { return Result{part: part, to: to} }

// Send answers with a file.
func Send(f File) Result { return Result{file: &f} }

// Say adds a sentence that is shown once: on the next page, or at the foot of
// this one.
func (r Result) Say(text string) Result {
	r.flash = Flash{Text: text, URL: r.flash.URL, Label: r.flash.Label}
	return r
}

// Enter gives the browser the secret of a session that begins.
func (r Result) Enter(secret string, ends time.Time) Result {
	r.enter = &entry{secret, ends}
	return r
}

// Leave takes the secret of the session from the browser.
func (r Result) Leave() Result {
	r.enter = &entry{}
	return r
}

// Speak makes the pages of this browser speak a language from now on.
func (r Result) Speak(lang string) Result {
	r.lang = lang
	return r
}

// See adds a link to the sentence of Say: to what it speaks of.
func (r Result) See(url, label string) Result {
	r.flash.URL, r.flash.Label = url, label
	return r
}

func (r Result) empty() bool { return r.page == nil && r.part == nil && r.to == "" && r.file == nil }

const flashCookie = "recado"

// longestFlash is the most bytes of a sentence that travels in a cookie.
const longestFlash = 1000

func setFlash(w http.ResponseWriter, r *http.Request, f Flash) {
	if f.Text == "" || len(f.Text) > longestFlash {
		return
	}
	setCookie(w, r, flashCookie, base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{f.Kind, f.URL, f.Label, f.Text}, "\n"))), 60)
}

// takeFlash reads the sentence and forgets it.
func takeFlash(w http.ResponseWriter, r *http.Request) Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return Flash{} // there is none
	}
	setCookie(w, r, flashCookie, "", -1)
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	parts := strings.SplitN(string(b), "\n", 4)
	if err != nil || len(parts) < 4 {
		return Flash{} // not ours
	}
	return Flash{Kind: parts[0], URL: httpx.Local(parts[1], ""), Label: parts[2], Text: parts[3]}
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
}

// trigger is the header that makes htmx show f; headers are ASCII.
func trigger(f Flash) string {
	said := map[string]string{"text": f.Text, "kind": f.Kind}
	if f.URL != "" {
		said["url"], said["label"] = f.URL, f.Label
	}
	b, err := json.Marshal(map[string]any{"flash": said})
	if err != nil {
		panic(err) // strings always marshal
	}
	var out strings.Builder
	for _, r := range string(b) {
		if r < utf8.RuneSelf {
			out.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, "\\u%04x", u)
		}
	}
	return out.String()
}
