// Package anon decides what of people's answers may be shown. It keeps three
// promises about everything it lets through, whatever is asked later:
//
//   - no sum or difference of what is shown, of one question over all its
//     rounds, is about fewer than [Rules].Scores people who were asked;
//   - within one round, none is about fewer than that many who answered;
//   - nothing that is shown, nor the rest that is left when one takes shown
//     parts from a shown whole, tells that everybody answered alike.
//
// It works on sets of people who were asked, never on who answered: that
// nobody knows.
package anon

import "slices"

// Least is the smallest group about which answers may ever be shown.
const (
	LeastScores   = 5
	LeastComments = 10
)

// Rules are how careful a company is. It may ask for more than the least,
// never for less.
type Rules struct {
	Scores   int // people behind a figure
	Comments int // people behind a comment
}

// Strict returns r with at least the least.
func (r Rules) Strict() Rules {
	return Rules{Scores: max(r.Scores, LeastScores), Comments: max(r.Comments, LeastComments)}
}

// Cell is a set of people whose answers are added up: all that were asked, or
// those of one area or team. The people of a cell are among those of its
// parent, and no two cells of one parent share anybody.
type Cell struct {
	ID     string
	Parent int      // index of the cell around it; -1 for none
	People []string // who were asked, each once
}

// Tally is how the answers to one question fall into classes in one cell.
type Tally []int

// Mixed is the tally of n answers that fall into no class, as words do: none
// is like another.
func Mixed(n int) Tally { return Tally{n / 3, n / 3, n - 2*(n/3)} }

// N returns how many answered.
func (t Tally) N() int {
	n := 0
	for _, c := range t {
		n += c
	}
	return n
}

// alike reports whether everybody answered the same.
func (t Tally) alike() bool {
	n := t.N()
	return n > 0 && slices.Max(t) == n
}

// nearlyAlike reports whether at least 8 of 10 answered the same: so many are
// shown as "8 of 10 or more", so that showing it so does not tell that it was
// all of them.
func (t Tally) nearlyAlike() bool {
	n := t.N()
	return n > 0 && 5*slices.Max(t) >= 4*n
}

func (t Tally) minus(x Tally) Tally {
	out := slices.Clone(t)
	for i := range x {
		out[i] -= x[i]
	}
	return out
}

// Verdict says how much of a cell may be shown.
type Verdict int

// The verdicts.
const (
	Hidden Verdict = iota
	Band           // only that 8 of 10 or more answered one way, and which
	Shown          // the figures
)

// Why says why a cell is hidden.
type Why string

// The reasons. None of them is about what was answered.
const (
	None      Why = ""
	TooFew    Why = "too_few"   // too few answered
	Remainder Why = "remainder" // the few of a neighbour could be worked out from it
	Moved     Why = "moved"     // too few came or left since it was last shown
)

// Decision is what may be shown of one cell, and why not more.
type Decision struct {
	Verdict  Verdict
	Why      Why
	Comments bool // whether comments of this cell may be shown
}

// Decide says what may be shown of the answers to one question: cells[i] got
// tallies[i], past is what was shown of the same question before and is told
// what is shown now. Cells stand after their parents. A cell that cannot be
// shown keeps its parent from nothing; the largest of a family come first, so
// that what is hidden in the end are the smallest.
func Decide(r Rules, cells []Cell, tallies []Tally, past *Past) []Decision {
	r = r.Strict()
	before := past.clone()
	f := family{rules: r, cells: cells, tallies: tallies, out: make([]Decision, len(cells))}
	for _, i := range f.order() {
		d := &f.out[i]
		switch {
		case tallies[i].N() < r.Scores:
			d.Why = TooFew
		case !f.fits(i):
			d.Why = Remainder
		case before.splits(cells[i].People, r.Scores):
			d.Why = Moved
		case past.splits(cells[i].People, r.Scores):
			d.Why = Remainder
		default:
			d.Verdict = Shown
			if tallies[i].nearlyAlike() {
				d.Verdict = Band
			}
			past.show(cells[i].People)
			d.Comments = tallies[i].N() >= r.Comments
		}
	}
	f.comments()
	return f.out
}

// Foresee says what could be shown if everybody who is asked answered, and not
// all alike: what is hidden even then, is hidden whatever people say. It does
// not change past.
func Foresee(r Rules, cells []Cell, past *Past) []Decision {
	tallies := make([]Tally, len(cells))
	for i, c := range cells {
		tallies[i] = Mixed(len(c.People))
	}
	return Decide(r, cells, tallies, past.clone())
}

// family is the tree of cells of one round.
type family struct {
	rules   Rules
	cells   []Cell
	tallies []Tally
	out     []Decision
}

// order returns the cells from the top, the larger of one depth first.
func (f *family) order() []int {
	depth := make([]int, len(f.cells))
	order := make([]int, len(f.cells))
	for i, c := range f.cells {
		order[i] = i
		if c.Parent >= 0 {
			depth[i] = depth[c.Parent] + 1
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if depth[a] != depth[b] {
			return depth[a] - depth[b]
		}
		return f.tallies[b].N() - f.tallies[a].N()
	})
	return order
}

// fits reports whether cell i may be shown beside what is shown already: the
// rest of the nearest shown cell around it stays nobody, or many who do not
// all say the same.
func (f *family) fits(i int) bool {
	up := f.cells[i].Parent
	for up >= 0 && f.out[up].Verdict == Hidden {
		up = f.cells[up].Parent
	}
	if up < 0 {
		return true
	}
	rest, known := f.tallies[up], f.tallies[up] // known: taking away only what is shown in figures
	for j := range f.cells {
		if j != i && (f.out[j].Verdict == Hidden || !f.directlyIn(j, up)) {
			continue
		}
		rest = rest.minus(f.tallies[j])
		if !f.tallies[j].nearlyAlike() {
			known = known.minus(f.tallies[j])
		}
	}
	if f.out[up].Verdict == Shown && known.alike() {
		return false
	}
	n := rest.N()
	return n == 0 || n >= f.rules.Scores
}

// directlyIn reports whether j lies in up with nothing shown between them.
func (f *family) directlyIn(j, up int) bool {
	for at := f.cells[j].Parent; at >= 0; at = f.cells[at].Parent {
		if at == up {
			return true
		}
		if f.out[at].Verdict != Hidden {
			return false
		}
	}
	return false
}

// comments lets comments be shown of one level only: a comment that stood both
// in a cell and in one around it would tell where it was written.
func (f *family) comments() {
	for i, c := range f.cells {
		for up := c.Parent; up >= 0; up = f.cells[up].Parent {
			if f.out[up].Comments {
				f.out[i].Comments = false
			}
		}
	}
}
