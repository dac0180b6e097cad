package anon

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// set is a set of up to 256 people.
type set [4]uint64

func (s *set) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s set) size() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// firm is a made-up company in which people come, leave and change teams.
type firm struct {
	r     *rand.Rand
	team  map[int]int // person → team
	areas []int       // of each team
	next  int
}

func newFirm(r *rand.Rand) *firm {
	f := &firm{r: r, team: map[int]int{}}
	size, areas := 10+r.IntN(91), 1+r.IntN(4)
	for f.next < size {
		t := len(f.areas)
		f.areas = append(f.areas, r.IntN(areas))
		for range 2 + r.IntN(13) {
			if f.next < size {
				f.team[f.next] = t
				f.next++
			}
		}
	}
	return f
}

// month lets a few people come, leave or change.
func (f *firm) month() {
	for range f.r.IntN(4) {
		if f.next < 250 {
			f.team[f.next] = f.r.IntN(len(f.areas))
			f.next++
		}
	}
	if f.r.IntN(6) == 0 { // a new shift
		for range 5 + f.r.IntN(4) {
			if f.next < 250 {
				f.team[f.next] = f.r.IntN(len(f.areas))
				f.next++
			}
		}
	}
	for p := range f.next {
		if _, here := f.team[p]; !here {
			continue
		}
		switch x := f.r.IntN(60); {
		case x == 0 && len(f.team) > 10:
			delete(f.team, p)
		case x == 1:
			f.team[p] = f.r.IntN(len(f.areas))
		}
	}
}

// seen is one published cell as the attacker knows it, and, to judge what he
// found, who really answered.
type seen struct {
	round           int
	asked, answered set
	tally           Tally
	exact           bool
}

// ask runs one round: three of four answer, and what somebody thinks never
// changes, which is the best case for who compares rounds.
func (f *firm) ask() (cells []Cell, tallies []Tally, answered []set) {
	cells = []Cell{{ID: "all", Parent: -1}}
	at := map[string]int{}
	cell := func(id string, parent int) int {
		if i, ok := at[id]; ok {
			return i
		}
		at[id] = len(cells)
		cells = append(cells, Cell{ID: id, Parent: parent})
		return at[id]
	}
	for t, a := range f.areas {
		cell(fmt.Sprintf("team %d", t), cell(fmt.Sprintf("area %d", a), 0))
	}
	tallies, answered = make([]Tally, len(cells)), make([]set, len(cells))
	for i := range tallies {
		tallies[i] = make(Tally, 3)
	}
	for p := range f.next {
		t, here := f.team[p]
		if !here {
			continue
		}
		answers, class := f.r.IntN(4) > 0, (p*7+p/3)%5%3
		for i := at[fmt.Sprintf("team %d", t)]; i >= 0; i = cells[i].Parent {
			cells[i].People = append(cells[i].People, fmt.Sprint(p))
			if answers {
				answered[i].add(p)
				tallies[i][class]++
			}
		}
	}
	return cells, tallies, answered
}

// attack adds and subtracts what is shown, two and three cells at a time, and
// whole families, and counts the attempts and what was found.
func attack(r *rand.Rand, cells []seen) (tried, found int) {
	judge := func(support int) {
		if tried++; support > 0 && support < LeastScores {
			found++
		}
	}
	for i, a := range cells {
		for _, b := range cells[:i] {
			judge(minus(a.asked, b.asked).size())
			if a.round == b.round {
				judge(minus(a.answered, b.answered).size())
			}
		}
	}
	const triples = 3000
	for range min(triples, len(cells)*len(cells)*len(cells)) {
		a, b, c := cells[r.IntN(len(cells))], cells[r.IntN(len(cells))], cells[r.IntN(len(cells))]
		judge(plusMinus(a.asked, b.asked, c.asked).size())
		if a.round == b.round && b.round == c.round {
			judge(plusMinus(a.answered, b.answered, c.answered).size())
		}
	}
	// The rest of a whole when all that is shown of it is taken away, and
	// whether that rest tells what everybody in it said.
	for _, whole := range cells {
		asked, answered, tally := whole.asked, whole.answered, whole.tally
		for _, part := range cells {
			inside := part.round == whole.round && part.asked != whole.asked && and(part.asked, asked) == part.asked
			if inside {
				asked, answered = minus(asked, part.asked), minus(answered, part.answered)
				if tally = tally.minus(part.tally); whole.exact && part.exact && tally.alike() {
					found++
				}
			}
		}
		judge(asked.size())
		judge(answered.size())
		if whole.exact && whole.tally.alike() {
			found++
		}
	}
	// Whatever the coefficients: people of one signature cannot be told apart,
	// so the smallest support is at least the smallest such group.
	groups := map[string]int{}
	for p := range 250 {
		key, in := make([]byte, len(cells)), false
		for i, c := range cells {
			if c.asked[p/64]>>(p%64)&1 == 1 {
				key[i], in = 1, true
			}
		}
		if in {
			groups[string(key)]++
		}
	}
	for _, n := range groups {
		judge(n)
	}
	return tried, found
}

func minus(a, b set) (out set) {
	for i := range a {
		out[i] = a[i] ^ b[i]
	}
	return out
}

func and(a, b set) (out set) {
	for i := range a {
		out[i] = a[i] & b[i]
	}
	return out
}

// plusMinus is where a + b − c is not zero.
func plusMinus(a, b, c set) (out set) {
	for i := range a {
		zero := ^a[i]&^b[i]&^c[i] | (a[i]^b[i])&c[i]
		out[i] = ^zero
	}
	return out
}

func TestNoSumOrDifferenceIsolatesAnybody(t *testing.T) {
	companies := 2000
	if testing.Short() {
		companies = 200
	}
	var tried, found, naiveFound, shown, naive, leaky int
	for n := range companies {
		r := rand.New(rand.NewPCG(uint64(n), 25))
		f, past := newFirm(r), &Past{}
		var safe, bare []seen
		for round := range 8 {
			cells, tallies, answered := f.ask()
			for i, d := range Decide(Rules{}, cells, tallies, past) {
				s := seen{round: round, answered: answered[i], tally: tallies[i], exact: d.Verdict == Shown}
				for _, p := range cells[i].People {
					var person int
					fmt.Sscan(p, &person)
					s.asked.add(person)
				}
				if d.Verdict != Hidden {
					safe = append(safe, s)
				}
				if tallies[i].N() >= LeastScores {
					s.exact = true
					bare = append(bare, s)
				}
			}
			f.month()
		}
		a, b := attack(r, safe)
		tried, found = tried+a, found+b
		_, c := attack(r, bare)
		if naiveFound += c; c > 0 {
			leaky++
		}
		shown, naive = shown+len(safe), naive+len(bare)
	}
	t.Logf("%d companies, 8 rounds: %d cells shown (%d with a bare threshold); %d attacks, %d found something; "+
		"against a bare threshold %d did, in %d companies", companies, shown, naive, tried, found, naiveFound, leaky)
	if found > 0 {
		t.Errorf("%d of %d attacks tell something about fewer than %d people", found, tried, LeastScores)
	}
	if 10*leaky < 9*companies {
		t.Errorf("the same attacks find something against a bare threshold in %d of %d companies only: are they any good?", leaky, companies)
	}
}
