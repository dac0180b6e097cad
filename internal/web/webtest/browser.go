// Package webtest gives tests a real browser. Each page is a fresh visitor with
// no cookies; a test fails on any error in the console, any exception, and
// anything that the content security policy refuses.
package webtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/web/static"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what should happen at once.
const patience = time.Minute

// names under which systems install the browser.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

func find() (string, error) {
	if p := os.Getenv("ESLABON_TEST_CHROMIUM"); p != "" {
		return exec.LookPath(p)
	}
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("no Chromium found as %s: install it, or name it in ESLABON_TEST_CHROMIUM", strings.Join(names, ", "))
}

// browser is one for the whole test binary.
var browser struct {
	once    sync.Once
	ctx     context.Context
	err     error
	profile string
}

func start() {
	path, err := find()
	if err != nil {
		browser.err = err
		return
	}
	if browser.profile, browser.err = os.MkdirTemp("", "eslabon-browser-"); browser.err != nil {
		return
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(browser.profile), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-sandbox", os.Getuid() == 0), chromedp.Flag("accept-lang", "es"),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("font-render-hinting", "none"),
	)
	alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...) //nolint:govet // ends with the process
	browser.ctx, _ = chromedp.NewContext(alloc)                          //nolint:govet // Close cancels it
	browser.err = chromedp.Do(browser.ctx)
}

// Main runs the tests and closes the browser: func TestMain(m *testing.M) { os.Exit(webtest.Main(m)) }.
func Main(m *testing.M) int {
	code := m.Run()
	if browser.ctx != nil {
		_ = chromedp.Cancel(browser.ctx) // it ends with the process at the latest
	}
	if browser.profile != "" {
		_ = os.RemoveAll(browser.profile) // a leftover in the temporary folder harms nobody
	}
	return code
}

// Page is one tab of one visitor.
type Page struct {
	t          testing.TB
	ctx        context.Context
	scriptless bool

	mu      sync.Mutex
	trouble []string
	allowed map[string]bool
}

// Open returns a tab of a new visitor, as wide as a laptop.
func Open(t testing.TB) *Page {
	t.Helper()
	if !static.Built() {
		t.Fatal("the styles and the script are not built: run npm ci --ignore-scripts && npm run build in web/")
	}
	browser.once.Do(start)
	if browser.err != nil {
		t.Fatal(browser.err)
	}
	p := &Page{t: t, allowed: map[string]bool{}}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.hear))
	p.ctx = ctx
	t.Cleanup(func() {
		for _, s := range p.troubles() {
			t.Errorf("the browser complains: %s", s)
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("open a tab:", err)
	}
	p.media("")
	p.Size(1280, 800)
	return p
}

// Serve runs h for the time of the test and returns its address.
func Serve(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections() // a stream of events would never end by itself
		s.Close()
	})
	return s.URL
}

// hear notes what the browser complains about. It must not call the browser.
func (p *Page) hear(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.note(text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, a := range ev.Args {
				words = append(words, a.Description+string(a.Value))
			}
			p.note(strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			p.note(ev.Entry.Text + " " + ev.Entry.URL)
		}
	}
}

// answered are refusals that pages expect, and show.
var answered = regexp.MustCompile(`(status of|Status Error Code) (401|409|413|422|429)\b`)

func (p *Page) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !answered.MatchString(text) {
		p.trouble = append(p.trouble, text)
	}
}

func (p *Page) troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, s := range p.trouble {
		ok := false
		for a := range p.allowed {
			ok = ok || strings.Contains(s, a)
		}
		if !ok {
			out = append(out, s)
		}
	}
	return out
}

// Allow accepts complaints of the browser that contain text, e.g. "status of 404".
func (p *Page) Allow(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed[text] = true
}

// do runs steps, and fails the test with what the page looked like.
func (p *Page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail("%v", err)
	}
}

func run[T any](p *Page, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		p.fail("%v", err)
	}
	return v
}

// fail stops the test, says where the page is and what it reads.
func (p *Page) fail(format string, args ...any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	where, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		where = err.Error()
	}
	p.shoot(strings.ReplaceAll(p.t.Name(), "/", "-") + "-failed")
	p.t.Fatalf(format+"\n%s\n%s", append(args, strings.Join(p.troubles(), "\n"), where)...)
}

// root is the folder of the module.
func root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		if up := filepath.Dir(dir); up != dir {
			dir = up
			continue
		}
		err = errors.New("go.mod is in no folder above")
	}
	return "", err
}
