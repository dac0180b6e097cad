package handoff

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/sheet"
)

// Export writes the handoffs that match, page by page, in the columns that
// Import reads. Files, answers and conversations are not part of a table.
func (s *Service) Export(ctx context.Context, a authz.Actor, f Filter, to io.Writer, format sheet.Format) error {
	out, err := s.exporter(ctx, a)
	if err != nil {
		return err
	}
	w, err := sheet.NewWriter(to, format, out.zone, historyColumns.Head(ctx))
	if err != nil {
		return err
	}
	for f.Limit, f.Cursor = MostRows, ""; ; {
		p, err := s.List(ctx, a, f)
		if err != nil {
			return err
		}
		told, err := storiesOf(ctx, s.db, a.Company, p.Rows)
		if err != nil {
			return err
		}
		for _, h := range p.Rows {
			if err := w.Row(out.row(ctx, h, told[h.ID])...); err != nil {
				return err
			}
		}
		if f.Cursor = p.Next; f.Cursor == "" {
			return w.Close()
		}
	}
}

// exporter knows what an export needs to name things.
type exporter struct {
	tree   org.Tree
	offers map[id.Service]link.Offer
	people map[id.Person]string
	zone   *time.Location
}

func (s *Service) exporter(ctx context.Context, a authz.Actor) (*exporter, error) {
	x := &exporter{offers: map[id.Service]link.Offer{}, people: map[id.Person]string{}}
	c, err := setting.Get(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	x.zone = c.Location()
	if x.tree, err = org.LoadTree(ctx, s.db, a.Company); err != nil {
		return nil, err
	}
	offers, err := link.LoadOffers(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		x.offers[o.ID] = o
	}
	people, err := org.LoadPeople(ctx, s.db, a.Company)
	called := map[string]int{}
	for _, p := range people {
		called[i18n.Fold(p.Name)]++
	}
	for _, p := range people {
		x.people[p.ID] = p.Name
		if a.Owner && p.Email != "" && called[i18n.Fold(p.Name)] > 1 {
			x.people[p.ID] = p.Email // the name alone would not say who
		}
	}
	return x, err
}

// storiesOf returns the steps of each of the handoffs of a page, oldest first.
func storiesOf(ctx context.Context, q db.Querier, c id.Company, hs []Handoff) (map[id.Handoff][]Event, error) {
	out := make(map[id.Handoff][]Event, len(hs))
	if len(hs) == 0 {
		return out, nil
	}
	args := []any{c}
	for _, h := range hs {
		args = append(args, h.ID)
	}
	es, err := db.All(ctx, q, (*Event).dest, `
		SELECT `+eventColumns+` FROM `+eventTables+` WHERE e.company = ? AND e.handoff IN `+db.Marks(len(hs))+`
			AND e.kind NOT IN ('commented', 'assigned', 'changed')
		ORDER BY e.handoff, e.seq LIMIT 100000`, args...)
	for _, e := range es {
		out[e.Handoff] = append(out[e.Handoff], e)
	}
	return out, err
}

// steps is the story of a handoff as one row has it.
type steps struct {
	asked, taken, delivered, closed                  time.Time
	deliveredQty, returned, returnedQty              []any
	reasons, returnNotes, again, notes               []any
	remark, askedBy, takenBy, deliveredBy, decidedBy string
}

func (x *exporter) steps(h Handoff, story []Event) (s steps) {
	s.askedBy = x.people[h.AskedBy]
	reasons := x.offers[h.Service].Reasons
	for _, e := range story {
		at, who := e.HappenedAt.Time, x.people[e.Actor]
		switch e.Kind {
		case EventKind(Asked):
			s.asked = at
		case Redirected: // the new supplier begins anew
			s = steps{asked: s.asked, askedBy: s.askedBy}
		case EventKind(Taken):
			s.taken, s.takenBy = at, who
		case EventKind(Delivered):
			if s.delivered.IsZero() {
				s.delivered = at
			} else {
				s.again = append(s.again, at)
			}
			s.deliveredBy = who
			s.deliveredQty, s.notes = append(s.deliveredQty, e.Quantity), append(s.notes, e.Note)
		case EventKind(Returned):
			s.returned, s.returnedQty = append(s.returned, at), append(s.returnedQty, e.Quantity)
			s.reasons, s.returnNotes = append(s.reasons, link.TextOf(reasons, e.Reason)), append(s.returnNotes, e.Note)
			s.decidedBy = who
		case EventKind(Accepted), EventKind(AcceptedWithRemark):
			s.closed, s.remark, s.decidedBy = at, e.Note, who
		case EventKind(Declined):
			s.closed, s.remark, s.deliveredBy = at, e.Note, who
		case EventKind(Cancelled):
			s.closed, s.remark = at, e.Note
		case AutoAccepted:
			s.closed = at
		case Commented, Assigned, Changed, Paused, Resumed:
		}
	}
	return s
}

func (x *exporter) row(ctx context.Context, h Handoff, story []Event) []any {
	s := x.steps(h, story)
	result := string(h.State)
	switch {
	case h.State.Open() && h.State != Returned:
		result = open
	case h.Auto:
		result = string(AutoAccepted)
	}
	key := h.ImportKey
	if key == "" {
		key = string(h.ID)
	}
	supplier, _ := x.tree.Node(h.Supplier)
	customer, _ := x.tree.Node(h.Customer)
	return []any{
		key, x.tree.Path(h.Supplier), org.SayKind(ctx, supplier.Kind), x.tree.Path(h.Customer), org.SayKind(ctx, customer.Kind),
		h.ServiceName, h.Title, h.Detail, h.Order, quantity(h.Quantity), h.Unit, s.asked, h.NeedBy.Time, s.taken,
		s.delivered, x.cell(s.deliveredQty), x.cell(s.returned), x.cell(s.returnedQty), x.cell(s.reasons), x.cell(s.returnNotes),
		x.cell(s.again), s.closed, resultWords.Say(ctx, result), s.askedBy, s.takenBy, s.deliveredBy, s.decidedBy,
		x.cell(s.notes), s.remark, strings.Join(h.Tags, ", "), priorityWords.Say(ctx, priorityNames[h.Priority]),
	}
}

func quantity(q float64) any {
	if q == 0 {
		return nil // it is not counted
	}
	return q
}

// cell writes what happened several times as the parts of one cell, and what
// happened once as it is.
func (x *exporter) cell(vs []any) any {
	lines, said := make([]string, len(vs)), false
	for i, v := range vs {
		switch v := v.(type) {
		case time.Time:
			lines[i] = sheet.FormatTime(v, x.zone)
		case float64:
			lines[i] = sheet.FormatNumber(v)
		case string:
			lines[i] = v
		}
		said = said || lines[i] != "" && lines[i] != "0"
	}
	if !said {
		return nil
	}
	if _, words := vs[0].(string); len(vs) == 1 && !words {
		return vs[0]
	}
	return sheet.JoinParts(lines)
}
