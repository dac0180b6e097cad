package anon

import (
	"encoding/json"
	"maps"
	"slices"
)

// Past is what was shown of one question in all its rounds, as far as it
// matters: who shares whose fate. People of one atom were in the same shown
// cells, all of them, so whatever one adds up or takes away, they stay
// together. A combination of shown cells is about whole atoms; so if none is
// smaller than a number, no combination is about fewer people. The zero value
// is a question that was never shown.
type Past struct {
	atoms map[string]int // person → atom; who was in nothing shown is missing
	next  int
}

func (p *Past) clone() *Past { return &Past{atoms: maps.Clone(p.atoms), next: p.next} }

// split returns how many of each atom are in people (0 stands for those in no
// atom), and the size of each atom.
func (p *Past) split(people []string) (in, size map[int]int) {
	in, size = map[int]int{}, map[int]int{}
	for _, a := range p.atoms {
		size[a]++
	}
	for _, person := range people {
		in[p.atoms[person]]++
	}
	return in, size
}

// splits reports whether showing people would leave some who are fewer than k,
// but not nobody, apart from all others: those who are new, those of an atom
// who are in it, or those of an atom who are not.
func (p *Past) splits(people []string, k int) bool {
	few := func(n int) bool { return n > 0 && n < k }
	in, size := p.split(people)
	for a, n := range in {
		if few(n) || a != 0 && few(size[a]-n) {
			return true
		}
	}
	return false
}

// show notes that people were shown together.
func (p *Past) show(people []string) {
	if p.atoms == nil {
		p.atoms = map[string]int{}
	}
	in, size := p.split(people)
	to := map[int]int{}
	old := make([]int, 0, len(in))
	for a := range in {
		old = append(old, a)
	}
	slices.Sort(old)
	for _, a := range old {
		if a != 0 && in[a] == size[a] {
			to[a] = a // all of them: nobody is told apart
			continue
		}
		p.next++
		to[a] = p.next
	}
	for _, person := range people {
		p.atoms[person] = to[p.atoms[person]]
	}
}

// New returns those of people who were in nothing shown, if something was
// shown; while there are few of them, whoever asks them with the others cannot
// show the answers.
func (p *Past) New(people []string) (out []string) {
	if len(p.atoms) == 0 {
		return nil
	}
	for _, person := range people {
		if p.atoms[person] == 0 {
			out = append(out, person)
		}
	}
	return out
}

// Forget takes a person who was erased out of the past: nothing that is shown
// later can be about one who is never asked again. Who shared its atom stays
// told apart by it, so the atom keeps its size: a nameless one takes the place.
func (p *Past) Forget(person, nameless string) {
	if a, ok := p.atoms[person]; ok {
		delete(p.atoms, person)
		p.atoms[nameless] = a
	}
}

// MarshalJSON writes p so that it can be kept.
func (p *Past) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Next  int            `json:"next"`
		Atoms map[string]int `json:"atoms"`
	}{p.next, p.atoms})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Past) UnmarshalJSON(b []byte) error {
	var in struct {
		Next  int            `json:"next"`
		Atoms map[string]int `json:"atoms"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	p.next, p.atoms = in.Next, in.Atoms
	return nil
}
