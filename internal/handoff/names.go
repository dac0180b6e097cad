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
	args, n := []any{}, 0
	lists := []*[]string{&nodes, &services, &people}
	for _, l := range lists {
		slices.Sort(*l)
		*l = slices.Compact(*l)
		n = max(n, len(*l))
	}
	n = rounded(n)
	for _, l := range lists {
		args = append(append(args, c), padded(*l, n)...)
	}
	marks := db.Marks(n)
	found, err := db.All(ctx, q, (*named).dest, `
		SELECT id, name FROM node WHERE company = ? AND id IN `+marks+`
		UNION ALL SELECT id, name FROM service WHERE company = ? AND id IN `+marks+`
		UNION ALL SELECT id, name FROM person WHERE company = ? AND id IN `+marks+` LIMIT 2000`, args...)
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

// rounded is the power of two that is not below n: the texts of statements with
// a list are few, and each is planned once.
func rounded(n int) int {
	out := 1
	for out < n {
		out *= 2
	}
	return out
}

// padded are the arguments of a list of n places: the last value fills it up.
func padded[T any](vs []T, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = vs[min(i, len(vs)-1)]
	}
	return out
}
