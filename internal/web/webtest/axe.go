package webtest

import (
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

var axe = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(filepath.Join(dir, "web", "node_modules", "axe-core", "axe.min.js"))
	return string(b), err
})

// Axe fails the test if the page breaks a rule of WCAG 2.2, levels A and AA.
func (p *Page) Axe() {
	p.t.Helper()
	source, err := axe()
	if err != nil {
		p.t.Fatalf("axe-core is not there: run npm ci --ignore-scripts in web/: %v", err)
	}
	p.do(chromedp.Evaluate[chromedp.Void](source))
	type finding struct {
		ID, Help string
		Nodes    []struct {
			Target         []string
			HTML           string
			FailureSummary string
		}
	}
	found := Eval[[]finding](p, `axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
		rules: {"target-size": {enabled: true}},
		resultTypes: ["violations"],
	}).then((r) => r.violations.map((v) => ({ID: v.id, Help: v.help, Nodes: v.nodes.map((n) => ({
		Target: n.target.map(String), HTML: n.html, FailureSummary: n.failureSummary}))})))`)
	for _, f := range found {
		for _, n := range f.Nodes {
			p.t.Errorf("%s: %s\n  %s\n  %s\n  %s", f.ID, f.Help, strings.Join(n.Target, " "), n.HTML, n.FailureSummary)
		}
	}
}

// Fits fails the test if the page is wider than its window, if a part of it
// scrolls sideways on a phone and is no strip made for it, if letters are
// smaller than 16 pixels, or if something to press is smaller than 44.
func (p *Page) Fits() {
	p.t.Helper()
	for _, s := range Eval[[]string](p, `(() => {
		const out = [], seen = new Set();
		const say = (what, e) => {
			const s = what + ": " + e.outerHTML.slice(0, 120);
			if (!seen.has(s)) out.push(s);
			seen.add(s);
		};
		const hidden = (e) => !e.checkVisibility() || e.closest(".sr-only, .skip");
		if (document.documentElement.scrollWidth > innerWidth) out.push("the page is " + document.documentElement.scrollWidth + " wide, the window " + innerWidth);
		for (const e of innerWidth > 600 ? [] : document.querySelectorAll("body *")) {
			if (e.scrollWidth > e.clientWidth + 1 && !hidden(e) && !e.matches(".strip, textarea, input") && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)) say("scrolls sideways", e);
		}
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			if (!walk.currentNode.data.trim() || hidden(e) || e.closest("svg")) continue;
			if (parseFloat(getComputedStyle(e).fontSize) < 16) say("small letters", e);
		}
		for (const e of document.querySelectorAll("button, a, select, summary, input:not([type=hidden])")) {
			if (hidden(e) || getComputedStyle(e).display === "inline") continue;
			const b = (e.closest("label.choice, .row-title") || e).getBoundingClientRect();
			if (b.height < 43.5 && !e.closest(".row-title")) say("hard to press (" + b.height + " high)", e);
		}
		return out;
	})()`) {
		p.t.Error(s)
	}
}
