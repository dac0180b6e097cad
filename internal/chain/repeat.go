package chain

// Pairs is a ranking of pairs of values.
type Pairs struct {
	N   int    `json:"n"` // all occurrences
	Top []Pair `json:"top"`
}

// Pair is how often something happens between two values.
type Pair struct {
	From string `json:"from"`
	To   string `json:"to"`
	N    int    `json:"n"`
}

func (t *tally) rank(c *column, most int) Pairs {
	out := Pairs{Top: []Pair{}}
	for _, k := range t.n {
		out.N += int(k)
	}
	for _, x := range t.ranking(c, most) {
		out.Top = append(out.Top, Pair{c.names[t.from(x)], c.names[t.to(x)], int(t.n[x])})
	}
	return out
}

// tally counts pairs.
type tally struct {
	*pairs
	n []uint32
}

// newTally is for codes below codes of which often pairs or fewer are counted.
func newTally(codes, often int) *tally { return &tally{pairs: newPairs(codes, often)} }

// ranking returns the pairs that were counted most, all if most is 0.
func (t *tally) ranking(c *column, most int) []uint32 {
	all := t.pairs.ranking(func(i uint32) uint32 { return t.n[i] }, c.rank)
	if most > 0 && most < len(all) {
		return all[:most]
	}
	return all
}

func (t *tally) add(from, to uint32, k uint32) {
	i := t.number(from, to)
	if int(i) == len(t.n) {
		t.n = append(t.n, 0)
	}
	t.n[i] += k
}

func (t *tally) join(o *tally) {
	for i, k := range o.n {
		t.add(o.from(uint32(i)), o.to(uint32(i)), k)
	}
}

// subcontracting counts i → j → i over single events: the work goes out for one
// step and comes back. From is who gives it out.
func subcontracting(v *view, c *column, r *runs, most int) Pairs {
	parts := each(v, func(s span) *tally {
		t := newTally(len(c.names), int(r.off[s.to]-r.off[s.from]))
		for i := s.from; i < s.to; i++ {
			all := r.of(i)
			for j := 0; j+2 < len(all); j++ {
				// A run of one event between two of the same value.
				if all[j].value == all[j+2].value && all[j+1].from == all[j+1].to {
					t.add(all[j].value, all[j+1].value, 1)
				}
			}
		}
		return t
	})
	for _, p := range parts[1:] {
		parts[0].join(p)
	}
	return parts[0].rank(c, most)
}

// Again is work that is done once more in the same case, told apart by when and
// by whom (after bupaR): at once or after something else, by the same or by
// another. Only events count that have an activity and a value.
type Again struct {
	SelfLoopRepeat   int   `json:"self_loop_repeat"`  // at once, by the same
	SelfLoopRedo     int   `json:"self_loop_redo"`    // at once, by another
	RepetitionRepeat int   `json:"repetition_repeat"` // after something else, by the same
	RepetitionRedo   int   `json:"repetition_redo"`   // after something else, by another
	Referral         Pairs `json:"redo_referral"`     // who did it before → who does it again
}

func again(v *view, act, c *column, most int) Again {
	type part struct {
		a     Again
		redos *tally
	}
	type done struct{ stamp, by uint32 }
	parts := each(v, func(s span) part {
		p := part{redos: newTally(len(c.names), int(v.off[s.to]-v.off[s.from]))}
		before := make([]done, len(act.names)) // who did each activity last
		for i := s.from; i < s.to; i++ {
			stamp, last := uint32(i)+1, uint32(0)
			for j := v.off[i]; j < v.off[i+1]; j++ {
				x, by := act.codes[j], c.codes[j]
				if x == 0 || by == 0 {
					continue
				}
				if b := before[x]; b.stamp == stamp {
					switch {
					case last == x && b.by == by:
						p.a.SelfLoopRepeat++
					case last == x:
						p.a.SelfLoopRedo++
					case b.by == by:
						p.a.RepetitionRepeat++
					default:
						p.a.RepetitionRedo++
					}
					if b.by != by {
						p.redos.add(b.by, by, 1)
					}
				}
				before[x], last = done{stamp, by}, x
			}
		}
		return p
	})
	out := parts[0].a
	for _, p := range parts[1:] {
		out.SelfLoopRepeat += p.a.SelfLoopRepeat
		out.SelfLoopRedo += p.a.SelfLoopRedo
		out.RepetitionRepeat += p.a.RepetitionRepeat
		out.RepetitionRedo += p.a.RepetitionRedo
		parts[0].redos.join(p.redos)
	}
	out.Referral = parts[0].redos.rank(c, most)
	return out
}
