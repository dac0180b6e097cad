package orgs

import (
	"bytes"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/sheet"
	"github.com/eslabon/eslabon/internal/web"
)

// examples are the columns that most companies need of each file; the row below
// them is in the catalogue, so that it reads as the rest of the file.
var examples = map[string][]string{
	"people":   {"name", "email", "language", "area", "team", "post", "leads"},
	"services": {"node", "name", "kind", "detail", "unit", "take", "deliver", "target", "requirements", "reasons", "fields"},
	"history": {
		"key", "supplier", "customer", "service", "title", "order", "quantity", "unit", "asked", "taken", "delivered",
		"returned", "reason", "redelivered", "closed", "result", "asked_by", "done_by", "accepted_by",
	},
}

// template is a file to fill in: the headings, and one row as an example.
func (p pages) template(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	m, err := find(r.PathValue("what"))
	if err != nil {
		return web.Result{}, err
	}
	if err := a.MustOwn(); err != nil {
		return web.Result{}, err
	}
	var head []string
	var row []any
	for _, c := range examples[m.code] {
		head = append(head, i18n.T(ctx, "sheet.column."+c))
		row = append(row, i18n.T(ctx, "orgpage.example."+m.code+"."+c))
	}
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, sheet.CSV, time.UTC, head)
	if err == nil {
		err = w.Row(row...)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Send(web.File{
		Name: i18n.T(ctx, "orgpage.import.template_name."+m.code) + ".csv", Type: types["csv"], Body: b.Bytes(),
	}), nil
}
