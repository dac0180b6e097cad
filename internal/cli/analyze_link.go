package cli

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

// arrows are how a link may be written; names may have them inside.
var arrows = []string{"→", "->", ">"}

// behind is what is behind a link, as its JSON says it.
type behind struct {
	Dimension string         `json:"dimension"`
	Supplier  string         `json:"supplier"`
	Customer  string         `json:"customer"`
	Handoffs  int            `json:"handoffs"`
	Back      int            `json:"returned_next"` // of those, straight back
	Cases     int            `json:"cases"`
	Returned  int            `json:"cases_returned"`  // in which the work came straight back
	PingPong  int            `json:"cases_ping_pong"` // at least twice
	Which     dataset.Which  `json:"which"`
	Total     int            `json:"total"` // cases of which these are the first
	Items     []dataset.Case `json:"items"`
}

// behind writes the cases behind a link.
func (c *analyzeCmd) behind(e env, o chain.Options, l *chain.Log) error {
	if c.Format == "html" {
		return errs.With(errs.Invalid, "cli.err_link_html", nil)
	}
	if c.Most < 0 {
		return misunderstood("cli.err_most", "--most", strconv.Itoa(c.Most))
	}
	kept, err := l.Keep(o.Filter, o.Missing)
	if err != nil {
		return explain(err, l)
	}
	l = kept
	m := dataset.Mapping{Activity: o.Activity, Lifecycle: o.Lifecycle, Resource: o.Who, Robots: o.LeaveOut}
	for _, d := range o.Dimensions {
		if l.Column(d) == nil {
			return explain(&chain.UnknownColumn{Name: d, Have: l.ColumnNames()}, l)
		}
	}
	dimension, link, err := c.findLink(o, l, m)
	if err != nil {
		return err
	}
	b := behind{
		Dimension: dimension, Supplier: link.Supplier, Customer: link.Customer, Handoffs: link.N, Back: link.Back,
		Cases: link.Cases, Returned: link.Bounced, PingPong: link.Twice, Which: dataset.Which(c.Cases),
	}
	b.Items, b.Total = dataset.Behind(l, m, dimension, link.Supplier, link.Customer, b.Which, 0, cmp.Or(c.Most, l.Cases()))
	return c.write(e, func(out io.Writer) error {
		if c.Format == "json" {
			return json.NewEncoder(out).Encode(b)
		}
		return c.tell(e, out, b)
	})
}

// findLink finds the link that was asked for, in the first dimension that has
// it. Otherwise it says which there are.
func (c *analyzeCmd) findLink(o chain.Options, l *chain.Log, m dataset.Mapping) (string, dataset.Link, error) {
	ends := readLink(c.Link)
	if len(ends) == 0 {
		return "", dataset.Link{}, misunderstood("cli.err_link_form", "--link", c.Link)
	}
	var near, all []string
	for _, d := range o.Dimensions {
		for _, x := range dataset.Links(l, m, d) {
			name := x.Supplier + " → " + x.Customer
			all = append(all, name)
			for _, end := range ends {
				if end == [2]string{x.Supplier, x.Customer} {
					return d, x, nil
				}
				if (end[0] == x.Supplier || end[1] == x.Customer) && !slices.Contains(near, name) {
					near = append(near, name)
				}
			}
		}
	}
	if len(near) == 0 {
		near = all
	}
	const some = 5
	key := "cli.err_link"
	if len(near) == 0 {
		key = "cli.err_link_none"
	}
	return "", dataset.Link{}, errs.With(errs.NotFound, key, errs.Args{
		"Link": ends[0][0] + " → " + ends[0][1], "Dimension": strings.Join(o.Dimensions, ", "), "Links": strings.Join(near[:min(some, len(near))], "; "),
	})
}

// readLink returns the pairs that "A → B" may mean: one for each arrow in it.
func readLink(s string) [][2]string {
	var out [][2]string
	for _, arrow := range arrows {
		for at := 0; ; {
			i := strings.Index(s[at:], arrow)
			if i < 0 {
				break
			}
			from, to := strings.TrimSpace(s[:at+i]), strings.TrimSpace(s[at+i+len(arrow):])
			if from != "" && to != "" {
				out = append(out, [2]string{from, to})
			}
			at += i + len(arrow)
		}
	}
	return out
}

// tell writes the cases for a terminal.
func (c *analyzeCmd) tell(e env, out io.Writer, b behind) error {
	zone, err := c.zone()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	line := func(key string, args i18n.Args) { w.WriteString(i18n.T(e.ctx, key, args) + "\n") }
	w.WriteString(b.Supplier + " → " + b.Customer + "\n")
	line("cli.link_about", i18n.Args{"Handoffs": b.Handoffs, "N": b.Cases, "Returned": b.Returned, "PingPong": b.PingPong, "Dimension": b.Dimension})
	if b.Total == 0 {
		line("cli.link_none."+string(b.Which), nil)
		return w.Flush()
	}
	line("cli.link_shown."+string(b.Which), i18n.Args{"Shown": len(b.Items), "N": b.Total, "Zone": zone.String()})
	for _, x := range b.Items {
		w.WriteString("\n")
		line("dataset.case_line", i18n.Args{"Name": cmp.Or(x.Name, strconv.Itoa(x.Number)), "N": x.Passes, "Back": x.Back})
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, s := range x.Events {
			mark := ""
			if s.Mark != "" {
				mark = i18n.T(e.ctx, "dataset.mark."+s.Mark)
			}
			cells := []string{s.At.In(zone).Format("2006-01-02 15:04:05"), s.Value, s.Activity, s.Resource, mark}
			_, _ = io.WriteString(t, "  "+strings.TrimRight(strings.Join(cells, "\t"), "\t ")+"\n") // Flush says what went wrong
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return w.Flush()
}
