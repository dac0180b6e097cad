package sheet

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

// StepColumns names the columns of a log that has one row for each step of a
// case, and the customer outside to whom the last step delivers.
type StepColumns struct {
	Case, Activity, Resource, Start, End string
	Customer                             string // empty for the word of the catalogue
}

// ParseStepColumns reads "case=caseid,activity=task,resource=user,start=from,end=until".
func ParseStepColumns(s string) (StepColumns, error) {
	var c StepColumns
	to := map[string]*string{
		"case": &c.Case, "activity": &c.Activity, "resource": &c.Resource, "start": &c.Start, "end": &c.End, "customer": &c.Customer,
	}
	for _, part := range strings.Split(s, ",") {
		name, heading, ok := strings.Cut(part, "=")
		field, known := to[strings.TrimSpace(name)]
		if !ok || !known || *field != "" || strings.TrimSpace(heading) == "" {
			return c, errs.With(errs.Invalid, "sheet.err.steps", errs.Args{"Part": part})
		}
		*field = strings.TrimSpace(heading)
	}
	if c.Case == "" || c.Activity == "" || c.Start == "" || c.End == "" {
		return c, errs.With(errs.Invalid, "sheet.err.steps", errs.Args{"Part": s})
	}
	return c, nil
}

// StepNotes says what Steps did to the times and rows of a log.
type StepNotes struct {
	Cases, Steps, Handoffs int

	Merged     int // steps that joined the one before, at the same station
	Clamped    int // steps that began before the one before had ended: its acceptance is moved to its end
	Problems   []Problem
	FirstStart time.Time
	LastEnd    time.Time
}

// step is one row of the log, or several at the same station in a row.
type step struct {
	row        int
	station    string
	began, did string   // who began and who finished
	between    []string // who else was at work
	start, end time.Time
}

// Steps turns a log of steps into the table that the import of handoffs reads.
// Every step of a case is handed over by its station to the station of the next
// step, and the last one to a customer outside. docs/mapping-production.md says
// which time becomes which, and what happens where steps overlap. With problems
// the table is empty.
func Steps(ctx context.Context, t Table, c StepColumns, zone *time.Location) (Table, StepNotes, error) {
	at, err := c.find(t)
	if err != nil {
		return Table{}, StepNotes{}, err
	}
	if c.Customer == "" {
		c.Customer = i18n.T(ctx, "sheet.steps.customer")
	}
	var notes StepNotes
	cases, order := readSteps(t, at, zone, &notes)
	if len(notes.Problems) > 0 {
		return Table{}, notes, nil
	}
	out := Table{Head: stepHead}
	for _, name := range order {
		out.Rows = append(out.Rows, chain(ctx, name, merge(cases[name], &notes), c.Customer, zone, &notes)...)
	}
	for i := range out.Rows {
		out.Rows[i].Number = i + 2 // below the headings
	}
	notes.Cases, notes.Handoffs = len(order), len(out.Rows)
	return out, notes, nil
}

// find returns the places of the columns, by their headings as they stand.
func (c StepColumns) find(t Table) (map[string]int, error) {
	at := map[string]int{}
	var missing []string
	for _, x := range [][2]string{
		{"case", c.Case}, {"activity", c.Activity}, {"resource", c.Resource}, {"start", c.Start}, {"end", c.End},
	} {
		name, heading := x[0], x[1]
		at[name] = slices.IndexFunc(t.Head, func(h string) bool { return heading != "" && plain(h) == plain(heading) })
		if at[name] < 0 && (heading != "" || name != "resource") {
			missing = append(missing, cmp.Or(heading, name))
		}
	}
	if len(missing) > 0 {
		return nil, errs.With(errs.Invalid, "sheet.err.missing_columns", errs.Args{"Columns": strings.Join(missing, ", ")})
	}
	return at, nil
}

func readSteps(t Table, at map[string]int, zone *time.Location, notes *StepNotes) (map[string][]step, []string) {
	dates := LearnDates(zone, t, at["start"], at["end"])
	cases, order := map[string][]step{}, []string(nil)
	for _, r := range t.Rows {
		cell := func(name string) string { return strings.Join(strings.Fields(r.Cell(at[name])), " ") }
		note := func(name, key string) {
			notes.Problems = append(notes.Problems, Problem{
				Row: r.Number, Column: t.Head[at[name]], Key: key, Value: short(cell(name)),
			})
		}
		s := step{row: r.Number, station: cell("activity"), began: cell("resource")}
		s.did = s.began
		var ok1, ok2 bool
		s.start, ok1 = dates.Parse(at["start"], cell("start"))
		s.end, ok2 = dates.Parse(at["end"], cell("end"))
		name := cell("case")
		switch {
		case name == "":
			note("case", "err.required")
		case s.station == "":
			note("activity", "err.required")
		case !ok1:
			note("start", "err.not_a_date")
		case !ok2:
			note("end", "err.not_a_date")
		case s.end.Before(s.start):
			note("end", "sheet.err.ends_before")
		}
		if cases[name] == nil {
			order = append(order, name)
		}
		cases[name] = append(cases[name], s)
		notes.Steps++
	}
	return cases, order
}

// merge puts the steps of a case in order, and makes one of those that follow
// each other at the same station: a station is not its own customer.
func merge(steps []step, notes *StepNotes) []step {
	slices.SortStableFunc(steps, func(a, b step) int {
		return cmp.Or(a.start.Compare(b.start), a.end.Compare(b.end), a.row-b.row)
	})
	var out []step
	for _, s := range steps {
		if notes.FirstStart.IsZero() || s.start.Before(notes.FirstStart) {
			notes.FirstStart = s.start
		}
		if s.end.After(notes.LastEnd) {
			notes.LastEnd = s.end
		}
		if n := len(out) - 1; n >= 0 && plain(out[n].station) == plain(s.station) {
			notes.Merged++
			out[n].join(s)
			continue
		}
		out = append(out, s)
	}
	return out
}

// join takes a later step at the same station into s.
func (s *step) join(next step) {
	others := append(s.between, s.did, next.did)
	if !next.end.Before(s.end) {
		s.end, s.did = next.end, next.did
	}
	s.between = nil
	for _, o := range others {
		if o != "" && o != s.began && o != s.did && !slices.Contains(s.between, o) {
			s.between = append(s.between, o)
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

var stepHead = []string{
	"key", "order", "supplier", "supplier_kind", "customer", "customer_kind", "service", "title",
	"asked", "taken", "delivered", "closed", "result", "taken_by", "done_by", "accepted_by", "note",
}

// chain returns the handoffs of one case.
func chain(ctx context.Context, name string, steps []step, customer string, zone *time.Location, notes *StepNotes) []Row {
	out := make([]Row, len(steps))
	for i, s := range steps {
		asked, closed := s.start, s.end
		to, kind, acceptedBy := customer, "customer", ""
		if i > 0 {
			asked = earlier(steps[i-1].end, s.start)
		}
		if i < len(steps)-1 {
			next := steps[i+1]
			to, kind, acceptedBy = next.station, "post", next.began
			if closed = next.start; closed.Before(s.end) {
				notes.Clamped++
				closed = s.end
			}
		}
		note := ""
		if len(s.between) > 0 {
			note = i18n.T(ctx, "sheet.steps.others", i18n.Args{"Names": strings.Join(s.between, ", ")})
		}
		at := func(t time.Time) string { return FormatTime(t, zone) }
		out[i] = Row{Cells: []string{
			name + ":" + strconv.Itoa(s.row), name, s.station, "post", to, kind, s.station, s.station + ", " + name,
			at(asked), at(s.start), at(s.end), at(closed), "accepted", s.began, s.did, acceptedBy, note,
		}}
	}
	return out
}
