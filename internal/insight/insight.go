// Package insight puts side by side what the other domains know: the letters of
// good service, the tension of a link, what who leads should look at. It never
// melts parts into one number, and it is never about one person.
package insight

import (
	"context"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/need"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/pulse"
	"github.com/eslabon/eslabon/internal/rating"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/thanks"
)

// Service holds the use cases. The web, the API and the CLI call the same ones.
type Service struct {
	db       *db.DB
	handoffs *handoff.Service
	ratings  *rating.Service
	thanks   *thanks.Service
	needs    *need.Service
	pulses   *pulse.Service
	whole    sync.Map // id.Company → tensionAt
}

// New returns the use cases over the domains that they look at.
func New(d *db.DB, h *handoff.Service, r *rating.Service, t *thanks.Service, n *need.Service, p *pulse.Service) *Service {
	return &Service{db: d, handoffs: h, ratings: r, thanks: t, needs: n, pulses: p}
}

// Letter is a letter of the card. E stands twice: empathy, as in the tradition
// in Spanish, and empowerment, as in the English original.
type Letter string

// The letters of the card, in their order.
const (
	Ideal       Letter = "ideal"
	Culture     Letter = "culture"
	Attention   Letter = "attention"
	Response    Letter = "response"
	Empathy     Letter = "empathy"
	Empowerment Letter = "empowerment"
)

// Letters lists the letters of the card.
var Letters = []Letter{Ideal, Culture, Attention, Response, Empathy, Empowerment}

// Unit is how a part is counted.
type Unit string

// The units.
const (
	Rate     Unit = "rate"     // a share with its interval
	Score    Unit = "score"    // a mean of 1 … 5 with its interval
	Duration Unit = "duration" // a median and what 85 of 100 keep
)

// Part is one figure of a letter. Which one, its name says: its words stand
// under "insight.part." in the catalogues.
type Part struct {
	Name   string
	Unit   Unit
	Share  stat.Share
	Mean   float64 // of a score
	Low    float64
	High   float64
	N      int // what a score or a duration is made of
	Raters int // people behind an opinion; 0 for what was counted
	Spread handoff.Spread
	Least  int // fewer than this of N, or of Raters, say nothing
}

// Enough reports whether the part says something.
func (p Part) Enough() bool {
	switch {
	case p.Unit == Rate && p.Raters == 0:
		return p.Share.N >= p.Least
	case p.Unit == Duration:
		return p.N >= p.Least
	}
	return p.Raters >= p.Least
}

// Missing returns how many more it takes until the part says something.
func (p Part) Missing() int {
	have := p.Raters
	switch {
	case p.Unit == Rate && p.Raters == 0:
		have = p.Share.N
	case p.Unit == Duration:
		have = p.N
	}
	return max(0, p.Least-have)
}

// Card is I-CARE of a node with all below it, or of the company.
type Card struct {
	Node  id.Node
	Since db.Time
	Parts map[Letter][]Part
}

// leastCounted is the fewest cases about which a counted rate says something.
const leastCounted = handoff.MinN

// Card returns the letters of a node, or of the company with none. NotFound if
// there is no such node.
func (s *Service) Card(ctx context.Context, a authz.Actor, n id.Node, since time.Time) (Card, error) {
	c := Card{Node: n, Since: db.At(since), Parts: map[Letter][]Part{}}
	nodes, err := s.under(ctx, a, n)
	if err != nil {
		return c, err
	}
	did, err := s.handoffs.TeamFigures(ctx, a, since, nodes...)
	if err != nil {
		return c, err
	}
	said, err := s.ratings.Nodes(ctx, a, nodes, rating.Customer, since)
	if err != nil {
		return c, err
	}
	needs, err := s.ageing(ctx, a, n)
	if err != nil {
		return c, err
	}
	agreed, err := s.agreed(ctx, a, nodes)
	if err != nil {
		return c, err
	}
	decides, err := s.pulse(ctx, a, n, "policies.decide")
	if err != nil {
		return c, err
	}
	permission, err := s.pulse(ctx, a, n, "policies.permission")
	if err != nil {
		return c, err
	}
	c.Parts[Ideal] = []Part{counted("first_time", did.FirstTime), counted("needs_met", needs.Met), letter(said, rating.Ideal)}
	c.Parts[Culture] = []Part{counted("agreed", agreed), letter(said, rating.Culture)}
	c.Parts[Attention] = []Part{counted("needs_answered", needs.Answered), counted("low_answered", said.AnsweredOfLow), letter(said, rating.Attention)}
	c.Parts[Response] = []Part{lasted("take", did.Times.Take, did.Times.N), lasted("deliver", did.Times.Deliver, did.Times.N), letter(said, rating.Response)}
	c.Parts[Empathy] = []Part{letter(said, rating.Empathy)}
	c.Parts[Empowerment] = []Part{decides, permission}
	return c, nil
}

func counted(name string, s stat.Share) Part {
	return Part{Name: name, Unit: Rate, Share: s, Least: leastCounted}
}

func lasted(name string, s handoff.Spread, n int) Part {
	return Part{Name: name, Unit: Duration, Spread: s, N: n, Least: leastCounted}
}

// letter is what customers said of one letter, hidden under five people.
func letter(m rating.Mean, l rating.Letter) Part {
	v := m.Letters[l]
	p := Part{Name: "letter_" + string(l), Unit: Score, N: v.N, Raters: v.Raters, Least: rating.MinRaters}
	if p.Enough() {
		p.Mean, p.Low, p.High = v.Value, v.Low, v.High
	}
	return p
}

// under returns a node with all below it, or all nodes inside with none.
func (s *Service) under(ctx context.Context, a authz.Actor, n id.Node) ([]id.Node, error) {
	tree, err := org.LoadTree(ctx, s.db, a.Company)
	if err != nil {
		return nil, err
	}
	if n != "" {
		if _, err := org.GetNode(ctx, s.db, a.Company, n); err != nil {
			return nil, err
		}
		return tree.Under(n), nil
	}
	var all []id.Node
	tree.Walk(func(x org.Node, _ int) {
		if !x.Outside() {
			all = append(all, x.ID)
		}
	})
	return all, nil
}

// ageing is what everybody may know of the needs: shares, for the card.
func (s *Service) ageing(ctx context.Context, a authz.Actor, n id.Node) (need.Ageing, error) {
	a.Owner = true // the card shows shares of many, never a need
	return s.needs.Ageing(ctx, a, n)
}

// agreed returns how many of the links on which nodes delivered in the last
// half year have an agreement in force.
func (s *Service) agreed(ctx context.Context, a authz.Actor, nodes []id.Node) (stat.Share, error) {
	if len(nodes) == 0 {
		return stat.Share{}, nil
	}
	var all, with int
	args := append([]any{a.Company}, db.Args(nodes)...)
	args = append(args, s.db.Now().AddDate(0, -6, 0).UTC().Format(time.DateOnly))
	err := s.db.Row(ctx, []any{&all, &with}, `
		SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM agreement g WHERE g.company = l.company AND g.link = l.id
			AND g.state = 'accepted') THEN 1 ELSE 0 END), 0) AS BIGINT)
		FROM link l WHERE l.company = ? AND l.supplier IN `+db.Marks(len(nodes))+`
			AND EXISTS (SELECT 1 FROM link_stat t WHERE t.company = l.company AND t.link = l.id AND t.day >= ? AND t.delivered > 0)`,
		args...)
	return stat.Wilson(with, all), err
}

// pulse returns the last result of a question that may be shown for a node.
func (s *Service) pulse(ctx context.Context, a authz.Actor, n id.Node, item string) (Part, error) {
	p := Part{Name: item, Unit: Rate, Least: rating.MinRaters}
	r, err := s.pulses.Last(ctx, a, n, item)
	if err != nil || r.Verdict != pulse.Shown {
		return p, err
	}
	p.Share, p.Raters = r.Favour(), r.N
	return p, nil
}
