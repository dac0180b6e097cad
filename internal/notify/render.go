package notify

import (
	"html"
	"strings"
)

// text returns the mail for who reads without HTML.
func (in Mail) text() string {
	parts := append([]string{}, in.Lines...)
	for _, p := range in.Parts {
		part := p.Title + "\n" + strings.Join(p.Lines, "\n")
		if p.Link != "" {
			part += "\n" + p.Link
		}
		parts = append(parts, part)
	}
	parts = append(parts, in.After...)
	if in.Link != "" {
		parts = append(parts, in.Button+"\n"+in.Link)
	}
	out := strings.Join(parts, "\n\n") + "\n"
	if in.Foot != "" {
		out += "\n-- \n" + in.Foot + "\n"
	}
	if in.Choose != "" {
		out += in.ChooseLabel + ": " + in.Choose + "\n"
	}
	return out
}

// The styles stand on each tag, because many mail programs drop style sheets.
// What they keep of one makes the mail dark where the reader's screen is.
const (
	pageStyle   = `margin:0;padding:24px 12px;background:#f3f3f0;color:#1c1c1a;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif`
	cardStyle   = `max-width:34rem;margin:0 auto;padding:28px 24px;background:#ffffff;border-radius:8px`
	lineStyle   = `margin:0 0 16px`
	partStyle   = `margin:0 0 20px;padding:0 0 0 14px;border-left:3px solid #0f5c57`
	titleStyle  = `margin:0 0 4px;font-size:16px;font-weight:600`
	anchorStyle = `color:#0f5c57;text-decoration:underline`
	itemStyle   = `margin:0 0 4px`
	buttonStyle = `display:inline-block;padding:12px 20px;background:#0f5c57;color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600`
	plainStyle  = `margin:0 0 16px;color:#5b5b57;font-size:14px;word-break:break-all`
	footStyle   = `max-width:34rem;margin:16px auto 0;padding:0 24px;color:#5b5b57;font-size:14px`

	darkSheet = `<style>@media (prefers-color-scheme:dark){` +
		`.page{background:#161615 !important;color:#ececea !important}.card{background:#232321 !important}` +
		`.part{border-color:#6cc4bb !important}.anchor{color:#8fd8d0 !important}` +
		`.button{background:#6cc4bb !important;color:#10201f !important}.plain,.foot{color:#b3b3ae !important}}</style>`
)

// html returns the mail as one page that needs nothing from outside: no
// images, so nobody learns when it is read.
func (in Mail) html() string {
	var b strings.Builder
	add := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
	}
	open := func(tag, class, style string) string {
		out := `<` + tag
		if class != "" {
			out += ` class="` + class + `"`
		}
		return out + ` style="` + style + `">`
	}
	say := html.EscapeString
	add(`<!doctype html><html lang="`, say(in.Lang), `"><head><meta charset="utf-8">`,
		`<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">`,
		`<meta name="supported-color-schemes" content="light dark"><title>`, say(in.Subject), `</title>`, darkSheet, `</head>`,
		open("body", "page", pageStyle), open("div", "card", cardStyle))
	for _, l := range in.Lines {
		add(open("p", "", lineStyle), say(l), `</p>`)
	}
	for _, p := range in.Parts {
		add(open("div", "part", partStyle), open("h2", "", titleStyle))
		if p.Link != "" {
			add(`<a class="anchor" style="`+anchorStyle+`" href="`, say(p.Link), `">`, say(p.Title), `</a>`)
		} else {
			add(say(p.Title))
		}
		add(`</h2>`)
		for _, l := range p.Lines {
			add(open("p", "", itemStyle), say(l), `</p>`)
		}
		add(`</div>`)
	}
	for _, l := range in.After {
		add(open("p", "", lineStyle), say(l), `</p>`)
	}
	if in.Link != "" {
		link := say(in.Link)
		add(open("p", "", lineStyle), `<a class="button" style="`+buttonStyle+`" href="`, link, `">`, say(in.Button), `</a></p>`,
			open("p", "plain", plainStyle), link, `</p>`)
	}
	add(`</div>`)
	if in.Foot != "" {
		add(open("p", "foot", footStyle), say(in.Foot))
		if in.Choose != "" {
			add(` <a class="anchor" style="`+anchorStyle+`" href="`, say(in.Choose), `">`, say(in.ChooseLabel), `</a>`)
		}
		add(`</p>`)
	}
	add(`</body></html>`)
	return b.String()
}
