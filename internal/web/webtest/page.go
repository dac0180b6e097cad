package webtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Go loads an address.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
}

// Size sets the size of the window; up to 600 pixels it is a phone.
func (p *Page) Size(width, height int64) {
	p.t.Helper()
	if width <= 600 {
		p.do(chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulatePortrait))
		return
	}
	p.do(chromedp.EmulateViewport(width, height))
}

// Cookie gives the visitor a cookie of the site at url.
func (p *Page) Cookie(url, name, value string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: url})
		return err
	}))
}

// Click clicks the first visible element of a CSS selector.
func (p *Page) Click(css string) {
	p.t.Helper()
	p.click(css, css, func() {
		p.t.Helper()
		p.Wait(css)
		p.bring(css)
	})
}

// click clicks what find brings into view. Live news may replace it before the
// click gets there: then it is looked for again.
func (p *Page) click(what, css string, find func()) {
	p.t.Helper()
	const soon = 3 * time.Second
	for begun := time.Now(); ; {
		find()
		ctx, cancel := context.WithTimeout(p.ctx, soon)
		err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(css)))
		cancel()
		if err == nil {
			return
		}
		if time.Since(begun) > patience {
			p.fail("press %s: %v", what, err)
		}
	}
}

// still waits until what was put into the page is ready to be used: nobody is
// as quick as a test.
func (p *Page) still() {
	p.t.Helper()
	p.until("the page to be ready", `document.readyState === "complete" && !document.querySelector(".htmx-swapping, .htmx-settling, .htmx-added")`)
}

// bring scrolls to what will be clicked, and waits until the screen shows it: a
// click that comes sooner hits what was there before.
func (p *Page) bring(css string) {
	p.t.Helper()
	p.still()
	if p.scriptless { // no frame is ever announced
		Eval[bool](p, fmt.Sprintf(`(document.querySelector(%s)?.scrollIntoView({block: "center"}), true)`, quote(css)))
		return
	}
	Eval[bool](p, fmt.Sprintf(`new Promise((done) => {
		const e = document.querySelector(%s);
		if (e) e.scrollIntoView({block: "center"});
		requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
		setTimeout(() => done(true), 500); // nothing is drawn of a page that nobody sees
	})`, quote(css)))
}

// marked is put on the element that was found by its words.
const marked = "data-webtest"

// Press clicks the button or link that reads text.
func (p *Page) Press(text string) {
	p.t.Helper()
	p.click(quote(text), "["+marked+"]", func() {
		p.t.Helper()
		p.find(text)
	})
}

// find marks what reads text and brings it into view.
func (p *Page) find(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("something to press that reads %q", text), fmt.Sprintf(`(() => {
		document.querySelectorAll("[%[1]s]").forEach((e) => e.removeAttribute("%[1]s"));
		const same = (s) => (s || "").replace(/\s+/g, " ").trim() === %[2]s;
		const all = [...document.querySelectorAll("button, a, summary, label, [role=button], input[type=submit]")];
		const hit = all.find((e) => e.checkVisibility() && (same(e.innerText) || same(e.getAttribute("aria-label")) || same(e.value)));
		if (hit) hit.setAttribute("%[1]s", "");
		return !!hit;
	})()`, marked, quote(text)))
	p.bring("[" + marked + "]")
}

// Type writes text into a field, in place of what was there.
func (p *Page) Type(css, text string) {
	p.t.Helper()
	p.Wait(css)
	p.still()
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
		const e = document.querySelector(%s);
		e.focus();
		e.select();
	}`, quote(css))))
	p.Keys(text)
}

// Set gives a field a value without typing it: for dates and selects.
func (p *Page) Set(css, value string) {
	p.t.Helper()
	p.Wait(css)
	p.still()
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
		const e = document.querySelector(%s);
		e.value = %s;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
	}`, quote(css), quote(value))))
}

// The keys that write nothing.
const (
	Escape = "\x1b"
	Enter  = "\r"
	Tab    = "\t"
)

var special = map[rune]struct {
	name string
	code int64
}{'\x1b': {"Escape", 27}, '\r': {"Enter", 13}, '\t': {"Tab", 9}}

// Keys presses keys wherever the focus is, as a keyboard does: a page that
// takes a key for itself keeps it from being written.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	for _, r := range keys {
		down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: string(r), Text: string(r)}
		if s, ok := special[r]; ok {
			down.Key, down.Text, down.WindowsVirtualKeyCode = s.name, "", s.code
			if r == '\r' {
				down.Text = "\r"
			}
		}
		up := down
		up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
		p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			for _, e := range []input.DispatchKeyEventParams{down, up} {
				if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, e); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// Wait waits until an element of a CSS selector can be seen.
func (p *Page) Wait(css string) {
	p.t.Helper()
	p.until("to see "+css, fmt.Sprintf(`[...document.querySelectorAll(%s)].some((e) => e.checkVisibility())`, quote(css)))
}

// WaitGone waits until no element of a CSS selector can be seen.
func (p *Page) WaitGone(css string) {
	p.t.Helper()
	p.until("not to see "+css, fmt.Sprintf(`![...document.querySelectorAll(%s)].some((e) => e.checkVisibility())`, quote(css)))
}

// WaitText waits until the page reads text, whatever its line breaks.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("to read %q", text), fmt.Sprintf(`document.body && document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quote(text)))
}

// WaitNoText waits until the page does not read text.
func (p *Page) WaitNoText(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("not to read %q", text), fmt.Sprintf(`document.body && !document.body.innerText.replace(/\s+/g, " ").includes(%s)`, quote(text)))
}

// WaitPath waits until the page is at path, which may have a query.
func (p *Page) WaitPath(path string) {
	p.t.Helper()
	p.until("to be at "+path, fmt.Sprintf(`document.readyState === "complete" && [location.pathname, location.pathname + location.search].includes(%s)`, quote(path)))
}

// Until waits until a JavaScript expression is true.
func (p *Page) Until(js string) {
	p.t.Helper()
	p.until(js, js)
}

// until asks again when a new page takes the place of the one that was asked, and
// now and then: where scripts are off, a page answers only when it is asked, for
// no timer of its own runs.
func (p *Page) until(what, js string) {
	p.t.Helper()
	const again = time.Second
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, 2*again) // the page gives up before us, so that it never polls for two
		_, err := chromedp.Run(once, chromedp.Poll[bool]("!!("+js+")", chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(again)))
		done()
		if err == nil {
			return
		}
		var wrong *chromedp.ExceptionError
		if ctx.Err() != nil || errors.As(err, &wrong) {
			p.fail("waited %v %s: %v", patience, what, err)
		}
	}
}

// Text returns what the first element of a CSS selector reads.
func (p *Page) Text(css string) string {
	p.t.Helper()
	p.Wait(css)
	return run(p, chromedp.Text(chromedp.CSS(css)))
}

// Eval returns the value of a JavaScript expression; a promise is awaited.
func Eval[T any](p *Page, js string) T {
	p.t.Helper()
	return run(p, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// Look is how a page is looked at.
type Look struct {
	Width, Height int64
	Theme         string // light, dark, contrast
	Lang          string // es, en
}

// Looks are the ways in which every page is looked at.
var Looks = []Look{
	{390, 844, "light", "es"}, {1280, 800, "light", "es"}, {390, 844, "dark", "en"}, {1280, 800, "dark", "en"},
}

func (l Look) String() string { return fmt.Sprintf("%d-%s-%s", l.Width, l.Theme, l.Lang) }

// As shows the page as l says: it loads it anew.
func (p *Page) As(l Look) {
	p.t.Helper()
	p.Size(l.Width, l.Height)
	here := Eval[string](p, `location.href`)
	p.Cookie(here, "tema", l.Theme)
	p.Cookie(here, "idioma", l.Lang)
	p.Go(here)
}

// Screenshot keeps a picture of the whole page as name.png in the folder that
// ESLABON_SHOTS names, if it names one.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	if os.Getenv("ESLABON_SHOTS") == "" {
		return
	}
	Eval[bool](p, `document.fonts.ready.then(() => true)`)
	if err := p.shoot(name); err != nil {
		p.fail("take a picture: %v", err)
	}
}

func (p *Page) shoot(name string) error {
	dir := os.Getenv("ESLABON_SHOTS")
	if dir == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
}

// Inspect looks at the page in every way: axe finds nothing, nothing is wider
// than the window, no letter is smaller than 16 pixels, and a picture is kept.
// The first of the looks is the last, so that a test goes on in Spanish.
func (p *Page) Inspect(name string) {
	p.t.Helper()
	for i := range Looks {
		l := Looks[(i+1)%len(Looks)]
		p.As(l)
		p.Axe()
		p.Fits()
		p.Screenshot(name + "-" + l.String())
	}
}

// Paper looks at the page as it is printed: it is no wider than a sheet of
// paper, and a picture is kept. Letters may be smaller than on a screen.
func (p *Page) Paper(name string) {
	p.t.Helper()
	p.Size(794, 1123)
	p.media("print")
	if w := Eval[int](p, `document.documentElement.scrollWidth`); w > 794 {
		p.t.Errorf("%s is %d wide on paper", name, w)
	}
	p.Screenshot(name + "-paper")
	p.media("")
}

// media shows the page as on "print", or "" for a screen. Nothing moves.
func (p *Page) media(kind string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: kind, Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	}))
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

// NoScript is a visitor whose browser runs no script.
func (p *Page) NoScript() {
	p.t.Helper()
	p.scriptless = true
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Attach gives a file field a file of this machine.
func (p *Page) Attach(css, path string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS(css), path))
}
