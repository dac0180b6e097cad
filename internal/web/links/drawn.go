package links

import (
	"context"
	"strings"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/memory"
	"github.com/eslabon/eslabon/internal/web/chainmap"
)

// drawings keeps the map and its table as they are written into the page, for
// each reading of the chain: to judge, sort and write thousands of links costs
// more than all the rest of the page.
type drawings struct {
	memory.Of[drawingKey, drawing]
}

// drawingKey is all that a drawing depends on besides the chain.
type drawingKey struct {
	company id.Company
	lang    string
	url     string
}

type drawing struct {
	reading int64 // of the chain; see [handoff.Chain]
	links   int   // that it tells of
	text    string
}

// mostDrawn is how many bytes of drawings are kept: some twenty.
const mostDrawn = 3 << 20

// beside is what each takes besides its text.
const beside = 1 << 10

// of returns the drawing of c, which q asked for, with its table from a row on.
func (d *drawings) of(ctx context.Context, company id.Company, c handoff.Chain, q chainQuery, row int) (drawing, error) {
	if c.Reading == 0 {
		return draw(ctx, c, q, row)
	}
	e := d.Entry(drawingKey{company, i18n.Lang(ctx), q.page(row)})
	e.Lock()
	defer e.Unlock()
	if e.Value.reading == c.Reading {
		return e.Value, nil
	}
	v, err := draw(ctx, c, q, row)
	if err == nil {
		e.Value = v
	}
	d.Grew(e, beside+len(v.text), mostDrawn)
	return v, err
}

func draw(ctx context.Context, c handoff.Chain, q chainQuery, row int) (drawing, error) {
	g := GraphOf(ctx, c, q.service != "" || q.order != "")
	a := chainmap.Args{
		Drawn: drawn, Row: row, Page: q.page,
		Title: i18n.T(ctx, "chain.caption", i18n.Args{"Days": q.days}), Wait: i18n.T(ctx, "chain.wait"), Graph: g,
		All: q.with(func(q *chainQuery) { q.all = true }).url(),
	}
	if q.order != "" {
		a.Title = i18n.T(ctx, "chain.caption_order", i18n.Args{"Order": q.order})
	}
	if q.all {
		a.Drawn = 0
		if len(g.Links) > drawn {
			a.Less = q.with(func(q *chainQuery) { q.all = false }).url()
		}
	}
	out := drawing{reading: c.Reading, links: g.Whole.Links}
	if out.links == 0 {
		return out, nil
	}
	var b strings.Builder
	err := chainmap.Chart(a).Render(ctx, &b)
	out.text = b.String()
	return out, err
}
