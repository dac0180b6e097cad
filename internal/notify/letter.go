package notify

import (
	"html"
	"strings"
)

// text returns the mail for who reads without HTML.
func (in Mail) text() string {
	parts := append([]string{}, in.Lines...)
	if in.Link != "" {
		parts = append(parts, in.Button+"\n"+in.Link)
	}
	out := strings.Join(parts, "\n\n") + "\n"
	if in.Foot != "" {
		out += "\n-- \n" + in.Foot + "\n"
	}
	return out
}

// The styles stand on each tag, because mail programs drop style sheets.
const (
	pageStyle   = `margin:0;padding:24px 12px;background:#f3f3f0;color:#1c1c1a;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif`
	cardStyle   = `max-width:34rem;margin:0 auto;padding:28px 24px;background:#ffffff;border-radius:8px`
	lineStyle   = `margin:0 0 16px`
	buttonStyle = `display:inline-block;padding:12px 20px;background:#1c1c1a;color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600`
	plainStyle  = `margin:0 0 16px;color:#5b5b57;font-size:14px;word-break:break-all`
	footStyle   = `max-width:34rem;margin:16px auto 0;padding:0 24px;color:#5b5b57;font-size:14px`
)

// html returns the mail as one page that needs nothing from outside: no
// images, so nobody learns when it is read.
func (in Mail) html() string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="` + html.EscapeString(in.Lang) + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><title>` + html.EscapeString(in.Subject) + `</title></head>` +
		`<body style="` + pageStyle + `"><div style="` + cardStyle + `">`)
	for _, l := range in.Lines {
		b.WriteString(`<p style="` + lineStyle + `">` + html.EscapeString(l) + `</p>`)
	}
	if in.Link != "" {
		link := html.EscapeString(in.Link)
		b.WriteString(`<p style="` + lineStyle + `"><a style="` + buttonStyle + `" href="` + link + `">` +
			html.EscapeString(in.Button) + `</a></p><p style="` + plainStyle + `">` + link + `</p>`)
	}
	b.WriteString(`</div>`)
	if in.Foot != "" {
		b.WriteString(`<p style="` + footStyle + `">` + html.EscapeString(in.Foot) + `</p>`)
	}
	b.WriteString(`</body></html>`)
	return b.String()
}
