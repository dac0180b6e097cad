package need

import (
	"context"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/stat"
)

// Ageing is for how long needs wait, and how many were met. Rates are of those
// whose time is up: a need asked yesterday is neither late nor in time.
type Ageing struct {
	Open      [4]int // open for up to 14, 30, 60 days, and longer
	Overdue   int    // without the answer that was due, or past the day promised
	Red       int
	Stopped   int
	Answered  stat.Share // of those asked 14 days ago or earlier, answered within 14 days
	Met       stat.Share // of those asked 60 days ago or earlier, met within 60 days
	Confirmed stat.Share // of those that were checked, those that were resolved the first time
	Cost      float64    // of what was planned or done
	By        []Counted  // by category, in their order
}

// Counted is how many needs there are of one category.
type Counted struct {
	Category   Category
	Open, Over int
}

const (
	mostCounted = 5000
	month       = 30 * 24 * time.Hour
)

// Ageing returns how the needs of a node and all below it stand, or of the
// whole company with no node: asked in the last year, or open. Who leads the
// node or owns the company may know.
func (s *Service) Ageing(ctx context.Context, a authz.Actor, n id.Node) (Ageing, error) {
	var out Ageing
	if n == "" && !a.Owner {
		return out, a.MustOwn()
	}
	if n != "" && !a.For(n) {
		return out, canDecide(a, Need{Node: n}, "")
	}
	text, args := query+` AND (n.asked_at >= ? OR n.state IN ('open', 'planned', 'done')) AND n.state <> 'withdrawn'`,
		[]any{a.Company, db.At(s.db.Now().AddDate(-1, 0, 0))}
	if n != "" {
		tree, err := org.LoadTree(ctx, s.db, a.Company)
		if err != nil {
			return out, err
		}
		in, of := db.In(tree.Under(n))
		text, args = text+` AND n.node `+in, append(args, of...)
	}
	all, err := db.All(ctx, s.db, (*Need).dest, text+` ORDER BY n.id DESC LIMIT ?`, append(args, mostCounted)...)
	if err != nil {
		return out, err
	}
	today, err := s.today(ctx, a.Company)
	return age(all, s.db.Now(), today), err
}

func age(all []Need, now time.Time, today string) (out Ageing) {
	var answered, answerable, met, meetable, first, checked int
	counts := map[Category]*Counted{}
	for _, c := range Categories {
		counts[c] = &Counted{Category: c}
	}
	for _, n := range all {
		out.Cost += n.Cost
		out.count(n, now, today, counts[n.Category])
		old := now.Sub(n.AskedAt.Time)
		if old >= answerDays*24*time.Hour {
			answerable++
			answered += one(!n.AnsweredAt.IsZero() && n.AnsweredAt.Sub(n.AskedAt.Time) <= answerDays*24*time.Hour)
		}
		if old >= metDays*24*time.Hour {
			meetable++
			met += one(!n.DoneAt.IsZero() && n.DoneAt.Sub(n.AskedAt.Time) <= metDays*24*time.Hour)
		}
		if !n.CheckedAt.IsZero() {
			checked++
			first += one(n.Reopened == 0)
		}
	}
	out.Answered, out.Met, out.Confirmed = stat.Wilson(answered, answerable), stat.Wilson(met, meetable), stat.Wilson(first, checked)
	for _, c := range Categories {
		out.By = append(out.By, *counts[c])
	}
	return out
}

func (v *Ageing) count(n Need, now time.Time, today string, c *Counted) {
	if n.State != Open && n.State != Planned {
		c.Over++
		return
	}
	c.Open++
	switch old := now.Sub(n.AskedAt.Time); {
	case old <= answerDays*24*time.Hour:
		v.Open[0]++
	case old <= month:
		v.Open[1]++
	case old <= 2*month:
		v.Open[2]++
	default:
		v.Open[3]++
	}
	v.Overdue += one(n.Late(now, today))
	v.Red += one(n.Red())
	v.Stopped += one(n.Stopped())
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Effect is what the node of a need delivered before it was asked and after it
// was met: side by side, and no proof that one made the other.
type Effect struct {
	Days          int
	Before, After handoff.Figures
}

const effectDays = 30

// Effect returns what the node of n did, a need that was met, in the 30 days
// before it was asked, and in those after it was met, as far as they have passed.
func (s *Service) Effect(ctx context.Context, a authz.Actor, n Need) (e Effect, err error) {
	if n.DoneAt.IsZero() {
		return Effect{}, nil
	}
	e.Days = effectDays
	if e.Before, err = handoff.FiguresBetween(ctx, s.db, a.Company, n.Node, n.AskedAt.AddDate(0, 0, -effectDays), n.AskedAt.Time); err != nil {
		return e, err
	}
	e.After, err = handoff.FiguresBetween(ctx, s.db, a.Company, n.Node, n.DoneAt.Time, n.DoneAt.AddDate(0, 0, effectDays))
	return e, err
}
