package report

import (
	"cmp"
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/i18n"
)

// How much a map shows, and how large it is drawn, in pixels.
const (
	mapPosts  = 16
	mapLinks  = 28
	mapLabels = 14 // of the strongest links; the others say theirs when pointed at
	boxWide   = 132.0
	boxHigh   = 44.0
	gapAcross = 150.0
	gapDown   = 58.0
	mapMargin = 28.0
	farthest  = 110.0 // that a curve is pulled up or down
	nameWide  = 17    // characters of a name in a box
)

// spot is a post on the map.
type spot struct {
	post  *chain.Post
	layer int
	x, y  float64
}

// draw makes a map of the links that carry the most work: from left to right as
// the work flows, links as thick as their handoffs, coloured and dashed by what
// comes back. It is empty if there is nothing to draw.
func (w words) draw(d *chain.Dimension, id string) template.HTML {
	spots, links := choose(d)
	if len(links) == 0 {
		return ""
	}
	wide, high := place(spots, links)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-labelledby="%s-t"><title id="%s-t">%s</title>`,
		wide, high, wide, high, id, id, html.EscapeString(w.t("map_title", i18n.Args{"Name": d.Name, "Posts": w.n(len(spots)), "Links": w.n(len(links)), "All": w.n(d.Handovers.Links)})))
	most := links[0].N
	for i := len(links) - 1; i >= 0; i-- { // the strongest on top
		w.arrow(&b, links[i], spots[links[i].Supplier], spots[links[i].Customer], most, i < mapLabels)
	}
	for _, s := range ordered(spots) {
		p := s.post
		fmt.Fprintf(&b, `<g><title>%s</title><rect class="box" x="%.1f" y="%.1f" width="%.0f" height="%.0f" rx="8"/>`,
			html.EscapeString(w.t("map_post", i18n.Args{"Name": p.Value, "Visits": w.n(p.Visits), "Share": w.share(p.CaseShare)})),
			s.x, s.y, boxWide, boxHigh)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text><text class="small" x="%.1f" y="%.1f" text-anchor="middle">%s</text></g>`,
			s.x+boxWide/2, s.y+18, html.EscapeString(short(p.Value)), s.x+boxWide/2, s.y+34,
			html.EscapeString(w.t("map_visits", i18n.Args{"N": p.Visits, "Visits": w.n(p.Visits)})))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text in it is escaped above
}

func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= nameWide {
		return s
	}
	return string([]rune(s)[:nameWide-1]) + "…"
}

// choose picks the strongest links until there are enough of them or of posts.
func choose(d *chain.Dimension) (map[string]*spot, []*chain.Link) {
	posts := make(map[string]*chain.Post, len(d.Posts))
	for i := range d.Posts {
		posts[d.Posts[i].Value] = &d.Posts[i]
	}
	spots := map[string]*spot{}
	var links []*chain.Link
	for i := range d.Links {
		l := &d.Links[i]
		if posts[l.Supplier] == nil || posts[l.Customer] == nil {
			continue // among very many posts some have no row
		}
		unseen := 0
		for _, end := range []string{l.Supplier, l.Customer} {
			if spots[end] == nil {
				unseen++
			}
		}
		if len(links) == mapLinks {
			break
		}
		if len(spots)+unseen > mapPosts {
			continue
		}
		for _, end := range []string{l.Supplier, l.Customer} {
			if spots[end] == nil {
				spots[end] = &spot{post: posts[end]}
			}
		}
		links = append(links, l)
	}
	return spots, links
}

func ordered(spots map[string]*spot) []*spot {
	out := make([]*spot, 0, len(spots))
	for _, s := range spots {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *spot) int {
		return cmp.Or(cmp.Compare(a.layer, b.layer), cmp.Compare(a.y, b.y), cmp.Compare(a.post.Value, b.post.Value))
	})
	return out
}

// place puts each post into a column by how far down the stream it lies, and
// orders the columns so that links cross little. It returns the size of the map.
func place(spots map[string]*spot, links []*chain.Link) (wide, high float64) {
	const tallest = 8
	// Of two directions between two posts, the stronger is the stream; links
	// against an order by net outflow are the way back.
	net := map[string]int{}
	for _, l := range links {
		net[l.Supplier] += l.N
		net[l.Customer] -= l.N
	}
	order := ordered(spots)
	slices.SortStableFunc(order, func(a, b *spot) int { return cmp.Compare(net[b.post.Value], net[a.post.Value]) })
	rank := map[string]int{}
	for i, s := range order {
		rank[s.post.Value] = i
	}
	for _, s := range order { // suppliers come before their customers in this order
		for _, l := range links {
			if l.Supplier == s.post.Value && rank[l.Customer] > rank[l.Supplier] {
				c := spots[l.Customer]
				c.layer = max(c.layer, s.layer+1)
			}
		}
	}
	columns := spread(order, tallest)
	for range 6 {
		for _, column := range columns {
			middle := map[*spot]float64{}
			for _, s := range column {
				sum, n := s.y, 1.0
				for _, l := range links {
					switch s.post.Value {
					case l.Supplier:
						sum, n = sum+spots[l.Customer].y, n+1
					case l.Customer:
						sum, n = sum+spots[l.Supplier].y, n+1
					}
				}
				middle[s] = sum / n
			}
			slices.SortStableFunc(column, func(a, b *spot) int { return cmp.Compare(middle[a], middle[b]) })
			line(column, 0)
		}
	}
	for i, column := range columns {
		for _, s := range column {
			s.x = mapMargin + float64(i)*(boxWide+gapAcross)
			wide, high = max(wide, s.x+boxWide+mapMargin), max(high, s.y)
		}
	}
	low := math.Inf(1)
	for _, s := range order {
		low = min(low, s.y)
	}
	for _, s := range order {
		s.y += mapMargin + gapDown - low
	}
	return max(wide, 700), high - low + boxHigh + 2*(mapMargin+gapDown)
}

// spread makes columns of the layers, none of them too tall.
func spread(order []*spot, tallest int) [][]*spot {
	var columns [][]*spot
	last := 0
	for _, s := range order {
		last = max(last, s.layer)
	}
	for layer := 0; layer <= last; layer++ {
		var column []*spot
		for _, s := range order {
			if s.layer == layer {
				column = append(column, s)
			}
		}
		for len(column) > 0 {
			n := min(tallest, len(column))
			columns = append(columns, slices.Clone(column[:n]))
			column = column[n:]
		}
	}
	for i, column := range columns {
		line(column, float64(i%2)*(boxHigh+gapDown)/2)
		for _, s := range column {
			s.layer = i
		}
	}
	return columns
}

// line puts the posts of a column one below the other, around the middle.
func line(column []*spot, shift float64) {
	for i, s := range column {
		s.y = (float64(i)-float64(len(column)-1)/2)*(boxHigh+gapDown) + shift
	}
}

// quality is how a link is drawn: colour and dashes say the same.
func quality(l *chain.Link) string {
	const good, fair = 0.9, 0.75
	switch {
	case l.N < MinN:
		return "unsure"
	case l.FTRNext >= good:
		return "good"
	case l.FTRNext >= fair:
		return "fair"
	default:
		return "poor"
	}
}

// arrow draws a link: a curve with a head, and how much passes and is right.
func (w words) arrow(b *strings.Builder, l *chain.Link, from, to *spot, most int, label bool) {
	thick := 1.2 + 5*math.Sqrt(float64(l.N)/float64(most))
	class := quality(l)
	var x1, y1, x2, y2, cx1, cy1, cx2, cy2 float64
	switch {
	case to.layer > from.layer: // with the stream, from the right side to the left one
		x1, y1, x2, y2 = from.x+boxWide, from.y+boxHigh*.36, to.x, to.y+boxHigh*.36
		bend := (x2 - x1) * .5
		cx1, cy1, cx2, cy2 = x1+bend, y1, x2-bend, y2
		if to.layer-from.layer > 1 { // over what lies between
			lift := min(farthest, gapDown*.9*float64(to.layer-from.layer-1))
			cy1, cy2 = y1-lift, y2-lift
		}
	case to.layer < from.layer: // back, below
		x1, y1, x2, y2 = from.x, from.y+boxHigh*.72, to.x+boxWide, to.y+boxHigh*.72
		bend := (x1 - x2) * .5
		lift := min(farthest, 14+gapDown*.9*float64(from.layer-to.layer-1))
		cx1, cy1, cx2, cy2 = x1-bend, y1+lift, x2+bend, y2+lift
	case to.y > from.y: // down the same column
		x1, y1, x2, y2 = from.x+boxWide*.62, from.y+boxHigh, to.x+boxWide*.62, to.y
		cx1, cy1, cx2, cy2 = x1, y1+12, x2, y2-12
		if to.y-from.y > boxHigh+gapDown+1 {
			x1, y1, x2, y2 = from.x+boxWide, from.y+boxHigh*.6, to.x+boxWide, to.y+boxHigh*.4
			cx1, cy1, cx2, cy2 = x1+gapAcross*.45, y1, x2+gapAcross*.45, y2
		}
	default: // up
		x1, y1, x2, y2 = from.x+boxWide*.38, from.y, to.x+boxWide*.38, to.y+boxHigh
		cx1, cy1, cx2, cy2 = x1, y1-12, x2, y2+12
		if from.y-to.y > boxHigh+gapDown+1 {
			x1, y1, x2, y2 = from.x, from.y+boxHigh*.4, to.x, to.y+boxHigh*.6
			cx1, cy1, cx2, cy2 = x1-gapAcross*.45, y1, x2-gapAcross*.45, y2
		}
	}
	rate := w.t("too_few_short")
	if l.N >= MinN {
		rate = w.share(l.FTRNext)
	}
	fmt.Fprintf(b, `<g><title>%s</title><path class="%s" stroke-width="%.1f" d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f"/>`,
		html.EscapeString(w.t("map_link", i18n.Args{
			"Supplier": l.Supplier, "Customer": l.Customer, "Count": w.n(l.N), "Back": w.n(l.ReturnedNext),
			"Rate": w.rate(l.N, l.FTRNext, l.FTRNextLow, l.FTRNextHigh), "Median": w.time(l.Gap.Median),
		})), class, thick, x1, y1, cx1, cy1, cx2, cy2, x2, y2)
	tip(b, class, cx2, cy2, x2, y2, 4+thick)
	if !label {
		b.WriteString(`</g>`)
		return
	}
	mx, my := (x1+3*cx1+3*cx2+x2)/8, (y1+3*cy1+3*cy2+y2)/8
	fmt.Fprintf(b, `<text class="label" x="%.1f" y="%.1f" text-anchor="middle">%s</text></g>`,
		mx, my+4, html.EscapeString(w.n(l.N)+" · "+rate))
}

// tip draws the head of an arrow that comes from one point to another.
func tip(b *strings.Builder, class string, fromX, fromY, x, y, size float64) {
	d := math.Hypot(x-fromX, y-fromY)
	if d == 0 {
		d = 1
	}
	ux, uy := (x-fromX)/d*size, (y-fromY)/d*size
	fmt.Fprintf(b, `<path class="head %s" d="M%.1f %.1fL%.1f %.1fL%.1f %.1fZ"/>`,
		class, x, y, x-ux-uy*.5, y-uy+ux*.5, x-ux+uy*.5, y-uy-ux*.5)
}
