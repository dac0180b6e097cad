package report

import (
	"context"
	_ "embed" // the page
	"html/template"
	"io"
	"strconv"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/i18n"
)

//go:embed page.html
var source string

var page = template.Must(template.New("page").Parse(source))

// HTML writes the report as one page that asks nothing of a network and needs no
// script, with a map of each dimension.
func HTML(ctx context.Context, out io.Writer, r Report) error {
	w := words{ctx}
	type shown struct {
		ID, Title  string
		Level      int
		Ranked     bool
		Says, List []string
		Heads      []head
		Rows       [][]head
		Map        template.HTML
	}
	data := struct {
		Lang, Title, About, Skip, Contents, Made string
		Parts                                    []shown
	}{
		Lang: i18n.Lang(ctx), Title: r.Title, About: w.about(&r.Result), Skip: w.t("skip"), Contents: w.t("contents"), Made: w.t("made"),
	}
	for i, p := range parts(ctx, r) {
		s := shown{ID: "p" + strconv.Itoa(i+1), Title: p.title, Level: p.level, Ranked: p.ranked, Says: p.says, List: p.list}
		if p.links != nil {
			s.Says = []string{w.t("map_lead")}
			s.Map = w.draw(p.links, s.ID)
			if s.Map == "" {
				continue
			}
		}
		if t := p.rows; t != nil && len(t.rows) > 0 {
			s.Heads = cells(t.heads, t)
			for _, row := range t.rows {
				s.Rows = append(s.Rows, cells(row, t))
			}
		}
		data.Parts = append(data.Parts, s)
	}
	return page.Execute(out, data)
}

// head is a cell, and whether it is a name or a figure.
type head struct {
	Text string
	Name bool
}

func cells(row []string, t *table) []head {
	out := make([]head, len(row))
	for i, s := range row {
		out[i] = head{s, i < t.names}
	}
	return out
}

// about says how large the log is, and of when.
func (w words) about(x *chain.Result) string {
	if x.FirstAt == nil {
		return w.t("about_nothing")
	}
	return w.t("about", i18n.Args{
		"N": x.Cases, "Cases": w.n(x.Cases), "Events": w.n(x.Events),
		"From": i18n.Day(w.ctx, x.FirstAt.Time()), "To": i18n.Day(w.ctx, x.LastAt.Time()),
	})
}
