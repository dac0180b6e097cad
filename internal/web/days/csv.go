package days

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/sheet"
	"github.com/eslabon/eslabon/internal/web"
)

// export gives out the list that the page shows, all pages of it, as a table
// that any spreadsheet opens and that can be imported again.
func (p pages) export(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	n, ok := tree.Node(id.Node(r.PathValue("node")))
	if !ok {
		return web.Result{}, errs.New(errs.NotFound, "org.err.no_node")
	}
	q, nodes := parse(r.URL.Query(), true), tree.Under(n.ID)
	if q.alone {
		nodes = slices.Clip(nodes[:1])
	}
	var out bytes.Buffer
	if err := p.Handoffs.Export(ctx, a, q.filter(nodes, i18n.Zone(ctx)), &out, sheet.CSV); err != nil {
		return web.Result{}, err
	}
	name := i18n.T(ctx, "team.csv_name", i18n.Args{"Team": n.Name, "Day": i18n.Today(ctx)})
	return web.Send(web.File{Name: name, Type: "text/csv; charset=utf-8", Body: out.Bytes()}), nil
}
