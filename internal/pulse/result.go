package pulse

import (
	"context"
	"errors"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/stat"
)

// Verdict says how much of a result may be shown.
type Verdict string

// The verdicts, as they are stored.
const (
	Hidden Verdict = "hidden"
	Band   Verdict = "band"
	Shown  Verdict = "shown"
)

var verdicts = map[anon.Verdict]Verdict{anon.Hidden: Hidden, anon.Band: Band, anon.Shown: Shown}

// Result is what may be shown of one question in one cell. What is hidden has
// no numbers, anywhere.
type Result struct {
	Cell    int
	Item    string
	Verdict Verdict
	Why     anon.Why
	N       int   // who answered it
	Classes []int // against, in between, in favour; of a Band a 1 at the class of 8 of 10 or more

	Before *Result // of the last pulse before that showed it for the same node
}

// Favour returns the share of those in favour, of a question with [Agree].
func (r Result) Favour() stat.Share { return stat.Wilson(r.Classes[2], r.N) }

// Net returns promoters less detractors in −100…100 with its interval, of a
// question with [Score].
func (r Result) Net(asked int) (score float64, in stat.Interval) {
	score, in, _ = stat.PromotersAmong(r.Classes[2], r.Classes[0], r.N, asked)
	return score, in
}

// Trend says how a figure moved.
type Trend int

// The trends. Nothing is said to have moved while chance may have moved it.
const (
	Same Trend = iota
	Up
	Down
)

// Trend compares a result with the one before, by the interval of the
// difference at 95 %.
func (r Result) Trend() Trend {
	if r.Before == nil || r.Verdict != Shown || r.Before.Verdict != Shown {
		return Same
	}
	item, _ := Find(r.Item)
	var in stat.Interval
	if item.Scale == Score {
		_, in, _ = stat.PromotersChange([3]int(r.Classes), [3]int(r.Before.Classes))
	} else {
		_, in, _ = stat.Difference(r.Favour(), r.Before.Favour())
	}
	switch {
	case in.Low > 0:
		return Up
	case in.High < 0:
		return Down
	}
	return Same
}

// Comment is what somebody wrote, if enough people answered.
type Comment struct {
	Cell int
	Item string
	Note string
}

// Report is what everybody of the company may read of a pulse that is closed.
type Report struct {
	Pulse    Pulse
	Cells    []Cell
	Answered int      // how many people answered; of the whole only
	Results  []Result // by cell, then in the order of the questions
	Comments []Comment
	Deeds    []Deed
	Intact   bool // the rules are still those of the launch
}

// Representative reports whether at least half of those asked answered.
func (r Report) Representative() bool { return 2*r.Answered >= r.Pulse.Asked }

// Result returns what may be shown of an item in a cell.
func (r Report) Result(cell int, item string) Result {
	for _, x := range r.Results {
		if x.Cell == cell && x.Item == item {
			return x
		}
	}
	return Result{Cell: cell, Item: item, Verdict: Hidden, Why: anon.TooFew}
}

// Report returns the results of a closed pulse: the only gate to them, for
// pages, programs, files and mails alike, and there is nothing behind it, since
// what may not be shown is not kept. Conflict while it is open.
func (s *Service) Report(ctx context.Context, a authz.Actor, pulse id.Pulse) (Report, error) {
	p, err := getPulse(ctx, s.db, a.Company, pulse)
	if err != nil {
		return Report{}, err
	}
	r := Report{Pulse: p}
	if r.Cells, err = cellsOf(ctx, s.db, a.Company, p.ID); err != nil {
		return r, err
	}
	r.Intact = p.digest(r.Cells) == p.Manifest
	if p.State != Closed {
		return r, errs.With(errs.Conflict, "pulse.err.no_results", errs.Args{"When": p.ClosesAt.Time})
	}
	if r.Results, err = resultsOf(ctx, s.db, a.Company, p.ID); err != nil {
		return r, err
	}
	if err := s.before(ctx, a.Company, &r); err != nil {
		return r, err
	}
	if r.Comments, err = commentsOf(ctx, s.db, a.Company, p.ID); err != nil {
		return r, err
	}
	r.Deeds, err = deedsOf(ctx, s.db, a.Company, p.ID)
	for _, x := range r.Results {
		if x.Cell == 0 {
			r.Answered = max(r.Answered, x.N)
		}
	}
	return r, err
}

// Whole returns, for each of some closed pulses, what may be shown of each
// question to all who were asked.
func (s *Service) Whole(ctx context.Context, a authz.Actor, pulses ...id.Pulse) (map[id.Pulse][]Result, error) {
	out := map[id.Pulse][]Result{}
	if len(pulses) == 0 {
		return out, nil
	}
	type row struct {
		pulse id.Pulse
		Result
	}
	rows, err := db.All(ctx, s.db, func(x *row) []any { return append([]any{&x.pulse}, x.dest()...) }, `
		SELECT r.pulse, r.cell, r.item, r.verdict, r.why, r.n, r.classes FROM pulse_result r
		WHERE r.company = ? AND r.cell = 0 AND r.pulse IN `+db.Marks(len(pulses))+` ORDER BY r.pulse, r.item LIMIT 1000`,
		append([]any{a.Company}, db.Args(pulses)...)...)
	for _, x := range rows {
		out[x.pulse] = append(out[x.pulse], x.Result)
	}
	return out, err
}

// Last returns the last result of a question to the whole company that was
// shown for a node, or for all with none; hidden if there is none.
func (s *Service) Last(ctx context.Context, a authz.Actor, n id.Node, item string) (Result, error) {
	r := Result{Item: item, Verdict: Hidden}
	err := s.db.Row(ctx, r.dest(), `
		SELECT r.cell, r.item, r.verdict, r.why, r.n, r.classes
		FROM pulse p JOIN pulse_result r ON r.company = p.company AND r.pulse = p.id
		JOIN pulse_cell c ON c.company = r.company AND c.pulse = r.pulse AND c.position = r.cell
		WHERE p.company = ? AND p.node = '' AND p.state = 'closed' AND r.verdict <> 'hidden' AND c.node = ? AND r.item = ?
		ORDER BY p.closed_at DESC LIMIT 1`, a.Company, n, item)
	if errors.Is(err, db.ErrNotFound) {
		return r, nil
	}
	return r, err
}

// before finds, for each result, the last one shown of the same question for
// the same node.
func (s *Service) before(ctx context.Context, c id.Company, r *Report) error {
	type row struct {
		node id.Node
		Result
	}
	rows, err := db.All(ctx, s.db, func(x *row) []any { return append([]any{&x.node}, x.dest()...) }, `
		SELECT c.node, r.cell, r.item, r.verdict, r.why, r.n, r.classes
		FROM pulse p JOIN pulse_result r ON r.company = p.company AND r.pulse = p.id
		JOIN pulse_cell c ON c.company = r.company AND c.pulse = r.pulse AND c.position = r.cell
		WHERE p.company = ? AND p.node = ? AND p.closed_at < ? AND r.verdict <> 'hidden'
		ORDER BY p.closed_at DESC LIMIT 5000`, c, r.Pulse.Frame.Node, r.Pulse.ClosedAt)
	if err != nil {
		return err
	}
	for i, x := range r.Results {
		for _, was := range rows {
			if was.Item == x.Item && was.node == r.Cells[x.Cell].Node {
				r.Results[i].Before = &was.Result
				break
			}
		}
	}
	return nil
}
