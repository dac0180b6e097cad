package repeat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const (
	columns = `r.id, r.service, r.customer, r.title, r.detail, r.answers, r.order_ref, r.quantity, r.unit, r.priority, r.kind,
		r.weekdays, r.month_day, r.nth, r.at_minute, r.closed, r.ahead, r.starts_on, r.ends_on, r.state, r.why, r.through,
		r.version, r.made_by, r.made_at, o.node, o.name, s.name, c.name, COALESCE(k.name, '')`
	tables = `repeat r
		JOIN service o ON o.company = r.company AND o.id = r.service
		JOIN node s ON s.company = o.company AND s.id = o.node
		JOIN node c ON c.company = r.company AND c.id = r.customer
		LEFT JOIN person k ON k.company = r.company AND k.id = r.made_by`
)

func (r *Repeat) dest() []any {
	return []any{
		&r.ID, &r.Service, &r.Customer, &r.Title, &r.Detail,
		asMap{&r.Answers},
		&r.Order, &r.Quantity, &r.Unit, &r.Priority, &r.Kind,
		asDays{&r.Weekdays},
		&r.Day, &r.Nth,
		asMinutes{&r.At},
		&r.Closed, &r.Ahead, &r.Starts, &r.Ends, &r.State, &r.Why, &r.Through,
		&r.Version, &r.MadeBy, &r.MadeAt, &r.Supplier, &r.ServiceName, &r.SupplierName, &r.CustomerName, &r.MadeByName,
	}
}

// asMap reads a JSON object from a TEXT column.
type asMap struct{ to *map[string]string }

// Scan satisfies [database/sql.Scanner].
func (m asMap) Scan(v any) error { return json.Unmarshal([]byte(text(v)), m.to) }

// asDays reads weekdays that are kept as "1,3,5", Sunday being 0.
type asDays struct{ to *[]time.Weekday }

// Scan satisfies [database/sql.Scanner].
func (d asDays) Scan(v any) error {
	for _, s := range strings.Split(text(v), ",") {
		if n, err := strconv.Atoi(s); err == nil {
			*d.to = append(*d.to, time.Weekday(n))
		}
	}
	return nil
}

// asMinutes reads an hour of the day from a BIGINT of minutes.
type asMinutes struct{ to *time.Duration }

// Scan satisfies [database/sql.Scanner].
func (m asMinutes) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("repeat: cannot read %T as minutes", v)
	}
	*m.to = time.Duration(n) * time.Minute
	return nil
}

func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	}
	return ""
}

func weekdaysText(days []time.Weekday) string {
	out := make([]string, len(days))
	for i, d := range days {
		out[i] = strconv.Itoa(int(d))
	}
	return strings.Join(out, ",")
}

func answersText(m map[string]string) string {
	if m == nil {
		m = map[string]string{}
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

func get(ctx context.Context, q db.Querier, c id.Company, r id.Repeat) (Repeat, error) {
	var out Repeat
	err := q.Row(ctx, out.dest(), `SELECT `+columns+` FROM `+tables+` WHERE r.company = ? AND r.id = ?`, c, r)
	if errors.Is(err, db.ErrNotFound) {
		return Repeat{}, errs.New(errs.NotFound, "repeat.err.not_found")
	}
	return out, err
}

func all(ctx context.Context, q db.Querier, c id.Company) ([]Repeat, error) {
	return db.All(ctx, q, (*Repeat).dest, `
		SELECT `+columns+` FROM `+tables+` WHERE r.company = ? ORDER BY r.id DESC LIMIT 2000`, c)
}

// active returns the ids of the repeats of a company that may have to ask.
func active(ctx context.Context, q db.Querier, c id.Company) ([]id.Repeat, error) {
	return db.Values[id.Repeat](ctx, q, `
		SELECT id FROM repeat WHERE company = ? AND state = 'active' ORDER BY id LIMIT 2000`, c)
}

func insert(ctx context.Context, tx *db.Tx, r Repeat) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO repeat (company, id, service, customer, title, detail, answers, order_ref, quantity, unit, priority, kind,
			weekdays, month_day, nth, at_minute, closed, ahead, starts_on, ends_on, state, why, through, version, made_by, made_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Company, r.ID, r.Service, r.Customer, r.Title, r.Detail, answersText(r.Answers), r.Order, r.Quantity, r.Unit, r.Priority,
		r.Kind, weekdaysText(r.Weekdays), r.Rule.Day, r.Nth, int64(r.At/time.Minute), r.Closed, r.Ahead, r.Starts, r.Ends, r.State,
		r.Why, r.Through, r.Version, r.MadeBy, r.MadeAt)
	return err
}

// update writes r only if nobody wrote to it since version was.
func update(ctx context.Context, tx *db.Tx, was int64, r Repeat) error {
	n, err := tx.Exec(ctx, `
		UPDATE repeat SET service = ?, customer = ?, title = ?, detail = ?, answers = ?, order_ref = ?, quantity = ?, unit = ?,
			priority = ?, kind = ?, weekdays = ?, month_day = ?, nth = ?, at_minute = ?, closed = ?, ahead = ?, starts_on = ?,
			ends_on = ?, state = ?, why = ?, through = ?, version = ?
		WHERE company = ? AND id = ? AND version = ?`,
		r.Service, r.Customer, r.Title, r.Detail, answersText(r.Answers), r.Order, r.Quantity, r.Unit, r.Priority, r.Kind,
		weekdaysText(r.Weekdays), r.Rule.Day, r.Nth, int64(r.At/time.Minute), r.Closed, r.Ahead, r.Starts, r.Ends, r.State, r.Why,
		r.Through, r.Version, tx.Company, r.ID, was)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "err.changed_meanwhile")
	}
	return err
}

// note writes what became of one day, and says whether it was the first to.
func note(ctx context.Context, tx *db.Tx, r id.Repeat, o Occurrence) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO occurrence (company, repeat, day, falls_on, state, late, handoff, by_whom, noted_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (company, repeat, day) DO NOTHING`,
		tx.Company, r, o.Named, o.Falls, o.State, o.Late, o.Handoff, o.By, tx.Now)
	return n > 0, err
}

func setHandoff(ctx context.Context, tx *db.Tx, r id.Repeat, day string, h id.Handoff) error {
	_, err := tx.Exec(ctx, `
		UPDATE occurrence SET handoff = ? WHERE company = ? AND repeat = ? AND day = ?`, h, tx.Company, r, day)
	return err
}

func (o *Occurrence) dest() []any {
	return []any{&o.Named, &o.Falls, &o.State, &o.Late, &o.Handoff, &o.By, &o.Number}
}

// occurrences returns what became of the days of a repeat from a date on, the
// latest first.
func occurrences(ctx context.Context, q db.Querier, c id.Company, r id.Repeat, from string, limit int) ([]Occurrence, error) {
	return db.All(ctx, q, (*Occurrence).dest, `
		SELECT x.day, x.falls_on, x.state, x.late, x.handoff, x.by_whom, COALESCE(h.number, 0)
		FROM occurrence x LEFT JOIN handoff h ON h.company = x.company AND h.id = x.handoff
		WHERE x.company = ? AND x.repeat = ? AND x.day >= ? ORDER BY x.day DESC LIMIT ?`, c, r, from, limit)
}
