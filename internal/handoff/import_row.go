package handoff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/sheet"
)

// historyColumns are those of the import and the export of handoffs. Where work
// came back more than once, the cells from "returned" to "redelivered" have one
// part for each time, with | between them.
var historyColumns = sheet.NewColumns(
	sheet.Word{Name: "key", Also: []string{"id", "folio", "import key"}},
	sheet.Word{Name: "supplier", Also: []string{"proveedor interno", "entrega", "from", "de"}},
	sheet.Word{Name: "supplier_kind"},
	sheet.Word{Name: "customer", Also: []string{"cliente interno", "recibe", "to", "para"}},
	sheet.Word{Name: "customer_kind"},
	sheet.Word{Name: "service", Also: []string{"servicio interno"}},
	sheet.Word{Name: "title", Also: []string{"asunto", "subject", "qué", "what"}},
	sheet.Word{Name: "detail", Also: []string{"descripción", "description", "details"}},
	sheet.Word{Name: "order", Also: []string{"pedido del cliente", "orden", "order ref", "customer order"}},
	sheet.Word{Name: "quantity", Also: []string{"cant", "qty", "piezas", "pieces"}},
	sheet.Word{Name: "unit", Also: []string{"unidad de medida"}},
	sheet.Word{Name: "asked", Also: []string{"pedido el", "fecha de petición", "solicitado", "asked at", "requested"}},
	sheet.Word{Name: "need_by", Also: []string{"se necesita para", "need by", "due"}},
	sheet.Word{Name: "taken", Also: []string{"tomado el", "taken at", "started", "inicio"}},
	sheet.Word{Name: "delivered", Also: []string{"entregado el", "delivered at", "fin"}},
	sheet.Word{Name: "delivered_quantity"},
	sheet.Word{Name: "returned", Also: []string{"devuelto el", "returned at"}},
	sheet.Word{Name: "returned_quantity"},
	sheet.Word{Name: "reason", Also: []string{"motivo de devolución", "return reason", "razón"}},
	sheet.Word{Name: "return_note"},
	sheet.Word{Name: "redelivered", Also: []string{"entregado de nuevo", "redelivered at", "delivered again"}},
	sheet.Word{Name: "closed", Also: []string{"cerrado el", "closed at", "aceptado el", "accepted at"}},
	sheet.Word{Name: "result", Also: []string{"estado", "state", "status", "outcome"}},
	sheet.Word{Name: "asked_by", Also: []string{"pedido por", "requested by", "solicitante"}},
	sheet.Word{Name: "taken_by", Also: []string{"tomado por"}},
	sheet.Word{Name: "done_by", Also: []string{"hecho por", "delivered by", "responsable"}},
	sheet.Word{Name: "accepted_by", Also: []string{"aceptado por", "received by", "recibido por"}},
	sheet.Word{Name: "note", Also: []string{"nota de entrega", "delivery note", "comentario", "comment"}},
	sheet.Word{Name: "remark", Also: []string{"observación", "observaciones"}},
	sheet.Word{Name: "tags", Also: []string{"etiqueta", "tag", "labels"}},
	sheet.Word{Name: "priority", Also: []string{"urgencia"}},
)

var timeColumns = []string{"asked", "need_by", "taken", "delivered", "returned", "redelivered", "closed"}

// open is what a file says of a handoff that is not closed.
const open = "open"

var resultWords = sheet.NewWords(
	sheet.Word{Name: string(Accepted), Also: []string{"aceptada", "ok", "conforme"}},
	sheet.Word{Name: string(AcceptedWithRemark), Also: []string{"aceptada con observación", "aceptado con observaciones"}},
	sheet.Word{Name: string(AutoAccepted), Also: []string{"sin respuesta", "no answer"}},
	sheet.Word{Name: string(Returned), Also: []string{"devuelta", "rechazado", "rejected"}},
	sheet.Word{Name: string(Declined), Also: []string{"rehusado", "no se puede"}},
	sheet.Word{Name: string(Cancelled), Also: []string{"cancelada", "canceled", "anulado"}},
	sheet.Word{Name: open, Also: []string{"abierta", "pendiente", "pending", "en curso", "in progress"}},
)

var priorityWords = sheet.NewWords(
	sheet.Word{Name: "normal", Also: []string{"0", "baja", "low", "media", "medium"}},
	sheet.Word{Name: "high", Also: []string{"1"}},
	sheet.Word{Name: "urgent", Also: []string{"2"}},
)

var priorityNames = []string{Normal: "normal", High: "high", Urgent: "urgent"}

// told is one row as it was read, with the column of each step's time.
type told struct {
	Past
	offer   *service
	columns []string

	gone, goneColumn string // an end or a service that takes no new work
}

// read reads one row and notes what is wrong with it.
func (in *history) read(n *sheet.Notes, key string) (told, error) {
	t := told{Past: Past{Kind: Pull, Key: key}}
	if in.f.TooWide(n.Row) {
		n.Add("key", "sheet.err.more_cells")
		return t, nil
	}
	before := len(n.Found)
	if err := in.readEnds(n, &t); err != nil || len(n.Found) > before {
		return t, err
	}
	in.readAsk(n, &t)
	if err := in.readSteps(n, &t); err != nil {
		return t, err
	}
	if t.goneColumn != "" && t.ends().Open() {
		n.Add(t.goneColumn, "org.err.archived", errs.Args{"Name": t.gone})
	}
	return t, nil
}

// ends returns the state in which the row leaves the handoff.
func (t *told) ends() State {
	if len(t.Steps) == 0 {
		return Asked
	}
	return State(t.Steps[len(t.Steps)-1].Kind)
}

func (in *history) readEnds(n *sheet.Notes, t *told) error {
	supplier, err := in.names.node(n, "supplier", "supplier_kind")
	if err != nil {
		return err
	}
	customer, err := in.names.node(n, "customer", "customer_kind")
	if err != nil || supplier.ID == "" || customer.ID == "" {
		return err
	}
	switch {
	case supplier.ID == customer.ID:
		n.Add("customer", "link.err.itself")
		return nil
	case supplier.Outside() && customer.Outside():
		n.Add("customer", "link.err.both_outside")
		return nil
	}
	if t.offer, err = in.names.service(n, supplier); t.offer == nil {
		return err
	}
	t.Ask.Service, t.Ask.Customer = t.offer.ID, customer.ID
	switch {
	case supplier.Archived():
		t.gone, t.goneColumn = supplier.Name, "supplier"
	case customer.Archived():
		t.gone, t.goneColumn = customer.Name, "customer"
	case t.offer.Archived():
		t.gone, t.goneColumn = t.offer.Name, "service"
	}
	return nil
}

// readAsk reads what was asked for, by the check of living work.
func (in *history) readAsk(n *sheet.Notes, t *told) {
	cell := func(column string) string { return n.Fields.Get(n.Row, column) }
	ask := &t.Ask
	ask.Title, ask.Detail, ask.Order, ask.Unit = cell("title"), cell("detail"), cell("order"), cell("unit")
	if ask.Title == "" {
		ask.Title = t.offer.Name
	}
	ask.Tags = strings.FieldsFunc(cell("tags"), func(r rune) bool { return strings.ContainsRune(",;|\n", r) })
	if v := cell("quantity"); v != "" {
		ask.Quantity = quantityOf(n, "quantity", v)
	}
	if v := cell("priority"); v != "" {
		name, _ := priorityWords.Find(v)
		ask.Priority = Priority(slices.Index(priorityNames, name)) // -1 is found by the check
	}
	ask.clean()
	ask.Tags = distinct(ask.Tags)
	n.Bad(ask.check(in.now), map[string]string{"order_ref": "order"})
	ask.NeedBy = in.parse(n, "need_by", cell("need_by"), true)
}

// distinct drops tags that are found as the same.
func distinct(tags []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(tags, func(t string) bool {
		f := i18n.Fold(t)
		twice := seen[f]
		seen[f] = true
		return twice
	})
}

func quantityOf(n *sheet.Notes, column, v string) float64 {
	q, err := link.ParseNumber(v)
	if err != nil {
		n.Add(column, "err.not_a_number")
		return 0
	}
	bad := errs.Bad{}
	if checkQuantity(bad, q); len(bad) > 0 {
		n.Add(column, bad["quantity"])
		return 0
	}
	return q
}

// time reads the moment of a column.
func (in *history) time(n *sheet.Notes, column string) time.Time {
	return in.parse(n, column, n.Fields.Get(n.Row, column), false)
}

// times reads a moment for each part of a cell.
func (in *history) times(n *sheet.Notes, column string) []time.Time {
	var out []time.Time
	for _, v := range sheet.Parts(n.Fields.Get(n.Row, column)) {
		out = append(out, in.parse(n, column, v, false))
	}
	return out
}

// parse reads a moment; only what is still to come may lie ahead.
func (in *history) parse(n *sheet.Notes, column, text string, ahead bool) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, ok := in.dates.Parse(in.f.At(column), text)
	switch {
	case !ok:
		n.Add(column, "err.not_a_date")
	case t.Unix() < 0:
		n.Add(column, "sheet.err.too_old")
	case !ahead && t.After(in.now):
		n.Add(column, "err.future")
	default:
		return t
	}
	return time.Time{}
}

// readKeys returns the key of each row: its own, or one made of its content, so
// that a file without keys is safe to repeat too. Twins get a number.
func (in *history) readKeys() []string {
	const most = 100
	seen := map[string]int{}
	out := make([]string, len(in.t.Rows))
	for i, r := range in.t.Rows {
		if out[i] = in.f.Get(r, "key"); out[i] != "" && len(out[i]) <= most {
			continue
		}
		sum := sha256.New()
		for _, c := range historyColumns.Names() {
			sum.Write([]byte(c + "\x00" + in.f.Get(r, c) + "\x00"))
		}
		out[i] = "row:" + hex.EncodeToString(sum.Sum(nil)[:16])
		if seen[out[i]]++; seen[out[i]] > 1 {
			out[i] += "/" + strconv.Itoa(seen[out[i]])
		}
	}
	return out
}

// existing returns which of the keys are there: brought in by an earlier
// import, or the id of a handoff that was exported from here.
func existing(ctx context.Context, q db.Querier, c id.Company, keys []string) (map[string]bool, error) {
	const most = 1000
	out := map[string]bool{}
	for part := range slices.Chunk(keys, most) {
		found, err := db.Values[string](ctx, q, `
			SELECT import_key FROM handoff WHERE company = ? AND import_key IN `+db.Marks(len(part))+` LIMIT 1000`,
			append([]any{c}, db.Args(part)...)...)
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, k := range part {
			if id.Valid(k) {
				ids = append(ids, k)
			}
		}
		if len(ids) > 0 {
			own, err := db.Values[string](ctx, q, `
				SELECT id FROM handoff WHERE company = ? AND id IN `+db.Marks(len(ids))+` LIMIT 1000`,
				append([]any{c}, db.Args(ids)...)...)
			if err != nil {
				return nil, err
			}
			found = append(found, own...)
		}
		for _, k := range found {
			out[k] = true
		}
	}
	return out, nil
}
