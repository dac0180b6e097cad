package handoff

import (
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/sheet"
)

// life is what a row says of when what happened.
type life struct {
	asked, taken, delivered, closed time.Time
	returned, redelivered           []time.Time

	result                          string
	askedBy, takenBy, doneBy, accBy id.Person
}

// readSteps reads when a handoff was asked for and what happened to it then.
func (in *history) readSteps(n *sheet.Notes, t *told) error {
	l := life{
		asked: in.time(n, "asked"), taken: in.time(n, "taken"), delivered: in.time(n, "delivered"),
		closed: in.time(n, "closed"), returned: in.times(n, "returned"), redelivered: in.times(n, "redelivered"),
		askedBy: in.names.person(n, "asked_by"), takenBy: in.names.person(n, "taken_by"),
		doneBy: in.names.person(n, "done_by"), accBy: in.names.person(n, "accepted_by"),
	}
	if l.takenBy == "" {
		l.takenBy = l.doneBy
	}
	in.readResult(n, &l)
	if len(n.Found) > 0 {
		return nil
	}
	l.begin(n, t)
	if !l.taken.IsZero() {
		t.add(Taken, l.takenBy, "taken", l.taken, Step{})
	}
	if err := in.readDeliveries(n, t, l); err != nil || len(n.Found) > 0 {
		return err
	}
	l.end(n, t)
	t.inOrder(n)
	return nil
}

// begin notes who asked, and when: without a time of asking the supplier
// handed on by itself.
func (l life) begin(n *sheet.Notes, t *told) {
	t.Ask.HappenedAt, t.By = l.asked, l.askedBy
	if !l.asked.IsZero() {
		return
	}
	if l.delivered.IsZero() || !l.taken.IsZero() {
		n.Add("asked", "err.required")
	}
	t.Kind, t.Ask.HappenedAt, t.By = Push, l.delivered, l.doneBy
}

func (t *told) add(to State, by id.Person, column string, at time.Time, in Step) {
	in.HappenedAt = at
	t.Steps = append(t.Steps, PastStep{Kind: EventKind(to), By: by, Step: in})
	t.columns = append(t.columns, column)
}

// readResult reads how it ended. Without a word, what has an end after a
// delivery was accepted, and what has none is open.
func (in *history) readResult(n *sheet.Notes, l *life) {
	v := n.Fields.Get(n.Row, "result")
	switch name, ok := resultWords.Find(v); {
	case v != "" && !ok:
		n.Add("result", "err.unknown")
	case v != "":
		l.result = name
	case l.closed.IsZero():
		l.result = open
	case n.Fields.Get(n.Row, "remark") != "":
		l.result = string(AcceptedWithRemark)
	default:
		l.result = string(Accepted)
	}
	if l.result == string(Returned) && len(l.returned) == 0 && !l.closed.IsZero() {
		l.returned, l.closed = []time.Time{l.closed}, time.Time{}
	}
	opens := l.result == open || l.result == string(Returned)
	switch {
	case len(n.Found) > 0:
	case opens && !l.closed.IsZero():
		n.Add("closed", "sheet.err.not_closed")
	case !opens && l.closed.IsZero():
		n.Add("closed", "err.required")
	case l.result == string(Returned) && len(l.returned) != len(l.redelivered)+1:
		n.Add("result", "sheet.err.not_returned")
	}
}

// readDeliveries reads the deliveries and what came back between them.
func (in *history) readDeliveries(n *sheet.Notes, t *told, l life) error {
	rounds := len(l.returned)
	switch {
	case l.delivered.IsZero() && rounds+len(l.redelivered) > 0:
		n.Add("delivered", "err.required")
		return nil
	case l.delivered.IsZero():
		return nil
	case len(l.redelivered) > rounds:
		n.Add("returned", "err.required")
		return nil
	case len(l.redelivered) < rounds-1:
		n.Add("redelivered", "sheet.err.parts", errs.Args{"N": rounds})
		return nil
	}
	deliveries := 1 + len(l.redelivered)
	delivered := in.quantities(n, "delivered_quantity", deliveries)
	returned := in.quantities(n, "returned_quantity", rounds)
	reasons, notes := in.parts(n, "reason", rounds), in.parts(n, "return_note", rounds)
	handed := in.parts(n, "note", deliveries)
	if len(n.Found) > 0 {
		return nil
	}
	t.add(Delivered, l.doneBy, "delivered", l.delivered, Step{Quantity: delivered[0], Note: handed[0]})
	for i := range rounds {
		reason, note, err := in.names.reason(n, t.offer, reasons[i], notes[i])
		if err != nil {
			return err
		}
		t.add(Returned, l.accBy, "returned", l.returned[i], Step{Quantity: returned[i], Reason: reason, Note: note})
		if i < len(l.redelivered) {
			t.add(Delivered, l.doneBy, "redelivered", l.redelivered[i], Step{Quantity: delivered[i+1], Note: handed[i+1]})
		}
	}
	return nil
}

// end notes the last step of what is closed.
func (l life) end(n *sheet.Notes, t *told) {
	to := State(l.result)
	by := map[State]id.Person{Accepted: l.accBy, AcceptedWithRemark: l.accBy, Declined: l.doneBy, Cancelled: l.askedBy}
	if EventKind(to) == AutoAccepted {
		t.add(to, "", "closed", l.closed, Step{})
		return
	}
	who, closes := by[to]
	if !closes {
		return
	}
	note := n.Fields.Get(n.Row, "remark")
	if to == Declined && note == "" {
		note = n.Fields.Get(n.Row, "reason")
	}
	if to.NeedsNote() && note == "" {
		n.Add("remark", "err.required")
	}
	t.add(to, who, "closed", l.closed, Step{Note: note, ConfirmTime: true})
}

// inOrder notes a step that happened before the one before it.
func (t *told) inOrder(n *sheet.Notes) {
	last, before := t.Ask.HappenedAt, "asked"
	for i, st := range t.Steps {
		if st.Step.HappenedAt.Before(last) {
			n.Add(t.columns[i], "sheet.err.before", errs.Args{"Column": n.Fields.Heading(before)})
			return
		}
		last, before = st.Step.HappenedAt, t.columns[i]
	}
}

// parts reads a part for each of the steps that there were; what is left out is
// empty.
func (in *history) parts(n *sheet.Notes, column string, want int) []string {
	parts := sheet.Parts(n.Fields.Get(n.Row, column))
	if len(parts) > want && column == "note" { // a note that is no list
		parts = []string{n.Fields.Get(n.Row, column)}
	}
	if len(parts) > want {
		n.Add(column, "sheet.err.parts", errs.Args{"N": want})
	}
	return append(parts, make([]string, max(0, want-len(parts)))...)
}

func (in *history) quantities(n *sheet.Notes, column string, want int) []float64 {
	out := make([]float64, want)
	for i, v := range in.parts(n, column, want) {
		if v != "" && i < want {
			out[i] = quantityOf(n, column, v)
		}
	}
	return out
}
