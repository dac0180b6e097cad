package datasets

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/chainmap"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// chainView is the chain that is in a log.
type chainView struct {
	dataset.Dataset
	dataset.Chain
	Tabs    []ui.Tab
	Map     chainmap.Args
	Sharing *sharing
}

// mostDrawn is how many links a map has at first.
const mostDrawn = 60

// orders are those in which the links can stand, as the address says them.
var orders = []struct {
	code    string
	compare func(x, y dataset.Link) int
}{
	{"rebote", func(x, y dataset.Link) int { return y.Bounced - x.Bounced }},
	{"vuelve", func(x, y dataset.Link) int { return y.Ever - x.Ever }},
	{"espera", func(x, y dataset.Link) int { return cmp.Compare(value(y.Queue.Median), value(x.Queue.Median)) }},
	{"pases", func(x, y dataset.Link) int { return y.N - x.N }},
	{"nombre", func(x, y dataset.Link) int {
		return cmp.Or(cmp.Compare(x.Supplier, y.Supplier), cmp.Compare(x.Customer, y.Customer))
	}},
}

func value(f *float64) float64 {
	if f == nil {
		return -1
	}
	return *f
}

func (p pages) chain(r *http.Request, a authz.Actor, d dataset.Dataset) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	_, c, err := p.Datasets.Chain(ctx, a, d.ID, q.Get("por"))
	if err != nil {
		return web.Result{}, err
	}
	v := chainView{Dataset: d, Chain: c}
	if v.Sharing, err = p.sharing(ctx, a, d); err != nil {
		return web.Result{}, err
	}
	for _, name := range d.Mapping.Dimensions {
		v.Tabs = append(v.Tabs, ui.Tab{Label: name, URL: URL(d.ID) + "?por=" + url.QueryEscape(name), Here: name == c.Dimension})
	}
	v.Map = mapOf(ctx, d, c, q)
	return web.Show(web.Page{
		Title: d.Name, Lead: i18n.T(ctx, "dataset.analysed", i18n.Args{
			"Cases": i18n.Number(ctx, float64(d.Cases)), "Events": i18n.Number(ctx, float64(d.Events)),
			"From": i18n.Day(ctx, time.UnixMilli(c.FirstAt)), "To": i18n.Day(ctx, time.UnixMilli(c.LastAt)),
		}), Section: layout.Datasets, Crumbs: crumbs(ctx, ui.Crumb{Label: d.Name}), Body: chainPage(v),
	}), nil
}

// mapOf draws the links of a dimension.
func mapOf(ctx context.Context, d dataset.Dataset, c dataset.Chain, q url.Values) chainmap.Args {
	at, nodes := map[string]int{}, []chainmap.Node{}
	node := func(name string) int {
		i, ok := at[name]
		if !ok {
			i = len(nodes)
			at[name] = i
			nodes = append(nodes, chainmap.Node{ID: name, Name: name})
		}
		return i
	}
	for _, p := range c.Posts {
		nodes[node(p.Value)].Wait = waitOf(p.Queue)
	}
	var links []chainmap.Link
	for _, l := range c.Links {
		links = append(links, chainmap.Link{
			From: node(l.Supplier), To: node(l.Customer), URL: linkURL(d.ID, c.Dimension, l.Supplier, l.Customer), N: l.N,
			First: stat.Wilson(l.N-l.Back, l.N), Wait: waitOf(l.Queue), Bounce: chainmap.Bounce{Cases: l.Cases, Back: l.Bounced, Twice: l.Twice},
		})
	}
	g := chainmap.Draw(nodes, links)
	g.Inferred, g.ByClock = true, true
	here := URL(d.ID) + "?por=" + url.QueryEscape(c.Dimension)
	out := chainmap.Args{
		Graph: g, Drawn: mostDrawn, Rows: sorted(g, c, q.Get("orden")), Row: chainmap.RowOf(q.Get("fila")),
		Title: i18n.T(ctx, "dataset.links", i18n.Args{"Dimension": c.Dimension}), Wait: i18n.T(ctx, "dataset.queue"), All: here + "&todos=1",
	}
	if q.Get("todos") != "" {
		out.Drawn, out.Less = 0, here
		here += "&todos=1"
	}
	out.Heads = heads(ctx, out.Wait, here, q.Get("orden"))
	out.Page = func(row int) string {
		return here + "&orden=" + url.QueryEscape(q.Get("orden")) + "&fila=" + strconv.Itoa(row)
	}
	return out
}

func waitOf(w dataset.Wait) chainmap.Wait {
	if w.Median == nil || w.Mean == nil {
		return chainmap.Wait{}
	}
	p85 := w.P85
	if p85 == nil {
		p85 = w.P90
	}
	return chainmap.Wait{N: w.N, P50: seconds(w.Median), P85: seconds(p85), Sum: time.Duration(float64(w.N) * float64(seconds(w.Mean)))}
}

func seconds(f *float64) time.Duration {
	if f == nil {
		return 0
	}
	return time.Duration(*f * float64(time.Second))
}

// sorted are the links of a graph in the order that the address asks for.
func sorted(g chainmap.Graph, c dataset.Chain, by string) []chainmap.Link {
	find := map[string]dataset.Link{}
	for _, l := range c.Links {
		find[l.Supplier+"\x00"+l.Customer] = l
	}
	of := func(l chainmap.Link) dataset.Link { return find[g.Nodes[l.From].Name+"\x00"+g.Nodes[l.To].Name] }
	out := slices.Clone(g.Links)
	for _, o := range orders {
		if o.code == cmp.Or(by, orders[0].code) {
			slices.SortStableFunc(out, func(x, y chainmap.Link) int { return o.compare(of(x), of(y)) })
		}
	}
	return out
}

// heads make the columns of the table sort.
func heads(ctx context.Context, wait, here, by string) []ui.Head {
	out := chainmap.Heads(ctx, wait)
	for i, code := range []string{"nombre", "vuelve", "pases", "rebote", "espera"} {
		out[i].URL = here + "&orden=" + code
		if code == cmp.Or(by, orders[0].code) {
			out[i].Sorted = "descending"
			if code == "nombre" {
				out[i].Sorted = "ascending"
			}
		}
	}
	return out[:len(out):len(out)]
}

func linkURL(d id.Dataset, dimension, from, to string) string {
	return URL(d) + "/eslabon?" + url.Values{"por": {dimension}, "de": {from}, "a": {to}}.Encode()
}

// linkView is one link of a log, with the cases behind its figures.
type linkView struct {
	dataset.Dataset
	dataset.Link
	Dimension string
	Resource  string // column of who did a step, if it is another one
	First     stat.Share
	Modelled  bool
	Chips     []ui.Tab
	Cases     []dataset.Case
	Total     int
	Pager     ui.PagerArgs
	Zone      *time.Location
}

const casesPerPage = 20

// heads are those of the steps of a case; who did them, if the log says so.
func (v linkView) heads(ctx context.Context) []ui.Head {
	out := []ui.Head{{Label: i18n.T(ctx, "dataset.column.when")}, {Label: v.Dimension}, {Label: i18n.T(ctx, "dataset.map.activity")}}
	if v.Resource != "" {
		out = append(out, ui.Head{Label: i18n.T(ctx, "dataset.map.resource")})
	}
	return append(out, ui.Head{Label: i18n.T(ctx, "dataset.column.mark")})
}

// stats are the figures of the link; each opens the cases that it counts.
func (v linkView) stats(ctx context.Context) []ui.StatArgs {
	at := linkURL(v.ID, v.Dimension, v.Supplier, v.Customer)
	returned, all := at+"#casos", at+"&ver=todos#casos"
	first := ui.ShareStat(ctx, i18n.T(ctx, "dataset.first"), v.First, chainmap.Least)
	first.URL = all
	back := i18n.T(ctx, "chainmap.back", i18n.Args{"Back": v.Back, "Cases": v.N})
	out := []ui.StatArgs{first, {Label: i18n.T(ctx, "dataset.bounced"), Figure: back, N: v.N, NoSample: true, URL: returned}}
	if v.Modelled {
		out = append(out, ui.StatArgs{Label: i18n.T(ctx, "dataset.queue_half"), Figure: long(ctx, v.Queue.Median), N: v.Queue.N, NoSample: true, URL: all})
	}
	return append(out, ui.StatArgs{Label: i18n.T(ctx, "dataset.gap_half"), Figure: long(ctx, v.Gap.Median), N: v.N, NoSample: true, URL: all})
}

// link shows the figures of one link and its cases, those that came back first.
func (p pages) link(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), r.URL.Query()
	d, c, err := p.Datasets.Chain(ctx, a, id.Dataset(r.PathValue("dataset")), q.Get("por"))
	if err != nil {
		return web.Result{}, err
	}
	from, to := q.Get("de"), q.Get("a")
	v := linkView{Dataset: d, Dimension: c.Dimension, Modelled: c.Modelled}
	if d.Mapping.Resource != c.Dimension {
		v.Resource = d.Mapping.Resource
	}
	which, see := dataset.Returned, ""
	switch q.Get("ver") {
	case "todos":
		which, see = dataset.Every, "&ver=todos"
	case "rebotes":
		which, see = dataset.PingPong, "&ver=rebotes"
	}
	skip, _ := strconv.Atoi(q.Get("desde")) // what is no number begins at the beginning
	v.Cases, v.Total, err = p.Datasets.Cases(ctx, a, d.ID, c.Dimension, from, to, which, max(0, skip), casesPerPage)
	if err != nil {
		return web.Result{}, err
	}
	v.Link, _ = c.Link(from, to)
	v.First = stat.Wilson(v.N-v.Back, v.N)
	v.Zone = time.UTC
	if z, err := time.LoadLocation(d.Mapping.Zone); err == nil && d.Mapping.Zone != "" {
		v.Zone = z
	}
	here := linkURL(d.ID, c.Dimension, from, to)
	v.Chips = []ui.Tab{
		{Label: i18n.T(ctx, "dataset.cases_returned"), URL: here, Here: which == dataset.Returned, Count: v.Bounced},
		{Label: i18n.T(ctx, "dataset.cases_ping_pong"), URL: here + "&ver=rebotes", Here: which == dataset.PingPong, Count: v.Twice},
		{Label: i18n.T(ctx, "dataset.cases_all"), URL: here + "&ver=todos", Here: which == dataset.Every, Count: v.Link.Cases},
	}
	here += see
	if skip > 0 {
		v.Pager.First = here
	}
	if skip+casesPerPage < v.Total {
		v.Pager.Next = here + "&desde=" + strconv.Itoa(skip+casesPerPage)
	}
	return web.Show(web.Page{
		Title: from + " → " + to, Lead: i18n.T(ctx, "dataset.link_lead", i18n.Args{"Name": d.Name}), Section: layout.Datasets, Body: linkPage(v),
		Crumbs: crumbs(ctx, ui.Crumb{Label: d.Name, URL: URL(d.ID) + "?por=" + url.QueryEscape(c.Dimension)}, ui.Crumb{Label: from + " → " + to}),
	}), nil
}

// long says seconds as people say a time.
func long(ctx context.Context, f *float64) string {
	if f == nil {
		return i18n.T(ctx, "dataset.unknown")
	}
	return i18n.Duration(ctx, seconds(f))
}

// finding says in a sentence what matters.
func finding(ctx context.Context, f dataset.Finding) string {
	pct := func(x *float64) string {
		if x == nil {
			return i18n.T(ctx, "dataset.unknown")
		}
		return i18n.Percent(ctx, *x)
	}
	return i18n.T(ctx, "dataset.finding."+f.Kind, i18n.Args{
		"From": f.Supplier, "To": f.Customer, "Value": f.Value, "N": f.N, "K": f.K, "Share": pct(f.Share), "Low": pct(f.Low), "High": pct(f.High),
		"Median": long(ctx, f.Median), "P90": long(ctx, f.P90),
	})
}
