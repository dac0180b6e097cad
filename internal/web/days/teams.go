package days

import (
	"context"
	"net/http"
	"slices"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// teamRow is one node with what it has on its hands.
type teamRow struct {
	org.Node
	path string // of what is above it
	load handoff.Load
}

// teamTable is several nodes side by side.
type teamTable struct {
	rows  []teamRow
	quiet int // nodes with nothing on their hands, which are not shown
}

// late counts the teams that are late with something.
func (t teamTable) late() int {
	n := 0
	for _, r := range t.rows {
		if r.load.Late > 0 {
			n++
		}
	}
	return n
}

// teamTable reads what the nodes that the actor leads have on their hands:
// those that are late first. What is quiet is only counted.
func (p pages) teamTable(ctx context.Context, a authz.Actor) (*teamTable, error) {
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	all, err := p.loaded(ctx, a, tree, func(n org.Node) bool { return a.Leading(n.ID) })
	if err != nil {
		return nil, err
	}
	busy := slices.DeleteFunc(slices.Clone(all), func(r teamRow) bool { return r.load == handoff.Load{} })
	slices.SortStableFunc(busy, func(x, y teamRow) int {
		if x.load.Late != y.load.Late {
			return y.load.Late - x.load.Late
		}
		return y.load.Open + y.load.ToAccept - x.load.Open - x.load.ToAccept
	})
	return &teamTable{rows: busy, quiet: len(all) - len(busy)}, nil
}

// loaded returns the wanted nodes inside with their loads, in the order of the
// tree.
func (p pages) loaded(ctx context.Context, a authz.Actor, tree org.Tree, wanted func(org.Node) bool) ([]teamRow, error) {
	var rows []teamRow
	var ids []id.Node
	tree.Walk(func(n org.Node, _ int) {
		if !n.Outside() && !n.Archived() && wanted(n) {
			rows, ids = append(rows, teamRow{Node: n, path: tree.Path(n.Parent)}), append(ids, n.ID)
		}
	})
	loads, err := p.Handoffs.Loads(ctx, a, ids...)
	for i := range rows {
		rows[i].load = loads[rows[i].ID]
	}
	return rows, err
}

// myTeam leads to the first node that the actor belongs to or leads; who
// belongs to none chooses one.
func (p pages) myTeam(_ *http.Request, a authz.Actor) (web.Result, error) {
	for _, n := range append(slices.Clone(a.Nodes), a.Own...) {
		return web.Go(teamOf(n)), nil
	}
	return web.Go("/equipo/todos"), nil
}

// teams lists every node of the company, to choose one.
func (p pages) teams(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	rows, err := p.loaded(ctx, a, tree, func(org.Node) bool { return true })
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "team.all.title"), Lead: i18n.T(ctx, "team.all.lead"), Section: layout.Team, Body: allTeams(rows),
		Crumbs: []ui.Crumb{{Label: i18n.T(ctx, "ui.place.team"), URL: "/equipo"}, {Label: i18n.T(ctx, "team.all.crumb")}},
	}), nil
}
