package links

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/chainmap"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// drawn is how many links the map begins with; the others are one tap away.
const drawn = 200

// periods are how many days back the chain may look.
var periods = []int{30, promises.Days, 180, 365}

// chainQuery is what the address of the chain asks for.
type chainQuery struct {
	days                   int
	service                id.Service
	order, relation, place string
	all                    bool
}

func chainQueryOf(q url.Values) chainQuery {
	out := chainQuery{
		days: promises.Days, service: id.Service(q.Get("servicio")), order: q.Get("pedido"), relation: q.Get("relacion"), place: q.Get("area"),
		all: q.Get("todo") == "1",
	}
	for _, d := range periods {
		if q.Get("dias") == strconv.Itoa(d) {
			out.days = d
		}
	}
	return out
}

// url is the address of the query; it names only what differs from the usual.
func (q chainQuery) url() string { return q.page(0) }

// page is that of the query with its table from a row on.
func (q chainQuery) page(row int) string {
	v := url.Values{}
	set := func(name, value string, said bool) {
		if said {
			v.Set(name, value)
		}
	}
	set("dias", strconv.Itoa(q.days), q.days != promises.Days)
	set("servicio", string(q.service), q.service != "")
	set("pedido", q.order, q.order != "")
	set("relacion", q.relation, q.relation != "")
	set("area", q.place, q.place != "")
	set("todo", "1", q.all)
	set("fila", strconv.Itoa(row), row > 0)
	if len(v) == 0 {
		return "/cadena"
	}
	return "/cadena?" + v.Encode()
}

func (q chainQuery) with(change func(*chainQuery)) chainQuery {
	change(&q)
	return q
}

// narrowed reports whether the query shows a part of the network only.
func (q chainQuery) narrowed() bool {
	return q.service != "" || q.order != "" || q.relation != "" || q.place != ""
}

func (q chainQuery) filter(now time.Time) handoff.ChainFilter {
	return handoff.ChainFilter{
		Since: now.UTC().AddDate(0, 0, -q.days), Service: q.service, Order: q.order, Relation: org.Relation(q.relation), Area: id.Node(q.place),
	}
}

// chainView is the page of the chain.
type chainView struct {
	Query  chainQuery
	Fields []ui.FieldArgs
	Active []ui.Tab        // what narrows it; each takes itself away
	Links  int             // that the map tells of
	Map    templ.Component // nothing without links
	Kept   promises.Args   // of the whole company; nothing while a part of it is shown
}

// chain shows who supplies whom, how much and how well.
func (p pages) chain(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, q := r.Context(), chainQueryOf(r.URL.Query())
	c, err := p.Handoffs.Chain(ctx, a, q.filter(i18n.Now(ctx)))
	if err != nil {
		return web.Result{}, err
	}
	v := chainView{Query: q}
	if !q.narrowed() {
		if v.Kept, err = p.kept(ctx, a, ""); err != nil {
			return web.Result{}, err
		}
	}
	var options []ui.Option
	for _, s := range c.Offers {
		options = append(options, ui.Option{Value: string(s.ID), Label: s.Name})
	}
	v.ask(ctx, q, options, c.Areas)
	d, err := p.drawings.of(ctx, a.Company, c, q, chainmap.RowOf(r.URL.Query().Get("fila")))
	if err != nil {
		return web.Result{}, err
	}
	v.Links, v.Map = d.links, templ.Raw(d.text)
	return web.Show(web.Page{
		Title: i18n.T(ctx, "chain.title"), Lead: i18n.T(ctx, "chain.lead", i18n.Args{"N": v.Links, "Days": q.days}),
		Section: layout.Chain, Body: chainPage(v),
	}), nil
}

// ask makes the fields of the filter, and says which of them narrow the page.
func (v *chainView) ask(ctx context.Context, q chainQuery, services []ui.Option, areas []org.Node) {
	any := ui.Option{Label: i18n.T(ctx, "chain.any")}
	pick := func(name, label, value string, options []ui.Option) ui.FieldArgs {
		return ui.FieldArgs{Name: name, Label: i18n.T(ctx, label), Type: "select", Value: value, Options: options, Blank: true}
	}
	var times, relations, places []ui.Option
	for _, d := range periods {
		times = append(times, ui.Option{Value: strconv.Itoa(d), Label: i18n.T(ctx, "chain.days", i18n.Args{"Days": d})})
	}
	for _, x := range org.Relations {
		relations = append(relations, ui.Option{Value: string(x), Label: relationWord(ctx, x)})
	}
	for _, n := range areas {
		places = append(places, ui.Option{Value: string(n.ID), Label: n.Name})
	}
	v.Fields = []ui.FieldArgs{
		pick("dias", "chain.period", strconv.Itoa(q.days), times),
		pick("servicio", "chain.service", string(q.service), append([]ui.Option{any}, services...)),
		{Name: "pedido", Label: i18n.T(ctx, "chain.order"), Value: q.order, Blank: true, Auto: "off"},
		pick("relacion", "chain.relation", q.relation, append([]ui.Option{any}, relations...)),
		pick("area", "chain.area", q.place, append([]ui.Option{any}, places...)),
	}
	without := func(key, said string, change func(*chainQuery)) {
		if said != "" {
			v.Active = append(v.Active, ui.Tab{Label: i18n.T(ctx, key, i18n.Args{"Value": said}), URL: q.with(change).url(), Here: true})
		}
	}
	without("chain.only_service", labelOf(services, string(q.service)), func(q *chainQuery) { q.service = "" })
	without("chain.only_order", q.order, func(q *chainQuery) { q.order = "" })
	without("chain.only_relation", labelOf(relations, q.relation), func(q *chainQuery) { q.relation = "" })
	without("chain.only_area", labelOf(places, q.place), func(q *chainQuery) { q.place = "" })
}

func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

// GraphOf is the network as the map draws it. What did not move is drawn as
// well, unless only what moved was asked for.
func GraphOf(ctx context.Context, c handoff.Chain, moved bool) chainmap.Graph {
	at := map[id.Node]int{}
	var nodes []chainmap.Node
	words := map[org.Relation]string{}
	for _, x := range org.Relations {
		words[x] = relationWord(ctx, x)
	}
	place := func(n org.Node) int {
		i, known := at[n.ID]
		if !known {
			i = len(nodes)
			at[n.ID] = i
			q := c.Queues[n.ID]
			nodes = append(nodes, chainmap.Node{
				ID: string(n.ID), Name: n.Name, URL: nodeURL(n.ID), Group: c.Tree.Name(n.Parent), Outside: n.Outside(),
				Wait: waitOf(q),
			})
		}
		return i
	}
	var links []chainmap.Link
	for _, e := range c.Edges {
		from, _ := c.Tree.Node(e.Supplier)
		to, _ := c.Tree.Node(e.Customer)
		if !e.Moved() && (moved || from.Archived() || to.Archived()) {
			continue
		}
		links = append(links, chainmap.Link{
			From: place(from), To: place(to), URL: URL(e.ID), Relation: words[e.Relation], N: e.Delivered, First: e.FirstTime,
			Wait: waitOf(e.Queue), Bounce: chainmap.Bounce(e.Bounce),
		})
	}
	return chainmap.Draw(nodes, links)
}

func waitOf(q handoff.Queue) chainmap.Wait {
	return chainmap.Wait{N: q.N, P50: q.P50, P85: q.P85, Sum: q.Sum}
}
