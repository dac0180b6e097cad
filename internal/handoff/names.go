package handoff

import (
	"context"
	"slices"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// named is one name that rows are shown with. Ids are of one kind for ever: no
// person has that of a node.
type named struct{ id, name string }

func (n *named) dest() []any { return []any{&n.id, &n.name} }

// name looks up the names that people know the ends, the services and the
// people of rows by. The rows of a list share them: it is quicker to read each
// once than to join them to every row.
func name(ctx context.Context, q db.Querier, c id.Company, rows []Handoff) error {
	if len(rows) == 0 {
		return nil
	}
	var nodes, services, people []string
	for _, h := range rows {
		nodes = append(nodes, string(h.Supplier), string(h.Customer))
		services = append(services, string(h.Service))
		people = append(people, string(h.Assignee), string(h.AskedBy))
	}
	in, args := "", []any{}
	for _, l := range [][]string{nodes, services, people} {
		slices.Sort(l)
		cond, list := db.InList(slices.Compact(l))
		in, args = cond, append(append(args, c), list...)
	}
	found, err := db.All(ctx, q, (*named).dest, `
		SELECT id, name FROM node WHERE company = ? AND id `+in+`
		UNION ALL SELECT id, name FROM service WHERE company = ? AND id `+in+`
		UNION ALL SELECT id, name FROM person WHERE company = ? AND id `+in+` LIMIT 2000`, args...)
	if err != nil {
		return err
	}
	of := make(map[string]string, len(found))
	for _, f := range found {
		of[f.id] = f.name
	}
	for i := range rows {
		h := &rows[i]
		h.SupplierName, h.CustomerName, h.ServiceName = of[string(h.Supplier)], of[string(h.Customer)], of[string(h.Service)]
		h.AssigneeName, h.AskedByName = of[string(h.Assignee)], of[string(h.AskedBy)]
	}
	return nil
}
