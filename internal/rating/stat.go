package rating

import (
	"context"
	"math"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/stat"
)

// MinRaters is the fewest people from whom a mean is shown.
const MinRaters = 5

// Mean is the mean of scores of 1 … 5 with its interval at 95 %.
type Mean struct {
	N, Raters      int
	Value          float64
	Low, High      float64
	Counts         [5]int     // how many gave 1, 2, 3, 4, 5
	Satisfied      stat.Share // how many gave 4 or 5
	AnsweredOfLow  stat.Share // how many of the low ones have an answer
	HelpedOfAnswer stat.Share // how many of those who said so say that it helped
	Letters        map[Letter]LetterMean
}

// LetterMean is the mean of one letter, of those who spoke of it.
type LetterMean struct {
	N, Raters        int
	Value, Low, High float64
}

// Enough reports whether enough people spoke for the mean to be shown.
func (m Mean) Enough() bool { return m.Raters >= MinRaters }

// Enough reports whether enough people spoke of the letter.
func (l LetterMean) Enough() bool { return l.Raters >= MinRaters }

// Hide takes away what too few people said: what goes to a page or a program
// passes here.
func (m Mean) Hide() Mean {
	if !m.Enough() {
		return Mean{N: m.N, Raters: m.Raters}
	}
	shown := map[Letter]LetterMean{}
	for l, v := range m.Letters {
		if v.Enough() {
			shown[l] = v
		}
	}
	m.Letters = shown
	return m
}

// Link returns what one side said on a link since a moment, or NotFound.
func (s *Service) Link(ctx context.Context, a authz.Actor, l id.Link, side Side, since time.Time) (Mean, error) {
	if _, err := link.Get(ctx, s.db, a.Company, l); err != nil {
		return Mean{}, err
	}
	return s.mean(ctx, a.Company, `r.link = ?`, []any{l}, side, since)
}

// Nodes returns what the customers of nodes, or with [Supplier] their
// suppliers, said of them since a moment.
func (s *Service) Nodes(ctx context.Context, a authz.Actor, nodes []id.Node, side Side, since time.Time) (Mean, error) {
	if len(nodes) == 0 {
		return Mean{}, nil
	}
	end := `l.supplier`
	if side == Supplier {
		end = `l.customer`
	}
	return s.mean(ctx, a.Company, `r.link IN (SELECT l.id FROM link l WHERE l.company = r.company AND `+end+` IN `+
		db.Marks(len(nodes))+`)`, db.Args(nodes), side, since)
}

// Company returns what one side said in the whole company since a moment.
func (s *Service) Company(ctx context.Context, a authz.Actor, side Side, since time.Time) (Mean, error) {
	return s.mean(ctx, a.Company, `TRUE`, nil, side, since)
}

// most is how many of the latest ratings a mean is taken from.
const most = 5000

// said is one rating as a mean needs it.
type said struct {
	person   id.Person
	score    int
	letters  map[Letter]int
	answered db.Time
	helped   string
}

func (r *said) dest() []any {
	return []any{&r.person, &r.score, letters{&r.letters}, &r.answered, &r.helped}
}

// mean works out what the latest ratings say: cond is one of our own conditions.
func (s *Service) mean(ctx context.Context, c id.Company, cond string, of []any, side Side, since time.Time) (Mean, error) {
	rows, err := db.All(ctx, s.db, (*said).dest, `SELECT r.person, r.score, r.letters, r.answered_at, r.helped FROM rating r
		WHERE r.company = ? AND `+cond+` AND r.side = ? AND r.rated_at >= ? ORDER BY r.rated_at DESC LIMIT ?`,
		append(append([]any{c}, of...), side, db.At(since), most)...)
	return meanOf(rows), err
}

func meanOf(rows []said) Mean {
	m := Mean{N: len(rows), Letters: map[Letter]LetterMean{}}
	people := map[id.Person]bool{}
	var sum, square, satisfied, low, answered, spoke, helped int
	for _, r := range rows {
		people[r.person] = true
		m.Counts[r.score-1]++
		sum += r.score
		square += r.score * r.score
		satisfied += one(r.score > 3)
		low += one(r.score <= Low)
		answered += one(r.score <= Low && !r.answered.IsZero())
		spoke += one(r.helped != "")
		helped += one(r.helped == "yes")
	}
	for _, l := range Letters {
		if v := letterOf(rows, l); v.N > 0 {
			m.Letters[l] = v
		}
	}
	m.Raters = len(people)
	m.Value, m.Low, m.High = interval(m.N, sum, square)
	m.Satisfied = stat.Wilson(satisfied, m.N)
	m.AnsweredOfLow, m.HelpedOfAnswer = stat.Wilson(answered, low), stat.Wilson(helped, spoke)
	return m
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func letterOf(rows []said, l Letter) (v LetterMean) {
	people := map[id.Person]bool{}
	var sum, square int
	for _, r := range rows {
		if score, ok := r.letters[l]; ok {
			people[r.person] = true
			v.N++
			sum += score
			square += score * score
		}
	}
	v.Raters = len(people)
	v.Value, v.Low, v.High = interval(v.N, sum, square)
	return v
}

// interval returns the mean of n scores and its interval at 95 % by Student's
// t, within 1 … 5.
func interval(n, sum, square int) (mean, low, high float64) {
	if n == 0 {
		return 0, 0, 0
	}
	mean = float64(sum) / float64(n)
	if n == 1 {
		return mean, 1, 5
	}
	variance := (float64(square) - float64(sum)*mean) / float64(n-1)
	half := stat.StudentT95(n-1) * math.Sqrt(max(variance, 0)/float64(n))
	return mean, max(1, mean-half), min(5, mean+half)
}
